//! What a validation says: a report of violations, for programs (JSON) and for people.
//!
//! In: violations, already in order. Out: [`Report`], its JSON and its one-sentence summary. No
//! text here ever holds the value of a secret entry: messages are made in `words`.

use std::fmt;

use crate::json;

/// The outcome of a validation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Every violation: in document order, then missing entries in declared order, then
    /// constraints in declared order. If the input could not be read to its end, that alone.
    pub violations: Vec<Violation>,
}

/// One thing that is wrong with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// What kind of thing.
    pub code: Code,
    /// RFC 6901 pointer of the value; of a missing entry, the one it would have; of a constraint,
    /// its object's.
    pub pointer: String,
    /// Key of the entry (of a list's item: the list's; of a constraint: its object's), `""` for the
    /// root.
    pub entry: String,
    /// Byte offset in the input: of the value; of the key if the entry is unknown or duplicate; of
    /// the object's `{` if an entry is missing or a constraint does not hold.
    pub offset: usize,
    /// What is wrong, for people; one line.
    pub message: String,
}

/// The kinds of violations. Their names are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// `not-json`: the input is not a JSON text in UTF-8 (RFC 8259); nothing else is reported.
    NotJson,
    /// `too-large`: the input exceeds [`MAX_BYTES`](crate::MAX_BYTES); nothing else is reported.
    TooLarge,
    /// `too-deep`: arrays and objects nest deeper than [`MAX_DEPTH`](crate::MAX_DEPTH); nothing
    /// else is reported.
    TooDeep,
    /// `wrong-type`: the JSON type of a value is not one the entry accepts.
    WrongType,
    /// `not-allowed`: a value is none of those that the entry allows.
    NotAllowed,
    /// `wrong-format`: a string does not match the pattern of its entry.
    WrongFormat,
    /// `out-of-range`: a number is less than the entry's minimum or greater than its maximum.
    OutOfRange,
    /// `placeholder`: a string still holds a placeholder such as `<INSERT_API_KEY>`; only with
    /// [`Placeholders::Rejected`](crate::Placeholders::Rejected), and only if nothing else is wrong
    /// with the value.
    Placeholder,
    /// `missing-entry`: an entry that is required, always or under a condition, is not there.
    MissingEntry,
    /// `unknown-entry`: a closed object has a key that it does not declare.
    UnknownEntry,
    /// `duplicate-entry`: a declared key occurs again in its object.
    DuplicateEntry,
    /// `excluded-entry`: an entry is there under a condition that forbids it.
    ExcludedEntry,
    /// `one-of`: of some entries, not exactly one is there.
    OneOf,
    /// `any-of`: of some entries, none is there.
    AnyOf,
    /// `all-or-none`: of some entries that go together, some are there and some are not.
    AllOrNone,
    /// `excludes`: of some entries that exclude each other, more than one is there.
    Excludes,
    /// `no-variant`: the message fits none of its variants (such as authentication methods).
    NoVariant,
}

impl Code {
    /// All codes, in the order of their documentation.
    pub const ALL: [Code; 17] = [
        Code::NotJson,
        Code::TooLarge,
        Code::TooDeep,
        Code::WrongType,
        Code::NotAllowed,
        Code::WrongFormat,
        Code::OutOfRange,
        Code::Placeholder,
        Code::MissingEntry,
        Code::UnknownEntry,
        Code::DuplicateEntry,
        Code::ExcludedEntry,
        Code::OneOf,
        Code::AnyOf,
        Code::AllOrNone,
        Code::Excludes,
        Code::NoVariant,
    ];

    /// The name of the code, as in JSON output.
    pub fn as_str(self) -> &'static str {
        match self {
            Code::NotJson => "not-json",
            Code::TooLarge => "too-large",
            Code::TooDeep => "too-deep",
            Code::WrongType => "wrong-type",
            Code::NotAllowed => "not-allowed",
            Code::WrongFormat => "wrong-format",
            Code::OutOfRange => "out-of-range",
            Code::Placeholder => "placeholder",
            Code::MissingEntry => "missing-entry",
            Code::UnknownEntry => "unknown-entry",
            Code::DuplicateEntry => "duplicate-entry",
            Code::ExcludedEntry => "excluded-entry",
            Code::OneOf => "one-of",
            Code::AnyOf => "any-of",
            Code::AllOrNone => "all-or-none",
            Code::Excludes => "excludes",
            Code::NoVariant => "no-variant",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_valid(&self) -> bool {
        self.violations.is_empty()
    }

    /// The keys of the missing entries, in declared order.
    pub fn missing(&self) -> impl Iterator<Item = &str> {
        let missing = self.violations.iter().filter(|violation| violation.code == Code::MissingEntry);
        missing.map(|violation| violation.entry.as_str())
    }

    /// All missing entries in one sentence: ``missing required entries: `oauth.api.key`,
    /// `signature` ``. `None` if none is missing.
    pub fn summary(&self) -> Option<String> {
        let count = self.missing().count();
        if count == 0 {
            return None;
        }
        let mut out = String::with_capacity(96);
        out.push_str(if count == 1 { "missing required entry: " } else { "missing required entries: " });
        for (index, key) in self.missing().enumerate() {
            if index > 0 {
                out.push_str(", ");
            }
            crate::words::push_name(&mut out, key);
        }
        Some(out)
    }

    /// The report as JSON, indented by two spaces, without a final line feed:
    /// `{"valid": …, "violations": [{"code", "pointer", "entry", "message"}]}`.
    pub fn to_json(&self) -> String {
        let mut out = String::with_capacity(64 + self.violations.len() * 384);
        json::open(&mut out, self.is_valid());
        for (index, violation) in self.violations.iter().enumerate() {
            json::violation(
                &mut out,
                index,
                violation.code,
                |out| out.push_str(&violation.pointer),
                |out| out.push_str(&violation.entry),
                |out| out.push_str(&violation.message),
            );
        }
        json::close(&mut out, self.is_valid());
        out
    }
}
