//! YAML: text becomes a tree of spanned nodes.
//!
//! In: the text of one file. Out: a [`Node`] that borrows from it, if there is any, and diagnostics: broken syntax,
//! anchors, aliases, tags and merge keys (the language has none), duplicate keys, keys that are
//! no strings, several documents, too much depth, and plain scalars that one YAML reads
//! otherwise than another (`no`, `0123`, `1e3`, `2016-01-01`).

mod broken;
mod build;
mod comments;
mod conflict;
mod foreign;
mod indentation;
mod plain;
mod recover;
mod scalar;
#[cfg(test)]
mod tests;
mod write;

pub use comments::comments;
pub use write::in_place_of;

use plain::Plain;

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};
use bumpalo::Bump;

/// Broken YAML.
pub const BROKEN: Code = Code("E0101");
/// Too deep or too many nodes.
pub const TOO_LARGE: Code = Code("E0103");
/// Anchors, aliases, tags and merge keys.
pub const NOT_IN_LANGUAGE: Code = Code("E0104");
/// A key that is given twice.
pub const DUPLICATE_KEY: Code = Code("E0105");
/// A plain scalar that must be quoted.
pub const AMBIGUOUS: Code = Code("E0106");
/// No document, or more than one.
pub const DOCUMENTS: Code = Code("E0107");
/// A key that is no scalar.
pub const COMPLEX_KEY: Code = Code("E0108");
/// Typographic quotes where straight ones are meant.
pub const SMART_QUOTES: Code = Code("E0109");

/// The deepest nesting of maps and lists. The language needs about eight levels.
pub const DEPTH_LIMIT: usize = 64;
/// The most nodes, keys included, of one file.
pub const NODE_LIMIT: usize = 1_000_000;

/// Whether a text without quotes is a boolean or a number to every reader.
#[must_use]
pub fn is_value(text: &str) -> bool {
    matches!(plain::read(text), Plain::Boolean(_) | Plain::Integer(_) | Plain::Float(_))
}

/// Whether a text without quotes is something else to some readers.
#[must_use]
pub fn is_ambiguous(text: &str) -> bool {
    matches!(plain::read(text), Plain::Ambiguous(_))
}

/// A node of the tree. It owns nothing: what is below it lies in the arena that the tree was read into.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    /// The text of the node, without blanks and comments after it: a scalar with its quotes or its
    /// `|`, a list or map in brackets with the brackets, any other from its first to the end of its
    /// last child. What is left out (`a:`) has the empty span of the place where it would stand.
    pub span: Span,
    /// What it is.
    pub kind: Kind<'a>,
}

impl<'a> Node<'a> {
    /// What it says, if it is a text.
    #[must_use]
    pub fn text(&self) -> Option<&'a str> {
        if let Kind::String(text) = &self.kind { Some(text) } else { None }
    }
}

/// What a [`Node`] is.
#[derive(Clone, Copy, Debug)]
pub enum Kind<'a> {
    /// `null`, `~` or nothing at all.
    Null,
    /// A plain `true` or `false`.
    Boolean(bool),
    /// A plain decimal integer.
    Integer(i64),
    /// A plain decimal fraction such as `0.5`.
    Float(f64),
    /// Anything else that is a scalar.
    String(&'a str),
    /// A sequence.
    List(&'a [Node<'a>]),
    /// A mapping, in the order of the text, without duplicates.
    Map(&'a [(Key<'a>, Node<'a>)]),
}

/// A key of a mapping.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    /// The key, decoded.
    pub name: &'a str,
    /// Where it stands.
    pub span: Span,
}

/// Reads a file into an arena. Returns what can be read of it, and adds a diagnostic for everything that cannot.
///
/// Broken syntax ([`BROKEN`]) does not end the reading: it goes on with the next key at the margin.
/// The value that is broken is then missing from the tree, so whoever misses a key in a file with
/// such a diagnostic should not say so. An alias is [`Kind::Null`], and so is what may go on with a text that
/// begins like an anchor or a tag (`&Sage 200`); of a key given twice the first
/// value stands; an ambiguous scalar is taken as text.
pub fn parse<'a>(
    file: FileId,
    text: &'a str,
    arena: &'a Bump,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Node<'a>> {
    if u32::try_from(text.len()).is_err() {
        let span = Span { file, start: 0, end: 0 };
        diagnostics.push(Diagnostic::new(TOO_LARGE, span, "the file is larger than 4 GiB"));
        return None;
    }
    let before = diagnostics.len();
    let tree = build::Builder::new(file, text, arena, diagnostics).build();
    let is_broken = diagnostics[before..].iter().any(|it| matches!(it.code, BROKEN | DUPLICATE_KEY));
    let mut conflicts = Vec::new();
    if is_broken && let Some(text) = conflict::resolved(file, text, &mut conflicts) {
        diagnostics.truncate(before);
        diagnostics.append(&mut conflicts);
        return build::Builder::new(file, arena.alloc_str(&text), arena, diagnostics).build();
    }
    tree
}
