//! Reads element definitions, compiles them and brings the output up to date.
//!
//! The I/O of elementc: [`read`] turns a directory of descriptors into sources, [`config`] finds
//! `elementc.toml`, [`sync`](mod@sync) writes artifacts. In between stands the compiler, which does
//! no I/O. The command line and elementc's own build script use the parts; another crate's build
//! script is one line:
//!
//! ```no_run
//! // In `main` of build.rs: compiles `elements/` into OUT_DIR whenever it changes.
//! elementc_build::Build::new().run();
//! ```
//!
//! and the crate then includes the validators:
//!
//! ```ignore
//! include!(concat!(env!("OUT_DIR"), "/elements.rs"));
//! ```

pub mod config;
pub mod read;
pub mod sync;
pub mod templates;

mod amend;
mod build;
mod cache;
mod record;
mod replace;
mod update;

pub use amend::amend;
pub use build::{Build, BuildError};
pub use cache::{Cache, Clean, Done, Inputs};
pub use record::Place;
pub use replace::{replace, replace_all};
pub use update::{UpdateError, update};
