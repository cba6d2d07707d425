//! Entries: what one value of a message is. The same attributes everywhere.
//!
//! In: [`Node`]s. Out: [`Entry`] and the leaves it is made of.

use super::condition::Requirement;
use super::decode::{Decode, Decoder};
use super::leaf::as_boolean;
use super::map::{Map, Mergeable};
use super::part::{Leaf, Merger, Text, choices, fields, part, same_schema};
use super::yaml::{Kind, Node};
use crate::IndexMap;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Spanned;
use schemars::JsonSchema;
use serde_json::Value as Json;

same_schema!([T: JsonSchema] Spanned<T> = T);

choices! {
    /// What kind of value an entry holds.
    pub enum Type {
        /// Any text.
        String = "string",
        /// An absolute http or https URL.
        Url = "url",
        /// `true` or `false`.
        Boolean = "boolean",
        /// A whole number.
        Integer = "integer",
        /// A number.
        Number = "number",
        /// A date and time of RFC 3339.
        Datetime = "datetime",
        /// An e-mail address.
        Email = "email",
        /// A host name of RFC 1123.
        Hostname = "hostname",
        /// A JSON object in requests; what reports it may send it as text.
        Json = "json",
        /// A list of texts in requests, of anything in responses.
        List = "list",
    }
}

choices! {
    /// How booleans, numbers and JSON may be written.
    pub enum Form {
        /// As JSON has them: `true`, `100`, `{}`.
        Native = "native",
        /// As text: `"true"`, `"100"`, `"{}"`.
        String = "string",
        /// Either.
        Both = "both",
    }
}

fields! {
    /// Why an entry should no longer be used.
    #[derive(PartialEq)]
    pub struct Deprecation {
        /// Since when: a version or a date.
        since: Option<Spanned<Text>> = "since",
        /// The entry to use instead.
        replaced_by: Option<Spanned<Text>> = "replacedBy",
        /// What to do, in a sentence.
        note: Option<Spanned<Text>> = "note",
    }
}

impl Leaf for Deprecation {
    fn show(&self) -> Json {
        let mut shown = serde_json::Map::new();
        for (key, text) in [("since", &self.since), ("replacedBy", &self.replaced_by), ("note", &self.note)] {
            shown.extend(text.as_ref().map(|t| (key.to_owned(), t.value.show())));
        }
        Json::Object(shown)
    }
}

/// Spellings that are seen in the wild, and the value that is meant.
pub type Synonyms = IndexMap<Text, Spanned<Text>>;

impl Decode for Synonyms {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let Kind::Map(members) = node.kind else {
            return cx.wrong_type(node, "a map of spellings and values");
        };
        Some(members.iter().filter_map(|(k, v)| Some((cx.text(k.name), Spanned::decode(v, cx)?))).collect())
    }
}

impl Leaf for Synonyms {
    fn show(&self) -> Json {
        Json::Object(self.iter().map(|(k, v)| (k.to_string(), Json::String(v.value.to_string()))).collect())
    }
}

part! {
    /// One value of a message.
    pub struct Entry {
        /// What people call it; also makes its placeholder. Default: the key.
        title: Option<Spanned<Text>> = "title",
        /// What it is, in a sentence for the reader of the docs.
        description: Option<Spanned<Text>> = "description",
        /// A heading to list it under; grouped entries follow the others.
        group: Option<Box<Spanned<Text>>> = "group",
        /// Why it should no longer be used.
        deprecated: Option<Box<Spanned<Deprecation>>> = "deprecated",
        /// What kind of value it holds. Default: `string`, or what its origin or example is.
        kind: Option<Spanned<Type>> = "type",
        /// How booleans, numbers and JSON may be written. Default: `both`.
        form: Option<Box<Spanned<Form>>> = "form",
        /// The only values there are.
        values: Option<Box<Spanned<Vec<Spanned<Json>>>>> = "values",
        /// Spellings seen in the wild and the value that is meant, for better messages.
        synonyms: Option<Box<Spanned<Synonyms>>> = "synonyms",
        /// What text must match: ECMA-262 with `u`, anchored, without look-around or back-references.
        pattern: Option<Box<Spanned<Text>>> = "pattern",
        /// The least number.
        min: Option<Box<Spanned<f64>>> = "min",
        /// The greatest number.
        max: Option<Box<Spanned<f64>>> = "max",
        /// How what people paste becomes the value: `the host name, without https://`.
        normalise: Option<Box<Spanned<Text>>> = "normalise",
        /// Whether it must be given. Default: `true`, or `false` beside a `default`.
        required: Option<Spanned<Requirement>> = "required",
        /// A constant: the only value there is.
        value: Option<Box<Spanned<Json>>> = "value",
        /// Where the value comes from: `callback.code`, `configuration.oauth.api.key`.
        from: Option<Box<Spanned<Text>>> = "from",
        /// Text with references in braces: `"{query.callbackUrl}?state={query.state}"`.
        template: Option<Box<Spanned<Text>>> = "template",
        /// What is assumed when it is not given.
        default: Option<Box<Spanned<Json>>> = "default",
        /// A valid value to show.
        example: Option<Box<Spanned<Json>>> = "example",
        /// Shows the value of a reference as the example.
        example_from: Option<Box<Spanned<Text>>> = "exampleFrom",
        /// What the sample shows instead of the derived placeholder.
        placeholder: Option<Box<Spanned<Text>>> = "placeholder",
        /// Whether samples show it. Default: `true`.
        sample: Option<Box<Spanned<bool>>> = "sample",
        /// Whether its value is a secret, which appears in no sample, message or page.
        secret: Option<Spanned<bool>> = "secret",
    }
}

/// An override that changes a type by its value alone.
const ANOTHER_TYPE: Code = Code("W0310");

/// The type that a value implies where nothing else says one.
fn implied(value: &Json) -> Option<&'static str> {
    match value {
        Json::Null => None,
        Json::Bool(_) => Some("a boolean"),
        Json::Number(_) => Some("a number"),
        Json::String(_) => Some("text"),
        Json::Array(_) => Some("a list"),
        Json::Object(_) => Some("a JSON object"),
    }
}

impl Entry {
    /// The value that says its type where nothing else does.
    fn shown(&self) -> Option<&Spanned<Json>> {
        self.value.as_deref().or(self.default.as_deref()).or(self.example.as_deref())
    }
}

impl Mergeable for Entry {
    /// An entry has one origin, and one way to say its example. Where its values alone say its type,
    /// an override by a value of another type changes that too.
    fn give_way(&mut self, to: &Self, cx: &mut Merger) {
        if let (None, None, Some(old), Some(new)) = (&self.kind, &to.kind, self.shown(), to.shown())
            && let (Some(before), Some(after)) = (implied(&old.value), implied(&new.value))
            && before != after
        {
            let message = format!("this makes `{}` {after}, which was {before}", cx.path);
            let diagnostic = Diagnostic::new(ANOTHER_TYPE, new.span, message)
                .label("a value of another type")
                .also(old.span, "inherited from here")
                .note("nothing else says the type: give a value of the same type, or say `type:` too");
            // What other readers take for a boolean.
            let meant = new.value.as_str().and_then(as_boolean).filter(|_| old.value.is_boolean());
            cx.diagnostics.push(match meant {
                Some(meant) => diagnostic.replace(new.span, meant.to_string()),
                None => diagnostic,
            });
        }
        if to.value.is_some() || to.from.is_some() || to.template.is_some() {
            self.value = self.value.take().filter(|_| to.value.is_some());
            self.from = self.from.take().filter(|_| to.from.is_some());
            self.template = self.template.take().filter(|_| to.template.is_some());
        }
        if to.example.is_some() {
            self.example_from = None;
        }
        if to.example_from.is_some() {
            self.example = None;
        }
    }
}

/// Entries that the author names, in order.
pub type EntryMap = Map<Entry>;
