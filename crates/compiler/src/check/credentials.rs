//! Credentials: entries that hold them say so.

use super::{Rule, Scope, Visit};
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

pub(super) const UNMARKED: Code = Code("W0602");

fn run(visit: &Visit, found: &mut Vec<Diagnostic>) {
    let &Visit { element, method, place, key, entry } = visit;
    // What goes into `oauthUrl` is another question: a browser opens it.
    let kept = place != Place::Redirect && entry.from.is_none() && entry.template.is_none();
    let marked = || entry.secret.is_some() || flow::is_secret(element, method, entry);
    // Of two entries with one title, one was copied: that is another mistake.
    let titled = || {
        let title = entry.title.as_ref().filter(|title| title_sounds_secret(&title.value));
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

/// An empty text or null tells nothing, and `"true"` is no secret either.
fn shows_harmless(example: Option<&Spanned<Json>>) -> bool {
    example.is_some_and(|e| e.value.as_str().is_some_and(|t| !t.is_empty() && t.len() < 8))
}

/// What a byte is to words.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Other,
    Small,
    Capital,
    Digit,
}

const KINDS: [Kind; 256] = {
    let mut kinds = [Kind::Other; 256];
    let mut byte = 0;
    while byte < 128 {
        kinds[byte as usize] = match byte {
            b'a'..=b'z' => Kind::Small,
            b'A'..=b'Z' => Kind::Capital,
            b'0'..=b'9' => Kind::Digit,
            _ => Kind::Other,
        };
        byte += 1;
    }
    kinds
};

/// The last word of a key as [`identifier`](crate::emit::rust::identifier) divides it, and what
/// stands before it.
fn split_last_word(key: &str) -> Option<(&str, &str)> {
    let kind = |byte: u8| KINDS[usize::from(byte)];
    let end = key.as_bytes().iter().rposition(|byte| kind(*byte) != Kind::Other)? + 1;
    let begins = |pair: &[u8]| {
        kind(pair[0]) == Kind::Other || (kind(pair[0]) == Kind::Small && kind(pair[1]) == Kind::Capital)
    };
    let start = key.as_bytes()[..end].windows(2).rposition(begins).map_or(0, |before| before + 1);
    Some(key[..end].split_at(start))
}

/// Keys that open something, by what stands before `key`.
const KEYS: [&str; 16] = [
    "api",
    "access",
    "secret",
    "private",
    "signing",
    "signature",
    "subscription",
    "encryption",
    "auth",
    "ssh",
    "hmac",
    "rsa",
    "master",
    "shared",
    "app",
    "consumer",
];

/// Words that are secrets, and the ends of those in which words are not kept apart: `clientsecret`.
const SECRETS: [&str; 12] = [
    "pin",
    "pwd",
    "pw",
    "pass",
    "otp",
    "signature",
    "jwt",
    "bearer",
    "cookie",
    "cookies",
    "credential",
    "credentials",
];
const SECRET_ENDS: [&str; 7] =
    ["password", "passwd", "passphrase", "passcode", "secret", "token", "sessionid"];

/// Secrets of two words.
const PAIRS: [(&str, &str); 4] =
    [("session", "id"), ("access", "code"), ("auth", "header"), ("connection", "string")];

/// Words that are a secret if what stands before them is one.
const PARTS: [&str; 2] = ["value", "pem"];

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
    if is(&"key") {
        KEYS.iter().any(|word| before().eq_ignore_ascii_case(word))
    } else if ends_with(last, "key") {
        let before = &last[..last.len() - "key".len()];
        KEYS.iter().any(|end| ends_with(before, end))
    } else if PARTS.iter().any(is) {
        sounds_secret(rest)
    } else {
        let is_pair = |(first, second): &(&str, &str)| is(second) && before().eq_ignore_ascii_case(first);
        SECRETS.iter().any(is)
            || SECRET_ENDS.iter().any(|end| ends_with(last, end))
            || PAIRS.iter().any(is_pair)
    }
}

/// Whether a title sounds like that of a secret, what it adds in parentheses aside.
pub(super) fn title_sounds_secret(title: &str) -> bool {
    let end = memchr::memchr(b'(', title.as_bytes()).unwrap_or(title.len());
    sounds_secret(&title[..end])
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_told_by_whole_words() {
        for key in [
            "password",
            "user.pass",
            "pw",
            "db_pwd",
            "pin",
            "otp",
            "bearer",
            "cookie",
            "sessionId",
            "clientsecret",
            "access.code",
            "auth.header",
            "connection.string",
            "connectionString",
            "secret.value",
            "private.key.pem",
            "api.key",
            "apikey",
            "X-Api-Key",
            "ssh.key",
            "hmacKey",
            "rsa.key",
            "master.key",
            "shared_key",
            "app.key",
            "consumer.key",
            "accessKey",
            "refresh_token",
        ] {
            assert!(sounds_secret(key), "{key}");
        }
        for key in [
            "key",
            "primary.key",
            "sort.key",
            "foreign.key",
            "map.key",
            "monkey",
            "hotkey",
            "event.helper.key",
            "id",
            "user.id",
            "bypass",
            "compass",
            "passage",
            "password.policy",
            "spin",
            "code",
            "country.code",
            "value",
            "pem",
            "header",
            "oauth.basic.header",
            "query.string",
            "string",
            "tokens.per.minute",
            "cookie.domain",
        ] {
            assert!(!sounds_secret(key), "{key}");
        }
        for title in ["Private Key (PEM)", "Password (optional)", "Access Token"] {
            assert!(title_sounds_secret(title), "{title}");
        }
        assert!(!title_sounds_secret("User (not the password)"));
    }
}
