//! Harmless: whether a text of a foreign file may be written down.
//!
//! A descriptor is published, and nobody tells a password from another word. So a value is written
//! only if it is plainly none: words, numbers, dates, formats, references such as `{site}`, URLs
//! without anything of these behind, and JSON of such. What is made of several lines, of pairs such
//! as `name=value`, or of characters in no order, is not.

use super::secrets::names_secret;
use super::words::{is_live, redacted};
use serde_json::Value as Json;

/// Parameters whose values are words of a standard or of an interface.
const PARAMETERS: [&str; 16] = [
    "response_type",
    "grant_type",
    "prompt",
    "approval_prompt",
    "access_type",
    "display",
    "version",
    "api-version",
    "api_version",
    "v",
    "format",
    "locale",
    "lang",
    "language",
    "limit",
    "page",
];

/// Stands for a reference while a text is looked through.
const REFERENCE: char = '\u{1}';

/// Whether a text is plainly no secret, and holds none.
pub fn is_harmless(text: &str) -> bool {
    let text = text.trim();
    if is_live(text) {
        return false;
    }
    if text.starts_with(['{', '['])
        && let Ok(json) = serde_json::from_str::<Json>(text)
    {
        return redacted("", &json).1 == 0 && holds_harmless(&json);
    }
    if text.chars().any(char::is_control) {
        return false;
    }
    if is_date(text) {
        return true;
    }
    let Some(plain) = without_references(text) else { return false };
    !is_scheme_of_access(&plain)
        && !has_pair(&plain)
        && plain.split_whitespace().all(is_harmless_word)
        && !tells(&plain)
}

fn holds_harmless(json: &Json) -> bool {
    match json {
        Json::String(text) => is_harmless(text),
        Json::Array(items) => items.iter().all(holds_harmless),
        Json::Object(members) => members.iter().all(|(name, json)| is_harmless(name) && holds_harmless(json)),
        _ => true,
    }
}

fn is_date(text: &str) -> bool {
    let digits = |range: std::ops::Range<usize>| {
        text.get(range).is_some_and(|d| d.bytes().all(|b| b.is_ascii_digit()))
    };
    digits(0..4)
        && text.get(4..5) == Some("-")
        && digits(5..7)
        && text.len() <= 35
        && text.chars().all(|c| c.is_ascii_digit() || "-:.+TZ ".contains(c))
}

/// A text with a mark in place of `{name}` and `${format:pattern}`; `None` if there is more in braces.
fn without_references(text: &str) -> Option<String> {
    let (mut plain, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('{') {
        let (inside, behind) = after.split_once('}')?;
        if inside.contains(['{', '=', '"']) || !inside.split([' ', ':', ',']).all(is_harmless_word) {
            return None;
        }
        plain.push_str(before.strip_suffix('$').unwrap_or(before));
        plain.push(REFERENCE);
        rest = behind;
    }
    plain.push_str(rest);
    Some(plain)
}

/// `Basic dXNlcjpw`: what stands in a header.
fn is_scheme_of_access(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().take(3).collect();
    let [scheme, value] = words.as_slice() else { return false };
    ["basic", "bearer", "token", "digest", "apikey"].iter().any(|s| s.eq_ignore_ascii_case(scheme))
        && !value.contains(REFERENCE)
}

/// `password hunter2`: a name, and a word that is none of a language.
fn tells(text: &str) -> bool {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || "<>/,;".contains(c)).filter(|w| !w.is_empty()).collect();
    let strange = |word: &str| word.chars().any(|c| c.is_ascii_digit() || "!#$%^*@".contains(c));
    words.windows(2).any(|pair| strange(pair[1]) && names_secret(pair[0]))
}

/// Whether a text gives something a value: `name=value`, `name: value`. Comparisons with a reference
/// do not, nor do numbers and the words of a standard.
fn has_pair(text: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || "_.-".contains(c);
    let named = |before: &str| {
        let before = before.trim_end_matches(|c: char| c.is_whitespace() || "'\"<>!~)]".contains(c));
        let start = before
            .rfind(|c: char| !is_name(c))
            .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
        before[start..].to_owned()
    };
    for part in text.split(['&', ';', ',', '?']) {
        let reference = part.rfind(REFERENCE);
        let mut start = 0;
        while let Some(at) = part[start..].find('=').map(|at| at + start) {
            let (name, value) = (named(&part[start..at]), part[at + 1..].trim());
            let last = !value.contains('=');
            let fixed = || {
                let number = value.len() < 10 && value.bytes().all(|b| b.is_ascii_digit());
                let word = value.len() <= 20 && value.chars().all(is_name) && PARAMETERS.contains(&&*name);
                last && (number || word || value == "true" || value == "false")
            };
            let refers = reference.is_some_and(|reference| reference > at);
            if !name.is_empty() && !value.is_empty() {
                let secret = names_secret(&name) && value.chars().any(|c| c != REFERENCE);
                if secret || !(refers || fixed()) {
                    return true;
                }
            }
            if !last && !refers {
                return true;
            }
            start = at + 1;
        }
    }
    text.match_indices(": ").any(|(at, _)| {
        let name = text[..at].rsplit(|c: char| !is_name(c)).next().unwrap_or_default();
        name.len() > 1
    })
}

fn is_harmless_word(word: &str) -> bool {
    if let Some((scheme, rest)) = word.split_once("://") {
        let mut segments = rest.split(['/', '?']);
        let host = segments.next().unwrap_or_default();
        let parts: Vec<&str> = segments.collect();
        // The last part of what others call to tell something is its password.
        let hook = parts.iter().position(|part| part.contains("hook"));
        let called = host.starts_with("hooks.") && !parts.is_empty()
            || hook.is_some_and(|at| parts[at + 1..].iter().any(|part| !part.is_empty()));
        return scheme.chars().all(|c| c.is_ascii_alphanumeric())
            && !called
            && !rest.contains(['@', '#'])
            && !rest.split(|c: char| !(c.is_alphanumeric() || "-_".contains(c))).any(is_random);
    }
    let has = |f: fn(char) -> bool| word.chars().any(f);
    let mixed = has(|c| c.is_ascii_digit()) && has(char::is_alphabetic);
    // `user:password1`, `P@ssw0rd`.
    let pieces = |word: &str| {
        word.split(':').any(|p| p.contains(|c: char| c.is_ascii_digit()) && p.contains(char::is_alphabetic))
    };
    !(mixed && (has(|c| "!#$%^*@".contains(c)) || (word.contains(':') && pieces(word))))
        && !word.split(|c: char| !(c.is_alphanumeric() || "-_".contains(c))).any(is_random)
}

/// Whether characters are in no order that words, versions and names of code have.
fn is_random(word: &str) -> bool {
    let hex = |text: &str| text.bytes().all(|b| b.is_ascii_hexdigit());
    let lengths = || word.split('-').map(str::len);
    if word.len() == 36 && lengths().eq([8, 4, 4, 4, 12]) && word.split('-').all(hex) {
        return true;
    }
    word.split(['-', '_']).any(|run| {
        let digit = run.contains(|c: char| c.is_ascii_digit());
        let letter = run.contains(char::is_alphabetic);
        let count = run.chars().count();
        let (mut pieces, mut before) = (0, ' ');
        for c in run.chars() {
            // `Client` is one piece, as is `2016`.
            let goes_on = (c.is_ascii_digit() && before.is_ascii_digit())
                || (c.is_lowercase() && before.is_alphabetic())
                || (c.is_uppercase() && before.is_uppercase());
            pieces += usize::from(!goes_on);
            before = c;
        }
        let cased = run.contains(char::is_lowercase) && run.contains(char::is_uppercase);
        let torn =
            (count >= 8 && pieces * 5 >= count * 2) || (count >= 12 && cased && pieces * 10 >= count * 3);
        count > 40 || (digit && letter && (torn || (count >= 16 && hex(run))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_definitions_are_harmless() {
        for text in [
            "",
            "true",
            "100",
            "0.5",
            "-1",
            ">",
            "=",
            ">=",
            "no",
            "{}",
            "[1]",
            "page",
            "date_created",
            "CreatedDate",
            "{store.url}",
            "EEE, dd MMM yyyy HH:mm:ss Z",
            "yyyy-MM-dd'T'HH:mm:ssXXX",
            "yyyy-MM-dd'T'HH:mm:ss.SSSZ",
            "2016-01-01",
            "2017-03-14T19:20:16Z",
            "https://www.wrike.com/api/v3/",
            "https://{site}.vendor.example/api",
            "https://vendor.example/authorize?prompt=none",
            "https://vendor.example/a?access_type=offline&api-version=2",
            "wsReadWrite, amReadWriteWorkflow, amReadWriteInvitation",
            "full refresh_token",
            "refresh_token full",
            "users:read channels:history",
            "https://www.googleapis.com/auth/drive https://mail.google.com/",
            "urn:ietf:wg:oauth:2.0:oob",
            "your subdomain",
            "client_credentials",
            "a: b # c",
            "<INSERT_SITE>",
            "OAuth2ClientCredentials",
            "sha256",
            "TLSv1.2",
            "application/json",
            "noreply@vendor.example",
            "localhost:8080",
            r#"{"orders":{"url":"/hubs/ecommerce/orders?where=min_date_modified='${date:EEE, dd MMM yyyy HH:mm:ss Z}'","idField":"id"}}"#,
            r#"{"a":{"url":"/a?where=Modified>'${gmtDate:yyyy-MM-dd'T'HH:mm:ssXXX}'"}, "{objectName}": ["created"]}"#,
            "Created at the vendor, then shown.",
            "https://login.microsoftonline.com/common/oauth2/v2.0/token",
        ] {
            assert!(is_harmless(text), "{text:?}");
        }
    }

    #[test]
    fn what_may_be_a_secret_is_not() {
        for text in [
            "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----",
            "-----BEGIN CERTIFICATE-----",
            "one\ntwo",
            "Server=db;User Id=sa;Password=hunter2long;",
            "Driver={X};UID=sa;PWD=hunter2long",
            "Password={x}hunter2",
            "a=b",
            "name: value",
            "grant_type=x&client_secret=8f7a6s5df76asd5f8f7a6s5df",
            r#"{"client_secret":"x"}"#,
            r#"{"a":[{"key":"password","value":"x"}]}"#,
            r#"{"a":"b=c"}"#,
            "https://a.example/h?sig=abc",
            "https://a.example/h?api_key=8a7sd6f8a7sdf6a8s7df",
            "https://a.example/h?x=word",
            "https://a.example/h?otp=123456",
            "https://a.example/#word",
            "https://user@a.example/",
            "https://user:word@a.example/",
            "https://hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnop",
            "https://a.example/hooks/abc",
            "https://a.example/3f2504e0-4f89-11d3-9a0c-0305e82c3301/x",
            "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
            "9f86d081884c7d659a2feaa0c55ad015",
            "8a7sd6f8a7sdf6a8s7df",
            "dXNlcjpodW50ZXIy",
            "Basic dXNlcg",
            "Bearer word",
            "admin:hunter2",
            "P@ssw0rd",
            "password hunter2",
            "<password>hunter2</password>",
            "{a=b}",
        ] {
            assert!(!is_harmless(text), "{text:?}");
        }
    }
}
