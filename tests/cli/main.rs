//! The binary, run in temporary directories: what users see, exit codes, files.

mod build;
mod check;
mod config;
mod diff;
mod docs;
mod ecosystem;
mod fix;
mod flags;
mod fmt;
mod formats;
mod import;
mod interrupted;
mod new;
mod run;
#[path = "../support/mod.rs"]
mod support;
mod validate;
mod watch;

use run::Place;

/// The names in the list of commands that `--help` shows.
fn commands(help: &str) -> Vec<String> {
    let list = help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next());
    let names =
        list.expect("the help lists the commands").lines().filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn every_command_has_a_help_text_worth_reading() {
    let place = Place::new();
    let help = place.run(&["--help"]);
    help.assert("help", 0);
    let commands = commands(&help.stdout);
    assert!(commands.len() >= 6, "{commands:?}");
    for command in commands {
        place.run(&[&command, "--help"]).assert(&format!("help-{command}"), 0);
    }
}

#[test]
fn wrong_usage_fails_with_2() {
    let place = Place::new();
    place.run(&["biuld"]).assert("usage-unknown-command", 2);
    place.run(&["sample"]).assert("usage-missing-key", 2);
    place.run(&["list", "--color", "purple"]).assert("usage-unknown-value", 2);
}

#[test]
fn the_shipped_catalogue_is_there_in_any_directory() {
    let place = Place::new();
    place.run(&["list"]).assert("list", 0);
    place.run(&["sample", "sageoneuk"]).assert("sample", 0);
    place.run(&["sample", "sageoneuk", "--message", "oauth-url-response"]).assert("sample-message", 0);
    place.run(&["sample", "sageoneku"]).assert("sample-unknown-element", 2);
    place.run(&["sample", "sageoneuk", "--message", "create-instanse"]).assert("sample-unknown-message", 2);
    let shown = place.run(&["show", "sageoneus"]);
    assert_eq!((shown.code, &*shown.stderr), (Some(0), ""));
    assert!(shown.stdout.contains("key: sageoneus"), "{}", shown.stdout);
    let json = place.run(&["show", "sageoneus", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("it is JSON");
    assert_eq!(json["key"], "sageoneus");
}

#[test]
fn provenance_names_file_line_and_layer() {
    let place = Place::new();
    let shown = place.run(&["show", "sageoneus", "--provenance"]);
    assert_eq!((shown.code, &*shown.stderr), (Some(0), ""));
    for origin in ["sageoneus.yaml:", "sageoneuk.yaml:", "traits/oauth2.yaml:", "traits/platform.yaml:"] {
        assert!(shown.stdout.contains(origin), "nothing comes from {origin}:\n{}", shown.stdout);
    }
}

#[test]
fn every_diagnostic_is_explained() {
    let place = Place::new();
    let all = place.run(&["explain"]);
    assert_eq!((all.code, &*all.stderr), (Some(0), ""));
    for code in all.stdout.lines().filter_map(|line| line.split([':', ' ']).next()) {
        let page = place.run(&["explain", code]);
        assert_eq!(page.code, Some(0), "{code}");
        assert!(page.stdout.contains(code), "{code}");
    }
    place.run(&["explain", "E9999"]).assert("explain-unknown", 2);
}
