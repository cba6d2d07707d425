//! `catalog.json`: the resolved catalogue, one object per element.

use super::{Artifact, push_joined};
use crate::derive::push_member;
use crate::lower::{Member, Message, Object, Shape};
use crate::resolve::{Method, flow};
use crate::source::Spanned;
use crate::syntax::descriptor::Authentication;
use crate::syntax::entry::show_condition;
use crate::syntax::part::{Leaf, Text};
use crate::template::Site;
use crate::{Compiled, IndexMap};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value as Json};

/// The member of one element.
pub fn part(compiled: &Compiled) -> String {
    let key = Json::from(&*compiled.element.key.value);
    let element = serde_json::to_string_pretty(&element(compiled)).unwrap_or_default();
    format!("    {key}: {}", element.replace('\n', "\n    "))
}

/// The file, made of its members.
pub fn whole(parts: &[&str], _: &Site) -> Artifact {
    let mut text = String::with_capacity(parts.iter().map(|part| part.len() + 2).sum::<usize>() + 64);
    text.push_str("{\n  \"version\": 1,\n  \"elements\": {");
    text.push_str(if parts.is_empty() { "" } else { "\n" });
    push_joined(&mut text, parts, ",\n");
    text.push_str(if parts.is_empty() { "}\n}\n" } else { "\n  }\n}\n" });
    Artifact::text("catalog.json", text)
}

/// An element, as it is written.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<i64>,
    name: &'a str,
    label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hub: Option<&'a str>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    methods: Vec<Json>,
    messages: IndexMap<String, Described>,
}

/// A message.
#[derive(Serialize)]
struct Described {
    description: String,
    /// Each entry in a line, so that a change of one shows as a change of one.
    entries: Vec<Box<RawValue>>,
}

/// An entry.
#[derive(Serialize)]
struct Listed<'a> {
    pointer: &'a str,
    key: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    r#type: &'static str,
    #[serde(skip_serializing_if = "<[Json]>::is_empty")]
    values: &'a [Json],
    required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<&'a Json>,
    #[serde(skip_serializing_if = "is_false")]
    secret: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    deprecated: Option<Json>,
}

fn is_false(value: &bool) -> bool {
    !value
}

/// Drops what is null, so that absence is absence.
fn compact(members: impl IntoIterator<Item = (&'static str, Json)>) -> Json {
    Json::Object(members.into_iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.to_owned(), v)).collect())
}

fn text(text: &Option<Spanned<Text>>) -> Option<&str> {
    text.as_ref().map(|text| &*text.value)
}

fn element<'a>(compiled: &'a Compiled) -> Whole<'a> {
    let element = &compiled.element;
    let method = |method: &Method| {
        compact([
            ("name", method.name.as_deref().map_or(Json::Null, Json::from)),
            ("title", text(&method.title).map_or(Json::Null, Json::from)),
            ("authentication", method.authentication.word().into()),
            (method.authentication.word(), access(method)),
            ("when", method.when.as_ref().map_or(Json::Null, |w| show_condition(&w.value))),
        ])
    };
    let message = |message: &Message| {
        let mut entries = Vec::new();
        list(&message.root, "", &mut entries);
        (message.name(), Described { description: message.kind.description(&element.key.value), entries })
    };
    Whole {
        id: element.id.as_ref().map(|id| id.value),
        name: &element.name.value,
        label: flow::label(element),
        hub: text(&element.hub),
        status: element.status().word(),
        description: text(&element.description),
        image: text(&element.image),
        methods: element.methods.iter().map(method).collect(),
        messages: compiled.messages.iter().map(message).collect(),
    }
}

/// What the platform needs to know to get access, beyond the messages.
fn access(method: &Method) -> Json {
    let (one, two, key) = (&method.body.oauth1, &method.body.oauth2, &method.body.api_key);
    let facts = match method.authentication {
        Authentication::OAuth1 => compact([
            ("request", said(&one.request)),
            ("authorize", said(&one.authorize)),
            ("access", said(&one.access)),
        ]),
        Authentication::OAuth2 => compact([
            ("authorize", said(&two.authorize)),
            ("token", said(&two.token)),
            ("revoke", said(&two.revoke)),
            ("scope", flow::scope(method).map_or(Json::Null, Json::from)),
            ("pkce", said(&two.pkce)),
            ("clientAuth", said(&two.client_auth)),
        ]),
        Authentication::ApiKey => {
            compact([("in", said(&key.location)), ("name", said(&key.name)), ("from", said(&key.from))])
        }
        Authentication::Basic | Authentication::Custom => Json::Null,
    };
    if facts.as_object().is_some_and(Map::is_empty) { Json::Null } else { facts }
}

fn said<T: Leaf>(fact: &Option<Spanned<T>>) -> Json {
    fact.as_ref().map_or(Json::Null, |fact| fact.value.show())
}

fn list(object: &Object, path: &str, entries: &mut Vec<Box<RawValue>>) {
    for (key, member) in &object.members {
        let mut pointer = String::with_capacity(path.len() + key.len() + 1);
        pointer.push_str(path);
        push_member(&mut pointer, key);
        match &member.shape {
            Shape::Object(inner) => list(inner, &pointer, entries),
            _ => entries.extend(to_raw_value(&entry(key, &pointer, member))),
        }
    }
}

fn entry<'a>(key: &'a str, pointer: &'a str, member: &'a Member) -> Listed<'a> {
    let about = &member.about;
    let (kind, values) = match &member.shape {
        Shape::Value(value) => (value.kind.word(), value.one_of.as_slice()),
        _ => ("list", &[][..]),
    };
    Listed {
        pointer,
        key,
        title: &about.title,
        description: about.description.as_deref(),
        group: about.group.as_deref(),
        r#type: kind,
        values,
        required: member.required,
        default: about.default.as_ref().filter(|default| !default.is_null()),
        secret: about.secret,
        deprecated: about.deprecated.as_ref().map(Leaf::show),
    }
}
