//! Credentials: entries that hold them say so, and no real one stands in a descriptor.

use super::{Rule, Scope, Visit, scalars};
use crate::diagnostic::{Code, Diagnostic};
use crate::lower::kind_of;
use crate::resolve::Method;
use crate::resolve::flow::{self, Place};
use crate::source::Spanned;
use crate::syntax::entry::Type;
use crate::syntax::yaml::Node;
use serde_json::Value as Json;

/// See the module.
pub const RULE: Rule = Rule { codes: &[UNMARKED], scope: Scope::Entry(run) };

/// Credentials that stand in a file.
pub const LIVE_ONES: Rule = Rule { codes: &[LIVE], scope: Scope::File(live) };

const UNMARKED: Code = Code("W0602");
const LIVE: Code = Code("W0603");

fn run(visit: &Visit, found: &mut Vec<Diagnostic>) {
    let &Visit { element, method, place, key, entry } = visit;
    let kept = place.moment() >= 5 && entry.from.is_none() && entry.template.is_none();
    let marked = entry.secret.is_some() || flow::is_secret(element, method, entry);
    let text = kind_of(element, method, entry) == Type::String && entry.values.is_none();
    if kept
        && entry.whole
        && !marked
        && text
        && sounds_secret(key)
        && !is_client_identifier(method, key)
        && !shows_harmless(&entry.example)
    {
        let diagnostic = Diagnostic::new(
            UNMARKED,
            entry.at,
            format!("`{key}` sounds like a secret, but is not marked as one"),
        )
        .label("no `secret`")
        .note("say `secret: true`, so that its value is never shown; or `secret: false`, if it is none");
        found.push(diagnostic);
    }
}

fn live(tree: &Node, found: &mut Vec<Diagnostic>) {
    scalars(tree, &mut |path, span, text| {
        // What the platform reports may be said by its example alone.
        let shown = path.last().is_some_and(|key| SHOWN.contains(key)) || path.contains(&"instance");
        if shown && let Some(why) = looks_live(text) {
            let message = format!("`{}` holds what looks like a real credential", path.join("."));
            found.push(
                    Diagnostic::new(LIVE, span, message)
                        .label(why)
                        .secret()
                        .note("descriptors are shared and published: show an obvious fake, and revoke the credential if it is real"),
                );
        }
    });
}

/// An empty text or null tells nothing, and `"true"` is no secret either.
fn shows_harmless(example: &Option<Spanned<Json>>) -> bool {
    example.as_ref().is_some_and(|e| e.value.as_str().is_some_and(|t| !t.is_empty() && t.len() < 8))
}

/// The words of a key, in lower case.
fn words(key: &str) -> Vec<String> {
    let name = crate::emit::rust::identifier(key);
    name.split('_').filter(|w| !w.is_empty()).map(ToOwned::to_owned).collect()
}

/// Keys that open something, by what stands before `key`.
const KEYS: [&str; 9] =
    ["api", "access", "secret", "private", "signing", "signature", "subscription", "encryption", "auth"];

/// Whether a key sounds like that of a secret.
pub(crate) fn sounds_secret(key: &str) -> bool {
    let words = words(key);
    let Some((last, rest)) = words.split_last() else { return false };
    let before = rest.last().map_or("", String::as_str);
    match last.as_str() {
        "passwd" | "pwd" | "passcode" | "passphrase" | "credential" | "credentials" | "signature" => true,
        "key" => KEYS.contains(&before),
        // Words that nobody parted: `clientsecret`, `apikey`.
        word => {
            ["password", "secret", "token"].iter().any(|end| word.ends_with(end))
                || word
                    .strip_suffix("key")
                    .is_some_and(|word| KEYS.iter().any(|before| word.ends_with(before)))
        }
    }
}

/// The client identifier is no secret (RFC 6749 §2.2), whatever it is called: it is what
/// `oauth/url` takes as `apiKey`, or what travels to the vendor as `client_id`.
fn is_client_identifier(method: &Method, key: &str) -> bool {
    let reference = format!("configuration.{key}");
    let named = ["apiKey", "client_id", "oauth_consumer_key"];
    [Place::TokenQuery, Place::Query, Place::Redirect].into_iter().filter_map(|p| method.entries(p)).any(
        |entries| {
            named
                .iter()
                .filter_map(|n| entries.get(*n))
                .any(|e| e.from.as_ref().is_some_and(|f| *f.value == reference))
        },
    )
}

/// Attributes whose text is published as it is.
const SHOWN: [&str; 5] = ["example", "default", "value", "placeholder", "description"];

/// How tokens of well-known issuers begin.
const PREFIXES: [(&str, &str); 14] = [
    ("AKIA", "an AWS access key"),
    ("ASIA", "an AWS access key"),
    ("ghp_", "a GitHub token"),
    ("gho_", "a GitHub token"),
    ("github_pat_", "a GitHub token"),
    ("glpat-", "a GitLab token"),
    ("xoxb-", "a Slack token"),
    ("xoxp-", "a Slack token"),
    ("sk_live_", "a Stripe key"),
    ("rk_live_", "a Stripe key"),
    ("AIza", "a Google API key"),
    ("ya29.", "a Google access token"),
    ("SG.", "a SendGrid key"),
    ("-----BEGIN", "a private key"),
];

/// What ends a word.
const SEPARATORS: &[u8] = b" \t\r\n<>\"'`,;()";

/// [`SEPARATORS`] by byte: each text of each descriptor is looked through.
const SEPARATES: [bool; 256] = {
    let mut table = [false; 256];
    let mut at = 0;
    while at < SEPARATORS.len() {
        table[SEPARATORS[at] as usize] = true;
        at += 1;
    }
    table
};

/// No random text that is a credential has fewer bytes.
const LONG: usize = 24;

/// No credential that can be told from other text is shorter.
const SHORTEST: usize = 14;

/// What a text looks like, if it looks like a live credential: a known prefix with enough behind
/// it, a JWT, or a long run of letters and digits without any pattern.
pub(crate) fn looks_live(text: &str) -> Option<&'static str> {
    if text.len() < SHORTEST {
        return None;
    }
    if let Some((_, what)) =
        PREFIXES.iter().find(|(prefix, _)| text.starts_with(prefix) && text.len() >= prefix.len() + 12)
    {
        return Some(what);
    }
    if !has_long_word(text) {
        return None;
    }
    let is_separator = |c: char| c.is_whitespace() || u8::try_from(c).is_ok_and(|c| SEPARATES[c as usize]);
    for word in text.split(is_separator).filter(|word| word.len() >= LONG) {
        if word.starts_with("eyJ") && word.matches('.').count() == 2 && word.len() > 40 {
            return Some("a JSON Web Token");
        }
        let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "+/=_-.".contains(c));
        let has = |f: fn(&char) -> bool| word.chars().any(|c| f(&c));
        let mixed =
            has(char::is_ascii_digit) && has(char::is_ascii_lowercase) && has(char::is_ascii_uppercase);
        if plain && mixed && !word.contains("://") && entropy(word) > 3.9 {
            return Some("a long random text");
        }
    }
    None
}

fn has_long_word(text: &str) -> bool {
    let mut length = 0;
    text.bytes().any(|byte| {
        length = if SEPARATES[byte as usize] { 0 } else { length + 1 };
        length >= LONG
    })
}

/// Bits per character.
#[allow(clippy::cast_precision_loss)]
fn entropy(text: &str) -> f64 {
    let mut counts = [0usize; 128];
    for byte in text.bytes().filter(u8::is_ascii) {
        counts[usize::from(byte)] += 1;
    }
    let total = text.len() as f64;
    counts.iter().filter(|c| **c > 0).map(|c| *c as f64 / total).map(|p| -p * p.log2()).sum()
}
