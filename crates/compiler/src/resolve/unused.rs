//! Unused: traits that nothing lists.
//!
//! In: the descriptors of all files, and what is wrong with them. Out: a warning for each trait of one's own that no element and
//! no other trait uses.

use super::{Loaded, PLATFORM};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::source::{FileId, Role, Span};
use crate::syntax::part::Text;
use std::collections::HashSet;

/// Traits that no descriptor lists, whether as its own or as those of a variant. Where something is
/// missing, a trait may be what should bring it; and of one that is wrong, that is said first.
pub fn unused_traits(files: &[Loaded], diagnostics: &mut Vec<Diagnostic>) {
    let errors = || diagnostics.iter().filter(|d| d.code.severity() == Severity::Error);
    if errors().any(|d| d.code.is_of_absence()) {
        return;
    }
    let wrong: HashSet<FileId> = errors().map(|d| d.primary.span.file).collect();
    if files.iter().any(|file| !file.whole) {
        return; // what is lost may have listed them
    }
    let mut listed: HashSet<&Text> = HashSet::new();
    for descriptor in files.iter().map(|file| &file.descriptor) {
        let of_variants = descriptor.body.variants.values().filter_map(|variant| variant.traits.as_ref());
        let all = descriptor.traits.iter().chain(of_variants);
        listed.extend(all.flat_map(|traits| &traits.value).map(|name| &name.value));
    }
    let traits = || files.iter().filter(|file| file.role == Role::Trait);
    let known: HashSet<&Text> = traits().map(|file| &file.name).collect();
    if !listed.is_subset(&known) {
        return; // what does not exist may be meant to be one of them
    }
    let own = traits().filter(|file| !file.library && &*file.name != PLATFORM);
    for unused in own.filter(|file| !listed.contains(&file.name) && !wrong.contains(&file.file)) {
        let message = format!("nothing uses the trait `{}`", unused.name);
        diagnostics.push(
            Diagnostic::new(Code("W0309"), Span { file: unused.file, start: 0, end: 0 }, message)
                .label("no element and no other trait lists it")
                .note("remove the file, or allow it with a reason if others build on it"),
        );
    }
}
