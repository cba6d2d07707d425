//! Pages: existing Markdown, held against the catalogue.
//!
//! In: a catalogue without errors and the texts of pages. Out: the files as diagnostics may show them,
//! credentials masked, and what is wrong with them: JSON that does not parse, samples and parameters
//! that the contract does not have, commands that do not run as pasted, other elements' keys and ids,
//! credentials.

mod blocks;
mod shell;

use crate::check::credentials::looks_live;
use crate::diagnostic::{Code, Diagnostic};
use crate::lower::{MessageKind, Object, Shape};
use crate::source::{FileId, Files, Span, mask};
use crate::suggest::suggest;
use crate::{Catalog, Compiled};
use blocks::{Block, Named};
use elementc_runtime::{Code as Violated, Placeholders, Report, validate};
use percent_encoding::percent_decode_str;
use rayon::prelude::*;
use serde_json::{Map, Value as Json};
use std::ops::Range;

/// A JSON block that does not parse.
const JSON: Code = Code("E1101");
/// A sample that its element's validator rejects.
const SAMPLE: Code = Code("E1102");
/// A command that does not run as pasted.
const COMMAND: Code = Code("E1103");
/// A parameter that the descriptor does not have, or one that is missing.
const PARAMETER: Code = Code("E1104");
/// A key or id of another element, or of none.
const IDENTITY: Code = Code("E1105");
/// What looks like a live credential, or a secret in a URL that a browser opens.
const SECRET: Code = Code("E1106");

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
    let checked: Vec<(String, Vec<Diagnostic>, Looked)> = pages
        .par_iter()
        .enumerate()
        .map(|(at, (_, bytes))| {
            let text = String::from_utf8_lossy(bytes).into_owned();
            let file = FileId(u32::try_from(at).unwrap_or(u32::MAX));
            let mut checker = Checker {
                catalog,
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
        files.add(path.clone(), text.into());
        all.extend(found);
        looked.json += one.json;
        looked.commands += one.commands;
    }
    (files, all, looked)
}

struct Checker<'a> {
    catalog: &'a Catalog,
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
        for block in commands {
            self.looked.commands += 1;
            self.command(block, element);
        }
        if let Some(compiled) = element {
            let parameters =
                names(compiled, |kind| matches!(kind, MessageKind::UrlRequest | MessageKind::TokenRequest));
            self.known(&page.listed, &parameters, "parameter", compiled);
            self.known(&page.tabled, &names(compiled, |_| true), "entry", compiled);
        }
        self.credentials();
    }

    fn unparsable(&mut self, block: &Block, error: &serde_json::Error) {
        let line: usize =
            block.text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        let at = (line + error.column().saturating_sub(1)).min(block.text.len());
        let message = error.to_string();
        let reason = message.rsplit_once(" at line ").map_or(message.as_str(), |(reason, _)| reason);
        self.say(JSON, block.place(at..at + 1), format!("this is no JSON: {reason}"));
    }

    /// The element that a page is about: what its front matter says, else the first of its samples and
    /// commands. Reports what contradicts it.
    fn element(
        &mut self,
        page: &blocks::Page,
        parsed: &[(&Block, Json)],
        commands: &[&Block],
    ) -> Option<Compiled<'a>> {
        let mut stated: Vec<Named> = page.key.iter().cloned().collect();
        let in_json = parsed.iter().filter_map(|(block, json)| {
            let key =
                json.pointer("/element/key").or_else(|| json.get("element").filter(|e| e.is_string()))?;
            let (name, key) = (if json["element"].is_string() { "element" } else { "key" }, key.as_str()?);
            Some(Named {
                text: key.to_owned(),
                range: block.place(value_of(&block.text, name, &Json::from(key))),
            })
        });
        stated.extend(in_json);
        for block in commands {
            for (start, _) in block.text.match_indices("/elements/") {
                let rest = &block.text[start + "/elements/".len()..];
                let key = &rest[..rest.find(['/', '?', '\'', '"', ' ', '\n']).unwrap_or(rest.len())];
                // A version, as in `/elements/api-v2/elements/…`, or the id, is no key.
                let after = &rest[key.len()..];
                if after.starts_with("/oauth/")
                    && !key.chars().all(|c| c.is_ascii_digit())
                    && !key.starts_with(['{', '<'])
                {
                    let from = start + "/elements/".len();
                    stated.push(Named { text: key.to_owned(), range: block.place(from..from + key.len()) });
                }
            }
        }
        let by_id = page.id.as_ref().and_then(|id| {
            let id: i64 = id.text.parse().ok()?;
            self.catalog
                .elements
                .iter()
                .find(|element| element.id.as_ref().is_some_and(|own| own.value == id))
        });
        let first = page.key.as_ref().and_then(|key| self.catalog.element(&key.text)).or(by_id);
        let element = first.or_else(|| stated.iter().find_map(|key| self.catalog.element(&key.text)));
        let known = || self.catalog.elements.iter().map(|element| &*element.key.value);
        let mut wrong = Vec::new();
        for key in &stated {
            let own = element.map(|element| &*element.key.value);
            if own == Some(&*key.text) {
                continue;
            }
            let span = self.span(key.range.clone());
            wrong.push(match own {
                Some(own) => {
                    Diagnostic::new(IDENTITY, span, format!("`{}` is not the key of this element", key.text))
                        .label(format!("the page is about `{own}`"))
                }
                None => {
                    let diagnostic =
                        Diagnostic::new(IDENTITY, span, format!("there is no element `{}`", key.text));
                    match suggest(&key.text, known()) {
                        Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
                        None => diagnostic.label("not in the catalogue"),
                    }
                }
            });
        }
        if let Some(id) = element.and_then(|element| element.id.as_ref()) {
            let id = id.value.to_string();
            let in_json = parsed.iter().filter(|(_, json)| json.pointer("/element/id").is_some()).map(
                |(block, json)| {
                    let value = &json["element"]["id"];
                    let within = block.text.find("\"element\"").unwrap_or_default();
                    let range = value_of(&block.text[within..], "id", value);
                    Named {
                        text: value.to_string(),
                        range: block.place(within + range.start..within + range.end),
                    }
                },
            );
            for stated in page.id.iter().cloned().chain(in_json).filter(|stated| stated.text != id) {
                let message = format!("`{}` is not the id of this element", stated.text);
                wrong.push(
                    Diagnostic::new(IDENTITY, self.span(stated.range), message)
                        .label(format!("the descriptor says {id}")),
                );
            }
        }
        self.diagnostics.extend(wrong);
        element.map(Compiled::of)
    }

    /// Validates a sample of a message, and looks for secrets in URLs.
    fn sample(&mut self, block: &Block, json: &Json, element: Option<&Compiled>) {
        if let Some(url) = json.get("oauthUrl").and_then(Json::as_str) {
            for (key, _) in pairs(url) {
                let name = key.to_lowercase();
                if ["secret", "password", "signature"].iter().any(|word| name.contains(word)) {
                    let start = block.text.find(&format!("{key}=")).unwrap_or_default();
                    let rest = &block.text[start..];
                    let end = start + rest.find(['&', '"']).unwrap_or(rest.len());
                    let value = block.place(start + key.len() + 1..end);
                    self.masked.push(value);
                    self.say(
                        SECRET,
                        block.place(start..end),
                        format!("`{key}` is a secret in a URL that a browser opens"),
                    );
                }
            }
        }
        let Some(compiled) = element else { return };
        let own = &*compiled.element.key.value;
        let stated = json.pointer("/element/key").or_else(|| json.get("element")).and_then(Json::as_str);
        // What is of another element is said already.
        if stated != Some(own) {
            return;
        }
        let kind = if json.get("oauthUrl").is_some() {
            MessageKind::UrlResponse
        } else if json.get("id").is_some() || json.get("token").is_some() {
            MessageKind::CreatedInstance
        } else {
            MessageKind::CreateInstance
        };
        for message in compiled.messages.iter().filter(|m| m.kind == kind) {
            self.hide(block, json, &message.root);
        }
        let Some(report) = self.judge(compiled, kind, block.text.as_bytes()) else { return };
        for violation in &report.violations {
            let at = violation.offset;
            let end = at + block.text[at..].find(['\n', ',']).unwrap_or(1).max(1);
            let end = if violation.code == Violated::MissingEntry { at + 1 } else { end };
            let message = format!("this is no {} of `{own}`: {}", kind.name(), violation.message);
            self.say(SAMPLE, block.place(at..end), message);
        }
    }

    /// Masks what stands where a secret goes, placeholders aside: diagnostics show whole lines.
    fn hide(&mut self, block: &Block, json: &Json, object: &Object) {
        for (key, member) in &object.members {
            let Some(value) = json.get(&**key) else { continue };
            match &member.shape {
                Shape::Object(inner) => self.hide(block, value, inner),
                _ if member.about.secret && !value.as_str().is_some_and(|text| text.starts_with('<')) => {
                    let range = value_of(&block.text, key, value);
                    self.masked.push(block.place(range));
                }
                _ => {}
            }
        }
    }

    /// The report of the best of an element's messages of a kind; `None` if it has none.
    fn judge(&self, compiled: &Compiled, kind: MessageKind, body: &[u8]) -> Option<Report> {
        let programs = compiled.messages.iter().zip(&compiled.programs).filter(|(m, _)| m.kind == kind);
        let reports = programs.map(|(_, program)| validate(program, body, Placeholders::Allowed));
        reports.min_by_key(|report| report.violations.len())
    }

    fn command(&mut self, block: &Block, element: Option<&Compiled>) {
        let (commands, problems) = shell::parse(&block.text);
        for problem in problems {
            self.say(COMMAND, block.place(problem.start..problem.end), problem.message);
        }
        // With its continuations lost, a command's URL is a command of its own.
        let words: Vec<&shell::Word> = commands.iter().flatten().collect();
        for word in &words {
            let kind = match word.text.split('?').next() {
                Some(url) if url.ends_with("/oauth/url") => MessageKind::UrlRequest,
                Some(url) if url.ends_with("/oauth/token") => MessageKind::TokenRequest,
                _ => continue,
            };
            let Some(compiled) = element else { continue };
            let mut query: Vec<(String, String)> = pairs(&word.text);
            let data = words.windows(2).filter(|pair| pair[0].text == "--data-urlencode");
            query.extend(data.filter_map(|pair| {
                let (key, value) = pair[1].text.split_once('=')?;
                Some((decoded(key), value.to_owned()))
            }));
            let body: Map<String, Json> = query.into_iter().map(|(key, value)| (key, value.into())).collect();
            let Some(report) = self.judge(compiled, kind, Json::Object(body).to_string().as_bytes()) else {
                continue;
            };
            for violation in &report.violations {
                let message = violation
                    .message
                    .replace("unknown entry", "unknown parameter")
                    .replace("required entry", "required parameter");
                self.say(PARAMETER, block.place(word.start..word.end), message);
            }
        }
    }

    /// Reports names that are none of the known ones.
    fn known(&mut self, named: &[Named], known: &[&str], what: &str, compiled: &Compiled) {
        for name in named.iter().filter(|name| !known.contains(&name.text.as_str())) {
            let message = format!("`{}` has no {what} `{}`", compiled.element.key.value, name.text);
            let diagnostic = Diagnostic::new(PARAMETER, self.span(name.range.clone()), message);
            self.diagnostics.push(match suggest(&name.text, known.iter().copied()) {
                Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
                None => diagnostic.label("not in the descriptor"),
            });
        }
    }

    /// Looks for credentials anywhere in the text.
    fn credentials(&mut self) {
        let ends = |c: char| c.is_whitespace() || "<>\"'`,;()&=?".contains(c);
        let mut at = 0;
        for word in self.text.split(ends) {
            let start = at;
            at += word.len() + self.text[at + word.len()..].chars().next().map_or(0, char::len_utf8);
            if let Some(what) = looks_live(word) {
                let range = start..start + word.len();
                self.masked.push(range.clone());
                let diagnostic =
                    Diagnostic::new(SECRET, self.span(range), "this looks like a live credential")
                        .label(what)
                        .note("show an obvious fake instead, and revoke the credential if it is real");
                self.diagnostics.push(diagnostic);
            }
        }
    }
}

fn is_json(block: &Block) -> bool {
    let opens = block.text.trim_start().starts_with(['{', '[']);
    match block.language.as_str() {
        "json" => true,
        "javascript" | "js" | "" => opens,
        _ => false,
    }
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

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// The parameters of a URL, decoded.
fn pairs(url: &str) -> Vec<(String, String)> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    let pair = |pair: &str| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(key), decoded(value))
    };
    query.split('&').filter(|p| !p.is_empty()).map(pair).collect()
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
