//! Conflicts: what a merge left in a file for a person to decide.
//!
//! In: a text that is broken. Out: the first side of each conflict with blanks where the rest of it stood,
//! and one diagnostic for each.

use super::BROKEN;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

/// Takes the first side of each conflict, and reports them; `None` if there is none.
pub(super) fn resolved(file: FileId, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<String> {
    let mut kept = String::with_capacity(text.len());
    let (mut start, mut conflict) = (0, Conflict::default());
    for line in text.split_inclusive('\n') {
        let span = span(file, start, line.trim_end());
        let is_marker = |marker: &str| {
            line.strip_prefix(marker).is_some_and(|rest| rest.trim_end().is_empty() || rest.starts_with(' '))
        };
        let mut drop = conflict.other.is_some() || conflict.base;
        if is_marker("<<<<<<<") {
            (conflict, drop) = (Conflict { first: Some(span), ..Conflict::default() }, true);
        } else if conflict.first.is_some() && is_marker("|||||||") {
            (conflict.base, drop) = (true, true);
        } else if conflict.first.is_some() && conflict.other.is_none() && is_marker("=======") {
            (conflict.other, drop) = (Some(span), true);
        } else if let (Some(first), Some(other), true) =
            (conflict.first, conflict.other, is_marker(">>>>>>>"))
        {
            let message = "a merge left its conflict here";
            diagnostics.push(
                Diagnostic::new(BROKEN, first, message)
                    .label("one side begins here")
                    .also(other, "the other side begins here")
                    .also(span, "the conflict ends here")
                    .note("keep the lines that are right, and remove the markers"),
            );
            (conflict, drop) = (Conflict::default(), true);
        }
        match drop {
            true => kept.extend(line.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' })),
            false => kept.push_str(line),
        }
        start += line.len();
    }
    (!diagnostics.is_empty() && conflict.first.is_none()).then_some(kept)
}

/// A conflict that has not ended.
#[derive(Default)]
struct Conflict {
    first: Option<Span>,
    /// Whether what both sides had before has begun.
    base: bool,
    other: Option<Span>,
}

fn span(file: FileId, start: usize, line: &str) -> Span {
    let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span { file, start: byte(start), end: byte(start + line.len()) }
}
