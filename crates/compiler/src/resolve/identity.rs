//! Identity: what names an element, and what may not.
//!
//! In: the descriptor of a file; the elements of all. Out: diagnostics about keys and names that are
//! missing, unusable or taken, and about identity in traits, which have none.

use super::{Element, Loaded};
use crate::HashMap;
use crate::diagnostic::{Code, Diagnostic};
use crate::portable::{folded, is_device};
use crate::source::{Role, Span};
use std::borrow::Cow;

/// Keys and names of a file: there, well-formed, and in the right kind of file. Says whether it is the file
/// of the key that it has.
pub(crate) fn identity(loaded: &Loaded, diagnostics: &mut Vec<Diagnostic>) -> bool {
    let start = Span { file: loaded.file, start: 0, end: 0 };
    let own = &loaded.descriptor;
    if loaded.role == Role::Trait {
        let spans = [
            ("key", own.key.as_ref().map(|s| s.span)),
            ("id", own.id.as_ref().map(|s| s.span)),
            ("name", own.name.as_ref().map(|s| s.span)),
            ("extends", own.extends.as_ref().map(|s| s.span)),
            ("hub", own.hub.as_ref().map(|s| s.span)),
            ("status", own.status.as_ref().map(|s| s.span)),
            ("description", own.description.as_ref().map(|s| s.span)),
            ("image", own.image.as_ref().map(|s| s.span)),
        ];
        let mut said = spans.into_iter().filter_map(|(what, span)| Some((what, span?)));
        if let Some((what, span)) = said.next() {
            let message = format!("a trait has no `{what}`");
            let first = Diagnostic::new(Code("E0206"), span, message)
                .label("identity belongs to elements")
                .note("an element stands beside the directory `traits`, not in it");
            diagnostics.push(said.fold(first, |d, (what, span)| d.also(span, format!("nor `{what}`"))));
        }
        return false;
    }
    let missing = match (&own.key, &own.name) {
        (None, None) => Some((
            "the element has no `key` and no `name`",
            format!(
                "add `key: {}` and `name:`; a part that elements share belongs in `traits/`",
                loaded.name
            ),
        )),
        (None, Some(_)) => Some(("the element has no `key`", format!("add `key: {}`", loaded.name))),
        (Some(_), None) => Some(("the element has no `name`", "add `name:`, what people call it".to_owned())),
        (Some(_), Some(_)) => None,
    };
    if let Some((message, note)) = missing.filter(|_| loaded.whole) {
        diagnostics.push(Diagnostic::new(Code("E0204"), start, message).note(note));
    }
    if let Some(id) = own.id.as_ref().filter(|id| id.value < 0) {
        diagnostics.push(
            Diagnostic::new(Code("E0206"), id.span, format!("`{}` cannot be the id of an element", id.value))
                .label("below zero")
                .note("the id is the element's number on the platform; leave it out if there is none"),
        );
    }
    let span = own.key.as_ref().map_or(start, |k| k.span);
    let key = own.key.as_ref().map_or(&loaded.name, |k| &k.value);
    if let Some(problem) = key_problem(key) {
        diagnostics.push(
            Diagnostic::new(Code("E0206"), span, format!("`{key}` cannot be an element key: {problem}"))
                .label("not a usable key")
                .note(
                    "a key is letters and digits, with `-`, `_` or `.` between them; it names URLs and files",
                ),
        );
    } else if *key != loaded.name {
        let message = match key.strip_suffix(".yaml") {
            Some(name) if *name == *loaded.name => "`.yaml` is of the file, not of the key".to_owned(),
            _ => format!("the key is `{key}`, but the file is `{}.yaml`", loaded.name),
        };
        let diagnostic = Diagnostic::new(Code("E0206"), span, message).label("must equal the file name");
        // What the file is called may be no key.
        let is_key = key_problem(&loaded.name).is_none() && !loaded.name.contains(char::is_uppercase);
        diagnostics.push(match is_key {
            true => {
                diagnostic.note(format!("or rename the file to `{key}.yaml`")).change(span, &*loaded.name)
            }
            false => diagnostic.note(format!("rename the file to `{key}.yaml`")),
        });
        return false;
    }
    true
}

/// Keys that two elements have.
pub(crate) fn taken(elements: &[&Element]) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let mut taken: HashMap<Cow<str>, &Element> = HashMap::default();
    for element in elements {
        let key = &element.key.value;
        if let Some(other) = taken.insert(folded(key), element) {
            let how = if other.key.value == *key { "" } else { " but for capitals" };
            diagnostics.push(
                Diagnostic::new(
                    Code("E0207"),
                    element.key.span,
                    format!("two elements have the key `{key}`{how}"),
                )
                .label("used again here")
                .also(other.key.span, "first used here"),
            );
        }
    }
    diagnostics
}

/// What elementc itself writes beside the directories of the elements.
const OWN_NAMES: [&str; 9] = [
    "manifest.json",
    "catalog.json",
    "openapi.json",
    "template-context.schema.json",
    "elements.rs",
    "descriptor.schema.json",
    "template-context.schema.json",
    "validator.mjs",
    "validator.d.mts",
];

/// What generated Rust names beside the modules of the elements.
const OWN_MODULES: [&str; 2] = ["formats", "elementc_runtime"];

/// Why a key cannot name a directory and a URL segment everywhere, if so.
pub(crate) fn key_problem(key: &str) -> Option<&'static str> {
    let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    if key.is_empty() {
        Some("it is empty")
    } else if key.len() > 100 {
        Some("it is longer than 100 characters")
    } else if !key.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)) {
        Some("it has other characters than letters, digits, `-`, `_` and `.`")
    } else if !ends(key.chars().next()) || !ends(key.chars().last()) {
        Some("it does not begin and end with a letter or digit")
    } else if is_device(key) {
        Some("some file systems reserve it")
    } else if OWN_NAMES.iter().any(|own| own.eq_ignore_ascii_case(key))
        || OWN_MODULES.contains(&crate::emit::rust::identifier(key).as_str())
    {
        Some("elementc needs the name for its own output")
    } else {
        None
    }
}
