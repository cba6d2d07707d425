//! Entries: maps of entries in which a scalar may stand for one.
//!
//! In: [`Node`]s. Out: maps of [`Entry`], and what stands among them and does not belong there.

use super::decode::{Decode, Decoder, WRONG_TYPE};
use super::entry::Entry;
use super::map::{Map, decode_map};
use super::part::{Merger, Part, Text, Visitor};
use super::stray;
use super::yaml::{Kind, Node};
use crate::diagnostic::Diagnostic;
use crate::source::Spanned;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;
use std::marker::PhantomData;
use std::ops::Deref;

/// What a scalar means where an entry is expected.
pub trait Shorthand: Clone + std::fmt::Debug + 'static {
    /// The entry it stands for, if it may stand there at all.
    fn expand(node: &Node, cx: &mut Decoder) -> Option<Entry>;
    /// The schema of the scalar.
    fn schema() -> Option<Schema>;
    /// Whether no scalar may stand for an entry.
    const IS_CLOSED: bool = false;
    /// Whether nothing at all may stand for an entry.
    const MAY_BE_EMPTY: bool = false;
}

/// No scalar may stand for an entry.
#[derive(Clone, Debug)]
pub struct NoShorthand;

/// A scalar is a reference: `apiKey: configuration.oauth.api.key`.
#[derive(Clone, Debug)]
pub struct Reference;

/// A scalar is an example: `pagination.max: "100"`.
#[derive(Clone, Debug)]
pub struct Example;

impl Shorthand for NoShorthand {
    const IS_CLOSED: bool = true;

    fn expand(node: &Node, cx: &mut Decoder) -> Option<Entry> {
        let what = match node.kind {
            Kind::Null => "nothing",
            Kind::List(_) => "a list",
            _ => "a scalar",
        };
        let message = format!("`{}` must be an entry, not {what}", cx.key());
        let note = match node.kind {
            Kind::String(_) | Kind::Null => {
                format!("an entry has at least a title: `{}: {{ title: … }}`", cx.key())
            }
            _ => format!(
                "a constant is written `{}: {{ value: … }}`, a default `{}: {{ default: … }}`",
                cx.key(),
                cx.key()
            ),
        };
        cx.diagnostics
            .push(Diagnostic::new(WRONG_TYPE, node.span, message).label("expected a map").note(note));
        cx.lost = true;
        Some(Entry::default())
    }
    fn schema() -> Option<Schema> {
        None
    }
}

impl Shorthand for Reference {
    fn expand(node: &Node, cx: &mut Decoder) -> Option<Entry> {
        // What is no text names nothing, and is reported once.
        let from = Spanned { value: Text::decode(node, cx).unwrap_or_default(), span: node.span };
        Some(Entry { from: Some(Box::new(from)), ..Entry::default() })
    }
    fn schema() -> Option<Schema> {
        Some(json_schema!({
            "type": "string",
            "pattern": "^[a-z0-9]+\\..+$",
            "description": "Where the value comes from: `configuration.oauth.api.key`, `query.state`, `oauth2.scope`, …"
        }))
    }
}

impl Shorthand for Example {
    const MAY_BE_EMPTY: bool = true;

    fn expand(node: &Node, cx: &mut Decoder) -> Option<Entry> {
        if matches!(node.kind, Kind::List(_)) {
            return cx.wrong_type(node, "a scalar or an entry");
        }
        let example = Spanned { value: serde_json::Value::decode(node, cx)?, span: node.span };
        Some(Entry { example: Some(Box::new(example)), ..Entry::default() })
    }
    fn schema() -> Option<Schema> {
        Some(json_schema!({
            "type": ["string", "number", "boolean", "null"],
            "description": "An example of what the platform reports."
        }))
    }
}

/// An ordered map of entries in which a scalar has the meaning of `S`.
#[derive(Clone, Debug)]
pub struct Entries<S> {
    map: Map<Entry>,
    shorthand: PhantomData<S>,
}

impl<S> Default for Entries<S> {
    fn default() -> Self {
        Self { map: Map::default(), shorthand: PhantomData }
    }
}

impl<S> Deref for Entries<S> {
    type Target = Map<Entry>;
    fn deref(&self) -> &Map<Entry> {
        &self.map
    }
}

impl<S: Shorthand> Decode for Entries<S> {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let outer = cx.lost;
        let apart = stray::without_strays::<S>(node, cx);
        let node = apart.as_ref().map_or(*node, |kept| Node { kind: Kind::Map(kept), ..*node });
        let read = |node: &Node, cx: &mut Decoder| {
            decode_map(node, cx, |entry: &mut Entry, node, cx| match node.kind {
                Kind::Map(_) => entry.read(node, cx),
                _ => S::expand(node, cx).map(|expanded| *entry = expanded).is_some(),
            })
        };
        let before = cx.diagnostics.len();
        let mut map = read(&node, cx)?;
        // Only what is wrong may be a section.
        if cx.diagnostics.len() > before
            && let Some(kept) = stray::without_sections(&node, before, cx)
        {
            map = read(&Node { kind: Kind::Map(&kept), ..node }, cx)?;
        }
        // An entry keeps what it lost to itself.
        cx.lost = outer;
        Some(Self { map, shorthand: PhantomData })
    }
}

impl<S: Shorthand> Part for Entries<S> {
    fn merge(&mut self, other: &Self, cx: &mut Merger) {
        self.map.merge(&other.map, cx);
    }
    fn remove(&mut self, path: &str) -> bool {
        self.map.remove(path)
    }
    fn is_unsaid(&self) -> bool {
        self.map.is_unsaid()
    }
    fn visit(&self, path: &mut Vec<Text>, f: &mut Visitor) {
        self.map.visit(path, f);
    }
}

impl<S: Shorthand> JsonSchema for Entries<S> {
    fn schema_name() -> Cow<'static, str> {
        format!("Entries_{}", std::any::type_name::<S>().rsplit("::").next().unwrap_or_default()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let entry = generator.subschema_for::<Entry>();
        let value = match S::schema() {
            Some(scalar) => json_schema!({ "anyOf": [scalar, entry] }),
            None => entry,
        };
        json_schema!({ "type": ["object", "null"], "additionalProperties": value })
    }
    fn inline_schema() -> bool {
        true
    }
}
