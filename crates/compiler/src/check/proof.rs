//! Proof: every sample passes its own validator.

use super::{Rule, Scope};
use crate::Compiled;
use crate::derive::push_json;
use crate::diagnostic::{Code, Diagnostic};
use crate::lower::{Message, Object, Sample, Shape};
use crate::resolve::{Element, Method};
use crate::source::{Span, Spanned};
use crate::syntax::constraint::Relation;
use crate::syntax::part::Text;
use elementc_runtime::{
    Code as ViolationCode, MAX_ENTRIES, MAX_RULES, Placeholders, Program, Report, validate,
};

/// See the module.
pub const RULE: Rule = Rule { codes: &[UNPROVEN, TOO_MANY], scope: Scope::Contract(run) };

const UNPROVEN: Code = Code("E0520");
const TOO_MANY: Code = Code("E0521");

/// Where what a sample violates is declared: in the element itself, if any of it is.
fn cause(element: &Element, message: &Message, sample: &Sample, report: &Report) -> Option<Span> {
    let method = element.methods.iter().find(|m| m.name == sample.method)?;
    let places: Vec<Span> = report
        .violations
        .iter()
        .filter_map(|violation| match relation(violation.code) {
            Some(relation) => constraint(method, relation, &violation.message),
            None => member(&message.root, &violation.pointer),
        })
        .collect();
    places.iter().find(|at| at.file == element.file).or(places.first()).copied()
}

/// Where the member at a pointer is declared.
fn member(object: &Object, pointer: &str) -> Option<Span> {
    let (token, rest) = match pointer.strip_prefix('/')?.split_once('/') {
        Some((token, rest)) => (token, Some(rest)),
        None => (pointer.strip_prefix('/')?, None),
    };
    let member = object.members.get(&*token.replace("~1", "/").replace("~0", "~"))?;
    match (&member.shape, rest) {
        (Shape::Object(inner), Some(rest)) => self::member(inner, &format!("/{rest}")),
        _ => member.about.at,
    }
}

/// Where a constraint between entries that a message names stands.
fn constraint(method: &Method, relation: Relation, message: &str) -> Option<Span> {
    let all = method.body.constraints.values().flat_map(|constraints| &constraints.inner.0);
    let is_named = |name: &Spanned<Text>| message.contains(&format!("`{}`", name.value));
    let mut alike = all.filter(|c| c.value.relation == relation);
    alike.find(|c| c.value.entries.iter().all(is_named)).map(|c| c.span)
}

const fn relation(code: ViolationCode) -> Option<Relation> {
    match code {
        ViolationCode::OneOf => Some(Relation::OneOf),
        ViolationCode::AnyOf => Some(Relation::AnyOf),
        ViolationCode::AllOrNone => Some(Relation::AllOrNone),
        ViolationCode::Excludes => Some(Relation::Excludes),
        _ => None,
    }
}

fn run(compiled: &Compiled, found: &mut Vec<Diagnostic>) {
    let programs = || compiled.messages.iter().zip(&compiled.programs);
    let too_many = |program: &Program| {
        let entries = program.entries.len().max(program.tests.len()) > MAX_ENTRIES;
        let rules = program.rules.len() > MAX_RULES;
        if entries { Some(("entries", MAX_ENTRIES)) } else { rules.then_some(("conditions", MAX_RULES)) }
    };
    // What the request has too many of, the response echoes: said once.
    if let Some((message, (what, limit))) = programs().find_map(|(m, p)| Some((m, too_many(p)?))) {
        let text = format!("`{}` has more than {limit} {what}", message.name());
        let label = format!("too many {what}");
        found.push(Diagnostic::new(TOO_MANY, compiled.element.key.span, text).label(label));
        return;
    }
    for (message, program) in programs() {
        for sample in &message.samples {
            let mut bytes = String::with_capacity(1024);
            push_json(&mut bytes, &sample.json);
            let report = validate(program, bytes.as_bytes(), Placeholders::Allowed);
            let Some(first) = report.violations.first() else { continue };
            let which = sample.method.as_ref().map_or_else(String::new, |m| format!(" of variant `{m}`"));
            let text = format!("no `{}` sample{which} satisfies the element's own rules", message.name());
            let at = cause(compiled.element, message, sample, &report).unwrap_or(sample.at);
            let mut diagnostic = Diagnostic::new(UNPROVEN, at, text).label(first.message.clone());
            if at != sample.at {
                diagnostic = diagnostic.also(sample.at, "of this one");
            }
            for violation in &report.violations[1..] {
                diagnostic = diagnostic.note(violation.message.clone());
            }
            found.push(diagnostic.note("conditions and constraints may contradict each other, or an entry that they ask for is kept out of samples"));
        }
    }
}
