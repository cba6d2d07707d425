//! SARIF 2.1.0 (OASIS), for code scanning.

use super::location;
use crate::diagnostic::{Diagnostic, Edit, Label, explanations};
use crate::source::{FileId, Files, Span};
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
    let text = super::in_one_text(diagnostic);
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
        let changes = changes(&fix.edits, files);
        result["fixes"] = json!([{ "description": { "text": fix.title }, "artifactChanges": changes }]);
    }
    result
}

/// The edits, by file: SARIF wants one change of each.
fn changes(edits: &[Edit], files: &Files) -> Vec<Json> {
    let mut changed: Vec<FileId> = edits.iter().map(|edit| edit.span.file).collect();
    changed.sort_unstable();
    changed.dedup();
    let change = |file: FileId| {
        let edits = edits.iter().filter(|edit| edit.span.file == file);
        let replacement = |edit: &Edit| json!({ "deletedRegion": region(edit.span, files), "insertedContent": { "text": edit.text } });
        json!({
            "artifactLocation": { "uri": uri(file, files) },
            "replacements": edits.map(replacement).collect::<Vec<_>>(),
        })
    };
    changed.into_iter().map(change).collect()
}

fn related(at: usize, label: &Label, files: &Files) -> Json {
    json!({ "id": at, "physicalLocation": physical(label.span, files), "message": { "text": label.message } })
}

fn physical(span: Span, files: &Files) -> Json {
    json!({ "artifactLocation": { "uri": uri(span.file, files) }, "region": region(span, files) })
}

/// A relative reference of RFC 3986; of an absolute path, a `file` URI.
fn uri(file: FileId, files: &Files) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const PATH: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
    let path = &files.get(file).path;
    let encoded = |path: &str| utf8_percent_encode(path, PATH).to_string();
    match path.as_bytes() {
        [b'/', ..] => format!("file://{}", encoded(path)),
        // On a drive of Windows.
        [drive, b':', b'/', ..] if drive.is_ascii_alphabetic() => {
            format!("file:///{}{}", &path[..2], encoded(&path[2..]))
        }
        _ => encoded(path),
    }
}

fn region(span: Span, files: &Files) -> Json {
    let file = files.get(span.file);
    let place = location(span, files);
    let column = |byte: usize| {
        let (_, start, line) = file.excerpt(byte..byte);
        line[..byte - start].encode_utf16().count() + 1
    };
    let range = file.range(span);
    json!({
        "startLine": place.line,
        "startColumn": column(range.start),
        "endLine": place.end_line,
        "endColumn": column(range.end),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Fix, Form};

    /// The log, without the version and the pages of the rules.
    fn log(diagnostics: &[Diagnostic], files: &Files) -> Json {
        let mut log: Json = serde_json::from_str(&sarif(diagnostics, files)).expect("it is JSON");
        let driver = &mut log["runs"][0]["tool"]["driver"];
        assert_eq!(driver["version"].take(), env!("CARGO_PKG_VERSION"));
        for rule in driver["rules"].as_array_mut().expect("there are rules") {
            let help = rule.as_object_mut().and_then(|rule| rule.shift_remove("help")).expect("it has help");
            assert_eq!(help["text"], help["markdown"]);
            assert!(help["text"].as_str().is_some_and(|page| page.starts_with("# ")), "{help}");
        }
        log
    }

    #[test]
    fn all_members() {
        let mut files = Files::default();
        let element = files.add("elements/a.yaml".into(), "key: a\n😀é: no\nlast: x\n");
        let shared = files.add("elements/traits/t.yaml".into(), "query:\n  x: 1\n");
        let at = |file, start, end| Span { file, start, end };
        let edit = |span, text: &str| Edit { span, text: text.into(), form: Form::Verbatim };
        let mut moved = Diagnostic::new(Code("W0305"), at(element, 22, 25), "two \"lines\"\nof message")
            .label("a label")
            .also(at(shared, 0, 5), "")
            .also(at(element, 0, 0), "over here")
            .note("first note\nof two lines")
            .note("second note");
        let edits =
            vec![edit(at(element, 0, 0), "["), edit(at(shared, 9, 13), ""), edit(at(element, 4, 4), "]")];
        moved.fix = Some(Fix { title: "move it".into(), edits });
        let diagnostics = [
            Diagnostic::new(Code("E0106"), at(element, 15, 17), "`no` is a boolean")
                .replace(at(element, 15, 17), "\"no\""),
            moved,
            Diagnostic::new(Code("E0106"), at(element, 7, 27), "over the lines, and beyond the end"),
        ];
        insta::assert_json_snapshot!(log(&diagnostics, &files));
    }

    #[test]
    fn nothing_to_say() {
        let log = log(&[], &Files::default());
        let run = &log["runs"][0];
        assert_eq!((&run["results"], &run["tool"]["driver"]["rules"]), (&json!([]), &json!([])));
    }

    #[test]
    fn paths_are_uris() {
        for (path, expected) in [
            ("elements/a.yaml", "elements/a.yaml"),
            ("my elements/ä:b#c?.yaml", "my%20elements/%C3%A4%3Ab%23c%3F.yaml"),
            ("a:b.yaml", "a%3Ab.yaml"),
            ("../100%/a.yaml", "../100%25/a.yaml"),
            ("/srv/my elements/a.yaml", "file:///srv/my%20elements/a.yaml"),
            ("C:/my elements/a.yaml", "file:///C:/my%20elements/a.yaml"),
            ("<shipped>/a.yaml", "%3Cshipped%3E/a.yaml"),
        ] {
            let mut files = Files::default();
            let file = files.add(path.into(), "");
            assert_eq!(uri(file, &files), expected);
        }
    }

    #[test]
    fn columns_count_utf_16() {
        let mut files = Files::default();
        let text = "a: 😀é😀 x\r\n\u{2028}b: ü\n";
        let file = files.add("a.yaml".into(), text);
        for (part, expected) in [
            ("a", [1, 1, 1, 2]),
            ("😀é", [1, 4, 1, 7]),
            ("x", [1, 10, 1, 11]),
            ("x\r\n\u{2028}", [1, 10, 2, 2]),
            ("b", [2, 2, 2, 3]),
            ("ü\n", [2, 5, 3, 1]),
        ] {
            let start = text.find(part).expect("it is a part of the text");
            let byte = |at: usize| u32::try_from(at).expect("short");
            let region = region(Span { file, start: byte(start), end: byte(start + part.len()) }, &files);
            let found =
                ["startLine", "startColumn", "endLine", "endColumn"].map(|name| region[name].as_u64());
            assert_eq!(found, expected.map(Some), "{part:?}");
        }
    }
}
