//! Examples: an object becomes a value that its rules allow.
//!
//! In: an [`Object`], the rules of its message, and what the method's condition asks for. Out: JSON.

use super::choice::choose;
use super::{Check, Expected, Object, Rule, Shape, Test};
use crate::syntax::constraint::Relation;
use crate::syntax::part::Text;
use serde_json::{Map as JsonMap, Value as Json};

/// An example of an object. Of members that exclude each other it shows the first that may be.
pub(super) fn sample(object: &Object, rules: &[Rule], tests: &[Test]) -> Json {
    fn build(object: &Object, path: &[Text], rules: &[Rule], tests: &[Test]) -> Json {
        let mut json = JsonMap::new();
        let expected = |key: &Text| {
            tests.iter().find(|t| t.member.split_last() == Some((key, path))).map(|t| &t.expected)
        };
        let relations: Vec<(Relation, &[Text])> = rules
            .iter()
            .filter(|r| r.object == path)
            .filter_map(|r| match &r.check {
                Check::Related(relation, members) => Some((*relation, members.as_slice())),
                _ => None,
            })
            .collect();
        let chosen = choose(&relations, |key| match (expected(key), object.members.get(key)) {
            (Some(Expected::Absent), _) | (_, None) => &[false],
            (Some(_), _) => &[true],
            (None, Some(member)) if member.required => &[true],
            (None, Some(member)) if member.about.example.is_none() => &[false],
            (None, Some(member)) if member.about.shown => &[true, false],
            (None, Some(_)) => &[false],
        });
        let chosen = chosen.unwrap_or_default();
        for (key, member) in &object.members {
            let at: Vec<Text> = path.iter().cloned().chain([key.clone()]).collect();
            if let Shape::Object(inner) = &member.shape {
                let shown = build(inner, &at, rules, tests);
                if member.required || shown.as_object().is_some_and(|o| !o.is_empty()) {
                    json.insert(String::from(&**key), shown);
                }
                continue;
            }
            let shown = match expected(key) {
                Some(Expected::Absent) => None,
                Some(Expected::OneOf(values)) => values.first().cloned(),
                Some(Expected::Present) => member.about.example.clone(),
                None if chosen.get(key) == Some(&false) => None,
                None => member.about.example.clone().filter(|_| member.about.shown || member.required),
            };
            if let Some(shown) = shown {
                json.insert(String::from(&**key), shown);
            }
        }
        Json::Object(json)
    }
    build(object, &[], rules, tests)
}
