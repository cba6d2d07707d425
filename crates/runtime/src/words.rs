//! What violations say.
//!
//! In: entries, conditions and answers. Out: one line of text each, built in one `String`. The value
//! of a secret entry never gets here in any form; of others, at most a short scalar is quoted, and
//! only where it is one of few that could have been meant.

use std::fmt::Write as _;

use crate::bytes::is_plain;
use crate::facts::{Answers, Facts, key};
use crate::lexer::Scalar;
use crate::phrases::{push_assertion, push_constants, push_denial, push_list};
use crate::program::{Condition, Const, Entry, Expect, Object, Program, TestKind, Value, accepts};
use crate::suggest::suggest;

/// How many entries or constants are listed before the rest is only counted.
pub(crate) const LISTED: usize = 12;

/// The longest name that is quoted in full, in characters.
const LONGEST_NAME: usize = 64;

/// The longest value that is quoted, in characters.
const LONGEST_VALUE: usize = 40;

/// What a value is, in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Boolean,
    Number,
    Fraction,
    Text,
    Array,
    Object,
}

impl Kind {
    /// What a value is that was not of an accepted type.
    pub fn of(value: Scalar<'_>, expected: &Value) -> Self {
        match value {
            Scalar::Null => Kind::Null,
            Scalar::Boolean(_) => Kind::Boolean,
            Scalar::Number(_) if expected.accepts & accepts::INTEGER != 0 => Kind::Fraction,
            Scalar::Number(_) => Kind::Number,
            Scalar::Text(_) => Kind::Text,
        }
    }

    /// With its article.
    pub fn words(self) -> &'static str {
        match self {
            Kind::Null => "null",
            Kind::Boolean => "a boolean",
            Kind::Number => "a number",
            Kind::Fraction => "a fractional number",
            Kind::Text => "a string",
            Kind::Array => "an array",
            Kind::Object => "an object",
        }
    }
}

/// An empty line with room for most messages.
pub(crate) fn line() -> String {
    String::with_capacity(112)
}

/// Appends a name in backticks, on one line; a very long one is cut.
pub(crate) fn push_name(out: &mut String, key: &str) {
    out.push('`');
    if key.len() <= LONGEST_NAME && key.is_ascii() && is_plain(key.as_bytes()) && !key.contains('\x7F') {
        out.push_str(key);
    } else {
        for (index, letter) in key.chars().enumerate() {
            if index == LONGEST_NAME {
                out.push('…');
                break;
            }
            if letter.is_control() {
                out.extend(letter.escape_default());
            } else {
                out.push(letter);
            }
        }
    }
    out.push('`');
}

/// A line of text, a name in backticks, and more text.
pub(crate) fn about(before: &str, key: &str, after: &str) -> String {
    let mut out = line();
    out.push_str(before);
    push_name(&mut out, key);
    out.push_str(after);
    out
}

/// Appends what an entry may be, after "must be".
fn push_wanted(out: &mut String, entry: &Entry) {
    let value = match &entry.expect {
        Expect::Any => return out.push_str("a value"),
        Expect::Object(_) => return out.push_str("an object"),
        Expect::List => return out.push_str("an array"),
        Expect::Strings => return out.push_str("an array of strings"),
        Expect::Value(value) => value,
    };
    if !value.one_of.is_empty() {
        return push_constants(out, &value.one_of);
    }
    let number = if value.accepts & accepts::NUMBER != 0 { "a number" } else { "an integer" };
    let types = [
        (accepts::BOOLEAN, "a boolean"),
        (accepts::NUMBER | accepts::INTEGER, number),
        (accepts::STRING, "a string"),
        (accepts::OBJECT, "an object"),
        (accepts::NULL, "null"),
    ];
    let accepted = types.iter().filter(|(bits, _)| value.accepts & bits != 0);
    push_list(out, accepted, " or ", |out, (_, words)| out.push_str(words));
}

/// wrong-type
pub(crate) fn wrong_type(entry: &Entry, found: Kind) -> String {
    let mut out = about("", &entry.key, " must be ");
    push_wanted(&mut out, entry);
    out.push_str(", not ");
    out.push_str(found.words());
    out
}

/// wrong-type, of an item of `Strings`.
pub(crate) fn wrong_item(entry: &Entry, found: Kind) -> String {
    let mut out = about("every item of ", &entry.key, " must be a string, not ");
    out.push_str(found.words());
    out
}

/// not-allowed
pub(crate) fn not_allowed(entry: &Entry, expected: &Value, found: Scalar<'_>) -> String {
    if !entry.secret {
        match found {
            Scalar::Text(text) => {
                let decoded = text.decode();
                return not_allowed_quoting(entry, expected, &decoded, SuggestFor::Text);
            }
            Scalar::Number(lexeme) => {
                let lexeme = String::from_utf8_lossy(lexeme);
                return not_allowed_quoting(entry, expected, &lexeme, SuggestFor::Nothing);
            }
            Scalar::Boolean(value) => {
                let word = if value { "true" } else { "false" };
                return not_allowed_quoting(entry, expected, word, SuggestFor::Nothing);
            }
            Scalar::Null => return not_allowed_quoting(entry, expected, "null", SuggestFor::Nothing),
        }
    }
    not_allowed_unquoted(entry, expected)
}

/// Whether a value may be a misspelt text.
#[derive(PartialEq)]
enum SuggestFor {
    Text,
    Nothing,
}

fn not_allowed_quoting(entry: &Entry, expected: &Value, found: &str, misspelt: SuggestFor) -> String {
    if found.is_empty() || found.chars().nth(LONGEST_VALUE).is_some() {
        return not_allowed_unquoted(entry, expected);
    }
    let mut out = about("", found, " is not allowed for ");
    push_name(&mut out, &entry.key);
    out.push_str(": expected ");
    push_constants(&mut out, &expected.one_of);
    let texts = expected.one_of.iter().filter_map(|one| match one {
        Const::Text(text) => Some(text.as_ref()),
        _ => None,
    });
    if misspelt == SuggestFor::Text
        && let Some(meant) = suggest(found, texts)
    {
        out.push_str("; did you mean ");
        push_name(&mut out, meant);
        out.push('?');
    }
    out
}

fn not_allowed_unquoted(entry: &Entry, expected: &Value) -> String {
    if entry.secret {
        return about("", &entry.key, " has a value that is not allowed");
    }
    let mut out = about("", &entry.key, " has a value that is not allowed: expected ");
    push_constants(&mut out, &expected.one_of);
    out
}

/// wrong-format
pub(crate) fn wrong_format(entry: &Entry, expected: &Value) -> String {
    let mut out = about("", &entry.key, " must be ");
    let pattern = expected.pattern.as_ref();
    out.push_str(pattern.map_or("text of another form", |pattern| pattern.expected.as_ref()));
    out
}

/// out-of-range
pub(crate) fn out_of_range(entry: &Entry, expected: &Value) -> String {
    let mut out = about("", &entry.key, " must be ");
    // Writing to a string cannot fail.
    let _ = match (expected.min, expected.max) {
        (Some(min), Some(max)) => write!(out, "between {} and {}", Number(min), Number(max)),
        (Some(min), None) => write!(out, "at least {}", Number(min)),
        (None, Some(max)) => write!(out, "at most {}", Number(max)),
        (None, None) => write!(out, "in range"),
    };
    out
}

/// A number, without its hundreds of zeros if it is very great.
pub(crate) struct Number(pub f64);

impl std::fmt::Display for Number {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.abs() < 1e15 { write!(out, "{}", self.0) } else { write!(out, "{:e}", self.0) }
    }
}

/// missing-entry, under a condition or always.
pub(crate) fn missing(facts: &Facts<'_, '_>, answers: &Answers, entry: usize, when: &[Condition]) -> String {
    let program = facts.program;
    let subject = key(program, entry);
    let mut out = match when {
        [] => about("missing required entry ", subject, ""),
        [_, ..] => about("", subject, " is required"),
    };
    push_because(&mut out, facts, answers, when);
    if let Some(Entry { expect: Expect::Object(object), .. }) = program.entries.get(entry)
        && let Some(object) = program.objects.get(usize::from(*object))
    {
        push_contents(&mut out, program, object);
    }
    out
}

/// Appends what an object must hold: its required entries, and an ellipsis if there are others.
fn push_contents(out: &mut String, program: &Program, object: &Object) {
    let first = usize::from(object.first);
    let entries = program.entries.get(first..first + usize::from(object.len)).unwrap_or_default();
    let required = entries.iter().filter(|entry| entry.required).take(LISTED);
    let mut said = 0;
    for entry in required {
        out.push_str(if said == 0 { " (it holds " } else { ", " });
        push_name(out, &entry.key);
        said += 1;
    }
    match said {
        0 => {}
        _ if said < entries.len() => out.push_str(", …)"),
        _ => out.push(')'),
    }
}

/// excluded-entry
pub(crate) fn excluded(facts: &Facts<'_, '_>, answers: &Answers, entry: usize, when: &[Condition]) -> String {
    let mut out = about("", key(facts.program, entry), " does not belong here");
    push_because(&mut out, facts, answers, when);
    out
}

/// Appends why a rule applies, from " because" on; nothing if it always does.
pub(crate) fn push_because(out: &mut String, facts: &Facts<'_, '_>, answers: &Answers, when: &[Condition]) {
    let mut word = " because ";
    for condition in when {
        push_reason(out, facts, answers, condition, &mut word);
    }
}

/// Appends why a condition holds, each reason after `word`, which is " and " from then on.
fn push_reason(
    out: &mut String,
    facts: &Facts<'_, '_>,
    answers: &Answers,
    condition: &Condition,
    word: &mut &'static str,
) {
    let test = |test: u16| facts.program.tests.get(usize::from(test));
    let mut next = || std::mem::replace(word, " and ");
    if condition.negated {
        out.push_str(next());
        if let [tests] = condition.any.as_ref()
            && let [only] = tests.as_ref()
            && let Some(only) = test(*only)
        {
            return push_denial(out, facts.program, only);
        }
        out.push_str("none of these holds: ");
        return push_alternatives(out, facts.program, condition);
    }
    // A conjunction of no tests always holds: there is nothing to explain.
    for test in answers.first(condition).unwrap_or_default().iter().filter_map(|&index| test(index)) {
        out.push_str(next());
        push_assertion(out, facts.program, test);
        if !facts.present(usize::from(test.entry)) && test.kind != TestKind::Absent {
            out.push_str(" by default");
        }
    }
}

/// Appends the conjunctions of a condition.
fn push_alternatives(out: &mut String, program: &Program, condition: &Condition) {
    for (index, tests) in condition.any.iter().enumerate() {
        if index > 0 {
            out.push_str("; ");
        }
        let tests = tests.iter().filter_map(|&test| program.tests.get(usize::from(test)));
        for (index, test) in tests.enumerate() {
            if index > 0 {
                out.push_str(" and ");
            }
            push_assertion(out, program, test);
        }
    }
}

/// no-variant; `because` says when one must fit.
pub(crate) fn no_variant(program: &Program, condition: &Condition, because: &str) -> String {
    let mut out = line();
    out.push_str("no variant fits");
    out.push_str(because);
    out.push_str(match (condition.negated, condition.any.len()) {
        (true, _) => ": none of these may hold: ",
        (false, 1) => ": expected that ",
        (false, _) => ": one of these must hold: ",
    });
    push_alternatives(&mut out, program, condition);
    out
}
