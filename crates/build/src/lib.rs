//! Reads element definitions, compiles them and brings the output up to date.
