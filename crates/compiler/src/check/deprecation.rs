//! Deprecation: what replaces an entry exists, and nothing new builds on what is deprecated.

use super::{Rule, Scope, Visit};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::flow::{Target, lookup};
use crate::suggest::suggest;

/// See the module.
pub const RULE: Rule = Rule { codes: &[NOTHING, USED], scope: Scope::Entry(run) };

const NOTHING: Code = Code("E0801");
const USED: Code = Code("W0802");

fn run(visit: &Visit, found: &mut Vec<Diagnostic>) {
    let &Visit { element, method, place, key, entry } = visit;
    let Some(entries) = method.entries(place) else { return };
    if let Some(other) = entry.deprecated.as_ref().and_then(|d| d.value.replaced_by.as_ref()) {
        let itself = other.value == *key;
        if itself || !entries.contains_key(&other.value) {
            let message = match itself {
                true => format!("`{key}` is replaced by itself"),
                false => format!("`{key}` is replaced by `{}`, which does not exist", other.value),
            };
            let others = entries.keys().filter(|k| *k != key).map(|k| &**k);
            let diagnostic =
                Diagnostic::new(NOTHING, other.span, message).also(entry.at, "the deprecated entry");
            found.push(match suggest(&other.value, others) {
                Some(near) => diagnostic.meant(other.span, near),
                None => diagnostic.label("no entry of this map"),
            });
        }
    }
    if entry.deprecated.is_some() {
        return;
    }
    for from in [&entry.from, &entry.example_from].into_iter().flatten() {
        let Ok(Target::Entry { entry: used, .. }) = lookup(element, method, &from.value) else {
            continue;
        };
        if let Some(deprecated) = &used.deprecated {
            let mut diagnostic = Diagnostic::new(
                USED,
                from.span,
                format!("`{key}` builds on `{}`, which is deprecated", from.value),
            )
            .label("deprecated")
            .also(deprecated.span, "deprecated here");
            if let Some(other) = &deprecated.value.replaced_by {
                diagnostic = diagnostic.note(format!("use `{}` instead", other.value));
            }
            found.push(diagnostic);
        }
    }
}
