//! `catalog.json`: the resolved catalogue, one object per element.

use super::Artifact;
use crate::Compiled;
use crate::lower::{Member, Object, Shape};
use crate::resolve::{Method, flow};
use crate::source::Spanned;
use crate::syntax::descriptor::Authentication;
use crate::syntax::entry::show_condition;
use crate::syntax::part::Leaf;
use serde_json::{Map, Value as Json, json};

/// The member of one element.
pub fn part(compiled: &Compiled) -> String {
    let key = Json::from(&*compiled.element.key.value);
    let element = serde_json::to_string_pretty(&element(compiled)).unwrap_or_default();
    format!("    {key}: {}", element.replace('\n', "\n    "))
}

/// The file, made of its members.
pub fn whole(parts: &[&str]) -> Artifact {
    let elements = match parts {
        [] => "{}".to_owned(),
        _ => format!("{{\n{}\n  }}", parts.join(",\n")),
    };
    Artifact::text("catalog.json", format!("{{\n  \"version\": 1,\n  \"elements\": {elements}\n}}\n"))
}

/// Drops what is null, so that absence is absence.
fn compact(members: impl IntoIterator<Item = (&'static str, Json)>) -> Json {
    Json::Object(members.into_iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.to_owned(), v)).collect())
}

fn element(compiled: &Compiled) -> Json {
    let element = &compiled.element;
    let text = |text: &Option<crate::source::Spanned<crate::syntax::part::Text>>| {
        text.as_ref().map_or(Json::Null, |t| Json::from(&*t.value))
    };
    let methods: Vec<Json> = element
        .methods
        .iter()
        .map(|method| {
            compact([
                ("name", method.name.as_deref().map_or(Json::Null, Json::from)),
                ("title", text(&method.title)),
                ("authentication", method.authentication.word().into()),
                (method.authentication.word(), access(method)),
                ("when", method.when.as_ref().map_or(Json::Null, |w| show_condition(&w.value))),
            ])
        })
        .collect();
    let messages: Map<String, Json> = compiled
        .messages
        .iter()
        .map(|message| {
            let mut entries = Vec::new();
            list(&message.root, "", &mut entries);
            (
                message.name(),
                json!({ "description": message.kind.description(&element.key.value), "entries": entries }),
            )
        })
        .collect();
    compact([
        ("id", element.id.as_ref().map_or(Json::Null, |id| id.value.into())),
        ("name", (&*element.name.value).into()),
        ("label", flow::label(element).into()),
        ("hub", text(&element.hub)),
        ("status", element.status().word().into()),
        ("description", text(&element.description)),
        ("image", text(&element.image)),
        ("methods", methods.into()),
        ("messages", Json::Object(messages)),
    ])
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

fn list(object: &Object, path: &str, entries: &mut Vec<Json>) {
    for (key, member) in &object.members {
        let pointer = format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"));
        match &member.shape {
            Shape::Object(inner) => list(inner, &pointer, entries),
            _ => entries.push(entry(key, &pointer, member)),
        }
    }
}

fn entry(key: &str, pointer: &str, member: &Member) -> Json {
    let about = &member.about;
    let (kind, values) = match &member.shape {
        Shape::Value(value) => (value.kind.word(), value.one_of.clone()),
        _ => ("list", Vec::new()),
    };
    compact([
        ("pointer", pointer.into()),
        ("key", key.into()),
        ("title", about.title.as_str().into()),
        ("description", about.description.as_deref().map_or(Json::Null, Json::from)),
        ("group", about.group.as_deref().map_or(Json::Null, Json::from)),
        ("type", kind.into()),
        ("values", if values.is_empty() { Json::Null } else { values.into() }),
        ("required", member.required.into()),
        ("default", about.default.clone().unwrap_or_default()),
        ("secret", if about.secret { true.into() } else { Json::Null }),
        ("deprecated", about.deprecated.as_ref().map_or(Json::Null, Leaf::show)),
    ])
}
