//! The compiler of elementc: text in, artifacts out.
//!
//! Data flows one way, each stage a module: [`source`] → [`syntax`] → [`resolve`] → [`check`] →
//! [`lower`] → [`emit`]; writing the artifacts is `elementc-build`'s `sync`. The crate does no
//! I/O, prints nothing and cannot fail: it returns a catalogue *and* its diagnostics.

pub mod check;
pub mod control;
pub mod derive;
pub mod diagnostic;
pub mod diff;
pub mod emit;
pub mod fix;
pub mod format;
pub mod import;
pub mod lower;
pub mod page;
pub mod pattern;
mod pipeline;
pub mod portable;
pub mod render;
pub mod resolve;
pub mod scaffold;
mod shelf;
pub mod site;
pub mod source;
pub mod suggest;
pub mod syntax;
pub mod template;

use check::Outline;
use control::Control;
use diagnostic::{Diagnostic, Severity};
use render::Summary;
use resolve::{Element, Loaded};
use source::{FileId, Files, Source};
use std::collections::BTreeSet;
use syntax::part::Text;

pub use emit::{Artifact, Emission, emit, emit_with};

/// A map in the order of insertion. Its hashes are seeded per process, as the standard ones are, and
/// cheaper: keys are short, and looked up for every reference.
pub type IndexMap<K, V> = indexmap::IndexMap<K, V, foldhash::fast::RandomState>;

/// A map without an order, with the same hashes.
pub type HashMap<K, V> = std::collections::HashMap<K, V, foldhash::fast::RandomState>;

/// A set without an order, with the same hashes.
pub type HashSet<T> = std::collections::HashSet<T, foldhash::fast::RandomState>;

/// Whether a text has such a byte. All are looked at, many at once, which takes a fraction of stopping at
/// the first: mostly there is none.
#[inline(always)]
fn has_byte(text: &str, is_such: impl Fn(u8) -> bool) -> bool {
    let any = |found: u8, byte: &u8| found | u8::from(is_such(*byte));
    let bytes = text.as_bytes();
    let found = if let Some(last) = bytes.last_chunk::<16>() {
        // Chunks take one step each; the last overlaps the one before it.
        let (chunks, _) = bytes.as_chunks::<16>();
        chunks.iter().fold(last.iter().fold(0, any), |found, chunk| found | chunk.iter().fold(0, any))
    } else if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        first.iter().chain(last).fold(0, any)
    } else {
        bytes.iter().fold(0, any)
    };
    found != 0
}

/// Whether a text has two such bytes side by side.
fn has_pair(text: &str, is_such: impl Fn(u8, u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().zip(bytes.iter().skip(1)).fold(false, |found, (a, b)| found | is_such(*a, *b))
}

/// What a compilation found out.
#[derive(Debug, Default)]
pub struct Compilation {
    /// The files that were read, for showing diagnostics.
    pub files: Files,
    /// The elements, in the order of their keys. Emit it only if there are no errors.
    pub catalog: Catalog,
    /// What is wrong, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// What was checked.
    pub summary: Summary,
    /// What was read, in the order of the files.
    loaded: Vec<Loaded>,
    /// The files of which rules about all elements said what only a comment may hide; `None` if there were
    /// errors.
    spoken_of: Option<HashSet<FileId>>,
}

impl Compilation {
    /// A compilation of which nothing but what was checked is known: nothing was wrong.
    #[must_use]
    pub fn clean(summary: Summary) -> Self {
        Self { summary, ..Self::default() }
    }

    /// What there is to know of an element before it is compiled without the others: see [`compile_some`].
    #[must_use]
    pub fn standing(&self, element: &Element) -> Standing {
        let at = self.loaded.binary_search_by_key(&element.file, |loaded| loaded.file);
        let is_silent = self.spoken_of.as_ref().is_some_and(|files| !files.contains(&element.file));
        let known = at.ok().filter(|_| is_silent).map(|at| {
            let descriptor = &self.loaded[at].descriptor;
            let traits: BTreeSet<&Text> = resolve::listed(descriptor).collect();
            format!("{} {traits:?}", Outline::of(element, descriptor).text())
        });
        Standing { known, entries: check::entries(element) }
    }

    /// Whether anything is wrong that forbids emitting.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }
}

/// The elements of a compilation.
#[derive(Debug, Default)]
pub struct Catalog {
    /// In the order of their keys.
    pub elements: Vec<Element>,
    /// The descriptors that were compiled, own and lent, for embedding.
    pub sources: Vec<Source>,
}

impl Catalog {
    /// The element with this key.
    #[must_use]
    pub fn element(&self, key: &str) -> Option<&Element> {
        self.elements.iter().find(|element| &*element.key.value == key)
    }

    /// The element with this key, and its contract.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Compiled<'_>> {
        self.element(key).map(Compiled::of)
    }

    /// The elements and their contracts, one after the other.
    pub fn compiled(&self) -> impl Iterator<Item = Compiled<'_>> {
        self.elements.iter().map(Compiled::of)
    }
}

/// An element and its contract.
#[derive(Debug)]
pub struct Compiled<'a> {
    /// The resolved element.
    pub element: &'a Element,
    /// Its messages, in the order in which they are sent.
    pub messages: Vec<lower::Message>,
    /// The program of each message, in the same order.
    pub programs: Vec<elementc_runtime::Program>,
}

impl<'a> Compiled<'a> {
    /// Lowers an element.
    #[must_use]
    pub fn of(element: &'a Element) -> Self {
        Self::with(element, &lower::MessageKind::ALL)
    }

    /// As [`Self::of`], with messages of these kinds alone.
    pub(crate) fn with(element: &'a Element, kinds: &[lower::MessageKind]) -> Self {
        let messages = lower::lower(element, kinds);
        let programs = messages.iter().map(|m| lower::program::program(&element.key.value, m)).collect();
        Self { element, messages, programs }
    }

    /// The message of this name, and its program.
    #[must_use]
    pub fn message(&self, name: &str) -> Option<(&lower::Message, &elementc_runtime::Program)> {
        self.messages.iter().zip(&self.programs).find(|(message, _)| message.name() == name)
    }
}

/// Compiles descriptors. Those of a library lend traits and parents to the others.
#[must_use]
pub fn compile(sources: Vec<Source>) -> Compilation {
    compile_with(sources, &Control::default())
}

/// As [`compile`], reporting only what the control wants to hear of.
#[must_use]
pub fn compile_with(sources: Vec<Source>, control: &Control) -> Compilation {
    pipeline::compile(sources, control, None)
}

/// What an element has to do with all others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What rules about all elements know of it, and who looks for traits that nothing lists; `None` if they have something to say of it, or may have.
    pub known: Option<String>,
    /// How many entries it has.
    pub entries: usize,
}

/// Compiles some elements of a catalogue by the names of their files; rules about all elements do not run.
///
/// It finds nothing only if [`compile_with`] would find nothing either, provided that this found nothing
/// when it last ran, and that since then nothing has changed but the text of elements: each whose layers
/// have changed is among these, and what is known of it ([`Standing`]) is what was known.
#[must_use]
pub fn compile_some(sources: Vec<Source>, control: &Control, names: &HashSet<&str>) -> Compilation {
    pipeline::compile(sources, control, Some(names))
}

#[cfg(test)]
mod tests {
    use super::{has_byte, has_pair};

    #[test]
    fn bytes_are_found_wherever_they_are() {
        let is_such = |byte| byte < 0x20 || byte == b'"';
        for length in 0..=40 {
            let plain = "é~\u{7f}a".repeat(16);
            let plain: String = plain.chars().take(length).collect();
            assert!(!has_byte(&plain, is_such), "{plain:?}");
            for (at, _) in plain.char_indices() {
                for found in ["\"", "\0", "\u{1f}"] {
                    let text = [&plain[..at], found, &plain[at..]].concat();
                    assert!(has_byte(&text, is_such), "{text:?}");
                    let before = text[..at].bytes().last();
                    assert!(has_pair(&text, |a, b| Some(a) == before && is_such(b)) || at == 0, "{text:?}");
                }
            }
        }
    }
}
