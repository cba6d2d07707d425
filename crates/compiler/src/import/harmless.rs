//! Harmless: whether a text of a foreign file may be written down.
//!
//! A descriptor is published. So a text is written only if nothing in it looks like a credential, and it gives no
//! secret its value: not as a pair, not as a member of JSON, not as a header.

use super::secrets::is_scheme;
use super::words::{is_live, redacted};
use serde_json::Value as Json;

/// Whether a text shows no secret.
pub fn is_harmless(text: &str) -> bool {
    let text = text.trim();
    let shows_one = |json: Json| redacted("", &json).1 > 0;
    let json = || serde_json::from_str(text);
    let in_json = || text.starts_with(['{', '[']) && json().is_ok_and(shows_one);
    !is_live(text) && !is_scheme_of_access(text) && !in_json()
}

/// `Basic dXNlcjpw`: what stands in a header (RFC 9110 §11.4).
fn is_scheme_of_access(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().take(3).collect();
    let [scheme, value] = words.as_slice() else { return false };
    is_scheme(scheme) && !value.contains(['{', '<'])
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
            "one\ntwo",
            "a=b",
            "name: value",
            "https://a.example/h?type=contact&since=${date}",
            "https://a.example/#word",
            "https://user@a.example/",
            "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
            r#"{"a":"b=c", "d": [{"key": "since", "value": "x"}]}"#,
            "Bearer {token}",
        ] {
            assert!(is_harmless(text), "{text:?}");
        }
    }

    #[test]
    fn what_shows_a_secret_is_not() {
        for text in [
            "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----",
            "Server=db;User Id=sa;Password=hunter2long;",
            "Driver={X};UID=sa;PWD=hunter2long",
            "grant_type=x&client_secret=8f7a6s5df76asd5f8f7a6s5df",
            r#"{"client_secret":"x"}"#,
            r#"{"a":[{"key":"password","value":"x"}]}"#,
            r#"{"a":"password=c"}"#,
            "https://a.example/h?sig=abc",
            "https://a.example/h?api_key=8a7sd6f8a7sdf6a8s7df",
            "https://a.example/h?otp=123456",
            "https://user:word@a.example/",
            "https://hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnop",
            "9f86d081884c7d659a2feaa0c55ad015",
            "Basic dXNlcg",
            "Bearer word",
            "<password>hunter2</password>",
        ] {
            assert!(!is_harmless(text), "{text:?}");
        }
    }
}
