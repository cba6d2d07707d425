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

use check::Grounds;
use control::Control;
use diagnostic::{Code, Diagnostic, Label, Severity};
use rayon::prelude::*;
use render::Summary;
use resolve::{Bases, Element, Index, Loaded};
use shelf::Shelf;
use source::{FileId, Files, Role, Source, Span};

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
        let known = at.ok().filter(|_| is_silent).map(|at| check::known_of(&self.loaded[at].descriptor));
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

/// A value of the wrong type.
const WRONG_TYPE: Code = Code("E0202");

/// Compiles descriptors. Those of a library lend traits and parents to the others.
#[must_use]
pub fn compile(sources: Vec<Source>) -> Compilation {
    compile_with(sources, &Control::default())
}

/// As [`compile`], reporting only what the control wants to hear of.
#[must_use]
pub fn compile_with(sources: Vec<Source>, control: &Control) -> Compilation {
    compiled(sources, control, None)
}

/// What an element has to do with all others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What rules about all elements know of it; `None` if they have something to say of it, or may have.
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
    compiled(sources, control, Some(names))
}

fn compiled(mut sources: Vec<Source>, control: &Control, names: Option<&HashSet<&str>>) -> Compilation {
    sources.sort_by(|a, b| (a.library, role(a), &a.name).cmp(&(b.library, role(b), &b.name)));
    // Own files shadow those of the library.
    let mut lent = sources.split_off(sources.partition_point(|source| !source.library));
    let by = |one: &Source, other: &Source| (role(one), &one.name).cmp(&(role(other), &other.name));
    lent.retain(|source| sources.binary_search_by(|own| by(own, source)).is_err());
    sources.extend(lent);

    let shelf = Shelf::new(&sources);
    let index = Index::new(&shelf);
    let (bases, grounds) = (Bases::default(), Grounds::default());
    let lent = shelf.lent();
    // Whoever reads an element resolves and checks it too, while it is in the cache.
    let is_wanted = |source: &Source| names.is_none_or(|names| names.contains(source.name.as_str()));
    let own: Vec<FileId> =
        shelf.own().filter(|(_, source)| is_wanted(source)).map(|(file, _)| file).collect();
    let (mut elements, mut said) = (Vec::new(), Vec::new());
    own.par_iter()
        .map(|file| {
            let mut identity = Vec::new();
            let loaded = shelf.get(*file);
            let has_its_key = resolve::identity(loaded, &mut identity);
            let (element, below, wrong) = resolve::element(loaded, &index, &bases);
            let advice = check::element(&element, &grounds, &lent);
            let entries = check::entries(&element);
            (element, Said { identity, has_its_key, below, wrong, advice, entries })
        })
        .unzip_into_vecs(&mut elements, &mut said);
    if names.is_none() {
        shelf.fill();
    }

    let mut found = Vec::new();
    for loaded in shelf.read().filter(|file| file.role == Role::Trait && !file.library) {
        resolve::identity(loaded, &mut found);
    }
    let (mut below, mut wrong, mut advice) = (Vec::new(), Vec::new(), Vec::new());
    let (mut named, mut entries) = (Vec::with_capacity(elements.len()), 0);
    for (element, said) in elements.iter().zip(said) {
        found.extend(said.identity);
        named.extend(said.has_its_key.then_some(element));
        below.extend(said.below);
        wrong.extend(said.wrong);
        advice.extend(said.advice);
        entries += said.entries;
    }
    let (of_keys, (of_all, of_unused)) = match names {
        Some(_) => Default::default(),
        None => rayon::join(
            || resolve::taken(&named),
            || (check::catalogue(&elements), check::alone(&resolve::alone(&index))),
        ),
    };
    let about: Vec<(FileId, Code)> = of_all.iter().map(|d| (d.primary.span.file, d.code)).collect();
    found.extend(of_keys);
    bases.report(&elements, &mut found);
    found.extend([below, wrong, of_all, advice, of_unused].into_iter().flatten());
    let summary = check::summary(elements.len(), entries);

    let mut files = Files::default();
    let (mut diagnostics, mut wrong, mut advice) = (Vec::new(), Vec::new(), Vec::new());
    let (mut loaded, mut addressed) = (Vec::with_capacity(sources.len()), Vec::new());
    for (source, file) in sources.iter().zip(shelf.into_read()) {
        let text = file.as_ref().map(|file| file.text.clone()).unwrap_or_default();
        let id = files.add_valid(source.path.clone(), text);
        let Some(file) = file else { continue };
        addressed.extend(file.is_addressed.then_some(id));
        diagnostics.extend(file.mangled);
        wrong.extend(file.wrong);
        advice.extend(file.advice);
        loaded.push(file.loaded);
    }
    diagnostics.extend(wrong);
    advice.extend(found);
    extend(&mut diagnostics, advice);
    if names.is_none() {
        resolve::unused_traits(&loaded, &mut diagnostics);
    }
    fix::settle(&mut diagnostics, &files);

    // Beside an error, even one that is another's, comments may allow what is not there.
    let is_sound = diagnostics.iter().all(|d| d.severity == Severity::Warning);
    let is_told = |(file, code): &(FileId, Code)| control.tells(*code, &files.get(*file).path);
    let spoken_of = is_sound.then(|| about.into_iter().filter(is_told).map(|(file, _)| file).collect());
    control::apply(&mut diagnostics, &files, &addressed, control);
    tidy(&mut diagnostics, &lent, &elements);
    check::near::settle(&mut diagnostics, &lent);
    // What others lend, and what all have, is not to blame for what some lack.
    let bases =
        loaded.iter().filter(|f| f.library || &*f.name == resolve::PLATFORM).map(|f| f.file).collect();
    shared(&mut diagnostics, &bases, &elements);
    Compilation { files, catalog: Catalog { elements, sources }, diagnostics, summary, loaded, spoken_of }
}

/// What is found out about an element while it is read.
struct Said {
    /// What is wrong with its key and its name.
    identity: Vec<Diagnostic>,
    /// Whether its file is that of its key.
    has_its_key: bool,
    /// What is wrong with the layers below it.
    below: Vec<Diagnostic>,
    /// What is wrong with what it adds to them.
    wrong: Vec<Diagnostic>,
    /// What rules say.
    advice: Vec<Diagnostic>,
    /// How many entries it has.
    entries: usize,
}

fn role(source: &Source) -> u8 {
    match source.role {
        Role::Element => 0,
        Role::Trait => 1,
    }
}

/// Adds what a later stage found. What it says of a place where an earlier one found a mistake only
/// follows from that, but it knows better how to mend it: `yes` becomes `true` rather than `"yes"`
/// where a boolean belongs.
fn extend(diagnostics: &mut Vec<Diagnostic>, found: Vec<Diagnostic>) {
    let said: HashMap<Span, usize> =
        diagnostics.iter().enumerate().map(|(at, d)| (d.primary.span, at)).collect();
    for later in found {
        let Some(earlier) = said.get(&later.primary.span).map(|at| &mut diagnostics[*at]) else {
            diagnostics.push(later);
            continue;
        };
        if earlier.fix.is_some() && (later.fix.is_some() || later.code == WRONG_TYPE) {
            earlier.primary.message = later.primary.message;
            earlier.fix = later.fix;
        }
    }
}

/// What all elements with a layer lack, that layer lacks: said once, of the first of them.
fn shared(diagnostics: &mut Vec<Diagnostic>, bases: &HashSet<FileId>, all: &[Element]) {
    if diagnostics.is_empty() {
        return;
    }
    let elements: HashMap<FileId, &Element> = all.iter().map(|element| (element.file, element)).collect();
    let lacks = |d: &Diagnostic| {
        let element = elements.get(&d.primary.span.file)?;
        (d.code.is_of_absence() && element.stands_for_all(d.primary.span)).then_some(*element)
    };
    let mut lacking: HashMap<(Code, String), Vec<FileId>> = HashMap::default();
    for (d, element) in diagnostics.iter().filter_map(|d| Some((d, lacks(d)?))) {
        lacking.entry((d.code, d.message.clone())).or_default().push(element.file);
    }
    for ((code, message), files) in lacking.into_iter().filter(|(_, files)| files.len() > 1) {
        let has =
            |layer: FileId| elements.values().filter(move |e| e.file != layer && e.layers.contains(&layer));
        let of_first = elements[&files[0]].layers.iter().copied();
        let own = of_first.filter(|layer| !bases.contains(layer) && !elements.contains_key(layer));
        // Of what extends one of them it is not said again.
        let is_lacking = |e: &Element| e.layers.iter().any(|layer| files.contains(layer));
        let common = |layer: &FileId| {
            has(*layer).all(|e| is_lacking(e)) && files.iter().all(|f| elements[f].layers.contains(layer))
        };
        if own.rev().find(common).is_none() {
            continue;
        }
        let is_it = |d: &Diagnostic| d.code == code && d.message == message && lacks(d).is_some();
        let mut others: Vec<Label> = Vec::new();
        let mut first = true;
        diagnostics.retain(|d| {
            if !is_it(d) || std::mem::take(&mut first) {
                return true;
            }
            others.push(Label { span: d.primary.span, message: "and here".to_owned() });
            false
        });
        if let Some(kept) = diagnostics.iter_mut().find(|d| is_it(d)) {
            kept.secondary.extend(others);
        }
    }
}

/// Puts diagnostics in the order of the text, each once, without those of others' files. What a
/// parent lacks, its children lack too: it is said of the parent.
fn tidy(diagnostics: &mut Vec<Diagnostic>, lent: &HashSet<FileId>, all: &[Element]) {
    if diagnostics.is_empty() {
        return;
    }
    // Layers of the library that do not go together are the mistake of whoever puts them together.
    let together = |d: &Diagnostic| {
        let files = || std::iter::once(&d.primary).chain(&d.secondary).map(|label| label.span.file);
        all.iter().find(|element| files().all(|file| element.layers.contains(&file)))
    };
    *diagnostics = std::mem::take(diagnostics)
        .into_iter()
        .filter_map(|d| match lent.contains(&d.primary.span.file) {
            true => together(&d).and_then(|element| check::blame(d, element, lent)),
            false => Some(d),
        })
        .collect();
    let elements: HashMap<FileId, &Element> = all.iter().map(|element| (element.file, element)).collect();
    let said: HashSet<(FileId, Code, String)> =
        diagnostics.iter().map(|d| (d.primary.span.file, d.code, d.message.clone())).collect();
    diagnostics.retain(|d| {
        let span = d.primary.span;
        let Some(element) = elements.get(&span.file).filter(|element| element.stands_for_all(span)) else {
            return true;
        };
        let mut parents = element.layers.iter().filter(|layer| **layer != span.file);
        !parents.any(|parent| said.contains(&(*parent, d.code, d.message.clone())))
    });
    diagnostics.sort_by(|a, b| {
        (a.primary.span.file, a.primary.span.start, a.code).cmp(&(
            b.primary.span.file,
            b.primary.span.start,
            b.code,
        ))
    });
    // Advice on what is wrong anyway is noise.
    let wrong: HashSet<Span> =
        diagnostics.iter().filter(|d| d.severity == Severity::Error).map(|d| d.primary.span).collect();
    diagnostics.retain(|d| d.severity == Severity::Error || !wrong.contains(&d.primary.span));
    let mut seen = HashSet::default();
    diagnostics.retain(|d| seen.insert((d.code, d.primary.span, d.message.clone())));
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
