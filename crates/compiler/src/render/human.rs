//! Diagnostics with the lines they are about, as rustc shows them.

use super::Summary;
use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Label, Severity};
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
        writeln!(out, "{}\n", renderer.render(&report(diagnostic, files, style.width)))
            .expect("a string takes any text");
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

fn report<'a>(diagnostic: &'a Diagnostic, files: &'a Files, width: usize) -> Vec<Group<'a>> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(&diagnostic.message).id(diagnostic.code.0));
    let (shown, apart) = near(diagnostic, files, width);
    for file in files_of(&shown) {
        let labels: Vec<&Label> = shown.iter().copied().filter(|label| label.span.file == file).collect();
        let spans = labels.iter().map(|label| label.span);
        let (snippet, ranges) = snippet(files.get(file), spans, width);
        let annotations = labels.iter().zip(ranges).map(|(label, range)| {
            let text = (!label.message.is_empty()).then_some(label.message.as_str());
            let is_primary = std::ptr::eq(*label, &diagnostic.primary);
            let kind = if is_primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            kind.span(range).label(text)
        });
        group = group.element(snippet.annotations(annotations));
    }
    for Label { span, message } in apart {
        let (path, (line, column)) = (&files.get(span.file).path, files.position(span.file, span.start));
        let message = if message.is_empty() { "and here" } else { message };
        let note = format!("{message}: {path}:{line}:{column}");
        group = group.element(Level::NOTE.message(normalize_untrusted_str(&note)));
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(normalize_untrusted_str(note)));
    }
    let mut groups = vec![group];
    groups.extend(diagnostic.fix.as_ref().map(|fix| suggestion(fix, files, width)));
    groups
}

/// The labels to show, the primary first, and those that no terminal shows together with these: all lines of
/// a file are cut at the same columns.
fn near<'a>(diagnostic: &'a Diagnostic, files: &Files, width: usize) -> (Vec<&'a Label>, Vec<&'a Label>) {
    let (mut shown, mut apart): (Vec<&Label>, Vec<&Label>) = (Vec::new(), Vec::new());
    // Their columns, by file, and whether they are in a long line.
    let mut taken: Vec<(FileId, Range<usize>, bool)> = Vec::new();
    for label in std::iter::once(&diagnostic.primary).chain(&diagnostic.secondary) {
        let (id, file) = (label.span.file, files.get(label.span.file));
        let range = range(file, label.span, width);
        let (_, start, text) = file.excerpt(range.clone());
        let column = |end: usize| text[..end - start].chars().count();
        let (columns, is_long) = (column(range.start)..column(range.end), is_long(text, width));
        let is_far = |(other, to, is_other_long): &(FileId, Range<usize>, bool)| {
            let all = columns.start.min(to.start)..columns.end.max(to.end);
            *other == id && (is_long || *is_other_long) && all.len() > width
        };
        if taken.iter().any(is_far) {
            apart.push(label);
        } else {
            shown.push(label);
            taken.push((id, columns, is_long));
        }
    }
    (shown, apart)
}

/// The files of the labels, that of the primary first, each once.
fn files_of(labels: &[&Label]) -> Vec<FileId> {
    let mut ids = Vec::new();
    for label in labels {
        if !ids.contains(&label.span.file) {
            ids.push(label.span.file);
        }
    }
    ids
}

/// The lines of a file that some spans touch, with those between them, and where in them the spans are. The
/// rest of the file would only be read over, for each diagnostic again.
fn snippet<T: Clone>(
    file: &File,
    spans: impl Iterator<Item = Span>,
    width: usize,
) -> (Snippet<'_, T>, Vec<Range<usize>>) {
    let mut ranges: Vec<Range<usize>> = spans.map(|span| range(file, span, width)).collect();
    let start = ranges.iter().map(|range| range.start).min().unwrap_or_default();
    let end = ranges.iter().map(|range| range.end).max().unwrap_or_default();
    let (line, base, text) = file.excerpt(start..end);
    for range in &mut ranges {
        *range = range.start - base..range.end - base;
    }
    (Snippet::source(text).line_start(line).path(file.path.as_str()), ranges)
}

/// The range of a span. Of lines that are too long to be shown it is in the first, and has its label beside it.
fn range(file: &File, span: Span, width: usize) -> Range<usize> {
    let range = file.range(span);
    let (_, start, text) = file.excerpt(range.clone());
    if !is_long(text, width) {
        return range;
    }
    let rest = text[range.start - start..].lines().next().unwrap_or_default();
    let length = rest.char_indices().nth(width / 2).map_or(rest.len(), |(end, _)| end);
    range.start..range.end.min(range.start + length)
}

/// Whether a line of a text is longer than the terminal.
fn is_long(text: &str, width: usize) -> bool {
    text.len() > width && text.lines().any(|line| line.chars().nth(width).is_some())
}

/// What mends it, as the lines that change; in words alone where these are too long to be compared.
fn suggestion<'a>(fix: &'a Fix, files: &'a Files, width: usize) -> Group<'a> {
    let is_wide = |edit: &Edit| {
        let file = files.get(edit.span.file);
        is_long(file.excerpt(file.range(edit.span)).2, width) || is_long(&edit.text, width)
    };
    let mut title = normalize_untrusted_str(&fix.title);
    let is_told = fix.edits.iter().any(is_wide);
    if is_told && let Some((end, _)) = title.char_indices().nth(width) {
        title.replace_range(end.., "…");
    }
    let mut group = Group::with_title(Level::HELP.secondary_title(title));
    let mut ids: Vec<FileId> = fix.edits.iter().map(|edit| edit.span.file).collect();
    ids.dedup();
    for id in ids.into_iter().filter(|_| !is_told) {
        let edits: Vec<_> = fix.edits.iter().filter(|edit| edit.span.file == id).collect();
        let (snippet, ranges) = snippet(files.get(id), edits.iter().map(|edit| edit.span), width);
        let patches = edits.iter().zip(ranges).map(|(edit, range)| Patch::new(range, edit.text.as_str()));
        group = group.element(snippet.patches(patches));
    }
    group
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Form;

    fn files() -> (Files, FileId, FileId) {
        let mut files = Files::default();
        let element = files.add(
            "elements/a.yaml".into(),
            "key: a\nstatus: no\nquery:\n  signatur: configuration.signature\n# ünd\n",
        );
        let shared = files.add("elements/traits/t.yaml".into(), "query:\n  signature: x\n");
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
            let file = files.add("a.yaml".into(), text);
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
    fn long_lines_are_cut() {
        let mut files = Files::default();
        let long = |word: &str| word.repeat(1_000 / word.len());
        let text = format!("a: x\nb: [{}]\nc: y\nd: \"{}\"\ne: z\n", long("s, "), long("ü "));
        let file = files.add("a.yaml".into(), text.as_str());
        let length = u32::try_from(text.len()).expect("short");
        let places: Vec<u32> = [0, 3, 5, 9].into_iter().chain((10..length + 7).step_by(173)).collect();
        for width in [1, 20, 60, 100, 160] {
            for (start, other) in
                places.iter().flat_map(|start| places.iter().map(move |other| (*start, *other)))
            {
                for (end, other_end) in
                    [(start + 2, other + 3), (start, length), (other, other + 1), (start + 300, other)]
                {
                    let span = Span { file, start, end };
                    let diagnostic = Diagnostic::new(Code("E0001"), span, "message")
                        .label("label")
                        .also(Span { file, start: other, end: other_end }, "other")
                        .replace(span, "x".repeat(usize::try_from(other).expect("short")));
                    let text = human(&[diagnostic], &files, Style { color: false, width });
                    let widest = text.lines().map(|line| line.chars().count()).max().unwrap_or_default();
                    assert!(
                        widest <= width.max(60) + 20,
                        "{width} {start}..{end} {other}..{other_end} {widest}:\n{text}"
                    );
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
