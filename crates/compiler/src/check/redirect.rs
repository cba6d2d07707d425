//! `oauthUrl`: what the vendor's authorization endpoint gets (RFC 6749 §4.1.1, RFC 7636 §4.3).

use super::{Rule, Scope, Subject, dropped};
use crate::HashMap;
use crate::diagnostic::{Code, Diagnostic};
use crate::lower::kind_of;
use crate::resolve::flow::{self, Place, Target, lookup};
use crate::resolve::{Element, Method};
use crate::source::{Span, Spanned};
use crate::suggest::listed;
use crate::syntax::descriptor::{Authentication, Pkce};
use crate::syntax::entry::{Entry, Type};
use crate::syntax::part::Text;

/// See the module.
pub const RULE: Rule =
    Rule { codes: &[RELATIVE, RESERVED, LACKS, UNSENT, CHALLENGE], scope: Scope::Element(run) };

const RELATIVE: Code = Code("E0417");
const CHALLENGE: Code = Code("W0419");
const RESERVED: Code = Code("E0420");
const LACKS: Code = Code("W0422");
const UNSENT: Code = Code("W0424");

fn run(subject: &Subject, found: &mut Vec<Diagnostic>) {
    let element = subject.element;
    for method in &element.methods {
        match method.authentication {
            Authentication::OAuth2 => {
                reserved(method, found);
                lacking(element, method, found);
                challenge(method, found);
            }
            Authentication::OAuth1 => {}
            _ => continue,
        }
        twice(method, found);
        absolute(element, method, found);
        unsent(element, method, found);
    }
}

/// The vendor's authorization endpoint.
pub(super) fn authorize(method: &Method) -> Option<&Spanned<Text>> {
    match method.authentication {
        Authentication::OAuth1 => method.body.oauth1.authorize.as_ref(),
        Authentication::OAuth2 => method.body.oauth2.authorize.as_ref(),
        _ => None,
    }
}

/// The parameters that stand in the query of an endpoint already, with their places.
pub(super) fn parameters(endpoint: &Spanned<Text>) -> Vec<(&str, Span)> {
    let Some(start) = endpoint.value.find('?').map(|at| at + 1) else { return Vec::new() };
    let query = endpoint.value[start..].split('#').next().unwrap_or_default();
    let mut at = start;
    let mut found = Vec::new();
    for parameter in query.split('&') {
        let name = parameter.split('=').next().unwrap_or_default();
        let place = endpoint.part(at..at + name.len()).unwrap_or(endpoint.span);
        found.extend((!name.is_empty()).then_some((name, place)));
        at += parameter.len() + 1;
    }
    found
}

/// What the standards put into the token request or its response, never into the browser's URL.
const ELSEWHERE: [&str; 9] = [
    "code",
    "grant_type",
    "access_token",
    "refresh_token",
    "token_type",
    "expires_in",
    "code_verifier",
    "password",
    "username",
];

fn reserved(method: &Method, found: &mut Vec<Diagnostic>) {
    let entries = || method.entries(Place::Redirect).into_iter().flat_map(|e| e.iter());
    if let Some(value) =
        entries().find(|(key, _)| &***key == "response_type").and_then(|(_, e)| e.value.as_ref())
        && value.value != "code"
    {
        let message = "the response type of the authorization code flow is `code`";
        found.push(
            Diagnostic::new(RESERVED, value.span, message)
                .label("another flow")
                .note("RFC 6749 §4.1.1")
                .change(value.span, "code"),
        );
    }
    let declared = entries().map(|(key, entry)| (&**key, entry.at));
    let written = authorize(method).into_iter().flat_map(parameters);
    for (key, at) in declared.chain(written).filter(|(key, _)| ELSEWHERE.contains(key)) {
        let message = format!("`{key}` has another meaning in OAuth 2.0 and no place in `oauthUrl`");
        found.push(
            Diagnostic::new(RESERVED, at, message).label("reserved").note(
                "it belongs to the token request or its response (RFC 6749 §4.1.3, §5.1; RFC 7636 §4.5)",
            ),
        );
    }
}

/// Parameters that would stand in `oauthUrl` twice.
fn twice(method: &Method, found: &mut Vec<Diagnostic>) {
    let Some(authorize) = authorize(method) else { return };
    let redirect = method.entries(Place::Redirect);
    let mut seen: HashMap<&str, Span> = HashMap::default();
    for (name, span) in parameters(authorize) {
        let added = redirect.and_then(|entries| entries.get(name)).map(|entry| entry.at);
        let Some(other) = seen.insert(name, span).or(added) else { continue };
        let message = format!("`{name}` stands in `oauthUrl` twice");
        found.push(
            Diagnostic::new(RESERVED, span, message)
                .label("already in the endpoint")
                .also(other, "and added here")
                .note("no parameter may be given more than once (RFC 6749 §3.1): remove one of them"),
        );
    }
}

/// A redirect URI is absolute (RFC 6749 §3.1.2): what becomes it must be a URL.
fn absolute(element: &Element, method: &Method, found: &mut Vec<Diagnostic>) {
    for (place, key) in [(Place::Query, "callbackUrl"), (Place::Redirect, "redirect_uri")] {
        let Some(entry) = method.entries(place).and_then(|e| e.get(key)) else { continue };
        // What passes on the other of the two is wrong there, and what comes from nothing has no type.
        let passed_on = entry.from.as_ref().is_some_and(|f| &*f.value == "query.callbackUrl");
        let dangling = entry.from.as_ref().is_some_and(|f| lookup(element, method, &f.value).is_err());
        if entry.template.is_none() && !passed_on && !dangling && kind_of(element, method, entry) != Type::Url
        {
            let span = entry.from.as_ref().map_or(entry.at, |f| f.span);
            let message = format!("`{key}` takes a value that need not be a URL");
            found.push(
                Diagnostic::new(RELATIVE, span, message)
                    .label("a redirect URI is absolute")
                    .note("give the entry it comes from `type: url` (RFC 6749 §3.1.2)"),
            );
        }
    }
}

/// What RFC 6749 §4.1.1 requires of `oauthUrl`; the client identifier may have another name.
fn lacking(element: &Element, method: &Method, found: &mut Vec<Diagnostic>) {
    let (Some(entries), Some(authorize)) = (method.entries(Place::Redirect), authorize(method)) else {
        return;
    };
    let has = |name: &str| {
        entries.contains_key(name) || parameters(authorize).iter().any(|(written, _)| *written == name)
    };
    let identifies = |entry: &Entry| references(entry).any(|reference| reference == "query.apiKey");
    let known = has("client_id") || entries.values().any(|entry| identifies(entry));
    let missing: Vec<&str> = [("response_type", has("response_type")), ("client_id", known)]
        .into_iter()
        .filter_map(|(name, is_there)| (!is_there).then_some(name))
        .collect();
    let Some(first) = missing.first() else { return };
    let at = entries.values().next().map_or(authorize.span, |entry| entry.at);
    let message = format!("`oauthUrl` has no {}", listed(missing.iter().copied(), "and no"));
    let diagnostic = Diagnostic::new(LACKS, at, message)
        .label("required by the standard, and missing here")
        .note("RFC 6749 §4.1.1 requires both; the trait `oauth2` brings them");
    found.push(dropped(element, &format!("oauth2.redirect.{first}"), diagnostic));
}

/// A code challenge that PKCE would make otherwise, or that is declared without it.
fn challenge(method: &Method, found: &mut Vec<Diagnostic>) {
    let Some(entries) = method.entries(Place::Redirect) else { return };
    let pkce = method.body.oauth2.pkce.as_ref();
    let declared =
        ["code_challenge", "code_challenge_method"].into_iter().find_map(|key| entries.get_key_value(key));
    match (pkce, declared) {
        (None, Some((key, entry))) => found.push(
            Diagnostic::new(CHALLENGE, entry.at, format!("`{key}` without `oauth2.pkce`"))
                .label("nobody checks the challenge")
                .note("say `pkce: S256`, which adds both parameters (RFC 7636 §4.3), and leave this out"),
        ),
        (Some(pkce), Some(_)) => {
            let method = entries.get("code_challenge_method").and_then(|entry| entry.value.as_ref());
            if let Some(other) = method.filter(|value| value.value != pkce.value.word()) {
                let message = format!("`code_challenge_method` is not `{}`", pkce.value.word());
                found.push(
                    Diagnostic::new(CHALLENGE, other.span, message)
                        .label("contradicts `oauth2.pkce`")
                        .also(pkce.span, "said here")
                        .note("leave it out: `oauth2.pkce` adds it"),
                );
            }
        }
        _ => {}
    }
    if let Some(plain) = pkce.filter(|p| p.value == Pkce::Plain) {
        found.push(
            Diagnostic::new(CHALLENGE, plain.span, "PKCE with `plain` protects little")
                .label("use `S256`")
                .note("whoever sees the request sees the verifier; `plain` is for clients that cannot hash (RFC 7636 §4.2)")
                .change(plain.span, "S256"),
        );
    }
}

/// What an entry takes its value from.
fn references(entry: &Entry) -> impl Iterator<Item = &str> {
    let template = entry.template.as_ref().map_or("", |t| &t.value);
    let parts = flow::references(template).unwrap_or_default().into_iter().map(|range| &template[range]);
    entry.from.as_ref().map(|from| &*from.value).into_iter().chain(parts)
}

/// What stands in `oauthUrl` before the application has sent it: the platform makes that URL from the
/// query alone.
fn unsent(element: &Element, method: &Method, found: &mut Vec<Diagnostic>) {
    let entries = |place| method.entries(place).into_iter().flat_map(|e| e.values());
    let is_sent = |reference: &str| {
        let mut queries = entries(Place::TokenQuery).chain(entries(Place::Query));
        queries.any(|entry| references(entry).any(|sent| sent == reference))
    };
    let chosen = |reference: &str| match lookup(element, method, reference) {
        Ok(Target::Entry { place: Place::Configuration | Place::Request, entry, .. }) => {
            entry.value.is_none() && entry.from.is_none() && entry.template.is_none()
        }
        _ => false,
    };
    let mut report = |reference: &str, span: Span| {
        if chosen(reference) && !is_sent(reference) {
            let message = format!("`oauthUrl` needs `{reference}` before the application has sent it");
            found.push(
                Diagnostic::new(UNSENT, span, message)
                    .label("not in the query of `oauth/url`")
                    .note(format!("let the query carry it: `query: {{ siteAddress: {reference} }}`")),
            );
        }
    };
    if let Some(endpoint) = authorize(method) {
        for range in flow::references(&endpoint.value).unwrap_or_default() {
            let span = endpoint.part(range.clone()).unwrap_or(endpoint.span);
            report(&format!("configuration.{}", &endpoint.value[range]), span);
        }
    }
    for entry in entries(Place::Redirect) {
        let span = entry.from.as_ref().or(entry.template.as_ref()).map_or(entry.at, |said| said.span);
        references(entry).for_each(|reference| report(reference, span));
    }
}
