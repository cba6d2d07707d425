//! Body: a JSON object that is tried. Its keys and values are shared with whoever names them, so that a
//! copy costs little: most bodies are copies of others with a few edits, looked at once.

use super::edit::Edit;
use super::values::plain;
use super::written::{push_json, push_key};
use crate::lower::{Object, Shape};
use crate::syntax::part::Text;
use serde_json::{Map, Value as Json};
use std::sync::Arc;

/// An object, its members in order: violations come in the order of the document.
#[derive(Clone, Debug, Default)]
pub struct Body(Vec<(Text, Given)>);

/// What a member is.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// An object.
    Object(Body),
    /// Anything else.
    Json(Arc<Json>),
}

impl Given {
    fn of(json: &Arc<Json>) -> Self {
        match &**json {
            Json::Object(members) => Self::Object(Body::of(members)),
            _ => Self::Json(Arc::clone(json)),
        }
    }

    /// Whether it is this JSON.
    pub(super) fn is(&self, json: &Json) -> bool {
        match self {
            Self::Object(body) => json.is_object() && body.json() == *json,
            Self::Json(own) => **own == *json,
        }
    }

    /// As JSON.
    pub(super) fn json(&self) -> Arc<Json> {
        match self {
            Self::Object(body) => Arc::new(body.json()),
            Self::Json(json) => Arc::clone(json),
        }
    }
}

impl PartialEq for Body {
    /// Whatever their order, as objects are the same in JSON.
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len()
            && (self.0 == other.0 || self.iter().all(|(key, given)| other.get(key) == Some(given)))
    }
}

impl Body {
    /// The body that JSON says.
    #[must_use]
    pub fn of(members: &Map<String, Json>) -> Self {
        let shared = |json: &Json| Given::of(&Arc::new(json.clone()));
        Self(members.iter().map(|(key, json)| (Text::from(key.as_str()), shared(json))).collect())
    }

    /// What is always required in a declared object.
    #[must_use]
    pub fn least(object: &Object) -> Self {
        let required = object.members.iter().filter(|(_, member)| member.required);
        let least = required.map(|(key, member)| {
            let given = match &member.shape {
                Shape::Object(inner) => Given::Object(Self::least(inner)),
                _ => Given::Json(plain(member)),
            };
            (key.clone(), given)
        });
        Self(least.collect())
    }

    /// As JSON.
    #[must_use]
    pub fn json(&self) -> Json {
        let json = |given: &Given| match given {
            Given::Object(body) => body.json(),
            Given::Json(json) => Json::clone(json),
        };
        Json::Object(self.iter().map(|(key, given)| (String::from(&**key), json(given))).collect())
    }

    /// As text without blanks.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(1024);
        self.push(&mut text);
        text
    }

    /// Appends it as text without blanks.
    pub fn push(&self, text: &mut String) {
        text.push('{');
        let start = text.len();
        for (key, given) in &self.0 {
            push_key(text, start, key);
            match given {
                Given::Object(body) => body.push(text),
                Given::Json(json) => push_json(text, json),
            }
        }
        text.push('}');
    }

    /// Its members.
    pub fn iter(&self) -> impl Iterator<Item = &(Text, Given)> {
        self.0.iter()
    }

    /// How many there are.
    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }

    /// A member.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Given> {
        self.0.iter().find(|(known, _)| **known == *key).map(|(_, given)| given)
    }

    /// Whether a member is there; it may be the one at `next`, which then moves on.
    pub(super) fn has(&self, key: &str, next: &mut usize) -> bool {
        let is_next = self.0.get(*next).is_some_and(|(known, _)| **known == *key);
        *next += usize::from(is_next);
        is_next || self.get(key).is_some()
    }

    /// The value at a path that is not empty.
    #[must_use]
    pub fn at(&self, path: &[Text]) -> Option<&Given> {
        let (key, parents) = path.split_last()?;
        self.object(parents)?.get(key)
    }

    /// Where a member stands: its position and before it those of the objects that it is in.
    pub(super) fn place(&self, path: &[Text]) -> Vec<usize> {
        let mut place = Vec::with_capacity(path.len());
        let mut object = Some(self);
        for key in path {
            let Some(at) = object.and_then(|body| body.0.iter().position(|(known, _)| known == key)) else {
                break;
            };
            place.push(at);
            object = object.and_then(|body| match &body.0[at].1 {
                Given::Object(inner) => Some(inner),
                Given::Json(_) => None,
            });
        }
        place
    }

    /// The object at a path, itself at the empty one.
    #[must_use]
    pub fn object(&self, path: &[Text]) -> Option<&Self> {
        path.iter().try_fold(self, |body, key| match body.get(key)? {
            Given::Object(inner) => Some(inner),
            Given::Json(_) => None,
        })
    }

    /// The body with some edits, one after the other.
    #[must_use]
    pub fn edited<'a>(&self, edits: impl IntoIterator<Item = &'a Edit>) -> Self {
        let mut body = self.clone();
        edits.into_iter().for_each(|edit| body.apply(edit));
        body
    }

    /// Does an edit. What is set keeps its place, or goes to the end of its object.
    pub fn apply(&mut self, edit: &Edit) {
        self.within(edit.path(), edit);
    }

    fn within(&mut self, path: &[Text], edit: &Edit) {
        let Some((key, rest)) = path.split_first() else { return };
        // Whoever edits a member has nearly always the key that it came with.
        let place = self.0.iter().position(|(known, _)| known.is_same(key));
        let place = place.or_else(|| self.0.iter().position(|(known, _)| known == key));
        match (edit, place) {
            (_, Some(place)) if !rest.is_empty() => {
                if let Given::Object(inner) = &mut self.0[place].1 {
                    inner.within(rest, edit);
                }
            }
            (Edit::Remove(_), Some(place)) => drop(self.0.remove(place)),
            (Edit::Remove(_), None) => {}
            (Edit::Set(_, json), Some(place)) => self.0[place].1 = Given::of(json),
            (Edit::Set(_, json), None) if rest.is_empty() => self.0.push((key.clone(), Given::of(json))),
            (Edit::Set(..), None) => {
                let mut inner = Self::default();
                inner.within(rest, edit);
                self.0.push((key.clone(), Given::Object(inner)));
            }
        }
    }
}
