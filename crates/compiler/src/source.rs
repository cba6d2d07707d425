//! Sources: the files that a compilation reads, and places in them.
//!
//! In: paths and bytes, read by someone else. Out: [`Files`], which turns a [`Span`] into a path,
//! a line and a column.

use arcstr::ArcStr;
use memchr::memchr_iter;
use std::iter;
use std::ops::{Deref, Range};
use std::sync::{Arc, OnceLock};

/// Index of a file in [`Files`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A range of bytes of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

/// A value and the place that says it.
#[derive(Clone, Debug)]
pub struct Spanned<T> {
    /// What is said.
    pub value: T,
    /// Where.
    pub span: Span,
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    /// Equal if the values are: where a thing is said does not change it.
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

/// What a file defines, which follows from its place: `traits/` holds traits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// A descriptor with an identity.
    Element,
    /// A descriptor without identity, shared by elements.
    Trait,
}

/// A file to compile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The path to show, with `/`: `elements/sagelive.yaml`.
    pub path: String,
    /// The name that others call it by: its file name without `.yaml`.
    pub name: String,
    /// Element or trait.
    pub role: Role,
    /// Whether it only lends traits and parents, and is neither checked nor emitted itself.
    pub library: bool,
    /// Its content, hopefully UTF-8.
    pub bytes: Bytes,
}

impl Source {
    /// Its place among all: own files before those of a library, elements before traits, by name.
    pub(crate) fn order(&self) -> (bool, Role, &str) {
        (self.library, self.role, &self.name)
    }
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bytes {
    /// UTF-8.
    Text(ArcStr),
    /// Anything else.
    Other(Arc<[u8]>),
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::Text(text.into()),
            Err(error) => Self::Other(error.into_bytes().into()),
        }
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        bytes.to_vec().into()
    }
}

impl Deref for Bytes {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Other(bytes) => bytes,
        }
    }
}

/// All files of a compilation.
#[derive(Clone, Debug, Default)]
pub struct Files {
    files: Vec<File>,
}

/// A file. What of it is not UTF-8 is replaced, and reported.
#[derive(Clone, Debug)]
pub struct File {
    /// The path to show.
    pub path: String,
    /// The text: that of the source, if it is UTF-8.
    text: ArcStr,
    /// Where its lines start, once somebody has asked for one.
    lines: OnceLock<Vec<usize>>,
}

impl File {
    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the first line starts: a byte order mark is no column, since editors do not show it.
    fn start(&self) -> usize {
        if self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
    }

    /// Where each line starts.
    fn lines(&self) -> &[usize] {
        self.lines.get_or_init(|| {
            iter::once(self.start())
                .chain(memchr_iter(b'\n', self.text.as_bytes()).map(|at| at + 1))
                .collect()
        })
    }

    /// The number of the line that holds a byte, from 0, and where it starts.
    fn line(&self, byte: usize) -> (usize, usize) {
        let lines = self.lines();
        let line = lines.partition_point(|start| *start <= byte) - 1;
        (line, lines[line])
    }

    /// The number of the first line, from 1, where it starts, and the text of all lines that a range touches.
    pub(crate) fn excerpt(&self, range: Range<usize>) -> (usize, usize, &str) {
        let (first, start) = self.line(range.start);
        let end = self.lines().get(self.line(range.end).0 + 1).copied().unwrap_or(self.text.len());
        (first + 1, start, &self.text[start..end])
    }

    /// The range of a span, clamped to the text and to whole characters.
    pub(crate) fn range(&self, span: Span) -> Range<usize> {
        let start = self.clamp(span.start);
        start..self.clamp(span.end).max(start)
    }

    fn clamp(&self, byte: u32) -> usize {
        let mut byte = (byte as usize).clamp(self.start(), self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        byte
    }
}

/// The text with asterisks where it must not be shown.
pub(crate) fn mask(text: &str, masked: impl IntoIterator<Item = Range<usize>>) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for range in masked {
        // Only ASCII is masked, byte by byte, so that places stay where they are.
        bytes[range].iter_mut().filter(|b| b.is_ascii_graphic()).for_each(|b| *b = b'*');
    }
    String::from_utf8(bytes).unwrap_or_default()
}

impl Files {
    /// The files with asterisks in some places.
    pub(crate) fn masked(&self, places: impl Iterator<Item = Span>) -> Self {
        let mut files = self.clone();
        for place in places {
            let file = &mut files.files[place.file.0 as usize];
            let masked = mask(file.text(), iter::once(place.start as usize..place.end as usize));
            file.text = masked.into();
        }
        files
    }

    /// Adds a file.
    pub fn add(&mut self, path: String, text: impl Into<String>) -> FileId {
        self.share(path, text.into().into())
    }

    /// Adds a file whose text is somebody else's too.
    pub(crate) fn share(&mut self, path: String, text: ArcStr) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).expect("fewer than 2^32 files"));
        self.files.push(File { path, text, lines: OnceLock::new() });
        id
    }

    /// The file with this id.
    #[must_use]
    pub fn get(&self, id: FileId) -> &File {
        &self.files[id.0 as usize]
    }

    /// All files, in the order in which they were added.
    pub fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..u32::try_from(self.files.len()).unwrap_or(u32::MAX)).map(FileId)
    }

    /// Line and column of a byte, both from 1, the column in characters.
    #[must_use]
    pub fn position(&self, file: FileId, byte: u32) -> (usize, usize) {
        let file = self.get(file);
        let byte = file.clamp(byte);
        let (line, start) = file.line(byte);
        (line + 1, file.text[start..byte].chars().count() + 1)
    }
}
