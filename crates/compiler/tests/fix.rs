//! Fixes: each mends what it is offered for and breaks nothing else; what it does not touch stays as
//! it is, byte for byte.

mod common;

use common::pages::{cases, of_descriptors, unsaid};
use common::{catalogue, library, slips, source};
use elementc_compiler::control::Control;
use elementc_compiler::diagnostic::{Code, Diagnostic, Severity};
use elementc_compiler::fix::fixed;
use elementc_compiler::source::{Files, Source, Span};
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
    let mut compilation = compile_with(sources.to_vec(), control);
    let before = std::mem::take(&mut compilation.diagnostics);
    let mut wrong = String::new();
    let mut known: BTreeMap<_, usize> = BTreeMap::new();
    for diagnostic in &before {
        *known.entry(identity(diagnostic, &compilation.files)).or_default() += 1;
    }
    for diagnostic in before.iter().filter(|d| d.fix.is_some()) {
        compilation.diagnostics = vec![diagnostic.clone()];
        let (sources, count) = applied(&compilation);
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
        if left[&identity(diagnostic, &compilation.files)] == 0 {
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
    for (code, page) in of_descriptors() {
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
        // Both for each would take twice as long.
        let slip = match start % 2 {
            0 => format!("{}{}", &word[..1], &word[2..]),
            _ => format!("{word}{}", &word[word.len() - 1..]),
        };
        let text = [&MUCH[..start], &slip, &MUCH[start + word.len()..]].concat();
        let sources = [vec![source("example.yaml", text)], library()].concat();
        wrong += &wrong_fixes(&format!("`{word}` as `{slip}`"), &sources, &Control::default());
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

/// Fixes until there is nothing left to fix; returns the text of each round.
fn rounds(bytes: &[u8]) -> Vec<String> {
    let mut texts = Vec::new();
    let mut sources = [vec![source("example.yaml", bytes)], library()].concat();
    loop {
        let compilation = compile_with(sources, &ignoring(&["W0702"]));
        let (fixed, count) = applied(&compilation);
        if count == 0 {
            return texts;
        }
        let own = fixed.iter().find(|s| s.path == "example.yaml").expect("it is there");
        texts.push(String::from_utf8(own.bytes.to_vec()).expect("it is UTF-8"));
        assert!(texts.len() <= 10, "there is no end: {texts:#?}");
        sources = fixed;
    }
}

const HEAD: &str = "key: example\nname: Example\nauthentication: custom\n";

/// What changes in descriptors, and nothing else in them does.
#[test]
fn fixes_keep_the_rest_as_it_is() {
    for (old, new) in [
        // Quotes stay, and come where they are needed.
        ("configuration:\n  a: { title: A, typ: url }\n", "configuration:\n  a: { title: A, type: url }\n"),
        ("\"staus\": 'betta'\n", "\"status\": 'beta'\n"),
        ("status: \"betta\" # not yet\n", "status: \"beta\" # not yet\n"),
        (
            "traits: ['oauht2' , \"pagin\"]\noauth2: { authorize: https://a.example }\n",
            "traits: ['oauth2' , \"paging\"]\noauth2: { authorize: https://a.example }\n",
        ),
        (
            "configuration:\n  a: { title: A, values: [\"no\", \"US, CA\", x] }\n  b: { title: B, required: { when: { a: [noo, \"US,CA\", USCA] } } }\n",
            "configuration:\n  a: { title: A, values: [\"no\", \"US, CA\", x] }\n  b: { title: B, required: { when: { a: [\"no\", \"US, CA\", \"US, CA\"] } } }\n",
        ),
        // What belongs there is known better than what stands there.
        (
            "configuration:\n  a: { title: A, secret: yes, required: No }\n",
            "configuration:\n  a: { title: A, secret: true, required: false }\n",
        ),
        (
            "configuration:\n  a: { title: A, secret: \"on\" }\n",
            "configuration:\n  a: { title: A, secret: true }\n",
        ),
        ("id: 0123\n", "id: 123\n"),
        // As the type of the entry has it.
        (
            "configuration:\n  a: { title: A, type: boolean, values: [yes, \"no\"], default: Yes }\n",
            "configuration:\n  a: { title: A, type: boolean, values: [true, false], default: true }\n",
        ),
        (
            "configuration:\n  a: { title: A, type: integer, values: [007, 1_000, 0x10, 1e4], default: 1_000 }\n",
            "configuration:\n  a: { title: A, type: integer, values: [7, 1000, 16, 10000], default: 1000 }\n",
        ),
        (
            "configuration:\n  a: { title: A, type: boolean }\n  b: { title: B, required: { when: { a: on } } }\n",
            "configuration:\n  a: { title: A, type: boolean }\n  b: { title: B, required: { when: { a: true } } }\n",
        ),
        ("description: „A thing“\n", "description: \"A thing\"\n"),
        ("description: “A thing\"\n", "description: \"A thing\"\n"),
        (
            "traits:\n  -oauth2\noauth2:\n  authorize: https://a.example\n",
            "traits:\n  - oauth2\noauth2:\n  authorize: https://a.example\n",
        ),
        ("id: \"0123\"\n", "id: 123\n"),
        ("status: “betta”\n", "status: beta\n"),
        ("description: “Does “this””.\n", "description: \"Does “this””.\"\n"),
        // Blanks, comments, line breaks and what is no ASCII.
        (
            "# ünd 😀\r\nstatus:   betta   # 😀 x\r\n\r\n\r\n# end",
            "# ünd 😀\r\nstatus:   beta   # 😀 x\r\n\r\n\r\n# end",
        ),
        (
            "configuration: {a:  {title: 1 ,typ:  url ,} , }\n",
            "configuration: {a:  {title: \"1\" ,type:  url ,} , }\n",
        ),
        (
            "oauth2:\n  scopes:   full # all\n  authorize: https://a.example\ntraits:\n- oauth2\n",
            "oauth2:\n  scopes:   [full] # all\n  authorize: https://a.example\ntraits:\n- oauth2\n",
        ),
    ] {
        let head = if old.contains("oauth2") {
            HEAD.replace("authentication: custom\n", "")
        } else {
            HEAD.to_owned()
        };
        let (old, new) = (format!("{head}{old}"), format!("{head}{new}"));
        let texts = rounds(old.as_bytes());
        assert_eq!(texts.last().map(|text| &**text), Some(&*new), "{old}{texts:#?}");
    }
    let windows = HEAD.replace('\n', "\r\n").replace("custom", "costum");
    let texts = rounds(format!("\u{feff}{windows}").as_bytes());
    assert_eq!(texts, [format!("\u{feff}{}", windows.replace("costum", "custom"))]);
}

/// What a machine cannot decide it leaves alone.
#[test]
fn no_fix_is_better_than_a_wrong_one() {
    for text in [
        // What was meant is there already.
        "statuss: beta\nstatus: beta\n",
        "configuration:\n  a: { title: A }\n  b: { title: B }\nconstraints:\n  configuration:\n    - oneOf: [a, b, aa]\n",
        // The value would have to be turned too.
        "configuration:\n  a: { title: A, optional: true }\n",
        // Brackets would not do.
        "traits:\n  • oauth2\n",
        "traits: |\n  oauth2\n",
        "traits: oauth2]\n",
        "traits: oauth2 paging\n",
        "traits: \"oauth2, paging\"\n",
        "traits: (oauth2)\n",
        // What several conditions say alike is no slip.
        "configuration:\n  code: { title: Code }\nvariants:\n  a: { when: { mode: a } }\n  b: { when: { mode: b } }\n",
        // A number that no plain text can say.
        "configuration:\n  a: { title: A, type: number, min: \"inf\" }\n",
    ] {
        assert_eq!(rounds(format!("{HEAD}{text}").as_bytes()), [""; 0], "{text}");
    }
    // What the file is called is no key, or none that is lower-case.
    for path in ["example (copy).yaml", "Example.yaml"] {
        let compilation = compile_with(vec![source(path, HEAD)], &Control::default());
        assert_eq!(fixed(&compilation).1, 0, "{path}");
    }
    // Of bytes that are no UTF-8 nobody knows what they say.
    assert_eq!(
        rounds(
            format!("{HEAD}statuss: beta\nx-note: ")
                .as_bytes()
                .iter()
                .chain(b"\xe9\n")
                .copied()
                .collect::<Vec<_>>()
                .as_slice()
        ),
        [""; 0]
    );
}

#[test]
fn fixes_that_touch_each_other_take_turns() {
    let mut compilation =
        compile_with(vec![source("example.yaml", format!("{HEAD}staus: betta\n"))], &Control::default());
    let file = compilation.diagnostics[0].primary.span.file;
    let at = |start, end| Span { file, start, end };
    let say = |span, text: &str| Diagnostic::new(Code("E0201"), span, "x").replace(span, text);
    compilation.diagnostics = vec![
        say(at(0, 3), "KEY"),
        say(at(1, 4), "late"),
        say(at(3, 3), "late"),
        say(at(5, 6), "E"),
        say(at(4, 4), "-"),
    ];
    let (texts, count) = fixed(&compilation);
    assert_eq!(count, 3);
    assert!(texts[&file].starts_with("KEY:- Example\n"), "{}", texts[&file]);
}

/// Traits that are only lent belong to somebody else.
#[test]
fn lent_files_are_left_alone() {
    let lent = Source { library: true, ..source("traits/lent.yaml", "configuration: { a: { titel: A } }\n") };
    let element = source("example.yaml", format!("{HEAD}staus: beta\ntraits: [lent]\n"));
    let compilation = compile_with(vec![element, lent], &Control::default());
    let (texts, count) = fixed(&compilation);
    let changed: Vec<&str> = texts.keys().map(|file| &*compilation.files.get(*file).path).collect();
    assert_eq!((changed, count), (vec!["example.yaml"], 1));
}

#[test]
fn the_descriptor_that_uses_much_is_right() {
    let compilation =
        compile_with([vec![source("example.yaml", MUCH)], library()].concat(), &Control::default());
    assert_eq!(common::places(&compilation), [""; 0]);
}
