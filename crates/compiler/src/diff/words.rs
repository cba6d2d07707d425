//! Words: requirements, shapes and conditions in plain English.

use super::alike;
use crate::lower::{Check, Expected, Message, Path, Shape, Test, Value, When, as_text};
use crate::syntax::constraint::Relation;
use crate::syntax::entry::Type;
use crate::syntax::part::Text;
use elementc_runtime::accepts;
use serde_json::Value as Json;

/// How many values are listed before the rest is only counted.
const LISTED: usize = 8;

/// The longest value that is quoted in full, in characters.
const LONGEST: usize = 60;

/// A value in backticks, cut if it is long; null and empty text in words.
pub(super) fn quoted(json: &Json) -> String {
    let text = as_text(json);
    match json {
        Json::Null => "null".to_owned(),
        Json::String(text) if text.is_empty() => "empty".to_owned(),
        _ if text.chars().count() > LONGEST => {
            format!("`{}…`", text.chars().take(LONGEST).collect::<String>())
        }
        _ => format!("`{text}`"),
    }
}

/// `a`, `a or b`, `a, b or c`.
pub(super) fn either(items: &[String], word: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}

/// What a member takes, with its article.
pub(super) fn shape(shape: &Shape) -> String {
    match shape {
        Shape::Object(_) => "an object".to_owned(),
        Shape::List => "a list".to_owned(),
        Shape::Strings => "a list of texts".to_owned(),
        Shape::Value(value) => scalar(value),
    }
}

fn scalar(value: &Value) -> String {
    let text = value.accepts & accepts::STRING != 0;
    let native = value.accepts & !(accepts::STRING | accepts::NULL) != 0;
    let noun = match value.kind {
        Type::Boolean => "a boolean",
        Type::Integer => "a whole number",
        Type::Number => "a number",
        Type::Json => "an object",
        _ => "text",
    };
    let listed = value.one_of.iter().any(|json| !json.is_null()) && value.kind != Type::Boolean;
    let mut words = if listed {
        let mut distinct: Vec<String> = Vec::new();
        for json in value.one_of.iter().filter(|json| !json.is_null()) {
            let word = quoted(json);
            if !distinct.contains(&word) {
                distinct.push(word);
            }
        }
        if distinct.len() > LISTED {
            let more = distinct.len() - LISTED;
            distinct.truncate(LISTED);
            distinct.push(format!("{more} others"));
        }
        either(&distinct, "or")
    } else {
        match (&value.pattern, noun) {
            (Some(pattern), "text") => pattern.expected.clone(),
            _ => noun.to_owned(),
        }
    };
    let number = |n: f64| crate::syntax::leaf::number(n).to_string();
    match (value.min, value.max) {
        (Some(min), Some(max)) => words.push_str(&format!(" from {} to {}", number(min), number(max))),
        (Some(min), None) => words.push_str(&format!(" from {} on", number(min))),
        (None, Some(max)) => words.push_str(&format!(" up to {}", number(max))),
        (None, None) => {}
    }
    if noun != "text" {
        words.push_str(match (native, text) {
            (true, true) => ", also as text",
            (false, true) => " as text",
            _ => "",
        });
    }
    if value.accepts & accepts::NULL != 0 {
        words.push_str(", or null");
    }
    words
}

/// When a member must be there, and when it must not.
#[derive(Clone, Debug)]
pub(super) struct Requirement {
    always: bool,
    required: Vec<Vec<When>>,
    excluded: Vec<Vec<When>>,
}

impl Requirement {
    /// What a message demands of a member.
    pub fn of(message: &Message, path: &[Text], required: bool) -> Self {
        let mut requirement = Self { always: required, required: Vec::new(), excluded: Vec::new() };
        for rule in &message.rules {
            let is = |key: &Text| path.split_last() == Some((key, &rule.object));
            match &rule.check {
                Check::Required(key) if is(key) => requirement.required.push(rule.when.clone()),
                Check::Excluded(key) if is(key) => requirement.excluded.push(rule.when.clone()),
                _ => {}
            }
        }
        requirement
    }

    /// Whether another is the same, however it is written.
    pub fn is_like(&self, other: &Self) -> bool {
        let cases = |a: &[Vec<When>], b: &[Vec<When>]| alike::sets(a, b, |a, b| alike::whens(a, b));
        self.always == other.always
            && cases(&self.required, &other.required)
            && cases(&self.excluded, &other.excluded)
    }
}

impl std::fmt::Display for Requirement {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let list = |cases: &[Vec<When>]| {
            let cases: Vec<String> = cases.iter().map(|whens| conditions(whens)).collect();
            either(&cases, "or")
        };
        match (self.always, self.required.is_empty(), self.excluded.is_empty()) {
            (true, ..) => out.write_str("required")?,
            (false, true, _) => out.write_str("optional")?,
            (false, false, _) => write!(out, "required when {}", list(&self.required))?,
        }
        if !self.excluded.is_empty() {
            write!(out, ", excluded when {}", list(&self.excluded))?;
        }
        Ok(())
    }
}

/// Some conditions, all of which must hold.
pub(super) fn conditions(whens: &[When]) -> String {
    whens.iter().map(condition).collect::<Vec<_>>().join(" and ")
}

/// A condition.
pub(super) fn condition(when: &When) -> String {
    let all = |tests: &Vec<Test>| tests.iter().map(|t| test(t, when.negated)).collect::<Vec<_>>();
    match (when.negated, when.any.as_slice()) {
        (false, any) => either(&any.iter().map(|tests| all(tests).join(" and ")).collect::<Vec<_>>(), "or"),
        (true, any) if any.iter().all(|tests| tests.len() == 1) => {
            any.iter().flat_map(all).collect::<Vec<_>>().join(" and ")
        }
        (true, any) => {
            let any: Vec<String> = any
                .iter()
                .map(|tests| tests.iter().map(|t| test(t, false)).collect::<Vec<_>>().join(" and "))
                .collect();
            format!("it is not so that {}", either(&any, "or"))
        }
    }
}

fn test(test: &Test, negated: bool) -> String {
    let name = test.member.last().map_or("", |key| key);
    let default = if test.default_holds { " (also by default)" } else { "" };
    match (&test.expected, negated) {
        (Expected::Present, false) | (Expected::Absent, true) => format!("`{name}` is given"),
        (Expected::Absent, false) | (Expected::Present, true) => format!("`{name}` is not given"),
        (Expected::OneOf(values), _) => {
            let mut distinct: Vec<String> = Vec::new();
            for word in values.iter().map(quoted) {
                if !distinct.contains(&word) {
                    distinct.push(word);
                }
            }
            let not = if negated { "not " } else { "" };
            format!("`{name}` is {not}{}{default}", either(&distinct, "or"))
        }
    }
}

/// What a relation demands, with its condition.
pub(super) fn relation(relation: Relation, keys: &[Text], whens: &[When]) -> String {
    let keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    let demand = match relation {
        Relation::OneOf => format!("exactly one of {} is needed", either(&keys, "and")),
        Relation::AnyOf => format!("at least one of {} is needed", either(&keys, "and")),
        Relation::AllOrNone => format!("{} go together", either(&keys, "and")),
        Relation::Excludes => format!("at most one of {} may be given", either(&keys, "and")),
    };
    if whens.is_empty() { demand } else { format!("{demand} when {}", conditions(whens)) }
}

/// The name of a member or a message's object, for a sentence.
pub(super) fn name(path: &Path) -> String {
    path.last().map_or_else(|| "the message".to_owned(), |key| format!("`{key}`"))
}
