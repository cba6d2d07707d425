//! `<message>.schema.json`: JSON Schema 2020-12 of each message.

use super::Artifact;
use super::pretty::Pretty;
use crate::Compiled;
use crate::derive::push_string;
use crate::lower::{Check, Expected, Member, Message, Object, Path, Rule, Shape, Test, Value, When};
use crate::resolve::Element;
use crate::syntax::constraint::Relation;
use crate::syntax::entry::Type;
use crate::syntax::part::Text;
use elementc_runtime::accepts;
use serde_json::{Map, Value as Json, json};

/// The dialect.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

pub fn emit(compiled: &Compiled) -> Vec<Artifact> {
    let element = compiled.element;
    let artifact = |message: &Message| {
        let path = format!("{}/{}.schema.json", element.key.value, message.name());
        Artifact::text(path, written(element, message))
    };
    compiled.messages.iter().map(artifact).collect()
}

/// The schema of a message.
#[must_use]
pub fn schema(element: &Element, message: &Message) -> Json {
    serde_json::from_str(&written(element, message)).unwrap_or_default()
}

/// The text of the schema of a message.
fn written(element: &Element, message: &Message) -> String {
    let (key, name) = (&element.key.value, message.name());
    let mut schema = Pretty::at(0);
    schema.open('{');
    schema.string("$schema", DIALECT);
    schema.string("$id", &format!("urn:elementc:{key}:{name}"));
    schema.string("title", &format!("{}: {name}", element.name.value));
    schema.string("description", &message.kind.description(key));
    let (placed, closed) = (group(&message.rules), message.kind.is_closed());
    Within { placed: &placed, closed, path: &[] }.object(&message.root, &mut schema);
    schema.list("examples", &message.samples, |schema, sample| schema.value(&sample.json));
    schema.close('}');
    schema.text.push('\n');
    schema.text
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
    fn object(self, object: &Object, schema: &mut Pretty) {
        schema.string("type", "object");
        schema.key("properties");
        schema.open('{');
        for (key, member) in &object.members {
            self.property(key, member, schema);
        }
        schema.close('}');
        if object.members.values().any(|member| member.required) {
            let required = object.members.iter().filter(|(_, member)| member.required);
            schema.list("required", required, |schema, (key, _)| push_string(&mut schema.text, key));
        }
        let mut here = self.placed.iter().filter(|(at, _)| at == self.path).peekable();
        if here.peek().is_some() {
            schema.list("allOf", here, |schema, (at, rules)| schema.value(&self::rules(rules, at.len())));
        }
        if !object.open {
            schema.member("additionalProperties", &false.into());
        }
    }

    fn property(self, key: &Text, member: &Member, schema: &mut Pretty) {
        let about = &member.about;
        schema.key(key);
        schema.open('{');
        schema.string("title", &about.title);
        if let Some(description) = &about.description {
            schema.string("description", description);
        }
        match &member.shape {
            Shape::Object(inner) => {
                let path: Path = self.path.iter().chain([key]).cloned().collect();
                Within { path: &path, ..self }.object(inner, schema);
            }
            Shape::List => schema.string("type", "array"),
            Shape::Strings => {
                schema.string("type", "array");
                schema.member("items", &json!({ "type": "string" }));
            }
            Shape::Value(value) => scalar(value, about.secret, schema),
        }
        if about.secret && self.closed {
            schema.member("writeOnly", &true.into());
        }
        if let Some(default) = &about.default {
            schema.member("default", default);
        }
        if let (Some(example), false) = (&about.example, matches!(member.shape, Shape::Object(_))) {
            schema.list("examples", [example], Pretty::value);
        }
        if let Some(deprecated) = &about.deprecated {
            schema.member("deprecated", &true.into());
            let words = deprecated_words(deprecated);
            if !words.is_empty() {
                schema.string("$comment", &words);
            }
        }
        schema.close('}');
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

fn scalar(value: &Value, secret: bool, schema: &mut Pretty) {
    let names = [
        (accepts::BOOLEAN, "boolean"),
        (accepts::INTEGER, "integer"),
        (accepts::NUMBER, "number"),
        (accepts::OBJECT, "object"),
        (accepts::STRING, "string"),
        (accepts::NULL, "null"),
    ];
    let mut types = names.iter().filter(|(bit, _)| value.accepts & bit != 0).map(|(_, name)| *name);
    match (types.clone().count(), types.next()) {
        (1, Some(one)) => schema.string("type", one),
        (_, first) => {
            let types = first.into_iter().chain(types);
            schema.list("type", types, |schema, name| push_string(&mut schema.text, name));
        }
    }
    match value.one_of.as_slice() {
        [] => {}
        [one] => schema.member("const", one),
        many => schema.list("enum", many, Pretty::value),
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
        schema.string("format", if secret { "password" } else { format });
    }
    if let Some(pattern) = &value.pattern {
        schema.string("pattern", &pattern.source);
    }
    for (key, bound) in [("minimum", value.min), ("maximum", value.max)] {
        if let Some(bound) = bound {
            schema.member(key, &crate::syntax::leaf::number(bound));
        }
    }
    if secret && format.is_none() {
        schema.string("format", "password");
    }
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
