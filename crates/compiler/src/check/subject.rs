//! Subjects: what rules still have to see of an element.
//!
//! In: a resolved element, and what is known of the [`Ground`] below it. Out: the entries that are not
//! settled, and what else no look at the ground has answered.

use super::ground::{Ground, is_plain_entry, places};
use super::{Visit, chooser, names};
use crate::lower::MessageKind;
use crate::resolve::flow::Place;
use crate::resolve::{Element, Method};
use crate::source::Spanned;
use crate::syntax::constraint::Constraint;
use crate::syntax::entry::Entry;
use crate::syntax::map::{Appended, Declared};
use crate::syntax::part::Text;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// An element and what rules still have to see of it.
pub struct Subject<'a> {
    /// The element.
    pub element: &'a Element,
    /// What it stands on, if it changes nothing of that.
    pub ground: Option<&'a Ground>,
    /// The entries that are not settled, each once though methods share it; and whose they are.
    visits: Vec<(Visit<'a>, Whose)>,
}

/// Who says something of an entry.
#[derive(Clone, Copy, PartialEq)]
enum Whose {
    /// Only what the element stands on.
    Inherited,
    /// That, and the element.
    Changed,
    /// Only the element.
    Own,
}

/// More entries than any element has; they may be more than a program can hold.
const MANY: usize = 1000;

impl<'a> Subject<'a> {
    /// An element, and what is known of the layers below it.
    pub fn new(element: &'a Element, ground: Option<&'a Ground>) -> Self {
        let ground = ground.filter(|ground| ground.is_below(element));
        let chosen = |place, key: &str| {
            place == Place::Configuration
                && element.methods.iter().filter_map(|m| m.when.as_ref()).any(|w| w.value.contains_key(key))
        };
        let is_chosen = element.methods.iter().any(|method| method.when.is_some());
        let mut visits = Vec::with_capacity(16);
        for (at, method) in element.methods.iter().enumerate() {
            for (place, entries) in places(method) {
                let earlier = || element.methods[..at].iter().filter_map(|m| m.entries(place));
                if earlier().any(|seen| seen.is_same(entries)) {
                    continue;
                }
                let settled = ground.map_or(&[][..], |ground| &ground.settled[place as usize]);
                let below = ground.and_then(|g| g.entries(place));
                let is_settled = below.is_some_and(|below| entries.extends(below))
                    && !(place == Place::Configuration && is_chosen)
                    && settled.iter().all(|settled| *settled);
                let first = if is_settled { settled.len() } else { 0 };
                let mut inherited = below.into_iter().flat_map(|below| below.values()).skip(first);
                for (at, (key, entry)) in entries.iter().enumerate().skip(first) {
                    let whose = match inherited.next() {
                        None => Whose::Own,
                        Some(same) if Arc::ptr_eq(same, entry) => Whose::Inherited,
                        Some(_) => Whose::Changed,
                    };
                    if whose == Whose::Inherited && settled[at] && !chosen(place, key) {
                        continue;
                    }
                    let is_it = |seen: &Arc<Declared<Entry>>| Arc::ptr_eq(seen, entry);
                    if !earlier().filter_map(|seen| seen.get(key)).any(is_it) {
                        visits.push((Visit { element, method, place, key, entry }, whose));
                    }
                }
            }
        }
        Self { element, ground, visits }
    }

    /// The entries that rules still have to see.
    pub fn open(&self) -> impl Iterator<Item = &Visit<'a>> {
        self.visits.iter().map(|(visit, _)| visit)
    }

    /// Those of them that the ground does not have.
    pub fn own(&self) -> impl Iterator<Item = &Visit<'a>> {
        self.visits.iter().filter(|(_, whose)| *whose == Whose::Own).map(|(visit, _)| visit)
    }

    /// The entries of a method and a place that the ground does not have.
    pub fn own_of(
        &self,
        method: &'a Method,
        place: Place,
    ) -> impl Iterator<Item = (&'a Text, &'a Declared<Entry>)> {
        let inherited = self.ground.and_then(|ground| ground.entries(place)).map_or(0, |e| e.len());
        let entries = method.entries(place).into_iter().flat_map(|entries| entries.iter());
        entries.skip(inherited).map(|(key, entry)| (key, &**entry))
    }

    /// Whether hashes of what the element adds differ from each other, and from those of the ground.
    pub fn differ(&self, hashes: impl Iterator<Item = u64>) -> bool {
        let is_known = |hash: &u64| self.ground.is_some_and(|ground| ground.hashes.contains(hash));
        // Room for most, as they do not say beforehand how many they are.
        let mut own = Vec::with_capacity(32);
        own.extend(hashes);
        names::differ(&mut own) && !own.iter().any(is_known)
    }

    /// The constraints of a method that rules still have to see.
    pub fn open_constraints(
        &self,
        method: &'a Method,
    ) -> impl Iterator<Item = (&'a Text, &'a Declared<Appended<Constraint>>)> {
        let ground = self.ground.filter(|ground| ground.is_consistent);
        let inherited = move |key: &Text| ground.and_then(|g| g.alone.body.constraints.get(key));
        let open =
            method.body.constraints.iter().filter(move |(key, own)| {
                inherited(key).is_none_or(|inherited| !Arc::ptr_eq(inherited, own))
            });
        open.map(|(key, constraints)| (key, &**constraints))
    }

    /// The patterns of placeholders that rules still have to see.
    pub fn open_patterns(&self, method: &'a Method) -> impl Iterator<Item = &'a Spanned<Text>> {
        let ground = self.ground.filter(|ground| ground.makes_placeholders);
        let is_open = move |own: &&Spanned<Text>| {
            let mut inherited = ground.into_iter().flat_map(|ground| ground.alone.body.placeholders.all());
            !inherited.any(|inherited| inherited.span == own.span)
        };
        method.body.placeholders.all().filter(is_open)
    }

    /// Whether entries are known to take all that earlier responses bring.
    pub fn takes_what_it_gets(&self) -> bool {
        let brought = |place| self.element.methods.iter().any(|m| self.own_of(m, place).next().is_some());
        self.ground.is_some_and(|ground| ground.takes_all)
            && !brought(Place::TokenResponse)
            && !brought(Place::Callback)
    }

    /// The kinds of messages whose samples are not known to be valid.
    pub fn unproven(&self) -> &'static [MessageKind] {
        match self.ground.is_some_and(|ground| ground.is_proven.load(Relaxed)) && self.is_plain() {
            false => &MessageKind::ALL,
            // Where methods differ by what the request must hold.
            true if self.element.methods.len() > 1 && !self.is_chosen() => &[MessageKind::CreateInstance],
            true => &[],
        }
    }

    /// Notes that all messages of the element were proven: whoever adds only what is plain to the same
    /// layers needs no proof of its own.
    pub fn holds(&self) {
        if let Some(ground) = self.ground.filter(|_| self.element.methods.len() == 1 && self.is_plain())
            && super::is_known(self.element)
        {
            ground.is_proven.store(true, Relaxed);
        }
    }

    /// Whether an entry of the element's own says which method applies, and they agree otherwise.
    fn is_chosen(&self) -> bool {
        let is_own =
            |key: &Text| self.own().any(|visit| visit.place == Place::Configuration && visit.key == key);
        chooser::chooser(self.element).is_some_and(is_own)
    }

    /// Whether each method adds only what samples cannot contradict.
    fn is_plain(&self) -> bool {
        let is_plain = |method: &'a Method| {
            let authorize = [&method.body.oauth2.authorize, &method.body.oauth1.authorize];
            !authorize.into_iter().flatten().any(|url| url.value.contains('{'))
                && self.open_constraints(method).next().is_none()
        };
        let is_small = |ground: &Ground| ground.count + self.visits.len() < MANY;
        self.ground.is_some_and(|ground| ground.is_plain && ground.is_consistent && is_small(ground))
            && self.element.methods.iter().all(is_plain)
            && self
                .visits
                .iter()
                .all(|(visit, whose)| *whose == Whose::Inherited || is_plain_entry(visit.entry))
    }
}
