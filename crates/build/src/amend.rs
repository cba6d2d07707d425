//! Bringing the output up to date where only some elements were edited: they are compiled and emitted
//! without the others. It is done only where that surely comes to what a whole build would: nothing was
//! wrong before, and nothing is; rules about all elements know of these what they knew; the same files come
//! out of them, and nothing else has to change.

use crate::cache::{Cache, Clean, hashes, inputs};
use crate::record::{Known, Place, Record, Unit};
use crate::sync::{Outcome, Session, SyncError};
use crate::update::put_made;
use elementc_compiler::control::Control;
use elementc_compiler::emit::{Emitted, Spans};
use elementc_compiler::render::Summary;
use elementc_compiler::resolve::Element;
use elementc_compiler::source::Source;
use elementc_compiler::template::{Site, TemplateSource};
use elementc_compiler::{Compilation, Emission, HashSet, compile_some};
use rayon::prelude::*;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

/// Compiles and emits what was edited since the last build, if that is enough: what was checked with that,
/// and what was done. `None`: everything has to be compiled.
///
/// # Errors
/// See [`SyncError`].
pub fn amend(
    place: &Place,
    cache: &Cache,
    sources: &[Source],
    control: &Control,
    templates: &[TemplateSource],
    site: &Site,
) -> Result<Option<(Summary, Outcome)>, SyncError> {
    let Some((last, edited)) = cache.edited(sources) else { return Ok(None) };
    let record = &last.record;
    let edited: HashSet<&str> = edited.into_iter().map(|at| &*sources[at].name).collect();
    let is_affected =
        |unit: &Unit| edited.contains(&*unit.key) || unit.parents.iter().any(|key| edited.contains(&**key));
    let affected: HashSet<&str> =
        record.units.iter().filter(|unit| is_affected(unit)).map(|unit| &*unit.key).collect();
    let mut compilation = compile_some(sources.to_vec(), control, &affected);
    let Some(clean) = Clean::of(&compilation) else { return Ok(None) };
    let Compilation { catalog, files, .. } = &mut compilation;
    let positions = catalog.elements.iter().map(|element| record.position(&element.key.value));
    let Some(positions) = positions.collect::<Option<Vec<usize>>>() else { return Ok(None) };
    let Some(summary) = clean.with(record, &positions) else { return Ok(None) };
    let Ok(emission) = Emission::new(catalog, templates.to_vec(), site, files) else { return Ok(None) };
    if emission.needs_all() {
        return Ok(None);
    }

    let old = positions.iter().map(|at| &record.units[*at]);
    let listed = old.flat_map(|unit| &unit.files).map(|file| (&*file.path, &*file.hash));
    let mut session = Session::amending(&place.claim, listed);
    let hashes = hashes(emission.sources());
    let amended = |at: usize| {
        let (element, old) = (&emission.elements()[at], &record.units[positions[at]]);
        let Some(files) = emitted(element, &emission, old, record, place, &session).transpose()? else {
            return Ok(None);
        };
        let inputs = inputs(element, |file| &hashes[file.0 as usize]);
        let entries = Clean::standing(Some(&clean), at).entries;
        Ok(Some((positions[at], Unit { files, inputs: inputs.into(), entries, ..old.clone() })))
    };
    let amended: Result<Option<Vec<_>>, SyncError> =
        (0..positions.len()).into_par_iter().map(amended).collect();
    let Some(amended) = amended? else { return Ok(None) };

    let mut known: Vec<(&str, &str)> = record.files().map(|file| (&*file.path, &*file.hash)).collect();
    known.sort_unstable();
    let outcome = session.amend(&known)?;
    cache.amend(record, &amended, &outcome, summary);
    Ok(Some((summary, outcome)))
}

/// Emits an element again and stages what is new of it; `None` if something else comes out of it than before.
fn emitted<'r>(
    element: &Element,
    emission: &Emission,
    old: &Unit,
    record: &Record,
    place: &Place,
    session: &Session,
) -> Option<Result<Vec<Known<'r>>, SyncError>> {
    // What is wrong with it is told by a whole build.
    let Emitted { made, parts } = emission.element(element).ok()?;
    let paths = made.iter().map(|made| (&*made.artifact.path, made.template));
    if !paths.eq(old.files.iter().map(|file| (&*file.path, file.template))) {
        return None;
    }
    let stand = parts.len() == old.parts.len()
        && parts.iter().zip(&old.parts).zip(&record.head.collected).all(|((part, spans), path)| {
            let texts: Vec<&str> = part.iter().map(|text| text.as_deref().unwrap_or_default()).collect();
            stands(&texts, spans, &place.out().join(&**path))
        });
    stand.then(|| made.iter().map(|made| put_made(made, session)).collect())
}

/// Whether texts stand in a file where they stood, but for those that were left out.
fn stands(texts: &[&str], spans: &Spans, path: &Path) -> bool {
    let Ok(mut file) = File::open(path) else { return false };
    let mut is_at = |text: &str, from: usize| {
        let mut found = vec![0; text.len()];
        let from = SeekFrom::Start(from as u64);
        file.seek(from).and_then(|_| file.read_exact(&mut found)).is_ok() && found == text.as_bytes()
    };
    let mut both = texts.iter().zip(spans);
    texts.len() == spans.len()
        && both
            .all(|(text, span)| span.is_none_or(|(from, length)| length == text.len() && is_at(text, from)))
}
