//! Values of one member: what it takes, and what it does not.
//!
//! In: a [`Member`] or its [`Value`]. Out: JSON values, each with what it shows. No value of a secret
//! is ever a real one: these are fakes, or what the descriptor shows for all to see.

use super::body::Body;
use super::judge::{holds_placeholder, is_same};
use super::text::{accepted, rejected};
use crate::lower::{Member, Shape, Value};
use crate::pattern;
use crate::syntax::entry::Type;
use elementc_runtime::{Code, accepts};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// Stands for any free text.
const FAKE: &str = "fake";

/// The type of lists, beside the bits of [`accepts`].
const LIST: u8 = 128;

/// Examples that are longer are not shown again and again.
const LONGEST: usize = 48;

/// What is wrong with a value, if anything: its type, then the values it may have, then the form of
/// text, then the range of numbers.
pub(super) fn fault(expected: &Value, json: &Json) -> Option<Code> {
    let bits = match json {
        Json::Null => accepts::NULL,
        Json::Bool(_) => accepts::BOOLEAN,
        Json::Number(n) if n.is_f64() && n.as_f64().is_some_and(|n| n.fract() != 0.0) => accepts::NUMBER,
        Json::Number(_) => accepts::INTEGER | accepts::NUMBER,
        Json::String(_) => accepts::STRING,
        Json::Object(_) => accepts::OBJECT,
        Json::Array(_) => 0,
    };
    if expected.accepts & bits == 0 {
        return Some(Code::WrongType);
    }
    // An object with any members is passed over, whatever else is asked for.
    if json.is_object() {
        return None;
    }
    if !expected.one_of.is_empty() && !expected.one_of.iter().any(|value| is_same(value, json)) {
        return Some(Code::NotAllowed);
    }
    match json {
        Json::String(text) => {
            let dfa = pattern::compiled(&expected.pattern.as_ref()?.source).ok()?;
            (!pattern::matches(&dfa, text)).then_some(Code::WrongFormat)
        }
        Json::Number(number) => {
            let number = number.as_f64()?;
            let low = expected.min.is_some_and(|min| number < min);
            (low || expected.max.is_some_and(|max| number > max)).then_some(Code::OutOfRange)
        }
        _ => None,
    }
}

/// Whether a member takes a value, whatever is in it.
#[must_use]
pub fn takes(shape: &Shape, json: &Json) -> bool {
    match shape {
        Shape::Object(_) => json.is_object(),
        Shape::List => json.is_array(),
        Shape::Strings => json.as_array().is_some_and(|items| items.iter().all(Json::is_string)),
        Shape::Value(value) => fault(value, json).is_none(),
    }
}

/// A value that a member takes; an object holds what is always required in it.
#[must_use]
pub fn plain(member: &Member) -> Arc<Json> {
    match &member.shape {
        Shape::Value(value) => plain_of(member, &interesting(value)),
        _ => plain_of(member, &[]),
    }
}

/// The same, of a member that takes these values.
pub(super) fn plain_of(member: &Member, right: &[Valued]) -> Arc<Json> {
    match &member.shape {
        Shape::Object(object) => Arc::new(Body::least(object).json()),
        Shape::List => Arc::new(json!([])),
        Shape::Strings => Arc::new(json!([FAKE])),
        Shape::Value(value) => {
            let example = member.about.example.as_ref().filter(|_| !is_free(value) && !member.about.secret);
            let shown = |json: &&Json| json.as_str().is_none_or(|text| text.len() <= LONGEST);
            let valid = example.filter(shown).filter(|json| fault(value, json).is_none());
            match valid.filter(|json| !json.as_str().is_some_and(holds_placeholder)) {
                Some(example) => Arc::new(example.clone()),
                None => right.first().map_or_else(Arc::default, |(_, json)| json.clone()),
            }
        }
    }
}

/// Whether any text will do.
pub(super) fn is_free(value: &Value) -> bool {
    value.accepts & accepts::STRING != 0 && value.one_of.is_empty() && value.pattern.is_none()
}

/// A value, and what it shows.
pub type Valued = (&'static str, Arc<Json>);

/// The values that a scalar takes and that show something: each that is listed, each type, the ends
/// of its range. The first is the most usual.
#[must_use]
pub fn interesting(value: &Value) -> Vec<Valued> {
    let mut all: Vec<Valued> = Vec::new();
    let mut add = |what: &'static str, json: Json| {
        if fault(value, &json).is_none() && !all.iter().any(|(_, known)| **known == json) {
            all.push((what, Arc::new(json)));
        }
    };
    for listed in &value.one_of {
        add("one of its values", listed.clone());
    }
    if value.accepts & accepts::STRING != 0 {
        for text in usual(value.kind) {
            add("text", Json::from(*text));
        }
        if let Some(pattern) = &value.pattern
            && let Some(text) = accepted(&pattern.source)
        {
            add("text, as short as it may be", Json::from(text));
        }
    }
    if value.accepts & accepts::BOOLEAN != 0 {
        add("a boolean", Json::from(true));
        add("a boolean", Json::from(false));
    }
    for (bound, what) in [(value.min, "its least number"), (value.max, "its greatest number")] {
        if let Some(bound) = bound {
            add(what, number(bound));
        }
    }
    if value.accepts & (accepts::INTEGER | accepts::NUMBER) != 0 {
        for n in [1, 0, -1] {
            add("a number", Json::from(n));
        }
        add("a number with a fraction", Json::from(1.5));
    }
    if value.accepts & accepts::OBJECT != 0 {
        add("an object", json!({ "fake": [1] }));
    }
    if value.accepts & accepts::NULL != 0 {
        add("null", Json::Null);
    }
    all
}

/// Texts as people write them for a type; those that a pattern of its own rejects do not count.
fn usual(kind: Type) -> &'static [&'static str] {
    match kind {
        Type::Url => &["https://www.example.com/"],
        Type::Datetime => &["2017-03-14T19:20:16Z"],
        Type::Email => &["jo@example.com"],
        Type::Hostname => &["www.example.com"],
        Type::Boolean => &["true", "false"],
        Type::Integer => &["1"],
        Type::Number => &["1.5"],
        Type::Json => &["{}"],
        Type::String | Type::List => &[FAKE],
    }
}

/// A number, whole if it is.
pub(super) fn number(number: f64) -> Json {
    crate::syntax::leaf::number(number)
}

/// A value that a member does not take.
#[derive(Clone, Debug)]
pub struct Wrong {
    /// What a validator says of it.
    pub code: Code,
    /// The item that is wrong, if the value is a list.
    pub item: Option<usize>,
    /// What it is, after the name of the entry.
    pub what: &'static str,
    /// The value.
    pub json: Json,
}

/// A value of a type that a member does not take. `turn` chooses among them, so that neighbours get
/// different ones.
#[must_use]
pub fn mistyped(member: &Member, turn: usize) -> Option<Wrong> {
    let accepts = match &member.shape {
        Shape::Object(_) => accepts::OBJECT,
        Shape::List | Shape::Strings => LIST,
        Shape::Value(value) => value.accepts,
    };
    let types = [
        (accepts::INTEGER | accepts::NUMBER, "a number"),
        (accepts::NULL, "null"),
        (accepts::BOOLEAN, "a boolean"),
        (LIST, "a list"),
        (accepts::OBJECT, "an object"),
        (accepts::STRING, "text"),
        (accepts::NUMBER, "a number with a fraction"),
    ];
    let mut by_turn = types.into_iter().cycle().skip(turn % types.len()).take(types.len());
    let (_, what) = by_turn.find(|(bits, _)| accepts & bits == 0)?;
    let json = match what {
        "a number" => json!(17),
        "null" => Json::Null,
        "a boolean" => json!(true),
        "a list" => json!([]),
        "an object" => json!({}),
        "text" => json!(FAKE),
        _ => json!(1.5),
    };
    Some(Wrong { code: Code::WrongType, item: None, what, json })
}

/// Values that a member does not take though their type is right, one for each rule about it; with those
/// that it takes.
#[must_use]
pub(super) fn wrong(member: &Member, right: &[Valued]) -> Vec<Wrong> {
    let mut all = Vec::new();
    let mut add = |code, item, what, json| all.push(Wrong { code, item, what, json });
    let value = match &member.shape {
        Shape::Strings => {
            add(Code::WrongType, Some(1), "a list with a number in it", json!([FAKE, 17]));
            return all;
        }
        Shape::Value(value) => value,
        Shape::Object(_) | Shape::List => return all,
    };
    if let Some(json) = unlisted(value) {
        add(Code::NotAllowed, None, "none of its values", json);
    }
    if let Some(pattern) = &value.pattern {
        let near = match value.kind {
            Type::Url => Some("www.example.com"),
            Type::Datetime => Some("2017-03-14"),
            Type::Email => Some("jo at example.com"),
            Type::Hostname => Some("https://www.example.com/"),
            Type::Integer => Some("1.5"),
            Type::Number => Some("1,5"),
            _ => None,
        };
        let near = near.map(Json::from).filter(|json| fault(value, json) == Some(Code::WrongFormat));
        let text = near.or_else(|| rejected(&pattern.source, text(right).unwrap_or("")).map(Json::from));
        if let Some(json) = text {
            add(Code::WrongFormat, None, "text of another form", json);
        }
    }
    for (bound, step, what) in
        [(value.min, -1.0, "less than its least number"), (value.max, 1.0, "more than its greatest number")]
    {
        let Some(bound) = bound else { continue };
        let beyond = [bound + step / 4.0, bound + step].map(number);
        if let Some(json) = beyond.into_iter().find(|json| fault(value, json) == Some(Code::OutOfRange)) {
            add(Code::OutOfRange, None, what, json);
        }
    }
    all
}

/// The first text among some values.
fn text(values: &[Valued]) -> Option<&str> {
    values.iter().find_map(|(_, json)| json.as_str())
}

/// The right text and a line feed: what `$` lets through in some languages; with the values that it takes.
#[must_use]
pub(super) fn overlong(member: &Member, right: &[Valued]) -> Option<Wrong> {
    let Shape::Value(value) = &member.shape else { return None };
    value.pattern.as_ref()?;
    let json = Json::from([text(right)?, "\n"].concat());
    let (code, what) = (Code::WrongFormat, "the right text and a line feed");
    (fault(value, &json) == Some(code)).then_some(Wrong { code, item: None, what, json })
}

/// A value of an accepted type that is not listed, near to one that is.
fn unlisted(value: &Value) -> Option<Json> {
    if value.one_of.is_empty() {
        return None;
    }
    let near = value.one_of.iter().filter_map(Json::as_str).flat_map(|text| {
        let all = [format!("{text}x"), text.to_uppercase()];
        all.map(Json::from)
    });
    let numbers = value.one_of.iter().filter_map(Json::as_f64).map(|n| number(n + 1.0));
    let others = [json!(true), json!(false), json!(0), Json::Null, json!(FAKE)];
    let mut all = near.chain(numbers).chain(others);
    all.find(|json| fault(value, json) == Some(Code::NotAllowed))
}
