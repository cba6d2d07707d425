//! Decode: how a piece of the language is read.
//!
//! In: [`Node`]s. Out: typed values, and what is wrong with how they are written. A struct is read key by
//! key ([`Fields`]); what its keys are, the macros of [`super::part`] know.

use super::part::Text;
use super::yaml::{self, Kind, Node};
use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Form, Label};
use crate::source::{Span, Spanned};
use crate::suggest::{listed, suggest};
use arcstr::ArcStr;

/// A value of the wrong type.
pub const WRONG_TYPE: Code = Code("E0202");

/// A key that the language does not have.
pub const UNKNOWN_KEY: Code = Code("E0201");

/// What decoding needs: where to report, and what is being read.
pub struct Decoder<'a> {
    /// The text of the file.
    whole: &'a ArcStr,
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
    /// A decoder of something in a file with this text that is called like this.
    pub fn new(whole: &'a ArcStr, diagnostics: &'a mut Vec<Diagnostic>, name: &str) -> Self {
        let mut keys = String::with_capacity(64);
        keys.push_str(name);
        Self { whole, diagnostics, keys, last: 0, lost: false, stray: false }
    }

    /// A text of the file.
    pub(super) fn text(&self, text: &str) -> Text {
        Text::of(self.whole, text)
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
        let found = match node.kind {
            Kind::Null => "nothing",
            Kind::Boolean(_) => "a boolean",
            Kind::Integer(_) | Kind::Float(_) => "a number",
            Kind::String(_) => "text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a map",
        };
        let message = format!("`{}` must be {expected}, not {found}", self.key());
        self.diagnostics
            .push(Diagnostic::new(WRONG_TYPE, node.span, message).label(format!("expected {expected}")));
        None
    }

    /// Reports a text that should be another value, and takes it for that value if it can be.
    pub(super) fn text_as<T: ToString>(
        &mut self,
        value: Option<T>,
        node: &Node,
        expected: &str,
    ) -> Option<T> {
        let written = value.as_ref().map(T::to_string).filter(|written| yaml::is_value(written));
        let (Some(written), Kind::String(text)) = (written, node.kind) else {
            return self.wrong_type(node, expected);
        };
        let message = format!("`{}` must be {expected}, not text", self.key());
        let label = match *written == *text {
            true => "needs no quotes".to_owned(),
            false => format!("expected {expected}"),
        };
        let diagnostic = Diagnostic::new(WRONG_TYPE, node.span, message).label(label);
        self.diagnostics.push(diagnostic.replace(node.span, written));
        value
    }
}

/// Reads itself from a node.
pub trait Decode: Sized {
    /// The value of the node; reports and returns `None` where it is no such value.
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self>;

    /// Takes the value of the node, where it is to stay; reports and returns `false` where it is no such value.
    fn read(&mut self, node: &Node, cx: &mut Decoder) -> bool {
        Self::decode(node, cx).map(|value| *self = value).is_some()
    }
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
    let Kind::Map(members) = node.kind else {
        return matches!(node.kind, Kind::Null) || cx.wrong_type::<()>(node, "a map").is_some();
    };
    // Unknown keys in a row, like nothing that is known: one line above them is missing or wrong.
    let mut row: Vec<&str> = Vec::new();
    for (key, node) in members {
        if cx.within(key.name, |cx| value.field(key.name, node, cx)) {
            let is_wrong = |d: &mut Diagnostic| d.code == WRONG_TYPE && d.primary.span == node.span;
            // What is wrong here belongs where they do.
            if row.len() > 1 && cx.diagnostics.pop_if(is_wrong).is_some() {
                if let Some(first) = cx.diagnostics.last_mut() {
                    first.secondary.push(Label { span: key.span, message: String::new() });
                }
            } else {
                row.clear();
            }
            continue;
        }
        let mut diagnostic = Diagnostic::new(UNKNOWN_KEY, key.span, format!("unknown key `{}`", key.name))
            .label("not a key of the language");
        let keys = T::keys();
        let glued = key
            .name
            .find([' ', ':', '=', ';'])
            .map(|end| key.name.split_at(end))
            .filter(|(name, _)| matches!(node.kind, Kind::Null) && keys.contains(name));
        if let Some((name, rest)) = glued {
            // Within braces `name:value` is a key.
            let (text, what, before) = match rest.starts_with(':') {
                true => (" ", "blank", &key.name[..=name.len()]),
                false => (":", "`:`", name),
            };
            // What stands in place of the colon, with the blanks before it.
            let other = rest.trim_start_matches(' ').strip_prefix(['=', ';']);
            let (instead, text) = match other {
                Some(value) if value.starts_with(' ') => (rest.len() - value.len(), text),
                Some(value) => (rest.len() - value.len(), ": "),
                None => (0, text),
            };
            diagnostic.primary.message = format!("is a {what} missing after `{before}`?");
            // Only what stands there as it is can be mended.
            if (key.span.end - key.span.start) as usize == key.name.len() {
                let at = key.span.start + u32::try_from(before.len()).unwrap_or_default();
                let end = at + u32::try_from(instead).unwrap_or_default();
                let span = Span { start: at, end, ..key.span };
                let edits = vec![Edit { span, text: text.to_owned(), form: Form::Verbatim }];
                let verb = if instead > 0 { "write" } else { "insert" };
                diagnostic.fix = Some(Fix { title: format!("{verb} a {what}"), edits });
            }
            cx.diagnostics.push(diagnostic);
            cx.lost = true;
            continue;
        }
        let near = suggest(key.name, keys.iter().copied());
        if near.is_none() {
            cx.stray |= matches!(node.kind, Kind::Map(_));
            row.push(key.name);
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
        // Where one value is meant, whatever it is, a list of them is none.
        let is_plural = matches!(node.kind, Kind::List(_))
            && near.is_some_and(|near| key.name.strip_suffix('s') == Some(near.word) && !is_list(near.word));
        match near {
            Some(near) if is_plural => {
                diagnostic = diagnostic.label(format!("did you mean `{near}`, which is one value?"));
            }
            Some(near) => {
                let is_there = members.iter().any(|(other, _)| other.name == near.word);
                diagnostic = diagnostic.meant(key.span, near).unless_there(is_there);
            }
            None if keys.len() <= 8 => {
                diagnostic = diagnostic.note(format!("known keys: {}", listed(keys, "and")));
            }
            None => {}
        }
        cx.diagnostics.push(diagnostic);
        match near.filter(|near| !members.iter().any(|(other, _)| other.name == near.word)) {
            // Read as what was meant, so that nothing misses it. The guess may be wrong.
            Some(near) => {
                let before = cx.diagnostics.len();
                cx.within(near.word, |cx| value.field(near.word, node, cx));
                let said = cx.diagnostics.split_off(before);
                cx.diagnostics.extend(said.into_iter().filter(|d| d.primary.span != node.span));
                cx.lost |= is_plural;
            }
            None => cx.lost = true,
        }
    }
    true
}

/// Whether the value of a key of the language is a list.
fn is_list(key: &str) -> bool {
    matches!(key, "traits" | "scopes" | "values" | "remove")
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
    near.map(|near| near.word)
}
