//! Alike: whether two rules, conditions or requirements demand the same. Keys, values, tests and the
//! conditions of a rule are sets: their order says nothing.

use crate::derive::is_same;
use crate::lower::{Check, Expected, Rule, Test, When};

/// Whether two rules of the same object demand the same.
pub(super) fn rules(a: &Rule, b: &Rule) -> bool {
    let checks = match (&a.check, &b.check) {
        (Check::Related(a, mine), Check::Related(b, theirs)) => a == b && sets(mine, theirs, PartialEq::eq),
        (Check::Fits(a), Check::Fits(b)) => when(a, b),
        (a, b) => a == b,
    };
    checks && a.object == b.object && whens(&a.when, &b.when)
}

/// Whether the same conditions must hold.
pub(super) fn whens(a: &[When], b: &[When]) -> bool {
    sets(a, b, when)
}

fn when(a: &When, b: &When) -> bool {
    let tests = |a: &Vec<Test>, b: &Vec<Test>| sets(a, b, test);
    a.negated == b.negated && sets(&a.any, &b.any, tests)
}

fn test(a: &Test, b: &Test) -> bool {
    let expected = match (&a.expected, &b.expected) {
        (Expected::OneOf(a), Expected::OneOf(b)) => sets(a, b, is_same),
        (a, b) => a == b,
    };
    expected && a.member == b.member && a.default_holds == b.default_holds
}

/// Whether each of either has its like in the other.
pub(super) fn sets<T>(a: &[T], b: &[T], alike: impl Fn(&T, &T) -> bool) -> bool {
    let within = |a: &[T], b: &[T]| a.iter().all(|one| b.iter().any(|other| alike(one, other)));
    within(a, b) && within(b, a)
}
