//! Samples: the messages on a page, held against the validators of its element.
//!
//! In: a block of JSON or of commands. Out: what the validators say of it, at its place.

use super::blocks::Block;
use super::{COMMAND, Checker, JSON, PARAMETER, SAMPLE, is_secret, shell, value_of};
use crate::Compiled;
use crate::lower::{MessageKind, Object, Shape};
use elementc_runtime::{Code as Violated, Placeholders, Report, validate};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value as Json};
use std::ops::Range;

/// The options of curl that take a body.
const DATA: [&str; 6] = ["-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json"];

impl Checker<'_> {
    pub(super) fn unparsable(&mut self, block: &Block, error: &serde_json::Error) {
        let line: usize =
            block.text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        let at = (line + error.column().saturating_sub(1)).min(block.text.len());
        let message = error.to_string();
        let reason = match block.text.get(at..).and_then(|rest| rest.chars().next()) {
            Some('/' | '#') => "it has no comments",
            Some('“' | '”' | '‘' | '’') => "a typographic quote is no quote",
            _ => message.rsplit_once(" at line ").map_or(message.as_str(), |(reason, _)| reason),
        };
        self.say(JSON, block.place(at..at + 1), format!("this is no JSON: {reason}"));
    }

    /// Validates a sample of a message, and looks for secrets in its URL.
    pub(super) fn sample(&mut self, block: &Block, json: &Json, element: Option<&Compiled>) {
        for (key, _) in pairs(json.get("oauthUrl").and_then(Json::as_str).unwrap_or_default()) {
            if is_secret(&key) || key.to_lowercase().contains("signature") {
                let start = block.text.find(&format!("{key}=")).unwrap_or_default();
                let rest = &block.text[start..];
                let end = start + rest.find(['&', '"']).unwrap_or(rest.len());
                self.secret_in_url(&key, block.place(start..end));
            }
        }
        let Some(compiled) = element else { return };
        let own = &*compiled.element.key.value;
        let stated = json.pointer("/element/key").or_else(|| json.get("element")).and_then(Json::as_str);
        let holds = |key: &str| json.get(key).is_some();
        // What is of another element is said already; a request may have forgotten to say of which it is.
        let forgotten = stated.is_none()
            && (holds("configuration") || holds("providerData"))
            && (holds("tags") || holds("name"));
        if stated != Some(own) && !forgotten {
            return;
        }
        let kind = if holds("oauthUrl") {
            MessageKind::UrlResponse
        } else if holds("id") || holds("token") {
            MessageKind::CreatedInstance
        } else {
            MessageKind::CreateInstance
        };
        for message in compiled.messages.iter().filter(|m| m.kind == kind) {
            self.hide(block, json, &message.root);
        }
        let Some(report) = judge(compiled, kind, block.text.as_bytes()) else { return };
        // Pages often show but a part of what the platform answers.
        let part = |code| code == Violated::MissingEntry && kind == MessageKind::CreatedInstance;
        for violation in report.violations.iter().filter(|violation| !part(violation.code)) {
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

    /// Looks whether commands run as pasted, and what they send.
    pub(super) fn command(&mut self, block: &Block, element: Option<&Compiled>) {
        let (commands, problems) = shell::parse(&block.text);
        // A URL that the shell cuts off lacks parameters for that reason alone.
        let cut = problems.iter().any(|problem| block.text[problem.start..].starts_with('&'));
        for problem in problems {
            self.say(COMMAND, block.place(problem.start..problem.end), problem.message);
        }
        // With its continuations lost, a command's URL is a command of its own.
        let words: Vec<&shell::Word> = commands.iter().flatten().collect();
        for pair in words.windows(2).filter(|pair| DATA.contains(&&*pair[0].text)) {
            self.body(block, pair[1], element);
        }
        for word in words.iter().filter(|_| !cut) {
            let kind = match word.text.split('?').next() {
                Some(url) if url.ends_with("/oauth/url") => MessageKind::UrlRequest,
                Some(url) if url.ends_with("/oauth/token") => MessageKind::TokenRequest,
                _ => continue,
            };
            let Some(compiled) = element else { continue };
            let mut query = pairs(&word.text);
            let mut places = places(&block.text, word);
            for pair in words.windows(2).filter(|pair| pair[0].text == "--data-urlencode") {
                if let Some((key, value)) = pair[1].text.split_once('=') {
                    query.push((decoded(key), value.to_owned()));
                    places.push((decoded(key), pair[1].start..pair[1].end));
                }
            }
            let body: Map<String, Json> = query.into_iter().map(|(key, value)| (key, value.into())).collect();
            let Some(report) = judge(compiled, kind, Json::Object(body).to_string().as_bytes()) else {
                continue;
            };
            for violation in &report.violations {
                let message = violation
                    .message
                    .replace("unknown entry", "unknown parameter")
                    .replace("required entry", "required parameter");
                let place = places.iter().find(|(key, _)| *key == violation.entry);
                let place = place.map_or(word.start..word.end, |(_, range)| range.clone());
                self.say(PARAMETER, block.place(place), message);
            }
        }
    }

    /// Holds a body in a command against the validators.
    fn body(&mut self, block: &Block, word: &shell::Word, element: Option<&Compiled>) {
        if !word.text.trim_start().starts_with('{') {
            return;
        }
        let quoted = usize::from(block.text[word.start..].starts_with(['\'', '"']));
        let body = block.within(&word.text, word.start + quoted..word.end);
        match serde_json::from_str::<Json>(&word.text) {
            Ok(json) => {
                if let (Some(key), Some(compiled)) = (super::identity::key_of(&body, &json), element) {
                    self.keys(&[key], Some(compiled.element));
                }
                self.sample(&body, &json, element);
            }
            Err(error) => self.unparsable(&body, &error),
        }
    }
}

/// The report of the best of an element's messages of a kind; `None` if it has none.
fn judge(compiled: &Compiled, kind: MessageKind, body: &[u8]) -> Option<Report> {
    let programs = compiled.messages.iter().zip(&compiled.programs).filter(|(m, _)| m.kind == kind);
    let reports = programs.map(|(_, program)| validate(program, body, Placeholders::Allowed));
    reports.min_by_key(|report| report.violations.len())
}

/// Where the parameters of a word that is a URL stand.
fn places(text: &str, word: &shell::Word) -> Vec<(String, Range<usize>)> {
    let raw = text[word.start..word.end].trim_end_matches(['\'', '"']);
    let Some(query) = raw.find('?') else { return Vec::new() };
    let mut at = word.start + query + 1;
    let mut places = Vec::new();
    for pair in raw[query + 1..].split('&') {
        places.push((decoded(pair.split('=').next().unwrap_or_default()), at..at + pair.len()));
        at += pair.len() + 1;
    }
    places
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
