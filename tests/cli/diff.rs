//! `elementc diff`: directories, git revisions, waivers, and what cannot be compared.

use crate::run::Place;
use serde_json::Value as Json;
use std::process::Command;

const OLD: &str = "key: demo
name: Demo
authentication: custom
configuration:
  site: { title: Site, description: Where it is. }
  region: { title: Region, description: Where it runs., values: [eu, us, asia] }
instance:
  body: { plan: { values: [free, paid] } }
";

const NEW: &str = "key: demo
name: Demo
authentication: custom
configuration:
  site: { title: Site, description: Where the account is. }
  region: { title: Region, description: Where it runs., values: [eu, us] }
  token: { title: Token, description: Lets the platform in., secret: true }
  label: { title: Label, description: What to call it., required: false }
instance:
  body: { plan: { values: [free, paid, trial] } }
";

/// A place with an old and a new version.
fn place() -> Place {
    let place = Place::new();
    place.put("old/demo.yaml", OLD);
    place.put("new/demo.yaml", NEW);
    place
}

#[test]
fn changes_are_shown_in_three_ways() {
    let place = place();
    place.run(&["diff", "old", "new"]).assert("diff-human", 1);
    place.run(&["diff", "old", "new", "--format", "json"]).assert("diff-json", 1);
    place.run(&["diff", "old", "new", "--format", "markdown"]).assert("diff-markdown", 1);
    place.run(&["diff", "old", "old"]).assert("diff-same", 0);
    let coloured = place.run(&["diff", "old", "new", "--color", "always"]).stdout;
    assert!(coloured.contains("\u{1b}[1;31mbreaking\u{1b}[0m"), "{coloured}");
}

#[test]
fn the_json_document_has_what_is_described() {
    let page = include_str!("../../docs/formats.md").split("\n## Changes\n").nth(1).expect("it is described");
    let run = place().run(&["diff", "old", "new", "--format", "json"]);
    let document: Json = serde_json::from_str(&run.stdout).expect("it is JSON");
    let change = &document["changes"][0];
    let witness = &change["witness"];
    for object in [&document, &document["summary"], change, witness] {
        for key in object.as_object().expect("an object").keys() {
            assert!(page.contains(&format!("`{key}`")) || key == "documentation", "`{key}` is not described");
        }
    }
}

#[test]
fn waivers_need_a_reason_and_a_use() {
    let place = place();
    let waiver = |message: &str, pointer: &str, reason: &str| {
        format!(
            "[[breaking]]\nelement = \"demo\"\nmessage = \"{message}\"\npointer = \"{pointer}\"\nreason = \"{reason}\"\n"
        )
    };
    let known = "Asked everybody in June: nobody uses it.";
    let some = waiver("create-instance", "/configuration/region", known)
        + &waiver("create-instance", "/configuration/site", known);
    place.put("elementc.toml", &some);
    place.run(&["diff", "old", "new"]).assert("diff-waived-some", 1);
    let all = waiver("create-instance", "/configuration/region", known)
        + &waiver("create-instance", "/configuration/token", known)
        + &waiver("created-instance", "/plan", known);
    place.put("elementc.toml", &all);
    let run = place.run(&["diff", "old", "new", "--format", "markdown"]);
    run.assert("diff-waived-all", 0);
    place.put("elementc.toml", waiver("create-instance", "/configuration/region", " "));
    place.run(&["diff", "old", "new"]).assert("diff-waiver-without-reason", 2);
    place.put("elementc.toml", "[[breaking]]\nelement = \"demo\"\n");
    place.run(&["diff", "old", "new"]).assert("diff-waiver-incomplete", 2);
}

#[test]
fn what_cannot_be_compared_is_a_failure() {
    let place = place();
    place.run(&["diff"]).assert("diff-nothing", 2);
    place.run(&["diff", "old"]).assert("diff-one", 2);
    place.run(&["diff", "old", "missing"]).assert("diff-missing", 2);
    place.put("broken/demo.yaml", "key: demo\nnaem: Demo\nauthentication: custom\n");
    place.run(&["diff", "broken", "new"]).assert("diff-broken-old", 2);
    let run = place.run(&["diff", "old", "broken", "--format", "json"]);
    run.assert("diff-broken-new", 2);
    assert_eq!(run.stdout, "", "a document on standard output is whole or not there");
}

/// Runs git in a place, with nothing of the machine's own settings.
fn git(place: &Place, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.current_dir(place.path("")).args(["-c", "user.name=Test", "-c", "user.email=test@example.com"]);
    git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    let output = git.args(arguments).output().expect("git can be run");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_git_revision_is_compared_without_being_checked_out() {
    let place = Place::new();
    place.put("elementc.toml", "elements = \"elements\"\n");
    place.put("elements/demo.yaml", OLD.replace("custom\n", "custom\ntraits: [shared]\n"));
    place.put(
        "elements/traits/shared.yaml",
        "configuration:\n  tenant: { title: Tenant, description: Whose. }\n",
    );
    place.put("elements/README.md", "no descriptor");
    place.run(&["diff", "--against", "HEAD"]).assert("diff-no-repository", 2);
    git(&place, &["init", "-q"]);
    git(&place, &["add", "."]);
    git(&place, &["commit", "-q", "-m", "one"]);
    place.run(&["diff", "--against", "HEAD"]).assert("diff-revision-same", 0);
    place.put("elements/demo.yaml", NEW);
    place.run(&["diff", "--against", "HEAD"]).assert("diff-revision", 1);
    place.run(&["diff", "--against", "HEAD", "--elements", "elements"]).assert("diff-revision-named", 1);
    // As in a hook of a linked worktree, where git names its own directories.
    let mut hook = place.command(&["diff", "--against", "HEAD"]);
    let output = hook.env("GIT_DIR", place.path(".git")).env("GIT_INDEX_FILE", "index").output();
    assert_eq!(output.expect("it can be started").status.code(), Some(1));
    place.run(&["diff", "--against", "nowhere"]).assert("diff-no-revision", 2);
    place.run(&["diff", "--against", "--output=x"]).assert("diff-option-as-revision", 2);
    place.run(&["diff", "--against", "HEAD", "elements"]).assert("diff-revision-and-directory", 2);
    place.put("others/other.yaml", "key: other\nname: Other\nauthentication: custom\n");
    place.run(&["diff", "--against", "HEAD", "--elements", "others"]).assert("diff-revision-without", 0);
    std::fs::create_dir(place.path("empty")).expect("it is new");
    place.run(&["diff", "empty", "others"]).assert("diff-empty", 0);
    place.run(&["diff", "others", "empty"]).assert("diff-all-gone", 1);
    place.put("elements/demo.yaml", "key: demo\nnaem: Demo\nauthentication: custom\n");
    git(&place, &["commit", "-qam", "broken"]);
    place.put("elements/demo.yaml", NEW);
    place.run(&["diff", "--against", "HEAD"]).assert("diff-revision-broken", 2);
    place.run(&["diff", "--against", "HEAD~1"]).assert("diff-revision-before", 1);
}

#[test]
fn the_shipped_catalogue_has_no_directory_to_compare() {
    Place::new().run(&["diff", "--against", "HEAD"]).assert("diff-shipped", 2);
}
