//! Recognise: which traits say what the facts say.
//!
//! In: facts, and the traits of a library. Out: the names of the traits to use, and what an
//! element with them inherits.

use super::facts::{Facts, Item, Sender};
use super::words;
use crate::resolve::PLATFORM;
use crate::source::{Role, Source};
use crate::syntax::descriptor::{Authentication, Body};
use crate::syntax::part::Text;
use serde_json::Value as Json;
use std::collections::HashSet;
use std::sync::Arc;

/// The traits that may be used.
pub struct Library {
    traits: Vec<Source>,
}

impl Library {
    /// The traits among some sources.
    pub fn new(sources: &[Source]) -> Self {
        let traits = sources.iter().filter(|s| s.role == Role::Trait);
        Self { traits: traits.map(|s| Source { library: true, ..s.clone() }).collect() }
    }

    /// Their sources, to compile with.
    pub fn sources(&self) -> Vec<Source> {
        self.traits.clone()
    }

    fn has(&self, name: &str) -> bool {
        self.traits.iter().any(|t| t.name == name)
    }

    /// What an element with these traits inherits; `None` if they contradict each other.
    pub fn inherited(&self, traits: &[String]) -> Option<Arc<Body>> {
        let mut probe = super::document::Map::default();
        probe.put("key", "probe");
        probe.put("name", "Probe");
        probe.put("traits", Json::from(traits.to_vec()));
        let mut sources = self.sources();
        sources.push(super::source("probe", &probe.write()));
        let compilation = crate::compile(sources);
        let torn = |code: &str| matches!(code, "E0301" | "E0304" | "E0306" | "E0307");
        let [element] = compilation.catalog.elements.as_slice() else { return None };
        if compilation.diagnostics.iter().any(|d| torn(d.code.0)) {
            return None;
        }
        Some(element.body.clone())
    }
}

/// What is used, and what is inherited by it.
#[derive(Clone, Debug)]
pub struct Base {
    /// The traits to list.
    pub traits: Vec<String>,
    /// What they bring, with the base of every element.
    pub body: Arc<Body>,
}

/// The trait that brings an authentication, if the items are those it speaks of.
fn of_authentication(
    library: &Library,
    facts: &Facts,
    authentication: Authentication,
    variant: Option<&str>,
) -> Option<&'static str> {
    let sent = |key: &str| {
        let here = |i: &&Item| {
            i.variants.is_empty() || variant.is_some_and(|v| i.variants.iter().any(|own| own == v))
        };
        facts.items.iter().filter(here).any(|i| i.key == key && i.sender == Sender::Application)
    };
    let name = match authentication {
        Authentication::OAuth2 => "oauth2",
        Authentication::OAuth1 => "oauth1",
        Authentication::Basic if sent("username") && sent("password") => "basic",
        Authentication::ApiKey => "api-key",
        _ => return None,
    };
    library.has(name).then_some(name)
}

/// The traits of the element itself.
pub fn base(library: &Library, facts: &Facts) -> Base {
    let mut traits: Vec<String> = Vec::new();
    if facts.control.is_none() {
        traits.extend(of_authentication(library, facts, facts.authentication, None).map(ToOwned::to_owned));
    }
    let plain = Base { body: library.inherited(&traits).unwrap_or_default(), traits };
    let mut chosen = plain.clone();
    let mut candidates: Vec<(usize, Base)> = Vec::new();
    for candidate in library.traits.iter().filter(|t| t.name != PLATFORM && !plain.traits.contains(&t.name)) {
        let base = with(library, &plain, &candidate.name);
        candidates.extend(base.and_then(|base| Some((covered(facts, &plain.body, &base.body)?, base))));
    }
    // Those that say most come first; what they bring need not be brought again.
    candidates.sort_by_key(|(covered, _)| std::cmp::Reverse(*covered));
    for (_, candidate) in candidates {
        let Some(name) = candidate.traits.last() else { continue };
        let Some(next) = with(library, &chosen, name) else { continue };
        if covered(facts, &chosen.body, &next.body).is_some() {
            chosen = next;
        }
    }
    // A trait that another one uses is not listed beside it.
    for name in chosen.traits.clone() {
        let fewer: Vec<String> = chosen.traits.iter().filter(|t| **t != name).cloned().collect();
        if let Some(body) = library.inherited(&fewer)
            && shown(&body) == shown(&chosen.body)
        {
            chosen = Base { traits: fewer, body };
        }
    }
    chosen
}

/// The traits of a variant, above those of the element.
pub fn of_variant(
    library: &Library,
    facts: &Facts,
    base: &Base,
    name: &str,
    authentication: Authentication,
) -> Base {
    let own = of_authentication(library, facts, authentication, Some(name));
    let extended = own.and_then(|own| with(library, base, own).map(|next| (own, next)));
    match extended {
        Some((own, next)) => Base { traits: vec![own.to_owned()], body: next.body },
        None => Base { traits: Vec::new(), body: base.body.clone() },
    }
}

fn with(library: &Library, base: &Base, name: &str) -> Option<Base> {
    let traits: Vec<String> = base.traits.iter().cloned().chain([name.to_owned()]).collect();
    Some(Base { body: library.inherited(&traits)?, traits })
}

fn shown(body: &Body) -> Vec<(String, Json)> {
    let mut all = Vec::new();
    crate::syntax::part::Part::visit(body, &mut Vec::new(), &mut |path: &[Text], _, value| {
        all.push((path.join("\u{0}"), value))
    });
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

/// How many reported items the larger body says that the smaller does not; `None` if it says too
/// little to be worth it, contradicts the facts, or speaks of what is not there.
fn covered(facts: &Facts, smaller: &Body, larger: &Body) -> Option<usize> {
    let authentication = larger.authentication.as_ref().map(|a| a.value);
    if authentication.is_some_and(|a| a != facts.authentication || facts.control.is_some()) {
        return None;
    }
    if authentication.is_none() && larger.instance.configuration.values().any(|e| from_flow(e)) {
        return None;
    }
    let item = |key: &str, sender: Option<Sender>| {
        let fits = |i: &&Item| i.key == key && i.variants.is_empty() && sender.is_none_or(|s| s == i.sender);
        facts.items.iter().find(fits)
    };
    let new = |larger: &crate::syntax::entry::EntryMap, smaller: &crate::syntax::entry::EntryMap| {
        let known: HashSet<&Text> = smaller.keys().collect();
        larger
            .iter()
            .filter(|(k, _)| !known.contains(k))
            .map(|(k, e)| (k.clone(), e.clone()))
            .collect::<Vec<_>>()
    };
    for (key, _) in new(&larger.configuration, &smaller.configuration) {
        item(&key, Some(Sender::Application))?;
    }
    for (key, _) in new(&larger.request, &smaller.request) {
        if !facts.request.iter().any(|i| i.key == *key) {
            return None;
        }
    }
    let stated = |name: &str| facts.endpoints.iter().find(|(n, _)| *n == name).map(|(_, url)| url.as_str());
    let endpoints = [
        ("authorize", &larger.oauth2.authorize),
        ("token", &larger.oauth2.token),
        ("revoke", &larger.oauth2.revoke),
    ];
    for (name, endpoint) in endpoints {
        if let (Some(said), Some(own)) = (endpoint, stated(name))
            && *said.value != *own
        {
            return None;
        }
    }
    let mut count = 0;
    for (key, entry) in new(&larger.instance.configuration, &smaller.instance.configuration) {
        let item = item(&key, None)?;
        let own = item.default.as_ref().and_then(words::as_text);
        let said = match (&entry.from, &entry.example) {
            (Some(from), _) => {
                let endpoint = endpoints.iter().find(|(name, _)| *from.value == format!("oauth2.{name}"));
                let inherited = endpoint.and_then(|(_, e)| e.as_ref()).map(|e| e.value.to_string());
                inherited.or_else(|| endpoint.and_then(|(name, _)| stated(name)).map(ToOwned::to_owned))
            }
            (None, Some(example)) => words::as_text(&example.value).filter(|text| !text.is_empty()),
            (None, None) => None,
        };
        match (own, said) {
            (Some(own), Some(said)) if own != said => return None,
            // A hole is for the element to fill.
            (Some(_), None) if entry.example.is_some() || entry.from.is_some() => return None,
            (Some(_), None) | (None, Some(_)) => {}
            _ if item.sender == Sender::Platform => count += 1,
            _ => {}
        }
    }
    (count > 0).then_some(count)
}

fn from_flow(entry: &crate::syntax::entry::Entry) -> bool {
    entry.from.as_ref().is_some_and(|from| from.value.starts_with("oauth"))
}
