//! The engine: runs a program over the bytes of a message, in one pass.
//!
//! In: a program, bytes, and whether placeholders may be left. Out: what was found, as small data,
//! and where the values of entries are. Reading finds what is wrong with values and keys; `rules`
//! then settles what is missing and which constraints do not hold.

use crate::facts::Facts;
use crate::found::{Found, What};
use crate::keys::{Keys, name};
use crate::layout::{Gap, Layout, lead_end, text_end, value_start};
use crate::lexer::{Lexer, MAX_BYTES};
use crate::program::{Entry, Expect, Object, Program, Str, Value, accepts};
use crate::rules;
use crate::stop::Stop;
use crate::text::Text;
use crate::value::{Fault, check, check_text, holds_placeholder};

/// Whether leftover placeholders such as `<INSERT_API_KEY>` are valid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Placeholders {
    /// A placeholder is a string like any other, as in samples.
    #[default]
    Allowed,
    /// A string of a declared entry that contains a placeholder is a violation (`--strict`).
    Rejected,
}

/// So many unknown entries get a suggestion; more are hardly misspelt, and the time it takes to
/// reject a message must not depend on how much nonsense is in it.
const SUGGESTIONS: usize = 64;

/// Runs a program. `offsets` has a place for each entry, all zero; `found` is empty, and holds what
/// is wrong afterwards.
#[inline]
pub(crate) fn run<'a>(
    program: &'a Program,
    input: &'a [u8],
    placeholders: Placeholders,
    offsets: &'a mut [u32],
    found: &mut Vec<Found>,
) -> Facts<'a> {
    let mut root = 0;
    if input.len() > MAX_BYTES {
        found.push(Found::new(0, What::TooLarge));
        return Facts { program, input, offsets, root };
    }
    let lexer = Lexer::new(input, 0);
    let mut reader = Reader { program, lexer, offsets, found, placeholders, missing: 0, unknown: 0 };
    let read = reader.document(&mut root);
    let Reader { lexer, offsets, found, missing, .. } = reader;
    let facts = Facts { program, input, offsets, root };
    match read {
        Ok(()) => rules::settle(&facts, found, missing),
        Err(stop) => {
            // That alone counts, whatever was found before.
            found.clear();
            found.push(Found::new(lexer.at(), What::Stopped(stop)));
        }
    }
    facts
}

/// Reads a document, following its program.
struct Reader<'a, 'f> {
    program: &'a Program,
    lexer: Lexer<'a>,
    offsets: &'a mut [u32],
    found: &'f mut Vec<Found>,
    placeholders: Placeholders,
    /// How many entries are always required in the objects read so far, and were not there so far.
    missing: usize,
    /// How many unknown entries there were.
    unknown: usize,
}

impl<'a> Reader<'a, '_> {
    fn document(&mut self, root: &mut usize) -> Result<(), Stop> {
        self.lexer.start()?;
        *root = self.lexer.at();
        match self.program.objects.first() {
            None => self.lexer.skip()?,
            Some(object) if self.lexer.peek() == Some(b'{') => self.object(0, object)?,
            Some(_) => {
                self.lexer.skip()?;
                self.push(*root, What::Root);
            }
        }
        self.lexer.end()
    }

    /// Reads the declared object that starts here. Recursion is bounded by
    /// [`MAX_DEPTH`](crate::MAX_DEPTH).
    fn object(&mut self, index: u16, object: &'a Object) -> Result<(), Stop> {
        self.lexer.open()?;
        self.missing += usize::from(object.required);
        match Layout::foreseen(self.lexer.peek(), self.lexer.depth()) {
            Some(layout) => self.foreseen(index, object, layout),
            None => self.members(index, object, self.lexer.at(), true),
        }
    }

    /// Reads the members of an object as long as they are laid out and ordered as in a sample.
    fn foreseen(&mut self, index: u16, object: &'a Object, layout: Layout) -> Result<(), Stop> {
        let first = usize::from(object.first);
        let entries = self.program.entries_of(object);
        let leads = self.program.leads.get(first..first + entries.len()).unwrap_or_default();
        let input = self.lexer.input();
        let mut at = self.lexer.at();
        // Entries mostly come in declared order: try the one after the last first.
        let mut expected = 0;
        let mut at_start = true;
        loop {
            let next = leads.get(expected).and_then(|lead| lead_end(input, at, lead, layout));
            let found = match next {
                Some(end) => Some((expected, end)),
                None => self.nearby(leads, expected, at, layout),
            };
            let Some((place, entry, end)) =
                found.and_then(|(place, end)| Some((place, entries.get(place)?, end)))
            else {
                return self.members(index, object, at, at_start);
            };
            let key = layout.key(at);
            at = self.entry(first + place, entry, key, end)?;
            at_start = false;
            expected = place + 1;
            at = match self.comma(at)? {
                Some(at) => at,
                None => return Ok(()),
            };
        }
    }

    /// Reads the members of an object from here on, whatever their order and layout.
    #[inline(never)]
    fn members(
        &mut self,
        index: u16,
        object: &'a Object,
        mut at: usize,
        mut at_start: bool,
    ) -> Result<(), Stop> {
        let first = usize::from(object.first);
        let entries = self.program.entries_of(object);
        let keys = Keys::of(self.program, object);
        let input = self.lexer.input();
        let mut gap = Gap::UNKNOWN;
        loop {
            let key = match gap.end(input, at) {
                Some(key) => key,
                None => {
                    self.lexer.go(at);
                    let more = if at_start { self.lexer.first_key()? } else { self.lexer.key()? };
                    if !more {
                        return Ok(());
                    }
                    gap = Gap::between(input, at, self.lexer.at());
                    self.lexer.at()
                }
            };
            at_start = false;
            let found = name(input, key)
                .and_then(|name| Some((keys.find(entries, &name)?, key + 2 + name.key.len())));
            let (place, end) = match found {
                Some(found) => found,
                None => self.search(entries, key)?,
            };
            at = match value_start(input, end) {
                Some(at) => at,
                None => self.apart(end, |reader| reader.lexer.colon())?,
            };
            match entries.get(place) {
                Some(entry) => at = self.entry(first + place, entry, key, at)?,
                None => {
                    if object.closed {
                        self.unknown(index, key);
                    }
                    at = self.apart(at, |reader| reader.lexer.skip())?;
                }
            }
            at = match self.comma(at)? {
                Some(at) => at,
                None => return Ok(()),
            };
        }
    }

    /// Reads the value of an entry; where it ends.
    #[inline(always)]
    fn entry(&mut self, number: usize, entry: &'a Entry, key: usize, at: usize) -> Result<usize, Stop> {
        let offset = self.offsets.get_mut(number);
        if offset.as_ref().is_some_and(|offset| **offset != 0) {
            self.push(key, What::Duplicate { entry: number as u16 });
            return self.apart(at, |reader| reader.lexer.skip());
        }
        if let Some(offset) = offset {
            // Lossless: inputs are at most 16 MiB.
            *offset = at as u32;
        }
        self.missing = self.missing.wrapping_sub(usize::from(entry.required));
        // Free text is the commonest of all: nobody looks at it.
        let plain = if entry.free && self.placeholders == Placeholders::Allowed {
            text_end(self.lexer.input(), at)
        } else {
            None
        };
        match plain {
            Some(end) => Ok(end),
            None => self.apart(at, |reader| reader.value(number as u16, entry)),
        }
    }

    /// Passes the comma after a member; where the next one starts, `None` if the object ends here.
    #[inline(always)]
    fn comma(&mut self, at: usize) -> Result<Option<usize>, Stop> {
        if self.lexer.input().get(at) == Some(&b',') {
            return Ok(Some(at + 1));
        }
        self.lexer.go(at);
        Ok(if self.lexer.comma()? { Some(self.lexer.at()) } else { None })
    }

    /// Reads something with the lexer at a position; where it then is.
    #[inline(always)]
    fn apart(&mut self, at: usize, read: impl FnOnce(&mut Self) -> Result<(), Stop>) -> Result<usize, Stop> {
        self.lexer.go(at);
        read(self)?;
        Ok(self.lexer.at())
    }

    /// Looks whether the entry of which the lead stands here is one near to the expected one: some were
    /// left out, or two have changed places. Its place, and where its value starts.
    #[inline(never)]
    fn nearby(&self, leads: &[Str], expected: usize, at: usize, layout: Layout) -> Option<(usize, usize)> {
        [expected + 1, expected.wrapping_sub(2), expected + 2]
            .into_iter()
            .find_map(|place| Some((place, lead_end(self.lexer.input(), at, leads.get(place)?, layout)?)))
    }

    /// Reads a key that cannot be taken by words; its place among the entries, if it is declared, and where
    /// it ends.
    #[inline(never)]
    fn search(&mut self, entries: &[Entry], at: usize) -> Result<(usize, usize), Stop> {
        self.lexer.go(at);
        let key = self.lexer.string()?;
        let place = entries.iter().position(|entry| key.is(&entry.key));
        Ok((place.unwrap_or(usize::MAX), self.lexer.at()))
    }

    /// Reads the value of an entry. Apart, as is everything that [`Reader::object`] does seldom: what
    /// it does often then stays in registers.
    #[inline(never)]
    fn value(&mut self, index: u16, entry: &'a Entry) -> Result<(), Stop> {
        match (&entry.expect, self.lexer.peek()) {
            (Expect::Value(value), _) => self.scalar(index, value),
            (Expect::Object(object), Some(b'{')) => match self.program.objects.get(usize::from(*object)) {
                Some(declared) => self.object(*object, declared),
                None => self.lexer.skip(),
            },
            (Expect::List, Some(b'[')) => self.lexer.skip(),
            (Expect::Strings, Some(b'[')) => self.strings(index),
            (Expect::Any, Some(b'"')) => {
                let at = self.lexer.at();
                let text = self.lexer.string()?;
                self.placeholder(text, at, What::Placeholder { entry: index });
                Ok(())
            }
            (Expect::Any, _) => self.lexer.skip(),
            (Expect::Object(_) | Expect::List | Expect::Strings, _) => self.mistyped(index),
        }
    }

    #[inline]
    fn scalar(&mut self, index: u16, expected: &'a Value) -> Result<(), Stop> {
        let at = self.lexer.at();
        match self.lexer.peek() {
            Some(b'"') => {
                let text = match text_end(self.lexer.input(), at) {
                    Some(end) => {
                        self.lexer.go(end);
                        Text::new(self.lexer.input().get(at + 1..end - 1).unwrap_or_default(), false)
                    }
                    None => self.lexer.string()?,
                };
                match check_text(expected, &self.program.dfas, text) {
                    Ok(()) => self.placeholder(text, at, What::Placeholder { entry: index }),
                    Err(fault) => self.faulty(fault, at, index),
                }
                return Ok(());
            }
            Some(b'{') if expected.accepts & accepts::OBJECT != 0 => return self.lexer.skip(),
            Some(b'{' | b'[') => return self.mistyped(index),
            _ => {}
        }
        let value = self.lexer.scalar()?;
        if let Err(fault) = check(expected, &self.program.dfas, value) {
            self.faulty(fault, at, index);
        }
        Ok(())
    }

    /// Reads an array of strings.
    #[inline(never)]
    fn strings(&mut self, entry: u16) -> Result<(), Stop> {
        self.lexer.open()?;
        let mut more = self.lexer.first_item()?;
        // Lossless: inputs are at most 16 MiB.
        let mut item = 0;
        while more {
            let at = self.lexer.at();
            if self.placeholders == Placeholders::Allowed
                && let Some(end) = text_end(self.lexer.input(), at)
            {
                self.lexer.go(end);
            } else if self.lexer.peek() == Some(b'"') {
                let text = self.lexer.string()?;
                self.placeholder(text, at, What::ItemPlaceholder { entry, item });
            } else {
                self.lexer.skip()?;
                self.push(at, What::ItemType { entry, item });
            }
            item += 1;
            more = self.lexer.next_item()?;
        }
        Ok(())
    }

    /// Skips a value whose type is not accepted.
    #[cold]
    fn mistyped(&mut self, entry: u16) -> Result<(), Stop> {
        let at = self.lexer.at();
        self.lexer.skip()?;
        self.push(at, What::Type { entry });
        Ok(())
    }

    #[cold]
    fn faulty(&mut self, fault: Fault, at: usize, entry: u16) {
        let what = match fault {
            Fault::Type => What::Type { entry },
            Fault::OneOf => What::NotAllowed { entry },
            Fault::Pattern => What::Format { entry },
            Fault::Range => What::Range { entry },
        };
        self.push(at, what);
    }

    /// Notes a string that still holds a placeholder, if none may be left.
    #[inline]
    fn placeholder(&mut self, text: Text<'_>, at: usize, what: What) {
        if self.placeholders == Placeholders::Rejected && holds_placeholder(text) {
            self.push(at, what);
        }
    }

    #[cold]
    fn unknown(&mut self, object: u16, at: usize) {
        self.unknown += 1;
        let hint = self.unknown <= SUGGESTIONS;
        self.push(at, What::Unknown { object, hint });
    }

    #[cold]
    fn push(&mut self, at: usize, what: What) {
        self.found.push(Found::new(at, what));
    }
}
