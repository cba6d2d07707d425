//! What a run has learnt of a document once it has been read, and where things are in a program.
//!
//! In: offsets noted while reading. Out: which entries and objects are there, the answers of the
//! program's tests, pointers and offsets for violations.

use crate::lexer::{Lexer, MAX_DEPTH, Scalar};
use crate::program::{Condition, Const, Expect, MAX_ENTRIES, Program, TestKind};
use crate::value::is_constant;

/// Words of a set of objects: the root, and one per entry at most.
const OBJECT_WORDS: usize = MAX_ENTRIES / 64 + 1;

/// What is where in a document.
pub(crate) struct Facts<'p, 'r> {
    pub program: &'p Program,
    /// Offset of each entry's value; zero if it is not there, since no value of an entry starts a
    /// document.
    offsets: &'r mut [u32],
    /// The declared objects that are there, as objects.
    objects: [u64; OBJECT_WORDS],
    /// Offset of the root.
    root: usize,
}

impl<'p, 'r> Facts<'p, 'r> {
    /// Nothing is there yet. There must be one offset per entry, all zero.
    pub fn new(program: &'p Program, offsets: &'r mut [u32]) -> Self {
        Facts { program, offsets, objects: [0; OBJECT_WORDS], root: 0 }
    }

    /// Whether an entry is there.
    #[inline]
    pub fn present(&self, entry: usize) -> bool {
        self.offsets.get(entry).is_some_and(|&offset| offset != 0)
    }

    /// Notes where the value of an entry is.
    #[inline]
    pub fn note_entry(&mut self, entry: usize, offset: usize) {
        if let Some(slot) = self.offsets.get_mut(entry) {
            // Lossless: inputs are at most 16 MiB.
            *slot = offset as u32;
        }
    }

    /// Whether a declared object is there, as an object.
    #[inline]
    pub fn there(&self, object: usize) -> bool {
        self.objects.get(object / 64).is_some_and(|word| word >> (object % 64) & 1 == 1)
    }

    /// Notes that an object is there.
    #[inline]
    pub fn note_object(&mut self, object: usize, offset: usize) {
        if object == 0 {
            self.root = offset;
        }
        if let Some(word) = self.objects.get_mut(object / 64) {
            *word |= 1 << (object % 64);
        }
    }

    /// Offset of the value of an entry that is there.
    pub fn offset(&self, entry: usize) -> usize {
        self.offsets.get(entry).map_or(0, |&offset| offset as usize)
    }

    /// Offset of the `{` of an object that is there.
    pub fn object_offset(&self, object: usize) -> usize {
        holder(self.program, object).map_or(self.root, |entry| self.offset(entry))
    }
}

/// The entry that holds an object; `None` for the root.
pub(crate) fn holder(program: &Program, object: usize) -> Option<usize> {
    if object == 0 {
        return None;
    }
    program
        .entries
        .iter()
        .position(|entry| matches!(entry.expect, Expect::Object(held) if usize::from(held) == object))
}

/// The object that an entry belongs to.
pub(crate) fn owner(program: &Program, entry: usize) -> usize {
    let owns = |object: &crate::program::Object| {
        let first = usize::from(object.first);
        (first..first + usize::from(object.len)).contains(&entry)
    };
    program.objects.iter().position(owns).unwrap_or_default()
}

/// The key of an entry, `""` if there is no such entry.
pub(crate) fn key(program: &Program, entry: usize) -> &str {
    program.entries.get(entry).map_or("", |entry| entry.key.as_ref())
}

/// The key of an object: that of the entry that holds it, `""` for the root.
pub(crate) fn object_key(program: &Program, object: usize) -> &str {
    holder(program, object).map_or("", |entry| key(program, entry))
}

/// Appends the pointer of an object.
fn push_object_pointer(out: &mut String, program: &Program, object: usize, depth: u32) {
    // Objects nest at most that deep in any document; a program whose objects hold each other
    // must not lead astray.
    if depth < MAX_DEPTH
        && let Some(entry) = holder(program, object)
    {
        push_object_pointer(out, program, owner(program, entry), depth + 1);
        push_member(out, key(program, entry));
    }
}

/// The pointer of an object.
pub(crate) fn object_pointer(program: &Program, object: usize) -> String {
    if object == 0 {
        return String::new();
    }
    let mut pointer = String::with_capacity(64);
    push_object_pointer(&mut pointer, program, object, 0);
    pointer
}

/// The pointer of a member of an object.
pub(crate) fn member_pointer(program: &Program, object: usize, key: &str) -> String {
    let mut pointer = String::with_capacity(key.len() + 32);
    push_object_pointer(&mut pointer, program, object, 0);
    push_member(&mut pointer, key);
    pointer
}

/// The pointer of an entry's value.
pub(crate) fn entry_pointer(program: &Program, entry: usize) -> String {
    member_pointer(program, owner(program, entry), key(program, entry))
}

/// Appends a member to the pointer of its object.
fn push_member(pointer: &mut String, key: &str) {
    pointer.push('/');
    if !key.bytes().fold(false, |special, byte| special | (byte == b'~') | (byte == b'/')) {
        return pointer.push_str(key);
    }
    for part in key.split_inclusive(['~', '/']) {
        if let Some(plain) = part.strip_suffix('~') {
            pointer.push_str(plain);
            pointer.push_str("~0");
        } else if let Some(plain) = part.strip_suffix('/') {
            pointer.push_str(plain);
            pointer.push_str("~1");
        } else {
            pointer.push_str(part);
        }
    }
}

/// The answers of a program's tests, one bit each.
pub(crate) struct Answers([u64; MAX_ENTRIES / 64]);

impl Answers {
    /// Asks all tests of a document that has been read without a syntax error. Values are read
    /// once more here rather than tested while reading, so that reading need not know of tests.
    pub fn ask(facts: &Facts<'_, '_>, input: &[u8]) -> Self {
        let mut answers = [0; MAX_ENTRIES / 64];
        // Neighbouring tests often ask about the same entry: its value is kept.
        let mut kept: Option<(usize, Option<Scalar<'_>>)> = None;
        for (index, test) in facts.program.tests.iter().enumerate() {
            let entry = usize::from(test.entry);
            let holds = match &test.kind {
                _ if !facts.present(entry) => test.default_holds || test.kind == TestKind::Absent,
                TestKind::Present => true,
                TestKind::Absent => false,
                TestKind::OneOf(constants) => {
                    let value = match kept {
                        Some((of, value)) if of == entry => value,
                        _ => Lexer::new(input, facts.offset(entry)).scalar().ok(),
                    };
                    kept = Some((entry, value));
                    value.is_some_and(|value| is_any(constants, value))
                }
            };
            if holds && let Some(word) = answers.get_mut(index / 64) {
                *word |= 1 << (index % 64);
            }
        }
        Answers(answers)
    }

    /// The answer of one test.
    pub fn yes(&self, test: u16) -> bool {
        let test = usize::from(test);
        self.0.get(test / 64).is_some_and(|word| word >> (test % 64) & 1 == 1)
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
