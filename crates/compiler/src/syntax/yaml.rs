//! YAML: text becomes a tree of spanned nodes.
//!
//! In: the text of one file. Out: a [`Node`], if there is any, and diagnostics: broken syntax,
//! anchors, aliases, tags and merge keys (the language has none), duplicate keys, keys that are
//! no strings, several documents, too much depth, and plain scalars that one YAML reads
//! otherwise than another (`no`, `0123`, `1e3`, `2016-01-01`).

use crate::source::Span;
use std::sync::Arc;

/// A node of the tree.
#[derive(Clone, Debug)]
pub struct Node {
    /// The text of the node; for a map or a list from its first to the end of its last child.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// What a [`Node`] is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// `null`, `~` or nothing at all.
    Null,
    /// A plain `true` or `false`.
    Boolean(bool),
    /// A plain decimal integer.
    Integer(i64),
    /// A plain decimal fraction such as `0.5`.
    Float(f64),
    /// Anything else that is a scalar.
    String(Arc<str>),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order of the text, without duplicates.
    Map(Vec<(Key, Node)>),
}

/// A key of a mapping.
#[derive(Clone, Debug)]
pub struct Key {
    /// The key, decoded.
    pub name: Arc<str>,
    /// Where it stands.
    pub span: Span,
}
