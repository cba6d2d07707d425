//! Planner: plans all that is to be tested of a message.
//!
//! In: a [`Message`], its members and its bases. Out: [`Plan`]s, those of one rank at a time, each in declared order.

use super::aim::{Aimed, Numbered};
use super::body::Body;
use super::edit::Edit;
use super::judge::{Fault, judge};
use super::plan::{About, Plan, Rank, Way, name};
use super::search::Deriver;
use super::values::{Valued, Wrong, is_free, mistyped, overlong, wrong};
use super::vectors::Input;
use crate::lower::{Check, Message, Object, Path, Shape, When};
use crate::syntax::constraint::Relation;
use crate::syntax::part::Text;
use elementc_runtime::{Code, Placeholders, accepts};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// A placeholder that somebody forgot.
const LEFTOVER: &str = "<INSERT_IT>";

/// A key that nobody declares.
const UNDECLARED: &str = "undeclared";

/// Plans the vectors of a message.
pub(super) struct Planner<'a> {
    message: &'a Message,
    deriver: Deriver<'a>,
    bases: &'a [Body],
    numbered: &'a Numbered<'a>,
    place: usize,
    /// How many undeclared members are planned.
    strays: usize,
    plans: Vec<Plan>,
}

fn joined(path: &[Text], key: &str) -> Path {
    [path, &[key.into()]].concat()
}

impl<'a> Planner<'a> {
    /// For a message, its members and its bases.
    pub fn new(message: &'a Message, numbered: &'a Numbered<'a>, bases: &'a [Body]) -> Self {
        let deriver = Deriver::new(message);
        Self { message, deriver, bases, numbered, place: 0, strays: 0, plans: Vec::new() }
    }

    fn plan(&mut self, about: impl Into<About>, way: Way) {
        self.plans.push(Plan { place: self.place, about: about.into(), way });
    }

    /// Plans what matters so much.
    pub fn plans(&mut self, rank: Rank) -> Vec<Plan> {
        let count = self.numbered.members.len();
        self.plans.reserve(2 * count);
        self.place = 0;
        if rank == Rank::Usual {
            self.usual();
            self.written();
        }
        for at in 0..count {
            self.place += 1;
            match rank {
                Rank::Rule => self.wrong(at),
                Rank::Type => self.typed(at),
                Rank::Valid => self.valid(at),
                Rank::Usual | Rank::Between => {}
            }
        }
        self.place += 1;
        match rank {
            Rank::Rule => self.all_unknown(),
            Rank::Between | Rank::Valid => self.rules(rank),
            Rank::Usual | Rank::Type => {}
        }
        std::mem::take(&mut self.plans)
    }

    /// The least bodies, the fullest, empty texts and placeholders.
    fn usual(&mut self) {
        let all = &self.numbered.members;
        for at in 0..self.bases.len() {
            let about = if at == 0 { "only what is required" } else { "the same for another variant" };
            self.plan(about, Way::Base(at));
        }
        self.plan("all that may be given together", Way::Full);
        let free = |shape: &Shape| matches!(shape, Shape::Value(value) if is_free(value));
        let texts = all.iter().enumerate().filter(|(_, (_, declared))| free(&declared.shape));
        let lists = all.iter().filter(|(_, declared)| declared.shape == Shape::Strings);
        let goal =
            |path: &Path, item| Fault { code: Code::Placeholder, path: path.clone(), item, rule: None };
        let mut leftovers = Vec::new();
        for (turn, (at, (path, _))) in texts.take(2).enumerate() {
            let left = Edit::Set(path.clone(), Arc::new(json!(LEFTOVER)));
            if turn == 0 {
                let empty = Edit::Set(path.clone(), Arc::new(json!("")));
                self.plan(
                    format!("{} is empty text", name(path)),
                    Way::Edit(self.numbered.aimed(at, empty), None, None),
                );
                self.plan(
                    format!("a placeholder in {}", name(path)),
                    Way::Edit(self.numbered.aimed(at, left.clone()), None, None),
                );
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
    fn wrong(&mut self, at: usize) {
        let (path, declared) = &self.numbered.members[at];
        if declared.required {
            let code = Code::MissingEntry;
            let edit = Edit::Remove(path.clone());
            let about = About::Is("left out", false);
            if path.len() > 1 {
                self.plan(about, Way::Edit(self.numbered.aimed(at, edit), Some(code), None));
            } else if self.message.root.members.iter().find(|(_, m)| m.required).map(|(k, _)| k)
                == path.last()
            {
                // That all others are required shows where nothing is given at all.
                let about = about.text(Some(&edit));
                let goal = Fault { code, path: path.clone(), item: None, rule: None };
                self.plan(about, Way::Where(Vec::new(), vec![edit], Some(goal)));
            }
        }
        for wrong in wrong(declared, &self.numbered.right[at]) {
            self.wrongly(at, wrong);
        }
    }

    fn set(&self, at: usize, json: Arc<Json>) -> Aimed {
        let (path, _) = &self.numbered.members[at];
        self.numbered.aimed(at, Edit::Set(path.clone(), json))
    }

    fn wrongly(&mut self, at: usize, wrong: Wrong) {
        let edit = self.set(at, Arc::new(wrong.json));
        self.plan(About::Is(wrong.what, false), Way::Edit(edit, Some(wrong.code), wrong.item));
    }

    /// One entry of another type, and in each of the two spellings if it has two.
    fn typed(&mut self, at: usize) {
        let (_, declared) = &self.numbered.members[at];
        if let Some(wrong) = mistyped(declared, at) {
            self.wrongly(at, wrong);
        }
        let Shape::Value(value) = &declared.shape else { return };
        let native = accepts::BOOLEAN | accepts::INTEGER | accepts::NUMBER;
        if value.accepts & accepts::STRING != 0 && value.accepts & native != 0 {
            for text in [false, true] {
                let found = self.numbered.right[at].iter().find(|(_, json)| json.is_string() == text);
                found.into_iter().for_each(|right| self.right(at, right));
            }
        }
    }

    /// One entry in all ways that are right, and in one that is nearly so.
    fn valid(&mut self, at: usize) {
        let right = &self.numbered.right[at];
        if let Some(wrong) = overlong(self.numbered.members[at].1, right) {
            self.wrongly(at, wrong);
        }
        right.iter().for_each(|right| self.right(at, right));
    }

    fn right(&mut self, at: usize, (what, json): &Valued) {
        let with_value = !matches!(**json, Json::String(_) | Json::Object(_) | Json::Null);
        self.plan(About::Is(what, with_value), Way::Edit(self.set(at, json.clone()), None, None));
    }

    /// Unknown keys, in each object.
    fn all_unknown(&mut self) {
        self.unknown(None, &self.message.root, &[]);
        for (at, (path, declared)) in self.numbered.members.iter().enumerate() {
            if let Shape::Object(object) = &declared.shape {
                self.unknown(Some(at), object, path);
            }
        }
    }

    fn unknown(&mut self, at: Option<usize>, object: &Object, path: &[Text]) {
        if self.bases[0].object(path).is_none() {
            return;
        }
        if !object.members.contains_key(UNDECLARED) {
            let json = json!({ "fake": [1] });
            if object.open {
                self.stray("an undeclared entry, which is ignored", at, joined(path, UNDECLARED), json, None);
            } else if path.is_empty() {
                let code = Some(Code::UnknownEntry);
                self.stray("an unknown entry", at, joined(path, UNDECLARED), json, code);
            }
        }
        if let Some((meant, misspelt)) = self.misspelt(object, path).filter(|_| !object.open) {
            let about = format!("{} is misspelt", name(&joined(path, &meant)));
            self.stray(about, at, misspelt, json!("fake"), Some(Code::UnknownEntry));
        }
    }

    /// Plans to set a member that nobody declares, in an object by its number.
    fn stray(
        &mut self,
        about: impl Into<About>,
        object: Option<usize>,
        path: Path,
        json: Json,
        code: Option<Code>,
    ) {
        let member = self.numbered.members.len() + self.strays;
        self.strays += 1;
        let edit = Edit::Set(path, Arc::new(json));
        self.plan(about, Way::Edit(Aimed { member, object, edit }, code, None));
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
