//! What a run has learnt of a document once it has been read.
//!
//! In: a program, an input, and where in it the values of entries are. Out: which entries and
//! objects are there, and the answers of the program's tests.

use std::cell::Cell;

use crate::lexer::{Lexer, Scalar};
use crate::program::{Condition, Const, Object, Program, Test, TestKind};
use crate::value::is_constant;

/// What is where in a document.
#[derive(Clone, Copy)]
pub(crate) struct Facts<'a> {
    pub program: &'a Program,
    pub input: &'a [u8],
    /// Offset of each entry's value; zero if it is not there, since no value of an entry starts a
    /// document.
    pub offsets: &'a [u32],
    /// Offset of the document's first byte that is no white space.
    pub root: usize,
}

impl<'a> Facts<'a> {
    /// Whether an entry is there.
    #[inline]
    pub fn present(&self, entry: u16) -> bool {
        self.offset(entry) != 0
    }

    /// Offset of the value of an entry that is there.
    #[inline]
    pub fn offset(&self, entry: u16) -> usize {
        self.offsets.get(usize::from(entry)).map_or(0, |&offset| offset as usize)
    }

    /// Offset of the `{` of an object that is there.
    pub fn object_offset(&self, object: u16) -> usize {
        self.program.holder(object).map_or(self.root, |holder| self.offset(holder))
    }

    /// Whether a declared object is there, as an object.
    #[inline]
    pub fn there(&self, object: &Object) -> bool {
        let offset = match object.holder {
            None => self.root,
            Some(holder) if self.present(holder) => self.offset(holder),
            Some(_) => return false,
        };
        self.input.get(offset) == Some(&b'{')
    }

    /// The scalar that starts at an offset; `None` if there is none.
    pub fn scalar(&self, offset: usize) -> Option<Scalar<'a>> {
        Lexer::new(self.input, offset).scalar().ok()
    }

    /// The answer of a test. The value is read once more rather than tested while reading, so that
    /// reading need not know of tests.
    fn ask(&self, test: &Test) -> bool {
        match &test.kind {
            _ if !self.present(test.entry) => test.default_holds || test.kind == TestKind::Absent,
            TestKind::Present => true,
            TestKind::Absent => false,
            TestKind::OneOf(constants) => {
                self.scalar(self.offset(test.entry)).is_some_and(|value| is_any(constants, value))
            }
        }
    }
}

/// The answers of a program's tests. Those of the first 64, which most programs have no more than,
/// are kept once they have been asked.
pub(crate) struct Answers<'f, 'a> {
    pub facts: &'f Facts<'a>,
    asked: Cell<u64>,
    yes: Cell<u64>,
}

impl<'f, 'a> Answers<'f, 'a> {
    /// No test has been asked yet.
    pub fn new(facts: &'f Facts<'a>) -> Self {
        Answers { facts, asked: Cell::new(0), yes: Cell::new(0) }
    }

    /// The answer of one test.
    fn yes(&self, test: u16) -> bool {
        let bit = 1u64.checked_shl(test.into()).unwrap_or(0);
        if self.asked.get() & bit != 0 {
            return self.yes.get() & bit != 0;
        }
        let tests = &self.facts.program.tests;
        let yes = tests.get(usize::from(test)).is_some_and(|test| self.facts.ask(test));
        self.asked.set(self.asked.get() | bit);
        self.yes.set(self.yes.get() | if yes { bit } else { 0 });
        yes
    }

    /// The first of a condition's conjunctions that holds, be it negated or not.
    pub fn first<'c>(&self, condition: &'c Condition) -> Option<&'c [u16]> {
        let conjunctions = condition.any.iter().map(|tests| tests.as_ref());
        conjunctions.into_iter().find(|tests| tests.iter().all(|&test| self.yes(test)))
    }

    /// Whether a condition holds.
    pub fn hold(&self, condition: &Condition) -> bool {
        self.first(condition).is_some() != condition.negated
    }
}

/// Whether a value is one of some constants.
pub(crate) fn is_any(constants: &[Const], value: Scalar<'_>) -> bool {
    constants.iter().any(|constant| is_constant(constant, value))
}
