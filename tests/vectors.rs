//! `vectors.json`: every validator says of every input what is expected, and every rule is broken.

mod support;

use elementc_compiler::emit::{disputes, schema};
use elementc_compiler::lower::{Check, Message, Object, Shape};
use elementc_compiler::{Compilation, Compiled};
use elementc_runtime::{Code, validate};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use support::vectors::{expected, input, placeholders, said};

/// The shipped elements, the fixtures of the recorded pages, and those of what no page shows.
fn catalogues() -> [Compilation; 3] {
    [support::shipped(), support::fixtures("elements"), support::fixtures("breadth")].map(support::compiled)
}

/// The vectors of each element, by its key, as others read them.
fn files(compilation: &Compilation) -> BTreeMap<String, Json> {
    let artifacts = support::artifacts(compilation).into_iter();
    let vectors = artifacts.filter_map(|artifact| {
        let key = artifact.path.strip_suffix("/vectors.json")?.to_owned();
        Some((key, serde_json::from_slice(&artifact.bytes).expect("it is JSON")))
    });
    vectors.collect()
}

/// Calls a function for each vector with its message, and returns what it complains about.
fn each_vector(mut complaint: impl FnMut(&Compiled, &Message, &Json, &str) -> Option<String>) -> usize {
    let mut complaints = Vec::new();
    let mut count = 0;
    for compilation in &catalogues() {
        let files = files(compilation);
        for compiled in compilation.catalog.compiled() {
            let file = &files[&*compiled.element.key.value];
            assert_eq!(file["version"], 1);
            assert_eq!(file["element"], *compiled.element.key.value);
            for message in &compiled.messages {
                let listed = &file["messages"][message.name()];
                for vector in listed["vectors"].as_array().expect("a message has vectors") {
                    count += 1;
                    let input = input(listed, vector);
                    complaints.extend(complaint(&compiled, message, vector, &input).map(|what| {
                        let key = &compiled.element.key.value;
                        format!("{key}/{}: {}: {what}\n  {input}", message.name(), vector["about"])
                    }));
                }
            }
        }
    }
    let first = complaints.iter().take(10).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(complaints.is_empty(), "{} complaints, the first of them:\n{first}", complaints.len());
    count
}

/// The codes of what is wrong with an input.
fn codes(vector: &Json) -> BTreeSet<String> {
    let codes = expected(vector).into_iter().map(|line| line.split(' ').next().map(str::to_owned));
    codes.map(|code| code.expect("a violation begins with its code")).collect()
}

#[test]
fn the_rust_validator_passes_all_vectors() {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let count = each_vector(|compiled, message, vector, input| {
        for code in codes(vector) {
            *seen.entry(code).or_default() += 1;
        }
        let (_, program) = compiled.message(&message.name()).expect("it has a program");
        let said = said(&validate(program, input.as_bytes(), placeholders(vector)));
        let expected = expected(vector);
        (said != expected).then(|| format!("expected {expected:?}\n  found {said:?}"))
    });
    support::say(&format!("ran {count} vectors; violations: {seen:?}"));
    for code in Code::ALL.into_iter().filter(|code| !matches!(code, Code::TooLarge | Code::TooDeep)) {
        assert!(seen.contains_key(code.as_str()), "no vector is about {code}");
    }
}

#[test]
fn the_emitted_schemas_agree_on_the_verdict() {
    let mut held = 0;
    let mut last: Option<(String, jsonschema::Validator)> = None;
    each_vector(|compiled, message, vector, input| {
        // What a JSON Schema cannot say.
        let unsaid = |code: &String| ["not-json", "duplicate-entry", "placeholder"].contains(&&**code);
        if codes(vector).iter().any(unsaid) {
            return None;
        }
        held += 1;
        let name = format!("{}/{}", compiled.element.key.value, message.name());
        if last.as_ref().is_none_or(|(known, _)| *known != name) {
            let schema = schema(compiled.element, message);
            let validator = jsonschema::draft202012::new(&schema).expect("the schema compiles");
            last = Some((name, validator));
        }
        let (_, validator) = last.as_ref().expect("it was just made");
        let valid = validator.is_valid(&serde_json::from_str(input).expect("the input is JSON"));
        (valid != codes(vector).is_empty()).then(|| format!("the schema says valid: {valid}"))
    });
    assert!(held > 500, "only {held} vectors were held against schemas");
}

#[test]
fn the_shipped_validators_pass_the_committed_vectors() {
    let mut count = 0;
    for compiled in support::compiled(support::shipped()).catalog.compiled() {
        let key = &compiled.element.key.value;
        let text = std::fs::read_to_string(support::root(&format!("generated/{key}/vectors.json")));
        let file: Json = serde_json::from_str(&text.expect("it is committed")).expect("it is JSON");
        for (name, message) in file["messages"].as_object().expect("messages by name") {
            let program = elementc::program(key, name).expect("it is compiled in");
            for vector in message["vectors"].as_array().expect("a message has vectors") {
                let input = input(message, vector);
                let report = validate(program, input.as_bytes(), placeholders(vector));
                assert_eq!(said(&report), expected(vector), "{key}/{name}: {}", vector["about"]);
                count += 1;
            }
        }
    }
    assert!(count > 500, "only {count} vectors are committed");
}

#[test]
fn derivation_and_engine_agree() {
    let catalogues = catalogues();
    let elements = catalogues.iter().flat_map(|compilation| compilation.catalog.compiled());
    let disputes: Vec<String> = elements.flat_map(|compiled| disputes(&compiled)).collect();
    assert!(disputes.is_empty(), "{} disputes:\n{}", disputes.len(), disputes.join("\n"));
}

/// What no vector breaks: "required when given" and "excluded when not given" cannot be broken.
fn is_exempt(element: &str, pointer: &str) -> bool {
    element == "presence" && pointer == "/configuration/username"
}

#[test]
fn every_rule_is_broken_by_a_vector() {
    let mut missing = Vec::new();
    for compilation in &catalogues() {
        let files = files(compilation);
        for compiled in compilation.catalog.compiled() {
            let file = &files[&*compiled.element.key.value];
            for message in &compiled.messages {
                let listed = &file["messages"][message.name()];
                let vectors = listed["vectors"].as_array().expect("a message has vectors");
                assert!(vectors.len() <= 60, "{} vectors are too many", vectors.len());
                let broken: BTreeSet<String> = vectors.iter().flat_map(expected).collect();
                let mut lack = |code: Code, pointer: &str| {
                    let key = &compiled.element.key.value;
                    if !broken.contains(&format!("{code} {pointer}")) && !is_exempt(key, pointer) {
                        missing.push(format!("{key}/{}: {code} at {pointer:?}", message.name()));
                    }
                };
                rules(&message.root, "", &mut lack);
                for rule in &message.rules {
                    let object = rule.object.iter().fold(String::new(), |at, key| member(&at, key));
                    match &rule.check {
                        Check::Required(key) => lack(Code::MissingEntry, &member(&object, key)),
                        Check::Excluded(key) => lack(Code::ExcludedEntry, &member(&object, key)),
                        Check::Related(relation, _) => lack(
                            match relation.word() {
                                "oneOf" => Code::OneOf,
                                "anyOf" => Code::AnyOf,
                                "allOrNone" => Code::AllOrNone,
                                _ => Code::Excludes,
                            },
                            &object,
                        ),
                        Check::Fits(_) => lack(Code::NoVariant, &object),
                    }
                }
            }
        }
    }
    assert!(missing.is_empty(), "{} rules are not broken:\n{}", missing.len(), missing.join("\n"));
}

fn member(object: &str, key: &str) -> String {
    format!("{object}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// The rules about single entries.
fn rules(object: &Object, path: &str, lack: &mut impl FnMut(Code, &str)) {
    for (key, declared) in &object.members {
        let pointer = member(path, key);
        lack(Code::WrongType, &pointer);
        if declared.required {
            lack(Code::MissingEntry, &pointer);
        }
        match &declared.shape {
            Shape::Object(inner) => rules(inner, &pointer, lack),
            Shape::Value(value) => {
                if !value.one_of.is_empty() {
                    lack(Code::NotAllowed, &pointer);
                }
                if value.pattern.is_some() {
                    lack(Code::WrongFormat, &pointer);
                }
                if value.min.or(value.max).is_some() {
                    lack(Code::OutOfRange, &pointer);
                }
            }
            Shape::List | Shape::Strings => {}
        }
    }
}
