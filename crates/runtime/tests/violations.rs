//! What is reported, and how it is said: tables of inputs and the lines expected of each.

mod common;

use common::Closed::{No, Yes};
use common::*;
use elementc_runtime::*;

#[test]
fn values() {
    let program = program(
        Yes,
        vec![
            string("text"),
            boolean("flag"),
            value("whole", accepts::INTEGER).range(Some(1.0), Some(60.0)),
            value("number", accepts::NUMBER).range(None, Some(0.5)),
            value("maybe", accepts::STRING | accepts::NULL),
            value("both", accepts::INTEGER | accepts::STRING).pattern(1, "text that matches `^a+$`"),
            value("mixed", accepts::STRING | accepts::OBJECT),
            string("url").pattern(0, "an http or https URL"),
            string("kind").one_of(&[text("polling"), text("webhook")]),
            string("hidden").one_of(&[text("alpha"), text("beta")]).secret(),
            value("level", accepts::INTEGER | accepts::STRING | accepts::NULL).one_of(&[
                Const::Number(1.0),
                text("1"),
                Const::Number(2.0),
                text(""),
                Const::Null,
            ]),
            plain("any", Expect::Any),
            plain("list", Expect::List),
            plain("tags", Expect::Strings),
            object("inner", Yes, vec![string("x/y~z")]),
        ],
    );
    let cases: &[(&str, &[&str])] = &[
        ("{}", &[]),
        (" \r\n\t{ } \n", &[]),
        (r#"{"text": "", "flag": "true", "whole": 60, "number": -1e999, "maybe": null, "both": "aa"}"#, &[]),
        (r#"{"flag": false, "whole": 1.0, "both": 7, "mixed": {"a": [{}]}, "url": "https://x"}"#, &[]),
        (r#"{"kind": "\u0070olling", "level": 1.00, "list": [1, {}], "tags": [], "inner": {}}"#, &[]),
        (r#"{"any": [{"any": 1, "any": 2}], "whole": 2e1, "level": ""}"#, &[]),
        ("[]", &["wrong-type  : the message must be an object, not an array"]),
        ("null", &["wrong-type  : the message must be an object, not null"]),
        ("1", &["wrong-type  : the message must be an object, not a number"]),
        (
            r#"{"text": 1, "flag": 1, "whole": "1", "number": null, "maybe": true}"#,
            &[
                "wrong-type /text text: `text` must be a string, not a number",
                "wrong-type /flag flag: `flag` must be true or false, not a number",
                "wrong-type /whole whole: `whole` must be an integer, not a string",
                "wrong-type /number number: `number` must be a number, not null",
                "wrong-type /maybe maybe: `maybe` must be a string or null, not a boolean",
            ],
        ),
        (
            r#"{"text": {}, "both": [], "mixed": [], "any": 1, "list": {}, "tags": "a", "inner": []}"#,
            &[
                "wrong-type /text text: `text` must be a string, not an object",
                "wrong-type /both both: `both` must be an integer or a string, not an array",
                "wrong-type /mixed mixed: `mixed` must be a string or an object, not an array",
                "wrong-type /list list: `list` must be an array, not an object",
                "wrong-type /tags tags: `tags` must be an array of strings, not a string",
                "wrong-type /inner inner: `inner` must be an object, not an array",
            ],
        ),
        (
            r#"{"whole": 1.5, "both": 1e-1, "inner": {"x/y~z": 1}}"#,
            &[
                "wrong-type /whole whole: `whole` must be an integer, not a fractional number",
                "wrong-type /both both: `both` must be an integer or a string, not a fractional number",
                "wrong-type /inner/x~1y~0z x/y~z: `x/y~z` must be a string, not a number",
            ],
        ),
        (
            r#"{"whole": 0, "number": 0.75}"#,
            &[
                "out-of-range /whole whole: `whole` must be between 1 and 60",
                "out-of-range /number number: `number` must be at most 0.5",
            ],
        ),
        (r#"{"number": 1e999}"#, &["out-of-range /number number: `number` must be at most 0.5"]),
        (
            r#"{"both": "aab", "url": "\u0068ttps:/x"}"#,
            &[
                "wrong-format /both both: `both` must be text that matches `^a+$`",
                "wrong-format /url url: `url` must be an http or https URL",
            ],
        ),
        (
            r#"{"kind": "webhooks", "hidden": "alhpa", "level": 3, "flag": "yes"}"#,
            &[
                "not-allowed /kind kind: `webhooks` is not allowed for `kind`: expected `polling` or `webhook`; \
                 did you mean `webhook`?",
                "not-allowed /hidden hidden: `hidden` has a value that is not allowed",
                "not-allowed /level level: `3` is not allowed for `level`: expected 1, 2, an empty string or null",
                "not-allowed /flag flag: `yes` is not allowed for `flag`: expected true or false",
            ],
        ),
        (
            r#"{"kind": "a value that is by far too long to be quoted", "level": 10000000000000000000000000000000000000000}"#,
            &[
                "not-allowed /kind kind: `kind` has a value that is not allowed: expected `polling` or `webhook`",
                "not-allowed /level level: `level` has a value that is not allowed: \
                 expected 1, 2, an empty string or null",
            ],
        ),
        (
            r#"{"kind": "", "text": "x"}"#,
            &[
                "not-allowed /kind kind: `kind` has a value that is not allowed: expected `polling` or `webhook`",
            ],
        ),
        (
            r#"{"kind": "a\nb"}"#,
            &[r"not-allowed /kind kind: `a\nb` is not allowed for `kind`: expected `polling` or `webhook`"],
        ),
        (
            r#"{"tags": ["a", 1, "b", [null]]}"#,
            &[
                "wrong-type /tags/1 tags: every item of `tags` must be a string, not a number",
                "wrong-type /tags/3 tags: every item of `tags` must be a string, not an array",
            ],
        ),
    ];
    check(&program, Placeholders::Allowed, cases);
}

#[test]
fn many_constants_are_counted() {
    let texts: [&str; 14] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n"];
    let constants: Vec<Const> = texts.into_iter().map(text).collect();
    let program = program(Yes, vec![string("letter").one_of(&constants)]);
    let expected = "not-allowed /letter letter: `z` is not allowed for `letter`: expected `a`, `b`, `c`, `d`, `e`, \
                    `f`, `g`, `h`, `i`, `j`, `k`, `l` or 2 others";
    check(&program, Placeholders::Allowed, &[(r#"{"letter": "z"}"#, &[expected])]);
}

#[test]
fn placeholders() {
    let fields = vec![
        string("key").secret(),
        string("url").pattern(0, "an http or https URL"),
        plain("any", Expect::Any),
        plain("tags", Expect::Strings),
        object("inner", No, vec![string("key2")]),
    ];
    let program = program(No, fields);
    let cases: &[(&str, &[&str])] = &[
        (
            r#"{"key": "< A>", "url": "https://<_>", "any": {"x": "<A>"}, "other": "<A>", "tags": ["<>", "a<b"]}"#,
            &[],
        ),
        (r#"{"key": "<A+B>", "any": ["<A>"], "inner": {"other": "<A>", "key2": "<+>"}}"#, &[]),
        (
            r#"{"key": "<<A b.c:d/e-f_9>", "url": "https://<HOST>/", "any": "x\u003cA\u003e", "tags": ["a", "<B>"]}"#,
            &[
                "placeholder /key key: `key` still holds a placeholder",
                "placeholder /url url: `url` still holds a placeholder",
                "placeholder /any any: `any` still holds a placeholder",
                "placeholder /tags/1 tags: an item of `tags` still holds a placeholder",
            ],
        ),
        (r#"{"url": "<URL>"}"#, &["wrong-format /url url: `url` must be an http or https URL"]),
        (
            r#"{"inner": {"key2": "<K>"}}"#,
            &["placeholder /inner/key2 key2: `key2` still holds a placeholder"],
        ),
    ];
    check(&program, Placeholders::Rejected, cases);
    let unchecked = br#"{"key": "<A>", "any": "<A>", "tags": ["<A>"]}"#;
    assert!(validate(&program, unchecked, Placeholders::Allowed).is_valid());
}

#[test]
fn entries() {
    let cases: &[(&str, &[&str])] = &[
        (SAMPLE, &[]),
        (
            "{}",
            &[
                "missing-entry /element element: missing required entry `element` (it holds `key`)",
                "missing-entry /providerData providerData: missing required entry `providerData` (it holds `code`, …)",
                "missing-entry /configuration configuration: missing required entry `configuration` (it holds \
                 `oauth.api.key`, `oauth.api.secret`, `oauth.callback.url`, `signature`, …)",
                "missing-entry /name name: missing required entry `name`",
            ],
        ),
        // Entries of an object that is not there, or is no object, are not missing.
        (
            r#"{"name": "n", "configuration": null, "element": {"kee": 1, "name": 2}, "providerData": {}, "names": 1}"#,
            &[
                "wrong-type /configuration configuration: `configuration` must be an object, not null",
                "unknown-entry /element/kee kee: unknown entry `kee`; did you mean `key`?",
                "unknown-entry /element/name name: unknown entry `name`; it belongs at the top level",
                "unknown-entry /names names: unknown entry `names`; did you mean `name`?",
                "missing-entry /element/key key: missing required entry `key`",
                "missing-entry /providerData/code code: missing required entry `code`",
            ],
        ),
        // The root comes first in declared order even if an inner object ends first.
        (
            r#"{"providerData": {"code": 1, "cod\u0065": "x", "unknown": 1, "unknown": 2}, "element": {"key": "test"},
                "configuration": {"signiture": "", "oauth.api.key": "", "oauth.api.keys": "", "oauth.callback.url":
                "https://x", "country": "", "zzz/~": {"a": [1, 2]}, "zzz/~": 2}, "element": 5}"#,
            &[
                "wrong-type /providerData/code code: `code` must be a string, not a number",
                "duplicate-entry /providerData/code code: `code` is given more than once",
                "unknown-entry /configuration/signiture signiture: unknown entry `signiture`; \
                 did you mean `signature`?",
                "unknown-entry /configuration/oauth.api.keys oauth.api.keys: unknown entry `oauth.api.keys`; \
                 did you mean `oauth.api.key`?",
                "unknown-entry /configuration/country country: unknown entry `country`; it belongs in `providerData`",
                "unknown-entry /configuration/zzz~1~0 zzz/~: unknown entry `zzz/~`",
                "unknown-entry /configuration/zzz~1~0 zzz/~: unknown entry `zzz/~`",
                "duplicate-entry /element element: `element` is given more than once",
                "missing-entry /name name: missing required entry `name`",
                "missing-entry /configuration/oauth.api.secret oauth.api.secret: \
                 missing required entry `oauth.api.secret`",
                "missing-entry /configuration/signature signature: missing required entry `signature`",
            ],
        ),
    ];
    check(&sample_program(), Placeholders::Allowed, cases);
}

#[test]
fn order_does_not_matter() {
    let keys: Vec<&'static str> = (0..40).map(|index| &*format!("some.entry.{index}").leak()).collect();
    let fields = |count: usize| keys.iter().take(count).map(|key| string(key).required()).collect::<Vec<_>>();
    let objects = vec![object("first", Yes, fields(40)), object("second", Yes, fields(20))];
    let program = program(Yes, objects);
    // 7 and 40 have no divisor in common: every entry once, in another order.
    let members =
        (0..40).map(|step| format!("\"{}\": \"\"", keys[step * 7 % 40])).collect::<Vec<_>>().join(", ");
    let members = members.replace("some.entry.39", "some\\u002eentry.39");
    let input = format!("{{\"second\": {{{members}}}, \"first\": {{{members}, \"some.entry.7\": 1}}}}");
    let report = validate(&program, input.as_bytes(), Placeholders::Allowed);
    let mut expected: Vec<String> = (0..40)
        .map(|step| step * 7 % 40)
        .filter(|&index| index >= 20)
        .map(|index| format!("unknown-entry /second/some.entry.{index}"))
        .collect();
    expected.push("duplicate-entry /first/some.entry.7".to_owned());
    let found = report.violations.iter().map(|violation| format!("{} {}", violation.code, violation.pointer));
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

#[test]
fn offsets_and_summary() {
    let input = r#" {"name": 1, "x": 2, "name": "", "element": {"key": "test"}, "providerData": {}} "#;
    let report = validate(&sample_program(), input.as_bytes(), Placeholders::Allowed);
    let found: Vec<(Code, &str)> = report
        .violations
        .iter()
        .map(|violation| (violation.code, input[violation.offset..].split(' ').next().unwrap_or_default()))
        .collect();
    let expected = [
        (Code::WrongType, "1,"),
        (Code::UnknownEntry, "\"x\":"),
        (Code::DuplicateEntry, "\"name\":"),
        (Code::MissingEntry, "{\"name\":"),
        (Code::MissingEntry, "{}}"),
    ];
    assert_eq!(found, expected);
    assert_eq!(report.missing().collect::<Vec<_>>(), ["configuration", "code"]);
    assert_eq!(report.summary().as_deref(), Some("missing required entries: `configuration`, `code`"));

    let one = validate(&program(No, vec![string("x").required()]), b"{}", Placeholders::Allowed);
    assert_eq!(one.summary().as_deref(), Some("missing required entry: `x`"));
    let none = validate(&program(No, vec![string("x")]), b"{}", Placeholders::Allowed);
    assert_eq!(none.summary(), None);
    assert_eq!(none.to_json(), "{\n  \"valid\": true,\n  \"violations\": []\n}");
    assert_eq!(
        one.to_json(),
        "{\n  \"valid\": false,\n  \"violations\": [\n    {\n      \"code\": \"missing-entry\",\n      \"pointer\": \
         \"/x\",\n      \"entry\": \"x\",\n      \"message\": \"missing required entry `x`\"\n    }\n  ]\n}"
    );
}

#[test]
fn every_code_has_a_name_of_its_own() {
    let mut names: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Code::ALL.len());
    assert_eq!(format!("{:>8}", Code::OneOf), "  one-of");
}
