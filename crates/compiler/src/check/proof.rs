//! Proof: every sample passes its own validator.

use super::{Rule, Scope};
use crate::Compiled;
use crate::diagnostic::{Code, Diagnostic};
use elementc_runtime::{MAX_ENTRIES, Placeholders, Program, validate};

/// See the module.
pub const RULE: Rule = Rule { codes: &[UNPROVEN, TOO_MANY], scope: Scope::Contract(run) };

const UNPROVEN: Code = Code("E0520");
const TOO_MANY: Code = Code("E0521");

fn run(compiled: &Compiled, found: &mut Vec<Diagnostic>) {
    let programs = || compiled.messages.iter().zip(&compiled.programs);
    let is_large = |program: &Program| program.entries.len().max(program.tests.len()) > MAX_ENTRIES;
    // What the request has too many of, the response echoes: said once.
    if let Some((message, _)) = programs().find(|(_, program)| is_large(program)) {
        let text = format!("`{}` has more than {MAX_ENTRIES} entries", message.name());
        found.push(Diagnostic::new(TOO_MANY, compiled.element.key.span, text).label("too many entries"));
        return;
    }
    for (message, program) in programs() {
        for sample in &message.samples {
            let bytes = sample.json.to_string();
            let report = validate(program, bytes.as_bytes(), Placeholders::Allowed);
            let Some(first) = report.violations.first() else { continue };
            let which = sample.method.as_ref().map_or_else(String::new, |m| format!(" of variant `{m}`"));
            let text = format!("no `{}` sample{which} satisfies the element's own rules", message.name());
            let mut diagnostic = Diagnostic::new(UNPROVEN, sample.at, text).label(first.message.clone());
            for violation in &report.violations[1..] {
                diagnostic = diagnostic.note(violation.message.clone());
            }
            found.push(diagnostic.note("conditions and constraints may contradict each other, or an entry that they ask for is kept out of samples"));
        }
    }
}
