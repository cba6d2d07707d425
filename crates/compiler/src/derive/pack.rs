//! Pack: vectors that differ from a base in one member each, put together into few.
//!
//! In: edits of one member, each with what is then wrong. Out: vectors of many edits, of one kind each:
//! a validator must find everything that is wrong, and what it does not find shows by its pointer.

use super::edit::Edit;
use super::judge::judge;
use super::search::{Goal, edited};
use super::vectors::{Input, Vector, expected};
use crate::IndexMap;
use crate::lower::{Message, Path};
use crate::syntax::part::Text;
use elementc_runtime::{Code, Placeholders};
use foldhash::HashMap;
use serde_json::Value as Json;

/// What a pack is to an edit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// It is in it already.
    Held,
    /// It may be put in.
    Free,
    /// It is of another kind, or touches what is in it.
    Taken,
}

/// Edits of one base that do not touch each other, and what each makes wrong: the same kind of thing.
pub(super) struct Pack {
    code: Option<Code>,
    base: usize,
    edits: Vec<Edit>,
    /// Each edit by the member that it is about, and `None` for what these members are in.
    touched: HashMap<Path, Option<usize>>,
    goals: Vec<Goal>,
    /// What it is as it begins.
    about: String,
    /// Whether it is more by now.
    grown: bool,
    /// Where it stands among the others.
    pub place: usize,
}

impl Pack {
    /// Of edits that make one thing wrong, or nothing; with its place among all plans.
    pub fn new(base: usize, edits: Vec<Edit>, goal: Option<&Goal>, about: String, place: usize) -> Self {
        let goals = goal.cloned().into_iter().collect();
        let (touched, code) = (HashMap::default(), goal.map(|goal| goal.code));
        let mut pack = Self { code, base, edits, touched, goals, about, grown: false, place };
        (0..pack.edits.len()).for_each(|at| pack.note(at));
        pack
    }

    fn note(&mut self, at: usize) {
        let path = self.edits[at].path();
        for end in 1..path.len() {
            if !self.touched.contains_key(&path[..end]) {
                self.touched.insert(path[..end].to_vec(), None);
            }
        }
        self.touched.insert(path.to_vec(), Some(at));
    }

    /// Whether the edit is in it, or could be.
    pub fn room(&self, edit: &Edit, goal: Option<&Goal>) -> Room {
        if self.code != goal.map(|goal| goal.code) {
            return Room::Taken;
        }
        let path = edit.path();
        let is_edited = |end| matches!(self.touched.get(&path[..end]), Some(Some(_)));
        match self.touched.get(path) {
            Some(Some(at)) if self.edits[*at] == *edit => Room::Held,
            None if !(1..path.len()).any(is_edited) => Room::Free,
            _ => Room::Taken,
        }
    }

    /// Whether it is about the first base.
    pub fn is_of_the_first_base(&self) -> bool {
        self.base == 0
    }

    /// Whether with the edit nothing is wrong but what each edit is to make wrong.
    pub fn stays_true(&self, message: &Message, bases: &[Json], edit: &Edit, goal: Option<&Goal>) -> bool {
        let mut body = edited(&bases[self.base], &self.edits);
        super::edit::apply(&mut body, edit);
        let faults = judge(message, &body, Placeholders::Allowed);
        let mut goals = self.goals.iter().chain(goal);
        faults.len() == goals.clone().count() && goals.all(|goal| faults.iter().any(|fault| goal.is(fault)))
    }

    /// Adds an edit.
    pub fn add(&mut self, edit: Edit, goal: Option<&Goal>) {
        self.grown = true;
        self.edits.push(edit);
        self.note(self.edits.len() - 1);
        self.goals.extend(goal.cloned());
    }

    /// The vector.
    pub fn vector(self, message: &Message, bases: &[Json]) -> Vector {
        let about = if self.grown { kind(self.code).to_owned() } else { self.about };
        let mut edits = self.edits;
        let expected = match self.goals.as_slice() {
            goals @ ([] | [_]) => super::vectors::alone(goals.first()),
            _ => {
                let faults = judge(message, &edited(&bases[self.base], &edits), Placeholders::Allowed);
                // In the order in which validators tell of them.
                let mut order: IndexMap<&[Text], usize> = IndexMap::default();
                for (at, fault) in faults.iter().enumerate() {
                    order.entry(&fault.path).or_insert(at);
                }
                edits.sort_by_cached_key(|edit| order.get(edit.path()).copied());
                faults.iter().map(expected).collect()
            }
        };
        let input = Input::Changed { base: self.base, edits };
        Vector { about, input, placeholders: Placeholders::Allowed, expected }
    }
}

/// What many edits of one kind make.
fn kind(code: Option<Code>) -> &'static str {
    match code {
        None => "other values",
        Some(Code::MissingEntry) => "required entries are left out",
        Some(Code::UnknownEntry) => "unknown entries",
        Some(Code::WrongType) => "values of other types",
        Some(Code::NotAllowed) => "values that are not listed",
        Some(Code::WrongFormat) => "text of another form",
        Some(Code::OutOfRange) => "numbers out of range",
        Some(Code::ExcludedEntry) => "entries that do not belong",
        Some(_) => "several wrong values",
    }
}
