//! Links, permissions and full disks.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod support;

use elementc_build::sync::{ObstacleKind, SyncError, drift, sync};
use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;
use support::{artifacts, put, skipped, tree};
use tempfile::tempdir;

const FILES: &[(&str, &str)] = &[("catalog.json", "[1]"), ("uk/instance.json", "{}")];

#[test]
fn nothing_is_written_through_links() {
    for link in ["catalog.json", "uk/instance.json", "uk", "manifest.json"] {
        let root = tempdir().unwrap();
        let (out, elsewhere) = (root.path().join("out"), root.path().join("elsewhere"));
        fs::create_dir_all(out.join(link).parent().unwrap()).unwrap();
        put(&elsewhere, "instance.json", "{}");
        let target = if link == "uk" { elsewhere.clone() } else { elsewhere.join("instance.json") };
        symlink(target, out.join(link)).unwrap();
        let before = tree(root.path());
        match sync(&out, &artifacts(FILES)).unwrap_err() {
            SyncError::Obstacles { obstacles } => {
                assert_eq!(obstacles.len(), 1, "{obstacles:?}");
                assert_eq!((&obstacles[0].path, obstacles[0].kind), (&out.join(link), ObstacleKind::Symlink));
            }
            error => {
                assert!(link == "manifest.json" && matches!(error, SyncError::Manifest { .. }), "{error}")
            }
        }
        assert_eq!(tree(root.path()), before, "{link}");
    }
}

#[test]
fn nothing_is_removed_through_links() {
    let root = tempdir().unwrap();
    let (out, elsewhere) = (root.path().join("out"), root.path().join("elsewhere"));
    sync(&out, &artifacts(&[("uk/a", "a"), ("us/a", "a"), ("x", "x")])).unwrap();
    // The same content, so that only the link tells.
    fs::rename(out.join("uk"), &elsewhere).unwrap();
    symlink(&elsewhere, out.join("uk")).unwrap();
    fs::rename(out.join("us/a"), elsewhere.join("b")).unwrap();
    symlink(elsewhere.join("b"), out.join("us/a")).unwrap();
    let outcome = sync(&out, &artifacts(&[("x", "x")])).unwrap();
    assert_eq!((outcome.removed, outcome.kept), (vec![], vec!["us/a".to_owned()]));
    assert_eq!(tree(&elsewhere).into_keys().collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn the_output_directory_itself_may_be_a_link() {
    let root = tempdir().unwrap();
    fs::create_dir(root.path().join("real")).unwrap();
    symlink("real", root.path().join("out")).unwrap();
    let out = root.path().join("out");
    sync(&out, &artifacts(FILES)).unwrap();
    sync(&out, &artifacts(&[("catalog.json", "[2]"), ("uk/instance.json", "{2}"), ("uk/b/c", "")])).unwrap();
    assert_eq!(sync(&out, &artifacts(FILES)).unwrap().removed, ["uk/b/c"]);
    assert_eq!(drift(&out, &artifacts(FILES)).unwrap(), []);
    assert_eq!(fs::read(root.path().join("real/uk/instance.json")).unwrap(), b"{}");

    symlink("nowhere", root.path().join("dangling")).unwrap();
    assert!(sync(&root.path().join("dangling"), &artifacts(FILES)).is_err());
    assert!(!root.path().join("nowhere").exists());
}

#[test]
fn new_files_have_the_usual_permissions() {
    let root = tempdir().unwrap();
    let out = root.path().join("out");
    sync(&out, &artifacts(FILES)).unwrap();
    File::create(root.path().join("usual")).unwrap();
    fs::create_dir(root.path().join("usual.d")).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    for file in ["catalog.json", "uk/instance.json", "manifest.json"] {
        assert_eq!(mode(&out.join(file)), mode(&root.path().join("usual")), "{file}");
    }
    assert_eq!(mode(&out.join("uk")), mode(&root.path().join("usual.d")));
}

#[test]
fn pipes_are_in_the_way() {
    let out = tempdir().unwrap();
    assert!(Command::new("mkfifo").arg(out.path().join("catalog.json")).status().unwrap().success());
    let error = sync(out.path(), &artifacts(FILES)).unwrap_err().to_string();
    assert!(error.ends_with("catalog.json is in the way of a file; move it away"), "{error}");
}

/// Whether this user is bound by permissions; root is not.
fn bound(test: &str) -> bool {
    let dir = tempdir().unwrap();
    fs::set_permissions(dir.path(), Permissions::from_mode(0o555)).unwrap();
    let bound = File::create(dir.path().join("x")).is_err();
    if !bound {
        skipped(test, "permissions do not bind this user (root?)");
    }
    bound
}

#[test]
fn directories_that_cannot_be_written_to() {
    if !bound("directories_that_cannot_be_written_to") {
        return;
    }
    let next = artifacts(&[("a/x", "2"), ("catalog.json", "[2]"), ("uk/instance.json", "{2}"), ("z/x", "2")]);
    // The second is written to only after others could have been.
    for (directory, mode, says) in [
        ("", 0o555, "cannot write to the directory "),
        ("uk", 0o555, "cannot write to the directory "),
        ("", 0o333, "cannot read the directory "),
        ("uk", 0o333, "cannot read the directory "),
        ("uk", 0o000, "cannot examine "),
    ] {
        let root = tempdir().unwrap();
        let out = root.path().join("out");
        sync(&out, &artifacts(FILES)).unwrap();
        let before = tree(&out);
        let set = |mode| fs::set_permissions(out.join(directory), Permissions::from_mode(mode)).unwrap();
        set(mode);
        let error = sync(&out, &next).unwrap_err().to_string();
        set(0o755);
        assert!(error.starts_with(says), "{directory} {mode:o}: {error}");
        assert!(
            error.contains(out.join(directory).to_str().unwrap().trim_end_matches('/')),
            "{directory} {mode:o}: {error}"
        );
        assert_eq!(tree(&out), before, "{directory} {mode:o}");
        assert_eq!(sync(&out, &next).unwrap().written.len(), 5);
    }
    // A removal needs the directory, too.
    let out = tempdir().unwrap();
    sync(out.path(), &artifacts(FILES)).unwrap();
    let before = tree(out.path());
    fs::set_permissions(out.path().join("uk"), Permissions::from_mode(0o555)).unwrap();
    assert!(sync(out.path(), &artifacts(&[("catalog.json", "[2]")])).is_err());
    assert_eq!(tree(out.path()), before);
    fs::set_permissions(out.path().join("uk"), Permissions::from_mode(0o755)).unwrap();

    let parent = tempdir().unwrap();
    fs::set_permissions(parent.path(), Permissions::from_mode(0o555)).unwrap();
    let error = sync(&parent.path().join("out"), &artifacts(FILES)).unwrap_err().to_string();
    assert!(error.starts_with("cannot create the directory "), "{error}");
}

#[test]
fn a_read_only_directory_can_be_compared() {
    let out = tempdir().unwrap();
    sync(out.path(), &artifacts(FILES)).unwrap();
    fs::set_permissions(out.path(), Permissions::from_mode(0o555)).unwrap();
    assert_eq!(drift(out.path(), &artifacts(FILES)).unwrap(), []);
    assert_eq!(sync(out.path(), &artifacts(FILES)).unwrap().unchanged, 3, "nothing to write");
    fs::set_permissions(out.path(), Permissions::from_mode(0o755)).unwrap();
}

/// Where the test runs again, in a process whose files may not grow: to a program, the same as a
/// full disk, and it needs neither root nor a file system of its own.
const FULL: &str = "ELEMENTC_TEST_FULL_DISK";

#[test]
fn a_full_disk_leaves_the_previous_output() {
    let next = |size: usize| {
        artifacts(&[("a/x", "2"), ("catalog.json", "[2]"), ("uk/instance.json", &"x".repeat(size))])
    };
    if let Some(out) = std::env::var_os(FULL) {
        let error = sync(Path::new(&out), &next(64 << 10)).unwrap_err().to_string();
        let target = Path::new(&out).join("uk/instance.json");
        assert!(error.starts_with(&format!("cannot write {}: ", target.display())), "{error}");
        return;
    }
    let out = tempdir().unwrap();
    sync(out.path(), &artifacts(FILES)).unwrap();
    let before = tree(out.path());
    let child = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 8 || exit 99; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "a_full_disk_leaves_the_previous_output", "--nocapture"])
        .env(FULL, out.path())
        .output()
        .unwrap();
    if child.status.code() == Some(99) {
        skipped("a_full_disk_leaves_the_previous_output", "the shell cannot limit file sizes");
        return;
    }
    assert!(
        child.status.success(),
        "{}{}",
        String::from_utf8_lossy(&child.stdout),
        String::from_utf8_lossy(&child.stderr)
    );
    assert!(String::from_utf8_lossy(&child.stdout).contains("1 passed"), "it did not run");
    assert_eq!(tree(out.path()), before);
    sync(out.path(), &next(64 << 10)).unwrap();
}
