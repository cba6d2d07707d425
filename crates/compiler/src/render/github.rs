//! Workflow commands of GitHub Actions, which become annotations of the changed lines.

use super::location;
use crate::diagnostic::Diagnostic;
use crate::source::Files;
use std::fmt::Write;

/// Renders each diagnostic as `::error file=…,line=…,endLine=…,col=…,endColumn=…,title=…::message`, on
/// one line.
#[must_use]
pub fn github(diagnostics: &[Diagnostic], files: &Files) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let place = location(diagnostic.primary.span, files);
        let message = super::in_one_text(diagnostic);
        write!(
            out,
            "::{} file={},line={},endLine={}",
            diagnostic.severity.word(),
            property(place.file),
            place.line,
            place.end_line
        )
        .expect("a string takes any text");
        // The runner takes columns only where they are of one line.
        if place.line == place.end_line {
            write!(out, ",col={},endColumn={}", place.column, place.end_column)
                .expect("a string takes any text");
        }
        writeln!(out, ",title=elementc {}::{}", diagnostic.code, data(&message))
            .expect("a string takes any text");
    }
    out
}

/// The escapes of a command's data.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The escapes of a command's property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::source::Span;

    #[test]
    fn one_command_each() {
        let mut files = Files::default();
        let plain = files.add("elements/a.yaml".into(), "key: 😀 a\nid: x\n");
        let odd = files.add("my elements/50%,a:b.yaml".into(), "key: b\n");
        let at = |file, start, end| Span { file, start, end };
        let diagnostics = [
            Diagnostic::new(Code("E0201"), at(plain, 5, 11), "unknown: 100%, `a,b`").label("a label"),
            Diagnostic::new(Code("W0301"), at(plain, 12, 16), "two\r\nlines")
                .note("a note")
                .note("::error::of\ntwo lines")
                .also(at(odd, 0, 1), "not shown")
                .replace(at(plain, 12, 14), "not shown"),
            Diagnostic::new(Code("E0105"), at(odd, 0, 0), "an empty place"),
            Diagnostic::new(Code("E0105"), at(plain, 5, 15), "over two lines"),
            Diagnostic::new(Code("E0105"), at(odd, 900, 901), "beyond the end"),
        ];
        let text = github(&diagnostics, &files);
        assert_eq!(text.lines().count(), diagnostics.len());
        insta::assert_snapshot!(text);
    }

    #[test]
    fn nothing_to_say() {
        assert_eq!(github(&[], &Files::default()), "");
    }
}
