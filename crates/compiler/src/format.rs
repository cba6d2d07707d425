//! Format: the text of a descriptor in its canonical order and layout.
//!
//! In: the text of one file. Out: the same descriptor: keys of the language in the order of the
//! reference, two blanks per level, no blanks at the end of lines, one empty line at most. What the
//! author names stays in the author's order, comments stay with what they are about, and scalars
//! stay as they are written.

use crate::diagnostic::Diagnostic;
use crate::source::FileId;
use crate::syntax::decode::Fields;
use crate::syntax::descriptor::{ApiKey, Instance, OAuth1, OAuth2, ORDER, Placeholders, TokenExchange};
use crate::syntax::entry::Entry;
use crate::syntax::yaml::{self, Key, Kind, Node};
use bumpalo::Bump;
use std::ops::Range;

/// A descriptor in its canonical layout, or why it stays as it is.
pub type Layout = Result<String, Doubt>;

/// Why a descriptor cannot be laid out without losing something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// All of it is one flow map.
    #[error("all of it stands in braces; write its keys on lines of their own")]
    Braces,
    /// A comment in the middle of something, on this line.
    #[error("the comment on line {0} stands in the middle of a value; put it on a line above")]
    Comment(usize),
    /// A value that depends on what stands around it: text of several lines that keeps all line ends.
    #[error("elsewhere, text of several lines would be another one")]
    Value,
    /// Something else.
    #[error("its lines cannot be told apart; write each key on a line of its own")]
    Lines,
}

/// Formats a descriptor. What cannot be laid out without doubt stays as it is.
///
/// # Errors
/// The diagnostics of its syntax: a broken file is not touched.
pub fn format(file: FileId, text: &str) -> Result<String, Vec<Diagnostic>> {
    Ok(layout(file, text)?.unwrap_or_else(|_| text.to_owned()))
}

/// Formats a descriptor, or says why it cannot be done without doubt.
///
/// # Errors
/// The diagnostics of its syntax: a broken file is not touched.
pub fn layout(file: FileId, text: &str) -> Result<Layout, Vec<Diagnostic>> {
    let mut diagnostics = Vec::new();
    let arena = Bump::new();
    let tree = yaml::parse(file, text, &arena, &mut diagnostics);
    let Some(tree) = tree.filter(|_| diagnostics.is_empty()) else { return Err(diagnostics) };
    let printer = Printer::new(text);
    if printer.is_inline(&tree) {
        return Ok(Err(Doubt::Braces));
    }
    let printed = printer.document(&tree).ok_or(Doubt::Lines);
    Ok(printed.and_then(|new| is_same(text, &tree, &new).map(|()| new)))
}

/// Whether a new text says what the old one said, comments included.
fn is_same(old: &str, tree: &Node, new: &str) -> Result<(), Doubt> {
    let comments = |text: &str| {
        let found = yaml::comments(text).into_iter().map(|c| (text[c.clone()].to_owned(), c.start));
        let mut all: Vec<(String, usize)> = found.collect();
        all.sort();
        all
    };
    let (before, mut after) = (comments(old), comments(new));
    for (comment, at) in before {
        let Some(kept) = after.iter().position(|(other, _)| *other == comment) else {
            return Err(Doubt::Comment(old[..at].lines().count().max(1)));
        };
        after.remove(kept);
    }
    let mut diagnostics = Vec::new();
    let arena = Bump::new();
    let again = yaml::parse(FileId(0), new, &arena, &mut diagnostics);
    let same = again.is_some_and(|again| alike(tree, &again, &mut Vec::new()));
    if same && diagnostics.is_empty() && after.is_empty() { Ok(()) } else { Err(Doubt::Value) }
}

/// Whether two trees are equal, but for the order of keys that have a canonical one.
fn alike(a: &Node, b: &Node, path: &mut Vec<String>) -> bool {
    match (a.kind, b.kind) {
        (Kind::Null, Kind::Null) => true,
        (Kind::Boolean(a), Kind::Boolean(b)) => a == b,
        (Kind::Integer(a), Kind::Integer(b)) => a == b,
        (Kind::Float(a), Kind::Float(b)) => a.to_bits() == b.to_bits(),
        (Kind::String(a), Kind::String(b)) => a == b,
        (Kind::List(a), Kind::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b, &mut vec!["-".to_owned()]))
        }
        (Kind::Map(a), Kind::Map(b)) => {
            let ordered =
                order(path).is_some() || a.iter().map(|(k, _)| &k.name).eq(b.iter().map(|(k, _)| &k.name));
            let mut same = |(at, (key, value)): (usize, &(Key, Node))| {
                // Most stand where they stood.
                let is = |(other, _): &&(Key, Node)| other.name == key.name;
                let Some((_, other)) = b.get(at).filter(is).or_else(|| b.iter().find(is)) else {
                    return false;
                };
                path.push(key.name.to_string());
                let same = alike(value, other, path);
                path.pop();
                same
            };
            ordered && a.len() == b.len() && a.iter().enumerate().all(&mut same)
        }
        _ => false,
    }
}

/// The canonical order of the keys at a path; `None` where the author names them.
fn order(path: &[String]) -> Option<Vec<&'static str>> {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let (mut path, mut first) = (path.as_slice(), &[][..]);
    if let ["override", rest @ ..] = path {
        path = rest;
    }
    if let ["variants", _, rest @ ..] = path {
        (path, first) = (rest, &["title", "when"][..]);
    }
    if let ["override", rest @ ..] = path {
        path = rest;
    }
    Some(match path {
        [] => first.iter().copied().chain(ORDER).collect(),
        ["oauth2"] => OAuth2::keys(),
        ["oauth1"] => OAuth1::keys(),
        ["oauth1", "token"] => TokenExchange::keys(),
        ["apiKey"] => ApiKey::keys(),
        ["instance"] => Instance::keys(),
        ["placeholders"] => Placeholders::keys(),
        ["configuration" | "providerData" | "request", _]
        | ["oauth1" | "oauth2", "query" | "redirect" | "callback", _]
        | ["oauth1", "token", "query" | "response", _]
        | ["instance", "body" | "element" | "configuration", _] => Entry::keys(),
        _ => return None,
    })
}

struct Printer<'a> {
    text: &'a str,
    /// The lines, without their ends.
    lines: Vec<Range<usize>>,
    comments: Vec<Range<usize>>,
}

/// An item of a block, with the lines that are its own.
struct Item<'a> {
    key: Option<&'a Key<'a>>,
    value: &'a Node<'a>,
    /// Comments and empty lines above it.
    above: Range<usize>,
    /// Its first line, and the line after its last.
    own: Range<usize>,
}

impl<'a> Printer<'a> {
    fn new(text: &'a str) -> Self {
        let mut lines = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let bare = line.trim_end_matches(['\n', '\r']);
            lines.push(start..start + bare.len());
            start += line.len();
        }
        Self { text, lines, comments: yaml::comments(text) }
    }

    fn document(&self, tree: &Node) -> Option<String> {
        let Kind::Map(members) = tree.kind else { return None };
        let mut out = String::new();
        // What stands above the first key is about the file.
        let first = self.line(members.first()?.0.span.start as usize)?;
        self.loose(0..first, 0, &mut out);
        self.block(tree, first..self.lines.len(), 0, &mut Vec::new(), &mut out)?;
        Some(out.trim_end().to_owned() + "\n")
    }

    fn line(&self, at: usize) -> Option<usize> {
        self.lines.partition_point(|line| line.start <= at).checked_sub(1)
    }

    fn column(&self, at: usize) -> Option<usize> {
        Some(at - self.lines.get(self.line(at)?)?.start)
    }

    /// Whether a node stands in brackets or is a scalar.
    fn is_inline(&self, node: &Node) -> bool {
        match node.kind {
            Kind::Map(_) | Kind::List(_) => self.text[node.span.start as usize..].starts_with(['{', '[']),
            _ => true,
        }
    }

    /// Comments and empty lines, several of these as one.
    fn loose(&self, lines: Range<usize>, indent: usize, out: &mut String) {
        for line in &self.lines[lines] {
            let text = self.text[line.clone()].trim().trim_start_matches('\u{feff}');
            if !text.is_empty() && text.starts_with('#') {
                out.push_str(&" ".repeat(indent));
                out.push_str(text);
                out.push('\n');
            } else if text.is_empty() && !out.is_empty() && !out.ends_with("\n\n") {
                out.push('\n');
            }
        }
    }

    /// The items of a block map or list, with their lines.
    fn items<'n>(&self, node: &'n Node, lines: &Range<usize>) -> Option<Vec<Item<'n>>> {
        let members: Vec<(Option<&Key>, &Node)> = match node.kind {
            Kind::Map(members) => members.iter().map(|(key, value)| (Some(key), value)).collect(),
            Kind::List(items) => items.iter().map(|item| (None, item)).collect(),
            _ => return None,
        };
        let mut items = Vec::new();
        let mut next = lines.start;
        for (key, value) in members {
            let start = key.map_or(value.span.start, |k| k.span.start) as usize;
            let first = self.line(start)?;
            let end = (value.span.end as usize).max(key.map_or(0, |k| k.span.end as usize));
            let mut last = self.line(end.saturating_sub(1).max(start))?;
            // Comments further in than the item are still about it.
            let column = self.column(start)?;
            let mut at = last + 1;
            while at < lines.end {
                let line = &self.text[self.lines[at].clone()];
                let inner = line.len() - line.trim_start().len();
                if line.trim_start().starts_with('#') && inner > column && !self.is_inline(value) {
                    last = at;
                } else if !line.trim().is_empty() {
                    break;
                }
                at += 1;
            }
            if first < next || last >= lines.end {
                return None;
            }
            items.push(Item { key, value, above: next..first, own: first..last + 1 });
            next = last + 1;
        }
        Some(items)
    }

    /// Prints the items of a block at an indent. `lines` are those of the block.
    fn block(
        &self,
        node: &Node,
        lines: Range<usize>,
        indent: usize,
        path: &mut Vec<String>,
        out: &mut String,
    ) -> Option<()> {
        let mut items = self.items(node, &lines)?;
        let end = items.last().map_or(lines.start, |item| item.own.end);
        let mut moved = false;
        if let (Kind::Map(_), Some(order)) = (&node.kind, order(path)) {
            let rank = |item: &Item| {
                let name = item.key.map_or("", |key| key.name);
                order.iter().position(|key| *key == name).unwrap_or(order.len())
            };
            moved = !items.is_sorted_by_key(rank);
            items.sort_by_key(rank);
        }
        let is_empty = |line: usize| self.text[self.lines[line].clone()].trim().is_empty();
        let mut tall = false;
        for (at, item) in items.iter().enumerate() {
            // Sections that were moved are set apart again.
            let taller = item.own.len() > 1;
            let apart = moved && indent == 0 && (tall || taller);
            if at > 0 && (apart || item.above.clone().next().is_some_and(is_empty)) && !out.ends_with("\n\n")
            {
                out.push('\n');
            }
            tall = taller;
            let mut above = String::new();
            self.loose(item.above.clone(), indent, &mut above);
            out.push_str(&above);
            self.item(item, indent, path, out)?;
        }
        self.loose(end..lines.end, indent, out);
        Some(())
    }

    fn item(&self, item: &Item, indent: usize, path: &mut Vec<String>, out: &mut String) -> Option<()> {
        let margin = " ".repeat(indent);
        let Item { key, value, own, .. } = item;
        let Some(key) = key else {
            // An item of a list: what it holds stands two blanks further in.
            let mut inner = String::new();
            if self.is_inline(value) {
                inner.push_str(&self.inline(value, indent + 2, path)?);
                inner.push_str(&self.behind(value.span.end as usize, own.end - 1));
                inner.push('\n');
            } else {
                let mut deeper = vec!["-".to_owned()];
                self.block(value, own.clone(), indent + 2, &mut deeper, &mut inner)?;
                inner = inner.get(indent + 2..)?.to_owned();
            }
            out.push_str(&format!("{margin}- {inner}"));
            return Some(());
        };
        let name = &self.text[key.span.start as usize..key.span.end as usize];
        out.push_str(&format!("{margin}{name}:"));
        path.push(key.name.to_string());
        if self.is_inline(value) {
            let text = self.inline(value, indent, path)?;
            let end = if text.is_empty() { key.span.end as usize + 1 } else { value.span.end as usize };
            if !text.is_empty() {
                out.push(' ');
            }
            out.push_str(&text);
            out.push_str(&self.behind(end, own.end - 1));
            out.push('\n');
        } else {
            out.push_str(&self.behind(key.span.end as usize + 1, own.start));
            out.push('\n');
            self.block(value, own.start + 1..own.end, indent + 2, path, out)?;
        }
        path.pop();
        Some(())
    }

    /// The comment behind a place of a line, with the blanks before it.
    fn behind(&self, at: usize, line: usize) -> String {
        let Some(range) = self.lines.get(line) else { return String::new() };
        let comment = self.comments.iter().find(|c| c.start >= at && range.contains(&c.start));
        comment.map_or_else(String::new, |c| {
            let blanks = self.text[at..c.start].len().max(1);
            format!("{}{}", " ".repeat(blanks), &self.text[c.clone()])
        })
    }

    /// A scalar as it is written, a list or map in brackets with its blanks as they should be.
    fn inline(&self, node: &Node, indent: usize, path: &mut Vec<String>) -> Option<String> {
        let text = &self.text[node.span.start as usize..node.span.end as usize];
        if text.contains('\n') {
            return self.shifted(node, indent);
        }
        Some(match node.kind {
            Kind::List(items) => {
                let mut deeper = vec!["-".to_owned()];
                let items: Option<Vec<String>> =
                    items.iter().map(|item| self.inline(item, 0, &mut deeper)).collect();
                format!("[{}]", items?.join(", "))
            }
            Kind::Map([]) => "{}".to_owned(),
            Kind::Map(members) => {
                let mut members: Vec<&(Key, Node)> = members.iter().collect();
                if let Some(order) = order(path) {
                    members.sort_by_key(|(key, _)| {
                        order.iter().position(|k| *k == key.name).unwrap_or(order.len())
                    });
                }
                let mut parts = Vec::new();
                for (key, value) in members {
                    let name = &self.text[key.span.start as usize..key.span.end as usize];
                    path.push(key.name.to_string());
                    let value = self.inline(value, 0, path)?;
                    path.pop();
                    parts.push(if value.is_empty() {
                        format!("{name}:")
                    } else {
                        format!("{name}: {value}")
                    });
                }
                format!("{{ {} }}", parts.join(", "))
            }
            _ => text.to_owned(),
        })
    }

    /// Text of several lines as it is written, as far in as before relative to its key.
    fn shifted(&self, node: &Node, indent: usize) -> Option<String> {
        let (start, end) = (node.span.start as usize, node.span.end as usize);
        let first = self.line(start)?;
        let head = &self.text[self.lines[first].clone()];
        let was = head.len() - head.trim_start().trim_start_matches("- ").len();
        let mut out = self.text[start..self.lines[first].end].trim_end().to_owned();
        let is_scalar = !matches!(node.kind, Kind::List(_) | Kind::Map(_));
        for line in first + 1..=self.line(end - 1)? {
            let range = self.lines[line].start..self.lines[line].end.min(end);
            let text = &self.text[range];
            let inner = text.len() - text.trim_start().len();
            out.push('\n');
            if !text.trim().is_empty() {
                out.push_str(&" ".repeat((inner + indent).checked_sub(was)?));
                out.push_str(if is_scalar { text.trim_start() } else { text.trim() });
            }
        }
        Some(out)
    }
}
