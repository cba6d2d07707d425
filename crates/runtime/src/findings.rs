//! What a validation found, put into words when asked: the fast way to validate many messages.
//!
//! In: a program, then one input after another. Out: [`Findings`] of each, which borrow the input
//! and the memory of their [`Validator`]; it is used again for the next.

use std::borrow::Cow;
use std::fmt;

use crate::engine::{Placeholders, run};
use crate::facts::{Answers, Facts};
use crate::found::{Found, What};
use crate::json;
use crate::pointer;
use crate::program::{MAX_ENTRIES, Program};
use crate::violation::{Code, Report, Violation};
use crate::words;

/// A program together with the memory to run it in, for many inputs one after another.
///
/// Validating a message that is valid allocates nothing. One that is not allocates as long as its
/// violations are the most so far.
pub struct Validator<'p> {
    program: &'p Program,
    placeholders: Placeholders,
    offsets: Vec<u32>,
    found: Vec<Found>,
}

impl<'p> Validator<'p> {
    /// A validator of one message, and whether placeholders may be left in it.
    #[must_use]
    pub fn new(program: &'p Program, placeholders: Placeholders) -> Self {
        let offsets = vec![0; program.entries.len().min(MAX_ENTRIES)];
        Validator { program, placeholders, offsets, found: Vec::new() }
    }

    /// Validates one message, as [`validate`] does.
    #[inline]
    pub fn validate<'v>(&'v mut self, input: &'v [u8]) -> Findings<'v> {
        self.offsets.fill(0);
        self.found.clear();
        let facts = run(self.program, input, self.placeholders, &mut self.offsets, &mut self.found);
        Findings { facts, found: &self.found }
    }
}

/// The greatest number of entries whose offsets are cheap to keep on the stack.
const FEW_ENTRIES: usize = 64;

/// Validates one message: all its violations, in the order that [`Report::violations`] promises.
///
/// The input may be any bytes. What is no JSON text, exceeds [`MAX_BYTES`](crate::MAX_BYTES) or
/// nests deeper than [`MAX_DEPTH`](crate::MAX_DEPTH) is reported as that alone. A program without
/// objects accepts every JSON text. A [`Validator`] does the same without making strings.
#[must_use]
pub fn validate(program: &Program, input: &[u8], placeholders: Placeholders) -> Report {
    if program.entries.len() <= FEW_ENTRIES {
        report(program, input, placeholders, &mut [0; FEW_ENTRIES])
    } else {
        validate_large(program, input, placeholders)
    }
}

/// Apart, so that small programs do not pay for the stack it needs.
#[inline(never)]
fn validate_large(program: &Program, input: &[u8], placeholders: Placeholders) -> Report {
    report(program, input, placeholders, &mut [0; MAX_ENTRIES])
}

fn report(program: &Program, input: &[u8], placeholders: Placeholders, offsets: &mut [u32]) -> Report {
    let mut found = Vec::new();
    let facts = run(program, input, placeholders, offsets, &mut found);
    Findings { facts, found: &found }.to_report()
}

/// What is wrong with one message, not yet put into words.
pub struct Findings<'v> {
    facts: Facts<'v>,
    found: &'v [Found],
}

impl<'v> Findings<'v> {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.found.is_empty()
    }

    /// Everything that is wrong, in the order of [`Report::violations`].
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Finding<'_>> {
        self.found.iter().map(|found| Finding { facts: &self.facts, found: *found })
    }

    /// The violations in words of their own.
    #[must_use]
    pub fn to_report(&self) -> Report {
        if self.is_valid() {
            return Report::default();
        }
        let answers = Answers::new(&self.facts);
        let violation = |finding: Finding<'_>| Violation {
            code: finding.code(),
            pointer: text(|out| finding.push_pointer(out)),
            entry: finding.entry().into_owned(),
            offset: finding.offset(),
            message: text(|out| words::push_message(out, &answers, finding.found)),
        };
        Report { violations: self.iter().map(violation).collect() }
    }

    /// Appends what [`Report::to_json`] says.
    pub fn write_json(&self, out: &mut String) {
        json::open(out, self.is_valid());
        if !self.is_valid() {
            let answers = Answers::new(&self.facts);
            for (index, finding) in self.iter().enumerate() {
                json::violation(
                    out,
                    index,
                    finding.code(),
                    |out| finding.push_pointer(out),
                    |out| out.push_str(&finding.entry()),
                    |out| words::push_message(out, &answers, finding.found),
                );
            }
        }
        json::close(out, self.is_valid());
    }
}

/// One thing that is wrong with a message. It displays as its message.
pub struct Finding<'f> {
    facts: &'f Facts<'f>,
    found: Found,
}

impl<'f> Finding<'f> {
    /// What kind of thing.
    #[must_use]
    pub fn code(&self) -> Code {
        self.found.code()
    }

    /// Byte offset in the input, as [`Violation::offset`].
    #[must_use]
    pub fn offset(&self) -> usize {
        self.found.offset as usize
    }

    /// Key of the entry, as [`Violation::entry`].
    #[must_use]
    pub fn entry(&self) -> Cow<'f, str> {
        let program = self.facts.program;
        match self.found.what {
            What::TooLarge | What::Stopped(_) | What::Root => Cow::Borrowed(""),
            What::Unknown { .. } => words::unknown_key(self.facts, self.found),
            What::Constraint { rule, .. } => {
                let rule = program.rules.get(usize::from(rule));
                let holder = rule.and_then(|rule| program.holder(rule.object));
                Cow::Borrowed(holder.map_or("", |holder| program.key(holder)))
            }
            What::Type { entry }
            | What::ItemType { entry, .. }
            | What::NotAllowed { entry }
            | What::Format { entry }
            | What::Range { entry }
            | What::Placeholder { entry }
            | What::ItemPlaceholder { entry, .. }
            | What::Duplicate { entry }
            | What::Excluded { entry, .. }
            | What::Missing { entry, .. } => Cow::Borrowed(program.key(entry)),
        }
    }

    /// RFC 6901 pointer, as [`Violation::pointer`].
    #[must_use]
    pub fn pointer(&self) -> String {
        text(|out| self.push_pointer(out))
    }

    /// Appends the message: what the finding displays as, without a string of its own.
    pub fn write_message(&self, out: &mut String) {
        words::push_message(out, &Answers::new(self.facts), self.found);
    }

    fn push_pointer(&self, out: &mut String) {
        let program = self.facts.program;
        match self.found.what {
            What::TooLarge | What::Stopped(_) | What::Root => {}
            What::Unknown { object, .. } => {
                pointer::push_object(out, program, object);
                pointer::push_member(out, &self.entry());
            }
            What::Constraint { rule, .. } => {
                if let Some(rule) = program.rules.get(usize::from(rule)) {
                    pointer::push_object(out, program, rule.object);
                }
            }
            What::ItemType { entry, item } | What::ItemPlaceholder { entry, item } => {
                pointer::push_entry(out, program, entry);
                out.push('/');
                out.push_str(&item.to_string());
            }
            What::Type { entry }
            | What::NotAllowed { entry }
            | What::Format { entry }
            | What::Range { entry }
            | What::Placeholder { entry }
            | What::Duplicate { entry }
            | What::Excluded { entry, .. }
            | What::Missing { entry, .. } => pointer::push_entry(out, program, entry),
        }
    }
}

impl fmt::Display for Finding<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&text(|out| self.write_message(out)))
    }
}

/// A text, with room for most messages.
fn text(push: impl FnOnce(&mut String)) -> String {
    let mut out = String::with_capacity(96);
    push(&mut out);
    out
}
