//! `elementc check --fix` and `--diff`, on the files of the disk.

use crate::run::Place;
use std::fs;

const WRONG: &str = "key: one # the one\nnaem:   'One'\r\nextends: \"sageoneku\"\n\n# ünd so weiter";
const RIGHT: &str = "key: one # the one\nname:   'One'\r\nextends: \"sageoneuk\"\n\n# ünd so weiter";
const FIX: [&str; 4] = ["check", "--elements", "mine", "--fix"];

fn wrong() -> Place {
    let place = Place::new();
    place.put("mine/one.yaml", WRONG);
    place
}

#[test]
fn what_can_be_mended_is_mended_once() {
    let place = wrong();
    place.run(&["check", "--elements", "mine", "--diff"]).assert("fix-diff", 1);
    assert_eq!(place.get("mine/one.yaml"), WRONG, "--diff writes nothing");
    place.run(&FIX).assert("fix", 0);
    assert_eq!(place.get("mine/one.yaml"), RIGHT);
    let before = place.files("mine");
    place.run(&FIX).assert("fix-again", 0);
    assert_eq!(place.files("mine"), before, "nothing was written");
    place.run(&["check", "--elements", "mine", "--diff"]).assert("fix-diff-again", 0);
}

#[test]
fn what_remains_is_reported() {
    let place = wrong();
    place.put("mine/two.yaml", "key: two\nname: Two\nauthentication: custom\nsomething: else\nstaus: beta\n");
    place.run(&FIX).assert("fix-some", 1);
    assert!(place.get("mine/two.yaml").ends_with("something: else\nstatus: beta\n"));
}

/// From another directory, and with a path that leads out of it.
#[test]
fn files_are_found_from_anywhere() {
    let place = wrong();
    place.put("elsewhere/below/x", "");
    let mut command = place.command(&["check", "--elements", "../../mine", "--fix"]);
    let output = command.current_dir(place.path("elsewhere/below")).output().expect("it can be started");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(place.get("mine/one.yaml"), RIGHT);
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link() {
    let place = Place::new();
    place.put("common/one.yaml", WRONG);
    fs::create_dir(place.path("mine")).expect("it can be made");
    std::os::unix::fs::symlink("../common/one.yaml", place.path("mine/one.yaml")).expect("links can be made");
    assert_eq!(place.run(&FIX).code, Some(0));
    assert!(place.path("mine/one.yaml").is_symlink());
    assert_eq!(
        fs::read_link(place.path("mine/one.yaml")).expect("it is a link"),
        std::path::Path::new("../common/one.yaml")
    );
    assert_eq!(place.get("common/one.yaml"), RIGHT);
    assert_eq!(place.files("common").len(), 1, "nothing is left beside it");
}

/// A file that somebody locked stays as it is, whoever owns the directory.
#[test]
fn a_read_only_file_is_a_failure() {
    let place = wrong();
    let path = place.path("mine/one.yaml");
    let writable = fs::metadata(&path).expect("it is there").permissions();
    let mut locked = writable.clone();
    locked.set_readonly(true);
    fs::set_permissions(&path, locked).expect("permissions can be set");
    place.run(&FIX).assert("fix-read-only", 2);
    assert_eq!(place.get("mine/one.yaml"), WRONG);
    fs::set_permissions(&path, writable).expect("permissions can be set");
    assert_eq!(place.run(&FIX).code, Some(0));
}
