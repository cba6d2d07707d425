//! Constraints: which entries of one map go together.
//!
//! In: [`Node`]s. Out: a [`Constraint`].

use super::decode::{Decode, Decoder, WRONG_TYPE};
use super::part::{Leaf, Text, fields};
use super::yaml::Node;
use crate::diagnostic::Diagnostic;
use crate::source::Spanned;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value as Json;
use std::borrow::Cow;

/// Constraints between the entries of one map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Exactly one is given.
    OneOf,
    /// At least one is given.
    AnyOf,
    /// All are given or none.
    AllOrNone,
    /// At most one is given.
    Excludes,
}

/// A constraint and the entries it speaks of.
#[derive(Clone, Debug, PartialEq)]
pub struct Constraint {
    /// What must hold.
    pub relation: Relation,
    /// Between which entries.
    pub entries: Vec<Spanned<Text>>,
}

fields! {
    /// A constraint between entries of one map; exactly one of the four.
    pub struct ConstraintFields {
        /// Exactly one of these entries is given.
        one_of: Option<Spanned<Vec<Spanned<Text>>>> = "oneOf",
        /// At least one of these entries is given.
        any_of: Option<Spanned<Vec<Spanned<Text>>>> = "anyOf",
        /// All of these entries are given, or none.
        all_or_none: Option<Spanned<Vec<Spanned<Text>>>> = "allOrNone",
        /// At most one of these entries is given.
        excludes: Option<Spanned<Vec<Spanned<Text>>>> = "excludes",
    }
}

impl Relation {
    /// The word of the language.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::OneOf => "oneOf",
            Self::AnyOf => "anyOf",
            Self::AllOrNone => "allOrNone",
            Self::Excludes => "excludes",
        }
    }
}

impl Decode for Constraint {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let before = cx.diagnostics.len();
        let fields = ConstraintFields::decode(node, cx)?;
        let mut given = [
            (Relation::OneOf, fields.one_of),
            (Relation::AnyOf, fields.any_of),
            (Relation::AllOrNone, fields.all_or_none),
            (Relation::Excludes, fields.excludes),
        ]
        .into_iter()
        .filter_map(|(relation, entries)| Some((relation, entries?)));
        match (given.next(), given.next()) {
            (Some((relation, entries)), None) if entries.value.len() > 1 => {
                Some(Self { relation, entries: entries.value })
            }
            // Why it is none of them has been said.
            _ if cx.diagnostics.len() > before => {
                cx.lost = true;
                None
            }
            _ => {
                cx.lost = true;
                let message = "a constraint is one of `oneOf`, `anyOf`, `allOrNone` and `excludes`, with two or more entries";
                cx.diagnostics.push(
                    Diagnostic::new(WRONG_TYPE, node.span, message)
                        .label("expected as in `{ oneOf: [a, b] }`"),
                );
                None
            }
        }
    }
}

impl Leaf for Constraint {
    fn show(&self) -> Json {
        serde_json::json!({ self.relation.word(): self.entries.show() })
    }
}

impl JsonSchema for Constraint {
    fn schema_name() -> Cow<'static, str> {
        "Constraint".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = ConstraintFields::json_schema(generator);
        schema.insert("minProperties".to_owned(), 1.into());
        schema.insert("maxProperties".to_owned(), 1.into());
        schema
    }
}
