//! Edits: how one body becomes another.
//!
//! In: two bodies. Out: the edits between them, which a [`Body`] can be made to undergo.

use super::body::{Body, Given};
use crate::has_byte;
use crate::lower::Path;
use crate::syntax::part::Text;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::sync::Arc;

/// One change of a body.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Sets a member; objects on the way that are not there come into being.
    Set(Path, Arc<Json>),
    /// Removes a member.
    Remove(Path),
}

impl Edit {
    /// The member.
    #[must_use]
    pub fn path(&self) -> &[Text] {
        match self {
            Self::Set(path, _) | Self::Remove(path) => path,
        }
    }
}

/// The edits that make `to` of `from`: what goes, then what comes or changes.
#[must_use]
pub fn edits(from: &Body, to: &Body) -> Vec<Edit> {
    fn compare(from: &Body, to: &Body, path: &mut Path, all: &mut Vec<Edit>) {
        // Most of both is the same from the beginning on, and need not be looked up.
        let same = from.iter().zip(to.iter()).take_while(|(from, to)| from == to).count();
        for (key, _) in from.iter().skip(same).filter(|(key, _)| to.get(key).is_none()) {
            all.push(Edit::Remove(path.iter().chain([key]).cloned().collect()));
        }
        for (key, given) in to.iter().skip(same) {
            let there = from.get(key);
            if there == Some(given) {
                continue;
            }
            path.push(key.clone());
            match (there, given) {
                (Some(Given::Object(from)), Given::Object(to)) => compare(from, to, path, all),
                _ => all.push(Edit::Set(path.clone(), given.json())),
            }
            path.pop();
        }
    }
    let mut all = Vec::new();
    compare(from, to, &mut Path::new(), &mut all);
    all
}

/// The pointer of a path (RFC 6901).
#[must_use]
pub fn pointer(path: &[Text]) -> String {
    let mut pointer = String::with_capacity(48);
    path.iter().for_each(|key| push_member(&mut pointer, key));
    pointer
}

/// Appends a member to the pointer of what it is in.
pub fn push_member(pointer: &mut String, key: &str) {
    pointer.push('/');
    pointer.push_str(&token(key));
}

/// A key as it stands in a pointer: its reference token.
#[must_use]
pub fn token(key: &str) -> Cow<'_, str> {
    if has_byte(key, |byte| matches!(byte, b'~' | b'/')) {
        key.replace('~', "~0").replace('/', "~1").into()
    } else {
        key.into()
    }
}
