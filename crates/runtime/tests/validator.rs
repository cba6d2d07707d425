//! A validator that is used again: it says what `validate` says, and allocates nothing for messages
//! that are valid.

mod common;

use common::*;
use elementc_runtime::*;

/// Inputs of all kinds: valid, violated, no JSON.
fn inputs() -> Vec<Vec<u8>> {
    let mut inputs: Vec<Vec<u8>> = [
        SAMPLE,
        "{}",
        "[]",
        "",
        "{\"name\": \"n\"",
        "\u{feff}{}",
        r#"{"configuration": {"signiture": 1, "a\"b\\/~": 2, "event.vendor.type": "webhooks"}, "tags": ["a", 1]}"#,
        r#"{"element": {"key": "test"}, "element": 1, "providerData": {"code": "<A>", "\u0063ode": "x"}}"#,
        r#"{"configuration": {"event.notification.enabled": "true", "event.poller.refresh_interval": 61.5}}"#,
        r#"{"configuration": {"event.poller.refresh_interval": 61, "oauth.callback.url": "ftp:"}, "name": null}"#,
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    let compact: serde_json::Value = serde_json::from_str(SAMPLE).expect("the sample is JSON");
    inputs.push(compact.to_string().into_bytes());
    // Every truncation of the sample: whatever a run leaves behind, the next one starts anew.
    inputs.extend((0..SAMPLE.len()).step_by(7).map(|end| SAMPLE.as_bytes()[..end].to_vec()));
    inputs
}

#[test]
fn says_what_validate_says() {
    let program = sample_program();
    for placeholders in [Placeholders::Allowed, Placeholders::Rejected] {
        let mut validator = Validator::new(&program, placeholders);
        let mut json = String::new();
        for input in inputs() {
            let report = validate(&program, &input, placeholders);
            let findings = validator.validate(&input);
            let shown = String::from_utf8_lossy(&input);
            assert_eq!(findings.is_valid(), report.is_valid(), "{shown}");
            assert_eq!(findings.to_report(), report, "{shown}");
            json.clear();
            findings.write_json(&mut json);
            assert_eq!(json, report.to_json(), "{shown}");
            assert_eq!(findings.iter().len(), report.violations.len(), "{shown}");
            for (finding, violation) in findings.iter().zip(&report.violations) {
                let found = (finding.code(), finding.offset(), finding.pointer(), finding.to_string());
                let Violation { code, offset, pointer, message, .. } = violation;
                assert_eq!(found, (*code, *offset, pointer.clone(), message.clone()), "{shown}");
                assert_eq!(finding.entry(), violation.entry, "{shown}");
            }
        }
    }
}

#[test]
fn valid_messages_allocate_nothing() {
    let program = sample_program();
    let mut validator = Validator::new(&program, Placeholders::Allowed);
    let reversed = r#"{"name": "n\u00e9", "tags": ["é"], "configuration": {"signature": "s", "filter": "",
        "oauth.callback.url": "https://x", "oauth.api.secret": "s", "oauth.api.key": "k"},
        "providerData": {"c\u006fde": "c"}, "element": {"key": "t\u0065st"}}"#;
    for input in [SAMPLE, reversed] {
        let report = validator.validate(input.as_bytes()).to_report();
        assert_eq!(report.violations, [], "{input}");
        let used_again = allocation_counter::measure(|| {
            assert!(validator.validate(input.as_bytes()).is_valid());
        });
        assert_eq!(used_again.count_total, 0, "a validator allocates for {input}");
        let at_once = allocation_counter::measure(|| {
            assert!(validate(&program, input.as_bytes(), Placeholders::Allowed).is_valid());
        });
        assert_eq!(at_once.count_total, 0, "`validate` allocates for {input}");
    }
}

/// Once it has seen as many violations, a validator allocates nothing for invalid messages either.
#[test]
fn violations_are_kept_in_the_same_memory() {
    let program = sample_program();
    let mut validator = Validator::new(&program, Placeholders::Allowed);
    let mut json = String::new();
    let mut reject = |input: &str| {
        let findings = validator.validate(input.as_bytes());
        json.clear();
        findings.write_json(&mut json);
        findings.is_valid()
    };
    let (many, few) =
        (r#"{"configuration": {"signature": 1, "name": 2}}"#, r#"{"configuration": {"filter": 1}}"#);
    assert!(!reject(many) && !reject(few));
    let again = allocation_counter::measure(|| assert!(!reject(few)));
    assert_eq!(again.count_total, 0);
}
