//! OAuth: what the standards say of the flow (RFC 6749, RFC 7636, RFC 9700).

use super::{Rule, Scope, Subject, dropped};
use crate::diagnostic::{Code, Diagnostic};
use crate::lower::kind_of;
use crate::resolve::flow::{Place, lookup};
use crate::resolve::{Element, Method};
use crate::source::Span;
use crate::suggest::listed;
use crate::syntax::descriptor::{Authentication, ClientAuth, Pkce};
use crate::syntax::entry::{Entry, Type};
use crate::syntax::part::{Part, Visitor};

/// See the module.
pub const RULE: Rule = Rule {
    codes: &[NO_TOKEN, SEPARATOR, NO_STATE, RELATIVE, SCOPE, PKCE, RESERVED, UNUSED],
    scope: Scope::Element(run),
};

const NO_TOKEN: Code = Code("W0414");
const SEPARATOR: Code = Code("E0415");
const NO_STATE: Code = Code("W0416");
const RELATIVE: Code = Code("E0417");
const SCOPE: Code = Code("E0418");
const PKCE: Code = Code("W0419");
const RESERVED: Code = Code("E0420");
const UNUSED: Code = Code("W0421");

fn run(subject: &Subject, found: &mut Vec<Diagnostic>) {
    let element = subject.element;
    without_effect(element, found);
    for method in &element.methods {
        match method.authentication {
            Authentication::OAuth2 => {
                token(method, found);
                scopes(method, found);
                state(element, method, found);
                pkce(method, found);
                reserved(method, found);
                absolute(element, method, found);
            }
            Authentication::OAuth1 => absolute(element, method, found),
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
    let runs = |flow| element.methods.iter().any(|m| m.authentication == flow);
    let said = |part: &dyn Fn(&mut Visitor)| {
        let mut first = None;
        part(&mut |path, span, _| first = first.take().or_else(|| Some((path.join("."), span))));
        first
    };
    let flows = [
        (Authentication::OAuth2, said(&|f| element.body.oauth2.visit(&mut vec!["oauth2".into()], f))),
        (Authentication::OAuth1, said(&|f| element.body.oauth1.visit(&mut vec!["oauth1".into()], f))),
        (Authentication::ApiKey, said(&|f| element.body.api_key.visit(&mut vec!["apiKey".into()], f))),
    ];
    flows.into_iter().filter_map(move |(flow, first)| {
        let (path, span) = first.filter(|_| !runs(flow))?;
        Some((flow, path, span))
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

fn scopes(method: &Method, found: &mut Vec<Diagnostic>) {
    let oauth2 = &method.body.oauth2;
    let separator = oauth2.separator.as_ref();
    if let Some(own) = separator {
        let plain = own.value.trim();
        let usual = matches!(plain, "" | "," | "+" | ";" | "|") && !own.value.is_empty();
        if !usual {
            let message = format!("`{}` cannot separate scopes", own.value);
            found.push(
                Diagnostic::new(SEPARATOR, own.span, message).label("not a separator").note(
                    "scopes are separated by a space (RFC 6749 §3.3); some vendors use a comma or a plus",
                ),
            );
            return;
        }
    }
    let joint = separator.map_or(" ", |s| &s.value);
    let unjoined = joint.trim();
    for scope in oauth2.scopes.iter().flat_map(|s| &s.value) {
        let broken = scope.value.is_empty()
            || scope.value.contains(char::is_whitespace)
            || (!unjoined.is_empty() && scope.value.contains(unjoined));
        if broken {
            let message = format!("`{}` is not one scope", scope.value);
            let mut diagnostic = Diagnostic::new(SCOPE, scope.span, message).label("holds a separator");
            if let Some(separator) = separator {
                diagnostic = diagnostic.also(separator.span, "scopes are joined with this");
            }
            found.push(diagnostic.note("each scope is an item of its own: `scopes: [full, refresh_token]`"));
        }
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
    if let Some(plain) = oauth2.pkce.as_ref().filter(|p| p.value == Pkce::Plain) {
        found.push(
            Diagnostic::new(PKCE, plain.span, "PKCE with `plain` protects little")
                .label("use `S256`")
                .note("whoever sees the request sees the verifier; `plain` is for clients that cannot hash (RFC 7636 §4.2)")
                .change(plain.span, "S256"),
        );
    }
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
    for (key, entry) in method.entries(Place::Redirect).into_iter().flat_map(|e| e.iter()) {
        if let ("response_type", Some(value)) = (&**key, &entry.value)
            && value.value != "code"
        {
            found.push(
                Diagnostic::new(
                    RESERVED,
                    value.span,
                    "the response type of the authorization code flow is `code`",
                )
                .label("another flow")
                .note("RFC 6749 §4.1.1")
                .change(value.span, "code"),
            );
        }
        if ELSEWHERE.contains(&&**key) {
            let message = format!("`{key}` has another meaning in OAuth 2.0 and no place in `oauthUrl`");
            found.push(Diagnostic::new(RESERVED, entry.at, message).label("reserved").note(
                "it belongs to the token request or its response (RFC 6749 §4.1.3, §5.1; RFC 7636 §4.5)",
            ));
        }
    }
}

/// A redirect URI is absolute (RFC 6749 §3.1.2): what becomes it must be a URL.
fn absolute(element: &Element, method: &Method, found: &mut Vec<Diagnostic>) {
    for (place, key) in [(Place::Query, "callbackUrl"), (Place::Redirect, "redirect_uri")] {
        let Some(entry) = method.entries(place).and_then(|e| e.get(key)) else { continue };
        // What passes on the other of the two is wrong there.
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
