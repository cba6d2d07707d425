//! The compiler of elementc: text in, artifacts out.
//!
//! Data flows one way, each stage a module: [`source`] → [`syntax`] → [`resolve`] → [`check`] →
//! [`lower`] → [`emit`]; writing the artifacts is `elementc-build`'s `sync`. The crate does no
//! I/O, prints nothing and cannot fail: it returns a catalogue *and* its diagnostics.

pub mod diagnostic;
pub mod source;
pub mod syntax;
pub mod pattern;
pub mod render;
