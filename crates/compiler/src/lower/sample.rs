//! Samples: what an entry shows in an example of its message.
//!
//! In: an entry and its place. Out: a value, if samples show it: constants, defaults and typed
//! entries show theirs; free text shows a placeholder in requests, an obvious fake elsewhere; a
//! secret never shows its value.

use super::shape::{Lowered, as_text, is_free};
use crate::resolve::flow::{self, Place, Target};
use crate::syntax::entry::{Entry, Form, Type};
use serde_json::Value as Json;

/// What stands for a secret in what the platform reports.
const MASK: &str = "********";

/// How far references are followed for a sample.
const DEEPEST: usize = 32;

impl<'a> Lowered<'a> {
    /// What an entry shows in samples of its place; `None` if it has nothing to show.
    pub fn sample(&self, place: Place, key: &str, entry: &'a Entry) -> Option<Json> {
        let shown = self.value(place, key, entry, 0)?;
        let kind = self.kind(entry);
        Some(match (place, kind) {
            // Queries carry text; so does the reported configuration.
            (Place::InstanceConfiguration, _) if shown.is_null() => Json::Null,
            (Place::InstanceConfiguration, _) => Json::String(as_text(&shown)),
            _ if place.moment() < 5 => Json::String(as_text(&shown)),
            (_, Type::Boolean | Type::Integer | Type::Number | Type::Json) => {
                match self.inherited(entry, |e| &e.form) {
                    Some(form) if form.value == Form::String => Json::String(as_text(&shown)),
                    Some(form) if form.value == Form::Native => natively(shown),
                    _ => shown,
                }
            }
            _ => shown,
        })
    }

    fn value(&self, place: Place, key: &str, entry: &'a Entry, depth: usize) -> Option<Json> {
        if depth > DEEPEST {
            return None;
        }
        let request = place.moment() == 5;
        if let Some(constant) = &entry.value {
            return Some(constant.value.clone());
        }
        let kind = self.kind(entry);
        let free = is_free(kind, entry);
        let obvious = entry.example.as_ref().filter(|_| request && !free);
        if let (true, None) = (flow::is_secret(self.element, self.method, entry), obvious) {
            return Some(Json::String(match (request, place.reported()) {
                (true, _) => self.placeholder(place, key, entry),
                (_, true) => MASK.to_owned(),
                _ => self.fake(key),
            }));
        }
        if let Some(example) = entry.example.as_ref().filter(|_| !(request && free)) {
            return Some(example.value.clone());
        }
        if let Some(reference) = &entry.example_from {
            return self.referenced(place, key, &reference.value, depth);
        }
        if let Some(template) = &entry.template {
            return self.filled(&template.value, place, depth + flow::TEMPLATE).map(Json::String);
        }
        if let Some(from) = &entry.from {
            return self.referenced(place, key, &from.value, depth);
        }
        if let Some(default) = &entry.default {
            return Some(default.value.clone());
        }
        if let Some(first) = entry.values.as_ref().and_then(|v| v.value.first()) {
            return Some(first.value.clone());
        }
        match (kind, place) {
            (Type::List, _) if request => {
                Some(Json::Array(vec![Json::String(self.placeholder(place, key, entry))]))
            }
            (_, Place::InstanceConfiguration) => Some(Json::Null),
            _ if place.reported() || !free => None,
            _ if request => Some(Json::String(self.placeholder(place, key, entry))),
            _ => Some(Json::String(self.fake(key))),
        }
    }

    /// What an entry shows whose value is that of a reference.
    fn referenced(&self, place: Place, key: &str, reference: &str, depth: usize) -> Option<Json> {
        match flow::lookup(self.element, self.method, reference).ok()? {
            Target::Fact(_, value) => value.or((place == Place::InstanceConfiguration).then_some(Json::Null)),
            Target::Entry { place: at, key: name, entry } => {
                let entry = &entry.inner;
                let origin = flow::origin(self.element, self.method, at, entry)?;
                let chosen = origin.entry.is_some_and(|e| {
                    is_free(self.kind(e), e)
                        && e.value.is_none()
                        && e.default.is_none()
                        && e.template.is_none()
                });
                match (place.moment() == 5, at.moment() == 5) {
                    // The application copies it from an earlier message: a placeholder says so.
                    (true, _) if chosen => {
                        let own = self.method.entries(place).and_then(|e| e.get(key)).map(|e| &e.inner);
                        Some(Json::String(self.placeholder(place, key, own.unwrap_or(entry))))
                    }
                    (false, true) if entry.example.is_some() => {
                        entry.example.as_ref().map(|e| e.value.clone())
                    }
                    // A query shows a fake of its own for what a request shows as a placeholder.
                    (false, true) if chosen => {
                        Some(Json::String(self.fake(if place.reported() { name } else { key })))
                    }
                    _ => self.value(at, name, entry, depth + 1),
                }
            }
        }
    }

    /// The echo of a request's entry in the created instance: text or null.
    pub fn echo(&self, key: &str, entry: &'a Entry) -> Json {
        if flow::is_secret(self.element, self.method, entry) {
            return Json::from(MASK);
        }
        let place = Place::Configuration;
        let free = is_free(self.kind(entry), entry);
        let chosen = free && entry.value.is_none() && entry.default.is_none();
        let shown = match (&entry.example, &entry.from) {
            (Some(example), _) => Some(example.value.clone()),
            (None, Some(from)) => match flow::lookup(self.element, self.method, &from.value) {
                Ok(Target::Fact(_, value)) => value,
                _ => Some(Json::String(self.fake(key))),
            },
            (None, None) if chosen => Some(Json::String(self.fake(key))),
            (None, None) => self.value(place, key, entry, 0),
        };
        shown.map_or(Json::Null, |shown| if shown.is_null() { shown } else { Json::String(as_text(&shown)) })
    }

    /// Fills a template with what its references show; `None` if one shows nothing. `{entry}`
    /// without a source is a configuration entry, shown as the query that carries it shows it.
    pub fn filled(&self, template: &str, place: Place, depth: usize) -> Option<String> {
        let mut text = String::new();
        let mut end = 0;
        for range in flow::references(template).ok()? {
            text.push_str(&template[end..range.start - 1]);
            let reference = &template[range.clone()];
            let shown = match flow::lookup(self.element, self.method, reference) {
                Ok(_) => self.referenced(place, reference, reference, depth),
                Err(_) => self.carried(reference, depth),
            };
            text.push_str(&as_text(&shown?));
            end = range.end + 1;
        }
        text.push_str(&template[end..]);
        Some(text)
    }

    /// What a configuration entry shows in queries.
    fn carried(&self, key: &str, depth: usize) -> Option<Json> {
        let reference = format!("configuration.{key}");
        let queries = self.method.entries(Place::Query);
        let carrier = queries
            .into_iter()
            .flat_map(|q| q.iter())
            .find(|(_, e)| e.from.as_ref().is_some_and(|from| *from.value == reference));
        match carrier {
            Some((name, entry)) => self.value(Place::Query, name, entry, depth + 1),
            None => self.referenced(Place::Query, key, &reference, depth + 1),
        }
    }

    fn placeholder(&self, place: Place, key: &str, entry: &'a Entry) -> String {
        if let Some(own) = &entry.placeholder {
            return own.value.to_string();
        }
        let patterns = &self.method.body.placeholders;
        let pattern = match place {
            Place::ProviderData => &patterns.provider_data,
            Place::Configuration => &patterns.configuration,
            _ => &patterns.request,
        };
        let pattern = pattern.as_ref().map_or("<{TITLE}>", |p| &p.value);
        let title = self.inherited(entry, |e| &e.title).map_or(key, |t| &t.value);
        let fill = |text: String, hole: &str, with: &dyn Fn() -> String| match text.contains(hole) {
            true => text.replace(hole, &with()),
            false => text,
        };
        let name = || underscored(&self.element.name.value);
        let text = fill(pattern.to_string(), "{TITLE}", &|| underscored(title).to_uppercase());
        let text = fill(text, "{Title}", &|| underscored(title));
        let text = fill(text, "{NAME}", &|| name().to_uppercase());
        fill(text, "{Name}", &name)
    }

    /// `fake_sagelive_api_key`
    fn fake(&self, key: &str) -> String {
        format!("fake_{}_{}", self.element.key.value, snake(key))
    }
}

/// A value that is not text, as JSON has it.
fn natively(shown: Json) -> Json {
    shown.as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or(shown)
}

/// Other characters than letters and digits become one `_`.
fn underscored(text: &str) -> String {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_")
}

/// `apiKey` and `oauth.api.key` as `api_key` and `oauth_api_key`.
fn snake(key: &str) -> String {
    let mut words = String::new();
    let mut before = '_';
    for c in key.chars() {
        if c.is_uppercase() && (before.is_lowercase() || before.is_ascii_digit()) {
            words.push('_');
        }
        if c.is_alphanumeric() {
            words.extend(c.to_lowercase());
        } else if before != '_' {
            words.push('_');
        }
        before = if c.is_alphanumeric() { c } else { '_' };
    }
    words.trim_matches('_').to_owned()
}
