//! Workflow commands of GitHub Actions, which become annotations of the changed lines.

use super::location;
use crate::diagnostic::Diagnostic;
use crate::source::Files;
use std::fmt::Write;

/// Renders each diagnostic as `::error file=…,line=…,col=…,title=…::message`.
#[must_use]
pub fn github(diagnostics: &[Diagnostic], files: &Files) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let place = location(diagnostic.primary.span, files);
        let mut message = diagnostic.message.clone();
        for line in
            std::iter::once(&diagnostic.primary.message).chain(&diagnostic.notes).filter(|l| !l.is_empty())
        {
            message.push('\n');
            message.push_str(line);
        }
        writeln!(
            out,
            "::{} file={},line={},endLine={},col={},endColumn={},title=elementc {}::{}",
            diagnostic.severity.word(),
            property(place.file),
            place.line,
            place.end_line,
            place.column,
            place.end_column,
            diagnostic.code,
            data(&message)
        )
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
