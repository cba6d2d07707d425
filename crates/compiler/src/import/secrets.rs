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
                let quoted = value[1..].split(quote).next().unwrap_or_default();
                !is_reference(quoted.trim_end_matches('\\'))
                    && value[1..]
                        .starts_with(|c: char| c != quote && !c.is_whitespace() && !"{<$%\\".contains(c))
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

/// Places that take what is sent to whoever knows their address.
const HOOKS: [&str; 4] = [
    "discord.com/api/webhooks/",
    "discordapp.com/api/webhooks/",
    "webhook.office.com/",
    "office.com/webhook/",
];

/// Whether a text holds a secret by what surrounds it: a scheme of access, a user of `curl`, a key
/// among the parameters of a URL, a label beside it, the address of a hook; or is one of Amazon's.
pub fn shows_secret(text: &str) -> bool {
    let random = |word: &str| {
        word.len() >= 8
            && word.contains(|c: char| c.is_ascii_digit())
            && word.contains(|c: char| c.is_ascii_alphabetic())
            && !word.contains(['{', '<', '/', ':'])
    };
    let bare = |word: &str| word.trim_matches(|c: char| "\"'`,;:".contains(c)).to_owned();
    let words: Vec<&str> = text.split_whitespace().collect();
    let told = words.windows(2).any(|pair| {
        let (before, word) = (bare(pair[0]), bare(pair[1]));
        (is_scheme(&before) && random(&word))
            || (matches!(pair[0], "-u" | "--user")
                && words.contains(&"curl")
                && word
                    .split_once(':')
                    .is_some_and(|(_, pass)| !pass.is_empty() && !pass.starts_with(['{', '<'])))
    });
    let parameter = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or_default();
        name.eq_ignore_ascii_case("key") && value.len() >= 12 && random(value)
    };
    let queried = text.split_once("://").and_then(|(_, rest)| rest.split_once('?'));
    told || queried.is_some_and(|(_, query)| query.split(['&', '#', ' ']).any(parameter))
        || HOOKS.iter().any(|hook| text.contains(hook))
        || labels_secret(text)
        || is_of_amazon(text.trim())
}

/// What stands before a credential in a header (RFC 9110 §11.4).
pub fn is_scheme(word: &str) -> bool {
    ["basic", "bearer", "token", "digest", "apikey"].iter().any(|scheme| scheme.eq_ignore_ascii_case(word))
}

/// `<add key="ApiKey" value="x"/>`
fn labels_secret(text: &str) -> bool {
    text.split('<').any(|tag| {
        let quoted = |name: &str| {
            let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
            rest.split_once('"').map(|(value, _)| value)
        };
        let labelled = ["key", "name"].into_iter().filter_map(quoted).any(names_secret);
        labelled && quoted("value").is_some_and(|value| !value.is_empty() && !value.starts_with(['{', '$']))
    })
}

/// Forty letters, digits, `/` and `+`, of each case.
fn is_of_amazon(text: &str) -> bool {
    let kinds =
        [|c: char| c.is_ascii_uppercase(), |c: char| c.is_ascii_lowercase(), |c: char| c.is_ascii_digit()];
    text.len() == 40
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "/+".contains(c))
        && kinds.iter().all(|kind| text.contains(*kind))
}

/// Whether a text is nothing but a reference to where its value is, with a scheme at most.
pub fn is_reference(text: &str) -> bool {
    let reference = match text.split_once(' ') {
        Some((scheme, rest)) if is_scheme(scheme) => rest,
        _ => text,
    };
    let inside = reference.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    inside.is_some_and(|name| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "._".contains(c))
    })
}

/// Whether a text names the header or the member that a secret stands in, and is none: `Authorization`,
/// `nextPageToken`.
pub fn names_member(text: &str) -> bool {
    let words = crate::emit::rust::identifier(text);
    let last = words.rsplit('_').next().unwrap_or_default();
    let several = words.contains('_');
    text.chars().all(|c| c.is_ascii_alphabetic() || "-_.".contains(c))
        && (last == "authorization" || several && matches!(last, "token" | "key" | "cursor"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_surrounds_a_secret_tells() {
        for text in [
            "Authorization: Bearer 8a7sd8f7a6sd8f7a9s8df7",
            "Bearer hunter2value",
            "https://a.example/cb?key=8a7sd8f7a6sd8f7a",
            "https://discord.com/api/webhooks/1/x",
            "https://acme.webhook.office.com/webhookb2/x",
            r#"<add key="ApiKey" value="8a7sd8f7a6sd8f7a"/>"#,
            "curl -u user:hunter2 https://a.example",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        ] {
            assert!(shows_secret(text), "{text}");
        }
        for text in [
            "Basic authentication",
            "Authorization: Bearer {oauth.user.token}",
            "https://a.example/cb?key=name",
            r#"<add key="Site" value="8a7sd8f7a6sd8f7a"/>"#,
            "curl -u user:<PASSWORD> https://a.example",
            "https://login.vendor.example/oauth2/v2/a",
            "Token OAuth2",
        ] {
            assert!(!shows_secret(text), "{text}");
        }
    }

    #[test]
    fn names_and_references_are_no_secrets() {
        for text in ["Authorization", "nextPageToken", "X-Api-Key", "next_cursor"] {
            assert!(names_member(text), "{text}");
        }
        for text in ["hunter", "password", "token", "8a7sd8f7-key", "dbPassword", "my secret"] {
            assert!(!names_member(text), "{text}");
        }
        assert!(is_reference("Bearer {oauth.user.token}") && is_reference("{token}"));
        assert!(!is_reference("{\"a\":1}") && !is_reference("Bearer x") && !is_reference("{}"));
    }

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
            r#"{"Authorization":"Bearer {oauth.user.token}"}"#,
            "https://vendor.example/token",
            "tokens > 3",
        ] {
            assert!(!assigns_secret(text), "{text}");
        }
    }
}
