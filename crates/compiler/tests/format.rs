//! Formatting: one layout, nothing lost, and what compiles stays what it was. Seeded: a failure
//! names the round. It takes two seconds, or as many as `ELEMENTC_FUZZ_SECONDS` says.

mod common;

use common::catalogue;
use common::random::Random;
use elementc_compiler::compile;
use elementc_compiler::format::{Doubt, format, layout};
use elementc_compiler::source::{FileId, Source};
use elementc_compiler::syntax::part::Part as _;
use std::time::{Duration, Instant};

/// The formatted text; the same again, formatted twice.
fn formatted(text: &str) -> String {
    let once = format(FileId(0), text).unwrap_or_else(|d| panic!("{text:?}: {d:?}"));
    let twice = format(FileId(0), &once).unwrap_or_else(|d| panic!("{once:?}: {d:?}"));
    assert_eq!(once, twice, "the second time it changes again");
    once
}

#[test]
fn there_is_one_layout() {
    for (text, expected) in [
        ("name: One\nkey: one\n", "key: one\nname: One\n"),
        (
            "# the file\nname: One\n# the key\nkey: one # same\n",
            "# the file\n# the key\nkey: one # same\nname: One\n",
        ),
        ("key: one   \n\n\n\nname: One", "key: one\n\nname: One\n"),
        ("key: one\r\nname: One\r\n", "key: one\nname: One\n"),
        ("traits: [a,b , c]\n", "traits: [a, b, c]\n"),
        ("traits:\n- a\n- b # b\n", "traits:\n  - a\n  - b # b\n"),
        ("oauth2: {scopes: [a],  authorize: x}\n", "oauth2: { authorize: x, scopes: [a] }\n"),
        (
            "oauth2:\n      # where\n      token: t   # the token\n      authorize: a\n      # scopes: [x]\n\ninstance: {}\n",
            "oauth2:\n  authorize: a\n  # where\n  token: t   # the token\n  # scopes: [x]\n\ninstance: {}\n",
        ),
        (
            "configuration:\n  b: { secret: true, title: B }\n  a:\n    type: url\n    title: \"A\"\n",
            "configuration:\n  b: { title: B, secret: true }\n  a:\n    title: \"A\"\n    type: url\n",
        ),
        (
            "instance:\n  body: {}\nconfiguration:\n  a: {}\nkey: one\n",
            "key: one\n\nconfiguration:\n  a: {}\n\ninstance:\n  body: {}\n",
        ),
        (
            "variants:\n   a:\n      traits: [b]\n      when: {x: z}\n      override: {configuration: {k: {title: K}}}\n",
            "variants:\n  a:\n    when: { x: z }\n    traits: [b]\n    override: { configuration: { k: { title: K } } }\n",
        ),
        (
            "description: >\n    two\n\n    lines\nkey: one\n",
            "key: one\n\ndescription: >\n    two\n\n    lines\n",
        ),
        (
            "constraints:\n  configuration:\n  - oneOf: [a,b]\n  # more\n  - anyOf:\n      - c\n      - d\n",
            "constraints:\n  configuration:\n    - oneOf: [a, b]\n    # more\n    - anyOf:\n        - c\n        - d\n",
        ),
        ("x-b: 1\nkey: one\nx-a: { b: 1, a: 2 }\n", "key: one\nx-b: 1\nx-a: { b: 1, a: 2 }\n"),
        ("configuration:\n  a:\nkey: one\n# the end\n", "key: one\n\nconfiguration:\n  a:\n# the end\n"),
    ] {
        assert_eq!(formatted(text), expected, "{text:?}");
    }
}

#[test]
fn the_shipped_descriptors_are_formatted() {
    for source in catalogue() {
        let text = String::from_utf8(source.bytes.to_vec()).expect("it is UTF-8");
        assert_eq!(formatted(&text), text, "run `elementc fmt`: {}", source.path);
    }
}

#[test]
fn a_broken_file_is_not_touched() {
    for text in ["key: [one\n", "", "key: one\nkey: two\n", "a: &b c\n", "flag: no\n", "key: “one”\n"] {
        assert!(!format(FileId(0), text).expect_err("it is broken").is_empty(), "{text:?}");
    }
}

/// What cannot be laid out without doubt.
#[test]
fn what_is_unusual_stays_as_it_is_and_is_told() {
    for (text, expected) in [
        ("{ key: one, name: One }\n", Err(Doubt::Braces)),
        ("name: One\nkey: # why\n  # so\n  one\n", Err(Doubt::Comment(3))),
        ("# top\n--- # start\nkey: one\n", Err(Doubt::Comment(2))),
        ("name: One\ndescription: |+\n  a\n\n\nkey: one\n", Err(Doubt::Value)),
        ("key: one\rname: One\r", Err(Doubt::Lines)),
        ("traits: [a, # why\n  b]\n", Ok("traits: [a, # why\n  b]\n".to_owned())),
    ] {
        assert_eq!(layout(FileId(0), text), Ok(expected), "{text:?}");
        formatted(text);
    }
}

/// The same descriptor in another layout: sections moved, further in, with blanks and comments.
fn rearranged(text: &str, random: &mut Random) -> String {
    let mut sections: Vec<Vec<String>> = vec![Vec::new()];
    for line in text.lines() {
        let begins = line.starts_with(|c: char| c.is_ascii_alphabetic());
        if begins && random.below(2) == 0 {
            sections.push(Vec::new());
        }
        let wider = format!("{}{line}", " ".repeat(line.len() - line.trim_start().len()));
        sections.last_mut().expect("there is one").push(wider);
    }
    for at in (1..sections.len()).rev() {
        sections.swap(at, random.below(at + 1));
    }
    let mut out = String::new();
    for line in sections.concat() {
        match random.below(8) {
            0 => out.push('\n'),
            1 => out.push_str(&format!("{}# remark {}\n", " ".repeat(random.below(7)), random.below(9))),
            _ => {}
        }
        out.push_str(&line);
        out.push_str(["", "", "  ", "\r"][random.below(4)]);
        out.push('\n');
    }
    out
}

/// Cuts, doubles and inserts, as slips do.
fn broken(text: &str, random: &mut Random) -> String {
    const BITS: [&str; 14] =
        ["\n", " ", "#", " # x", ": ", "- ", "[", "}", "\"", "|\n", "\t", "é", "key: x\n", "  a: { b: c }\n"];
    let mut text = text.to_owned();
    for _ in 0..=random.below(3) {
        let at = (0..=random.below(text.len() + 1)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        match random.below(3) {
            0 => text.insert_str(at, BITS[random.below(BITS.len())]),
            1 => drop(text.drain(at..).next()),
            _ => {
                let line =
                    text.lines().nth(random.below(text.lines().count())).unwrap_or_default().to_owned();
                text.insert_str(at, &format!("\n{line}\n"));
            }
        }
    }
    text
}

/// What compiling says: what is wrong, every value of every element, and its samples.
fn outcome(sources: Vec<Source>) -> Vec<String> {
    let compilation = compile(sources);
    let mut said: Vec<String> =
        compilation.diagnostics.iter().map(|d| format!("{} {}", d.code.0, d.message)).collect();
    said.sort();
    for compiled in compilation.catalog.compiled() {
        let element = compiled.element;
        let identity =
            [&element.hub, &element.description, &element.image].map(|t| t.as_ref().map(|t| &t.value));
        said.push(format!("{} {:?} {:?}", element.name.value, element.status(), identity));
        for method in &element.methods {
            let mut values = Vec::new();
            method.body.visit(&mut vec![element.key.value.clone()], &mut |path, _, value| {
                values.push(format!("{} {value}", path.join("/")));
            });
            // Attributes have no order; entries do, and samples show it.
            values.sort();
            said.extend(values);
        }
        let samples = compiled.messages.iter().flat_map(|m| m.samples.iter().map(|s| s.json.to_string()));
        said.extend(samples);
    }
    said
}

#[test]
fn what_compiles_is_the_same_before_and_after() {
    let seconds = std::env::var("ELEMENTC_FUZZ_SECONDS").ok().and_then(|s| s.parse().ok()).unwrap_or(2);
    let (start, limit) = (Instant::now(), Duration::from_secs(seconds));
    let sources = catalogue();
    let (mut random, mut rounds, mut changed) = (Random(0xF0), 0, 0);
    while start.elapsed() < limit || rounds < sources.len() + 20 {
        let at = if rounds < sources.len() { rounds } else { random.below(sources.len()) };
        let text = String::from_utf8(sources[at].bytes.to_vec()).expect("it is UTF-8");
        let text = match rounds {
            round if round < sources.len() => text,
            round if round % 3 == 0 => broken(&text, &mut random),
            _ => rearranged(&text, &mut random),
        };
        rounds += 1;
        let Ok(new) = format(FileId(0), &text) else { continue };
        assert_eq!(formatted(&new), new, "round {rounds}");
        changed += usize::from(new != text);
        let with = |text: &str| {
            let mut sources = sources.clone();
            // A few elements show what a trait says; the others are only lent.
            let few = ["sageoneus", "intacct", "sagepeople", "sagecrm", &sources[at].name.clone()];
            sources.iter_mut().for_each(|source| source.library = !few.contains(&&*source.name));
            sources[at].bytes = text.as_bytes().into();
            outcome(sources)
        };
        assert!(with(&text) == with(&new), "round {rounds}:\n{text}\n--- became\n{new}");
    }
    assert!(changed > 0, "nothing was formatted in {rounds} rounds");
}
