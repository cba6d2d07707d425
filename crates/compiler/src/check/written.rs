//! Written: what a file says, before anybody merges it.
//!
//! In: the tree of a file. Out: what the rules about its texts, lists and keys find.

use super::{RULES, Scope};
use crate::diagnostic::Diagnostic;
use crate::syntax::descriptor::EXTENSION;
use crate::syntax::yaml::{Key, Kind, Node};
use memchr::memchr;
use std::sync::LazyLock;

/// A node of a file.
pub struct Written<'a> {
    /// The keys that lead to it.
    pub path: &'a [&'a str],
    /// The last of them, where it stands; `None` for an item of a list.
    pub key: Option<&'a Key<'a>>,
    /// The node.
    pub node: &'a Node<'a>,
    /// All that the file says.
    pub text: &'a str,
    /// Whether it stands below a list: maps there are data or conditions, whose keys are nobody's attributes.
    pub is_in_list: bool,
    /// Whether the file has, or makes by escapes, characters beyond ASCII.
    pub has_more_than_ascii: bool,
    /// Whether the file may have comments.
    pub has_comments: bool,
}

impl Written<'_> {
    /// Whether it is the author's own, and means nothing here.
    pub fn is_extension(&self) -> bool {
        self.path.first().is_some_and(|key| key.starts_with(EXTENSION))
    }
}

/// Runs the rules about what is written in a file.
pub(crate) fn file(tree: &Node, text: &str, found: &mut Vec<Diagnostic>) {
    let has = |byte: u8| memchr(byte, text.as_bytes()).is_some();
    let (has_more_than_ascii, has_comments) = (!text.is_ascii() || has(b'\\'), has(b'#'));
    let path = Vec::with_capacity(8);
    Walk { rules: &OF_FILES, path, text, has_more_than_ascii, has_comments, found }.node(tree, None, false);
}

/// The rules about what is written.
#[derive(Default)]
struct OfFiles {
    texts: Vec<fn(&Written, &mut Vec<Diagnostic>)>,
    lists: Vec<fn(&Written, &mut Vec<Diagnostic>)>,
    keys: Vec<fn(&Written, &mut Vec<Diagnostic>)>,
}

static OF_FILES: LazyLock<OfFiles> = LazyLock::new(|| {
    let mut of_files = OfFiles::default();
    for rule in RULES {
        match rule.scope {
            Scope::Text(run) => of_files.texts.push(run),
            Scope::List(run) => of_files.lists.push(run),
            Scope::Key(run) => of_files.keys.push(run),
            Scope::Entry(_) | Scope::Element(_) | Scope::Contract(_) | Scope::Catalogue(_) => {}
        }
    }
    of_files
});

/// A walk through what is written in a file.
struct Walk<'a, 'd> {
    rules: &'static OfFiles,
    path: Vec<&'a str>,
    text: &'a str,
    has_more_than_ascii: bool,
    has_comments: bool,
    found: &'d mut Vec<Diagnostic>,
}

impl<'a> Walk<'a, '_> {
    /// Shows a node and all below it.
    fn node(&mut self, node: &'a Node<'a>, key: Option<&'a Key<'a>>, is_in_list: bool) {
        let Self { text, has_more_than_ascii, has_comments, .. } = *self;
        let written =
            Written { path: &self.path, key, node, text, is_in_list, has_more_than_ascii, has_comments };
        if key.is_some() {
            self.rules.keys.iter().for_each(|run| run(&written, self.found));
        }
        match node.kind {
            Kind::String(_) => self.rules.texts.iter().for_each(|run| run(&written, self.found)),
            Kind::List(items) => {
                self.rules.lists.iter().for_each(|run| run(&written, self.found));
                items.iter().for_each(|item| self.node(item, None, true));
            }
            Kind::Map(members) => {
                for (key, value) in members {
                    self.path.push(key.name);
                    self.node(value, Some(key), is_in_list);
                    self.path.pop();
                }
            }
            _ => {}
        }
    }
}
