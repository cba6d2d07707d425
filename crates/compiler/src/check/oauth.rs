//! OAuth: what the standards say of the flow (RFC 6749, RFC 7636, RFC 9700).

use super::{Rule, Scope, Subject, dropped};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::flow::Place;
use crate::resolve::{Element, Method};
use crate::source::Span;
use crate::suggest::listed;
use crate::syntax::descriptor::{Authentication, ClientAuth};
use crate::syntax::entry::Entry;
use crate::syntax::part::{Text, visit_below};

/// See the module.
pub const RULE: Rule = Rule { codes: &[NO_TOKEN, NO_STATE, PKCE, UNUSED], scope: Scope::Element(run) };

const NO_TOKEN: Code = Code("W0414");
const NO_STATE: Code = Code("W0416");
const PKCE: Code = Code("W0419");
const UNUSED: Code = Code("W0421");

fn run(subject: &Subject, found: &mut Vec<Diagnostic>) {
    let element = subject.element;
    without_effect(element, found);
    for method in &element.methods {
        match method.authentication {
            Authentication::OAuth2 => {
                token(method, found);
                state(element, method, found);
                pkce(method, found);
            }
            Authentication::OAuth1 => credentials(method, found),
            _ => {}
        }
    }
}

/// What is said of a flow that no method runs has no effect. Where a method lacks what it needs, or is
/// none, this is the other half of that mistake.
fn without_effect(element: &Element, found: &mut Vec<Diagnostic>) {
    let lacks = |m: &Method| {
        let (one, two) = (&m.body.oauth1, &m.body.oauth2);
        match m.body.authentication.as_ref().map(|a| a.value) {
            None => true,
            Some(Authentication::OAuth1) => one.authorize.is_none(),
            Some(Authentication::OAuth2) => two.authorize.is_none(),
            Some(_) => false,
        }
    };
    if element.methods.iter().any(lacks) {
        return;
    }
    for (flow, path, span) in unused(element) {
        let word = flow.word();
        let message = format!("`{path}` has no effect: the element does not authenticate by `{word}`");
        found.push(
            Diagnostic::new(UNUSED, span, message)
                .label("never used")
                .note(format!("remove it, or say `authentication: {word}`, usually by a trait")),
        );
    }
}

/// The first that the element says of each flow that no method of it runs.
pub(super) fn unused(element: &Element) -> impl Iterator<Item = (Authentication, String, Span)> {
    let body = &element.body;
    let flows = [Authentication::OAuth2, Authentication::OAuth1, Authentication::ApiKey];
    let runs = |flow: &Authentication| element.methods.iter().any(|m| m.authentication == *flow);
    flows.into_iter().filter(move |flow| !runs(flow)).filter_map(|flow| {
        let mut first = None;
        let mut note = |path: &[Text], span, _| first = first.take().or_else(|| Some((path.join("."), span)));
        match flow {
            Authentication::OAuth2 => visit_below(&body.oauth2, "oauth2", &mut Vec::new(), &mut note),
            Authentication::OAuth1 => visit_below(&body.oauth1, "oauth1", &mut Vec::new(), &mut note),
            _ => visit_below(&body.api_key, "apiKey", &mut Vec::new(), &mut note),
        }
        first.map(|(path, span)| (flow, path, span))
    })
}

fn token(method: &Method, found: &mut Vec<Diagnostic>) {
    let oauth2 = &method.body.oauth2;
    if let (None, Some(authorize)) = (&oauth2.token, &oauth2.authorize) {
        // Where the element says how users authorize is where it would say this too.
        let message = "the element does not say where a code becomes a token";
        found.push(
            Diagnostic::new(NO_TOKEN, authorize.span, message)
                .label("an authorization endpoint without `oauth2.token`")
                .note("add the vendor's token endpoint (RFC 6749 §3.2), if a source states it"),
        );
    }
}

/// The two calls of OAuth 1.0 beside the one that a browser makes (RFC 5849 §2.1, §2.3).
fn credentials(method: &Method, found: &mut Vec<Diagnostic>) {
    let oauth1 = &method.body.oauth1;
    let Some(authorize) = &oauth1.authorize else { return };
    let missing: Vec<&str> = [("oauth1.request", &oauth1.request), ("oauth1.access", &oauth1.access)]
        .into_iter()
        .filter_map(|(name, endpoint)| endpoint.is_none().then_some(name))
        .collect();
    if !missing.is_empty() {
        let missing = listed(missing, "and");
        let message = format!("the element does not say {missing}");
        found.push(
            Diagnostic::new(NO_TOKEN, authorize.span, message)
                .label("an authorization endpoint without them")
                .note("OAuth 1.0 gets temporary credentials from one endpoint and a token from another (RFC 5849 §2): add them, if a source states them"),
        );
    }
}

/// `state` travels from the application to the vendor and back.
fn state(element: &Element, method: &Method, found: &mut Vec<Diagnostic>) {
    let mut missing = Vec::new();
    for place in [Place::Query, Place::Redirect, Place::Callback] {
        let Some(entries) = method.entries(place).filter(|entries| !entries.contains_key("state")) else {
            continue;
        };
        let needed = |entry: &Entry| entry.from.as_ref().is_some_and(|from| &*from.value == "query.state");
        // What takes it from there has been reported.
        if place == Place::Query
            && Place::ALL.into_iter().filter_map(|p| method.entries(p)).any(|e| e.values().any(|e| needed(e)))
        {
            continue;
        }
        let Some(first) = entries.values().next() else { continue };
        missing.push((place.path(method.authentication), first.at));
    }
    let Some((path, at)) = missing.first() else { return };
    let paths = listed(missing.iter().map(|(path, _)| *path), "and");
    let have = if missing.len() > 1 { "have" } else { "has" };
    let diagnostic = Diagnostic::new(NO_STATE, *at, format!("{paths} {have} no `state`"))
        .label("forged callbacks cannot be told from real ones")
        .note(
            "`state` ties a callback to the user who began (RFC 6749 §10.12); the trait `oauth2` brings it",
        );
    found.push(dropped(element, &format!("{path}.state"), diagnostic));
}

fn pkce(method: &Method, found: &mut Vec<Diagnostic>) {
    let oauth2 = &method.body.oauth2;
    if let (Some(none), None) =
        (oauth2.client_auth.as_ref().filter(|c| c.value == ClientAuth::None), &oauth2.pkce)
    {
        found.push(
            Diagnostic::new(PKCE, none.span, "a client that does not authenticate needs PKCE")
                .label("no `oauth2.pkce`")
                .note("without either, whoever intercepts the code can use it (RFC 9700 §2.1.1): add `pkce: S256`"),
        );
    }
}
