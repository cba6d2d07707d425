//! Parts that most descriptors say nothing of, and many inherit as they are.

use super::decode::{Decode, Decoder};
use super::part::{Merger, Mode, Part, Text, Visitor, same_schema};
use super::yaml::Node;
use schemars::JsonSchema;
use std::ops::Deref;
use std::sync::Arc;

/// What stands for a part of which nothing is said.
pub trait Unsaid: Part + 'static {
    /// The part that says nothing.
    fn unsaid() -> &'static Self;
}

/// A part that takes no room where nothing is said of it. Layers that change nothing of it share it.
#[derive(Clone, Debug)]
pub struct Seldom<T>(Option<Arc<T>>);

impl<T> Default for Seldom<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Unsaid> Deref for Seldom<T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.0.as_deref().unwrap_or_else(|| T::unsaid())
    }
}

impl<T: Unsaid> Decode for Seldom<T> {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let mut value = Self::default();
        value.read(node, cx).then_some(value)
    }
    fn read(&mut self, node: &Node, cx: &mut Decoder) -> bool {
        Arc::make_mut(self.0.get_or_insert_default()).read(node, cx)
    }
}

impl<T: Unsaid> Part for Seldom<T> {
    fn merge(&mut self, other: &Self, cx: &mut Merger) {
        match (&mut self.0, &other.0) {
            (_, None) => {}
            (mine @ None, Some(_)) if cx.mode == Mode::Add => mine.clone_from(&other.0),
            (mine, Some(theirs)) => Arc::make_mut(mine.get_or_insert_default()).merge(theirs, cx),
        }
    }
    fn remove(&mut self, path: &str) -> bool {
        if path.is_empty() {
            self.0 = None;
            return true;
        }
        self.0.as_mut().is_some_and(|part| Arc::make_mut(part).remove(path))
    }
    fn is_unsaid(&self) -> bool {
        self.0.as_ref().is_none_or(|part| part.is_unsaid())
    }
    fn visit(&self, path: &mut Vec<Text>, f: &mut Visitor) {
        if let Some(part) = &self.0 {
            part.visit(path, f);
        }
    }
}

same_schema!([T: JsonSchema] Seldom<T> = T);
