//! Conditions and constraints: about entries that exist and values they may have, and satisfiable.

use super::flow::missed;
use super::{Rule, Scope, Subject, Visit, dropped, once};
use crate::diagnostic::{Code, Diagnostic, Label};
use crate::lower::choice::choose;
use crate::lower::{as_text, text_format};
use crate::pattern::{self, Format};
use crate::resolve::flow::{self, Place};
use crate::resolve::{Element, Method};
use crate::source::Spanned;
use crate::suggest::{Near, listed, suggest};
use crate::syntax::condition::{Condition, Expectation, Requirement};
use crate::syntax::constraint::{Constraint, Relation};
use crate::syntax::entry::{Entry, Type};
use crate::syntax::leaf::as_boolean;
use crate::syntax::map::Map;
use crate::syntax::part::Text;
use serde_json::Value as Json;

/// See the module.
pub const RULE: Rule =
    Rule { codes: &[SECRET, UNKNOWN_ENTRY, UNKNOWN_VALUE, CONTRADICTION], scope: Scope::Entry(run) };

/// Conditions of variants, and constraints.
pub const METHOD: Rule = Rule {
    codes: &[SECRET, UNKNOWN_ENTRY, UNKNOWN_VALUE, CONTRADICTION, UNKNOWN_MAP],
    scope: Scope::Element(methods),
};

const SECRET: Code = Code("E0205");
const UNKNOWN_ENTRY: Code = Code("E0504");
const UNKNOWN_VALUE: Code = Code("E0505");
const CONTRADICTION: Code = Code("E0506");
const UNKNOWN_MAP: Code = Code("E0513");

fn run(visit: &Visit, found: &mut Vec<Diagnostic>) {
    let &Visit { element, method, place, key, entry } = visit;
    let Some(Requirement::When(condition)) = entry.required.as_ref().map(|r| &r.value) else { return };
    if let Some(entries) = method.entries(place) {
        condition_holds_water(element, method, condition, entries, place, found);
    }
    if let Some(own) = condition.get(key) {
        let message = format!("`{key}` is required depending on itself");
        found.push(Diagnostic::new(CONTRADICTION, own.span, message).label("this is the entry itself"));
    }
}

pub(super) fn methods(subject: &Subject, found: &mut Vec<Diagnostic>) {
    let element = subject.element;
    for method in &element.methods {
        if let Some(when) = &method.when {
            // Its entries may be its own: a variant is told apart by what it declares.
            condition_holds_water(
                element,
                method,
                &when.value,
                &method.body.configuration,
                Place::Configuration,
                found,
            );
        }
        constraints(subject, method, found);
    }
}

fn condition_holds_water(
    element: &Element,
    method: &Method,
    condition: &Condition,
    entries: &Map<Entry>,
    place: Place,
    found: &mut Vec<Diagnostic>,
) {
    for (key, expectation) in condition {
        let Some(entry) = entries.get(key) else {
            // `{ present: false }` may speak of what only other variants declare.
            let elsewhere =
                element.methods.iter().any(|m| m.entries(place).is_some_and(|e| e.contains_key(key)));
            if !(elsewhere && expectation.value == Expectation::Present(false)) {
                let path = place.path(method.authentication);
                let diagnostic = Diagnostic::new(
                    UNKNOWN_ENTRY,
                    expectation.span,
                    format!("there is no `{key}` in `{path}`"),
                );
                // What several variants ask for is no slip of the pen.
                let asks = |m: &&Method| m.when.as_ref().is_some_and(|when| when.value.contains_key(key));
                let is_asked_again = || element.methods.iter().filter(asks).count() > 1;
                let diagnostic = match suggest(key, entries.keys().map(|k| &**k)) {
                    Some(near) => diagnostic
                        .meant(expectation.span, near)
                        .unless_there(condition.contains_key(near.word) || is_asked_again()),
                    None => diagnostic.label("a condition names entries of the same map"),
                };
                once(dropped(element, &format!("{path}.{key}"), diagnostic), found);
            }
            continue;
        };
        let Expectation::OneOf(values) = &expectation.value else {
            let is_absent = expectation.value == Expectation::Present(false);
            if is_absent && crate::lower::is_always_given(element, method, place, key, entry) {
                let message = format!("the condition on `{key}` can never hold");
                found.push(
                    Diagnostic::new(UNKNOWN_VALUE, expectation.span, message)
                        .label("it must always be given")
                        .also(entry.at, "the entry it speaks of")
                        .note("what may be left out says `required: false`"),
                );
            }
            continue;
        };
        if let (true, Some(value)) = (flow::is_secret(element, method, entry), values.first()) {
            let message = format!("`{key}` is a secret, but a condition says its value");
            found.push(
                Diagnostic::new(SECRET, value.span, message)
                    .secret()
                    .label("a descriptor is published, and so is this value")
                    .also(entry.at, "the secret")
                    .note("a condition on a secret can only ask whether it is given: `{ present: true }`"),
            );
            continue;
        }
        let kind = crate::lower::kind_of(element, method, entry);
        let scalar = |json: &Json| json.is_string() || json.is_boolean() || json.is_number();
        if matches!(kind, Type::List | Type::Json)
            || values.is_empty()
            || !values.iter().all(|v| scalar(&v.value))
        {
            found.push(
                Diagnostic::new(
                    UNKNOWN_VALUE,
                    expectation.span,
                    format!("the condition on `{key}` can never hold"),
                )
                .label("expected a scalar, a list of scalars, or `{ present: true }`")
                .also(entry.at, "the entry it speaks of"),
            );
            continue;
        }
        let boolean = kind == Type::Boolean;
        let allowed: Vec<String> = match (&entry.values, &entry.value) {
            (Some(values), _) => values.value.iter().map(|v| as_text(&v.value)).collect(),
            (None, Some(constant)) => vec![as_text(&constant.value)],
            (None, None) if boolean => vec!["true".to_owned(), "false".to_owned()],
            (None, None) => {
                for value in values {
                    if let Some(why) = impossible(kind, entry, &as_text(&value.value)) {
                        let message = format!("`{key}` is never `{}`", as_text(&value.value));
                        found.push(
                            Diagnostic::new(UNKNOWN_VALUE, value.span, message)
                                .label(why)
                                .also(entry.at, "the entry it speaks of"),
                        );
                    }
                }
                continue;
            }
        };
        for value in values.iter().filter(|v| !allowed.contains(&as_text(&v.value))) {
            let own = as_text(&value.value);
            let diagnostic = Diagnostic::new(UNKNOWN_VALUE, value.span, format!("`{key}` is never `{own}`"))
                .also(entry.values.as_ref().map_or(entry.at, |v| v.span), "the values it may have")
                .note(format!("expected {}", listed(allowed.iter().map(String::as_str), "or")));
            // What other readers take for a boolean.
            let own = as_boolean(&own).filter(|_| boolean).map_or(own, |meant| meant.to_string());
            found.push(match suggest(&own, allowed.iter().map(String::as_str)) {
                // As it is: `true` is no text.
                Some(near) if boolean => {
                    diagnostic.label(format!("did you mean `{near}`?")).replace(value.span, near.word)
                }
                Some(near) => diagnostic.meant(value.span, near),
                None => diagnostic.label("can never hold"),
            });
        }
    }
}

/// Why an entry without listed values can never be this text, if so.
fn impossible(kind: Type, entry: &Entry, text: &str) -> Option<String> {
    let is_of = |format: Format| pattern::matches(format.automaton(), text);
    if let Some((_, expected)) = text_format(kind).filter(|(format, _)| !is_of(*format)) {
        return Some(format!("it is {expected}"));
    }
    // A pattern that does not compile is another mistake.
    let own = entry.pattern.as_ref().and_then(|p| pattern::compiled(&p.value).ok());
    if own.is_some_and(|own| !pattern::matches(&own, text)) {
        return Some("it matches another pattern".to_owned());
    }
    let number: f64 = text.parse().ok().filter(|_| matches!(kind, Type::Integer | Type::Number))?;
    let below = entry.min.as_ref().is_some_and(|min| number < min.value);
    let above = entry.max.as_ref().is_some_and(|max| number > max.value);
    (below || above).then(|| "it is out of range".to_owned())
}

fn constraints(subject: &Subject, method: &Method, found: &mut Vec<Diagnostic>) {
    for (path, constraints) in subject.open_constraints(method) {
        let place =
            Place::ALL.into_iter().find(|p| p.path(method.authentication) == &**path && !p.reported());
        if method.body.authentication.is_none() {
            continue; // nobody knows which maps there are
        }
        let Some(entries) = place.and_then(|p| method.entries(p)) else {
            let known: Vec<&str> = Place::ALL
                .into_iter()
                .filter(|p| !p.reported() && method.entries(*p).is_some())
                .map(|p| p.path(method.authentication))
                .collect();
            let diagnostic =
                Diagnostic::new(UNKNOWN_MAP, constraints.at, format!("`{path}` is no map of entries"))
                    .note(format!("constraints stand under {}", listed(known.iter().copied(), "or")));
            // The last word of a map is enough to know it by.
            let mut ends = known.iter().filter(|known| known.rsplit('.').next() == Some(&**path));
            let end = ends.next().filter(|_| ends.next().is_none()).map(|word| Near { word, is_sure: true });
            found.push(match end.or_else(|| suggest(path, known.iter().copied())) {
                Some(near) => diagnostic
                    .meant(constraints.at, near)
                    .unless_there(method.body.constraints.contains_key(near.word)),
                None => diagnostic.label("not found"),
            });
            continue;
        };
        let before = found.len();
        for constraint in &constraints.inner.0 {
            let mut required = Vec::new();
            for (at, name) in constraint.value.entries.iter().enumerate() {
                if let Some(first) =
                    constraint.value.entries[..at].iter().find(|other| other.value == name.value)
                {
                    let message = format!("the constraint names `{}` twice", name.value);
                    let diagnostic = Diagnostic::new(CONTRADICTION, name.span, message);
                    found.push(diagnostic.label("named again").also(first.span, "named here"));
                }
            }
            for name in &constraint.value.entries {
                match entries.get(&name.value) {
                    None => {
                        if let Some(said) = missed(found, place.unwrap_or(Place::Configuration), &name.value)
                        {
                            said.secondary.push(Label { span: name.span, message: "and here".to_owned() });
                            continue;
                        }
                        let message = format!("there is no `{}` in `{path}`", name.value);
                        let diagnostic = Diagnostic::new(UNKNOWN_ENTRY, name.span, message);
                        let diagnostic = match suggest(&name.value, entries.keys().map(|k| &**k)) {
                            Some(near) => {
                                let mut named = constraint.value.entries.iter();
                                let is_there = named.any(|other| *other.value == *near);
                                diagnostic.meant(name.span, near).unless_there(is_there)
                            }
                            None => diagnostic.label("a constraint names entries of its map"),
                        };
                        let full = format!("{path}.{}", name.value);
                        once(dropped(subject.element, &full, diagnostic), found);
                    }
                    Some(entry) => {
                        let always = entry.required.as_ref().filter(|r| r.value == Requirement::Always(true));
                        required.extend(always.map(|r| (name, r.span)));
                    }
                }
            }
            if !matches!(constraint.value.relation, Relation::OneOf | Relation::Excludes) {
                continue;
            }
            let (message, label, places) = match required.as_slice() {
                [] => continue,
                [always] => {
                    let message = format!("none but `{}` can ever be given", always.0.value);
                    (message, "only one of these may be given", &required[..1])
                }
                [first, second, ..] => {
                    let message = format!(
                        "`{}` and `{}` are both required, but only one of them may be given",
                        first.0.value, second.0.value
                    );
                    (message, "nothing satisfies this", &required[..2])
                }
            };
            let diagnostic = Diagnostic::new(CONTRADICTION, constraint.span, message).label(label);
            found.push(places.iter().fold(diagnostic, |d, (_, at)| d.also(*at, "required here")));
        }
        if found.len() == before {
            together(path, &constraints.inner.0, entries, found);
        }
    }
}

/// Constraints of one map that nothing satisfies together.
fn together(
    path: &str,
    constraints: &[Spanned<Constraint>],
    entries: &Map<Entry>,
    found: &mut Vec<Diagnostic>,
) {
    let names: Vec<Vec<Text>> =
        constraints.iter().map(|c| c.value.entries.iter().map(|e| e.value.clone()).collect()).collect();
    let relations: Vec<(Relation, &[Text])> =
        constraints.iter().zip(&names).map(|(c, names)| (c.value.relation, names.as_slice())).collect();
    let always = |key: &Text| {
        let required = entries.get(key).and_then(|e| e.required.as_ref());
        required.filter(|r| r.value == Requirement::Always(true))
    };
    if choose(&relations, |key| if always(key).is_some() { &[true] } else { &[true, false] }).is_some() {
        return;
    }
    let Some((last, others)) = constraints.split_last() else { return };
    let message = format!("the constraints of `{path}` contradict each other");
    let mut diagnostic = Diagnostic::new(CONTRADICTION, last.span, message).label("nothing satisfies this");
    for other in others {
        diagnostic = diagnostic.also(other.span, "together with this");
    }
    for required in names.iter().flatten().filter_map(always) {
        diagnostic = diagnostic.also(required.span, "required here");
    }
    found.push(diagnostic);
}
