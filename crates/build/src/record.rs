//! The record of a build: what there was to compile, and what it became, as text beside the output.
//!
//! In: that text, checked by the hashes in its first line. Out: what it says, borrowed from it. It is a JSON
//! list with an item in each line, the elements one after the other, so that they are read on all threads
//! and those that have not changed are written as they stand.

use crate::sync::{self, Claim, Stamp};
use elementc_compiler::emit::Lengths;
use elementc_compiler::render::Summary;
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

/// What stands between elements, and at the end.
const BETWEEN: &str = ",\n";
const END: &str = "\n]\n";

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
        let text = self.text.strip_prefix("[\"")?.strip_suffix(END)?;
        let (hash, text) = text.split_once("\",\n")?;
        let (head, items) = text.split_at(text.find(BETWEEN).unwrap_or(text.len()));
        // An edited one could say anything of the output.
        if [head, items].map(|text| sync::hash(text.as_bytes())).concat() != hash {
            return None;
        }
        let head = serde_json::from_str(head).ok()?;
        let items: Vec<&str> = items.split(BETWEEN).skip(1).collect();
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
    pub(crate) fn write(&self, head: &Head, items: &Items) -> io::Result<()> {
        let head = serde_json::to_string(head)?;
        let directory = self.out().join(DIRECTORY);
        let next = directory.join(NEXT);
        let mut file = fs::File::create(&next)?;
        file.write_all(format!("[\"{}{}\",\n{head}", sync::hash(head.as_bytes()), items.hash).as_bytes())?;
        file.write_all(items.text.as_bytes())?;
        fs::rename(&next, directory.join(FILE))
    }
}

/// The elements of a record as they are written, made before the rest of it is known.
pub(crate) struct Items {
    text: String,
    hash: String,
}

impl Items {
    /// Of elements that each stand as JSON.
    pub fn of<'i>(items: impl Iterator<Item = Cow<'i, str>>) -> Self {
        let mut text = String::new();
        for item in items {
            text.push_str(BETWEEN);
            text.push_str(&item);
        }
        let hash = sync::hash(text.as_bytes());
        Self { text: text + END, hash }
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
    /// Those of them that are collected from all elements, and where their sections begin.
    #[serde(borrow)]
    pub collected: Vec<(Text<'r>, Vec<usize>)>,
    /// The manifest.
    pub manifest: Option<Stamp>,
    /// Each directory, if there was nothing in any of them but what elementc made.
    #[serde(borrow)]
    pub directories: Vec<(Text<'r>, Stamp)>,
}

impl Head<'_> {
    /// What was checked, if nothing at all was wrong with it.
    pub fn summary(&self) -> Option<Summary> {
        self.clean.map(|(elements, entries, rules)| Summary { elements, entries, rules })
    }
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
    /// How long the texts are that it adds to each collected file.
    pub parts: Vec<Lengths>,
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
        let Ok(metadata) = fs::symlink_metadata(&path) else { return false };
        self.stamp.is_some_and(|known| Stamp::of(&metadata) == Some(known))
            && (written.is_after(&metadata)
                || fs::read(&path).is_ok_and(|bytes| sync::hash(&bytes) == *self.hash))
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
