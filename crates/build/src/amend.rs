//! Bringing the output up to date where only some elements were edited: they are compiled and emitted
//! without the others. It is done only where that surely comes to what a whole build would: nothing was
//! wrong before, and nothing is; rules about all elements know of these what they knew; the same files come
//! out of them, and nothing else has to change.

use crate::cache::{Cache, Inputs, Stored, hash, hash_of, inputs, is_known, item};
use crate::record::{Head, Items, Known, Record, Text, Unit};
use crate::sync::{Listing, Outcome, Session, SyncError};
use crate::update::{put_collected, put_made};
use elementc_compiler::emit::{Emitted, Part};
use elementc_compiler::render::Summary;
use elementc_compiler::source::Files;
use elementc_compiler::template::Templates;
use elementc_compiler::{Compilation, Emission, HashSet, Standing, compile_some};
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Compiles and emits what was edited since the last build, if that is enough: what was checked, all others
/// included, and what was done, or why it was not. `None`: everything has to be compiled.
#[must_use]
pub fn amend(cache: &Cache, inputs: &Inputs) -> Option<(Summary, Result<Outcome, SyncError>)> {
    let (last, edited) = cache.edited(inputs.sources)?;
    let (compiled, templates) = rayon::join(
        || Compiled::of(&last.record, &edited, inputs).zip(cache.collected()),
        || Templates::new(inputs.templates.to_vec(), &mut Files::default()).ok(),
    );
    let ((compiled, stored), templates) = compiled.zip(templates)?;
    let emission = Emission::with(&compiled.compilation.catalog, templates, inputs.site);
    let amending = Amending { cache, record: &last.record, compiled: &compiled, emission };
    match amending.write(&stored) {
        Ok(outcome) => Some((compiled.summary, Ok(outcome))),
        Err(Stop::Sync(error)) => Some((compiled.summary, Err(error))),
        Err(Stop::Short) => None,
    }
}

/// Elements that were compiled without the others.
struct Compiled {
    compilation: Compilation,
    /// Of each, its position in the record and how many entries it has.
    positions: Vec<(usize, usize)>,
    /// What was checked, all others included.
    summary: Summary,
}

impl Compiled {
    /// Those that follow from the edited ones, if there is nothing to say of any element.
    fn of(record: &Record, edited: &HashSet<&str>, inputs: &Inputs) -> Option<Self> {
        let is_edited = |key: &Text| edited.contains(&**key);
        let is_affected = |unit: &&Unit| is_edited(&unit.key) || unit.parents.iter().any(is_edited);
        let affected: HashSet<&str> =
            record.units.iter().filter(is_affected).map(|unit| &*unit.key).collect();
        let compilation = compile_some(inputs.sources.to_vec(), inputs.control, &affected);
        if !compilation.diagnostics.is_empty() || !edited.is_subset(&affected) {
            return None;
        }
        let (mut summary, mut positions) = (record.head.summary()?, Vec::new());
        for element in &compilation.catalog.elements {
            let at = record.position(&element.key.value)?;
            let (old, new) = (&record.units[at], compilation.standing(element));
            if hash_of(&new)? != **old.known.as_ref()? {
                return None;
            }
            let Standing { entries, .. } = new;
            summary.entries = summary.entries + entries - old.entries;
            positions.push((at, entries));
        }
        Some(Self { compilation, positions, summary })
    }
}

/// Why edited elements do not make a build.
enum Stop {
    /// There is more to be done, or something is wrong, which a whole build tells.
    Short,
    /// The directory cannot be brought up to date.
    Sync(SyncError),
}

impl From<SyncError> for Stop {
    fn from(error: SyncError) -> Self {
        Self::Sync(error)
    }
}

/// A build that changes something of what a record tells.
struct Amending<'a> {
    cache: &'a Cache<'a>,
    record: &'a Record<'a>,
    compiled: &'a Compiled,
    emission: Emission<'a>,
}

/// What the elements that changed have become, by their position in the record.
#[derive(Default)]
struct Changed<'a> {
    units: BTreeMap<usize, Unit<'a>>,
    /// What they add to each file that is collected.
    parts: BTreeMap<usize, Vec<Part<'static>>>,
}

impl<'a> Amending<'a> {
    /// Emits the elements, and writes what is new.
    fn write(&self, stored: &[Stored]) -> Result<Outcome, Stop> {
        if self.emission.needs_all() {
            return Err(Stop::Short);
        }
        let record = self.record;
        let listed = |file: &'a Known| (&*file.path, &*file.hash);
        let of_elements = self.compiled.positions.iter().flat_map(|(at, _)| &record.units[*at].files);
        let may_change = of_elements.chain(&record.head.catalogue).map(listed);
        let mut session = Session::amending(&self.cache.place.claim, may_change);
        let emitted = |at| self.element(at, &session);
        let (emitted, known) = rayon::join(
            || (0..self.compiled.positions.len()).into_par_iter().map(emitted).collect::<Result<Vec<_>, _>>(),
            || Listing::of(record.files().map(listed).collect()),
        );
        let mut changed = Changed::default();
        for (at, unit, parts) in emitted? {
            changed.units.insert(at, unit);
            changed.parts.insert(at, parts);
        }
        let mut head = record.head.clone();
        for (file, stored) in stored.iter().enumerate() {
            self.collect(file, stored, &session, &mut head, &mut changed)?;
        }
        let items = record.items.iter().enumerate();
        let items = items.map(|(at, known)| changed.units.get(&at).map_or(Cow::Borrowed(*known), item));
        let (outcome, items) = rayon::join(|| session.amend(known), || Items::of(items));
        let outcome = outcome?;
        self.cache.amend(head, &items, &outcome, self.compiled.summary);
        Ok(outcome)
    }

    /// Emits an element and stages what is new of it: its position in the record, its files, and what it adds
    /// to those that are collected.
    fn element(&self, at: usize, session: &Session) -> Result<(usize, Unit<'a>, Vec<Part<'static>>), Stop> {
        let (element, (at, entries)) = (&self.emission.elements()[at], self.compiled.positions[at]);
        let old = &self.record.units[at];
        let Ok(Emitted { made, parts }) = self.emission.element(element) else { return Err(Stop::Short) };
        let paths = made.iter().map(|made| (&*made.artifact.path, made.template));
        if !paths.eq(old.files.iter().map(|file| (&*file.path, file.template))) {
            return Err(Stop::Short);
        }
        let files = made.iter().map(|made| put_made(made, session)).collect::<Result<_, _>>()?;
        let inputs = inputs(element, |file| hash(&self.emission.sources()[file.0 as usize]).into()).into();
        Ok((at, Unit { files, inputs, entries, ..old.clone() }, parts))
    }

    /// Makes a file that is collected from all elements again, if one of them adds to it what it did not.
    fn collect(
        &self,
        file: usize,
        stored: &Stored,
        session: &Session,
        head: &mut Head<'a>,
        changed: &mut Changed<'a>,
    ) -> Result<(), Stop> {
        let units = &self.record.units;
        let is_same = |at: usize, new: &Part| stored.part(at).is_some_and(|old| is_same(&old, new));
        if changed.parts.iter().all(|(at, parts)| is_same(*at, &parts[file])) {
            return Ok(());
        }
        let part = |at| match changed.parts.get(&at) {
            Some(parts) => Some(Cow::Borrowed(&parts[file])),
            None => stored.part(at).map(Cow::Owned),
        };
        let all: Vec<Cow<Part>> = (0..units.len()).map(part).collect::<Option<_>>().ok_or(Stop::Short)?;
        let mut first = BTreeSet::new();
        let length = |text: &Option<Cow<str>>| text.as_ref().map(|text| text.len());
        if !all.iter().all(|part| is_known(&mut first, part.iter().map(length))) {
            return Err(Stop::Short);
        }
        let all: Vec<&Part> = all.iter().map(|part| &**part).collect();
        let collected = self.emission.collected_at(file, &all).ok_or(Stop::Short)?;
        let known = put_collected(&collected, session)?;
        head.collected[file].1 = collected.begins;
        head.catalogue.iter_mut().filter(|old| old.path == known.path).for_each(|old| *old = known.clone());
        for (at, lengths) in collected.lengths.into_iter().enumerate() {
            if units[at].parts[file] != lengths {
                changed.units.entry(at).or_insert_with(|| units[at].clone()).parts[file] = lengths;
            }
        }
        Ok(())
    }
}

/// Whether an element adds to a file what it added; of what was left out it is enough that there is some.
fn is_same(old: &Part, new: &Part) -> bool {
    let is_some = |text: &Option<Cow<str>>| text.as_ref().is_none_or(|text| !text.is_empty());
    let mut both = old.iter().zip(new);
    old.len() == new.len() && both.all(|(old, new)| old == new || (old.is_none() && is_some(new)))
}
