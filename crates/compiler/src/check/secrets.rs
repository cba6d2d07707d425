//! Secrets: none in a URL that a browser opens.

use super::credentials::sounds_secret;
use super::redirect::{authorize, parameters};
use super::{Rule, Scope, Subject, Visit};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::flow::{self, Place};

/// See the module.
pub const RULE: Rule = Rule { codes: &[IN_URL], scope: Scope::Entry(run) };

/// Authorization endpoints with entries in them.
pub const ENDPOINTS: Rule = Rule { codes: &[IN_URL], scope: Scope::Element(endpoints) };

const IN_URL: Code = Code("W0601");

const WHY: &str =
    "URLs end up in histories, logs and referrers; the token request is the place for it (RFC 6749 §2.3.1)";

/// What no browser should ever see; `password` is reserved anyway.
fn is_secret_parameter(name: &str) -> bool {
    sounds_secret(name) && !matches!(name, "oauth_token" | "access_token" | "refresh_token" | "password")
}

fn endpoints(subject: &Subject, found: &mut Vec<Diagnostic>) {
    let element = subject.element;
    for method in &element.methods {
        let Some(authorize) = authorize(method) else { continue };
        for (name, span) in parameters(authorize).into_iter().filter(|(name, _)| is_secret_parameter(name)) {
            let message = format!("`{name}` puts a secret into `oauthUrl`, which a browser opens");
            found.push(Diagnostic::new(IN_URL, span, message).label("a secret").note(WHY));
        }
        for range in flow::references(&authorize.value).unwrap_or_default() {
            let key = &authorize.value[range.clone()];
            let entry = method.body.configuration.get(key);
            if entry.is_some_and(|e| flow::is_secret(element, method, e)) {
                let message = format!("`{key}` puts a secret into `oauthUrl`, which a browser opens");
                let span = authorize.part(range.clone()).unwrap_or(authorize.span);
                found.push(Diagnostic::new(IN_URL, span, message).label("a secret").note(WHY));
            }
        }
    }
}

fn run(visit: &Visit, found: &mut Vec<Diagnostic>) {
    let &Visit { element, method, place, key, entry } = visit;
    let opened = match place {
        Place::Redirect => "`oauthUrl`",
        // A code is the provider's own secret; what the application or the platform holds is not.
        Place::Callback if entry.from.is_some() => "the callback URL",
        _ => return,
    };
    let constant = entry.value.is_some() && entry.secret.is_none() && is_secret_parameter(key);
    if constant || flow::is_secret(element, method, entry) {
        let span = entry.from.as_ref().or(entry.template.as_ref()).map_or(entry.at, |origin| origin.span);
        let message = format!("`{key}` puts a secret into {opened}, which a browser opens");
        found.push(Diagnostic::new(IN_URL, span, message).label("a secret").note(WHY));
    }
}
