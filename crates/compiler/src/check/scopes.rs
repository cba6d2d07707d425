//! Scopes: each its own, and joined with what joins them (RFC 6749 §3.3).

use super::placeholders::is_placeholder;
use super::{Rule, Scope, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::Method;
use crate::source::Spanned;
use crate::syntax::descriptor::Authentication;
use crate::syntax::part::Text;

/// See the module.
pub const RULE: Rule = Rule { codes: &[SEPARATOR, SEVERAL, DOUBTFUL], scope: Scope::Element(run) };

const SEPARATOR: Code = Code("E0415");
const SEVERAL: Code = Code("E0418");
const DOUBTFUL: Code = Code("W0423");

fn run(subject: &Subject, found: &mut Vec<Diagnostic>) {
    for method in subject.element.methods.iter().filter(|m| m.authentication == Authentication::OAuth2) {
        scopes(method, found);
    }
}

fn scopes(method: &Method, found: &mut Vec<Diagnostic>) {
    let oauth2 = &method.body.oauth2;
    let separator = oauth2.separator.as_ref();
    let scopes = oauth2.scopes.as_ref();
    if let Some(own) = separator {
        let plain = own.value.trim();
        let usual = matches!(plain, "" | "," | "+" | ";" | "|") && !own.value.is_empty();
        if !usual {
            let message = match own.value.is_empty() {
                true => "scopes need something between them".to_owned(),
                false => format!("`{}` cannot separate scopes", own.value),
            };
            found.push(
                Diagnostic::new(SEPARATOR, own.span, message).label("not a separator").note(
                    "scopes are separated by a space (RFC 6749 §3.3); some vendors use a comma or a plus",
                ),
            );
            return;
        }
    }
    // A list that lost items has been reported.
    let none = scopes.filter(|s| s.value.is_empty()).map(|s| s.span);
    if let Some(span) = none.or(separator.filter(|_| scopes.is_none()).map(|s| s.span)) {
        found.push(
            Diagnostic::new(DOUBTFUL, span, "the element asks for no scopes")
                .label("has no effect")
                .note("add the scopes, or leave this out"),
        );
    }
    let joint = separator.map_or(" ", |s| &s.value);
    let unjoined = joint.trim();
    // A placeholder is another mistake.
    for scope in scopes.iter().flat_map(|s| &s.value).filter(|scope| !is_placeholder(&scope.value)) {
        let broken = scope.value.is_empty()
            || scope.value.contains(char::is_whitespace)
            || (!unjoined.is_empty() && scope.value.contains(unjoined));
        let each = "each scope is an item of its own: `scopes: [full, refresh_token]`";
        if broken {
            let (message, label) = match scope.value.is_empty() {
                true => ("an empty text is no scope".to_owned(), "names nothing"),
                false => (format!("`{}` is not one scope", scope.value), "holds a separator"),
            };
            let mut diagnostic = Diagnostic::new(SEVERAL, scope.span, message).label(label);
            if let Some(separator) = separator.filter(|_| !scope.value.is_empty()) {
                diagnostic = diagnostic.also(separator.span, "scopes are joined with this");
            }
            found.push(alone(diagnostic.note(each), scope));
        } else if scope.value.contains(',') {
            let message = format!("`{}` looks like several scopes", scope.value);
            let diagnostic = Diagnostic::new(DOUBTFUL, scope.span, message)
                .label("has a comma, and the separator is another")
                .note(each)
                .note("what joins them for the vendor is `oauth2.separator`");
            found.push(alone(diagnostic, scope));
        }
    }
}

/// Offers to take away what stands around a single scope.
fn alone(diagnostic: Diagnostic, scope: &Spanned<Text>) -> Diagnostic {
    let is_apart = |c: char| c == ',' || c.is_whitespace();
    let plain = scope.value.trim_matches(is_apart);
    match plain.is_empty() || plain.contains(is_apart) {
        true => diagnostic,
        false => diagnostic.change(scope.span, plain),
    }
}
