//! What a sync writes, removes, keeps and refuses.
#![allow(clippy::unwrap_used)]

mod support;

use elementc_build::sync::{Drift, Outcome, SyncError, drift, sync};
use elementc_compiler::Artifact;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use support::{artifacts, names, put, tree};
use tempfile::tempdir;

const FIRST: &[(&str, &str)] =
    &[("catalog.json", "[1]"), ("uk/instance.json", "{}"), ("us/instance.json", "{}")];

/// Refused for these reasons, with nothing changed.
fn refused(out: &Path, artifacts: &[Artifact], expected: &[String]) {
    let before = tree(out);
    let error = sync(out, artifacts).unwrap_err();
    assert_eq!(error.to_string(), expected.join("\n"));
    assert_eq!(tree(out), before, "{error}");
}

fn foreign(path: &Path) -> String {
    format!("{} exists and was not made by elementc; move it away", path.display())
}

/// Makes every file look old, so that a write shows.
fn age(out: &Path) -> SystemTime {
    let then = SystemTime::now() - Duration::from_secs(3600);
    for name in tree(out).into_keys().filter(|name| !name.ends_with('/')) {
        fs::File::options().append(true).open(out.join(name)).unwrap().set_modified(then).unwrap();
    }
    then
}

#[test]
fn only_what_changed_is_written() {
    let root = tempdir().unwrap();
    let out = &root.path().join("deep/generated");
    let outcome = sync(out, &artifacts(FIRST)).unwrap();
    assert_eq!(outcome.written, ["catalog.json", "uk/instance.json", "us/instance.json", "manifest.json"]);
    assert_eq!(outcome.unchanged, 0);
    assert_eq!(fs::read(out.join("uk/instance.json")).unwrap(), b"{}");

    let then = age(out);
    let directory = |path: &str| fs::metadata(out.join(path)).unwrap().modified().unwrap();
    let directories = [directory(""), directory("uk")];
    let outcome = sync(out, &artifacts(FIRST)).unwrap();
    assert_eq!(outcome, Outcome { unchanged: 4, ..Outcome::default() });
    assert_eq!([directory(""), directory("uk")], directories, "not even for a moment");

    let outcome = sync(
        out,
        &artifacts(&[("catalog.json", "[2]"), ("uk/instance.json", "{}"), ("us/instance.json", "{}")]),
    );
    assert_eq!(outcome.unwrap().written, ["catalog.json", "manifest.json"]);
    let written: Vec<_> = names(out)
        .into_iter()
        .filter(|name| fs::metadata(out.join(name)).unwrap().modified().unwrap() != then)
        .collect();
    assert_eq!(written, ["catalog.json"]);
}

#[test]
fn the_manifest_is_as_documented() {
    let out = tempdir().unwrap();
    sync(out.path(), &artifacts(&[("uk/instance.json", "{}"), ("catalog.json", "")])).unwrap();
    assert_eq!(
        fs::read_to_string(out.path().join("manifest.json")).unwrap(),
        "{\n  \"version\": 1,\n  \"generator\": \"elementc\",\n  \"files\": {\n    \
         \"catalog.json\": \"cbf29ce484222325\",\n    \"uk/instance.json\": \"90cccaca95f3de89\"\n  }\n}\n"
    );
}

#[test]
fn what_is_no_longer_produced_goes_unless_edited() {
    let out = tempdir().unwrap();
    let out = out.path();
    sync(out, &artifacts(&[("a/b/x", "1"), ("a/b/y", "2"), ("a/z", "3"), ("c/x", "4"), ("d/x", "5")]))
        .unwrap();
    put(out, "c/x", "edited");
    put(out, "a/b/note", "mine");
    let outcome = sync(out, &artifacts(&[("d/x", "5")])).unwrap();
    assert_eq!(outcome.removed, ["a/b/x", "a/b/y", "a/z"]);
    assert_eq!(outcome.kept, ["c/x"]);
    assert_eq!(outcome.foreign, [PathBuf::from("a/b/note")]);
    assert_eq!(names(out), ["a/b/note", "c/x", "d/x"]);
    // From now on it is not elementc's.
    assert_eq!(sync(out, &artifacts(&[("d/x", "5")])).unwrap().kept, [""; 0]);
    refused(out, &artifacts(&[("c/x", "4")]), &[foreign(&out.join("c/x"))]);
    fs::remove_file(out.join("c/x")).unwrap();
    sync(out, &artifacts(&[("d/x", "5")])).unwrap();

    // Directories go with their last file.
    sync(out, &artifacts(&[("e/f/g/x", "1"), ("e/y", "1")])).unwrap();
    sync(out, &artifacts(&[("e/y", "1")])).unwrap();
    assert!(!out.join("e/f").exists() && !out.join("d").exists() && out.join("e").exists());
}

#[test]
fn an_edited_file_that_is_produced_is_written_again() {
    let out = tempdir().unwrap();
    let out = out.path();
    sync(out, &artifacts(FIRST)).unwrap();
    put(out, "uk/instance.json", "{edited}");
    fs::remove_file(out.join("us/instance.json")).unwrap();
    let outcome = sync(out, &artifacts(FIRST)).unwrap();
    assert_eq!(outcome.written, ["uk/instance.json", "us/instance.json", "manifest.json"]);
    assert_eq!(fs::read(out.join("uk/instance.json")).unwrap(), b"{}");
}

#[test]
fn files_of_others_are_neither_overwritten_nor_removed() {
    let out = tempdir().unwrap();
    let out = out.path();
    // All of them are named, before anything is written, with a manifest and without.
    put(out, "uk/instance.json", "mine");
    put(out, "us/instance.json", "mine");
    let both = ["uk/instance.json", "us/instance.json"].map(|path| foreign(&out.join(path)));
    refused(out, &artifacts(FIRST), &both);
    sync(out, &artifacts(&[("catalog.json", "[1]")])).unwrap();
    refused(out, &artifacts(FIRST), &both);
    // What is right already is adopted.
    put(out, "uk/instance.json", "{}");
    fs::remove_file(out.join("us/instance.json")).unwrap();
    let outcome = sync(out, &artifacts(FIRST)).unwrap();
    assert_eq!((outcome.unchanged, outcome.written.len()), (2, 2));
    assert_eq!(sync(out, &[]).unwrap().removed, ["catalog.json", "uk/instance.json", "us/instance.json"]);
    assert_eq!(tree(out).len(), 1, "the manifest");
}

#[test]
fn files_of_others_are_named_where_elementc_writes() {
    let out = tempdir().unwrap();
    let out = out.path();
    for path in ["notes.txt", "uk/notes.txt", "uk/sub/x", "other/x", ".gitkeep", "uk/.DS_Store"] {
        put(out, path, "mine");
    }
    let named = ["notes.txt", "uk/notes.txt", "uk/sub"].map(PathBuf::from);
    for _ in 0..2 {
        assert_eq!(sync(out, &artifacts(FIRST)).unwrap().foreign, named);
    }
    let outcome = sync(out, &artifacts(&[("catalog.json", "[1]")])).unwrap();
    assert_eq!(outcome.foreign, named, "a directory that elementc leaves");
    assert_eq!(tree(out)["uk/sub/x"], b"mine");
}

#[test]
fn what_is_in_the_way() {
    let out = tempdir().unwrap();
    let out = out.path();
    put(out, "catalog.json/x", "a directory");
    put(out, "uk", "a file");
    let way =
        |path: &str, of: &str| format!("{} is in the way of a {of}; move it away", out.join(path).display());
    refused(out, &artifacts(FIRST), &[way("uk", "directory"), way("catalog.json", "file")]);
}

#[test]
fn the_output_directory_is_none() {
    let root = tempdir().unwrap();
    put(root.path(), "file", "");
    for path in ["file", "file/below"] {
        let error = sync(&root.path().join(path), &artifacts(FIRST)).unwrap_err().to_string();
        assert!(error.contains(&root.path().join(path).display().to_string()), "{error}");
        assert!(drift(&root.path().join(path), &artifacts(FIRST)).is_err());
    }
}

#[test]
fn bad_paths_are_refused_before_anything_is_written() {
    let root = tempdir().unwrap();
    let out = &root.path().join("out");
    for path in [
        "../x",
        "/x",
        "a//b",
        "con",
        "a/nul.json",
        "x.",
        "a\\b",
        "manifest.json",
        "CATALOG.json",
        "catalog.json/x",
    ] {
        let error = sync(out, &artifacts(&[("catalog.json", "[]"), (path, "")])).unwrap_err();
        assert!(matches!(error, SyncError::Path { .. } | SyncError::Clash { .. }), "{path}: {error}");
        assert!(drift(out, &artifacts(&[("catalog.json", "[]"), (path, "")])).is_err());
        assert_eq!(tree(root.path()).len(), 0, "{path}");
    }
}

#[test]
fn drift_says_what_a_sync_would_change() {
    let root = tempdir().unwrap();
    let out = &root.path().join("out");
    let missing = |path: &str| Drift::Missing(path.to_owned());
    let different = |path: &str| Drift::Different(path.to_owned());
    let all = ["catalog.json", "manifest.json", "uk/instance.json", "us/instance.json"];
    assert_eq!(drift(out, &artifacts(FIRST)).unwrap(), all.map(missing));
    assert!(!out.exists());

    sync(out, &artifacts(FIRST)).unwrap();
    assert_eq!(drift(out, &artifacts(FIRST)).unwrap(), []);
    put(out, "uk/instance.json", "{edited}");
    assert_eq!(drift(out, &artifacts(FIRST)).unwrap(), [different("uk/instance.json")]);
    let before = tree(out);
    let next = artifacts(&[("catalog.json", "[2]"), ("fr/instance.json", "{}")]);
    let stale = |path: &str| Drift::Stale(path.to_owned());
    let expected = [
        different("catalog.json"),
        missing("fr/instance.json"),
        different("manifest.json"),
        stale("uk/instance.json"),
        stale("us/instance.json"),
    ];
    assert_eq!(drift(out, &next).unwrap(), expected);
    put(out, "fr", "in the way");
    assert_eq!(drift(out, &next).unwrap()[1], different("fr/instance.json"));
    fs::remove_file(out.join("fr")).unwrap();
    assert_eq!(tree(out), before);
    sync(out, &next).unwrap();
    assert_eq!(drift(out, &next).unwrap(), []);
    put(out, "manifest.json", "broken");
    assert_eq!(drift(out, &next).unwrap(), [different("manifest.json")]);
    fs::remove_file(out.join("manifest.json")).unwrap();
    assert_eq!(drift(out, &next).unwrap(), [missing("manifest.json")]);
}

#[test]
fn a_manifest_of_someone_else_is_refused() {
    let out = tempdir().unwrap();
    let out = out.path();
    sync(out, &artifacts(FIRST)).unwrap();
    let next = artifacts(&[("catalog.json", "[2]"), ("uk/instance.json", "{}")]);
    for text in
        ["", "{\"name\": \"a web application\"}", "{\"version\": 2, \"generator\": \"elementc\"}", "\u{0}"]
    {
        put(out, "manifest.json", text);
        let before = tree(out);
        let error = sync(out, &next).unwrap_err();
        assert!(matches!(error, SyncError::Manifest { .. }), "{error}");
        assert!(error.to_string().contains("delete it and build again"), "{error}");
        assert_eq!(tree(out), before);
    }
    // As the message says: what has not changed is adopted, the rest is named.
    fs::remove_file(out.join("manifest.json")).unwrap();
    refused(out, &next, &[foreign(&out.join("catalog.json"))]);
    fs::remove_file(out.join("catalog.json")).unwrap();
    let outcome = sync(out, &next).unwrap();
    assert_eq!(outcome.written, ["catalog.json", "manifest.json"]);
    assert_eq!(outcome.foreign, [] as [PathBuf; 0], "us/ is not known any more");
}

#[test]
fn merge_conflicts_in_the_output_are_resolved() {
    let (ours, theirs) = (tempdir().unwrap(), tempdir().unwrap());
    let ours = ours.path();
    sync(ours, &artifacts(&[("catalog.json", "[uk]"), ("old/x", "o"), ("uk/x", "1")])).unwrap();
    sync(theirs.path(), &artifacts(&[("catalog.json", "[us]"), ("us/x", "2"), ("was/x", "w")])).unwrap();
    let manifest = |dir: &Path| fs::read_to_string(dir.join("manifest.json")).unwrap();
    let lines = |dir: &Path| manifest(dir).lines().skip(4).take(3).collect::<Vec<_>>().join("\n");
    let (head, tail) =
        ("{\n  \"version\": 1,\n  \"generator\": \"elementc\",\n  \"files\": {\n", "\n  }\n}\n");
    let (a, b) = (lines(ours), lines(theirs.path()));
    put(ours, "manifest.json", &format!("{head}<<<<<<< HEAD\n{a}\n=======\n{b}\n>>>>>>> theirs{tail}"));
    put(ours, "catalog.json", "<<<<<<< HEAD\n[uk]\n=======\n[us]\n>>>>>>> theirs\n");
    put(ours, "us/x", "2");
    put(ours, "was/x", "w");

    let next = artifacts(&[("catalog.json", "[uk, us]"), ("uk/x", "1"), ("us/x", "2")]);
    let outcome = sync(ours, &next).unwrap();
    assert_eq!(outcome.written, ["catalog.json", "manifest.json"]);
    assert_eq!(outcome.removed, ["old/x", "was/x"]);
    assert_eq!(drift(ours, &next).unwrap(), []);
}

#[test]
fn a_killed_sync_is_completed_by_the_next() {
    let out = tempdir().unwrap();
    let out = out.path();
    // As it was: killed after some files of SECOND had replaced those of FIRST.
    let second: &[(&str, &str)] =
        &[("catalog.json", "[2]"), ("fr/instance.json", "{}"), ("uk/instance.json", "{2}")];
    let later = tempdir().unwrap();
    sync(later.path(), &artifacts(second)).unwrap();
    let manifest = |dir: &Path| fs::read_to_string(dir.join("manifest.json")).unwrap();
    let killed = || {
        sync(out, &artifacts(FIRST)).unwrap();
        put(out, ".elementc-staging-killed/pending.json", &manifest(later.path()));
        put(out, ".elementc-staging-early/pending.json", "{ \"version\": 1,");
        put(out, "catalog.json", "[2]");
        put(out, "fr/instance.json", "{}");
        put(out, ".elementc-staging-killed/tree/uk/instance.json", "{2");
        put(out, "uk/.elementc-staging-probe", "");
        // Its directory was next.
        fs::remove_file(out.join("us/instance.json")).unwrap();
    };
    // Whatever the next input is: the same, the one before, or another.
    let third: &[(&str, &str)] = &[("catalog.json", "[3]"), ("fr/instance.json", "{3}")];
    for next in [second, FIRST, third, &[]] {
        killed();
        let outcome = sync(out, &artifacts(next)).unwrap();
        assert_eq!((outcome.kept, outcome.foreign), (vec![], vec![]), "{next:?}");
        let expected: Vec<_> = next.iter().map(|(path, _)| *path).collect();
        assert_eq!(names(out), expected);
        let empty: Vec<_> = tree(out)
            .into_keys()
            .filter(|path| path.ends_with('/') && !out.join(path).join("instance.json").exists())
            .collect();
        assert_eq!(empty, [""; 0], "{next:?}");
        assert_eq!(drift(out, &artifacts(next)).unwrap(), []);
    }
}
