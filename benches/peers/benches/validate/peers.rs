//! Who validates. In: a message. Out: functions from a body to its verdict; of an invalid body,
//! each puts all it has found into words.

use crate::inputs::Message;
use crate::serde_peer;
use elementc_runtime::{Placeholders, Program, Validator, validate};
use serde::de::IgnoredAny;
use serde_json::Value;
use std::hint::black_box;

#[allow(dead_code, reason = "one message of many is used")]
mod shipped {
    include!("../../../../generated/elements.rs");
}

#[allow(dead_code, reason = "one message of many is used")]
mod own {
    include!(concat!(env!("OUT_DIR"), "/elements.rs"));
}

include!(concat!(env!("OUT_DIR"), "/schemas.rs"));

/// Decides whether a body is valid.
pub type Judge = Box<dyn FnMut(&[u8]) -> bool>;

/// How many of the first only parse.
pub const PARSERS: usize = 3;

/// Column headings and validators; the first is the measure of all, the last is ours. The first
/// three only parse.
pub fn peers(message: Message) -> Vec<(&'static str, Judge)> {
    let program = match message {
        Message::Seed => &shipped::sageoneuk::create_instance::PROGRAM,
        Message::Thirty => &own::thirty::create_instance::PROGRAM,
    };
    vec![
        ("Value", Box::new(|body| serde_json::from_slice::<Value>(body).map(black_box).is_ok())),
        ("IgnoredAny", Box::new(|body| serde_json::from_slice::<IgnoredAny>(body).is_ok())),
        ("simd-json", simd()),
        ("jsonschema", run_time(message)),
        ("its macro", compile_time(message)),
        ("boon", boon(message)),
        ("serde derive", Box::new(move |body| serde_peer::judge(message, body))),
        ("ours, owned", owned(program)),
        ("ours, JSON", ours(program, true)),
        ("ours", ours(program, false)),
    ]
}

/// A tape in buffers that are used again; it wants to write to its input, hence the copy.
fn simd() -> Judge {
    let mut buffers = simd_json::Buffers::default();
    let mut copy = Vec::new();
    Box::new(move |body| {
        copy.clear();
        copy.extend_from_slice(body);
        simd_json::to_borrowed_value_with_buffers(&mut copy, &mut buffers).map(black_box).is_ok()
    })
}

fn schema(message: Message) -> Value {
    let text = match message {
        Message::Seed => Seed::SCHEMA,
        Message::Thirty => Thirty::SCHEMA,
    };
    serde_json::from_str(text).expect("the schema is JSON")
}

fn run_time(message: Message) -> Judge {
    let validator = jsonschema::draft202012::new(&schema(message)).expect("the schema compiles");
    Box::new(move |body| {
        let Ok(value) = serde_json::from_slice::<Value>(body) else { return false };
        if validator.is_valid(&value) {
            return true;
        }
        black_box(validator.iter_errors(&value).map(|error| error.to_string()).collect::<Vec<_>>());
        false
    })
}

fn compile_time(message: Message) -> Judge {
    Box::new(move |body| {
        let Ok(value) = serde_json::from_slice::<Value>(body) else { return false };
        let errors = match message {
            Message::Seed if Seed::is_valid(&value) => return true,
            Message::Thirty if Thirty::is_valid(&value) => return true,
            Message::Seed => Seed::iter_errors(&value).map(|error| error.to_string()).collect::<Vec<_>>(),
            Message::Thirty => Thirty::iter_errors(&value).map(|error| error.to_string()).collect(),
        };
        black_box(errors);
        false
    })
}

fn boon(message: Message) -> Judge {
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    compiler.add_resource("schema.json", schema(message)).expect("the schema is read");
    let index = compiler.compile("schema.json", &mut schemas).expect("the schema compiles");
    Box::new(move |body| {
        let Ok(value) = serde_json::from_slice::<Value>(body) else { return false };
        let verdict = schemas.validate(&value, index).map_err(|error| black_box(error.to_string()));
        verdict.is_ok()
    })
}

/// A report of owned strings, and its JSON.
fn owned(program: &'static Program) -> Judge {
    Box::new(move |body| {
        let report = validate(program, body, Placeholders::Allowed);
        if !report.is_valid() {
            black_box(report.to_json());
        }
        report.is_valid()
    })
}

/// In memory that is used again: the messages, as the peers say theirs, or the whole report as JSON.
fn ours(program: &'static Program, json: bool) -> Judge {
    let mut validator = Validator::new(program, Placeholders::Allowed);
    let mut text = String::new();
    Box::new(move |body| {
        let findings = validator.validate(body);
        if findings.is_valid() {
            return true;
        }
        text.clear();
        if json {
            findings.write_json(&mut text);
        } else {
            findings.iter().for_each(|finding| finding.write_message(&mut text));
        }
        black_box(&text);
        false
    })
}
