//! The validation engine of elementc: runs a [`Program`] over the bytes of a message.
//!
//! In: a program (constant tables made by `elementc-compiler`'s `lower`) and bytes.
//! Out: a [`Report`] of every violation, in document order, then what is missing in declared
//! order. The crate has no dependencies and reads its JSON with a lexer of its own, in one pass.

mod program;

pub use program::*;
