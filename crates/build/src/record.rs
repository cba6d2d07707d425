//! The record of a build: what there was to compile, and what it became, as text beside the output.
//!
//! In: that text, checked by the hash in its first line. Out: what it says, borrowed from it. It is a JSON
//! list with an item in each line, the elements one after the other, so that they are read on all threads
//! and those that have not changed are written as they stand.

use crate::sync::{self, Claim, Stamp};
use elementc_compiler::emit::Spans;
use rayon::prelude::*;
use serde::{Deserialize, Serialize, Serializer};
use std::borrow::Cow;
use std::fs;
use std::io::{self, Write as _};
use std::ops::Deref;
use std::path::Path;

/// The directory in the output that holds it. Git ignores it.
const DIRECTORY: &str = ".elementc";

/// The file in there.
const FILE: &str = "cache.json";

/// The next one, while it is being written.
const NEXT: &str = "cache.json.next";

/// An output directory, claimed, and the record beside it.
pub struct Place {
    pub(crate) claim: Claim,
    text: String,
    /// When it was written, if there is one.
    written: Option<Stamp>,
}

impl Place {
    /// Waits until nobody else has the directory, which need not be there, and reads the record.
    #[must_use]
    pub fn at(out: &Path) -> Self {
        let claim = Claim::on(out);
        let path = out.join(DIRECTORY).join(FILE);
        let written = stamp(&path);
        let text = written.and_then(|_| fs::read_to_string(&path).ok()).unwrap_or_default();
        Self { claim, text, written }
    }

    /// The directory.
    pub(crate) fn out(&self) -> &Path {
        self.claim.out()
    }

    /// The record and when it was written, if there is one and nobody has edited it.
    pub(crate) fn record(&self) -> Option<(Record<'_>, Stamp)> {
        let text = self.text.strip_prefix("[\"")?;
        let (hash, text) = text.split_once("\",\n")?;
        // An edited one could say anything of the output.
        if sync::hash(text.as_bytes()) != hash {
            return None;
        }
        let mut items = text.strip_suffix("\n]\n")?.split(",\n");
        let head = serde_json::from_str(items.next()?).ok()?;
        let items: Vec<&str> = items.collect();
        let units = items.par_iter().map(|item| serde_json::from_str(item).ok()).collect::<Option<_>>()?;
        Some((Record { head, units, items }, self.written?))
    }

    /// Makes room for a record: to be done before the stamp of the output directory is taken.
    pub(crate) fn prepare(&self) -> io::Result<()> {
        let directory = self.out().join(DIRECTORY);
        fs::create_dir_all(&directory)?;
        // Keeps Git away.
        match fs::File::create_new(directory.join(".gitignore")) {
            Ok(mut file) => file.write_all(b"*\n"),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Writes a record. The directory is claimed: nobody else writes this, and what a killed process left is
    /// replaced.
    pub(crate) fn write<'i>(&self, head: &Head, units: impl Iterator<Item = Cow<'i, str>>) -> io::Result<()> {
        let mut text = String::with_capacity(self.text.len() + (self.text.len() >> 4));
        text.push_str(&serde_json::to_string(head)?);
        for unit in units {
            text.push_str(",\n");
            text.push_str(&unit);
        }
        text.push_str("\n]\n");
        let directory = self.out().join(DIRECTORY);
        let next = directory.join(NEXT);
        let mut file = fs::File::create(&next)?;
        file.write_all(format!("[\"{}\",\n", sync::hash(text.as_bytes())).as_bytes())?;
        file.write_all(text.as_bytes())?;
        fs::rename(&next, directory.join(FILE))
    }
}

/// What is remembered of a build.
pub(crate) struct Record<'r> {
    pub head: Head<'r>,
    /// The elements, in the order of their keys.
    pub units: Vec<Unit<'r>>,
    /// The texts that say so.
    pub items: Vec<&'r str>,
}

impl Record<'_> {
    /// The position of an element.
    pub fn position(&self, key: &str) -> Option<usize> {
        self.units.binary_search_by(|unit| (*unit.key).cmp(key)).ok()
    }

    /// All files but the manifest.
    pub fn files(&self) -> impl Iterator<Item = &Known<'_>> {
        self.units.iter().flat_map(|unit| &unit.files).chain(&self.head.catalogue)
    }
}

/// What is remembered of the catalogue as a whole.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Head<'r> {
    /// What all elements depended on.
    #[serde(borrow)]
    pub common: Text<'r>,
    /// What everything depended on but for the texts of the sources.
    #[serde(borrow)]
    pub frame: Text<'r>,
    /// The hashes of these texts.
    #[serde(borrow)]
    pub texts: Vec<Text<'r>>,
    /// What was checked, if nothing at all was wrong with it: elements, entries, rules.
    pub clean: Option<(usize, usize, usize)>,
    /// The files of the catalogue as a whole.
    #[serde(borrow)]
    pub catalogue: Vec<Known<'r>>,
    /// Those of them that are collected from all elements.
    #[serde(borrow)]
    pub collected: Vec<Text<'r>>,
    /// The manifest.
    pub manifest: Option<Stamp>,
    /// Each directory, if there was nothing in any of them but what elementc made.
    #[serde(borrow)]
    pub directories: Vec<(Text<'r>, Stamp)>,
}

/// An element as it was emitted.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Unit<'r> {
    #[serde(borrow)]
    pub key: Text<'r>,
    /// The hash of what it followed from.
    #[serde(borrow)]
    pub inputs: Text<'r>,
    /// The hash of what rules about all elements know of it, if they have nothing to say of it.
    #[serde(borrow)]
    pub known: Option<Text<'r>>,
    /// How many entries it has.
    pub entries: usize,
    /// The elements that it extends, and those that these extend.
    #[serde(borrow)]
    pub parents: Vec<Text<'r>>,
    /// Its files.
    #[serde(borrow)]
    pub files: Vec<Known<'r>>,
    /// Where its part of each collected file stands.
    pub parts: Vec<Spans>,
}

/// A file as it was left. A list in JSON: there are many.
#[derive(Clone, Deserialize)]
pub(crate) struct Known<'r> {
    /// Relative to the output directory, with `/`.
    #[serde(borrow)]
    pub path: Text<'r>,
    /// The template that made it, by its position.
    pub template: Option<usize>,
    /// The hash of its content.
    #[serde(borrow)]
    pub hash: Text<'r>,
    /// Its stamp.
    pub stamp: Option<Stamp>,
}

impl Serialize for Known<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { path, template, hash, stamp } = self;
        (path, template, hash, stamp).serialize(serializer)
    }
}

impl Known<'_> {
    /// Whether the file is as it was left before the record was written.
    pub fn is_same(&self, out: &Path, written: Stamp) -> bool {
        let path = out.join(&*self.path);
        self.stamp.is_some_and(|known| {
            stamp(&path) == Some(known)
                && (known.is_before(written)
                    || fs::read(&path).is_ok_and(|bytes| sync::hash(&bytes) == *self.hash))
        })
    }
}

/// A text of the record, or of the next one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Text<'r>(#[serde(borrow)] Cow<'r, str>);

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

/// The stamp of what is at a path, without following a link.
pub(crate) fn stamp(path: &Path) -> Option<Stamp> {
    Stamp::of(&fs::symlink_metadata(path).ok()?)
}
