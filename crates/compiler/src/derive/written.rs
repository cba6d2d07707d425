//! Written: a body as text, and what edits make of the text. Most inputs differ from their base in one
//! member; to splice that in costs a tenth of writing the whole body again.

use super::edit::Edit;
use super::search::edited;
use crate::lower::Path;
use crate::syntax::part::Text;
use serde_json::Value as Json;
use std::collections::HashMap;
use std::ops::Range;

/// A body, and where its members are in its text.
pub struct Written {
    body: Json,
    text: String,
    /// Of each member, its key and value.
    members: HashMap<Path, Range<usize>>,
    /// Of each object, its closing brace.
    ends: HashMap<Path, usize>,
}

impl Written {
    /// Writes a body.
    #[must_use]
    pub fn new(body: &Json) -> Self {
        let mut written = Self {
            body: body.clone(),
            text: String::with_capacity(1024),
            members: HashMap::new(),
            ends: HashMap::new(),
        };
        written.write(body, &mut Path::new());
        written
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    fn write(&mut self, value: &Json, path: &mut Path) {
        let members = match value {
            Json::Object(members) => members,
            Json::String(value) => return push_string(&mut self.text, value),
            other => return self.text.push_str(&other.to_string()),
        };
        self.text.push('{');
        for (at, (key, value)) in members.iter().enumerate() {
            if at > 0 {
                self.text.push(',');
            }
            let start = self.text.len();
            push_string(&mut self.text, key);
            self.text.push(':');
            path.push(Text::from(key.as_str()));
            self.write(value, path);
            self.members.insert(path.clone(), start..self.text.len());
            path.pop();
        }
        self.ends.insert(path.clone(), self.text.len());
        self.text.push('}');
    }

    /// The text of the body with some edits.
    #[must_use]
    pub fn edited(&self, edits: &[Edit]) -> String {
        let spliced = match edits {
            [] => Some(self.text.clone()),
            [Edit::Set(path, value)] => self.set(path, value),
            [Edit::Remove(path)] => self.members.get(path).map(|member| self.without(member.clone())),
            _ => None,
        };
        spliced.unwrap_or_else(|| edited(&self.body, edits).to_string())
    }

    fn set(&self, path: &[Text], value: &Json) -> Option<String> {
        let (key, parents) = path.split_last()?;
        let (range, separator) = match self.members.get(path) {
            Some(member) => (member.clone(), ""),
            None => {
                let end = *self.ends.get(parents)?;
                (end..end, if self.text[..end].ends_with('{') { "" } else { "," })
            }
        };
        let mut text = String::with_capacity(self.text.len() + 64);
        text.push_str(&self.text[..range.start]);
        text.push_str(separator);
        push_string(&mut text, key);
        text.push(':');
        match value {
            Json::String(value) => push_string(&mut text, value),
            other => text.push_str(&other.to_string()),
        }
        text.push_str(&self.text[range.end..]);
        Some(text)
    }

    /// Without a member, and one of the commas beside it.
    fn without(&self, member: Range<usize>) -> String {
        let (before, after) = (&self.text[..member.start], &self.text[member.end..]);
        let (before, after) = match (after.strip_prefix(','), before.strip_suffix(',')) {
            (Some(after), _) => (before, after),
            (None, Some(before)) => (before, after),
            (None, None) => (before, after),
        };
        [before, after].concat()
    }
}

/// Appends a JSON string.
pub fn push_string(text: &mut String, value: &str) {
    if value.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
        text.push('"');
        text.push_str(value);
        text.push('"');
    } else {
        text.push_str(&Json::from(value).to_string());
    }
}
