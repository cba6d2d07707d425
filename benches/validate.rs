//! How long a verdict takes, divided by the time `serde_json` takes to parse the same bytes into
//! a `Value`, interleaved in one run.
//!
//! `cargo bench --bench validate`

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use elementc::{Placeholders, Program, program, validate};
use serde_json::Value;
use std::hint::black_box;
use std::time::{Duration, Instant};

const ROUNDS: usize = 40;
const CALLS: usize = 2_000;

fn main() {
    let program = program("sageoneuk", "create-instance").expect("it is in the catalogue");
    let valid = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/generated/sageoneuk/instance.json"))
        .expect("it is generated");
    let compact = serde_json::to_vec(&serde_json::from_slice::<Value>(&valid).expect("it is JSON"))
        .expect("it is JSON");
    let mut broken: Value = serde_json::from_slice(&valid).expect("it is JSON");
    let configuration = broken["configuration"].as_object_mut().expect("it is an object");
    configuration.shift_remove("signature");
    configuration.shift_remove("oauth.api.key");
    let broken = serde_json::to_vec_pretty(&broken).expect("it is JSON");
    let schema = std::fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/generated/sageoneuk/create-instance.schema.json"
    ))
    .expect("it is generated");
    let schema = jsonschema::validator_for(&serde_json::from_slice(&schema).expect("it is JSON"))
        .expect("it is a schema");

    println!("{:<28} {:>8} {:>12} {:>12}", "body", "bytes", "elementc", "jsonschema");
    for (name, body) in [("valid", &valid), ("valid, compact", &compact), ("reject, two missing", &broken)] {
        row(name, body, program, &schema);
    }
}

fn row(name: &str, body: &[u8], program: &Program, schema: &jsonschema::Validator) {
    let (mut parse, mut ours, mut theirs) = (Duration::MAX, Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        parse = parse.min(time(|| drop(black_box(serde_json::from_slice::<Value>(black_box(body))))));
        ours = ours.min(time(|| {
            let report = validate(program, black_box(body), Placeholders::Allowed);
            if !report.is_valid() {
                drop(black_box(report.to_json()));
            }
        }));
        theirs = theirs.min(time(|| {
            let value: Value = serde_json::from_slice(black_box(body)).expect("it is JSON");
            black_box(schema.iter_errors(&value).map(|e| e.to_string()).collect::<Vec<_>>());
        }));
    }
    let ratio = |d: Duration| d.as_secs_f64() / parse.as_secs_f64();
    println!("{name:<28} {:>8} {:>12.3} {:>12.3}", body.len(), ratio(ours), ratio(theirs));
}

fn time(mut call: impl FnMut()) -> Duration {
    let start = Instant::now();
    for _ in 0..CALLS {
        call();
    }
    start.elapsed()
}
