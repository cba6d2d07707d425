//! Diagnostics with the lines they are about, as rustc shows them.

use super::Summary;
use crate::diagnostic::{Code, Diagnostic, Fix, Label, Severity};
use crate::source::{File, FileId, Files, Span};
use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet, normalize_untrusted_str};
use std::fmt::Write;
use std::ops::Range;

/// How the text may look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to colour it with ANSI escapes.
    pub color: bool,
    /// Columns of the terminal; longer lines of the source are cut around the label.
    pub width: usize,
}

impl Default for Style {
    /// No colour, 100 columns.
    fn default() -> Self {
        Self { color: false, width: 100 }
    }
}

/// Renders each diagnostic with its source, notes and fix, and ends with how to learn more. Empty
/// if there is none.
#[must_use]
pub fn human(diagnostics: &[Diagnostic], files: &Files, style: Style) -> String {
    let mut out = framed(diagnostics, files, style);
    let mut codes: Vec<Code> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    codes.sort_unstable();
    codes.dedup();
    if let Some((first, others)) = codes.split_first() {
        let is_error = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
        let kind = if is_error { "an error" } else { "a warning" };
        write!(out, "For more about {kind}: `elementc explain {first}`").expect("a string takes any text");
        if !others.is_empty() {
            let others: Vec<&str> = others.iter().map(|code| code.0).collect();
            write!(out, " (also {})", others.join(", ")).expect("a string takes any text");
        }
        out.push_str(".\n");
    }
    out
}

/// Renders each diagnostic with its source, notes and fix, and nothing else.
#[must_use]
pub fn framed(diagnostics: &[Diagnostic], files: &Files, style: Style) -> String {
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() }.term_width(style.width);
    let mut out = String::new();
    let secrets = || diagnostics.iter().filter(|d| d.secret).map(|d| d.primary.span);
    let masked = secrets().next().map(|_| files.masked(secrets()));
    let files = masked.as_ref().unwrap_or(files);
    for diagnostic in diagnostics {
        writeln!(out, "{}\n", renderer.render(&report(diagnostic, files))).expect("a string takes any text");
    }
    out
}

/// What a run looked at and found, in one line that begins as told: `checked 10 elements, 214 entries,
/// 61 rules: 2 errors, 1 warning`.
#[must_use]
pub fn summary_line(verb: &str, summary: &Summary, errors: usize, warnings: usize) -> String {
    let count = |number: usize, one: &str, many: &str| match number {
        1 => format!("1 {one}"),
        _ => format!("{number} {many}"),
    };
    let errors = (errors > 0).then(|| count(errors, "error", "errors"));
    let warnings = (warnings > 0).then(|| count(warnings, "warning", "warnings"));
    let found: Vec<String> = errors.into_iter().chain(warnings).collect();
    format!(
        "{verb} {}, {}, {}: {}",
        count(summary.elements, "element", "elements"),
        count(summary.entries, "entry", "entries"),
        count(summary.rules, "rule", "rules"),
        if found.is_empty() { "no problems".to_owned() } else { found.join(", ") },
    )
}

fn report<'a>(diagnostic: &'a Diagnostic, files: &'a Files) -> Vec<Group<'a>> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let primary = &diagnostic.primary;
    let mut group = Group::with_title(level.primary_title(&diagnostic.message).id(diagnostic.code.0));
    for file in files_of(primary, &diagnostic.secondary) {
        let others = diagnostic.secondary.iter().map(|label| (AnnotationKind::Context, label));
        let labels: Vec<_> = std::iter::once((AnnotationKind::Primary, primary))
            .chain(others)
            .filter(|(_, label)| label.span.file == file)
            .collect();
        let spans = labels.iter().map(|(_, label)| label.span);
        let (snippet, ranges) = snippet(files.get(file), spans);
        let annotations = labels.iter().zip(ranges).map(|((kind, label), range)| {
            let text = (!label.message.is_empty()).then_some(label.message.as_str());
            kind.span(range).label(text)
        });
        group = group.element(snippet.annotations(annotations));
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(normalize_untrusted_str(note)));
    }
    let mut groups = vec![group];
    groups.extend(diagnostic.fix.as_ref().map(|fix| suggestion(fix, files)));
    groups
}

/// The files of the labels, that of the primary first, each once.
fn files_of(primary: &Label, secondary: &[Label]) -> Vec<FileId> {
    let mut ids = vec![primary.span.file];
    for label in secondary {
        if !ids.contains(&label.span.file) {
            ids.push(label.span.file);
        }
    }
    ids
}

/// The lines of a file that some spans touch, with those between them, and where in them the spans are. The
/// rest of the file would only be read over, for each diagnostic again.
fn snippet<T: Clone>(file: &File, spans: impl Iterator<Item = Span>) -> (Snippet<'_, T>, Vec<Range<usize>>) {
    let mut ranges: Vec<Range<usize>> = spans.map(|span| file.range(span)).collect();
    let start = ranges.iter().map(|range| range.start).min().unwrap_or_default();
    let end = ranges.iter().map(|range| range.end).max().unwrap_or_default();
    let (line, base, text) = file.excerpt(start..end);
    for range in &mut ranges {
        *range = range.start - base..range.end - base;
    }
    (Snippet::source(text).line_start(line).path(file.path.as_str()), ranges)
}

fn suggestion<'a>(fix: &'a Fix, files: &'a Files) -> Group<'a> {
    let mut group = Group::with_title(Level::HELP.secondary_title(normalize_untrusted_str(&fix.title)));
    let mut ids: Vec<FileId> = fix.edits.iter().map(|edit| edit.span.file).collect();
    ids.dedup();
    for id in ids {
        let edits: Vec<_> = fix.edits.iter().filter(|edit| edit.span.file == id).collect();
        let (snippet, ranges) = snippet(files.get(id), edits.iter().map(|edit| edit.span));
        let patches = edits.iter().zip(ranges).map(|(edit, range)| Patch::new(range, edit.text.as_str()));
        group = group.element(snippet.patches(patches));
    }
    group
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Edit, Form};

    fn files() -> (Files, FileId, FileId) {
        let mut files = Files::default();
        let element = files.add(
            "elements/a.yaml".into(),
            "key: a\nstatus: no\nquery:\n  signatur: configuration.signature\n# ünd\n".into(),
        );
        let shared = files.add("elements/traits/t.yaml".into(), "query:\n  signature: x\n".into());
        (files, element, shared)
    }

    #[test]
    fn source_notes_and_fix() {
        let (files, element, shared) = files();
        let at = |start, end| Span { file: element, start, end };
        let diagnostics = [
            Diagnostic::new(Code("E0106"), at(15, 17), "`no` is a boolean in some YAML versions; quote it")
                .label("must be quoted")
                .note("the boolean is written `false`")
                .replace(at(15, 17), "\"no\""),
            Diagnostic::new(Code("W0301"), at(27, 35), "`signatur` is set but not used")
                .label("never read")
                .also(at(18, 23), "in this map")
                .also(Span { file: shared, start: 9, end: 18 }, "did you mean this one?")
                .note("first note")
                .note("second note"),
        ];
        insta::assert_snapshot!(human(&diagnostics, &files, Style::default()), @r#"
        error[E0106]: `no` is a boolean in some YAML versions; quote it
         --> elements/a.yaml:2:9
          |
        2 | status: no
          |         ^^ must be quoted
          |
          = note: the boolean is written `false`
        help: replace it with `"no"`
          |
        2 - status: no
        2 + status: "no"
          |

        warning[W0301]: `signatur` is set but not used
         --> elements/a.yaml:4:3
          |
        3 | query:
          | ----- in this map
        4 |   signatur: configuration.signature
          |   ^^^^^^^^ never read
          |
         ::: elements/traits/t.yaml:2:3
          |
        2 |   signature: x
          |   --------- did you mean this one?
          |
          = note: first note
          = note: second note

        For more about an error: `elementc explain E0106` (also W0301).
        "#);
    }

    #[test]
    fn several_edits_in_several_files() {
        let (files, element, shared) = files();
        let edit = |file, start, end, text: &str| {
            let span = Span { file, start, end };
            Edit { span, text: text.into(), form: Form::Verbatim }
        };
        let mut diagnostic =
            Diagnostic::new(Code("E0301"), Span { file: element, start: 0, end: 3 }, "move it");
        diagnostic.fix = Some(Fix {
            title: "move it into the trait".into(),
            edits: vec![edit(element, 18, 61, ""), edit(shared, 22, 22, "  b: c\n")],
        });
        insta::assert_snapshot!(human(&[diagnostic], &files, Style::default()), @r#"
        error[E0301]: move it
         --> elements/a.yaml:1:1
          |
        1 | key: a
          | ^^^
          |
        help: move it into the trait
          |
        3 - query:
        4 -   signatur: configuration.signature
          |
         --> elements/traits/t.yaml:3:1
          |
        3 +   b: c
          |

        For more about an error: `elementc explain E0301`.
        "#);
    }

    #[test]
    fn nothing_to_say() {
        assert_eq!(human(&[], &Files::default(), Style::default()), "");
    }

    #[test]
    fn any_span_is_shown_somewhere() {
        let mut files = Files::default();
        for text in ["", "\n", "ä", "a: ü\n\n", "\u{feff}a\r\nb", "\t\u{0}\u{1b}[31m\n", "a\n\u{2028}b"] {
            let file = files.add("a.yaml".into(), text.into());
            let length = u32::try_from(text.len()).expect("short");
            for start in 0..length + 2 {
                for end in [0, start, start + 1, length, length + 1, u32::MAX] {
                    let span = Span { file, start, end };
                    let diagnostic = Diagnostic::new(Code("E0001"), span, "message\n\u{1b}[31m")
                        .label("label")
                        .also(Span { file, start: end, end: start }, "other")
                        .replace(span, "\tx\n");
                    for color in [false, true] {
                        let text =
                            human(std::slice::from_ref(&diagnostic), &files, Style { color, width: 20 });
                        assert!(text.contains("a.yaml:"), "{text}");
                    }
                }
            }
        }
    }

    #[test]
    fn summaries() {
        let line = |elements, entries, rules, errors, warnings| {
            summary_line("checked", &Summary { elements, entries, rules }, errors, warnings)
        };
        let lines = [
            (line(10, 214, 61, 2, 1), "checked 10 elements, 214 entries, 61 rules: 2 errors, 1 warning"),
            (line(1, 1, 1, 0, 0), "checked 1 element, 1 entry, 1 rule: no problems"),
            (line(0, 0, 0, 1, 0), "checked 0 elements, 0 entries, 0 rules: 1 error"),
            (line(2, 2, 2, 0, 3), "checked 2 elements, 2 entries, 2 rules: 3 warnings"),
        ];
        for (found, expected) in lines {
            assert_eq!(found, expected);
        }
    }
}
