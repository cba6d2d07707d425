//! One line per diagnostic: `elements/sagelive.yaml:3:5: error E0105: …`.

use crate::diagnostic::Diagnostic;
use crate::source::Files;
use std::fmt::Write;

/// Renders each diagnostic as `file:line:column: severity code: message`, line and column from 1.
#[must_use]
pub fn concise(diagnostics: &[Diagnostic], files: &Files) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let span = diagnostic.primary.span;
        let (line, column) = files.position(span.file, span.start);
        let severity = diagnostic.severity.word();
        let path = &files.get(span.file).path;
        let message = diagnostic.message.replace('\n', " ");
        writeln!(out, "{path}:{line}:{column}: {severity} {}: {message}", diagnostic.code)
            .expect("a string takes any text");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::source::Span;

    #[test]
    fn one_line_each() {
        let mut files = Files::default();
        let file = files.add("elements/a.yaml".into(), "key: ä\nid: x\n");
        let at = |start, end| Span { file, start, end };
        let diagnostics = [
            Diagnostic::new(Code("E0201"), at(5, 7), "unknown key `ä`"),
            Diagnostic::new(Code("W0301"), at(12, 13), "two\nlines").note("not shown"),
            Diagnostic::new(Code("E0101"), at(900, 901), "beyond the end"),
        ];
        insta::assert_snapshot!(concise(&diagnostics, &files), @r"
        elements/a.yaml:1:6: error E0201: unknown key `ä`
        elements/a.yaml:2:5: warning W0301: two lines
        elements/a.yaml:3:1: error E0101: beyond the end
        ");
    }
}
