//! The manifest: which files elementc made, and with what content.
//!
//! In: `manifest.json` of an output directory. Out: a [`Manifest`], and the text of the next one.
//!
//! The hash only says *we made this content*, to tell a file that was edited by hand; it defends
//! against nobody. While a sync replaces files, a manifest in its staging directory lists what they are
//! about to become; so if the process is killed, both old and new content are known as elementc's.
//!
//! A merge often leaves conflict markers in a committed manifest. Then it is read line by line,
//! both sides count (elementc made either), and the next sync writes it anew. Any other manifest
//! that does not parse is refused, because nobody can say whose it is: web applications have a
//! `manifest.json`, too.

use super::{MANIFEST, PENDING, STAGING, SyncError, paths};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

const GENERATOR: &str = "elementc";
const VERSION: u64 = 1;

/// What elementc made, as far as a directory tells.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    /// Each path, and the hashes of what elementc wrote there.
    files: BTreeMap<String, BTreeSet<String>>,
    /// The manifest's text, if there is one.
    text: Option<String>,
}

/// The file itself.
#[derive(Deserialize)]
struct Document {
    files: BTreeMap<String, String>,
}

impl Manifest {
    /// The manifest of these files, as far as it matters whose they are.
    pub(super) fn of<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let files = files.map(|(path, hash)| (path.to_owned(), BTreeSet::from([hash.to_owned()])));
        Self { files: files.collect(), text: None }
    }

    /// Reads the manifest of a directory; there may be none.
    pub(super) fn read(out: &Path) -> Result<Self, SyncError> {
        let path = out.join(MANIFEST);
        let unusable = |reason: String| SyncError::Manifest { path: path.clone(), reason };
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_file() => {}
            Ok(_) => return Err(unusable("it is not a regular file".to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(SyncError::io("read", &path)(error)),
        }
        let bytes = fs::read(&path).map_err(SyncError::io("read", &path))?;
        let text = String::from_utf8(bytes).map_err(|_| unusable("it is not UTF-8".to_owned()))?;
        let files = parse(&text).map_err(unusable)?;
        Ok(Self { files, text: Some(text) })
    }

    /// Adds what killed processes were about to make.
    pub(super) fn add_pending(&mut self, out: &Path) {
        let entries = fs::read_dir(out).into_iter().flatten().flatten();
        for entry in
            entries.filter(|entry| entry.file_name().as_encoded_bytes().starts_with(STAGING.as_bytes()))
        {
            // Killed earlier, it has none, or half of one, and has put nothing in its place.
            let text = fs::read_to_string(entry.path().join(PENDING)).unwrap_or_default();
            for (path, hashes) in parse(&text).unwrap_or_default() {
                self.files.entry(path).or_default().extend(hashes);
            }
        }
    }

    /// The manifest's text, if there is one.
    pub(super) fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// Whether elementc made the file at this path, whatever it contains now.
    pub(super) fn lists(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// Whether elementc wrote this content at this path.
    pub(super) fn made(&self, path: &str, hash: &str) -> bool {
        self.files.get(path).is_some_and(|hashes| hashes.contains(hash))
    }

    /// All paths.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }
}

/// The text of the manifest of these files, each a path and the hash of its content, sorted.
pub(super) fn text<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut text = HEADER.to_owned();
    push_files(&mut text, files, |_| {});
    text + END
}

/// The manifest of files of which some are about to change.
pub struct Listing<'a> {
    /// By path.
    files: Vec<(&'a str, &'a str)>,
    /// The text but for its end.
    text: String,
    /// The bytes at which the hashes begin.
    hashes: Vec<usize>,
}

impl<'a> Listing<'a> {
    /// The manifest of these files, each with the hash of its content.
    #[must_use]
    pub fn of(mut files: Vec<(&'a str, &'a str)>) -> Self {
        files.sort_unstable();
        let (mut text, mut hashes) = (HEADER.to_owned(), Vec::with_capacity(files.len()));
        push_files(&mut text, files.iter().copied(), |begin| hashes.push(begin));
        Self { files, text, hashes }
    }

    /// How many files there are.
    pub(super) fn count(&self) -> usize {
        self.files.len()
    }

    /// The text when these have changed, sorted.
    pub(super) fn changed<'p>(self, next: impl DoubleEndedIterator<Item = (&'p str, &'p str)>) -> String {
        let mut text = self.text;
        for (path, hash) in next.rev() {
            if let Ok(at) = self.files.binary_search_by_key(&path, |(path, _)| path) {
                let begin = self.hashes[at];
                text.replace_range(begin..begin + self.files[at].1.len(), hash);
            }
        }
        text + END
    }
}

/// How the text begins and ends.
const HEADER: &str = "{\n  \"version\": 1,\n  \"generator\": \"elementc\"";
const END: &str = "\n}\n";

/// Appends the map of the files, as `serde_json` writes it for people; tells where each hash begins.
fn push_files<'a>(
    text: &mut String,
    files: impl Iterator<Item = (&'a str, &'a str)>,
    mut begins: impl FnMut(usize),
) {
    text.push_str(",\n  \"files\": {");
    let start = text.len();
    for (path, hash) in files {
        text.push_str(if text.len() == start { "\n    " } else { ",\n    " });
        push_string(text, path);
        text.push_str(": ");
        begins(text.len() + 1);
        push_string(text, hash);
    }
    text.push_str(if text.len() == start { "}" } else { "\n  }" });
}

fn push_string(text: &mut String, string: &str) {
    if string.bytes().any(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
        return text.push_str(&serde_json::Value::from(string).to_string());
    }
    text.push('"');
    text.push_str(string);
    text.push('"');
}

fn parse(text: &str) -> Result<BTreeMap<String, BTreeSet<String>>, String> {
    let entries =
        if text.lines().any(|line| line.starts_with("<<<<<<< ")) { conflicted(text)? } else { whole(text)? };
    let mut files: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, hash) in entries {
        // Stale files are removed by these paths: they must not lead anywhere else.
        paths::check_one(&path).map_err(|reason| format!("it lists {path:?}: {reason}"))?;
        files.entry(path).or_default().insert(hash);
    }
    Ok(files)
}

fn whole(text: &str) -> Result<Vec<(String, String)>, String> {
    #[derive(Deserialize)]
    struct Header {
        version: Option<u64>,
        generator: Option<String>,
    }
    // The header first: another version may look different below it.
    let header: Header = serde_json::from_str(text).map_err(|error| format!("it does not parse: {error}"))?;
    match header {
        Header { generator: Some(generator), .. } if generator != GENERATOR => {
            Err(format!("its generator is {generator:?}"))
        }
        Header { generator: None, .. } => Err("it names no generator".to_owned()),
        Header { version: Some(VERSION), .. } => {
            let document: Document =
                serde_json::from_str(text).map_err(|error| format!("it does not parse: {error}"))?;
            Ok(document.files.into_iter().collect())
        }
        _ => Err("it was written by another version of elementc".to_owned()),
    }
}

/// The entries on both sides of every conflict: each has a line of its own.
fn conflicted(text: &str) -> Result<Vec<(String, String)>, String> {
    let member = |line: &str| {
        let line = line.trim().trim_end_matches(',');
        serde_json::from_str::<BTreeMap<String, serde_json::Value>>(&format!("{{{line}}}")).ok()
    };
    let (mut entries, mut ours, mut version) = (Vec::new(), false, None);
    for (name, value) in text.lines().filter_map(member).flatten() {
        match (name.as_str(), value) {
            ("generator", value) => ours |= value == GENERATOR,
            ("version", value) => version = value.as_u64(),
            (_, serde_json::Value::String(hash)) => entries.push((name, hash)),
            // `"files": {}` of one side.
            _ => {}
        }
    }
    if ours && version == Some(VERSION) {
        Ok(entries)
    } else {
        Err("it has merge conflicts and does not say what made it".to_owned())
    }
}

/// A hash of content, the same everywhere: FNV-1a over words of eight bytes, for its bytewise form
/// would take longer than comparing the files. Any one changed word changes it.
pub(crate) fn hash(bytes: &[u8]) -> String {
    hash_pieces(&[bytes])
}

/// The hash of content that is in pieces.
pub(crate) fn hash_pieces(pieces: &[&[u8]]) -> String {
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    // Rotated, because a product's high bits never reach its low ones.
    let add =
        |hash: u64, word: &[u8; 8]| (hash ^ u64::from_le_bytes(*word)).wrapping_mul(PRIME).rotate_left(29);
    let length = pieces.iter().map(|piece| piece.len() as u64).sum::<u64>();
    let mut hash = 0xcbf2_9ce4_8422_2325 ^ length;
    // What is left of a piece, and how much, until the next fills the word.
    let (mut word, mut filled) = ([0; 8], 0);
    for piece in pieces {
        let (start, rest) = piece.split_at(piece.len().min((8 - filled) % 8));
        word[filled..filled + start.len()].copy_from_slice(start);
        filled += start.len();
        if filled == 8 {
            (hash, word, filled) = (add(hash, &word), [0; 8], 0);
        }
        if filled == 0 {
            let (words, rest) = rest.as_chunks();
            hash = words.iter().fold(hash, add);
            word[..rest.len()].copy_from_slice(rest);
            filled = rest.len();
        }
    }
    if filled > 0 {
        hash = add(hash, &word);
    }
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_the_same_everywhere() {
        assert_eq!(hash(b""), "cbf29ce484222325");
        assert_eq!(hash(b"sageoneuk/instance.json"), "41162ffa84279331");
        let bytes: Vec<u8> = (0..=255).collect();
        for cut in 0..64 {
            let pieces = [&bytes[..cut], &bytes[cut..cut + cut / 3], &[], &bytes[cut + cut / 3..]];
            assert_eq!(hash_pieces(&pieces), hash(&bytes), "{cut}");
        }
        let zeros: BTreeSet<_> = (0..32).map(|length| hash(&vec![0; length])).collect();
        assert_eq!(zeros.len(), 32);
    }

    #[test]
    fn both_sides_of_a_conflict_count() {
        let text = "{\n  \"version\": 1,\n  \"generator\": \"elementc\",\n  \"files\": {\n\
                    <<<<<<< HEAD\n    \"a\": \"1\",\n    \"b\": \"2\"\n=======\n    \"a\": \"3\"\n>>>>>>> theirs\n  }\n}\n";
        let files = parse(text).expect("it is ours");
        assert_eq!(files["a"].iter().collect::<Vec<_>>(), ["1", "3"]);
        assert_eq!(files["b"].iter().collect::<Vec<_>>(), ["2"]);
    }

    #[test]
    fn it_reads_as_any_other_json() {
        let files = [("a/\u{e9}", "1"), ("b", "2"), ("c\"\\\n", "3")];
        let json = |files: &[(&str, &str)]| {
            let mut json = serde_json::json!({ "version": VERSION, "generator": GENERATOR, "files": {} });
            for (path, hash) in files {
                json["files"][path] = (*hash).into();
            }
            serde_json::to_string_pretty(&json).expect("it is JSON") + "\n"
        };
        for files in [&files[..0], &files[..]] {
            assert_eq!(text(files.iter().copied()), json(files));
            let listing = Listing::of(files.iter().rev().copied().collect());
            let changed: Vec<_> = files.iter().map(|(path, hash)| (*path, hash.repeat(2))).collect();
            let changed: Vec<_> = changed.iter().map(|(path, hash)| (*path, hash.as_str())).collect();
            assert_eq!(listing.changed(changed.iter().copied()), json(&changed));
        }
    }

    #[test]
    fn what_is_refused() {
        for (text, reason) in [
            ("", "it does not parse"),
            ("{\"version\": 1, \"generator\": \"elementc\", \"files\": {\"a\"", "it does not parse"),
            ("{\"name\": \"an app\"}", "it names no generator"),
            ("{\"version\": 1, \"generator\": \"x\"}", "its generator is \"x\""),
            ("{\"version\": 2, \"generator\": \"elementc\"}", "it was written by another version"),
            (
                "{\"version\": 1, \"generator\": \"elementc\", \"files\": {\"../a\": \"1\"}}",
                "it lists \"../a\"",
            ),
            ("<<<<<<< HEAD\n\"name\": \"an app\"\n", "it has merge conflicts"),
        ] {
            let error = parse(text).expect_err(reason);
            assert!(error.starts_with(reason), "{text}: {error}");
        }
    }
}
