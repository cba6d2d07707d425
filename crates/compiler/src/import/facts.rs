//! Facts: what a foreign file says of an element, before it becomes a descriptor.

use crate::syntax::descriptor::Authentication;
use crate::syntax::entry::Type;
use serde_json::{Map, Value as Json};

/// What a foreign file says.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The key, usable as one.
    pub key: String,
    /// The number on the platform.
    pub id: Option<i64>,
    /// What people call it.
    pub name: String,
    /// Its hub.
    pub hub: Option<String>,
    /// Whether it is a beta.
    pub beta: bool,
    /// What it lets people do.
    pub description: Option<String>,
    /// Its logo.
    pub image: Option<String>,
    /// How the platform gets access; of all variants that do not say otherwise.
    pub authentication: Authentication,
    /// A remark on how that was found out.
    pub authentication_note: Option<String>,
    /// The endpoints, by the key of the descriptor: `authorize`, `token`, `revoke`, `request`, `access`.
    pub endpoints: Vec<(&'static str, String)>,
    /// The scopes and what joins them.
    pub scopes: Option<(Vec<String>, Option<String>)>,
    /// Where the API expects the key: location, name, entry.
    pub api_key: Option<(&'static str, String, String)>,
    /// The entry whose value chooses a variant, and the variants.
    pub control: Option<Control>,
    /// The entries of `configuration`, sent or reported, in the order of the file.
    pub items: Vec<Item>,
    /// Entries of `providerData` beyond those of the authentication.
    pub provider_data: Vec<Item>,
    /// Members of the request beyond those of the platform.
    pub request: Vec<Item>,
    /// Members of the request that the platform wants and the file does not have.
    pub request_without: Vec<String>,
    /// How samples show free text of the configuration, if not as usual.
    pub placeholders: Option<String>,
    /// Members of the element as instances report it.
    pub element: Vec<(String, Json)>,
    /// The key at the margin that keeps what has no place, `x-…`.
    pub kept_under: &'static str,
    /// What has no place in the language.
    pub kept: Map<String, Json>,
    /// The same of single entries, by their keys.
    pub kept_entries: Map<String, Json>,
}

/// An entry whose value chooses a variant.
#[derive(Clone, Debug)]
pub struct Control {
    /// Its key.
    pub key: String,
    /// One for each value.
    pub variants: Vec<Choice>,
}

/// One value of a control.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The name of the variant.
    pub name: String,
    /// The value that chooses it.
    pub value: Json,
    /// What people call it.
    pub title: Option<String>,
    /// How the platform gets access.
    pub authentication: Authentication,
    /// Whether it applies if nothing chooses.
    pub usual: bool,
}

/// Who provides the value of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// The application, in the request.
    Application,
    /// The platform, in what it reports.
    Platform,
}

/// An entry.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its key.
    pub key: String,
    /// Who provides it.
    pub sender: Sender,
    /// What people call it.
    pub title: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// A heading.
    pub group: Option<String>,
    /// What kind of value it holds.
    pub kind: Type,
    /// The only values there are.
    pub values: Vec<String>,
    /// Whether it must be given; an entry with a default need not be.
    pub required: bool,
    /// The value of another entry that makes it required.
    pub when: Option<(String, Json)>,
    /// What is assumed.
    pub default: Option<Json>,
    /// A valid value.
    pub example: Option<Json>,
    /// What samples show.
    pub placeholder: Option<String>,
    /// Whether people see it where they fill in.
    pub hidden: bool,
    /// Whether it is a secret, if that is known.
    pub secret: Option<bool>,
    /// The names of the variants it belongs to; all, if empty.
    pub variants: Vec<String>,
    /// Where its value comes from.
    pub from: Option<&'static str>,
    /// What was guessed of it.
    pub guess: Option<String>,
    /// What is known of it only because it is there: what a trait says goes before.
    pub inferred: Inferred,
    /// What the file says of its type, group and requiredness, in its own words.
    pub stated: Map<String, Json>,
}

/// What a file does not say, but lets one suppose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inferred {
    /// That it is required.
    pub required: bool,
    /// What it is called.
    pub title: bool,
}

impl Item {
    /// Free text that must be given.
    #[must_use]
    pub fn new(key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            sender: Sender::Application,
            title: None,
            description: None,
            group: None,
            kind: Type::String,
            values: Vec::new(),
            required: true,
            when: None,
            default: None,
            example: None,
            placeholder: None,
            hidden: false,
            secret: None,
            variants: Vec::new(),
            from: None,
            guess: None,
            inferred: Inferred::default(),
            stated: Map::new(),
        }
    }

    /// Whether it must be given: what has a default need not be.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.required && self.default.is_none()
    }
}

/// What an import found out, for the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What became of it.
    pub kind: FindingKind,
    /// What it is about, and what was done, in words.
    pub text: String,
}

/// What became of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// Said by a trait, and so not repeated.
    Recognised,
    /// Not in the file: look at it.
    Guessed,
    /// Without a place in the language: kept under `x-…`.
    Kept,
    /// Not in the descriptor.
    LeftOut,
}

impl FindingKind {
    /// The word of the report.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Recognised => "recognised",
            Self::Guessed => "guessed",
            Self::Kept => "kept",
            Self::LeftOut => "left out",
        }
    }
}

/// Keeps a member of an entry that has no place. What is kept as `again` once more is a list.
pub fn keep(entries: &mut Map<String, Json>, key: &str, member: &str, value: Json) {
    let kept = entries.entry(key).or_insert_with(|| Json::Object(Map::new()));
    let Json::Object(kept) = kept else { return };
    let value = match (member, kept.remove(member)) {
        ("again", Some(Json::Array(mut all))) => {
            all.push(value);
            Json::Array(all)
        }
        ("again", Some(first)) => Json::Array(vec![first, value]),
        _ => value,
    };
    kept.insert(member.to_owned(), value);
}

impl Facts {
    /// Whether there is such an entry.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.items.iter().any(|item| item.key == key)
    }

    /// Whether what stands at a path of the descriptor is an entry that must be given.
    #[must_use]
    pub fn requires(&self, path: &[String]) -> bool {
        self.items.iter().any(|item| item.is_required() && path.last() == Some(&item.key))
    }

    /// Drops an endpoint that entries are part of, and keeps what was said of it.
    pub fn drop_template(&mut self) -> Option<String> {
        let at = self.endpoints.iter().position(|(_, url)| url.contains('{'))?;
        let (name, url) = self.endpoints.remove(at);
        self.kept.insert(name.to_owned(), url.into());
        Some(format!("`{name}`"))
    }

    /// Drops how the platform gets in, and keeps what was said of it. Says so, if there was anything.
    pub fn drop_flow(&mut self) -> Option<String> {
        let word = self.authentication.word();
        if self.authentication == Authentication::Custom && self.control.is_none() {
            return None;
        }
        self.authentication = Authentication::Custom;
        self.ungroup();
        self.kept.insert("authenticationType".to_owned(), word.into());
        for (name, url) in std::mem::take(&mut self.endpoints) {
            self.kept.insert(name.to_owned(), url.into());
        }
        (self.scopes, self.api_key) = (None, None);
        Some(format!("authentication `{word}`"))
    }

    /// Makes one element of all variants: their entries become optional.
    fn ungroup(&mut self) -> Option<String> {
        let control = self.control.take()?;
        for item in self.items.iter_mut().filter(|item| !item.variants.is_empty()) {
            item.variants.clear();
            item.release(&mut self.kept_entries);
        }
        let mut seen = std::collections::HashSet::new();
        for item in std::mem::take(&mut self.items) {
            if seen.insert(item.key.clone()) {
                self.items.push(item);
                continue;
            }
            keep(&mut self.kept_entries, &item.key, "again", Json::Object(item.spelled()));
        }
        Some(format!("the groups of `{}`", control.key))
    }

    /// Drops what stands at a path of the descriptor, and keeps what can be kept of it. Says what
    /// that was, if there was anything.
    pub fn drop_at(&mut self, path: &[String]) -> Option<String> {
        let path: Vec<&str> = path.iter().map(String::as_str).filter(|key| *key != "override").collect();
        let path = match path.as_slice() {
            ["variants", _, rest @ ..] => rest,
            all => all,
        };
        match path {
            ["configuration", key, "required", ..]
                if self.items.iter().any(|i| i.key == *key && i.when.is_some()) =>
            {
                for item in self.items.iter_mut().filter(|item| item.key == *key) {
                    item.when = None;
                    item.release(&mut self.kept_entries);
                }
                Some(format!("what requires `{key}`"))
            }
            ["configuration", key, ..] | ["instance", "configuration", key, ..] => {
                let before = self.items.len();
                for item in self.items.iter().filter(|item| item.key == *key) {
                    for (member, value) in item.spelled() {
                        keep(&mut self.kept_entries, key, &member, value);
                    }
                }
                self.items.retain(|item| item.key != *key);
                if self.control.as_ref().is_some_and(|control| control.key == *key) {
                    self.ungroup();
                }
                (self.items.len() < before).then(|| format!("`{key}`, which is not declared"))
            }
            ["providerData", key, ..] => {
                let before = self.provider_data.len();
                self.provider_data.retain(|item| item.key != *key);
                (self.provider_data.len() < before).then(|| format!("`{key}` of `providerData`"))
            }
            ["request", key, ..] => {
                let before = self.request.len();
                self.request.retain(|item| item.key != *key);
                (self.request.len() < before).then(|| format!("`{key}` of the request"))
            }
            ["instance", "element", key, ..] => {
                let at = self.element.iter().position(|(member, _)| member == key)?;
                let (member, value) = self.element.remove(at);
                self.kept.insert(member, value);
                Some(format!("`{key}`"))
            }
            ["oauth2", "scopes" | "separator", ..] => self.scopes.take().map(|_| "the scopes".to_owned()),
            ["oauth2" | "oauth1", endpoint, ..] => {
                let at = self.endpoints.iter().position(|(name, _)| name == endpoint)?;
                let (name, url) = self.endpoints.remove(at);
                self.kept.insert(name.to_owned(), url.into());
                Some(format!("`{name}`"))
            }
            ["apiKey", ..] => self.api_key.take().map(|_| "where the key goes".to_owned()),
            // Variants that cannot be told apart.
            ["variants", ..] | ["key"] => self.ungroup(),
            _ => None,
        }
    }
}

impl Item {
    /// Makes it optional, since what requires it cannot be said, and keeps what the file says.
    fn release(&mut self, kept: &mut Map<String, Json>) {
        self.required = false;
        for (member, value) in self.stated.iter().filter(|(member, _)| *member != "type") {
            keep(kept, &self.key, member, value.clone());
        }
    }

    /// What the descriptor would have said of it, by the names of the definition.
    #[must_use]
    pub fn spelled(&self) -> Map<String, Json> {
        let mut members = Map::new();
        let texts = [("name", &self.title), ("description", &self.description), ("groupName", &self.group)];
        members.extend(texts.into_iter().filter_map(|(k, t)| Some((k.to_owned(), t.clone()?.into()))));
        members.insert("type".to_owned(), self.kind.word().into());
        members.insert("required".to_owned(), self.required.into());
        if let (Some(default), false) = (&self.default, self.secret == Some(true)) {
            members.insert("defaultValue".to_owned(), default.clone());
        }
        if !self.values.is_empty() {
            members.insert("options".to_owned(), self.values.clone().into());
        }
        if self.sender == Sender::Platform {
            members.insert("internal".to_owned(), true.into());
        }
        members.extend(self.stated.clone());
        members
    }
}
