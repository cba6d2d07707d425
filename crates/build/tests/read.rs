//! Which files of a directory become sources, and what is said about the others.
#![allow(clippy::unwrap_used)]

mod support;

use elementc_build::read::read_elements;
use elementc_compiler::source::Role;
use std::fs::{self, File};
use std::path::Path;
use tempfile::{TempDir, tempdir};

/// A directory `elements` with these files, empty directories where the name ends in `/`.
fn elements(files: &[&str]) -> TempDir {
    let root = tempdir().unwrap();
    fs::create_dir(root.path().join("elements")).unwrap();
    for file in files {
        let path = root.path().join("elements").join(file);
        if file.ends_with('/') {
            fs::create_dir_all(path).unwrap();
        } else {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, format!("# {file}\n")).unwrap();
        }
    }
    root
}

/// The sources, a line each, or the error.
fn read(root: &Path) -> String {
    match read_elements(&root.join("elements"), "elements") {
        Ok(sources) => {
            let line = |s: &elementc_compiler::source::Source| {
                assert!(!s.library);
                let role = if s.role == Role::Element { "element" } else { "trait" };
                assert_eq!(*s.bytes, *fs::read(root.join(&s.path)).unwrap());
                format!("{role} {} {}", s.name, s.path)
            };
            sources.iter().map(line).collect::<Vec<_>>().join("\n")
        }
        Err(error) => format!("error: {error}"),
    }
}

fn check(files: &[&str], expected: &str) {
    assert_eq!(read(elements(files).path()), expected, "{files:?}");
}

#[test]
fn elements_then_traits_each_sorted_by_bytes() {
    check(
        &["b.yaml", "a.yaml", "Z.yaml", "a.b.yaml", "a-b.yaml", "traits/session.yaml", "traits/oauth2.yaml"],
        "element Z elements/Z.yaml\nelement a-b elements/a-b.yaml\nelement a.b elements/a.b.yaml\n\
         element a elements/a.yaml\nelement b elements/b.yaml\n\
         trait oauth2 elements/traits/oauth2.yaml\ntrait session elements/traits/session.yaml",
    );
}

#[test]
fn other_files_are_left_alone() {
    check(
        &[
            "a.yaml",
            "README.md",
            "yaml",
            ".hidden.yaml",
            ".yaml",
            "a.yaml~",
            "old/b.yaml",
            "traits/README.md",
            "traits/x/y.yaml",
        ],
        "element a elements/a.yaml",
    );
}

#[test]
fn names_that_mean_a_descriptor() {
    check(
        &["a.yml", "b.YAML", "c.Yml", "d.yaml/", "traits/t.yml"],
        "error: elements/a.yml: descriptors end in .yaml; rename it to a.yaml\n\
         elements/b.YAML: descriptors end in .yaml; rename it to b.yaml\n\
         elements/c.Yml: descriptors end in .yaml; rename it to c.yaml\n\
         elements/d.yaml is not a regular file\n\
         elements/traits/t.yml: descriptors end in .yaml; rename it to t.yaml",
    );
}

/// Other YAML may stand anywhere, as may elements below a name with a dot.
#[test]
fn elements_that_stand_too_deep() {
    let root =
        elements(&["a.yaml", "finance/README.md", "old/x.yml", "old/y.yaml", ".git/z.yaml", "ci/jobs.yaml"]);
    assert_eq!(read(root.path()), "element a elements/a.yaml");
    for name in ["finance/b.yaml", "old/y.yaml", "old/x.yml", ".git/z.yaml"] {
        fs::write(root.path().join("elements").join(name), "# B\nkey: b\nname: B\n").unwrap();
    }
    assert_eq!(
        read(root.path()),
        "error: elements/finance/b.yaml: descriptors stand in elements, not below it; move it there\n\
         elements/old/x.yml: descriptors stand in elements, not below it; move it there"
    );
}

#[test]
fn no_descriptors() {
    let empty = "error: no descriptors in elements: expected elements/<key>.yaml";
    check(&[], empty);
    check(&["README.md", "traits/oauth2.yaml"], empty);
    check(&["a.yaml", "traits"], "error: elements/traits is not a directory");

    let root = tempdir().unwrap();
    assert_eq!(
        read(root.path()),
        "error: no directory elements: expected descriptors there, as elements/<key>.yaml"
    );
    fs::write(root.path().join("elements"), "").unwrap();
    assert_eq!(read(root.path()), "error: elements is not a directory");
}

#[test]
fn how_paths_are_shown() {
    let root = elements(&["a.yaml", "traits/t.yaml"]);
    let dir = root.path().join("elements");
    for (shown, first, second) in [
        ("elements", "elements/a.yaml", "elements/traits/t.yaml"),
        ("../x/", "../x/a.yaml", "../x/traits/t.yaml"),
        ("", "a.yaml", "traits/t.yaml"),
        (".", "a.yaml", "traits/t.yaml"),
        ("/", "/a.yaml", "/traits/t.yaml"),
    ] {
        let sources = read_elements(&dir, shown).unwrap();
        assert_eq!([&*sources[0].path, &*sources[1].path], [first, second], "{shown:?}");
    }
}

#[test]
fn large_files_are_refused_unread() {
    let root = elements(&["a.yaml"]);
    let sparse = |name: &str, size| {
        File::create(root.path().join("elements").join(name)).unwrap().set_len(size).unwrap();
    };
    sparse("b.yaml", 5 << 20);
    sparse("c.yaml", (4 << 20) + 1);
    // Reading this one would not end.
    sparse("d.yaml", 1 << 42);
    assert_eq!(
        read(root.path()),
        "error: elements/b.yaml is 5 MiB; a descriptor may be 4 MiB at most\n\
         elements/c.yaml is 5 MiB; a descriptor may be 4 MiB at most\n\
         elements/d.yaml is 4194304 MiB; a descriptor may be 4 MiB at most"
    );
    for name in ["b.yaml", "c.yaml", "d.yaml"] {
        sparse(name, 4 << 20);
    }
    assert_eq!(read_elements(&root.path().join("elements"), "elements").unwrap().len(), 4);
}

#[cfg(unix)]
mod unix {
    use super::*;
    use crate::support::skipped;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn links_are_followed_unless_they_lead_nowhere() {
        let root = elements(&["a.yaml"]);
        let dir = root.path().join("elements");
        fs::create_dir(root.path().join("common")).unwrap();
        fs::write(root.path().join("common/t.yaml"), "").unwrap();
        symlink("../common", dir.join("traits")).unwrap();
        symlink("a.yaml", dir.join("b.yaml")).unwrap();
        assert_eq!(
            read(root.path()),
            "element a elements/a.yaml\nelement b elements/b.yaml\ntrait t elements/traits/t.yaml"
        );

        fs::remove_file(dir.join("traits")).unwrap();
        symlink("traits", dir.join("traits")).unwrap();
        symlink("d.yaml", dir.join("c.yaml")).unwrap();
        symlink("c.yaml", dir.join("d.yaml")).unwrap();
        symlink("nowhere.yaml", dir.join("e.yaml")).unwrap();
        let error = read(root.path());
        let links: Vec<_> = error.trim_start_matches("error: ").lines().collect();
        assert_eq!(links.len(), 4, "{error}");
        for (line, name) in links.iter().zip(["c.yaml", "d.yaml", "e.yaml", "traits"]) {
            assert!(
                line.starts_with(&format!("elements/{name} is a symbolic link that leads nowhere: ")),
                "{line}"
            );
        }

        fs::remove_dir_all(&dir).unwrap();
        symlink("elements", &dir).unwrap();
        assert!(read(root.path()).starts_with("error: elements is a symbolic link that leads nowhere: "));
    }

    #[test]
    fn pipes_and_devices_are_not_read() {
        let root = elements(&["a.yaml"]);
        let dir = root.path().join("elements");
        assert!(std::process::Command::new("mkfifo").arg(dir.join("b.yaml")).status().unwrap().success());
        symlink("/dev/zero", dir.join("c.yaml")).unwrap();
        assert_eq!(
            read(root.path()),
            "error: elements/b.yaml is not a regular file\nelements/c.yaml is not a regular file"
        );
    }

    #[test]
    fn what_may_not_be_read() {
        let root = elements(&["a.yaml", "b.yaml", "traits/"]);
        let dir = root.path().join("elements");
        fs::set_permissions(dir.join("b.yaml"), fs::Permissions::from_mode(0o000)).unwrap();
        fs::set_permissions(dir.join("traits"), fs::Permissions::from_mode(0o000)).unwrap();
        if File::open(dir.join("b.yaml")).is_ok() {
            skipped("what_may_not_be_read", "permissions do not bind this user (root?)");
            return;
        }
        assert_eq!(
            read(root.path()),
            "error: cannot read elements/b.yaml: Permission denied (os error 13)\n\
             cannot read elements/traits: Permission denied (os error 13)"
        );
        fs::set_permissions(dir.join("traits"), fs::Permissions::from_mode(0o755)).unwrap();
    }

    #[test]
    fn a_name_must_be_utf_8() {
        let root = elements(&["a.yaml"]);
        let name = std::ffi::OsStr::from_bytes(b"b\xff.yaml");
        if fs::write(root.path().join("elements").join(name), "").is_err() {
            skipped("a_name_must_be_utf_8", "this file system has no such name");
            return;
        }
        assert_eq!(
            read(root.path()),
            "error: elements/b\u{fffd}.yaml: a descriptor's file name must be UTF-8"
        );
    }
}
