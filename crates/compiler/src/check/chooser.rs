//! The chooser: an entry that says which variant applies, where these are otherwise one element.
//!
//! In: an element that adds only what is plain. Out: whether the request of all its methods takes
//! what each of them shows, which then needs no proof.

use crate::lower::kind_of;
use crate::resolve::flow::Place;
use crate::resolve::{Element, Method};
use crate::syntax::condition::Expectation;
use crate::syntax::entry::{Entry, Type};
use crate::syntax::map::Map;
use crate::syntax::part::Text;
use std::sync::Arc;

/// With more variants, what they exclude of each other may be more than a program can hold.
const MANY: usize = 8;

/// The entry whose values choose between all methods, if each is chosen by texts and by nothing
/// else, and whatever two methods share of the request is the same to both.
///
/// The sample of a method then shows one of its texts, and so satisfies what is asked of this
/// method alone; of others it has no entry. What all have is one entry, as it is without variants.
pub fn chooser(element: &Element) -> Option<&Text> {
    let (first, others) = element.methods.split_first().filter(|(_, others)| others.len() < MANY)?;
    let (key, _) = first.when.as_ref()?.value.first()?;
    let chosen = |method: &Method| {
        let condition = method.when.as_ref().filter(|when| when.value.len() == 1);
        let expected = condition.and_then(|when| when.value.get(key)).map(|e| &e.value);
        let by_texts = matches!(expected, Some(Expectation::OneOf(values))
            if !values.is_empty() && values.iter().all(|v| v.value.is_string()));
        let entry = method.body.configuration.get(key);
        by_texts && entry.is_some_and(|entry| is_text(element, method, entry))
    };
    let alike = |(at, method): (usize, &Method)| others[..at].iter().chain([first]).all(|m| agree(m, method));
    (element.methods.iter().all(chosen) && others.iter().enumerate().all(alike)).then_some(key)
}

/// Whether an entry is text that the application chooses.
fn is_text(element: &Element, method: &Method, entry: &Entry) -> bool {
    let derived = entry.from.is_some() || entry.template.is_some() || entry.value.is_some();
    !derived && entry.pattern.is_none() && kind_of(element, method, entry) == Type::String
}

/// Whether what two methods share of the request is the same to both.
fn agree(one: &Method, other: &Method) -> bool {
    let same = |one: &Map<Entry>, other: &Map<Entry>| {
        let mut shown = other.iter();
        one.is_same(other)
            || shown.all(|(key, entry)| one.get(key).is_none_or(|same| Arc::ptr_eq(same, entry)))
    };
    [Place::ProviderData, Place::Configuration, Place::Request]
        .into_iter()
        .all(|place| one.entries(place).zip(other.entries(place)).is_none_or(|(one, other)| same(one, other)))
}
