//! What elementc gives to other tools: completions, manual pages, hooks, CI snippets.

use crate::run::Place;
use crate::support;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use serde_json::Value as Json;
use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

/// Whether a program is there; says so if not.
fn there(test: &str, program: &str) -> bool {
    let there = Command::new(program).arg("--version").output().is_ok();
    if !there {
        support::say(&format!("SKIPPED {test}: there is no {program}"));
    }
    there
}

fn commands() -> Vec<String> {
    crate::commands(&Place::new().run(&["--help"]).stdout)
}

#[test]
fn completions_know_every_command() {
    let place = Place::new();
    // What checks the syntax of a script and runs nothing.
    let shells = [
        ("bash", Some("-n")),
        ("zsh", Some("-n")),
        ("fish", Some("--no-execute")),
        ("elvish", Some("-compileonly")),
        ("powershell", None),
    ];
    for (shell, check) in shells {
        let run = place.run(&["completions", shell]);
        assert_eq!((run.code, &*run.stderr), (Some(0), ""), "{shell}");
        for word in commands().iter().map(String::as_str).chain(["--watch", "--provenance", "--quiet"]) {
            assert!(run.stdout.contains(word.trim_start_matches('-')), "{shell} does not know {word}");
        }
        place.put(shell, &run.stdout);
        if let Some(check) = check.filter(|_| there(&format!("the completions of {shell}"), shell)) {
            let output =
                Command::new(shell).arg(check).arg(place.path(shell)).output().expect("it was there");
            assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
    if there("completing in bash", "bash") {
        for (line, expected) in [("elementc bui", "build"), ("elementc build --wa", "--watch")] {
            let words: Vec<&str> = line.split(' ').collect();
            let (last, before) = words.split_last().expect("it has words");
            let script = format!(
                "source ./bash; COMP_WORDS=({line}); COMP_CWORD={}; _elementc elementc '{last}' '{}'; echo \"${{COMPREPLY[@]}}\"",
                before.len(),
                before.last().expect("it has two words"),
            );
            let output = Command::new("bash").args(["-c", &script]).current_dir(place.path("")).output();
            let completed = output.expect("it was there").stdout;
            assert_eq!(String::from_utf8_lossy(&completed).trim(), expected, "{line}");
        }
    }
}

#[test]
fn the_manual_has_a_page_for_every_command() {
    let place = Place::new();
    place.run(&["man", "deep/man1"]).assert("man", 0);
    let mut expected: Vec<String> =
        commands().iter().map(|command| format!("elementc-{command}.1")).collect();
    expected.extend(
        ["elementc.1", "elementc-docs-check.1", "elementc-docs-site.1", "elementc-docs-update.1"]
            .map(str::to_owned),
    );
    expected.sort();
    let pages: Vec<String> = place.files("deep/man1").into_iter().map(|(name, _)| name).collect();
    assert_eq!(pages, expected);
    assert!(place.get("deep/man1/elementc-build.1").contains(r"\fB\-\-watch\fR"));
    let before = place.get("deep/man1/elementc.1");
    assert_eq!(place.run(&["man", "deep/man1"]).code, Some(0), "a page may be replaced");
    assert_eq!(place.get("deep/man1/elementc.1"), before);
    if there("the manual is shown", "man") {
        for page in pages {
            let page = place.path("deep/man1").join(page);
            let output =
                Command::new("man").args(["--warnings", "-l"]).arg(&page).env("LC_ALL", "C.UTF-8").output();
            let output = output.expect("it was there");
            let (text, wrong) =
                (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert!(output.status.success() && wrong.is_empty(), "{}: {wrong}", page.display());
            assert!(text.contains("SYNOPSIS"), "{text}");
        }
    }
}

/// A project as the snippets expect it: an `elementc.toml`, output that is up to date, and a revision
/// before.
fn project() -> Place {
    let place = Place::new();
    place.put("elementc.toml", "elements = \"elements\"\n");
    place.put("elements/one.yaml", "key: one\nname: One\nauthentication: custom\n");
    assert_eq!(place.run(&["build"]).code, Some(0));
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=T", "-c", "user.email=t@example.com"]).args(arguments);
        let output = command.current_dir(place.path("")).output().expect("there is git");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "First"]);
    git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    place
}

/// Runs a command as a runner does, with `elementc` in the PATH.
fn run(place: &Place, command: &str) -> (Option<i32>, String) {
    let binary = PathBuf::from(env!("CARGO_BIN_EXE_elementc"));
    let directory = binary.parent().expect("it is in a directory").to_owned();
    let path = env::var_os("PATH").unwrap_or_default();
    let path =
        env::join_paths([directory].into_iter().chain(env::split_paths(&path))).expect("paths can be joined");
    let mut bash = Command::new("bash");
    bash.args(["-e", "-c", command]).current_dir(place.path("")).env("PATH", path);
    bash.envs([("GITHUB_BASE_REF", "main"), ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "origin/main")]);
    bash.env("GITHUB_STEP_SUMMARY", place.path("summary.md"));
    let output = bash.output().expect("there is bash");
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    (output.status.code(), text)
}

/// The YAML of each section of the page.
fn snippets() -> Vec<(String, Json)> {
    let page = fs::read_to_string(support::root("docs/ci.md")).expect("it is there");
    let (mut heading, mut snippets) = (String::new(), Vec::new());
    let (mut in_heading, mut in_yaml) = (false, false);
    for event in Parser::new(&page) {
        match event {
            Event::Start(Tag::Heading { .. }) => (heading, in_heading) = (String::new(), true),
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => in_yaml = &*language == "yaml",
            Event::Text(text) if in_heading => heading.push_str(&text),
            Event::Text(text) if in_yaml => {
                let yaml = serde_yaml::from_str(&text).unwrap_or_else(|e| panic!("{heading}: {e}"));
                snippets.push((heading.clone(), yaml));
                in_yaml = false;
            }
            _ => {}
        }
    }
    snippets
}

fn texts<'a>(list: &'a Json, key: Option<&str>) -> Vec<&'a str> {
    let list = list.as_array().expect("it is a list");
    list.iter().filter_map(|item| key.map_or(Some(item), |key| item.get(key))?.as_str()).collect()
}

#[test]
fn the_snippets_run_as_they_stand() {
    let snippets = snippets();
    let names: Vec<&str> = snippets.iter().map(|(heading, _)| &**heading).collect();
    assert_eq!(names, ["GitHub Actions", "GitLab CI", "Before each commit"]);
    if !there("the_snippets_run_as_they_stand", "bash") || !there("the_snippets_run_as_they_stand", "git") {
        return;
    }
    let github = texts(&snippets[0].1["jobs"]["elements"]["steps"], Some("run"));
    let gitlab = &snippets[1].1["elements"];
    let gitlab = [texts(&gitlab["before_script"], None), texts(&gitlab["script"], None)].concat();
    assert_eq!((github.len(), gitlab.len()), (6, 6));
    let own: Vec<&str> =
        github.into_iter().chain(gitlab).filter(|c| !c.starts_with("cargo install ")).collect();
    let clean = project();
    for command in &own {
        let (code, text) = run(&clean, command);
        assert_eq!(code, Some(0), "{command}: {text}");
    }
    assert!(clean.get("elementc.sarif").contains("\"2.1.0\""));
    assert!(!clean.get("summary.md").is_empty());
    // Each finds what it is there for: a mistake, another layout, old output, a new required entry.
    for (text, finders) in [
        ("key: one\nname: One\nauthentication: custom\nnaem: One\n", &["check", "build --check", "diff"][..]),
        ("name: One\nkey: one\nauthentication: custom\n", &["fmt --check"]),
        ("key: one\nname: Uno\nauthentication: custom\n", &["build --check"]),
        (
            "key: one\nname: One\nauthentication: custom\nconfiguration:\n  a: { title: A, description: The a. }\n",
            &["build --check", "diff"],
        ),
    ] {
        let project = project();
        project.put("elements/one.yaml", text);
        for command in
            own.iter().filter(|command| !command.contains("sarif") && command.contains("elementc "))
        {
            let found = finders.iter().any(|finder| command.contains(&format!("elementc {finder}")));
            let (code, shown) = run(&project, command);
            assert_eq!(code != Some(0), found, "{command}\n{text}\n{shown}");
        }
    }
}

#[test]
fn the_hooks_are_those_of_the_page_and_run() {
    let hooks = fs::read_to_string(support::root(".pre-commit-hooks.yaml")).expect("it is there");
    let hooks: Json = serde_yaml::from_str(&hooks).expect("it is YAML");
    let snippets = snippets();
    assert_eq!(texts(&hooks, Some("id")), texts(&snippets[2].1["repos"][0]["hooks"], Some("id")));
    let (clean, wrong) = (project(), project());
    wrong.put("elements/one.yaml", "name: Uno\nkey: two\nauthentication: custom\n");
    for hook in hooks.as_array().expect("it is a list") {
        assert_eq!((&hook["language"], &hook["pass_filenames"]), (&"rust".into(), &false.into()), "{hook}");
        let entry: Vec<&str> = hook["entry"].as_str().expect("it has one").split(' ').collect();
        assert_eq!(entry[0], "elementc");
        let (before, text) = (wrong.files("elements"), clean.get("elements/one.yaml"));
        let (code, failed) = (clean.run(&entry[1..]).code, wrong.run(&entry[1..]).code);
        assert_eq!((code, clean.get("elements/one.yaml")), (Some(0), text), "{entry:?}");
        // A hook fails by its exit code, or by what it changes.
        assert!(failed == Some(1) || wrong.files("elements") != before, "{entry:?} finds nothing");
    }
}
