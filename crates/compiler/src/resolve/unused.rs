//! Unused: traits that nothing lists.
//!
//! In: the descriptors of all files, and what is wrong with them. Out: a warning for each trait of
//! one's own that no element and no other trait uses; and these traits as elements, to be checked.

use super::{Bases, Element, Index, Loaded, NO_TRAIT, PLATFORM, element};
use crate::HashSet;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::source::{FileId, Role, Span};
use crate::syntax::descriptor::Descriptor;
use crate::syntax::part::Text;

/// The traits that a descriptor lists, whether as its own or as those of a variant.
pub(crate) fn listed(descriptor: &Descriptor) -> impl Iterator<Item = &Text> {
    let of_variants = descriptor.body.variants.values().filter_map(|v| v.traits.as_ref());
    let all = descriptor.traits.iter().chain(of_variants);
    all.flat_map(|traits| &traits.value).map(|name| &name.value)
}

/// The traits that no descriptor lists.
fn unlisted<'a>(files: impl Iterator<Item = &'a Loaded> + Clone) -> Vec<&'a Loaded> {
    let own = |file: &&Loaded| file.role == Role::Trait && !file.library && &*file.name != PLATFORM;
    let mut traits: Vec<&Loaded> = files.clone().filter(own).collect();
    if !traits.is_empty() {
        let mut listed: HashSet<&Text> = HashSet::default();
        listed.extend(files.flat_map(|file| self::listed(&file.descriptor)));
        traits.retain(|file| !listed.contains(&file.name));
    }
    traits
}

/// What each trait that nothing lists would make of an element that says no more: what is wrong with it
/// is wrong in every element. Incomplete, so that nobody misses what another layer may bring.
#[must_use]
pub fn alone(index: &Index) -> Vec<Element> {
    let stand_in = |unused: &Loaded| {
        let Loaded { file, role, library, .. } = *unused;
        let (name, descriptor) = (unused.name.clone(), unused.descriptor.clone());
        let lone = Loaded { file, name, role, library, whole: false, descriptor };
        // What is said of layers is said where they are used.
        element(&lone, index, &Bases::default()).0
    };
    unlisted(index.shelf.all()).into_iter().filter(|file| file.whole).map(stand_in).collect()
}

/// Says of traits that nothing lists them. Where something is missing or lost, one of them may be what
/// was meant to be listed; and of a trait that is wrong, that is said first.
pub fn unused_traits(files: &[Loaded], diagnostics: &mut Vec<Diagnostic>) {
    let errors = || diagnostics.iter().filter(|d| d.code.severity() == Severity::Error);
    if files.iter().any(|file| !file.whole) || errors().any(|d| d.code.is_of_absence() || d.code == NO_TRAIT)
    {
        return;
    }
    let wrong: HashSet<FileId> = errors().map(|d| d.primary.span.file).collect();
    for unused in unlisted(files.iter()).into_iter().filter(|file| !wrong.contains(&file.file)) {
        let message = format!("nothing uses the trait `{}`", unused.name);
        diagnostics.push(
            Diagnostic::new(Code("W0309"), Span { file: unused.file, start: 0, end: 0 }, message)
                .label("no element and no other trait lists it")
                .note("remove the file, or allow it with a reason if others build on it"),
        );
    }
}
