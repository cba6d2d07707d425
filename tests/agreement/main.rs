//! Two opinions on every message: the program that the engine runs, and the emitted JSON Schema as
//! the crate `jsonschema` reads it. They must agree on every sample and on thousands of generated
//! bodies: on the verdict, and on each violation's code and pointer.

mod generate;
mod judge;
mod mutate;
mod random;
#[path = "../support/mod.rs"]
mod support;
mod tree;

use elementc_compiler::emit::schema;
use elementc_compiler::lower::Message;
use elementc_compiler::{Compilation, Compiled};
use elementc_runtime::{Code, Program};
use generate::Generator;
use judge::Schema;
use random::Random;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use tree::Tree;

/// Bodies per message, half of them broken in one place.
const BODIES: usize = 2000;

/// The shipped elements, the fixtures of the recorded pages, and those of what no page shows.
fn catalogues() -> [Compilation; 3] {
    [support::shipped(), support::fixtures("elements"), support::fixtures("breadth")].map(support::compiled)
}

/// Calls a function for each message, on all processors, and returns what it complains about.
fn each_message(complaints_of: impl Fn(&Compiled, &Message, &Program) -> Vec<String> + Sync) -> Vec<String> {
    let catalogues = catalogues();
    let all: Vec<(&Compiled, &Message, &Program)> = catalogues
        .iter()
        .flat_map(|c| &c.catalog.elements)
        .flat_map(|c| c.messages.iter().zip(&c.programs).map(move |(message, program)| (c, message, program)))
        .collect();
    assert!(!all.is_empty(), "there are no messages");
    let next = AtomicUsize::new(0);
    let work = || {
        let mut complaints = Vec::new();
        while let Some((compiled, message, program)) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            let name = format!("{}/{}", compiled.element.key.value, message.name());
            let found = complaints_of(compiled, message, program);
            complaints.extend(found.into_iter().map(|complaint| format!("{name}: {complaint}")));
        }
        complaints
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut complaints: Vec<String> =
            workers.into_iter().flat_map(|worker| worker.join().expect("no worker panics")).collect();
        complaints.sort();
        complaints
    })
}

/// Fails with the first complaints, if there are any.
fn settle(complaints: &[String]) {
    let shown = complaints.iter().take(10).map(String::as_str).collect::<Vec<_>>().join("\n\n");
    assert!(complaints.is_empty(), "{} complaints, the first of them:\n\n{shown}\n", complaints.len());
}

#[test]
fn schemas_are_schemas() {
    settle(&each_message(|compiled, message, _| {
        let schema = schema(&compiled.element, message);
        jsonschema::draft202012::meta::validate(&schema).err().map(|e| e.to_string()).into_iter().collect()
    }));
}

#[test]
fn samples_pass() {
    settle(&each_message(|compiled, message, program| {
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
    let (bodies, accepted) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let seen: Mutex<BTreeMap<Code, usize>> = Mutex::default();
    settle(&each_message(|compiled, message, program| {
        let schema = Schema::new(compiled, message);
        let mut random = Random::of(&format!("{}/{}", compiled.element.key.value, message.name()));
        let mut complaints = Vec::new();
        let mut kept = 0;
        let mut codes: BTreeMap<Code, usize> = BTreeMap::new();
        for round in 0..BODIES {
            let (tree, valid) = body(&Generator { message }, round, &mut random);
            let text = tree.write(&mut random);
            let json =
                serde_json::from_str(&text).unwrap_or_else(|e| panic!("the test wrote no JSON: {e}: {text}"));
            let (engine, schema) = (judge::engine(program, text.as_bytes()), schema.judge(&json));
            kept += usize::from(engine.is_empty());
            engine.iter().for_each(|(_, code)| *codes.entry(*code).or_default() += 1);
            if engine != schema {
                complaints
                    .push(format!("judged differently: {text}\n  engine: {engine:?}\n  schema: {schema:?}"));
            } else if valid && !engine.is_empty() {
                complaints.push(format!("generated as valid: {text}\n  both: {engine:?}"));
            }
        }
        let mut seen = seen.lock().expect("no worker panics");
        codes.into_iter().for_each(|(code, count)| *seen.entry(code).or_default() += count);
        bodies.fetch_add(BODIES, Ordering::Relaxed);
        accepted.fetch_add(kept, Ordering::Relaxed);
        // A generator that hits nothing proves nothing.
        if !(BODIES / 4..=BODIES * 9 / 10).contains(&kept) {
            complaints.push(format!("{kept} of {BODIES} bodies are valid: the generator is lopsided"));
        }
        complaints
    }));
    let (bodies, accepted) = (bodies.into_inner(), accepted.into_inner());
    let seen = seen.into_inner().expect("no worker panics");
    support::say(&format!("compared {bodies} bodies, {accepted} of them valid; violations: {seen:?}"));
    assert!(bodies > 0, "nothing was compared");
    // What the schema cannot say: what is no JSON, keys given twice, placeholders.
    let alone = [Code::NotJson, Code::TooLarge, Code::TooDeep, Code::DuplicateEntry, Code::Placeholder];
    for code in Code::ALL.into_iter().filter(|code| !alone.contains(code)) {
        let count = seen.get(&code).copied().unwrap_or_default();
        assert!(count >= 20, "{code} was found {count} times only: the bodies hardly test it");
    }
}

/// A body, and whether it is valid by construction: half of them are broken in one place.
fn body(generator: &Generator, round: usize, random: &mut Random) -> (Tree, bool) {
    let (mut tree, consistent) = generator.body(random);
    match round % 8 {
        0 | 2 | 4 => (tree, consistent),
        // Conditions, constraints and variants left to chance.
        6 => (generator.careless(random), false),
        _ => {
            mutate::mutate(&mut tree, generator.message, random);
            (tree, false)
        }
    }
}
