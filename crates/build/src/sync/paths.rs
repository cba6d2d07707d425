//! The paths of artifacts: which of them can exist on every file system, inside the output
//! directory and side by side.

use super::{MANIFEST, STAGING, SyncError};
use elementc_compiler::HashMap;
use elementc_compiler::portable;
use std::borrow::Cow;
use std::collections::hash_map::Entry;

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    File,
    Directory,
}

/// Checks every path, and all of them together.
pub(super) fn check<'a>(paths: impl Iterator<Item = &'a str>) -> Result<(), SyncError> {
    let mut taken: HashMap<Cow<str>, (&str, Kind)> = HashMap::default();
    taken.insert(MANIFEST.into(), (MANIFEST, Kind::File));
    let mut last = "";
    for path in paths {
        check_one(path).map_err(|reason| SyncError::Path { path: path.to_owned(), reason })?;
        // Of two paths in one directory only the first need look at it.
        let directory = path.rfind('/').map_or("", |end| &path[..end]);
        let is_new = std::mem::replace(&mut last, directory) != directory;
        for (end, kind) in ends(path).filter(|(_, kind)| is_new || *kind == Kind::File) {
            let part = &path[..end];
            match taken.entry(portable::folded(part)) {
                Entry::Vacant(entry) => {
                    entry.insert((part, kind));
                }
                Entry::Occupied(entry) => {
                    let &(other, other_kind) = entry.get();
                    let reason = match (kind, other_kind) {
                        (Kind::Directory, Kind::Directory) if part == other => continue,
                        (Kind::File, Kind::File) if part == other => "they are the same",
                        (Kind::Directory, Kind::Directory) | (Kind::File, Kind::File) => {
                            "they differ only in case"
                        }
                        _ => "one is a file, the other a directory",
                    };
                    return Err(SyncError::Clash {
                        first: other.to_owned(),
                        second: part.to_owned(),
                        reason,
                    });
                }
            }
        }
    }
    Ok(())
}

/// Where each directory of a path ends, and at last the file.
fn ends(path: &str) -> impl Iterator<Item = (usize, Kind)> {
    let directories = path.match_indices('/').map(|(at, _)| (at, Kind::Directory));
    directories.chain([(path.len(), Kind::File)])
}

/// The directories of a path, outermost first: `a/b/c` is in `a` and `a/b`.
pub(super) fn directories(path: &str) -> impl DoubleEndedIterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

/// Checks a path by itself.
pub(super) fn check_one(path: &str) -> Result<(), &'static str> {
    path.split('/').try_for_each(check_name)
}

fn check_name(name: &str) -> Result<(), &'static str> {
    match portable::problem(name) {
        Some(why) => Err(why),
        None if name.starts_with(STAGING) => Err("the name is reserved for staging"),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_some_file_system_refuses() {
        let good = [
            "catalog.json",
            "sageoneuk/instance.json",
            "a/b/c",
            "console/x",
            "com10/x",
            "com/x",
            ".gitattributes",
            "é/ü",
        ];
        for path in good {
            assert_eq!(check_one(path), Ok(()), "{path}");
        }
        let long = "x".repeat(256);
        let bad = [
            "",
            "/x",
            "x/",
            "a//b",
            "..",
            "../x",
            "a/../b",
            "./a",
            "a\\b",
            "C:/x",
            "c:x",
            "con",
            "a/CON",
            "nul.json",
            "aux.schema.json",
            "com1/x",
            "LPT9.txt",
            "com¹",
            "con .txt",
            "a./b",
            "a /b",
            "a\nb",
            "a\0b",
            "a*",
            long.as_str(),
            ".elementc-staging-x/y",
        ];
        for path in bad {
            assert!(check_one(path).is_err(), "{path:?}");
        }
    }

    #[test]
    fn paths_that_exclude_each_other() {
        let clash = |paths: &[&str]| check(paths.iter().copied()).map_err(|error| error.to_string());
        assert_eq!(clash(&["a/x", "a/y", "b/x", "ab"]), Ok(()));
        for (paths, reason) in [
            (["a/x", "a/x"], "they are the same"),
            (["a/x", "a/X"], "they differ only in case"),
            (["a/x", "A/y"], "they differ only in case"),
            (["É/x", "é/y"], "they differ only in case"),
            (["a", "a/y"], "one is a file, the other a directory"),
            (["A/y", "a"], "one is a file, the other a directory"),
            (["a", "manifest.json"], "they are the same"),
            (["a", "Manifest.json"], "they differ only in case"),
        ] {
            let error = clash(&paths).expect_err(reason);
            assert!(error.ends_with(reason), "{paths:?}: {error}");
        }
    }
}
