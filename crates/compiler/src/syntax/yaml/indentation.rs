//! Indentation: which line is indented wrong where a line finds no key above it at its column.
//!
//! In: the text and that line. Out: the line that is to blame, if it is an earlier one: one that stands
//! where no other does or further left than those around it, or the first of a block that stands a level too deep.

use crate::syntax::descriptor::ORDER;
use std::ops::Range;

/// The line that is to blame.
pub(super) struct Culprit {
    /// Its key.
    pub(super) key: Range<usize>,
    /// What is wrong with it.
    pub(super) message: &'static str,
}

/// A line that says something.
#[derive(Clone, Copy)]
struct Line<'a> {
    start: usize,
    indentation: usize,
    text: &'a str,
}

impl Line<'_> {
    /// Its key and the colon.
    fn key(&self) -> &str {
        self.text.split(": ").next().unwrap_or_default().trim_end().trim_end_matches(':')
    }

    /// Whether what belongs to its key stands below it.
    fn is_open(&self) -> bool {
        self.text.split(" #").next().unwrap_or_default().trim_end().ends_with(':')
    }

    fn blame(&self, message: &'static str) -> Culprit {
        Culprit { key: self.start..self.start + self.key().len(), message }
    }
}

/// The lines of a part of a text that say something.
fn lines(text: &str, part: Range<usize>) -> impl DoubleEndedIterator<Item = Line<'_>> {
    let mut lines = Vec::new();
    let mut start = part.start;
    for line in text[part].split_inclusive('\n') {
        let plain = line.trim_start_matches(' ');
        let indentation = line.len() - plain.len();
        if !plain.trim().is_empty() && !plain.starts_with('#') {
            lines.push(Line { start: start + indentation, indentation, text: plain.trim_end() });
        }
        start += line.len();
    }
    lines.into_iter()
}

/// Who is to blame for a line that is broken at a place, if an earlier line is.
pub(super) fn culprit(text: &str, at: usize) -> Option<Culprit> {
    let start = text[..at].rfind('\n').map_or(0, |before| before + 1);
    let mut after = lines(text, start..text.len());
    let broken = after.next()?;
    let after: Vec<Line> = after.collect();
    let before: Vec<Line> = lines(text, 0..start).collect();
    let too_far_right = "this line stands further right than what follows";
    let Some(at) = before.iter().rposition(|line| line.indentation < broken.indentation) else {
        let first = before.first().filter(|first| first.indentation > broken.indentation)?;
        return Some(first.blame(too_far_right));
    };
    // A line that stands where no other does stands wrong.
    let is_lonely = |line: &Line| {
        let all = before.iter().chain([&broken]).chain(&after);
        line.indentation > 0 && all.filter(|other| other.indentation == line.indentation).count() == 1
    };
    if is_lonely(&broken) {
        return None;
    }
    let (left, inner) = (before[at], &before[at + 1..]);
    let above = before[..at].iter().rev().find(|line| line.indentation <= broken.indentation);
    let has_nothing = |above: &Line| above.indentation == left.indentation && above.is_open();
    // An item stands among keys, or a key among items: each stands where it should.
    let is_item = |line: &Line| line.text.starts_with("- ");
    let mut alike = inner.iter().filter(|line| line.indentation == broken.indentation);
    if alike.any(|line| is_item(line) != is_item(&broken)) {
        return None;
    }
    let is_section = left.indentation == 0 && ORDER.contains(&left.key());
    // What stands below it is one level too deep for it.
    let skips = left.is_open()
        && inner.first().is_some_and(|first| {
            first.indentation + left.indentation == 2 * broken.indentation
                && first.indentation > broken.indentation
        });
    let too_far_left = "this line stands further left than those around it";
    if let Some(first) = inner.first().filter(|first| left.is_open() && !skips && is_lonely(first)) {
        return Some(first.blame(too_far_right));
    }
    if above.is_some_and(has_nothing) || is_lonely(&left) {
        return Some(left.blame(too_far_left));
    }
    // It says something itself, so that nothing can stand below it; and more lines stand where this one does.
    let is_alone = !left.is_open()
        && inner.is_empty()
        && above.is_some_and(|above| above.is_open() && above.indentation < left.indentation)
        && after.first().is_some_and(|next| next.indentation == broken.indentation);
    if is_alone {
        return Some(left.blame(too_far_left));
    }
    if skips && (is_section || left.indentation > 0) {
        let message = "this stands a level too deep, or the key that it belongs to is missing above";
        return inner.first().map(|first| first.blame(message));
    }
    let is_beside = above.is_some_and(|above| above.indentation == broken.indentation) && !is_section;
    is_beside.then(|| left.blame(too_far_left))
}
