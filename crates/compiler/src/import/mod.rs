//! Import: what people have of an element becomes its descriptor.
//!
//! In: the text of a platform's definition of an element, or of a request that creates an instance,
//! and the traits to build on. Out: a descriptor that compiles, and what was recognised, guessed,
//! kept or left out; or why there is none.

mod definition;
mod describe;
pub mod document;
mod entries;
mod facts;
mod harmless;
mod instance;
mod json;
mod numbers;
mod recognise;
mod secrets;
mod words;

pub use facts::{Finding, FindingKind};
pub(crate) use words::title;

use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::source::{Files, Role, Source};
use crate::syntax::yaml::{self, Kind, Node};
use bumpalo::Bump;
use facts::Facts;
use recognise::Library;
use serde_json::{Map, Value as Json};
use std::borrow::Cow;

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 16 << 20;
/// The largest descriptor, in bytes.
const MAX_DESCRIPTOR: usize = 4 << 20;
/// The most entries: a message cannot hold more.
const MAX_ENTRIES: usize = elementc_runtime::MAX_ENTRIES;
/// How often what does not compile is set aside before the import is given up.
const ROUNDS: usize = 12;

/// A descriptor, and how it came about.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The key of the element.
    pub key: String,
    /// The descriptor: YAML that compiles without errors.
    pub descriptor: String,
    /// How many entries the file has.
    pub entries: usize,
    /// What was recognised, guessed, kept or left out.
    pub findings: Vec<Finding>,
}

/// Why there is no descriptor.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The file is no JSON.
    #[error("it is not JSON: {0}")]
    NotJson(String),
    /// The file is too large to be read.
    #[error("it is larger than {} MiB", MAX_BYTES >> 20)]
    TooLarge,
    /// It has more entries than a message can hold.
    #[error("it has {0} entries; an element may have {MAX_ENTRIES}")]
    TooMany(usize),
    /// The descriptor would be larger than one may be.
    #[error("its descriptor would be larger than {} MiB", MAX_DESCRIPTOR >> 20)]
    TooLong,
    /// It holds more than one thing to import.
    #[error("it is a list of {0}; put each into a file of its own")]
    Several(usize),
    /// It is JSON of another kind.
    #[error(
        "it is no element definition (an object with a list `configuration`) and no request for an instance (an object with `element` and `configuration`)"
    )]
    NotOurs,
    /// What it says cannot be made into a descriptor that compiles.
    #[error("its descriptor does not compile: {}", first(.0))]
    Broken(Box<(Vec<Diagnostic>, Files)>),
}

fn first((diagnostics, _): &(Vec<Diagnostic>, Files)) -> String {
    diagnostics.first().map_or_else(String::new, |d| format!("{}: {}", d.code.0, d.message))
}

/// Makes a descriptor of a file. `hint` names the element if the file does not, usually by the
/// file's own name; `library` holds the traits to build on.
///
/// # Errors
/// See [`Refusal`].
pub fn import(text: &str, hint: &str, library: &[Source]) -> Result<Imported, Refusal> {
    if text.len() > MAX_BYTES {
        return Err(Refusal::TooLarge);
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut findings = Vec::new();
    let mut json = read(text, &mut findings)?;
    // A number in a request shows a type, one in a definition is told.
    if instance::request(&json).is_none()
        && let Cow::Owned(exact) = numbers::exact(text)
    {
        findings.clear();
        json = read(&exact, &mut findings)?;
    }
    let facts = if instance::request(&json).is_some() {
        limited(&json, "configuration")?;
        instance::read(&json, hint, &mut findings)
    } else if definition::is_definition(&json) {
        limited(&json, "configuration")?;
        definition::read(&json, hint, &mut findings)
    } else {
        return Err(Refusal::NotOurs);
    };
    compiling(facts, findings, &Library::new(library))
}

/// The object of a file.
fn read(text: &str, findings: &mut Vec<Finding>) -> Result<Map<String, Json>, Refusal> {
    let json = json::read(text, findings).map_err(|e| Refusal::NotJson(e.to_string()))?;
    let json = match json {
        // What a list of elements answers, if it is of one.
        Json::Array(mut items) if items.len() == 1 => items.remove(0),
        Json::Array(items) if items.len() > 1 => return Err(Refusal::Several(items.len())),
        json => json,
    };
    let Json::Object(mut json) = json else { return Err(Refusal::NotOurs) };
    // A definition within an envelope.
    if !json.contains_key("configuration")
        && let Some(Json::Object(element)) = json.get_mut("element")
        && definition::is_definition(element)
    {
        json = std::mem::take(element);
    }
    Ok(json)
}

fn limited(json: &Map<String, Json>, member: &str) -> Result<(), Refusal> {
    let count = match json.get(member) {
        Some(Json::Array(items)) => items.len(),
        Some(Json::Object(members)) => members.len(),
        _ => 0,
    };
    if count > MAX_ENTRIES { Err(Refusal::TooMany(count)) } else { Ok(()) }
}

/// Describes facts; what does not compile is set aside, with the compiler's own words.
fn compiling(mut facts: Facts, found: Vec<Finding>, library: &Library) -> Result<Imported, Refusal> {
    let entries = facts.items.len() + facts.kept_entries.keys().filter(|k| !facts.has(k)).count();
    let mut aside: Vec<Finding> = Vec::new();
    let mut last = None;
    for _ in 0..ROUNDS {
        let mut findings = found.clone();
        let descriptor = describe::describe(&facts, library, &mut findings).write();
        if descriptor.len() > MAX_DESCRIPTOR {
            return Err(Refusal::TooLong);
        }
        let mut sources = library.sources();
        sources.push(source(&facts.key, &descriptor));
        let compilation = crate::compile(sources);
        let errors: Vec<Diagnostic> =
            compilation.diagnostics.into_iter().filter(|d| d.severity == Severity::Error).collect();
        if errors.is_empty() {
            findings.extend(aside);
            findings.sort_by_key(|finding| finding.kind);
            let descriptor =
                crate::format::format(crate::source::FileId(0), &descriptor).unwrap_or(descriptor);
            return Ok(Imported { key: facts.key, descriptor, entries, findings });
        }
        let arena = Bump::new();
        let tree = yaml::parse(crate::source::FileId(0), &descriptor, &arena, &mut Vec::new());
        let mut changed = false;
        for error in &errors {
            changed |= set_aside(&mut facts, error, tree.as_ref(), &mut aside);
        }
        if !changed {
            // What is wrong is wrong with the whole: an endpoint that depends on what people fill in, or
            // the flow.
            let Some(what) = facts.drop_template().or_else(|| facts.drop_flow()) else {
                last = Some((errors, compilation.files));
                break;
            };
            let message = errors.first().map_or("", |e| &e.message);
            aside.push(Finding { kind: FindingKind::Kept, text: format!("{what}: {message}") });
        }
        last = Some((errors, compilation.files));
    }
    Err(last.map_or(Refusal::NotOurs, |last| Refusal::Broken(Box::new(last))))
}

/// Sets aside what a diagnostic is about; says whether there was anything.
fn set_aside(facts: &mut Facts, error: &Diagnostic, tree: Option<&Node>, aside: &mut Vec<Finding>) -> bool {
    let places = std::iter::once(&error.primary).chain(&error.secondary);
    let mut places: Vec<(&Label, Vec<String>)> = places
        .filter(|label| label.span.file.0 == 0)
        .map(|label| {
            let mut path = Vec::new();
            if let Some(tree) = tree {
                path_at(tree, label.span.start, &mut path);
            }
            (label, path)
        })
        .collect();
    // Of those that cannot be told apart, what must be given stays.
    if error.code.0 == "E0208" {
        places.sort_by_key(|(_, path)| facts.requires(path));
    }
    for (label, path) in places {
        // What is said of the element as a whole names the entry that it is about.
        let named = |text: &str| text.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
        let said = || [named(&label.message), named(&error.message)].concat();
        let entries = if path == ["key"] { said() } else { Vec::new() };
        let found = entries.iter().find_map(|name| {
            let of = |place: &[&str]| {
                place.iter().map(|p| (*p).to_owned()).chain([name.clone()]).collect::<Vec<_>>()
            };
            facts.drop_at(&of(&["configuration"])).or_else(|| facts.drop_at(&of(&["instance", "element"])))
        });
        if let Some(what) = found.or_else(|| facts.drop_at(&path)) {
            let text = format!("{what}: {}", error.message);
            aside.push(Finding { kind: FindingKind::Kept, text });
            return true;
        }
    }
    false
}

/// The keys that lead to a place of a text.
fn path_at(node: &Node, at: u32, path: &mut Vec<String>) {
    let Kind::Map(members) = node.kind else { return };
    let holds = |start: u32, end: u32| start <= at && at < end.max(start + 1);
    if let Some((key, value)) = members.iter().find(|(key, value)| holds(key.span.start, value.span.end)) {
        path.push(key.name.to_string());
        path_at(value, at, path);
    }
}

/// An element's source.
fn source(key: &str, text: &str) -> Source {
    Source {
        path: format!("{key}.yaml"),
        name: key.to_owned(),
        role: Role::Element,
        library: false,
        bytes: text.as_bytes().into(),
    }
}
