//! Layers: one file's contribution, added to what lies below it.
//!
//! In: the merge of the layers below, and a layer. Out: the merge with it, and what is wrong with
//! the layer: an override or a removal without effect, and what it states although it inherits it.

use super::Loaded;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::FileId;
use crate::suggest::suggest;
use crate::syntax::descriptor::{Body, Override};
use crate::syntax::map::Appended;
use crate::syntax::part::{Clash, Merger, Mode, Part, Text};

/// What one file, or one variant, contributes.
#[derive(Clone, Copy, Debug)]
pub struct Layer<'a> {
    /// The file.
    pub file: FileId,
    /// What it adds.
    pub body: &'a Body,
    /// What it changes.
    pub overrides: &'a Override,
    /// What it drops.
    pub remove: &'a Appended<Text>,
}

impl<'a> Layer<'a> {
    /// The layer of a file.
    pub fn of(loaded: &'a Loaded) -> Self {
        let Loaded { file, descriptor, .. } = loaded;
        Self {
            file: *file,
            body: &descriptor.body,
            overrides: &descriptor.overrides,
            remove: &descriptor.remove,
        }
    }
}

/// Adds a layer: first it drops, then it overrides, then it adds. Returns what it states again or
/// otherwise. What the last layer adds is not copied together with what is below it.
pub fn apply(
    below: &mut Body,
    layer: &Layer,
    is_last: bool,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Clash> {
    for (at, path) in layer.remove.0.iter().enumerate() {
        if !path.value.is_empty() && below.remove(&path.value) {
            continue;
        }
        // What stands twice in the list is said of the list.
        if layer.remove.0[..at].contains(path) {
            continue;
        }
        let mut known = Vec::new();
        below.visit(&mut Vec::new(), &mut |path, _, _| known.push(path.join(".")));
        // An attribute's path names its entry too.
        let entries: Vec<&str> = known
            .iter()
            .flat_map(|p| [Some(p.as_str()), p.rsplit_once('.').map(|(entry, _)| entry)])
            .flatten()
            .collect();
        let mut diagnostic = Diagnostic::new(
            Code("E0307"),
            path.span,
            format!("nothing to remove: `{}` is not inherited", path.value),
        );
        let mut is_own = false;
        layer.body.visit(&mut Vec::new(), &mut |own, _, _| {
            let rest = own.join(".");
            is_own |=
                rest.strip_prefix(&*path.value).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        });
        if is_own {
            diagnostics.push(
                diagnostic.label("declared here, not inherited").note("leave it out where it is declared"),
            );
            continue;
        }
        diagnostic = match suggest(&path.value, entries.iter().copied()) {
            Some(near) => {
                let named = layer.remove.0.iter().any(|other| *other.value == *near);
                diagnostic.meant(path.span, near).unless_there(named)
            }
            None => diagnostic.label("declared by no trait or parent"),
        };
        diagnostics
            .push(diagnostic.note("a removal names a full path, as in `configuration.event.vendor.type`"));
    }
    // Overrides come before what the layer adds: they change what is inherited, not what it says itself.
    let (mode, path) = (Mode::Override, String::with_capacity(64));
    let mut merger = Merger { diagnostics, clashes: Vec::new(), mode, is_last, path };
    if let Some(overrides) = &layer.overrides.0 {
        below.merge(overrides, &mut merger);
    }
    merger.mode = Mode::Add;
    below.merge(layer.body, &mut merger);
    merger.clashes
}
