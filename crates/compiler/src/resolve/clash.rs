//! Clashes: facts that a layer states although a layer below it has stated them.
//!
//! In: the clashes of one layer, and who lists it. Out: diagnostics. A file that stands on the other
//! one changes what it inherits; two that know nothing of each other are the mistake of whoever lists
//! both, and shown there.

use super::{Index, Loaded, PLATFORM};
use crate::HashSet;
use crate::IndexMap;
use crate::diagnostic::{Code, Diagnostic, Label};
use crate::source::{FileId, Span, Spanned};
use crate::suggest::listed;
use crate::syntax::part::{Clash, Text};

const SAID_AGAIN: Code = Code("W0305");
const CHANGED: Code = Code("E0304");

/// Who put the layers of an element together.
pub(super) struct Listing<'a> {
    /// All files, by name.
    pub index: &'a Index<'a>,
    /// The element.
    pub element: &'a Loaded,
    /// What it lists, and the variant whose layer it is, if any.
    pub names: Vec<&'a Spanned<Text>>,
    /// The files of its layers, in merging order.
    pub layers: Vec<FileId>,
}

/// Reports the clashes of a layer, those of files that do not know each other once for each pair.
pub(super) fn report(clashes: Vec<Clash>, listing: &Listing, diagnostics: &mut Vec<Diagnostic>) {
    let mut strangers: IndexMap<(FileId, FileId), Vec<Clash>> = IndexMap::default();
    let mut changes: IndexMap<(FileId, String), Vec<Clash>> = IndexMap::default();
    for clash in clashes {
        let (new, old) = (clash.new.file, clash.old.file);
        if new == listing.element.file
            || stands_on(listing.loaded(new), old, listing.index, &mut HashSet::default())
        {
            if clash.equal {
                diagnostics.push(said_again(&clash));
            } else {
                let section = clash.path.split('.').next().unwrap_or_default().to_owned();
                changes.entry((new, section)).or_default().push(clash);
            }
        } else if !clash.equal {
            strangers.entry((new, old)).or_default().push(clash);
        }
    }
    diagnostics.extend(changes.into_values().filter_map(|clashes| changed(&clashes)));
    for ((_, old), clashes) in strangers {
        if old == listing.element.file {
            listing.above_variants(&clashes, diagnostics);
        } else {
            diagnostics.extend(listing.together(&clashes));
        }
    }
}

/// Whether layers contradict each other in how the platform gets access: nobody knows then which messages
/// there are.
pub(super) fn is_about_access(clashes: &[Clash]) -> bool {
    clashes.iter().any(|clash| !clash.equal && clash.path == "authentication")
}

/// What a layer says again.
fn said_again(clash: &Clash) -> Diagnostic {
    let message = format!("`{}` is inherited with this value already", clash.path);
    Diagnostic::new(SAID_AGAIN, clash.new, message)
        .label("said again here")
        .also(clash.old, "first said here")
}

/// What a layer says otherwise in one of its sections: one `override:` is missing.
fn changed(clashes: &[Clash]) -> Option<Diagnostic> {
    let (first, others) = clashes.split_first()?;
    let mut diagnostic =
        Diagnostic::new(CHANGED, first.new, format!("`{}` is inherited with another value", first.path))
            .label("changed here")
            .also(first.old, "inherited from here");
    for other in others {
        diagnostic = diagnostic.also(other.new, "and here").also(other.old, "inherited from here");
    }
    let what = if others.is_empty() { format!("`{}`", first.path) } else { "them".to_owned() };
    Some(diagnostic.note(format!("to change what is inherited, move {what} below `override:`")))
}

/// Whether a file has another one below it, by its traits or its parents.
fn stands_on(loaded: &Loaded, other: FileId, index: &Index, seen: &mut HashSet<FileId>) -> bool {
    loaded.file == other
        || index.named_trait(PLATFORM).is_some_and(|platform| platform.file == other)
        || seen.insert(loaded.file)
            && links(loaded, index).any(|(_, next)| stands_on(next, other, index, seen))
}

/// The traits that a file lists, and its parent.
fn links<'a>(
    loaded: &'a Loaded,
    index: &'a Index<'a>,
) -> impl Iterator<Item = (&'a Spanned<Text>, &'a Loaded)> {
    let named = |name: &'a Spanned<Text>| Some((name, index.named_trait(&name.value)?));
    let parent = loaded.descriptor.extends.as_ref();
    let parent = parent.and_then(|name| Some((name, index.element(&name.value)?)));
    parent.into_iter().chain(loaded.descriptor.traits.iter().flat_map(|t| &t.value).filter_map(named))
}

impl<'a> Listing<'a> {
    fn loaded(&self, file: FileId) -> &'a Loaded {
        self.index.shelf.get(file)
    }

    /// What the element says above its variants and their traits say otherwise, once for all variants.
    fn above_variants(&self, clashes: &[Clash], diagnostics: &mut Vec<Diagnostic>) {
        let Some(first) = clashes.first() else { return };
        let speaks_of = |d: &Diagnostic, span: Span| {
            d.code == CHANGED
                && (d.primary.span == span || d.secondary.iter().any(|label| label.span == span))
        };
        let known = |d: &Diagnostic| clashes.iter().any(|clash| speaks_of(d, clash.old));
        let at = diagnostics.iter().position(known).unwrap_or_else(|| {
            let message =
                format!("`{}` is said for all variants, but a trait of one says otherwise", first.path);
            diagnostics.push(
                Diagnostic::new(CHANGED, first.old, message)
                    .label("said for all variants")
                    .note("say in each variant what differs between them, and nothing of it above them"),
            );
            diagnostics.len() - 1
        });
        let diagnostic = &mut diagnostics[at];
        for Clash { new, old, .. } in clashes {
            if !speaks_of(diagnostic, *old) {
                diagnostic.secondary.push(Label { span: *old, message: "said for all variants".to_owned() });
            }
            let message = format!("`{}` says this", self.loaded(new.file).name);
            diagnostic.secondary.push(Label { span: *new, message });
        }
    }

    /// Layers that contradict each other, at the name by which the later one was listed.
    fn together(&self, clashes: &[Clash]) -> Option<Diagnostic> {
        let Clash { new, old, .. } = clashes.first()?;
        let has = |loaded: &Loaded, file| stands_on(loaded, file, self.index, &mut HashSet::default());
        let has_both = |loaded: &&Loaded| has(loaded, new.file) && has(loaded, old.file);
        let lister = self.layers.iter().map(|file| self.loaded(*file)).find(has_both);
        let own = |name: &&'a Spanned<Text>| {
            let named = [self.index.named_trait(&name.value), self.index.element(&name.value)];
            named.into_iter().flatten().any(|loaded| has(loaded, new.file))
        };
        let at = match lister {
            Some(lister) => links(lister, self.index).filter(|(_, to)| has(to, new.file)).last()?.0.span,
            None => self.names.iter().copied().rfind(own)?.span,
        };
        let (newer, older) = (&self.loaded(new.file).name, &self.loaded(old.file).name);
        let paths = listed(clashes.iter().map(|clash| &*clash.path), "and");
        let message = format!("`{newer}` and `{older}` do not go together: they differ in {paths}");
        let mut diagnostic = Diagnostic::new(CHANGED, at, message).label(format!("contradicts `{older}`"));
        let mut say = |span: Span, name: &Text| {
            diagnostic = diagnostic.clone().also(span, format!("`{name}` says this"));
        };
        for clash in clashes {
            say(clash.new, newer);
            say(clash.old, older);
        }
        Some(
            diagnostic.note(
                "list one of them only; methods and environments that stand side by side are `variants`",
            ),
        )
    }
}
