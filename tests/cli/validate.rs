//! `elementc validate`.

use crate::run::Place;
use proptest::prelude::*;
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

/// What a missing object lacks takes no second run.
#[test]
fn what_is_missing_below_a_missing_object_is_named_too() {
    let place = Place::new();
    let intacct = json!({ "element": { "key": "intacct" } });
    place.put("instance.json", format!("{intacct:#}\n"));
    place.run(&["validate", "instance.json"]).assert("validate-missing-object", 1);
    place.put("empty.json", "{}");
    place.run(&["validate", "--element", "sageoneuk", "empty.json"]).assert("validate-missing-objects", 1);
}

#[test]
fn a_byte_order_mark_is_framed_alone() {
    let place = Place::new();
    place.put("instance.json", format!("\u{feff}{}", body()));
    place.run(&["validate", "instance.json"]).assert("validate-byte-order-mark", 1);
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
    let lines = format!("{wrong}\n{}", &wrong.to_string()[..300]);
    place.put("instances.ndjson", lines);
    for format in ["human", "json", "jsonl"] {
        let run = place.run(&["validate", "instance.json", "instances.ndjson", "--format", format]);
        assert_eq!(run.code, Some(1));
        let alone = place.run(&["validate", "instance.json", "--format", format]);
        for secret in ["erySecret", "P7q7W91a"] {
            let text = run.text() + &alone.text();
            assert!(!text.contains(secret), "{format}: {text}");
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
    let lines = format!("{}\n", serde_json::json!({"element": {"key": "sagelive"}})).repeat(2);
    place.run_on(&["validate"], lines.as_bytes()).assert("validate-lines-unasked", 1);
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

/// A directory with messages of several elements, some of which are not as they should be.
fn mixed(place: &Place) {
    place.put("bodies/b/uk.json", without(&[]));
    place.put("bodies/b/uk-missing.json", without(&["signature"]));
    place.put("bodies/a/live.json", place.run(&["sample", "sagelive"]).stdout);
    place.put("bodies/a/unknown.json", "{\"element\": {\"key\": \"sageoneku\"}}");
    place.put("bodies/broken.json", "{\"element\": ");
    place.put("bodies/none.json", "{}");
    place.put("bodies/lines.ndjson", lines());
    place.put("bodies/README.md", "no message");
    place.put("bodies/.hidden/uk.json", "no message");
}

/// Messages in lines: valid, missing an entry, blank, broken, unknown element, valid with CR LF.
fn lines() -> String {
    let compact = |entries: &[&str]| {
        let body: Json = serde_json::from_str(&without(entries)).expect("it is JSON");
        body.to_string()
    };
    let broken = "{\"element\": {\"key\": \"sageoneuk\"}, \"configuration\": {\"signature\": alsoVerySecret";
    let unknown = "{\"element\": {\"key\": \"sageoneku\"}}";
    let missing = compact(&["signature", "oauth.api.key"]);
    format!("{}\n{missing}\n \n{broken}\n{unknown}\n{}\r\n", compact(&[]), compact(&[]))
}

#[test]
fn directories_are_walked_in_the_order_of_names() {
    let place = Place::new();
    mixed(&place);
    place.run(&["validate", "bodies"]).assert("validate-directory", 2);
    place.run(&["validate", "bodies", "--format", "jsonl"]).assert("validate-directory-jsonl", 2);
    let run = place.run(&["validate", "bodies", "--format", "json"]);
    let list: Json = serde_json::from_str(&run.stdout).expect("it is JSON");
    let files: Vec<&str> =
        list.as_array().expect("a list").iter().filter_map(|one| one["file"].as_str()).collect();
    assert_eq!(files[..2], ["bodies/a/live.json", "bodies/a/unknown.json"]);
    assert_eq!(files.len(), 11, "{files:?}");
    place.put("empty/README.md", "no message");
    place.run(&["validate", "empty"]).assert("validate-empty-directory", 2);
}

/// A link that leads nowhere is not passed over in silence.
#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_not_judged() {
    let place = Place::new();
    place.put("bodies/good.json", without(&[]));
    std::os::unix::fs::symlink("nowhere", place.path("bodies/lost.json")).expect("a link can be made");
    place.run(&["validate", "bodies"]).assert("validate-lost-link", 2);
}

/// `docs/formats.md` names every member of what is for programs.
#[test]
fn the_documents_are_described() {
    fn undescribed(json: &Json, page: &str) -> Vec<String> {
        match json {
            Json::Object(members) => {
                let here = members.keys().filter(|name| !page.contains(&format!("`{name}`"))).cloned();
                here.chain(members.values().flat_map(|value| undescribed(value, page))).collect()
            }
            Json::Array(items) => items.iter().flat_map(|item| undescribed(item, page)).collect(),
            _ => Vec::new(),
        }
    }
    let place = Place::new();
    mixed(&place);
    let run = place.run(&["validate", "bodies", "--format", "jsonl"]);
    let page = std::fs::read_to_string(crate::support::root("docs/formats.md")).expect("it is there");
    let (_, page) = page.split_once("## Verdicts").expect("they are described");
    for line in run.stdout.lines() {
        let document: Json = serde_json::from_str(line).expect("it is JSON");
        assert_eq!(undescribed(&document, page), Vec::<String>::new());
    }
}

#[test]
fn each_line_may_be_a_message() {
    let place = Place::new();
    let run = place.run_on(&["validate", "--lines"], lines().as_bytes());
    run.assert("validate-lines", 2);
    assert!(!run.text().contains("erySecret"), "{}", run.text());
    let run = place.run_on(&["validate", "--lines", "--format", "jsonl"], lines().as_bytes());
    run.assert("validate-lines-jsonl", 2);
    assert!(!run.text().contains("erySecret"), "{}", run.text());
    // One document that is broken into lines stays one.
    place.run_on(&["validate"], without(&[]).as_bytes()).assert("validate-pretty-stdin", 0);
    let list = |input: &str| {
        let run = place.run_on(&["validate", "--lines", "--format", "json"], input.as_bytes());
        let list: Json = serde_json::from_str(&run.stdout).expect("it is JSON");
        (list.as_array().expect("a list").len(), run.code)
    };
    assert_eq!((list(""), list(" \n\n")), ((0, Some(0)), (0, Some(0))));
    assert_eq!((list("1"), list(&lines())), ((1, Some(2)), (5, Some(2))));
    let queries = ["validate", "--lines", "--element", "sagelive", "--message", "oauth-callback"];
    place.run_on(&queries, b"?code=abc&state=x\n?state=x\n").assert("validate-lines-queries", 1);
}

#[test]
fn one_message_that_cannot_be_judged_does_not_stop_the_others() {
    let place = Place::new();
    place.put("good.json", without(&[]));
    place.put("unknown.json", "{\"element\": \"sageoneku\"}");
    place.put("bad.json", without(&["signature"]));
    let files = ["validate", "unknown.json", "good.json", "missing.json", "missing.ndjson", "bad.json"];
    place.run(&files).assert("validate-some-not-judged", 2);
    // A key is any text: neither a terminal nor a log need suffer.
    let hostile = format!("{{\"element\": {{\"key\": \"\\u001b[2J{}\"}}}}", "x".repeat(100_000));
    place.run_on(&["validate"], hostile.as_bytes()).assert("validate-hostile-key", 2);
    // What is asked for by hand is no finding of a file.
    place
        .run(&["validate", "good.json", "bad.json", "--element", "sageoneku"])
        .assert("validate-no-such-element", 2);
    place
        .run(&["validate", "good.json", "bad.json", "--element", "sageoneuk", "--message", "create-instanse"])
        .assert("validate-no-such-message", 2);
}

#[test]
fn of_many_messages_some_are_shown_and_all_are_counted() {
    let place = Place::new();
    let all: String = (0..20_000)
        .map(|n| match n % 3 {
            0 => "{\"element\": {\"key\": \"sageoneuk\"}}\n".to_owned(),
            1 => format!("{{\"element\": {{\"key\": \"sagelive\"}}, \"unknown{}\": 1}}\n", n % 50),
            _ => "no JSON\n".to_owned(),
        })
        .collect();
    let run = place.run_on(&["validate", "--lines"], all.as_bytes());
    assert_eq!(run.code, Some(1));
    assert!(run.stdout.len() < 30_000, "{} bytes", run.stdout.len());
    let tail: Vec<&str> = run.stdout.lines().skip_while(|line| !line.starts_with("and ")).collect();
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "snapshots" }, {
        insta::assert_snapshot!("validate-many-lines", tail.join("\n"));
    });
}

/// Names of unknown entries without number hide nothing else.
#[test]
fn unknown_entries_without_number_are_counted_together() {
    let place = Place::new();
    let unknown = |n: usize| format!("\"x{n}\": 1");
    let one = |from: usize| {
        let all: Vec<String> = (from..from + 500).map(unknown).collect();
        format!("{{\"element\": {{\"key\": \"sageoneuk\"}}, {}}}\n", all.join(", "))
    };
    let input: String = (0..25).map(|n| one(n * 500)).collect();
    let input = format!("{input}{{\"element\": {{\"key\": \"sageoneuk\"}}, \"name\": 1}}\n");
    let run = place.run_on(&["validate", "--lines", "--format", "jsonl"], input.as_bytes());
    let last = run.stdout.lines().last().expect("the last line is the summary");
    let summary: Json = serde_json::from_str(last).expect("it is JSON");
    let kinds = summary["summary"]["violations"].as_array().expect("a list");
    let count = |code: &str, entry: &str| kinds.iter().find(|k| k["code"] == code && k["entry"] == entry);
    assert_eq!(count("unknown-entry", "…").expect("further ones")["count"], 2500);
    assert_eq!(count("wrong-type", "name").expect("it is told apart")["count"], 1);
}

/// A line that is longer than any message is one violation, and the next line a message again.
#[test]
fn a_line_that_is_too_long_is_one_violation() {
    let place = Place::new();
    let mut input = vec![b'a'; 17 << 20];
    input.extend(format!("\n{}", lines()).bytes());
    let run = place.run_on(&["validate", "--lines", "--format", "jsonl"], &input);
    let lines: Vec<Json> = run.stdout.lines().map(|l| serde_json::from_str(l).expect("it is JSON")).collect();
    assert_eq!(lines[0]["violations"][0]["code"], "too-large");
    assert_eq!((&lines[1]["line"], &lines[1]["valid"]), (&json!(2), &json!(true)));
    assert_eq!(lines.len(), 7);
}

/// The samples of some elements, changed in a way that may matter.
fn message() -> impl Strategy<Value = String> {
    let changes = ["", "element", "configuration", "name", "tags", "more"];
    let element = prop::sample::select(vec!["sageoneuk", "sageoneus", "sagelive", "sagecrm", "sageoneku"]);
    let value = prop::sample::select(vec![json!(null), json!(1), json!("x"), json!({}), json!(["x"])]);
    let cut = prop::option::weighted(0.2, 0..200_usize);
    (element, prop::sample::select(changes.to_vec()), value, cut).prop_map(|(element, change, value, cut)| {
        let mut body = body();
        body["element"]["key"] = json!(element);
        if !change.is_empty() {
            body[change] = value;
        }
        let mut text = body.to_string();
        text.truncate(cut.unwrap_or(text.len()).max(1));
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    /// A message has one verdict: as a line, as a file, on one core or on several.
    #[test]
    fn lines_are_judged_as_files_are(messages in prop::collection::vec(message(), 1..40)) {
        let place = Place::new();
        for (at, message) in messages.iter().enumerate() {
            place.put(&format!("files/{at:03}.json"), message);
        }
        place.put("all.ndjson", messages.join("\n"));
        let judge = |threads: &str, input: &str| {
            let mut command = place.command(&["validate", input, "--format", "jsonl"]);
            let output = command.env("RAYON_NUM_THREADS", threads).output().expect("it can be started");
            (String::from_utf8(output.stdout).expect("it prints UTF-8"), output.status.code())
        };
        let verdicts = |text: &str| -> Vec<Json> {
            let documents = text.lines().map(|line| serde_json::from_str(line).expect("it is JSON"));
            documents.map(|mut document: Json| {
                let members = document.as_object_mut().expect("it is an object");
                members.shift_remove("file");
                members.shift_remove("line");
                // Of a line the message does not say that it is the first.
                serde_json::from_str(&document.to_string().replace(" at line 1, column ", " at column ")).expect("still")
            }).collect()
        };
        let lines = judge("4", "all.ndjson");
        let files = judge("4", "files");
        prop_assert_eq!(verdicts(&lines.0).len(), messages.len() + 1);
        prop_assert_eq!(verdicts(&lines.0), verdicts(&files.0));
        prop_assert_eq!(lines.1, files.1);
        prop_assert_eq!(judge("1", "all.ndjson"), lines);
        prop_assert_eq!(judge("1", "files"), files);
    }
}
