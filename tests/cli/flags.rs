//! What every command has in common: `--quiet`, `--verbose`, colours, exit codes, closed pipes.

use crate::run::{Place, Run};

const ONE: &str = "key: one\nname: One\nauthentication: custom\n";
const ESCAPE: char = '\u{1b}';

/// A project without mistakes, and one with.
fn project() -> Place {
    let place = Place::new();
    place.put("mine/one.yaml", ONE);
    place.put("broken/one.yaml", ONE.replace("name", "naem"));
    place.put(
        "changed/one.yaml",
        format!("{ONE}configuration: {{ a: {{ title: A, description: The a. }} }}\n"),
    );
    place.put("loose/one.yaml", "name: One\nkey: one\nauthentication: custom\n");
    place.put("valid.json", "{\"element\": {\"key\": \"one\"}, \"tags\": [\"t\"], \"name\": \"n\"}\n");
    place.put("invalid.json", "{\"element\": {\"key\": \"one\"}}\n");
    place.put("page.md", "# Page\n");
    place.put("wrong.md", "# Page\n\n```json\n{ \"a\": }\n```\n");
    place
}

/// What a command prints on standard output.
enum Prints {
    /// What it came to: not with `--quiet`.
    Status,
    /// What was asked for: always.
    Document,
}
use Prints::{Document, Status};

/// Each command with nothing to find, and what it prints.
const CLEAN: [(&[&str], Prints); 23] = [
    (&["check", "--elements", "mine"], Status),
    (&["check", "--elements", "mine", "--fix"], Status),
    (&["check", "--elements", "mine", "--format", "concise"], Status),
    (&["check", "--elements", "mine", "--format", "github"], Status),
    (&["check", "--elements", "mine", "--format", "json"], Document),
    (&["check", "--elements", "mine", "--format", "sarif"], Document),
    (&["build", "--elements", "mine"], Status),
    (&["build", "--elements", "mine", "--check"], Status),
    (&["build", "--elements", "mine", "--check", "--format", "json"], Document),
    (&["diff", "mine", "mine"], Document),
    (&["validate", "valid.json", "--elements", "mine"], Status),
    (&["validate", "valid.json", "valid.json", "--elements", "mine"], Status),
    (&["validate", "valid.json", "--elements", "mine", "--format", "json"], Document),
    (&["sample", "one", "--elements", "mine"], Document),
    (&["show", "one", "--elements", "mine"], Document),
    (&["list", "--elements", "mine"], Document),
    (&["docs", "check", "page.md", "--elements", "mine"], Status),
    (&["docs", "site", "--out", "site", "--elements", "mine"], Status),
    (&["explain", "E0201"], Document),
    (&["import", "valid.json"], Document),
    (&["fmt", "--elements", "mine"], Status),
    (&["completions", "bash"], Document),
    (&["man", "man"], Status),
];

/// Each command that finds something; each finds it again.
const FINDINGS: [&[&str]; 10] = [
    &["check", "--elements", "broken"],
    &["check", "--elements", "broken", "--format", "concise"],
    &["check", "--elements", "broken", "--diff"],
    &["build", "--elements", "broken"],
    &["build", "--elements", "mine", "--out", "nowhere", "--check"],
    &["diff", "mine", "changed"],
    &["validate", "invalid.json", "--elements", "mine"],
    &["docs", "check", "wrong.md", "--elements", "mine"],
    &["docs", "site", "--out", "site", "--elements", "broken"],
    &["fmt", "--elements", "loose", "--check"],
];

/// Each command that cannot do its work.
const FAILURES: [&[&str]; 14] = [
    &["check", "--elements", "nowhere"],
    &["build", "--elements", "nowhere"],
    &["build", "--elements", "mine", "--out", "valid.json"],
    &["diff", "mine", "broken"],
    &["validate", "nowhere.json"],
    &["sample", "one", "--elements", "broken"],
    &["show", "two", "--elements", "mine"],
    &["list", "--elements", "broken"],
    &["docs", "check", "page.md", "--elements", "broken"],
    &["docs", "site", "--out", "mine/generated", "--elements", "mine"],
    &["explain", "E9999"],
    &["import", "nowhere.json"],
    &["fmt", "--elements", "nowhere"],
    &["man", "valid.json"],
];

fn with<'a>(arguments: &[&'a str], further: &[&'a str]) -> Vec<&'a str> {
    arguments.iter().chain(further).copied().collect()
}

/// Without the line that says how long it took.
fn untimed(run: &Run) -> String {
    run.stdout.lines().filter(|line| !line.starts_with("checked ")).map(|line| format!("{line}\n")).collect()
}

#[test]
fn every_command_is_tried() {
    let tried = |name: &str| {
        let first = |all: &[&str]| all[0] == name;
        (CLEAN.iter().any(|(a, _)| first(a)), FAILURES.iter().any(|a| first(a)))
    };
    for command in crate::commands(&Place::new().run(&["--help"]).stdout) {
        // A file that is new each time has a test of its own; completions cannot fail.
        let expected = (command != "new", !["new", "completions"].contains(&&*command));
        assert_eq!(tried(&command), expected, "{command}");
    }
}

#[test]
fn exit_codes_say_whether_something_was_found_and_quiet_commands_little_else() {
    let place = project();
    place.run(&["build", "--elements", "mine"]);
    for (arguments, prints) in CLEAN {
        let (usual, quiet) = (place.run(arguments), place.run(&with(arguments, &["--quiet"])));
        let codes = (usual.code, quiet.code, &*quiet.stderr);
        assert_eq!(codes, (Some(0), Some(0), ""), "{arguments:?}: {}", usual.text());
        let expected = match prints {
            Status => "",
            Document => &usual.stdout,
        };
        assert_eq!(quiet.stdout, expected, "{arguments:?}");
        assert!(!usual.stdout.is_empty(), "{arguments:?} says nothing at all");
    }
    for arguments in FINDINGS {
        let (usual, quiet) = (place.run(arguments), place.run(&with(&["-q"], arguments)));
        let codes = (usual.code, quiet.code, &*quiet.stderr);
        assert_eq!(codes, (Some(1), Some(1), ""), "{arguments:?}: {}", usual.text());
        assert!(!quiet.stdout.is_empty(), "{arguments:?}");
        let fewer = quiet.stdout.lines().all(|line| usual.stdout.lines().any(|other| other == line));
        assert!(fewer && quiet.stdout.len() <= usual.stdout.len(), "{arguments:?}: {}", quiet.text());
    }
    for arguments in FAILURES {
        let (usual, quiet) = (place.run(arguments), place.run(&with(arguments, &["-q"])));
        let found = (usual.code, quiet.code, &*quiet.stdout, &quiet.stderr);
        assert_eq!(found, (Some(2), Some(2), "", &usual.stderr), "{arguments:?}: {}", usual.text());
        assert!(usual.stderr.contains("error: "), "{arguments:?}: {}", usual.text());
    }
    let new = place.run(&["new", "two", "--auth", "basic", "--elements", "mine", "--quiet"]);
    assert_eq!((new.code, &*new.stdout, &*new.stderr), (Some(0), "", ""));
    let import = place.run(&["import", "--write", "valid.json", "--elements", "fresh", "--quiet"]);
    assert_eq!((import.code, &*import.stdout, &*import.stderr), (Some(0), "", ""));
    let fmt = place.run(&["fmt", "--elements", "loose", "--quiet"]);
    assert_eq!((fmt.code, &*fmt.stdout, &*fmt.stderr), (Some(0), "", ""));
}

#[test]
fn verbose_adds_to_standard_error_alone() {
    let place = project();
    place.run(&["build", "--elements", "mine"]);
    place.run(&["docs", "site", "--out", "site", "--elements", "mine"]);
    for (arguments, _) in CLEAN {
        let (usual, verbose) = (place.run(arguments), place.run(&with(arguments, &["-v"])));
        assert_eq!((verbose.code, untimed(&verbose)), (Some(0), untimed(&usual)), "{arguments:?}");
        if arguments.contains(&"--elements") {
            assert!(
                verbose.stderr.contains("descriptors: mine, 1 file\n"),
                "{arguments:?}: {}",
                verbose.text()
            );
        }
    }
    place.put("elementc.toml", "elements = \"loose\"\n");
    place.run(&["check", "--verbose"]).assert("verbose-configuration", 0);
    place.put("loose/two.yaml", ONE.replace("one", "two"));
    place.run(&["build", "--quiet"]);
    std::fs::remove_file(place.path("loose/two.yaml")).expect("it is there");
    place.run(&["build", "--verbose"]).assert("verbose-build", 0);
    place.run(&["list", "--quiet", "--verbose"]).assert("usage-quiet-and-verbose", 2);
    for both in [&["-q", "list", "-v"][..], &["-v", "-q", "list"]] {
        let run = place.run(both);
        assert_eq!((run.code, &*run.stdout), (Some(2), ""), "{}", run.text());
    }
}

#[test]
fn colours_are_those_that_are_wanted() {
    let place = project();
    let colours = |arguments: &[&str], variables: &[(&str, &str)]| {
        let output =
            place.command(arguments).envs(variables.iter().copied()).output().expect("it can be started");
        let text = [output.stdout, output.stderr].concat();
        assert!(!text.is_empty(), "{arguments:?}");
        String::from_utf8_lossy(&text).contains(ESCAPE)
    };
    let (none, force) = (("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1"));
    let printed: [&[&str]; 6] = [
        &["build", "--elements", "broken"],
        &["validate", "invalid.json", "--elements", "mine"],
        &["docs", "check", "wrong.md", "--elements", "mine"],
        // On standard error.
        &["list", "--elements", "broken"],
        &["check", "--help"],
        &["check", "--helpp"],
    ];
    for arguments in printed {
        let said = |when| with(arguments, &["--color", when]);
        let first = |when| with(&["--color", when], arguments);
        assert!(!colours(arguments, &[]), "{arguments:?}: a pipe is no terminal");
        assert!(colours(arguments, &[force]), "{arguments:?}");
        assert!(!colours(arguments, &[none]), "{arguments:?}");
        for always in [said("always"), first("always")] {
            assert!(colours(&always, &[]) && colours(&always, &[none]), "{always:?}");
        }
        for never in [said("never"), first("never")] {
            assert!(!colours(&never, &[force]), "{never:?}");
        }
        assert!(colours(&said("auto"), &[force]) && !colours(&said("auto"), &[]), "{arguments:?}");
    }
    for document in [&["check", "--elements", "broken", "--format", "json"][..], &["sample", "sageoneuk"]] {
        assert!(!colours(document, &[force]), "{document:?}");
    }
}

/// As in `elementc list | head -0`, and with standard error closed, too.
#[test]
fn a_reader_that_has_gone_is_no_failure() {
    let place = project();
    let all = CLEAN.iter().map(|(arguments, _)| *arguments).chain(FINDINGS);
    for arguments in all {
        let gone = || {
            let (reader, writer) = std::io::pipe().expect("a pipe can be made");
            drop(reader);
            writer
        };
        let output = place.command(arguments).stdout(gone()).output().expect("it can be started");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {stderr}");
        assert!(!stderr.contains("rror"), "{arguments:?}: {stderr}");
        let both =
            place.command(arguments).stdout(gone()).stderr(gone()).status().expect("it can be started");
        assert_eq!(both.code(), Some(0), "{arguments:?}");
    }
    for arguments in FAILURES {
        let (reader, writer) = std::io::pipe().expect("a pipe can be made");
        drop(reader);
        let output = place.command(arguments).stderr(writer).output().expect("it can be started");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}

/// The disk is full: that is a failure, and no panic.
#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_a_failure() {
    let place = project();
    let all = CLEAN.iter().map(|(arguments, _)| *arguments).chain(FINDINGS);
    for arguments in all {
        let full = std::fs::File::options().write(true).open("/dev/full").expect("Linux has it");
        let output = place.command(arguments).stdout(full).output().expect("it can be started");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
        assert!(stderr.contains("error: cannot write the output: "), "{arguments:?}: {stderr}");
    }
}
