//! `--watch`: what happens to files while somebody works on them. Every wait ends when what is waited
//! for is printed; nothing depends on how fast.

use crate::run::Place;
use crate::support;
use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use std::{fs, thread};

const ONE: &str = "key: one\nname: One\nauthentication: custom\n";
const TWO: &str = "key: two\nname: Two\nauthentication: custom\n";
const WRONG: &str = "key: one\nnaem: One\nauthentication: custom\n";
const CLEAN: &str = "no problems in";
const WATCHING: &str = "press Ctrl-C to stop\n";

/// Longer than any machine takes; only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(300);

/// A running command, ended with the test.
struct Watch {
    child: Child,
    bytes: Receiver<String>,
    /// What was printed and not waited for yet.
    unread: String,
    /// How often it ran, as far as waited for.
    runs: usize,
}

impl Watch {
    fn new(mut command: Command) -> Self {
        let (reader, writer) = std::io::pipe().expect("a pipe can be made");
        command.stdout(writer.try_clone().expect("it can be shared")).stderr(writer);
        let child = command.stdin(Stdio::null()).spawn().expect("it can be started");
        // It holds the other end: without this, reading would never end.
        drop(command);
        let (sender, bytes) = channel();
        thread::spawn(move || {
            let (mut reader, mut buffer) = (reader, [0; 4096]);
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if sender.send(String::from_utf8_lossy(&buffer[..count]).into_owned()).is_err() {
                    break;
                }
            }
        });
        Self { child, bytes, unread: String::new(), runs: 0 }
    }

    fn start(place: &Place, arguments: &[&str]) -> Self {
        Self::new(place.command(arguments))
    }

    /// What one run printed.
    fn run(&mut self) -> String {
        loop {
            if let Some(end) = self.unread.find(WATCHING) {
                self.runs += 1;
                return self.unread.drain(..end + WATCHING.len()).collect();
            }
            match self.bytes.recv_timeout(PATIENCE) {
                Ok(more) => self.unread.push_str(&more.replace("\r\n", "\n")),
                Err(_) => panic!("it did not run again; since its last run it printed {:?}", self.unread),
            }
        }
    }

    /// Waits for a run that prints something; others may come before, as files are changed one by one.
    fn until(&mut self, text: &str) -> String {
        loop {
            let run = self.run();
            if run.contains(text) {
                return run;
            }
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const CHECK: [&str; 4] = ["check", "--watch", "--elements", "mine"];
const BUILD: [&str; 4] = ["build", "--watch", "--elements", "mine"];

fn watched(arguments: &[&str]) -> (Place, Watch) {
    let place = Place::new();
    place.put("mine/one.yaml", ONE);
    let mut watch = Watch::start(&place, arguments);
    watch.until(CLEAN);
    (place, watch)
}

#[test]
fn errors_appear_and_disappear() {
    let (place, mut watch) = watched(&CHECK);
    for _ in 0..3 {
        place.put("mine/one.yaml", WRONG);
        let run = watch.until("error[E0201]");
        assert!(run.starts_with('\n'), "runs are told apart: {run:?}");
        assert!(run.contains(" --> mine/one.yaml:2:1\n"), "{run}");
        assert!(run.contains(": 1 error in "), "{run}");
        assert!(run.ends_with("\nwatching mine/ — press Ctrl-C to stop\n"), "{run}");
        assert!(!run.contains('\u{1b}'), "a pipe is no terminal: {run:?}");
        place.put("mine/one.yaml", ONE);
        watch.until(CLEAN);
    }
    // Half-written: a name without its value, then all of it.
    place.put("mine/one.yaml", "key: one\nname:");
    watch.until("error[");
    place.put("mine/one.yaml", ONE);
    watch.until(CLEAN);
    place.put("mine/one.yaml", b"\xff\xfe");
    watch.until("UTF-8");
    place.put("mine/one.yaml", ONE);
    watch.until(CLEAN);
}

#[test]
fn files_come_go_and_are_renamed() {
    let (place, mut watch) = watched(&CHECK);
    let at = |path: &str| place.path(path);
    place.put("mine/two.yaml", TWO);
    watch.until("checked 2 elements");
    fs::remove_file(at("mine/two.yaml")).expect("it is there");
    watch.until("checked 1 element,");
    // As editors write: a file beside it, renamed over it.
    place.put("mine/.one.yaml.swp", WRONG);
    fs::rename(at("mine/.one.yaml.swp"), at("mine/one.yaml")).expect("it can be renamed");
    watch.until("error[E0201]");
    // Or the old one out of the way first.
    fs::rename(at("mine/one.yaml"), at("mine/one.yaml~")).expect("it can be renamed");
    place.put("mine/one.yaml", ONE);
    watch.until(CLEAN);
    // The key no longer is the file's name.
    fs::rename(at("mine/one.yaml"), at("mine/uno.yaml")).expect("it can be renamed");
    watch.until(": 1 error in ");
    fs::rename(at("mine/uno.yaml"), at("mine/one.yaml")).expect("it can be renamed");
    watch.until(CLEAN);
}

#[test]
fn traits_are_watched_even_if_their_directory_is_new() {
    let (place, mut watch) = watched(&CHECK);
    place.put("mine/traits/shared.yaml", "configuration: { a: { title: A, description: The a. } }\n");
    watch.until("W0");
    place.put("mine/one.yaml", format!("{ONE}traits: [shared]\n"));
    watch.until(CLEAN);
    place.put("mine/traits/shared.yaml", "configuration: { a: { titel: A, description: The a. } }\n");
    let run = watch.until("error[E0201]");
    assert!(run.contains("mine/traits/shared.yaml:1:"), "{run}");
    fs::remove_dir_all(place.path("mine/traits")).expect("it can be removed");
    watch.until("shared");
}

#[test]
fn the_directory_vanishes_and_comes_back() {
    let (place, mut watch) = watched(&BUILD);
    let built = place.files("mine/generated");
    let (here, there) = (place.path("mine"), place.path("away"));
    for _ in 0..2 {
        fs::rename(&here, &there).expect("it can be renamed");
        let run = watch.until("no directory mine");
        assert!(run.contains("error: no directory mine: expected descriptors there"), "{run}");
        fs::rename(&there, &here).expect("it can be renamed");
        watch.until("is up to date");
    }
    assert_eq!(place.files("mine/generated"), built, "the output is as it was");
    fs::remove_dir_all(&here).expect("it can be removed");
    watch.until("no directory mine");
    place.put("mine/two.yaml", TWO);
    watch.until(CLEAN);
    assert!(place.get("mine/generated/two/instance.json").contains("two"));
    // It is still watched: it is another directory than before.
    place.put("mine/one.yaml", WRONG);
    watch.until("error[E0201]");
    // A directory without descriptors takes no output away.
    for file in ["mine/one.yaml", "mine/two.yaml"] {
        fs::remove_file(place.path(file)).expect("it can be removed");
    }
    watch.until("no descriptors in mine");
    assert!(place.path("mine/generated/two/instance.json").is_file());
}

/// Writes a file at once, so that no run sees half of it.
fn replace(place: &Place, path: &str, text: &str) {
    place.put("new", text);
    fs::rename(place.path("new"), place.path(path)).expect("it can be renamed");
}

/// `generated/` stands in the directory that is watched.
#[test]
fn its_own_output_is_no_change() {
    let (place, mut watch) = watched(&BUILD);
    assert!(place.path("mine/generated/one/instance.json").is_file());
    for name in ["Uno", "Un"] {
        replace(&place, "mine/one.yaml", &ONE.replace("One", name));
        let run = watch.run();
        assert!(run.contains("mine/generated: ") && run.contains(" written"), "{run}");
    }
    // What only looks like a change: the same content again, and files that it does not read.
    replace(&place, "mine/one.yaml", &ONE.replace("One", "Un"));
    place.put("mine/README.md", "Mine.");
    place.put("mine/generated/one/NOTES.md", "Mine.");
    replace(&place, "mine/two.yaml", TWO);
    let run = watch.run();
    assert!(run.contains("checked 2 elements"), "nothing else was a change: {run}");
}

#[test]
fn the_configuration_and_templates_are_watched() {
    let place = Place::new();
    place.put("elementc.toml", "elements = \"mine\"\n");
    place.put("mine/one.yaml", ONE.replace("authentication", "image: logo.png\nauthentication"));
    let mut watch = Watch::start(&place, &["build", "--watch"]);
    watch.until("watching mine/");
    place.put("elementc.toml", "elements = [");
    let run = watch.until("elementc.toml is wrong");
    assert!(run.contains("watching mine/ — "), "{run}");
    place.put("elementc.toml", "elements = \"mine\"\nout = \"docs\"\n");
    watch.until("docs: ");
    assert!(place.path("docs/one/instance.json").is_file());
    // Without the file, the shipped catalogue would be meant: nobody watches that.
    fs::remove_file(place.path("elementc.toml")).expect("it is there");
    watch.until("no descriptors to watch");
    assert!(!place.path("docs/sageoneuk").exists() && !place.path("generated/sageoneuk").exists());
    place.put("elementc.toml", "elements = \"mine\"\nout = \"docs\"\n");
    watch.until("docs is up to date");

    let template =
        "{{!--\ncontext: 1\neach: element\npath: {{element.key}}/name.txt\n--}}\n{{element.name}}\n";
    place.put("templates/name.hbs", template);
    watch.until("docs: 2 files written");
    assert_eq!(place.get("docs/one/name.txt"), "One\n");
    place.put("templates/name.hbs", template.replace("}}\n", "}\n"));
    watch.until("templates/name.hbs:");
    place.put("templates/name.hbs", template);
    watch.until("docs is up to date");
    fs::remove_dir_all(place.path("templates")).expect("it is there");
    watch.until("1 removed");

    // To other descriptors, which are watched from then on.
    place.put("other/two.yaml", TWO);
    place.put("elementc.toml", "elements = \"other\"\nout = \"docs\"\n");
    watch.until("watching other/");
    place.put("other/two.yaml", TWO.replace("name", "naem"));
    watch.until("other/two.yaml:2:1");
}

#[cfg(unix)]
#[test]
fn the_target_of_a_link_is_watched() {
    let place = Place::new();
    place.put("mine/two.yaml", TWO);
    place.put("shared/deep/one.yaml", ONE);
    std::os::unix::fs::symlink("../shared/deep/one.yaml", place.path("mine/one.yaml"))
        .expect("it can be made");
    let mut watch = Watch::start(&place, &CHECK);
    watch.until("checked 2 elements");
    place.put("shared/deep/one.yaml", WRONG);
    watch.until("error[E0201]");
}

/// As with more watches than the system has: here, too few open files for one.
#[cfg(target_os = "linux")]
#[test]
fn what_the_system_cannot_watch_is_read_again() {
    let place = Place::new();
    place.put("mine/one.yaml", ONE);
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 5; exec \"$0\" \"$@\" --verbose", env!("CARGO_BIN_EXE_elementc")]);
    command.args(CHECK).current_dir(place.path(""));
    let mut watch = Watch::new(command);
    watch.until("the system cannot watch, so files are read every second: ");
    place.put("mine/one.yaml", WRONG);
    watch.until("error[E0201]");
}

#[test]
fn a_burst_of_changes_is_followed_to_its_end() {
    let (place, mut watch) = watched(&CHECK);
    for n in 0..200 {
        place.put(&format!("mine/b{n}.yaml"), ONE.replace("one", &format!("b{n}")));
    }
    watch.until("checked 201 elements");
    assert!(watch.runs < 100, "{} runs for one burst", watch.runs);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let place = Place::new();
    place.run(&CHECK).assert("watch-missing-directory", 2);
    place.run(&["check", "--watch"]).assert("watch-shipped", 2);
    place.put("mine/one.yaml", ONE);
    place.run(&["check", "--watch", "--elements", "mine", "--format", "json"]).assert("watch-document", 2);
    place.run(&["check", "--watch", "--fix"]).assert("watch-fix", 2);
    place.run(&["check", "--watch", "--diff"]).assert("watch-diff", 2);
    place.run(&["build", "--watch", "--check"]).assert("watch-check", 2);
}

#[test]
fn quiet_and_verbose_are_heard() {
    let place = Place::new();
    place.put("mine/one.yaml", ONE);
    place.put("mine/two.yaml", TWO);
    let mut watch = Watch::start(&place, &["build", "--watch", "--elements", "mine", "--verbose"]);
    assert!(watch.run().contains("wrote: mine/generated/one/instance.json\n"));
    replace(&place, "mine/two.yaml", &TWO.replace("Two", "Deux"));
    let run = watch.run();
    assert!(run.starts_with("\nchanged: mine/two.yaml\n"), "{run}");
    assert!(run.contains("wrote: mine/generated/two/create-instance.md\n"), "{run}");
    assert!(!run.contains("wrote: mine/generated/one/"), "only what it affects is written: {run}");
    drop(watch);
    place.put("mine/one.yaml", ONE);
    let watch = Watch::start(&place, &["check", "--watch", "--elements", "mine", "--quiet"]);
    // It says nothing of how it went, so that nobody knows when it is ready: the mistake is made again
    // and again.
    for round in 0.. {
        assert!(round < 600, "nothing was printed");
        replace(&place, "mine/one.yaml", &format!("{WRONG}# {round}\n"));
        if let Ok(more) = watch.bytes.recv_timeout(Duration::from_millis(100)) {
            assert!(more.trim_start().starts_with("error[E0201]"), "{more}");
            break;
        }
    }
}

/// On a terminal, each run takes the screen of the one before.
#[test]
fn a_terminal_is_emptied_between_runs() {
    let name = "a_terminal_is_emptied_between_runs";
    let place = Place::new();
    place.put("mine/one.yaml", ONE);
    let mut command = Command::new("script");
    let binary = env!("CARGO_BIN_EXE_elementc");
    command.args([
        "--quiet",
        "--return",
        "--command",
        &format!("'{binary}' {}", CHECK.join(" ")),
        "/dev/null",
    ]);
    command.current_dir(place.path("")).env("TERM", "xterm");
    if !Command::new("script")
        .arg("--version")
        .output()
        .is_ok_and(|o| o.stdout.starts_with(b"script from util-linux"))
    {
        return support::say(&format!(
            "SKIPPED {name}: there is no `script` of util-linux, which makes a terminal"
        ));
    }
    let mut watch = Watch::new(command);
    let first = watch.until(CLEAN);
    assert!(!first.contains("\u{1b}[2J"), "{first:?}");
    place.put("mine/one.yaml", WRONG);
    let second = watch.run();
    assert!(second.starts_with("\u{1b}[2J\u{1b}[H"), "{second:?}");
    assert!(second.contains("\u{1b}[1m"), "colours, too: {second:?}");
}
