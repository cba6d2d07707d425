//! `elementc fmt`, on the files of the disk.

use crate::run::Place;

const LOOSE: &str = "# the one\nname:   One\nkey: one   # its key\n\n\ntraits: [basic]\n";
const TIDY: &str = "# the one\nkey: one   # its key\nname: One\n\ntraits: [basic]\n";
const BROKEN: &str = "key: two\nname: [Two\n";

fn place() -> Place {
    let place = Place::new();
    place.put("mine/one.yaml", LOOSE);
    place.put("mine/two.yaml", BROKEN);
    place
}

#[test]
fn files_are_formatted_and_broken_ones_left() {
    let place = place();
    place.run(&["fmt", "--elements", "mine", "--check"]).assert("fmt-check", 1);
    place.run(&["fmt", "--elements", "mine", "--diff"]).assert("fmt-diff", 1);
    assert_eq!(place.get("mine/one.yaml"), LOOSE, "nothing was written");
    place.run(&["fmt", "--elements", "mine"]).assert("fmt", 1);
    assert_eq!(
        (place.get("mine/one.yaml"), place.get("mine/two.yaml")),
        (TIDY.to_owned(), BROKEN.to_owned())
    );
    std::fs::remove_file(place.path("mine/two.yaml")).expect("it is there");
    let before = place.files("mine");
    place.run(&["fmt", "--elements", "mine"]).assert("fmt-again", 0);
    assert_eq!(place.files("mine"), before, "nothing was written");
    assert_eq!(place.run(&["fmt", "--elements", "mine", "--check"]).code, Some(0));
}

#[test]
fn what_stays_as_it_is_is_told() {
    let place = Place::new();
    let text = "{ key: one, name: One, traits: [basic] }\n";
    place.put("mine/one.yaml", text);
    place.put("mine/two.yaml", "name: Two\nkey: # why\n  # so\n  two\n");
    place.run(&["fmt", "--elements", "mine"]).assert("fmt-doubt", 0);
    assert_eq!(place.get("mine/one.yaml"), text);
}

#[test]
fn without_a_directory_there_is_nothing_to_format() {
    Place::new().run(&["fmt"]).assert("fmt-nowhere", 2);
}
