//! Every sample with one byte changed or cut off there: whether it still is JSON, and what is wrong
//! with it if it is.

use super::compare::{differences, each_message};
use super::javascript::{JavaScript, modules};
use super::judge::{self, Schema};
use super::{catalogues, settle, support};
use elementc_compiler::emit::javascript::emit_engine;
use elementc_runtime::{Code, Placeholders, validate};
use serde_json::Value as Json;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What takes the place of a byte: what ends or opens something in JSON, or is nothing in UTF-8. (All bytes
/// in all places of one sample: `crates/runtime/tests/syntax.rs`.)
const BYTES: &[u8; 8] = b"\0\"\\},e1\x80";

#[test]
fn corrupted_samples_are_judged_alike() {
    let shared = emit_engine(&Default::default());
    let (all, json) = (AtomicUsize::new(0), AtomicUsize::new(0));
    settle(&each_message(&catalogues(), |compiled, message, program| {
        let schema = Schema::new(compiled, message);
        let javascript = JavaScript::new(&modules(compiled, &shared), &compiled.element.key.value);
        let mut complaints = Vec::new();
        let mut texts = Vec::new();
        for sample in &message.samples {
            let sample = serde_json::to_vec_pretty(&sample.json).expect("a sample can be written");
            for at in 0..sample.len() {
                let cut = std::iter::once(sample[..at].to_vec());
                let changed = BYTES.iter().map(|byte| {
                    let mut changed = sample.clone();
                    changed[at] = *byte;
                    changed
                });
                for (nth, input) in cut.chain(changed).enumerate() {
                    all.fetch_add(1, Ordering::Relaxed);
                    let report = validate(program, &input, Placeholders::Allowed);
                    let refused = report.violations.iter().any(|v| v.code == Code::NotJson);
                    let parsed = serde_json::from_slice::<Json>(&input);
                    // What a parser cannot hold or drops is listed in docs/validators.md.
                    let is_too_great =
                        parsed.as_ref().is_err_and(|e| e.to_string().starts_with("number out of range"));
                    let is_twice = report.violations.iter().any(|v| v.code == Code::DuplicateEntry);
                    if is_too_great || is_twice {
                        continue;
                    }
                    if refused != parsed.is_err() {
                        let shown = String::from_utf8_lossy(&input);
                        complaints.push(format!("is it JSON? {shown}\n  {report:?}\n  {parsed:?}"));
                    }
                    // To judge all of them takes a minute, and what becomes of a text hardly differs.
                    if let (Ok(parsed), true) = (parsed, (at + nth).is_multiple_of(BYTES.len())) {
                        json.fetch_add(1, Ordering::Relaxed);
                        let (engine, schema) = (judge::engine(program, &input), schema.judge(&parsed));
                        let text = String::from_utf8(input).expect("what is JSON is UTF-8");
                        if engine != schema {
                            complaints.push(format!("{text}\n  engine: {engine:?}\n  schema: {schema:?}"));
                        }
                        texts.push(text);
                    }
                }
            }
        }
        complaints.extend(differences(program, &javascript, &texts, Placeholders::Allowed));
        complaints
    }));
    let (all, json) = (all.into_inner(), json.into_inner());
    support::say(&format!("corrupted samples {all} times, and judged {json} of those that were still JSON"));
    assert!(json > 10_000, "only {json} were judged");
}
