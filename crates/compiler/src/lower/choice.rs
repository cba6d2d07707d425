//! Choice: which entries may be given together.
//!
//! In: relations between entries, and what is wished for each. Out: for each entry whether it is
//! given, so that all relations hold.

use crate::IndexMap;
use crate::syntax::constraint::Relation;
use crate::syntax::part::Text;

/// How many partial choices are tried before there is said to be none.
const TRIES: usize = 100_000;

/// The first choice, in the order of wishes, that satisfies every relation; `None` if none does.
/// `wishes` are the answers that an entry may get, the preferred one first.
pub fn choose<'a>(
    relations: &[(Relation, &'a [Text])],
    wishes: impl Fn(&Text) -> &'static [bool],
) -> Option<IndexMap<&'a Text, bool>> {
    let mut entries: Vec<&'a Text> = Vec::new();
    for entry in relations.iter().flat_map(|(_, entries)| *entries) {
        if !entries.contains(&entry) {
            entries.push(entry);
        }
    }
    let mut chosen = IndexMap::default();
    extend(&entries, relations, &wishes, &mut chosen, &mut { TRIES }).then_some(chosen)
}

fn extend<'a>(
    rest: &[&'a Text],
    relations: &[(Relation, &'a [Text])],
    wishes: &impl Fn(&Text) -> &'static [bool],
    chosen: &mut IndexMap<&'a Text, bool>,
    tries: &mut usize,
) -> bool {
    let Some((entry, rest)) = rest.split_first() else { return true };
    for given in wishes(entry) {
        if *tries == 0 {
            return false;
        }
        *tries -= 1;
        chosen.insert(entry, *given);
        let possible = relations.iter().all(|(relation, entries)| may_hold(*relation, entries, chosen));
        if possible && extend(rest, relations, wishes, chosen, tries) {
            return true;
        }
        chosen.shift_remove(entry);
    }
    false
}

/// Whether a relation holds, or still may once the undecided are decided.
fn may_hold(relation: Relation, entries: &[Text], chosen: &IndexMap<&Text, bool>) -> bool {
    let count = |answer: bool| entries.iter().filter(|e| chosen.get(e) == Some(&answer)).count();
    let (given, left_out) = (count(true), count(false));
    match relation {
        Relation::OneOf => given <= 1 && left_out < entries.len(),
        Relation::AnyOf => left_out < entries.len(),
        Relation::AllOrNone => given == 0 || left_out == 0,
        Relation::Excludes => given <= 1,
    }
}
