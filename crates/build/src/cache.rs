//! What the last build of a directory did, kept beside the output so that the next one need not do it
//! again. What an element becomes follows from its layers, the templates, the site and this program; a
//! file that has not been touched since is what it was. Nothing depends on it: without it, or whenever
//! it does not fit, everything is emitted and compared.

use crate::sync::{self, MANIFEST, Outcome, Stamp};
use elementc_compiler::Emission;
use elementc_compiler::resolve::Element;
use elementc_compiler::source::{FileId, Files};
use elementc_compiler::template::{Site, TemplateSource};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::Path;

/// The directory in the output that holds it. Git ignores it.
const DIRECTORY: &str = ".elementc";

/// The file in there.
const FILE: &str = "cache.json";

/// Whether to remember, and what else the output follows from than the elements' layers.
pub enum Cache {
    /// Everything is emitted.
    Off,
    /// What was emitted before and has not changed is not emitted again.
    On {
        /// The hash of each source, by [`FileId`].
        sources: Vec<String>,
        /// The hash of what all elements depend on.
        common: String,
    },
}

/// What is remembered.
#[derive(Default, Serialize, Deserialize)]
struct Record {
    /// What all elements depended on.
    common: String,
    /// Of each element, by key.
    units: HashMap<String, Unit>,
    /// The keys, in their order.
    keys: Vec<String>,
    /// The files of the catalogue as a whole.
    catalogue: Vec<Known>,
    /// Those of them that are collected.
    collected: Vec<Known>,
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
    /// Where its parts stand in each file that is collected: first byte and length.
    pub parts: Vec<(usize, usize)>,
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
pub struct Recalled<'a> {
    sources: &'a [String],
    record: Record,
    /// The elements whose layers and files are as they were, by key.
    same: BTreeSet<String>,
    /// The content of the files that are collected.
    wholes: Vec<String>,
    everything: Option<usize>,
}

impl Cache {
    /// Remembers.
    #[must_use]
    pub fn on(files: &Files, templates: &[TemplateSource], site: &Site) -> Self {
        let sources = files.ids().map(|id| files.get(id));
        let sources = sources.map(|file| sync::hash(format!("{}\0{}", file.path, file.text).as_bytes()));
        let mut common = program().unwrap_or_default();
        for template in templates {
            common += &format!("{}\0{}\0", template.name, sync::hash(&template.bytes));
        }
        common += &serde_json::to_string(site).unwrap_or_default();
        Self::On { sources: sources.collect(), common: sync::hash(common.as_bytes()) }
    }

    /// What of the last build still holds.
    pub(crate) fn recall(&self, out: &Path, emission: &Emission) -> Recalled<'_> {
        let Self::On { sources, common } = self else { return Recalled::default() };
        let fresh = Recalled { sources, ..Recalled::default() };
        let place = out.join(DIRECTORY).join(FILE);
        let Some(written) = stamp(&place) else { return fresh };
        let read = fs::read(&place).ok().and_then(|bytes| serde_json::from_slice::<Record>(&bytes).ok());
        let Some(record) = read.filter(|record| record.common == *common) else { return fresh };
        let is_same = |file: &Known| {
            let path = out.join(&file.path);
            file.stamp.is_some_and(|known| {
                stamp(&path) == Some(known)
                    && (known.is_before(written)
                        || fs::read(&path).is_ok_and(|bytes| sync::hash(&bytes) == file.hash))
            })
        };
        let wholes = record.collected.iter().map(|file| match is_same(file) {
            true => fs::read_to_string(out.join(&file.path)).ok(),
            false => None,
        });
        let Some(wholes) = wholes.collect::<Option<Vec<String>>>() else { return fresh };
        let mut recalled = Recalled { record, wholes, ..fresh };
        let same = emission.elements().par_iter().filter(|element| {
            let key = &*element.key.value;
            let unit = recalled.record.units.get(key);
            unit.is_some_and(|unit| unit.inputs == recalled.inputs(element) && unit.files.iter().all(is_same))
        });
        recalled.same = same.map(|element| element.key.value.to_string()).collect();
        let record = &recalled.record;
        let directories = || record.directories.par_iter();
        let all = recalled.same.len() == record.keys.len()
            && emission.elements().iter().map(|e| &*e.key.value).eq(record.keys.iter().map(String::as_str))
            && record.catalogue.iter().all(is_same)
            && record.manifest.is_some()
            && record.manifest == stamp(&out.join(MANIFEST))
            && !record.directories.is_empty()
            && directories().all(|(path, known)| stamp(&out.join(path)) == Some(*known));
        let files = || record.units.values().map(|unit| unit.files.len()).sum::<usize>();
        recalled.everything = all.then(|| files() + record.catalogue.len() + 1);
        recalled
    }

    /// Remembers a build. That may fail: then the next one remembers nothing.
    pub(crate) fn keep(
        &self,
        out: &Path,
        emission: &Emission,
        units: Vec<Unit>,
        catalogue: Vec<Known>,
        collected: Vec<Known>,
        outcome: &Outcome,
    ) {
        let Self::On { common, .. } = self else { return };
        let keys: Vec<String> = emission.elements().iter().map(|e| e.key.value.to_string()).collect();
        let is_clean = outcome.foreign.is_empty() && outcome.kept.is_empty();
        let directory = out.join(DIRECTORY);
        // Before the stamps are taken: it changes that of the output directory.
        let made = fs::create_dir_all(&directory).and_then(|()| ignore(&directory));
        let files = units.iter().flat_map(|unit| &unit.files).chain(&catalogue);
        let directories = if is_clean { stamps(out, files) } else { Vec::new() };
        let record = Record {
            common: common.clone(),
            units: keys.iter().cloned().zip(units).collect(),
            keys,
            catalogue,
            collected,
            manifest: stamp(&out.join(MANIFEST)),
            directories,
        };
        let write = || {
            let bytes = serde_json::to_vec(&record)?;
            let mut file = tempfile::NamedTempFile::new_in(&directory)?;
            io::Write::write_all(&mut file, &bytes)?;
            file.persist(directory.join(FILE)).map(drop).map_err(io::Error::from)
        };
        let _: io::Result<()> = made.and_then(|()| write());
    }
}

impl Recalled<'_> {
    /// How many files there are, if all of them are as they should be.
    pub(crate) fn everything(&self) -> Option<usize> {
        self.everything
    }

    /// The files of an element, and its parts of what is collected, if they are as they should be.
    pub(crate) fn unit(&self, element: &Element) -> Option<(&Unit, Vec<String>)> {
        let key = &*element.key.value;
        let unit = self.same.contains(key).then(|| self.record.units.get(key)).flatten()?;
        let part = |(whole, (from, length)): (&String, &(usize, usize))| {
            whole.get(*from..from + length).map(str::to_owned)
        };
        Some((unit, self.wholes.iter().zip(&unit.parts).map(part).collect::<Option<_>>()?))
    }

    /// The hash of what an element follows from.
    pub(crate) fn inputs(&self, element: &Element) -> String {
        let hash = |file: &FileId| self.sources.get(file.0 as usize).map_or("", String::as_str);
        sync::hash(element.layers.iter().map(hash).collect::<String>().as_bytes())
    }
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
        Ok(mut file) => io::Write::write_all(&mut file, b"*\n"),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}
