//! Writing: a value becomes the text of a scalar that every reader of YAML takes for that value.
//!
//! In: the value and, where it replaces another scalar, that scalar as it stands. Out: one line of
//! YAML.

use super::plain::{self, Plain};
use std::mem::discriminant;

/// The value as a scalar in the place of another: in the quotes of the old one, or with none if it
/// needs none.
pub fn in_place_of(old: &str, value: &str) -> String {
    match old.as_bytes().first() {
        Some(b'"') => double(value),
        Some(b'\'') if !needs_escapes(value) => single(value),
        _ if is_plain(old, value) => value.to_owned(),
        _ => quoted(value),
    }
}

/// The text as a quoted scalar.
pub(super) fn quoted(text: &str) -> String {
    if text.contains(['"', '\\']) && !needs_escapes(text) { single(text) } else { double(text) }
}

fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn double(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if is_special(c) => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Only double quotes have escapes.
fn needs_escapes(text: &str) -> bool {
    text.contains(is_special)
}

/// What breaks a line, or cannot be seen. All of it fits four hexadecimal digits.
fn is_special(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// Whether the value needs no quotes, within brackets or without, and has a type that fits: what
/// reads as a number may stand where a number stood.
fn is_plain(old: &str, value: &str) -> bool {
    let reading = plain::read(value);
    let fits = match reading {
        Plain::Text => true,
        Plain::Ambiguous(_) | Plain::Null => false,
        Plain::Boolean(_) | Plain::Integer(_) | Plain::Float(_) => {
            discriminant(&reading) == discriminant(&plain::read(old))
        }
    };
    let is_negative = value.starts_with('-') && reading != Plain::Text;
    fits && (is_negative || value.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '/')))
        && !value.contains([',', '[', ']', '{', '}', '#', '"', '\'', '“', '”', '‘', '’'])
        && !(value.contains(": ") || value.ends_with([':', ' ']) || needs_escapes(value))
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Node, parse};
    use super::*;
    use crate::source::FileId;
    use bumpalo::Bump;

    #[test]
    fn the_old_quotes_stay() {
        for (old, value, expected) in [
            ("signatur", "signature", "signature"),
            ("\"signatur\"", "signature", "\"signature\""),
            ("'signatur'", "signature", "'signature'"),
            ("'its'", "it's", "'it''s'"),
            ("\"say\"", "say \"x\"", "\"say \\\"x\\\"\""),
            ("'line'", "two\nlines", "\"two\\nlines\""),
            ("noo", "no", "\"no\""),
            ("noo", "1.10", "\"1.10\""),
            ("tru", "true", "\"true\""),
            ("3", "4", "4"),
            ("-3", "-4", "-4"),
            ("three", "3", "\"3\""),
            ("3", "three", "three"),
            ("a", "a: b", "\"a: b\""),
            ("a", "a:b", "a:b"),
            ("a", "US, CA", "\"US, CA\""),
            ("a", "-a", "\"-a\""),
            ("a", "[a]", "\"[a]\""),
            ("a", "*", "\"*\""),
            ("a", "\"a\" #b", "'\"a\" #b'"),
            ("a", "", "\"\""),
            ("a", "“a”", "\"“a”\""),
            ("|\n  block", "word", "word"),
        ] {
            assert_eq!(in_place_of(old, value), expected, "{value:?} in place of {old:?}");
        }
    }

    /// Whatever the value, it is read back, as a value, as a key and within brackets.
    #[test]
    fn what_is_written_is_read_back() {
        let bits = [
            "a", " ", ":", "#", ",", "'", "\"", "\\", "{", "]", "-", "no", "1", "\n", "\t", "é", "“",
            "\u{2028}", "\u{1}",
        ];
        for first in bits {
            for second in bits {
                for third in ["", "b", " ", ":", "'"] {
                    let value = format!("{first}{second}{third}");
                    for old in ["x", "\"x\"", "'x'"] {
                        let text = in_place_of(old, &value);
                        for yaml in
                            [format!("k: {text}\n"), format!("k: [{text}, b]\n"), format!("{text}: 1\n")]
                        {
                            let mut diagnostics = Vec::new();
                            let arena = Bump::new();
                            let node = parse(FileId(0), &yaml, &arena, &mut diagnostics);
                            assert!(diagnostics.is_empty(), "{value:?}: {yaml:?}: {diagnostics:?}");
                            let found = node.and_then(|node| first_text(&node)).expect("there is a value");
                            assert_eq!(found, value, "{yaml:?}");
                        }
                    }
                }
            }
        }
    }

    /// The key, if the value is a number; else the value, or the first of its items.
    fn first_text(node: &Node) -> Option<String> {
        match &node.kind {
            Kind::Map(entries) => match entries.first()? {
                (key, Node { kind: Kind::Integer(1), .. }) if key.name != "k" => Some(key.name.to_string()),
                (_, value) => first_text(value),
            },
            Kind::List(items) => first_text(items.first()?),
            Kind::String(text) => Some(text.to_string()),
            _ => None,
        }
    }
}
