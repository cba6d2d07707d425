//! Pack: vectors that differ from a base in one member each, put together into few.
//!
//! In: edits of one member, each with what is then wrong. Out: vectors of many edits, of one kind each:
//! a validator must find everything that is wrong, and what it does not find shows by its pointer.

use super::edit::Edit;
use super::judge::judge;
use super::search::{Goal, edited};
use super::vectors::{Input, Vector, expected};
use crate::HashMap;
use crate::IndexMap;
use crate::lower::{Message, Path};
use crate::syntax::part::Text;
use elementc_runtime::{Code, Placeholders};
use serde_json::Value as Json;

/// Packs, and which of them touch what.
#[derive(Default)]
pub(super) struct Packs {
    all: Vec<Pack>,
    touched: HashMap<Path, Vec<Touch>>,
}

/// That a pack edits a member, or something in it.
#[derive(Clone, Copy)]
struct Touch {
    pack: usize,
    /// Which edit; `None` if it is about something in the member.
    edit: Option<usize>,
}

impl Packs {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Adds a pack.
    pub fn push(&mut self, pack: Pack) {
        self.all.push(pack);
        let at = self.all.len() - 1;
        (0..self.all[at].edits.len()).for_each(|edit| self.note(at, edit));
    }

    /// Adds an edit to a pack.
    pub fn add(&mut self, at: usize, edit: Edit, goal: Option<&Goal>) {
        let pack = &mut self.all[at];
        pack.grown = true;
        pack.edits.push(edit);
        pack.goals.extend(goal.cloned());
        let last = pack.edits.len() - 1;
        self.note(at, last);
    }

    fn note(&mut self, pack: usize, edit: usize) {
        let path = self.all[pack].edits[edit].path();
        for end in 1..=path.len() {
            let touch = Touch { pack, edit: (end == path.len()).then_some(edit) };
            match self.touched.get_mut(&path[..end]) {
                Some(known) if touch.edit.is_none() && known.iter().any(|known| known.pack == pack) => {}
                Some(known) => known.push(touch),
                None => drop(self.touched.insert(path[..end].to_vec(), vec![touch])),
            }
        }
    }

    /// The packs that an edit may be put in: those of its kind that it does not touch; `None` if it is in
    /// one of them already.
    pub fn with_room(&self, edit: &Edit, goal: Option<&Goal>) -> Option<Vec<usize>> {
        let (path, code) = (edit.path(), goal.map(|goal| goal.code));
        let packs = self.all.iter().enumerate();
        let mut free: Vec<usize> = packs.filter(|(_, pack)| pack.code == code).map(|(at, _)| at).collect();
        for end in 1..=path.len() {
            for touch in self.touched.get(&path[..end]).into_iter().flatten() {
                let pack = &self.all[touch.pack];
                let itself = end == path.len();
                if itself && pack.code == code && touch.edit.is_some_and(|at| pack.edits[at] == *edit) {
                    return None;
                }
                if itself || touch.edit.is_some() {
                    free.retain(|at| *at != touch.pack);
                }
            }
        }
        Some(free)
    }
}

impl std::ops::Index<usize> for Packs {
    type Output = Pack;

    fn index(&self, at: usize) -> &Pack {
        &self.all[at]
    }
}

impl IntoIterator for Packs {
    type Item = Pack;
    type IntoIter = std::vec::IntoIter<Pack>;

    fn into_iter(self) -> Self::IntoIter {
        self.all.into_iter()
    }
}

/// Edits of one base that do not touch each other, and what each makes wrong: the same kind of thing.
pub(super) struct Pack {
    code: Option<Code>,
    base: usize,
    edits: Vec<Edit>,
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
        let code = goal.map(|goal| goal.code);
        Self { code, base, edits, goals, about, grown: false, place }
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
