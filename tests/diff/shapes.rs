//! Entries of many shapes, each turned into each other: what `diff` says is held against all values of
//! a small domain, one by one.

use crate::{Case, compiled, support};
use elementc_compiler::Compilation;
use elementc_compiler::diff::{Change, Kind, compare};
use elementc_compiler::pattern;
use elementc_runtime::{Placeholders, validate};
use serde_json::{Value as Json, json};

/// How many shapes there are: each pair of them is compared.
const SHAPES: usize = 32;

/// Numbers that are as good as random, and the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    /// Some of these, and at least one.
    fn some<T: Clone>(&mut self, of: &[T]) -> Vec<T> {
        let first = self.below(of.len());
        let some = of.iter().enumerate().filter(|(at, _)| *at == first || self.below(3) == 0);
        some.map(|(_, one)| one.clone()).collect()
    }
}

/// All texts of up to three of these letters, and what else may be written.
fn domain() -> Vec<Json> {
    let mut texts = vec![String::new()];
    let mut longest = texts.clone();
    for _ in 0..3 {
        let longer = |text: &String| ["a", "b", "ж", "1", "-", "."].map(|letter| format!("{text}{letter}"));
        longest = longest.iter().flat_map(longer).collect();
        texts.extend(longest.clone());
    }
    texts.extend(["true", "false", "2", "3", "4", "0", "1.5", "-1.5"].map(str::to_owned));
    let numbers = (-12..=24).map(|quarters| {
        if quarters % 4 == 0 { json!(quarters / 4) } else { json!(f64::from(quarters) / 4.0) }
    });
    let others = [json!(null), json!(true), json!(false), json!({}), json!([])];
    texts.into_iter().map(Json::from).chain(numbers).chain(others).collect()
}

/// The attributes of an entry.
fn shape(dice: &mut Dice) -> String {
    let form = dice.one(&["", ", form: native", ", form: string", ", form: both"]);
    match dice.below(6) {
        0 | 1 => {
            let mut part = || {
                let atom = dice.one(&["a", "b", "ж", "[ab]", "[^a]", "(?:ab|1)", "[a-zа-я]", "(?:a|b|ж)"]);
                format!("{atom}{}", dice.one(&["", "", "*", "+", "?", "{2}", "{1,2}"]))
            };
            let (one, other) = (part(), part());
            let source = match dice.below(3) {
                0 => format!("^{one}$"),
                1 => format!("^{one}{other}$"),
                _ => format!("^(?:{one}|{other})$"),
            };
            let dfa = pattern::compile(&source).expect("it compiles");
            let taken = |json: &Json| json.as_str().is_some_and(|text| pattern::matches(&dfa, text));
            let example = domain().into_iter().find(taken).expect("some text is taken");
            format!("pattern: {}, example: {example}", json!(source))
        }
        2 => format!("values: {}", json!(dice.some(&["a", "b", "ab", "ж", "1", "aa"]))),
        3 => match dice.below(3) {
            0 => format!("value: {}", dice.one(&["a", "b", "ж"])),
            1 => "example: a".to_owned(),
            _ => format!("type: boolean, example: true{form}"),
        },
        4 => format!("type: integer, values: {}{form}", json!(dice.some(&[-1, 0, 1, 2, 3, 4]))),
        _ => {
            let kind = dice.one(&["integer", "number"]);
            let (low, high) = (dice.below(4), dice.below(4));
            let low_end = if dice.below(3) == 0 { String::new() } else { format!(", min: {low}") };
            let high_end = if dice.below(3) == 0 { String::new() } else { format!(", max: {}", low + high) };
            format!("type: {kind}, example: {low}{low_end}{high_end}{form}")
        }
    }
}

/// The entry in what is sent and in what is answered.
fn descriptor(shape: &str) -> Case {
    let diff = format!(
        " configuration:\n   code: {{ title: Code, {shape} }}\n instance:\n   body: {{ code: {{ title: Code, {shape} }} }}\n"
    );
    Case { name: shape.to_owned(), diff, expected: String::new() }
}

/// Which values of the domain a message takes in a place.
fn taken(compilation: &Compilation, message: &str, pointer: &str) -> Vec<bool> {
    let compiled = compilation.catalog.get("example").expect("it is there");
    let (message, program) = compiled.message(message).expect("it is there");
    let mut body = message.samples[0].json.clone();
    let takes = |value: Json| {
        *body.pointer_mut(pointer).expect("the sample has it") = value;
        validate(program, body.to_string().as_bytes(), Placeholders::Allowed).is_valid()
    };
    domain().into_iter().map(takes).collect()
}

/// What is wrong with what is said of a member, of which the sender takes some values of the domain and
/// the receiver some.
fn complaint(said: &[&Change], from: &[bool], to: &[bool]) -> Option<String> {
    let shows = |from: &[bool], to: &[bool]| {
        let mut both = domain().into_iter().zip(from.iter().zip(to));
        both.find(|(_, (from, to))| **from && !**to).map(|(value, _)| value)
    };
    let has = |kind| {
        said.iter().any(|change| change.kind == kind && change.witness.is_some() == (kind == Kind::Breaking))
    };
    match (shows(from, to), shows(to, from)) {
        (Some(value), _) if !has(Kind::Breaking) => Some(format!("{value} shows that it is breaking")),
        (None, Some(value)) if !has(Kind::Breaking) && !has(Kind::Compatible) => {
            Some(format!("{value} shows that it is another"))
        }
        _ if has(Kind::Unproven) => Some("it could be proven".to_owned()),
        _ => None,
    }
}

#[test]
fn what_is_said_of_a_shape_is_so_of_each_value() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut shapes: Vec<String> = Vec::new();
    while shapes.len() < SHAPES {
        let shape = shape(&mut dice);
        if !shapes.contains(&shape) {
            shapes.push(shape);
        }
    }
    let places = [("create-instance", "/configuration/code"), ("created-instance", "/code")];
    let all: Vec<(Compilation, [Vec<bool>; 2])> = shapes
        .iter()
        .map(|shape| {
            let compilation = compiled(&descriptor(shape), ' ');
            let taken = places.map(|(message, pointer)| taken(&compilation, message, pointer));
            (compilation, taken)
        })
        .collect();
    let (mut complaints, mut breaking) = (Vec::new(), 0);
    for (before, (old, old_taken)) in shapes.iter().zip(&all) {
        for (after, (new, new_taken)) in shapes.iter().zip(&all) {
            let changes = compare(&old.catalog, &new.catalog);
            for (at, (message, pointer)) in places.into_iter().enumerate() {
                let here = |c: &&Change| {
                    c.message.as_deref() == Some(message) && c.pointer.as_deref() == Some(pointer)
                };
                let said: Vec<&Change> = changes.iter().filter(here).collect();
                // What is answered is sent by the new version.
                let (from, to) = match at {
                    0 => (&old_taken[at], &new_taken[at]),
                    _ => (&new_taken[at], &old_taken[at]),
                };
                breaking += usize::from(said.iter().any(|change| change.witness.is_some()));
                let wrong = complaint(&said, from, to);
                complaints.extend(wrong.map(|what| format!("{before} → {after}, {message}: {what}")));
            }
        }
    }
    support::say(&format!("{breaking} of {} changes of a shape are breaking", 2 * SHAPES * SHAPES));
    assert!(breaking > SHAPES * SHAPES, "{breaking} breaking changes are too few");
    let first: Vec<&String> = complaints.iter().take(10).collect();
    assert!(complaints.is_empty(), "{} complaints: {first:#?}", complaints.len());
}
