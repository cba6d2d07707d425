//! Credentials: entries that hold them say so, and no real one stands in a descriptor.

use super::{Rule, Scope, Visit, Written};
use crate::diagnostic::{Code, Diagnostic};
use crate::lower::kind_of;
use crate::resolve::Method;
use crate::resolve::flow::{self, Place};
use crate::source::Spanned;
use crate::syntax::entry::{Entry, Type};
use crate::syntax::part::Text;
use serde_json::Value as Json;

/// See the module.
pub const RULE: Rule = Rule { codes: &[UNMARKED], scope: Scope::Entry(run) };

/// Credentials that stand in a file.
pub const LIVE_ONES: Rule = Rule { codes: &[LIVE], scope: Scope::Text(live) };

pub(super) const UNMARKED: Code = Code("W0602");
const LIVE: Code = Code("W0603");

fn run(visit: &Visit, found: &mut Vec<Diagnostic>) {
    let &Visit { element, method, place, key, entry } = visit;
    // What goes into `oauthUrl` is another question: a browser opens it.
    let kept = place != Place::Redirect && entry.from.is_none() && entry.template.is_none();
    let marked = || entry.secret.is_some() || flow::is_secret(element, method, entry);
    // Of two entries with one title, one was copied: that is another mistake.
    let titled = || {
        let title = entry.title.as_ref().filter(|title| sounds_secret(&title.value));
        let lower = |title: &Spanned<Text>| title.value.to_lowercase();
        let has = |other: &Entry| other.title.as_ref().map(lower) == title.map(lower);
        let entries = method.entries(place).into_iter().flat_map(|entries| entries.values());
        title.is_some() && entries.filter(|other| has(other)).count() == 1
    };
    if kept
        && entry.whole
        && entry.values.is_none()
        && kind_of(element, method, entry) == Type::String
        && (sounds_secret(key) || titled() || is_of_standard(place, key))
        && !marked()
        && !is_temporary_identifier(place, key)
        && !is_client_identifier(method, key)
        && !shows_harmless(entry.example.as_deref())
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

/// What the provider hands out in the callback, by the standards: RFC 6749 §4.1.2, RFC 5849 §2.2.
fn is_of_standard(place: Place, key: &str) -> bool {
    place == Place::Callback && matches!(key, "code" | "oauth_verifier")
}

/// The identifier of temporary credentials stands in a URL by design (RFC 5849 §2.2).
fn is_temporary_identifier(place: Place, key: &str) -> bool {
    match place {
        Place::TokenResponse => matches!(key, "token" | "oauth_token"),
        Place::Query => key == "requestToken",
        Place::Callback => key == "oauth_token",
        _ => false,
    }
}

fn live(written: &Written, found: &mut Vec<Diagnostic>) {
    let (Some(text), path) = (written.node.text(), written.path) else { return };
    // What names a file, a trait or an entry is no value.
    let names = || path.last().is_some_and(|key| NAMES.contains(key));
    if let Some(why) = looks_live(text).filter(|_| !names()) {
        let message = format!("`{}` holds what looks like a real credential", path.join("."));
        found.push(
            Diagnostic::new(LIVE, written.node.span, message)
                .label(why)
                .secret()
                .note("descriptors are shared and published: show an obvious fake, and revoke the credential if it is real"),
        );
    }
}

/// An empty text or null tells nothing, and `"true"` is no secret either.
fn shows_harmless(example: Option<&Spanned<Json>>) -> bool {
    example.is_some_and(|e| e.value.as_str().is_some_and(|t| !t.is_empty() && t.len() < 8))
}

/// The last word of a key as [`identifier`](crate::emit::rust::identifier) divides it, and what
/// stands before it.
fn split_last_word(key: &str) -> Option<(&str, &str)> {
    let end = key.bytes().rposition(|byte| byte.is_ascii_alphanumeric())? + 1;
    let (key, bytes) = (&key[..end], &key.as_bytes()[..end]);
    let begins = |at: &usize| {
        let (before, first) = (bytes[at - 1], bytes[*at]);
        !before.is_ascii_alphanumeric() || (before.is_ascii_lowercase() && first.is_ascii_uppercase())
    };
    let start = (1..bytes.len()).rev().find(begins).unwrap_or(0);
    Some(key.split_at(start))
}

/// Keys that open something, by what stands before `key`.
const KEYS: [&str; 9] =
    ["api", "access", "secret", "private", "signing", "signature", "subscription", "encryption", "auth"];

/// Words that are secrets, and the ends of those in which words are not kept apart: `clientsecret`.
const SECRETS: [&str; 6] = ["pin", "pwd", "signature", "jwt", "credential", "credentials"];
const SECRET_ENDS: [&str; 7] =
    ["password", "passwd", "passphrase", "passcode", "secret", "token", "sessionid"];

/// Whether a key sounds like that of a secret. Each entry is asked, most of them twice: without
/// making words of it.
pub(crate) fn sounds_secret(key: &str) -> bool {
    let Some((rest, last)) = split_last_word(key) else { return false };
    let is = |word: &&str| last.eq_ignore_ascii_case(word);
    let ends_with = |text: &str, end: &str| {
        let start = text.len().checked_sub(end.len());
        start.is_some_and(|start| text.as_bytes()[start..].eq_ignore_ascii_case(end.as_bytes()))
    };
    let before = || split_last_word(rest).map_or("", |(_, before)| before);
    if is(&"id") {
        before().eq_ignore_ascii_case("session")
    } else if is(&"key") {
        KEYS.iter().any(|word| before().eq_ignore_ascii_case(word))
    } else if ends_with(last, "key") {
        let before = &last[..last.len() - "key".len()];
        KEYS.iter().any(|end| ends_with(before, end))
    } else {
        SECRETS.iter().any(is) || SECRET_ENDS.iter().any(|end| ends_with(last, end))
    }
}

/// The client identifier is no secret (RFC 6749 §2.2), whatever it is called: it is what
/// `oauth/url` takes as `apiKey`, or what travels to the vendor as `client_id`.
fn is_client_identifier(method: &Method, key: &str) -> bool {
    // An identifier and its secret are a pair.
    let pair = key.strip_suffix("key").map(|start| format!("{start}secret"));
    if pair.is_some_and(|secret| method.body.configuration.contains_key(&secret)) {
        return true;
    }
    let reference = format!("configuration.{key}");
    let named = ["apiKey", "client_id", "oauth_consumer_key"];
    [Place::TokenQuery, Place::Query, Place::Redirect].into_iter().filter_map(|p| method.entries(p)).any(
        |entries| {
            named
                .iter()
                .filter_map(|n| entries.get(n))
                .any(|e| e.from.as_ref().is_some_and(|f| *f.value == reference))
        },
    )
}

/// Keys whose texts refer to something, or are patterns.
const NAMES: [&str; 12] = [
    "key",
    "traits",
    "extends",
    "remove",
    "from",
    "exampleFrom",
    "template",
    "replacedBy",
    "pattern",
    "image",
    "oneOf",
    "allOrNone",
];

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
const SEPARATES: [bool; 256] = table(SEPARATORS);

/// The first bytes of [`PREFIXES`].
const BEGINS: [bool; 256] = {
    let (mut firsts, mut at) = ([0; PREFIXES.len()], 0);
    while at < PREFIXES.len() {
        firsts[at] = PREFIXES[at].0.as_bytes()[0];
        at += 1;
    }
    table(&firsts)
};

const fn table(bytes: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
}

/// No random text that is a credential has fewer bytes.
const LONG: usize = 24;

/// No credential that can be told from other text is shorter.
const SHORTEST: usize = 14;

/// What a text looks like, if it looks like a live credential: a known prefix with enough behind
/// it, a JWT, or a long run of letters and digits without any pattern.
pub(crate) fn looks_live(text: &str) -> Option<&'static str> {
    if !has_word(text, SHORTEST) {
        return None;
    }
    // A parameter of a URL is a word too.
    let parts = text.as_bytes().split(|byte| SEPARATES[*byte as usize] || b"=&?".contains(byte));
    let known = parts.filter(|word| word.len() >= SHORTEST && BEGINS[word[0] as usize]).find_map(|word| {
        let begins = |(prefix, _): &&(&str, &str)| {
            word.starts_with(prefix.as_bytes()) && word.len() >= prefix.len() + 12
        };
        PREFIXES.iter().find(begins)
    });
    if let Some((_, what)) = known {
        return Some(what);
    }
    if !has_word(text, LONG) {
        return None;
    }
    let is_separator = |c: char| c.is_whitespace() || u8::try_from(c).is_ok_and(|c| SEPARATES[c as usize]);
    for word in text.split(is_separator).filter(|word| word.len() >= LONG) {
        if word.starts_with("eyJ") && word.matches('.').count() == 2 && word.len() > 40 {
            return Some("a JSON Web Token");
        }
        let is_plain = || word.bytes().all(|c| c.is_ascii_alphanumeric() || b"+/=_-.".contains(&c));
        let has = |f: fn(&u8) -> bool| word.as_bytes().iter().any(f);
        let is_mixed =
            || has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
        if is_plain() && is_mixed() && entropy(word) > 3.9 {
            return Some("a long random text");
        }
        if is_hash(word) {
            return Some("a long hexadecimal text");
        }
    }
    None
}

/// Whether there is a word of that many bytes: most texts are settled by it. Seen from its end, the
/// place where such a word might be shows the separator after which to look next.
fn has_word(text: &str, length: usize) -> bool {
    let mut start = 0;
    while let Some(place) = text.as_bytes().get(start..start + length) {
        match place.iter().rposition(|byte| SEPARATES[*byte as usize]) {
            Some(separator) => start += separator + 1,
            None => return true,
        }
    }
    false
}

/// Whether a word is one long hexadecimal number, as keys and digests are.
fn is_hash(word: &str) -> bool {
    let has = |f: fn(&u8) -> bool| word.bytes().any(|c| f(&c));
    word.len() >= 32
        && word.bytes().all(|c| c.is_ascii_hexdigit())
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && entropy(word) > 3.0
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
