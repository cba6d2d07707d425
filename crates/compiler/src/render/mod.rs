//! Renderers: diagnostics become text.
//!
//! In: diagnostics, in the order to show them, and the [`Files`] they point into. Out: a string;
//! whoever calls prints it. One file per format.

mod concise;
mod github;
mod human;
mod json;
mod sarif;

pub use concise::concise;
pub use github::github;
pub use human::{Style, framed, human, summary_line};
pub use json::{Counts, Document, Entry, Location, Repair, Replacement, Secondary, VERSION, json};
pub use sarif::sarif;

use json::location;

use crate::diagnostic::Diagnostic;
use serde::Serialize;

/// What a run looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Elements checked.
    pub elements: usize,
    /// Configuration entries of all of them.
    pub entries: usize,
    /// Rules that they were checked against.
    pub rules: usize,
}

/// What is wrong, the words at its place, and the notes, for formats that have one text for all.
fn in_one_text(diagnostic: &Diagnostic) -> String {
    let lines =
        std::iter::once(&diagnostic.message).chain([&diagnostic.primary.message]).chain(&diagnostic.notes);
    lines.filter(|line| !line.is_empty()).map(String::as_str).collect::<Vec<_>>().join("\n")
}
