//! Beyond: what one version of a member takes and another does not. It is decided, not tried out.
//!
//! In: two [`Shape`]s. Out: values, of each JSON type one if there is one; none only if there is none.

use super::text::{Texts, outside};
use super::values::{fault, interesting, number, takes};
use crate::lower::{Shape, Value};
use elementc_runtime::accepts;
use serde_json::{Value as Json, json};

/// What one version of a member takes and another does not.
#[derive(Clone, Debug, PartialEq)]
pub struct Beyond {
    /// Values that show it.
    pub values: Vec<Json>,
    /// Whether there is no other kind of them: if there are no values here, there are none.
    pub decided: bool,
}

impl Beyond {
    /// Whether there is none.
    #[must_use]
    pub const fn is_none(&self) -> bool {
        self.values.is_empty() && self.decided
    }
}

/// What the first takes and the second does not.
#[must_use]
pub fn beyond(from: &Shape, to: &Shape) -> Beyond {
    let mut decided = true;
    let mut values = match (from, to) {
        (Shape::Value(from), Shape::Value(to)) if !from.one_of.is_empty() => {
            [from.one_of.clone(), objects(to)].concat()
        }
        (Shape::Value(from), Shape::Value(to)) => {
            let text = outside(&texts(from), &texts(to));
            decided = text.is_ok();
            let text = text.ok().flatten().map(Json::from);
            let scalars = [Json::Null, json!(true), json!(false)];
            [text.into_iter().collect(), scalars.into(), numbers(from, to), objects(to)].concat()
        }
        (Shape::Value(from), _) => {
            // What may be in an object is another question.
            decided = from.accepts & accepts::OBJECT == 0 || !matches!(to, Shape::Object(_));
            interesting(from).iter().map(|(_, json)| Json::clone(json)).collect()
        }
        (Shape::List | Shape::Strings, _) => vec![json!([]), json!(["fake"]), json!([1])],
        (Shape::Object(_), _) => vec![json!({})],
    };
    values.retain(|json| takes(from, json) && !takes(to, json));
    Beyond { values, decided }
}

/// Objects with any members are taken or not, whatever else is asked for.
fn objects(to: &Value) -> Vec<Json> {
    if to.accepts & accepts::OBJECT == 0 { vec![json!({ "fake": [1] })] } else { Vec::new() }
}

/// The texts that a scalar takes.
fn texts(value: &Value) -> Texts<'_> {
    if value.accepts & accepts::STRING == 0 {
        return Texts::listed(Vec::new());
    }
    if !value.one_of.is_empty() {
        let taken = value.one_of.iter().filter(|json| fault(value, json).is_none());
        return Texts::listed(taken.filter_map(Json::as_str).collect());
    }
    let pattern = value.pattern.as_ref().and_then(|pattern| Texts::pattern(&pattern.source));
    pattern.unwrap_or_else(Texts::any)
}

/// Numbers among which there is one that the first takes and the second does not, if there is any: the
/// first lists none.
fn numbers(from: &Value, to: &Value) -> Vec<Json> {
    let (low, high) = (from.min, from.max);
    // The ends of the range, and what is next to the ends of the other where it has none.
    let below = to.min.map(|min| (min.ceil() - 1.0).min(min.next_down()));
    let above = to.max.map(|max| (max.floor() + 1.0).max(max.next_up()));
    let mut all: Vec<f64> = vec![0.0];
    let lowest = low.or(below.map(|below| high.map_or(below, |high| below.min(high))));
    let highest = high.or(above.map(|above| low.map_or(above, |low| above.max(low))));
    all.extend(lowest.iter().chain(&highest).flat_map(|end| [*end, end.ceil(), end.floor()]));
    // Fractions, if only whole numbers are taken.
    let part = low.zip(high).map_or(0.5, |(low, high)| 0.5_f64.min((high - low) / 2.0));
    all.extend([low.map(|low| low + part), high.map(|high| high - part), Some(part)].into_iter().flatten());
    // One more than the other lists.
    let listed = to.one_of.iter().filter(|json| json.is_number()).count();
    let up = |n: &f64| Some((n + 1.0).max(n.next_up()));
    let down = |n: &f64| Some((n - 1.0).min(n.next_down()));
    match (low, high) {
        (None, Some(high)) => all.extend(std::iter::successors(Some(high.floor()), down).take(listed + 1)),
        _ => {
            let first = low.map_or(0.0, f64::ceil);
            all.extend(std::iter::successors(Some(first), up).take(listed + 1));
        }
    }
    if let Some((low, high)) = low.zip(high) {
        all.extend((1..=listed).map(|nth| low + (high - low) * nth as f64 / (listed + 1) as f64));
    }
    all.into_iter().filter(|n| n.is_finite()).map(number).collect()
}
