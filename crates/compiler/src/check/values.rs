//! Values that an entry mentions: each must be one that the entry accepts.

use super::attributes::{a, has_pattern};
use super::credentials::sounds_secret;
use super::{Rule, Scope, Visit, variants};
use crate::diagnostic::{Code, Diagnostic};
use crate::lower::{kind_of, takes_text, text_format};
use crate::pattern;
use crate::resolve::flow::{self, Place, Target};
use crate::resolve::{Element, Method};
use crate::source::Spanned;
use crate::suggest::{listed, suggest};
use crate::syntax::condition::Expectation;
use crate::syntax::entry::{Entry, Type};
use crate::syntax::leaf::{as_boolean, as_integer, as_number};
use crate::syntax::map::Declared;
use serde_json::Value as Json;

/// See the module.
pub const RULE: Rule = Rule { codes: &[UNACCEPTED, PATTERN, UNSHOWN, SYNONYM], scope: Scope::Entry(run) };

const UNACCEPTED: Code = Code("E0501");
const PATTERN: Code = Code("E0503");
const UNSHOWN: Code = Code("E0510");
const SYNONYM: Code = Code("E0512");

fn run(visit: &Visit, found: &mut Vec<Diagnostic>) {
    let &Visit { element, method, place, key, entry } = visit;
    // Where no value is allowed, which has been said, none is right.
    if !entry.whole || entry.values.as_ref().is_some_and(|values| values.value.is_empty()) {
        return;
    }
    let kind = kind_of(element, method, entry);
    if let Some(pattern) = &entry.pattern {
        compiles(pattern, entry, found);
    }
    let before = found.len();
    mentioned(entry, |what, value| {
        // What the platform reports may be null, and its configuration any text.
        let is_json = kind == Type::Json && value.value.is_string();
        let lenient = (place == Place::InstanceConfiguration && !is_json)
            || (place.reported() && value.value.is_null())
            // That it has two origins has been reported.
            || (what == "constant" && (entry.from.is_some() || entry.template.is_some()));
        if !lenient {
            accepted(visit, kind, what, value, found);
        }
    });
    for (spelling, meant) in entry.synonyms.iter().flat_map(|s| &s.value) {
        let values = || entry.values.iter().flat_map(|v| &v.value).filter_map(|value| value.value.as_str());
        let is_value = |text: &str| values().any(|value| value == text);
        if !is_value(&meant.value) || is_value(spelling) {
            let message = format!("`{spelling}` cannot stand for `{}`", meant.value);
            let diagnostic = Diagnostic::new(SYNONYM, meant.span, message).also(entry.at, "of this entry");
            // A value before its spelling is no slip of the pen.
            let is_reversed = is_value(spelling) && !is_value(&meant.value);
            let near = suggest(&meant.value, values());
            found.push(match near.filter(|_| !is_value(spelling) && !is_value(&meant.value)) {
                Some(near) => diagnostic.meant(meant.span, near),
                None if is_reversed => diagnostic.label("the spelling stands first, the value behind it"),
                None => {
                    diagnostic.label("a synonym leads from a spelling that is not allowed to a value that is")
                }
            });
        }
    }
    shown(element, method, place, key, entry, kind, found);
    if found.len() > before && variants::disagree(element, place, key) {
        found.truncate(before);
    }
}

/// Shows each value that an entry mentions, and what it is to it.
pub(super) fn mentioned<'a>(entry: &'a Entry, mut show: impl FnMut(&'static str, &'a Spanned<Json>)) {
    for value in entry.values.iter().flat_map(|values| &values.value) {
        show("value", value);
    }
    for (what, value) in
        [("constant", &entry.value), ("default", &entry.default), ("example", &entry.example)]
    {
        if let Some(value) = value {
            show(what, value);
        }
    }
}

fn compiles(
    pattern: &Spanned<crate::syntax::part::Text>,
    entry: &Declared<Entry>,
    found: &mut Vec<Diagnostic>,
) {
    let Err(error) = pattern::compiled(&pattern.value) else { return };
    // An empty range gets a character to underline: at the end the quote or what follows.
    let range = error.range.start..error.range.end.max(error.range.start + 1);
    let span = pattern.part(range).unwrap_or(pattern.span);
    found.push(
        Diagnostic::new(PATTERN, span, error.message)
            .also(entry.at, "the pattern of this entry")
            .notes(error.help)
            .note("patterns are ECMA-262 with `u`, anchored, without look-around and back-references"),
    );
}

fn accepted(
    &Visit { element, method, place, key, entry }: &Visit,
    kind: Type,
    what: &str,
    value: &Spanned<Json>,
    found: &mut Vec<Diagnostic>,
) {
    let json = &value.value;
    let text = json.as_str();
    let fits = match kind {
        Type::Boolean => json.is_boolean() || matches!(text, Some("true" | "false")),
        Type::Integer | Type::Number => json.is_number() || text.is_some(),
        Type::Json => json.is_object() || text.is_some_and(|t| serde_json::from_str::<Json>(t).is_ok()),
        Type::List => {
            json.as_array().is_some_and(|items| place.reported() || items.iter().all(Json::is_string))
        }
        _ => text.is_some(),
    };
    let is_scalar = matches!(kind, Type::Boolean | Type::Integer | Type::Number | Type::Json);
    let is_quoted = is_scalar && text.is_some() && !takes_text(element, method, place, entry, kind);
    let fits = fits && !is_quoted;
    let mut report = |message: String, label: String| {
        let meant = text.and_then(|text| match kind {
            Type::Boolean => as_boolean(text).map(|value| value.to_string()),
            Type::Integer => as_integer(text).map(|value| value.to_string()),
            Type::Number => as_number(text).map(|value| value.to_string()),
            _ => None,
        });
        let label =
            if meant.is_some() && meant.as_deref() == text { "needs no quotes".to_owned() } else { label };
        let diagnostic = Diagnostic::new(UNACCEPTED, value.span, message).label(label);
        let diagnostic = match meant {
            Some(meant) => diagnostic.replace(value.span, meant),
            None => diagnostic,
        };
        found.push(diagnostic.also(entry.at, "of this entry"));
    };
    if !fits && kind == Type::List && json.is_array() {
        return report(format!("the {what} of `{key}` is not a list of texts"), "expected texts".to_owned());
    }
    if !fits || (kind == Type::Integer && json.is_f64()) {
        return report(format!("the {what} of `{key}` is not {}", a(kind)), format!("expected {}", a(kind)));
    }
    if let (Some(text), Some(format)) = (text, text_format(kind))
        && !pattern::matches(format.0.automaton(), text)
    {
        return report(
            format!("the {what} of `{key}` is not {}", format.1),
            format!("expected {}", format.1),
        );
    }
    if let (Some(text), Some(pattern)) = (text, &entry.pattern)
        && has_pattern(kind, entry)
        && pattern::compiled(&pattern.value).is_ok_and(|dfa| !pattern::matches(&dfa, text))
    {
        found.push(
            Diagnostic::new(
                UNACCEPTED,
                value.span,
                format!("the {what} of `{key}` does not match its pattern"),
            )
            .label("does not match")
            .also(pattern.span, "this pattern"),
        );
        return;
    }
    let number = || json.as_f64().or_else(|| text.and_then(|t| t.parse().ok()));
    let number = matches!(kind, Type::Integer | Type::Number).then(number).flatten();
    let below = entry.min.as_ref().zip(number).filter(|(min, n)| *n < min.value).map(|(min, _)| min);
    let above = entry.max.as_ref().zip(number).filter(|(max, n)| *n > max.value).map(|(max, _)| max);
    let is_range =
        || !entry.min.as_ref().zip(entry.max.as_ref()).is_some_and(|(min, max)| min.value > max.value);
    if let Some(bound) = below.or(above).filter(|_| is_range()) {
        found.push(
            Diagnostic::new(UNACCEPTED, value.span, format!("the {what} of `{key}` is out of range"))
                .label("out of range")
                .also(bound.span, "this bound"),
        );
        return;
    }
    let as_text = crate::lower::as_text;
    let is_listed = |values: &[Spanned<Json>]| values.iter().any(|v| v.value == *json);
    if let Some(values) = entry.values.as_ref().filter(|v| what != "value" && !is_listed(&v.value)) {
        let words: Vec<String> = values.value.iter().map(|v| as_text(&v.value)).collect();
        let own = as_text(json);
        if !words.contains(&own) {
            let mut diagnostic = Diagnostic::new(
                UNACCEPTED,
                value.span,
                format!("the {what} of `{key}` is none of its values"),
            )
            .also(values.span, "the values it may have")
            .note(format!("expected {}", listed(words.iter().map(String::as_str), "or")));
            diagnostic = match suggest(&own, words.iter().map(String::as_str)) {
                Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
                None => diagnostic.label("not among the values"),
            };
            found.push(diagnostic);
        }
    }
}

/// Whether each variant's sample shows the value that its condition asks for.
fn chosen_by_variants(element: &Element, place: Place, key: &str) -> bool {
    let asked = |method: &Method| {
        let when = method.when.as_ref().and_then(|w| w.value.get(key));
        when.is_some_and(|w| matches!(w.value, Expectation::OneOf(_)))
    };
    place == Place::Configuration && element.methods.iter().all(asked)
}

/// A typed entry that samples show needs something to show: a placeholder would not be valid.
fn shown(
    element: &Element,
    method: &Method,
    place: Place,
    key: &str,
    entry: &Declared<Entry>,
    kind: Type,
    found: &mut Vec<Diagnostic>,
) {
    // What the platform always reports is in every sample, whatever else is left out.
    let always = matches!(place, Place::InstanceBody | Place::InstanceElement)
        && crate::lower::is_required(element, method, place, entry);
    let wanted = place.moment() == 5 && entry.sample.as_ref().is_none_or(|s| s.value);
    let free = place.moment() == 5 && (crate::lower::is_free(kind, entry) || kind == Type::List);
    if !(wanted || always) || free || chosen_by_variants(element, place, key) {
        return;
    }
    // Most say it themselves.
    let is_derived = entry.from.is_some() || entry.template.is_some() || entry.example_from.is_some();
    let is_said = entry.value.is_some() || entry.example.is_some() || entry.default.is_some() && !is_derived;
    if is_said || crate::lower::shows(element, method, place, key, entry) {
        return;
    }
    // A reference to nothing has been reported already.
    let dangling = entry
        .from
        .as_ref()
        .is_some_and(|f| matches!(flow::lookup(element, method, &f.value), Err(_) | Ok(Target::Fact(..))));
    if !dangling {
        let what = if kind == Type::String && !always { "text that must match a pattern" } else { a(kind) };
        let note = match always {
            true if sounds_secret(key) => {
                "the platform always reports it: say `secret: true` if it is one; else give an `example`"
            }
            true => "the platform always reports it: give an `example`, or say `required: false`",
            false => {
                "a placeholder would not be valid: give an `example` or a `default`, or keep it out with `sample: false`"
            }
        };
        found.push(
            Diagnostic::new(UNSHOWN, entry.at, format!("`{key}` has no value for samples to show"))
                .label(format!("{what} without `example`"))
                .note(note),
        );
    }
}
