//! `elementc validate`.

use crate::run::Place;
use serde_json::{Value as Json, json};

/// The body that the page of Sage One UK shows, its placeholders filled in.
fn body() -> Json {
    json!({
        "element": { "key": "sageoneuk" },
        "providerData": { "code": "4/P7q7W91a-oMsCeLvIaQm6bTrgtp7" },
        "configuration": {
            "oauth.api.key": "0a1b2c3d",
            "oauth.api.secret": "verySecretIndeed",
            "signature": "alsoVerySecret",
            "oauth.callback.url": "https://www.mycoolapp.com/auth"
        },
        "tags": ["accounting"],
        "name": "mine"
    })
}

/// The body without some entries of its configuration.
fn without(entries: &[&str]) -> String {
    let mut body = body();
    let configuration = body["configuration"].as_object_mut().expect("it is an object");
    entries.iter().for_each(|entry| drop(configuration.shift_remove(*entry)));
    format!("{body:#}\n")
}

#[test]
fn a_valid_body_is_valid() {
    let place = Place::new();
    place.put("instance.json", without(&[]));
    place.run(&["validate", "--element", "sageoneuk", "instance.json"]).assert("validate-valid", 0);
    // The element is read from the body.
    place.run(&["validate", "instance.json"]).assert("validate-valid-by-its-key", 0);
    place
        .run(&["validate", "--strict", "instance.json", "--format", "json"])
        .assert("validate-valid-json", 0);
}

#[test]
fn missing_entries_are_all_named_at_once() {
    let place = Place::new();
    place.put("instance.json", without(&["signature", "oauth.api.key"]));
    let run = place.run(&["validate", "--element", "sageoneuk", "instance.json"]);
    run.assert("validate-missing", 1);
    let run = place.run(&["validate", "--element", "sageoneuk", "--format", "json", "instance.json"]);
    run.assert("validate-missing-json", 1);
    let report: Json = serde_json::from_str(&run.stdout).expect("it is JSON");
    let mut named: Vec<&str> =
        report["violations"].as_array().expect("a list").iter().filter_map(|v| v["entry"].as_str()).collect();
    named.sort_unstable();
    assert_eq!((&report["valid"], named), (&json!(false), vec!["oauth.api.key", "signature"]));
}

#[test]
fn unknown_entries_come_with_a_suggestion() {
    let place = Place::new();
    place.put("instance.json", without(&[]).replace("\"signature\"", "\"signiture\""));
    place.run(&["validate", "instance.json"]).assert("validate-unknown", 1);
}

#[test]
fn a_secret_is_never_shown() {
    let place = Place::new();
    let mut wrong = body();
    wrong["configuration"]["signature"] = json!(["alsoVerySecret"]);
    wrong["configuration"]["oauth.api.secret"] = json!({ "verySecretIndeed": "verySecretIndeed" });
    wrong["providerData"]["code"] = json!({ "code": "4/P7q7W91a-oMsCeLvIaQm6bTrgtp7" });
    place.put("instance.json", wrong.to_string());
    for format in ["human", "json"] {
        let run = place.run(&["validate", "instance.json", "--format", format]);
        assert_eq!(run.code, Some(1));
        for secret in ["erySecret", "P7q7W91a"] {
            assert!(!run.text().contains(secret), "{format}: {}", run.text());
        }
    }
}

#[test]
fn placeholders_are_rejected_when_asked_to() {
    let place = Place::new();
    place.put("instance.json", place.run(&["sample", "sageoneuk"]).stdout);
    assert_eq!(place.run(&["validate", "instance.json"]).code, Some(0));
    place.run(&["validate", "--strict", "instance.json"]).assert("validate-strict", 1);
}

#[test]
fn standard_input_is_read() {
    let place = Place::new();
    let body = without(&["signature"]);
    place.run_on(&["validate", "-"], body.as_bytes()).assert("validate-stdin", 1);
    let run = place.run_on(&["validate"], body.as_bytes());
    assert_eq!(run.code, Some(1), "standard input is the default");
}

#[test]
fn queries_may_be_urls() {
    let place = Place::new();
    let arguments = ["validate", "--element", "sagelive", "--message", "oauth-callback"];
    let accepted = [
        "https://www.mycoolapp.com/auth?state=sagelive&code=a%2Fb+c",
        "state=sagelive&code=abc",
        "?code=abc&extra=1",
        "{\"code\": \"abc\"}",
        "https://www.mycoolapp.com/auth?error=access_denied#fragment",
    ];
    for input in accepted {
        let run = place.run_on(&arguments, input.as_bytes());
        assert_eq!(run.code, Some(0), "{input}: {}", run.text());
    }
    place.run_on(&arguments, b"https://www.mycoolapp.com/auth?state=sagelive").assert("validate-callback", 1);
    let request = ["validate", "--element", "sagelive", "--message", "oauth-url-request"];
    let query = "/elements/sagelive/oauth/url?apiKey=k&apiSekret=s&callbackUrl=mycoolapp.com&state=a&state=b";
    place.run_on(&request, query.as_bytes()).assert("validate-query", 1);
}

#[test]
fn what_is_no_json_is_said_so_with_its_place() {
    let place = Place::new();
    for (name, input) in [
        ("not-json", &b"{\n  \"element\": {\"key\": sageoneuk}\n}"[..]),
        ("empty", b""),
        ("truncated", b"{\"element\": {\"key\": \"sageoneuk\""),
        ("not-utf8", b"{\"element\": \"\xff\"}"),
        ("not-an-object", b"[]"),
    ] {
        place.run_on(&["validate", "--element", "sageoneuk"], input).assert(&format!("validate-{name}"), 1);
    }
    place.run_on(&["validate"], b"{").assert("validate-not-json-without-element", 1);
    place.run_on(&["validate"], b"{}").assert("validate-no-element-key", 2);
    place
        .run_on(&["validate"], b"{\"element\": {\"key\": \"sageonekk\"}}")
        .assert("validate-unknown-element", 2);
    place.run(&["validate", "missing.json"]).assert("validate-missing-file", 2);
}

#[test]
fn limits_are_refused_clearly() {
    let place = Place::new();
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    place.run_on(&["validate", "--element", "sageoneuk"], deep.as_bytes()).assert("validate-too-deep", 1);
    assert_eq!(place.run_on(&["validate"], deep.as_bytes()).code, Some(1));
    let mut large = b"{\"name\": \"".to_vec();
    large.resize(17 << 20, b'a');
    large.extend(b"\"}");
    place.run_on(&["validate", "--element", "sageoneuk"], &large).assert("validate-too-large", 1);
    place.put("large.json", &large);
    assert_eq!(place.run(&["validate", "--element", "sageoneuk", "large.json"]).code, Some(1));
}

/// Neither many violations nor a long line may hold anyone up.
#[test]
fn many_violations_are_cut_short() {
    let place = Place::new();
    let mut wrong = body();
    wrong["tags"] = (0..100_000).collect();
    wrong["configuration"].as_object_mut().expect("it is an object").shift_remove("signature");
    place.put("instance.json", wrong.to_string());
    let run = place.run(&["validate", "instance.json"]);
    assert_eq!(run.code, Some(1));
    for part in ["`signature`", "and 99901 more; `--format json` lists all"] {
        assert!(run.stdout.contains(part), "{part} is not in {} bytes", run.stdout.len());
    }
    assert!(run.stdout.len() < 100_000, "{} bytes", run.stdout.len());
}

#[test]
fn several_files_are_judged_together() {
    let place = Place::new();
    place.put("good.json", without(&[]));
    place.put("bad.json", without(&["signature"]));
    place.run(&["validate", "good.json", "bad.json"]).assert("validate-several", 1);
    let run = place.run(&["validate", "good.json", "bad.json", "--format", "json"]);
    let reports: Json = serde_json::from_str(&run.stdout).expect("it is JSON");
    assert_eq!((&reports[0]["valid"], &reports[1]["valid"]), (&json!(true), &json!(false)));
}
