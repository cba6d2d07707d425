//! The compiled Sage catalogue: validators for each element and message, ready to call.
//!
//! ```
//! let body = br#"{"element": {"key": "sageoneuk"}}"#;
//! let report = elementc::elements::sageoneuk::create_instance::validate(body);
//! assert!(!report.is_valid());
//!
//! let program = elementc::program("sageoneuk", "create-instance").expect("it is in the catalogue");
//! assert_eq!(elementc::validate(program, body, elementc::Placeholders::Allowed), report);
//! ```
//!
//! The modules below [`elements`] are generated from the descriptors in `elements/` by the crate
//! `elementc-compiler`; the engine that runs them is `elementc-runtime`.

use elementc_compiler::source::{Role, Source};

pub use elementc_runtime::{
    Code, Finding, Findings, Placeholders, Program, Report, Validator, Violation, validate,
};

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

/// The examples of `docs/validators.md` are tests.
#[cfg(doctest)]
#[doc = include_str!("../docs/validators.md")]
mod validators {}

/// The descriptors of the catalogue, by path below `elements/`, elements first.
static SHIPPED: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// Every program of the catalogue, by element and then in the order in which messages are sent.
pub fn programs() -> impl Iterator<Item = &'static Program> {
    elements::PROGRAMS.iter().flat_map(|programs| programs.iter().copied())
}

/// The program of a message of an element: `program("sageoneuk", "create-instance")`.
#[must_use]
pub fn program(element: &str, message: &str) -> Option<&'static Program> {
    programs().find(|p| p.element == element && p.message == message)
}

/// The descriptors of the catalogue, lent to others: their traits may be used and their elements
/// extended. In the build script of a crate with element definitions of its own:
///
/// ```no_run
/// elementc_build::Build::new().library(elementc::library()).run();
/// ```
#[must_use]
pub fn library() -> Vec<Source> {
    let source = |(path, bytes): &(&str, &[u8])| {
        let role = if path.starts_with("traits/") { Role::Trait } else { Role::Element };
        let name = path.trim_start_matches("traits/").trim_end_matches(".yaml").to_owned();
        Source { path: format!("<shipped>/{path}"), name, role, library: true, bytes: (*bytes).into() }
    };
    SHIPPED.iter().map(source).collect()
}
