//! Access: what a method needs to get in is there.

use super::{Rule, Scope, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::flow::{self, Place};
use crate::resolve::{Element, Method};
use crate::suggest::listed;
use crate::syntax::descriptor::Authentication;

/// See the module.
pub const RULE: Rule = Rule { codes: &[NO_KEY], scope: Scope::Element(run) };

const NO_KEY: Code = Code("W0425");

fn run(subject: &Subject, found: &mut Vec<Diagnostic>) {
    let element = subject.element;
    for method in element.methods.iter().filter(|m| m.authentication == Authentication::ApiKey) {
        partly(method, found);
        no_secret(element, method, found);
    }
}

/// Where the vendor expects the key is said whole or not at all.
fn partly(method: &Method, found: &mut Vec<Diagnostic>) {
    let key = &method.body.api_key;
    let parts = [
        ("in", key.location.as_ref().map(|s| s.span)),
        ("name", key.name.as_ref().map(|s| s.span)),
        ("from", key.from.as_ref().map(|s| s.span)),
    ];
    let missing: Vec<&str> = parts.iter().filter(|(_, at)| at.is_none()).map(|(name, _)| *name).collect();
    let Some(at) = parts.iter().find_map(|(_, at)| *at).filter(|_| !missing.is_empty()) else { return };
    found.push(
        Diagnostic::new(NO_KEY, at, format!("`apiKey` does not say {}", listed(missing, "and")))
            .label("only a part of where the key goes")
            .note("say all of it: `apiKey: { in: header, name: X-Api-Key, from: configuration.api.key }`"),
    );
}

/// A key is a secret, and some entry of the request holds it.
fn no_secret(element: &Element, method: &Method, found: &mut Vec<Diagnostic>) {
    let entries = [Place::Configuration, Place::ProviderData, Place::Request]
        .into_iter()
        .filter_map(|place| method.entries(place));
    // What may be meant to hold it is reported on its own.
    let may_hold = |entry: &crate::syntax::map::Declared<crate::syntax::entry::Entry>, key: &str| {
        !entry.whole
            || entry.secret.is_some()
            || flow::is_secret(element, method, entry)
            || super::credentials::sounds_secret(key)
    };
    let mut all = entries.flat_map(|entries| entries.iter());
    if method.body.api_key.from.is_none() && !all.any(|(key, entry)| may_hold(entry, key)) {
        let at = method.body.authentication.as_ref().map_or(method.at, |said| element.own(said.span));
        found.push(
            Diagnostic::new(NO_KEY, at, "no entry of the request holds the API key")
                .label("authenticates by a key")
                .note("add it to `configuration`, with `secret: true`"),
        );
    }
}
