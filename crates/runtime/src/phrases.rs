//! The parts that messages are put together from: lists, constants, tests, sets of entries.
//!
//! In: what is to be said. Out: words appended to a line.

use std::fmt::Write as _;

use crate::facts::Facts;
use crate::program::{Const, Program, Test, TestKind};
use crate::words::{LISTED, Number, push_name};

/// Appends `a`, `a and b`, `a, b and c`.
pub(crate) fn push_list<T>(
    out: &mut String,
    items: impl Iterator<Item = T>,
    conjunction: &str,
    push: impl Fn(&mut String, T),
) {
    let mut items = items.peekable();
    let mut first = true;
    while let Some(item) = items.next() {
        if !first {
            out.push_str(if items.peek().is_none() { conjunction } else { ", " });
        }
        first = false;
        push(out, item);
    }
}

/// Whether two constants read alike: `true` and `"true"` do.
fn alike(one: &Const, other: &Const) -> bool {
    match (one, other) {
        (Const::Text(text), Const::Boolean(value)) | (Const::Boolean(value), Const::Text(text)) => {
            text == if *value { "true" } else { "false" }
        }
        (Const::Text(text), Const::Number(value)) | (Const::Number(value), Const::Text(text)) => {
            text.parse() == Ok(*value)
        }
        (Const::Text(text), Const::Null) | (Const::Null, Const::Text(text)) => text == "null",
        _ => one == other,
    }
}

/// Appends constants as alternatives, each said once, in the native form if it has one.
pub(crate) fn push_constants(out: &mut String, all: &[Const]) {
    let earlier = |index: usize| all.get(..index).unwrap_or_default();
    let distinct = || {
        let new = |(index, one): &(usize, &Const)| !earlier(*index).iter().any(|other| alike(one, other));
        all.iter().enumerate().filter(new).map(|(_, one)| one)
    };
    let count = if all.len() <= LISTED { 0 } else { distinct().count() };
    let more = count.saturating_sub(LISTED);
    // The last place of a list that is cut is taken by how many there are besides.
    let listed = distinct().take(LISTED).map(Some).chain((more > 0).then_some(None));
    push_list(out, listed, " or ", |out, one| match one {
        Some(one) => push_constant(out, all, one),
        None => {
            let _ = write!(out, "{more} others");
        }
    });
}

/// Appends a constant: strings in backticks, everything else bare.
fn push_constant(out: &mut String, all: &[Const], one: &Const) {
    match one {
        Const::Null => out.push_str("null"),
        Const::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
        Const::Number(value) => {
            let _ = write!(out, "{}", Number(*value));
        }
        Const::Text(text) if text.is_empty() => out.push_str("an empty string"),
        Const::Text(text) => {
            let native = |other: &&Const| !matches!(other, Const::Text(_)) && alike(one, other);
            match all.iter().find(native) {
                Some(native) => push_constant(out, &[], native),
                None => push_name(out, text),
            }
        }
    }
}

/// Appends that a test holds.
pub(crate) fn push_assertion(out: &mut String, program: &Program, test: &Test) {
    push_test(out, program, test, [" is ", " is given", " is not given"]);
}

/// Appends that a test does not hold.
pub(crate) fn push_denial(out: &mut String, program: &Program, test: &Test) {
    push_test(out, program, test, [" is not ", " is not given", " is given"]);
}

fn push_test(out: &mut String, program: &Program, test: &Test, [is, present, absent]: [&str; 3]) {
    let entry = program.entries.get(usize::from(test.entry));
    push_name(out, entry.map_or("", |entry| entry.key.as_ref()));
    match &test.kind {
        TestKind::Present => out.push_str(present),
        TestKind::Absent => out.push_str(absent),
        TestKind::OneOf(all) => {
            out.push_str(is);
            if entry.is_none_or(|entry| entry.secret) {
                // To name what a secret was compared with would tell the secret.
                out.push_str("a certain value");
            } else {
                push_constants(out, all);
            }
        }
    }
}

/// The entries that a constraint speaks of, and when it does.
pub(crate) struct Among<'f> {
    pub facts: &'f Facts<'f>,
    pub entries: &'f [u16],
    pub because: &'f str,
}

impl Among<'_> {
    fn push_name(&self, out: &mut String, entry: u16) {
        push_name(out, self.facts.program.key(entry));
    }

    /// Says what is demanded of the entries, between `before` and `after`.
    fn push_demand(&self, out: &mut String, before: &str, after: &str) {
        out.push_str(before);
        push_list(out, self.entries.iter(), ", ", |out, entry| self.push_name(out, *entry));
        out.push_str(after);
        out.push_str(self.because);
        out.push_str("; ");
    }

    /// Appends `` `a` is given``, `` `a` and `b` are given``, `none is given`.
    fn push_found(&self, out: &mut String, present: bool, what: &str) {
        let matching = || self.entries.iter().filter(|&&entry| self.facts.present(entry) == present);
        push_list(out, matching(), " and ", |out, entry| self.push_name(out, *entry));
        out.push_str(match matching().count() {
            0 => "none is ",
            1 => " is ",
            _ => " are ",
        });
        out.push_str(what);
    }

    /// one-of
    pub fn push_one_of(&self, out: &mut String) {
        self.push_demand(out, "exactly one of ", " is needed");
        self.push_found(out, true, "given");
    }

    /// any-of
    pub fn push_any_of(&self, out: &mut String) {
        self.push_demand(out, "at least one of ", " is needed");
        self.push_found(out, true, "given");
    }

    /// all-or-none
    pub fn push_all_or_none(&self, out: &mut String) {
        push_list(out, self.entries.iter(), " and ", |out, entry| self.push_name(out, *entry));
        out.push_str(" go together");
        out.push_str(self.because);
        out.push_str("; ");
        self.push_found(out, false, "missing");
    }

    /// excludes
    pub fn push_excludes(&self, out: &mut String) {
        self.push_demand(out, "at most one of ", " may be given");
        self.push_found(out, true, "given");
    }
}
