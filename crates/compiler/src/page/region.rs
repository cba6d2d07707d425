//! Regions: the parts of a page that `elementc docs update` writes.
//!
//! In: the text of a page. Out: what stands between `<!-- elementc:begin … -->` and
//! `<!-- elementc:end -->`, each marker in a line of its own, and markers that are none. What is code is
//! left alone, so that a page can show markers.

use super::REGION;
use super::blocks::Named;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};
use crate::suggest::suggest;
use std::ops::Range;

/// A region.
#[derive(Debug)]
pub struct Region {
    /// What its marker says: the element, what to show of it, and of which message.
    pub words: Vec<Named>,
    /// The marker that begins it.
    pub begin: Range<usize>,
    /// What stands between the lines of the markers.
    pub inner: Range<usize>,
    /// How lines begin and end there: as that of the marker.
    pub line: (String, &'static str),
}

impl Region {
    /// What its marker says, in one text.
    pub fn said(&self) -> String {
        self.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// What a line that holds a marker says.
enum Marker {
    Begin(Vec<Named>),
    End,
}

/// Reads the regions of a page.
pub fn read(file: FileId, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Vec<Region> {
    let mut regions = Vec::new();
    let wrong =
        |range: &Range<usize>, message: &str| Diagnostic::new(REGION, span(file, range.clone()), message);
    let mut open: Option<Region> = None;
    let mut fence: Option<&str> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let (start, end) = (at, at + line.len());
        at = end;
        let plain = line.trim_start_matches('\u{feff}').trim();
        let place = start + line.find(plain).unwrap_or_default();
        let place = place..place + plain.len();
        if open.is_none() {
            let run = fence_of(plain);
            if let Some(opening) = fence {
                // As long as the one that opened it, and nothing else (CommonMark, §4.5).
                if run.starts_with(opening) && run.len() == plain.len() {
                    fence = None;
                }
                continue;
            }
            if !run.is_empty() {
                fence = Some(run);
                continue;
            }
            if line.starts_with("    ") || line.starts_with('\t') {
                continue;
            }
        }
        match (marker(plain, place.start), &mut open) {
            (Some(Ok(Marker::Begin(words))), _) => {
                if let Some(before) = &open {
                    let diagnostic = wrong(&place, "a region begins before the one above has ended");
                    diagnostics.push(diagnostic.also(span(file, before.begin.clone()), "begins here"));
                }
                let line_end = if line.ends_with("\r\n") { "\r\n" } else { "\n" };
                let indent = line[..place.start - start].trim_start_matches('\u{feff}').to_owned();
                open = Some(Region { words, begin: place, inner: end..end, line: (indent, line_end) });
            }
            (Some(Ok(Marker::End)), Some(_)) => {
                regions
                    .extend(open.take().map(|region| Region { inner: region.inner.start..start, ..region }));
            }
            (Some(Ok(Marker::End)), None) => {
                diagnostics.push(wrong(&place, "a region ends that has not begun"));
            }
            (Some(Err(word)), _) => diagnostics.push(unknown(file, &word)),
            (None, None) if mentions(plain) => {
                diagnostics.push(wrong(&place, "a marker stands in a line of its own"));
            }
            (None, _) => {}
        }
    }
    if let Some(region) = open {
        diagnostics
            .push(wrong(&region.begin, "the region does not end").note("`<!-- elementc:end -->` ends it"));
    }
    regions
}

/// Whether a line would be taken for a marker.
pub fn is_marker(line: &str) -> bool {
    marker(line.trim(), 0).is_some()
}

/// A place of a page.
pub fn span(file: FileId, range: Range<usize>) -> Span {
    let at = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    Span { file, start: at(range.start), end: at(range.end) }
}

fn unknown(file: FileId, word: &Named) -> Diagnostic {
    if word.text == "end" {
        let message = "nothing follows `end` in a marker";
        return Diagnostic::new(REGION, span(file, word.range.clone()), message);
    }
    let message = format!("there is no marker `elementc:{}`", word.text);
    let diagnostic = Diagnostic::new(REGION, span(file, word.range.clone()), message);
    match suggest(&word.text, ["begin", "end"]) {
        Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
        None => diagnostic.note("expected `elementc:begin` or `elementc:end`"),
    }
}

/// The marker that a line is, without the blanks around it; an error with its word if there is no such.
fn marker(line: &str, start: usize) -> Option<Result<Marker, Named>> {
    let inner = line.strip_prefix("<!--")?.strip_suffix("-->")?;
    let said = inner.trim_start().strip_prefix("elementc:")?;
    let start = start + line.len() - "-->".len() - said.len();
    let mut words = words(said, start);
    if words.is_empty() {
        return Some(Err(Named::at("", start)));
    }
    let first = words.remove(0);
    Some(match (first.text.as_str(), words.is_empty()) {
        ("begin", _) => Ok(Marker::Begin(words)),
        ("end", true) => Ok(Marker::End),
        _ => Err(first),
    })
}

/// The words of a text, of which so many bytes stand before.
fn words(text: &str, before: usize) -> Vec<Named> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(from) = text[at..].find(|c: char| !c.is_whitespace()).map(|found| at + found) {
        at = text[from..].find(char::is_whitespace).map_or(text.len(), |end| from + end);
        words.push(Named::at(&text[from..at], before + from));
    }
    words
}

/// Whether a line holds a marker outside of code spans, with something else.
fn mentions(line: &str) -> bool {
    let outside = line.split('`').step_by(2);
    outside.flat_map(|part| part.split("<!--").skip(1)).any(|rest| rest.trim_start().starts_with("elementc:"))
}

/// The backticks or tildes that open a fenced block in a line; empty if none do.
fn fence_of(line: &str) -> &str {
    let run = |c: char| &line[..line.len() - line.trim_start_matches(c).len()];
    match (run('`'), run('~')) {
        (ticks, _) if ticks.len() >= 3 && !line[ticks.len()..].contains('`') => ticks,
        (_, tildes) if tildes.len() >= 3 => tildes,
        _ => "",
    }
}
