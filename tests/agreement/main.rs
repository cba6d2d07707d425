//! Three opinions on every message: the program that the engine runs, the emitted JavaScript, and the
//! emitted JSON Schema as the crate `jsonschema` reads it. They must agree on every sample and on
//! thousands of generated bodies: on the verdict, and on each violation's code and pointer; the
//! engine and the JavaScript also on the order of the violations and on what they say.
//!
//! `cargo bench --bench agreement` compares 100,000 bodies of each element. To go on with other bodies
//! for as long as a variable says:
//!
//! ```sh
//! ELEMENTC_FUZZ_SECONDS=600 cargo test --release --test agreement fuzzed -- --nocapture
//! ```

mod compare;
mod corrupted;
mod generate;
mod hostile;
mod javascript;
mod judge;
mod mutate;
mod patterns;
#[path = "../support/mod.rs"]
mod support;
mod tree;
mod vectors;

use compare::{compare, each_message};
use elementc_compiler::Catalog;
use elementc_compiler::emit::schema;
use elementc_runtime::Code;
use judge::Schema;
use std::time::{Duration, Instant};

/// Bodies per message, half of them broken in one place.
const BODIES: usize = 2000;

/// The shipped elements, the fixtures of the recorded pages, and those of what no page shows.
fn catalogues() -> Vec<Catalog> {
    [support::shipped(), support::fixtures("elements"), support::fixtures("breadth")]
        .map(|sources| support::compiled(sources).catalog)
        .into()
}

/// Fails with the first complaints, if there are any.
fn settle(complaints: &[String]) {
    let shown = complaints.iter().take(10).map(String::as_str).collect::<Vec<_>>().join("\n\n");
    assert!(complaints.is_empty(), "{} complaints, the first of them:\n\n{shown}\n", complaints.len());
}

#[test]
fn schemas_are_schemas() {
    settle(&each_message(&catalogues(), |compiled, message, _| {
        let schema = schema(compiled.element, message);
        jsonschema::draft202012::meta::validate(&schema).err().map(|e| e.to_string()).into_iter().collect()
    }));
}

#[test]
fn samples_pass() {
    settle(&each_message(&catalogues(), |compiled, message, program| {
        let schema = Schema::new(compiled, message);
        let mut complaints = Vec::new();
        if message.samples.is_empty() {
            complaints.push("has no sample".to_owned());
        }
        for sample in &message.samples {
            let body = sample.json.to_string();
            let (engine, schema) = (judge::engine(program, body.as_bytes()), schema.judge(&sample.json));
            if !engine.is_empty() || !schema.is_empty() {
                complaints.push(format!("{body}\n  engine: {engine:?}\n  schema: {schema:?}"));
            }
        }
        complaints
    }));
}

#[test]
fn generated_bodies_are_judged_alike() {
    let tally = compare(&catalogues(), |_| BODIES, 0);
    settle(&tally.complaints);
    support::say(&tally.to_string());
    assert!(tally.bodies > 0, "nothing was compared");
    // What the schema cannot say: what is no JSON, keys given twice, placeholders.
    let alone = [Code::NotJson, Code::TooLarge, Code::TooDeep, Code::DuplicateEntry, Code::Placeholder];
    for code in Code::ALL.into_iter().filter(|code| !alone.contains(code)) {
        let count = tally.codes.get(&code).copied().unwrap_or_default();
        assert!(count >= 20, "{code} was found {count} times only: the bodies hardly test it");
    }
}

#[test]
fn fuzzed_bodies_are_judged_alike() {
    let seconds = std::env::var("ELEMENTC_FUZZ_SECONDS").map_or(0, |text| text.parse().expect("a number"));
    let (start, limit) = (Instant::now(), Duration::from_secs(seconds));
    let catalogues = catalogues();
    let (mut round, mut bodies) = (0, 0);
    while round == 0 || start.elapsed() < limit {
        round += 1;
        let tally = compare(&catalogues, |_| 100, round);
        assert!(tally.complaints.is_empty(), "round {round}: {}", tally.complaints[0]);
        bodies += tally.bodies;
    }
    support::say(&format!("compared {bodies} further bodies in {round} rounds"));
}
