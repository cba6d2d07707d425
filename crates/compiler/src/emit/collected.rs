//! Collected: a file of what each element adds to it.
//!
//! In: the parts of all elements. Out: the file in pieces, and what it takes to find the parts in it again:
//! where its sections begin, and how long the texts of each part are.

use super::Artifact;
use crate::template::Site;
use std::borrow::Cow;

/// What an element adds to a file that is collected from all: a text for each section of the file, or `None`
/// for one that was left out of the file and is not known any more.
pub type Part<'t> = Vec<Option<Cow<'t, str>>>;

/// Makes a file of the parts of all elements.
pub type Collect = for<'p> fn(&[&'p Part], &Site) -> Collected<'p>;

/// How long the texts of a part are; `None` for one that was left out.
pub type Lengths = Vec<Option<usize>>;

/// Where the texts of a part stand in the file: first byte and length, `None` for one that was left out.
pub type Spans = Vec<Option<(usize, usize)>>;

/// What stands between the texts of a section.
const BETWEEN: &str = ",\n";

/// A file that is collected from the parts of all elements. With a thousand elements it is large, and need
/// not be in memory beside its parts.
#[derive(Debug)]
pub struct Collected<'p> {
    /// Relative to the output directory.
    pub path: &'static str,
    /// Its content, piece by piece.
    pub pieces: Vec<Cow<'p, str>>,
    /// Where its sections begin.
    pub begins: Vec<usize>,
    /// How long the texts of each part are.
    pub lengths: Vec<Lengths>,
    length: usize,
}

impl<'p> Collected<'p> {
    /// The file without anything in it yet.
    pub(super) fn new(path: &'static str, parts: &[&Part]) -> Self {
        let lengths = |part: &&Part| part.iter().map(|text| text.as_ref().map(|text| text.len())).collect();
        let begins = vec![0; parts.first().map_or(0, |part| part.len())];
        Self { path, pieces: Vec::new(), begins, lengths: parts.iter().map(lengths).collect(), length: 0 }
    }

    /// Adds a piece.
    pub(super) fn push(&mut self, piece: impl Into<Cow<'p, str>>) {
        let piece = piece.into();
        self.length += piece.len();
        self.pieces.push(piece);
    }

    /// Adds the texts of a section, with a comma and a line feed between them, or only the first of them.
    /// Returns whether there are any.
    pub(super) fn push_section(&mut self, section: usize, parts: &[&'p Part], only_first: bool) -> bool {
        let texts = parts.iter().map(|part| part.get(section)?.as_deref());
        let texts = texts.enumerate().filter_map(|(at, text)| Some((at, text.filter(|t| !t.is_empty())?)));
        let mut is_first = true;
        for (at, text) in texts {
            if is_first {
                self.begins[section] = self.length;
            } else if only_first {
                self.lengths[at][section] = None;
                continue;
            } else {
                self.push(BETWEEN);
            }
            is_first = false;
            self.push(text);
        }
        !is_first
    }

    /// The whole file.
    #[must_use]
    pub fn artifact(&self) -> Artifact {
        Artifact::text(self.path, self.pieces.concat())
    }
}

/// Where the texts of all parts stand in a file whose sections begin at these bytes.
#[must_use]
pub fn spans<'l>(begins: &[usize], lengths: impl Iterator<Item = &'l Lengths>) -> Vec<Spans> {
    let mut next = begins.to_vec();
    let span = |(next, length): (&mut usize, &Option<usize>)| {
        match (*length)? {
            // It stands nowhere.
            0 => Some((0, 0)),
            length => {
                let begin = *next;
                *next = begin.saturating_add(length).saturating_add(BETWEEN.len());
                Some((begin, length))
            }
        }
    };
    lengths.map(|lengths| next.iter_mut().zip(lengths).map(span).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_again() {
        let part = |texts: [&'static str; 3]| texts.map(|text| Some(text.into())).to_vec();
        let parts = [part(["a", "", ""]), part(["", "", "x"]), part(["bcd", "", "yz"]), part(["e", "", ""])];
        let parts: Vec<&Part> = parts.iter().collect();
        let mut whole = Collected::new("file", &parts);
        whole.push("<");
        assert!(whole.push_section(0, &parts, false));
        whole.push(">\n<");
        assert!(!whole.push_section(1, &parts, false));
        assert!(whole.push_section(2, &parts, true));
        whole.push(">");
        let text = whole.pieces.concat();
        assert_eq!(text, "<a,\nbcd,\ne>\n<x>");
        for ((spans, lengths), part) in
            spans(&whole.begins, whole.lengths.iter()).iter().zip(&whole.lengths).zip(parts)
        {
            for ((span, length), said) in spans.iter().zip(lengths).zip(part) {
                assert_eq!(span.map(|(_, length)| length), *length);
                let found = span.map(|(from, length)| &text[from..from + length]);
                assert!(
                    found == said.as_deref() || (found, said.as_deref()) == (None, Some("yz")),
                    "{found:?}"
                );
            }
        }
    }
}
