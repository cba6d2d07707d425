//! Patterns that take others' engines forever: ours runs an automaton, a browser's does not.

use super::{Rule, Scope};
use crate::diagnostic::{Code, Diagnostic};
use crate::pattern::backtracks;
use crate::resolve::Element;

/// See the module.
pub const RULE: Rule = Rule { codes: &[BACKTRACKS], scope: Scope::Element(run) };

const BACKTRACKS: Code = Code("W0604");

fn run(element: &Element, found: &mut Vec<Diagnostic>) {
    for (_, _, key, entry) in super::entries(element) {
        if let Some(pattern) = entry.pattern.as_ref().filter(|p| backtracks(&p.value)) {
            let message = format!("the pattern of `{key}` can take exponential time");
            found.push(
                Diagnostic::new(BACKTRACKS, pattern.span, message)
                    .label("one text can match in many ways")
                    .note("it is emitted in JSON Schemas, whose users often match by backtracking: repeat what cannot overlap"),
            );
        }
    }
}
