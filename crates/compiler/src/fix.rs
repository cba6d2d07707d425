//! Fix: the text of a file with the machine-applicable fixes of its diagnostics.
//!
//! In: diagnostics and the files they point into. Out: the new text of each file that changes;
//! outside the edits it is the old text byte for byte.

use crate::Compilation;
use crate::diagnostic::{Diagnostic, Edit, Form};
use crate::source::{FileId, Files};
use crate::syntax::yaml;
use std::collections::BTreeMap;

/// Makes the values of edits the texts that stand for them where they go, and what is said a line each: a key
/// may hold line breaks.
pub(crate) fn settle(diagnostics: &mut [Diagnostic], files: &Files) {
    for diagnostic in diagnostics.iter_mut() {
        let Diagnostic { message, primary, secondary, notes, fix, .. } = diagnostic;
        let labels = secondary.iter_mut().map(|label| &mut label.message);
        let titles = fix.iter_mut().map(|fix| &mut fix.title);
        let said = [message, &mut primary.message].into_iter().chain(labels).chain(notes).chain(titles);
        for text in said.filter(|text| text.contains(['\n', '\r'])) {
            *text = text.replace('\r', "\\r").replace('\n', "\\n");
        }
    }
    let fixes = diagnostics.iter_mut().filter_map(|diagnostic| diagnostic.fix.as_mut());
    for edit in fixes.flat_map(|fix| &mut fix.edits).filter(|edit| edit.form == Form::Value) {
        let text = files.get(edit.span.file).text();
        let old = text.get(edit.span.start as usize..edit.span.end as usize).unwrap_or_default();
        edit.text = yaml::in_place_of(old, &edit.text);
        edit.form = Form::Verbatim;
    }
}

/// The new texts, by file, and how many fixes they hold. A fix whose edits would overlap those of
/// an earlier one is left for the next run. A fix that touches a file that is only lent is left
/// out, and so is one of a file that is not UTF-8: its text is not all that it holds.
#[must_use]
pub fn fixed(compilation: &Compilation) -> (BTreeMap<FileId, String>, usize) {
    let Compilation { diagnostics, files, catalog, .. } = compilation;
    let own = |edit: &Edit| {
        let source = catalog.sources.get(edit.span.file.0 as usize);
        source.is_some_and(|s| !s.library && *s.bytes == *files.get(edit.span.file).text().as_bytes())
    };
    let changes = |edit: &Edit| {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        files.get(edit.span.file).text().get(start..end) != Some(&*edit.text)
    };
    let mut taken: Vec<&Edit> = Vec::new();
    let mut count = 0;
    for fix in diagnostics.iter().filter_map(|d| d.fix.as_ref()) {
        let overlaps = |edit: &Edit| {
            taken.iter().any(|t| {
                t.span.file == edit.span.file
                    && t.span.start <= edit.span.end
                    && edit.span.start <= t.span.end
            })
        };
        if fix.edits.iter().all(own) && !fix.edits.iter().any(overlaps) && fix.edits.iter().any(changes) {
            taken.extend(&fix.edits);
            count += 1;
        }
    }
    taken.sort_by_key(|edit| (edit.span.file, std::cmp::Reverse(edit.span.start)));
    let mut texts = BTreeMap::new();
    for edit in taken {
        let file = edit.span.file;
        let text = texts.entry(file).or_insert_with(|| files.get(file).text().to_owned());
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        if text.is_char_boundary(start) && text.is_char_boundary(end) && start <= end && end <= text.len() {
            text.replace_range(start..end, &edit.text);
        }
    }
    (texts, count)
}
