//! Broken syntax: the text, the diagnostics with what they underline, and what is left of the tree.

use super::check;

/// Broken syntax, and what is left of the tree.
#[test]
fn broken() {
    check(&[
        (
            "a: b: c\nd: e\n",
            r#"1:5 E0101: `: ` in a text without quotes «:»
{d: "e"}"#,
        ),
        (
            "a: http://x: y\n",
            r#"1:12 E0101: `: ` in a text without quotes «:»
{}"#,
        ),
        (
            "a:\n  b: c\n   d: e\nf: g\n",
            r#"3:4 E0101: this key is taken as part of the text that began on an earlier line «d»
{a: {}, f: "g"}"#,
        ),
        (
            "key sage\nid: 1\nhub: x\n",
            r#"1:1 E0101: expected `:` after this key «key sage»
{id: 1, hub: "x"}"#,
        ),
        (
            "a:\n  b:\n    title T\n    description: D\n    hub: x\n",
            r#"3:5 E0101: expected `:` after this key «title T»
{a: {}}"#,
        ),
        (
            "a:\n  b:\n   title: T\n    description: D\n    hub: x\n",
            r#"3:4 E0101: this line stands further left than those around it «title»
{a: {}}"#,
        ),
        (
            "key:sage\nid: 1\nhub: x\n",
            r#"1:4 E0101: expected a space after this `:` «:»
{id: 1, hub: "x"}"#,
        ),
        (
            "key: sage\nid:1\nhub: x\n",
            r#"2:3 E0101: expected a space after this `:` «:»
{key: "sage", hub: "x"}"#,
        ),
        (
            "key: sage\nid\nhub: x\n",
            r#"2:1 E0101: expected `:` after this key «id»
{key: "sage", hub: "x"}"#,
        ),
        (
            "a: \"unclosed\nb: c\n",
            r#"1:4 E0101: this quote is never closed «"»
{b: "c"}"#,
        ),
        (
            "a: \"goes\non\"\nb: c\n",
            r#"1:4 E0101: this quote is not closed on its line «"»
{b: "c"}"#,
        ),
        (
            "a: 'x\n",
            r#"1:4 E0101: this quote is never closed «'»
{}"#,
        ),
        (
            "a: 'it's'\nb: c\n",
            r#"1:8 E0101: text after the closing quote «s'»
{b: "c"}"#,
        ),
        (
            "a: \"say \"x\"\"\n",
            r#"1:10 E0101: text after the closing quote «x""»
{}"#,
        ),
        (
            "a: \"\\d+\"\n",
            r#"1:5 E0101: unknown escape `\d` «\d»
{}"#,
        ),
        (
            "a: \"\\ud800\"\n",
            r#"1:4 E0101: an escape such as `\u` in this text names no character «"»
{}"#,
        ),
        (
            "a: “x: y”\nb: “z”\n",
            r#"1:6 E0101: `: ` in a text without quotes «:»
2:4 E0109: typographic quotes are no quotes in YAML «“z”»
{b: "z"}"#,
        ),
        (
            "a: [x, y\nb: c\n",
            r#"1:4 E0101: `[` is never closed «[»
{b: "c"}"#,
        ),
        (
            "a: {x: y\nb: c\n",
            r#"1:4 E0101: `{` is never closed «{»
{b: "c"}"#,
        ),
        (
            "a: [x, y\n",
            r#"1:4 E0101: `[` is never closed «[»
{}"#,
        ),
        (
            "b: {c: [d}\n",
            r#"1:8 E0101: `[` is closed by `}` «[»
{}"#,
        ),
        (
            "a: ]\n",
            r#"1:4 E0101: `]` closes nothing «]»
{}"#,
        ),
        (
            "a: [x}\n",
            r#"1:4 E0101: `[` is closed by `}` «[»
{}"#,
        ),
        (
            "a: [a,,b]\n",
            r#"1:7 E0101: expected a value «,»
{}"#,
        ),
        (
            "a: {b: c d: e}\n",
            r#"1:11 E0101: expected `,` or `}` «:»
{}"#,
        ),
        (
            "a: {b}.c\nd: e\n",
            r#"1:7 E0101: text after the end of the value «.c»
{d: "e"}"#,
        ),
        (
            "a: [b]c\n",
            r#"1:7 E0101: text after the end of the value «c»
{}"#,
        ),
        (
            "a:\n\tb: c\nd: e\n",
            r#"2:1 E0101: a tab cannot indent «�»
{d: "e"}"#,
        ),
        (
            "a:\n  b: c\n\td: e\n",
            r#"3:1 E0101: a tab cannot indent «�»
{a: {}}"#,
        ),
        (
            "a: b\n\tc\n",
            r#"2:1 E0101: a tab cannot indent «�»
{}"#,
        ),
        (
            "a:\n    b: c\n  d: e\nf: g\n",
            r#"3:3 E0101: wrong indentation: no key above stands at this column «d: e»
{a: {b: "c"}, f: "g"}"#,
        ),
        (
            "- a\nb: c\n",
            r#"2:1 E0101: expected `-`, as in the lines above «b: c»
["a"]"#,
        ),
        (
            "a: b\n- c\n",
            r#"2:1 E0101: a list item where a key is expected «- c»
{a: "b"}"#,
        ),
        (
            "a: - b\n",
            r#"1:4 E0101: a list cannot start on the line of its key «-»
{}"#,
        ),
        (
            "a:\n  - b\n  c: d\n",
            r#"3:3 E0101: expected `-`, as in the lines above «c: d»
{}"#,
        ),
        (
            "a:\n- b\nc\nd: e\n",
            r#"3:1 E0101: expected `:` after this key «c»
{a: ["b"], d: "e"}"#,
        ),
        (
            "a: @x\n",
            r#"1:4 E0101: text that starts with `@` must be quoted «@»
{}"#,
        ),
        (
            "a: `x`\n",
            r#"1:4 E0101: text that starts with a backtick must be quoted «`»
{}"#,
        ),
        (
            "a: %x\n",
            r#"1:4 E0101: text that starts with `%` must be quoted «%»
{}"#,
        ),
        (
            "%YAML 1.2\n---\na: b\n",
            r#"1:1 E0101: directives are not part of the language «%YAML 1.2»
{a: "b"}"#,
        ),
        (
            "a: b\0c\n",
            r#"1:5 E0101: the character U+0000 is not allowed «�»
{}"#,
        ),
        (
            "a: b\u{1}c\n",
            r#"1:5 E0101: the character U+0001 is not allowed «�»
{}"#,
        ),
        (
            "a: x\n\u{feff}b: y\n",
            r#"2:1 E0101: a byte order mark in the middle of the text «﻿»
{a: "x"}"#,
        ),
        (
            "a: *\n",
            r#"1:4 E0101: text that starts with `&` or `*` must be quoted «*»
{}"#,
        ),
        (
            "a: !<x\n",
            r#"1:4 E0101: text that starts with `!` must be quoted «!»
{}"#,
        ),
        (
            "a: ?\n",
            r#"1:4 E0101: text that starts with `?` must be quoted «?»
{}"#,
        ),
        (
            "a: |x\n",
            r#"1:4 E0101: only a line break may follow `|` or `>` «|x»
{}"#,
        ),
        (
            "a: b #c\n  d\n",
            r#"1:6 E0101: a comment in the middle of a text «#»
{}"#,
        ),
        (
            "a: \"b\"#c\n",
            r#"1:7 E0101: expected a space before `#` «#»
{}"#,
        ),
        (
            "a: |\n  x\n y\nb: c\n",
            r#"3:2 E0101: wrong indentation: no key above stands at this column «y»
{a: "x", b: "c"}"#,
        ),
        (
            "a: x: y\nb: [\nc: \"\nd: z\n",
            r#"1:5 E0101: `: ` in a text without quotes «:»
3:4 E0101: this quote is never closed «"»
{d: "z"}"#,
        ),
    ]);
}
