//! Entries: an item becomes an entry of the descriptor, whole or as a change of what is inherited.

use super::document::{Map, Node};
use super::facts::{Item, Sender};
use super::{definition, words};
use crate::check::credentials::sounds_secret;
use crate::syntax::condition::Requirement;
use crate::syntax::descriptor::Body;
use crate::syntax::entry::{Entry, Type};
use serde_json::Value as Json;

/// An example alone needs no braces.
pub fn short(mut map: Map) -> Node {
    match map.0.as_slice() {
        [line] if line.key == "example" && matches!(line.node, Node::Scalar(_)) => map.0.remove(0).node,
        _ => Node::Map(map),
    }
}

/// An entry that the application sends, in whole.
pub fn sent(item: &Item) -> Node {
    let mut map = Map::default();
    let optional = !item.is_required();
    let free = matches!(item.kind, Type::String | Type::List) || item.secret == Some(true);
    let unshown = item.example.is_none() && item.default.is_none() && !free;
    let assumed = item.default.as_ref().is_some_and(|d| d.as_str() == Some(""));
    let shown = !(optional && (item.hidden || assumed || unshown));
    map.put_some("title", item.title.as_deref().filter(|t| *t != item.key));
    map.put_some("description", item.description.as_deref().filter(|d| shown || tells_more(d, item)));
    map.put_some("group", item.group.as_deref());
    if item.kind != Type::String {
        map.put("type", item.kind.word());
    }
    if !item.values.is_empty() {
        map.put("values", Json::from(item.values.clone()));
    }
    if let Some((key, value)) = &item.when {
        map.at(&["required", "when"]).put(&**key, value.clone());
    } else if !item.required && item.default.is_none() {
        map.put("required", false);
    }
    map.put_some("from", item.from);
    map.put_some("default", item.default.clone());
    if let Some(example) = &item.example {
        map.put("example", example.clone());
    } else if unshown && !optional {
        map.line("example", valid(item.kind)).note("made up");
    }
    map.put_some("placeholder", item.placeholder.as_deref());
    if !shown {
        map.put("sample", false);
    }
    // A client identifier sounds like a secret, but outside of a flow nobody can tell that it is none.
    let none = item.kind == Type::String && item.values.is_empty() && sounds_secret(&item.key);
    map.put_some("secret", item.secret.or(none.then_some(false)));
    Node::Map(map)
}

/// Whether a description says more than the title. Where nobody fills in, it helps nobody otherwise.
fn tells_more(description: &str, item: &Item) -> bool {
    let title = item.title.as_deref().unwrap_or_default().to_lowercase();
    let description = description.to_lowercase();
    // Before the title stands the name of the element, if anything.
    let before = description.strip_suffix(&title).filter(|_| !title.is_empty());
    before.is_none_or(|before| {
        before.len() > 30 || before.contains([',', '.', ';']) || before.split_whitespace().count() > 5
    })
}

/// An entry that the platform reports, in whole.
pub fn reported(item: &Item) -> Node {
    let mut map = Map::default();
    map.put_some("title", item.title.as_deref().filter(|t| *t != item.key));
    map.put_some("description", item.description.as_deref().filter(|d| tells_more(d, item)));
    if item.kind != Type::String {
        map.put("type", item.kind.word());
    }
    if !item.values.is_empty() {
        map.put("values", Json::from(item.values.clone()));
    }
    map.put_some("example", item.default.as_ref().and_then(words::as_text).map(Json::String));
    map.put_some("secret", item.secret);
    short(map)
}

/// A value of a type, for a sample.
fn valid(kind: Type) -> Json {
    match kind {
        Type::Boolean => Json::Bool(false),
        Type::Integer | Type::Number => 1.into(),
        Type::Json => Json::Object(serde_json::Map::new()),
        Type::Url => "https://vendor.example".into(),
        Type::Datetime => "2017-03-14T19:20:16Z".into(),
        Type::Email => "someone@vendor.example".into(),
        Type::Hostname => "vendor.example".into(),
        Type::String | Type::List => Json::Null,
    }
}

/// How an item differs from what is inherited under its key.
pub enum Change {
    /// In more than can be added or overridden.
    Replace,
    /// In some attributes, or in none.
    Say { add: Map, overrides: Map, remove: Vec<&'static str> },
}

/// How an item that the application sends differs.
pub fn over_sent(item: &Item, inherited: &Entry) -> Change {
    let (mut add, mut overrides, mut remove) = (Map::default(), Map::default(), Vec::new());
    let kind = inherited.kind.as_ref().map_or(Type::String, |k| k.value);
    let textual =
        |kind| matches!(kind, Type::String | Type::Url | Type::Email | Type::Hostname | Type::Datetime);
    let secret = inherited.secret.as_ref().map(|s| s.value);
    let text = item.default.as_ref().and_then(words::as_text);
    let sound = match (kind, &text) {
        (_, None) => true,
        (Type::Boolean, Some(text)) => matches!(text.to_ascii_lowercase().as_str(), "true" | "false"),
        (Type::Url, Some(text)) => definition::is_url(text),
        (Type::String, Some(_)) => true,
        _ => false,
    };
    let refines = kind == item.kind || (textual(kind) && textual(item.kind)) || item.kind == Type::String;
    let values: Vec<String> =
        inherited.values.iter().flat_map(|v| &v.value).filter_map(|v| words::as_text(&v.value)).collect();
    let listed = values.is_empty() || text.as_ref().is_none_or(|t| values.contains(t));
    let same_values = item.values.is_empty() || item.values == values || values.is_empty();
    let derived = item.from.is_some()
        || inherited.value.is_some()
        || inherited.from.is_some()
        || inherited.template.is_some();
    if !sound || !refines || !listed || !same_values || derived || item.when.is_some() {
        return Change::Replace;
    }
    match (&item.title, &inherited.title) {
        (Some(own), Some(said)) if **own != *said.value && !item.inferred.title => {
            overrides.put("title", &**own)
        }
        (Some(own), None) if *own != item.key => add.put("title", &**own),
        _ => {}
    }
    match (&item.description, &inherited.description) {
        (Some(own), Some(said)) if **own != *said.value && tells_more(own, item) => {
            overrides.put("description", &**own)
        }
        (Some(own), None) => add.put("description", &**own),
        _ => {}
    }
    // Of a boolean, both say nothing new.
    let is_said =
        kind == Type::Boolean && ["true", "false"].iter().all(|both| item.values.iter().any(|v| v == both));
    if !item.values.is_empty() && values.is_empty() && !is_said {
        add.put("values", Json::from(item.values.clone()));
    }
    let default = item.default.as_ref().filter(|_| secret != Some(true));
    let default = default.map(|default| match (kind, default) {
        (Type::Boolean, Json::String(text)) => Json::Bool(text.eq_ignore_ascii_case("true")),
        _ => default.clone(),
    });
    let required = item.required && default.is_none();
    // The one who says `default` last is heard; without, what is inherited may have to go.
    match (&default, &inherited.default) {
        _ if item.inferred.required => {}
        (Some(own), Some(said)) if words::as_text(own) == words::as_text(&said.value) => {}
        (Some(own), Some(_)) => overrides.put("default", own.clone()),
        (Some(own), None) => add.put("default", own.clone()),
        (None, Some(_)) => remove.push("default"),
        (None, None) => {}
    }
    match (inherited.required.as_ref().map(|r| &r.value), required) {
        _ if item.inferred.required => {}
        (Some(Requirement::Always(said)), own) if *said == own => {}
        (Some(_), own) => overrides.put("required", own),
        (None, false) if default.is_none() => add.put("required", false),
        (None, _) => {}
    }
    let assumed = default.is_some() || (inherited.default.is_some() && !remove.contains(&"default"));
    let unshown = inherited.example.is_none() && !assumed;
    if required
        && !item.inferred.required
        && unshown
        && values.is_empty()
        && !matches!(kind, Type::String | Type::List)
    {
        add.line("example", valid(kind)).note("made up");
    }
    if let (Some(placeholder), None) = (&item.placeholder, &inherited.placeholder)
        && kind == Type::String
        && values.is_empty()
    {
        add.put("placeholder", &**placeholder);
    }
    if item.secret == Some(true) && secret.is_none() {
        add.put("secret", true);
    }
    Change::Say { add, overrides, remove }
}

/// How an item that the platform reports differs.
///
/// `derived` is what its origin says, if it has one.
pub fn over_reported(item: &Item, inherited: &Entry, derived: Option<&str>) -> Change {
    let (mut add, mut overrides) = (Map::default(), Map::default());
    let secret = inherited.secret.as_ref().map(|s| s.value);
    let own = item.default.as_ref().filter(|_| secret != Some(true)).and_then(words::as_text);
    let said = inherited.example.as_ref().map(|e| words::as_text(&e.value));
    match (own, said) {
        (Some(own), Some(said)) if said.as_deref() == Some(&own) => {}
        (Some(own), Some(_)) => overrides.put("example", own.as_str()),
        (Some(own), None) if derived != Some(own.as_str()) => add.put("example", own.as_str()),
        _ => {}
    }
    if item.secret == Some(true) && secret.is_none() && inherited.from.is_none() {
        add.put("secret", true);
    }
    Change::Say { add, overrides, remove: Vec::new() }
}

/// A member of the element as an entry reports it, if its type fits.
pub fn reportable(entry: &Entry, value: &Json) -> Option<Json> {
    if entry.from.is_some() {
        return None;
    }
    let kind = entry.kind.as_ref().map(|k| k.value);
    let example = entry.example.as_ref().map(|e| &e.value);
    let text = words::as_text(value)?;
    match kind {
        Some(Type::Boolean) => text.to_ascii_lowercase().parse().ok().map(Json::Bool),
        None if example.is_some_and(Json::is_boolean) => {
            text.to_ascii_lowercase().parse().ok().map(Json::Bool)
        }
        None if example.is_some_and(Json::is_number) => value.is_number().then(|| value.clone()),
        Some(Type::Url) => definition::is_url(&text).then_some(Json::String(text)),
        None | Some(Type::String) => Some(Json::String(text)),
        Some(_) => None,
    }
}

/// An item as the trait of some variant knows it: an entry has one type in all variants.
pub fn like_others<'a>(item: &Item, bodies: impl Iterator<Item = &'a Body>) -> Item {
    let mut item = item.clone();
    if item.sender == Sender::Platform {
        return item;
    }
    let known: Vec<&Entry> =
        bodies.filter_map(|b| b.configuration.get(&item.key)).map(|e| &e.inner).collect();
    let text = item.default.as_ref().and_then(words::as_text);
    for entry in known {
        if let (Type::String, Some(Type::Url)) = (item.kind, entry.kind.as_ref().map(|k| k.value))
            && text.as_deref().is_none_or(definition::is_url)
        {
            item.kind = Type::Url;
            item.example = entry.example.as_ref().map(|e| e.value.clone());
        }
        if entry.secret.as_ref().is_some_and(|s| s.value) {
            // However it is edited: a secret is text.
            (item.kind, item.secret, item.default) = (Type::String, Some(true), None);
            item.values.clear();
        }
    }
    item
}
