//! `vectors.json`: valid and invalid inputs of each message, and what every validator must say of
//! them. One line each, so that a change of one shows as a change of one.

use super::Artifact;
use crate::Compiled;
use crate::derive::{self, Edit, Input, Vector, Written, pointer};
use elementc_runtime::{Placeholders, Program, Report, validate};
use serde_json::Value as Json;

/// The version of the file. It grows when a member changes its meaning or goes away.
const VERSION: u32 = 1;

/// Bytes of a vector, roughly.
const LINE: usize = 320;

pub fn emit(compiled: &Compiled) -> Vec<Artifact> {
    let key = &compiled.element.key.value;
    let mut text = String::with_capacity(compiled.messages.len() * derive::LIMIT * LINE);
    text.push_str(&format!("{{\n  \"version\": {VERSION},\n  \"element\": "));
    string(&mut text, key);
    text.push_str(",\n  \"messages\": {\n");
    for (at, (message, program)) in compiled.messages.iter().zip(&compiled.programs).enumerate() {
        let vectors = derive::vectors(message);
        let written: Vec<Written> = vectors.bases.iter().map(Written::new).collect();
        text.push_str("    ");
        string(&mut text, &message.name());
        text.push_str(": {\n      \"bases\": [\n");
        list(&mut text, &written, |text, base| text.push_str(base.text()));
        text.push_str("      ],\n      \"vectors\": [\n");
        let proven: Vec<(&Vector, Report)> = vectors
            .vectors
            .iter()
            .filter_map(|vector| Some((vector, proven(&written, vector, program).ok()?)))
            .collect();
        list(&mut text, &proven, |text, (vector, report)| line(text, vector, report));
        text.push_str("      ]");
        if vectors.truncated {
            text.push_str(",\n      \"truncated\": true");
        }
        text.push_str(if at + 1 == compiled.messages.len() { "\n    }\n" } else { "\n    },\n" });
    }
    text.push_str("  }\n}\n");
    vec![Artifact::text(format!("{key}/vectors.json"), text)]
}

fn list<T>(text: &mut String, items: &[T], write: impl Fn(&mut String, &T)) {
    for (at, item) in items.iter().enumerate() {
        text.push_str(if at == 0 { "        " } else { ",\n        " });
        write(text, item);
    }
    text.push('\n');
}

/// The vectors of an element on which its derivation and the engine do not agree, or its derivation
/// with itself: none, unless elementc has a defect. Those of the engine are not emitted.
#[must_use]
pub fn disputes(compiled: &Compiled) -> Vec<String> {
    let mut disputes = Vec::new();
    for (message, program) in compiled.messages.iter().zip(&compiled.programs) {
        let vectors = derive::vectors(message);
        let written: Vec<Written> = vectors.bases.iter().map(Written::new).collect();
        let name = format!("{}/{}", compiled.element.key.value, message.name());
        for vector in &vectors.vectors {
            if let Err(report) = proven(&written, vector, program) {
                let input = input(&written, vector);
                let (expected, said) = (&vector.expected, report.to_json());
                disputes.push(format!(
                    "{name}: {}: {input}: expected {expected:?}, the engine says {said}",
                    vector.about
                ));
            }
            let opinion = derive::opinion(message, &vectors, vector);
            if let Some(said) = opinion.filter(|said| *said != vector.expected) {
                let expected = &vector.expected;
                disputes.push(format!("{name}: {}: expected {expected:?}, judged {said:?}", vector.about));
            }
        }
    }
    disputes
}

/// The bytes of an input.
fn input(bases: &[Written], vector: &Vector) -> String {
    match &vector.input {
        Input::Text(text) => text.clone(),
        Input::Changed { base, edits } => bases[*base].edited(edits),
    }
}

/// What the engine says of a vector: an error if that is not what is expected.
fn proven(bases: &[Written], vector: &Vector, program: &Program) -> Result<Report, Report> {
    let report = validate(program, input(bases, vector).as_bytes(), vector.placeholders);
    let said = report.violations.iter().map(|v| (v.code, v.pointer.as_str(), v.entry.as_str()));
    let agrees = said.eq(vector.expected.iter().map(|e| (e.code, e.pointer.as_str(), e.entry.as_str())));
    if agrees { Ok(report) } else { Err(report) }
}

fn line(text: &mut String, vector: &Vector, report: &Report) {
    text.push_str("{\"about\":");
    string(text, &vector.about);
    match &vector.input {
        Input::Text(input) => {
            text.push_str(",\"text\":");
            string(text, input);
        }
        Input::Changed { base, edits } => {
            if *base > 0 {
                text.push_str(&format!(",\"base\":{base}"));
            }
            let mut separator = ",\"remove\":[";
            for edit in edits {
                if let Edit::Remove(path) = edit {
                    text.push_str(std::mem::replace(&mut separator, ","));
                    string(text, &pointer(path));
                }
            }
            text.push_str(if separator == "," { "]" } else { "" });
            let mut separator = ",\"set\":{";
            for edit in edits {
                if let Edit::Set(path, value) = edit {
                    text.push_str(std::mem::replace(&mut separator, ","));
                    string(text, &pointer(path));
                    text.push(':');
                    json(text, value);
                }
            }
            text.push_str(if separator == "," { "}" } else { "" });
        }
    }
    if vector.placeholders == Placeholders::Rejected {
        text.push_str(",\"strict\":true");
    }
    text.push_str(",\"violations\":[");
    for (at, violation) in report.violations.iter().enumerate() {
        text.push_str(if at == 0 { "{\"code\":" } else { ",{\"code\":" });
        string(text, violation.code.as_str());
        for (key, value) in [
            (",\"pointer\":", &violation.pointer),
            (",\"entry\":", &violation.entry),
            (",\"message\":", &violation.message),
        ] {
            text.push_str(key);
            string(text, value);
        }
        text.push('}');
    }
    text.push_str("]}");
}

fn json(text: &mut String, value: &Json) {
    match value {
        Json::String(value) => string(text, value),
        other => text.push_str(&other.to_string()),
    }
}

fn string(text: &mut String, value: &str) {
    derive::push_string(text, value);
}
