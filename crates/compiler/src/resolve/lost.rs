//! Lost: what is a mistake although not all could be read.
//!
//! In: the layers of an element, and what is said to be missing. Out: what of that is certain: a slip away
//! from a name that was read, where nothing that was lost names what it says.

use super::{Index, listed};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::resolve::flow;
use crate::source::{Bytes, FileId, Span};

/// A reference without a source.
const NO_SOURCE: Code = Code("E0401");

/// The texts that may say more of an element than was read of them.
pub(crate) struct Lost<'a> {
    index: &'a Index<'a>,
    /// The layers, in merging order.
    layers: Vec<FileId>,
    /// Those of them that were lost, and the files that these name: who knows what for.
    texts: Vec<FileId>,
}

impl<'a> Lost<'a> {
    /// What was lost of layers; `None` where there is one that nobody has found or can read, which may say
    /// anything.
    pub fn of(layers: Vec<FileId>, index: &'a Index<'a>, are_all: bool) -> Option<Self> {
        let is_lost = |file: &&FileId| are_all || !index.shelf.get(**file).whole;
        let mut texts: Vec<FileId> = layers.iter().filter(is_lost).copied().collect();
        let is_found = |file: &FileId| {
            let descriptor = &index.shelf.get(*file).descriptor;
            listed(descriptor).all(|name| index.traits.contains_key(&**name))
                && descriptor.extends.iter().all(|name| index.shelf.element(&name.value).is_some())
        };
        if texts.is_empty() || !layers.iter().all(is_found) {
            return None;
        }
        let mut at = 0;
        while let Some(file) = texts.get(at) {
            let words = index.text(*file)?.split(|c| !is_of_name(c));
            let named = words.flat_map(|word| [index.shelf.element(word), index.traits.get(word).copied()]);
            let new: Vec<FileId> = named.flatten().filter(|file| !layers.contains(file)).collect();
            for file in new {
                if !texts.contains(&file) {
                    texts.push(file);
                }
            }
            at += 1;
        }
        Some(Self { index, layers, texts })
    }

    /// Whether nothing that was lost can make it right.
    pub fn is_certain(&self, diagnostic: &Diagnostic) -> bool {
        let Some(said) = self.said(diagnostic.primary.span) else { return false };
        if diagnostic.code == NO_SOURCE && !flow::is_source(said.split('.').next().unwrap_or_default()) {
            return true;
        }
        let fix = diagnostic.fix.as_ref().filter(|_| diagnostic.severity == Severity::Error);
        fix.is_some_and(|fix| {
            let places: Vec<Span> = fix.edits.iter().map(|edit| edit.span).collect();
            let mut said = places.iter().map(|place| self.said(*place));
            said.all(|said| {
                said.is_some_and(|said| !self.texts.iter().any(|f| self.may_mend(*f, said, &places)))
            })
        })
    }

    /// What stands at a place, without quotes and braces.
    fn said(&self, place: Span) -> Option<&'a str> {
        let text = self.index.text(place.file)?.get(place.start as usize..place.end as usize)?;
        Some(text.trim_matches(|c| !is_of_name(c))).filter(|said| !said.is_empty())
    }

    /// Whether a file names what these places say, or may drop or change what says it.
    fn may_mend(&self, file: FileId, said: &str, places: &[Span]) -> bool {
        let Some(text) = self.index.text(file) else { return true };
        // A key may hold dots: it may begin behind each.
        let mut keys = std::iter::successors(Some(said), |key| Some(key.split_once('.')?.1));
        let names = |word: &str| {
            text.match_indices(word).any(|(start, _)| {
                let (before, after) = (&text[..start], &text[start + word.len()..]);
                let is_there = |place: &Span| {
                    place.file == file && (place.start as usize..place.end as usize).contains(&start)
                };
                !before.ends_with(is_of_name)
                    && !after.starts_with(is_of_name)
                    && !places.iter().any(is_there)
            })
        };
        let position = |file: FileId| self.layers.iter().position(|layer| *layer == file);
        let is_above = |place: &Span| match position(file).zip(position(place.file)) {
            // What a file says itself only its variants drop.
            Some((own, at)) => own > at || own == at && names("variants"),
            None => true,
        };
        let changes = || ["remove", "override"].into_iter().any(names) && places.iter().any(is_above);
        keys.any(names) || changes()
    }
}

impl<'a> Index<'a> {
    /// The text of a file; `None` where not all of it is text.
    fn text(&self, file: FileId) -> Option<&'a str> {
        match &self.shelf.source(file).bytes {
            Bytes::Text(text) => Some(text),
            Bytes::Other(_) => None,
        }
    }
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '-')
}

/// Where not all layers are there, nobody knows what is missing, save what is certain.
pub(crate) fn keep_certain(
    found: &mut Vec<Diagnostic>,
    whole: bool,
    layers: impl Iterator<Item = FileId>,
    index: &Index,
) {
    if whole || found.is_empty() {
        return;
    }
    let lost = Lost::of(layers.collect(), index, false);
    let is_certain = |d: &Diagnostic| lost.as_ref().is_some_and(|lost| lost.is_certain(d));
    found.retain(|d| !d.code.is_of_absence() || is_certain(d));
}
