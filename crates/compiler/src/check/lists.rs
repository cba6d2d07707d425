//! Lists: each item once.

use super::{Rule, Scope, Written};
use crate::HashMap;
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::PLATFORM;
use crate::source::Span;
use crate::syntax::yaml::{Kind, Node};
use std::borrow::Cow;

/// See the module.
pub const RULE: Rule = Rule { codes: &[TWICE], scope: Scope::List(run) };

const TWICE: Code = Code("W0312");

/// The lists in which an item that stands twice is one too many.
const SETS: [&str; 4] = ["traits", "scopes", "values", "remove"];

fn run(written: &Written, found: &mut Vec<Diagnostic>) {
    if let (Some(key), Kind::List(items)) = (written.key, &written.node.kind)
        && SETS.contains(&key.name)
        && !written.is_in_list
        && !written.is_extension()
    {
        twice(key.name, items, found);
    }
}

fn twice(key: &str, items: &[Node], found: &mut Vec<Diagnostic>) {
    // Most lists are a few texts, which are compared with each other.
    let is_new = |(at, item): (usize, &Node)| {
        let is_other = |own| own != PLATFORM && items[..at].iter().all(|other| other.text() != Some(own));
        item.text().is_some_and(is_other)
    };
    if items.len() <= 16 && items.iter().enumerate().all(is_new) {
        return;
    }
    let mut seen: HashMap<Cow<str>, Span> = HashMap::default();
    for item in items {
        let text: Cow<str> = match item.kind {
            Kind::String(text) => Cow::from(text),
            Kind::Boolean(boolean) => boolean.to_string().into(),
            Kind::Integer(number) => number.to_string().into(),
            Kind::Float(number) => number.to_string().into(),
            Kind::Null | Kind::List(_) | Kind::Map(_) => continue,
        };
        if key == "traits" && text == PLATFORM {
            found.push(
                Diagnostic::new(TWICE, item.span, "`platform` is the base of every element")
                    .label("there already")
                    .note("it is never listed"),
            );
        } else if let Some(first) = seen.get(&text) {
            found.push(
                Diagnostic::new(TWICE, item.span, format!("`{key}` has `{text}` twice"))
                    .label("listed again")
                    .also(*first, "listed here"),
            );
        } else {
            seen.insert(text, item.span);
        }
    }
}
