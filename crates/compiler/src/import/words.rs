//! Words: texts of foreign files become names and values of descriptors.

use super::harmless::is_harmless;
use super::secrets::{assigns_secret, is_reference, names_secret, shows_secret};
use crate::check::credentials::sounds_secret;
use crate::check::live::looks_live;
use crate::resolve::key_problem;
use crate::syntax::descriptor::Authentication;
use serde_json::Value as Json;

/// A scalar as text; `None` for null, lists and maps.
pub fn as_text(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.clone()),
        Json::Bool(_) | Json::Number(_) => Some(json.to_string()),
        _ => None,
    }
}

/// Text without blanks around it, if there is any.
pub fn said(json: Option<&Json>) -> Option<String> {
    as_text(json?).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Whether a flag is set, as a boolean, as a number or as text.
pub fn is_set(json: Option<&Json>) -> bool {
    let is = |text: &str| ["true", "yes", "y", "1"].iter().any(|yes| yes.eq_ignore_ascii_case(text));
    json.and_then(as_text).is_some_and(|text| is(&text))
}

/// Whether a value says nothing: null, false, or empty.
pub fn is_empty(json: &Json) -> bool {
    match json {
        Json::Null | Json::Bool(false) => true,
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(members) => members.is_empty(),
        _ => false,
    }
}

/// A text as a key that names files, URLs and modules; `None` if nothing of it can be used.
pub fn usable_key(text: &str) -> Option<String> {
    if key_problem(text).is_none() {
        return Some(text.to_owned());
    }
    let mut key = String::new();
    for c in text.chars().take(100) {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' => key.push(c),
            _ if !key.ends_with('-') => key.push('-'),
            _ => {}
        }
    }
    let key = key.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned();
    if key_problem(&key).is_none() {
        return Some(key);
    }
    let longer = format!("{key}-element");
    (!key.is_empty() && key_problem(&longer).is_none()).then_some(longer)
}

/// The authentication that a foreign word means.
pub fn authentication(word: &str) -> Option<Authentication> {
    let word: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
    Some(match word.to_ascii_lowercase().as_str() {
        "oauth2" | "oauth20" => Authentication::OAuth2,
        "oauth" | "oauth1" | "oauth10" | "oauth10a" => Authentication::OAuth1,
        "basic" => Authentication::Basic,
        "apikey" => Authentication::ApiKey,
        "custom" => Authentication::Custom,
        _ => return None,
    })
}

/// Whether a value under this key, or this text, must not be written down.
pub fn is_secret(key: &str, text: &str) -> bool {
    is_secret_key(key) || is_live(text)
}

/// The client identifier is no secret (RFC 6749 §2.2), whatever the platform calls it.
pub fn is_client_identifier(key: &str) -> bool {
    matches!(key, "oauth.api.key" | "client_id" | "clientId")
}

/// Whether a key sounds like that of a secret.
pub fn is_secret_key(key: &str) -> bool {
    !is_client_identifier(key) && sounds_secret(key)
}

/// Whether a text looks like a credential, or holds one: a URL with a password in it, a key of several
/// lines, a value given to a secret.
pub fn is_live(text: &str) -> bool {
    let userinfo = text.split_once("://").and_then(|(_, rest)| {
        let authority = rest.split(['/', '?', '#']).next()?;
        authority.rsplit_once('@').map(|(user, _)| user.contains(':'))
    });
    userinfo == Some(true)
        || text.contains("-----BEGIN ")
        || looks_live(text).is_some()
        || assigns_secret(text)
        || shows_secret(text)
}

/// Flags of an item that holds a secret.
pub const SECRET: [&str; 4] = ["encrypt", "encrypted", "secret", "sensitive"];

/// Whether an item holds a secret: by its key or name, its type, or because it says so.
pub fn is_secret_item(key: &str, members: &serde_json::Map<String, Json>) -> bool {
    let word = said(members.get("type")).unwrap_or_default().to_ascii_uppercase();
    word.contains("PASSWORD")
        || word.contains("SECRET")
        || is_secret_key(key)
        || SECRET.iter().any(|flag| is_set(members.get(*flag)))
}

/// Whether a member tells something about a secret item, and nothing of its secret.
pub fn is_about(member: &str, json: &Json) -> bool {
    let about = ["key", "name", "title", "type", "description", "groupName", "groupBy", "required"];
    about.contains(&member) || is_empty(json) || json.is_boolean()
}

/// Members that hold what another member names.
const VALUES: [&str; 11] = [
    "value",
    "values",
    "defaultValue",
    "default",
    "example",
    "examples",
    "sample",
    "content",
    "data",
    "text",
    "options",
];

/// Whether a member holds the value of something that another member calls by the name of a secret.
/// Where the `type` is `value`, the platform keeps a fixed one under `name`.
fn is_labelled_value(member: &str, members: &serde_json::Map<String, Json>) -> bool {
    let names = |label: &&str| {
        *label != member && members.get(*label).and_then(Json::as_str).is_some_and(names_secret)
    };
    let fixed = member == "name" && members.get("type").and_then(Json::as_str) == Some("value");
    (fixed || VALUES.contains(&member))
        && ["key", "name", "vendorName", "header", "field", "label", "parameter", "property"]
            .iter()
            .any(names)
}

/// A value without what looks like a secret; says how many were left out.
pub fn redacted(key: &str, json: &Json) -> (Json, usize) {
    match json {
        Json::Object(members) => {
            let mut count = 0;
            let mut kept = serde_json::Map::new();
            let of_secret = is_secret_key(key);
            let secret = is_secret_item(said(members.get("key")).as_deref().unwrap_or_default(), members);
            for (key, json) in members {
                let hidden = is_labelled_value(key, members) && !json.is_boolean() && !is_empty(json)
                    || (secret || of_secret) && !is_about(key, json);
                let (json, dropped) = if hidden { (Json::Null, 1) } else { redacted(key, json) };
                count += dropped;
                kept.insert(key.clone(), json);
            }
            (Json::Object(kept), count)
        }
        Json::Array(items) => {
            let (items, counts): (Vec<Json>, Vec<usize>) =
                items.iter().map(|item| redacted(key, item)).unzip();
            (Json::Array(items), counts.iter().sum())
        }
        Json::String(text) if !text.is_empty() => {
            let hidden = (names_secret(key) && !is_reference(text))
                || is_live(text)
                || (VALUES.contains(&key) && !is_harmless(text));
            if hidden { (Json::Null, 1) } else { (json.clone(), 0) }
        }
        Json::Number(_) if is_secret_key(key) => (Json::Null, 1),
        other => (other.clone(), 0),
    }
}

/// `shop_name` and `shopName` as `Shop Name`.
pub fn title(words: &str) -> String {
    let known = ["id", "url", "uri", "api", "oauth", "ip", "sso", "crm", "db", "ssh", "ssl", "uk", "us"];
    let name = crate::emit::rust::identifier(words);
    let capital = |word: &str| match word {
        "oauth" => "OAuth".to_owned(),
        word if known.contains(&word) => word.to_uppercase(),
        word => {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |c| c.to_uppercase().chain(letters).collect())
        }
    };
    name.split('_').filter(|w| !w.is_empty()).map(capital).collect::<Vec<_>>().join(" ")
}

/// The scopes of a text and what joins them. A vendor's comma is a separator, as is a blank.
pub fn scopes(text: &str) -> Option<(Vec<String>, Option<String>)> {
    let text = text.trim();
    let separator = if text.contains(", ") {
        ", "
    } else if text.contains(',') {
        ","
    } else if !text.contains(' ') && text.contains('+') {
        "+"
    } else {
        " "
    };
    let scopes: Vec<String> = text.split(separator).map(ToOwned::to_owned).collect();
    let joint = separator.trim();
    let sound = scopes.iter().all(|s| {
        !s.is_empty()
            && (joint.is_empty() || !s.contains(joint))
            && !s.contains(char::is_whitespace)
            && !s.contains(['{', '}', '<', '>'])
    });
    // One scope alone, and blanks, need no separator to be named.
    let named = (separator != " ").then(|| separator.to_owned());
    sound.then_some((scopes, named))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_become_usable() {
        for (text, expected) in [
            ("wrike", Some("wrike")),
            ("My Element!", Some("My-Element")),
            ("../etc", Some("etc")),
            ("con", Some("con-element")),
            ("", None),
            ("???", None),
            ("élan vital", Some("lan-vital")),
        ] {
            assert_eq!(usable_key(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn scopes_are_told_apart() {
        for (text, expected) in [
            ("full refresh_token", Some((vec!["full", "refresh_token"], None))),
            ("a, b", Some((vec!["a", "b"], Some(", ")))),
            ("a,b", Some((vec!["a", "b"], Some(",")))),
            ("a+b", Some((vec!["a", "b"], Some("+")))),
            ("users:read", Some((vec!["users:read"], None))),
            ("", None),
            ("a,, b", None),
            ("{scope}", None),
        ] {
            let expected = expected
                .map(|(scopes, s)| (scopes.into_iter().map(str::to_owned).collect(), s.map(str::to_owned)));
            assert_eq!(scopes(text), expected, "{text:?}");
        }
    }

    #[test]
    fn secrets_are_told_by_name_and_looks() {
        for (key, text, expected) in [
            ("password", "x", true),
            ("oauth.api.secret", "x", true),
            ("oauth.api.key", "short", false),
            ("oauth.api.key", "AKIAABCDEFGHIJKLMNOP", true),
            ("base.url", "https://user:pass@vendor.example/", true),
            ("base.url", "https://vendor.example/a@b:c", false),
            ("subdomain", "acme", false),
        ] {
            assert_eq!(is_secret(key, text), expected, "{key} {text}");
        }
    }

    #[test]
    fn titles_read_like_titles() {
        for (key, expected) in [
            ("shop.id", "Shop ID"),
            ("oauth.callback.url", "OAuth Callback URL"),
            ("clientSecret", "Client Secret"),
            ("INSERT", "Insert"),
        ] {
            assert_eq!(title(key), expected);
        }
    }
}
