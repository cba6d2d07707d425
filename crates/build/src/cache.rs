//! What the last build of a directory did, kept beside the output so that the next one need not do it
//! again. What an element becomes follows from its layers, the templates, the site and this program; a
//! file that has not been touched since is what it was. Nothing depends on it: without it, or whenever
//! it does not fit, everything is emitted and compared.

use crate::sync::{self, MANIFEST, Outcome, Stamp};
use elementc_compiler::Emission;
use elementc_compiler::control::Control;
use elementc_compiler::emit::{Part, Spans};
use elementc_compiler::render::Summary;
use elementc_compiler::resolve::Element;
use elementc_compiler::source::{FileId, Source};
use elementc_compiler::template::{Site, TemplateSource};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

/// The directory in the output that holds it. Git ignores it.
const DIRECTORY: &str = ".elementc";

/// The file in there: a list of the hash of the record and the record.
const FILE: &str = "cache.json";

/// The next one, while it is being written.
const NEXT: &str = "cache.json.next";

/// Whether to remember, and what the output and all that is said of it follow from.
pub enum Cache {
    /// Everything is emitted.
    Off,
    /// What was emitted before and has not changed is not emitted again.
    On {
        /// The hash of what all elements depend on.
        common: String,
        /// The hash of everything.
        all: String,
    },
}

/// A build that need not be done again.
pub struct Done {
    /// What was checked, if nothing at all was wrong with it: then that need not be done again either.
    pub clean: Option<Summary>,
    /// How many files there are.
    pub files: usize,
}

/// What is remembered.
#[derive(Default, Serialize, Deserialize)]
struct Record {
    /// What all elements depended on.
    common: String,
    /// What everything depended on.
    all: String,
    /// What was checked, if nothing at all was wrong with it: elements, entries, rules.
    clean: Option<(usize, usize, usize)>,
    /// Of each element, by key.
    units: HashMap<String, Unit>,
    /// The files of the catalogue as a whole.
    catalogue: Vec<Known>,
    /// Those of them that are collected from all elements.
    collected: Vec<String>,
    /// The manifest.
    manifest: Option<Stamp>,
    /// Each directory, if there was nothing in any of them but what elementc made.
    directories: Vec<(String, Stamp)>,
}

/// An element as it was emitted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Unit {
    /// The hash of its layers.
    pub inputs: String,
    /// Its files.
    pub files: Vec<Known>,
    /// Where its part of each collected file stands.
    pub parts: Vec<Spans>,
}

/// A file as it was left.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Known {
    /// Relative to the output directory, with `/`.
    pub path: String,
    /// The template that made it, by its position.
    pub template: Option<usize>,
    /// The hash of its content.
    pub hash: String,
    /// Its stamp.
    pub stamp: Option<Stamp>,
}

/// What of the record still holds.
#[derive(Default)]
pub struct Recalled {
    /// The hash of each source, by [`FileId`].
    sources: Vec<String>,
    record: Record,
    /// The elements whose layers and files are as they were, by key.
    same: BTreeSet<String>,
    /// The files that are collected from all elements.
    collected: Vec<String>,
}

impl Record {
    /// The record beside an output, and when it was written.
    fn read(out: &Path) -> Option<(Self, Stamp)> {
        let place = out.join(DIRECTORY).join(FILE);
        let written = stamp(&place)?;
        let text = fs::read(&place).ok()?;
        let text = text.strip_prefix(b"[\"")?.strip_suffix(b"]")?;
        let (hash, record) = text.split_at(text.iter().position(|byte| *byte == b'"')?);
        let record = record.strip_prefix(b"\",")?;
        // An edited one could say anything of the output.
        if sync::hash(record).as_bytes() != hash {
            return None;
        }
        Some((serde_json::from_slice(record).ok()?, written))
    }

    /// Whether everything is as it was left, and nothing else has come.
    fn is_untouched(&self, out: &Path, written: Stamp) -> bool {
        let units = self.units.par_iter().flat_map_iter(|(_, unit)| &unit.files);
        units.chain(&self.catalogue).all(|file| file.is_same(out, written))
            && self.manifest.is_some()
            && self.manifest == stamp(&out.join(MANIFEST))
            && !self.directories.is_empty()
            && self.directories.par_iter().all(|(path, known)| stamp(&out.join(path)) == Some(*known))
    }
}

impl Known {
    /// Whether the file is as it was left before the record was written.
    fn is_same(&self, out: &Path, written: Stamp) -> bool {
        let path = out.join(&self.path);
        self.stamp.is_some_and(|known| {
            stamp(&path) == Some(known)
                && (known.is_before(written)
                    || fs::read(&path).is_ok_and(|bytes| sync::hash(&bytes) == self.hash))
        })
    }
}

impl Cache {
    /// Remembers.
    #[must_use]
    pub fn on(sources: &[Source], templates: &[TemplateSource], site: &Site, control: &Control) -> Self {
        let mut common = program().unwrap_or_default();
        for template in templates {
            common += &format!("{}\0{}\0", template.name, sync::hash(&template.bytes));
        }
        common += &serde_json::to_string(site).unwrap_or_default();
        let common = sync::hash(common.as_bytes());
        let sources: String = sources.par_iter().map(hash).collect::<Vec<_>>().concat();
        let all = sync::hash(format!("{common}{control:?}{sources}").as_bytes());
        Self::On { common, all }
    }

    /// The last build, if it read the same and its output has not been touched.
    #[must_use]
    pub fn done(&self, out: &Path) -> Option<Done> {
        let Self::On { all, .. } = self else { return None };
        let (record, written) = Record::read(out).filter(|(record, _)| record.all == *all)?;
        let summary = |(elements, entries, rules)| Summary { elements, entries, rules };
        let files = || record.units.values().map(|unit| unit.files.len()).sum::<usize>();
        record
            .is_untouched(out, written)
            .then(|| Done { clean: record.clean.map(summary), files: files() + record.catalogue.len() + 1 })
    }

    /// What of the last build still holds.
    pub(crate) fn recall(&self, out: &Path, emission: &Emission) -> Recalled {
        let Self::On { common, .. } = self else { return Recalled::default() };
        let fresh =
            Recalled { sources: emission.sources().par_iter().map(hash).collect(), ..Recalled::default() };
        let read = Record::read(out).filter(|(record, _)| record.common == *common);
        let Some((record, written)) = read else { return fresh };
        let text = |path: &String| {
            let known = record.catalogue.iter().find(|file| file.path == *path);
            known.filter(|file| file.is_same(out, written))?;
            fs::read_to_string(out.join(path)).ok()
        };
        let Some(collected) = record.collected.par_iter().map(text).collect() else { return fresh };
        let mut recalled = Recalled { record, collected, ..fresh };
        let same = emission.elements().par_iter().filter(|element| {
            let unit = recalled.record.units.get(&*element.key.value);
            unit.is_some_and(|unit| {
                unit.inputs == recalled.inputs(element)
                    && unit.files.iter().all(|file| file.is_same(out, written))
            })
        });
        let same: Vec<String> = same.map(|element| element.key.value.to_string()).collect();
        // Where one text stands for all, that of whoever comes first now may have been left out.
        let mut first = BTreeSet::new();
        let is_known = |key: &String| {
            let spans = recalled.record.units[key].parts.iter().flatten().enumerate();
            let mut said = spans.filter(|(_, span)| !matches!(span, Some((_, 0))));
            said.all(|(at, span)| !first.insert(at) || span.is_some())
        };
        recalled.same = same.into_iter().filter(is_known).collect();
        recalled
    }

    /// Remembers a build, while its session lasts. That may fail: then the next one remembers nothing.
    pub(crate) fn keep(
        &self,
        out: &Path,
        emission: &Emission,
        (units, collected): (Vec<Unit>, Vec<String>),
        catalogue: Vec<Known>,
        outcome: &Outcome,
        clean: Option<Summary>,
    ) {
        let Self::On { common, all } = self else { return };
        let keys = emission.elements().iter().map(|element| element.key.value.to_string());
        let is_clean = outcome.foreign.is_empty() && outcome.kept.is_empty();
        let directory = out.join(DIRECTORY);
        // Before the stamps are taken: it changes that of the output directory.
        let made = fs::create_dir_all(&directory).and_then(|()| ignore(&directory));
        let files = units.iter().flat_map(|unit| &unit.files).chain(&catalogue);
        let directories = if is_clean { stamps(out, files) } else { Vec::new() };
        let record = Record {
            common: common.clone(),
            all: all.clone(),
            clean: clean.map(|summary| (summary.elements, summary.entries, summary.rules)),
            units: keys.zip(units).collect(),
            catalogue,
            collected,
            manifest: stamp(&out.join(MANIFEST)),
            directories,
        };
        // The directory is locked: nobody else writes this, and what a killed process left is replaced.
        let write = || {
            let next = directory.join(NEXT);
            let record = serde_json::to_string(&record)?;
            fs::write(&next, format!("[\"{}\",{record}]", sync::hash(record.as_bytes())))?;
            fs::rename(&next, directory.join(FILE))
        };
        let _: io::Result<()> = made.and_then(|()| write());
    }
}

impl Recalled {
    /// The files of an element, and its parts of what is collected, if they are as they should be.
    pub(crate) fn unit(&self, element: &Element) -> Option<(&Unit, Vec<Part<'_>>)> {
        let key = &*element.key.value;
        let unit = self.same.contains(key).then(|| self.record.units.get(key)).flatten()?;
        let parts = self.collected.iter().zip(&unit.parts).map(|(file, spans)| part(file, spans));
        Some((unit, parts.collect::<Option<_>>()?))
    }

    /// The hash of what an element follows from.
    pub(crate) fn inputs(&self, element: &Element) -> String {
        let hash = |file: FileId| self.sources.get(file.0 as usize).map_or("", String::as_str);
        sync::hash(element.files().map(hash).collect::<String>().as_bytes())
    }
}

/// A part that stands in a file.
fn part<'f>(file: &'f str, spans: &Spans) -> Option<Part<'f>> {
    let text = |span: &Option<(usize, usize)>| match *span {
        Some((from, length)) => Some(Some(file.get(from..from + length)?.into())),
        None => Some(None),
    };
    spans.iter().map(text).collect()
}

/// The hash of a source and of its place among the others.
fn hash(source: &Source) -> String {
    let Source { path, name, role, library, bytes } = source;
    sync::hash(&[format!("{path}\0{name}\0{role:?}\0{library}\0").as_bytes(), bytes].concat())
}

/// Which program this is: another build of elementc emits other files.
fn program() -> Option<String> {
    let path = std::env::current_exe().ok()?;
    Some(format!("{}\0{}\0{:?}\0", env!("CARGO_PKG_VERSION"), path.display(), stamp(&path)?))
}

/// The stamp of what is at a path, without following a link.
fn stamp(path: &Path) -> Option<Stamp> {
    Stamp::of(&fs::symlink_metadata(path).ok()?)
}

/// The output directory and those of files in it; none if one of them has no stamp.
fn stamps<'a>(out: &Path, files: impl Iterator<Item = &'a Known>) -> Vec<(String, Stamp)> {
    let above = |file: &'a Known| file.path.match_indices('/').map(|(at, _)| &file.path[..at]);
    let directories: BTreeSet<&str> = files.flat_map(above).chain([""]).collect();
    let stamped = |path: &str| Some((path.to_owned(), stamp(&out.join(path))?));
    directories.into_iter().map(stamped).collect::<Option<_>>().unwrap_or_default()
}

/// Keeps Git away from a directory.
fn ignore(directory: &Path) -> io::Result<()> {
    match fs::File::create_new(directory.join(".gitignore")) {
        Ok(mut file) => file.write_all(b"*\n"),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}
