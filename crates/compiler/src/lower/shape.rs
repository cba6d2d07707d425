//! Shapes: what the entries of one place may be, for one method.
//!
//! In: entries of a method. Out: [`Object`]s and their [`Rule`]s.

use super::{About, Check, Expected, Member, Object, Path, Pattern, Rule, Shape, Test, Value, When};
use crate::pattern::{self, Format};
use crate::resolve::flow::{self, Place};
use crate::resolve::{Element, Method};
use crate::syntax::condition::{Condition, Expectation, Requirement};
use crate::syntax::entry::{Entry, Form, Type};
use crate::syntax::map::Declared;
use crate::syntax::part::Text;
use elementc_runtime::accepts;
use serde_json::Value as Json;

/// A method of an element, about to become messages.
#[derive(Clone, Copy, Debug)]
pub struct Lowered<'a> {
    /// The element.
    pub element: &'a Element,
    /// The method.
    pub method: &'a Method,
}

/// The type of an entry: its own word, its origin's, or that of the values it mentions.
#[must_use]
pub fn kind_of(element: &Element, method: &Method, entry: &Entry) -> Type {
    if let Some(kind) = &entry.kind {
        return kind.value;
    }
    let mut last = entry;
    for link in flow::chain(element, method, entry) {
        if let Some(kind) = &link.kind {
            return kind.value;
        }
        last = link;
    }
    if let Some(from) = &last.from
        && let Ok(flow::Target::Fact(kind, _)) = flow::lookup(element, method, &from.value)
    {
        return kind;
    }
    let listed = last.values.as_ref().and_then(|v| v.value.first()).map(|v| &v.value);
    let said = [&last.value, &last.default, &last.example].into_iter().flatten().map(|v| &v.value);
    listed.into_iter().chain(said).next().map_or(Type::String, |json| match json {
        Json::Bool(_) => Type::Boolean,
        Json::Number(n) if n.is_i64() => Type::Integer,
        Json::Number(_) => Type::Number,
        Json::Array(_) => Type::List,
        Json::Object(_) => Type::Json,
        Json::Null | Json::String(_) => Type::String,
    })
}

/// Whether an entry of this type is free text: then samples of requests show a placeholder.
#[must_use]
pub fn is_free(kind: Type, entry: &Entry) -> bool {
    kind == Type::String && entry.values.is_none() && entry.pattern.is_none()
}

/// The format of text of some type, and what such text is called; `None` if any text will do.
#[must_use]
pub fn text_format(kind: Type) -> Option<(Format, &'static str)> {
    Some(match kind {
        Type::Url => (Format::Url, "an http or https URL"),
        Type::Datetime => (Format::Datetime, "a date and time such as 2017-03-14T19:20:16Z"),
        Type::Email => (Format::Email, "an e-mail address"),
        Type::Hostname => (Format::Hostname, "a host name"),
        Type::Integer => (Format::Integer, "a whole number"),
        Type::Number => (Format::Number, "a number"),
        Type::String | Type::Boolean | Type::Json | Type::List => return None,
    })
}

/// Whether an entry has something for samples to show.
#[must_use]
pub fn shows(element: &Element, method: &Method, place: Place, key: &str, entry: &Entry) -> bool {
    Lowered { element, method }.sample(place, key, entry).is_some()
}

/// Whether an entry must always be there, constraints aside.
#[must_use]
pub fn is_required(element: &Element, method: &Method, place: Place, entry: &Entry) -> bool {
    Lowered { element, method }.required(place, entry)
}

/// Whether an entry must be given whatever else is, and no constraint chooses it.
#[must_use]
pub fn is_always_given(element: &Element, method: &Method, place: Place, key: &str, entry: &Entry) -> bool {
    let lowered = Lowered { element, method };
    lowered.required(place, entry) && !is_chosen(key, entry, &lowered.related(place))
}

/// Whether an entry is required only as far as constraints, which speak of these, choose it.
fn is_chosen(key: &str, entry: &Entry, related: &[&str]) -> bool {
    entry.required.is_none() && related.contains(&key)
}

/// The forms in which a value of some type may be written in some place.
fn forms(kind: Type, form: Option<Form>, place: Place) -> (bool, bool) {
    let natively = !matches!(kind, Type::Boolean | Type::Integer | Type::Number | Type::Json);
    let query = place.moment() < 5;
    match form {
        _ if query => (natively, true),
        _ if natively => (true, true),
        Some(Form::Native) => (true, false),
        Some(Form::String) => (false, true),
        Some(Form::Both) => (true, true),
        // The platform reports values as JSON has them; what people send is often text.
        None if place.reported() => (true, false),
        None => (true, true),
    }
}

/// Whether a place takes the value of an entry of some type as text.
#[must_use]
pub fn takes_text(element: &Element, method: &Method, place: Place, entry: &Entry, kind: Type) -> bool {
    let form = Lowered { element, method }.inherited(entry, |e| &e.form).map(|form| form.value);
    place == Place::InstanceConfiguration || forms(kind, form, place).1
}

/// The text of a scalar, as a query or a form would carry it.
#[must_use]
pub fn as_text(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl<'a> Lowered<'a> {
    /// The type of an entry.
    pub fn kind(&self, entry: &Entry) -> Type {
        kind_of(self.element, self.method, entry)
    }

    /// What an attribute says, here or where the value comes from.
    pub fn inherited<T>(&self, entry: &'a Entry, pick: impl Fn(&Entry) -> &Option<T>) -> Option<&'a T>
    where
        T: 'a,
    {
        flow::chain(self.element, self.method, entry).find_map(|e| {
            let picked: &Option<T> = pick(e);
            picked.as_ref()
        })
    }

    /// Every way to write some values of an entry.
    fn spelled(&self, entry: &'a Entry, place: Place, values: impl Iterator<Item = &'a Json>) -> Vec<Json> {
        let form = self.inherited(entry, |e| &e.form).map(|f| f.value);
        let (native, text) = forms(self.kind(entry), form, place);
        let mut all: Vec<Json> = Vec::new();
        for value in values {
            let spellings = match value {
                Json::String(_) => [Some(value.clone()), None],
                _ => [native.then(|| value.clone()), text.then(|| Json::String(as_text(value)))],
            };
            for spelling in spellings.into_iter().flatten() {
                if !all.contains(&spelling) {
                    all.push(spelling);
                }
            }
        }
        all
    }

    /// What the value of an entry may be.
    pub fn shape(&self, place: Place, entry: &'a Entry) -> Shape {
        if place == Place::InstanceConfiguration {
            return Shape::Value(Value {
                kind: Type::String,
                accepts: accepts::STRING | accepts::NULL,
                one_of: Vec::new(),
                pattern: None,
                min: None,
                max: None,
            });
        }
        let kind = self.kind(entry);
        let form = self.inherited(entry, |e| &e.form).map(|f| f.value);
        let (native, text) = forms(kind, form, place);
        let both = |bit: u8| (if native { bit } else { 0 }) | (if text { accepts::STRING } else { 0 });
        let mut accepted = match kind {
            Type::String | Type::Url | Type::Datetime | Type::Email | Type::Hostname => accepts::STRING,
            Type::Boolean => both(accepts::BOOLEAN),
            Type::Integer => both(accepts::INTEGER),
            Type::Number => both(accepts::NUMBER),
            Type::Json => both(accepts::OBJECT),
            Type::List if place.moment() < 5 => accepts::STRING,
            Type::List if place.reported() => return Shape::List,
            Type::List => return Shape::Strings,
        };
        let mut pattern =
            text_format(kind).filter(|_| accepted & accepts::STRING != 0).map(|(format, expected)| Pattern {
                source: pattern::format(format).to_owned(),
                expected: expected.to_owned(),
            });
        if let Some(own) = self.inherited(entry, |e| &e.pattern) {
            let source = own.value.to_string();
            let expected = format!("text that matches `{source}`");
            pattern = Some(Pattern { source, expected });
        }
        let values: Vec<&Json> = match (&entry.value, self.inherited(entry, |e| &e.values)) {
            (Some(constant), _) => vec![&constant.value],
            (None, Some(values)) => values.value.iter().map(|v| &v.value).collect(),
            (None, None) => Vec::new(),
        };
        let truths = [Json::Bool(true), Json::Bool(false)];
        let one_of = match (values.is_empty(), kind) {
            (true, Type::Boolean) if text => {
                let all = truths.iter().filter(|&_| native).cloned();
                all.chain(["true", "false"].map(Json::from)).collect()
            }
            _ => self.spelled(entry, place, values.into_iter()),
        };
        if !one_of.is_empty() {
            pattern = None;
        }
        let nullable = place.reported()
            && (entry.example.as_ref().is_some_and(|e| e.value.is_null()) || self.optional(entry));
        if nullable {
            accepted |= accepts::NULL;
        }
        Shape::Value(Value {
            kind,
            accepts: accepted,
            one_of: if nullable && !one_of.is_empty() { [one_of, vec![Json::Null]].concat() } else { one_of },
            pattern,
            min: entry.min.as_ref().map(|m| m.value),
            max: entry.max.as_ref().map(|m| m.value),
        })
    }

    fn optional(&self, entry: &Entry) -> bool {
        matches!(&entry.required, Some(required) if required.value == Requirement::Always(false))
    }

    /// Whether an entry must always be there, constraints aside.
    pub fn required(&self, place: Place, entry: &'a Entry) -> bool {
        // A circle of references is reported elsewhere; here it must only end.
        flow::origin(self.element, self.method, place, entry).is_none() || self.required_by(place, entry)
    }

    fn required_by(&self, place: Place, entry: &'a Entry) -> bool {
        match &entry.required {
            Some(required) => required.value == Requirement::Always(true),
            None if entry.default.is_some() => false,
            None if place.reported() => place != Place::InstanceConfiguration && !self.is_empty_fact(entry),
            // What comes from an optional entry is optional.
            None => match entry.from.as_ref().map(|f| flow::lookup(self.element, self.method, &f.value)) {
                Some(Ok(flow::Target::Entry { place, entry, .. })) if place.sent_by_application() => {
                    self.required_by(place, &entry.inner)
                }
                Some(Ok(flow::Target::Fact(_, None))) => false,
                _ => true,
            },
        }
    }

    fn is_empty_fact(&self, entry: &Entry) -> bool {
        entry.from.as_ref().is_some_and(|from| {
            matches!(flow::lookup(self.element, self.method, &from.value), Ok(flow::Target::Fact(_, None)))
        })
    }

    /// The member that an entry becomes.
    pub fn member(&self, place: Place, key: &str, entry: &'a Declared<Entry>) -> Member {
        let texts = |pick: fn(&Entry) -> &Option<crate::source::Spanned<Text>>| self.inherited(entry, pick);
        Member {
            required: self.required(place, entry),
            shape: self.shape(place, entry),
            about: About {
                title: texts(|e| &e.title).map_or_else(|| key.to_owned(), |t| String::from(&*t.value)),
                description: texts(|e| &e.description).map(|d| d.value.clone()),
                group: entry.group.as_ref().map(|g| g.value.clone()),
                deprecated: entry.deprecated.as_ref().map(|d| d.value.clone()),
                secret: flow::is_secret(self.element, self.method, entry),
                default: entry.default.as_ref().map(|d| d.value.clone()),
                example: self.sample(place, key, entry),
                shown: entry.sample.as_ref().is_none_or(|s| s.value),
                normalise: self.inherited(entry, |e| &e.normalise).map(|n| n.value.clone()),
                synonyms: entry
                    .synonyms
                    .iter()
                    .flat_map(|s| s.value.iter().map(|(k, v)| (k.clone(), v.value.clone())))
                    .collect(),
                at: Some(entry.at),
            },
        }
    }

    /// The object that the entries of a place become; grouped entries follow the others.
    pub fn object(&self, place: Place) -> Object {
        let mut object = Object { open: !place.sent_by_application(), ..Object::default() };
        let Some(entries) = self.method.entries(place) else { return object };
        let related = self.related(place);
        object.members.reserve(entries.len());
        for (key, entry) in entries.iter() {
            let mut member = self.member(place, key, entry);
            member.required &= !is_chosen(key, entry, &related);
            object.members.insert(key.clone(), member);
        }
        if object.members.values().any(|m| m.about.group.is_some()) {
            let groups: Vec<Option<Text>> = object.members.values().map(|m| m.about.group.clone()).collect();
            let rank = |m: &Member| {
                groups.iter().position(|g| *g == m.about.group).filter(|_| m.about.group.is_some())
            };
            object.members.sort_by_cached_key(|_, m| rank(m).map_or(0, |at| at + 1));
        }
        object
    }

    /// The entries of a place that constraints speak of.
    fn related(&self, place: Place) -> Vec<&'a str> {
        let path = place.path(self.method.authentication);
        let constraints = self.method.body.constraints.get(path);
        constraints
            .iter()
            .flat_map(|c| &c.inner.0)
            .flat_map(|c| &c.value.entries)
            .map(|e| &*e.value)
            .collect()
    }

    /// The conditional requirements and constraints of a place, whose object is at `at`.
    pub fn rules(&self, place: Place, at: &[Text]) -> Vec<Rule> {
        let mut rules = Vec::new();
        let Some(entries) = self.method.entries(place) else { return rules };
        for (key, entry) in entries.iter() {
            if let Some(Requirement::When(condition)) = entry.required.as_ref().map(|r| &r.value) {
                let when = When { any: vec![self.tests(condition, place, at)], negated: false };
                rules.push(Rule {
                    object: at.to_vec(),
                    when: vec![when],
                    check: Check::Required(key.clone()),
                });
            }
        }
        let path = place.path(self.method.authentication);
        for constraint in self.method.body.constraints.get(path).iter().flat_map(|c| &c.inner.0) {
            let members = constraint.value.entries.iter().map(|e| e.value.clone()).collect();
            let check = Check::Related(constraint.value.relation, members);
            rules.push(Rule { object: at.to_vec(), when: Vec::new(), check });
        }
        rules
    }

    /// The tests of a condition on the entries of a place, whose object is at `at`.
    pub fn tests(&self, condition: &'a Condition, place: Place, at: &[Text]) -> Vec<Test> {
        let entries = self.method.entries(place);
        let test = |(key, expectation): (&Text, &'a crate::source::Spanned<Expectation>)| {
            let member: Path = at.iter().cloned().chain([key.clone()]).collect();
            let entry = entries.and_then(|e| e.get(key));
            let (expected, default_holds) = match &expectation.value {
                Expectation::Present(true) => (Expected::Present, false),
                Expectation::Present(false) => (Expected::Absent, false),
                Expectation::OneOf(values) => {
                    let values = values.iter().map(|v| &v.value);
                    let plain: Vec<Json> = values.clone().cloned().collect();
                    let spelled = entry.map_or(plain, |entry| self.all_spellings(entry, values));
                    let default = entry.and_then(|e| e.default.as_ref()).map(|d| &d.value);
                    let holds = default.is_some_and(|d| spelled.iter().any(|s| as_text(s) == as_text(d)));
                    (Expected::OneOf(spelled), holds)
                }
            };
            Test { member, expected, default_holds }
        };
        condition.iter().map(test).collect()
    }

    /// Native and text, whichever the entry takes: `true` in a condition means `"true"` too.
    fn all_spellings(&self, entry: &'a Entry, values: impl Iterator<Item = &'a Json>) -> Vec<Json> {
        let native = |value: &Json| match (self.kind(entry), value) {
            (Type::Boolean | Type::Integer | Type::Number, Json::String(text)) => {
                serde_json::from_str(text).unwrap_or_else(|_| value.clone())
            }
            _ => value.clone(),
        };
        let natives: Vec<Json> = values.map(native).collect();
        let mut all = Vec::new();
        for value in natives {
            let text = Json::String(as_text(&value));
            for spelling in [value, text] {
                if !all.contains(&spelling) {
                    all.push(spelling);
                }
            }
        }
        all
    }
}
