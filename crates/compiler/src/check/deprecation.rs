//! Deprecation: what replaces an entry exists, and nothing new builds on what is deprecated.

use super::redirect::authorize;
use super::{Outline, Rule, Scope, Subject, Visit, once};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::flow::{self, Target, lookup};
use crate::source::Span;
use crate::suggest::suggest;
use crate::syntax::condition::Requirement;
use crate::syntax::entry::Entry;
use crate::syntax::map::Map;
use crate::syntax::part::Text;
use std::fmt;

/// See the module.
pub const RULE: Rule = Rule { codes: &[NOTHING, USED], scope: Scope::Entry(run) };

/// What no entry builds on.
pub const ELEMENT: Rule = Rule { codes: &[USED], scope: Scope::Element(element) };

/// Parents.
pub const PARENTS: Rule = Rule { codes: &[USED], scope: Scope::Catalogue(parents) };

const NOTHING: Code = Code("E0801");
const USED: Code = Code("W0802");

/// Whether what replaces an entry is at last replaced by it; and if so, whether the entry stands first of
/// those on the way: a circle is one mistake.
fn leads_back(entries: &Map<Entry>, key: &Text, other: &Text) -> Option<bool> {
    let start = entries.get(key)?;
    let (mut next, mut is_first) = (other, true);
    for _ in 0..entries.len() {
        if next == key {
            return Some(is_first);
        }
        let entry = entries.get(next)?;
        is_first &= start.at <= entry.at;
        next = &entry.deprecated.as_ref()?.value.replaced_by.as_ref()?.value;
    }
    None
}

fn run(visit: &Visit, found: &mut Vec<Diagnostic>) {
    let &Visit { element, method, place, key, entry } = visit;
    let Some(entries) = method.entries(place) else { return };
    if let Some(other) = entry.deprecated.as_ref().and_then(|d| d.value.replaced_by.as_ref()) {
        let circle = leads_back(entries, key, &other.value);
        let itself = circle.is_some();
        let next = entries.get(&other.value);
        if circle == Some(true) || next.is_none() {
            let message = match itself {
                true if other.value == *key => format!("`{key}` is replaced by itself"),
                true => format!("`{key}` is replaced by `{}`, and that by `{key}`", other.value),
                false => format!("`{key}` is replaced by `{}`, which does not exist", other.value),
            };
            let others = entries.keys().filter(|k| *k != key).map(|k| &**k);
            let diagnostic =
                Diagnostic::new(NOTHING, other.span, message).also(entry.at, "the deprecated entry");
            found.push(match suggest(&other.value, others).filter(|_| !itself) {
                Some(near) => diagnostic.meant(other.span, near),
                None if itself => diagnostic.label("leads back"),
                None => diagnostic.label("no entry of this map"),
            });
        } else if let Some(next) = next.filter(|_| !itself) {
            outdated(format_args!("`{key}`"), &other.value, other.span, next, found);
        }
    }
    if entry.deprecated.is_some() {
        return;
    }
    let mut refers = |reference: &str, span: Span| {
        if let Ok(Target::Entry { entry: used, .. }) = lookup(element, method, reference) {
            outdated(format_args!("`{key}`"), reference, span, used, found);
        }
    };
    for from in [&entry.from, &entry.example_from].into_iter().flatten() {
        refers(&from.value, from.span);
    }
    if let Some(template) = &entry.template {
        for range in flow::references(&template.value).unwrap_or_default() {
            let span = template.part(range.clone()).unwrap_or(template.span);
            refers(&template.value[range], span);
        }
    }
    if let Some(Requirement::When(condition)) = entry.required.as_ref().map(|r| &r.value) {
        for (name, expectation) in &**condition {
            if let Some(used) = entries.get(name) {
                let full = format!("{}.{name}", place.path(method.authentication));
                outdated(format_args!("`{key}`"), &full, expectation.span, used, found);
            }
        }
    }
}

/// What is no entry and builds on one, or on another element.
fn element(subject: &Subject, found: &mut Vec<Diagnostic>) {
    let element = subject.element;
    for method in &element.methods {
        let mut check = |what: &str, key: &str, span: Span| {
            if let Some(used) = method.body.configuration.get(key) {
                outdated(format_args!("{what}"), &format!("configuration.{key}"), span, used, found);
            }
        };
        if let Some(from) = &method.body.api_key.from
            && let Some(key) = from.value.strip_prefix("configuration.")
        {
            check("`apiKey`", key, from.span);
        }
        if let Some(endpoint) = authorize(method) {
            for range in flow::references(&endpoint.value).unwrap_or_default() {
                let span = endpoint.part(range.clone()).unwrap_or(endpoint.span);
                check("the authorization endpoint", &endpoint.value[range], span);
            }
        }
    }
}

/// Elements that vary one which is deprecated.
fn parents(elements: &[Outline], found: &mut Vec<Diagnostic>) {
    for (parent, deprecated) in elements.iter().filter_map(|parent| Some((parent, parent.deprecated?))) {
        let key = &parent.key.value;
        for child in elements.iter().filter(|child| child.key.span.file != parent.key.span.file) {
            let Some(name) = child.extends.filter(|name| name.value == *key) else { continue };
            let message = format!("`{key}` is deprecated, and still extended");
            found.push(
                Diagnostic::new(USED, name.span, message)
                    .label(format!("`{}` builds on it", child.key.value))
                    .also(deprecated, "deprecated here"),
            );
        }
    }
}

/// Says that what has a name builds on what is deprecated.
fn outdated(what: fmt::Arguments, name: &str, span: Span, used: &Entry, found: &mut Vec<Diagnostic>) {
    let Some(deprecated) = &used.deprecated else { return };
    let diagnostic = Diagnostic::new(USED, span, format!("`{name}` is deprecated, and still used"))
        .label(format!("{what} builds on it"))
        .also(deprecated.span, "deprecated here");
    let instead = deprecated.value.replaced_by.as_ref().map(|other| format!("use `{}` instead", other.value));
    once(diagnostic.notes(instead), found);
}
