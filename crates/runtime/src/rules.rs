//! What can only be settled once the whole document has been read.
//!
//! In: the facts of a document, and the violations of its values and keys. Out: the same list with
//! what unknown entries may have meant, excluded entries at their place in the document, then
//! missing entries in declared order, then constraints in declared order.

use crate::facts::{Answers, Facts, entry_pointer, holder, key, object_key, object_pointer, owner};
use crate::phrases::Among;
use crate::program::{Check, Condition};
use crate::suggest::suggest;
use crate::violation::{Code, Violation};
use crate::words::{self, about, push_name};

/// So many unknown entries get a suggestion; more are hardly misspelt, and the time it takes to
/// reject a message must not depend on how much nonsense is in it.
const SUGGESTIONS: usize = 64;

/// Settles a document. `unknown` has the object of each unknown entry, in order.
pub(crate) fn settle(facts: &Facts<'_, '_>, input: &[u8], violations: &mut Vec<Violation>, unknown: &[u16]) {
    let program = facts.program;
    if !unknown.is_empty() {
        explain_unknown(facts, violations, unknown);
    }
    // Missing entries, with the condition that requires them if there is one.
    let mut missing: Vec<(usize, &[Condition])> = Vec::new();
    for (index, object) in program.objects.iter().enumerate() {
        if !facts.there(index) {
            continue;
        }
        let first = usize::from(object.first);
        let entries = program.entries.get(first..first + usize::from(object.len)).unwrap_or_default();
        for (entry, declared) in (first..).zip(entries) {
            if declared.required && !facts.present(entry) {
                missing.push((entry, &[][..]));
            }
        }
    }
    if program.rules.is_empty() && missing.is_empty() {
        return;
    }
    let answers = Answers::ask(facts, input);
    let mut excluded: Vec<Violation> = Vec::new();
    let mut constraints: Vec<Violation> = Vec::new();
    for rule in program.rules.iter() {
        let applies = || rule.when.iter().all(|when| answers.hold(when));
        if !facts.there(usize::from(rule.object)) || holds(facts, &answers, &rule.check) || !applies() {
            continue;
        }
        let when = &*rule.when;
        let mut because = String::new();
        if !matches!(rule.check, Check::Required(_) | Check::Excluded(_)) {
            words::push_because(&mut because, facts, &answers, when);
        }
        let among = |entries| Among { facts, entries, because: &because };
        let (code, message) = match &rule.check {
            Check::Required(entry) => {
                missing.push((usize::from(*entry), when));
                continue;
            }
            Check::Excluded(entry) => {
                let entry = usize::from(*entry);
                excluded.push(Violation {
                    code: Code::ExcludedEntry,
                    pointer: entry_pointer(program, entry),
                    entry: key(program, entry).to_owned(),
                    offset: facts.offset(entry),
                    message: words::excluded(facts, &answers, entry, when),
                });
                continue;
            }
            Check::OneOf(entries) => (Code::OneOf, among(entries).one_of()),
            Check::AnyOf(entries) => (Code::AnyOf, among(entries).any_of()),
            Check::AllOrNone(entries) => (Code::AllOrNone, among(entries).all_or_none()),
            Check::Excludes(entries) => (Code::Excludes, among(entries).excludes()),
            Check::Holds(condition) => (Code::NoVariant, words::no_variant(program, condition, &because)),
        };
        let object = usize::from(rule.object);
        constraints.push(Violation {
            code,
            pointer: object_pointer(program, object),
            entry: object_key(program, object).to_owned(),
            offset: facts.object_offset(object),
            message,
        });
    }
    if !excluded.is_empty() {
        merge(violations, excluded);
    }
    // Both sorts are stable: of the reasons to miss an entry, the unconditional one stays, else
    // the first.
    missing.sort_by_key(|(entry, _)| *entry);
    missing.dedup_by_key(|(entry, _)| *entry);
    for (entry, when) in missing {
        violations.push(Violation {
            code: Code::MissingEntry,
            pointer: entry_pointer(program, entry),
            entry: key(program, entry).to_owned(),
            offset: facts.object_offset(owner(program, entry)),
            message: words::missing(facts, &answers, entry, when),
        });
    }
    violations.append(&mut constraints);
}

/// Whether what a rule demands is so.
fn holds(facts: &Facts<'_, '_>, answers: &Answers, check: &Check) -> bool {
    let given = |entries: &[u16]| entries.iter().filter(|&&entry| facts.present(usize::from(entry))).count();
    match check {
        Check::Required(entry) => facts.present(usize::from(*entry)),
        Check::Excluded(entry) => !facts.present(usize::from(*entry)),
        Check::OneOf(entries) => given(entries) == 1,
        Check::AnyOf(entries) => given(entries) > 0,
        Check::AllOrNone(entries) => [0, entries.len()].contains(&given(entries)),
        Check::Excludes(entries) => given(entries) <= 1,
        Check::Holds(condition) => answers.hold(condition),
    }
}

/// Puts excluded entries at their place in the document. What else is wrong with the value of one
/// does not matter: it is to be removed. Of several rules that exclude it, the first counts.
fn merge(violations: &mut Vec<Violation>, excluded: Vec<Violation>) {
    violations.extend(excluded);
    violations.sort_by_key(|violation| violation.offset);
    violations.dedup_by(|next, kept| {
        if next.offset != kept.offset {
            return false;
        }
        if kept.code != Code::ExcludedEntry {
            std::mem::swap(next, kept);
        }
        true
    });
}

/// Says of each unknown entry what may have been meant.
fn explain_unknown(facts: &Facts<'_, '_>, violations: &mut [Violation], objects: &[u16]) {
    let unknown = violations.iter_mut().filter(|violation| violation.code == Code::UnknownEntry);
    for (index, (violation, &object)) in unknown.zip(objects).enumerate() {
        let mut message = about("unknown entry ", &violation.entry, "");
        if index < SUGGESTIONS {
            push_hint(&mut message, facts, usize::from(object), &violation.entry);
        }
        violation.message = message;
    }
}

/// Appends what an unknown key may have meant: the closest entry of its object, of two that are
/// equally close the one that is not there; else the same key in another object.
fn push_hint(out: &mut String, facts: &Facts<'_, '_>, object: usize, unknown: &str) {
    let program = facts.program;
    let Some(declared) = program.objects.get(object) else { return };
    let first = usize::from(declared.first);
    let own = first..first + usize::from(declared.len);
    let given = |present: bool| own.clone().filter(move |&entry| facts.present(entry) == present);
    let close = suggest(unknown, given(false).chain(given(true)).map(|entry| key(program, entry)));
    let elsewhere = || {
        let same_key = program.entries.iter().enumerate().filter(|(_, entry)| entry.key == unknown);
        let mut entries = same_key.map(|(entry, _)| entry);
        let absent = entries.clone().find(|&entry| !facts.present(entry));
        absent.or_else(|| entries.next())
    };
    if let Some(meant) = close {
        out.push_str("; did you mean ");
        push_name(out, meant);
        out.push('?');
    } else if let Some(entry) = elsewhere() {
        match holder(program, owner(program, entry)) {
            Some(holder) => {
                out.push_str("; it belongs in ");
                push_name(out, key(program, holder));
            }
            None => out.push_str("; it belongs at the top level"),
        }
    }
}
