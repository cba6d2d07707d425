//! Texts: what people need in order to fill in an entry, and what they could not tell apart.

use super::{Rule, Scope};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::Element;
use crate::resolve::flow::{self, Place};
use crate::source::Span;
use crate::syntax::part::{Part, Text};
use serde_json::Value as Json;
use std::collections::HashMap;

/// See the module.
pub const RULE: Rule = Rule { codes: &[UNDESCRIBED, SAME_TITLE, BLANKS], scope: Scope::Element(run) };

const BLANKS: Code = Code("W0701");
const UNDESCRIBED: Code = Code("W0702");
const SAME_TITLE: Code = Code("W0703");

fn run(element: &Element, found: &mut Vec<Diagnostic>) {
    for (_, place, key, entry) in super::entries(element) {
        let chosen = entry.from.is_none() && entry.template.is_none() && entry.value.is_none();
        let wanted = matches!(place, Place::Configuration | Place::Request) && chosen && entry.whole;
        if wanted && entry.description.is_none() {
            found.push(
                Diagnostic::new(UNDESCRIBED, entry.at, format!("`{key}` has no description"))
                    .label("people have to fill it in")
                    .note("say in a sentence what it is and where to find it"),
            );
        }
    }
    for method in &element.methods {
        let mut titles: HashMap<&str, (&Text, Span)> = HashMap::new();
        for (key, entry) in method.entries(Place::Configuration).into_iter().flat_map(|e| e.iter()) {
            let Some(title) = flow::chain(element, method, entry).find_map(|e| e.title.as_ref()) else {
                continue;
            };
            let (first, at) = *titles.entry(&title.value).or_insert((key, title.span));
            if first != key {
                let message = format!("`{key}` and `{first}` have the same title");
                found.push(
                    Diagnostic::new(SAME_TITLE, title.span, message)
                        .label("people cannot tell them apart")
                        .also(at, "the same title"),
                );
            }
        }
    }
    element.body.visit(&mut Vec::new(), &mut |path, span, value| {
        let separator = path.last().is_some_and(|k| &**k == "separator");
        if let Json::String(text) = &value
            && text.trim() != text
            && !separator
            && !text.trim().is_empty()
        {
            let message = format!("`{}` begins or ends with a blank", path.join("."));
            found.push(
                Diagnostic::new(BLANKS, span, message).label("nobody sees it").note("remove the blank"),
            );
        }
    });
}
