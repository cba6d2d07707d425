//! Builds that are killed, run out of space, lose their directories, or run at the same time.
#![cfg(unix)]

use crate::run::Place;
use crate::support;
use crate::support::random::Random;
use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{fs, thread};

/// The content of a directory by path, without the cache; a directory as `path/`.
type Tree = BTreeMap<String, Vec<u8>>;

fn tree(root: &Path) -> Tree {
    walkdir::WalkDir::new(root)
        .min_depth(1)
        .into_iter()
        .filter_entry(|entry| entry.file_name() != ".elementc")
        .map(|entry| {
            let entry = entry.expect("it can be read");
            let path = entry.path().strip_prefix(root).expect("it is below").display();
            match entry.file_type().is_dir() {
                true => (format!("{path}/"), Vec::new()),
                false => (path.to_string(), fs::read(entry.path()).expect("it can be read")),
            }
        })
        .collect()
}

const VERSIONS: [&str; 2] = ["old", "new"];

/// Two versions of a catalogue, in `old` and `new`: elements that stay, change, come and go.
fn versions() -> Place {
    let place = Place::new();
    let element = |key: &str, name: &str| format!("key: {key}\nname: {name}\nauthentication: custom\n");
    for version in VERSIONS {
        place.put(&format!("{version}/same.yaml"), element("same", "Same"));
        place.put(&format!("{version}/changed.yaml"), element("changed", version));
        place.put(&format!("{version}/only-{version}.yaml"), element(&format!("only-{version}"), "Only"));
    }
    place
}

fn build<'a>(version: &'a str, out: &'a str) -> [&'a str; 6] {
    ["build", "--elements", version, "--out", out, "--quiet"]
}

/// What each version makes, and how long the slower one takes.
fn references(place: &Place) -> ([Tree; 2], Duration) {
    let start = Instant::now();
    let trees = VERSIONS.map(|version| {
        let out = format!("reference-{version}");
        assert_eq!(place.run(&build(version, &out)).code, Some(0));
        tree(&place.path(&out))
    });
    assert_ne!(trees[0], trees[1]);
    (trees, start.elapsed() / 2)
}

fn staged(out: &Path) -> bool {
    let names = fs::read_dir(out).into_iter().flatten().flatten().map(|entry| entry.file_name());
    names.into_iter().any(|name| name.to_string_lossy().starts_with(".elementc-staging-"))
}

/// Each file is that of one version or the other, whole.
fn assert_whole(found: &Tree, references: &[Tree; 2]) {
    for (path, bytes) in found.iter().filter(|(path, _)| !path.contains(".elementc-staging-")) {
        let known = references.iter().any(|reference| reference.get(path) == Some(bytes));
        assert!(known, "{path} is neither old nor new: {:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn a_hundred_killed_builds_tear_nothing() {
    kill(&versions(), 100, &|version| build(VERSIONS[version], "out"));
}

/// An element that is edited again and again spares the others.
#[test]
fn killed_builds_of_one_element_tear_nothing() {
    let place = Place::new();
    let edited = |version: &str| {
        format!(
            "key: edited\nname: Edited\ndescription: Manage invoices.\nauthentication: custom\nconfiguration:\n  \
             edited.token: {{ title: {version} Token, description: From the settings page., secret: true }}\n"
        )
    };
    let same = edited("same").replace("dited", "qual");
    for version in VERSIONS {
        place.put(&format!("{version}/edited.yaml"), edited(version));
        place.put(&format!("{version}/equal.yaml"), &same);
    }
    place.put("mine/equal.yaml", &same);
    kill(&place, 50, &|version| {
        place.put("mine/edited.yaml", edited(VERSIONS[version]));
        build("mine", "out")
    });
}

/// Kills builds of two versions, which begin with this.
fn kill(place: &Place, rounds: usize, begin: &dyn Fn(usize) -> [&'static str; 6]) {
    let (references, usual) = references(place);
    let out = place.path("out");
    let mut random = Random::of("killed builds");
    let (mut killed, mut littered) = (0, 0);
    assert_eq!(place.run(&begin(0)).code, Some(0));
    for round in 0..rounds {
        let version = random.below(2);
        let command = &mut place.command(&begin(version));
        let mut child =
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it can be started");
        let pause = random.before(usual);
        match random.below(2) {
            // At any moment, or soon after it has begun to write.
            0 => thread::sleep(pause),
            _ => {
                while !staged(&out) && child.try_wait().expect("it can be asked").is_none() {}
                thread::sleep(pause / 10);
            }
        }
        let _ = child.kill();
        let status = child.wait().expect("it ends");
        assert!(status.signal() == Some(9) || status.success(), "round {round}: {status}");
        killed += usize::from(!status.success());
        littered += usize::from(staged(&out));
        assert_whole(&tree(&out), &references);
        // Sometimes the next is killed, too.
        if random.below(2) == 0 {
            let version = random.below(2);
            let repaired = place.run(&begin(version));
            assert_eq!(repaired.code, Some(0), "round {round}: {}", repaired.text());
            assert!(tree(&out) == references[version], "round {round}: {:?}", tree(&out).keys());
        }
    }
    // Otherwise nothing was tried.
    assert!(killed > rounds / 10 && littered > 0, "{killed} were killed, {littered} while writing");
    assert_eq!(place.run(&build("new", "out")).code, Some(0));
    assert!(tree(&out) == references[1]);
}

#[test]
fn builds_at_the_same_time_make_one_of_their_outputs() {
    let place = versions();
    let (references, _) = references(&place);
    for _ in 0..5 {
        let _ = fs::remove_dir_all(place.path("out"));
        let children: Vec<_> = (0..6)
            .map(|n| place.command(&build(VERSIONS[n % 2], "out")).stderr(Stdio::piped()).spawn())
            .map(|child| child.expect("it can be started"))
            .collect();
        for child in children {
            let output = child.wait_with_output().expect("it ends");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        let found = tree(&place.path("out"));
        assert!(references.contains(&found), "{:?}", found.keys());
    }
}

#[test]
fn directories_that_vanish_meanwhile_are_failures() {
    let place = versions();
    let (references, usual) = references(&place);
    let done = AtomicBool::new(false);
    let (elements, away, out) = (place.path("new"), place.path("away"), place.path("out"));
    let mut codes = BTreeMap::new();
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut random = Random::of("directories that vanish");
            let mut pause = |parts: u32| thread::sleep(random.before(usual / parts));
            while !done.load(Ordering::Relaxed) {
                pause(1);
                fs::rename(&elements, &away).expect("it is there");
                pause(4);
                fs::rename(&away, &elements).expect("it is there");
                pause(1);
                let _ = fs::remove_dir_all(&out);
            }
        });
        for _ in 0..60 {
            let run = place.run(&build("new", "out"));
            assert!(matches!(run.code, Some(0 | 2)), "{}", run.text());
            assert_eq!(run.stderr.starts_with("error: "), run.code == Some(2), "{}", run.text());
            *codes.entry(run.code).or_insert(0) += 1;
        }
        done.store(true, Ordering::Relaxed);
    });
    assert!(codes.contains_key(&Some(2)), "nothing was tried: {codes:?}");
    let _ = fs::remove_dir_all(&out);
    assert_eq!(place.run(&build("new", "out")).code, Some(0));
    assert!(tree(&out) == references[1]);
}

/// In a name space of its own: a small file system, filled up to some space that is left.
const FULL: &str = r#"
mount -t tmpfs -o size=2m none out || exit 99
elementc build --elements old --out out --quiet || exit 98
cp -r out before
for space in 0 4 8 16 32 64 96 128 192 256 1024; do
    dd if=/dev/zero of=out/.filler bs=4k status=none 2>/dev/null
    truncate --size=-"${space}k" out/.filler
    elementc build --elements new --out out --quiet
    echo "exit code $?, $space KiB"
    rm out/.filler
    diff -r --exclude=.elementc before out >/dev/null && echo unchanged || echo changed
    elementc build --elements old --out out --quiet || exit 97
    diff -r --exclude=.elementc before out || exit 96
done
"#;

#[test]
fn a_full_disk_changes_nothing() {
    let place = versions();
    // More than the space that is left.
    for n in 0..4 {
        place.put(
            &format!("new/more{n}.yaml"),
            format!("key: more{n}\nname: More {n}\nauthentication: custom\n"),
        );
    }
    fs::create_dir(place.path("out")).expect("it is new");
    let script = FULL.replace("elementc build", &format!("'{}' build", env!("CARGO_BIN_EXE_elementc")));
    let run = |arguments: &[&str]| {
        let unshared = Command::new("unshare")
            .args(arguments)
            .args(["sh", "-c", &script])
            .current_dir(place.path(""))
            .output();
        unshared.ok().filter(|output| ![Some(99), Some(1)].contains(&output.status.code()))
    };
    // Without rights of its own, or as root where user name spaces are not to be had.
    let Some(output) = run(&["--map-root-user", "--mount"]).or_else(|| run(&["--mount"])) else {
        return support::say("SKIPPED a_full_disk_changes_nothing: no file system can be mounted here");
    };
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}\n{stdout}\n{stderr}", output.status);
    let lines: Vec<&str> = stdout.lines().collect();
    let outcomes: Vec<&[&str]> = lines.chunks(2).collect();
    assert_eq!(outcomes.len(), 11, "{stdout}");
    let full = outcomes.iter().filter(|outcome| outcome[0].starts_with("exit code 2,")).count();
    for outcome in &outcomes {
        let expected = if outcome[0].starts_with("exit code 0,") { "changed" } else { "unchanged" };
        assert_eq!(outcome[1], expected, "{stdout}{stderr}");
    }
    assert!(full >= 3 && full < outcomes.len(), "{stdout}{stderr}");
    assert_eq!(stderr.lines().count(), full, "{stderr}");
    for line in stderr.lines() {
        assert!(line.starts_with("error: cannot ") && line.contains(" out"), "{line}");
        assert!(line.ends_with("No space left on device (os error 28)"), "{line}");
    }
}
