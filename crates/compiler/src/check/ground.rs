//! Grounds: what elements inherit alike is looked at once for all of them.
//!
//! In: resolved elements. Out: for each element a [`Subject`] that knows what a rule still has to
//! see. An inherited entry is *settled* if it refers to nothing but what is inherited and gives no
//! rule a reason to speak where it stands alone. An element that adds only what is *plain* has valid
//! samples if one such element has. Whatever is neither is looked at again, for each element.

use super::{RULES, Scope, Visit, chooser, names, near, texts};
use crate::diagnostic::Diagnostic;
use crate::emit::rust::identifier;
use crate::lower::MessageKind;
use crate::resolve::flow::{self, Place, Target};
use crate::resolve::{Element, Method};
use crate::source::{Span, Spanned};
use crate::syntax::entry::{Constraint, Entry, Requirement};
use crate::syntax::map::{Appended, Declared, Map};
use crate::syntax::part::Text;
use crate::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What is known of the layers below some elements.
pub struct Ground {
    /// An element that adds nothing to them, under the identity of one that does.
    alone: Element,
    /// By place and position: whether the entry is settled.
    settled: [Vec<bool>; Place::ALL.len()],
    /// By place: whether nothing refers to its entries, so that what an element says of one changes
    /// no other.
    is_apart: [bool; Place::ALL.len()],
    /// Whether no rule has anything to say of its constraints.
    is_consistent: bool,
    /// Whether its patterns make placeholders.
    makes_placeholders: bool,
    /// Whether all that earlier responses bring is taken by an entry.
    takes_all: bool,
    /// Whether samples depend on nothing but types, whatever an element says of itself.
    is_plain: bool,
    /// Whether its samples were proven, or those of an element that adds only what is plain.
    is_proven: AtomicBool,
    /// A hash of each name and of each title.
    hashes: HashSet<u64>,
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
    fn is_below(&self, element: &Element) -> bool {
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

fn places(method: &Method) -> impl Iterator<Item = (Place, &Map<Entry>)> {
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
fn is_plain_entry(entry: &Entry) -> bool {
    let derived = entry.from.is_some() || entry.template.is_some() || entry.example_from.is_some();
    let conditional = matches!(entry.required.as_ref().map(|r| &r.value), Some(Requirement::When(_)));
    !conditional && entry.sample.is_none() && (!derived || is_untyped(entry))
}

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
        let (mut visits, mut seen) = (Vec::with_capacity(16), HashSet::default());
        for method in &element.methods {
            for (place, entries) in places(method) {
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
                    // What there is only one of needs no telling apart.
                    if element.methods.len() > 1 && !seen.insert((place, Arc::as_ptr(entry))) {
                        continue;
                    }
                    visits.push((Visit { element, method, place, key, entry }, whose));
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
        let mut hashes: Vec<u64> = hashes.collect();
        hashes.sort_unstable();
        hashes.windows(2).all(|pair| pair[0] != pair[1]) && !hashes.iter().any(is_known)
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
        let is_small = |ground: &Ground| super::entries(&ground.alone) + self.visits.len() < MANY;
        self.ground.is_some_and(|ground| ground.is_plain && ground.is_consistent && is_small(ground))
            && self.element.methods.iter().all(is_plain)
            && self
                .visits
                .iter()
                .all(|(visit, whose)| *whose == Whose::Inherited || is_plain_entry(visit.entry))
    }
}
