//! The compiler of elementc: text in, artifacts out.
//!
//! Data flows one way, each stage a module: [`source`] → [`syntax`] → [`resolve`] → [`check`] →
//! [`lower`] → [`emit`]; writing the artifacts is `elementc-build`'s `sync`. The crate does no
//! I/O, prints nothing and cannot fail: it returns a catalogue *and* its diagnostics.

pub mod check;
pub mod diagnostic;
pub mod emit;
pub mod lower;
pub mod pattern;
pub mod render;
pub mod resolve;
pub mod source;
pub mod suggest;
pub mod syntax;

use diagnostic::{Code, Diagnostic, Severity};
use rayon::prelude::*;
use render::Summary;
use resolve::{Element, Loaded};
use source::{FileId, Files, Role, Source, Span};
use std::collections::HashSet;

pub use emit::{Artifact, emit};

/// What a compilation found out.
#[derive(Debug)]
pub struct Compilation {
    /// The files that were read, for showing diagnostics.
    pub files: Files,
    /// The elements, in the order of their keys. Emit it only if there are no errors.
    pub catalog: Catalog,
    /// What is wrong, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// What was checked.
    pub summary: Summary,
}

impl Compilation {
    /// Whether anything is wrong that forbids emitting.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.code.severity() == Severity::Error)
    }
}

/// The elements of a compilation.
#[derive(Debug, Default)]
pub struct Catalog {
    /// In the order of their keys.
    pub elements: Vec<Compiled>,
    /// The descriptors that were compiled, own and lent, for embedding.
    pub sources: Vec<Source>,
}

impl Catalog {
    /// The element with this key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Compiled> {
        self.elements.iter().find(|c| &*c.element.key.value == key)
    }
}

/// An element and its contract.
#[derive(Debug)]
pub struct Compiled {
    /// The resolved element.
    pub element: Element,
    /// Its messages, in the order in which they are sent.
    pub messages: Vec<lower::Message>,
    /// The program of each message, in the same order.
    pub programs: Vec<elementc_runtime::Program>,
}

impl Compiled {
    /// The message of this name, and its program.
    #[must_use]
    pub fn message(&self, name: &str) -> Option<(&lower::Message, &elementc_runtime::Program)> {
        self.messages.iter().zip(&self.programs).find(|(message, _)| message.name() == name)
    }
}

/// Compiles descriptors. Those of a library lend traits and parents to the others.
#[must_use]
pub fn compile(mut sources: Vec<Source>) -> Compilation {
    sources.sort_by(|a, b| (a.library, role(a), &a.name).cmp(&(b.library, role(b), &b.name)));
    let own: HashSet<(u8, String)> =
        sources.iter().filter(|s| !s.library).map(|s| (role(s), s.name.clone())).collect();
    sources.retain(|s| !s.library || !own.contains(&(role(s), s.name.clone())));

    let mut diagnostics = Vec::new();
    let mut files = Files::default();
    for source in &sources {
        let (text, broken) = decode(&source.bytes);
        let file = files.add(source.path.clone(), text.into());
        if let Some(at) = broken {
            let span = Span { file, start: at, end: at };
            let message = "the file is not UTF-8 text";
            diagnostics.push(
                Diagnostic::new(Code("E0102"), span, message).label("the first byte that is not UTF-8"),
            );
        }
    }
    let read: Vec<(Loaded, Vec<Diagnostic>, bool)> =
        sources.par_iter().enumerate().map(|(at, source)| load(at, source, &files)).collect();
    let mut loaded = Vec::with_capacity(read.len());
    let mut broken = HashSet::new();
    for (file, found, whole) in read {
        if !whole {
            broken.insert(file.file);
        }
        diagnostics.extend(found);
        loaded.push(file);
    }

    let elements = resolve::resolve(&loaded, &mut diagnostics);
    let compiled = check::check(elements, &mut diagnostics);
    let summary = check::summary(&compiled);

    let lent: HashSet<FileId> = loaded.iter().filter(|f| f.library).map(|f| f.file).collect();
    tidy(&mut diagnostics, &lent, &broken);
    Compilation { files, catalog: Catalog { elements: compiled, sources }, diagnostics, summary }
}

fn role(source: &Source) -> u8 {
    match source.role {
        Role::Element => 0,
        Role::Trait => 1,
    }
}

/// The text of a file, and where it stops being UTF-8; what is not is replaced.
fn decode(bytes: &[u8]) -> (String, Option<u32>) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), None),
        Err(error) => {
            let text = String::from_utf8_lossy(bytes).into_owned();
            (text, u32::try_from(error.valid_up_to()).ok())
        }
    }
}

fn load(at: usize, source: &Source, files: &Files) -> (Loaded, Vec<Diagnostic>, bool) {
    let file = FileId(u32::try_from(at).unwrap_or(u32::MAX));
    let mut diagnostics = Vec::new();
    let tree = syntax::yaml::parse(file, &files.get(file).text, &mut diagnostics);
    let whole = !diagnostics.iter().any(|d| d.code == Code("E0101") || d.code == Code("E0107"));
    let descriptor = tree.map(|tree| syntax::descriptor::read(&tree, &mut diagnostics)).unwrap_or_default();
    let Source { name, role, library, .. } = source;
    let loaded = Loaded { file, name: name.as_str().into(), role: *role, library: *library, descriptor };
    (loaded, diagnostics, whole)
}

/// Puts diagnostics in the order of the text, each once, without those that only follow from a
/// broken file: what it would have said is unknown, so nothing is missing from it.
fn tidy(diagnostics: &mut Vec<Diagnostic>, lent: &HashSet<FileId>, broken: &HashSet<FileId>) {
    let of_absence = [Code("E0204"), Code("E0402")];
    diagnostics.retain(|d| {
        !lent.contains(&d.primary.span.file)
            && !(of_absence.contains(&d.code) && broken.contains(&d.primary.span.file))
    });
    diagnostics.sort_by(|a, b| {
        (a.primary.span.file, a.primary.span.start, a.code).cmp(&(b.primary.span.file, b.primary.span.start, b.code))
    });
    let mut seen = HashSet::new();
    diagnostics.retain(|d| seen.insert((d.code, d.primary.span, d.message.clone())));
}
