//! Where `elementc.toml` is looked for, and what it can say.
#![allow(clippy::unwrap_used)]

use elementc_build::config::{Config, find};
use std::fs;
use tempfile::tempdir;

#[test]
fn the_nearest_one_counts() {
    let root = tempdir().unwrap();
    let root = root.path().canonicalize().unwrap();
    fs::create_dir_all(root.join("a/b/c")).unwrap();
    // Nothing above a temporary directory, one hopes; so only from here on.
    fs::write(root.join("elementc.toml"), "elements = \"descriptors\"\nout = \"../out\"\n").unwrap();
    let found = find(&root.join("a/b/c")).unwrap().unwrap();
    assert_eq!(found.root, root);
    assert_eq!(found.elements(), Some(root.join("descriptors")));
    assert_eq!(found.out(), Some(root.join("../out")));

    fs::write(root.join("a/b/elementc.toml"), "").unwrap();
    let found = find(&root.join("a/b/c")).unwrap().unwrap();
    assert_eq!((found.root, found.config), (root.join("a/b"), Config::default()));
    assert_eq!(find(&root.join("a")).unwrap().unwrap().root, root);
    // A directory that does not exist is still below its parents.
    assert_eq!(find(&root.join("a/x/y")).unwrap().unwrap().root, root);
    assert_eq!(find(&root.join("a/b/elementc.toml")).unwrap().unwrap().root, root.join("a/b"));
}

#[test]
fn mistakes_are_errors_with_their_place() {
    for (text, line, says) in [
        (
            "elements = \"e\"\noutput = \"o\"\n",
            "line 2, column 1",
            "unknown field `output`, expected one of `elements`, `out`, `rules`, `breaking`, `site`",
        ),
        ("elements = 1\n", "line 1, column 12", "invalid type: integer `1`, expected a string"),
        ("elements = \"a\nout = \"b\"\n", "line 1", ""),
        ("out = \"a\"\nout = \"b\"\n", "line 2, column 1", "duplicate key"),
    ] {
        let root = tempdir().unwrap();
        let path = root.path().join("elementc.toml");
        fs::write(&path, text).unwrap();
        let error = find(&root.path().join("below")).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{} is wrong: ", path.display())), "{error}");
        assert!(error.contains(line) && error.contains(says), "{text}: {error}");
    }
}

#[test]
fn one_that_cannot_be_read_is_not_passed_over() {
    let root = tempdir().unwrap();
    fs::write(root.path().join("elementc.toml"), "").unwrap();
    let nearest = root.path().join("a/elementc.toml");
    let refused = || {
        let error = find(&root.path().join("a")).unwrap_err().to_string();
        assert!(error.starts_with(&format!("cannot read {}: ", nearest.display())), "{error}");
    };
    fs::create_dir_all(&nearest).unwrap();
    refused();
    fs::remove_dir(&nearest).unwrap();
    fs::write(&nearest, b"elements = \"\xff\"\n").unwrap();
    refused();
    #[cfg(unix)]
    {
        fs::remove_file(&nearest).unwrap();
        std::os::unix::fs::symlink("nowhere", &nearest).unwrap();
        refused();
    }
}
