//! `descriptor.schema.json`: the schema of the YAML itself, for completion and hover in editors.

use super::Artifact;
use crate::Catalog;

pub fn emit(_: &Catalog) -> Vec<Artifact> {
    vec![Artifact::json("descriptor.schema.json", &crate::syntax::descriptor::schema())]
}
