//! What can only be settled once the whole document has been read.
//!
//! In: the facts of a document, and what is wrong with its values and keys. Out: the same list with
//! excluded entries at their place in the document, then missing entries in declared order, then
//! constraints in declared order.

use crate::facts::{Answers, Facts};
use crate::found::{Found, What};
use crate::program::{Check, Rule};
use crate::violation::Code;

/// Settles a document. `missing` says how many entries are not there that are always required where
/// their object is there.
pub(crate) fn settle(facts: &Facts<'_>, found: &mut Vec<Found>, missing: usize) {
    // Who has not derived what follows from the rest gets the truth, if not fast.
    let derived = facts.program.leads.len() == facts.program.entries.len();
    let missing = if derived { missing } else { usize::MAX };
    if missing == 0 && facts.program.rules.iter().all(|rule| seems_kept(facts, rule)) {
        return;
    }
    settle_all(facts, found, missing);
}

/// Whether nobody need ask what the conditions of a rule say.
#[inline]
fn seems_kept(facts: &Facts<'_>, rule: &Rule) -> bool {
    match rule.check {
        Check::Required(entry) => facts.present(entry),
        Check::Excluded(entry) => !facts.present(entry),
        _ => false,
    }
}

#[inline(never)]
fn settle_all(facts: &Facts<'_>, found: &mut Vec<Found>, missing: usize) {
    let program = facts.program;
    let answers = Answers::new(facts);
    let broken = |rule: &Rule| {
        !holds(&answers, &rule.check)
            && program.objects.get(usize::from(rule.object)).is_some_and(|object| facts.there(object))
            && rule.when.iter().all(|when| answers.hold(when))
    };
    let (mut excluded, mut required, mut constraints) = (false, false, false);
    for (index, rule) in (0..).zip(program.rules.iter()) {
        if !broken(rule) {
            continue;
        }
        match rule.check {
            Check::Excluded(entry) => {
                excluded = true;
                found.push(Found::new(facts.offset(entry), What::Excluded { entry, rule: index }));
            }
            Check::Required(_) => required = true,
            _ => constraints = true,
        }
    }
    if excluded {
        merge(found);
    }
    if missing > 0 {
        push_missing(facts, found, missing);
    }
    if required {
        let from = found.len();
        for (index, rule) in (0..).zip(program.rules.iter()) {
            if let Check::Required(entry) = rule.check
                && broken(rule)
            {
                let offset = facts.object_offset(program.owner(entry));
                found.push(Found::new(offset, What::Missing { entry, rule: Some(index) }));
            }
        }
        sort_missing(found, from);
    }
    if constraints {
        for (index, rule) in (0..).zip(program.rules.iter()) {
            let code = match rule.check {
                Check::Required(_) | Check::Excluded(_) => continue,
                Check::OneOf(_) => Code::OneOf,
                Check::AnyOf(_) => Code::AnyOf,
                Check::AllOrNone(_) => Code::AllOrNone,
                Check::Excludes(_) => Code::Excludes,
                Check::Holds(_) => Code::NoVariant,
            };
            if broken(rule) {
                let offset = facts.object_offset(rule.object);
                found.push(Found::new(offset, What::Constraint { rule: index, code }));
            }
        }
    }
}

/// Adds the entries that are always required and not there, in declared order, until so many are
/// found.
fn push_missing(facts: &Facts<'_>, found: &mut Vec<Found>, missing: usize) {
    let program = facts.program;
    let most = found.len().saturating_add(missing);
    for object in program.objects.iter().filter(|object| facts.there(object)) {
        let offset = object.holder.map_or(facts.root, |holder| facts.offset(holder));
        let offsets = facts.offsets.get(usize::from(object.first)..).unwrap_or_default();
        let entries = (object.first..).zip(program.entries_of(object));
        for ((entry, declared), value) in entries.zip(offsets) {
            if declared.required && *value == 0 {
                found.push(Found::new(offset, What::Missing { entry, rule: None }));
                if found.len() == most {
                    return;
                }
            }
        }
    }
}

/// Whether what a rule demands is so.
fn holds(answers: &Answers<'_, '_>, check: &Check) -> bool {
    let facts = answers.facts;
    let given = |entries: &[u16]| entries.iter().filter(|&&entry| facts.present(entry)).count();
    match check {
        Check::Required(entry) => facts.present(*entry),
        Check::Excluded(entry) => !facts.present(*entry),
        Check::OneOf(entries) => given(entries) == 1,
        Check::AnyOf(entries) => given(entries) > 0,
        Check::AllOrNone(entries) => [0, entries.len()].contains(&given(entries)),
        Check::Excludes(entries) => given(entries) <= 1,
        Check::Holds(condition) => answers.hold(condition),
    }
}

/// Puts excluded entries at their place in the document. What else is wrong with the value of one
/// does not matter: it is to be removed. Of several rules that exclude it, the first counts.
fn merge(found: &mut Vec<Found>) {
    found.sort_by_key(|found| found.offset);
    found.dedup_by(|next, kept| {
        if next.offset != kept.offset {
            return false;
        }
        if kept.code() != Code::ExcludedEntry {
            std::mem::swap(next, kept);
        }
        true
    });
}

/// Puts missing entries into declared order, those required by rules from `from` on among the
/// others. The sort is stable: of the reasons to miss an entry, the unconditional one stays, else
/// the first.
fn sort_missing(found: &mut Vec<Found>, from: usize) {
    let entry_of = |found: &Found| match found.what {
        What::Missing { entry, .. } => Some(entry),
        _ => None,
    };
    let before = found.get(..from).unwrap_or_default();
    let always = before.iter().rev().take_while(|found| entry_of(found).is_some()).count();
    if let Some(missing) = found.get_mut(from - always..) {
        missing.sort_by_key(entry_of);
    }
    found.dedup_by(|next, kept| entry_of(next).is_some() && entry_of(next) == entry_of(kept));
}
