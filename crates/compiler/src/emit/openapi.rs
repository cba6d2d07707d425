//! `openapi.json`: OpenAPI 3.1 of the provisioning API over all elements.
//!
//! Schemas are those of the messages, by reference to their files beside this one. A discriminator is a
//! member at the top of a body, so what tells the bodies of `POST /instances` apart is the constant that
//! each schema has for `element.key`.

use super::javascript::type_name;
use super::{Artifact, push_joined};
use crate::Compiled;
use crate::derive::token;
use crate::lower::{Message, MessageKind};
use crate::template::Site;
use crate::template::escape::percent;
use elementc_runtime::{Placeholders, validate};
use serde_json::{Value as Json, json};

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

/// Between the sections of a part; no JSON holds it.
const BETWEEN: &str = "\0";

/// The requests that go ahead of `POST /instances`, and what they ask for.
const AHEAD: [(MessageKind, MessageKind, &str, &str); 2] = [
    (MessageKind::TokenRequest, MessageKind::TokenResponse, "token", "Get a request token"),
    (MessageKind::UrlRequest, MessageKind::UrlResponse, "url", "Get the URL to send the user to"),
];

/// What one element adds, section by section.
pub fn part(compiled: &Compiled) -> String {
    let element = compiled.element;
    let key = &*element.key.value;
    let mut tag = json!({ "name": key, "description": &*element.name.value });
    if let Some(description) = &element.description {
        tag["description"] = format!("{}: {}", element.name.value, description.value).into();
    }
    let paths = AHEAD.iter().filter_map(|ahead| Some((path(key, ahead.2), operation(compiled, ahead)?)));
    let [bodies, answers] = [MessageKind::CreateInstance, MessageKind::CreatedInstance]
        .map(|kind| compiled.messages.iter().filter(move |m| m.kind == kind).collect::<Vec<_>>());
    let references = |messages: &[&Message]| list(messages.iter().map(|m| reference(key, m, "")));
    let example = |method: &Option<_>, more: Json| {
        let title = match method {
            Some(method) => format!("{}: {method}", element.name.value),
            None => element.name.value.to_string(),
        };
        let mut example = json!({ "summary": title });
        merge(&mut example, more);
        (method.as_ref().map_or_else(|| key.to_owned(), |method| format!("{key}.{method}")), example)
    };
    let samples = |messages: &[&Message]| messages.iter().flat_map(|m| m.samples.clone()).collect::<Vec<_>>();
    let requests = samples(&bodies).into_iter().map(|s| example(&s.method, json!({ "value": s.json })));
    let file = format!("{key}/{}.example.json", MessageKind::CreatedInstance.name());
    let created = example(&None, json!({ "externalValue": file }));
    let report = missing(compiled).map(|report| example(&None, json!({ "value": report })));
    let texts = [
        list([tag]),
        members(paths),
        references(&bodies),
        members(requests),
        references(&answers),
        members([created]),
        members(report),
    ];
    let indented = texts.iter().zip(SECTIONS).map(|(text, (_, by))| match text.as_str() {
        "" => String::new(),
        text => format!("{0:by$}{1}", "", text.replace('\n', &format!("\n{:by$}", ""))),
    });
    indented.collect::<Vec<_>>().join(BETWEEN)
}

/// The file, made of its parts.
pub fn whole(parts: &[&str], site: &Site) -> Artifact {
    let mut sections: [Vec<&str>; SECTIONS.len()] = Default::default();
    for part in parts {
        let texts = sections.iter_mut().zip(part.split(BETWEEN));
        texts.filter(|(_, text)| !text.is_empty()).for_each(|(section, text)| section.push(text));
    }
    let platform = Json::from(&*site.platform).to_string();
    let mut text =
        String::with_capacity(parts.iter().map(|part| part.len() + 8).sum::<usize>() + FRAME.len());
    for line in FRAME.lines() {
        // A hole is a line of its own; with nothing to fill it, it is no line.
        let name = line.trim_end_matches(',').strip_prefix('<').and_then(|name| name.strip_suffix('>'));
        match name.and_then(|name| SECTIONS.iter().position(|(known, _)| *known == name)) {
            None => text.push_str(&line.replace("<platform>", &platform)),
            Some(at) if sections[at].is_empty() => continue,
            // One example of an error is enough.
            Some(at) if SECTIONS[at].0 == "report" => text.push_str(sections[at][0]),
            Some(at) => {
                push_joined(&mut text, &sections[at], ",\n");
                text.push_str(if line.ends_with(',') { "," } else { "" });
            }
        }
        text.push('\n');
    }
    Artifact::text("openapi.json", text)
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
    let report = validate(program, body.to_string().as_bytes(), Placeholders::Allowed);
    report.missing().next()?;
    serde_json::from_str(&report.to_json()).ok()
}

fn merge(into: &mut Json, more: Json) {
    if let (Json::Object(into), Json::Object(more)) = (into, more) {
        into.extend(more);
    }
}

/// JSON as people read it.
fn pretty(json: &Json) -> String {
    serde_json::to_string_pretty(json).unwrap_or_default()
}

/// Items of a list, without its brackets.
fn list(items: impl IntoIterator<Item = Json>) -> String {
    items.into_iter().map(|item| pretty(&item)).collect::<Vec<_>>().join(",\n")
}

/// Members of an object, without its braces.
fn members(members: impl IntoIterator<Item = (String, Json)>) -> String {
    let member = |(key, value): (String, Json)| format!("{}: {}", Json::from(key), pretty(&value));
    members.into_iter().map(member).collect::<Vec<_>>().join(",\n")
}
