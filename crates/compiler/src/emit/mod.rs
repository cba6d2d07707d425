//! Emit: the catalogue becomes files.
//!
//! In: a [`Catalog`] without errors. Out: [`Artifact`]s, a path and bytes each. A target is one
//! file here and one line of [`TARGETS`]; it sees nothing but elements and their messages.

mod catalog;
mod descriptor;
mod example;
pub mod rust;
mod schema;

pub use schema::schema;

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
    /// Once for the catalogue.
    Catalogue(fn(&Catalog) -> Vec<Artifact>),
    /// Once for each element.
    Element(fn(&Compiled) -> Vec<Artifact>),
}

/// All targets.
pub const TARGETS: &[Target] = &[
    Target::Catalogue(descriptor::emit),
    Target::Catalogue(catalog::emit),
    Target::Catalogue(rust::emit_index),
    Target::Element(schema::emit),
    Target::Element(example::emit),
    Target::Element(rust::emit),
];

/// Emits every target, in the order of the targets and then of the elements.
#[must_use]
pub fn emit(catalog: &Catalog) -> Vec<Artifact> {
    TARGETS
        .iter()
        .flat_map(|target| match target {
            Target::Catalogue(emit) => emit(catalog),
            Target::Element(emit) => catalog.elements.par_iter().flat_map_iter(emit).collect(),
        })
        .collect()
}

/// JSON as people read it, ending in a line feed.
#[must_use]
pub fn pretty(json: &serde_json::Value) -> String {
    let mut text = serde_json::to_string_pretty(json).unwrap_or_default();
    text.push('\n');
    text
}
