//! Texts, the diagnostics that they get with what these underline, and the tree that comes of them.

use super::check;

/// What is right.
#[test]
fn values() {
    check(&[
        (
            "a: 1\nb: -2.5\nc: true\nd: null\ne: ~\nf:\ng: text # c\nh: '1'\ni: \"\\n\"\n",
            r#"{a: 1, b: -2.5, c: true, d: null, e: null, f: null, g: "text", h: "1", i: "\n"}"#,
        ),
        ("a: |\n  x\n\n  y\nb: >-\n  x\n  y\nc: |+\n  x\n\n", r#"{a: "x\n\ny", b: "x y", c: "x\n"}"#),
        ("- a\n- [b, {c: d}]\n-\n", r#"["a", ["b", {c: "d"}], null]"#),
        ("text\n", r#""text""#),
        ("123: a\n1.5: b\n\"no\": c\n", r#"{123: "a", 1.5: "b", no: "c"}"#),
        ("{a: b, c: [], d: {}}\n", r#"{a: "b", c: [], d: {}}"#),
        ("a: b\r\nc: |\r\n  d\r\n", r#"{a: "b", c: "d"}"#),
        ("---\na: 1\n...\n", r#"{a: 1}"#),
        ("\u{feff}a: 1\n", r#"{a: 1}"#),
        ("é: \"ü\"\n", r#"{é: "ü"}"#),
        ("a: x # y: z\nb: http://c#d\ne: f:g\n", r#"{a: "x", b: "http://c#d", e: "f:g"}"#),
    ]);
}

/// Anchors, aliases, tags and merge keys.
#[test]
fn not_in_language() {
    check(&[
        (
            "a: &x 1\nb: *x\nc: *none\n",
            r#"1:4 E0104: anchors are not part of the language «&x»
2:4 E0104: aliases are not part of the language «*x»
3:4 E0104: aliases are not part of the language «*none»
{a: null, b: null, c: null}"#,
        ),
        (
            "a: &x\n  b: c\n",
            r#"1:4 E0104: anchors are not part of the language «&x»
{a: {b: "c"}}"#,
        ),
        (
            "&k a: b\n*k : c\n",
            r#"1:1 E0104: anchors are not part of the language «&k»
2:1 E0104: aliases are not part of the language «*k»
{a: "b"}"#,
        ),
        (
            "<<: *x\na: b\n",
            r#"1:1 E0104: merge keys are not part of the language «<<»
{a: "b"}"#,
        ),
        (
            "a: {<<: {b: c}}\n",
            r#"1:5 E0104: merge keys are not part of the language «<<»
{a: {}}"#,
        ),
        ("\"<<\": a\n", r#"{<<: "a"}"#),
        (
            "a: !!str 1\nb: !t {c: d}\nc: !!int\n",
            r#"1:4 E0104: tags are not part of the language «!!str»
2:4 E0104: tags are not part of the language «!t»
3:4 E0104: tags are not part of the language «!!int»
{a: null, b: {c: "d"}, c: null}"#,
        ),
        (
            "!!map\na: b\n",
            r#"1:1 E0104: tags are not part of the language «!!map»
{a: "b"}"#,
        ),
    ]);
}

/// Duplicate, ambiguous, missing and complex keys.
#[test]
fn keys() {
    check(&[
        (
            "a: 1\nb: 2\na: 3\n",
            r#"3:1 E0105: `a` is given twice «a»
{a: 1, b: 2}"#,
        ),
        (
            "a: {b: 1, \"b\": 2, b: 3}\n",
            r#"1:11 E0105: `b` is given twice «"b"»
{a: {b: 1}}"#,
        ),
        (
            "no: 1\nOn: 2\nnull: 3\n~: 4\ntrue: 5\n0x1: 6\n2016-01-01: 7\n",
            r#"1:1 E0106: `no` is a boolean in some YAML versions; quote it «no»
2:1 E0106: `On` is a boolean in some YAML versions; quote it «On»
3:1 E0106: `null` is null in some YAML versions; quote it «null»
4:1 E0106: `~` is null in some YAML versions; quote it «~»
5:1 E0106: `true` is a boolean in some YAML versions; quote it «true»
6:1 E0106: `0x1` is not the same number in all YAML versions; quote it «0x1»
7:1 E0106: `2016-01-01` is a date in some YAML versions; quote it «2016-01-01»
{no: 1, On: 2, null: 3, ~: 4, true: 5, 0x1: 6, 2016-01-01: 7}"#,
        ),
        (
            "[a]: b\nc: d\n",
            r#"1:1 E0108: a list or map cannot be a key «[a]»
{c: "d"}"#,
        ),
        (
            "{a: b}: c\n",
            r#"1:1 E0108: a list or map cannot be a key «{a: b}»
{}"#,
        ),
        (
            "? [a, &x b]\n: c\nd: e\n",
            r#"1:3 E0108: a list or map cannot be a key «[a, &x b]»
{d: "e"}"#,
        ),
        (
            ": a\nb: c\n",
            r#"1:1 E0108: a key is missing «»
{b: "c"}"#,
        ),
        ("? a\n: b\n", r#"{a: "b"}"#),
        ("? |\n  a\n: b\n", r#"{a: "b"}"#),
        (
            "“a”: b\n",
            r#"1:1 E0109: typographic quotes are no quotes in YAML «“a”»
{a: "b"}"#,
        ),
        (
            "a: 1\n? \n: 2\n",
            r#"2:2 E0108: a key is missing «»
{a: 1}"#,
        ),
    ]);
}

/// Plain scalars that must be quoted.
#[test]
fn ambiguous() {
    check(&[
        (
            "a: no\nb: 0123\nc: 1.10\nd: 12:30\ne: 2016-01-01\nf: 99999999999999999999\ng: Null\nh: =\n",
            r#"1:4 E0106: `no` is a boolean in some YAML versions; quote it «no»
2:4 E0106: `0123` is not the same number in all YAML versions; quote it «0123»
3:4 E0106: `1.10` is the number 1.1; quote it to keep its digits «1.10»
4:4 E0106: `12:30` is a number in base 60 in some YAML versions; quote it «12:30»
5:4 E0106: `2016-01-01` is a date in some YAML versions; quote it «2016-01-01»
6:4 E0106: `99999999999999999999` is too large for an integer; quote it «99999999999999999999»
7:4 E0106: `Null` is null in some YAML versions; quote it «Null»
8:4 E0106: `=` has a meaning of its own in some YAML versions; quote it «=»
{a: "no", b: "0123", c: "1.10", d: "12:30", e: "2016-01-01", f: "99999999999999999999", g: "Null", h: "="}"#,
        ),
        (
            "a: [y, N, 1e3, .inf]\n",
            r#"1:5 E0106: `y` is a boolean in some YAML versions; quote it «y»
1:8 E0106: `N` is a boolean in some YAML versions; quote it «N»
1:11 E0106: `1e3` is not the same number in all YAML versions; quote it «1e3»
1:16 E0106: `.inf` is not the same number in all YAML versions; quote it «.inf»
{a: ["y", "N", "1e3", ".inf"]}"#,
        ),
        (
            "a: https://{b}.c.com/\nd: \"{e}\"\n",
            r#"1:4 E0106: `https://{b}.c.com/` has braces; quote it «https://{b}.c.com/»
{a: "https://{b}.c.com/", d: "{e}"}"#,
        ),
        (
            "a: “x”\nb: ‘y’\nc: x”\nd: users’\ne: it’s\n",
            r#"1:4 E0109: typographic quotes are no quotes in YAML «“x”»
2:4 E0109: typographic quotes are no quotes in YAML «‘y’»
3:4 E0109: typographic quotes are no quotes in YAML «x”»
{a: "x", b: "y", c: "x", d: "users’", e: "it’s"}"#,
        ),
    ]);
}

/// No document, one, and more.
#[test]
fn documents() {
    check(&[
        (
            "",
            r#"1:1 E0107: the file is empty «»
nothing"#,
        ),
        (
            "# only a comment\n",
            r#"1:1 E0107: the file is empty «»
nothing"#,
        ),
        (
            "---\n",
            r#"1:1 E0107: the file is empty «»
nothing"#,
        ),
        (
            "\u{feff}",
            r#"1:1 E0107: the file is empty «»
nothing"#,
        ),
        (
            "\n\n",
            r#"1:1 E0107: the file is empty «»
nothing"#,
        ),
        (
            "a: 1\n---\nb: 2\n",
            r#"2:1 E0107: a second document in the file «---»
{a: 1}"#,
        ),
        (
            "a: 1\n---\n",
            r#"2:1 E0107: a second document in the file «---»
{a: 1}"#,
        ),
        (
            "a: 1\n...\nb: 2\n",
            r#"3:1 E0107: a second document in the file «b: 2»
{a: 1}"#,
        ),
        ("null\n", r#"null"#),
        (
            "a: b: c\n---\nd: e\n",
            r#"1:5 E0101: `: ` in a text without quotes «:»
{}"#,
        ),
    ]);
}
