//! Secrets: none in a URL that a browser opens.

use super::{Rule, Scope, Subject, Visit};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::flow::{self, Place};
use crate::syntax::descriptor::Authentication;

/// See the module.
pub const RULE: Rule = Rule { codes: &[IN_URL], scope: Scope::Entry(run) };

/// Authorization endpoints with entries in them.
pub const ENDPOINTS: Rule = Rule { codes: &[IN_URL], scope: Scope::Element(endpoints) };

const IN_URL: Code = Code("W0601");

fn endpoints(subject: &Subject, found: &mut Vec<Diagnostic>) {
    let element = subject.element;
    for method in &element.methods {
        let authorize = match method.authentication {
            Authentication::OAuth1 => &method.body.oauth1.authorize,
            _ => &method.body.oauth2.authorize,
        };
        let Some(authorize) = authorize else { continue };
        for range in flow::references(&authorize.value).unwrap_or_default() {
            let key = &authorize.value[range];
            let entry = method.body.configuration.get(key);
            if entry.is_some_and(|e| flow::is_secret(element, method, e)) {
                let message = format!("`{key}` puts a secret into `oauthUrl`, which a browser opens");
                found.push(Diagnostic::new(IN_URL, authorize.span, message).label("a secret"));
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
    if flow::is_secret(element, method, entry) {
        let span = entry.from.as_ref().or(entry.template.as_ref()).map_or(entry.at, |origin| origin.span);
        let message = format!("`{key}` puts a secret into {opened}, which a browser opens");
        found.push(
                Diagnostic::new(IN_URL, span, message)
                    .label("a secret")
                    .note("URLs end up in histories, logs and referrers; the token request is the place for it (RFC 6749 §2.3.1)"),
            );
    }
}
