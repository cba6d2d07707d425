//! Attributes of an entry that contradict each other, or do not fit its type or place.

use super::{Rule, Scope, Visit};
use crate::diagnostic::{Code, Diagnostic};
use crate::lower::kind_of;
use crate::resolve::flow::Place;
use crate::source::Span;
use crate::syntax::condition::Requirement;
use crate::syntax::entry::{Entry, Form, Type};
use std::cell::LazyCell;

/// See the module.
pub const RULE: Rule = Rule { codes: &[UNFIT], scope: Scope::Entry(run) };

const UNFIT: Code = Code("E0205");

fn run(visit: &Visit, found: &mut Vec<Diagnostic>) {
    let &Visit { element, method, place, key, entry } = visit;
    if !entry.whole {
        return;
    }
    // Few entries say what depends on it.
    let kind = LazyCell::new(|| kind_of(element, method, entry));
    let is_secret = entry.secret.as_ref().is_some_and(|s| s.value);
    let said = || {
        let said = [&entry.value, &entry.default].into_iter().flatten().map(|v| v.span);
        said.chain(entry.values.as_ref().map(|v| v.span)).collect()
    };
    let said: Vec<Span> = if is_secret { said() } else { Vec::new() };
    let mut unfit = |span: Span, message: String, label: &str| {
        let diagnostic = Diagnostic::new(UNFIT, span, message).label(label).also(entry.at, "in this entry");
        found.push(Diagnostic { secret: said.contains(&span), ..diagnostic });
    };
    if place == Place::Request && matches!(&**key, "element" | "providerData" | "configuration") {
        let message = format!("`{key}` is a part of the request already");
        unfit(entry.at, message, "an entry would stand in its place");
    }
    let value = entry.value.as_ref().map(|v| ("value", v.span));
    let from = entry.from.as_ref().map(|v| ("from", v.span));
    let template = entry.template.as_ref().map(|v| ("template", v.span));
    let origins = match (value, from, template) {
        (Some(first), Some(second), _) | (Some(first), _, Some(second)) | (_, Some(first), Some(second)) => {
            Some((first, second))
        }
        _ => None,
    };
    if let Some((first, second)) = origins {
        // The layer that came later said too much.
        let came_later = first.1.file != entry.at.file && second.1.file == entry.at.file;
        let (one, other) = if came_later { (second, first) } else { (first, second) };
        let message = format!("`{key}` has both `{}` and `{}`", one.0, other.0);
        let label = match one.1.file == other.1.file {
            true => "a value comes from one place",
            false => "to replace what is inherited, move this below `override:`",
        };
        unfit(other.1, message, label);
    }
    if let (Some(_), Some(from)) = (&entry.example, &entry.example_from) {
        unfit(from.span, format!("`{key}` has both `example` and `exampleFrom`"), "one example is enough");
    }
    if let (Some(_), Some(default)) = (&entry.value, &entry.default) {
        unfit(
            default.span,
            format!("`{key}` is a constant and has a default"),
            "a constant needs no default",
        );
    }
    if let (Some(value), Some(example)) = (&entry.value, &entry.example)
        && value.value != example.value
    {
        let message = format!("`{key}` is a constant, and its example another value");
        unfit(example.span, message, "there is only one value");
    }
    for span in &said {
        let message = format!("`{key}` is a secret, but its value stands here");
        unfit(*span, message, "a descriptor is published, and so is this value");
    }
    if let (Some(default), Some(required)) = (&entry.default, &entry.required)
        && required.value == Requirement::Always(true)
    {
        let message = format!("`{key}` is required and has a default");
        unfit(default.span, message, "what must be given is never assumed");
    }
    let natively = || matches!(*kind, Type::Boolean | Type::Integer | Type::Number | Type::Json);
    if let Some(form) = entry.form.as_ref().filter(|_| !natively()) {
        let message = format!("`{key}` is {}, which has only one form", a(*kind));
        unfit(form.span, message, "`form` is for booleans, numbers and json");
    }
    if let Some(form) = entry.form.as_ref().filter(|_| natively() && place.moment() < 5) {
        unfit(
            form.span,
            format!("`{key}` travels in a query, where everything is text"),
            "has no effect here",
        );
    }
    let number = || matches!(*kind, Type::Integer | Type::Number);
    let bound = || entry.min.as_ref().or(entry.max.as_ref());
    if let Some(bound) = bound().filter(|_| !number()) {
        unfit(bound.span, format!("`{key}` is {}, which has no range", a(*kind)), "only numbers have one");
    }
    let textual = || number() && entry.form.as_ref().is_some_and(|f| f.value == Form::String);
    if let Some(bound) = bound().filter(|_| textual()) {
        unfit(bound.span, format!("`{key}` is written as text, which has no range"), "only numbers have one");
    }
    if let (Some(min), Some(max)) = (&entry.min, &entry.max)
        && min.value > max.value
    {
        unfit(max.span, format!("the greatest `{key}` is below its least"), "below `min`");
    }
    if let Some(pattern) = entry.pattern.as_ref().filter(|_| !has_pattern(*kind, entry)) {
        unfit(pattern.span, format!("`{key}` is {}, which has no pattern", a(*kind)), "only text has one");
    }
    if let Some(values) = entry.values.as_ref().filter(|_| matches!(*kind, Type::Json | Type::List)) {
        unfit(
            values.span,
            format!("`{key}` is {}, which cannot be enumerated", a(*kind)),
            "only scalars can",
        );
    }
    if let Some(values) = entry.values.as_ref().filter(|v| v.value.is_empty()) {
        unfit(values.span, format!("`{key}` may have no value at all"), "an empty list of values");
    }
    let typed = || *kind != Type::String || entry.values.is_some() || entry.pattern.is_some();
    if let Some(placeholder) = entry.placeholder.as_ref().filter(|_| typed() && *kind != Type::List) {
        let message = format!("`{key}` cannot show a placeholder: it is not free text");
        unfit(placeholder.span, message, "a sample would not pass its own schema; give an `example`");
    }
    if let Some(default) = entry.default.as_ref().filter(|_| !place.sent_by_application()) {
        let message = format!("`{key}` is sent to the application, which assumes no default");
        unfit(default.span, message, "only what the application sends has a default");
    }
    if place == Place::InstanceConfiguration
        && let Some(kind) = entry.kind.as_ref().filter(|k| k.value == Type::List)
    {
        unfit(kind.span, format!("`{key}` cannot be a list"), "reported configuration is text or null");
    }
}

/// Whether a value of some type is text, which may have a pattern: a number is, where it is written as one.
pub(super) fn has_pattern(kind: Type, entry: &Entry) -> bool {
    match kind {
        Type::Boolean | Type::Json | Type::List => false,
        Type::Integer | Type::Number => entry.form.as_ref().is_some_and(|form| form.value == Form::String),
        _ => true,
    }
}

/// What a value of some type is called: `a list`, `an integer`.
pub(super) const fn a(kind: Type) -> &'static str {
    match kind {
        Type::String => "a string",
        Type::Url => "a URL",
        Type::Boolean => "a boolean",
        Type::Integer => "an integer",
        Type::Number => "a number",
        Type::Datetime => "a date and time",
        Type::Email => "an e-mail address",
        Type::Hostname => "a host name",
        Type::Json => "a JSON object",
        Type::List => "a list",
    }
}
