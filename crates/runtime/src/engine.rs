//! The engine: runs a program over the bytes of a message, in one pass.
//!
//! In: a program, bytes, and whether placeholders may be left. Out: a [`Report`]. Reading finds
//! what is wrong with values and keys; `rules` then settles what is missing and which constraints
//! do not hold. A valid message costs no allocation: offsets of entries live on the stack.

use crate::facts::{Facts, entry_pointer, key, member_pointer};
use crate::index::{Index, slots};
use crate::lexer::{Lexer, MAX_BYTES, MAX_DEPTH, Scalar};
use crate::program::{Entry, Expect, MAX_ENTRIES, Program, Value, accepts};
use crate::rules;
use crate::stop::Stop;
use crate::text::Text;
use crate::value::{Fault, check, holds_placeholder, is_free_text};
use crate::violation::{Code, Report, Violation};
use crate::words::{self, Kind, about};

/// Whether leftover placeholders such as `<INSERT_API_KEY>` are valid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Placeholders {
    /// A placeholder is a string like any other, as in samples.
    #[default]
    Allowed,
    /// A string of a declared entry that contains a placeholder is a violation (`--strict`).
    Rejected,
}

/// The programs whose offsets are cheapest to clear.
const FEW_ENTRIES: usize = 64;

/// Validates one message: all its violations, in the order that [`Report::violations`] promises.
///
/// The input may be any bytes. What is no JSON text, exceeds [`MAX_BYTES`] or nests deeper than
/// [`MAX_DEPTH`] is reported as that alone. A program without objects accepts every JSON text.
pub fn validate(program: &Program, input: &[u8], placeholders: Placeholders) -> Report {
    match program.entries.len() {
        ..=FEW_ENTRIES => {
            run(program, input, placeholders, &mut [0; FEW_ENTRIES], &mut [0; slots(FEW_ENTRIES)])
        }
        _ => validate_large(program, input, placeholders),
    }
}

/// Apart, so that small programs do not pay for the stack it needs.
#[inline(never)]
fn validate_large(program: &Program, input: &[u8], placeholders: Placeholders) -> Report {
    run(program, input, placeholders, &mut [0; MAX_ENTRIES], &mut [0; slots(MAX_ENTRIES)])
}

fn run(
    program: &Program,
    input: &[u8],
    placeholders: Placeholders,
    offsets: &mut [u32],
    slots: &mut [u16],
) -> Report {
    if input.len() > MAX_BYTES {
        let message = format!("the input is larger than {} MiB", MAX_BYTES / 1024 / 1024);
        return only(Code::TooLarge, 0, message);
    }
    let mut reader = Reader {
        lexer: Lexer::new(input, 0),
        facts: Facts::new(program, offsets),
        index: Index::new(slots),
        placeholders,
        violations: Vec::new(),
        unknown: Vec::new(),
    };
    if let Err(stop) = reader.document() {
        return stopped(stop, input, reader.lexer.at());
    }
    let Reader { facts, mut violations, unknown, .. } = reader;
    rules::settle(&facts, input, &mut violations, &unknown);
    Report { violations }
}

/// The report of an input that could not be read to its end.
#[cold]
fn stopped(stop: Stop, input: &[u8], at: usize) -> Report {
    let before = input.get(..at).unwrap_or(input);
    let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
    // Columns count characters: bytes that do not continue one.
    let last = before.rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
    let column = 1 + last.iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
    let place = format!("at line {line}, column {column}");
    if stop == Stop::Depth {
        return only(Code::TooDeep, at, format!("nested deeper than {MAX_DEPTH} levels {place}"));
    }
    let ends = if at >= input.len() { ", where the input ends" } else { "" };
    only(Code::NotJson, at, format!("not JSON: expected {} {place}{ends}", stop.wanted()))
}

fn only(code: Code, offset: usize, message: String) -> Report {
    let violation = Violation { code, pointer: String::new(), entry: String::new(), offset, message };
    Report { violations: vec![violation] }
}

/// Reads a document, following its program.
struct Reader<'p, 'i, 'r> {
    lexer: Lexer<'i>,
    facts: Facts<'p, 'r>,
    index: Index<'r>,
    placeholders: Placeholders,
    violations: Vec<Violation>,
    /// The objects of the unknown entries among the violations, in order.
    unknown: Vec<u16>,
}

impl<'p> Reader<'p, '_, '_> {
    fn document(&mut self) -> Result<(), Stop> {
        self.lexer.start()?;
        if self.facts.program.objects.is_empty() {
            self.lexer.skip()?;
        } else if self.lexer.peek() == Some(b'{') {
            self.object(0)?;
        } else {
            let (at, found) = (self.lexer.at(), self.kind());
            self.lexer.skip()?;
            self.violations.push(Violation {
                code: Code::WrongType,
                pointer: String::new(),
                entry: String::new(),
                offset: at,
                message: format!("the message must be an object, not {}", found.words()),
            });
        }
        self.lexer.end()
    }

    /// Reads the declared object that starts here. Recursion is bounded by [`MAX_DEPTH`].
    fn object(&mut self, index: u16) -> Result<(), Stop> {
        let program = self.facts.program;
        self.facts.note_object(usize::from(index), self.lexer.at());
        self.lexer.open()?;
        let Some(object) = program.objects.get(usize::from(index)) else {
            return self.lexer.members();
        };
        let first = usize::from(object.first);
        let entries = program.entries.get(first..first + usize::from(object.len)).unwrap_or_default();
        // Entries mostly come in declared order: try the one after the last first.
        let mut expected = 0;
        let mut more = self.lexer.first_key()?;
        while more {
            let at = self.lexer.at();
            let found = match entries.get(expected) {
                Some(entry) if self.lexer.take_key(&entry.key) => Some(expected),
                _ => self.search(index, object.closed, entries, expected)?,
            };
            self.lexer.colon()?;
            match found.and_then(|found| Some((found, entries.get(found)?))) {
                Some((found, entry)) if !self.facts.present(first + found) => {
                    self.facts.note_entry(first + found, self.lexer.at());
                    self.entry(first + found, entry)?;
                    expected = found + 1;
                }
                Some((found, _)) => {
                    self.duplicate(first + found, at);
                    self.lexer.skip()?;
                    expected = found + 1;
                }
                None => self.lexer.skip()?,
            }
            more = self.lexer.next_key()?;
        }
        Ok(())
    }

    /// Reads a key that is not the expected one; its index in the object, if it is declared.
    #[inline(never)]
    fn search(
        &mut self,
        object: u16,
        closed: bool,
        entries: &[Entry],
        expected: usize,
    ) -> Result<Option<usize>, Stop> {
        let at = self.lexer.at();
        let key = self.lexer.string()?;
        let found = self.index.find(self.facts.program, object, entries, expected, key);
        if found.is_none() && closed {
            self.unknown(object, key, at);
        }
        Ok(found)
    }

    /// Reads the value of an entry.
    #[inline]
    fn entry(&mut self, index: usize, entry: &'p Entry) -> Result<(), Stop> {
        match (&entry.expect, self.lexer.peek()) {
            (Expect::Value(value), _) => self.value(index, entry, value),
            (Expect::Object(object), Some(b'{')) => self.object(*object),
            (Expect::List, Some(b'[')) => self.lexer.skip(),
            (Expect::Strings, Some(b'[')) => self.strings(index, entry),
            (Expect::Any, Some(b'"')) => {
                let at = self.lexer.at();
                let text = self.lexer.string()?;
                self.placeholder(text, at, index, None);
                Ok(())
            }
            (Expect::Any, _) => self.lexer.skip(),
            (Expect::Object(_) | Expect::List | Expect::Strings, _) => self.mistyped(index, entry),
        }
    }

    #[inline]
    fn value(&mut self, index: usize, entry: &'p Entry, expected: &'p Value) -> Result<(), Stop> {
        let at = self.lexer.at();
        match self.lexer.peek() {
            // Free text is the commonest of all: nobody looks at it.
            Some(b'"') if is_free_text(expected) && self.placeholders == Placeholders::Allowed => {
                return self.lexer.pass_string().map(drop);
            }
            Some(b'{') if expected.accepts & accepts::OBJECT != 0 => return self.lexer.skip(),
            Some(b'{' | b'[') => return self.mistyped(index, entry),
            _ => {}
        }
        let value = self.lexer.scalar()?;
        match check(expected, &self.facts.program.dfas, value) {
            Ok(()) => {
                if let Scalar::Text(text) = value {
                    self.placeholder(text, at, index, None);
                }
            }
            Err(fault) => self.faulty(fault, at, index, entry, expected, value),
        }
        Ok(())
    }

    /// Reads an array of strings.
    fn strings(&mut self, index: usize, entry: &'p Entry) -> Result<(), Stop> {
        self.lexer.open()?;
        let mut more = self.lexer.first_item()?;
        let mut item = 0;
        while more {
            let at = self.lexer.at();
            if self.lexer.peek() == Some(b'"') {
                let text = self.lexer.string()?;
                self.placeholder(text, at, index, Some(item));
            } else {
                let found = self.kind();
                self.lexer.skip()?;
                let message = words::wrong_item(entry, found);
                self.push(Code::WrongType, at, index, Some(item), message);
            }
            item += 1;
            more = self.lexer.next_item()?;
        }
        Ok(())
    }

    /// What the value is that starts here, by its first byte.
    fn kind(&self) -> Kind {
        match self.lexer.peek() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'"') => Kind::Text,
            Some(b't' | b'f') => Kind::Boolean,
            Some(b'n') => Kind::Null,
            _ => Kind::Number,
        }
    }

    /// Skips a value whose type is not accepted.
    #[cold]
    fn mistyped(&mut self, index: usize, entry: &Entry) -> Result<(), Stop> {
        let (at, found) = (self.lexer.at(), self.kind());
        self.lexer.skip()?;
        self.push(Code::WrongType, at, index, None, words::wrong_type(entry, found));
        Ok(())
    }

    #[cold]
    fn faulty(
        &mut self,
        fault: Fault,
        at: usize,
        index: usize,
        entry: &Entry,
        expected: &Value,
        value: Scalar<'_>,
    ) {
        let (code, message) = match fault {
            Fault::Type => (Code::WrongType, words::wrong_type(entry, Kind::of(value, expected))),
            Fault::OneOf => (Code::NotAllowed, words::not_allowed(entry, expected, value)),
            Fault::Pattern => (Code::WrongFormat, words::wrong_format(entry, expected)),
            Fault::Range => (Code::OutOfRange, words::out_of_range(entry, expected)),
        };
        self.push(code, at, index, None, message);
    }

    /// Reports a string that still holds a placeholder, if none may be left.
    #[inline]
    fn placeholder(&mut self, text: Text<'_>, at: usize, index: usize, item: Option<usize>) {
        if self.placeholders == Placeholders::Rejected && holds_placeholder(text) {
            let subject = if item.is_some() { "an item of " } else { "" };
            let message = about(subject, key(self.facts.program, index), " still holds a placeholder");
            self.push(Code::Placeholder, at, index, item, message);
        }
    }

    #[cold]
    fn duplicate(&mut self, index: usize, at: usize) {
        let message = about("", key(self.facts.program, index), " is given more than once");
        self.push(Code::DuplicateEntry, at, index, None, message);
    }

    /// Reports an unknown entry. What it says is filled in at the end: only then is it known which
    /// entries are missing, and so what may have been meant.
    #[cold]
    fn unknown(&mut self, object: u16, key: Text<'_>, at: usize) {
        let entry = key.decode().into_owned();
        let pointer = member_pointer(self.facts.program, usize::from(object), &entry);
        self.unknown.push(object);
        let code = Code::UnknownEntry;
        self.violations.push(Violation { code, pointer, entry, offset: at, message: String::new() });
    }

    /// Reports a violation of an entry's value, or of one of its items.
    #[cold]
    fn push(&mut self, code: Code, at: usize, index: usize, item: Option<usize>, message: String) {
        let program = self.facts.program;
        let mut pointer = entry_pointer(program, index);
        if let Some(item) = item {
            pointer.push('/');
            pointer.push_str(&item.to_string());
        }
        let entry = key(program, index).to_owned();
        self.violations.push(Violation { code, pointer, entry, offset: at, message });
    }
}
