//! `elementc.toml`: where things are, and what to hear of.

use crate::run::Place;

const OLD: &str = "\
key: old
name: Old
authentication: custom
configuration:
  tenant: { title: Tenant }
";

/// A project with one warning in each of two descriptors and one trait.
fn project(rules: &str) -> Place {
    let place = Place::new();
    place.put("elementc.toml", format!("elements = \"descriptors\"\nout = \"made/here\"\n{rules}"));
    place.put("descriptors/old.yaml", OLD);
    place.put("descriptors/new.yaml", OLD.replace("old", "new").replace("Old", "New") + "traits: [shared]\n");
    place.put("descriptors/traits/shared.yaml", "configuration:\n  region: { title: Region }\n");
    place
}

const CHECK: [&str; 3] = ["check", "--format", "concise"];

/// The files that are warned of.
fn warned(place: &Place, directory: &str) -> Vec<String> {
    let output =
        place.command(&CHECK).current_dir(place.path(directory)).output().expect("it can be started");
    let text = String::from_utf8(output.stdout).expect("it prints UTF-8");
    let file = |line: &str| {
        line.split_once(": warning ").and_then(|(path, _)| path.split(':').next().map(str::to_owned))
    };
    let names = text.lines().filter_map(file);
    let mut names: Vec<String> =
        names.map(|path| path.rsplit('/').next().unwrap_or_default().to_owned()).collect();
    names.dedup();
    names
}

#[test]
fn descriptors_and_output_are_where_it_says() {
    let place = project("");
    place.run(&CHECK).assert("config-check", 0);
    place.put("somewhere/below/x", "");
    let mut build = place.command(&["build"]);
    let output = build.current_dir(place.path("somewhere/below")).output().expect("it can be started");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(place.path("made/here/old/instance.json").is_file());
    // Another directory is not the project's, and goes elsewhere.
    place.put("other/old.yaml", OLD);
    assert_eq!(place.run(&["build", "--elements", "other"]).code, Some(0));
    assert!(place.path("other/generated/old/instance.json").is_file());
}

#[test]
fn a_project_needs_no_configuration() {
    let place = Place::new();
    place.put("elements/old.yaml", OLD);
    assert_eq!(warned(&place, ""), ["old.yaml"]);
    for arguments in [&["build"][..], &["build", "--elements", "elements"]] {
        assert_eq!(place.run(arguments).code, Some(0));
        assert!(place.path("generated/old/instance.json").is_file());
    }
    assert_eq!(place.run(&["build", "--check", "--elements", "./elements/"]).code, Some(0));
    assert!(!place.path("elements/generated").exists());
}

#[test]
fn rules_say_what_to_hear_of() {
    let all = ["new.yaml", "old.yaml", "shared.yaml"];
    assert_eq!(warned(&project(""), ""), all);
    assert_eq!(warned(&project("[rules]\nignore = [\"W07\"]\n"), ""), [""; 0]);
    assert_eq!(warned(&project("[rules]\nselect = [\"W06\"]\n"), ""), [""; 0]);
    let errors = project("[rules]\nerror = [\"W0702\"]\n");
    errors.run(&CHECK).assert("config-errors", 1);
    assert_eq!(errors.run(&["build"]).code, Some(1));
    assert!(!errors.path("made").exists(), "nothing is written while a warning is an error");
}

/// A path is relative to `elementc.toml`, however the descriptors are reached.
#[test]
fn rules_for_a_file_hold_wherever_one_is() {
    let place = project(
        "[rules.files]\n\"descriptors/old.yaml\" = [\"W0702\"]\n\"descriptors/traits/shared.yaml\" = [\"W\"]\n",
    );
    place.put("below/x", "");
    for directory in ["", "below", "descriptors", "descriptors/traits"] {
        assert_eq!(warned(&place, directory), ["new.yaml"], "in {directory:?}");
    }
    for elements in ["descriptors", "./descriptors", "below/../descriptors/"] {
        let run = place.run(&[&CHECK[..], &["--elements", elements]].concat());
        assert_eq!(run.stdout.matches(": warning ").count(), 1, "{}", run.text());
    }
}

#[test]
fn what_it_cannot_mean_is_a_failure() {
    for (name, text) in [
        ("config-unknown-key", "output = \"x\"\n"),
        ("config-unknown-rule", "[rules]\nignore = [\"W0742\"]\n"),
        ("config-error-ignored", "[rules]\nignore = [\"E0201\"]\n"),
        ("config-unknown-file", "[rules.files]\n\"descriptors/odl.yaml\" = [\"W0702\"]\n"),
        ("config-no-list", "[rules]\nignore = \"W0702\"\n"),
    ] {
        project(text).run(&CHECK).assert(name, 2);
    }
}
