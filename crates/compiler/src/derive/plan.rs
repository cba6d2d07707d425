//! Plan: what is to be tested of a message, before it is known whether it can be.
//!
//! In: a [`Message`] and its bases. Out: [`Plan`]s, those of one rank at a time, each in declared order.

use super::body::Body;
use super::edit::Edit;
use super::judge::{Fault, judge};
use super::search::Deriver;
use super::values::{Valued, Wrong, interesting, is_free, mistyped, overlong, wrong};
use super::vectors::Input;
use crate::lower::{Check, Member, Message, Object, Path, Shape, When};
use crate::syntax::entry::Relation;
use crate::syntax::part::Text;
use elementc_runtime::{Code, Placeholders, accepts};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// A placeholder that somebody forgot.
const LEFTOVER: &str = "<INSERT_IT>";

/// A key that nobody declares.
const UNDECLARED: &str = "undeclared";

/// How much a plan matters, if there are too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rank {
    /// The usual, and what only text can show.
    Usual,
    /// Rules between entries, broken.
    Between,
    /// Rules of one entry, broken, but for its type.
    Rule,
    /// Types, and both spellings of what may be written in two ways.
    Type,
    /// What else is valid, or nearly so.
    Valid,
}

impl Rank {
    /// All ranks, what matters most first.
    pub const ALL: [Self; 5] = [Self::Usual, Self::Between, Self::Rule, Self::Type, Self::Valid];
}

/// A vector to be made.
pub(super) struct Plan {
    /// Where it stands among the others.
    pub place: usize,
    /// What it is, for readers.
    pub about: About,
    /// How to make it.
    pub way: Way,
}

/// What a plan is, for readers. Most plans join others in a vector that has words of its own, so these
/// are put together late.
pub(super) enum About {
    /// In these words.
    Said(String),
    /// The member that is edited is so; with its value, if that says more.
    Is(&'static str, bool),
}

impl From<&str> for About {
    fn from(text: &str) -> Self {
        Self::Said(text.to_owned())
    }
}

impl From<String> for About {
    fn from(text: String) -> Self {
        Self::Said(text)
    }
}

impl About {
    /// As text, of a plan with this edit.
    pub fn text(self, edit: Option<&Edit>) -> String {
        let (what, edit, with_value) = match (self, edit) {
            (Self::Said(text), _) => return text,
            (Self::Is(what, _), None) => return what.to_owned(),
            (Self::Is(what, with_value), Some(edit)) => (what, edit, with_value),
        };
        match edit {
            Edit::Set(path, json) if with_value => format!("{} is {what}: {json}", name(path)),
            Edit::Set(path, _) | Edit::Remove(path) => format!("{} is {what}", name(path)),
        }
    }
}

/// How to make it.
pub(super) enum Way {
    /// This edit of whichever base it goes with, and this wrong with the member, or with an item of it, or
    /// nothing. Edits of one kind are one vector where they do not touch each other.
    Edit(Edit, Option<Code>, Option<usize>),
    /// These edits where these conditions hold, and the goal alone wrong, or nothing.
    Where(Vec<When>, Vec<Edit>, Option<Fault>),
    /// No variant fits: the condition does not hold.
    Unfit(When, Fault),
    /// A base as it is.
    Base(usize),
    /// As many entries as go together.
    Full,
    /// Each of these edits leaves a placeholder, which is a violation.
    Leftover(Vec<(Edit, Fault)>),
    /// This very input.
    Given(Input, Vec<Fault>),
}

/// Plans the vectors of a message.
pub(super) struct Planner<'a> {
    message: &'a Message,
    deriver: Deriver<'a>,
    bases: &'a [Body],
    members: &'a [(Path, &'a Member)],
    /// The values that each takes.
    right: Vec<Vec<Valued>>,
    place: usize,
    plans: Vec<Plan>,
}

/// A path as people write it.
fn name(path: &[Text]) -> String {
    format!("`{}`", path.join("."))
}

fn joined(path: &[Text], key: &str) -> Path {
    path.iter().cloned().chain([key.into()]).collect()
}

impl<'a> Planner<'a> {
    /// For a message, its members and its bases.
    pub fn new(message: &'a Message, members: &'a [(Path, &'a Member)], bases: &'a [Body]) -> Self {
        let takes = |member: &Member| match &member.shape {
            Shape::Value(value) => interesting(value),
            _ => Vec::new(),
        };
        let right = members.iter().map(|(_, member)| takes(member)).collect();
        Self { message, deriver: Deriver::new(message), bases, members, right, place: 0, plans: Vec::new() }
    }

    fn plan(&mut self, about: impl Into<About>, way: Way) {
        self.plans.push(Plan { place: self.place, about: about.into(), way });
    }

    /// Plans what matters so much.
    pub fn plans(&mut self, rank: Rank) -> Vec<Plan> {
        let right = std::mem::take(&mut self.right);
        self.place = 0;
        if rank == Rank::Usual {
            self.usual(self.members);
            self.written();
        }
        for (turn, ((path, declared), right)) in self.members.iter().zip(&right).enumerate() {
            self.place += 1;
            match rank {
                Rank::Rule => self.wrong(path, declared, right),
                Rank::Type => self.typed(path, declared, right, turn),
                Rank::Valid => self.valid(path, declared, right),
                Rank::Usual | Rank::Between => {}
            }
        }
        self.place += 1;
        let message = self.message;
        match rank {
            Rank::Rule => self.unknown(&message.root, &mut Path::new()),
            Rank::Between | Rank::Valid => self.rules(rank),
            Rank::Usual | Rank::Type => {}
        }
        self.right = right;
        std::mem::take(&mut self.plans)
    }

    /// The least bodies, the fullest, empty texts and placeholders.
    fn usual(&mut self, all: &[(Path, &Member)]) {
        for at in 0..self.bases.len() {
            let about = if at == 0 { "only what is required" } else { "the same for another variant" };
            self.plan(about, Way::Base(at));
        }
        self.plan("all that may be given together", Way::Full);
        let free = |shape: &Shape| matches!(shape, Shape::Value(value) if is_free(value));
        let texts = all.iter().filter(|(_, declared)| free(&declared.shape));
        let lists = all.iter().filter(|(_, declared)| declared.shape == Shape::Strings);
        let goal =
            |path: &Path, item| Fault { code: Code::Placeholder, path: path.clone(), item, rule: None };
        let mut leftovers = Vec::new();
        for (at, (path, _)) in texts.take(2).enumerate() {
            let left = Edit::Set(path.clone(), Arc::new(json!(LEFTOVER)));
            if at == 0 {
                let empty = Edit::Set(path.clone(), Arc::new(json!("")));
                self.plan(format!("{} is empty text", name(path)), Way::Edit(empty, None, None));
                self.plan(format!("a placeholder in {}", name(path)), Way::Edit(left.clone(), None, None));
            }
            leftovers.push((left, goal(path, None)));
        }
        for (path, _) in lists.take(1) {
            let left = Edit::Set(path.clone(), Arc::new(json!(["fake", LEFTOVER])));
            leftovers.push((left, goal(path, Some(1))));
        }
        self.plan("placeholders are left", Way::Leftover(leftovers));
    }

    /// What only text can show, and the order of keys: their spelling, keys given twice, broken JSON.
    fn written(&mut self) {
        let one = |code, path: &[Text]| vec![Fault { code, path: path.to_vec(), item: None, rule: None }];
        let said = |body: &Body| judge(self.message, body, Placeholders::Allowed);
        let text = |text: String, expected: Vec<Fault>| Way::Given(Input::Text(text), expected);
        let mut planned = vec![
            ("no object", text("[]".to_owned(), one(Code::WrongType, &[]))),
            ("nothing at all", text("{}".to_owned(), said(&Body::default()))),
        ];
        if let Some((key, given)) = self.bases[0].iter().next()
            && let Some(c) = key.chars().next()
        {
            let (quoted, value) = (json!(**key).to_string(), given.json());
            planned.push(("cut off", text(format!("{{{quoted}:"), one(Code::NotJson, &[]))));
            let units: String = c.encode_utf16(&mut [0; 2]).iter().map(|u| format!("\\u{u:04x}")).collect();
            // What follows the first character is spelled as before.
            let others = &quoted[json!(c.to_string()).to_string().len() - 1..];
            let twice = format!("{{\"{units}{others}:{value},{quoted}:{value}}}");
            let duplicate = one(Code::DuplicateEntry, std::slice::from_ref(key));
            let edit = Edit::Set(vec![key.clone()], value);
            let expected = [duplicate, said(&Body::default().edited(std::slice::from_ref(&edit)))].concat();
            planned.push(("one entry twice, once with an escape in its key", text(twice, expected)));
            if self.bases[0].len() > 1 {
                let edits = vec![Edit::Remove(vec![key.clone()]), edit];
                let last = Way::Given(Input::Changed { base: 0, edits }, Vec::new());
                planned.push(("the first entry comes last", last));
            }
        }
        planned.into_iter().for_each(|(about, way)| self.plan(about, way));
    }

    /// One entry left out, and wrong in each way but for its type.
    fn wrong(&mut self, path: &Path, declared: &Member, right: &[Valued]) {
        if declared.required {
            let code = Code::MissingEntry;
            let edit = Edit::Remove(path.clone());
            let about = About::Is("left out", false);
            if path.len() > 1 {
                self.plan(about, Way::Edit(edit, Some(code), None));
            } else if self.message.root.members.iter().find(|(_, m)| m.required).map(|(k, _)| k)
                == path.last()
            {
                // That all others are required shows where nothing is given at all.
                let about = about.text(Some(&edit));
                let goal = Fault { code, path: path.clone(), item: None, rule: None };
                self.plan(about, Way::Where(Vec::new(), vec![edit], Some(goal)));
            }
        }
        for wrong in wrong(declared, right) {
            self.wrongly(path, wrong);
        }
    }

    fn wrongly(&mut self, path: &Path, wrong: Wrong) {
        let edit = Edit::Set(path.clone(), Arc::new(wrong.json));
        self.plan(About::Is(wrong.what, false), Way::Edit(edit, Some(wrong.code), wrong.item));
    }

    /// One entry of another type, and in each of the two spellings if it has two.
    fn typed(&mut self, path: &Path, declared: &Member, right: &[Valued], turn: usize) {
        if let Some(wrong) = mistyped(declared, turn) {
            self.wrongly(path, wrong);
        }
        let Shape::Value(value) = &declared.shape else { return };
        let native = accepts::BOOLEAN | accepts::INTEGER | accepts::NUMBER;
        if value.accepts & accepts::STRING != 0 && value.accepts & native != 0 {
            for text in [false, true] {
                let found = right.iter().find(|(_, json)| json.is_string() == text);
                found.into_iter().for_each(|right| self.right(path, right));
            }
        }
    }

    /// One entry in all ways that are right, and in one that is nearly so.
    fn valid(&mut self, path: &Path, declared: &Member, right: &[Valued]) {
        if let Some(wrong) = overlong(declared, right) {
            self.wrongly(path, wrong);
        }
        right.iter().for_each(|right| self.right(path, right));
    }

    fn right(&mut self, path: &Path, (what, json): &Valued) {
        let with_value = !matches!(**json, Json::String(_) | Json::Object(_) | Json::Null);
        self.plan(About::Is(what, with_value), Way::Edit(Edit::Set(path.clone(), json.clone()), None, None));
    }

    /// Unknown keys, in each object.
    fn unknown(&mut self, object: &Object, path: &mut Path) {
        if self.bases[0].object(path).is_some() {
            let undeclared = joined(path, UNDECLARED);
            let edit = Edit::Set(undeclared, Arc::new(json!({ "fake": [1] })));
            if object.open {
                self.plan("an undeclared entry, which is ignored", Way::Edit(edit, None, None));
            } else {
                let code = Some(Code::UnknownEntry);
                if path.is_empty() {
                    self.plan("an unknown entry", Way::Edit(edit, code, None));
                }
                if let Some((meant, misspelt)) = self.misspelt(object, path) {
                    let way = Way::Edit(Edit::Set(misspelt, Arc::new(json!("fake"))), code, None);
                    self.plan(format!("{} is misspelt", name(&joined(path, &meant))), way);
                }
            }
        }
        for (key, declared) in &object.members {
            if let Shape::Object(inner) = &declared.shape {
                path.push(key.clone());
                self.unknown(inner, path);
                path.pop();
            }
        }
    }

    /// A key of an object, rather one that is not given, and how it may be misspelt.
    fn misspelt(&self, object: &Object, path: &[Text]) -> Option<(Text, Path)> {
        let base = self.bases[0].object(path);
        let given = |key: &&Text| base.is_some_and(|base| base.get(key).is_some());
        let mut keys = object.members.keys().filter(|key| key.chars().count() > 3);
        let key = keys.clone().find(|key| !given(key)).or_else(|| keys.next())?;
        let mut letters: Vec<char> = key.chars().collect();
        letters.remove(letters.len() / 2);
        let wrong: String = letters.into_iter().collect();
        (!object.members.contains_key(&*wrong)).then(|| (key.clone(), joined(path, &wrong)))
    }

    /// Each condition and constraint: broken, or valid and out of force.
    fn rules(&mut self, rank: Rank) {
        for rule in &self.message.rules {
            let within = |key: &Text| joined(&rule.object, key);
            let (path, code, edit, broken, kept) = match &rule.check {
                Check::Required(key) => {
                    let edit = Edit::Remove(within(key));
                    let kept = "is left out where no condition requires it";
                    (within(key), Code::MissingEntry, edit, "is left out where a condition requires it", kept)
                }
                Check::Excluded(key) => {
                    let edit = self.deriver.given(&within(key));
                    let kept = "is given where it belongs";
                    (within(key), Code::ExcludedEntry, edit, "is given where it does not belong", kept)
                }
                Check::Related(relation, keys) => {
                    self.related(rank, *relation, keys, &rule.object, &rule.when);
                    continue;
                }
                Check::Fits(_) if rank == Rank::Valid => continue,
                Check::Fits(when) => {
                    let goal =
                        Fault { code: Code::NoVariant, path: rule.object.clone(), item: None, rule: None };
                    self.plan("no variant fits", Way::Unfit(when.clone(), goal));
                    continue;
                }
            };
            if rank == Rank::Between {
                let goal = Fault { code, path: path.clone(), item: None, rule: None };
                let way = Way::Where(rule.when.clone(), vec![edit], Some(goal));
                self.plan(format!("{} {broken}", name(&path)), way);
            } else if let Some(when) = rule.when.last() {
                let opposite = When { any: when.any.clone(), negated: !when.negated };
                let way = Way::Where(vec![opposite], vec![edit], None);
                self.plan(format!("{} {kept}", name(&path)), way);
            }
        }
    }

    /// Each way to break a relation, and each way to keep to it.
    fn related(&mut self, rank: Rank, relation: Relation, keys: &[Text], object: &[Text], whens: &[When]) {
        let given = |from, count| self.deriver.some(keys, object, from, count);
        let all = keys.len();
        let each = || (0..all).map(|at| ("one", given(at, 1)));
        let none = || ("none", given(0, 0));
        let (code, kept): (Code, Vec<(&str, Vec<Edit>)>) = match relation {
            Relation::OneOf => (Code::OneOf, each().collect()),
            Relation::AnyOf => (Code::AnyOf, vec![("all", given(0, all)), ("the last", given(all - 1, 1))]),
            Relation::AllOrNone => (Code::AllOrNone, vec![("all", given(0, all)), none()]),
            Relation::Excludes => (Code::Excludes, each().chain([none()]).collect()),
        };
        let broken = self.deriver.breaches(relation, keys, object);
        let names: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
        let of = |what: &str| format!("{what} of {}", names.join(", "));
        let goal = Fault { code, path: object.to_vec(), item: None, rule: None };
        for (what, edits) in broken.into_iter().filter(|_| rank == Rank::Between) {
            self.plan(of(what), Way::Where(whens.to_vec(), edits, Some(goal.clone())));
        }
        for (what, edits) in kept.into_iter().filter(|_| rank == Rank::Valid) {
            self.plan(of(what), Way::Where(whens.to_vec(), edits, None));
        }
    }
}
