//! Edits: how one body becomes another.
//!
//! In: two bodies, or a body and edits. Out: the edits between them, or the body they make. The order
//! of members counts, since violations come in the order of the document: what is set keeps its
//! place, or goes to the end of its object.

use crate::has_byte;
use crate::lower::Path;
use crate::syntax::part::Text;
use serde_json::{Map, Value as Json};
use std::borrow::Cow;

/// One change of a body.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Sets a member; objects on the way that are not there come into being.
    Set(Path, Json),
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

/// The value at a path.
#[must_use]
pub fn at<'a>(body: &'a Json, path: &[Text]) -> Option<&'a Json> {
    path.iter().try_fold(body, |value, key| value.as_object()?.get(&**key))
}

/// Does an edit.
pub fn apply(body: &mut Json, edit: &Edit) {
    fn within(body: &mut Json, path: &[Text], edit: &Edit) {
        let (Json::Object(members), Some((key, rest))) = (body, path.split_first()) else { return };
        match edit {
            _ if !rest.is_empty() => {
                if let Some(inner) = members.get_mut(&**key) {
                    return within(inner, rest, edit);
                }
                if let Edit::Set(..) = edit {
                    let mut inner = Json::Object(Map::new());
                    within(&mut inner, rest, edit);
                    members.insert(String::from(&**key), inner);
                }
            }
            Edit::Set(_, value) => drop(members.insert(String::from(&**key), value.clone())),
            Edit::Remove(_) => drop(members.shift_remove(&**key)),
        }
    }
    within(body, edit.path(), edit);
}

/// The edits that make `to` of `from`, both objects: what goes, then what comes or changes.
#[must_use]
pub fn edits(from: &Json, to: &Json) -> Vec<Edit> {
    fn compare(from: &Map<String, Json>, to: &Map<String, Json>, path: &mut Path, all: &mut Vec<Edit>) {
        // Most of both is the same from the beginning on, and need not be looked up.
        let same = from.iter().zip(to).take_while(|(from, to)| from == to).count();
        for key in from.keys().skip(same).filter(|key| !to.contains_key(*key)) {
            all.push(Edit::Remove(path.iter().cloned().chain([Text::from(key.as_str())]).collect()));
        }
        for (key, value) in to.iter().skip(same) {
            let there = from.get(key);
            if there == Some(value) {
                continue;
            }
            path.push(Text::from(key.as_str()));
            match (there, value) {
                (Some(Json::Object(from)), Json::Object(to)) => compare(from, to, path, all),
                _ => all.push(Edit::Set(path.clone(), value.clone())),
            }
            path.pop();
        }
    }
    let mut all = Vec::new();
    if let (Json::Object(from), Json::Object(to)) = (from, to) {
        compare(from, to, &mut Path::new(), &mut all);
    }
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
    if has_byte(key, |byte| (byte == b'~') | (byte == b'/')) {
        key.replace('~', "~0").replace('/', "~1").into()
    } else {
        key.into()
    }
}
