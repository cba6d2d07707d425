//! `element.json`: all that is known of an element. `catalog.json`: an index of the catalogue, all of that
//! but the messages.

use super::pretty::Pretty;
use super::{Artifact, Collected, Part};
use crate::Compiled;
use crate::derive::{push_json, push_member, push_string};
use crate::lower::{Member, Object, Shape};
use crate::resolve::{Element, Method, flow};
use crate::source::Spanned;
use crate::syntax::condition::show_condition;
use crate::syntax::descriptor::Authentication;
use crate::syntax::part::Leaf;
use crate::template::Site;
use serde_json::{Map, Value as Json};

/// The file of an element: all of its facts.
pub fn emit(compiled: &Compiled) -> Vec<Artifact> {
    let element = compiled.element;
    let key = &*element.key.value;
    let mut out = Pretty::default();
    out.open('{');
    out.member("version", &1.into());
    out.string("key", key);
    facts(element, &mut out);
    out.key("messages");
    out.open('{');
    for message in &compiled.messages {
        out.key(&message.name());
        out.open('{');
        out.string("description", &message.kind.description(key));
        out.key("entries");
        out.open('[');
        list(&message.root, "", &mut out);
        out.close(']');
        out.close('}');
    }
    out.close('}');
    out.close('}');
    out.text.push('\n');
    vec![Artifact::text(path(key), out.text)]
}

/// The member of one element.
pub fn part(compiled: &Compiled) -> Vec<String> {
    let key = &*compiled.element.key.value;
    let mut out = Pretty::at(2);
    out.text.push_str("    ");
    push_string(&mut out.text, key);
    out.text.push_str(": ");
    out.open('{');
    facts(compiled.element, &mut out);
    out.string("file", &path(key));
    out.close('}');
    vec![out.text]
}

/// The index, made of its members.
pub fn whole<'p>(parts: &[&'p Part], _: &Site) -> Collected<'p> {
    let mut whole = Collected::new("catalog.json", parts);
    whole.push("{\n  \"version\": 2,\n  \"elements\": {");
    whole.push(if parts.is_empty() { "" } else { "\n" });
    let any = whole.push_section(0, parts, false);
    whole.push(if any { "\n  }\n}\n" } else { "}\n}\n" });
    whole
}

fn path(key: &str) -> String {
    format!("{key}/element.json")
}

/// What both say of an element: all but its messages.
fn facts(element: &Element, out: &mut Pretty) {
    if let Some(id) = &element.id {
        out.member("id", &id.value.into());
    }
    out.string("name", &element.name.value);
    out.string("label", &flow::label(element));
    let said = [("hub", &element.hub), ("description", &element.description), ("image", &element.image)];
    for (key, said) in said {
        if let Some(said) = said {
            out.string(key, &said.value);
        }
        if key == "hub" {
            out.string("status", element.status().word());
        }
    }
    out.list("methods", &element.methods, |out, one| out.value(&method(one)));
}

/// Drops what is null, so that absence is absence.
fn compact(members: impl IntoIterator<Item = (&'static str, Json)>) -> Json {
    Json::Object(members.into_iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.to_owned(), v)).collect())
}

fn method(method: &Method) -> Json {
    compact([
        ("name", method.name.as_deref().map_or(Json::Null, Json::from)),
        ("title", method.title.as_ref().map_or(Json::Null, |title| Json::from(&*title.value))),
        ("authentication", method.authentication.word().into()),
        (method.authentication.word(), access(method)),
        ("when", method.when.as_ref().map_or(Json::Null, |w| show_condition(&w.value))),
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

/// Lists entries, each in a line, so that a change of one shows as a change of one.
fn list(object: &Object, path: &str, out: &mut Pretty) {
    for (key, member) in &object.members {
        let mut pointer = String::with_capacity(path.len() + key.len() + 1);
        pointer.push_str(path);
        push_member(&mut pointer, key);
        match &member.shape {
            Shape::Object(inner) => list(inner, &pointer, out),
            _ => {
                out.item();
                push_entry(&mut out.text, key, &pointer, member);
            }
        }
    }
}

fn push_entry(text: &mut String, key: &str, pointer: &str, member: &Member) {
    let about = &member.about;
    let (kind, values) = match &member.shape {
        Shape::Value(value) => (value.kind.word(), value.one_of.as_slice()),
        _ => ("list", &[][..]),
    };
    let said = [
        (r#"{"pointer":"#, Some(pointer)),
        (r#","key":"#, Some(key)),
        (r#","title":"#, Some(&about.title)),
        (r#","description":"#, about.description.as_deref()),
        (r#","group":"#, about.group.as_deref()),
        (r#","type":"#, Some(kind)),
    ];
    for (name, said) in said {
        if let Some(said) = said {
            text.push_str(name);
            push_string(text, said);
        }
    }
    for (at, value) in values.iter().enumerate() {
        text.push_str(if at == 0 { r#","values":["# } else { "," });
        push_json(text, value);
    }
    text.push_str(if values.is_empty() { "" } else { "]" });
    text.push_str(if member.required { r#","required":true"# } else { r#","required":false"# });
    if let Some(default) = about.default.as_ref().filter(|default| !default.is_null()) {
        text.push_str(r#","default":"#);
        push_json(text, default);
    }
    text.push_str(if about.secret { r#","secret":true"# } else { "" });
    if let Some(deprecated) = &about.deprecated {
        text.push_str(r#","deprecated":"#);
        push_json(text, &deprecated.show());
    }
    text.push('}');
}
