//! Leaves: texts, booleans, numbers, any JSON, and lists of these, as they are read and shown.
//!
//! In: [`Node`]s. Out: values, and what is wrong with how they are written.

use super::decode::{Decode, Decoder, WRONG_TYPE};
use super::part::{Leaf, Text};
use super::yaml::{self, Kind, Node};
use crate::diagnostic::{Diagnostic, Edit, Fix, Form};
use crate::source::{Span, Spanned};
use serde_json::Value as Json;

impl Decode for Text {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        match node.kind {
            Kind::String(text) => Some(cx.text(text)),
            Kind::Boolean(_) | Kind::Integer(_) | Kind::Float(_) => {
                let text = show_scalar(&node.kind);
                let message = format!("`{}` must be text", cx.key());
                cx.diagnostics.push(
                    Diagnostic::new(WRONG_TYPE, node.span, message)
                        .label("text needs quotes here")
                        .replace(node.span, format!("\"{text}\"")),
                );
                Some(text.into())
            }
            _ => cx.wrong_type(node, "text"),
        }
    }
}

fn show_scalar(kind: &Kind) -> String {
    match kind {
        Kind::Boolean(b) => b.to_string(),
        Kind::Integer(i) => i.to_string(),
        Kind::Float(f) => f.to_string(),
        _ => String::new(),
    }
}

impl Leaf for Text {
    fn show(&self) -> Json {
        Json::String(self.to_string())
    }
}

impl Decode for bool {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        match node.kind {
            Kind::Boolean(b) => Some(b),
            Kind::String(text) => cx.text_as(as_boolean(text), node, "`true` or `false`"),
            _ => cx.wrong_type(node, "`true` or `false`"),
        }
    }
}

/// The boolean that a text is to some readers of YAML.
pub fn as_boolean(text: &str) -> Option<bool> {
    let is = |word: &&str| word.eq_ignore_ascii_case(text);
    let is_true = ["true", "yes", "on", "y"].iter().any(is);
    (is_true || ["false", "no", "off", "n"].iter().any(is)).then_some(is_true)
}

/// The integer that a text is to some readers of YAML: in another base, with `_` between its digits, or with
/// zeros before them. These are taken for decimal ones, as YAML 1.2 has it.
pub fn as_integer(text: &str) -> Option<i64> {
    let digits = text.replace('_', "");
    match digits.get(..2) {
        Some("0x" | "0X") => i64::from_str_radix(&digits[2..], 16).ok(),
        Some("0o" | "0O") => i64::from_str_radix(&digits[2..], 8).ok(),
        Some("0b" | "0B") => i64::from_str_radix(&digits[2..], 2).ok(),
        _ => digits.parse().ok().or_else(|| number(digits.parse().ok()?).as_i64()),
    }
}

/// The number that a text is to some readers of YAML.
#[allow(clippy::cast_precision_loss)]
pub fn as_number(text: &str) -> Option<f64> {
    as_integer(text).map(|whole| whole as f64).or_else(|| text.replace('_', "").parse().ok())
}

impl Leaf for bool {
    fn show(&self) -> Json {
        Json::Bool(*self)
    }
}

impl Decode for i64 {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        match node.kind {
            Kind::Integer(i) => Some(i),
            Kind::String(text) => cx.text_as(as_integer(text), node, "a whole number"),
            _ => cx.wrong_type(node, "a whole number"),
        }
    }
}

impl Leaf for i64 {
    fn show(&self) -> Json {
        Json::from(*self)
    }
}

impl Decode for f64 {
    #[allow(clippy::cast_precision_loss)]
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        match node.kind {
            Kind::Integer(i) => Some(i as f64),
            Kind::Float(f) => Some(f),
            Kind::String(text) => cx.text_as(as_number(text), node, "a number"),
            _ => cx.wrong_type(node, "a number"),
        }
    }
}

impl Leaf for f64 {
    fn show(&self) -> Json {
        number(*self)
    }
}

/// A number as JSON, without a fraction where it has none.
#[must_use]
#[allow(clippy::cast_possible_truncation)]
pub fn number(value: f64) -> Json {
    if value.fract() == 0.0 && value.abs() < 9e15 { Json::from(value as i64) } else { Json::from(value) }
}

impl Decode for Json {
    fn decode(node: &Node, _: &mut Decoder) -> Option<Self> {
        Some(to_json(node))
    }
}

fn to_json(node: &Node) -> Json {
    match node.kind {
        Kind::Null => Json::Null,
        Kind::Boolean(b) => Json::Bool(b),
        Kind::Integer(i) => Json::from(i),
        Kind::Float(f) => Json::from(f),
        Kind::String(s) => Json::String(s.to_string()),
        Kind::List(items) => Json::Array(items.iter().map(to_json).collect()),
        Kind::Map(members) => {
            Json::Object(members.iter().map(|(k, v)| (k.name.to_string(), to_json(v))).collect())
        }
    }
}

impl Leaf for Json {
    fn show(&self) -> Json {
        self.clone()
    }
}

impl<T: Decode> Decode for Vec<Spanned<T>> {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let item;
        let items = match node.kind {
            Kind::List(items) => items,
            // One item without its brackets, or without a blank after its dash.
            Kind::String(text) => {
                let message = format!("`{}` must be a list, not text", cx.key());
                let mut diagnostic = Diagnostic::new(WRONG_TYPE, node.span, message).label("expected a list");
                diagnostic.fix = in_brackets(node);
                // Commas part several items.
                cx.lost |= diagnostic.fix.is_none() || text.contains(',');
                cx.diagnostics.push(diagnostic);
                item = without_dash(node).unwrap_or(*node);
                std::slice::from_ref(&item)
            }
            _ => return cx.wrong_type(node, "a list"),
        };
        Some(items.iter().filter_map(|item| Spanned::decode(item, cx)).collect())
    }
}

/// What follows a dash that a text begins with, if it is written as it is.
fn without_dash<'a>(item: &Node<'a>) -> Option<Node<'a>> {
    let Kind::String(text) = item.kind else { return None };
    let after =
        text.strip_prefix('-').filter(|_| (item.span.end - item.span.start) as usize == text.len())?;
    Some(Node { span: Span { start: item.span.start + 1, ..item.span }, kind: Kind::String(after) })
}

/// What may keep the items of a text apart, or put them in brackets, in other languages.
const APART: [char; 5] = [' ', '|', ';', '(', ')'];

/// The fix that makes a list of a text; none for one that stands over several lines, has brackets
/// itself, lacks quotes that it needs, begins as an item does in other languages, or whose items
/// something else than commas keeps apart.
fn in_brackets(item: &Node) -> Option<Fix> {
    let Kind::String(text) = item.kind else { return None };
    let insert = |at, text: &str| {
        let span = Span { start: at, end: at, ..item.span };
        Edit { span, text: text.to_owned(), form: Form::Verbatim }
    };
    let length = (item.span.end - item.span.start) as usize;
    let mut items = text.split(',').map(str::trim);
    let is_sound = match length.checked_sub(text.len()) {
        Some(0) => !yaml::is_ambiguous(text) && items.all(|item| !item.contains(APART)),
        Some(2) => !text.contains(APART) && !text.contains(','),
        _ => false,
    };
    if let Some(after) = without_dash(item) {
        let edits = vec![insert(after.span.start, " ")];
        return Some(Fix { title: "put a blank after the `-`".to_owned(), edits });
    }
    if !is_sound || text.contains(['[', ']', '\n']) || text.starts_with(['–', '—', '•', '*']) {
        return None;
    }
    let edits = vec![insert(item.span.start, "["), insert(item.span.end, "]")];
    Some(Fix { title: "put it in brackets".to_owned(), edits })
}

impl<T: Leaf> Leaf for Vec<Spanned<T>> {
    fn show(&self) -> Json {
        Json::Array(self.iter().map(|item| item.value.show()).collect())
    }
}
