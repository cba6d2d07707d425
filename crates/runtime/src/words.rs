//! What violations say.
//!
//! In: what was found, the facts, and answers. Out: one line of text each, appended to a text. The
//! value of a secret entry never gets here in any form; of others, at most a short scalar is quoted,
//! and only where it is one of few that could have been meant.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::bytes::is_name;
use crate::facts::{Answers, Facts};
use crate::found::{Found, What};
use crate::lexer::{MAX_BYTES, MAX_DEPTH, Scalar};
use crate::phrases::{Among, push_assertion, push_constants, push_denial, push_list};
use crate::program::{Check, Condition, Const, Entry, Expect, Object, Program, TestKind, Value, accepts};
use crate::stop::Stop;
use crate::suggest::suggest;

/// How many entries or constants are listed before the rest is only counted.
pub(crate) const LISTED: usize = 12;

/// The longest name that is quoted in full, in characters.
const LONGEST_NAME: usize = 64;

/// The longest value that is quoted, in characters.
const LONGEST_VALUE: usize = 40;

/// Appends what a violation says.
pub(crate) fn push_message(out: &mut String, answers: &Answers<'_, '_>, found: Found) {
    let facts = answers.facts;
    let program = facts.program;
    let first = facts.input.get(found.offset as usize);
    match found.what {
        What::TooLarge => {
            // Writing to a string cannot fail.
            let _ = write!(out, "the input is larger than {} MiB", MAX_BYTES / 1024 / 1024);
        }
        What::Stopped(stop) => push_stopped(out, stop, facts.input, found.offset as usize),
        What::Root => {
            out.push_str("the message must be an object, not ");
            out.push_str(Kind::of(first).words());
        }
        What::Type { entry } => push_wrong_type(out, program, entry, Kind::of(first)),
        What::ItemType { entry, .. } => {
            about(out, "every item of ", program.key(entry), " must be a string, not ");
            out.push_str(Kind::of(first).words());
        }
        What::NotAllowed { entry } => {
            if let Some((entry, value)) = scalar_entry(program, entry) {
                push_not_allowed(out, entry, value, facts.scalar(found.offset as usize));
            }
        }
        What::Format { entry } => push_wrong_format(out, program, entry),
        What::Range { entry } => push_out_of_range(out, program, entry),
        What::Placeholder { entry } => about(out, "", program.key(entry), " still holds a placeholder"),
        What::ItemPlaceholder { entry, .. } => {
            about(out, "an item of ", program.key(entry), " still holds a placeholder");
        }
        What::Duplicate { entry } => about(out, "", program.key(entry), " is given more than once"),
        What::Unknown { object, hint } => {
            let key = unknown_key(facts, found);
            about(out, "unknown entry ", &key, "");
            if hint {
                push_hint(out, facts, object, &key);
            }
        }
        What::Missing { entry, rule } => push_missing(out, answers, entry, conditions(program, rule)),
        What::Excluded { entry, rule } => {
            about(out, "", program.key(entry), " does not belong here");
            push_because(out, answers, conditions(program, Some(rule)));
        }
        What::Constraint { rule, .. } => push_constraint(out, answers, rule),
    }
}

/// The conditions of a rule; none if there is no rule.
fn conditions(program: &Program, rule: Option<u16>) -> &[Condition] {
    let rule = rule.and_then(|rule| program.rules.get(usize::from(rule)));
    rule.map_or(&[], |rule| &rule.when)
}

/// An entry and what its value may be, if it is a scalar.
fn scalar_entry(program: &Program, entry: u16) -> Option<(&Entry, &Value)> {
    let entry = program.entries.get(usize::from(entry))?;
    match &entry.expect {
        Expect::Value(value) => Some((entry, value)),
        _ => None,
    }
}

/// The key of an unknown entry, which is not kept but read again.
pub(crate) fn unknown_key<'a>(facts: &Facts<'a>, found: Found) -> Cow<'a, str> {
    match facts.scalar(found.offset as usize) {
        Some(Scalar::Text(key)) => key.decode(),
        _ => Cow::Borrowed(""),
    }
}

/// not-json, too-deep
fn push_stopped(out: &mut String, stop: Stop, input: &[u8], at: usize) {
    let before = input.get(..at).unwrap_or(input);
    let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
    // Columns count characters: bytes that do not continue one.
    let last = before.rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
    let column = 1 + last.iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
    let place = format!("at line {line}, column {column}");
    let _ = if stop == Stop::Depth {
        write!(out, "nested deeper than {MAX_DEPTH} levels {place}")
    } else {
        let ends = if at >= input.len() { ", where the input ends" } else { "" };
        write!(out, "not JSON: expected {} {place}{ends}", stop.wanted())
    };
}

/// What a value is, in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Null,
    Boolean,
    Number,
    Text,
    Array,
    Object,
}

impl Kind {
    /// What the value is that starts with a byte, in a document that has been read.
    fn of(first: Option<&u8>) -> Self {
        match first {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'"') => Kind::Text,
            Some(b't' | b'f') => Kind::Boolean,
            Some(b'n') => Kind::Null,
            _ => Kind::Number,
        }
    }

    /// With its article.
    fn words(self) -> &'static str {
        match self {
            Kind::Null => "null",
            Kind::Boolean => "a boolean",
            Kind::Number => "a number",
            Kind::Text => "a string",
            Kind::Array => "an array",
            Kind::Object => "an object",
        }
    }
}

/// Appends a name in backticks, on one line; a very long one is cut.
pub(crate) fn push_name(out: &mut String, key: &str) {
    out.push('`');
    if key.len() <= LONGEST_NAME && is_name(key.as_bytes()) {
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

/// Appends text, a name in backticks, and more text.
fn about(out: &mut String, before: &str, key: &str, after: &str) {
    out.push_str(before);
    push_name(out, key);
    out.push_str(after);
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
fn push_wrong_type(out: &mut String, program: &Program, entry: u16, found: Kind) {
    let Some(entry) = program.entries.get(usize::from(entry)) else { return };
    about(out, "", &entry.key, " must be ");
    push_wanted(out, entry);
    out.push_str(", not ");
    let whole = matches!(&entry.expect, Expect::Value(value) if value.accepts & accepts::INTEGER != 0);
    // Where an integer is accepted, a number that is not has a fractional part.
    out.push_str(if whole && found == Kind::Number { "a fractional number" } else { found.words() });
}

/// not-allowed
fn push_not_allowed(out: &mut String, entry: &Entry, expected: &Value, found: Option<Scalar<'_>>) {
    if entry.secret {
        return about(out, "", &entry.key, " has a value that is not allowed");
    }
    let quoted = match found {
        Some(Scalar::Text(text)) => text.decode(),
        Some(Scalar::Number(lexeme)) => String::from_utf8_lossy(lexeme),
        Some(Scalar::Boolean(true)) => Cow::Borrowed("true"),
        Some(Scalar::Boolean(false)) => Cow::Borrowed("false"),
        Some(Scalar::Null) => Cow::Borrowed("null"),
        None => Cow::Borrowed(""),
    };
    if quoted.is_empty() || quoted.chars().nth(LONGEST_VALUE).is_some() {
        about(out, "", &entry.key, " has a value that is not allowed: expected ");
        return push_constants(out, &expected.one_of);
    }
    about(out, "", &quoted, " is not allowed for ");
    push_name(out, &entry.key);
    out.push_str(": expected ");
    push_constants(out, &expected.one_of);
    let texts = expected.one_of.iter().filter_map(|one| match one {
        Const::Text(text) => Some(text.as_ref()),
        _ => None,
    });
    // Only a text can be misspelt.
    if let Some(Scalar::Text(_)) = found
        && let Some(meant) = suggest(&quoted, texts)
    {
        about(out, "; did you mean ", meant, "?");
    }
}

/// wrong-format
fn push_wrong_format(out: &mut String, program: &Program, entry: u16) {
    about(out, "", program.key(entry), " must be ");
    let pattern = scalar_entry(program, entry).and_then(|(_, value)| value.pattern.as_ref());
    out.push_str(pattern.map_or("text of another form", |pattern| pattern.expected.as_ref()));
}

/// out-of-range
fn push_out_of_range(out: &mut String, program: &Program, entry: u16) {
    about(out, "", program.key(entry), " must be ");
    let bounds = scalar_entry(program, entry).map(|(_, value)| (value.min, value.max));
    let _ = match bounds {
        Some((Some(min), Some(max))) => write!(out, "between {} and {}", Number(min), Number(max)),
        Some((Some(min), None)) => write!(out, "at least {}", Number(min)),
        Some((None, Some(max))) => write!(out, "at most {}", Number(max)),
        _ => write!(out, "in range"),
    };
}

/// Appends what an unknown key may have meant: the closest entry of its object, of two that are
/// equally close the one that is not there; else the same key in another object.
fn push_hint(out: &mut String, facts: &Facts<'_>, object: u16, unknown: &str) {
    let program = facts.program;
    let Some(declared) = program.objects.get(usize::from(object)) else { return };
    let own = || (declared.first..).zip(program.entries_of(declared)).map(|(entry, _)| entry);
    let given = |present: bool| own().filter(move |&entry| facts.present(entry) == present);
    let close = suggest(unknown, given(false).chain(given(true)).map(|entry| program.key(entry)));
    let elsewhere = || {
        let same_key = (0..).zip(program.entries.iter()).filter(|(_, entry)| entry.key == unknown);
        let mut entries = same_key.map(|(entry, _)| entry);
        let absent = entries.clone().find(|&entry: &u16| !facts.present(entry));
        absent.or_else(|| entries.next())
    };
    if let Some(meant) = close {
        about(out, "; did you mean ", meant, "?");
    } else if let Some(entry) = elsewhere() {
        match program.holder(program.owner(entry)) {
            Some(holder) => about(out, "; it belongs in ", program.key(holder), ""),
            None => out.push_str("; it belongs at the top level"),
        }
    }
}

/// A number, without its hundreds of zeros if it is very great.
pub(crate) struct Number(pub f64);

impl std::fmt::Display for Number {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.abs() < 1e15 { write!(out, "{}", self.0) } else { write!(out, "{:e}", self.0) }
    }
}

/// missing-entry, under a condition or always.
fn push_missing(out: &mut String, answers: &Answers<'_, '_>, entry: u16, when: &[Condition]) {
    let program = answers.facts.program;
    let key = program.key(entry);
    match when {
        [] => about(out, "missing required entry ", key, ""),
        [_, ..] => about(out, "", key, " is required"),
    }
    push_because(out, answers, when);
    if let Some(Entry { expect: Expect::Object(object), .. }) = program.entries.get(usize::from(entry))
        && let Some(object) = program.objects.get(usize::from(*object))
    {
        push_contents(out, program, object);
    }
}

/// Appends what an object must hold: its required entries, and an ellipsis if there are others.
fn push_contents(out: &mut String, program: &Program, object: &Object) {
    let entries = program.entries_of(object);
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

/// Appends why a rule applies, from " because" on; nothing if it always does.
fn push_because(out: &mut String, answers: &Answers<'_, '_>, when: &[Condition]) {
    let mut word = " because ";
    for condition in when {
        push_reason(out, answers, condition, &mut word);
    }
}

/// Appends why a condition holds, each reason after `word`, which is " and " from then on.
fn push_reason(out: &mut String, answers: &Answers<'_, '_>, condition: &Condition, word: &mut &'static str) {
    let facts = answers.facts;
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
        if !facts.present(test.entry) && test.kind != TestKind::Absent {
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

/// one-of, any-of, all-or-none, excludes, no-variant
fn push_constraint(out: &mut String, answers: &Answers<'_, '_>, rule: u16) {
    let facts = answers.facts;
    let Some(rule) = facts.program.rules.get(usize::from(rule)) else { return };
    let mut because = String::new();
    push_because(&mut because, answers, &rule.when);
    let among = |entries| Among { facts, entries, because: &because };
    match &rule.check {
        Check::OneOf(entries) => among(entries).push_one_of(out),
        Check::AnyOf(entries) => among(entries).push_any_of(out),
        Check::AllOrNone(entries) => among(entries).push_all_or_none(out),
        Check::Excludes(entries) => among(entries).push_excludes(out),
        Check::Holds(condition) => {
            out.push_str("no variant fits");
            out.push_str(&because);
            out.push_str(match (condition.negated, condition.any.len()) {
                (true, _) => ": none of these may hold: ",
                (false, 1) => ": expected that ",
                (false, _) => ": one of these must hold: ",
            });
            push_alternatives(out, facts.program, condition);
        }
        Check::Required(_) | Check::Excluded(_) => {}
    }
}
