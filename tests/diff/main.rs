//! `elementc diff`: what two versions of a descriptor differ in. The cases are data: Markdown files
//! with a change as a diff, and below it what is to be said of it. Every witness is proven here again.

mod shapes;
#[path = "../support/mod.rs"]
mod support;

use elementc_compiler::diff::{Change, Kind, Sender, Waiver, compare, waive};
use elementc_compiler::emit::schema;
use elementc_compiler::render::{Style, human};
use elementc_compiler::source::{Role, Source};
use elementc_compiler::{Catalog, Compilation, compile};
use elementc_runtime::{Placeholders, validate};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A change of descriptors, and what is to be said of it.
struct Case {
    name: String,
    diff: String,
    expected: String,
}

/// The files of `tests/diff`, each with its cases.
fn files() -> Vec<(std::path::PathBuf, String)> {
    let entries = std::fs::read_dir(support::root("tests/diff")).expect("it is there");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("it can be read").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("it can be read");
            (path, text)
        })
        .collect()
}

fn cases(text: &str) -> Vec<Case> {
    let parts = text.split("\n## ").skip(1);
    parts
        .map(|part| {
            let name = part.lines().next().unwrap_or_default().to_owned();
            let block = |fence: &str| {
                let (_, rest) =
                    part.split_once(fence).unwrap_or_else(|| panic!("{name}: no block {fence:?}"));
                rest.split_once("```").unwrap_or_else(|| panic!("{name}: {fence:?} has no end")).0.to_owned()
            };
            Case { diff: block("```diff\n"), expected: block("```text\n"), name }
        })
        .collect()
}

/// One version of a case, as files: lines with this sign or none.
fn version(case: &Case, sign: char) -> Vec<Source> {
    let mut files: Vec<(String, String)> = vec![("example.yaml".to_owned(), String::new())];
    for line in case.diff.lines() {
        let (first, rest) = match line.chars().next() {
            None => (' ', ""),
            Some(first) => (first, &line[1..]),
        };
        assert!("+- ".contains(first), "{}: {line:?} has no sign", case.name);
        if first != ' ' && first != sign {
            continue;
        }
        match rest.strip_prefix("# file: ") {
            Some(path) => files.push((path.to_owned(), String::new())),
            None => files.last_mut().expect("there is one").1.push_str(&format!("{rest}\n")),
        }
    }
    files.retain(|(_, text)| !text.is_empty());
    let mut sources: Vec<Source> = files.into_iter().map(|(path, text)| source(&path, &text)).collect();
    sources.extend(support::shipped().into_iter().map(|source| Source { library: true, ..source }));
    sources
}

/// A file, with the lines that cases leave out.
fn source(path: &str, text: &str) -> Source {
    let (role, name) = match path.strip_prefix("traits/") {
        Some(name) => (Role::Trait, name),
        None => (Role::Element, path),
    };
    let name = name.trim_end_matches(".yaml").to_owned();
    let mut whole = String::new();
    let says = |key: &str| text.lines().any(|line| line.starts_with(key));
    if role == Role::Element {
        if !says("key:") {
            let _ = writeln!(whole, "key: {name}");
        }
        if !says("name:") {
            let _ = writeln!(whole, "name: Example");
        }
        if !["authentication:", "traits:", "extends:"].into_iter().any(says)
            && !text.contains("authentication: ")
        {
            whole.push_str("authentication: custom\n");
        }
    }
    whole.push_str(text);
    Source { path: path.to_owned(), name, role, library: false, bytes: whole.into_bytes().into() }
}

fn compiled(case: &Case, sign: char) -> Compilation {
    let compilation = compile(version(case, sign));
    let shown = || human(&compilation.diagnostics, &compilation.files, Style::default());
    assert!(!compilation.has_errors(), "{}: version {sign} does not compile:\n{}", case.name, shown());
    compilation
}

/// A change as cases show it.
fn line(change: &Change) -> String {
    let at = [Some(change.kind.word()), change.message.as_deref(), change.pointer.as_deref()];
    let at: Vec<&str> = at.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    format!("{}: {}\n", at.join(" "), change.what)
}

/// What is wrong with the proof of a change, by the validators and the schemas of both versions.
fn unproven(change: &Change, old: &Catalog, new: &Catalog) -> Option<String> {
    let witness = match (change.kind, &change.witness) {
        (Kind::Breaking, Some(witness)) => witness,
        (Kind::Breaking, None) => return Some("breaking, but nothing proves it".to_owned()),
        (_, Some(_)) => return Some("not breaking, but there is a witness".to_owned()),
        (_, None) => return None,
    };
    let body = witness.body.to_string();
    let verdict = |catalog: &Catalog| {
        let compiled = catalog.get(&change.element)?;
        let name = change.message.as_deref().unwrap_or("create-instance");
        // A message that variants do not share any more was one for all before.
        let shared = name.split('.').next().expect("a name has a beginning");
        let (message, program) = compiled.message(name).or_else(|| compiled.message(shared))?;
        let engine = validate(program, body.as_bytes(), Placeholders::Allowed).is_valid();
        let schema = schema(compiled.element, message);
        let schema = jsonschema::draft202012::new(&schema).expect("the schema compiles");
        assert_eq!(engine, schema.is_valid(&witness.body), "the schema disagrees: {body}");
        Some(engine)
    };
    let (from, to) = match witness.sender {
        Sender::Application => (old, new),
        Sender::Platform => (new, old),
    };
    match (verdict(from), verdict(to)) {
        (Some(true), Some(false)) => None,
        // Nothing is left that could take it.
        (Some(true), None) if witness.sender == Sender::Application => None,
        verdicts => Some(format!("the validators say {verdicts:?} of {body}")),
    }
}

/// Runs all cases. With `UPDATE_DIFF=1` in the environment, writes what is said into them instead, to
/// be read before it is committed.
#[test]
fn changes_are_classified() {
    let update = std::env::var_os("UPDATE_DIFF").is_some();
    let (mut breaking, mut compatible) = (BTreeSet::new(), BTreeSet::new());
    let mut complaints = Vec::new();
    for (path, text) in files() {
        let mut updated = text.clone();
        for case in cases(&text) {
            let (old, new) = (compiled(&case, '-'), compiled(&case, '+'));
            let changes = compare(&old.catalog, &new.catalog);
            let said: String = changes.iter().map(line).collect();
            for change in &changes {
                // Then no facet has seen it, and only the vectors have.
                assert!(!change.what.starts_with("what was valid"), "{}: {}", case.name, line(change));
                let complaint = unproven(change, &old.catalog, &new.catalog);
                complaints.extend(complaint.map(|what| format!("{}: {}{what}", case.name, line(change))));
                match change.kind {
                    Kind::Breaking => breaking.insert((case.name.clone(), line(change))),
                    Kind::Compatible => compatible.insert((case.name.clone(), line(change))),
                    Kind::Unproven | Kind::Documentation => false,
                };
            }
            if said != case.expected {
                complaints.push(format!("{}:\n expected\n{}\n said\n{said}", case.name, case.expected));
                let block = |text: &str| format!("{}```\n```text\n{text}```", case.diff);
                updated = updated.replace(&block(&case.expected), &block(&said));
            }
        }
        if update {
            std::fs::write(path, updated).expect("it can be written");
        }
    }
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
    support::say(&format!("{} breaking and {} compatible changes", breaking.len(), compatible.len()));
    assert!(breaking.len() >= 40, "{} breaking changes are too few", breaking.len());
    assert!(compatible.len() >= 20, "{} compatible changes are too few", compatible.len());
}

/// Going back: what one direction breaks, the other need not; but nothing is said without proof.
#[test]
fn the_way_back_is_proven_too() {
    for (_, text) in files() {
        for case in cases(&text) {
            let (old, new) = (compiled(&case, '+'), compiled(&case, '-'));
            let changes = compare(&old.catalog, &new.catalog);
            assert_eq!(changes.is_empty(), case.expected.is_empty(), "{}: the way back", case.name);
            for change in &changes {
                let complaint = unproven(change, &old.catalog, &new.catalog);
                assert_eq!(complaint, None, "{}, backwards: {}", case.name, line(change));
                let proven = change.kind != Kind::Unproven || case.expected.contains("unproven");
                assert!(proven, "{}, backwards: {}", case.name, line(change));
            }
        }
    }
}

#[test]
fn nothing_differs_from_itself() {
    for sources in [support::shipped, || support::fixtures("elements"), || support::fixtures("breadth")] {
        let (one, other) = (support::compiled(sources()), support::compiled(sources()));
        let changes = compare(&one.catalog, &other.catalog);
        assert!(changes.is_empty(), "{}", changes.iter().map(line).collect::<String>());
    }
}

#[test]
fn a_waiver_names_one_place_exactly() {
    let text = "\n## x\n```diff\n configuration:\n   site: {}\n+  a: {}\n+  b: {}\n```\n```text\n```\n";
    let case = cases(text).pop().expect("there is one");
    let (old, new) = (compiled(&case, '-'), compiled(&case, '+'));
    let mut changes = compare(&old.catalog, &new.catalog);
    let waiver = |pointer: Option<&str>| Waiver {
        element: "example".to_owned(),
        message: Some("create-instance".to_owned()),
        pointer: pointer.map(str::to_owned),
        reason: "Nobody has used it yet.".to_owned(),
    };
    let waivers = [waiver(Some("/configuration/a")), waiver(Some("/configuration")), waiver(None)];
    let unused = waive(&mut changes, &waivers);
    assert_eq!(unused, [&waivers[1], &waivers[2]]);
    let waived: Vec<&str> = changes
        .iter()
        .filter(|change| change.waived.is_some())
        .filter_map(|change| change.pointer.as_deref())
        .collect();
    assert_eq!(waived, ["/configuration/a"]);
}
