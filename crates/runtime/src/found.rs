//! What is wrong, as small data: what a violation says is put into words only when it is asked for.
//!
//! In: places in a program and in an input. Out: nothing but [`Found`], twelve bytes each.

use crate::stop::Stop;
use crate::violation::Code;

/// One thing that is wrong with an input.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    /// Byte offset, as in [`Violation`](crate::Violation).
    pub offset: u32,
    pub what: What,
}

/// What is wrong. Entries, objects and rules are indices into the tables of the program.
#[derive(Clone, Copy, Debug)]
pub(crate) enum What {
    TooLarge,
    Stopped(Stop),
    /// The document is no object.
    Root,
    Type {
        entry: u16,
    },
    ItemType {
        entry: u16,
        item: u32,
    },
    NotAllowed {
        entry: u16,
    },
    Format {
        entry: u16,
    },
    Range {
        entry: u16,
    },
    Placeholder {
        entry: u16,
    },
    ItemPlaceholder {
        entry: u16,
        item: u32,
    },
    /// An unknown key; whether to say what may have been meant.
    Unknown {
        object: u16,
        hint: bool,
    },
    Duplicate {
        entry: u16,
    },
    Excluded {
        entry: u16,
        rule: u16,
    },
    /// A missing entry, and the rule that requires it if it is not always required.
    Missing {
        entry: u16,
        rule: Option<u16>,
    },
    Constraint {
        rule: u16,
        code: Code,
    },
}

impl Found {
    /// Something at an offset; inputs are at most 16 MiB.
    pub fn new(offset: usize, what: What) -> Self {
        Found { offset: offset as u32, what }
    }

    /// The kind of violation.
    pub fn code(&self) -> Code {
        match self.what {
            What::TooLarge => Code::TooLarge,
            What::Stopped(Stop::Depth) => Code::TooDeep,
            What::Stopped(_) => Code::NotJson,
            What::Root | What::Type { .. } | What::ItemType { .. } => Code::WrongType,
            What::NotAllowed { .. } => Code::NotAllowed,
            What::Format { .. } => Code::WrongFormat,
            What::Range { .. } => Code::OutOfRange,
            What::Placeholder { .. } | What::ItemPlaceholder { .. } => Code::Placeholder,
            What::Unknown { .. } => Code::UnknownEntry,
            What::Duplicate { .. } => Code::DuplicateEntry,
            What::Excluded { .. } => Code::ExcludedEntry,
            What::Missing { .. } => Code::MissingEntry,
            What::Constraint { code, .. } => code,
        }
    }
}
