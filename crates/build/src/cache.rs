//! What the last build of a directory did, so that the next one need not do it again. What an element
//! becomes follows from its layers, the templates, the site and this program; a file that has not been
//! touched since is what it was. Nothing depends on it: without it, or whenever it does not fit, everything
//! is compiled, emitted and compared.

use crate::record::{Head, Items, Known, Place, Record, Text, Unit, stamp};
use crate::sync::{self, MANIFEST, Outcome, Stamp};
use elementc_compiler::control::Control;
use elementc_compiler::emit::{Part, Spans, spans};
use elementc_compiler::render::Summary;
use elementc_compiler::resolve::Element;
use elementc_compiler::source::{FileId, Role, Source};
use elementc_compiler::template::{Site, TemplateSource};
use elementc_compiler::{Compilation, Emission, HashSet, Standing};
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

/// What the output and all that is said of it follow from.
#[derive(Clone, Copy)]
pub struct Inputs<'i> {
    /// Own descriptors and those of the library.
    pub sources: &'i [Source],
    /// Templates of one's own.
    pub templates: &'i [TemplateSource],
    /// The site that pages are part of.
    pub site: &'i Site,
    /// Which warnings to hear of.
    pub control: &'i Control,
}

/// The hashes of what the output follows from, and what is remembered of the last build.
pub struct Cache<'p> {
    pub(crate) place: &'p Place,
    /// The hash of what all elements depend on.
    common: String,
    /// The hash of what everything depends on but for the texts of the sources.
    frame: String,
    /// The hashes of these texts.
    texts: Vec<String>,
    last: Option<Last<'p>>,
}

/// A build on which elements depended as they do now.
pub(crate) struct Last<'p> {
    pub record: Record<'p>,
    /// By element: whether all its files are as they were left.
    same: Vec<bool>,
    /// The same for the files of the catalogue as a whole.
    catalogue: Vec<bool>,
    /// Whether everything is as it was left, and nothing else has come.
    pub is_untouched: bool,
}

/// A build that need not be done again.
pub struct Done {
    /// What was checked, if nothing at all was wrong with it: then that need not be done again either.
    pub clean: Option<Summary>,
    /// How many files there are.
    pub files: usize,
}

/// What is to be remembered of a compilation that found nothing at all.
pub struct Clean {
    summary: Summary,
    /// In the order of the elements.
    standings: Vec<Standing>,
}

impl Clean {
    /// Of a compilation; `None` if it found something.
    #[must_use]
    pub fn of(compilation: &Compilation) -> Option<Self> {
        let standings = || compilation.catalog.elements.iter().map(|element| compilation.standing(element));
        let is_clean = compilation.diagnostics.is_empty();
        is_clean.then(|| Self { summary: compilation.summary, standings: standings().collect() })
    }

    /// What an element has to do with all others.
    pub(crate) fn standing(clean: Option<&Self>, at: usize) -> Standing {
        let standing = clean.and_then(|clean| clean.standings.get(at).cloned());
        standing.unwrap_or(Standing { known: None, entries: 0 })
    }
}

/// The hash of what rules about all elements know of one.
pub(crate) fn hash_of(standing: &Standing) -> Option<String> {
    standing.known.as_ref().map(|known| sync::hash(known.as_bytes()))
}

/// What of the last build still holds.
#[derive(Default)]
pub(crate) struct Recalled<'c> {
    /// The hash of each source, by [`FileId`].
    sources: Vec<String>,
    record: Option<&'c Record<'c>>,
    /// The elements whose layers and files are as they were, by their position in the record.
    same: BTreeSet<usize>,
    /// The files that are collected from all elements.
    collected: Vec<Stored>,
}

/// A file that is collected from all elements, as it was left.
pub(crate) struct Stored {
    text: String,
    /// Where the parts stand.
    spans: Vec<Spans>,
}

impl Stored {
    /// The part of an element, by its position in the record.
    pub fn part(&self, at: usize) -> Option<Part<'_>> {
        let text = |span: &Option<(usize, usize)>| match *span {
            Some((from, length)) => Some(Some(self.text.get(from..from.checked_add(length)?)?.into())),
            None => Some(None),
        };
        self.spans.get(at)?.iter().map(text).collect()
    }
}

impl<'p> Last<'p> {
    fn of(place: &'p Place, common: &str) -> Option<Self> {
        let (record, written) = place.record().filter(|(record, _)| *record.head.common == *common)?;
        let out = place.out();
        let is_same = |file: &Known| file.is_same(out, written);
        let Head { catalogue, manifest, directories, .. } = &record.head;
        let (same, (catalogue, is_alone)) = rayon::join(
            || record.units.par_iter().map(|unit| unit.files.iter().all(is_same)).collect::<Vec<_>>(),
            || {
                let of_directory = |(path, known): &(Text, Stamp)| stamp(&out.join(&**path)) == Some(*known);
                let is_alone = manifest.is_some()
                    && *manifest == stamp(&out.join(MANIFEST))
                    && !directories.is_empty()
                    && directories.par_iter().all(of_directory);
                (catalogue.iter().map(is_same).collect::<Vec<_>>(), is_alone)
            },
        );
        let is_untouched = is_alone && same.iter().chain(&catalogue).all(|same| *same);
        Some(Self { record, same, catalogue, is_untouched })
    }
}

impl<'p> Cache<'p> {
    /// Looks at what the last build left.
    #[must_use]
    pub fn on(place: &'p Place, inputs: &Inputs) -> Self {
        let Inputs { sources, templates, site, control } = inputs;
        let mut common = program().unwrap_or_default();
        for template in *templates {
            common += &format!("{}\0{}\0", template.name, sync::hash(&template.bytes));
        }
        common += &serde_json::to_string(site).unwrap_or_default();
        let common = sync::hash(common.as_bytes());
        let names: String = sources.iter().map(name).collect();
        let frame = sync::hash(format!("{common}{control:?}{names}").as_bytes());
        let (texts, last) = rayon::join(
            || sources.par_iter().map(|source| sync::hash(&source.bytes)).collect(),
            || Last::of(place, &common),
        );
        Self { place, common, frame, texts, last }
    }

    /// The last build, if it read the same and its output has not been touched.
    #[must_use]
    pub fn done(&self) -> Option<Done> {
        let last = self.last.as_ref().filter(|last| last.is_untouched)?;
        let head = &last.record.head;
        let is_same = *head.frame == *self.frame && head.texts.iter().map(|text| &**text).eq(&self.texts);
        is_same.then(|| Done { clean: head.summary(), files: last.record.files().count() + 1 })
    }

    /// The last build, if nothing was wrong, its output has not been touched, and nothing has changed but the
    /// texts of some elements: the names of these.
    pub(crate) fn edited<'s>(&self, sources: &'s [Source]) -> Option<(&Last<'p>, HashSet<&'s str>)> {
        let last = self.last.as_ref().filter(|last| last.is_untouched)?;
        let Head { frame, texts, clean, .. } = &last.record.head;
        if **frame != *self.frame || clean.is_none() || texts.len() != self.texts.len() {
            return None;
        }
        let all = sources.iter().zip(texts.iter().zip(&self.texts));
        let edited = || all.clone().filter(|(_, (old, new))| ***old != **new).map(|(source, _)| source);
        let is_element = |source: &Source| source.role == Role::Element && !source.library;
        edited().all(is_element).then(|| (last, edited().map(|source| &*source.name).collect()))
    }

    /// The files that are collected from all elements, if they are as they were left.
    pub(crate) fn collected(&self) -> Option<Vec<Stored>> {
        let Last { record, catalogue, .. } = self.last.as_ref()?;
        let stored = |(at, (path, begins)): (usize, &(Text, Vec<usize>))| {
            let known = record.head.catalogue.iter().position(|file| file.path == *path);
            known.filter(|known| catalogue[*known])?;
            let text = fs::read_to_string(self.place.out().join(&**path)).ok()?;
            let lengths = record.units.iter().map(|unit| unit.parts.get(at)).collect::<Option<Vec<_>>>()?;
            Some(Stored { text, spans: spans(begins, lengths.into_iter()) })
        };
        record.head.collected.par_iter().enumerate().map(stored).collect()
    }

    /// What of the last build still holds.
    pub(crate) fn recall(&self, emission: &Emission) -> Recalled<'_> {
        let fresh =
            Recalled { sources: emission.sources().par_iter().map(hash).collect(), ..Recalled::default() };
        let Some(Last { record, same, .. }) = &self.last else { return fresh };
        let Some(collected) = self.collected() else { return fresh };
        let mut recalled = Recalled { record: Some(record), collected, ..fresh };
        let of_same = |element: &Element| {
            let at = record.position(&element.key.value).filter(|at| same[*at])?;
            (*record.units[at].inputs == *recalled.inputs(element)).then_some(at)
        };
        let all: Vec<usize> = emission.elements().par_iter().filter_map(of_same).collect();
        let mut first = BTreeSet::new();
        let is_known = |at: &usize| is_known(&mut first, record.units[*at].parts.iter().flatten().copied());
        recalled.same = all.into_iter().filter(is_known).collect();
        recalled
    }

    /// Remembers a build, while its session lasts. That may fail: then the next one remembers nothing.
    pub(crate) fn keep(
        &self,
        (units, collected): (Vec<Unit>, Vec<(String, Vec<usize>)>),
        catalogue: Vec<Known>,
        outcome: &Outcome,
        clean: Option<&Clean>,
    ) {
        let out = self.place.out();
        let is_clean = outcome.foreign.is_empty() && outcome.kept.is_empty();
        let made = self.place.prepare();
        let files = units.iter().flat_map(|unit| &unit.files).chain(&catalogue);
        let directories = if is_clean { stamps(out, files) } else { Vec::new() };
        let head = Head {
            common: self.common.clone().into(),
            frame: self.frame.clone().into(),
            texts: self.texts.iter().cloned().map(Text::from).collect(),
            clean: clean.map(|Clean { summary, .. }| (summary.elements, summary.entries, summary.rules)),
            catalogue,
            collected: collected.into_iter().map(|(path, begins)| (path.into(), begins)).collect(),
            manifest: stamp(&out.join(MANIFEST)),
            directories,
        };
        let items: Vec<Cow<str>> = units.par_iter().map(item).collect();
        let _: io::Result<()> = made.and_then(|()| self.place.write(&head, &Items::of(items.into_iter())));
    }

    /// Remembers a build that changed some elements of the last one, likewise. The head is the last one, with
    /// what has changed of the files of the catalogue as a whole.
    pub(crate) fn amend(&self, mut head: Head, items: &Items, outcome: &Outcome, clean: Summary) {
        let out = self.place.out();
        head.texts = self.texts.iter().cloned().map(Text::from).collect();
        head.clean = Some((clean.elements, clean.entries, clean.rules));
        head.manifest = stamp(&out.join(MANIFEST));
        let written = outcome.written.iter().flat_map(|path| above(path));
        let touched: BTreeSet<&str> = written.chain([""]).collect();
        for (path, known) in head.directories.iter_mut().filter(|(path, _)| touched.contains(&**path)) {
            match stamp(&out.join(&**path)) {
                Some(stamp) => *known = stamp,
                None => return,
            }
        }
        let _: io::Result<()> = self.place.write(&head, items);
    }
}

impl<'c> Recalled<'c> {
    /// The files of an element, and its parts of what is collected, if they are as they should be.
    pub(crate) fn unit(&self, element: &Element) -> Option<(&'c Unit<'c>, Vec<Part<'_>>)> {
        let record = self.record?;
        let at = record.position(&element.key.value).filter(|at| self.same.contains(at))?;
        let unit = &record.units[at];
        let parts = self.collected.iter().map(|file| file.part(at));
        Some((unit, parts.collect::<Option<_>>()?))
    }

    /// The hash of what an element follows from.
    pub(crate) fn inputs(&self, element: &Element) -> String {
        inputs(element, |file| self.sources.get(file.0 as usize).map_or("".into(), Cow::from))
    }
}

/// The hash of what an element follows from, given those of all sources.
pub(crate) fn inputs<'h>(element: &Element, hash: impl Fn(FileId) -> Cow<'h, str>) -> String {
    sync::hash(element.files().map(hash).collect::<String>().as_bytes())
}

/// The hash of a source, its name included.
pub(crate) fn hash(source: &Source) -> String {
    sync::hash(&[name(source).as_bytes(), &source.bytes].concat())
}

/// An element as the record has it.
pub(crate) fn item<'i>(unit: &Unit) -> Cow<'i, str> {
    // Nothing in it is a map whose keys are no texts.
    serde_json::to_string(unit).unwrap_or_default().into()
}

/// Whether an element is known as far as it stands for others: where one text stands for all, that of whoever
/// comes first now may have been left out. To be asked of one after the other, with the lengths of the texts.
pub(crate) fn is_known(first: &mut BTreeSet<usize>, texts: impl Iterator<Item = Option<usize>>) -> bool {
    let mut said = texts.enumerate().filter(|(_, length)| *length != Some(0));
    said.all(|(at, length)| !first.insert(at) || length.is_some())
}

/// What tells a source from others, whatever its text.
fn name(source: &Source) -> String {
    let Source { path, name, role, library, .. } = source;
    format!("{path}\0{name}\0{role:?}\0{library}\0")
}

/// Which program this is: another build of elementc emits other files.
fn program() -> Option<String> {
    let path = std::env::current_exe().ok()?;
    Some(format!("{}\0{}\0{:?}\0", env!("CARGO_PKG_VERSION"), path.display(), stamp(&path)?))
}

/// The output directory and those of files in it; none if one of them has no stamp.
fn stamps<'a>(out: &Path, files: impl Iterator<Item = &'a Known<'a>>) -> Vec<(Text<'static>, Stamp)> {
    let directories: BTreeSet<&str> = files.flat_map(|file| above(&file.path)).chain([""]).collect();
    let stamped = |path: &str| Some((path.to_owned().into(), stamp(&out.join(path))?));
    directories.into_iter().map(stamped).collect::<Option<_>>().unwrap_or_default()
}

/// The directories of a path.
fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}
