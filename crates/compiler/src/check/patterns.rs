//! Patterns that take others' engines forever: ours runs an automaton, a browser's does not.

use super::{Rule, Scope, Visit};
use crate::diagnostic::{Code, Diagnostic};
use crate::pattern::backtracks;

/// See the module.
pub const RULE: Rule = Rule { codes: &[BACKTRACKS], scope: Scope::Entry(run) };

const BACKTRACKS: Code = Code("W0604");

fn run(visit: &Visit, found: &mut Vec<Diagnostic>) {
    let &Visit { key, entry, .. } = visit;
    if let Some(pattern) = entry.pattern.as_ref().filter(|p| backtracks(&p.value)) {
        let message = format!("the pattern of `{key}` can take exponential time");
        found.push(
                Diagnostic::new(BACKTRACKS, pattern.span, message)
                    .label("one text can match in many ways")
                    .note("it is emitted in JSON Schemas, whose users often match by backtracking: repeat what cannot overlap"),
            );
    }
}
