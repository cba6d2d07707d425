//! Bases: the least valid body of each method, from which the others are made.
//!
//! In: a [`Message`]. Out: bodies, that of the first method first.

use super::body::Body;
use super::edit::Edit;
use super::judge::{holds_placeholder, is_valid};
use super::values::plain;
use super::{member, members};
use crate::HashSet;
use crate::lower::{Check, Expected, Message, Path, Shape};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// The least valid body of each method, the first method's first.
#[must_use]
pub fn bases(message: &Message) -> Vec<Body> {
    if message.rules.is_empty() {
        return vec![Body::least(&message.root)];
    }
    let (tested, named) = mentioned(message);
    let mut bases: Vec<Body> = Vec::new();
    for sample in message.samples.iter().filter_map(|sample| sample.json.as_object()) {
        let base = least(message, Body::of(sample), &tested, &named);
        if !bases.contains(&base) {
            bases.push(base);
        }
    }
    bases
}

/// All members that conditions look at or rules demand something of, and what constraints are about.
pub(super) fn ruled(message: &Message) -> HashSet<Path> {
    let (tested, named) = mentioned(message);
    let objects = message.rules.iter().map(|rule| rule.object.clone());
    tested.into_iter().chain(named).chain(objects.filter(|object| !object.is_empty())).collect()
}

/// The members that conditions look at, and those that rules demand something of.
fn mentioned(message: &Message) -> (HashSet<Path>, HashSet<Path>) {
    let mut tested = HashSet::default();
    let mut named = HashSet::default();
    for rule in &message.rules {
        let within = |key: &crate::syntax::part::Text| -> Path {
            rule.object.iter().cloned().chain([key.clone()]).collect()
        };
        let mut whens: Vec<_> = rule.when.iter().collect();
        match &rule.check {
            Check::Required(key) | Check::Excluded(key) => drop(named.insert(within(key))),
            Check::Related(_, keys) => named.extend(keys.iter().map(within)),
            Check::Fits(when) => whens.push(when),
        }
        for test in whens.into_iter().flat_map(|when| &when.any).flatten() {
            // What is only asked whether it is there may have any value.
            match test.expected {
                Expected::OneOf(_) => drop(tested.insert(test.member.clone())),
                Expected::Present | Expected::Absent => drop(named.insert(test.member.clone())),
            }
        }
    }
    (tested, named)
}

/// A sample without what may be left out, and with fakes for what people fill in.
fn least(message: &Message, sample: Body, tested: &HashSet<Path>, named: &HashSet<Path>) -> Body {
    let mut body = Body::default();
    let all = members(&message.root);
    for (path, declared) in &all {
        let Some(given) = sample.at(path) else { continue };
        let is_object = matches!(declared.shape, Shape::Object(_));
        if !declared.required && !tested.contains(path) && !named.contains(path) && !is_object {
            continue;
        }
        let json = given.json();
        let json = match &*json {
            Json::Object(_) if is_object => Arc::new(json!({})),
            Json::String(text) if !tested.contains(path) || holds_placeholder(text) => plain(declared),
            Json::Array(_) => plain(declared),
            _ => json,
        };
        body.apply(&Edit::Set(path.clone(), json));
    }
    if !is_valid(message, &body) {
        body = sample;
    }
    let optional = |path: &Path| {
        !tested.contains(path) && !member(message, path).is_some_and(|declared| declared.required)
    };
    for (path, _) in all.iter().rev().filter(|(path, _)| optional(path)) {
        if body.at(path).is_none() {
            continue;
        }
        let without = body.edited(&[Edit::Remove(path.clone())]);
        if is_valid(message, &without) {
            body = without;
        }
    }
    body
}
