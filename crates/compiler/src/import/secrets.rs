//! Secrets: what names one, and what gives one its value, where nothing is to be lost by a doubt.

use super::words::{is_client_identifier, is_secret_key};

/// Names of secrets that are too short or too common to warn of, by their last word.
const NAMES: [&str; 15] = [
    "pw",
    "pass",
    "otp",
    "totp",
    "mfa",
    "salt",
    "hmac",
    "sig",
    "sas",
    "pat",
    "seed",
    "cred",
    "creds",
    "cookie",
    "authorization",
];

/// What makes a key one that opens something.
const KEYS: [&str; 14] = [
    "licence",
    "license",
    "app",
    "application",
    "service",
    "master",
    "shared",
    "storage",
    "account",
    "webhook",
    "hmac",
    "ssh",
    "activation",
    "serial",
];

/// Whether a name may be that of a secret. In doubt it is: only a value is lost by it.
pub fn names_secret(name: &str) -> bool {
    if is_secret_key(name) {
        return true;
    }
    if is_client_identifier(name) {
        return false;
    }
    let name = crate::emit::rust::identifier(name);
    let (before, last) = name.rsplit_once('_').unwrap_or(("", &name));
    let before = before.rsplit('_').next().unwrap_or_default();
    NAMES.contains(&last)
        || last.ends_with("pass")
        || last
            .strip_suffix("key")
            .is_some_and(|start| KEYS.contains(&start) || KEYS.contains(&before) && start.is_empty())
        || (last.ends_with('s') && !last.ends_with("tokens") && is_secret_key(&name[..name.len() - 1]))
}

/// Values that are none, where a program assigns them.
const NOTHING: [&str; 6] = ["null", "none", "undefined", "true", "false", "required"];

/// Whether a text, of a program or of prose, gives a secret its value: `password = "x"`,
/// `client_secret=x`, `"token": "x"`, `<password>x`.
pub fn assigns_secret(text: &str) -> bool {
    text.match_indices(['=', ':', '>']).any(|(at, operator)| {
        // No name is longer, and a text of nothing but signs is looked through once.
        let from = (at.saturating_sub(80)..=at).find(|i| text.is_char_boundary(*i)).unwrap_or(at);
        let to =
            (at + 1..=text.len().min(at + 80)).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(at + 1);
        let (before, after) = (&text[from..at], &text[at + 1..to]);
        let spaced = before.ends_with([' ', '\t']);
        let bare = before.trim_end_matches(|c: char| c.is_whitespace() || "'\"])=!:\\".contains(c));
        let start = bare.rfind(|c: char| !(c.is_alphanumeric() || "_.-".contains(c)));
        let name = start.map_or(bare, |at| {
            bare[at..].trim_start_matches(|c: char| !(c.is_alphanumeric() || "_.-".contains(c)))
        });
        if name.is_empty() {
            return false;
        }
        let element =
            operator == ">" && bare.len() == before.len() && bare[..bare.len() - name.len()].ends_with('<');
        if operator == ">" && !element && !before.ends_with('=') {
            return false;
        }
        let value = after.trim_start_matches([' ', '\t', '=', '>', '\\']);
        let tight = value.len() == after.len();
        let gives = match value.chars().next() {
            Some(quote @ ('"' | '\'' | '`')) => {
                value[1..].starts_with(|c: char| c != quote && !c.is_whitespace() && !"{<$%\\".contains(c))
            }
            Some(c) if c.is_alphanumeric() => {
                let end = value
                    .find(|c: char| c.is_whitespace() || "&;,\"'<>(){}[]".contains(c))
                    .unwrap_or(value.len());
                let (word, behind) = value.split_at(end);
                let strange = word.contains(|c: char| c.is_ascii_digit());
                let ends = behind.trim_start_matches([' ', '\t']).is_empty()
                    || behind.starts_with(['\n', '\r', ';', ',', '}']);
                !NOTHING.contains(&word)
                    && match operator {
                        "=" => (tight && !spaced) || ends,
                        ":" => strange && (tight || ends),
                        _ => element,
                    }
            }
            _ => false,
        };
        gives && names_secret(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_doubted() {
        for name in [
            "xpass",
            "user_pw",
            "otp",
            "salt",
            "licence.key",
            "hmac",
            "X-Api-Key",
            "client_secret",
            "apikey",
            "passwords",
        ] {
            assert!(names_secret(name), "{name}");
        }
        for name in
            ["oauth.api.key", "client_id", "event.helper.key", "idField", "key", "max_tokens", "username"]
        {
            assert!(!names_secret(name), "{name}");
        }
    }

    #[test]
    fn programs_give_secrets_their_values() {
        for text in [
            r#"var password = "hunter4""#,
            "client_secret=abc",
            r#"{\"token\": \"abc\"}"#,
            "pw: hunter5",
            "PWD=x;",
            r#"headers["X-Api-Key"] = 'abc'"#,
            "<password>x</password>",
            "db.password = word\n",
            "password:hunter2",
            "secret => 'x'",
        ] {
            assert!(assigns_secret(text), "{text}");
        }
        for text in [
            "var password = configuration.password + x",
            "Password: the one of the account",
            "token: {token}",
            "password=<PASSWORD>",
            "token = null;",
            r#"if (password == "") {}"#,
            "oauth.token.url=x",
            r#"Needs an account of <a href="http://www.salesforce.com" target="_blank">Salesforce.com</a>."#,
            "token:read",
            "https://vendor.example/token",
            "tokens > 3",
        ] {
            assert!(!assigns_secret(text), "{text}");
        }
    }
}
