//! Search: a body that has what is asked for, and nothing wrong with it but what is asked for.
//!
//! In: a body, edits that must stay, and what shall be wrong. Out: the body, repaired elsewhere as
//! far as that takes: what is missing is added, what is excluded goes, conditions are made to hold or
//! not to. Depth first, bounded, in declared order: the same every time.

use super::body::Body;
use super::edit::Edit;
use super::judge::{Fault, applies, is_same, is_so, is_valid, judge};
use super::values::{fault, interesting, plain};
use super::{member, object};
use crate::lower::{Check, Expected, Message, Path, Rule, Shape, Test, When};
use crate::syntax::constraint::Relation;
use crate::syntax::part::Text;
use elementc_runtime::{Code, Placeholders};
use serde_json::Value as Json;
use std::cell::Cell;
use std::sync::Arc;

/// How many repairs are tried for one body.
const TRIES: usize = 400;

/// How many repairs are tried for all bodies of a message.
const ALL_TRIES: usize = 10_000;

/// How many repairs one body may need.
const DEEPEST: usize = 24;

/// How many ways to make a condition hold are tried.
const WAYS: usize = 8;

/// How many are, where each may show something.
const EACH_WAY: usize = 1000;

/// Finds bodies of a message.
#[derive(Clone)]
pub struct Deriver<'a> {
    message: &'a Message,
    /// How many repairs may still be tried, so that contradictory rules cannot hold up a build.
    left: Cell<usize>,
    /// Whether some body was given up for it, or for being too far.
    gave_up: Cell<bool>,
}

/// A body that is being repaired, and those that it comes from.
struct Tried<'a> {
    body: &'a Body,
    before: Option<&'a Tried<'a>>,
}

impl<'a> Tried<'a> {
    /// All of them, the last first.
    fn all(&'a self) -> impl Iterator<Item = &'a Body> {
        std::iter::successors(Some(self), |tried| tried.before).map(|tried| tried.body)
    }
}

impl<'a> Deriver<'a> {
    /// Of this message.
    #[must_use]
    pub const fn new(message: &'a Message) -> Self {
        Self { message, left: Cell::new(ALL_TRIES), gave_up: Cell::new(false) }
    }

    /// Whether some body was given up though it may exist, since this was last asked.
    pub fn gave_up(&self) -> bool {
        self.gave_up.take()
    }

    /// The body with these edits, if it has what is wrong with it at once.
    #[must_use]
    pub fn direct(&self, body: &Body, edits: &[Edit], goal: Option<&Fault>) -> Option<Body> {
        let body = body.edited(edits);
        let met = match goal {
            None => is_valid(self.message, &body),
            Some(goal) => {
                let faults = judge(self.message, &body, Placeholders::Allowed);
                faults.len() == 1 && goal.is(&faults[0])
            }
        };
        met.then_some(body)
    }

    /// The body with these edits, repaired elsewhere until `goal` alone is wrong with it, or nothing.
    #[must_use]
    pub fn settle(&self, body: &Body, edits: &[Edit], goal: Option<&Fault>) -> Option<Body> {
        let kept: Vec<&[Text]> = edits.iter().map(Edit::path).collect();
        let allowed = self.left.get().min(TRIES);
        let mut tries = allowed;
        let found = self.repair(body.edited(edits), None, &kept, goal, &mut tries);
        self.left.set(self.left.get() - (allowed - tries));
        found
    }

    fn repair(
        &self,
        body: Body,
        before: Option<&Tried>,
        kept: &[&[Text]],
        goal: Option<&Fault>,
        tries: &mut usize,
    ) -> Option<Body> {
        let faults = judge(self.message, &body, Placeholders::Allowed);
        let other = faults.iter().find(|fault| !goal.is_some_and(|goal| goal.is(fault)));
        let Some(other) = other else {
            return (goal.is_some() != faults.is_empty()).then_some(body);
        };
        let tried = Tried { body: &body, before };
        if tried.all().nth(DEEPEST).is_some() {
            self.gave_up.set(true);
            return None;
        }
        for repair in self.repairs(&body, other) {
            if *tries == 0 {
                self.gave_up.set(true);
                return None;
            }
            if repair.is_empty() || repair.iter().any(|e| kept.iter().any(|kept| kept.starts_with(e.path())))
            {
                continue;
            }
            let next = body.edited(&repair);
            // What one repair does another undoes: that leads in a circle, not to a body too far away.
            if tried.all().any(|tried| *tried == next) {
                continue;
            }
            *tries -= 1;
            if let Some(found) = self.repair(next, Some(&tried), kept, goal, tries) {
                return Some(found);
            }
        }
        None
    }

    /// Ways to mend a fault, the nearest first.
    fn repairs(&self, body: &Body, fault: &Fault) -> Vec<Vec<Edit>> {
        let rule = fault.rule.and_then(|at| self.message.rules.get(at));
        let mut ways = match fault.code {
            Code::UnknownEntry | Code::ExcludedEntry => vec![vec![Edit::Remove(fault.path.clone())]],
            Code::OneOf | Code::AnyOf | Code::AllOrNone | Code::Excludes => {
                rule.map_or_else(Vec::new, |rule| self.relations(body, rule))
            }
            Code::NoVariant => match rule.map(|rule| &rule.check) {
                Some(Check::Fits(when)) => self.fulfil(when, body),
                _ => Vec::new(),
            },
            _ => vec![vec![self.given(&fault.path)]],
        };
        for when in rule.iter().flat_map(|rule| &rule.when) {
            ways.extend(self.falsify(when, body));
        }
        ways
    }

    /// Sets a member to a value it takes.
    #[must_use]
    pub fn given(&self, path: &[Text]) -> Edit {
        Edit::Set(path.to_vec(), member(self.message, path).map_or_else(Arc::default, plain))
    }

    /// Ways to make a relation hold: each choice of entries in turn.
    fn relations(&self, body: &Body, rule: &Rule) -> Vec<Vec<Edit>> {
        let Check::Related(relation, keys) = &rule.check else { return Vec::new() };
        let there = body.object(&rule.object);
        let path = |key: &Text| -> Path { rule.object.iter().cloned().chain([key.clone()]).collect() };
        let is_given = |key: &Text| there.is_some_and(|object| object.get(key).is_some());
        // The edits after which these are given, and no others of the relation.
        let only = |wanted: &dyn Fn(&Text) -> bool| -> Vec<Edit> {
            let changed = keys.iter().filter(|key| wanted(key) != is_given(key));
            changed.map(|k| if wanted(k) { self.given(&path(k)) } else { Edit::Remove(path(k)) }).collect()
        };
        let any_given = keys.iter().any(is_given);
        match relation {
            Relation::AllOrNone => vec![only(&|_| true), only(&|_| false)],
            Relation::OneOf | Relation::AnyOf | Relation::Excludes => {
                let candidates = keys.iter().filter(|key| !any_given || is_given(key));
                let others = keys.iter().filter(|key| any_given && !is_given(key));
                candidates.chain(others).map(|one| only(&|key| key == one)).collect()
            }
        }
    }

    /// The edits after which so many of some members are given, from one on, and no others of them.
    pub(super) fn some(&self, keys: &[Text], object: &[Text], from: usize, count: usize) -> Vec<Edit> {
        let each = keys.iter().enumerate().map(|(at, key)| {
            let path: Path = object.iter().cloned().chain([key.clone()]).collect();
            if (from..from + count).contains(&at) { self.given(&path) } else { Edit::Remove(path) }
        });
        each.collect()
    }

    /// Each way to break a relation: in a word, and as edits.
    #[must_use]
    pub(super) fn breaches(
        &self,
        relation: Relation,
        keys: &[Text],
        object: &[Text],
    ) -> Vec<(&'static str, Vec<Edit>)> {
        let some = |from, count| self.some(keys, object, from, count);
        match relation {
            Relation::OneOf => vec![("none", some(0, 0)), ("two", some(0, 2))],
            Relation::AnyOf => vec![("none", some(0, 0))],
            Relation::AllOrNone => vec![("one", some(0, 1)), ("all but the first", some(1, keys.len() - 1))],
            Relation::Excludes => vec![("two", some(0, 2))],
        }
    }

    /// Ways to make a condition hold; one without edits if it does already.
    #[must_use]
    pub fn fulfil(&self, when: &When, body: &Body) -> Vec<Vec<Edit>> {
        if applies(when, body) {
            return vec![Vec::new()];
        }
        if !when.negated {
            return when
                .any
                .iter()
                .flat_map(|tests| self.all(tests, body, WAYS, Self::make))
                .take(WAYS)
                .collect();
        }
        // Of each conjunction one test must fail: the first of each, then the second, …
        let most = when.any.iter().map(Vec::len).max().unwrap_or(0);
        let failing = (0..most).flat_map(|nth| {
            let tests: Vec<Test> = when
                .any
                .iter()
                .filter(|tests| tests.iter().all(|test| is_so(test, body)))
                .filter_map(|tests| tests.get(nth).or(tests.last()).cloned())
                .collect();
            self.all(&tests, body, WAYS, Self::unmake)
        });
        failing.take(WAYS).collect()
    }

    /// All ways to make a condition hold, also where it does already.
    #[must_use]
    pub fn each_way(&self, when: &When, body: &Body) -> Vec<Vec<Edit>> {
        let mut ways = self.fulfil(when, body);
        if !when.negated {
            let each =
                |tests: &Vec<Test>| self.all(tests, body, EACH_WAY, |deriver, test, _| deriver.options(test));
            ways.extend(when.any.iter().flat_map(each));
        }
        ways
    }

    /// Ways to make a condition not hold.
    #[must_use]
    pub fn falsify(&self, when: &When, body: &Body) -> Vec<Vec<Edit>> {
        self.fulfil(&When { any: when.any.clone(), negated: !when.negated }, body)
    }

    /// Combinations of the ways for each of some tests.
    fn all(
        &self,
        tests: &[Test],
        body: &Body,
        most: usize,
        ways: impl Fn(&Self, &Test, &Body) -> Vec<Option<Edit>>,
    ) -> Vec<Vec<Edit>> {
        let mut combined: Vec<Vec<Edit>> = vec![Vec::new()];
        for test in tests {
            let own = ways(self, test, body);
            combined = combined
                .iter()
                .flat_map(|before| own.iter().map(|way| before.iter().cloned().chain(way.clone()).collect()))
                .take(most)
                .collect();
        }
        combined
    }

    /// Ways to make a test hold; `None` is to leave things as they are.
    fn make(&self, test: &Test, body: &Body) -> Vec<Option<Edit>> {
        if is_so(test, body) { vec![None] } else { self.options(test) }
    }

    /// What makes a test hold.
    fn options(&self, test: &Test) -> Vec<Option<Edit>> {
        match &test.expected {
            Expected::Present => vec![Some(self.given(&test.member))],
            Expected::Absent => vec![Some(Edit::Remove(test.member.clone()))],
            Expected::OneOf(values) => {
                let taken = values.iter().filter(|value| self.takes(&test.member, value));
                let set = taken.map(|value| Some(Edit::Set(test.member.clone(), Arc::new(value.clone()))));
                let default = test.default_holds.then(|| Some(Edit::Remove(test.member.clone())));
                set.chain(default).collect()
            }
        }
    }

    /// Ways to make a test not hold.
    fn unmake(&self, test: &Test, body: &Body) -> Vec<Option<Edit>> {
        if !is_so(test, body) {
            return vec![None];
        }
        match &test.expected {
            Expected::Present => vec![Some(Edit::Remove(test.member.clone()))],
            Expected::Absent => vec![Some(self.given(&test.member))],
            Expected::OneOf(values) => {
                let others = match member(self.message, &test.member).map(|m| &m.shape) {
                    Some(Shape::Value(shape)) => interesting(shape),
                    _ => Vec::new(),
                };
                let others = others.into_iter().map(|(_, json)| json);
                let others = others.filter(|json| !values.iter().any(|value| is_same(value, json)));
                let set = others.map(|value| Some(Edit::Set(test.member.clone(), value)));
                let gone = (!test.default_holds).then(|| Some(Edit::Remove(test.member.clone())));
                set.chain(gone).collect()
            }
        }
    }

    fn takes(&self, path: &[Text], json: &Json) -> bool {
        match member(self.message, path).map(|m| &m.shape) {
            Some(Shape::Value(shape)) => fault(shape, json).is_none(),
            _ => false,
        }
    }

    /// Whether nothing that is not declared may stand in the object at a path.
    #[must_use]
    pub fn is_closed(&self, path: &[Text]) -> bool {
        object(&self.message.root, path).is_some_and(|object| !object.open)
    }
}
