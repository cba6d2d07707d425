//! Constraints: what two versions demand of several members at once; and, last, what nothing has told.
//!
//! In: a pair and the changes of its members. Out: further changes.

use super::facets::Facets;
use super::words::{condition, relation};
use super::{Kind, Version, Witness, alike};
use crate::derive::{self, Body, Edit};
use crate::lower::{Check, Message, Path, Rule};
use crate::syntax::constraint::Relation;
use crate::syntax::part::Text;

impl Facets<'_> {
    /// Constraints between members, and whether some variant must fit.
    pub fn constraints(&mut self) {
        let pair = self.pair;
        let has = |message: &Message, rule| message.rules.iter().any(|other| alike::rules(rule, other));
        let is_constraint = |rule: &&Rule| matches!(rule.check, Check::Related(..) | Check::Fits(_));
        for (mine, theirs, version) in [
            (pair.new.message, pair.old.message, Version::New),
            (pair.old.message, pair.new.message, Version::Old),
        ] {
            for rule in mine.rules.iter().filter(is_constraint).filter(|rule| !has(theirs, rule)) {
                let (said, keys) = match &rule.check {
                    Check::Related(kind, keys) => (relation(*kind, keys, &rule.when), keys.as_slice()),
                    Check::Fits(when) => (format!("some variant must fit: {}", condition(when)), &[][..]),
                    Check::Required(_) | Check::Excluded(_) => continue,
                };
                let declared = |message: &Message, key: &Text| {
                    derive::object(&message.root, &rule.object).is_some_and(|o| o.members.contains_key(key))
                };
                // A constraint that goes with its members is told with them.
                if version == Version::Old && !keys.is_empty() && !keys.iter().all(|k| declared(theirs, k)) {
                    continue;
                }
                let what = match version {
                    Version::New => format!("new constraint: {said}"),
                    Version::Old => format!("constraint dropped: {said}"),
                };
                // Whoever receives must have the rule for it to be broken.
                let received = std::ptr::eq(mine, pair.to().message);
                let witness = if received { self.unkept(rule) } else { None };
                let place = keys.iter().find_map(|key| {
                    let path: Path = rule.object.iter().cloned().chain([key.clone()]).collect();
                    self.place(&path)
                });
                self.judged(&rule.object, what, place, witness, false);
            }
        }
    }

    /// A body of the sender that does not keep to a constraint of the receiver.
    fn unkept(&self, rule: &Rule) -> Option<Witness> {
        let from = self.pair.from();
        let deriver = &from.deriver;
        let bodies: Vec<Body> = match &rule.check {
            Check::Related(kind, keys) => {
                let breaches = self.breaches(*kind, keys, &rule.object);
                breaches.iter().flat_map(|edits| self.applying(rule, edits)).collect()
            }
            Check::Fits(when) => {
                let ways = from
                    .bases
                    .iter()
                    .flat_map(|base| deriver.falsify(when, base).into_iter().map(move |way| (base, way)));
                ways.filter_map(|(base, way)| deriver.settle(base, &way, None)).collect()
            }
            Check::Required(_) | Check::Excluded(_) => Vec::new(),
        };
        let index = self.pair.to().message.rules.iter().position(|other| other == rule);
        self.pair.witness(bodies, |fault| fault.rule.is_some() && fault.rule == index)
    }

    /// Each least way to break a relation; it is for the sender's rules to say what becomes of the other
    /// members.
    fn breaches(&self, relation: Relation, keys: &[Text], object: &[Text]) -> Vec<Vec<Edit>> {
        let path = |key: &Text| -> Path { object.iter().cloned().chain([key.clone()]).collect() };
        let given = |key: &Text| self.pair.from().deriver.given(&path(key));
        let gone = |key: &Text| Edit::Remove(path(key));
        let others = |at: usize| keys.iter().enumerate().filter(move |(other, _)| *other != at);
        let pairs =
            keys.iter().enumerate().flat_map(|(at, one)| others(at).map(move |other| (at, one, other)));
        let two = pairs.clone().filter(|(at, _, (other, _))| at < other);
        let two = two.map(|(_, one, (_, other))| vec![given(one), given(other)]);
        let none = || keys.iter().map(gone).collect();
        match relation {
            Relation::OneOf => std::iter::once(none()).chain(two).collect(),
            Relation::AnyOf => vec![none()],
            Relation::Excludes => two.collect(),
            Relation::AllOrNone => pairs.map(|(_, one, (_, other))| vec![given(one), gone(other)]).collect(),
        }
    }

    /// What no facet has told: valid inputs of the sender that the receiver does not take.
    pub fn rest(&mut self) {
        let told: Vec<Option<String>> = self
            .changes
            .iter()
            .filter(|change| change.kind == Kind::Breaking)
            .flat_map(|change| {
                let seen = change.witness.iter().flat_map(|w| &w.violations).map(|v| Some(v.pointer.clone()));
                seen.chain([change.pointer.clone()]).collect::<Vec<_>>()
            })
            .collect();
        for body in derive::valid(self.pair.from().message) {
            let Some(witness) = self.pair.any_witness(body) else { continue };
            if witness.violations.iter().any(|v| told.contains(&Some(v.pointer.clone()))) {
                continue;
            }
            let Some(first) = witness.violations.first() else { continue };
            let what = format!("what was valid is not any more: {}", first.message);
            let pointer = first.pointer.clone();
            self.judged(&Path::new(), what, None, Some(witness), true);
            if let Some(change) = self.changes.last_mut() {
                change.pointer = Some(pointer);
            }
            return;
        }
    }
}
