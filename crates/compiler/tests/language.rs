//! The language reference is a test: every example of `docs/language.md` compiles, and says what
//! is asserted below it.
//!
//! A ```` ```yaml ```` block holds one or more files, separated by `# file: traits/x.yaml` lines;
//! without such a line it is `example.yaml`. What an example leaves out because it does not matter
//! to it is added at its end, see [`complete`]. The shipped elements and traits are the library.
//! The blocks that follow, up to the next ```` ```yaml ````, assert:
//!
//! - ```` ```json <artifact> [<pointer>] [whole] ````: the emitted file (`instance.json`,
//!   `create-instance.schema.json`, `mine/instance.json`, `catalog.json`, …) has at the pointer
//!   what the block says, and with `whole` nothing else;
//! - ```` ```text diagnostics ````: what is reported, one line each; without it, no error is;
//! - ```` ```json change [<message>] ```` and ```` ```text violations ````: the sample of the
//!   message (default: `create-instance`), changed by the merge patch (RFC 7396), is violated so.
//!
//! `UPDATE=1 cargo test -p elementc-compiler --test language` writes the `text` blocks anew.

use elementc_compiler::diagnostic::Diagnostic;
use elementc_compiler::source::{Role, Source};
use elementc_compiler::{Compilation, compile, emit, render::concise};
use elementc_runtime::{Placeholders, validate};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// There are at least so many examples.
const LEAST: usize = 40;

/// A fenced block.
struct Block<'a> {
    info: &'a str,
    text: &'a str,
    /// The bytes of its text.
    range: Range<usize>,
    line: usize,
}

fn blocks(markdown: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut open: Option<(&str, usize, usize)> = None;
    let mut at = 0;
    for (number, line) in markdown.split_inclusive('\n').enumerate() {
        match (line.trim_end().strip_prefix("```"), open) {
            (Some(info), None) => open = Some((info, at + line.len(), number + 1)),
            (Some(_), Some((info, start, line))) => {
                found.push(Block { info, text: &markdown[start..at], range: start..at, line });
                open = None;
            }
            (None, _) => {}
        }
        at += line.len();
    }
    assert!(open.is_none(), "a block is not closed");
    found
}

/// The files of an example, each with its path.
fn files(text: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        let named = line.strip_prefix("# file: ").map(|path| path.trim().to_owned());
        if named.is_some() || files.is_empty() {
            files.push((named.unwrap_or_else(|| "example.yaml".into()), String::new()));
        }
        if let Some((_, text)) = files.last_mut() {
            text.push_str(line);
        }
    }
    files
}

/// Adds at the end, so that no line moves, what an example leaves out: `key` and `name`, after its
/// file name; and `authentication: custom`, or, if it speaks of `oauth2`, the trait of that name
/// and an authorization endpoint.
fn complete(stem: &str, text: &str) -> String {
    let says = |key: &str| text.contains(&format!("{key}:"));
    let top = |key: &str| text.lines().any(|l| l.starts_with(&format!("{key}:")));
    let mut text = text.to_owned();
    if top("key") {
        return text;
    }
    let name: String = stem[..1].to_uppercase() + &stem[1..];
    let authenticated = says("authentication") || says("traits") || says("extends");
    text.push_str(&format!("key: {stem}\n"));
    if !top("name") {
        text.push_str(&format!("name: {name}\n"));
    }
    match top("oauth2") {
        _ if authenticated => {}
        false => text.push_str("authentication: custom\n"),
        true if says("authorize") => text.push_str("traits: [oauth2]\n"),
        true => text.push_str("traits: [oauth2, vendor]\n"),
    }
    text
}

fn source(path: String, text: String, library: bool) -> Source {
    let role = if path.starts_with("traits/") { Role::Trait } else { Role::Element };
    let name = Path::new(&path).file_stem().and_then(|s| s.to_str()).expect("a file name").to_owned();
    Source { path, name, role, library, bytes: text.into_bytes().into() }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The shipped elements and traits, and the endpoint that examples without one use.
fn library() -> Vec<Source> {
    let mut sources = Vec::new();
    for folder in ["", "traits/"] {
        let directory = root().join("elements").join(folder);
        for entry in fs::read_dir(&directory).expect("the shipped elements") {
            let path = entry.expect("a file").path();
            let Some(name) = path.file_name().and_then(|n| n.to_str()).filter(|n| n.ends_with(".yaml"))
            else {
                continue;
            };
            let text = fs::read_to_string(&path).expect("a descriptor");
            sources.push(source(format!("{folder}{name}"), text, true));
        }
    }
    let vendor = "oauth2: { authorize: \"https://vendor.example/authorize\", token: \"https://vendor.example/token\" }\n";
    sources.push(source("traits/vendor.yaml".into(), vendor.into(), true));
    sources
}

/// An example: what it compiles to.
struct Example {
    compilation: Compilation,
    artifacts: BTreeMap<String, Vec<u8>>,
    key: String,
}

impl Example {
    fn new(text: &str, library: &[Source]) -> Self {
        let mut sources = library.to_vec();
        let mut key = String::new();
        for (path, text) in files(text) {
            let stem = Path::new(&path).file_stem().and_then(|s| s.to_str()).expect("a file name").to_owned();
            let element = !path.starts_with("traits/");
            let text = if element { complete(&stem, &text) } else { text };
            if element {
                key = stem;
            }
            sources.push(source(path, text, false));
        }
        let compilation = compile(sources);
        let artifacts = if compilation.has_errors() {
            Vec::new()
        } else {
            emit(&compilation.catalog).expect("its samples are valid")
        };
        let artifacts = artifacts.into_iter().map(|a| (a.path, a.bytes)).collect();
        Self { compilation, artifacts, key }
    }

    fn diagnostics(&self) -> String {
        // Advice on texts (W07…) and endpoints (W0414) would need more than examples have room for.
        let diagnostics: Vec<Diagnostic> = self
            .compilation
            .diagnostics
            .iter()
            .filter(|d| !d.code.0.starts_with("W07") && d.code.0 != "W0414")
            .cloned()
            .collect();
        concise(&diagnostics, &self.compilation.files)
    }

    /// What an emitted file says at a pointer.
    fn emitted(&self, name: &str, pointer: &str) -> Result<Json, String> {
        let own = format!("{}/{name}", self.key);
        let Some(bytes) = self.artifacts.get(&own).or_else(|| self.artifacts.get(name)) else {
            let known: Vec<&str> = self.artifacts.keys().map(String::as_str).collect();
            return Err(format!("there is no {own}, only {}\n{}", known.join(", "), self.diagnostics()));
        };
        let json: Json = serde_json::from_slice(bytes).expect("emitted JSON");
        json.pointer(pointer).cloned().ok_or_else(|| format!("nothing at {pointer} of {json:#}"))
    }

    /// What is wrong with the changed sample of a message.
    fn violations(&self, message: &str, change: &Json) -> Result<String, String> {
        let element = self.compilation.catalog.get(&self.key).ok_or("no such element")?;
        let (message, program) = element.message(message).ok_or_else(|| format!("there is no {message}"))?;
        let mut body = message.samples[0].json.clone();
        merge(&mut body, change);
        let report = validate(program, body.to_string().as_bytes(), Placeholders::Allowed);
        Ok(report.violations.iter().map(|v| format!("{}: {}\n", v.pointer, v.message)).collect())
    }
}

/// RFC 7396.
fn merge(target: &mut Json, patch: &Json) {
    let Json::Object(patch) = patch else { return *target = patch.clone() };
    if !target.is_object() {
        *target = Json::Object(serde_json::Map::new());
    }
    let Json::Object(members) = target else { return };
    for (key, value) in patch {
        if value.is_null() {
            members.shift_remove(key);
        } else {
            merge(members.entry(key.clone()).or_insert(Json::Null), value);
        }
    }
}

/// Whether all that is expected is there; members of objects beyond it do not matter.
fn holds(actual: &Json, expected: &Json) -> bool {
    match (actual, expected) {
        (Json::Object(actual), Json::Object(expected)) => {
            expected.iter().all(|(key, value)| actual.get(key).is_some_and(|a| holds(a, value)))
        }
        _ => actual == expected,
    }
}

/// The last example, and what of it has been asserted.
#[derive(Default)]
struct State {
    example: Option<Example>,
    line: usize,
    asserted: bool,
    reported: bool,
    change: Option<(String, Json)>,
}

impl State {
    /// What is wrong now that no assertion on the example follows.
    fn finish(&self) -> Option<String> {
        let example = self.example.as_ref()?;
        let found = example.diagnostics();
        let message = if !self.asserted {
            format!("nothing is asserted of this example\n{found}")
        } else if !self.reported && example.compilation.has_errors() {
            format!("the example reports what the reference does not say:\n{found}")
        } else if self.change.is_some() {
            "a change is not followed by violations".to_owned()
        } else {
            return None;
        };
        Some(format!("{}: {message}", self.line))
    }
}

#[test]
#[allow(clippy::print_stdout)]
fn every_example_of_the_reference_holds() {
    let path = root().join("docs/language.md");
    let markdown = fs::read_to_string(&path).expect("docs/language.md");
    let library = library();
    let update = std::env::var_os("UPDATE").is_some();
    let mut updates: Vec<(Range<usize>, String)> = Vec::new();
    let mut failures: Vec<String> = Vec::new();
    let mut examples = 0;
    let mut state = State::default();
    for block in blocks(&markdown) {
        let words: Vec<&str> = block.info.split_whitespace().collect();
        let mut fail = |message: String| failures.push(format!("{}: {message}", block.line));
        let mut same = |actual: String| {
            if actual != block.text {
                if update {
                    updates.push((block.range.clone(), actual));
                } else {
                    fail(format!("expected\n{}but it is\n{actual}", block.text));
                }
            }
        };
        match (words.as_slice(), &state.example) {
            (["yaml"], _) => {
                failures.extend(state.finish());
                examples += 1;
                state = State {
                    example: Some(Example::new(block.text, &library)),
                    line: block.line,
                    ..State::default()
                };
                continue;
            }
            (["text", "diagnostics"], Some(example)) => {
                state.reported = true;
                same(example.diagnostics());
            }
            (["json", "change", rest @ ..], Some(_)) => match serde_json::from_str(block.text) {
                Ok(change) => {
                    let message = rest.first().copied().unwrap_or("create-instance");
                    state.change = Some((message.to_owned(), change));
                }
                Err(error) => fail(format!("no JSON: {error}")),
            },
            (["text", "violations"], Some(example)) => match state.change.take() {
                Some((message, change)) => match example.violations(&message, &change) {
                    Ok(found) => same(found),
                    Err(error) => fail(error),
                },
                None => fail("violations of what? A `json change` block must come before".into()),
            },
            (["json", name, rest @ ..], Some(example)) => {
                let whole = rest.last() == Some(&"whole");
                let pointer = rest.first().filter(|p| p.starts_with('/')).copied().unwrap_or("");
                match (serde_json::from_str::<Json>(block.text), example.emitted(name, pointer)) {
                    (Ok(expected), Ok(actual)) => {
                        if !(if whole { actual == expected } else { holds(&actual, &expected) }) {
                            fail(format!("{name} {pointer} does not say so, but\n{actual:#}"));
                        }
                    }
                    (Err(error), _) => fail(format!("no JSON: {error}")),
                    (_, Err(error)) => fail(error),
                }
            }
            (["json" | "text", ..], None) => fail("asserts of no example".into()),
            (["text" | "yaml", ..], _) => fail(format!("`{}` is no kind of block", block.info)),
            _ => continue,
        }
        state.asserted = true;
    }
    failures.extend(state.finish());
    if update {
        let mut new = markdown.clone();
        for (range, text) in updates.into_iter().rev() {
            new.replace_range(range, &text);
        }
        fs::write(&path, new).expect("docs/language.md");
    }
    println!("{examples} examples of docs/language.md ran");
    assert!(failures.is_empty(), "docs/language.md:{}", failures.join("\ndocs/language.md:"));
    assert!(examples >= LEAST, "only {examples} examples");
}
