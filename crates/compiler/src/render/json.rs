//! Diagnostics as one JSON document, for editors and pipelines.

use super::Summary;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Files, Span};
use serde::Serialize;

/// The version of the document. It grows when a member changes its meaning or goes away; new
/// members may come without.
pub const VERSION: u32 = 1;

/// The whole document.
#[derive(Clone, Debug, Serialize)]
pub struct Document<'a> {
    /// [`VERSION`].
    pub version: u32,
    /// What was checked, and how much was found.
    pub summary: Counts,
    /// What was found, in the order of the human output.
    pub diagnostics: Vec<Entry<'a>>,
}

/// What was checked, and how much was found.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Counts {
    /// What was checked.
    #[serde(flatten)]
    pub checked: Summary,
    /// The number of errors.
    pub errors: usize,
    /// The number of warnings.
    pub warnings: usize,
}

/// One diagnostic.
#[derive(Clone, Debug, Serialize)]
pub struct Entry<'a> {
    /// `E0105`: the stable name of the kind.
    pub code: &'static str,
    /// `error` or `warning`.
    pub severity: &'static str,
    /// What is wrong, in one line.
    pub message: &'a str,
    /// The place.
    #[serde(flatten)]
    pub location: Location<'a>,
    /// A few words at the place; may be empty.
    pub label: &'a str,
    /// Other places that matter.
    pub secondary: Vec<Secondary<'a>>,
    /// Further lines.
    pub notes: &'a [String],
    /// How to mend it, or `null`.
    pub fix: Option<Repair<'a>>,
    /// Where the code is explained, relative to the repository.
    pub documentation: String,
}

/// A place. Lines and columns count from 1, columns in characters; the end is exclusive.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Location<'a> {
    /// The path, with `/`.
    pub file: &'a str,
    /// The first line.
    pub line: usize,
    /// The first column.
    pub column: usize,
    /// The last line.
    pub end_line: usize,
    /// The column after the last.
    pub end_column: usize,
}

/// Another place with a few words about it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Secondary<'a> {
    /// The place.
    #[serde(flatten)]
    pub location: Location<'a>,
    /// The words.
    pub message: &'a str,
}

/// A fix: all edits or none.
#[derive(Clone, Debug, Serialize)]
pub struct Repair<'a> {
    /// What it does, in the imperative.
    pub title: &'a str,
    /// The edits, none overlapping.
    pub edits: Vec<Replacement<'a>>,
}

/// A range of the text and what to put there.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Replacement<'a> {
    /// The place.
    #[serde(flatten)]
    pub location: Location<'a>,
    /// The first byte of the place, from 0.
    pub start: u32,
    /// The byte after its last.
    pub end: u32,
    /// What to put there.
    pub text: &'a str,
}

/// Renders a [`Document`], indented and with a line break at the end.
#[must_use]
pub fn json(diagnostics: &[Diagnostic], files: &Files, summary: &Summary) -> String {
    let errors = diagnostics.iter().filter(|it| it.severity == Severity::Error).count();
    let document = Document {
        version: VERSION,
        summary: Counts { checked: *summary, errors, warnings: diagnostics.len() - errors },
        diagnostics: diagnostics.iter().map(|diagnostic| entry(diagnostic, files)).collect(),
    };
    let text = serde_json::to_string_pretty(&document).expect("a document has only text and numbers");
    text + "\n"
}

fn entry<'a>(diagnostic: &'a Diagnostic, files: &'a Files) -> Entry<'a> {
    let secondary = diagnostic.secondary.iter();
    let fix = diagnostic.fix.as_ref();
    Entry {
        code: diagnostic.code.0,
        severity: diagnostic.severity.word(),
        message: &diagnostic.message,
        location: location(diagnostic.primary.span, files),
        label: &diagnostic.primary.message,
        secondary: secondary
            .map(|label| Secondary { location: location(label.span, files), message: &label.message })
            .collect(),
        notes: &diagnostic.notes,
        fix: fix.map(|fix| Repair {
            title: &fix.title,
            edits: fix
                .edits
                .iter()
                .map(|edit| Replacement {
                    location: location(edit.span, files),
                    start: edit.span.start,
                    end: edit.span.end,
                    text: &edit.text,
                })
                .collect(),
        }),
        documentation: diagnostic.code.documentation(),
    }
}

pub(super) fn location(span: Span, files: &Files) -> Location<'_> {
    let (line, column) = files.position(span.file, span.start);
    let (end_line, end_column) = files.position(span.file, span.end.max(span.start));
    Location { file: &files.get(span.file).path, line, column, end_line, end_column }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;

    #[test]
    fn all_members() {
        let mut files = Files::default();
        let file = files.add("elements/a.yaml".into(), "key: a\nö: no\n");
        let at = |start, end| Span { file, start, end };
        let diagnostics = [
            Diagnostic::new(Code("E0106"), at(11, 13), "`no` is a boolean")
                .label("must be quoted")
                .also(at(0, 3), "here")
                .note("a note")
                .replace(at(11, 13), "\"no\""),
            Diagnostic::new(Code("W0301"), at(14, 14), "something is missing"),
        ];
        let summary = Summary { elements: 1, entries: 2, rules: 3 };
        insta::assert_snapshot!(json(&diagnostics, &files, &summary), @r#"
        {
          "version": 1,
          "summary": {
            "elements": 1,
            "entries": 2,
            "rules": 3,
            "errors": 1,
            "warnings": 1
          },
          "diagnostics": [
            {
              "code": "E0106",
              "severity": "error",
              "message": "`no` is a boolean",
              "file": "elements/a.yaml",
              "line": 2,
              "column": 4,
              "endLine": 2,
              "endColumn": 6,
              "label": "must be quoted",
              "secondary": [
                {
                  "file": "elements/a.yaml",
                  "line": 1,
                  "column": 1,
                  "endLine": 1,
                  "endColumn": 4,
                  "message": "here"
                }
              ],
              "notes": [
                "a note"
              ],
              "fix": {
                "title": "replace it with `\"no\"`",
                "edits": [
                  {
                    "file": "elements/a.yaml",
                    "line": 2,
                    "column": 4,
                    "endLine": 2,
                    "endColumn": 6,
                    "start": 11,
                    "end": 13,
                    "text": "\"no\""
                  }
                ]
              },
              "documentation": "docs/diagnostics/E0106.md"
            },
            {
              "code": "W0301",
              "severity": "warning",
              "message": "something is missing",
              "file": "elements/a.yaml",
              "line": 3,
              "column": 1,
              "endLine": 3,
              "endColumn": 1,
              "label": "",
              "secondary": [],
              "notes": [],
              "fix": null,
              "documentation": "docs/diagnostics/W0301.md"
            }
          ]
        }
        "#);
    }
}
