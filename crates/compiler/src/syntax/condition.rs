//! Conditions: when an entry must be given, and what its siblings must be for it.
//!
//! In: [`Node`]s. Out: a [`Requirement`] or a [`Condition`].

use super::decode::{Decode, Decoder, WRONG_TYPE};
use super::leaf::as_boolean;
use super::part::{Leaf, Text, fields};
use super::yaml::{Kind, Node};
use crate::IndexMap;
use crate::diagnostic::Diagnostic;
use crate::source::Spanned;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value as Json;
use std::borrow::Cow;

/// When an entry must be given.
#[derive(Clone, Debug, PartialEq)]
pub enum Requirement {
    /// Always, or never.
    Always(bool),
    /// When a condition on its siblings holds.
    When(Box<Condition>),
}

/// What siblings must be, all of it.
pub type Condition = IndexMap<Text, Spanned<Expectation>>;

/// What one sibling must be.
#[derive(Clone, Debug, PartialEq)]
pub enum Expectation {
    /// There, or not there.
    Present(bool),
    /// One of these values.
    OneOf(Vec<Spanned<Json>>),
}

impl Decode for Requirement {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        match node.kind {
            Kind::Boolean(b) => Some(Self::Always(b)),
            Kind::String(text) if as_boolean(text).is_some() => bool::decode(node, cx).map(Self::Always),
            Kind::Map(_) => {
                let before = cx.diagnostics.len();
                let When { when } = When::decode(node, cx)?;
                let said =
                    when.filter(|when| !when.value.is_empty()).map(|when| Self::When(Box::new(when.value)));
                if said.is_none() && cx.diagnostics.len() == before {
                    let message = format!("`{}` does not say when", cx.key());
                    let diagnostic = Diagnostic::new(WRONG_TYPE, node.span, message);
                    cx.diagnostics.push(diagnostic.label("expected `{ when: { entry: value } }`"));
                }
                cx.lost |= said.is_none();
                said
            }
            _ => cx.wrong_type(node, "`true`, `false` or `{ when: { entry: value } }`"),
        }
    }
}

fields! {
    /// A requirement that depends on siblings.
    pub struct When {
        /// What siblings must be for the entry to be required.
        when: Option<Spanned<Condition>> = "when",
    }
}

impl Decode for Condition {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let Kind::Map(members) = node.kind else {
            return cx.wrong_type(node, "a map of entries and values");
        };
        let mut condition = Self::default();
        for (key, node) in members {
            let expectation = match node.kind {
                Kind::Map(_) => {
                    let before = cx.diagnostics.len();
                    let Presence { present } = Presence::decode(node, cx)?;
                    let Some(present) = present else {
                        // Why it says nothing has been said.
                        if cx.diagnostics.len() > before {
                            return None;
                        }
                        return cx.wrong_type(node, "a value or `{ present: true }`");
                    };
                    Expectation::Present(present.value)
                }
                Kind::List(_) => Expectation::OneOf(Vec::decode(node, cx)?),
                _ => Expectation::OneOf(vec![Spanned::decode(node, cx)?]),
            };
            condition.insert(cx.text(key.name), Spanned { value: expectation, span: key.span });
        }
        Some(condition)
    }
}

fields! {
    /// Whether a sibling is there.
    pub struct Presence {
        /// `true`: it must be there; `false`: it must not.
        present: Option<Spanned<bool>> = "present",
    }
}

/// A condition as JSON, for readers.
#[must_use]
pub fn show_condition(condition: &Condition) -> Json {
    let show = |expectation: &Expectation| match expectation {
        Expectation::Present(present) => serde_json::json!({ "present": present }),
        Expectation::OneOf(values) => match values.as_slice() {
            [one] => one.value.clone(),
            many => Json::Array(many.iter().map(|v| v.value.clone()).collect()),
        },
    };
    Json::Object(condition.iter().map(|(k, v)| (k.to_string(), show(&v.value))).collect())
}

impl Leaf for Condition {
    fn show(&self) -> Json {
        show_condition(self)
    }
}

impl Leaf for Requirement {
    fn show(&self) -> Json {
        match self {
            Self::Always(b) => Json::Bool(*b),
            Self::When(condition) => serde_json::json!({ "when": show_condition(condition) }),
        }
    }
}

impl JsonSchema for Expectation {
    fn schema_name() -> Cow<'static, str> {
        "Expectation".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "What the entry must be: a value, one of a list of values, or `{ present: true }`.",
            "anyOf": [
                { "type": ["string", "boolean", "number", "array"] },
                { "type": "object", "additionalProperties": false, "properties": {
                    "present": { "type": "boolean", "description": "Whether the entry must be there." } } }
            ]
        })
    }
}

impl JsonSchema for Requirement {
    fn schema_name() -> Cow<'static, str> {
        "Requirement".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let when = generator.subschema_for::<When>();
        json_schema!({
            "description": "`true`, `false`, or a condition on siblings.",
            "anyOf": [{ "type": "boolean" }, when]
        })
    }
}
