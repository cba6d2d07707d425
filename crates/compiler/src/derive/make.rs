//! Make: vectors of plans, if there are inputs for them.
//!
//! In: a [`Plan`]. Out: a vector, or the beginning of a [`Pack`] that other edits of its kind may join.

use super::aim::{Aimed, Numbered};
use super::bases::ruled;
use super::body::{Body, Given};
use super::edit::{Edit, edits};
use super::judge::{Fault, judge};
use super::pack::{Pack, Packs};
use super::plan::{Plan, Way};
use super::search::Deriver;
use super::values::{plain_of, takes};
use super::vectors::{Input, Vector};
use crate::HashSet;
use crate::lower::{Message, Path, When};
use elementc_runtime::Placeholders;

/// What is made of a plan.
pub(super) enum Made {
    Pack(Pack),
    Vector(Vector),
}

/// Makes vectors of plans.
pub(super) struct Maker<'a> {
    message: &'a Message,
    deriver: Deriver<'a>,
    numbered: &'a Numbered<'a>,
    bases: &'a [Body],
    /// What is known of each declared member, by number.
    known: Vec<Known<'a>>,
}

/// What is known of a member.
struct Known<'a> {
    /// What the first base has there.
    first: Option<&'a Given>,
    /// Whether rules look at it or demand something of it, or of what is in it.
    is_ruled: bool,
}

impl<'a> Maker<'a> {
    /// Of a message, its members and its bases.
    pub fn new(message: &'a Message, numbered: &'a Numbered<'a>, bases: &'a [Body]) -> Self {
        let with_above = |path: Path| (0..=path.len()).map(move |end| path[..end].to_vec());
        let ruled: HashSet<Path> = ruled(message).into_iter().flat_map(with_above).collect();
        let known = |path: &Path| Known {
            first: bases[0].at(path),
            is_ruled: !ruled.is_empty() && ruled.contains(path),
        };
        let known = numbered.members.iter().map(|(path, _)| known(path)).collect();
        Self { message, deriver: Deriver::new(message), numbered, bases, known }
    }

    /// Puts what is planned into a pack; gives it back if there is none that it fits into.
    pub fn packed(&self, plan: Plan, packs: &mut Packs) -> Option<Plan> {
        // What is wrong must be told by the pointer of what was edited: not by that of an item of it.
        let Way::Edit(aimed, code, None) = &plan.way else { return Some(plan) };
        let alone = self.is_alone(aimed);
        let found = packs.with_room(aimed, *code)?.find(|at| {
            let pack = &packs[*at];
            (alone && pack.is_of_the_first_base()) || pack.stays_true(self.message, self.bases, aimed)
        });
        let Some(found) = found else { return Some(plan) };
        if !self.is_there(aimed) {
            let Way::Edit(aimed, ..) = plan.way else { return None };
            packs.add(found, aimed);
        }
        None
    }

    /// Whether the first base is so without the edit.
    fn is_there(&self, aimed: &Aimed) -> bool {
        let first = self.known.get(aimed.member).and_then(|known| known.first);
        matches!(&aimed.edit, Edit::Set(_, json) if first.is_some_and(|given| given.is(json)))
    }

    /// Makes a vector, if its input can be found.
    pub fn make(&self, plan: Plan) -> Option<Made> {
        let Plan { place, about, way } = plan;
        let changed =
            |(base, body): (usize, Body)| Input::Changed { base, edits: edits(&self.bases[base], &body) };
        let alone = |goal: Option<Fault>| goal.into_iter().collect();
        let mut placeholders = Placeholders::Allowed;
        let mut edited = None;
        let (input, expected) = match way {
            Way::Edit(aimed, ..) if self.is_there(&aimed) => return None,
            Way::Edit(aimed, code, item) => {
                let edit = &aimed.edit;
                let goal = code.map(|code| Fault { code, path: edit.path().to_vec(), item, rule: None });
                let edits = std::slice::from_ref(edit);
                let direct = if self.is_alone(&aimed) { Some(0) } else { self.direct(edits, goal.as_ref()) };
                if let (Some(base), None) = (direct, item) {
                    return Some(Made::Pack(Pack::new(base, vec![aimed], code, about, place)));
                }
                let made = match direct {
                    Some(base) => (Input::Changed { base, edits: edits.to_vec() }, alone(goal)),
                    None => match self.repaired(edits, goal.as_ref()) {
                        Some(found) => (changed(found), alone(goal)),
                        None => {
                            let (body, expected) = self.entailing(edits, &goal?)?;
                            (changed((0, body)), expected)
                        }
                    },
                };
                edited = Some(aimed.edit);
                made
            }
            Way::Where(whens, edits, goal) => {
                (changed(self.find_where(&whens, &edits, goal.as_ref())?), alone(goal))
            }
            Way::Unfit(when, goal) => {
                let ways = |base: &Body| self.deriver.falsify(&when, base);
                let ways: Vec<Vec<Edit>> = self.bases.iter().flat_map(ways).collect();
                let direct = ways.iter().find_map(|way| {
                    let base = self.direct(way, Some(&goal))?;
                    Some((base, self.bases[base].edited(way)))
                });
                let repaired = || ways.iter().find_map(|way| self.repaired(way, Some(&goal)));
                (changed(direct.or_else(repaired)?), vec![goal])
            }
            Way::Base(base) => (Input::Changed { base, edits: Vec::new() }, Vec::new()),
            Way::Full => {
                let edits = self.numbered.find(edits(&self.bases[0], &self.full()));
                return Some(Made::Pack(Pack::new(0, edits, None, about, place)));
            }
            Way::Leftover(leftovers) => {
                placeholders = Placeholders::Rejected;
                let mut body = self.bases[0].clone();
                let mut left = Vec::new();
                for (edit, goal) in leftovers {
                    if let Some(with) = self.deriver.direct(&body, &[edit], None) {
                        body = with;
                        left.push(goal);
                    }
                }
                let faults = judge(self.message, &body, placeholders);
                if faults.is_empty() || !faults.iter().all(|fault| left.iter().any(|goal| goal.is(fault))) {
                    return None;
                }
                (changed((0, body)), faults)
            }
            Way::Given(input, expected) => (input, expected),
        };
        let about = about.text(edited.as_ref());
        Some(Made::Vector(Vector { about, input, placeholders, expected }))
    }

    /// Whether an edit of the first base changes nothing but what it says: what it is about is in an
    /// object that is there, and no rule asks for it, for anything in it or for what it is in.
    fn is_alone(&self, aimed: &Aimed) -> bool {
        let is_object = |at: usize| matches!(self.known[at].first, Some(Given::Object(_)));
        let known = self.known.get(aimed.member);
        let possible = match aimed.edit {
            Edit::Set(..) => aimed.object.is_none_or(is_object),
            Edit::Remove(_) => known.is_some_and(|known| known.first.is_some()),
        };
        possible && !known.is_some_and(|known| known.is_ruled)
    }

    /// The first base that takes some edits as they are.
    fn direct(&self, edits: &[Edit], goal: Option<&Fault>) -> Option<usize> {
        self.bases.iter().position(|base| self.deriver.direct(base, edits, goal).is_some())
    }

    /// The same with repairs, and its body.
    fn repaired(&self, edits: &[Edit], goal: Option<&Fault>) -> Option<(usize, Body)> {
        if self.message.rules.is_empty() {
            return None;
        }
        let mut all = self.bases.iter().enumerate();
        all.find_map(|(at, base)| Some((at, self.deriver.settle(base, edits, goal)?)))
    }

    /// The first base with some edits, if the goal is wrong with it and something else for that very
    /// reason, as a discriminator without a value leaves no variant to fit.
    fn entailing(&self, edits: &[Edit], goal: &Fault) -> Option<(Body, Vec<Fault>)> {
        // In the order in which whoever applies the edits to the base has it.
        let body = self.bases[0].edited(edits);
        let faults = judge(self.message, &body, Placeholders::Allowed);
        faults.iter().any(|fault| goal.is(fault)).then_some((body, faults))
    }

    /// The first base in which some conditions can be made to hold beside some edits.
    fn find_where(&self, whens: &[When], edits: &[Edit], goal: Option<&Fault>) -> Option<(usize, Body)> {
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
    fn full(&self) -> Body {
        let mut full = self.bases[0].clone();
        let Numbered { members, right, .. } = self.numbered;
        for (((path, declared), right), known) in members.iter().zip(right).zip(&self.known) {
            if full.at(path).is_some() {
                continue;
            }
            let json = plain_of(declared, right);
            let is_right = !json.is_object() && takes(&declared.shape, &json);
            let parents = &path[..path.len() - 1];
            let is_alone = is_right && !known.is_ruled && full.object(parents).is_some();
            let edit = Edit::Set(path.clone(), json);
            if is_alone || self.message.rules.is_empty() {
                full.apply(&edit);
            } else {
                full = self.deriver.direct(&full, &[edit], None).unwrap_or(full);
            }
        }
        full
    }
}
