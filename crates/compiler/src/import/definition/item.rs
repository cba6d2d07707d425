//! Items: what the platform says of one entry of the configuration.

use super::groups::{self, options};
use super::{Raw, Reader, is_url, unique};
use crate::import::facts::{FindingKind, Item, Sender};
use crate::import::harmless::is_harmless;
use crate::import::secrets::{names_member, names_secret};
use crate::import::words;
use crate::syntax::entry::Type;
use serde_json::{Map, Value as Json};
use std::collections::HashSet;

/// Members of an item that become attributes, or that mean nothing outside the platform's database
/// and console.
const ITEM: &[&str] = &[
    "key",
    "name",
    "type",
    "required",
    "defaultValue",
    "description",
    "hideFromConsole",
    "internal",
    "groupControl",
    "options",
    "displayOrder",
    "active",
    "id",
    "elementId",
    "createdDate",
    "updatedDate",
];

impl Reader<'_> {
    pub(super) fn items<'a>(&mut self, json: &'a Map<String, Json>) -> Vec<Raw<'a>> {
        let mut raws: Vec<Raw> = Vec::new();
        let (mut unnamed, mut again) = (Vec::new(), Vec::new());
        let list = json.get("configuration").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
        let mut seen: HashSet<(Option<String>, String)> = HashSet::new();
        let key_of = |value: &Json| value.get("key").and_then(|k| words::said(Some(k)));
        // What is a secret in one place is none in another.
        let secret = |value: &Json| key_of(value).filter(|_| is_flagged(value.as_object()));
        let flagged: HashSet<String> = list.iter().filter_map(secret).collect();
        for value in list {
            let key = key_of(value);
            let usable = key.filter(|key| key.len() <= 100 && !key.chars().any(char::is_control));
            let (Some(members), Some(key)) = (value.as_object(), usable) else {
                if !words::is_empty(value) {
                    unnamed.push(words::redacted("", value).0);
                }
                continue;
            };
            if words::is_secret_item(&key, members) {
                self.secret_items.insert(key.clone());
            }
            let group = groups::of(members);
            if !seen.insert((group.clone(), key.clone())) {
                let mut value = value.clone();
                if flagged.contains(&key)
                    && let Some(members) = value.as_object_mut()
                {
                    members.remove("defaultValue");
                }
                self.keep(&key, "again", &value);
                again.push(key);
                continue;
            }
            if let Some(own) = value.get("key").and_then(Json::as_str).filter(|own| *own != key) {
                self.keep_text(&key, "key", own.to_owned());
            }
            let item = self.item(&key, members, flagged.contains(&key));
            raws.push(Raw { json: members, item, group });
        }
        if !again.is_empty() {
            let text = format!("{}, which stands there again", super::named(&unique(again.into_iter())));
            self.find(FindingKind::Kept, text);
        }
        if !unnamed.is_empty() {
            let count = unnamed.len();
            self.find(FindingKind::Kept, format!("{count} of `configuration` without a usable key"));
            self.kept.insert("unnamed".to_owned(), Json::Array(unnamed));
        }
        raws
    }

    /// What the platform says of one entry, that is known to hold a secret or not.
    fn item(&mut self, key: &str, json: &Map<String, Json>, is_flagged: bool) -> Item {
        let mut item = Item::new(key);
        item.title = self.public(json, "name", Some(key));
        item.description = self.public(json, "description", Some(key));
        item.required = words::is_set(json.get("required"));
        item.hidden = words::is_set(json.get("hideFromConsole"));
        for member in groups::GROUP.iter().chain(&["type"]) {
            let said = words::said(json.get(*member)).filter(|said| !words::is_live(said));
            item.stated.extend(said.map(|said| ((*member).to_owned(), said.into())));
        }
        for flag in ["required", "groupControl"] {
            if words::is_set(json.get(flag)) {
                item.stated.insert(flag.to_owned(), true.into());
            }
        }
        if words::is_set(json.get("internal")) {
            item.sender = Sender::Platform;
        }
        if json.get("active") == Some(&Json::Bool(false)) {
            self.keep(key, "active", &Json::Bool(false));
        }
        for (member, value) in json {
            let said = [ITEM, &groups::GROUP, &words::SECRET].iter().any(|m| m.contains(&member.as_str()));
            if !said && !words::is_empty(value) {
                self.keep(key, member, value);
            }
        }
        let options = json.get("options").map(options).unwrap_or_default();
        let default = json.get("defaultValue").filter(|d| !d.is_null());
        let default = default.map(|d| words::as_text(d).unwrap_or_else(|| d.to_string()));
        self.kind(&mut item, json, options, default.as_deref());
        let names = default.as_deref().is_some_and(names_member);
        let by_name =
            item.kind == Type::String && item.values.is_empty() && words::is_secret_key(key) && !names;
        let live = default.as_deref().is_some_and(words::is_live);
        let by_flag = item.kind == Type::String && is_flagged;
        if item.secret.is_none() && (by_name || by_flag || live) {
            item.secret = Some(true);
        }
        if item.secret == Some(true) && !std::mem::take(&mut item.values).is_empty() {
            self.find(FindingKind::LeftOut, format!("the options of `{key}`: it is a secret"));
        }
        if !item.values.iter().all(|value| is_harmless(value)) {
            item.values.clear();
            self.find(FindingKind::LeftOut, format!("the options of `{key}`: they may hold a secret"));
        }
        if is_flagged && item.secret != Some(true) {
            // Of what is no text only the value is hidden.
            if default.is_some() {
                self.find(FindingKind::LeftOut, format!("the default of `{key}`: it may hold a secret"));
            }
            self.keep(key, "secret", &Json::Bool(true));
        } else {
            self.default(&mut item, default);
        }
        self.callback(&mut item);
        if item.required && (item.default.is_some() || item.sender == Sender::Platform) {
            self.keep(key, "required", &Json::Bool(true));
        }
        item
    }

    /// A callback URL is text, whatever the file says (RFC 6749 §3.1.2).
    fn callback(&mut self, item: &mut Item) {
        let other = item.kind != Type::String || !item.values.is_empty();
        if item.key == "oauth.callback.url" && item.sender == Sender::Application && other {
            self.keep_text(&item.key, "type", item.kind.word().to_owned());
            item.kind = Type::String;
            item.values.clear();
            item.default = item.default.take().and_then(|d| words::as_text(&d)).map(Json::String);
        }
    }

    /// The platform's field types say how a value is edited; most are text.
    fn kind(
        &mut self,
        item: &mut Item,
        json: &Map<String, Json>,
        options: Vec<String>,
        default: Option<&str>,
    ) {
        let word = words::said(json.get("type")).unwrap_or_default().to_ascii_uppercase();
        let foreign = json.get("options").filter(|o| !words::is_empty(o)).cloned();
        let default = default.filter(|d| !d.is_empty());
        let is_boolean = |d: &str| d.eq_ignore_ascii_case("true") || d.eq_ignore_ascii_case("false");
        let number = |d: &str| serde_json::from_str::<serde_json::Number>(d.trim()).is_ok();
        let whole = |d: &str| as_number(d).is_some_and(|n| n.is_i64());
        let base = word.split(['_', '-', ' ']).next().unwrap_or_default();
        item.kind = match base {
            "BOOLEAN" | "BOOL" | "CHECKBOX" | "TOGGLE" if default.is_none_or(is_boolean) => Type::Boolean,
            "INTEGER" | "INT" | "LONG" if default.is_none_or(whole) => Type::Integer,
            "NUMBER" | "NUMERIC" | "DECIMAL" | "DOUBLE" | "FLOAT" if default.is_none_or(number) => {
                Type::Number
            }
            "JSON" if default.is_none_or(is_object) => Type::Json,
            "URL" if default.is_none_or(is_url) => Type::Url,
            _ => Type::String,
        };
        let text = [
            "TEXTFIELD",
            "TEXTAREA",
            "TEXT",
            "STRING",
            "CODE",
            "PASSWORD",
            "COMBO",
            "COMBOBOX",
            "SELECT",
            "DROPDOWN",
            "RADIO",
            "HIDDEN",
        ];
        if word.contains("PASSWORD") || word.contains("SECRET") {
            item.secret = Some(true);
        } else if item.kind == Type::String && !text.contains(&base) {
            let shown = if word.is_empty() { "none".to_owned() } else { format!("`{word}`") };
            let typed = [
                "BOOLEAN", "BOOL", "CHECKBOX", "TOGGLE", "INTEGER", "INT", "LONG", "NUMBER", "NUMERIC",
                "DECIMAL", "DOUBLE", "FLOAT", "JSON", "URL",
            ];
            let but = if typed.contains(&base) { ", but the default is none" } else { "" };
            self.find(
                FindingKind::Guessed,
                format!("type of `{}`: text; the file says {shown}{but}", item.key),
            );
            if let Some(kind) = json.get("type").filter(|kind| !words::is_empty(kind)) {
                self.keep(&item.key, "type", kind);
            }
        }
        let several = word.contains("MULTI");
        let listed = default.is_none_or(|d| options.iter().any(|o| o == d));
        if item.kind == Type::String && item.secret != Some(true) && !several && listed && !options.is_empty()
        {
            item.values = options;
            // What people read of them is said of variants alone.
            let labelled = |(value, label): &(String, String)| value != label;
            if !words::is_set(json.get("groupControl"))
                && json.get("options").is_some_and(|options| groups::titles(options).iter().any(labelled))
                && let Some(options) = json.get("options")
            {
                self.keep(&item.key, "options", options);
            }
        } else if let Some(foreign) = foreign {
            self.keep(&item.key, "options", &foreign);
        }
    }

    fn default(&mut self, item: &mut Item, default: Option<String>) {
        let Some(text) = default else { return };
        if item.secret == Some(true) {
            if !text.is_empty() {
                self.secrets.push(item.key.clone());
            }
            return;
        }
        // An empty text assumes nothing: what must be given must be given.
        if text.is_empty() && (item.required || item.kind != Type::String || !item.values.is_empty()) {
            return self.keep_text(&item.key, "defaultValue", text);
        }
        let open = item.kind == Type::Boolean || !item.values.is_empty();
        if !open
            && !text.is_empty()
            && ((names_secret(&item.key) || is_titled_secret(item) && !is_url(&text)) && !names_member(&text)
                || !is_harmless(&text))
        {
            self.find(FindingKind::LeftOut, format!("the default of `{}`: it may hold a secret", item.key));
            // The platform still assumes it.
            if std::mem::take(&mut item.required) {
                self.keep(&item.key, "required", &Json::Bool(true));
            }
            return;
        }
        item.default = Some(match item.kind {
            Type::Boolean => Json::Bool(text.eq_ignore_ascii_case("true")),
            Type::Integer | Type::Number => as_number(&text).unwrap_or(Json::String(text)),
            _ => Json::String(text),
        });
    }
}

/// Whether an item says that it holds a secret, by its type or a member.
fn is_flagged(item: Option<&Map<String, Json>>) -> bool {
    item.is_some_and(|members| words::is_secret_item("", members))
}

/// Whether people are told that it is a secret.
fn is_titled_secret(item: &Item) -> bool {
    !words::is_client_identifier(&item.key) && item.title.as_deref().is_some_and(words::is_secret_key)
}

fn is_object(text: &str) -> bool {
    serde_json::from_str::<Json>(text).is_ok_and(|json| json.is_object())
}

/// The number that a text writes as a descriptor would: `1.50` is another text than `1.5`.
fn as_number(text: &str) -> Option<Json> {
    let number: serde_json::Number = serde_json::from_str(text.trim()).ok()?;
    let again = number.to_string();
    (again == text.trim()).then_some(Json::Number(number))
}
