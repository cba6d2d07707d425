//! The stack: what an element inherits, found by its name.
//!
//! In: an element and the files that it may name. Out: the layers below it in merging order, and what
//! is wrong with the names: unknown ones, circles, chains without end.

use super::layers::Layer;
use super::{Index, Loaded, NO_TRAIT, PLATFORM};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Spanned};
use crate::suggest::{Near, suggest};
use crate::syntax::descriptor::Descriptor;
use crate::syntax::part::Text;

/// The layers below an element, each file once, in merging order; and its ancestors, nearest first.
pub(super) struct Stack<'a, 's> {
    /// What is there already, below all of them.
    pub beneath: &'s [Layer<'a>],
    pub below: Vec<Layer<'a>>,
    pub ancestors: Vec<&'a Loaded>,
    /// What the element itself lists or extends, with the layers that came by it.
    pub listed: Vec<(Spanned<Text>, Vec<FileId>)>,
    /// Whether every layer was found and could be read, the element's own too.
    pub whole: bool,
    /// Whether traits lead in a circle, so that nobody knows what stands on what.
    pub circular: bool,
}

impl<'a> Stack<'a, '_> {
    /// Of an element; what is not found or leads in a circle is reported.
    pub fn of(element: &'a Loaded, index: &Index<'a>, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let mut stack = Self {
            beneath: &[],
            below: Vec::with_capacity(8),
            ancestors: Vec::new(),
            listed: Vec::new(),
            whole: element.whole,
            circular: false,
        };
        if let Some(platform) = index.named_trait(PLATFORM) {
            stack.add_trait(platform, index, &mut Vec::new(), diagnostics);
        }
        if element.descriptor.extends.is_some() {
            stack.add_parents(element, index, &mut vec![element], diagnostics);
        }
        let before = stack.below.len();
        for ancestor in stack.ancestors.clone().into_iter().rev() {
            stack.add_traits(&ancestor.descriptor, index, diagnostics);
            stack.push(ancestor);
        }
        stack.list(element.descriptor.extends.as_ref(), before);
        for name in element.descriptor.traits.iter().flat_map(|t| &t.value) {
            stack.add_listed(name, index, diagnostics);
        }
        stack
    }

    /// Notes by what the layers from this one on came.
    fn list(&mut self, name: Option<&Spanned<Text>>, from: usize) {
        if let (Some(name), false) = (name, self.below.len() == from) {
            self.listed.push((name.clone(), self.below[from..].iter().map(|layer| layer.file).collect()));
        }
    }

    /// Adds a trait that the element or a variant of it lists.
    pub fn add_listed(&mut self, name: &Spanned<Text>, index: &Index<'a>, diagnostics: &mut Vec<Diagnostic>) {
        let before = self.below.len();
        self.add_named(name, index, &mut Vec::new(), diagnostics);
        self.list(Some(name), before);
    }

    fn has(&self, file: FileId) -> bool {
        self.beneath.iter().chain(&self.below).any(|layer| layer.file == file)
    }

    fn push(&mut self, loaded: &'a Loaded) {
        if !self.has(loaded.file) {
            self.below.push(Layer::of(loaded));
            self.whole &= loaded.whole;
        }
    }

    fn add_parents(
        &mut self,
        child: &'a Loaded,
        index: &Index<'a>,
        path: &mut Vec<&'a Loaded>,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let Some(extends) = &child.descriptor.extends else { return };
        let Some(parent) = index.element(&extends.value) else {
            diagnostics.push(unknown("E0302", "element", extends, index.elements()));
            self.whole = false;
            return;
        };
        if let Some(start) = path.iter().position(|p| p.file == parent.file) {
            let links = |p: &'a Loaded| p.descriptor.extends.as_slice();
            diagnostics.extend(cycle(&path[start..], links, "extends"));
            self.whole = false;
            return;
        }
        if path.len() > LONGEST_CHAIN {
            diagnostics.push(too_long(extends, "parents"));
            self.whole = false;
            return;
        }
        self.ancestors.push(parent);
        path.push(parent);
        self.add_parents(parent, index, path, diagnostics);
    }

    fn add_traits(
        &mut self,
        descriptor: &'a Descriptor,
        index: &Index<'a>,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        for name in descriptor.traits.iter().flat_map(|t| &t.value) {
            self.add_named(name, index, &mut Vec::new(), diagnostics);
        }
    }

    fn add_named(
        &mut self,
        name: &Spanned<Text>,
        index: &Index<'a>,
        path: &mut Vec<&'a Loaded>,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let Some(found) = index.named_trait(&name.value) else {
            let diagnostic = unknown(NO_TRAIT.0, "trait", name, index.traits.keys().copied());
            diagnostics.push(match index.element(&name.value) {
                Some(_) => Diagnostic { fix: None, ..diagnostic }
                    .label("an element")
                    .note(format!("an element is built on another by `extends: {}`", name.value)),
                None => diagnostic,
            });
            self.whole = false;
            return;
        };
        if let Some(start) = path.iter().position(|p| p.file == found.file) {
            let links = |p: &'a Loaded| p.descriptor.traits.as_ref().map_or(&[][..], |t| &t.value);
            diagnostics.extend(cycle(&path[start..], links, "uses"));
            (self.whole, self.circular) = (false, true);
            return;
        }
        if path.len() > LONGEST_CHAIN {
            diagnostics.push(too_long(name, "traits"));
            self.whole = false;
            return;
        }
        self.add_trait(found, index, path, diagnostics);
    }

    fn add_trait(
        &mut self,
        found: &'a Loaded,
        index: &Index<'a>,
        path: &mut Vec<&'a Loaded>,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        if self.has(found.file) {
            return;
        }
        if let Some(traits) = &found.descriptor.traits {
            path.push(found);
            for name in &traits.value {
                self.add_named(name, index, path, diagnostics);
            }
            path.pop();
        }
        self.push(found);
    }
}

/// How many parents, or traits of traits, may follow one another.
const LONGEST_CHAIN: usize = 32;

fn too_long(name: &Spanned<Text>, what: &str) -> Diagnostic {
    Diagnostic::new(Code("E0308"), name.span, format!("more than {LONGEST_CHAIN} {what} follow one another"))
        .label("the chain is cut here")
        .note("nobody finds their way through so many layers: merge some of them")
}

fn unknown<'a>(
    code: &'static str,
    what: &str,
    name: &Spanned<Text>,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Diagnostic {
    let mut words: Vec<&str> = known.filter(|k| *k != PLATFORM).collect();
    words.sort_unstable();
    if name.value.is_empty() {
        let message = format!("an empty text names no {what}");
        return Diagnostic::new(Code(code), name.span, message).label("names nothing");
    }
    let diagnostic = Diagnostic::new(Code(code), name.span, format!("there is no {what} `{}`", name.value));
    let several = || name.value.split([' ', ',']).filter(|word| !word.is_empty());
    if several().count() > 1 && several().all(|word| words.contains(&word)) {
        return diagnostic.label("each is an item of its own").note(format!(
            "write them with commas between: `[{}]`",
            several().collect::<Vec<_>>().join(", ")
        ));
    }
    // As a file it is called so.
    let file = name.value.rsplit('/').next().unwrap_or_default();
    let file = file.strip_suffix(".yaml").unwrap_or(file);
    let file = words.iter().find(|word| **word == file).map(|word| Near { word, is_sure: true });
    match file.or_else(|| suggest(&name.value, words.iter().copied())) {
        Some(near) => diagnostic.meant(name.span, near),
        None if words.len() <= 12 => {
            diagnostic.label("not found").note(format!("known: {}", crate::suggest::listed(words, "and")))
        }
        None => diagnostic.label("not found"),
    }
}

/// Reports a circle, the same wherever it was entered: it begins with its first file.
fn cycle<'a>(
    path: &[&'a Loaded],
    links: impl Fn(&'a Loaded) -> &'a [Spanned<Text>],
    verb: &str,
) -> Option<Diagnostic> {
    let mut path = path.to_vec();
    let first = path.iter().enumerate().min_by_key(|(_, p)| p.file).map_or(0, |(at, _)| at);
    path.rotate_left(first);
    let link = |from: &&'a Loaded, to: &Loaded| links(from).iter().find(|l| l.value == to.name);
    let (start, last) = (path.first()?, path.last()?);
    let closing = link(last, start)?;
    let names: Vec<&str> = path.iter().chain([start]).map(|p| &*p.name).collect();
    let message = format!("`{}` {verb} itself: {}", start.name, names.join(" → "));
    let mut diagnostic = Diagnostic::new(Code("E0303"), closing.span, message).label("closes the circle");
    for pair in path.windows(2) {
        if let Some(name) = link(&pair[0], pair[1]) {
            diagnostic = diagnostic.also(name.span, format!("`{}` {verb} `{}`", pair[0].name, name.value));
        }
    }
    Some(diagnostic)
}
