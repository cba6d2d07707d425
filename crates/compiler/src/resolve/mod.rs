//! Resolve: descriptors become elements, merged from all their layers.
//!
//! In: the [`Descriptor`]s of all files. Out: [`Element`]s in which nothing is inherited any more
//! and every value still knows the place that said it; and what is wrong with the layering.

mod clash;
pub mod flow;
mod identity;
mod layers;
mod lost;
mod stack;
mod unused;

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Role, Span, Spanned};
use crate::syntax::condition::Condition;
use crate::syntax::descriptor::{Authentication, Body, Descriptor, Status};
use crate::syntax::part::{Clash, Text};
use clash::Listing;
use layers::{Layer, apply};
use stack::Stack;

use crate::HashMap;
use crate::shelf::Shelf;
pub(crate) use identity::{identity, key_problem, taken};
pub(crate) use lost::{Lost, keep_certain};
use std::sync::{Arc, Mutex, PoisonError};
pub(crate) use unused::{alone, listed, unused_traits};

/// The trait that is the base of every element and never listed.
pub const PLATFORM: &str = "platform";

/// A trait that does not exist.
const NO_TRAIT: Code = Code("E0301");

/// A file that has been read.
#[derive(Debug)]
pub struct Loaded {
    /// The file.
    pub file: FileId,
    /// The name that others call it by.
    pub name: Text,
    /// Element or trait.
    pub role: Role,
    /// Whether it only lends traits and parents.
    pub library: bool,
    /// Whether all of it could be read, entries aside, which say so themselves.
    pub whole: bool,
    /// What it says.
    pub descriptor: Box<Descriptor>,
}

/// An element with nothing left to inherit.
#[derive(Clone, Debug)]
pub struct Element {
    /// The file that defines it.
    pub file: FileId,
    /// The files that it is merged from, in merging order, its own last.
    pub layers: Vec<FileId>,
    /// Whether all of these were found and could be read, and agree on how the platform gets access; if not,
    /// what is missing is no mistake.
    pub whole: bool,
    /// Its key.
    pub key: Spanned<Text>,
    /// Its numeric id, if any.
    pub id: Option<Spanned<i64>>,
    /// What people call it.
    pub name: Spanned<Text>,
    /// Its hub, if known.
    pub hub: Option<Spanned<Text>>,
    /// How far it has come, if it says; otherwise it is released.
    pub status: Option<Spanned<Status>>,
    /// What it lets people do.
    pub description: Option<Spanned<Text>>,
    /// Its logo.
    pub image: Option<Spanned<Text>>,
    /// The layers below its own, merged; elements with the same layers share it.
    pub base: Arc<Body>,
    /// All layers merged, variants not yet applied.
    pub body: Arc<Body>,
    /// The ways to provision it, at least one; the first gives `instance.json`.
    pub methods: Vec<Method>,
    /// The traits that it lists and the parent that it extends, with the layers that came by them.
    pub listed: Vec<(Spanned<Text>, Vec<FileId>)>,
    /// The paths that its layers drop, in merging order.
    pub removed: Vec<Spanned<Text>>,
}

impl Element {
    /// How far it has come.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status.as_ref().map_or(Status::Released, |s| s.value)
    }

    /// The files that it follows from: its layers, and those of its variants.
    pub fn files(&self) -> impl Iterator<Item = FileId> {
        let of_variants = self.listed.iter().flat_map(|(_, files)| files);
        self.layers.iter().chain(of_variants.filter(|file| !self.layers.contains(file))).copied()
    }

    /// The trait or parent in its own file by which another file became a layer of it.
    #[must_use]
    pub fn brought(&self, file: FileId) -> Option<&Spanned<Text>> {
        self.listed.iter().find(|(_, files)| files.contains(&file)).map(|(name, _)| name)
    }

    /// What it says of itself that has to do with a place: that place, the trait or parent that
    /// brought it, or at last the key.
    #[must_use]
    pub fn own(&self, place: Span) -> Span {
        if place.file == self.file {
            return place;
        }
        self.brought(place.file).map_or(self.key.span, |name| name.span)
    }

    /// Whether a place is one where it is spoken of as a whole: see [`Self::own`].
    #[must_use]
    pub fn stands_for_all(&self, place: Span) -> bool {
        place == self.key.span || self.listed.iter().any(|(name, _)| name.span == place)
    }

    /// The path that dropped this one, or all of what it is in.
    #[must_use]
    pub fn removal(&self, path: &str) -> Option<&Spanned<Text>> {
        let holds =
            |dropped: &str| path.strip_prefix(dropped).is_some_and(|r| r.is_empty() || r.starts_with('.'));
        self.removed.iter().rev().find(|dropped| holds(&dropped.value))
    }
}

/// One way to provision an element: a variant applied, or the element itself.
#[derive(Clone, Debug)]
pub struct Method {
    /// The name of the variant; `None` if there are no variants.
    pub name: Option<Text>,
    /// The place that declares it.
    pub at: Span,
    /// What people call it.
    pub title: Option<Spanned<Text>>,
    /// When it applies; `None` for the only one or the default.
    pub when: Option<Spanned<Condition>>,
    /// How the platform gets access.
    pub authentication: Authentication,
    /// Everything merged.
    pub body: Arc<Body>,
}

/// Names of files: own files shadow those of the library. Elements are seldom asked for, traits all the time.
pub(crate) struct Index<'a> {
    shelf: &'a Shelf<'a>,
    traits: HashMap<&'a str, FileId>,
}

impl<'a> Index<'a> {
    /// The names of all files on the shelf.
    pub fn new(shelf: &'a Shelf<'a>) -> Self {
        let both = [true, false].into_iter().flat_map(|library| shelf.of(Role::Trait, library));
        Self { shelf, traits: both.map(|(file, source)| (source.name.as_str(), file)).collect() }
    }

    /// The names of all elements.
    fn elements(&self) -> impl Iterator<Item = &'a str> + Clone {
        let both = [true, false].into_iter().flat_map(|library| self.shelf.of(Role::Element, library));
        both.map(|(_, source)| source.name.as_str())
    }

    /// The element of this name.
    fn element(&self, name: &str) -> Option<&'a Loaded> {
        self.shelf.element(name).map(|file| self.shelf.get(file))
    }

    /// The trait of this name.
    fn named_trait(&self, name: &str) -> Option<&'a Loaded> {
        self.traits.get(name).map(|file| self.shelf.get(*file))
    }
}

/// Merged layers, by whether they are all there and by their files: what is below elements is shared by
/// many, and merged once per combination.
#[derive(Default)]
pub(crate) struct Bases(Mutex<[HashMap<Vec<FileId>, Base>; 2]>);

/// Layers that have been merged.
#[derive(Clone, Default)]
struct Base {
    merged: Arc<Body>,
    /// What they state although it was stated before.
    clashes: Vec<Clash>,
    /// What is wrong with the last of them.
    found: Vec<Diagnostic>,
}

impl Bases {
    /// Merges some layers, those of these files, each prefix once; says also what they state although it was
    /// stated before.
    fn of(&self, layers: &[Layer], files: &[FileId], whole: bool, index: &Index) -> (Arc<Body>, Vec<Clash>) {
        let mut bases = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bases = &mut bases[usize::from(whole)];
        let known = (1..=layers.len()).rev().find_map(|count| Some((count, bases.get(&files[..count])?)));
        let (count, mut merged, mut clashes) =
            known.map(|(count, base)| (count, base.merged.clone(), base.clashes.clone())).unwrap_or_default();
        for (at, layer) in layers.iter().enumerate().skip(count) {
            let mut body = Body::clone(&merged);
            let mut found = Vec::new();
            clashes.extend(apply(&mut body, layer, false, &mut found));
            keep_certain(&mut found, whole, files[..=at].iter().copied(), index);
            merged = Arc::new(body);
            bases.insert(
                files[..=at].to_vec(),
                Base { merged: merged.clone(), clashes: clashes.clone(), found },
            );
        }
        (merged, clashes)
    }

    /// Says what is wrong with them, in the order of the elements that have them, whoever asked first.
    pub fn report(self, elements: &[Element], diagnostics: &mut Vec<Diagnostic>) {
        let bases = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let found = bases.into_iter().rev().flatten();
        let mut found: Vec<_> = found.filter(|(_, base)| !base.found.is_empty()).collect();
        // Of two of the same files those that are all there come first.
        found.sort_by_cached_key(|(files, _)| {
            let first = elements.iter().position(|element| element.layers.starts_with(files));
            (first, files.len())
        });
        diagnostics.extend(found.into_iter().flat_map(|(_, base)| base.found));
    }
}

/// Resolves an element; says what is wrong with the layers below it, and what with what it adds.
pub(crate) fn element(
    loaded: &Loaded,
    index: &Index,
    bases: &Bases,
) -> (Element, Vec<Diagnostic>, Vec<Diagnostic>) {
    let (mut below, mut own) = (Vec::new(), Vec::new());
    let mut stack = Stack::of(loaded, index, &mut below);
    let layers: Vec<FileId> = stack.below.iter().map(|l| l.file).chain([loaded.file]).collect();
    let (base, clashes) = bases.of(&stack.below, &layers, stack.whole, index);
    if !clashes.is_empty() && !stack.circular {
        stack.whole &= !clash::is_about_access(&clashes);
        clash::report(clashes, &listing(loaded, &stack, index), &mut below);
    }
    let element = merged(loaded, layers, &mut stack, base, index, &mut own);
    (element, below, own)
}

/// Who put the layers of an element together.
fn listing<'a>(element: &'a Loaded, stack: &Stack<'a, '_>, index: &'a Index<'a>) -> Listing<'a> {
    let own = &element.descriptor;
    let names = own.extends.iter().chain(own.traits.iter().flat_map(|t| &t.value)).collect();
    let layers = stack.below.iter().map(|layer| layer.file).collect();
    Listing { index, element, names, layers }
}

/// Merges an element with what is below it.
fn merged(
    loaded: &Loaded,
    layers: Vec<FileId>,
    stack: &mut Stack,
    base: Arc<Body>,
    index: &Index,
    diagnostics: &mut Vec<Diagnostic>,
) -> Element {
    let mut body = Body::clone(&base);
    let clashes = apply(&mut body, &Layer::of(loaded), true, diagnostics);
    if !clashes.is_empty() && !stack.circular {
        stack.whole &= !clash::is_about_access(&clashes);
        clash::report(clashes, &listing(loaded, stack, index), diagnostics);
    }
    let mut listed = std::mem::take(&mut stack.listed);
    let stack = &*stack;
    let listing = || listing(loaded, stack, index);
    let own = &loaded.descriptor;
    let start = Span { file: loaded.file, start: 0, end: 0 };
    let lineage = || std::iter::once(loaded).chain(stack.ancestors.iter().copied());
    let key = own.key.clone().unwrap_or(Spanned { value: loaded.name.clone(), span: start });
    let body = Arc::new(body);
    let mut removed: Vec<Spanned<Text>> =
        stack.below.iter().flat_map(|layer| &layer.remove.0).chain(&own.remove.0).cloned().collect();
    removed.extend(body.variants.values().flat_map(|variant| &variant.remove.0).cloned());
    // What has no identity is no element yet, which has been said.
    let at = (own.key.is_some() || own.name.is_some()).then_some(key.span);
    let (methods, whole) = methods(&body, (key.span, at), stack, &listing, &mut listed, diagnostics);
    let element = Element {
        file: loaded.file,
        layers,
        whole,
        name: own.name.clone().unwrap_or_else(|| key.clone()),
        key,
        id: own.id.clone(),
        hub: lineage().find_map(|l| l.descriptor.hub.clone()),
        status: lineage().find_map(|l| l.descriptor.status.clone()),
        description: lineage().find_map(|l| l.descriptor.description.clone()),
        image: lineage().find_map(|l| l.descriptor.image.clone()),
        base,
        body,
        methods,
        listed,
        removed,
    };
    keep_certain(diagnostics, whole, element.files(), index);
    element
}

/// Applies each variant; an element without variants is its own only method. Says also whether all
/// layers are there, those of the variants too.
fn methods<'a>(
    body: &Arc<Body>,
    (key, at): (Span, Option<Span>),
    stack: &Stack,
    listing: &dyn Fn() -> Listing<'a>,
    listed: &mut Vec<(Spanned<Text>, Vec<FileId>)>,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Vec<Method>, bool) {
    let known = at.is_some();
    let method = |name: Option<Text>, at, title, when, body: Arc<Body>, diagnostics: &mut Vec<Diagnostic>| {
        let authentication = body.authentication.as_ref().map(|a| a.value);
        if authentication.is_none() && known {
            let whose = name.as_ref().map_or_else(|| "the element".to_owned(), |n| format!("variant `{n}`"));
            diagnostics.push(
                Diagnostic::new(Code("E0204"), at, format!("{whose} does not say how it authenticates"))
                    .label("no `authentication`")
                    .note("it usually comes from a trait (`oauth2`, `oauth1`, `basic`, `api-key`); else say `authentication:`"),
            );
        }
        let authentication = authentication.unwrap_or(Authentication::Custom);
        Method { name, at, title, when, authentication, body }
    };
    if body.variants.is_empty() {
        return (vec![method(None, key, None, None, body.clone(), diagnostics)], stack.whole);
    }
    let mut whole = stack.whole;
    let ours = listing();
    let plain = Body { variants: Default::default(), ..Body::clone(body) };
    let mut all = Vec::new();
    for (name, variant) in body.variants.iter() {
        let mut merged = plain.clone();
        let mut extra = Stack {
            beneath: &stack.below,
            below: Vec::new(),
            ancestors: Vec::new(),
            listed: Vec::new(),
            whole,
            circular: stack.circular,
        };
        let names = || variant.traits.iter().flat_map(|t| &t.value);
        for name in names() {
            extra.add_listed(name, ours.index, diagnostics);
        }
        whole = extra.whole;
        let mut clashes = Vec::new();
        for layer in &extra.below {
            clashes.extend(apply(&mut merged, layer, false, diagnostics));
        }
        let file = variant.at.file;
        let layer =
            Layer { file, body: &variant.body, overrides: &variant.overrides, remove: &variant.remove };
        clashes.extend(apply(&mut merged, &layer, true, diagnostics));
        if !clashes.is_empty() && !extra.circular {
            let mut listing = listing();
            listing.names.extend(names());
            listing.layers.extend(extra.below.iter().map(|layer| layer.file));
            whole &= !clash::is_about_access(&clashes);
            clash::report(clashes, &listing, diagnostics);
        }
        listed.extend(extra.listed);
        let inner = merged.variants.iter().next().map(|(name, declared)| (name.clone(), declared.at));
        if let Some((inner, at)) = inner {
            diagnostics.push(
                Diagnostic::new(
                    Code("E0507"),
                    at,
                    format!("variant `{inner}` stands inside variant `{name}`"),
                )
                .label("variants do not nest")
                .also(variant.at, "the outer variant"),
            );
            merged.variants = Default::default();
        }
        all.push(method(
            Some(name.clone()),
            variant.at,
            variant.title.clone(),
            variant.when.clone(),
            Arc::new(merged),
            diagnostics,
        ));
    }
    (all, whole)
}
