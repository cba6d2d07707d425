//! Parts: how a piece of the language is read, merged, removed and shown.
//!
//! In: [`Node`]s. Out: typed values. The two macros keep each fact in one place: a field's key,
//! type and documentation make its decoder, its JSON Schema and its merge. A [`Leaf`] is replaced
//! as a whole; every other [`Part`] merges deeply.

use super::yaml::{self, Kind, Node};
use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Form, Label};
use crate::source::{Span, Spanned};
use crate::suggest::{listed, suggest};
use serde_json::Value as Json;
use std::str::FromStr;
use std::sync::Arc;

/// Text of a descriptor, shared by all that merge it.
pub type Text = Arc<str>;

/// What decoding needs: where to report, and what is being read.
pub struct Decoder<'a> {
    /// Receives what is wrong.
    pub diagnostics: &'a mut Vec<Diagnostic>,
    /// The keys that lead to what is read, one after the other.
    keys: String,
    /// Where the last of them starts.
    last: usize,
    /// Whether a value had to be left out, so that what misses it should not say so.
    pub lost: bool,
    /// Whether what was left out belongs elsewhere in the file.
    pub stray: bool,
}

impl<'a> Decoder<'a> {
    /// A decoder of something that is called like this.
    pub fn new(diagnostics: &'a mut Vec<Diagnostic>, name: &str) -> Self {
        Self { diagnostics, keys: name.to_owned(), last: 0, lost: false, stray: false }
    }

    /// The key whose value is read, for messages.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.keys[self.last..]
    }

    /// Runs `f` on the value of a key.
    pub fn within<T>(&mut self, key: &str, f: impl FnOnce(&mut Self) -> T) -> T {
        let (end, last) = (self.keys.len(), self.last);
        self.keys.push_str(key);
        self.last = end;
        let value = f(self);
        self.keys.truncate(end);
        self.last = last;
        value
    }

    /// Reports a value of the wrong kind.
    pub fn wrong_type<T>(&mut self, node: &Node, expected: &str) -> Option<T> {
        self.lost = true;
        let found = match &node.kind {
            Kind::Null => "nothing",
            Kind::Boolean(_) => "a boolean",
            Kind::Integer(_) | Kind::Float(_) => "a number",
            Kind::String(_) => "text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a map",
        };
        let message = format!("`{}` must be {expected}, not {found}", self.key());
        self.diagnostics
            .push(Diagnostic::new(Code("E0202"), node.span, message).label(format!("expected {expected}")));
        None
    }

    /// Reports a value of the wrong kind; reads text as what it would be without its quotes.
    pub fn unquoted<T: FromStr + ToString>(&mut self, node: &Node, expected: &str) -> Option<T> {
        match &node.kind {
            Kind::String(text) => self.text_as(text.parse().ok(), node, expected),
            _ => self.wrong_type(node, expected),
        }
    }

    /// Reports a text that should be another value, and takes it for that value if it can be.
    pub(super) fn text_as<T: ToString>(
        &mut self,
        value: Option<T>,
        node: &Node,
        expected: &str,
    ) -> Option<T> {
        let written = value.as_ref().map(T::to_string).filter(|written| yaml::is_value(written));
        let (Some(written), Kind::String(text)) = (written, &node.kind) else {
            return self.wrong_type(node, expected);
        };
        let message = format!("`{}` must be {expected}, not text", self.key());
        let label = match *written == **text {
            true => "needs no quotes".to_owned(),
            false => format!("expected {expected}"),
        };
        let diagnostic = Diagnostic::new(Code("E0202"), node.span, message).label(label);
        self.diagnostics.push(diagnostic.replace(node.span, written));
        value
    }
}

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

/// Reads itself from a node.
pub trait Decode: Sized {
    /// The value of the node; reports and returns `None` where it is no such value.
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self>;

    /// Takes the value of the node, where it is to stay; reports and returns `false` where it is no such value.
    fn read(&mut self, node: &Node, cx: &mut Decoder) -> bool {
        Self::decode(node, cx).map(|value| *self = value).is_some()
    }
}

/// A piece that layers contribute to.
pub trait Part: Decode + Clone + Default {
    /// Adds another layer's contribution, in the mode of the merger.
    fn merge(&mut self, other: &Self, cx: &mut Merger);
    /// Drops what the path names; says whether there was anything.
    fn remove(&mut self, path: &str) -> bool;
    /// Whether it is known to have no value to show, without making a path to it.
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

impl<T: Decode> Decode for Spanned<T> {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        Some(Self { value: T::decode(node, cx)?, span: node.span })
    }
}

impl<T: Decode> Decode for Option<T> {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        T::decode(node, cx).map(Some)
    }
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

impl<T: Decode> Decode for Box<T> {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        T::decode(node, cx).map(Box::new)
    }
    fn read(&mut self, node: &Node, cx: &mut Decoder) -> bool {
        (**self).read(node, cx)
    }
}

/// A struct that is read key by key.
pub trait Fields: Default {
    /// Its keys, for suggestions.
    fn keys() -> Vec<&'static str>;
    /// Reads one key; `false` if there is none of that name.
    fn field(&mut self, key: &str, node: &Node, cx: &mut Decoder) -> bool;
}

/// Reads the fields of a struct from a map; unknown keys are errors, save those that start with `x-` where
/// `extensible`.
pub fn read_fields<T: Fields>(value: &mut T, node: &Node, cx: &mut Decoder) -> bool {
    let Kind::Map(members) = &node.kind else {
        return matches!(node.kind, Kind::Null) || cx.wrong_type::<()>(node, "a map").is_some();
    };
    // Unknown keys in a row, like nothing that is known: one line above them is missing or wrong.
    let mut row: Vec<&str> = Vec::new();
    for (key, node) in members {
        if cx.within(&key.name, |cx| value.field(&key.name, node, cx)) {
            row.clear();
            continue;
        }
        let mut diagnostic = Diagnostic::new(Code("E0201"), key.span, format!("unknown key `{}`", key.name))
            .label("not a key of the language");
        let keys = T::keys();
        let glued = key
            .name
            .split_once(' ')
            .filter(|(name, _)| matches!(node.kind, Kind::Null) && keys.contains(name));
        if let Some((name, _)) = glued {
            diagnostic.primary.message = format!("is a `:` missing after `{name}`?");
            // Only what stands there as it is can be mended.
            if (key.span.end - key.span.start) as usize == key.name.len() {
                let at = key.span.start + u32::try_from(name.len()).unwrap_or_default();
                let span = Span { start: at, end: at, ..key.span };
                let edits = vec![Edit { span, text: ":".to_owned(), form: Form::Verbatim }];
                diagnostic.fix = Some(Fix { title: "insert `:`".to_owned(), edits });
            }
            cx.diagnostics.push(diagnostic);
            cx.lost = true;
            continue;
        }
        let near = suggest(&key.name, keys.iter().copied());
        if near.is_none() {
            cx.stray |= matches!(node.kind, Kind::Map(_));
            row.push(&key.name);
        } else {
            row.clear();
        }
        if let Some(first) = cx.diagnostics.last_mut().filter(|_| row.len() > 1) {
            first.message = format!("unknown keys {}", shortened(&row));
            if row.len() == 2 {
                first.notes.push("is a line missing above them, or their indentation wrong?".to_owned());
            }
            first.secondary.push(Label { span: key.span, message: String::new() });
            cx.lost = true;
            continue;
        }
        match near {
            Some(near) => {
                let is_there = members.iter().any(|(other, _)| &*other.name == near);
                diagnostic = diagnostic.meant(key.span, near).unless_there(is_there);
            }
            None if keys.len() <= 8 => {
                diagnostic = diagnostic.note(format!("known keys: {}", listed(keys, "and")));
            }
            None => {}
        }
        cx.diagnostics.push(diagnostic);
        match near.filter(|near| !members.iter().any(|(other, _)| &*other.name == *near)) {
            // Read as what was meant, so that nothing misses it. The guess may be wrong.
            Some(near) => {
                let before = cx.diagnostics.len();
                cx.within(near, |cx| value.field(near, node, cx));
                let said = cx.diagnostics.split_off(before);
                cx.diagnostics.extend(said.into_iter().filter(|d| d.primary.span != node.span));
            }
            None => cx.lost = true,
        }
    }
    true
}

/// A list of words, and how many there are beyond three.
pub fn shortened(words: &[&str]) -> String {
    match words {
        [_, _, _, _, ..] => {
            let shown: Vec<String> = words[..3].iter().map(|word| format!("`{word}`")).collect();
            format!("{} and {} more", shown.join(", "), words.len() - 3)
        }
        few => listed(few.iter().copied(), "and"),
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
        impl $crate::syntax::part::Fields for $Name {
            fn keys() -> Vec<&'static str> {
                #[allow(unused_mut)]
                let mut keys = vec![$($key),*];
                $( keys.extend(<$Rest as $crate::syntax::part::Fields>::keys()); )?
                keys
            }
            fn field(
                &mut self,
                key: &str,
                node: &$crate::syntax::yaml::Node,
                cx: &mut $crate::syntax::part::Decoder,
            ) -> bool {
                match key {
                    $( $key => {
                        $crate::syntax::part::Decode::read(&mut self.$field, node, cx);
                        true
                    } )*
                    _ => false $( || self.$rest.field(key, node, cx) )?,
                }
            }
        }
        impl $crate::syntax::part::Decode for $Name {
            fn decode(node: &$crate::syntax::yaml::Node, cx: &mut $crate::syntax::part::Decoder) -> Option<Self> {
                let mut value = Self::default();
                value.read(node, cx).then_some(value)
            }
            fn read(&mut self, node: &$crate::syntax::yaml::Node, cx: &mut $crate::syntax::part::Decoder) -> bool {
                $crate::syntax::part::read_fields(self, node, cx)
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
                $( cx.within($key, |cx| self.$field.merge(&other.$field, cx)); )*
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
        impl $crate::syntax::part::Decode for $Name {
            fn decode(node: &$crate::syntax::yaml::Node, cx: &mut $crate::syntax::part::Decoder) -> Option<Self> {
                let $crate::syntax::yaml::Kind::String(word) = &node.kind else { return cx.wrong_type(node, "text") };
                let known = |word: &str| match word {
                    $( $word => Some(Self::$Variant), )*
                    _ => None,
                };
                known(word).or_else(|| known($crate::syntax::part::unknown_word(node, word, Self::WORDS, cx)?))
            }
        }
        impl $crate::syntax::part::Leaf for $Name {
            fn show(&self) -> serde_json::Value { self.word().into() }
        }
    };
}

/// Reports a word that is none of an enum's; returns the one that was probably meant.
pub fn unknown_word(
    node: &Node,
    word: &str,
    words: &[&'static str],
    cx: &mut Decoder,
) -> Option<&'static str> {
    let message = format!("`{word}` is no value of `{}`", cx.key());
    let mut diagnostic = Diagnostic::new(Code("E0203"), node.span, message);
    let near = suggest(word, words.iter().copied());
    diagnostic = match near {
        Some(near) => diagnostic.meant(node.span, near),
        None => diagnostic.label("unknown value"),
    };
    // What an entry of a guessed type lacks may be what that type does not need.
    cx.lost |= near.is_none() || cx.key() == "type";
    cx.diagnostics.push(diagnostic.note(format!("expected {}", listed(words.iter().copied(), "or"))));
    near
}

pub(crate) use {choices, fields, part};
