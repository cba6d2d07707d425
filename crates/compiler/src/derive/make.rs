//! Make: vectors of plans, if there are inputs for them.
//!
//! In: a [`Plan`]. Out: a vector, or the beginning of a [`Pack`] that other edits of its kind may join.

use super::bases::ruled;
use super::edit::{Edit, apply, at, edits};
use super::judge::judge;
use super::members;
use super::pack::{Pack, Packs};
use super::plan::{Plan, Way};
use super::search::{Deriver, Goal, edited};
use super::values::plain;
use super::vectors::{Expected, Input, Vector, alone, expected};
use crate::lower::{Message, Path, When};
use crate::syntax::part::Text;
use crate::{HashMap, HashSet};
use elementc_runtime::Placeholders;
use serde_json::Value as Json;

/// What is made of a plan.
pub(super) enum Made {
    Pack(Pack),
    Vector(Vector),
}

/// Makes vectors of plans.
pub(super) struct Maker<'a> {
    message: &'a Message,
    deriver: Deriver<'a>,
    bases: &'a [Json],
    /// What is in the first base.
    first: HashMap<Path, &'a Json>,
    /// What rules look at or demand, and what that is in.
    ruled: HashSet<Path>,
}

impl<'a> Maker<'a> {
    /// Of a message and its bases.
    pub fn new(message: &'a Message, bases: &'a [Json]) -> Self {
        let with_above = |path: Path| (0..=path.len()).map(move |end| path[..end].to_vec());
        let ruled = ruled(message).into_iter().flat_map(with_above).collect();
        let mut first = HashMap::default();
        collect(&bases[0], &mut Path::new(), &mut first);
        Self { message, deriver: Deriver::new(message), bases, first, ruled }
    }

    /// Puts what is planned into a pack; gives it back if there is none that it fits into.
    pub fn packed(&self, plan: Plan, packs: &mut Packs) -> Option<Plan> {
        let Way::Edit(edit, goal) = &plan.way else { return Some(plan) };
        let goal = goal.as_ref();
        if !is_packable(goal) {
            return Some(plan);
        }
        let roomy = packs.with_room(edit, goal)?;
        let alone = self.is_alone(edit);
        let found = roomy.into_iter().find(|at| {
            let pack = &packs[*at];
            (alone && pack.is_of_the_first_base()) || pack.stays_true(self.message, self.bases, edit, goal)
        });
        let Some(found) = found else { return Some(plan) };
        if !self.is_there(edit) {
            let Way::Edit(edit, goal) = plan.way else { return None };
            packs.add(found, edit, goal.as_ref());
        }
        None
    }

    /// Whether the first base is so without the edit.
    fn is_there(&self, edit: &Edit) -> bool {
        matches!(edit, Edit::Set(path, value) if self.first.get(path) == Some(&value))
    }

    /// Makes a vector, if its input can be found.
    pub fn make(&self, plan: Plan) -> Option<Made> {
        let changed =
            |(base, body): (usize, Json)| Input::Changed { base, edits: edits(&self.bases[base], &body) };
        let mut placeholders = Placeholders::Allowed;
        let about = match &plan.way {
            Way::Edit(edit, _) => plan.about.text(Some(edit)),
            _ => plan.about.text(None),
        };
        let (input, expected) = match plan.way {
            Way::Edit(edit, _) if self.is_there(&edit) => return None,
            Way::Edit(edit, goal) => {
                let goal = goal.as_ref();
                let edit = [edit];
                let base = if self.is_alone(&edit[0]) { Some(0) } else { self.direct(&edit, goal) };
                match base {
                    Some(base) if is_packable(goal) => {
                        let pack = Pack::new(base, edit.into(), goal, about, plan.place);
                        return Some(Made::Pack(pack));
                    }
                    Some(base) => (Input::Changed { base, edits: edit.into() }, alone(goal)),
                    None => match self.repaired(&edit, goal) {
                        Some(found) => (changed(found), alone(goal)),
                        None => {
                            let (body, expected) = self.entailing(&edit, goal?)?;
                            (changed((0, body)), expected)
                        }
                    },
                }
            }
            Way::Where(whens, edits, goal) => {
                (changed(self.find_where(&whens, &edits, goal.as_ref())?), alone(goal.as_ref()))
            }
            Way::Unfit(when, goal) => {
                let ways = |base: &Json| self.deriver.falsify(&when, base);
                let ways: Vec<Vec<Edit>> = self.bases.iter().flat_map(ways).collect();
                let direct = ways.iter().find_map(|way| {
                    let base = self.direct(way, Some(&goal))?;
                    Some((base, edited(&self.bases[base], way)))
                });
                let repaired = || ways.iter().find_map(|way| self.repaired(way, Some(&goal)));
                (changed(direct.or_else(repaired)?), alone(Some(&goal)))
            }
            Way::Base(base) => (Input::Changed { base, edits: Vec::new() }, Vec::new()),
            Way::Full => {
                let edits = edits(&self.bases[0], &self.full());
                return Some(Made::Pack(Pack::new(0, edits, None, about, plan.place)));
            }
            Way::Leftover(leftovers) => {
                placeholders = Placeholders::Rejected;
                let mut body = self.bases[0].clone();
                let mut goals = Vec::new();
                for (edit, goal) in leftovers {
                    if let Some(with) = self.deriver.direct(&body, &[edit], None) {
                        body = with;
                        goals.push(goal);
                    }
                }
                let faults = judge(self.message, &body, placeholders);
                if faults.is_empty() || !faults.iter().all(|fault| goals.iter().any(|goal| goal.is(fault))) {
                    return None;
                }
                (changed((0, body)), faults.iter().map(expected).collect())
            }
            Way::Given(input, expected) => (input, expected),
        };
        Some(Made::Vector(Vector { about, input, placeholders, expected }))
    }

    /// Whether an edit of the first base changes nothing but what it says: what it is about is in an
    /// object that is there, and no rule asks for it, for anything in it or for what it is in.
    fn is_alone(&self, edit: &Edit) -> bool {
        let possible = match edit {
            Edit::Set(path, _) => match path.split_last() {
                Some((_, parents @ [_, ..])) => self.first.get(parents).is_some_and(|json| json.is_object()),
                Some((_, [])) => true,
                None => false,
            },
            Edit::Remove(path) => self.first.contains_key(path),
        };
        possible && !self.ruled.contains(edit.path())
    }

    /// The first base that takes some edits as they are.
    fn direct(&self, edits: &[Edit], goal: Option<&Goal>) -> Option<usize> {
        self.bases.iter().position(|base| self.deriver.direct(base, edits, goal).is_some())
    }

    /// The same with repairs, and its body.
    fn repaired(&self, edits: &[Edit], goal: Option<&Goal>) -> Option<(usize, Json)> {
        if self.message.rules.is_empty() {
            return None;
        }
        let mut all = self.bases.iter().enumerate();
        all.find_map(|(at, base)| Some((at, self.deriver.settle(base, edits, goal)?)))
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

/// The members of a body, and of the objects in it, by path.
fn collect<'a>(body: &'a Json, path: &mut Path, found: &mut HashMap<Path, &'a Json>) {
    for (key, value) in body.as_object().into_iter().flatten() {
        path.push(Text::from(key.as_str()));
        found.insert(path.clone(), value);
        collect(value, path, found);
        path.pop();
    }
}

/// Whether what is wrong is told by the pointer of what was edited: not if it is an item of a list.
fn is_packable(goal: Option<&Goal>) -> bool {
    goal.is_none_or(|goal| goal.item.is_none())
}
