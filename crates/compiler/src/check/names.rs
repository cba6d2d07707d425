//! Names: keys stay data, but generated code must be able to name each of them.

use super::{Rule, Scope, Subject, Visit};
use crate::HashMap;
use crate::diagnostic::{Code, Diagnostic};
use crate::emit::rust::identifier;
use crate::resolve::Element;

/// Entries of one map.
pub const RULE: Rule = Rule { codes: &[COLLISION], scope: Scope::Element(run) };

/// Elements of one catalogue.
pub const KEYS: Rule = Rule { codes: &[COLLISION], scope: Scope::Catalogue(keys) };

const COLLISION: Code = Code("E0208");

fn run(subject: &Subject, found: &mut Vec<Diagnostic>) {
    let mut seen = HashMap::default();
    for &Visit { place, key, entry, .. } in subject.own() {
        let name = (place, identifier(key));
        let inherited = subject.ground.and_then(|ground| ground.names.get(&name));
        let (first, at) = match inherited {
            Some((first, at)) => (first, *at),
            None => *seen.entry(name.clone()).or_insert((key, entry.at)),
        };
        if first != key {
            let name = name.1;
            let message = format!("`{key}` and `{first}` are both called `{name}` in generated code");
            found.push(
                Diagnostic::new(COLLISION, entry.at, message)
                    .label("cannot be told apart")
                    .also(at, "the other one"),
            );
        }
    }
}

fn keys(elements: &[Element], found: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<String, &Element> = HashMap::default();
    for element in elements {
        let key = &element.key;
        let name = identifier(&key.value);
        let first = *seen.entry(name.clone()).or_insert(element);
        // Keys that differ only by capitals are another mistake.
        if !first.key.value.eq_ignore_ascii_case(&key.value) {
            let message = format!(
                "elements `{}` and `{}` are both called `{name}` in generated code",
                key.value, first.key.value
            );
            found.push(
                Diagnostic::new(COLLISION, key.span, message)
                    .label("cannot be told apart")
                    .also(first.key.span, "the other one"),
            );
        }
    }
}
