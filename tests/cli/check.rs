//! `elementc check`, on directories that nobody should have.

use crate::run::Place;
use std::fs;

const GOOD: &str = "key: good\nname: Good\nauthentication: custom\n";

fn element(key: &str, name: &str) -> String {
    format!("key: {key}\nname: {name}\nauthentication: custom\n")
}

#[test]
fn a_clean_catalogue_is_clean() {
    let place = Place::new();
    place.run(&["check"]).assert("check-shipped", 0);
    place.put("mine/good.yaml", GOOD);
    place.run(&["check", "--elements", "mine"]).assert("check-good", 0);
}

#[test]
fn mistakes_are_findings() {
    let place = Place::new();
    place.put("mine/good.yaml", GOOD);
    place.put("mine/broken.yaml", "key: broken\nnaem: Broken\nextends: sageoneku\nconfiguration: []\n");
    place.run(&["check", "--elements", "mine"]).assert("check-mistakes", 1);
    place.run(&["check", "--elements", "mine", "--format", "concise"]).assert("check-mistakes-concise", 1);
}

#[test]
fn directories_that_cannot_be_read_are_failures() {
    let place = Place::new();
    place.run(&["check", "--elements", "missing"]).assert("check-missing-directory", 2);
    fs::create_dir(place.path("empty")).expect("it can be made");
    place.run(&["check", "--elements", "empty"]).assert("check-empty-directory", 2);
    place.put("file", "");
    place.run(&["check", "--elements", "file"]).assert("check-no-directory", 2);
    place.put("large/large.yaml", " ".repeat(5 << 20));
    place.run(&["check", "--elements", "large"]).assert("check-large-file", 2);
}

#[cfg(unix)]
#[test]
fn a_loop_of_links_is_a_failure() {
    let place = Place::new();
    place.put("loop/good.yaml", GOOD);
    std::os::unix::fs::symlink("b.yaml", place.path("loop/a.yaml")).expect("links can be made");
    std::os::unix::fs::symlink("a.yaml", place.path("loop/b.yaml")).expect("links can be made");
    place.run(&["check", "--elements", "loop"]).assert("check-link-loop", 2);
}

#[test]
fn files_that_are_no_text_are_findings() {
    let place = Place::new();
    place.put("mine/latin.yaml", b"key: latin\nname: Caf\xe9\nauthentication: custom\n");
    place.run(&["check", "--elements", "mine"]).assert("check-not-utf8", 1);
}

#[test]
fn keys_that_escape_or_collide_are_findings() {
    let place = Place::new();
    place.put("escape/x.yaml", element("../x", "Escaping"));
    place.run(&["check", "--elements", "escape"]).assert("check-key-escapes", 1);
    for (directory, one, other) in [("case", "acme", "ACME"), ("modules", "sage-one", "sage_one")] {
        place.put(&format!("{directory}/{one}.yaml"), element(one, "One"));
        place.put(&format!("{directory}/{other}.yaml"), element(other, "Other"));
        place.run(&["check", "--elements", directory]).assert(&format!("check-keys-{directory}"), 1);
    }
    place.put("twice/one.yaml", element("one", "One"));
    place.put("twice/two.yaml", element("one", "Two"));
    place.run(&["check", "--elements", "twice"]).assert("check-keys-twice", 1);
}
