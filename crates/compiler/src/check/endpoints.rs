//! Endpoints: there where the method needs them, and URLs.

use super::{Rule, Scope, Subject, dropped, oauth, url};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::{Element, Method, flow};
use crate::source::Spanned;
use crate::syntax::descriptor::Authentication;
use crate::syntax::part::Text;
use std::borrow::Cow;

/// See the module.
pub const RULE: Rule = Rule { codes: &[MISSING, NO_URL, PLAIN, SAME], scope: Scope::Element(run) };

const MISSING: Code = Code("E0411");
const NO_URL: Code = Code("E0412");
const PLAIN: Code = Code("W0413");
const SAME: Code = Code("W0426");

/// Says that there is no authorization endpoint, where the element says that it needs one.
fn missing(element: &Element, method: &Method, source: &str, found: &mut Vec<Diagnostic>) {
    let path = format!("{source}.authorize");
    let at = method.body.authentication.as_ref().map_or(method.at, |said| element.own(said.span));
    let message = format!("`{path}` is missing: nothing says where users authorize");
    let mut diagnostic = Diagnostic::new(MISSING, at, message)
        .label("needs an authorization endpoint")
        .note(format!("add `{source}: {{ authorize: https://… }}`, the vendor's authorization endpoint"));
    for (flow, path, span) in oauth::unused(element) {
        let word = flow.word();
        diagnostic =
            diagnostic.also(span, format!("`{path}` is of `{word}`, which the element does not use"));
    }
    found.push(dropped(element, &path, diagnostic));
}

fn run(subject: &Subject, found: &mut Vec<Diagnostic>) {
    let element = subject.element;
    for method in &element.methods {
        let (one, two) = (&method.body.oauth1, &method.body.oauth2);
        let authorize = match method.authentication {
            Authentication::OAuth1 => Some(("oauth1", &one.authorize)),
            Authentication::OAuth2 => Some(("oauth2", &two.authorize)),
            _ => None,
        };
        if let Some((source, None)) = authorize {
            missing(element, method, source, found);
        }
        let endpoints: [(&str, &Option<Spanned<Text>>); 6] = [
            ("oauth2.authorize", &two.authorize),
            ("oauth2.token", &two.token),
            ("oauth2.revoke", &two.revoke),
            ("oauth1.request", &one.request),
            ("oauth1.authorize", &one.authorize),
            ("oauth1.access", &one.access),
        ];
        for (authorize, others) in [(&two.authorize, 1..3), (&one.authorize, 3..6)] {
            let Some(authorize) = authorize else { continue };
            let said = endpoints[others].iter().filter_map(|(name, said)| Some((name, said.as_ref()?)));
            let same = said.filter(|(_, said)| said.value == authorize.value && said.span != authorize.span);
            for (name, same) in same {
                let message = format!("`{name}` is the authorization endpoint too");
                found.push(
                    Diagnostic::new(SAME, same.span, message)
                        .label("the same URL")
                        .also(authorize.span, "where users authorize")
                        .note("a browser opens the one, and the platform calls the other (RFC 6749 §3): was one pasted twice?"),
                );
            }
        }
        for (name, endpoint) in endpoints.into_iter().filter_map(|(name, e)| Some((name, e.as_ref()?))) {
            let mut plain = Cow::from(&*endpoint.value);
            let Ok(references) = flow::references(&endpoint.value) else { continue }; // has been reported
            for range in references.into_iter().rev() {
                // As long as it was, so that places stay.
                plain.to_mut().replace_range(range.start - 1..=range.end, &"x".repeat(range.len() + 2));
            }
            if let Some(at) = endpoint.value.find('#') {
                let fragment = endpoint.part(at..endpoint.value.len()).unwrap_or(endpoint.span);
                let message = format!("`{name}` ends in a fragment");
                found.push(
                    Diagnostic::new(NO_URL, fragment, message)
                        .label("what stands behind `#` never leaves the browser")
                        .note("an endpoint has no fragment (RFC 6749 §3.1, §3.2)"),
                );
            } else if !url::is_url(&plain) {
                let url::Wrong { message, range, label, note, meant } = url::wrong(&plain);
                let part = endpoint.part(range.clone()).filter(|_| range.len() < plain.len());
                let span = part.unwrap_or(endpoint.span);
                let message = format!("`{name}` {message}");
                let mut diagnostic = Diagnostic::new(NO_URL, span, message).label(label).note(note);
                diagnostic.secret = plain[range].ends_with('@');
                found.push(match meant.filter(|_| plain == *endpoint.value) {
                    Some(meant) => diagnostic.change(endpoint.span, meant),
                    None => diagnostic,
                });
            } else if plain.starts_with("http:") {
                let message = format!("`{name}` is not encrypted");
                found.push(
                    Diagnostic::new(PLAIN, endpoint.span, message)
                        .label("plain http")
                        .note("OAuth endpoints carry secrets and use https (RFC 6749 §3.1, §3.2)")
                        .change(endpoint.span, endpoint.value.replacen("http:", "https:", 1)),
                );
            }
        }
    }
}
