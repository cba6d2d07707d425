//! Pretty: JSON as people read it, appended member by member; serialising takes three times as long.

use super::push_all;
use crate::derive::{push_json, push_string};
use serde_json::Value as Json;

/// The beginning of a line, as deep as most are: two blanks for each level.
const LINE: &str = "\n                                ";

/// A text to append to, and how deep in it one is.
#[derive(Default)]
pub struct Pretty {
    /// What has been written so far.
    pub text: String,
    depth: usize,
}

impl Pretty {
    /// What is written at that depth of some other text.
    pub fn at(depth: usize) -> Self {
        Self { text: String::with_capacity(1 << 12), depth }
    }

    /// The text of a value.
    pub fn of(value: &Json) -> String {
        let mut out = Self::at(0);
        out.value(value);
        out.text
    }

    /// Opens an object or a list.
    pub fn open(&mut self, bracket: char) {
        self.text.push(bracket);
        self.depth += 1;
    }

    /// Closes it.
    pub fn close(&mut self, bracket: char) {
        self.depth -= 1;
        if !self.is_empty() {
            self.line();
        }
        self.text.push(bracket);
    }

    /// Begins the next item of a list.
    pub fn item(&mut self) {
        if !self.is_empty() {
            self.text.push(',');
        }
        self.line();
    }

    /// Begins the next member of an object.
    pub fn key(&mut self, key: &str) {
        self.item();
        push_string(&mut self.text, key);
        self.text.push_str(": ");
    }

    /// As [`Self::key`], of a key that is no text of others.
    fn name(&mut self, key: &'static str) {
        self.item();
        push_all(&mut self.text, &["\"", key, "\": "]);
    }

    /// Appends a member that is text.
    pub fn string(&mut self, key: &'static str, value: &str) {
        self.name(key);
        push_string(&mut self.text, value);
    }

    /// Appends a member.
    pub fn member(&mut self, key: &str, value: &Json) {
        self.key(key);
        self.value(value);
    }

    /// Appends a member that is a list.
    pub fn list<T>(
        &mut self,
        key: &'static str,
        items: impl IntoIterator<Item = T>,
        push: impl Fn(&mut Self, T),
    ) {
        self.name(key);
        self.open('[');
        for item in items {
            self.item();
            push(self, item);
        }
        self.close(']');
    }

    /// Appends a value.
    pub fn value(&mut self, value: &Json) {
        match value {
            Json::Object(members) => {
                self.open('{');
                members.iter().for_each(|(key, value)| self.member(key, value));
                self.close('}');
            }
            Json::Array(items) => {
                self.open('[');
                for item in items {
                    self.item();
                    self.value(item);
                }
                self.close(']');
            }
            scalar => push_json(&mut self.text, scalar),
        }
    }

    /// Whether nothing is in what was opened last.
    fn is_empty(&self) -> bool {
        matches!(self.text.as_bytes().last(), Some(b'{' | b'['))
    }

    fn line(&mut self) {
        match LINE.get(..1 + 2 * self.depth) {
            Some(line) => self.text.push_str(line),
            None => self.text.extend(std::iter::once('\n').chain(std::iter::repeat_n(' ', 2 * self.depth))),
        }
    }
}
