//! `vectors.json`: valid and invalid inputs of each message, and what every validator must say of
//! them. One line each, so that a change of one shows as a change of one.

use super::Artifact;
use crate::Compiled;
use crate::derive::{self, Body, Edit, Fault, Input, Vector, pointer, push_json, push_string};
use elementc_runtime::{Code, Placeholders, Program, Validator, validate};

/// The version of the file. It grows when a member changes its meaning or goes away.
const VERSION: u32 = 1;

/// Bytes of a vector, roughly.
const LINE: usize = 160;

pub fn emit(compiled: &Compiled) -> Vec<Artifact> {
    let key = &compiled.element.key.value;
    let mut text = String::with_capacity(compiled.messages.len() * derive::LIMIT * LINE);
    text.push_str(&format!("{{\n  \"version\": {VERSION},\n  \"element\": "));
    push_string(&mut text, key);
    text.push_str(",\n  \"messages\": {\n");
    for (at, (message, program)) in compiled.messages.iter().zip(&compiled.programs).enumerate() {
        let vectors = derive::vectors(message);
        text.push_str("    ");
        push_string(&mut text, &message.name());
        text.push_str(": {\n      \"bases\": [\n");
        list(&mut text, &vectors.bases, |text, base| base.push(text));
        text.push_str("      ],\n      \"vectors\": [\n");
        let mut prover = Prover::new(program);
        let proven: Vec<&Vector> =
            vectors.vectors.iter().filter(|vector| prover.proves(&vectors.bases, vector)).collect();
        list(&mut text, &proven, |text, vector| line(text, vector));
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
        let name = format!("{}/{}", compiled.element.key.value, message.name());
        let mut prover = Prover::new(program);
        for vector in &vectors.vectors {
            if !prover.proves(&vectors.bases, vector) {
                let input = &prover.input;
                let said = validate(program, input.as_bytes(), vector.placeholders).to_json();
                let expected = &vector.expected;
                disputes.push(format!(
                    "{name}: {}: {input}: expected {expected:?}, the engine says {said}",
                    vector.about
                ));
            }
            let opinion = derive::opinion(message, &vectors, vector);
            let expected = &vector.expected;
            let agrees = |said: &Vec<Fault>| {
                said.len() == expected.len()
                    && said.iter().zip(expected).all(|(said, expected)| said.is(expected))
            };
            if let Some(said) = opinion.filter(|said| !agrees(said)) {
                disputes.push(format!("{name}: {}: expected {expected:?}, judged {said:?}", vector.about));
            }
        }
    }
    disputes
}

/// What asks the engine.
struct Prover<'p> {
    /// Where placeholders may be left, and where not.
    validators: [Validator<'p>; 2],
    /// The input.
    input: String,
}

impl<'p> Prover<'p> {
    fn new(program: &'p Program) -> Self {
        let validators = [Placeholders::Allowed, Placeholders::Rejected];
        let validators = validators.map(|placeholders| Validator::new(program, placeholders));
        Self { validators, input: String::with_capacity(1024) }
    }

    /// Whether the engine says of a vector what is expected.
    fn proves(&mut self, bases: &[Body], vector: &Vector) -> bool {
        self.input.clear();
        match &vector.input {
            Input::Text(text) => self.input.push_str(text),
            Input::Changed { base, edits } => bases[*base].edited(edits).push(&mut self.input),
        }
        let strict = usize::from(vector.placeholders == Placeholders::Rejected);
        let findings = self.validators[strict].validate(self.input.as_bytes());
        findings.iter().len() == vector.expected.len()
            && findings.iter().zip(&vector.expected).all(|(said, expected)| {
                said.code() == expected.code
                    && said.entry() == expected.entry()
                    && expected.is_at(&said.pointer())
            })
    }
}

fn line(text: &mut String, vector: &Vector) {
    text.push_str("{\"about\":");
    push_string(text, &vector.about);
    match &vector.input {
        Input::Text(input) => {
            text.push_str(",\"text\":");
            push_string(text, input);
        }
        Input::Changed { base, edits } => {
            if *base > 0 {
                text.push_str(&format!(",\"base\":{base}"));
            }
            let mut separator = ",\"remove\":[";
            for edit in edits {
                if let Edit::Remove(path) = edit {
                    text.push_str(std::mem::replace(&mut separator, ","));
                    push_string(text, &pointer(path));
                }
            }
            text.push_str(if separator == "," { "]" } else { "" });
            let mut separator = ",\"set\":{";
            for edit in edits {
                if let Edit::Set(path, value) = edit {
                    text.push_str(std::mem::replace(&mut separator, ","));
                    push_string(text, &pointer(path));
                    text.push(':');
                    push_json(text, value);
                }
            }
            text.push_str(if separator == "," { "}" } else { "" });
        }
    }
    if vector.placeholders == Placeholders::Rejected {
        text.push_str(",\"strict\":true");
    }
    if let Some(code) = each(vector) {
        text.push_str(",\"each\":");
        push_string(text, code.as_str());
        return text.push('}');
    }
    text.push_str(",\"violations\":[");
    for (at, violation) in vector.expected.iter().enumerate() {
        text.push_str(if at == 0 { "" } else { "," });
        push_string(text, &[violation.code.as_str(), " ", &violation.pointer()].concat());
    }
    text.push_str("]}");
}

/// What is wrong with each member that is removed or set, in that order, if it is nothing else.
fn each(vector: &Vector) -> Option<Code> {
    let Input::Changed { edits, .. } = &vector.input else { return None };
    let removed = edits.iter().filter(|edit| matches!(edit, Edit::Remove(_)));
    let set = edits.iter().filter(|edit| matches!(edit, Edit::Set(..)));
    let code = vector.expected.first()?.code;
    let mut pairs = vector.expected.iter().zip(removed.chain(set));
    let is_so = vector.expected.len() == edits.len()
        && pairs.all(|(said, edit)| said.code == code && said.path == edit.path() && said.item.is_none());
    is_so.then_some(code)
}
