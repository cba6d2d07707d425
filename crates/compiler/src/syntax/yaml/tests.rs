//! Tables of texts and what comes of them, and mutations of a valid text that must not panic.

use super::plain::{self, Plain, Reading};
use super::*;
use crate::render::concise;
use crate::source::Files;

mod broken;
mod tables;

fn read<'a>(text: &'a str, arena: &'a Bump) -> (Option<Node<'a>>, Vec<Diagnostic>, Files) {
    let mut files = Files::default();
    let file = files.add("a.yaml".into(), text);
    let mut diagnostics = Vec::new();
    let node = parse(file, text, arena, &mut diagnostics);
    (node, diagnostics, files)
}

/// The tree in one line; what is a string is quoted.
fn tree(node: Option<&Node>) -> String {
    let Some(node) = node else { return "nothing".into() };
    match node.kind {
        Kind::Null => "null".into(),
        Kind::Boolean(value) => value.to_string(),
        Kind::Integer(value) => value.to_string(),
        Kind::Float(value) => format!("{value:?}"),
        Kind::String(value) => format!("{value:?}"),
        Kind::List(nodes) => {
            let nodes: Vec<_> = nodes.iter().map(|node| tree(Some(node))).collect();
            format!("[{}]", nodes.join(", "))
        }
        Kind::Map(entries) => {
            let entries: Vec<_> =
                entries.iter().map(|(key, node)| format!("{}: {}", key.name, tree(Some(node)))).collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

/// Diagnostics, one per line, with the text that each underlines, and the tree.
fn outcome(text: &str) -> String {
    let arena = Bump::new();
    let (node, diagnostics, files) = read(text, &arena);
    let mut out = String::new();
    for diagnostic in &diagnostics {
        let span = diagnostic.primary.span;
        let under = text[span.start as usize..span.end as usize].replace(char::is_control, "�");
        let line = concise(std::slice::from_ref(diagnostic), &files);
        let line = line.trim_end().trim_start_matches("a.yaml:").replace(": error ", " ");
        out += &format!("{line} «{under}»\n");
    }
    out + &tree(node.as_ref())
}

fn check(cases: &[(&str, &str)]) {
    let mut wrong = String::new();
    for (text, expected) in cases {
        let found = outcome(text);
        if found != *expected {
            wrong += &format!("        ({text:?}, r#\"{found}\"#),\n");
        }
    }
    assert!(
        wrong.is_empty(),
        "these come out otherwise; if that is right, put them into the table:\n{wrong}"
    );
}

/// Every way in which a plain scalar can be read.
#[test]
fn plain_scalars() {
    let readings: [(Reading, &[&str]); 8] = [
        (
            Reading::Boolean,
            &["y", "Y", "yes", "Yes", "YES", "n", "N", "no", "NO", "on", "Off", "True", "TRUE", "False"],
        ),
        (Reading::Null, &["Null", "NULL"]),
        (
            Reading::Number,
            &[
                "0123", "-012", "0999", "+1", "0o17", "0x1F", "0b1", "1_000", "1e3", "1E-3", "-1.5e+3", ".5",
                "-.5", "1.", "+0.5", "01.5", ".inf", "-.Inf", "+.INF", ".nan", ".NaN", "1_0.2_5", "0x_1",
            ],
        ),
        (Reading::Digits, &["1.0", "1.10", "-0.0", "0.12345678901234567890"]),
        (Reading::TooLarge, &["9007199254740993", "-9223372036854775809", "100000000000000000000"]),
        (
            Reading::Date,
            &[
                "2016-01-01",
                "2016-01-01T12:30:00Z",
                "2016-1-1 1:30:00",
                "2001-12-14t21:59:43.10-05:00",
                "2001-12-14 21:59:43.10 -5",
            ],
        ),
        (Reading::Sexagesimal, &["1:30", "12:30:45", "-1:30", "190:20:30.15", "0:30.5"]),
        (Reading::Special, &["=", "<<"]),
    ];
    for (reading, texts) in readings {
        for text in texts {
            assert_eq!(plain::read(text), Plain::Ambiguous(reading), "{text}");
        }
    }
    let values = [
        ("true", Plain::Boolean(true)),
        ("false", Plain::Boolean(false)),
        ("null", Plain::Null),
        ("~", Plain::Null),
        ("0", Plain::Integer(0)),
        ("-42", Plain::Integer(-42)),
        ("9007199254740992", Plain::Integer(1 << 53)),
        ("9007199254740993", Plain::Ambiguous(Reading::TooLarge)),
        ("-9007199254740992", Plain::Integer(-(1 << 53))),
        ("0.5", Plain::Float(0.5)),
        ("-12.75", Plain::Float(-12.75)),
    ];
    for (text, value) in values {
        assert_eq!(plain::read(text), value, "{text}");
    }
    let texts = [
        "+",
        "-x",
        ".",
        "..",
        "1.2.3",
        "10.0.0.1",
        "1-2",
        "+44 20",
        "0x",
        "0o8",
        "0xg",
        "1e",
        "1ex",
        "e3",
        "12:60",
        "00:30",
        "1:",
        ":1",
        "2016-1-1",
        "2016-01-01x",
        "2016-01-01 noon",
        "12 apples",
        "nope",
        "o",
        "trueish",
        "~x",
        "==",
        "<",
        "-",
        "_1",
        "1:2:x",
        "tRUEe",
        "2016-01-01T12:30",
        "é",
    ];
    for text in texts {
        assert_eq!(plain::read(text), Plain::Text, "{text}");
    }
}

/// What a fix writes is read back as the text, without complaint.
#[test]
fn fixes_hold() {
    let texts = ["no", "0123", "1.10", "2016-01-01", "12:30", "a{b}\"c", "a\\{b}'c", "=", "“x”", "‘it's’"];
    for text in texts {
        let source = format!("key: {text}\n");
        let (_, diagnostics, _) = read(&source, &Bump::new());
        let [diagnostic] = &diagnostics[..] else { panic!("{text}: {diagnostics:?}") };
        let edit = &diagnostic.fix.as_ref().expect("a fix").edits[0];
        let mut fixed = source.clone();
        fixed.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
        let expected = text.trim_matches(['“', '”', '‘', '’']);
        assert_eq!(outcome(&fixed), format!("{{key: {expected:?}}}"), "{fixed}");
    }
}

#[test]
fn deep_nesting_is_cut() {
    let deep = |levels: usize| format!("{}x{}", "[".repeat(levels), "]".repeat(levels));
    assert_eq!(read(&deep(DEPTH_LIMIT), &Bump::new()).1.len(), 0);
    for levels in [DEPTH_LIMIT + 1, 200, 1_000, 100_000] {
        let text = deep(levels);
        let (_, diagnostics, _) = read(&text, &Bump::new());
        let codes: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
        assert_eq!(codes, [TOO_LARGE], "{levels}");
        // Beyond a few hundred levels the parser itself gives up, before it says anything.
        assert!(diagnostics[0].primary.span.start as usize >= DEPTH_LIMIT, "{levels}");
    }
    let block: String = (0..100).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    let (_, diagnostics, _) = read(&block, &Bump::new());
    assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
}

#[test]
fn too_many_nodes_are_cut() {
    let text = "- a\n".repeat(NODE_LIMIT + 10);
    let arena = Bump::new();
    let (node, diagnostics, _) = read(&text, &arena);
    let codes: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(codes, [TOO_LARGE]);
    assert!(matches!(node.map(|node| node.kind), Some(Kind::List(nodes)) if nodes.len() == NODE_LIMIT - 1));
}

#[test]
fn an_alias_bomb_costs_nothing() {
    let mut text = "a0: &a0 [x, x]\n".to_owned();
    for level in 1..50 {
        let below = level - 1;
        text += &format!("a{level}: &a{level} [*a{below}, *a{below}, *a{below}]\n");
    }
    let (_, diagnostics, _) = read(&text, &Bump::new());
    assert_eq!(diagnostics.len(), 50 + 49 * 3);
}

#[test]
fn duplicates_are_found_in_large_maps_too() {
    for keys in [2, 15, 16, 17, 100] {
        let mut text: String = (0..keys).map(|key| format!("k{key}: 1\n")).collect();
        text += "k1: again\nother: 1\nk0: again\n";
        let arena = Bump::new();
        let (node, diagnostics, _) = read(&text, &arena);
        let found: Vec<_> = diagnostics.iter().map(|it| (it.code, it.secondary[0].span.start)).collect();
        assert_eq!(found, [(DUPLICATE_KEY, 6), (DUPLICATE_KEY, 0)], "{keys}");
        assert!(matches!(node.map(|node| node.kind), Some(Kind::Map(entries)) if entries.len() == keys + 1));
    }
}

/// Spans are those of the text, whatever comes before and between.
#[test]
fn spans_are_tight() {
    let text = "\u{feff}# é\nkey: 'a b' # c\nlist:\n- x  \n- # - d\n\n# e\nmap:   \n  - a: |  # d\n      one\n\n      two\n\n    b: >-\n      three\n  - {c: [ ], d: }\nlast:   # e\n";
    let arena = Bump::new();
    let (node, diagnostics, _) = read(text, &arena);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let mut spans = Vec::new();
    collect(&node.expect("a map"), &mut spans);
    let texts: Vec<_> = spans.iter().map(|span| &text[span.start as usize..span.end as usize]).collect();
    assert_eq!(
        texts[1..],
        [
            "key",
            "'a b'",
            "list",
            "- x  \n-",
            "x",
            "",
            "map",
            "- a: |  # d\n      one\n\n      two\n\n    b: >-\n      three\n  - {c: [ ], d: }",
            "a: |  # d\n      one\n\n      two\n\n    b: >-\n      three",
            "a",
            "|  # d\n      one\n\n      two",
            "b",
            ">-\n      three",
            "{c: [ ], d: }",
            "c",
            "[ ]",
            "d",
            "",
            "last",
            "",
        ]
    );
    assert_eq!(texts[0], text["\u{feff}# é\n".len()..text.len()].trim_end_matches("   # e\n"));
    let at = |span: &Span| &text[..span.start as usize];
    assert!(at(&spans[6]).ends_with("\n-"), "the missing item stands after its dash");
    assert!(at(spans.last().expect("spans")).ends_with("last:"), "the missing value stands after its colon");
}

fn collect(node: &Node, spans: &mut Vec<Span>) {
    spans.push(node.span);
    match node.kind {
        Kind::List(nodes) => nodes.iter().for_each(|node| collect(node, spans)),
        Kind::Map(entries) => {
            for (key, node) in entries {
                spans.push(key.span);
                collect(node, spans);
            }
        }
        _ => {}
    }
}

/// Whatever the text, nothing panics, every span lies within it on whole characters, and all
/// renderers take the diagnostics.
#[test]
fn mutations_do_not_panic() {
    const VALID: &str = "key: sageoneuk\nid: 686\nname: 'Sage One'\ntraits: [oauth2, session]\n\noauth2:\n  authorize: \"https://x.com/{a}\"\n  query: { signature: configuration.signature, é: ü }\nconfiguration:\n  signature:   # required\n    title: |\n      Some “text”\n      more\n    secret: true\n    values:\n      - a\n      - b: 1.5\n";
    const PIECES: &[&str] = &[
        ":",
        ": ",
        "\n",
        "\n\n",
        " ",
        "  ",
        "\t",
        "- ",
        "-",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "'",
        "#",
        " #",
        "&a ",
        "*a",
        "!t ",
        "!!str ",
        "<<: ",
        "? ",
        "|",
        ">",
        "|2-\n",
        "@",
        "`",
        "%",
        "---\n",
        "...\n",
        "\\",
        "\\u12",
        "é",
        "“",
        "”",
        "’",
        "\u{feff}",
        "\0",
        "\r",
        "\r\n",
        "\u{85}",
        "\u{2028}",
        "🦀",
        "no",
        "0x1",
        "1.0",
        "key: ",
        ",",
        "%YAML 1.2\n",
        "~",
        "\u{7f}",
    ];
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = move |limit: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("31 bits") % limit
    };
    for round in 0..4_000 {
        let mut characters: Vec<char> = VALID.chars().collect();
        for _ in 0..=next(4) {
            let at = next(characters.len() + 1);
            match next(4) {
                0 => {
                    let end = (at + next(8)).min(characters.len());
                    characters.drain(at..end);
                }
                1 => characters.truncate(at.max(1)),
                _ => {
                    characters.splice(at..at, PIECES[next(PIECES.len())].chars());
                }
            }
        }
        let text: String = characters.into_iter().collect();
        let arena = Bump::new();
        let (node, diagnostics, files) = read(&text, &arena);
        let mut spans = Vec::new();
        if let Some(node) = &node {
            collect(node, &mut spans);
        }
        assert!(node.is_some() || !diagnostics.is_empty(), "round {round}: {text:?}");
        for diagnostic in &diagnostics {
            spans.push(diagnostic.primary.span);
            spans.extend(diagnostic.secondary.iter().map(|label| label.span));
            spans.extend(diagnostic.fix.iter().flat_map(|fix| fix.edits.iter().map(|edit| edit.span)));
        }
        for span in spans {
            assert!(
                text.get(span.start as usize..span.end as usize).is_some(),
                "round {round}: {span:?} {text:?}"
            );
        }
        let _ = concise(&diagnostics, &files);
        if round % 4 == 0 {
            let _ = crate::render::human(&diagnostics, &files, crate::render::Style::default());
        }
    }
}
