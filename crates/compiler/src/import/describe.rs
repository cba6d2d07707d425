//! Describe: facts become a descriptor that says what its traits do not.
//!
//! In: facts, and what the traits bring. Out: a document, and what was recognised or guessed.

use super::document::{Map, Node};
use super::entries::{Change, like_others, over_reported, over_sent, reportable, reported, sent, short};
use super::facts::{Choice, Facts, Finding, FindingKind, Item, Sender};
use super::recognise::{self, Base, Library};
use super::{definition, words};
use crate::resolve::flow::Place;
use crate::syntax::condition::{Requirement, show_condition};
use crate::syntax::descriptor::{Authentication, Body, ORDER, Status};
use crate::syntax::entry::{Entry, EntryMap, Type};
use serde_json::Value as Json;

/// An endpoint that nobody runs (RFC 2606), until the real one is known.
const UNKNOWN: &str = "https://vendor.example/oauth/authorize";

/// Writes the descriptor of an element.
pub fn describe(facts: &Facts, library: &Library, findings: &mut Vec<Finding>) -> Map {
    let base = recognise::base(library, facts);
    let mut writer = Writer { facts, findings, covered: Vec::new(), typed: Vec::new() };
    let mut document = writer.document(&base, library);
    let Writer { covered, typed, .. } = writer;
    for (kind, key) in typed {
        let text = format!("type of `{key}`: {kind}, as a trait says");
        findings.push(Finding { kind: FindingKind::Recognised, text });
    }
    if !base.traits.is_empty() {
        let names: Vec<&str> = base.traits.iter().map(String::as_str).collect();
        let names = crate::suggest::listed(names, "and");
        let traits = if base.traits.len() == 1 { "trait" } else { "traits" };
        let text = match covered.as_slice() {
            [] => format!("{traits} {names}"),
            keys => format!("{traits} {names}: nothing to add for {}", definition::named(keys)),
        };
        findings.insert(0, Finding { kind: FindingKind::Recognised, text });
    }
    document.order(&ORDER);
    document
}

struct Writer<'a> {
    facts: &'a Facts,
    findings: &'a mut Vec<Finding>,
    /// Entries that need no line of their own.
    covered: Vec<String>,
    /// Entries that a trait gives another type than the file.
    typed: Vec<(&'static str, String)>,
}

impl Writer<'_> {
    fn guess(&mut self, text: impl Into<String>) {
        self.findings.push(Finding { kind: FindingKind::Guessed, text: text.into() });
    }

    fn document(&mut self, base: &Base, library: &Library) -> Map {
        let facts = self.facts;
        let mut map = Map::default();
        map.put("key", &*facts.key);
        map.put_some("id", facts.id.map(|id| Node::Scalar(id.into())));
        map.put("name", &*facts.name);
        map.put_some("hub", facts.hub.as_deref());
        map.put_some("status", facts.beta.then_some(Status::Beta.word()));
        map.put_some("description", facts.description.as_deref());
        map.put_some("image", facts.image.as_deref());
        if !base.traits.is_empty() {
            map.put("traits", Json::from(base.traits.clone()));
        }
        let choices = facts.control.as_ref().map_or(&[][..], |c| &c.variants);
        if choices.is_empty() {
            self.access(&mut map, &base.body, facts.authentication);
        }
        let variants: Vec<(&Choice, Base)> = choices
            .iter()
            .map(|choice| {
                (choice, recognise::of_variant(library, facts, base, &choice.name, choice.authentication))
            })
            .collect();
        // What the trait of a variant speaks of stands in the variants, though all have it.
        let split = |item: &Item| {
            let place = |body: &Body| entries(body, item.sender).contains_key(&item.key);
            item.variants.is_empty() && !place(&base.body) && variants.iter().any(|(_, b)| place(&b.body))
        };
        let common: Vec<&Item> = facts.items.iter().filter(|i| i.variants.is_empty() && !split(i)).collect();
        self.entries(&mut map, &common, &base.body);
        self.assumed(&mut map, &base.body);
        self.beside(&mut map, &base.body);
        self.missing(&mut map, &base.body, &common, None);
        let covered = self.covered.len();
        for (choice, own) in &variants {
            let mut variant = Map::default();
            variant.put_some("title", choice.title.as_deref());
            if let Some(control) = facts.control.as_ref().filter(|_| !choice.usual) {
                variant.at(&["when"]).put(&*control.key, choice.value.clone());
            }
            if !own.traits.is_empty() {
                variant.put("traits", Json::from(own.traits.clone()));
            }
            self.access(&mut variant, &own.body, choice.authentication);
            let own_items = facts.items.iter().filter(|i| i.variants.contains(&choice.name) || split(i));
            let bodies = || variants.iter().map(|(_, base)| &*base.body);
            let alike: Vec<Item> = own_items.map(|item| like_others(item, bodies())).collect();
            let items: Vec<&Item> = alike.iter().collect();
            self.entries(&mut variant, &items, &own.body);
            let all: Vec<&Item> = items.iter().chain(&common).copied().collect();
            self.missing(&mut variant, &own.body, &all, Some(&base.body));
            let order: Vec<&str> = ["title", "when"].into_iter().chain(ORDER).collect();
            variant.order(&order);
            map.at(&["variants"]).put(&*choice.name, Node::Map(variant));
        }
        self.covered.truncate(covered);
        if let Some(pattern) = &facts.placeholders {
            let said = base.body.placeholders.configuration.as_ref();
            let path: &[&str] =
                if said.is_some() { &["override", "placeholders"] } else { &["placeholders"] };
            if said.is_none_or(|said| *said.value != **pattern) {
                map.at(path).put("configuration", pattern.as_str());
            }
        }
        self.element(&mut map, &base.body);
        for path in [&["instance"][..], &["override", "instance"]] {
            if map.has(path) {
                map.at(path).order(&["body", "element", "configuration"]);
            }
        }
        self.kept(&mut map, &base.body);
        map
    }

    /// How the platform gets access: what no trait says of it.
    fn access(&mut self, map: &mut Map, body: &Body, authentication: Authentication) {
        let facts = self.facts;
        // What is said of the whole is no remark on one variant.
        let note = facts.authentication_note.clone().filter(|_| facts.control.is_none());
        if body.authentication.as_ref().map(|a| a.value) != Some(authentication) {
            map.line("authentication", authentication.word()).note = note;
        } else if let Some(line) = map.0.iter_mut().find(|line| line.key == "traits") {
            line.note = note;
        }
        let (flow, wanted, inherited) = match authentication {
            Authentication::OAuth2 => (
                "oauth2",
                ["authorize", "token", "revoke"],
                [&body.oauth2.authorize, &body.oauth2.token, &body.oauth2.revoke],
            ),
            Authentication::OAuth1 => (
                "oauth1",
                ["request", "authorize", "access"],
                [&body.oauth1.request, &body.oauth1.authorize, &body.oauth1.access],
            ),
            Authentication::ApiKey => {
                if let Some((location, name, entry)) = &facts.api_key {
                    let key = map.at(&["apiKey"]);
                    key.put("in", *location);
                    key.put("name", &**name);
                    key.put("from", format!("configuration.{entry}").as_str());
                }
                return;
            }
            Authentication::Basic | Authentication::Custom => return,
        };
        for (name, said) in wanted.into_iter().zip(inherited) {
            let stated = facts.endpoints.iter().find(|(n, _)| *n == name).map(|(_, url)| url.as_str());
            match (stated, said) {
                (Some(url), None) => map.at(&[flow]).put(name, url),
                (None, None) if name == "authorize" => {
                    map.at(&[flow]).line(name, UNKNOWN).note("unknown: put the vendor's endpoint here");
                    self.guess(format!(
                        "{flow}.authorize: unknown; put the vendor's endpoint in place of `{UNKNOWN}`"
                    ));
                }
                _ => {}
            }
        }
        if let (Some((scopes, separator)), true) =
            (&facts.scopes, flow == "oauth2" && body.oauth2.scopes.is_none())
        {
            let oauth2 = map.at(&[flow]);
            oauth2.put("scopes", Json::from(scopes.clone()));
            oauth2.put_some("separator", separator.as_deref());
        }
    }

    /// The entries of a layer, over what it inherits.
    fn entries(&mut self, map: &mut Map, items: &[&Item], body: &Body) {
        for item in items {
            let (place, path) = match item.sender {
                Sender::Application => (&*body.configuration, &["configuration"][..]),
                Sender::Platform => (&*body.instance.configuration, &["instance", "configuration"][..]),
            };
            self.entry(map, item, place, path);
            if let (Sender::Platform, Some(sent)) = (item.sender, body.configuration.get(&item.key)) {
                self.provided(map, item, sent);
            }
        }
    }

    /// What the file leaves to the platform, a trait lets applications send: what is assumed where
    /// they do not is what the file says.
    fn provided(&mut self, map: &mut Map, item: &Item, sent: &Entry) {
        let own = item.default.as_ref().and_then(words::as_text);
        let (Some(own), Some(said)) = (own, &sent.default) else { return };
        let kind = sent.kind.as_ref().map_or(Type::String, |k| k.value);
        let value = match kind {
            Type::Boolean => own.to_ascii_lowercase().parse().ok().map(Json::Bool),
            Type::String => Some(Json::String(own.clone())),
            _ => item.default.clone().filter(|_| item.kind == kind),
        };
        let Some(value) = value.filter(|value| *value != said.value) else { return };
        map.at(&["override", "configuration", &item.key]).put("default", value);
        self.guess(format!(
            "`{}` may be sent, as a trait says; the file says that the platform provides `{own}`, which is the default",
            item.key
        ));
    }

    /// What a default of the file would make required, though the file does not: it is not.
    fn assumed(&mut self, map: &mut Map, body: &Body) {
        let item = |key: &str| {
            let sent = |i: &&Item| i.key == key && i.sender == Sender::Application;
            self.facts.items.iter().find(sent)
        };
        let holds = |(key, value): (&String, &Json)| {
            let assumes = |i: &&Item| {
                let sent = body.configuration.get(key).is_some_and(|e| e.default.is_some());
                i.key == *key && (i.sender == Sender::Application || sent)
            };
            let default = self.facts.items.iter().find(assumes).and_then(|i| i.default.as_ref());
            let default = default.and_then(words::as_text);
            default.is_some_and(|default| words::as_text(value) == Some(default))
        };
        for (key, entry) in body.configuration.iter() {
            let Some(Requirement::When(when)) = entry.required.as_ref().map(|r| &r.value) else { continue };
            let by_default = show_condition(when).as_object().is_some_and(|all| all.iter().all(holds));
            if by_default && !item(key).is_some_and(|i| i.required || i.default.is_some()) {
                map.at(&["override", "configuration", key]).put("required", false);
            }
        }
    }

    /// What the request holds beside the configuration.
    fn beside(&mut self, map: &mut Map, body: &Body) {
        for item in &self.facts.provider_data {
            self.entry(map, item, &body.provider_data, &["providerData"]);
        }
        for item in &self.facts.request {
            self.entry(map, item, &body.request, &["request"]);
        }
        for member in &self.facts.request_without {
            if body.request.get(member).is_some_and(|e| e.required.is_none()) {
                map.at(&["request", member]).put("required", false);
            }
        }
    }

    fn entry(&mut self, map: &mut Map, item: &Item, place: &EntryMap, path: &[&str]) {
        let full = format!("{}.{}", path.join("."), item.key);
        let own = match item.sender {
            Sender::Application => sent(item),
            Sender::Platform => reported(item),
        };
        let Some(inherited) = place.get(&item.key) else {
            let line = map.at(path).line(&*item.key, own);
            if let Some(guess) = &item.guess {
                line.note(format!("guessed: {guess}"));
                self.guess(format!("`{}`: {guess}", item.key));
            }
            return;
        };
        let secret = inherited.secret.as_ref().is_some_and(|s| s.value);
        let lost = match (item.values.is_empty(), &item.default) {
            (true, None) => None,
            (true, Some(_)) => Some("the default"),
            (false, None) => Some("the options"),
            (false, Some(_)) => Some("the options and the default"),
        };
        if let (true, Sender::Application, Some(lost)) = (secret, item.sender, lost) {
            let text = format!("{lost} of `{}`: by a trait, it is a secret", item.key);
            self.findings.push(Finding { kind: FindingKind::LeftOut, text });
            let mut item = Item { kind: Type::String, default: None, ..item.clone() };
            item.values.clear();
            return self.entry(map, &item, place, path);
        }
        let change = match item.sender {
            Sender::Application => over_sent(item, inherited),
            Sender::Platform => {
                let derived = inherited.from.as_ref().and_then(|from| self.fact(&from.value));
                over_reported(item, inherited, derived.as_deref())
            }
        };
        match change {
            Change::Replace => {
                removal(map, full);
                map.at(path).put(&*item.key, own);
            }
            Change::Say { add, overrides, remove } => {
                if add.0.is_empty() && overrides.0.is_empty() && remove.is_empty() {
                    self.covered.push(item.key.clone());
                }
                let kind = inherited.kind.as_ref().map_or(Type::String, |k| k.value);
                let stated = item.sender == Sender::Application && !item.inferred.required;
                if stated && kind != item.kind {
                    self.typed.push((kind.word(), item.key.clone()));
                }
                if let (true, Some(values)) = (stated && item.values.is_empty(), &inherited.values) {
                    let values = values.value.iter().filter_map(|value| words::as_text(&value.value));
                    let values =
                        crate::suggest::listed(values.collect::<Vec<_>>().iter().map(String::as_str), "or");
                    self.guess(format!(
                        "values of `{}`: {values}, as a trait says; the file says text",
                        item.key
                    ));
                }
                for attribute in remove {
                    removal(map, format!("{full}.{attribute}"));
                }
                if !add.0.is_empty() {
                    let add = if path[0] == "instance" { short(add) } else { Node::Map(add) };
                    map.at(path).put(&*item.key, add);
                }
                if !overrides.0.is_empty() {
                    let overrides =
                        if path[0] == "instance" { short(overrides) } else { Node::Map(overrides) };
                    map.at(&["override"]).at(path).put(&*item.key, overrides);
                }
            }
        }
    }

    /// What a reference to the flow stands for, as far as the file says it.
    fn fact(&self, reference: &str) -> Option<String> {
        let name = reference.strip_prefix("oauth2.").or_else(|| reference.strip_prefix("oauth1."))?;
        if let ("scope", Some((scopes, separator))) = (name, &self.facts.scopes) {
            return Some(scopes.join(separator.as_deref().unwrap_or(" ")));
        }
        let endpoint = self.facts.endpoints.iter().find(|(endpoint, _)| *endpoint == name);
        endpoint.map(|(_, url)| url.clone())
    }

    /// Entries that a trait brings and the file does not have: a query that took its value from one
    /// asks for it itself.
    fn missing(&mut self, map: &mut Map, body: &Body, items: &[&Item], below: Option<&Body>) {
        let flow = |b: &Body| b.authentication.as_ref().map(|a| a.value);
        let Some(authentication) = flow(body).filter(|_| below.is_none_or(|b| flow(b).is_none())) else {
            return;
        };
        let places = match authentication {
            Authentication::OAuth2 => vec![(Place::Query, &*body.oauth2.query)],
            Authentication::OAuth1 => {
                vec![(Place::TokenQuery, &*body.oauth1.token.query), (Place::Query, &*body.oauth1.query)]
            }
            _ => return,
        };
        for (key, entry) in body.configuration.iter() {
            // What is assumed for a URL without being one, no query can take.
            let own = items.iter().find(|i| *i.key == **key && i.sender == Sender::Application);
            let assumed = own.and_then(|item| item.default.as_ref()).and_then(words::as_text);
            let is_url = entry.kind.as_ref().is_some_and(|kind| kind.value == Type::Url);
            if own.is_some() && (!is_url || assumed.is_none_or(|text| definition::is_url(&text))) {
                continue;
            }
            let reference = format!("configuration.{key}");
            let takers = |entries: &EntryMap| {
                let taken = |e: &Entry| e.from.as_ref().is_some_and(|f| *f.value == reference);
                entries.iter().filter(|(_, e)| taken(e)).map(|(name, _)| name.to_string()).collect::<Vec<_>>()
            };
            let taken: Vec<(Place, String)> = places
                .iter()
                .flat_map(|(place, entries)| takers(entries).into_iter().map(move |n| (*place, n)))
                .collect();
            if taken.is_empty() {
                continue;
            }
            removal(map, reference);
            for (place, name) in taken {
                let path = place.path(authentication);
                removal(map, format!("{path}.{name}"));
                let mut own = Map::default();
                own.put_some("title", entry.title.as_ref().map(|t| &*t.value));
                own.put_some("type", entry.kind.as_ref().map(|k| k.value.word()));
                own.put_some("example", entry.example.as_ref().map(|e| Node::from(e.value.clone())));
                own.put_some("secret", entry.secret.as_ref().map(|s| s.value));
                let parts: Vec<&str> = path.split('.').collect();
                map.at(&parts).put(name, Node::Map(own));
            }
            let (kind, why) = match own {
                Some(_) => (
                    FindingKind::Guessed,
                    "what the file assumes is no URL, so the request of `oauth/url` asks for one",
                ),
                None => (
                    FindingKind::LeftOut,
                    "it is not in the file, so only the request of `oauth/url` asks for it",
                ),
            };
            self.findings.push(Finding { kind, text: format!("`{key}` of the trait: {why}") });
        }
    }

    /// What the platform reports of the element, beyond what it reports of any.
    fn element(&mut self, map: &mut Map, body: &Body) {
        for (member, value) in &self.facts.element {
            let Some(inherited) = body.instance.element.get(member) else { continue };
            let Some(value) = reportable(inherited, value) else { continue };
            match &inherited.example {
                Some(said) if said.value == value => {}
                Some(_) => map.at(&["override", "instance", "element"]).put(&**member, value),
                None => map.at(&["instance", "element"]).put(&**member, value),
            }
        }
    }

    fn kept(&mut self, map: &mut Map, body: &Body) {
        let mut kept = Map::default();
        let elsewhere = |member: &str, value: &Json| {
            let inherited = body.instance.element.get(member);
            inherited.is_some_and(|e| e.from.is_some() || reportable(e, value).is_some())
        };
        for (member, value) in
            self.facts.element.iter().filter(|(m, v)| !elsewhere(m, v) && !words::is_empty(v))
        {
            kept.put(&**member, value.clone());
        }
        for (member, value) in &self.facts.kept {
            kept.put(&**member, value.clone());
        }
        if !kept.0.is_empty() {
            let names: Vec<String> = kept.0.iter().map(|l| l.key.clone()).collect();
            self.findings.push(Finding { kind: FindingKind::Kept, text: definition::named(&names) });
        }
        if !self.facts.kept_entries.is_empty() {
            // Of what is not declared, and of what stands there twice, another line tells.
            let told = |key: &str, member: &str| !self.facts.has(key) || member == "again";
            let assumed = |key: &str| {
                self.facts
                    .items
                    .iter()
                    .any(|i| i.key == key && (i.default.is_some() || i.sender == Sender::Platform))
            };
            let mut members: Vec<((&str, &str), Vec<String>)> = Vec::new();
            for (key, kept) in &self.facts.kept_entries {
                for (member, _) in kept.as_object().into_iter().flatten().filter(|(m, _)| !told(key, m)) {
                    let why = match &**member {
                        "required" if assumed(key) => {
                            ": what has a default, or comes from the platform, need not be given"
                        }
                        _ => "",
                    };
                    match members.iter_mut().find(|(said, _)| *said == (member, why)) {
                        Some((_, keys)) => keys.push(key.clone()),
                        None => members.push(((member, why), vec![key.clone()])),
                    }
                }
            }
            for ((member, why), keys) in members {
                let text = format!("`{member}` of {}{why}", definition::named(&keys));
                self.findings.push(Finding { kind: FindingKind::Kept, text });
            }
            kept.put("configuration", Json::Object(self.facts.kept_entries.clone()));
        }
        if !kept.0.is_empty() {
            map.line(self.facts.kept_under, Node::Map(kept)).note("what has no place in a descriptor");
        }
    }
}

/// The entries of a sender.
fn entries(body: &Body, sender: Sender) -> &EntryMap {
    match sender {
        Sender::Application => &body.configuration,
        Sender::Platform => &body.instance.configuration,
    }
}

/// Adds a path to what is dropped.
fn removal(map: &mut Map, path: String) {
    let path = Node::Scalar(path.into());
    if let Some(Node::List(paths)) = map.0.iter_mut().find(|l| l.key == "remove").map(|l| &mut l.node) {
        if !paths.contains(&path) {
            paths.push(path);
        }
    } else {
        map.put("remove", Node::List(vec![path]));
    }
}
