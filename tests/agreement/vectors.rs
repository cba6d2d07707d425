//! The emitted test vectors, run by the emitted JavaScript.

use super::javascript::{JavaScript, lines, modules};
use super::support;
use super::support::vectors::{expected, input, placeholders, said};
use elementc_compiler::emit::javascript::emit_engine;
use elementc_runtime::{Placeholders, validate};
use serde_json::Value as Json;

/// What a parsed value does not show: that a text is no JSON, or that a key is given twice.
const UNSEEN: [&str; 2] = ["not-json", "duplicate-entry"];

#[test]
fn javascript_passes_the_vectors() {
    let catalog = support::compiled(support::shipped()).catalog;
    let shared = emit_engine(&catalog);
    let mut wrong = String::new();
    let (mut files, mut run, mut left_out) = (0, 0, 0);
    for compiled in catalog.compiled() {
        let key = &*compiled.element.key.value;
        let path = support::root(&format!("generated/{key}/vectors.json"));
        let text = std::fs::read_to_string(path).expect("the vectors are committed");
        files += 1;
        let vectors: Json = serde_json::from_str(&text).expect("vectors are JSON");
        let javascript = JavaScript::new(&modules(&compiled, &shared), key);
        for (message, of) in vectors["messages"].as_object().expect("there are messages") {
            let (_, program) = compiled.message(message).expect("it has a program");
            for vector in of["vectors"].as_array().expect("there are vectors") {
                let expected = expected(vector);
                if expected.iter().any(|line| UNSEEN.iter().any(|code| line.starts_with(code))) {
                    left_out += 1;
                    continue;
                }
                let body = input(of, vector);
                let placeholders = placeholders(vector);
                // The words are not in the file: they are those of the engine.
                let report = validate(program, body.as_bytes(), placeholders);
                let strict = placeholders == Placeholders::Rejected;
                let found = javascript.judge(message, std::slice::from_ref(&body), strict);
                run += 1;
                if said(&report) != expected || found[0].0 != lines(&report) {
                    let about = &vector["about"];
                    wrong += &format!(
                        "{key}/{message}: {about}: {body}\n  expected {expected:?}\n  engine   {:?}\n  found    {:?}\n",
                        lines(&report),
                        found[0].0
                    );
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    support::say(&format!(
        "ran {run} vectors of {files} elements in JavaScript; {left_out} are about what a parsed value does not show"
    ));
    assert_eq!(files, catalog.elements.len());
}
