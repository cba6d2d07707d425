//! Emit: the catalogue becomes files.
//!
//! In: a [`Catalog`] without errors. Out: [`Artifact`]s, a path and bytes each. A target is one
//! file here and one line of [`TARGETS`]; it sees nothing but elements and their messages.

mod catalog;
mod collected;
mod descriptor;
mod example;
pub mod javascript;
mod openapi;
pub(crate) mod pretty;
pub mod rust;
mod schema;
mod template;
mod vectors;

pub use collected::{Collect, Collected, Lengths, Part, Spans, spans};
pub use schema::schema;
pub use vectors::disputes;

use crate::check::prove;
use crate::diagnostic::Diagnostic;
use crate::lower::MessageKind;
use crate::resolve::Element;
use crate::source::{Files, Source};
use crate::template::{Each, Site, TemplateSource, Templates};
use crate::{Catalog, Compiled};
use pretty::Pretty;
use rayon::prelude::*;
use serde_json::Value as Json;

/// A file to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Relative to the output directory, with `/`.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl Artifact {
    fn text(path: impl Into<String>, text: String) -> Self {
        Self { path: path.into(), bytes: text.into_bytes() }
    }

    fn json(path: impl Into<String>, json: &Json) -> Self {
        let mut text = Pretty::of(json);
        text.push('\n');
        Self::text(path, text)
    }
}

/// What a target iterates over, and the target itself.
pub enum Target {
    /// Once for the catalogue, of the keys and names of its elements: where these stay, so does what it makes.
    Catalogue(fn(&Catalog) -> Vec<Artifact>),
    /// Once for the catalogue, of what each element adds: a text for each section of the file.
    Collected(fn(&Compiled) -> Vec<String>, Collect),
    /// Once for each element.
    Element(fn(&Compiled) -> Vec<Artifact>),
}

/// All targets.
pub const TARGETS: &[Target] = &[
    Target::Catalogue(descriptor::emit),
    Target::Collected(catalog::part, catalog::whole),
    Target::Collected(openapi::part, openapi::whole),
    Target::Catalogue(template::emit_schema),
    Target::Catalogue(rust::emit_index),
    Target::Catalogue(javascript::emit_engine),
    Target::Element(catalog::emit),
    Target::Element(schema::emit),
    Target::Element(example::emit),
    Target::Element(vectors::emit),
    Target::Element(rust::emit),
    Target::Element(javascript::emit),
];

/// A file that was made, and by what.
#[derive(Debug)]
pub struct Made {
    /// The file.
    pub artifact: Artifact,
    /// The template that made it, by its position among [`Templates::targets`].
    pub template: Option<usize>,
}

/// What the targets make of one element.
#[derive(Debug, Default)]
pub struct Emitted {
    /// Its files.
    pub made: Vec<Made>,
    /// Its part of each file that is collected from all elements, in the order of the targets.
    pub parts: Vec<Part<'static>>,
}

/// A catalogue about to be emitted, an element at a time, on any of the threads and in any order. What
/// comes out of an element follows from [`Element::files`], the templates and the site.
pub struct Emission<'a> {
    catalog: &'a Catalog,
    templates: Templates,
    site: &'a Site,
}

impl<'a> Emission<'a> {
    /// Prepares the templates, one's own beside the shipped ones; their texts are added to the files.
    ///
    /// # Errors
    /// What is wrong with the templates, as far as it shows without rendering them.
    pub fn new(
        catalog: &'a Catalog,
        own: Vec<TemplateSource>,
        site: &'a Site,
        files: &mut Files,
    ) -> Result<Self, Vec<Diagnostic>> {
        Ok(Self::with(catalog, Templates::new(own, files)?, site))
    }

    /// As [`Self::new`], with templates that are prepared.
    #[must_use]
    pub fn with(catalog: &'a Catalog, templates: Templates, site: &'a Site) -> Self {
        Self { catalog, templates, site }
    }

    /// The elements, in the order of their keys.
    #[must_use]
    pub fn elements(&self) -> &'a [Element] {
        &self.catalog.elements
    }

    /// The descriptors, by [`FileId`](crate::source::FileId).
    #[must_use]
    pub fn sources(&self) -> &'a [Source] {
        &self.catalog.sources
    }

    /// Emits one element. Its contract is proven first, and lives no longer than that takes.
    ///
    /// # Errors
    /// What is wrong with its samples ([`crate::compile`] looks only at those that may be), or else
    /// with the templates.
    pub fn element(&self, element: &Element) -> Result<Emitted, Vec<Diagnostic>> {
        let mut found = Vec::new();
        let compiled = prove(element, &MessageKind::ALL, &mut found);
        if !found.is_empty() {
            return Err(found);
        }
        let mut emitted = Emitted::default();
        for target in TARGETS {
            match target {
                Target::Catalogue(_) => {}
                Target::Collected(part, _) => {
                    // Those of all elements are in memory at once, so none has room to spare.
                    let text = |text: String| Some(text.into_boxed_str().into_string().into());
                    emitted.parts.push(part(&compiled).into_iter().map(text).collect());
                }
                Target::Element(emit) => emitted.made.extend(emit(&compiled).into_iter().map(by_target)),
            }
        }
        emitted.made.extend(self.page().element(&compiled)?);
        Ok(emitted)
    }

    /// Emits what is about the catalogue as a whole, but for what is collected.
    ///
    /// # Errors
    /// What is wrong with the templates.
    pub fn catalogue(&self) -> Result<Vec<Made>, Vec<Diagnostic>> {
        let mut made = Vec::new();
        for target in TARGETS {
            if let Target::Catalogue(emit) = target {
                made.extend(emit(self.catalog).into_iter().map(by_target));
            }
        }
        made.extend(self.page().catalogue(self.catalog)?);
        Ok(made)
    }

    /// The files that are collected from the parts of all elements, given in the elements' order.
    #[must_use]
    pub fn collected<'p>(&self, parts: &[&'p [Part]]) -> Vec<Collected<'p>> {
        let of_all = |at: usize| parts.iter().map(|parts| &parts[at]).collect::<Vec<_>>();
        let wholes: Vec<_> = wholes().enumerate().collect();
        wholes.into_par_iter().map(|(at, whole)| whole(&of_all(at), self.site)).collect()
    }

    /// One of these files, by its position.
    #[must_use]
    pub fn collected_at<'p>(&self, at: usize, parts: &[&'p Part]) -> Option<Collected<'p>> {
        wholes().nth(at).map(|whole| whole(parts, self.site))
    }

    /// Whether something that elements make is not told by what each of them makes alone.
    #[must_use]
    pub fn needs_all(&self) -> bool {
        self.page().wants(Each::Catalogue)
    }

    /// Looks at the paths of all files, each with the template that made it.
    ///
    /// # Errors
    /// Templates whose paths lead out of the output directory or are taken.
    pub fn settle<'p>(
        &self,
        paths: impl Iterator<Item = (&'p str, Option<usize>)>,
    ) -> Result<(), Vec<Diagnostic>> {
        template::settle(paths, &self.templates)
    }

    fn page(&self) -> template::Page<'_> {
        template::Page { templates: &self.templates, site: self.site }
    }
}

/// What makes the files that are collected.
fn wholes() -> impl Iterator<Item = &'static Collect> {
    TARGETS.iter().filter_map(|target| match target {
        Target::Collected(_, whole) => Some(whole),
        _ => None,
    })
}

fn by_target(artifact: Artifact) -> Made {
    Made { artifact, template: None }
}

/// Emits every target, with the shipped templates and for a site that nobody has described.
///
/// # Errors
/// See [`emit_with`].
pub fn emit(catalog: &Catalog) -> Result<Vec<Artifact>, Vec<Diagnostic>> {
    emit_with(catalog, Vec::new(), &Site::default(), &mut Files::default())
}

/// Emits every target and keeps it all in memory; see [`Emission`].
///
/// # Errors
/// What is wrong with samples or templates, all of it that can be seen.
pub fn emit_with(
    catalog: &Catalog,
    own: Vec<TemplateSource>,
    site: &Site,
    files: &mut Files,
) -> Result<Vec<Artifact>, Vec<Diagnostic>> {
    let emission = Emission::new(catalog, own, site, files)?;
    let emitted: Vec<Result<Emitted, Vec<Diagnostic>>> =
        emission.elements().par_iter().map(|element| emission.element(element)).collect();
    let (mut elements, mut found) = (Vec::with_capacity(emitted.len()), Vec::new());
    for emitted in emitted {
        match emitted {
            Ok(emitted) => elements.push(emitted),
            Err(wrong) => add_new(&mut found, wrong),
        }
    }
    let mut made = emission.catalogue().unwrap_or_else(|wrong| {
        add_new(&mut found, wrong);
        Vec::new()
    });
    if !found.is_empty() {
        return Err(found);
    }
    let collected = emission.collected(&elements.iter().map(|e| &*e.parts).collect::<Vec<_>>());
    made.extend(collected.iter().map(|collected| by_target(collected.artifact())));
    made.extend(elements.into_iter().flat_map(|emitted| emitted.made));
    emission.settle(made.iter().map(|made| (&*made.artifact.path, made.template)))?;
    Ok(made.into_iter().map(|made| made.artifact).collect())
}

/// Adds what was not found before: a mistake in a template shows in each element.
pub fn add_new(found: &mut Vec<Diagnostic>, more: Vec<Diagnostic>) {
    for diagnostic in more {
        if !found.contains(&diagnostic) {
            found.push(diagnostic);
        }
    }
}

/// Appends texts.
fn push_all(text: &mut String, parts: &[&str]) {
    parts.iter().for_each(|part| text.push_str(part));
}

/// Appends a number, without the formatter: tables hold many.
fn push_number(text: &mut String, number: usize) {
    if number > 9 {
        push_number(text, number / 10);
    }
    text.push(char::from(b"0123456789"[number % 10]));
}

/// JSON as people read it, ending in a line feed.
#[must_use]
pub fn pretty(json: &impl serde::Serialize) -> String {
    let mut text = serde_json::to_string_pretty(json).unwrap_or_default();
    text.push('\n');
    text
}
