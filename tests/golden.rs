//! Twelve recorded documentation pages, held against the samples that are derived from the
//! descriptors: `golden/<key>.json`.
//!
//! `messages` is what a page shows of each message: bodies, queries as decoded parameters, the
//! authorization URL as its endpoint and its parameters. `…` stands for a value of one instance (a
//! token, a time, what a user typed) or for prose: there only the key counts. With `placeholders`
//! the *texts* of the placeholders in the request are the page's, or only their *positions*.
//! `differences` is what is derived instead, and why: a defect of the page, or a promise of the
//! design. A difference that is not listed fails, and so does one that is listed in vain.

mod support;

use elementc_compiler::Compiled;
use elementc_compiler::lower::{Message, MessageKind};
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// The elements whose pages are recorded.
const SHIPPED: [&str; 6] = ["intacct", "sagecrm", "sagelive", "sageone", "sageoneuk", "sageoneus"];
const FIXTURES: [&str; 6] = ["brighttalk", "etsy", "mysql", "slack", "zendesk", "zuorav2"];

/// Any value will do.
const ANY: &str = "…";

/// A page, transcribed.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    placeholders: Placeholders,
    messages: BTreeMap<String, Json>,
    differences: Vec<Difference>,
}

/// What of the placeholders in the request is held against the page.
#[derive(Clone, Copy, PartialEq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Placeholders {
    Texts,
    Positions,
}

/// Where what is derived is not what the page says.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Difference {
    message: String,
    pointers: Vec<String>,
    derived: Derived,
    reason: String,
}

/// What is derived instead.
#[derive(serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Derived {
    /// Nothing.
    Absent,
    /// A text with a placeholder in it.
    Placeholder,
    /// Whatever the page does not show.
    Present,
    /// This value.
    Value(Json),
}

#[test]
fn shipped_elements_match_their_pages() {
    let compilation = support::compiled(support::shipped());
    check_all(&SHIPPED, |key| compilation.catalog.get(key).expect("it is shipped"));
}

#[test]
fn fixtures_match_their_pages() {
    let compilation = support::compiled(support::fixtures("elements"));
    check_all(&FIXTURES, |key| compilation.catalog.get(key).expect("it is a fixture"));
}

fn check_all<'a>(keys: &[&str], compiled: impl Fn(&str) -> Compiled<'a>) {
    let complaints: Vec<String> = keys.iter().flat_map(|key| check(key, &compiled(key))).collect();
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

fn page(key: &str) -> Page {
    let text = std::fs::read_to_string(support::root(&format!("tests/golden/{key}.json")));
    let page: Page = serde_json::from_str(&text.expect("the page can be read")).expect("it is a page");
    for difference in &page.differences {
        let words = difference.reason.split_whitespace().count();
        assert!(words >= 3, "{key}: {:?}: say why in words", difference.pointers);
    }
    page
}

/// What is wrong with the samples of an element.
fn check(key: &str, compiled: &Compiled) -> Vec<String> {
    let page = page(key);
    let mut complaints = Vec::new();
    let mut complain = |place: &str, what: String| complaints.push(format!("{key}: {place}: {what}"));
    let messages: BTreeSet<&str> = compiled.messages.iter().map(|m| m.kind.name()).collect();
    let recorded: BTreeSet<&str> = page.messages.keys().map(String::as_str).collect();
    if messages != recorded {
        complain("messages", format!("derived {messages:?}, recorded {recorded:?}"));
    }
    for (name, recorded) in &page.messages {
        let Some((message, _)) = compiled.message(name) else { continue };
        let recorded = leaves(recorded);
        let derived = leaves(&view(message));
        let mut listed: BTreeMap<&str, &Derived> = BTreeMap::new();
        for difference in page.differences.iter().filter(|d| d.message == *name) {
            for pointer in &difference.pointers {
                if listed.insert(pointer, &difference.derived).is_some() {
                    complain(&format!("{name} {pointer}"), "is listed twice".to_owned());
                }
            }
        }
        let pointers: BTreeSet<&str> = recorded.keys().chain(derived.keys()).map(String::as_str).collect();
        for pointer in
            pointers.iter().copied().chain(listed.keys().copied().filter(|p| !pointers.contains(p)))
        {
            let (page_has, has) = (recorded.get(pointer), derived.get(pointer));
            let place = format!("{name} {pointer}");
            let shows = |json: Option<&Json>| json.map_or_else(|| "nothing".to_owned(), Json::to_string);
            let alike = agree(message.kind, page.placeholders, page_has, has);
            match listed.get(pointer) {
                None if alike => {}
                None => complain(&place, format!("recorded {}, derived {}", shows(page_has), shows(has))),
                Some(_) if alike => complain(&place, "is listed as a difference, but is none".to_owned()),
                Some(expected) if fits(expected, has) => {}
                Some(_) => complain(&place, format!("derived {}, which is not what is listed", shows(has))),
            }
        }
    }
    for difference in &page.differences {
        if !page.messages.contains_key(&difference.message) {
            complain(&difference.message, "is no message of the page".to_owned());
        }
    }
    complaints
}

/// A sample as a page shows it.
fn view(message: &Message) -> Json {
    let sample = &message.samples.first().expect("every message has a sample").json;
    if message.kind != MessageKind::UrlResponse {
        return sample.clone();
    }
    let url = sample["oauthUrl"].as_str().expect("the URL is text");
    let (endpoint, parameters) = take_apart(url);
    json!({ "element": sample["element"], "endpoint": endpoint, "parameters": parameters })
}

/// The values of a message by pointer: those of the root and of the objects that it declares.
fn leaves(message: &Json) -> BTreeMap<String, Json> {
    let mut found = BTreeMap::new();
    for (key, value) in message.as_object().expect("a message is an object") {
        match (key.as_str(), value) {
            ("element" | "configuration" | "providerData" | "parameters", Json::Object(inner)) => {
                found.extend(inner.iter().map(|(name, value)| (format!("/{key}/{name}"), value.clone())));
            }
            _ => drop(found.insert(format!("/{key}"), value.clone())),
        }
    }
    found
}

fn agree(
    kind: MessageKind,
    placeholders: Placeholders,
    recorded: Option<&Json>,
    derived: Option<&Json>,
) -> bool {
    match (recorded, derived) {
        (Some(recorded), Some(_)) if recorded == ANY => true,
        (Some(recorded), Some(derived)) if kind == MessageKind::CreateInstance => match placeholders {
            Placeholders::Texts => recorded == derived,
            Placeholders::Positions => masked(recorded) == masked(derived),
        },
        (recorded, derived) => recorded == derived,
    }
}

/// With all placeholders alike.
fn masked(json: &Json) -> Json {
    match json {
        Json::String(text) if holds_placeholder(text) => Json::from("<>"),
        Json::Array(items) => items.iter().map(masked).collect(),
        other => other.clone(),
    }
}

fn holds_placeholder(text: &str) -> bool {
    text.split_once('<')
        .is_some_and(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_alphabetic()) && rest.contains('>'))
}

fn fits(expected: &Derived, derived: Option<&Json>) -> bool {
    match (expected, derived) {
        (Derived::Absent, derived) => derived.is_none(),
        (Derived::Present, derived) => derived.is_some(),
        (Derived::Placeholder, Some(Json::String(text))) => holds_placeholder(text),
        (Derived::Value(value), Some(derived)) => value == derived,
        (_, _) => false,
    }
}

/// The endpoint of a URL and its decoded parameters; it must be encoded as RFC 3986 has it.
fn take_apart(url: &str) -> (String, Map<String, Json>) {
    let (endpoint, query) = url.split_once('?').expect("the URL has a query");
    let mut parameters = Map::new();
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or_else(|| panic!("{pair:?} is no parameter"));
        let before = parameters.insert(decode(name), decode(value).into());
        assert_eq!(before, None, "{name} is there twice in {url}");
    }
    (endpoint.to_owned(), parameters)
}

/// Decodes a name or a value in which all but unreserved characters is percent-encoded.
fn decode(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let digits = [bytes.next(), bytes.next()].map(|digit| char::from(digit.expect("two digits")));
                let digit = |digit: char| {
                    assert!(!digit.is_ascii_lowercase(), "RFC 3986 §2.1: capitals, not {digit} in {text}");
                    digit.to_digit(16).unwrap_or_else(|| panic!("{digit} is no hexadecimal digit in {text}"))
                };
                u8::try_from(digit(digits[0]) * 16 + digit(digits[1])).expect("two digits make a byte")
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => byte,
            other => panic!("{:?} is not encoded in {text}", char::from(other)),
        });
    }
    String::from_utf8(decoded).expect("encoded text is UTF-8")
}

#[test]
fn oauth_urls_are_encoded_and_hold_no_secret() {
    let [shipped, fixtures] = [support::shipped(), support::fixtures("elements")].map(support::compiled);
    let mut seen = 0;
    for compiled in shipped.catalog.compiled().chain(fixtures.catalog.compiled()) {
        let request = compiled.messages.iter().find(|m| m.kind == MessageKind::UrlRequest);
        for message in compiled.messages.iter().filter(|m| m.kind == MessageKind::UrlResponse) {
            for sample in &message.samples {
                seen += 1;
                let url = sample.json["oauthUrl"].as_str().expect("the URL is text");
                let (_, parameters) = take_apart(url);
                assert!(!parameters.contains_key("client_secret"), "{url}");
                let request = request.expect("the URL is asked for");
                let sent = &request.samples[0].json;
                for (name, member) in &request.root.members {
                    let secret = sent[&**name].as_str().filter(|_| member.about.secret);
                    assert!(secret.is_none_or(|secret| !url.contains(secret)), "{name} leaks into {url}");
                }
            }
        }
    }
    assert!(seen >= 10, "only {seen} URLs were seen");
}

#[test]
fn the_decoder_is_strict() {
    assert_eq!(decode("a%20b%C3%A9-._~"), "a bé-._~");
    for wrong in ["a b", "a:b", "a+b", "%2f", "%zz", "%2"] {
        assert!(std::panic::catch_unwind(|| decode(wrong)).is_err(), "{wrong}");
    }
}

/// A user who refuses is reported in a parameter of its own, instead of the code.
#[test]
fn callbacks_of_oauth2_also_carry_errors() {
    for key in ["sagelive", "sageoneuk"] {
        let callback = elementc::program(key, "oauth-callback").expect("it has a callback");
        let judge =
            |query: &str| elementc::validate(callback, query.as_bytes(), elementc::Placeholders::Allowed);
        assert!(judge(r#"{"state": "x", "error": "access_denied"}"#).is_valid(), "{key}");
        assert!(judge(r#"{"state": "x", "code": "abc"}"#).is_valid(), "{key}");
        assert!(!judge(r#"{"state": "x"}"#).is_valid(), "{key}");
    }
}
