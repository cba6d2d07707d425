//! Parts: how a piece of the language is merged, removed and shown.
//!
//! In: typed values, each with its place. Out: the same, merged. The two macros keep each fact in one
//! place: a field's key, type and documentation make its decoder, its JSON Schema and its merge. A [`Leaf`]
//! is replaced as a whole; every other [`Part`] merges deeply.

use super::decode::Decode;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};
use serde_json::Value as Json;

pub use super::text::Text;

/// How a layer may change what is inherited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Only what is not there yet.
    Add,
    /// Only what is there already.
    Override,
}

/// A fact that a layer states although a layer below it has stated it.
#[derive(Clone, Debug)]
pub struct Clash {
    /// The path of the fact.
    pub path: String,
    /// Where the layer states it.
    pub new: Span,
    /// Where it was stated before.
    pub old: Span,
    /// Whether both state the same.
    pub equal: bool,
}

/// What merging needs: where to report, and what is being merged.
pub struct Merger<'a> {
    /// Receives what is wrong.
    pub diagnostics: &'a mut Vec<Diagnostic>,
    /// Receives what is stated twice.
    pub clashes: Vec<Clash>,
    /// Whether this is a plain layer or its `override`.
    pub mode: Mode,
    /// Whether nothing is known to follow, so that what only is added need not be copied together.
    pub is_last: bool,
    /// The path of what is being merged.
    pub path: String,
}

impl Merger<'_> {
    /// Runs `f` with `key` added to the path.
    pub fn within(&mut self, key: &str, f: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(key);
        f(self);
        self.path.truncate(length);
    }
}

/// Receives each value of a part: the keys that lead to it, its place, the value.
pub type Visitor<'a> = dyn FnMut(&[Text], Span, Json) + 'a;

/// A piece that layers contribute to.
pub trait Part: Decode + Clone + Default {
    /// Adds another layer's contribution, in the mode of the merger.
    fn merge(&mut self, other: &Self, cx: &mut Merger);
    /// Drops what the path names; says whether there was anything.
    fn remove(&mut self, path: &str) -> bool;
    /// Whether it is known to say nothing, so that there is nothing to merge or to show, and no path to make.
    fn is_unsaid(&self) -> bool {
        false
    }
    /// Shows each value with its path (which starts with `path`) and place.
    fn visit(&self, path: &mut Vec<Text>, f: &mut Visitor);
}

/// A value that is replaced as a whole.
pub trait Leaf: Decode + Clone + PartialEq {
    /// The value as a reader sees it.
    fn show(&self) -> Json;
}

/// Visits a part below one more key.
pub fn visit_below(part: &impl Part, key: &str, path: &mut Vec<Text>, f: &mut Visitor) {
    if part.is_unsaid() {
        return;
    }
    path.push(key.into());
    part.visit(path, f);
    path.pop();
}

/// A [`Leaf`] and its place, in a box where most have none.
pub trait Said: Decode + Clone {
    /// The value.
    type Value: Leaf;
    /// What is said, and where.
    fn said(&self) -> &Spanned<Self::Value>;
}

impl<T: Leaf> Said for Spanned<T> {
    type Value = T;
    fn said(&self) -> &Self {
        self
    }
}

impl<T: Leaf> Said for Box<Spanned<T>> {
    type Value = T;
    fn said(&self) -> &Spanned<T> {
        self
    }
}

impl<S: Said> Part for Option<S> {
    fn merge(&mut self, other: &Self, cx: &mut Merger) {
        let Some(new) = other.as_ref().map(Said::said) else { return };
        if let Some(old) = self.as_ref().map(Said::said) {
            let path = &cx.path;
            let equal = old.value == new.value;
            match cx.mode {
                Mode::Add => {
                    cx.clashes.push(Clash { path: path.clone(), new: new.span, old: old.span, equal });
                    if !equal {
                        return;
                    }
                }
                Mode::Override if equal => cx.diagnostics.push(
                    Diagnostic::new(
                        Code("E0306"),
                        new.span,
                        format!("the override of `{path}` changes nothing"),
                    )
                    .label("the same value")
                    .also(old.span, "inherited from here"),
                ),
                Mode::Override => {}
            }
        }
        self.clone_from(other);
    }

    fn remove(&mut self, path: &str) -> bool {
        path.is_empty() && self.take().is_some()
    }

    fn is_unsaid(&self) -> bool {
        self.is_none()
    }

    fn visit(&self, path: &mut Vec<Text>, f: &mut Visitor) {
        if let Some(leaf) = self.as_ref().map(Said::said) {
            f(path, leaf.span, leaf.value.show());
        }
    }
}

/// Declares a struct of the language: its fields, their keys and their documentation make the
/// decoder and the JSON Schema. `..rest: Type` takes the keys of another struct as its own.
macro_rules! fields {
    ($(#[$meta:meta])* pub struct $Name:ident {
        $( $(#[$fmeta:meta])* $field:ident : $Type:ty = $key:tt ),* $(,)?
        $(; $(#[$rmeta:meta])* ..$rest:ident : $Rest:ty)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, schemars::JsonSchema)]
        #[schemars(deny_unknown_fields)]
        pub struct $Name {
            $( $(#[$fmeta])* #[schemars(rename = $key)] pub $field: $Type, )*
            $( $(#[$rmeta])* #[schemars(flatten)] pub $rest: $Rest, )?
        }
        impl $crate::syntax::decode::Fields for $Name {
            fn keys() -> Vec<&'static str> {
                #[allow(unused_mut)]
                let mut keys = vec![$($key),*];
                $( keys.extend(<$Rest as $crate::syntax::decode::Fields>::keys()); )?
                keys
            }
            fn field(
                &mut self,
                key: &str,
                node: &$crate::syntax::yaml::Node,
                cx: &mut $crate::syntax::decode::Decoder,
            ) -> bool {
                match key {
                    $( $key => {
                        $crate::syntax::decode::Decode::read(&mut self.$field, node, cx);
                        true
                    } )*
                    _ => false $( || self.$rest.field(key, node, cx) )?,
                }
            }
        }
        impl $crate::syntax::decode::Decode for $Name {
            fn decode(node: &$crate::syntax::yaml::Node, cx: &mut $crate::syntax::decode::Decoder) -> Option<Self> {
                let mut value = Self::default();
                value.read(node, cx).then_some(value)
            }
            fn read(&mut self, node: &$crate::syntax::yaml::Node, cx: &mut $crate::syntax::decode::Decoder) -> bool {
                $crate::syntax::decode::read_fields(self, node, cx)
            }
        }
    };
}

/// As [`fields!`], for a struct that layers contribute to.
macro_rules! part {
    ($(#[$meta:meta])* pub struct $Name:ident {
        $( $(#[$fmeta:meta])* $field:ident : $Type:ty = $key:tt ),* $(,)?
        $(; $(#[$rmeta:meta])* ..$rest:ident : $Rest:ty)?
    }) => {
        $crate::syntax::part::fields! {
            $(#[$meta])* pub struct $Name {
                $( $(#[$fmeta])* $field : $Type = $key ),*
                $(; $(#[$rmeta])* ..$rest : $Rest)?
            }
        }
        impl $crate::syntax::part::Part for $Name {
            fn merge(&mut self, other: &Self, cx: &mut $crate::syntax::part::Merger) {
                $( if !other.$field.is_unsaid() {
                    cx.within($key, |cx| self.$field.merge(&other.$field, cx));
                } )*
                $( self.$rest.merge(&other.$rest, cx); )?
            }
            fn remove(&mut self, path: &str) -> bool {
                if path.is_empty() {
                    *self = Self::default();
                    return true;
                }
                let (key, rest) = path.split_once('.').unwrap_or((path, ""));
                match key {
                    $( $key => self.$field.remove(rest), )*
                    _ => { let _ = rest; false $( || self.$rest.remove(path) )? }
                }
            }
            fn is_unsaid(&self) -> bool {
                $( self.$field.is_unsaid() && )* true $( && self.$rest.is_unsaid() )?
            }
            fn visit(&self, path: &mut Vec<$crate::syntax::part::Text>, f: &mut $crate::syntax::part::Visitor) {
                $( $crate::syntax::part::visit_below(&self.$field, $key, path, f); )*
                $( self.$rest.visit(path, f); )?
            }
        }
    };
}

/// Declares an enum of words.
macro_rules! choices {
    ($(#[$meta:meta])* pub enum $Name:ident { $( $(#[$vmeta:meta])* $Variant:ident = $word:tt ),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, schemars::JsonSchema)]
        pub enum $Name { $( $(#[$vmeta])* #[schemars(rename = $word)] $Variant, )* }
        impl $Name {
            /// The words, in order.
            pub const WORDS: &'static [&'static str] = &[$($word),*];
            /// The word of the value.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $( Self::$Variant => $word, )* }
            }
        }
        impl $crate::syntax::decode::Decode for $Name {
            fn decode(node: &$crate::syntax::yaml::Node, cx: &mut $crate::syntax::decode::Decoder) -> Option<Self> {
                let $crate::syntax::yaml::Kind::String(word) = node.kind else { return cx.wrong_type(node, "text") };
                let known = |word: &str| match word {
                    $( $word => Some(Self::$Variant), )*
                    _ => None,
                };
                known(word).or_else(|| known($crate::syntax::decode::unknown_word(node, word, Self::WORDS, cx)?))
            }
        }
        impl $crate::syntax::part::Leaf for $Name {
            fn show(&self) -> serde_json::Value { self.word().into() }
        }
    };
}

/// Declares that a type has the schema of another, which it only holds.
macro_rules! same_schema {
    ([$($generics:tt)*] $Type:ty = $Held:ty) => {
        impl<$($generics)*> schemars::JsonSchema for $Type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                <$Held>::schema_name()
            }
            fn schema_id() -> std::borrow::Cow<'static, str> {
                <$Held>::schema_id()
            }
            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                <$Held>::json_schema(generator)
            }
            fn inline_schema() -> bool {
                <$Held>::inline_schema()
            }
        }
    };
}

pub(crate) use {choices, fields, part, same_schema};
