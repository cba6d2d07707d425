//! Nothing: this crate's build script fails while a descriptor in `elements/` is broken, and only
//! `cargo build` and `cargo test` of the whole workspace build this crate. `cargo run` does not,
//! so the command line that explains the mistake is always at hand.
