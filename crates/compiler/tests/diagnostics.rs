//! The pages of `docs/diagnostics/` are tests: what a page says fails fails with its code and
//! nothing else, what it says passes passes, and what people read then is a snapshot.

mod common;

use common::pages::{cases, of_descriptors, unsaid};
use common::{controlled, names, places, read, source};
use elementc_compiler::check::RULES;
use elementc_compiler::compile;
use elementc_compiler::diagnostic::explanations;
use elementc_compiler::render::{Style, human};
use std::collections::BTreeSet;
use std::fmt::Write;

#[test]
fn pages_fail_and_pass_as_they_say() {
    let mut wrong = String::new();
    for (code, page) in of_descriptors() {
        let (fails, passes) = cases(code, page);
        let ignored = unsaid(code);
        let (failed, passed) = (controlled(fails, &ignored), controlled(passes, &ignored));
        let shown = human(&failed.diagnostics, &failed.files, Style::default());
        let codes: Vec<&str> = failed.diagnostics.iter().map(|d| d.code.0).collect();
        if codes != [*code] {
            writeln!(wrong, "{code}.md: `fails` yields {codes:?}\n{shown}").expect("a string takes any text");
        }
        if !passed.diagnostics.is_empty() {
            let shown = human(&passed.diagnostics, &passed.files, Style::default());
            writeln!(wrong, "{code}.md: `passes` yields {:?}\n{shown}", places(&passed))
                .expect("a string takes any text");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_file_of_utf_16_is_one_mistake() {
    let text = "\u{feff}key: example\nname: Example\nauthentication: basic\n";
    for unit in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = text.encode_utf16().flat_map(unit).collect();
        let found = controlled(vec![source("example.yaml", bytes)], &unsaid("E0102"));
        assert_eq!(places(&found), ["example.yaml:1:1 E0102"]);
    }
}

#[test]
fn what_people_read() {
    for (code, page) in of_descriptors() {
        let failed = controlled(cases(code, page).0, &unsaid(code));
        insta::assert_snapshot!(*code, human(&failed.diagnostics, &failed.files, Style::default()));
    }
}

/// Whatever a key holds, what is said of it is one line.
#[test]
fn messages_are_lines() {
    let text = "key: example\nname: Example\nauthentication: custom\n\"a\\r\\nb\": 1\n";
    let compilation = compile(vec![source("elements/example.yaml", text)]);
    let messages: Vec<&str> = compilation.diagnostics.iter().map(|d| &*d.message).collect();
    assert_eq!(messages, ["unknown key `a\\r\\nb`"]);
}

#[test]
fn pages_have_their_form() {
    for (code, page) in explanations() {
        let title = page.lines().next().unwrap_or_default();
        assert!(title.starts_with(&format!("# {code}: ")), "{code}.md begins with {title:?}");
        for heading in ["## Why it is bad", "## Example", "## How to mend it"] {
            assert!(page.lines().any(|line| line == heading), "{code}.md has no {heading:?}");
        }
        let lines = page.lines().count();
        assert!(lines <= 60, "{code}.md has {lines} lines; people read it in a terminal");
    }
}

/// The files of `check/` that are part of the crate.
fn rule_files() -> Vec<String> {
    let module = read("crates/compiler/src/check/mod.rs");
    let is_part = |name: &String| module.lines().any(|line| line.ends_with(&format!("mod {name};")));
    names("crates/compiler/src/check", ".rs").into_iter().filter(is_part).collect()
}

/// The codes written in the sources of the compiler, tests and comments aside, by file.
fn codes_in(directory: &str, found: &mut Vec<(String, String)>) {
    for name in names(directory, "") {
        let path = format!("{directory}/{name}");
        if common::repository().join(&path).is_dir() {
            if name != "tests" {
                codes_in(&path, found);
            }
            continue;
        }
        if directory.ends_with("/check") && !rule_files().iter().any(|file| name == format!("{file}.rs")) {
            continue;
        }
        let text = read(&path);
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for part in line.split('"').skip(1).step_by(2) {
                let digits = part.strip_prefix(['E', 'W']).unwrap_or_default();
                if digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
                    found.push((name.clone(), part.to_owned()));
                }
            }
        }
    }
}

#[test]
fn each_code_has_a_page_and_each_page_a_code() {
    let mut found = Vec::new();
    codes_in("crates/compiler/src", &mut found);
    found.retain(|(file, _)| file != "diagnostic.rs");
    let reported: BTreeSet<String> = found.iter().map(|(_, code)| code.clone()).collect();
    let explained: BTreeSet<String> = explanations().iter().map(|(code, _)| (*code).to_owned()).collect();
    let pages: BTreeSet<String> = names("docs/diagnostics", ".md").into_iter().collect();
    assert_eq!(reported, explained, "codes of the sources, and `explanations()`");
    assert_eq!(pages, explained, "files in docs/diagnostics, and `explanations()`");
}

/// A file of `check/` declares its codes as constants, lists them in its rules, and reports each.
#[test]
fn rules_list_the_codes_that_they_report() {
    for name in rule_files() {
        let text = read(&format!("crates/compiler/src/check/{name}.rs"));
        let declared: BTreeSet<&str> = text
            .lines()
            .filter(|line| line.contains(": Code = Code("))
            .filter_map(|line| line.split_once("const ")?.1.split(':').next())
            .collect();
        let listed: BTreeSet<&str> = text
            .split("codes: &[")
            .skip(1)
            .flat_map(|list| list.split(']').next().unwrap_or_default().split(','))
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .collect();
        assert_eq!(declared, listed, "check/{name}.rs: its constants, and the `codes` of its rules");
        let literals = text.matches("Code(\"").count();
        assert_eq!(literals, declared.len(), "check/{name}.rs: codes are constants, each declared once");
        for code in declared {
            let uses =
                text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| *word == code);
            assert!(uses.count() > 2, "check/{name}.rs lists {code} and never reports it");
        }
        let rules: BTreeSet<&str> = RULES.iter().flat_map(|rule| rule.codes).map(|code| code.0).collect();
        let codes = text.lines().filter_map(|line| line.split_once("Code = Code(\"")?.1.split('"').next());
        for code in codes {
            assert!(rules.contains(code), "check/{name}.rs reports {code}, but is no rule of `RULES`");
        }
    }
}
