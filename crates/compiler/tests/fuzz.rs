//! Whatever is done to the shipped descriptors, compiling them does not panic, what it says of them
//! can be shown in every format, and what it lets pass can be emitted. Seeded: a failure names the round, and the next run fails in
//! the same one.
//!
//! It takes two seconds, or as many as the variable `ELEMENTC_FUZZ_SECONDS` says; ten minutes are
//!
//! ```sh
//! ELEMENTC_FUZZ_SECONDS=600 cargo test --release -p elementc-compiler --test fuzz -- --nocapture
//! ```

mod common;

use common::catalogue;
use common::random::Random;
use elementc_compiler::diagnostic::{Diagnostic, Label};
use elementc_compiler::fix::fixed;
use elementc_compiler::render::{Style, Summary, concise, github, human, json, sarif};
use elementc_compiler::source::{Files, Role, Source};
use elementc_compiler::{compile, emit};
use std::io::Write as _;
use std::time::{Duration, Instant};

/// Where the time limit in seconds comes from.
const SECONDS: &str = "ELEMENTC_FUZZ_SECONDS";

fn limit() -> Duration {
    let seconds = std::env::var(SECONDS).map_or(2, |text| {
        text.parse().unwrap_or_else(|_| panic!("{SECONDS} is a whole number, not {text:?}"))
    });
    Duration::from_secs(seconds)
}

/// What may be inserted: what matters to YAML, to the language, and to whoever cuts text at bytes.
const BITS: &[&str] = &[
    ":",
    ": ",
    "\n",
    "\r\n",
    "  ",
    "\t",
    "#",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "|",
    ">",
    "&a ",
    "*a",
    "!!str ",
    "<<: ",
    "---\n",
    "é",
    "“",
    "\u{feff}",
    "\u{0}",
    "\u{2028}",
    "no",
    "1e3",
    "{{",
    "^(",
    "extends: sageoneuk\n",
    "traits: [session]\n",
    "from: configuration.country\n",
    "override:\n",
    "remove: [configuration]\n",
    "variants:\n  a: {}\n  b: {}\n",
    "template: \"{query.state}\"\n",
    "required: { when: { country: US } }\n",
    "\u{80}",
    "values: [production, trial]\n",
    "default: trial\n",
    "when: { chosen.mode: { present: true } }\n",
];

/// An element of whose variants `check` takes much for granted: one entry chooses between them.
const CHOSEN: &str = "\
key: chosen
name: Chosen
hub: finance
description: Manage invoices.
traits: [basic]
configuration:
  chosen.mode:
    title: Mode
    description: Which of the two systems is meant.
  chosen.limit:
    title: Limit
    description: How many invoices are read at once.
    type: integer
    default: 200
variants:
  production:
    when: { chosen.mode: production }
    configuration:
      chosen.approval:
        title: Approval
        description: Number of the approval.
        pattern: \"^[0-9]{3}$\"
        example: \"123\"
  trial:
    when: { chosen.mode: [trial, test] }
";

fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    let at = random.below(bytes.len() + 1);
    match random.below(8) {
        0 if at < bytes.len() => drop(bytes.remove(at)),
        1 if at < bytes.len() => bytes.insert(at, bytes[at]),
        2 => bytes.insert(at, u8::try_from(random.below(256)).expect("below 256")),
        3 => bytes.truncate(at),
        4 | 5 => drop(bytes.splice(at..at, BITS[random.below(BITS.len())].bytes())),
        kind => {
            let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
            let (from, to) = (random.below(lines.len()), random.below(lines.len() + 1));
            if from < lines.len() {
                if kind == 6 {
                    lines.remove(from);
                } else {
                    lines.insert(to, lines[from]);
                }
            }
            *bytes = lines.concat();
        }
    }
}

fn lies_within(label: &Label, files: &Files) -> bool {
    let (span, text) = (label.span, files.get(label.span.file).text());
    let (start, end) = (span.start as usize, span.end as usize);
    start <= end && text.is_char_boundary(start) && text.is_char_boundary(end)
}

fn check(round: u64, diagnostic: &Diagnostic, files: &Files) {
    let mut labels = vec![diagnostic.primary.clone()];
    labels.extend(diagnostic.secondary.iter().cloned());
    let edits = diagnostic.fix.iter().flat_map(|fix| &fix.edits);
    labels.extend(edits.map(|edit| Label { span: edit.span, message: "the fix".to_owned() }));
    for label in labels {
        assert!(lies_within(&label, files), "round {round}: {label:?} lies outside its file: {diagnostic:?}");
    }
}

#[test]
fn mutated_descriptors_compile_without_panic() {
    let mut shipped = catalogue();
    shipped.push(Source {
        path: "elements/chosen.yaml".to_owned(),
        name: "chosen".to_owned(),
        role: Role::Element,
        library: false,
        bytes: CHOSEN.as_bytes().into(),
    });
    let (start, limit) = (Instant::now(), limit());
    let mut round: u64 = 0;
    while start.elapsed() < limit {
        round += 1;
        let mut random = Random(round.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut sources: Vec<Source> = shipped.clone();
        for _ in 0..=random.below(4) {
            let at = random.below(sources.len());
            let mut bytes = sources[at].bytes.to_vec();
            for _ in 0..=random.below(3) {
                mutate(&mut bytes, &mut random);
            }
            sources[at].bytes = bytes.into();
        }
        let compilation = compile(sources);
        let (diagnostics, files) = (&compilation.diagnostics, &compilation.files);
        for diagnostic in diagnostics {
            check(round, diagnostic, files);
        }
        let shown = human(diagnostics, files, Style::default());
        let lines = concise(diagnostics, files);
        let document = json(diagnostics, files, &Summary::default());
        assert_eq!(lines.lines().count(), diagnostics.len(), "round {round}: {lines}");
        assert_eq!(shown.is_empty(), diagnostics.is_empty(), "round {round}");
        for text in [document, sarif(diagnostics, files)] {
            let json: Result<serde_json::Value, _> = serde_json::from_str(&text);
            assert!(json.is_ok(), "round {round}: {json:?}");
        }
        assert_eq!(github(diagnostics, files).lines().count(), diagnostics.len(), "round {round}");
        // What passes has been proven, or follows from what has: emitting finds nothing more.
        if !compilation.has_errors() {
            let unproven = emit(&compilation.catalog).err().unwrap_or_default();
            assert!(unproven.is_empty(), "round {round}:\n{}", human(&unproven, files, Style::default()));
        }
        // `--fix` may not panic either.
        let (fixed, count) = fixed(&compilation);
        assert_eq!(fixed.is_empty(), count == 0, "round {round}");
    }
    let note = format!("{round} rounds in {:?}\n", start.elapsed());
    std::io::stdout().write_all(note.as_bytes()).expect("standard output can be written to");
}
