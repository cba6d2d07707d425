//! The default method: it applies when no other does, and so must what its sample shows.
//!
//! In: the body of the default method, and the conditions of the others. Out: what the entries that
//! these speak of show.

use super::{Expected, Member, Object, Path, Shape, Test, When};
use crate::syntax::part::Text;
use elementc_runtime::accepts;
use serde_json::Value as Json;

/// What the sample of the default method shows of the entries that choose the others, so that no other
/// applies: of each the first that may be, in the order of wishes.
pub(super) fn others_fail(request: &Object, when: &When) -> Vec<Test> {
    let mut paths: Vec<&Path> = Vec::new();
    for test in when.any.iter().flatten() {
        if !paths.contains(&&test.member) {
            paths.push(&test.member);
        }
    }
    let wishes: Vec<Vec<Option<Expected>>> = paths.iter().map(|path| wishes(request, when, path)).collect();
    let mut chosen = Vec::with_capacity(paths.len());
    if !choose_others(request, when, &paths, &wishes, &mut chosen, &mut { TRIES }) {
        // Each what it would be alone: the proof says what is wrong.
        chosen = wishes.into_iter().map(|wishes| wishes.into_iter().next().flatten()).collect();
    }
    let tests = paths.into_iter().zip(chosen).filter_map(|(path, expected)| {
        Some(Test { member: path.clone(), expected: expected?, default_holds: false })
    });
    tests.collect()
}

/// How many choices for the default method are tried.
const TRIES: usize = 10_000;

/// What an entry that chooses between methods may show, the preferred first: a value that no method
/// asks for, what it shows anyway (`None`), nothing, any of its values.
fn wishes(request: &Object, when: &When, path: &Path) -> Vec<Option<Expected>> {
    let tests = || when.any.iter().flatten().filter(|test| test.member == *path);
    let Some(member) = member(request, path) else { return vec![None] };
    let values = match &member.shape {
        Shape::Value(value) if value.one_of.is_empty() && value.accepts & accepts::BOOLEAN != 0 => {
            vec![Json::Bool(false), Json::Bool(true)]
        }
        Shape::Value(value) => value.one_of.clone(),
        _ => Vec::new(),
    };
    let is_taken = |value: &Json| {
        tests().any(|test| matches!(&test.expected, Expected::OneOf(values) if values.contains(value)))
    };
    let only = |value: &Json| Some(Expected::OneOf(vec![value.clone()]));
    let mut wishes = Vec::new();
    if tests().any(|test| test.expected == Expected::Absent) {
        wishes.push(Some(Expected::Present));
    }
    wishes.extend(values.iter().find(|value| !is_taken(value)).map(only));
    if member.required {
        wishes.push(None);
    } else {
        wishes.extend([Some(Expected::Absent), None]);
    }
    wishes.extend(values.iter().map(only));
    wishes
}

/// Chooses for the paths that are left so that of each other method some test fails.
fn choose_others(
    request: &Object,
    when: &When,
    paths: &[&Path],
    wishes: &[Vec<Option<Expected>>],
    chosen: &mut Vec<Option<Expected>>,
    tries: &mut usize,
) -> bool {
    let Some(left) = wishes.get(chosen.len()) else {
        let holds = |test: &Test| {
            let at = paths.iter().position(|path| **path == test.member);
            let shown = at.map(|at| &chosen[at]);
            let member = member(request, &test.member);
            let value = match shown {
                Some(Some(Expected::Absent)) => None,
                Some(Some(Expected::OneOf(values))) => values.first().cloned(),
                _ => member.and_then(|m| m.about.example.clone().filter(|_| m.about.shown || m.required)),
            };
            let is_there = value.is_some() || matches!(shown, Some(Some(Expected::Present)));
            match &test.expected {
                Expected::Present => is_there,
                Expected::Absent => !is_there,
                Expected::OneOf(values) => {
                    value.map_or(test.default_holds && !is_there, |v| values.contains(&v))
                }
            }
        };
        return !when.any.iter().any(|tests| tests.iter().all(holds));
    };
    for wish in left {
        if *tries == 0 {
            return false;
        }
        *tries -= 1;
        chosen.push(wish.clone());
        if choose_others(request, when, paths, wishes, chosen, tries) {
            return true;
        }
        chosen.pop();
    }
    false
}

fn member<'a>(object: &'a Object, path: &[Text]) -> Option<&'a Member> {
    let (first, rest) = path.split_first()?;
    let member = object.members.get(first)?;
    match &member.shape {
        _ if rest.is_empty() => Some(member),
        Shape::Object(inner) => self::member(inner, rest),
        _ => None,
    }
}
