//! Judge: what is wrong with a body, by the message it should be.
//!
//! In: a [`Message`] and parsed JSON. Out: the [`Fault`]s in the order in which validators report
//! them. It reads the lowered message, not the program that is made of it, so that a mistake in
//! either shows.

use super::edit::{at, pointer};
use super::values::fault;
use crate::lower::{Check, Expected, Message, Object, Path, Shape, Test, Value, When};
use crate::syntax::entry::Relation;
use crate::syntax::part::Text;
use elementc_runtime::{Code, Placeholders};
use serde_json::{Map, Value as Json};

/// Something that is wrong with a body.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// What kind of thing.
    pub code: Code,
    /// The member, or the object of a constraint.
    pub path: Path,
    /// The item, if it is one of a list that is wrong.
    pub item: Option<usize>,
    /// Index of the rule that is broken, if it is one.
    pub rule: Option<usize>,
}

impl Fault {
    /// The pointer that a validator reports.
    #[must_use]
    pub fn pointer(&self) -> String {
        let mut pointer = pointer(&self.path);
        if let Some(item) = self.item {
            pointer.push_str(&format!("/{item}"));
        }
        pointer
    }

    /// The key that a validator reports: the member's, or that of the constraint's object.
    #[must_use]
    pub fn entry(&self) -> &str {
        self.path.last().map_or("", |key| key)
    }
}

/// All that is wrong with a body: by place in the document, then what is missing in declared order,
/// then constraints in declared order.
#[must_use]
pub fn judge(message: &Message, body: &Json, placeholders: Placeholders) -> Vec<Fault> {
    let Json::Object(members) = body else {
        return vec![Fault { code: Code::WrongType, path: Path::new(), item: None, rule: None }];
    };
    let mut judge = Judge {
        placeholders,
        path: Vec::new(),
        excluded: Vec::new(),
        required: Vec::new(),
        faults: Vec::new(),
    };
    let constraints = judge.rules(message, body);
    judge.object(&message.root, members);
    judge.missing(&message.root, members);
    judge.faults.extend(constraints);
    judge.faults
}

struct Judge<'a> {
    placeholders: Placeholders,
    path: Vec<&'a str>,
    /// What must not be there, and which rule says so.
    excluded: Vec<(Vec<&'a str>, usize)>,
    /// What some rule requires.
    required: Vec<(Vec<&'a str>, usize)>,
    faults: Vec<Fault>,
}

impl<'a> Judge<'a> {
    /// Notes what rules exclude and require; returns the constraints that do not hold.
    fn rules(&mut self, message: &'a Message, body: &Json) -> Vec<Fault> {
        let mut constraints = Vec::new();
        for (index, rule) in message.rules.iter().enumerate() {
            let Some(Json::Object(members)) = at(body, &rule.object) else { continue };
            let given = |keys: &[Text]| keys.iter().filter(|key| members.contains_key(&***key)).count();
            if !rule.when.iter().all(|when| applies(when, body)) {
                continue;
            }
            let place = |key: &'a Text| rule.object.iter().map(|k| &**k).chain([&**key]).collect();
            let code = match &rule.check {
                Check::Required(key) if given(std::slice::from_ref(key)) == 0 => {
                    self.required.push((place(key), index));
                    continue;
                }
                Check::Excluded(key) if given(std::slice::from_ref(key)) == 1 => {
                    self.excluded.push((place(key), index));
                    continue;
                }
                Check::Related(Relation::OneOf, keys) if given(keys) != 1 => Code::OneOf,
                Check::Related(Relation::AnyOf, keys) if given(keys) == 0 => Code::AnyOf,
                Check::Related(Relation::AllOrNone, keys) if ![0, keys.len()].contains(&given(keys)) => {
                    Code::AllOrNone
                }
                Check::Related(Relation::Excludes, keys) if given(keys) > 1 => Code::Excludes,
                Check::Fits(when) if !applies(when, body) => Code::NoVariant,
                _ => continue,
            };
            constraints.push(Fault { code, path: rule.object.clone(), item: None, rule: Some(index) });
        }
        constraints
    }

    fn push(&mut self, code: Code, item: Option<usize>, rule: Option<usize>) {
        let path = self.path.iter().map(|key| Text::from(*key)).collect();
        self.faults.push(Fault { code, path, item, rule });
    }

    fn object(&mut self, object: &'a Object, members: &'a Map<String, Json>) {
        for (key, value) in members {
            self.path.push(key);
            match object.members.get(&**key) {
                Some(member) => self.member(&member.shape, value),
                None if object.open => {}
                None => self.push(Code::UnknownEntry, None, None),
            }
            self.path.pop();
        }
    }

    fn member(&mut self, shape: &'a Shape, value: &'a Json) {
        // What is to be removed need not be right as well; but what is inside it is told.
        let excluded = self.excluded.iter().find(|(path, _)| *path == self.path).map(|(_, rule)| *rule);
        if excluded.is_some() {
            self.push(Code::ExcludedEntry, None, excluded);
        }
        let mut wrong = None;
        match (shape, value) {
            (Shape::Object(inner), Json::Object(members)) => self.object(inner, members),
            (Shape::List, Json::Array(_)) => {}
            (Shape::Strings, Json::Array(items)) => {
                for (at, item) in items.iter().enumerate() {
                    match item {
                        Json::String(text) if self.is_leftover(text) => {
                            self.push(Code::Placeholder, Some(at), None);
                        }
                        Json::String(_) => {}
                        _ => self.push(Code::WrongType, Some(at), None),
                    }
                }
            }
            (Shape::Value(expected), value) => wrong = self.scalar(expected, value),
            _ => wrong = Some(Code::WrongType),
        }
        if let (Some(code), None) = (wrong, excluded) {
            self.push(code, None, None);
        }
    }

    fn scalar(&self, expected: &Value, value: &Json) -> Option<Code> {
        fault(expected, value).or_else(|| match value {
            Json::String(text) if self.is_leftover(text) => Some(Code::Placeholder),
            _ => None,
        })
    }

    fn is_leftover(&self, text: &str) -> bool {
        self.placeholders == Placeholders::Rejected && holds_placeholder(text)
    }

    /// What is not there: the members of an object before those of the objects inside it.
    fn missing(&mut self, object: &'a Object, members: &'a Map<String, Json>) {
        // Found by what is given, which is mostly less than what is declared.
        let mut given: Vec<Option<&Json>> = vec![None; object.members.len()];
        for (key, value) in members {
            if let Some(at) = object.members.get_index_of(&**key) {
                given[at] = Some(value);
            }
        }
        for ((key, member), given) in object.members.iter().zip(&given) {
            if given.is_some() || (!member.required && self.required.is_empty()) {
                continue;
            }
            self.path.push(key);
            let rule = self.required.iter().find(|(path, _)| *path == self.path).map(|(_, rule)| *rule);
            if member.required || rule.is_some() {
                self.push(Code::MissingEntry, None, rule.filter(|_| !member.required));
            }
            self.path.pop();
        }
        for ((key, member), given) in object.members.iter().zip(given) {
            if let (Shape::Object(inner), Some(Json::Object(members))) = (&member.shape, given) {
                self.path.push(key);
                self.missing(inner, members);
                self.path.pop();
            }
        }
    }
}

/// Whether a condition holds of a body.
#[must_use]
pub fn applies(when: &When, body: &Json) -> bool {
    when.any.iter().any(|tests| tests.iter().all(|test| is_so(test, body))) != when.negated
}

/// Whether a test holds of a body.
pub(super) fn is_so(test: &Test, body: &Json) -> bool {
    match (&test.expected, at(body, &test.member)) {
        (Expected::Present, value) => value.is_some(),
        (Expected::Absent, value) => value.is_none(),
        (Expected::OneOf(_), None) => test.default_holds,
        (Expected::OneOf(values), Some(value)) => values.iter().any(|other| is_same(value, other)),
    }
}

/// Whether two scalars are the same, numbers by value.
pub(super) fn is_same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => a.as_f64() == b.as_f64(),
        (a, b) => a == b,
    }
}

/// Whether text holds a leftover placeholder: `<`, a letter or digit, any of those or of `_ .:/-`,
/// then `>`. Beyond ASCII everything counts as a letter.
pub(super) fn holds_placeholder(text: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphanumeric() || !c.is_ascii();
    text.split('<').skip(1).any(|rest| {
        let inner = rest.split_once('>').map(|(inner, _)| inner);
        inner.is_some_and(|inner| {
            inner.starts_with(letter) && inner.chars().all(|c| letter(c) || "_ .:/-".contains(c))
        })
    })
}
