//! Violations with the lines of JSON they are about.
//!
//! In: a message, its report, and what is known of its entries. Out: text. The value of a secret
//! must not show, nor may one that stands in the same line: of all values only those of violated
//! entries that are no secrets are shown.

use elementc_compiler::diagnostic::{Code as DiagnosticCode, Diagnostic, Severity};
use elementc_compiler::lower::{Member, Message, Object, Shape};
use elementc_compiler::render::{self, Style};
use elementc_compiler::source::{FileId, Files, Span};
use elementc_compiler::syntax::entry::Type;
use elementc_runtime::{Code, Report};
use serde::de::IgnoredAny;
use std::collections::HashSet;

/// How many violations are framed: nobody reads more, and each frame takes time.
const MOST: usize = 100;

/// Renders the violations of a report a line each, all missing entries in one.
pub fn listed(name: &str, report: &Report) -> String {
    let others = report.violations.iter().filter(|v| v.code != Code::MissingEntry);
    let more = others.clone().count().saturating_sub(MOST);
    let mut text: String =
        others.take(MOST).map(|v| format!("{name}: {} [{}]\n", v.message, v.code)).collect();
    if more > 0 {
        text.push_str(&format!("{name}: and {more} more; `--format json` lists all\n"));
    }
    if let Some(summary) = report.summary() {
        text.push_str(&format!("{name}: {summary} [{}]\n", Code::MissingEntry));
    }
    text
}

/// Renders the violations of a report.
pub fn framed(name: &str, body: &[u8], report: &Report, message: Option<&Message>, style: Style) -> String {
    // Of what was not read there is no line to show.
    if let [only] = report.violations.as_slice()
        && only.code == Code::TooLarge
    {
        return format!("{name}: {} [{}]\n", only.message, only.code);
    }
    let mut files = Files::default();
    let text = masked(body, report, message);
    let file = files.add(name.to_owned(), String::from_utf8_lossy(&text).into_owned());
    let mut all = diagnostics(report, body, file, message);
    let more = all.len().saturating_sub(MOST);
    // What is missing comes last, and is what people look for.
    all = all
        .into_iter()
        .enumerate()
        .filter(|(at, _)| *at < MOST - 1 || *at >= MOST - 1 + more)
        .map(|(_, d)| d)
        .collect();
    let mut text = render::framed(&all, &files, style);
    if more > 0 {
        text.push_str(&format!("and {more} more; `--format json` lists all\n"));
    }
    text
}

/// The text with an asterisk for each byte of a value that must not show.
fn masked(body: &[u8], report: &Report, message: Option<&Message>) -> Vec<u8> {
    // What should be an object or JSON may hold secrets, whatever it is.
    let holds = |m: &Member| match &m.shape {
        Shape::Value(value) => value.kind == Type::Json,
        Shape::Object(_) | Shape::List | Shape::Strings => true,
    };
    let secret = |pointer: &str| {
        message.and_then(|m| member(&m.root, pointer)).is_none_or(|m| m.about.secret || holds(m))
    };
    let shown: HashSet<usize> =
        report.violations.iter().filter(|v| !secret(&v.pointer)).map(|v| v.offset).collect();
    // An object where a secret should be: its keys are part of the value.
    let nested: HashSet<usize> = report
        .violations
        .iter()
        .filter(|v| v.code == Code::WrongType && secret(&v.pointer))
        .map(|v| v.offset)
        .collect();
    let broken = report.violations.iter().find(|v| v.code == Code::NotJson).map(|v| v.offset);
    let mut text = body.to_vec();
    let mut at = 0;
    let mut depth: usize = 0;
    let mut within: Option<usize> = None;
    while at < body.len() {
        // From a syntax error on nothing is known to be a key.
        if broken.is_some_and(|broken| at >= broken) {
            text[at..]
                .iter_mut()
                .filter(|b| b.is_ascii_alphanumeric() || !b.is_ascii())
                .for_each(|b| *b = b'*');
            break;
        }
        match body[at] {
            b'{' | b'[' => {
                if nested.contains(&at) && within.is_none() {
                    within = Some(depth);
                }
                depth += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                within = within.filter(|outside| depth > *outside);
            }
            b'"' | b'-' | b'0'..=b'9' => {
                let quotes = usize::from(body[at] == b'"');
                let end = end_of_token(body, at).unwrap_or(body.len());
                let key = quotes == 1 && body[end..].iter().find(|b| !b.is_ascii_whitespace()) == Some(&b':');
                if (!key || within.is_some()) && !shown.contains(&at) {
                    let inner = at + quotes..end.saturating_sub(quotes).max(at + quotes);
                    text[inner].iter_mut().filter(|b| **b != b'\n').for_each(|b| *b = b'*');
                }
                at = end.max(at + 1);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    text
}

/// Whether a line of its own starts here, after a whole document.
fn is_another(body: &[u8], offset: usize) -> bool {
    let before = body.get(..offset).unwrap_or_default();
    before.ends_with(b"\n") && serde_json::from_slice::<IgnoredAny>(before).is_ok()
}

/// The violations as diagnostics of the JSON text, all missing entries in one.
fn diagnostics(report: &Report, body: &[u8], file: FileId, message: Option<&Message>) -> Vec<Diagnostic> {
    let about = |pointer: &str| message.and_then(|m| member(&m.root, pointer)).map(|m| &m.about);
    let mut all = Vec::new();
    let mut missing: Option<Diagnostic> = None;
    for violation in &report.violations {
        let span = token(body, violation.offset, file);
        let about = about(&violation.pointer);
        let title =
            about.map(|a| a.title.as_str()).filter(|title| *title != violation.entry).unwrap_or_default();
        let code = DiagnosticCode(violation.code.as_str());
        if violation.code != Code::MissingEntry {
            let mut diagnostic = Diagnostic::new(code, span, &*violation.message).label(title);
            diagnostic.severity = Severity::Error;
            if violation.code == Code::NotJson && is_another(body, violation.offset) {
                diagnostic = diagnostic.note("`--lines` takes each line for a message");
            }
            all.push(diagnostic);
            continue;
        }
        let because = violation
            .message
            .split_once(" because ")
            .map_or_else(String::new, |(_, why)| format!(", because {why}"));
        let described =
            about.and_then(|a| a.description.as_deref()).map_or_else(String::new, |d| format!(": {d}"));
        let named = if title.is_empty() { String::new() } else { format!(" ({title})") };
        let note = format!("`{}`{named}{because}{described}", violation.entry);
        let summary = report.summary().unwrap_or_default();
        let first = missing.take().unwrap_or_else(|| {
            let mut diagnostic = Diagnostic::new(code, span, summary).label("not in this object");
            diagnostic.severity = Severity::Error;
            diagnostic
        });
        let known = first.primary.span == span || first.secondary.iter().any(|label| label.span == span);
        let first = if known { first } else { first.also(span, "nor in this one") };
        missing = Some(first.note(note));
    }
    all.extend(missing);
    all
}

/// The JSON token at an offset: a whole string or word, of an object or array the bracket.
fn token(body: &[u8], offset: usize, file: FileId) -> Span {
    let end = if offset < body.len() { end_of_token(body, offset).unwrap_or(offset + 1) } else { offset };
    let at = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    Span { file, start: at(offset), end: at(end) }
}

/// Where the JSON token ends that starts at an offset; `None` for a string that does not end.
fn end_of_token(body: &[u8], offset: usize) -> Option<usize> {
    let rest = &body[offset..];
    let length = match rest[0] {
        b'"' => {
            let mut escaped = false;
            let end = rest[1..].iter().position(|&b| {
                let ends = b == b'"' && !escaped;
                escaped = b == b'\\' && !escaped;
                ends
            });
            end? + 2
        }
        b'{' | b'[' => 1,
        // The first byte of a byte order mark, which no token begins with.
        0xEF if rest.starts_with("\u{feff}".as_bytes()) => 3,
        _ => rest.iter().position(|b| b",]} \t\r\n".contains(b)).unwrap_or(rest.len()).max(1),
    };
    Some(offset + length)
}

/// The member at a JSON pointer.
fn member<'a>(object: &'a Object, pointer: &str) -> Option<&'a Member> {
    let (first, rest) = match pointer.strip_prefix('/')?.split_once('/') {
        Some((first, rest)) => (first, Some(rest)),
        None => (&pointer[1..], None),
    };
    let member = object.members.get(&*first.replace("~1", "/").replace("~0", "~"))?;
    match (rest, &member.shape) {
        (Some(rest), Shape::Object(inner)) => self::member(inner, &format!("/{rest}")),
        _ => Some(member),
    }
}
