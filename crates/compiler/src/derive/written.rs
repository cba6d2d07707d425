//! Written: JSON as text, without blanks.

use crate::has_byte;
use serde_json::Value as Json;
use std::fmt::Write as _;

/// Appends the key of a member to an object whose members begin at `start`.
pub(super) fn push_key(text: &mut String, start: usize, key: &str) {
    push_comma(text, start);
    push_string(text, key);
    text.push(':');
}

fn push_comma(text: &mut String, start: usize) {
    if text.len() > start {
        text.push(',');
    }
}

/// Appends JSON without blanks.
pub fn push_json(text: &mut String, value: &Json) {
    match value {
        Json::Object(members) => {
            text.push('{');
            let start = text.len();
            for (key, value) in members {
                push_key(text, start, key);
                push_json(text, value);
            }
            text.push('}');
        }
        Json::Array(items) => {
            text.push('[');
            let start = text.len();
            for item in items {
                push_comma(text, start);
                push_json(text, item);
            }
            text.push(']');
        }
        Json::String(value) => push_string(text, value),
        Json::Bool(true) => text.push_str("true"),
        Json::Bool(false) => text.push_str("false"),
        Json::Null => text.push_str("null"),
        // Writing to text does not fail.
        Json::Number(number) => _ = write!(text, "{number}"),
    }
}

/// Appends a JSON string.
pub fn push_string(text: &mut String, value: &str) {
    if !has_byte(value, |byte| byte < 0x20 || matches!(byte, b'"' | b'\\')) {
        text.push('"');
        text.push_str(value);
        text.push('"');
    } else {
        text.push_str(&Json::from(value).to_string());
    }
}
