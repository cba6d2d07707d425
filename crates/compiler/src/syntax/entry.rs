//! Entries: what one value of a message is. The same attributes everywhere.
//!
//! In: [`Node`]s. Out: [`Entry`] and the leaves it is made of.

use super::decode::{Decode, Decoder, WRONG_TYPE};
use super::leaf::as_boolean;
use super::map::{Map, Mergeable};
use super::part::{Leaf, Merger, Text, choices, fields, part, same_schema};
use super::yaml::{Kind, Node};
use crate::IndexMap;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Spanned;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value as Json;
use std::borrow::Cow;

same_schema!([T: JsonSchema] Spanned<T> = T);

choices! {
    /// What kind of value an entry holds.
    pub enum Type {
        /// Any text.
        String = "string",
        /// An absolute http or https URL.
        Url = "url",
        /// `true` or `false`.
        Boolean = "boolean",
        /// A whole number.
        Integer = "integer",
        /// A number.
        Number = "number",
        /// A date and time of RFC 3339.
        Datetime = "datetime",
        /// An e-mail address.
        Email = "email",
        /// A host name of RFC 1123.
        Hostname = "hostname",
        /// A JSON object in requests; what reports it may send it as text.
        Json = "json",
        /// A list of texts in requests, of anything in responses.
        List = "list",
    }
}

choices! {
    /// How booleans, numbers and JSON may be written.
    pub enum Form {
        /// As JSON has them: `true`, `100`, `{}`.
        Native = "native",
        /// As text: `"true"`, `"100"`, `"{}"`.
        String = "string",
        /// Either.
        Both = "both",
    }
}

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

fields! {
    /// Why an entry should no longer be used.
    #[derive(PartialEq)]
    pub struct Deprecation {
        /// Since when: a version or a date.
        since: Option<Spanned<Text>> = "since",
        /// The entry to use instead.
        replaced_by: Option<Spanned<Text>> = "replacedBy",
        /// What to do, in a sentence.
        note: Option<Spanned<Text>> = "note",
    }
}

impl Leaf for Deprecation {
    fn show(&self) -> Json {
        let mut shown = serde_json::Map::new();
        for (key, text) in [("since", &self.since), ("replacedBy", &self.replaced_by), ("note", &self.note)] {
            shown.extend(text.as_ref().map(|t| (key.to_owned(), t.value.show())));
        }
        Json::Object(shown)
    }
}

/// Spellings that are seen in the wild, and the value that is meant.
pub type Synonyms = IndexMap<Text, Spanned<Text>>;

impl Decode for Synonyms {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let Kind::Map(members) = node.kind else {
            return cx.wrong_type(node, "a map of spellings and values");
        };
        Some(members.iter().filter_map(|(k, v)| Some((cx.text(k.name), Spanned::decode(v, cx)?))).collect())
    }
}

impl Leaf for Synonyms {
    fn show(&self) -> Json {
        Json::Object(self.iter().map(|(k, v)| (k.to_string(), Json::String(v.value.to_string()))).collect())
    }
}

part! {
    /// One value of a message.
    pub struct Entry {
        /// What people call it; also makes its placeholder. Default: the key.
        title: Option<Spanned<Text>> = "title",
        /// What it is, in a sentence for the reader of the docs.
        description: Option<Spanned<Text>> = "description",
        /// A heading to list it under; grouped entries follow the others.
        group: Option<Box<Spanned<Text>>> = "group",
        /// Why it should no longer be used.
        deprecated: Option<Box<Spanned<Deprecation>>> = "deprecated",
        /// What kind of value it holds. Default: `string`, or what its origin or example is.
        kind: Option<Spanned<Type>> = "type",
        /// How booleans, numbers and JSON may be written. Default: `both`.
        form: Option<Box<Spanned<Form>>> = "form",
        /// The only values there are.
        values: Option<Box<Spanned<Vec<Spanned<Json>>>>> = "values",
        /// Spellings seen in the wild and the value that is meant, for better messages.
        synonyms: Option<Box<Spanned<Synonyms>>> = "synonyms",
        /// What text must match: ECMA-262 with `u`, anchored, without look-around or back-references.
        pattern: Option<Box<Spanned<Text>>> = "pattern",
        /// The least number.
        min: Option<Box<Spanned<f64>>> = "min",
        /// The greatest number.
        max: Option<Box<Spanned<f64>>> = "max",
        /// How what people paste becomes the value: `the host name, without https://`.
        normalise: Option<Box<Spanned<Text>>> = "normalise",
        /// Whether it must be given. Default: `true`, or `false` beside a `default`.
        required: Option<Spanned<Requirement>> = "required",
        /// A constant: the only value there is.
        value: Option<Box<Spanned<Json>>> = "value",
        /// Where the value comes from: `callback.code`, `configuration.oauth.api.key`.
        from: Option<Box<Spanned<Text>>> = "from",
        /// Text with references in braces: `"{query.callbackUrl}?state={query.state}"`.
        template: Option<Box<Spanned<Text>>> = "template",
        /// What is assumed when it is not given.
        default: Option<Box<Spanned<Json>>> = "default",
        /// A valid value to show.
        example: Option<Box<Spanned<Json>>> = "example",
        /// Shows the value of a reference as the example.
        example_from: Option<Box<Spanned<Text>>> = "exampleFrom",
        /// What the sample shows instead of the derived placeholder.
        placeholder: Option<Box<Spanned<Text>>> = "placeholder",
        /// Whether samples show it. Default: `true`.
        sample: Option<Box<Spanned<bool>>> = "sample",
        /// Whether its value is a secret, which appears in no sample, message or page.
        secret: Option<Spanned<bool>> = "secret",
    }
}

/// An override that changes a type by its value alone.
const ANOTHER_TYPE: Code = Code("W0310");

/// The type that a value implies where nothing else says one.
fn implied(value: &Json) -> Option<&'static str> {
    match value {
        Json::Null => None,
        Json::Bool(_) => Some("a boolean"),
        Json::Number(_) => Some("a number"),
        Json::String(_) => Some("text"),
        Json::Array(_) => Some("a list"),
        Json::Object(_) => Some("a JSON object"),
    }
}

impl Entry {
    /// The value that says its type where nothing else does.
    fn shown(&self) -> Option<&Spanned<Json>> {
        self.value.as_deref().or(self.default.as_deref()).or(self.example.as_deref())
    }
}

impl Mergeable for Entry {
    /// An entry has one origin, and one way to say its example. Where its values alone say its type,
    /// an override by a value of another type changes that too.
    fn give_way(&mut self, to: &Self, cx: &mut Merger) {
        if let (None, None, Some(old), Some(new)) = (&self.kind, &to.kind, self.shown(), to.shown())
            && let (Some(before), Some(after)) = (implied(&old.value), implied(&new.value))
            && before != after
        {
            let message = format!("this makes `{}` {after}, which was {before}", cx.path);
            let diagnostic = Diagnostic::new(ANOTHER_TYPE, new.span, message)
                .label("a value of another type")
                .also(old.span, "inherited from here")
                .note("nothing else says the type: give a value of the same type, or say `type:` too");
            // What other readers take for a boolean.
            let meant = new.value.as_str().and_then(as_boolean).filter(|_| old.value.is_boolean());
            cx.diagnostics.push(match meant {
                Some(meant) => diagnostic.replace(new.span, meant.to_string()),
                None => diagnostic,
            });
        }
        if to.value.is_some() || to.from.is_some() || to.template.is_some() {
            self.value = self.value.take().filter(|_| to.value.is_some());
            self.from = self.from.take().filter(|_| to.from.is_some());
            self.template = self.template.take().filter(|_| to.template.is_some());
        }
        if to.example.is_some() {
            self.example_from = None;
        }
        if to.example_from.is_some() {
            self.example = None;
        }
    }
}

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

/// Entries that the author names, in order.
pub type EntryMap = Map<Entry>;
