//! Pages: existing Markdown, held against the catalogue.
//!
//! In: a catalogue without errors and the texts of pages. Out: the files as diagnostics may show them,
//! credentials masked, and what is wrong with them: JSON that does not parse, samples and parameters
//! that the contract does not have, commands that do not run as pasted, other elements' keys and ids,
//! credentials, URLs that are none, placeholders that vanish.

mod blocks;
mod identity;
mod region;
mod sample;
mod shell;
mod text;
mod update;

pub use update::{Page, Update, update};

use crate::diagnostic::{Code, Diagnostic};
use crate::lower::{MessageKind, Object, Shape};
use crate::source::{FileId, Files, Span, mask};
use crate::suggest::suggest;
use crate::{Catalog, Compiled};
use blocks::{Block, Named};
use rayon::prelude::*;
use serde_json::Value as Json;
use std::collections::HashMap;
use std::ops::Range;

/// A JSON block that does not parse.
const JSON: Code = Code("E1101");
/// A sample that its element's validator rejects.
const SAMPLE: Code = Code("E1102");
/// A command that does not run as pasted.
const COMMAND: Code = Code("E1103");
/// A parameter that the descriptor does not have, or one that is missing.
const PARAMETER: Code = Code("E1104");
/// A key, an id or a placeholder of another element, or of none.
const IDENTITY: Code = Code("E1105");
/// What looks like a live credential, or a secret in a URL that a browser opens.
const SECRET: Code = Code("E1106");
/// A placeholder in prose that renderers take for HTML.
const VANISHING: Code = Code("E1107");
/// A URL that is none.
const URL: Code = Code("E1108");
/// A region that cannot be written.
const REGION: Code = Code("E1201");
/// A region that is not up to date.
const STALE: Code = Code("E1202");

/// How much was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Pages.
    pub pages: usize,
    /// JSON blocks.
    pub json: usize,
    /// Blocks with commands.
    pub commands: usize,
}

/// Checks pages: their paths as shown, and their content.
#[must_use]
pub fn check(catalog: &Catalog, pages: &[(String, Vec<u8>)]) -> (Files, Vec<Diagnostic>, Looked) {
    let mut files = Files::default();
    let mut all = Vec::new();
    let mut looked = Looked { pages: pages.len(), ..Looked::default() };
    let called = &identity::called(catalog);
    let checked: Vec<(String, Vec<Diagnostic>, Looked)> = pages
        .par_iter()
        .enumerate()
        .map(|(at, (_, bytes))| {
            let text = String::from_utf8_lossy(bytes).into_owned();
            let file = FileId(u32::try_from(at).unwrap_or(u32::MAX));
            let mut checker = Checker {
                catalog,
                called,
                file,
                text: &text,
                diagnostics: Vec::new(),
                masked: Vec::new(),
                looked: Looked::default(),
            };
            checker.page();
            let Checker { mut diagnostics, masked, looked, .. } = checker;
            diagnostics.sort_by_key(|d| (d.primary.span.start, d.code));
            diagnostics.dedup();
            (mask(&text, masked), diagnostics, looked)
        })
        .collect();
    for ((path, _), (text, found, one)) in pages.iter().zip(checked) {
        files.add(path.clone(), text);
        all.extend(found);
        looked.json += one.json;
        looked.commands += one.commands;
    }
    (files, all, looked)
}

struct Checker<'a> {
    catalog: &'a Catalog,
    /// What placeholders may call its elements.
    called: &'a HashMap<String, &'a str>,
    file: FileId,
    text: &'a str,
    diagnostics: Vec<Diagnostic>,
    masked: Vec<Range<usize>>,
    looked: Looked,
}

impl<'a> Checker<'a> {
    fn span(&self, range: Range<usize>) -> Span {
        let at = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
        Span { file: self.file, start: at(range.start), end: at(range.end) }
    }

    fn say(&mut self, code: Code, range: Range<usize>, message: impl Into<String>) {
        let diagnostic = Diagnostic::new(code, self.span(range), message);
        self.diagnostics.push(diagnostic);
    }

    fn page(&mut self) {
        let page = blocks::read(self.text);
        let mut parsed: Vec<(&Block, Json)> = Vec::new();
        for block in page.blocks.iter().filter(|block| is_json(block)) {
            self.looked.json += 1;
            match serde_json::from_str::<Json>(&block.text) {
                Ok(json) => parsed.push((block, json)),
                Err(error) => self.unparsable(block, &error),
            }
        }
        let commands: Vec<&Block> = page.blocks.iter().filter(|block| is_command(block)).collect();
        let element = self.element(&page, &parsed, &commands);
        let element = element.as_ref();
        for (block, json) in &parsed {
            self.sample(block, json, element);
        }
        for block in &commands {
            self.looked.commands += 1;
            self.command(block, element);
        }
        if let Some(compiled) = element {
            let queries = [MessageKind::UrlRequest, MessageKind::TokenRequest, MessageKind::Callback];
            self.known(&page.listed, &names(compiled, |kind| queries.contains(&kind)), "parameter", compiled);
            let entries = names(compiled, |_| true);
            for table in &page.tables {
                self.known(table, &entries, "entry", compiled);
            }
            page.blocks.iter().for_each(|block| self.vendors(block, compiled));
        }
        self.credentials(&page);
        self.urls(&commands);
        self.vanishing(&page);
        self.mistyped();
    }

    /// Reports names that are none of the known ones, unless all are: then they are about something else.
    fn known(&mut self, named: &[Named], known: &[&str], what: &str, compiled: &Compiled) {
        if !named.iter().any(|name| suggest(&name.text, known.iter().copied()).is_some()) {
            return;
        }
        for name in named.iter().filter(|name| !known.contains(&name.text.as_str())) {
            let message = format!("`{}` has no {what} `{}`", compiled.element.key.value, name.text);
            let diagnostic = Diagnostic::new(PARAMETER, self.span(name.range.clone()), message);
            self.diagnostics.push(match suggest(&name.text, known.iter().copied()) {
                Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
                None => diagnostic.label("not in the descriptor"),
            });
        }
    }
}

/// Whether a block shows JSON, whatever it says of itself.
fn is_json(block: &Block) -> bool {
    let text = block.text.trim_start();
    let inner = text.strip_prefix(['{', '[']).map(str::trim_start);
    let opens = inner.is_some_and(|inner| inner.starts_with(['"', '{', '[', '}', ']']));
    match block.language.as_str() {
        "json" => true,
        "javascript" | "js" | "" => inner.is_some(),
        "sh" | "bash" | "shell" => opens,
        _ => false,
    }
}

/// Whether a parameter sounds like a secret.
fn is_secret(key: &str) -> bool {
    let key = key.to_lowercase();
    key.contains("secret") || key.contains("password")
}

/// Whether a block holds commands, rather than headers or output.
fn is_command(block: &Block) -> bool {
    let shell = ["sh", "bash", "shell", "zsh", "console", ""].contains(&block.language.as_str());
    let curl = |line: &str| line.trim_start().trim_start_matches("$ ").starts_with("curl");
    shell && block.text.lines().any(curl)
}

/// The place of a member's value in the text of an object: of the first that fits.
fn value_of(text: &str, key: &str, value: &Json) -> Range<usize> {
    let (quoted, value) = (format!("\"{key}\""), value.to_string());
    for (start, _) in text.match_indices(&quoted) {
        let after = &text[start + quoted.len()..];
        let blanks = after.len() - after.trim_start_matches([':', ' ', '\t', '\n', '\r']).len();
        let from = start + quoted.len() + blanks;
        if text[from..].starts_with(&value) {
            return from..from + value.len();
        }
    }
    0..0
}

/// The keys of the messages of some kinds.
fn names<'a>(compiled: &'a Compiled, wanted: impl Fn(MessageKind) -> bool) -> Vec<&'a str> {
    fn collect<'a>(object: &'a Object, names: &mut Vec<&'a str>) {
        for (key, member) in &object.members {
            names.push(key);
            if let Shape::Object(inner) = &member.shape {
                collect(inner, names);
            }
        }
    }
    let mut names = Vec::new();
    compiled.messages.iter().filter(|m| wanted(m.kind)).for_each(|m| collect(&m.root, &mut names));
    names
}
