//! What holds for any artifacts: random sets one after the other, and many syncs at once.
#![allow(clippy::unwrap_used)]

mod support;

use elementc_build::sync::{Outcome, drift, sync};
use elementc_compiler::Artifact;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Barrier;
use std::thread;
use support::{put, tree};
use tempfile::tempdir;

/// SplitMix64: the same numbers everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }

    /// Files of few names and few contents, so that sets overlap. No path is a directory of another.
    fn artifacts(&mut self) -> Vec<Artifact> {
        let mut files = BTreeMap::new();
        for _ in 0..self.below(30) {
            let name = format!("f{}.json", self.below(4));
            let path = match self.below(4) {
                0 => name,
                1 | 2 => format!("e{}/{name}", self.below(5)),
                _ => format!("e{}/d{}/{name}", self.below(3), self.below(2)),
            };
            let size = self.below(40);
            files.insert(
                path,
                vec![b'a' + u8::try_from(self.below(3)).unwrap(); usize::try_from(size).unwrap()],
            );
        }
        files.into_iter().map(|(path, bytes)| Artifact { path, bytes }).collect()
    }
}

fn files(out: &Path) -> BTreeMap<String, Vec<u8>> {
    tree(out).into_iter().filter(|(path, _)| path != "manifest.json" && !path.ends_with('/')).collect()
}

#[test]
fn the_tree_is_the_artifacts_and_what_others_put_there() {
    for seed in 0..30 {
        let mut random = Random(seed);
        let out = tempdir().unwrap();
        let out = out.path();
        let mut theirs = BTreeMap::new();
        for step in 0..12 {
            let artifacts = random.artifacts();
            // Names that no artifact has.
            if random.below(2) == 0 {
                let path = format!("e{}/note{}", random.below(6), random.below(3));
                put(out, &path, "note");
                theirs.insert(path, b"note".to_vec());
            }
            let before = files(out);
            let expected: BTreeMap<_, _> = theirs
                .clone()
                .into_iter()
                .chain(artifacts.iter().map(|a| (a.path.clone(), a.bytes.clone())))
                .collect();
            let outcome = sync(out, &artifacts).unwrap();
            assert_eq!(files(out), expected, "seed {seed}, step {step}");
            assert_eq!(outcome.kept, [""; 0]);
            for path in tree(out).into_keys().filter(|path| path.ends_with('/')) {
                assert!(
                    expected.keys().any(|file| file.starts_with(&path)),
                    "{path} is empty: seed {seed}, step {step}"
                );
            }
            let changed: Vec<_> = artifacts
                .iter()
                .filter(|a| before.get(&a.path) != Some(&a.bytes))
                .map(|a| a.path.as_str())
                .collect();
            let written: Vec<_> = outcome.written.iter().filter(|path| *path != "manifest.json").collect();
            assert_eq!(written, changed, "seed {seed}, step {step}");
            let removed: Vec<_> = before.into_keys().filter(|path| !expected.contains_key(path)).collect();
            assert_eq!(outcome.removed, removed, "seed {seed}, step {step}");

            assert_eq!(drift(out, &artifacts).unwrap(), []);
            let again = sync(out, &artifacts).unwrap();
            // A directory that elementc has left is not looked into again.
            assert!(again.foreign.iter().all(|path| outcome.foreign.contains(path)));
            let expected = Outcome {
                unchanged: artifacts.len() + 1,
                foreign: again.foreign.clone(),
                ..Outcome::default()
            };
            assert_eq!(again, expected);
        }
    }
}

#[test]
fn the_order_of_syncs_does_not_show() {
    let (straight, detour) = (tempdir().unwrap(), tempdir().unwrap());
    let mut random = Random(7);
    for _ in 0..10 {
        sync(detour.path(), &random.artifacts()).unwrap();
    }
    let last = random.artifacts();
    sync(detour.path(), &last).unwrap();
    sync(straight.path(), &last).unwrap();
    assert_eq!(tree(detour.path()), tree(straight.path()));
}

#[test]
fn many_at_once_neither_fail_nor_tear() {
    const SYNCS: usize = 20;
    let root = tempdir().unwrap();
    let out = &root.path().join("deep/out");
    // Each set writes one letter everywhere, and has a file of its own.
    let set = |letter: usize| -> Vec<Artifact> {
        let byte = b'a' + u8::try_from(letter).unwrap();
        let shared = (0..20).map(|n| format!("e{}/f{n}", n % 4));
        let paths = shared.chain([format!("own{letter}/x")]);
        paths.map(|path| Artifact { path, bytes: vec![byte; 20_000 + letter] }).collect()
    };
    let whole = |bytes: &[u8]| {
        bytes.iter().all(|b| *b == bytes[0]) && bytes.len() == 20_000 + usize::from(bytes[0] - b'a')
    };
    let (start, done) = (Barrier::new(SYNCS + 1), std::sync::atomic::AtomicUsize::new(0));
    thread::scope(|scope| {
        for letter in 0..SYNCS {
            let (start, done) = (&start, &done);
            scope.spawn(move || {
                start.wait();
                sync(out, &set(letter)).unwrap();
                done.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            });
        }
        start.wait();
        // A reader, meanwhile: absent or whole, never in between.
        while done.load(std::sync::atomic::Ordering::SeqCst) < SYNCS {
            for n in 0..20 {
                if let Ok(bytes) = fs::read(out.join(format!("e{}/f{n}", n % 4))) {
                    assert!(whole(&bytes), "torn: {} bytes", bytes.len());
                }
            }
        }
    });
    let files = files(out);
    let last = usize::from(files["e0/f0"][0] - b'a');
    let expected: BTreeMap<_, _> = set(last).into_iter().map(|a| (a.path, a.bytes)).collect();
    assert!(files == expected, "one of them is last, entirely: {:?}", files.keys());
    assert_eq!(drift(out, &set(last)).unwrap(), []);
}
