//! Three opinions on 100,000 bodies of each shipped element: the engine's, the emitted JavaScript's,
//! and the emitted JSON Schema's as the crate `jsonschema` reads it. Fails at the first difference.
//!
//! `cargo bench --bench agreement`, or with a number of bodies: `cargo bench --bench agreement -- 5000`

#![allow(clippy::print_stdout, reason = "it says what it compared")]

#[path = "../tests/agreement/compare.rs"]
mod compare;
#[path = "../tests/agreement/generate.rs"]
mod generate;
#[path = "../tests/agreement/javascript.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod javascript;
#[path = "../tests/agreement/judge.rs"]
mod judge;
#[path = "../tests/agreement/mutate.rs"]
mod mutate;
#[path = "../tests/support/mod.rs"]
mod support;
#[path = "../tests/agreement/tree.rs"]
mod tree;

use elementc_compiler::{Catalog, Compiled};
use std::process::ExitCode;

const BODIES: usize = 100_000;

fn main() -> ExitCode {
    let bodies = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(BODIES);
    let catalog = support::compiled(support::shipped()).catalog;
    let mut differ = false;
    for element in catalog.elements {
        let compiled = Compiled::of(&element);
        let key = element.key.value.to_string();
        let names: Vec<String> = compiled.messages.iter().map(|message| message.name()).collect();
        let each = bodies.div_ceil(names.len());
        let one = Catalog { elements: vec![element], sources: Vec::new() };
        let tally = compare::compare(&[one], |_| each, 0);
        println!("{key} ({}): {tally}", names.join(", "));
        for complaint in tally.complaints.iter().take(10) {
            println!("{complaint}\n");
        }
        differ |= !tally.complaints.is_empty();
    }
    println!(
        "{}",
        if differ { "THEY DIFFER" } else { "the engine, the JavaScript and the JSON Schemas agree" }
    );
    ExitCode::from(u8::from(differ))
}
