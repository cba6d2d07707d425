//! Access: what a method needs to get in is there.

use super::credentials::{sounds_secret, title_sounds_secret};
use super::{Rule, Scope, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::flow::{self, Place, Target, lookup};
use crate::resolve::{Element, Method};
use crate::suggest::listed;
use crate::syntax::descriptor::{Authentication, Location};
use crate::syntax::entry::Entry;
use crate::syntax::map::Declared;

/// See the module.
pub const RULE: Rule = Rule { codes: &[NO_KEY], scope: Scope::Element(run) };

const NO_KEY: Code = Code("W0425");

fn run(subject: &Subject, found: &mut Vec<Diagnostic>) {
    let element = subject.element;
    for method in element.methods.iter().filter(|m| m.authentication == Authentication::ApiKey) {
        partly(method, found);
        header(method, found);
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

/// A header has a name (RFC 9110 §5.1, §5.6.2).
fn header(method: &Method, found: &mut Vec<Diagnostic>) {
    let key = &method.body.api_key;
    // What is empty or begins with a blank is reported wherever it stands.
    let is_token = |name: &str| {
        let is_one = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        name.trim().bytes().all(is_one)
    };
    let in_header = key.location.as_ref().is_some_and(|location| location.value == Location::Header);
    if let Some(name) = key.name.as_ref().filter(|name| in_header && !is_token(&name.value)) {
        found.push(
            Diagnostic::new(NO_KEY, name.span, format!("no header is called `{}`", name.value))
                .label("not a header name")
                .note("the name of a header has neither blanks nor a colon (RFC 9110 §5.1)"),
        );
    }
}

/// A key is a secret, and some entry of the request holds it.
fn no_secret(element: &Element, method: &Method, found: &mut Vec<Diagnostic>) {
    // What may be meant to hold it is reported on its own.
    let may_hold = |entry: &Declared<Entry>, key: &str| {
        !entry.whole
            || entry.secret.is_some()
            || flow::is_secret(element, method, entry)
            || sounds_secret(key)
            || entry.title.as_ref().is_some_and(|title| title_sounds_secret(&title.value))
    };
    if let Some(from) = &method.body.api_key.from {
        if let Ok(Target::Entry { place: Place::Configuration, key, entry }) =
            lookup(element, method, &from.value)
        {
            let message = format!("`{key}` holds the API key, but is no secret");
            let open = entry.secret.as_ref().filter(|secret| !secret.value);
            if let Some(open) = open {
                let diagnostic = Diagnostic::new(NO_KEY, open.span, message).label("an API key is a secret");
                found.push(diagnostic.also(from.span, "named here").note("say `secret: true`"));
            } else if !may_hold(entry, key) {
                found.push(
                    Diagnostic::new(NO_KEY, from.span, message)
                        .label("an API key is a secret")
                        .also(entry.at, "no `secret` here")
                        .note("name the entry that holds the key, or say `secret: true` there"),
                );
            }
        }
        return;
    }
    let mut entries = [Place::Configuration, Place::ProviderData, Place::Request]
        .into_iter()
        .filter_map(|place| method.entries(place))
        .flat_map(|entries| entries.iter());
    if !entries.any(|(key, entry)| may_hold(entry, key)) {
        let at = method.body.authentication.as_ref().map_or(method.at, |said| element.own(said.span));
        found.push(
            Diagnostic::new(NO_KEY, at, "no entry of the request holds the API key")
                .label("authenticates by a key")
                .note("add it to `configuration`, with `secret: true`"),
        );
    }
}
