//! The shelf: the files of a catalogue, each read when it is first asked for.
//!
//! In: sources. Out: what they say, and what is wrong with how they say it. Whoever asks for a file
//! reads it, so that an element is read, resolved and checked in one go, and finds its traits and
//! parents whether or not it comes before them.

use crate::HashSet;
use crate::check;
use crate::control;
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::Loaded;
use crate::source::{Bytes, FileId, Role, Source, Span};
use crate::syntax;
use crate::syntax::decode::WRONG_TYPE;
use arcstr::ArcStr;
use bumpalo::Bump;
use rayon::prelude::*;
use std::sync::OnceLock;

/// The files of a catalogue, by [`Source::order`]. A [`FileId`] is the position of its source.
pub(crate) struct Shelf<'a> {
    sources: &'a [Source],
    read: Vec<OnceLock<Read>>,
}

impl<'a> Shelf<'a> {
    /// A shelf of files that nobody has read.
    pub fn new(sources: &'a [Source]) -> Self {
        Self { sources, read: sources.iter().map(|_| OnceLock::new()).collect() }
    }

    /// All files and their sources.
    pub fn sources(&self) -> impl Iterator<Item = (FileId, &'a Source)> + Clone + use<'a> {
        self.sources.iter().enumerate().map(move |(at, source)| (id(at), source))
    }

    /// The files of a role, and their sources.
    pub fn of(&self, role: Role, library: bool) -> impl Iterator<Item = (FileId, &'a Source)> + Clone {
        self.sources().filter(move |(_, source)| source.role == role && source.library == library)
    }

    /// The element of this name.
    pub fn element(&self, name: &str) -> Option<FileId> {
        let is_it = |library: bool| {
            self.sources.binary_search_by(|source| source.order().cmp(&(library, Role::Element, name))).ok()
        };
        is_it(false).or_else(|| is_it(true)).map(id)
    }

    /// The source of a file.
    pub fn source(&self, file: FileId) -> &'a Source {
        &self.sources[file.0 as usize]
    }

    /// The files that only lend traits and parents.
    pub fn lent(&self) -> HashSet<FileId> {
        self.sources().filter(|(_, source)| source.library).map(|(file, _)| file).collect()
    }

    /// What a file says.
    pub fn get(&self, file: FileId) -> &Loaded {
        let at = file.0 as usize;
        &self.read[at].get_or_init(|| read(file, &self.sources[at])).loaded
    }

    /// What all files say, in their order.
    pub fn all(&self) -> impl Iterator<Item = &Loaded> + Clone {
        self.sources().map(|(file, _)| self.get(file))
    }

    /// What the files say that somebody has asked for, in their order.
    pub fn read(&self) -> impl Iterator<Item = &Loaded> {
        self.read.iter().filter_map(OnceLock::get).map(|read| &read.loaded)
    }

    /// Reads what nobody has asked for.
    pub fn fill(&self) {
        let unread = self.sources().map(|(file, _)| file).filter(|f| self.read[f.0 as usize].get().is_none());
        unread.collect::<Vec<_>>().into_par_iter().for_each(|file| {
            self.get(file);
        });
    }

    /// All files as they were read, in their order; `None` for those that nobody has asked for.
    pub fn into_read(self) -> impl Iterator<Item = Option<Read>> {
        self.read.into_iter().map(OnceLock::into_inner)
    }
}

fn id(at: usize) -> FileId {
    FileId(u32::try_from(at).unwrap_or(u32::MAX))
}

/// A file that has been read.
pub(crate) struct Read {
    /// The path to show.
    pub path: String,
    /// Its text; what is not UTF-8 is replaced.
    pub text: ArcStr,
    /// What it says.
    pub loaded: Loaded,
    /// Whether it may have comments for [`control`].
    pub is_addressed: bool,
    /// Says where it stops being UTF-8.
    pub mangled: Option<Diagnostic>,
    /// What else is wrong with it.
    pub wrong: Vec<Diagnostic>,
    /// What rules about files say of it.
    pub advice: Vec<Diagnostic>,
}

/// Reads a file.
fn read(file: FileId, source: &Source) -> Read {
    use syntax::{descriptor, yaml};
    let (text, mangled) = match &source.bytes {
        Bytes::Text(text) => (text.clone(), None),
        Bytes::Other(bytes) => {
            let (at, message, label, text) = match utf16(bytes) {
                Some(text) => (0, "the file is UTF-16, not UTF-8", "", text),
                None => {
                    let at = bytes.utf8_chunks().next().map_or(0, |chunk| chunk.valid().len());
                    let text = String::from_utf8_lossy(bytes).into_owned();
                    (at, "the file is not UTF-8 text", "the first byte that is not UTF-8", text)
                }
            };
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            let span = Span { file, start: at, end: at };
            let diagnostic =
                Diagnostic::new(Code("E0102"), span, message).label(label).note("save the file as UTF-8");
            (text.into(), Some(diagnostic))
        }
    };
    let mut wrong = Vec::new();
    // The text's nodes take a few times its room.
    let arena = Bump::with_capacity(4 * text.len());
    let tree = yaml::parse(file, &text, &arena, &mut wrong);
    let parsed = mangled.is_none() && wrong.iter().all(|d| leaves_whole(d, &text));
    let mut found = Vec::new();
    let (descriptor, whole) =
        tree.as_ref().map(|tree| descriptor::read(tree, &text, &mut found)).unwrap_or_default();
    wrong.retain(|d| d.code != yaml::DUPLICATE_KEY || !found.iter().any(|cause| is_said_by(d, cause, &text)));
    crate::pipeline::extend(&mut wrong, found);
    let mut advice = Vec::new();
    if let Some(tree) = tree.as_ref().filter(|_| !source.library) {
        check::file(tree, &text, &mut advice);
    }
    let Source { path, name, role, library, .. } = source;
    let is_addressed = !library && control::is_addressed(&text);
    // Most files are called as they call themselves.
    let called = descriptor.key.as_ref().map(|key| &key.value).filter(|key| ***key == **name);
    let name = called.cloned().unwrap_or_else(|| name.as_str().into());
    let loaded = Loaded { file, name, role: *role, library: *library, whole: parsed && whole, descriptor };
    Read { path: path.clone(), text, loaded, is_addressed, mangled, wrong, advice }
}

/// The text of a file that begins with the byte order mark of UTF-16.
fn utf16(bytes: &[u8]) -> Option<String> {
    let (unit, rest): (fn([u8; 2]) -> u16, _) = match bytes {
        [0xFF, 0xFE, rest @ ..] => (u16::from_le_bytes, rest),
        [0xFE, 0xFF, rest @ ..] => (u16::from_be_bytes, rest),
        _ => return None,
    };
    let units: Vec<u16> = rest.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
    Some(String::from_utf16_lossy(&units))
}

/// Whether a key is given twice for a reason that has been said: what it stands in is no map but a list of
/// several; or between the two stands, at their column, a key that belongs elsewhere with what follows it.
fn is_said_by(again: &Diagnostic, cause: &Diagnostic, text: &str) -> bool {
    let (again, at, first) = (again.primary.span, cause.primary.span, again.secondary.first());
    let indentation = |span: Span| {
        let before = &text[..span.start as usize];
        let line = before.rsplit('\n').next().unwrap_or_default();
        line.bytes().all(|byte| byte == b' ').then_some(line.len())
    };
    match cause.code {
        WRONG_TYPE => (at.start..at.end).contains(&again.start),
        syntax::decode::UNKNOWN_KEY if cause.fix.is_none() => {
            first.is_some_and(|first| (first.span.end..again.start).contains(&at.start))
                && indentation(at).is_some_and(|column| indentation(again) == Some(column))
        }
        _ => false,
    }
}

/// Whether what the parser complains about leaves the tree as it was meant, as far as others can see.
fn leaves_whole(diagnostic: &Diagnostic, text: &str) -> bool {
    match diagnostic.code {
        syntax::yaml::AMBIGUOUS | syntax::yaml::SMART_QUOTES => true,
        // The key is there, and nobody misses a second scalar; a second map may hold anything, and what
        // follows several in a row belongs elsewhere.
        syntax::yaml::DUPLICATE_KEY if diagnostic.secondary.len() < 2 => {
            let value = text[diagnostic.primary.span.end as usize..].trim_start_matches([':', ' ']);
            !value.is_empty() && !value.starts_with(['{', '[', '\n', '\r', '#'])
        }
        _ => false,
    }
}
