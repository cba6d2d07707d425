//! Judge: what is wrong with a body, by the message it should be.
//!
//! In: a [`Message`] and a [`Body`]. Out: the [`Fault`]s in the order in which validators report
//! them. It reads the lowered message, not the program that is made of it, so that a mistake in
//! either shows.

use super::body::{Body, Given};
use super::edit::{pointer, token};
use super::values::fault;
use crate::lower::{Check, Expected, Message, Object, Path, Shape, Test, Value, When};
use crate::syntax::constraint::Relation;
use crate::syntax::part::Text;
use elementc_runtime::{Code, Placeholders, accepts};
use serde_json::Value as Json;

/// Something that is wrong with a body, or shall be.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// What kind of thing.
    pub code: Code,
    /// The member, or the object of a constraint.
    pub path: Path,
    /// The item, if it is one of a list that is wrong.
    pub item: Option<usize>,
    /// Index of the rule that is broken, if it is one and has been found out.
    pub rule: Option<usize>,
}

impl Fault {
    /// Whether another is the same, whichever rule says so.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.code == other.code && self.path == other.path && self.item == other.item
    }

    /// The pointer that a validator reports.
    #[must_use]
    pub fn pointer(&self) -> String {
        let mut pointer = pointer(&self.path);
        if let Some(item) = self.item {
            pointer.push_str(&format!("/{item}"));
        }
        pointer
    }

    /// Whether this is the pointer that a validator reports.
    #[must_use]
    pub fn is_at(&self, pointer: &str) -> bool {
        let mut keys = self.path.iter();
        let rest = keys.try_fold(pointer, |rest, key| rest.strip_prefix('/')?.strip_prefix(&*token(key)));
        match self.item {
            None => rest == Some(""),
            Some(_) => pointer == self.pointer(),
        }
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
pub fn judge(message: &Message, body: &Body, placeholders: Placeholders) -> Vec<Fault> {
    let mut judge = Judge::new(placeholders);
    let constraints = judge.rules(message, body);
    judge.members(message, body);
    judge.faults.extend(constraints);
    judge.faults
}

/// Whether nothing is wrong with a body; placeholders may be left. Rules come first, since what is tried
/// mostly fails by one of them.
#[must_use]
pub(super) fn is_valid(message: &Message, body: &Body) -> bool {
    let mut judge = Judge::new(Placeholders::Allowed);
    let is_kept = judge.rules(message, body).is_empty();
    is_kept && judge.excluded.is_empty() && judge.required.is_empty() && {
        judge.members(message, body);
        judge.faults.is_empty()
    }
}

struct Judge<'a> {
    placeholders: Placeholders,
    path: Vec<&'a str>,
    /// What must not be there: the object it is in and its key, and which rule says so.
    excluded: Vec<(&'a [Text], &'a Text, usize)>,
    /// What some rule requires.
    required: Vec<(&'a [Text], &'a Text, usize)>,
    faults: Vec<Fault>,
}

impl<'a> Judge<'a> {
    fn new(placeholders: Placeholders) -> Self {
        let (excluded, required) = (Vec::new(), Vec::new());
        Self { placeholders, path: Vec::new(), excluded, required, faults: Vec::new() }
    }

    /// Looks at what is given, then for what is not.
    fn members(&mut self, message: &'a Message, body: &'a Body) {
        self.object(&message.root, body);
        self.missing(&message.root, body);
    }

    /// Notes what rules exclude and require; returns the constraints that do not hold.
    fn rules(&mut self, message: &'a Message, body: &Body) -> Vec<Fault> {
        let mut constraints = Vec::new();
        for (index, rule) in message.rules.iter().enumerate() {
            let Some(object) = body.object(&rule.object) else { continue };
            let given = |keys: &[Text]| keys.iter().filter(|key| object.get(key).is_some()).count();
            if !rule.when.iter().all(|when| applies(when, body)) {
                continue;
            }
            let code = match &rule.check {
                Check::Required(key) if object.get(key).is_none() => {
                    self.required.push((&rule.object, key, index));
                    continue;
                }
                Check::Excluded(key) if object.get(key).is_some() => {
                    self.excluded.push((&rule.object, key, index));
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

    /// The rule that demands something of the member at the path, if one of these does.
    fn demanded(&self, of: &[(&[Text], &Text, usize)]) -> Option<usize> {
        let (key, parents) = self.path.split_last()?;
        let is_here = |object: &[Text], known: &Text| {
            **known == **key && object.iter().map(|key| &**key).eq(parents.iter().copied())
        };
        of.iter().find(|(object, known, _)| is_here(object, known)).map(|(.., rule)| *rule)
    }

    fn object(&mut self, object: &'a Object, body: &'a Body) {
        for (key, given) in body.iter() {
            self.path.push(key);
            match object.members.get(&**key) {
                Some(member) => self.member(&member.shape, given),
                None if object.open => {}
                None => self.push(Code::UnknownEntry, None, None),
            }
            self.path.pop();
        }
    }

    fn member(&mut self, shape: &'a Shape, given: &'a Given) {
        // What is to be removed need not be right as well; but what is inside it is told.
        let excluded = self.demanded(&self.excluded);
        if excluded.is_some() {
            self.push(Code::ExcludedEntry, None, excluded);
        }
        let wrong = match (shape, given) {
            (Shape::Object(inner), Given::Object(body)) => {
                self.object(inner, body);
                None
            }
            // An object with any members is passed over, whatever else is asked for.
            (Shape::Value(expected), Given::Object(_)) if expected.accepts & accepts::OBJECT != 0 => None,
            (_, Given::Object(_)) => Some(Code::WrongType),
            (Shape::Value(expected), Given::Json(json)) => self.scalar(expected, json),
            (shape, Given::Json(json)) => match (shape, &**json) {
                (Shape::List, Json::Array(_)) => None,
                (Shape::Strings, Json::Array(items)) => {
                    self.items(items);
                    None
                }
                _ => Some(Code::WrongType),
            },
        };
        if let (Some(code), None) = (wrong, excluded) {
            self.push(code, None, None);
        }
    }

    fn items(&mut self, items: &[Json]) {
        for (at, item) in items.iter().enumerate() {
            match item {
                Json::String(text) if self.is_leftover(text) => self.push(Code::Placeholder, Some(at), None),
                Json::String(_) => {}
                _ => self.push(Code::WrongType, Some(at), None),
            }
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
    fn missing(&mut self, object: &'a Object, body: &'a Body) {
        let mut next = 0;
        for (key, member) in &object.members {
            // What some rule requires is not there, or the rule would not say so.
            let may_miss =
                if member.required { !body.has(key, &mut next) } else { !self.required.is_empty() };
            if !may_miss {
                continue;
            }
            self.path.push(key);
            let rule = self.demanded(&self.required).filter(|_| !member.required);
            if member.required || rule.is_some() {
                self.push(Code::MissingEntry, None, rule);
            }
            self.path.pop();
        }
        for (key, member) in &object.members {
            if let Shape::Object(inner) = &member.shape
                && let Some(Given::Object(body)) = body.get(key)
            {
                self.path.push(key);
                self.missing(inner, body);
                self.path.pop();
            }
        }
    }
}

/// Whether a condition holds of a body.
#[must_use]
pub fn applies(when: &When, body: &Body) -> bool {
    when.any.iter().any(|tests| tests.iter().all(|test| is_so(test, body))) != when.negated
}

/// Whether a test holds of a body.
pub(super) fn is_so(test: &Test, body: &Body) -> bool {
    match (&test.expected, body.at(&test.member)) {
        (Expected::Present, value) => value.is_some(),
        (Expected::Absent, value) => value.is_none(),
        (Expected::OneOf(_), None) => test.default_holds,
        (Expected::OneOf(values), Some(Given::Json(json))) => values.iter().any(|other| is_same(json, other)),
        (Expected::OneOf(_), Some(Given::Object(_))) => false,
    }
}

/// Whether two scalars are the same, numbers by value.
#[must_use]
pub fn is_same(a: &Json, b: &Json) -> bool {
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
