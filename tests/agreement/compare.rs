//! Makes bodies of messages, and holds the opinions on each against one another.

use crate::generate::Generator;
use crate::javascript::{JavaScript, Line, lines, modules};
use crate::judge::{self, Schema};
use crate::mutate;
use crate::support::random::Random;
use crate::tree::Tree;
use elementc_compiler::emit::javascript::emit_engine;
use elementc_compiler::lower::Message;
use elementc_compiler::{Catalog, Compiled};
use elementc_runtime::{Code, Placeholders, Program, validate};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// So many bodies go to JavaScript at once.
const BATCH: usize = 2000;

/// What was compared, and what came of it.
#[derive(Default)]
pub struct Tally {
    pub bodies: usize,
    pub accepted: usize,
    pub codes: BTreeMap<Code, usize>,
    pub complaints: Vec<String>,
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bodies, accepted, codes, .. } = self;
        write!(out, "compared {bodies} bodies, {accepted} of them valid; violations: {codes:?}")
    }
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.bodies += other.bodies;
        self.accepted += other.accepted;
        other.codes.into_iter().for_each(|(code, count)| *self.codes.entry(code).or_default() += count);
        self.complaints.extend(other.complaints);
    }
}

/// Calls a function for each message, on all processors, and returns what it complains about.
pub fn each_message(
    catalogues: &[Catalog],
    complaints_of: impl Fn(&Compiled, &Message, &Program) -> Vec<String> + Sync,
) -> Vec<String> {
    let compiled: Vec<Compiled> = catalogues.iter().flat_map(Catalog::compiled).collect();
    let all: Vec<(&Compiled, &Message, &Program)> = compiled
        .iter()
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

/// Compares as many bodies of each message of an element as `bodies_of` says: others in each round.
pub fn compare(catalogues: &[Catalog], bodies_of: impl Fn(&Compiled) -> usize + Sync, round: u64) -> Tally {
    let shared = emit_engine(&Default::default());
    let all: Mutex<Tally> = Mutex::default();
    let complaints = each_message(catalogues, |compiled, message, program| {
        let bodies = bodies_of(compiled);
        let key = &compiled.element.key.value;
        let schema = Schema::new(compiled, message);
        let javascript = JavaScript::new(&modules(compiled, &shared), key);
        let mut random = Random::of(&format!("{key}/{}/{round}", message.name()));
        let mut tally = Tally::default();
        let mut left = bodies;
        while left > 0 {
            let some = left.min(BATCH);
            tally.add(batch(program, &Generator { message }, &schema, &javascript, some, &mut random));
            left -= some;
        }
        // A generator that hits nothing proves nothing.
        if !(bodies / 4..=bodies * 9 / 10).contains(&tally.accepted) {
            let accepted = tally.accepted;
            tally
                .complaints
                .push(format!("{accepted} of {bodies} bodies are valid: the generator is lopsided"));
        }
        let complaints = std::mem::take(&mut tally.complaints);
        all.lock().expect("no worker panics").add(tally);
        complaints
    });
    let mut tally = all.into_inner().expect("no worker panics");
    tally.complaints = complaints;
    tally
}

fn batch(
    program: &Program,
    generator: &Generator,
    schema: &Schema,
    javascript: &JavaScript,
    bodies: usize,
    random: &mut Random,
) -> Tally {
    let mut tally = Tally { bodies, ..Tally::default() };
    let mut texts = Vec::new();
    for round in 0..bodies {
        let (tree, valid) = body(generator, round, random);
        let text = tree.write(random);
        let json =
            serde_json::from_str(&text).unwrap_or_else(|e| panic!("the test wrote no JSON: {e}: {text}"));
        let (engine, schema) = (judge::engine(program, text.as_bytes()), schema.judge(&json));
        tally.accepted += usize::from(engine.is_empty());
        engine.iter().for_each(|(_, code)| *tally.codes.entry(*code).or_default() += 1);
        if engine != schema {
            let complaint = format!("judged differently: {text}\n  engine: {engine:?}\n  schema: {schema:?}");
            tally.complaints.push(complaint);
        } else if valid && !engine.is_empty() {
            tally.complaints.push(format!("generated as valid: {text}\n  both: {engine:?}"));
        }
        texts.push(text);
    }
    // Placeholders are about single texts: a quarter of the bodies has plenty.
    let some = &texts[..texts.len() / 4];
    for (placeholders, texts) in [(Placeholders::Allowed, &*texts), (Placeholders::Rejected, some)] {
        tally.complaints.extend(differences(program, javascript, texts, placeholders));
    }
    tally
}

/// Where the engine and the JavaScript differ on some bodies. What order and messages owe to the way a
/// body is written, a parsed value does not have: those are compared on the body that JavaScript
/// writes.
pub fn differences(
    program: &Program,
    javascript: &JavaScript,
    texts: &[String],
    placeholders: Placeholders,
) -> Vec<String> {
    let strict = placeholders == Placeholders::Rejected;
    let verdicts = javascript.judge(&program.message, texts, strict);
    assert_eq!(verdicts.len(), texts.len(), "every body has a verdict");
    let mut complaints = Vec::new();
    for (text, (found, rewritten)) in texts.iter().zip(verdicts) {
        let sorted = |lines: &[Line]| {
            let mut keys: Vec<[String; 3]> = lines
                .iter()
                .map(|[code, pointer, entry, _]| [code, pointer, entry].map(String::clone))
                .collect();
            keys.sort();
            keys
        };
        let original = lines(&validate(program, text.as_bytes(), placeholders));
        let engine = lines(&validate(program, rewritten.as_bytes(), placeholders));
        if engine != found || sorted(&original) != sorted(&found) {
            complaints.push(format!(
                "judged differently: {text}\n  engine:     {engine:?}\n  JavaScript: {found:?}"
            ));
        }
    }
    complaints
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
