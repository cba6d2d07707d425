//! Vectors: inputs of a message, and what every validator must say of each.
//!
//! In: a [`Message`]. Out: [`Vectors`]: every rule broken once, and what is valid at the edges. What
//! is expected follows from how an input is made; [`judge`] must see it so, and whoever
//! emits them holds the engine against both.

use super::bases::{bases, ruled};
use super::edit::{Edit, apply, at, edits};
use super::judge::{Fault, judge};
use super::members;
use super::plan::{Plan, Planner, Rank, Way};
use super::search::{Deriver, Goal, edited};
use super::values::plain;
use crate::lower::{Message, Path, When};
use elementc_runtime::{Code, Placeholders};
use serde_json::Value as Json;
use std::collections::HashSet;

/// The most vectors of one message.
pub const LIMIT: usize = 60;

/// What is tested of a message.
#[derive(Clone, Debug)]
pub struct Vectors {
    /// Valid bodies that the inputs are changes of: the least of each method.
    pub bases: Vec<Json>,
    /// The inputs, valid ones first.
    pub vectors: Vec<Vector>,
    /// Whether there would be more.
    pub truncated: bool,
}

/// An input, and what is expected of a validator.
#[derive(Clone, Debug)]
pub struct Vector {
    /// What the input is, for readers.
    pub about: String,
    /// The input.
    pub input: Input,
    /// Whether leftover placeholders are violations.
    pub placeholders: Placeholders,
    /// What is wrong with it, in order; nothing if it is valid.
    pub expected: Vec<Expected>,
}

/// An input.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A base with edits.
    Changed {
        /// Index of the base.
        base: usize,
        /// The edits.
        edits: Vec<Edit>,
    },
    /// Text, where parsed JSON would lose what matters.
    Text(String),
}

/// One expected violation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Its code.
    pub code: Code,
    /// Its pointer.
    pub pointer: String,
    /// Its entry.
    pub entry: String,
}

impl Vectors {
    /// The body of an input; `None` if it is text.
    #[must_use]
    pub fn body(&self, input: &Input) -> Option<Json> {
        match input {
            Input::Text(_) => None,
            Input::Changed { base, edits } => Some(edited(&self.bases[*base], edits)),
        }
    }
}

/// What is wrong with the body of a vector, by [`judge`], whatever its derivation expects; `None` if it
/// is text.
#[must_use]
pub fn opinion(message: &Message, vectors: &Vectors, vector: &Vector) -> Option<Vec<Expected>> {
    let body = vectors.body(&vector.input)?;
    Some(judge(message, &body, vector.placeholders).iter().map(expected).collect())
}

/// The vectors of a message, at most [`LIMIT`].
#[must_use]
pub fn vectors(message: &Message) -> Vectors {
    let bases = bases(message);
    let maker = Maker { message, deriver: Deriver::new(message), bases: &bases, ruled: ruled(message) };
    let mut planner = Planner::new(message, &bases);
    let mut made: Vec<(usize, Vector)> = Vec::new();
    let mut truncated = false;
    for rank in Rank::ALL {
        // What has no place is not even thought of.
        if made.len() == LIMIT {
            truncated = true;
            break;
        }
        for plan in planner.plans(rank) {
            let place = plan.place;
            let Some(vector) = maker.make(plan) else { continue };
            let alike =
                |other: &Vector| other.placeholders == vector.placeholders && other.input == vector.input;
            if made.iter().any(|(_, other)| alike(other)) {
                continue;
            }
            if made.len() == LIMIT {
                truncated = true;
                break;
            }
            made.push((place, vector));
        }
    }
    made.sort_by_key(|(place, vector)| (!vector.expected.is_empty(), *place));
    let vectors = made.into_iter().map(|(_, vector)| vector).collect();
    Vectors { bases, vectors, truncated }
}

/// A fault as a validator reports it.
pub(super) fn expected(fault: &Fault) -> Expected {
    Expected { code: fault.code, pointer: fault.pointer(), entry: fault.entry().to_owned() }
}

/// What a validator says if the goal alone is wrong.
pub(super) fn alone(goal: Option<&Goal>) -> Vec<Expected> {
    let fault = |goal: &Goal| Fault { code: goal.code, path: goal.path.clone(), item: goal.item, rule: None };
    goal.map(|goal| expected(&fault(goal))).into_iter().collect()
}

/// Makes vectors of plans.
struct Maker<'a> {
    message: &'a Message,
    deriver: Deriver<'a>,
    bases: &'a [Json],
    /// What rules look at or demand.
    ruled: HashSet<Path>,
}

impl Maker<'_> {
    /// Makes a vector, if its input can be found.
    fn make(&self, plan: Plan) -> Option<Vector> {
        let changed =
            |(base, body): (usize, Json)| Input::Changed { base, edits: edits(&self.bases[base], &body) };
        let mut placeholders = Placeholders::Allowed;
        if let Way::Edits(edits, goal) = &plan.way
            && let [edit] = edits.as_slice()
            && self.is_alone(edit)
        {
            let same = matches!(edit, Edit::Set(path, value) if at(&self.bases[0], path) == Some(value));
            let expected = alone(goal.as_ref());
            let Way::Edits(edits, _) = plan.way else { return None };
            let input = Input::Changed { base: 0, edits: if same { Vec::new() } else { edits } };
            return Some(Vector { about: plan.about, input, placeholders, expected });
        }
        let (input, expected) = match &plan.way {
            Way::Edits(edits, goal) => match self.find(edits, goal.as_ref()) {
                Some(found) => (changed(found), alone(goal.as_ref())),
                None => {
                    let (body, expected) = self.entailing(edits, goal.as_ref()?)?;
                    (changed((0, body)), expected)
                }
            },
            Way::Where(whens, edits, goal) => {
                (changed(self.find_where(whens, edits, goal.as_ref())?), alone(goal.as_ref()))
            }
            Way::Unfit(when, goal) => {
                let ways = |base: &Json| self.deriver.falsify(when, base);
                let mut ways = self.bases.iter().flat_map(ways);
                (changed(ways.find_map(|way| self.find(&way, Some(goal)))?), alone(Some(goal)))
            }
            Way::Base(base) => (Input::Changed { base: *base, edits: Vec::new() }, Vec::new()),
            Way::Full => (changed((0, self.full())), Vec::new()),
            Way::Leftover(edit, goal) => {
                let body = self.deriver.direct(&self.bases[0], std::slice::from_ref(edit), None)?;
                placeholders = Placeholders::Rejected;
                let faults = judge(self.message, &body, placeholders);
                let [_] = faults.as_slice() else { return None };
                (changed((0, body)), alone(Some(goal)))
            }
            Way::Text(text, expected) => (Input::Text(text.clone()), expected.clone()),
        };
        Some(Vector { about: plan.about, input, placeholders, expected })
    }

    /// Whether an edit of the first base changes nothing but what it says: what it is about is in an
    /// object that is there, and no rule asks for it, for anything in it or for what it is in.
    fn is_alone(&self, edit: &Edit) -> bool {
        let Some((key, parents)) = edit.path().split_last() else { return false };
        let parent = at(&self.bases[0], parents).and_then(Json::as_object);
        let there = parent.map(|members| members.contains_key(&**key));
        let possible = match edit {
            Edit::Set(..) => there.is_some(),
            Edit::Remove(_) => there == Some(true),
        };
        possible && !self.ruled.iter().any(|ruled| ruled.starts_with(edit.path()))
    }

    /// The first base that takes some edits, as they are or else with repairs, and its body.
    fn find(&self, edits: &[Edit], goal: Option<&Goal>) -> Option<(usize, Json)> {
        let all = || self.bases.iter().enumerate();
        let direct = all().find_map(|(at, base)| Some((at, self.deriver.direct(base, edits, goal)?)));
        if direct.is_some() || self.message.rules.is_empty() {
            return direct;
        }
        all().find_map(|(at, base)| Some((at, self.deriver.settle(base, edits, goal)?)))
    }

    /// The first base with some edits, if the goal is wrong with it and something else for that very
    /// reason, as a discriminator without a value leaves no variant to fit.
    fn entailing(&self, edits: &[Edit], goal: &Goal) -> Option<(Json, Vec<Expected>)> {
        // In the order in which whoever applies the edits to the base has it.
        let body = edited(&self.bases[0], edits);
        let faults = judge(self.message, &body, Placeholders::Allowed);
        let expected: Vec<Expected> = faults.iter().map(expected).collect();
        faults.iter().any(|fault| goal.is(fault)).then_some((body, expected))
    }

    /// The first base in which some conditions can be made to hold beside some edits.
    fn find_where(&self, whens: &[When], edits: &[Edit], goal: Option<&Goal>) -> Option<(usize, Json)> {
        self.bases.iter().enumerate().find_map(|(at, base)| {
            let mut ways: Vec<Vec<Edit>> = vec![Vec::new()];
            for when in whens {
                let own = self.deriver.fulfil(when, base);
                let with = |before: &Vec<Edit>| {
                    own.iter().map(|way| [before.as_slice(), way].concat()).collect::<Vec<_>>()
                };
                ways = ways.iter().flat_map(with).collect();
            }
            let body = ways.into_iter().find_map(|way| {
                let edits = [way.as_slice(), edits].concat();
                self.deriver.settle(base, &edits, goal)
            });
            Some((at, body?))
        })
    }

    /// The first base and all that may be given beside it.
    fn full(&self) -> Json {
        let mut full = self.bases[0].clone();
        for (path, declared) in members(&self.message.root) {
            if at(&full, &path).is_some() {
                continue;
            }
            let edit = Edit::Set(path, plain(declared));
            if self.message.rules.is_empty() {
                apply(&mut full, &edit);
            } else {
                full = self.deriver.direct(&full, &[edit], None).unwrap_or(full);
            }
        }
        full
    }
}
