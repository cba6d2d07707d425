//! JSON as it is written: numbers by their digits, members in order, escapes where none are needed.

use crate::support::random::Random;
use std::fmt::Write as _;

/// A JSON text, before it is written.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    Null,
    Boolean(bool),
    /// By its digits: `1.0` and `1e2` are not `1` and `100` here.
    Number(String),
    Text(String),
    Array(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

impl Tree {
    pub fn text(text: impl AsRef<str>) -> Self {
        Self::Text(text.as_ref().to_owned())
    }

    pub fn number(digits: impl AsRef<str>) -> Self {
        Self::Number(digits.as_ref().to_owned())
    }

    pub fn of(json: &serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(b) => Self::Boolean(*b),
            serde_json::Value::Number(n) => Self::Number(n.to_string()),
            serde_json::Value::String(s) => Self::Text(s.clone()),
            serde_json::Value::Array(items) => Self::Array(items.iter().map(Self::of).collect()),
            serde_json::Value::Object(members) => {
                Self::Object(members.iter().map(|(key, value)| (key.clone(), Self::of(value))).collect())
            }
        }
    }

    /// The members, if it is an object.
    pub fn members(&self) -> Option<&Vec<(String, Tree)>> {
        if let Self::Object(members) = self { Some(members) } else { None }
    }

    pub fn members_mut(&mut self) -> Option<&mut Vec<(String, Tree)>> {
        if let Self::Object(members) = self { Some(members) } else { None }
    }

    /// The value at some keys.
    pub fn at<K: AsRef<str>>(&self, path: &[K]) -> Option<&Tree> {
        path.iter().try_fold(self, |tree, key| {
            tree.members()?.iter().find(|(name, _)| name == key.as_ref()).map(|(_, value)| value)
        })
    }

    /// Likewise.
    pub fn at_mut<K: AsRef<str>>(&mut self, path: &[K]) -> Option<&mut Tree> {
        path.iter().try_fold(self, |tree, key| {
            tree.members_mut()?.iter_mut().find(|(name, _)| name == key.as_ref()).map(|(_, value)| value)
        })
    }

    /// Writes it, with white space and escapes as they come.
    pub fn write(&self, random: &mut Random) -> String {
        let mut out = String::new();
        self.push(&mut out, random);
        out
    }

    fn push(&self, out: &mut String, random: &mut Random) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Boolean(b) => out.push_str(if *b { "true" } else { "false" }),
            Self::Number(digits) => out.push_str(digits),
            Self::Text(text) => push_text(out, text, random),
            Self::Array(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    separate(out, at, random);
                    item.push(out, random);
                }
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (at, (key, value)) in members.iter().enumerate() {
                    separate(out, at, random);
                    push_text(out, key, random);
                    out.push_str(if random.once_in(8) { " :\t" } else { ": " });
                    value.push(out, random);
                }
                out.push('}');
            }
        }
    }
}

fn separate(out: &mut String, at: usize, random: &mut Random) {
    if at > 0 {
        out.push(',');
    }
    if random.once_in(8) {
        out.push_str("\r\n  ");
    }
}

fn push_text(out: &mut String, text: &str, random: &mut Random) {
    let escaping = random.once_in(8);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '/' if escaping => out.push_str("\\/"),
            c if c < ' ' || (escaping && random.once_in(4)) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
