//! Definitions: the platform's own description of an element, as JSON, becomes facts.
//!
//! In: an object with `configuration`, a list of items with `key`, `name`, `type`, `required`,
//! `defaultValue`, `hideFromConsole`, `internal`, `groupControl`, `groupName`, `options`;
//! `authentication.type`; identity and flags. Nothing of it is relied on.

mod groups;
mod item;

use crate::import::facts::{Control, Facts, Finding, FindingKind, Item, Sender, keep};
use crate::import::words;
use crate::pattern::{self, Format};
use crate::syntax::descriptor::Authentication;
use serde_json::{Map, Value as Json};
use std::collections::HashSet;

/// What a descriptor says elsewhere, or what is of the platform's database.
const SAID: &[&str] =
    &["configuration", "authentication", "key", "id", "name", "hub", "description", "image"];

/// Whether an object is a definition: `configuration` is a list.
#[must_use]
pub fn is_definition(json: &Map<String, Json>) -> bool {
    matches!(json.get("configuration"), Some(Json::Array(_)))
        || (!json.contains_key("element") && json.get("authentication").is_some_and(Json::is_object))
}

/// Reads a definition. `hint` names the element if the definition does not.
pub fn read(json: &Map<String, Json>, hint: &str, findings: &mut Vec<Finding>) -> Facts {
    let mut reader = Reader {
        findings,
        kept: Map::new(),
        kept_entries: Map::new(),
        secrets: Vec::new(),
        secret_items: HashSet::new(),
    };
    reader.definition(json, hint)
}

struct Reader<'a> {
    findings: &'a mut Vec<Finding>,
    kept: Map<String, Json>,
    kept_entries: Map<String, Json>,
    /// Entries whose defaults are secrets.
    secrets: Vec<String>,
    /// The keys of items that hold a secret.
    secret_items: HashSet<String>,
}

/// An item as it stands, with what groups need to know of it.
struct Raw<'a> {
    json: &'a Map<String, Json>,
    item: Item,
    group: Option<String>,
}

impl Reader<'_> {
    fn find(&mut self, kind: FindingKind, text: impl Into<String>) {
        self.findings.push(Finding { kind, text: text.into() });
    }

    /// Keeps a member of an item that has no place.
    fn keep(&mut self, key: &str, member: &str, value: &Json) {
        let again = member == "again";
        let hidden = self.secret_items.contains(key) && !again && !words::is_about(member, value);
        let (value, dropped) = words::redacted(member, value);
        // An item that stands there again is kept without its secrets; of others nothing is.
        if hidden || (dropped > 0 && !again) {
            self.find(FindingKind::LeftOut, format!("`{member}` of `{key}`: it looks like a secret"));
            return;
        }
        keep(&mut self.kept_entries, key, member, value);
    }

    fn definition(&mut self, json: &Map<String, Json>, hint: &str) -> Facts {
        let key = self.key(json, hint);
        let name = words::said(json.get("name")).unwrap_or_else(|| {
            self.find(FindingKind::Guessed, format!("name: none is given; `{key}` stands for it"));
            key.clone()
        });
        let mut raws = self.items(json);
        let (control, conditions) = self.groups(&mut raws);
        let (authentication, note) = self.authentication(json, &raws, control.is_some());
        let control = control.map(|(key, choices)| self.control(key, choices, &raws, authentication));
        self.conditions(&mut raws, &conditions, control.as_ref());
        let mut items: Vec<Item> = raws.into_iter().map(|raw| raw.item).collect();
        self.agree(&mut items, control.as_ref());
        let endpoints = self.endpoints(&items, authentication, control.as_ref());
        let scopes = items
            .iter()
            .find(|item| item.key == "oauth.scope")
            .and_then(|item| item.default.as_ref()?.as_str())
            .and_then(words::scopes);
        let mut element = Vec::new();
        for (member, value) in json {
            match value {
                _ if SAID.contains(&member.as_str()) => {}
                _ if member.len() > 200 || member.chars().any(char::is_control) => {
                    self.find(FindingKind::LeftOut, "a member without a usable name");
                }
                Json::Null => {}
                value
                    if words::as_text(value)
                        .is_some_and(|text| !text.is_empty() && words::is_secret(member, &text)) =>
                {
                    self.find(FindingKind::LeftOut, format!("`{member}`: it looks like a secret"));
                }
                value if words::as_text(value).is_some() => element.push((member.clone(), value.clone())),
                value if words::is_empty(value) => {}
                value => drop(self.kept.insert(member.clone(), without_rows(value))),
            }
        }
        for member in ["configuration", "authentication"] {
            match json.get(member) {
                Some(Json::Array(_)) if member == "configuration" => {}
                Some(Json::Object(inner)) if member == "authentication" => {
                    let more = inner.keys().any(|k| k != "type");
                    if more || note.is_some() {
                        self.kept.insert(member.to_owned(), Json::Object(inner.clone()));
                    }
                }
                Some(Json::String(_)) if member == "authentication" && note.is_none() => {}
                Some(value) if !words::is_empty(value) => {
                    self.kept.insert(member.to_owned(), value.clone());
                }
                _ => {}
            }
        }
        let id = json.get("id").and_then(|id| words::as_text(id)?.parse().ok()).filter(|id| *id >= 0);
        if let (None, Some(own)) = (id, json.get("id").filter(|id| !words::is_empty(id))) {
            self.kept.insert("id".to_owned(), own.clone());
        }
        self.redact();
        let api_key = api_key(json, &items);
        let description = self.public(json, "description", None);
        let image = self.public(json, "image", None);
        if !self.secrets.is_empty() {
            let names = named(&self.secrets);
            self.find(
                FindingKind::LeftOut,
                match self.secrets.len() {
                    1 => format!("the default of {names}: a descriptor is published, a secret is not"),
                    _ => format!("the defaults of {names}: a descriptor is published, secrets are not"),
                },
            );
        }
        Facts {
            key,
            id,
            name,
            hub: words::said(json.get("hub")),
            beta: words::is_set(json.get("beta")),
            description,
            image,
            authentication,
            authentication_note: note,
            endpoints,
            scopes,
            api_key,
            control,
            items,
            provider_data: Vec::new(),
            request: Vec::new(),
            request_without: Vec::new(),
            placeholders: None,
            element,
            kept_under: "x-definition",
            kept: std::mem::take(&mut self.kept),
            kept_entries: std::mem::take(&mut self.kept_entries),
        }
    }

    /// Text that can be published.
    fn public(&mut self, json: &Map<String, Json>, member: &str, of: Option<&str>) -> Option<String> {
        let text = words::said(json.get(member))?;
        if words::is_live(&text) {
            let of = of.map(|key| format!(" of `{key}`")).unwrap_or_default();
            self.find(FindingKind::LeftOut, format!("`{member}`{of}: it looks like a secret"));
            return None;
        }
        Some(text)
    }

    fn redact(&mut self) {
        for (member, value) in std::mem::take(&mut self.kept) {
            let (value, dropped) = words::redacted(&member, &value);
            if dropped > 0 {
                self.find(FindingKind::LeftOut, format!("texts in `{member}` that look like secrets"));
            }
            self.kept.insert(member, value);
        }
    }

    fn key(&mut self, json: &Map<String, Json>, hint: &str) -> String {
        let own = words::said(json.get("key"));
        if let Some(key) = own.as_deref().and_then(words::usable_key) {
            if own.as_deref() != Some(&key) {
                self.find(
                    FindingKind::Guessed,
                    format!("key: `{key}`; what the file says cannot name files and URLs"),
                );
            }
            return key;
        }
        let name = words::said(json.get("name"));
        let key = [Some(hint), name.as_deref()].into_iter().flatten().find_map(words::usable_key);
        let key = key.unwrap_or_else(|| "element1".to_owned());
        self.find(FindingKind::Guessed, format!("key: `{key}`; the file gives none that can be used"));
        key
    }

    fn keep_text(&mut self, key: &str, member: &str, text: String) {
        self.keep(key, member, &Json::String(text));
    }

    fn authentication(
        &mut self,
        json: &Map<String, Json>,
        raws: &[Raw],
        varied: bool,
    ) -> (Authentication, Option<String>) {
        let said = |one: &Json| words::said(one.get("type")).or_else(|| words::said(Some(one)));
        let word = match json.get("authentication") {
            Some(Json::Array(several)) => several.iter().find_map(said),
            other => other.and_then(said),
        };
        let several =
            !varied && json.get("authentication").and_then(Json::as_array).is_some_and(|a| a.len() > 1);
        let sent = |key: &str| raws.iter().any(|r| r.item.key == key && r.item.sender == Sender::Application);
        let there = |key: &str| raws.iter().any(|r| r.item.key == key);
        let redirects = sent("oauth.callback.url") || there("oauth.authorization.url");
        let known = word.as_deref().and_then(words::authentication);
        match (known, word) {
            (Some(Authentication::OAuth2), _) if !redirects && !varied => {
                let note = "the file says oauth2, but nothing in it is about a redirect";
                self.find(FindingKind::Guessed, format!("authentication: `custom`; {note}"));
                (Authentication::Custom, Some(note.to_owned()))
            }
            (Some(known), Some(word)) if several => {
                self.find(FindingKind::Guessed, format!("authentication: `{word}`, the first of several"));
                (known, Some("the first of several".to_owned()))
            }
            (Some(known), _) => (known, None),
            (None, Some(word)) => {
                let shown: String = word.chars().filter(|c| !c.is_control()).take(40).collect();
                self.find(FindingKind::Guessed, format!("authentication: `custom`; the file says `{shown}`"));
                (Authentication::Custom, Some(format!("the file says {shown}")))
            }
            (None, None) => {
                let guess = if there("oauth.request.url") {
                    Authentication::OAuth1
                } else if redirects && sent("oauth.api.key") {
                    Authentication::OAuth2
                } else if sent("username") && sent("password") {
                    Authentication::Basic
                } else {
                    Authentication::Custom
                };
                let word = guess.word();
                self.find(
                    FindingKind::Guessed,
                    format!("authentication: `{word}`, by the entries; the file does not say"),
                );
                (guess, Some("guessed by the entries".to_owned()))
            }
        }
    }

    /// The endpoints that the definition states as defaults. `{entry}` may stand in them for an
    /// entry that there is.
    fn endpoints(
        &mut self,
        items: &[Item],
        authentication: Authentication,
        control: Option<&Control>,
    ) -> Vec<(&'static str, String)> {
        let runs = |wanted| {
            control
                .map_or(authentication == wanted, |c| c.variants.iter().any(|v| v.authentication == wanted))
        };
        let wanted: &[(&str, &[&str])] = if runs(Authentication::OAuth1) && !runs(Authentication::OAuth2) {
            &[
                ("request", &["oauth.request.url", "oauth.requestToken.url", "oauth.request.token.url"]),
                ("authorize", &["oauth.authorization.url", "oauth.authorize.url"]),
                ("access", &["oauth.access.url", "oauth.access.token.url", "oauth.token.url"]),
            ]
        } else if runs(Authentication::OAuth2) {
            &[
                ("authorize", &["oauth.authorization.url", "oauth.authorize.url"]),
                ("token", &["oauth.token.url"]),
                ("revoke", &["oauth.token.revoke_url", "oauth.revoke.url"]),
            ]
        } else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for (endpoint, keys) in wanted {
            let item = items.iter().find(|i| {
                keys.contains(&i.key.as_str()) && i.default.as_ref().is_some_and(|d| !words::is_empty(d))
            });
            let Some((item, Some(url))) = item.map(|i| (i, i.default.as_ref().and_then(Json::as_str))) else {
                continue;
            };
            if is_endpoint(url, items) {
                found.push((*endpoint, url.to_owned()));
            } else {
                self.find(
                    FindingKind::Guessed,
                    format!(
                        "{endpoint}: the default of `{}` is no URL that can be used as an endpoint",
                        item.key
                    ),
                );
            }
        }
        found
    }
}

/// A value without the columns of the platform's database: the row's number, its times.
fn without_rows(json: &Json) -> Json {
    let rows = ["id", "elementId", "createdDate", "updatedDate"];
    match json {
        Json::Array(items) => items.iter().map(without_rows).collect(),
        Json::Object(members) => {
            let kept = members.iter().filter(|(member, _)| !rows.contains(&member.as_str()));
            kept.map(|(member, value)| (member.clone(), without_rows(value))).collect()
        }
        scalar => scalar.clone(),
    }
}

/// Names of entries, for a sentence.
pub fn named(keys: &[String]) -> String {
    let shown: Vec<&str> = keys.iter().map(String::as_str).collect();
    crate::suggest::listed(shown, "and")
}

fn unique(words: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = HashSet::new();
    words.filter(|word| seen.insert(word.clone())).collect()
}

/// Whether a text is an absolute http or https URL.
pub fn is_url(text: &str) -> bool {
    pattern::matches(Format::Url.automaton(), text)
}

fn is_endpoint(text: &str, items: &[Item]) -> bool {
    let Ok(references) = crate::resolve::flow::references(text) else { return false };
    let mut plain = text.to_owned();
    for range in references.into_iter().rev() {
        let sent = |i: &Item| {
            i.key == text[range.clone()] && i.sender == Sender::Application && i.variants.is_empty()
        };
        if !items.iter().any(sent) {
            return false;
        }
        plain.replace_range(range.start - 1..=range.end, "x");
    }
    is_url(&plain)
}

/// Where the vendor's API expects the key, by the parameters of the definition.
fn api_key(json: &Map<String, Json>, items: &[Item]) -> Option<(&'static str, String, String)> {
    let parameters = json.get("parameters")?.as_array()?;
    let of = |parameter: &Json| {
        let name = words::said(parameter.get("name"))?;
        let location = match words::said(parameter.get("vendorType"))?.to_ascii_lowercase().as_str() {
            "header" => "header",
            "query" => "query",
            "body" | "bodyfield" | "form" => "body",
            _ => return None,
        };
        let vendor = words::said(parameter.get("vendorName"))?;
        let configured = words::said(parameter.get("type")).as_deref() == Some("configuration");
        let item = items
            .iter()
            .find(|i| i.key == name && i.sender == Sender::Application && i.variants.is_empty())?;
        configured.then_some((item.secret == Some(true), (location, vendor, name)))
    };
    let mut found: Vec<(bool, _)> = parameters.iter().filter_map(of).collect();
    found.sort_by_key(|(secret, _)| !secret);
    found.into_iter().next().map(|(_, fact)| fact)
}
