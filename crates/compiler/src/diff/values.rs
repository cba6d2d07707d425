//! Values: what tells two versions of one member apart.
//!
//! In: the old and the new shape of a member. Out: whether they differ, what came to a list or went from
//! it, and the values that may show it.

use super::words::{name, quoted};
use crate::derive::{self, differing, interesting, plain, rejected};
use crate::lower::{Member, Path, Shape, Value, as_text};
use crate::pattern;
use crate::syntax::entry::Type;
use serde_json::{Value as Json, json};

/// What validators look at in a scalar.
pub(super) fn narrowings(value: &Value) -> (u8, &[Json], Option<&str>, Option<f64>, Option<f64>) {
    let pattern = value.pattern.as_ref().map(|pattern| pattern.source.as_str());
    (value.accepts, &value.one_of, pattern, value.min, value.max)
}

/// Whether two scalars differ in nothing but how their pattern is written: automata are the least there
/// are, and equal if they accept the same texts.
pub(super) fn takes_alike(a: &Value, b: &Value) -> bool {
    let automaton = |value: &Value| pattern::compiled(&value.pattern.as_ref()?.source).ok();
    let same = matches!((automaton(a), automaton(b)), (Some(a), Some(b)) if a == b);
    same && narrowings(a).0 == narrowings(b).0 && a.one_of == b.one_of && (a.min, a.max) == (b.min, b.max)
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

/// Values that the sender may give a member and that may tell the versions apart.
pub(super) fn samples(from: &Member, to: &Member) -> Vec<Json> {
    let mut all: Vec<Json> = vec![Json::clone(&plain(from))];
    all.extend(from.about.example.clone().filter(|_| !from.about.secret));
    match (&from.shape, &to.shape) {
        (Shape::List, _) => all.extend([json!([1]), json!(["fake"])]),
        (Shape::Value(from), to) => {
            all.extend(interesting(from).iter().map(|(_, json)| Json::clone(json)));
            if let Shape::Value(to) = to {
                let (a, b) = (from.pattern.as_ref(), to.pattern.as_ref());
                all.extend(match (a, b) {
                    (Some(a), Some(b)) => differing(&a.source, &b.source).map(Json::from),
                    (None, Some(b)) => rejected(&b.source, "fake").map(Json::from),
                    _ => None,
                });
                for bound in [to.min, to.max].into_iter().flatten() {
                    all.extend(
                        [bound - 1.0, bound - 0.25, bound + 0.25, bound + 1.0]
                            .map(crate::syntax::leaf::number),
                    );
                }
            }
        }
        _ => {}
    }
    all.retain(|json| derive::takes(&from.shape, json));
    all
}
