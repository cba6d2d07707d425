//! Values: what tells two versions of one member apart.
//!
//! In: the old and the new shape of a member. Out: whether they differ, what came to a list or went from
//! it, and the values that may show it.

use super::words::{name, quoted};
use crate::derive::{self, Beyond, plain};
use crate::lower::{Member, Path, Value, as_text};
use crate::syntax::entry::Type;
use serde_json::Value as Json;

/// What validators look at in a scalar.
pub(super) fn narrowings(value: &Value) -> (u8, &[Json], Option<&str>, Option<f64>, Option<f64>) {
    let pattern = value.pattern.as_ref().map(|pattern| pattern.source.as_str());
    (value.accepts, &value.one_of, pattern, value.min, value.max)
}

/// Values that came to a list or went from it, if that is all that differs.
pub(super) fn listed(path: &Path, old: &Value, new: &Value) -> Option<Vec<(String, Vec<Json>)>> {
    let lists = !old.one_of.is_empty() && !new.one_of.is_empty();
    if !lists || old.kind != new.kind || old.kind == Type::Boolean || (old.min, old.max) != (new.min, new.max)
    {
        return None;
    }
    let mut told = Vec::new();
    for (mine, theirs, verb, only) in [
        (&old.one_of, &new.one_of, "is no longer a value of", "no longer takes"),
        (&new.one_of, &old.one_of, "is now a value of", "now takes"),
    ] {
        let mut seen: Vec<String> = Vec::new();
        for value in mine.iter().filter(|value| !theirs.contains(value)) {
            let text = as_text(value);
            if seen.contains(&text) {
                continue;
            }
            let alike = |other: &&Json| as_text(other) == text;
            let values: Vec<Json> =
                mine.iter().filter(alike).filter(|value| !theirs.contains(value)).cloned().collect();
            let what = if theirs.iter().any(|other| alike(&other)) {
                let form = if value.is_string() { "as text" } else { "as JSON has it" };
                format!("{} {only} {} {form}", name(path), quoted(value))
            } else {
                format!("{} {verb} {}", quoted(value), name(path))
            };
            told.push((what, values));
            seen.push(text);
        }
    }
    // Only the order is another.
    Some(told)
}

/// What one version of a member takes and another does not, with values that people know first.
pub(super) fn narrowing(from: &Member, to: &Member) -> Beyond {
    let Beyond { values, decided } = derive::beyond(&from.shape, &to.shape);
    let example = from.about.example.as_ref().filter(|_| !from.about.secret);
    let known = [Some(Json::clone(&plain(from))), example.cloned()].into_iter().flatten();
    let known = known.filter(|json| derive::takes(&from.shape, json) && !derive::takes(&to.shape, json));
    Beyond { values: known.chain(values).collect(), decided }
}
