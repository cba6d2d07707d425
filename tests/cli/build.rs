//! `elementc build`: files that appear, change and go, and files that must not.

use crate::run::Place;
use crate::support;
use serde_json::Value as Json;
use std::fs;

const ONE: &str = "\
key: one
name: One
authentication: custom
configuration:
  token: { title: Token, description: From the settings page., secret: true }
";
const TWO: &str = "key: two\nname: Two\nextends: sageoneuk\n";

/// A directory `mine` with two elements, built into `out`.
fn built() -> Place {
    let place = Place::new();
    place.put("mine/one.yaml", ONE);
    place.put("mine/two.yaml", TWO);
    place.run(&BUILD).assert("build-fresh", 0);
    place
}

const BUILD: [&str; 5] = ["build", "--elements", "mine", "--out", "out"];
const CHECK: [&str; 6] = ["build", "--elements", "mine", "--out", "out", "--check"];

#[test]
fn the_second_build_writes_nothing() {
    let place = built();
    let before = place.files("out");
    assert!(before.len() > 10, "{before:?}");
    place.run(&BUILD).assert("build-again", 0);
    assert_eq!(place.files("out"), before);
    place.run(&CHECK).assert("build-check-clean", 0);
    assert_eq!(place.files("out"), before);
}

/// Whatever happens between two builds, the second leaves what one without a cache leaves.
#[test]
fn the_cache_does_not_show() {
    const SHARED: &str = "configuration:\n  extra: { title: Extra, description: Shared by both. }\n";
    let one = |title: &str| format!("{}traits: [mine]\n", ONE.replace("Token", title));
    let remove = |place: &Place, path: &str| fs::remove_file(place.path(path)).expect("it is there");
    const LIVE: &str =
        "configuration:\n  approval: { title: Approval, description: Number of the approval. }\n";
    const MODES: &str = "\
key: modes
name: Modes
description: Manage invoices.
authentication: custom
configuration:
  modes.mode: { title: Mode, description: Which one is meant. }
variants:
  live: { when: { modes.mode: live }, traits: [live] }
  test: { when: { modes.mode: test } }
";
    const TEMPLATE: &str =
        "{{!--\ncontext: 1\neach: element\npath: {{element.key}}/name.txt\n--}}\n{{element.name}}\n";
    type Change<'a> = (&'a str, Box<dyn Fn(&Place) + 'a>);
    let changes: Vec<Change> = vec![
        ("nothing", Box::new(|_| {})),
        (
            "a warning",
            Box::new(|place| {
                place.put("mine/one.yaml", one("Token").replace(", description: From the settings page.", ""))
            }),
        ),
        ("a descriptor", Box::new(|place| place.put("mine/one.yaml", one("Access Token")))),
        (
            "a trait of one",
            Box::new(|place| place.put("mine/traits/mine.yaml", SHARED.replace("both", "all"))),
        ),
        (
            "a trait of a variant",
            Box::new(|place| place.put("mine/traits/live.yaml", LIVE.replace("approval", "contract"))),
        ),
        ("output by hand", Box::new(|place| place.put("out/one/instance.json", "{}\n"))),
        (
            "output by hand, as long as before",
            Box::new(|place| {
                let text = place.get("out/catalog.json");
                place.put("out/catalog.json", text.replace("One", "Two"));
            }),
        ),
        ("output lost", Box::new(|place| remove(place, "out/two/vectors.json"))),
        ("the manifest lost", Box::new(|place| remove(place, "out/manifest.json"))),
        ("what is collected lost", Box::new(|place| remove(place, "out/catalog.json"))),
        (
            "what is collected by hand",
            Box::new(|place| {
                let text = place.get("out/openapi.json");
                place.put("out/openapi.json", text.replace("One", "Two"));
            }),
        ),
        (
            "a directory lost",
            Box::new(|place| fs::remove_dir_all(place.path("out/one")).expect("it is there")),
        ),
        ("the cache lost", Box::new(|place| remove(place, "out/.elementc/cache.json"))),
        ("another file for a cache", Box::new(|place| place.put("out/.elementc/cache.json", "{}"))),
        (
            "half a cache",
            Box::new(|place| {
                let text = place.get("out/.elementc/cache.json");
                place.put("out/.elementc/cache.json", &text[..text.len() / 2]);
            }),
        ),
        (
            "a cache by hand, and a descriptor",
            Box::new(|place| {
                let cache = place.get("out/.elementc/cache.json");
                let edited = cache.replace("\"parts\":[[", "\"parts\":[[1,");
                assert_ne!(edited, cache);
                place.put("out/.elementc/cache.json", edited);
                place.put("mine/one.yaml", one("Key"));
            }),
        ),
        (
            "a name that another one has",
            Box::new(|place| place.put("mine/two.yaml", TWO.replace("Two", "One"))),
        ),
        ("an id of its own", Box::new(|place| place.put("mine/two.yaml", format!("{TWO}id: 7\n")))),
        (
            "a comment that allows nothing",
            Box::new(|place| {
                place.put("mine/two.yaml", format!("{TWO}# elementc: allow W0705 — sold as one\n"))
            }),
        ),
        ("without it", Box::new(|place| place.put("mine/two.yaml", TWO))),
        ("a trait that nobody lists any more", Box::new(|place| place.put("mine/one.yaml", ONE))),
        ("that again", Box::new(|place| place.put("mine/one.yaml", one("Token")))),
        (
            "a method more",
            Box::new(|place| {
                place.put("mine/modes.yaml", format!("{MODES}  trial: {{ when: {{ modes.mode: trial }} }}\n"))
            }),
        ),
        (
            "an entry",
            Box::new(|place| place.put("mine/modes.yaml", MODES.replace("Which one", "Which of them"))),
        ),
        (
            "a parent",
            Box::new(|place| {
                place.put("mine/parent.yaml", ONE.replace("one", "parent").replace("One", "Parent"))
            }),
        ),
        (
            "a child of it",
            Box::new(|place| place.put("mine/child.yaml", "key: child\nname: Child\nextends: parent\n")),
        ),
        (
            "that parent",
            Box::new(|place| {
                place.put(
                    "mine/parent.yaml",
                    ONE.replace("one", "parent").replace("One", "Parent").replace("Token", "Key"),
                )
            }),
        ),
        (
            "a child that says again what its parent says",
            Box::new(|place| {
                let said = "configuration:\n  token: { title: Key, description: From the settings page., secret: true }\n";
                place.put("mine/child.yaml", format!("key: child\nname: Child\nextends: parent\n{said}"));
            }),
        ),
        (
            "output of another catalogue",
            Box::new(|place| {
                place.put("other/one.yaml", ONE);
                assert_eq!(place.run(&["build", "--elements", "other", "--out", "out"]).code, Some(0));
                place.put("mine/one.yaml", one("Code"));
            }),
        ),
        ("an element more", Box::new(|place| place.put("mine/aaa.yaml", ONE.replace("one", "aaa")))),
        ("an element less", Box::new(|place| remove(place, "mine/aaa.yaml"))),
        (
            "a parent of one's own",
            Box::new(|place| place.put("mine/three.yaml", TWO.replace("two", "three"))),
        ),
        (
            "a site",
            Box::new(|place| place.put("elementc.toml", "elements = \"mine\"\n[site]\ntitle = \"Ours\"\n")),
        ),
        (
            "a template",
            Box::new(|place| {
                place.put("templates/name.txt.hbs", TEMPLATE);
            }),
        ),
        ("a template less", Box::new(|place| remove(place, "templates/name.txt.hbs"))),
    ];
    let of_template = |what: &str| what == "a template";
    let place = Place::new();
    place.put("mine/traits/mine.yaml", SHARED);
    place.put("mine/one.yaml", one("Token"));
    place.put("mine/two.yaml", TWO);
    place.put("mine/traits/live.yaml", LIVE);
    place.put("mine/modes.yaml", MODES);
    assert_eq!(place.run(&BUILD).code, Some(0));
    for (what, change) in changes {
        change(&place);
        let run = place.run(&BUILD);
        assert_eq!(run.code, Some(0), "{what}: {}", run.text());
        let check = place.run(&CHECK);
        assert_eq!(check.code, Some(0), "{what}: {}", check.text());
        let found =
            [&run, &check].map(|run| found(&run.stdout).expect("it says what was checked").to_owned());
        assert_eq!(found[0], found[1], "{what}");
        assert_eq!(place.path("out/two/name.txt").exists(), of_template(what), "{what}");
        let before = place.files("out");
        assert_eq!(place.run(&BUILD).code, Some(0), "{what}");
        assert_eq!(place.files("out"), before, "{what}: the next build writes nothing");
    }
    // Somebody else's file is named by every build, not only by the first that sees it.
    place.put("out/one/notes.txt", "mine\n");
    for _ in 0..2 {
        let said = place.run(&BUILD).stdout;
        assert!(said.contains("one/notes.txt was not made by elementc"), "{said}");
    }
}

/// Of all elements with something to report, the first is the example of `openapi.json`, whoever was before.
#[test]
fn the_first_report_is_the_example() {
    let place = built();
    let quiet = ONE.replace("secret: true", "secret: true, required: false");
    let put = |key: &str, text: &str| {
        place.put(&format!("mine/{key}.yaml"), text.replace("key: one", &format!("key: {key}")));
    };
    let remove = |key: &str| fs::remove_file(place.path(&format!("mine/{key}.yaml"))).expect("it is there");
    type Step<'a> = (&'a str, &'a dyn Fn(), Option<&'a str>);
    let steps: [Step; 13] = [
        ("nothing", &|| {}, Some("one")),
        ("the second", &|| put("two", &TWO.replace("Two", "Second")), Some("one")),
        ("the first, which reports still", &|| put("one", &ONE.replace("Token", "Key")), Some("one")),
        ("the first, which reports no more", &|| put("one", &quiet), Some("two")),
        ("what it does not report", &|| put("one", &quiet.replace("Token", "Key")), Some("two")),
        ("the first, which reports again", &|| put("one", ONE), Some("one")),
        ("another before it", &|| put("aaa", ONE), Some("aaa")),
        ("which reports no more", &|| put("aaa", &quiet), Some("one")),
        ("the first two at once", &|| (put("aaa", ONE), put("one", &quiet)).0, Some("aaa")),
        ("the first with another name", &|| (remove("aaa"), put("zzz", ONE)).0, Some("two")),
        ("the next one gone", &|| remove("two"), Some("zzz")),
        ("nothing to report", &|| put("zzz", &quiet), None),
        ("both report", &|| (put("one", ONE), put("zzz", ONE)).0, Some("one")),
    ];
    for (what, change, first) in steps {
        change();
        let run = place.run(&BUILD);
        assert_eq!(run.code, Some(0), "{what}: {}", run.text());
        let check = place.run(&CHECK);
        assert_eq!(check.code, Some(0), "{what}: {}", check.text());
        let found =
            [&run, &check].map(|run| found(&run.stdout).expect("it says what was checked").to_owned());
        assert_eq!(found[0], found[1], "{what}");
        let api: Json = serde_json::from_str(&place.get("out/openapi.json")).expect("it is JSON");
        let examples = "/paths/~1instances/post/responses/400/content/application~1json/examples";
        let examples = api.pointer(examples).and_then(Json::as_object).expect("there are examples");
        assert_eq!(examples.keys().next().map(String::as_str), first, "{what}");
    }
}

/// What was checked and found.
fn found(said: &str) -> Option<&str> {
    let line = said.lines().find_map(|line| line.split_once("checked "))?.1;
    Some(line.trim_start_matches("before: ").rsplit_once(" in ")?.0)
}

#[test]
fn the_shipped_catalogue_builds_anywhere() {
    let place = Place::new();
    assert_eq!(place.run(&["build", "--out", "out"]).code, Some(0));
    let shipped = support::root("generated/sageoneuk/instance.json");
    assert_eq!(
        place.get("out/sageoneuk/instance.json"),
        fs::read_to_string(shipped).expect("it is committed")
    );
}

/// Traits and parents are the shipped ones, and only the directory's own elements come out.
#[test]
fn only_own_elements_come_out() {
    let place = built();
    let mut directories: Vec<String> = place
        .files("out")
        .iter()
        .filter_map(|(path, _)| path.split_once('/').map(|(dir, _)| dir.to_owned()))
        .filter(|dir| dir != ".elementc")
        .collect();
    directories.dedup();
    assert_eq!(directories, ["one", "two"]);
    assert!(place.get("out/two/instance.json").contains("signature"), "the parent's entries are there");
}

#[test]
fn drift_is_a_finding_and_is_mended() {
    let place = built();
    place.put("mine/one.yaml", ONE.replace("Token", "Access Token"));
    place.run(&CHECK).assert("build-check-after-yaml", 1);
    assert_eq!(place.run(&BUILD).code, Some(0));
    assert_eq!(place.run(&CHECK).code, Some(0));
    let before = place.get("out/one/instance.json");
    place.put("out/one/instance.json", "{}\n");
    place.run(&CHECK).assert("build-check-after-hand", 1);
    assert_eq!(place.get("out/one/instance.json"), "{}\n", "--check writes nothing");
    assert_eq!(place.run(&BUILD).code, Some(0));
    assert_eq!(place.get("out/one/instance.json"), before);
    let fresh = ["build", "--elements", "mine", "--out", "none", "--check"];
    assert_eq!(place.run(&fresh).code, Some(1));
    assert!(!place.path("none").exists(), "--check makes no directory");
}

/// As `touch -r` leaves it, which only the system's own time of the change tells.
#[cfg(unix)]
#[test]
fn a_hand_that_sets_back_the_clock_is_seen() {
    let place = built();
    let (path, text) = (place.path("out/one/instance.json"), place.get("out/one/instance.json"));
    let written = fs::metadata(&path).and_then(|metadata| metadata.modified()).expect("the system tells");
    std::thread::sleep(std::time::Duration::from_millis(20));
    let edited = text.replacen('e', "E", 1);
    assert_ne!(edited, text);
    fs::write(&path, edited).expect("it can be written");
    let file = fs::File::options().append(true).open(&path).expect("it is there");
    file.set_modified(written).expect("its time can be set");
    assert_eq!(place.run(&BUILD).code, Some(0));
    assert_eq!(place.get("out/one/instance.json"), text);
}

#[test]
fn stale_files_go_and_foreign_ones_stay() {
    let place = built();
    place.put("out/one/NOTES.md", "mine\n");
    fs::remove_file(place.path("mine/two.yaml")).expect("it can be removed");
    place.run(&BUILD).assert("build-stale-and-foreign", 0);
    assert!(!place.path("out/two").exists());
    assert_eq!(place.get("out/one/NOTES.md"), "mine\n");
}

#[test]
fn a_file_that_elementc_did_not_make_is_never_overwritten() {
    let place = Place::new();
    place.put("mine/one.yaml", ONE);
    place.put("out/one/instance.json", "mine\n");
    place.run(&BUILD).assert("build-obstacle", 2);
    assert_eq!(place.get("out/one/instance.json"), "mine\n");
    assert_eq!(place.files("out").len(), 1, "nothing else was written either");
}

#[test]
fn errors_leave_the_previous_output_as_it_was() {
    let place = built();
    let before = place.files("out");
    place.put("mine/one.yaml", ONE.replace("One", "Uno"));
    place.put("mine/two.yaml", TWO.replace("extends", "extedns"));
    place.run(&BUILD).assert("build-errors", 1);
    assert_eq!(place.files("out"), before);
}

#[test]
fn an_output_directory_that_is_none_is_a_failure() {
    let place = Place::new();
    place.put("mine/one.yaml", ONE);
    place.put("out", "a file\n");
    place.run(&BUILD).assert("build-no-directory", 2);
    assert_eq!(place.get("out"), "a file\n");
}

#[cfg(unix)]
#[test]
fn a_read_only_directory_is_a_failure() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = built();
    let lock = |mode| {
        fs::set_permissions(place.path("out/one"), fs::Permissions::from_mode(mode))
            .expect("permissions can be set");
        fs::set_permissions(place.path("out"), fs::Permissions::from_mode(mode))
            .expect("permissions can be set");
    };
    lock(0o555);
    if fs::write(place.path("out/probe"), "").is_ok() {
        support::say(
            "SKIPPED a_read_only_directory_is_a_failure: this user, likely root, may write anywhere",
        );
        return lock(0o755);
    }
    let before = place.files("out");
    place.put("mine/one.yaml", ONE.replace("Token", "Access Token"));
    let run = place.run(&BUILD);
    lock(0o755);
    // Not a snapshot: the system's message names a staging directory of random name.
    assert_eq!(run.code, Some(2), "{}", run.text());
    assert!(run.stderr.starts_with("error: cannot write to the directory out: "), "{}", run.text());
    assert_eq!(place.files("out"), before);
}
