//! Maps whose keys are the author's: entries, variants, constraints.
//!
//! In: [`Node`]s. Out: ordered maps that merge key by key and keep where each key was declared.
//! Values are shared, so that a layer that adds nothing to one costs a pointer.

use super::constraint::Constraint;
use super::decode::{Decode, Decoder};
use super::part::{Leaf, Merger, Mode, Part, Text, Visitor, visit_below};
use super::yaml::{COMPLEX_KEY, Kind, Node};
use crate::IndexMap;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};
use crate::suggest::suggest;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;
use std::ops::Deref;
use std::sync::Arc;

/// A value of a map, and where its key was first declared.
#[derive(Clone, Debug)]
pub struct Declared<T> {
    /// The place of the key.
    pub at: Span,
    /// Whether all of it could be read; if not, what it misses is no mistake of its own.
    pub whole: bool,
    /// The value.
    pub inner: T,
}

impl<T> Deref for Declared<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.inner
    }
}

/// An ordered map of parts. What an element inherits is shared by all that inherit it: what a layer only
/// adds to stays as it is, below what is added. Nothing is allocated where nothing was ever said: a
/// descriptor has a dozen maps and says something in two of them.
#[derive(Debug)]
pub struct Map<T> {
    /// What was there before the last layer, if that has none of its keys.
    below: Option<Arc<Declarations<T>>>,
    /// Everything, or what the last layer added.
    own: Option<Arc<Declarations<T>>>,
}

type Declarations<T> = IndexMap<Text, Arc<Declared<T>>>;

impl<T> Clone for Map<T> {
    fn clone(&self) -> Self {
        Self { below: self.below.clone(), own: self.own.clone() }
    }
}

impl<T> Default for Map<T> {
    fn default() -> Self {
        Self { below: None, own: None }
    }
}

impl<T> Map<T> {
    fn of(entries: Declarations<T>) -> Self {
        Self { below: None, own: Some(Arc::new(entries)) }
    }

    /// The parts, in the order in which they were declared.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Text, &Arc<Declared<T>>)> + Clone {
        let (below, own) = (self.below.as_deref(), self.own.as_deref());
        below.map(IndexMap::iter).unwrap_or_default().chain(own.map(IndexMap::iter).unwrap_or_default())
    }

    /// Their keys.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &Text> + Clone {
        self.iter().map(|(key, _)| key)
    }

    /// The parts without their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Arc<Declared<T>>> + Clone {
        self.iter().map(|(_, value)| value)
    }

    /// The part of this key, and the key.
    #[must_use]
    pub fn get_key_value(&self, key: &str) -> Option<(&Text, &Arc<Declared<T>>)> {
        [&self.own, &self.below].into_iter().flatten().find_map(|map| map.get_key_value(key))
    }

    /// The part of this key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Arc<Declared<T>>> {
        self.get_key_value(key).map(|(_, value)| value)
    }

    /// Whether there is a part of this key.
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.get_key_value(key).is_some()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        [&self.below, &self.own].into_iter().flatten().map(|map| map.len()).sum()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether both are one map, which no layer has added to in between.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        is_one(&self.below, &other.below) && is_one(&self.own, &other.own)
    }

    /// Whether this is another map that layers have only added to since. `false` in doubt.
    #[must_use]
    pub fn extends(&self, other: &Self) -> bool {
        self.is_same(other) || other.below.is_none() && is_one(&self.below, &other.own)
    }

    /// All in one map that is nobody else's.
    fn alone(&mut self) -> &mut Declarations<T> {
        if self.below.is_some() {
            let all = self.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
            *self = Self::of(all);
        }
        Arc::make_mut(self.own.get_or_insert_default())
    }
}

fn is_one<T>(one: &Option<Arc<T>>, other: &Option<Arc<T>>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other),
        (one, other) => one.is_none() && other.is_none(),
    }
}

/// Reads a map, each value where it is to stay.
pub(super) fn decode_map<T: Default>(
    node: &Node,
    cx: &mut Decoder,
    read: impl Fn(&mut T, &Node, &mut Decoder) -> bool,
) -> Option<Map<T>> {
    let Kind::Map(members) = node.kind else {
        return if matches!(node.kind, Kind::Null) {
            Some(Map::default())
        } else {
            cx.wrong_type(node, "a map")
        };
    };
    let mut map = IndexMap::with_capacity_and_hasher(members.len(), Default::default());
    let mut lost = cx.lost;
    for (key, node) in members {
        if key.name.is_empty() {
            let message = format!("a key of `{}` is empty", cx.key());
            cx.diagnostics.push(Diagnostic::new(COMPLEX_KEY, key.span, message).label("names nothing"));
            lost = true;
            continue;
        }
        cx.lost = false;
        let mut declared = Arc::new(Declared { at: key.span, whole: true, inner: T::default() });
        let Some(value) = Arc::get_mut(&mut declared) else { continue };
        if cx.within(key.name, |cx| read(&mut value.inner, node, cx)) {
            value.whole = !cx.lost;
            map.insert(cx.text(key.name), declared);
        }
        lost |= cx.lost;
    }
    cx.lost = lost;
    Some(Map::of(map))
}

impl<T: Decode + Default> Decode for Map<T> {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        decode_map(node, cx, T::read)
    }
}

/// What merges with its like but stands in a [`Map`], where overriding may mean more.
pub trait Mergeable: Part {
    /// Drops what an override makes meaningless, and reports what it changes without saying so.
    fn give_way(&mut self, _to: &Self, _cx: &mut Merger) {}
}

impl<T: Mergeable> Part for Map<T> {
    fn merge(&mut self, other: &Self, cx: &mut Merger) {
        if other.is_empty() {
            return;
        }
        if self.is_empty() && cx.mode == Mode::Add {
            *self = other.clone();
            return;
        }
        let adds = || cx.mode == Mode::Add && other.keys().all(|key| !self.contains_key(key));
        if cx.is_last && self.below.is_none() && other.below.is_none() && adds() {
            self.below = std::mem::replace(&mut self.own, other.own.clone());
            return;
        }
        let map = self.alone();
        map.reserve(other.len());
        for (key, new) in other.iter() {
            let Some(old) = map.get_mut(key) else {
                if cx.mode == Mode::Override {
                    let path = format!("{}.{key}", cx.path);
                    let message = format!("nothing to override: `{path}` is not inherited");
                    let diagnostic = Diagnostic::new(Code("E0306"), new.at, message)
                        .note("what is new stands outside `override:`");
                    cx.diagnostics.push(match suggest(key, map.keys().map(|known| &**known)) {
                        Some(near) => {
                            diagnostic.meant(new.at, near).unless_there(other.contains_key(near.word))
                        }
                        None => diagnostic.label("declared by no trait or parent"),
                    });
                }
                let mut new = new.clone();
                if cx.mode == Mode::Override {
                    Arc::make_mut(&mut new).whole = false; // whatever it lacks, it was to change another
                }
                map.insert(key.clone(), new);
                continue;
            };
            if Arc::ptr_eq(old, new) {
                continue;
            }
            let old = Arc::make_mut(old);
            old.whole &= new.whole;
            let old = &mut old.inner;
            cx.within(key, |cx| {
                if cx.mode == Mode::Override {
                    old.give_way(&new.inner, cx);
                }
                old.merge(&new.inner, cx);
            });
        }
    }

    fn remove(&mut self, path: &str) -> bool {
        if path.is_empty() {
            return !std::mem::take(self).is_empty();
        }
        if self.is_empty() {
            return false;
        }
        let map = self.alone();
        if map.shift_remove(path).is_some() {
            return true;
        }
        // Keys hold dots: the longest key that begins the path is meant.
        let cuts = path.char_indices().rev().filter(|(_, c)| *c == '.').map(|(at, _)| at);
        for at in cuts {
            if let Some(value) = map.get_mut(&path[..at]) {
                return Arc::make_mut(value).inner.remove(&path[at + 1..]);
            }
        }
        false
    }

    fn is_unsaid(&self) -> bool {
        self.is_empty()
    }

    fn visit(&self, path: &mut Vec<Text>, f: &mut Visitor) {
        for (key, value) in self.iter() {
            visit_below(&value.inner, key, path, f);
        }
    }
}

impl<T: JsonSchema> JsonSchema for Map<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Map_of_{}", T::schema_name()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<T>();
        json_schema!({ "type": ["object", "null"], "additionalProperties": value })
    }
    fn inline_schema() -> bool {
        true
    }
}

/// A list to which every layer adds.
#[derive(Clone, Debug)]
pub struct Appended<T>(pub Vec<Spanned<T>>);

impl<T> Default for Appended<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Decode> Decode for Appended<T> {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        Vec::decode(node, cx).map(Self)
    }
}

impl<T: Leaf> Part for Appended<T> {
    fn merge(&mut self, other: &Self, _: &mut Merger) {
        self.0.extend(other.0.iter().cloned());
    }
    fn remove(&mut self, path: &str) -> bool {
        path.is_empty() && !std::mem::take(&mut self.0).is_empty()
    }
    fn is_unsaid(&self) -> bool {
        self.0.is_empty()
    }
    fn visit(&self, path: &mut Vec<Text>, f: &mut Visitor) {
        for item in &self.0 {
            f(path, item.span, item.value.show());
        }
    }
}

impl Mergeable for Appended<Constraint> {}

impl<T: JsonSchema> JsonSchema for Appended<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("List_of_{}", T::schema_name()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let item = generator.subschema_for::<T>();
        json_schema!({ "type": "array", "items": item })
    }
    fn inline_schema() -> bool {
        true
    }
}
