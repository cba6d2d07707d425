//! Fix: the text of a file with the machine-applicable fixes of its diagnostics.
//!
//! In: diagnostics and the files they point into. Out: the new text of each file that changes;
//! outside the edits it is the old text byte for byte.

use crate::Compilation;
use crate::diagnostic::Edit;
use crate::source::FileId;
use std::collections::BTreeMap;

/// The new texts, by file, and how many fixes they hold. A fix whose edits would overlap those of
/// an earlier one is left for the next run; so is one that touches a file that is only lent.
#[must_use]
pub fn fixed(compilation: &Compilation) -> (BTreeMap<FileId, String>, usize) {
    let Compilation { diagnostics, files, catalog, .. } = compilation;
    let own = |edit: &Edit| catalog.sources.get(edit.span.file.0 as usize).is_some_and(|s| !s.library);
    let mut taken: Vec<Edit> = Vec::new();
    let mut count = 0;
    for fix in diagnostics.iter().filter_map(|d| d.fix.as_ref()) {
        let overlaps = |edit: &Edit| {
            taken.iter().any(|t| {
                t.span.file == edit.span.file
                    && t.span.start <= edit.span.end
                    && edit.span.start <= t.span.end
            })
        };
        if fix.edits.iter().all(own) && !fix.edits.iter().any(overlaps) {
            taken.extend(fix.edits.iter().cloned());
            count += 1;
        }
    }
    taken.sort_by_key(|edit| (edit.span.file, std::cmp::Reverse(edit.span.start)));
    let mut texts = BTreeMap::new();
    for edit in taken {
        let file = edit.span.file;
        let text = texts.entry(file).or_insert_with(|| files.get(file).text.to_string());
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        if text.is_char_boundary(start) && text.is_char_boundary(end) && start <= end && end <= text.len() {
            text.replace_range(start..end, &edit.text);
        }
    }
    (texts, count)
}
