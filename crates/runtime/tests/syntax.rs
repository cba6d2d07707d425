//! Syntax: what is JSON and what is not, limits, and input that is broken at every place.

mod common;

use common::Closed::{No, Yes};
use common::*;
use elementc_runtime::*;

/// The only violation of an input that cannot be read, as `code offset: message`.
fn refusal(input: &[u8]) -> Option<String> {
    let report = validate(&sample_program(), input, Placeholders::Allowed);
    let first = report.violations.first()?;
    let refused = matches!(first.code, Code::NotJson | Code::TooDeep | Code::TooLarge);
    if refused {
        assert_eq!(report.violations.len(), 1, "a refusal comes alone");
        assert_eq!((first.pointer.as_str(), first.entry.as_str()), ("", ""));
    }
    refused.then(|| format!("{} {}: {}", first.code, first.offset, first.message))
}

#[test]
fn places_of_syntax_errors() {
    let cases: &[(&[u8], &str)] = &[
        (b"", "not-json 0: not JSON: expected a value at line 1, column 1, where the input ends"),
        (b"  \n ", "not-json 4: not JSON: expected a value at line 2, column 2, where the input ends"),
        (b"{} x", "not-json 3: not JSON: expected nothing more at line 1, column 4"),
        (b"\xEF\xBB\xBF{}", "not-json 0: not JSON: expected no byte order mark at line 1, column 1"),
        (b"{\"a\" 1}", "not-json 5: not JSON: expected `:` at line 1, column 6"),
        (b"{a:1}", "not-json 1: not JSON: expected a key in double quotes or `}` at line 1, column 2"),
        (b"{\"a\":1,}", "not-json 7: not JSON: expected a key in double quotes at line 1, column 8"),
        (b"{\"a\":1 \"b\"}", "not-json 7: not JSON: expected `,` or `}` at line 1, column 8"),
        (b"[1,]", "not-json 3: not JSON: expected a value at line 1, column 4"),
        (b"[1 2]", "not-json 3: not JSON: expected `,` or `]` at line 1, column 4"),
        (b"[\n1,\n  tru\n]", "not-json 7: not JSON: expected a value at line 3, column 3"),
        (b"[-]", "not-json 2: not JSON: expected a digit at line 1, column 3"),
        (b"[01]", "not-json 2: not JSON: expected `,` or `]` at line 1, column 3"),
        (b"[1.]", "not-json 3: not JSON: expected a digit at line 1, column 4"),
        (b"[1e+]", "not-json 4: not JSON: expected a digit at line 1, column 5"),
        (b"[\"\xC3\xA9\" x]", "not-json 6: not JSON: expected `,` or `]` at line 1, column 6"),
        (
            b"[\"abc",
            "not-json 5: not JSON: expected `\"` to end the string at line 1, column 6, where the input ends",
        ),
        (
            b"[\"a\tb\"]",
            "not-json 3: not JSON: expected an escape in place of a control character at line 1, column 4",
        ),
        (
            b"[\"a\0b\"]",
            "not-json 3: not JSON: expected an escape in place of a control character at line 1, column 4",
        ),
        (b"{}\0", "not-json 2: not JSON: expected nothing more at line 1, column 3"),
        (b"[\"ab\xFFc\"]", "not-json 4: not JSON: expected valid UTF-8 at line 1, column 5"),
        (b"[\"\xC0\x80\"]", "not-json 2: not JSON: expected valid UTF-8 at line 1, column 3"),
        (b"[\"\xED\xA0\x80\"]", "not-json 2: not JSON: expected valid UTF-8 at line 1, column 3"),
        (b"[\"\\x\"]", "not-json 3: not JSON: expected one of `\"\\/bfnrtu` after `\\` at line 1, column 4"),
        (
            b"[\"\\u12g4\"]",
            "not-json 4: not JSON: expected four hexadecimal digits after `\\u` at line 1, column 5",
        ),
        (
            b"[\"\\u+123\"]",
            "not-json 4: not JSON: expected four hexadecimal digits after `\\u` at line 1, column 5",
        ),
        (b"[\"\\ud800\"]", "not-json 2: not JSON: expected a surrogate pair at line 1, column 3"),
        (b"[\"\\ud800\\n\"]", "not-json 2: not JSON: expected a surrogate pair at line 1, column 3"),
        (b"[\"\\ud800\\u0041\"]", "not-json 2: not JSON: expected a surrogate pair at line 1, column 3"),
        (b"[\"\\udc00\"]", "not-json 2: not JSON: expected a surrogate pair at line 1, column 3"),
        (b"[\"\\ud83d\\ude00\", 1e999, -0.0E-0]", ""),
    ];
    for (input, expected) in cases {
        let found = refusal(input).unwrap_or_default();
        assert_eq!(found, *expected, "{}", String::from_utf8_lossy(input));
    }
}

#[test]
fn limits() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(refusal(nested(128).as_bytes()), None);
    let deep = Some("too-deep 128: nested deeper than 128 levels at line 1, column 129".to_owned());
    assert_eq!(refusal(nested(129).as_bytes()), deep);
    assert_eq!(refusal("[".repeat(10_000).as_bytes()), deep);
    let objects = "{\"a\":".repeat(10_000);
    assert_eq!(refusal(objects.as_bytes()).as_deref().map(|line| &line[..13]), Some("too-deep 640:"));

    let padded = |size: usize| [b"{}".as_slice(), &vec![b' '; size - 2]].concat();
    let open = program(No, vec![]);
    assert!(validate(&open, &padded(MAX_BYTES), Placeholders::Allowed).is_valid());
    let large = Some("too-large 0: the input is larger than 16 MiB".to_owned());
    assert_eq!(refusal(&padded(MAX_BYTES + 1)), large);
    assert_eq!(refusal(&vec![0; 17 * 1024 * 1024]), large);
}

#[test]
fn keys_are_compared_decoded() {
    let odd =
        ["a", "a\"b", "back\\slash", "tab\t", "é", "😀", "a longer key of \"more\" than sixteen bytes", ""];
    let program = program(Yes, odd.into_iter().map(string).collect());
    for key in odd {
        let plain = serde_json::to_string(key).expect("a string");
        let units = key.encode_utf16().map(|unit| format!("\\u{unit:04X}")).collect::<String>();
        for written in [plain.clone(), format!("\"{units}\"")] {
            let once = validate(&program, format!("{{{written}: \"\"}}").as_bytes(), Placeholders::Allowed);
            assert!(once.is_valid(), "{written}: {once:?}");
            let twice = format!("{{{plain}: \"\", {written}: \"\"}}");
            let twice = validate(&program, twice.as_bytes(), Placeholders::Allowed);
            let codes: Vec<Code> = twice.violations.iter().map(|violation| violation.code).collect();
            assert_eq!(codes, [Code::DuplicateEntry], "{written}");
        }
    }
    // Raw bytes of a key that needs escapes are not that key.
    for input in [r#"{"a"b": ""}"#, "{\"tab\t\": \"\"}", r#"{"back\slash": ""}"#] {
        assert_eq!(
            validate(&program, input.as_bytes(), Placeholders::Allowed)
                .violations
                .first()
                .map(|first| first.code),
            Some(Code::NotJson),
            "{input}"
        );
    }
}

#[test]
fn truncated_anywhere() {
    let complete = SAMPLE.trim_end().len();
    for end in 0..SAMPLE.len() {
        let refused = refusal(&SAMPLE.as_bytes()[..end]);
        assert_eq!(refused.is_some(), end < complete, "truncated at {end}: {refused:?}");
    }
}

/// The syntax verdict of `serde_json`, which agrees with RFC 8259 on what fits into its limits.
fn reference(input: &[u8]) -> bool {
    match serde_json::from_slice::<serde_json::Value>(input) {
        Ok(_) => true,
        // It refuses numbers that do not fit, which the grammar allows.
        Err(error) => error.to_string().starts_with("number out of range"),
    }
}

#[test]
fn every_corruption_of_one_byte() {
    let program = sample_program();
    let mut input = SAMPLE.as_bytes().to_vec();
    for at in 0..input.len() {
        let was = input[at];
        for byte in 0..=255 {
            input[at] = byte;
            let found = refusal_of(&program, &input);
            assert_eq!(!found, reference(&input), "byte {at} set to {byte:#04x}");
        }
        input[at] = was;
    }
}

#[test]
fn every_byte_too_many_or_too_few() {
    let program = sample_program();
    let mut input = SAMPLE.as_bytes().to_vec();
    for at in 0..input.len() {
        for byte in *b"\"\\{}[],: \n0-.eu\x80\0" {
            input.insert(at, byte);
            assert_eq!(!refusal_of(&program, &input), reference(&input), "{byte:#04x} inserted at {at}");
            input.remove(at);
        }
        let removed = input.remove(at);
        assert_eq!(!refusal_of(&program, &input), reference(&input), "byte {at} removed");
        input.insert(at, removed);
    }
}

fn refusal_of(program: &Program, input: &[u8]) -> bool {
    let report = validate(program, input, Placeholders::Rejected);
    report.violations.first().is_some_and(|violation| violation.code == Code::NotJson)
}

#[test]
fn random_fragments_agree_with_the_reference() {
    // A small linear congruential generator: the same inputs in every run.
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % bound
    };
    let parts: [&[u8]; 30] = [
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\"",
        b"\\",
        b" ",
        b"\n",
        b"\"name\"",
        b"\"a\"",
        b"\"tags\"",
        b"1",
        b"-",
        b"0",
        b".5",
        b"e3",
        b"true",
        b"null",
        b"\\u00e9",
        b"\\ud83d\\ude00",
        b"\\ud83d",
        "é".as_bytes(),
        b"\x80",
        b"some longer plain text",
        b"\"x\":\"y\"",
        b"[1,2]",
        b"{\"k\":0}",
        b"\0",
    ];
    let program = sample_program();
    for _ in 0..60_000 {
        let mut input = Vec::new();
        let (before, after) = [("", ""), ("[", "]"), ("{\"a\":", "}"), ("[\"", "\"]")][next(4)];
        input.extend_from_slice(before.as_bytes());
        for _ in 0..next(7) {
            input.extend_from_slice(parts[next(parts.len())]);
        }
        input.extend_from_slice(after.as_bytes());
        let text = String::from_utf8_lossy(&input).into_owned();
        assert_eq!(!refusal_of(&program, &input), reference(&input), "{text}");
    }
}

#[test]
fn nonsense_takes_no_quadratic_time() {
    let entry = |index: usize| format!("\"{}{index}\": {index}", "configuration".repeat(3));
    let many: Vec<String> = (0..100_000).map(entry).collect();
    let input = format!("{{{}}}", many.join(","));
    let names = ["configurationconfigurationconfigurat", "configurationconfigurationconfigurationx"];
    let program = program(Yes, names.into_iter().map(string).collect());
    let report = validate(&program, input.as_bytes(), Placeholders::Allowed);
    assert_eq!(report.violations.len(), 100_000);
    let suggestions = report.violations.iter().filter(|violation| violation.message.contains("did you mean"));
    assert_eq!(suggestions.count(), 64);

    let long = format!("{{\"{}\": 1}}", "x\\n".repeat(1_000_000));
    let report = validate(&program, long.as_bytes(), Placeholders::Allowed);
    let message = report.violations.first().map(|violation| violation.message.len());
    assert!(message.is_some_and(|length| length < 300), "a long key is cut in messages: {message:?}");
}

#[test]
fn programs_may_be_large_or_empty() {
    let keys: Vec<&'static str> = (0..1000).map(|index| &*format!("entry{index}").leak()).collect();
    let large = program(Yes, keys.iter().map(|key| string(key).required()).collect());
    let member = |key: &&str| format!("\"{key}\":\"\"");
    let reversed = format!("{{{}}}", keys.iter().rev().map(member).collect::<Vec<_>>().join(","));
    assert!(validate(&large, reversed.as_bytes(), Placeholders::Allowed).is_valid());
    assert_eq!(validate(&large, b"{}", Placeholders::Allowed).violations.len(), 1000);

    let mut nothing = program(Yes, vec![]);
    nothing.objects = std::borrow::Cow::Borrowed(&[]);
    assert!(validate(&nothing, b" [1] ", Placeholders::Allowed).is_valid());
}
