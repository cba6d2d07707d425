//! `<message>.schema.json`: JSON Schema 2020-12 of each message.

use super::Artifact;
use crate::Compiled;
use crate::lower::{Check, Expected, Member, Message, Object, Path, Rule, Shape, Test, Value, When};
use crate::resolve::Element;
use crate::syntax::entry::{Relation, Type};
use crate::syntax::part::Text;
use elementc_runtime::accepts;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value as Json, json};

/// The dialect.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

pub fn emit(compiled: &Compiled) -> Vec<Artifact> {
    let element = compiled.element;
    let artifact = |message: &Message| {
        let path = format!("{}/{}.schema.json", element.key.value, message.name());
        Artifact::json(path, &Whole::new(element, message))
    };
    compiled.messages.iter().map(artifact).collect()
}

/// The schema of a message.
#[must_use]
pub fn schema(element: &Element, message: &Message) -> Json {
    serde_json::to_value(Whole::new(element, message)).unwrap_or_default()
}

/// The schema of a message, written as it is made: what a JSON value of it all would take is more than
/// what writing it takes.
struct Whole<'a> {
    element: &'a Element,
    message: &'a Message,
    placed: Vec<(Path, Vec<&'a Rule>)>,
}

impl<'a> Whole<'a> {
    fn new(element: &'a Element, message: &'a Message) -> Self {
        Self { element, message, placed: group(&message.rules) }
    }
}

impl Serialize for Whole<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (key, name) = (&self.element.key.value, self.message.name());
        let mut schema = serializer.serialize_map(None)?;
        schema.serialize_entry("$schema", DIALECT)?;
        schema.serialize_entry("$id", &format!("urn:elementc:{key}:{name}"))?;
        schema.serialize_entry("title", &format!("{}: {name}", self.element.name.value))?;
        schema.serialize_entry("description", &self.message.kind.description(key))?;
        let closed = self.message.kind.is_closed();
        Within { placed: &self.placed, closed, path: &[] }.object(&self.message.root, &mut schema)?;
        let examples: Vec<&Json> = self.message.samples.iter().map(|sample| &sample.json).collect();
        schema.serialize_entry("examples", &examples)?;
        schema.end()
    }
}

/// Rules that stand together: those of one object under one condition, at the innermost object
/// that holds all they speak of.
fn group(rules: &[Rule]) -> Vec<(Path, Vec<&Rule>)> {
    let mut groups: Vec<(Path, Vec<&Rule>)> = Vec::new();
    for rule in rules {
        let scope = scope(rule);
        match groups.iter_mut().find(|(at, group)| {
            *at == scope
                && !rule.when.is_empty()
                && group[0].when == rule.when
                && group[0].object == rule.object
        }) {
            Some((_, group)) => group.push(rule),
            None => groups.push((scope, vec![rule])),
        }
    }
    groups
}

fn scope(rule: &Rule) -> Path {
    let fits = if let Check::Fits(when) = &rule.check { Some(when) } else { None };
    let tests = rule.when.iter().chain(fits).flat_map(|w| &w.any).flatten();
    tests.fold(rule.object.clone(), |scope, test| {
        let parent = &test.member[..test.member.len() - 1];
        scope.iter().zip(parent).take_while(|(a, b)| a == b).map(|(a, _)| a.clone()).collect()
    })
}

/// Where a schema stands.
#[derive(Clone, Copy)]
struct Within<'a> {
    /// The rules, by the innermost object that holds all they speak of.
    placed: &'a [(Path, Vec<&'a Rule>)],
    /// Whether the message is one that an application sends.
    closed: bool,
    path: &'a [Text],
}

impl Within<'_> {
    fn object<M: SerializeMap>(self, object: &Object, schema: &mut M) -> Result<(), M::Error> {
        schema.serialize_entry("type", "object")?;
        schema.serialize_entry("properties", &Properties { object, within: self })?;
        let required: Vec<&str> =
            object.members.iter().filter(|(_, m)| m.required).map(|(k, _)| &**k).collect();
        if !required.is_empty() {
            schema.serialize_entry("required", &required)?;
        }
        let here = self.placed.iter().filter(|(at, _)| at == self.path);
        let rules: Vec<Json> = here.map(|(at, rules)| self::rules(rules, at.len())).collect();
        if !rules.is_empty() {
            schema.serialize_entry("allOf", &rules)?;
        }
        if !object.open {
            schema.serialize_entry("additionalProperties", &false)?;
        }
        Ok(())
    }
}

struct Properties<'a> {
    object: &'a Object,
    within: Within<'a>,
}

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let within = self.within;
        let members = self.object.members.iter();
        serializer.collect_map(members.map(|(key, member)| (&**key, Property { key, member, within })))
    }
}

struct Property<'a> {
    key: &'a Text,
    member: &'a Member,
    within: Within<'a>,
}

impl Serialize for Property<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let about = &self.member.about;
        let mut schema = serializer.serialize_map(None)?;
        schema.serialize_entry("title", &about.title)?;
        if let Some(description) = &about.description {
            schema.serialize_entry("description", &**description)?;
        }
        match &self.member.shape {
            Shape::Object(inner) => {
                let path: Path = self.within.path.iter().chain([self.key]).cloned().collect();
                Within { path: &path, ..self.within }.object(inner, &mut schema)?;
            }
            Shape::List => schema.serialize_entry("type", "array")?,
            Shape::Strings => {
                schema.serialize_entry("type", "array")?;
                schema.serialize_entry("items", &json!({ "type": "string" }))?;
            }
            Shape::Value(value) => scalar(value, about.secret, &mut schema)?,
        }
        if about.secret && self.within.closed {
            schema.serialize_entry("writeOnly", &true)?;
        }
        if let Some(default) = &about.default {
            schema.serialize_entry("default", default)?;
        }
        if let (Some(example), false) = (&about.example, matches!(self.member.shape, Shape::Object(_))) {
            schema.serialize_entry("examples", &[example])?;
        }
        if let Some(deprecated) = &about.deprecated {
            schema.serialize_entry("deprecated", &true)?;
            let words = deprecated_words(deprecated);
            if !words.is_empty() {
                schema.serialize_entry("$comment", &words)?;
            }
        }
        schema.end()
    }
}

/// `Deprecated since 2.0: use `b` instead. Why.`
fn deprecated_words(deprecated: &crate::syntax::entry::Deprecation) -> String {
    let mut words = String::from("Deprecated");
    if let Some(since) = &deprecated.since {
        words.push_str(&format!(" since {}", since.value));
    }
    if let Some(other) = &deprecated.replaced_by {
        words.push_str(&format!("; use `{}` instead", other.value));
    }
    words.push('.');
    if let Some(note) = &deprecated.note {
        words.push_str(&format!(" {}", note.value));
    }
    words
}

fn scalar<M: SerializeMap>(value: &Value, secret: bool, schema: &mut M) -> Result<(), M::Error> {
    let names = [
        (accepts::BOOLEAN, "boolean"),
        (accepts::INTEGER, "integer"),
        (accepts::NUMBER, "number"),
        (accepts::OBJECT, "object"),
        (accepts::STRING, "string"),
        (accepts::NULL, "null"),
    ];
    let types: Vec<&str> =
        names.iter().filter(|(bit, _)| value.accepts & bit != 0).map(|(_, name)| *name).collect();
    match types.as_slice() {
        [one] => schema.serialize_entry("type", one)?,
        many => schema.serialize_entry("type", many)?,
    }
    match value.one_of.as_slice() {
        [] => {}
        [one] => schema.serialize_entry("const", one)?,
        many => schema.serialize_entry("enum", many)?,
    }
    let format = match value.kind {
        _ if !value.one_of.is_empty() || value.accepts & accepts::STRING == 0 => None,
        _ if value.pattern.is_none() => None,
        Type::Url => Some("uri"),
        Type::Datetime => Some("date-time"),
        Type::Email => Some("email"),
        Type::Hostname => Some("hostname"),
        _ => None,
    };
    if let Some(format) = format {
        schema.serialize_entry("format", if secret { "password" } else { format })?;
    }
    if let Some(pattern) = &value.pattern {
        schema.serialize_entry("pattern", &pattern.source)?;
    }
    for (key, bound) in [("minimum", value.min), ("maximum", value.max)] {
        if let Some(bound) = bound {
            schema.serialize_entry(key, &crate::syntax::leaf::number(bound))?;
        }
    }
    if secret && format.is_none() {
        schema.serialize_entry("format", "password")?;
    }
    Ok(())
}

/// The schema of rules that stand together, seen from an object `depth` levels down.
fn rules(rules: &[&Rule], depth: usize) -> Json {
    let first = rules[0];
    let mut required: Vec<&str> = Vec::new();
    let mut excluded = Map::new();
    let mut then = Map::new();
    // Each in a schema of its own: two of one kind would take each other's keyword.
    let mut relations: Vec<Json> = Vec::new();
    for rule in rules {
        match &rule.check {
            Check::Required(key) => required.push(key),
            Check::Excluded(key) => drop(excluded.insert(key.to_string(), false.into())),
            Check::Related(relation, keys) => relations.push(Json::Object(related(*relation, keys))),
            Check::Fits(when) => return condition(when, depth),
        }
    }
    if !required.is_empty() {
        then.insert("required".into(), json!(required));
    }
    if !excluded.is_empty() {
        then.insert("properties".into(), Json::Object(excluded));
    }
    match relations.len() {
        0 => {}
        1 => then.extend(relations.remove(0).as_object().cloned().unwrap_or_default()),
        _ => drop(then.insert("allOf".into(), relations.into())),
    }
    let then = wrap(&first.object[depth..], Json::Object(then), Absence::Ignored);
    match first.when.as_slice() {
        [] => then,
        [when] => json!({ "if": condition(when, depth), "then": then }),
        whens => {
            let all: Vec<Json> = whens.iter().map(|w| condition(w, depth)).collect();
            json!({ "if": { "allOf": all }, "then": then })
        }
    }
}

fn related(relation: Relation, keys: &[Text]) -> Map<String, Json> {
    let each = || keys.iter().map(|k| json!({ "required": [&**k] })).collect::<Vec<Json>>();
    let mut schema = Map::new();
    match relation {
        Relation::OneOf => drop(schema.insert("oneOf".into(), each().into())),
        Relation::AnyOf => drop(schema.insert("anyOf".into(), each().into())),
        Relation::AllOrNone => {
            let others = |own: &Text| {
                keys.iter().filter(|k| *k != own).map(|k| Json::from(&**k)).collect::<Vec<Json>>()
            };
            let all: Map<String, Json> = keys.iter().map(|k| (k.to_string(), others(k).into())).collect();
            schema.insert("dependentRequired".into(), Json::Object(all));
        }
        Relation::Excludes => {
            let pairs: Vec<Json> = keys
                .iter()
                .enumerate()
                .flat_map(|(at, a)| {
                    keys[at + 1..].iter().map(move |b| json!({ "not": { "required": [&**a, &**b] } }))
                })
                .collect();
            schema.insert("allOf".into(), pairs.into());
        }
    }
    schema
}

fn condition(when: &When, depth: usize) -> Json {
    let mut any: Vec<Json> = when.any.iter().map(|tests| conjunction(tests, depth)).collect();
    let holds = if any.len() == 1 { any.remove(0) } else { json!({ "anyOf": any }) };
    if when.negated { json!({ "not": holds }) } else { holds }
}

fn conjunction(tests: &[Test], depth: usize) -> Json {
    let mut all: Vec<Json> = tests.iter().map(|t| test(t, depth)).collect();
    if all.len() == 1 { all.remove(0) } else { json!({ "allOf": all }) }
}

fn test(test: &Test, depth: usize) -> Json {
    let (key, parents) = test.member.split_last().map_or(("", &[][..]), |(key, parents)| (&**key, parents));
    let parents = &parents[depth..];
    match &test.expected {
        Expected::Present => wrap(parents, json!({ "required": [key] }), Absence::Fails),
        Expected::Absent => json!({ "not": wrap(parents, json!({ "required": [key] }), Absence::Fails) }),
        Expected::OneOf(values) => {
            let value = match values.as_slice() {
                [one] => json!({ "properties": { key: { "const": one } } }),
                many => json!({ "properties": { key: { "enum": many } } }),
            };
            if test.default_holds {
                return wrap(parents, value, Absence::Ignored);
            }
            let Json::Object(mut value) = value else { return Json::Bool(true) };
            value.insert("required".into(), json!([key]));
            wrap(parents, Json::Object(value), Absence::Fails)
        }
    }
}

/// What it means that an object on the way is not there.
#[derive(Clone, Copy, PartialEq)]
enum Absence {
    Ignored,
    Fails,
}

/// Says `schema` of the object at `path`.
fn wrap(path: &[Text], schema: Json, absence: Absence) -> Json {
    path.iter().rev().fold(schema, |inner, key| match (absence, inner) {
        (Absence::Fails, Json::Object(mut inner)) => {
            // Keywords about members pass on what is no object.
            inner.insert("type".into(), "object".into());
            json!({ "properties": { &**key: inner }, "required": [&**key] })
        }
        (_, inner) => json!({ "properties": { &**key: inner } }),
    })
}
