//! Checks of one scalar against what its entry accepts.
//!
//! In: a value as it is written, and the tables of its entry. Out: the first thing that is wrong
//! with it, if any. Nothing is allocated here.

use crate::facts::is_any;
use crate::lexer::Scalar;
use crate::program::{Const, Dfa, Value, accepts};
use crate::text::{Text, is_integer, number};

/// What is wrong with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Type,
    OneOf,
    Pattern,
    Range,
}

/// Whether any string will do.
pub(crate) fn is_free_text(expected: &Value) -> bool {
    expected.accepts & accepts::STRING != 0 && expected.one_of.is_empty() && expected.pattern.is_none()
}

/// Checks type, constants, pattern and range, in this order.
pub(crate) fn check(expected: &Value, dfas: &[Dfa], value: Scalar<'_>) -> Result<(), Fault> {
    let accepted = match value {
        Scalar::Text(text) => return check_text(expected, dfas, text),
        Scalar::Null => expected.accepts & accepts::NULL != 0,
        Scalar::Boolean(_) => expected.accepts & accepts::BOOLEAN != 0,
        Scalar::Number(lexeme) => {
            expected.accepts & accepts::NUMBER != 0
                || expected.accepts & accepts::INTEGER != 0 && is_integer(lexeme)
        }
    };
    if !accepted {
        return Err(Fault::Type);
    }
    if !expected.one_of.is_empty() && !is_any(&expected.one_of, value) {
        return Err(Fault::OneOf);
    }
    match value {
        Scalar::Number(lexeme) if expected.min.is_some() || expected.max.is_some() => {
            let number = number(lexeme);
            if expected.min.is_some_and(|min| number < min) || expected.max.is_some_and(|max| number > max) {
                return Err(Fault::Range);
            }
        }
        _ => {}
    }
    Ok(())
}

/// The same for a string, which most values are.
#[inline(always)]
pub(crate) fn check_text(expected: &Value, dfas: &[Dfa], text: Text<'_>) -> Result<(), Fault> {
    if expected.accepts & accepts::STRING == 0 {
        return Err(Fault::Type);
    }
    let is = |constant: &Const| matches!(constant, Const::Text(constant) if text.is(constant));
    if !expected.one_of.is_empty() && !expected.one_of.iter().any(is) {
        return Err(Fault::OneOf);
    }
    match &expected.pattern {
        Some(pattern) if !dfas.get(usize::from(pattern.dfa)).is_some_and(|dfa| matches(dfa, text)) => {
            Err(Fault::Pattern)
        }
        _ => Ok(()),
    }
}

/// Whether a value is a constant: strings once decoded, numbers by value.
pub(crate) fn is_constant(constant: &Const, value: Scalar<'_>) -> bool {
    match (constant, value) {
        (Const::Null, Scalar::Null) => true,
        (Const::Boolean(constant), Scalar::Boolean(value)) => *constant == value,
        (Const::Number(constant), Scalar::Number(lexeme)) => *constant == number(lexeme),
        (Const::Text(constant), Scalar::Text(text)) => text.is(constant),
        _ => false,
    }
}

/// Runs an automaton over a decoded string.
fn matches(dfa: &Dfa, text: Text<'_>) -> bool {
    match text.plain() {
        Some(bytes) => accepted(dfa, bytes.iter().copied()),
        None => accepted(dfa, text.decoded()),
    }
}

#[inline(always)]
fn accepted(dfa: &Dfa, bytes: impl Iterator<Item = u8>) -> bool {
    let Some(classes) = dfa.classes.first_chunk::<256>() else { return false };
    let (next, stride) = (&*dfa.next, usize::from(dfa.stride));
    let (mut state, mut row) = (1, stride);
    for byte in bytes {
        let to = next.get(row + usize::from(classes[usize::from(byte)])).copied().unwrap_or_default();
        // Most bytes of most texts stay in a state. To branch on that, rather than to work out each
        // row, lets the processor run ahead: three times as fast.
        if to != state {
            if to == 0 {
                return false;
            }
            (state, row) = (to, usize::from(to) * stride);
        }
    }
    dfa.accepting.get(usize::from(state)).copied().unwrap_or_default()
}

/// Whether a text contains a placeholder such as `<INSERT_API_KEY>`: `<`, a letter or digit, any of
/// those or of `_ .:/-`, `>`. Beyond ASCII everything counts as a letter.
///
/// ```
/// use elementc_runtime::has_placeholder;
///
/// assert!(has_placeholder("https://<TENANT>.example.com"));
/// assert!(!has_placeholder("a < b > c"));
/// ```
#[must_use]
pub fn has_placeholder(text: &str) -> bool {
    placeholder_in(text.bytes())
}

/// As [`has_placeholder`], of a text that may have escapes.
pub(crate) fn holds_placeholder(text: Text<'_>) -> bool {
    match text.plain() {
        Some(bytes) => bytes.contains(&b'<') && placeholder_in(bytes.iter().copied()),
        None => placeholder_in(text.decoded()),
    }
}

fn placeholder_in(bytes: impl Iterator<Item = u8>) -> bool {
    enum State {
        Outside,
        Opened,
        Inside,
    }
    let mut state = State::Outside;
    for byte in bytes {
        state = match (state, byte) {
            (_, b'<') => State::Opened,
            (State::Opened, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | 0x80..) => State::Inside,
            (State::Inside, b'>') => return true,
            (
                State::Inside,
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | 0x80.. | b'_' | b' ' | b'.' | b':' | b'/' | b'-',
            ) => State::Inside,
            _ => State::Outside,
        };
    }
    false
}
