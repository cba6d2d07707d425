//! What a team wants to hear of: `# elementc: allow …` comments, and `[rules]` of `elementc.toml`.

mod common;

use common::{library, source};
use elementc_compiler::control::Control;
use elementc_compiler::diagnostic::Severity;
use elementc_compiler::render::concise;
use elementc_compiler::source::Source;
use elementc_compiler::{Compilation, compile, compile_with};
use std::fmt::Write;

const HEAD: &str = "key: example\nname: Example\nauthentication: custom\nconfiguration:\n";

/// What there is to warn of on line 5, before any comment.
const W0702: &str = "example.yaml:5:3: warning W0702: `tenant` has no description";

fn report(compilation: &Compilation) -> Vec<String> {
    concise(&compilation.diagnostics, &compilation.files).lines().map(str::to_owned).collect()
}

/// Compiles a descriptor that begins with [`HEAD`].
fn compiled(rest: &str) -> Vec<String> {
    report(&compile([vec![source("example.yaml", format!("{HEAD}{rest}"))], library()].concat()))
}

/// Compares each descriptor's diagnostics with those expected, and says of all that differ.
fn check(cases: &[(&str, &[&str])]) {
    let mut wrong = String::new();
    for (text, expected) in cases {
        let found = compiled(text);
        if found != *expected {
            writeln!(wrong, "{text}\nyields\n{}\n", found.join("\n")).expect("a string takes any text");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_comment_allows_a_warning() {
    check(&[
        ("  tenant: { title: Tenant }\n", &[W0702]),
        // On the line, with each separator, with and without blanks around it.
        ("  tenant: { title: Tenant } # elementc: allow W0702 — obvious\n", &[]),
        ("  tenant: { title: Tenant } # elementc: allow W0702 – obvious\n", &[]),
        ("  tenant: { title: Tenant } # elementc: allow W0702 - obvious\n", &[]),
        ("  tenant: { title: Tenant } # elementc: allow W0702 : obvious\n", &[]),
        ("  tenant: { title: Tenant } # elementc: allow W0702: obvious\n", &[]),
        ("  tenant: { title: Tenant } #elementc:allow W0702—obvious\n", &[]),
        ("  tenant: { title: Tenant } # Elementc: allow W0702 — obvious\n", &[]),
        ("  tenant: { title: Tenant } #  elementc:  allow\tW0702 - obvious\r\n", &[]),
        // Alone, of the next line that says something.
        ("  # elementc: allow W0702 — obvious\n  tenant: { title: Tenant }\n", &[]),
        ("# elementc: allow W0702 — obvious\n\n  # see there\n\n  tenant: { title: Tenant }\n", &[]),
        ("  tenant: # elementc: allow W0702 — obvious\n    title: Tenant\n", &[]),
        // In brackets, and one for two lines each.
        ("  tenant: { # elementc: allow W0702 — obvious\n    title: Tenant }\n", &[]),
        (
            "  # elementc: allow W0702 — obvious\n  tenant: { title: Tenant } # elementc: allow W0702 — indeed\n",
            &[],
        ),
    ]);
}

#[test]
fn a_comment_that_allows_nothing_is_said() {
    let unused = |line: usize, column: usize| {
        format!("example.yaml:{line}:{column}: warning W0901: nothing here is `W0702`")
    };
    let (on_5, on_6, at_31) = (unused(5, 3), unused(6, 3), unused(5, 31));
    check(&[
        ("  # elementc: allow W0702 — x\n  a: { title: A, description: The letter. }\n", &[&on_5]),
        ("  tenant: { title: Tenant }\n  # elementc: allow W0702 — above\n", &[W0702, &on_6]),
        ("  # elementc: allow W0702 — x", &[&on_5]),
        // Another code than that of the line.
        (
            "  tenant: { title: Tenant } # elementc: allow W0701 — x\n",
            &[W0702, &on_5.replace("5:3", "5:29").replace("W0702", "W0701")],
        ),
        // While there are errors, nobody knows what there would be without them.
        (
            "  a: { titel: A, description: B. } # elementc: allow W0702 — x\n",
            &["example.yaml:5:8: error E0201: unknown key `titel`"],
        ),
        ("  a: { title: A, x-b: 1 } #\n", &["example.yaml:5:18: error E0201: unknown key `x-b`"]),
        ("  a: { description: The letter } # elementc: allow W0702 — x\n", &[&at_31.replace("31", "34")]),
    ]);
}

#[test]
fn a_comment_that_cannot_be_read_is_an_error() {
    let malformed = |what: &str| format!("example.yaml:5:29: error E0902: {what}");
    let no_reason = malformed("the comment gives no reason");
    let no_code = malformed("the comment names no diagnostic");
    let error = malformed("`E0201` is an error, and errors cannot be allowed");
    let unknown = malformed("there is no diagnostic `W9999`");
    let small = malformed("there is no diagnostic `w0702`; did you mean `W0702`?");
    let letter = malformed("there is no diagnostic `E0702`; did you mean `W0702`?");
    let short = malformed("there is no diagnostic `W07`");
    let no_verb = malformed("the comment does not say `allow`");
    let several = malformed("a comment allows one warning; the next has a comment of its own");
    let tenant = |comment: &str| format!("  tenant: {{ title: Tenant }} # {comment}\n");
    for (comment, expected) in [
        ("elementc: allow W0702", &[&*no_reason][..]),
        ("elementc: allow W0702 —", &[&no_reason]),
        ("elementc: allow W0702 - -", &[&no_reason]),
        ("elementc: allow W0702 obvious", &[&no_reason]),
        ("elementc: allow W0702 W0701 — obvious", &[&no_reason]),
        ("elementc: alow W0702 — obvious", &[&no_verb]),
        ("elementc: ignore W0702 — obvious", &[&no_verb]),
        ("Elementc: disable W0702", &[&no_verb]),
        ("elementc: W0702 — obvious", &[&no_verb]),
        ("elementc: ignore E0201 — obvious", &[W0702, &no_verb]),
        ("elementc: allow W0702, W0701 — obvious", &[&several]),
        ("elementc: allow", &[W0702, &no_code]),
        ("elementc: allow — obvious", &[W0702, &no_code]),
        ("elementc: allow E0201 — obvious", &[W0702, &error]),
        ("elementc: allow W9999 — obvious", &[W0702, &unknown]),
        ("elementc: allow w0702 — obvious", &[W0702, &small]),
        ("elementc: allow W07 — obvious", &[W0702, &short]),
        ("elementc: allow E0702 — obvious", &[W0702, &letter]),
        ("elementc: Allow w0702 — obvious", &[W0702, &no_verb]),
    ] {
        check(&[(&tenant(comment), expected)]);
    }
}

/// What looks like such a comment and is none.
#[test]
fn only_comments_are_comments() {
    let mark = "# elementc: allow W0702 — x";
    let described =
        |text: &str| format!("  a: {{ title: A, description: {text} }}\n  tenant: {{ title: Tenant }}\n");
    let on_6 = W0702.replace(":5:", ":6:");
    for text in [
        described(&format!("\"b {mark}\"")),
        described(&format!("'b {mark}'")),
        described("b#elementc:allow"),
        format!("  tenant: {{ title: \"Tenant {mark}\" }}\n  b: {{ title: B, description: C. }}\n"),
        // Words that begin with the same letters.
        "  a: { title: A, description: B. } # elementc: allowed values\n  tenant: { title: Tenant }\n"
            .to_owned(),
        "  a: { title: A, description: B. } # Elementc: see the issue\n  tenant: { title: Tenant }\n"
            .to_owned(),
        "  a: { title: A, description: B. } # elementc: as said by W0702\n  tenant: { title: Tenant }\n"
            .to_owned(),
        "  a: { title: A, description: B. } # see elementc: allow W0702\n  tenant: { title: Tenant }\n"
            .to_owned(),
    ] {
        let expected = if text.starts_with("  tenant") { W0702 } else { &on_6 };
        check(&[(&text, &[expected])]);
    }
    let block = format!(
        "  a:\n    title: A\n    description: |-\n      b\n      {mark}\n  tenant: {{ title: Tenant }}\n"
    );
    check(&[(&block, &[&W0702.replace(":5:", ":10:")])]);
    // But beside one.
    check(&[
        (&format!("  tenant: {{ title: \"#\" }} {mark}\n"), &[]),
        (&format!("  tenant: {{ title: 'it''s # 1' }} {mark}\n"), &[]),
        (&format!("  # it's \"\n  {mark}\n  tenant: {{ title: T }}\n"), &[]),
    ]);
}

/// A trait is one file, however many elements use it: its warning, and the comment, are one.
#[test]
fn a_comment_in_a_trait_counts_for_all_who_use_it() {
    let element = |key: &str| {
        source(
            &format!("{key}.yaml"),
            format!("key: {key}\nname: {key}\nauthentication: custom\ntraits: [shared]\n"),
        )
    };
    let shared = |text: &str| {
        source("traits/shared.yaml", format!("configuration:\n  tenant: {{ title: T }}{text}\n"))
    };
    let run = |text| {
        let elements = ["a", "b", "c"].map(element).to_vec();
        report(&compile([elements, vec![shared(text)], library()].concat()))
    };
    assert_eq!(run(""), ["traits/shared.yaml:2:3: warning W0702: `tenant` has no description"]);
    assert_eq!(run(" # elementc: allow W0702 — obvious"), [""; 0]);
    assert_eq!(
        run(" # elementc: allow W0701 — obvious").last().map(|line| &**line),
        Some("traits/shared.yaml:2:24: warning W0901: nothing here is `W0701`"),
    );
}

/// A lent file's comments are its owner's concern.
#[test]
fn comments_of_the_library_say_nothing() {
    let lent = Source {
        library: true,
        ..source("traits/lent.yaml", "configuration: # elementc: allow W0702 — nothing\n  t: { title: T }\n")
    };
    let element =
        source("example.yaml", "key: example\nname: Example\nauthentication: custom\ntraits: [lent]\n");
    assert_eq!(report(&compile([vec![element, lent], library()].concat())), [""; 0]);
}

/// Two warnings in one file, one in another.
fn three() -> Vec<Source> {
    let element = |key: &str| {
        let rest = "authentication: custom\nconfiguration:\n  tenant: { title: Tenant }\n";
        source(&format!("{key}.yaml"), format!("key: {key}\nname: {key} Ltd\n{rest}"))
    };
    [vec![element("a"), element("B")], library()].concat()
}

#[test]
fn rules_choose_warnings() {
    let codes = |control: &Control| {
        let compilation = compile_with(three(), control);
        let shown = compilation.diagnostics.iter().map(|d| {
            let kind = if d.severity == Severity::Error { "!" } else { "" };
            format!("{}:{}{kind}", compilation.files.get(d.primary.span.file).path, d.code)
        });
        (shown.collect::<Vec<_>>().join(" "), compilation.has_errors())
    };
    let list = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
    let files = |path: &str, codes: &[&str]| [(path.to_owned(), list(codes))].into();
    let none = Control::default();
    let all = "B.yaml:W0706 B.yaml:W0702 a.yaml:W0702";
    for (control, expected, fails) in [
        (none.clone(), all, false),
        (Control { select: list(&["W"]), ..none.clone() }, all, false),
        (Control { select: list(&["W0706"]), ..none.clone() }, "B.yaml:W0706", false),
        (Control { select: list(&["W06"]), ..none.clone() }, "", false),
        (Control { ignore: list(&["W0702"]), ..none.clone() }, "B.yaml:W0706", false),
        (Control { ignore: list(&["W07"]), ..none.clone() }, "", false),
        (
            Control { select: list(&["W07"]), ignore: list(&["W0706"]), ..none.clone() },
            "B.yaml:W0702 a.yaml:W0702",
            false,
        ),
        (
            Control { error: list(&["W0706"]), ..none.clone() },
            "B.yaml:W0706! B.yaml:W0702 a.yaml:W0702",
            true,
        ),
        (
            Control { error: list(&["W"]), ignore: list(&["W0706"]), ..none.clone() },
            "B.yaml:W0702! a.yaml:W0702!",
            true,
        ),
        (Control { files: files("B.yaml", &["W07"]), ..none.clone() }, "a.yaml:W0702", false),
        (Control { files: files("c.yaml", &["W07"]), ..none.clone() }, all, false),
    ] {
        assert_eq!(control.verify(), Ok(()), "{control:?}");
        assert_eq!(codes(&control), (expected.to_owned(), fails), "{control:?}");
    }
}

/// Not even a control that nobody verified turns an error off.
#[test]
fn errors_are_always_shown() {
    let text = "key: example\nnaem: Example\nauthentication: custom\n";
    let all = vec!["E0201".to_owned()];
    let files = [("example.yaml".to_owned(), all.clone())].into();
    let control = Control { select: vec!["W0702".to_owned()], ignore: all, error: Vec::new(), files };
    let compilation = compile_with([vec![source("example.yaml", text)], library()].concat(), &control);
    assert_eq!(report(&compilation), ["example.yaml:2:1: error E0201: unknown key `naem`"]);
}

#[test]
fn rules_that_cannot_be_applied_are_refused() {
    let of = |list: &str, code: &str| {
        let codes = vec![code.to_owned()];
        let none = Control::default();
        match list {
            "select" => Control { select: codes, ..none },
            "ignore" => Control { ignore: codes, ..none },
            "error" => Control { error: codes, ..none },
            _ => Control { files: [("a.yaml".to_owned(), codes)].into(), ..none },
        }
    };
    for (list, code, expected) in [
        ("ignore", "W9999", "there is no diagnostic `W9999`"),
        ("ignore", "w0702", "there is no diagnostic `w0702`; did you mean `W0702`?"),
        ("select", "W0742", "there is no diagnostic `W0742`; did you mean `W0702`?"),
        ("files", "", "there is no diagnostic ``"),
        ("ignore", "E0201", "`E0201` is an error, and errors cannot be turned off"),
        ("files", "E02", "`E02` stands for errors, and errors cannot be turned off"),
        ("ignore", "E", "`E` stands for errors, and errors cannot be turned off"),
        ("select", "E0201", "`E0201` is an error, and errors are always shown"),
        ("error", "E0201", "`E0201` is an error, and errors stay errors"),
    ] {
        assert_eq!(of(list, code).verify(), Err(expected.to_owned()), "{list} = [\"{code}\"]");
    }
}
