//! Beside broken syntax: what is surely wrong is still said, and nothing that is right is called wrong.

mod common;

use common::{catalogue, edit, places, text};
use elementc_compiler::compile;
use elementc_compiler::source::Source;
use std::fmt::Write;

/// The catalogue with one text in place of another.
fn with(mut sources: Vec<Source>, path: &str, old: &str, new: &str) -> Vec<Source> {
    edit(&mut sources, path, old, new);
    sources
}

const BROKEN: [(&str, &str, &str, &str); 3] = [
    ("elements/sageoneuk.yaml", "hub: sage", "hub sage", "elements/sageoneuk.yaml:5:1 E0101"),
    (
        "elements/traits/platform.yaml",
        "protocolType: http",
        "protocolType http",
        "elements/traits/platform.yaml:88:5 E0101",
    ),
    ("elements/traits/bulk.yaml", "JSON", "\"JSON", "elements/traits/bulk.yaml:9:33 E0101"),
];

#[test]
fn what_is_surely_wrong_is_still_said() {
    let cases = [
        ("elements/sageoneuk.yaml", "configuration.signature", "configuration.signatur", "13:23 E0402"),
        ("elements/sageoneuk.yaml", "configuration.signature", "configuratoin.signature", "13:23 E0401"),
        ("elements/sageoneuk.yaml", "configuration.signature", "signature", "13:23 E0401"),
        ("elements/sagehr.yaml", "from: configuration.api.key", "from: configuration.apikey", "8:49 E0402"),
        ("elements/sageone.yaml", "bulkUploadEnabled: false }", "bulkUplodEnabled: false }", "38:44 E0306"),
    ];
    for (path, old, new, expected) in cases {
        for (broken_path, before, broken, place) in BROKEN {
            let sources = with(with(catalogue(), path, old, new), broken_path, before, broken);
            let mut expected = [format!("{path}:{expected}"), place.to_owned()];
            expected.sort();
            let mut found = places(&compile(sources));
            found.sort();
            assert_eq!(found, expected, "{new} beside {broken}");
        }
    }
}

/// Each line of the catalogue is broken in one of many ways.
#[test]
fn what_may_be_lost_is_not_missed() {
    let all = catalogue();
    let (mut broken, mut wrong) = (0, String::new());
    for source in &all {
        let text = text(source);
        for (at, line) in text.lines().enumerate() {
            let without = |c: char| line.replacen(c, "", 1);
            let new = match at % 8 {
                0 => without(':'),
                1 => line.replacen(": ", ": \"", 1),
                2 => line.replacen(": ", ": [", 1),
                3 => format!(" {line}"),
                4 => line.strip_prefix(' ').unwrap_or(line).to_owned(),
                5 => without('}'),
                6 => without('"'),
                _ => line[..line.len() / 2].to_owned(),
            };
            let lines = text.lines().enumerate().map(|(other, line)| if other == at { &new } else { line });
            let edited: String = lines.map(|line| format!("{line}\n")).collect();
            let mut sources = all.clone();
            sources.iter_mut().find(|other| other.path == source.path).expect("it is there").bytes =
                edited.into_bytes().into();
            let found = compile(sources).diagnostics;
            let is_broken = found.iter().any(|d| d.code.0.starts_with("E01"));
            broken += usize::from(is_broken);
            for d in found.iter().filter(|d| is_broken && d.code.is_of_absence()) {
                writeln!(wrong, "{}: {line} -> {new}: {} {}", source.path, d.code, d.message)
                    .expect("a string takes any text");
            }
        }
    }
    assert!(wrong.is_empty() && broken > 100, "{broken} broken\n{wrong}");
}
