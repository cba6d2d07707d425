//! Texts: what people need in order to fill in an entry, and what they could not tell apart.

use super::{Rule, Scope, Subject, Visit, scalars};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::flow::{self, Place};
use crate::source::Span;
use crate::syntax::part::Text;
use crate::syntax::yaml::Node;
use std::collections::HashMap;

/// See the module.
pub const RULE: Rule = Rule { codes: &[UNDESCRIBED], scope: Scope::Entry(run) };

/// Titles of one form.
pub const TITLES: Rule = Rule { codes: &[SAME_TITLE], scope: Scope::Element(titles) };

/// Texts as a file has them.
pub const TEXTS: Rule = Rule { codes: &[BLANKS], scope: Scope::File(blanks) };

const BLANKS: Code = Code("W0701");
const UNDESCRIBED: Code = Code("W0702");
const SAME_TITLE: Code = Code("W0703");

fn run(visit: &Visit, found: &mut Vec<Diagnostic>) {
    let &Visit { place, key, entry, .. } = visit;
    let chosen = entry.from.is_none() && entry.template.is_none() && entry.value.is_none();
    // What no sample shows, nobody has to fill in.
    let shown = entry.sample.as_ref().is_none_or(|sample| sample.value);
    let wanted = matches!(place, Place::Configuration | Place::Request) && chosen && shown && entry.whole;
    if wanted && entry.description.is_none() {
        found.push(
            Diagnostic::new(UNDESCRIBED, entry.at, format!("`{key}` has no description"))
                .label("people have to fill it in")
                .note("say in a sentence what it is and where to find it"),
        );
    }
}

fn titles(subject: &Subject, found: &mut Vec<Diagnostic>) {
    let element = subject.element;
    for method in &element.methods {
        let mut titles: HashMap<&str, (&Text, Span)> = HashMap::new();
        for (key, entry) in subject.own_of(method, Place::Configuration) {
            let Some(title) = flow::chain(element, method, entry).find_map(|e| e.title.as_ref()) else {
                continue;
            };
            let inherited = subject.ground.and_then(|ground| ground.titles.get(&title.value));
            let (first, at) = match inherited {
                Some((first, at)) => (first, *at),
                None => *titles.entry(&title.value).or_insert((key, title.span)),
            };
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
}

fn blanks(tree: &Node, found: &mut Vec<Diagnostic>) {
    scalars(tree, &mut |path, span, text| {
        let plain = text.trim();
        if plain != text && !plain.is_empty() && path.last().is_none_or(|key| *key != "separator") {
            let message = format!("`{}` begins or ends with a blank", path.join("."));
            found.push(
                Diagnostic::new(BLANKS, span, message).label("nobody sees it").note("remove the blank"),
            );
        }
    });
}
