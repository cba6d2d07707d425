//! SARIF 2.1.0 (OASIS), for code scanning.

use super::location;
use crate::diagnostic::{Diagnostic, Label, explanations};
use crate::source::{Files, Span};
use serde_json::{Value as Json, json};

/// Renders a SARIF log with one run, indented and with a line break at the end. Columns count
/// UTF-16 code units, as SARIF has it by default.
#[must_use]
pub fn sarif(diagnostics: &[Diagnostic], files: &Files) -> String {
    let mut codes: Vec<&str> = diagnostics.iter().map(|d| d.code.0).collect();
    codes.sort_unstable();
    codes.dedup();
    let rules: Vec<Json> = codes.iter().map(|code| rule(code)).collect();
    let results: Vec<Json> = diagnostics.iter().map(|d| result(d, files, &codes)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "elementc",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "utf16CodeUnits",
            "results": results,
        }],
    });
    crate::emit::pretty(&log)
}

fn rule(code: &str) -> Json {
    let page = explanations().iter().find(|(known, _)| *known == code).map_or("", |(_, page)| page);
    let title = page.lines().next().unwrap_or_default().trim_start_matches("# ");
    let title = title.split_once(": ").map_or(title, |(_, title)| title);
    json!({
        "id": code,
        "shortDescription": { "text": if title.is_empty() { code } else { title } },
        "help": { "text": page, "markdown": page },
    })
}

fn result(diagnostic: &Diagnostic, files: &Files, codes: &[&str]) -> Json {
    let mut text = diagnostic.message.clone();
    for line in
        std::iter::once(&diagnostic.primary.message).chain(&diagnostic.notes).filter(|l| !l.is_empty())
    {
        text.push('\n');
        text.push_str(line);
    }
    let mut result = json!({
        "ruleId": diagnostic.code.0,
        "ruleIndex": codes.iter().position(|c| *c == diagnostic.code.0),
        "level": diagnostic.severity.word(),
        "message": { "text": text },
        "locations": [{ "physicalLocation": physical(diagnostic.primary.span, files) }],
    });
    if !diagnostic.secondary.is_empty() {
        let related = diagnostic.secondary.iter().enumerate().map(|(at, label)| related(at, label, files));
        result["relatedLocations"] = related.collect();
    }
    if let Some(fix) = &diagnostic.fix {
        let changes: Vec<Json> = fix
            .edits
            .iter()
            .map(|edit| {
                json!({
                    "artifactLocation": { "uri": uri(edit.span, files) },
                    "replacements": [{ "deletedRegion": region(edit.span, files), "insertedContent": { "text": edit.text } }],
                })
            })
            .collect();
        result["fixes"] = json!([{ "description": { "text": fix.title }, "artifactChanges": changes }]);
    }
    result
}

fn related(at: usize, label: &Label, files: &Files) -> Json {
    json!({ "id": at, "physicalLocation": physical(label.span, files), "message": { "text": label.message } })
}

fn physical(span: Span, files: &Files) -> Json {
    json!({ "artifactLocation": { "uri": uri(span, files) }, "region": region(span, files) })
}

/// A relative reference of RFC 3986.
fn uri(span: Span, files: &Files) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const PATH: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
    utf8_percent_encode(&files.get(span.file).path, PATH).to_string()
}

fn region(span: Span, files: &Files) -> Json {
    let text = &files.get(span.file).text;
    let place = location(span, files);
    let column = |byte: usize| {
        let start = text[..byte].rfind('\n').map_or(0, |at| at + 1);
        text[start..byte].encode_utf16().count() + 1
    };
    let range = super::range(files, span);
    json!({
        "startLine": place.line,
        "startColumn": column(range.start),
        "endLine": place.end_line,
        "endColumn": column(range.end),
    })
}
