//! Flow: facts that no message holds: endpoints, scopes, what travels to the vendor, where values come
//! from.
//!
//! In: two versions of an element. Out: what differs, by the path of the descriptor. No validator can
//! tell, but whoever relies on the element will.

use super::element::{change, now_and_before};
use super::{Change, Kind, Version};
use crate::Compiled;
use crate::resolve::Method;
use crate::source::Span;
use crate::syntax::part::{Part, Text};
use serde_json::Value as Json;

/// A fact: its path, its place, its value.
type Fact = (Vec<Text>, Span, Json);

/// The changes of the methods that both versions have. A method without a name stands for the first.
pub(super) fn compare(old: &Compiled, new: &Compiled, changes: &mut Vec<Change>) {
    let mut told: Vec<(Span, String)> = Vec::new();
    let methods = &new.element.methods;
    for method in &old.element.methods {
        let same = methods.iter().find(|other| other.name == method.name);
        let single = method.name.is_none() || methods.iter().any(|other| other.name.is_none());
        let Some(other) = same.or_else(|| methods.first().filter(|_| single)) else { continue };
        let (before, after) = (facts(method), facts(other));
        let value = |facts: &[Fact], path: &[Text]| {
            facts.iter().find(|fact| fact.0 == path).map(|(_, span, json)| (*span, json.clone()))
        };
        let gone = before.iter().filter(|fact| value(&after, &fact.0).is_none());
        for (path, ..) in after.iter().chain(gone) {
            let (was, is) = (value(&before, path), value(&after, path));
            let json = |fact: &Option<(Span, Json)>| fact.as_ref().map(|(_, json)| json.clone());
            let Some(what) = now_and_before(&path.join("."), &json(&was), &json(&is)) else { continue };
            // With another authentication all of it is another. An entry that comes or goes is told with
            // its message.
            let another = method.authentication != other.authentication && path.len() > 1;
            if another || is_origin(path) && !(has(&*method.body, path) && has(&*other.body, path)) {
                continue;
            }
            let place =
                is.map(|(span, _)| (Version::New, span)).or(was.map(|(span, _)| (Version::Old, span)));
            let Some(at) = place.filter(|(_, span)| !told.contains(&(*span, what.clone()))) else { continue };
            told.push((at.1, what.clone()));
            changes.push(change(old.element, Kind::Documentation, what, at));
        }
    }
}

fn facts(method: &Method) -> Vec<Fact> {
    let mut facts: Vec<Fact> = Vec::new();
    if let (Some(title), Some(name)) = (&method.title, &method.name) {
        let path = vec!["variants".into(), name.clone(), "title".into()];
        facts.push((path, title.span, Json::from(&*title.value)));
    }
    method.body.visit(&mut Vec::new(), &mut |path: &[Text], span, value| {
        if is_flow(path) || is_vendors(path) || is_origin(path) {
            let texts: Option<Vec<&str>> =
                value.as_array().and_then(|items| items.iter().map(Json::as_str).collect());
            let listed = texts.map(|texts| Json::from(texts.join(", ")));
            facts.push((path.to_vec(), span, listed.unwrap_or(value)));
        }
    });
    facts
}

/// The authentication, or an attribute of it: an endpoint, the scopes, PKCE.
fn is_flow(path: &[Text]) -> bool {
    match path {
        [authentication] => &**authentication == "authentication",
        [flow, _] => matches!(&**flow, "oauth1" | "oauth2" | "apiKey"),
        _ => false,
    }
}

/// What a parameter of the vendor's query holds.
fn is_vendors(path: &[Text]) -> bool {
    matches!(path, [_, redirect, _, fact] if &**redirect == "redirect" && matches!(&**fact, "value" | "from" | "template"))
}

/// Where the value of an entry comes from.
fn is_origin(path: &[Text]) -> bool {
    path.len() > 2
        && path.last().is_some_and(|fact| matches!(&**fact, "from" | "template"))
        && !is_vendors(path)
}

/// Whether there is an entry of which a fact may be said.
fn has(body: &impl Part, path: &[Text]) -> bool {
    let entry = &path[..path.len() - 1];
    let mut found = false;
    body.visit(&mut Vec::new(), &mut |other: &[Text], _, _| found |= other.starts_with(entry));
    found
}
