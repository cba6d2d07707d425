//! Written: a body as text, and what edits make of the text. Writing a body with its edits in one pass
//! costs a fifth of making the edited body first.

use super::edit::Edit;
use super::search::edited;
use crate::{IndexMap, has_byte};
use serde_json::{Map, Value as Json};
use std::ops::Range;

/// A body and its text.
pub struct Written {
    body: Json,
    text: String,
    members: Vec<Span>,
}

/// Where a member is in the text, with its key, and where those in it are.
struct Span {
    at: Range<usize>,
    members: Vec<Span>,
}

impl Written {
    /// Writes a body.
    #[must_use]
    pub fn new(body: &Json) -> Self {
        let mut text = String::with_capacity(1024);
        let members = push_spanned(&mut text, body);
        Self { body: body.clone(), text, members }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of the body with some edits.
    #[must_use]
    pub fn edited(&self, edits: &[Edit]) -> String {
        if edits.is_empty() {
            return self.text.clone();
        }
        let mut text = String::with_capacity(self.text.len() + 64 * edits.len());
        let all: Vec<&Edit> = edits.iter().collect();
        let members = self.body.as_object();
        let written = members.and_then(|body| self.push_edited(&mut text, body, &self.members, &all, 0));
        if written.is_none() {
            text.clear();
            push_json(&mut text, &edited(&self.body, edits));
        }
        text
    }

    /// Appends an object with edits of what is in it, that many levels down; `None` if they touch each other
    /// or make objects, so that one must be done after the other.
    fn push_edited(
        &self,
        text: &mut String,
        members: &Map<String, Json>,
        spans: &[Span],
        edits: &[&Edit],
        depth: usize,
    ) -> Option<()> {
        let mut by_key: IndexMap<&str, (&Edit, How)> = IndexMap::default();
        for edit in edits {
            let how = if edit.path().len() == depth + 1 { How::Whole } else { How::Within };
            let known = by_key.insert(edit.path().get(depth)?, (edit, how));
            if known.is_some_and(|(_, known)| known == How::Whole || how == How::Whole) {
                return None;
            }
        }
        text.push('{');
        let start = text.len();
        for ((key, value), span) in members.iter().zip(spans) {
            match (by_key.get_mut(key.as_str()), value) {
                (None, _) => {
                    push_comma(text, start);
                    text.push_str(&self.text[span.at.clone()]);
                }
                (Some((edit, how)), _) if *how == How::Whole => {
                    push_set(text, start, key, edit);
                    *how = How::Done;
                }
                (Some((_, how)), Json::Object(inner)) => {
                    push_key(text, start, key);
                    let is_own = |edit: &&&Edit| *edit.path()[depth] == *key.as_str();
                    let own: Vec<&Edit> = edits.iter().filter(is_own).copied().collect();
                    self.push_edited(text, inner, &span.members, &own, depth + 1)?;
                    *how = How::Done;
                }
                _ => return None,
            }
        }
        for (key, (edit, how)) in by_key {
            match how {
                How::Done => {}
                How::Whole => push_set(text, start, key, edit),
                How::Within => return None,
            }
        }
        text.push('}');
        Some(())
    }
}

/// What becomes of a member by some edits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    /// It is set or removed.
    Whole,
    /// Something in it is.
    Within,
    /// It is written.
    Done,
}

/// Appends the member that an edit sets.
fn push_set(text: &mut String, start: usize, key: &str, edit: &Edit) {
    if let Edit::Set(_, value) = edit {
        push_key(text, start, key);
        push_json(text, value);
    }
}

fn push_comma(text: &mut String, start: usize) {
    if text.len() > start {
        text.push(',');
    }
}

/// Appends the key of a member to an object whose members begin at `start`.
fn push_key(text: &mut String, start: usize, key: &str) {
    push_comma(text, start);
    push_string(text, key);
    text.push(':');
}

/// Appends JSON as [`push_json`] does, and tells where its members are.
fn push_spanned(text: &mut String, value: &Json) -> Vec<Span> {
    let Json::Object(members) = value else {
        push_json(text, value);
        return Vec::new();
    };
    text.push('{');
    let start = text.len();
    let mut spans = Vec::with_capacity(members.len());
    for (key, value) in members {
        push_comma(text, start);
        let from = text.len();
        push_key(text, from, key);
        let members = push_spanned(text, value);
        spans.push(Span { at: from..text.len(), members });
    }
    text.push('}');
    spans
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
        Json::String(value) => push_string(text, value),
        other => text.push_str(&other.to_string()),
    }
}

/// Appends a JSON string.
pub fn push_string(text: &mut String, value: &str) {
    if !has_byte(value, |byte| (byte < 0x20) | (byte == b'"') | (byte == b'\\')) {
        text.push('"');
        text.push_str(value);
        text.push('"');
    } else {
        text.push_str(&Json::from(value).to_string());
    }
}
