//! The validation engine of elementc: runs a [`Program`] over the bytes of a message.
//!
//! In: a program (constant tables made by `elementc-compiler`'s `lower`) and bytes.
//! Out: a [`Report`] of every violation, in document order, then what is missing in declared
//! order, then the constraints that do not hold.
//!
//! The crate has no dependencies and reads its JSON with a lexer of its own, in one pass and
//! without building a tree. It allocates nothing for a message that is valid.
//!
//! ```
//! use elementc_runtime::{Placeholders, Program, validate};
//!
//! # fn demo(program: &Program) {
//! let report = validate(program, br#"{"name": "mine"}"#, Placeholders::Allowed);
//! if let Some(sentence) = report.summary() {
//!     println!("{sentence}");
//! }
//! # }
//! ```

mod bytes;
mod engine;
mod facts;
mod findings;
mod found;
mod json;
mod keys;
mod layout;
mod lexer;
mod phrases;
mod pointer;
mod program;
mod rules;
mod stop;
mod suggest;
mod text;
mod value;
mod violation;
mod words;

pub use engine::Placeholders;
pub use findings::{Finding, Findings, Validator, validate};
pub use lexer::{MAX_BYTES, MAX_DEPTH};
pub use program::*;
pub use suggest::suggest;
pub use value::has_placeholder;
pub use violation::{Code, Report, Violation};
