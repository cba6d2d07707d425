//! Fixes: each mends what it is offered for and breaks nothing else; what it does not touch stays as
//! it is, byte for byte.

mod common;

use common::pages::{cases, unsaid};
use common::{catalogue, library, slips, source};
use elementc_compiler::control::Control;
use elementc_compiler::diagnostic::{Code, Diagnostic, Severity, explanations};
use elementc_compiler::fix::fixed;
use elementc_compiler::source::{Files, Source};
use elementc_compiler::{Compilation, compile_with};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The sources with the fixes of a compilation applied, and their number.
fn applied(compilation: &Compilation) -> (Vec<Source>, usize) {
    let (texts, count) = fixed(compilation);
    let mut sources = compilation.catalog.sources.clone();
    for (file, text) in texts {
        sources[file.0 as usize].bytes = text.into_bytes().into();
    }
    (sources, count)
}

/// What tells a diagnostic from others, wherever it stands.
fn identity(d: &Diagnostic, files: &Files) -> (Code, String, String) {
    (d.code, files.get(d.primary.span.file).path.clone(), d.message.clone())
}

/// What is wrong with the fixes of these sources, each taken alone.
fn wrong_fixes(title: &str, sources: &[Source], control: &Control) -> String {
    let before = compile_with(sources.to_vec(), control);
    let mut wrong = String::new();
    let mut known: BTreeMap<_, usize> = BTreeMap::new();
    for diagnostic in &before.diagnostics {
        *known.entry(identity(diagnostic, &before.files)).or_default() += 1;
    }
    for (at, diagnostic) in before.diagnostics.iter().enumerate().filter(|(_, d)| d.fix.is_some()) {
        let mut one = compile_with(sources.to_vec(), control);
        one.diagnostics = vec![one.diagnostics.swap_remove(at)];
        let (sources, count) = applied(&one);
        let fix = diagnostic.fix.as_ref().expect("chosen so");
        let mut complain = |what: String| {
            let (code, message) = (diagnostic.code, &diagnostic.message);
            writeln!(wrong, "{title}: {code} {message}: {}: {what}", fix.title)
                .expect("a string takes any text");
        };
        if count != 1 {
            complain(format!("applied {count} times"));
        }
        let after = compile_with(sources, control);
        let mut left = known.clone();
        for found in &after.diagnostics {
            match left.get_mut(&identity(found, &after.files)) {
                Some(count) if *count > 0 => *count -= 1,
                _ if found.severity == Severity::Error => {
                    complain(format!("yields {} {}", found.code, found.message))
                }
                _ => {}
            }
        }
        if left[&identity(diagnostic, &before.files)] == 0 {
            complain("is still there".to_owned());
        }
    }
    wrong
}

fn ignoring(codes: &[&str]) -> Control {
    Control { ignore: codes.iter().map(|code| (*code).to_owned()).collect(), ..Control::default() }
}

#[test]
fn fixes_of_the_pages_mend_and_break_nothing() {
    let mut wrong = String::new();
    let mut fixes = 0;
    for (code, page) in explanations() {
        let sources = [cases(code, page).0, library()].concat();
        let control = ignoring(&unsaid(code));
        fixes +=
            compile_with(sources.clone(), &control).diagnostics.iter().filter(|d| d.fix.is_some()).count();
        wrong += &wrong_fixes(code, &sources, &control);
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(fixes >= 10, "only {fixes} pages show a fix");
}

#[test]
fn fixes_of_the_slips_mend_and_break_nothing() {
    let catalogue = catalogue();
    let mut wrong = String::new();
    for mutation in slips::all() {
        let mut sources = catalogue.clone();
        slips::apply(&mut sources, &mutation);
        wrong += &wrong_fixes(&mutation.title, &sources, &Control::default());
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Each word of a descriptor that uses much of the language, with a letter left out or doubled.
#[test]
fn fixes_of_misspelt_words_mend_and_break_nothing() {
    let mut wrong = String::new();
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let mut at = 0;
    for part in MUCH.split_inclusive(|c| !is_word(c)) {
        let word = part.trim_end_matches(|c| !is_word(c));
        let start = at;
        at += part.len();
        if word.len() < 3 {
            continue;
        }
        for slip in [format!("{}{}", &word[..1], &word[2..]), format!("{}{}", word, &word[word.len() - 1..])]
        {
            let text = [&MUCH[..start], &slip, &MUCH[start + word.len()..]].concat();
            let sources = [vec![source("example.yaml", text)], library()].concat();
            wrong += &wrong_fixes(&format!("`{word}` as `{slip}`"), &sources, &Control::default());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

const MUCH: &str = r#"key: example
name: "Example"
hub: 'finance'
status: beta
description: Does what examples do.
traits: [oauth2, "paging", 'bulk']
oauth2:
  authorize: "https://{subdomain}.example.com/authorize"
  token: 'https://example.com/token'
  scopes: [read, write]
  pkce: "S256"
  query: { subdomain: configuration.subdomain, "country": 'configuration.country' }
configuration:
  subdomain: { title: Subdomain, description: Of the account. }
  country:
    title: "Country"
    description: Where the company is.
    values: ["no", "se", "US, CA", a b]
    required: { when: { plan: [basic, "big: er", 'no'], paid: true } }
  plan: { title: Plan, description: What is paid for., values: [basic, "big: er", "no", it's], required: false }
  paid: { title: Paid, description: Whether it is., type: boolean, required: false, default: false }
  old.plan: { title: Old plan, description: Was paid for., deprecated: { replacedBy: plan }, required: false }
  user: { title: User, description: Who it is., required: false }
  address: { title: Address, description: Where they are., type: "email", required: false, default: me@example.com }
constraints:
  configuration:
    - oneOf: [user, address]
override:
  configuration:
    oauth.api.key: { title: Consumer Key }
remove: [configuration.event.vendor.type, "instance.configuration.pagination.max"]
"#;

#[test]
fn the_descriptor_that_uses_much_is_right() {
    let compilation =
        compile_with([vec![source("example.yaml", MUCH)], library()].concat(), &Control::default());
    assert_eq!(common::places(&compilation), [""; 0]);
}
