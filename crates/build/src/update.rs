//! Bringing the output of a catalogue up to date, an element at a time: what one element becomes is
//! compared and staged before the next is emitted, so that no more of the output is in memory than is
//! being written. With a [`Cache`], elements that were emitted before are not emitted again.

use crate::cache::{Cache, Clean, Recalled, hash_of};
use crate::record::{Known, Place, Text, Unit};
use crate::sync::{Outcome, Session, SyncError};
use elementc_compiler::Emission;
use elementc_compiler::diagnostic::Diagnostic;
use elementc_compiler::emit::{Collected, Made, Part, add_new};
use elementc_compiler::resolve::Element;
use elementc_compiler::source::Role;
use rayon::prelude::*;

/// Why the output is not up to date. Unless [`SyncError::Halfway`] says so, it is as before.
#[derive(Debug)]
pub enum UpdateError {
    /// Samples or templates are wrong.
    Wrong(Vec<Diagnostic>),
    /// The directory cannot be brought up to date.
    Sync(SyncError),
}

impl From<SyncError> for UpdateError {
    fn from(error: SyncError) -> Self {
        Self::Sync(error)
    }
}

impl From<Vec<Diagnostic>> for UpdateError {
    fn from(wrong: Vec<Diagnostic>) -> Self {
        Self::Wrong(wrong)
    }
}

/// Makes a directory hold what a catalogue emits, and what is not elementc's. If nothing at all is wrong
/// with the catalogue, what was checked is remembered.
///
/// # Errors
/// See [`UpdateError`]; everything that is wrong with samples and templates is told at once.
pub fn update(
    place: &Place,
    emission: &Emission,
    cache: Option<&Cache>,
    clean: Option<&Clean>,
) -> Result<Outcome, UpdateError> {
    let mut session = Session::open(&place.claim)?;
    let recalled = cache.map(|cache| cache.recall(emission)).unwrap_or_default();
    // What is about the catalogue is made beside the elements, none of which it needs.
    let (units, of_all): (Vec<Result<Whole, UpdateError>>, _) = rayon::join(
        || {
            emission
                .elements()
                .par_iter()
                .map(|element| unit(element, emission, &recalled, &session))
                .collect()
        },
        || emission.catalogue(),
    );
    let (mut wholes, mut wrong) = (Vec::with_capacity(units.len()), Vec::new());
    for unit in units {
        match unit {
            Ok(whole) => wholes.push(whole),
            Err(UpdateError::Wrong(more)) => add_new(&mut wrong, more),
            Err(error) => return Err(error),
        }
    }
    let parts: Vec<&[Part]> = wholes.iter().map(|whole| &*whole.parts).collect();
    let of_all = of_all.unwrap_or_else(|more| {
        add_new(&mut wrong, more);
        Vec::new()
    });
    if !wrong.is_empty() {
        return Err(wrong.into());
    }
    let collected = emission.collected(&parts);
    let of_elements = wholes.iter().flat_map(|whole| &whole.unit.files);
    let paths = of_elements.map(|file| (&*file.path, file.template));
    let paths = paths.chain(of_all.iter().map(|made| (&*made.artifact.path, made.template)));
    let paths = paths.chain(collected.iter().map(|collected| (collected.path, None)));
    let (put_all, settled) = rayon::join(
        || {
            let collected = collected.par_iter().map(|collected| put_collected(collected, &session));
            let of_all = of_all.par_iter().map(|made| put_made(made, &session));
            collected.chain(of_all).collect::<Result<Vec<_>, _>>()
        },
        || emission.settle(paths),
    );
    settled?;
    let catalogue = put_all?;
    let outcome = session.finish()?;
    let Some(cache) = cache else { return Ok(outcome) };
    let (collected, lengths): (Vec<_>, Vec<_>) =
        collected.into_iter().map(|c| ((c.path.to_owned(), c.begins), c.lengths)).unzip();
    let parts = |at: usize| lengths.iter().map(|lengths| lengths[at].clone()).collect();
    let units = wholes.into_iter().enumerate().map(|(at, whole)| {
        let standing = Clean::standing(clean, at);
        let known = hash_of(&standing).map(Text::from);
        Unit { parts: parts(at), known, entries: standing.entries, ..whole.unit }
    });
    cache.keep((units.collect(), collected), catalogue, &outcome, clean);
    Ok(outcome)
}

/// An element's files, and its parts of what is collected.
struct Whole<'r> {
    unit: Unit<'r>,
    parts: Vec<Part<'r>>,
}

fn unit<'r>(
    element: &Element,
    emission: &Emission,
    recalled: &'r Recalled<'r>,
    session: &Session,
) -> Result<Whole<'r>, UpdateError> {
    if let Some((unit, parts)) = recalled.unit(element) {
        for file in &unit.files {
            session.keep(&file.path, &file.hash)?;
        }
        return Ok(Whole { unit: unit.clone(), parts });
    }
    let emitted = emission.element(element)?;
    let files = emitted.made.into_iter().map(|made| put_made(&made, session)).collect::<Result<_, _>>()?;
    let sources = element.layers.iter().map(|file| &emission.sources()[file.0 as usize]);
    let parents = sources.filter(|source| source.role == Role::Element && source.name != *element.key.value);
    let unit = Unit {
        key: element.key.value.to_string().into(),
        inputs: recalled.inputs(element).into(),
        known: None,
        entries: 0,
        parents: parents.map(|source| source.name.clone().into()).collect(),
        files,
        parts: Vec::new(),
    };
    Ok(Whole { unit, parts: emitted.parts })
}

/// Adds a file to a session.
pub(crate) fn put_made<'r>(made: &Made, session: &Session) -> Result<Known<'r>, SyncError> {
    put(&made.artifact.path, made.template, &[&made.artifact.bytes], session)
}

/// Adds a file that is collected from all elements.
pub(crate) fn put_collected<'r>(collected: &Collected, session: &Session) -> Result<Known<'r>, SyncError> {
    let pieces: Vec<&[u8]> = collected.pieces.iter().map(|piece| piece.as_bytes()).collect();
    put(collected.path, None, &pieces, session)
}

fn put<'r>(
    path: &str,
    template: Option<usize>,
    pieces: &[&[u8]],
    session: &Session,
) -> Result<Known<'r>, SyncError> {
    let settled = session.put(path, pieces)?;
    Ok(Known { path: path.to_owned().into(), template, hash: settled.hash.into(), stamp: settled.stamp })
}
