//! `openapi.json`: OpenAPI 3.1 of the provisioning API over all elements.
//!
//! Schemas are those of the messages, by reference to their files beside this one. A discriminator is a
//! member at the top of a body, so what tells the bodies of `POST /instances` apart is the constant that
//! each schema has for `element.key`.

use super::javascript::type_name;
use super::pretty::Pretty;
use super::{Collected, Part};
use crate::Compiled;
use crate::derive::{push_json, token};
use crate::lower::{Message, MessageKind};
use crate::template::Site;
use crate::template::escape::percent;
use elementc_runtime::{Placeholders, validate};
use serde_json::{Map, Value as Json, json};

/// What all elements share, with a line `<name>` for each section.
const FRAME: &str = include_str!("openapi.frame.txt");

/// What each element adds, and how far it is indented.
const SECTIONS: [(&str, usize); 7] = [
    ("tags", 4),
    ("paths", 4),
    ("bodies", 18),
    ("requests", 16),
    ("answers", 20),
    ("created", 18),
    ("report", 18),
];

/// The requests that go ahead of `POST /instances`, and what they ask for.
const AHEAD: [(MessageKind, MessageKind, &str, &str); 2] = [
    (MessageKind::TokenRequest, MessageKind::TokenResponse, "token", "Get a request token"),
    (MessageKind::UrlRequest, MessageKind::UrlResponse, "url", "Get the URL to send the user to"),
];

/// What one element adds, section by section.
pub fn part(compiled: &Compiled) -> Vec<String> {
    let element = compiled.element;
    let key = &*element.key.value;
    let mut tag = json!({ "name": key, "description": &*element.name.value });
    if let Some(description) = &element.description {
        tag["description"] = format!("{}: {}", element.name.value, description.value).into();
    }
    let paths = AHEAD.iter().filter_map(|ahead| Some((path(key, ahead.2), operation(compiled, ahead)?)));
    let [bodies, answers] = [MessageKind::CreateInstance, MessageKind::CreatedInstance]
        .map(|kind| compiled.messages.iter().filter(move |m| m.kind == kind).collect::<Vec<_>>());
    let references =
        |depth, messages: &[&Message]| list(depth, messages.iter().map(|m| reference(key, m, "")));
    let example = |method: &Option<_>, name: &str, value: Json| {
        let title = match method {
            Some(method) => format!("{}: {method}", element.name.value),
            None => element.name.value.to_string(),
        };
        let example = Map::from_iter([("summary".to_owned(), title.into()), (name.to_owned(), value)]);
        (method.as_ref().map_or_else(|| key.to_owned(), |method| format!("{key}.{method}")), example.into())
    };
    let samples = bodies.iter().flat_map(|m| &m.samples);
    let requests = samples.map(|sample| example(&sample.method, "value", sample.json.clone()));
    let file = format!("{key}/{}.example.json", MessageKind::CreatedInstance.name());
    let created = example(&None, "externalValue", file.into());
    let report = missing(compiled).map(|report| example(&None, "value", report));
    let [tags, path, body, request, answer, create, missing] = SECTIONS.map(|(_, by)| by / 2);
    vec![
        list(tags, [tag]),
        members(path, paths),
        references(body, &bodies),
        members(request, requests),
        references(answer, &answers),
        members(create, [created]),
        members(missing, report),
    ]
}

/// The file, made of its parts.
pub fn whole<'p>(parts: &[&'p Part], site: &Site) -> Collected<'p> {
    let platform = Json::from(&*site.platform).to_string();
    let mut whole = Collected::new("openapi.json", parts);
    for line in FRAME.lines() {
        // A hole is a line of its own; with nothing to fill it, it is no line.
        let name = line.trim_end_matches(',').strip_prefix('<').and_then(|name| name.strip_suffix('>'));
        match name.and_then(|name| SECTIONS.iter().position(|(known, _)| *known == name)) {
            None => whole.push(line.replace("<platform>", &platform)),
            // One example of an error is enough.
            Some(at) if whole.push_section(at, parts, SECTIONS[at].0 == "report") => {
                whole.push(if line.ends_with(',') { "," } else { "" });
            }
            Some(_) => continue,
        }
        whole.push("\n");
    }
    whole
}

fn path(key: &str, what: &str) -> String {
    format!("/elements/{key}/oauth/{what}")
}

/// A request that goes ahead; `None` if no method has it.
fn operation(compiled: &Compiled, ahead: &(MessageKind, MessageKind, &str, &str)) -> Option<Json> {
    let (request, response, what, summary) = *ahead;
    let key = &*compiled.element.key.value;
    let of = |kind| compiled.messages.iter().filter(move |m| m.kind == kind).collect::<Vec<_>>();
    let (requests, responses) = (of(request), of(response));
    let mut parameters: Vec<Json> = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for (name, member) in requests.iter().flat_map(|message| &message.root.members) {
        if seen.contains(&&**name) {
            continue;
        }
        seen.push(name);
        let having: Vec<_> = requests.iter().filter(|m| m.root.members.contains_key(name)).collect();
        let always = having.len() == requests.len() && having.iter().all(|m| m.root.members[name].required);
        let schemas = having.iter().map(|m| reference(key, m, &format!("/properties/{}", escaped(name))));
        let mut parameter = json!({ "name": &**name, "in": "query", "required": always });
        if let Some(description) = &member.about.description {
            parameter["description"] = (&**description).into();
        }
        if member.about.deprecated.is_some() {
            parameter["deprecated"] = true.into();
        }
        parameter["schema"] = any_of(schemas.collect());
        if let Some(example) = requests.iter().find_map(|m| m.samples.first()?.json.get(&**name)) {
            parameter["example"] = example.clone();
        }
        parameters.push(parameter);
    }
    let schema = any_of(responses.iter().map(|message| reference(key, message, "")).collect());
    let mut content = json!({ "schema": schema });
    if let Some(sample) = responses.iter().find_map(|m| m.samples.first()) {
        content["example"] = sample.json.clone();
    }
    requests.first()?;
    Some(json!({ "get": {
        "tags": [key],
        "operationId": format!("oauth{}{}", type_name(what), type_name(key)),
        "summary": format!("{summary}: {}", compiled.element.name.value),
        "security": [],
        "parameters": parameters,
        "responses": { "200": {
            "description": responses.first()?.kind.description(key),
            "content": { "application/json": content }
        } }
    } }))
}

/// A schema, or any of several.
fn any_of(mut schemas: Vec<Json>) -> Json {
    if schemas.len() == 1 { schemas.remove(0) } else { json!({ "anyOf": schemas }) }
}

/// The schema of a message, or what is at a pointer in it.
fn reference(key: &str, message: &Message, pointer: &str) -> Json {
    let fragment = if pointer.is_empty() { String::new() } else { format!("#{pointer}") };
    json!({ "$ref": format!("{key}/{}.schema.json{fragment}", percent(&message.name())) })
}

/// A key in a pointer in a fragment (RFC 6901 §6).
fn escaped(key: &str) -> String {
    percent(&token(key))
}

/// What is reported of the first sample without its configuration.
fn missing(compiled: &Compiled) -> Option<Json> {
    let (message, program) = compiled.message(MessageKind::CreateInstance.name())?;
    let mut body = message.samples.first()?.json.clone();
    body.get_mut("configuration")?.as_object_mut()?.clear();
    let mut text = String::with_capacity(256);
    push_json(&mut text, &body);
    let report = validate(program, text.as_bytes(), Placeholders::Allowed);
    report.missing().next()?;
    serde_json::from_str(&report.to_json()).ok()
}

/// Items of a list at that depth, without its brackets.
fn list(depth: usize, items: impl IntoIterator<Item = Json>) -> String {
    let mut out = Pretty::at(depth);
    for item in items {
        out.item();
        out.value(&item);
    }
    inside(out)
}

/// Members of an object at that depth, without its braces.
fn members(depth: usize, members: impl IntoIterator<Item = (String, Json)>) -> String {
    let mut out = Pretty::at(depth);
    for (key, value) in members {
        out.member(&key, &value);
    }
    inside(out)
}

/// What was written, without what stands between the first and what is before it.
fn inside(out: Pretty) -> String {
    out.text.trim_start_matches([',', '\n']).to_owned()
}
