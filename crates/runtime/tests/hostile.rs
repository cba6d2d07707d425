//! Bytes that nobody would send but by mistake or on purpose: the right verdict, no panic, and
//! every violation in words. How long hostile input takes is measured in the benches. To go on for as
//! long as a variable says:
//!
//! ```sh
//! ELEMENTC_FUZZ_SECONDS=600 cargo test --release -p elementc-runtime --test hostile arbitrary
//! ```

mod common;

use common::*;
use elementc_runtime::*;
use std::time::{Duration, Instant};

/// The verdict as its codes.
fn codes(input: &[u8]) -> Vec<Code> {
    let report = validate(&sample_program(), input, Placeholders::Allowed);
    report.violations.iter().map(|violation| violation.code).collect()
}

fn sized(size: usize) -> Vec<u8> {
    let mut input = b"{\"name\": \"".to_vec();
    input.resize(size - 2, b'x');
    input.extend_from_slice(b"\"}");
    input
}

#[test]
fn verdicts() {
    let missing = [Code::MissingEntry; 4];
    let nested = |depth: usize| format!("{{\"x\":{}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    let cases: Vec<(&str, Vec<u8>, Vec<Code>)> = vec![
        ("nothing", b"".to_vec(), vec![Code::NotJson]),
        ("a NUL", b"\0".to_vec(), vec![Code::NotJson]),
        ("NULs", vec![0; 4096], vec![Code::NotJson]),
        ("NULs between members", b"{\"name\":\"\"\0\0\0\0\0\0\0\0\"x\":1}".to_vec(), vec![Code::NotJson]),
        ("a NUL in a key", b"{\"na\0me\": 1}".to_vec(), vec![Code::NotJson]),
        ("a byte order mark", b"\xEF\xBB\xBF{}".to_vec(), vec![Code::NotJson]),
        ("UTF-16", "{}".encode_utf16().flat_map(u16::to_le_bytes).collect(), vec![Code::NotJson]),
        ("a lone high surrogate", br#"{"name": "\ud800"}"#.to_vec(), vec![Code::NotJson]),
        ("a lone low surrogate", br#"{"name": "\udc00"}"#.to_vec(), vec![Code::NotJson]),
        ("a lone surrogate in a key", br#"{"nam\udfff": 1}"#.to_vec(), vec![Code::NotJson]),
        ("surrogates in UTF-8", b"{\"name\": \"\xED\xA0\x80\"}".to_vec(), vec![Code::NotJson]),
        ("an overlong form", b"{\"name\": \"\xC0\xAF\"}".to_vec(), vec![Code::NotJson]),
        ("beyond Unicode", b"{\"name\": \"\xF4\x90\x80\x80\"}".to_vec(), vec![Code::NotJson]),
        ("half a letter at the end", b"{\"name\": \"\xC3\"}".to_vec(), vec![Code::NotJson]),
        ("two documents", b"{}{}".to_vec(), vec![Code::NotJson]),
        ("NaN", b"{\"x\": NaN}".to_vec(), vec![Code::NotJson]),
        ("1e999 unknown", b"{\"x\": 1e999}".to_vec(), [&[Code::UnknownEntry][..], &missing].concat()),
        (
            "a name given twice",
            br#"{"name": "a", "name": "b"}"#.to_vec(),
            [&[Code::DuplicateEntry][..], &missing[1..]].concat(),
        ),
        (
            "names that differ by escapes",
            br#"{"name": "a", "n\u0061me": "b", "\u006e\u0061\u006d\u0065": "c"}"#.to_vec(),
            [&[Code::DuplicateEntry; 2][..], &missing[1..]].concat(),
        ),
        ("128 levels", nested(128).into(), [&[Code::UnknownEntry][..], &missing].concat()),
        ("129 levels", nested(129).into(), vec![Code::TooDeep]),
        ("10,000 levels", nested(10_000).into(), vec![Code::TooDeep]),
        ("10,000 objects", "{\"configuration\":".repeat(10_000).into(), vec![Code::TooDeep]),
        ("16 MiB", sized(MAX_BYTES), missing[1..].to_vec()),
        ("16 MiB and a byte", sized(MAX_BYTES + 1), vec![Code::TooLarge]),
        ("17 MiB", sized(17 * 1024 * 1024), vec![Code::TooLarge]),
    ];
    for (name, input, expected) in cases {
        assert_eq!(codes(&input), expected, "{name}");
    }
}

/// Arbitrary bytes, and the sample with arbitrary bytes in it: no panic, what is no JSON for
/// `serde_json` is none here, and every violation can be rendered.
#[test]
fn arbitrary_bytes() {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % bound
    };
    let program = sample_program();
    let mut validator = Validator::new(&program, Placeholders::Rejected);
    let seconds = std::env::var("ELEMENTC_FUZZ_SECONDS").map_or(0, |text| text.parse().expect("a number"));
    let (start, limit) = (Instant::now(), Duration::from_secs(seconds));
    let (mut json, mut accepted) = (0, 0);
    for round in (0_u64..).take_while(|round| *round < 20_000 || start.elapsed() < limit) {
        let mut input: Vec<u8> = match round % 4 {
            0 => (0..next(64)).map(|_| next(256) as u8).collect(),
            _ => SAMPLE.as_bytes().to_vec(),
        };
        // Whole spans are moved about, so that what remains is often JSON.
        for _ in 0..next(4) {
            let (from, to) = (next(input.len() + 1), next(input.len() + 1));
            let span = input[from.min(to)..from.max(to).min(from.min(to) + 24)].to_vec();
            let place = next(input.len() + 1);
            match next(3) {
                0 => drop(input.splice(place..place, span)),
                1 => drop(input.splice(from.min(to)..from.min(to) + span.len(), [])),
                _ if input.is_empty() => {}
                _ => input[place.saturating_sub(1)] = next(256) as u8,
            }
        }
        let findings = validator.validate(&input);
        let refused = findings.iter().any(|finding| finding.code() == Code::NotJson);
        let parsed = match serde_json::from_slice::<serde_json::Value>(&input) {
            Err(error) => error.to_string().starts_with("number out of range"),
            Ok(_) => true,
        };
        let shown = String::from_utf8_lossy(&input).into_owned();
        assert_eq!(!refused, parsed, "{shown}");
        let mut text = String::new();
        findings.write_json(&mut text);
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{shown}: {text}");
        json += usize::from(parsed);
        accepted += usize::from(findings.is_valid());
    }
    assert!(json > 4_000, "only {json} inputs were JSON: the test hardly tests what comes after");
    assert_eq!(accepted, 0, "the sample holds placeholders");
}
