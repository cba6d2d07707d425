//! `elementc new`: a descriptor that compiles from the start, and never over another.

use crate::run::Place;

#[test]
fn every_kind_of_element_compiles_from_the_start() {
    for kind in ["oauth2", "oauth1", "basic", "apikey", "custom"] {
        let place = Place::new();
        let run = place.run(&["new", "acme", "--auth", kind, "--elements", "mine"]);
        run.assert(&format!("new-{kind}"), 0);
        insta::assert_snapshot!(format!("new-{kind}-file"), place.get("mine/acme.yaml"));
        let check = place.run(&["check", "--elements", "mine"]);
        assert!(check.stdout.contains("no problems"), "{kind}: {}", check.stdout);
        assert_eq!(place.run(&["fmt", "--check", "--elements", "mine"]).code, Some(0), "{kind}");
    }
}

#[test]
fn an_element_starts_from_another() {
    let place = Place::new();
    let flags = ["--from", "sageoneuk", "--name", "Sage: Nova", "--hub", "no", "--elements", "mine"];
    place.run(&[&["new", "sagenova"], &flags[..]].concat()).assert("new-from", 0);
    insta::assert_snapshot!("new-from-file", place.get("mine/sagenova.yaml"));
    let check = place.run(&["check", "--elements", "mine"]);
    assert!(check.stdout.contains("no problems"), "{}", check.stdout);
}

#[test]
fn nothing_is_overwritten_and_nothing_half_said() {
    let place = Place::new();
    place.put("mine/acme.yaml", "mine");
    let new = |arguments: &[&str]| place.run(&[&["new"], arguments, &["--elements", "mine"]].concat());
    new(&["acme", "--auth", "basic"]).assert("new-in-the-way", 2);
    assert_eq!(place.get("mine/acme.yaml"), "mine");
    new(&["nova"]).assert("new-unsaid", 2);
    new(&["nova", "--from", "sageoneku"]).assert("new-unknown-parent", 2);
    new(&["../nova", "--auth", "basic"]).assert("new-key", 2);
    new(&["nova", "--auth", "oauth3"]).assert("new-unknown-auth", 2);
    place.run(&["new", "nova", "--auth", "basic"]).assert("new-nowhere", 2);
    assert_eq!(place.files("mine").len(), 1);
    // Beside `acme` no file system and no generated code can tell these apart.
    new(&["ACME", "--auth", "basic"]).assert("new-twin", 2);
    new(&["Nova", "--auth", "basic"]).assert("new-capitals", 2);
    new(&["nova", "--auth", "basic", "--name", "No\u{1b}va"]).assert("new-control-characters", 2);
    assert_eq!(place.files("mine").len(), 1);
}

#[test]
fn an_element_starts_from_any_shipped_one() {
    let place = Place::new();
    let shipped: Vec<String> =
        place.run(&["list"]).stdout.lines().filter_map(|l| Some(l.split_once(' ')?.0.to_owned())).collect();
    assert!(shipped.len() >= 10, "{shipped:?}");
    for parent in &shipped {
        let new = place.run(&["new", &format!("x-{parent}"), "--from", parent, "--elements", "mine"]);
        assert_eq!(new.code, Some(0), "{parent}: {}", new.stderr);
    }
    // A shipped key may be taken.
    place.run(&["new", &shipped[0], "--auth", "basic", "--elements", "mine"]).assert("new-shadow", 0);
    let check = place.run(&["check", "--elements", "mine"]);
    assert!(check.stdout.contains("no problems"), "{}", check.stdout);
}

#[test]
fn traits_count_before_there_is_an_element() {
    let place = Place::new();
    place.put("mine/traits/basic.yaml", "authentication: [\n");
    place.run(&["new", "acme", "--auth", "basic", "--elements", "mine"]).assert("new-own-trait", 2);
    assert!(!place.path("mine/acme.yaml").exists(), "nothing is written");
}

#[test]
fn shells_complete_every_command() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = place.run(&["completions", shell]);
        assert_eq!((run.code, &*run.stderr), (Some(0), ""), "{shell}");
        for command in ["build", "import", "new", "completions"] {
            assert!(run.stdout.contains(command), "{shell} does not know {command}");
        }
    }
}
