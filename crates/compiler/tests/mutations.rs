//! Realistic slips in the shipped descriptors: each yields one diagnostic, at its place.
//!
//! The cases are the Markdown files in `mutations/`: a heading, the edit as a diff of whole lines,
//! and `file:line:column code` of what it yields.

mod common;

use common::pages::of_descriptors;
use common::slips::{Mutation, all, apply};
use common::{catalogue, places, read};
use elementc_compiler::compile;
use elementc_compiler::render::{Style, human};
use elementc_compiler::source::Source;
use std::collections::BTreeSet;
use std::fmt::Write;

/// What is wrong with a case, if anything.
fn check(sources: Vec<Source>, title: &str, expected: &[String]) -> String {
    let compilation = compile(sources);
    let found = places(&compilation);
    if found == expected {
        return String::new();
    }
    let shown = human(&compilation.diagnostics, &compilation.files, Style::default());
    format!("{title}: expected\n{}\nfound\n{}\n\n{shown}\n", expected.join("\n"), found.join("\n"))
}

#[test]
fn the_catalogue_is_clean() {
    assert_eq!(check(catalogue(), "the catalogue", &[]), "");
}

#[test]
fn each_mistake_is_one_diagnostic() {
    let (all, catalogue) = (all(), catalogue());
    let mut wrong = String::new();
    for mutation in &all {
        let mut sources = catalogue.clone();
        apply(&mut sources, mutation);
        wrong += &check(sources, &mutation.title, &mutation.expected);
        if mutation.expected.len() != 1 {
            writeln!(wrong, "{}: a mistake is one diagnostic", mutation.title)
                .expect("a string takes any text");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(all.len() >= 140, "only {} mutations", all.len());
}

/// Codes that no edit of lines of one shipped file yields: why not, and the test of `diagnostics.rs`
/// that proves each by its page.
const EXCEPTIONS: [(&str, &str, &str); 5] = [
    ("E0102", "bytes that are not UTF-8 are no lines of Markdown", PAGES),
    ("E0207", "keys equal file names (E0206): it needs `SageOne.yaml` beside `sageone.yaml`", PAGES),
    ("E0308", "a chain of more than 32 elements is as many files", PAGES),
    ("E0521", "more than 1024 entries are as many lines", PAGES),
    ("W0706", "keys equal file names (E0206), so it needs a file whose name has capitals", PAGES),
];
const PAGES: &str = "pages_fail_and_pass_as_they_say";

/// Codes of templates and pages (`E1…`) aside: what they are about is in no descriptor.
#[test]
fn each_code_has_a_mutation() {
    let all = all();
    let yielded: BTreeSet<&str> =
        all.iter().flat_map(|m| &m.expected).filter_map(|place| place.rsplit(' ').next()).collect();
    let excepted: BTreeSet<&str> = EXCEPTIONS.iter().map(|(code, ..)| *code).collect();
    let needed: BTreeSet<&str> = of_descriptors().map(|(code, _)| *code).collect();
    let both: Vec<_> = yielded.intersection(&excepted).collect();
    assert!(both.is_empty(), "these have a mutation, so they are no exceptions: {both:?}");
    let covered: BTreeSet<&str> = yielded.union(&excepted).copied().collect();
    let neither: Vec<_> = needed.difference(&covered).collect();
    assert!(neither.is_empty(), "these have no mutation and are no exceptions: {neither:?}");
    let unknown: Vec<_> = excepted.difference(&needed).collect();
    assert!(unknown.is_empty(), "these exceptions are no codes about descriptors: {unknown:?}");
    let tests = read("crates/compiler/tests/diagnostics.rs");
    for (code, why, test) in EXCEPTIONS {
        assert!(tests.contains(&format!("#[test]\nfn {test}()")), "{code} ({why}): there is no test {test}");
    }
}

/// Two files with five mistakes each, in one run: ten diagnostics.
#[test]
fn mistakes_do_not_hide_each_other() {
    let edits = [
        ("elements/sageone.yaml", "hub: finance", "hubb: finance"),
        ("elements/sageone.yaml", "scopes: [full_access]", "scopes: full_access"),
        ("elements/sageone.yaml", "from: callback.country", "from: callback.contry"),
        ("elements/sageone.yaml", "signature.secret: {", "signature.secret: { sekret: true,"),
        (
            "elements/sageone.yaml",
            "pagination.max: \"200\"",
            "pagination.max: \"200\"\n    pagination.max: \"100\"",
        ),
        ("elements/sageoneuk.yaml", "id: 686", "id: \"686\""),
        ("elements/sageoneuk.yaml", "status: beta", "status: betta"),
        ("elements/sageoneuk.yaml", "https://www.sageone.com/oauth2/auth", "www.sageone.com/oauth2/auth"),
        ("elements/sageoneuk.yaml", "configuration.signature", "configuration.signatur"),
        ("elements/sageoneuk.yaml", "secret: true", "secret: yes"),
    ];
    let expected = [
        "elements/sageone.yaml:5:1 E0201",
        "elements/sageone.yaml:14:11 E0202",
        "elements/sageone.yaml:19:23 E0201",
        "elements/sageone.yaml:21:79 E0402",
        "elements/sageone.yaml:28:5 E0105",
        "elements/sageoneuk.yaml:3:5 E0202",
        "elements/sageoneuk.yaml:6:9 E0203",
        "elements/sageoneuk.yaml:12:14 E0412",
        "elements/sageoneuk.yaml:13:23 E0402",
        "elements/sageoneuk.yaml:19:13 E0106",
    ];
    let mut sources = catalogue();
    for (file, old, new) in edits {
        let [title, file, old, new] = [old, file, old, new].map(str::to_owned);
        apply(&mut sources, &Mutation { title, file, old, new, expected: Vec::new() });
    }
    let wrong = check(sources, "ten mistakes", &expected.map(str::to_owned));
    assert!(wrong.is_empty(), "{wrong}");
}
