//! Bringing the output of a catalogue up to date, an element at a time: what one element becomes is
//! compared and staged before the next is emitted, so that no more of the output is in memory than is
//! being written. With a [`Cache`], elements that were emitted before are not emitted again.

use crate::cache::{Cache, Known, Recalled, Unit};
use crate::sync::{Outcome, Session, SyncError};
use elementc_compiler::Emission;
use elementc_compiler::diagnostic::Diagnostic;
use elementc_compiler::emit::{Made, Part, add_new};
use elementc_compiler::render::Summary;
use elementc_compiler::resolve::Element;
use rayon::prelude::*;
use std::path::Path;

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
    out: &Path,
    emission: &Emission,
    cache: &Cache,
    clean: Option<Summary>,
) -> Result<Outcome, UpdateError> {
    let mut session = Session::open(out)?;
    // Under its lock: what another build has just written is not as it was.
    let recalled = cache.recall(out, emission);
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
            let collected = collected.par_iter().map(|collected| {
                let pieces: Vec<&[u8]> = collected.pieces.iter().map(|piece| piece.as_bytes()).collect();
                put(collected.path, None, &pieces, &session)
            });
            let of_all = of_all.par_iter().map(|made| put_made(made, &session));
            collected.chain(of_all).collect::<Result<Vec<_>, _>>()
        },
        || emission.settle(paths),
    );
    settled?;
    let catalogue = put_all?;
    let outcome = session.finish()?;
    let (collected, spans): (Vec<_>, Vec<_>) =
        collected.into_iter().map(|c| (c.path.to_owned(), c.spans)).unzip();
    let parts = |at: usize| spans.iter().map(|spans| spans[at].clone()).collect();
    let units = wholes.into_iter().enumerate();
    let units = units.map(|(at, whole)| Unit { parts: parts(at), ..whole.unit }).collect();
    cache.keep(out, emission, (units, collected), catalogue, &outcome, clean);
    Ok(outcome)
}

/// An element's files, and its parts of what is collected.
struct Whole<'r> {
    unit: Unit,
    parts: Vec<Part<'r>>,
}

fn unit<'r>(
    element: &Element,
    emission: &Emission,
    recalled: &'r Recalled,
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
    let unit = Unit { inputs: recalled.inputs(element), files, parts: Vec::new() };
    Ok(Whole { unit, parts: emitted.parts })
}

fn put_made(made: &Made, session: &Session) -> Result<Known, SyncError> {
    put(&made.artifact.path, made.template, &[&made.artifact.bytes], session)
}

fn put(path: &str, template: Option<usize>, pieces: &[&[u8]], session: &Session) -> Result<Known, SyncError> {
    let settled = session.put(path, pieces)?;
    Ok(Known { path: path.to_owned(), template, hash: settled.hash, stamp: settled.stamp })
}
