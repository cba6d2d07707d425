//! Emit: the catalogue becomes files.
//!
//! In: a [`Catalog`] without errors. Out: [`Artifact`]s, a path and bytes each. A target is one
//! file here and one line of [`TARGETS`]; it sees nothing but elements and their messages.

mod catalog;
mod descriptor;
mod example;
pub mod javascript;
pub mod rust;
mod schema;
mod template;
mod vectors;

pub use schema::schema;
pub use vectors::disputes;

use crate::check::prove;
use crate::diagnostic::Diagnostic;
use crate::lower::MessageKind;
use crate::resolve::Element;
use crate::source::Files;
use crate::template::{Site, TemplateSource, Templates};
use crate::{Catalog, Compiled};
use rayon::prelude::*;

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

    fn json(path: impl Into<String>, json: &serde_json::Value) -> Self {
        Self::text(path, pretty(json))
    }
}

/// What a target iterates over, and the target itself.
pub enum Target {
    /// Once for the catalogue, of its elements without their contracts.
    Catalogue(fn(&Catalog) -> Vec<Artifact>),
    /// Once for the catalogue, of a part from each element.
    Collected(fn(&Compiled) -> String, fn(&[&str]) -> Artifact),
    /// Once for each element.
    Element(fn(&Compiled) -> Vec<Artifact>),
}

/// All targets.
pub const TARGETS: &[Target] = &[
    Target::Catalogue(descriptor::emit),
    Target::Collected(catalog::part, catalog::whole),
    Target::Catalogue(template::emit_schema),
    Target::Catalogue(rust::emit_index),
    Target::Catalogue(javascript::emit_engine),
    Target::Element(schema::emit),
    Target::Element(example::emit),
    Target::Element(vectors::emit),
    Target::Element(rust::emit),
    Target::Element(javascript::emit),
];

/// What the targets make of one element.
#[derive(Default)]
struct Emitted<'a> {
    artifacts: Vec<Artifact>,
    /// By templates.
    made: Vec<template::Made<'a>>,
    /// Of each target that collects, in their order.
    parts: Vec<String>,
}

/// Emits every target, with the shipped templates and for a site that nobody has described.
///
/// # Errors
/// See [`emit_with`].
pub fn emit(catalog: &Catalog) -> Result<Vec<Artifact>, Vec<Diagnostic>> {
    emit_with(catalog, Vec::new(), &Site::default(), &mut Files::default())
}

/// Emits every target: first those of the catalogue, then element by element, at last what templates
/// make. Each contract is proven first, lives no longer than it takes to emit it, and is emitted on
/// any of the threads. The templates' texts are added to the files.
///
/// # Errors
/// What is wrong with samples ([`crate::compile`] looks only at those that may be), or else with the
/// templates, all of it that can be seen.
pub fn emit_with(
    catalog: &Catalog,
    own: Vec<TemplateSource>,
    site: &Site,
    files: &mut Files,
) -> Result<Vec<Artifact>, Vec<Diagnostic>> {
    let templates = Templates::new(own, files)?;
    let page = template::Page { templates: &templates, site };
    let emitted: Vec<Result<Emitted, Vec<Diagnostic>>> =
        catalog.elements.par_iter().map(|element| emit_element(element, &page)).collect();
    let (mut elements, mut found) = (Vec::with_capacity(emitted.len()), Vec::new());
    for emitted in emitted {
        match emitted {
            Ok(emitted) => elements.push(emitted),
            Err(wrong) => found.extend(wrong),
        }
    }
    if !found.is_empty() {
        return Err(found);
    }
    let mut artifacts = Vec::new();
    let mut collected = 0;
    for target in TARGETS {
        match target {
            Target::Catalogue(emit) => artifacts.extend(emit(catalog)),
            Target::Collected(_, whole) => {
                artifacts.push(whole(&elements.iter().map(|e| &*e.parts[collected]).collect::<Vec<_>>()));
                collected += 1;
            }
            Target::Element(_) => {}
        }
    }
    let mut made = page.catalogue(catalog);
    for emitted in elements {
        artifacts.extend(emitted.artifacts);
        made.extend(emitted.made);
    }
    let rendered = template::collect(made, &artifacts)?;
    artifacts.extend(rendered);
    Ok(artifacts)
}

fn emit_element<'a>(element: &Element, page: &template::Page<'a>) -> Result<Emitted<'a>, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let compiled = prove(element, &MessageKind::ALL, &mut found);
    if !found.is_empty() {
        return Err(found);
    }
    let mut emitted = Emitted { made: page.element(&compiled), ..Emitted::default() };
    for target in TARGETS {
        match target {
            Target::Catalogue(_) => {}
            Target::Collected(part, _) => emitted.parts.push(part(&compiled)),
            Target::Element(emit) => emitted.artifacts.extend(emit(&compiled)),
        }
    }
    Ok(emitted)
}

/// JSON as people read it, ending in a line feed.
#[must_use]
pub fn pretty(json: &serde_json::Value) -> String {
    let mut text = serde_json::to_string_pretty(json).unwrap_or_default();
    text.push('\n');
    text
}
