//! Reports as JSON: `{"valid": …, "violations": [{"code", "pointer", "entry", "message"}]}`, indented
//! by two spaces, without a final line feed.
//!
//! In: texts, or what appends them. Out: JSON, appended to a text.

use crate::bytes::{is_plain, is_special};
use crate::violation::Code;

/// Appends what comes before the violations.
pub(crate) fn open(out: &mut String, valid: bool) {
    out.push_str(if valid {
        "{\n  \"valid\": true,\n  \"violations\": ["
    } else {
        "{\n  \"valid\": false,\n  \"violations\": ["
    });
}

/// Appends what comes after the violations.
pub(crate) fn close(out: &mut String, valid: bool) {
    out.push_str(if valid { "]\n}" } else { "\n  ]\n}" });
}

/// Appends a violation: its code, and what appends its other texts.
pub(crate) fn violation(
    out: &mut String,
    index: usize,
    code: Code,
    pointer: impl FnOnce(&mut String),
    entry: impl FnOnce(&mut String),
    message: impl FnOnce(&mut String),
) {
    // Most violations fit into what is made sure of here, once.
    out.reserve(384);
    out.push_str(if index == 0 { "\n    {\n      \"code\": \"" } else { ",\n    {\n      \"code\": \"" });
    out.push_str(code.as_str());
    out.push_str("\",\n      \"pointer\": \"");
    escaped(out, pointer);
    out.push_str("\",\n      \"entry\": \"");
    escaped(out, entry);
    out.push_str("\",\n      \"message\": \"");
    escaped(out, message);
    out.push_str("\"\n    }");
}

/// Escapes what is appended, if there is need.
pub(crate) fn escaped(out: &mut String, push: impl FnOnce(&mut String)) {
    let from = out.len();
    push(out);
    if out.get(from..).is_some_and(|text| !is_plain(text.as_bytes())) {
        let text = out.split_off(from);
        push_escaped(out, &text);
    }
}

fn push_escaped(out: &mut String, text: &str) {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        if !is_special(byte) {
            continue;
        }
        out.push_str(text.get(from..at).unwrap_or_default());
        from = at + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            _ => out.push_str(&format!("\\u{byte:04x}")),
        }
    }
    out.push_str(text.get(from..).unwrap_or_default());
}
