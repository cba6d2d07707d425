//! Phrases: conditions, constraints and what a value may be, in words.
//!
//! In: lowered rules and values. Out: segments, of which those with names and values are marked.

use super::context::{Phrase, Segment};
use crate::lower::{Check, Expected, Rule, Shape, Value, When, as_text};
use crate::syntax::condition::{Condition, Expectation};
use crate::syntax::constraint::Relation;
use crate::syntax::entry::Type;
use crate::syntax::part::Text;
use elementc_runtime::{Report, accepts};
use serde_json::Value as Json;
use std::borrow::Cow;

fn words<'a>(text: impl Into<Cow<'a, str>>) -> Segment<'a> {
    Segment { literal: false, text: text.into() }
}

fn name<'a>(text: impl Into<Cow<'a, str>>) -> Segment<'a> {
    Segment { literal: true, text: text.into() }
}

/// `a`, `b` and `c`.
fn list<'a>(names: impl Iterator<Item = Cow<'a, str>>, last: &'static str) -> Phrase<'a> {
    let names: Vec<_> = names.collect();
    let count = names.len();
    let mut phrase = Phrase::new();
    for (at, text) in names.into_iter().enumerate() {
        match at {
            0 => {}
            _ if at + 1 == count => phrase.push(words(last)),
            _ => phrase.push(words(", ")),
        }
        phrase.push(name(text));
    }
    phrase
}

/// Values, each once however it may be written.
fn values(all: &[Json]) -> impl Iterator<Item = Cow<'_, str>> {
    let mut seen: Vec<Cow<str>> = Vec::new();
    for value in all.iter().filter(|v| !v.is_null()) {
        let text = match value {
            Json::String(text) => Cow::Borrowed(text.as_str()),
            other => Cow::Owned(as_text(other)),
        };
        if !seen.contains(&text) {
            seen.push(text);
        }
    }
    seen.into_iter()
}

/// A condition: `mode` is `polling` and `host` is given.
pub fn when(when: &When) -> Phrase<'_> {
    let mut phrase = Phrase::new();
    if when.negated {
        phrase.push(words("not: "));
    }
    for (at, tests) in when.any.iter().enumerate() {
        if at > 0 {
            phrase.push(words(", or "));
        }
        for (at, test) in tests.iter().enumerate() {
            if at > 0 {
                phrase.push(words(" and "));
            }
            phrase.push(name(test.member.last().map_or("", |key| &**key)));
            match &test.expected {
                Expected::Present => phrase.push(words(" is given")),
                Expected::Absent => phrase.push(words(" is not given")),
                Expected::OneOf(all) => {
                    phrase.push(words(" is "));
                    phrase.extend(list(values(all), " or "));
                }
            }
            if test.default_holds {
                phrase.push(words(" (so it is by default)"));
            }
        }
    }
    phrase
}

/// A condition as the descriptor has it.
pub fn condition(condition: &Condition) -> Phrase<'_> {
    let mut phrase = Phrase::new();
    for (key, expectation) in condition {
        if !phrase.is_empty() {
            phrase.push(words(" and "));
        }
        phrase.push(name(&**key));
        match &expectation.value {
            Expectation::Present(true) => phrase.push(words(" is given")),
            Expectation::Present(false) => phrase.push(words(" is not given")),
            Expectation::OneOf(all) => {
                phrase.push(words(" is "));
                phrase.extend(list(all.iter().map(|v| Cow::Owned(as_text(&v.value))), " or "));
            }
        }
    }
    phrase
}

/// The values of an entry that a condition asks for; `None` if it asks for none.
pub fn choosing<'a>(condition: &'a Condition, key: &str) -> Option<Phrase<'a>> {
    match &condition.get(key)?.value {
        Expectation::Present(_) => None,
        Expectation::OneOf(all) => Some(list(all.iter().map(|v| Cow::Owned(as_text(&v.value))), " or ")),
    }
}

/// A constraint, as a sentence; `None` for other rules.
pub fn constraint(rule: &Rule) -> Option<Phrase<'_>> {
    let Check::Related(relation, entries) = &rule.check else { return None };
    let all = |last| list(entries.iter().map(|key: &Text| Cow::Borrowed(&**key)), last);
    let sentence = |before: &'static str, last, after: &'static str| {
        let mut phrase = vec![words(before)];
        phrase.extend(all(last));
        phrase.push(words(after));
        phrase
    };
    Some(match relation {
        Relation::OneOf => sentence("Exactly one of ", " and ", " is given."),
        Relation::AnyOf => sentence("At least one of ", " and ", " is given."),
        Relation::AllOrNone => sentence("Either all of ", " and ", " are given, or none."),
        Relation::Excludes => sentence("At most one of ", " and ", " is given."),
    })
}

/// What is said of entries that are missing, as the validators say it; `None` if none is.
pub fn missing(report: &Report) -> Option<Phrase<'static>> {
    let names: Vec<Cow<str>> = report.missing().map(|key| Cow::Owned(key.to_owned())).collect();
    let mut phrase = match names.len() {
        0 => return None,
        1 => vec![words("missing required entry: ")],
        _ => vec![words("missing required entries: ")],
    };
    phrase.extend(list(names.into_iter(), ", "));
    Some(phrase)
}

/// What a value may be.
pub fn allowed(shape: &Shape) -> Phrase<'_> {
    match shape {
        Shape::Object(_) => vec![words("an object")],
        Shape::List => vec![words("a list")],
        Shape::Strings => vec![words("a list of texts")],
        Shape::Value(value) => scalar(value),
    }
}

fn scalar(value: &Value) -> Phrase<'_> {
    if !value.one_of.is_empty() {
        return list(values(&value.one_of), " or ");
    }
    let mut phrase = match (&value.pattern, value.kind) {
        // The formats have words of their own; other patterns have only themselves.
        (Some(pattern), _) if pattern.expected.ends_with('`') => {
            vec![words("text that matches "), name(pattern.source.as_str())]
        }
        (_, Type::Boolean) => vec![name("true"), words(" or "), name("false")],
        (_, Type::Integer) => vec![words("a whole number")],
        (_, Type::Number) => vec![words("a number")],
        (_, Type::Json) if value.accepts & accepts::STRING != 0 => vec![words("a JSON object, or its text")],
        (_, Type::Json) => vec![words("a JSON object")],
        (Some(pattern), _) => vec![words(pattern.expected.as_str())],
        (None, _) => vec![words("text")],
    };
    let bound = |number: f64| Cow::Owned(as_text(&crate::syntax::leaf::number(number)));
    let bounds = match (value.min, value.max) {
        (Some(min), Some(max)) => vec![words(" from "), name(bound(min)), words(" to "), name(bound(max))],
        (Some(min), None) => vec![words(", at least "), name(bound(min))],
        (None, Some(max)) => vec![words(", at most "), name(bound(max))],
        (None, None) => Vec::new(),
    };
    phrase.extend(bounds);
    phrase
}
