//! Grounds: what elements inherit alike is looked at once for all of them.
//!
//! In: resolved elements. Out: for each element the [`Ground`] that it stands on, from which its
//! [`Subject`] knows what rules still have to see. An inherited entry is *settled* if it refers to nothing
//! but what is inherited and gives no rule a reason to speak where it stands alone. An element that adds
//! only what is *plain* has valid samples if one such element has. Whatever is neither is looked at again,
//! for each element.

use super::subject::Subject;
use super::{RULES, Scope, Visit, names, near, texts};
use crate::diagnostic::Diagnostic;
use crate::emit::rust::identifier;
use crate::lower::MessageKind;
use crate::resolve::flow::{self, Place, Target};
use crate::resolve::{Element, Method};
use crate::source::Span;
use crate::syntax::condition::Requirement;
use crate::syntax::entry::Entry;
use crate::syntax::map::{Declared, Map};
use crate::syntax::part::Text;
use crate::{HashMap, HashSet};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What is known of the layers below some elements.
pub struct Ground {
    /// An element that adds nothing to them, under the identity of one that does.
    pub(super) alone: Element,
    /// By place and position: whether the entry is settled.
    pub(super) settled: [Vec<bool>; Place::ALL.len()],
    /// How many entries it has.
    pub(super) count: usize,
    /// By place: whether nothing refers to its entries, so that what an element says of one changes
    /// no other.
    is_apart: [bool; Place::ALL.len()],
    /// Whether no rule has anything to say of its constraints.
    pub(super) is_consistent: bool,
    /// Whether its patterns make placeholders.
    pub(super) makes_placeholders: bool,
    /// Whether all that earlier responses bring is taken by an entry.
    pub(super) takes_all: bool,
    /// Whether samples depend on nothing but types, whatever an element says of itself.
    pub(super) is_plain: bool,
    /// Whether its samples were proven, or those of an element that adds only what is plain.
    pub(super) is_proven: AtomicBool,
    /// A hash of each name and of each title.
    pub(super) hashes: HashSet<u64>,
    /// How the keys of all its entries begin, and how they end.
    ends: [HashSet<[u8; 2]>; 2],
    names: OnceLock<HashMap<(Place, String), (Text, Span)>>,
    titles: OnceLock<HashMap<String, (Text, Span)>>,
}

/// The grounds of a catalogue, by the address of the layers, which the elements keep alive; `None` where
/// to know one would not help.
#[derive(Default)]
pub struct Grounds(Mutex<HashMap<usize, Arc<OnceLock<Option<Ground>>>>>);

impl Grounds {
    /// What an element stands on: the same for all on the same layers, whoever asks first.
    pub fn below(&self, element: &Element) -> Arc<OnceLock<Option<Ground>>> {
        if !element.whole {
            return Arc::default();
        }
        let address = Arc::as_ptr(&element.base) as usize;
        let ground = {
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            known.entry(address).or_default().clone()
        };
        ground.get_or_init(|| Ground::below(element));
        ground
    }
}

impl Ground {
    /// What is known of the layers below an element; `None` where that would not help.
    fn below(element: &Element) -> Option<Self> {
        let body = element.base.clone();
        let authentication = body.authentication.as_ref()?.value;
        if !body.variants.is_empty() {
            return None;
        }
        let at = element.key.span;
        let method = Method { name: None, at, title: None, when: None, authentication, body: body.clone() };
        let alone = Element { body, methods: vec![method], ..element.clone() };
        let method = &alone.methods[0];
        let (mut hashes, mut ends) = (HashSet::default(), <[HashSet<_>; 2]>::default());
        let (mut hashed, mut named, mut titled) = (0, 0, 0);
        let mut settled: [Vec<bool>; Place::ALL.len()] = Default::default();
        let (mut is_plain, mut is_apart) = (true, Place::ALL.map(Place::reported));
        for (place, entries) in places(method) {
            for (key, entry) in entries.iter() {
                let visit = Visit { element: &alone, method, place, key, entry };
                let is_settled = entry.whole && is_closed(visit, 0) && is_silent(&visit);
                settled[place as usize].push(is_settled);
                is_apart[place as usize] &= !refers_to_siblings(entry);
                is_plain &= if is_settled { is_steady(&visit) } else { is_plain_entry(entry) };
                for (ends, end) in ends.iter_mut().zip(near::ends(key).into_iter().flatten()) {
                    ends.insert(end);
                }
                named += 1;
                hashed += usize::from(hashes.insert(names::letters(place, key)));
                if let Some(title) = entry.title.as_ref().filter(|_| place == Place::Configuration) {
                    titled += 1;
                    hashed += usize::from(hashes.insert(texts::folded(&title.value)));
                }
            }
        }
        let holds = |rule: fn(&Subject, &mut Vec<Diagnostic>)| {
            let mut found = Vec::new();
            rule(&Subject::new(&alone, None), &mut found);
            found.is_empty()
        };
        let is_consistent = holds(super::conditions::methods);
        let makes_placeholders = holds(super::placeholders::patterns);
        let takes_all = super::flow::untaken(&alone, method).is_some_and(|untaken| untaken.is_empty());
        // What they stand on may do as it is; else whoever is found to add little to it.
        let mut found = Vec::new();
        if is_plain {
            super::prove(&alone, &MessageKind::ALL, &mut found);
        }
        let is_proven = AtomicBool::new(is_plain && found.is_empty());
        let (names, titles) = (OnceLock::new(), OnceLock::new());
        let ground = Self {
            alone,
            settled,
            count: named,
            is_apart,
            is_consistent,
            makes_placeholders,
            takes_all,
            is_plain,
            is_proven,
            hashes,
            ends,
            names,
            titles,
        };
        let differ = || ground.names().len() == named && ground.titles().len() == titled;
        (hashed == named + titled || differ()).then_some(ground)
    }

    /// Whether a key begins or ends as one of an entry does, or it is too short to tell.
    pub fn has_ends(&self, key: &str) -> bool {
        near::ends(key).is_none_or(|own| self.ends.iter().zip(own).any(|(ends, end)| ends.contains(&end)))
    }

    /// What generated code calls the entries, each by a name of its own.
    pub fn names(&self) -> &HashMap<(Place, String), (Text, Span)> {
        self.names.get_or_init(|| {
            let of = |place, key: &Text, at| ((place, identifier(key)), (key.clone(), at));
            let named = |(place, entries): (Place, &Map<Entry>)| {
                entries.iter().map(|(key, entry)| of(place, key, entry.at)).collect::<Vec<_>>()
            };
            places(&self.alone.methods[0]).flat_map(named).collect()
        })
    }

    /// The titles of configuration entries in lower case, which all differ.
    pub fn titles(&self) -> &HashMap<String, (Text, Span)> {
        self.titles.get_or_init(|| {
            let entries = self.entries(Place::Configuration).into_iter().flat_map(|entries| entries.iter());
            let titled = entries.filter_map(|(key, entry)| Some((key, entry.title.as_ref()?)));
            titled.map(|(key, title)| (title.value.to_lowercase(), (key.clone(), title.span))).collect()
        })
    }

    /// The entries that it has of a place.
    pub fn entries(&self, place: Place) -> Option<&Map<Entry>> {
        self.alone.methods[0].entries(place)
    }

    /// Whether the element changes nothing that others of all this refer to.
    pub(super) fn is_below(&self, element: &Element) -> bool {
        let authentication = self.alone.methods[0].authentication;
        element.methods.iter().all(|method| {
            method.authentication == authentication
                && places(method).all(|(place, entries)| {
                    if self.entries(place).is_some_and(|inherited| entries.extends(inherited)) {
                        return true;
                    }
                    let mut said = entries.iter();
                    let stays = |(key, entry): (&Text, &Arc<Declared<Entry>>)| {
                        let apart = self.is_apart[place as usize];
                        said.next()
                            .is_some_and(|(same, said)| Arc::ptr_eq(entry, said) || (apart && key == same))
                    };
                    self.entries(place).into_iter().flat_map(|e| e.iter()).all(stays)
                })
        })
    }
}

pub(super) fn places(method: &Method) -> impl Iterator<Item = (Place, &Map<Entry>)> {
    Place::ALL.into_iter().filter_map(|place| Some((place, method.entries(place)?)))
}

/// Whether all that an inherited entry refers to is inherited, or a fact.
fn is_closed(visit: Visit, depth: usize) -> bool {
    let Visit { element, method, entry, place, .. } = visit;
    let leads_inside = |reference: &str| match flow::lookup(element, method, reference) {
        Ok(Target::Entry { place, entry, .. }) => {
            depth < flow::TEMPLATE && is_closed(Visit { place, entry, ..visit }, depth + 1)
        }
        Ok(Target::Fact(..)) => true,
        Err(_) => false,
    };
    let template = entry.template.as_ref().map_or("", |t| &t.value);
    let Ok(parts) = flow::references(template) else { return false };
    let is_there = |key: &Text| method.entries(place).is_some_and(|entries| entries.contains_key(key));
    let siblings = match entry.required.as_ref().map(|r| &r.value) {
        Some(Requirement::When(condition)) => condition.keys().all(is_there),
        _ => true,
    };
    let replaced_by = entry.deprecated.as_ref().and_then(|d| d.value.replaced_by.as_ref());
    siblings
        && replaced_by.is_none_or(|other| is_there(&other.value))
        && [&entry.from, &entry.example_from].into_iter().flatten().all(|r| leads_inside(&r.value))
        && parts.into_iter().all(|range| leads_inside(&template[range]))
}

fn refers_to_siblings(entry: &Entry) -> bool {
    let conditional = matches!(entry.required.as_ref().map(|r| &r.value), Some(Requirement::When(_)));
    conditional || entry.deprecated.as_ref().is_some_and(|d| d.value.replaced_by.is_some())
}

fn is_silent(visit: &Visit) -> bool {
    let mut found = Vec::new();
    for rule in RULES {
        if let Scope::Entry(run) = rule.scope {
            run(visit, &mut found);
        }
    }
    found.is_empty()
}

/// Whether the entry says no more of its value than where it comes from.
fn is_untyped(entry: &Entry) -> bool {
    entry.kind.is_none() && entry.form.is_none() && is_unlimited(entry)
}

fn is_unlimited(entry: &Entry) -> bool {
    entry.pattern.is_none() && entry.values.is_none() && entry.min.is_none() && entry.max.is_none()
}

/// Whether a settled entry accepts whatever fact of an element it may show.
fn is_steady(visit: &Visit) -> bool {
    let fact = |reference: &str| match flow::lookup(visit.element, visit.method, reference) {
        Ok(Target::Fact(kind, _)) => Some(kind),
        _ => None,
    };
    let entry = visit.entry;
    let fits = |kind| is_unlimited(entry) && entry.kind.as_ref().is_none_or(|own| own.value == kind);
    let from = entry.from.as_ref().and_then(|from| fact(&from.value));
    from.is_none_or(fits) && (entry.template.is_none() || is_untyped(entry)) && entry.example_from.is_none()
        || is_plain_entry(entry)
}

/// Whether what samples show of an entry is valid because each of its values is, which is a rule of
/// its own.
pub(super) fn is_plain_entry(entry: &Entry) -> bool {
    let derived = entry.from.is_some() || entry.template.is_some() || entry.example_from.is_some();
    let conditional = matches!(entry.required.as_ref().map(|r| &r.value), Some(Requirement::When(_)));
    !conditional && entry.sample.is_none() && (!derived || is_untyped(entry))
}
