//! A JSON lexer over bytes: RFC 8259, nothing more and nothing less.
//!
//! In: bytes and a position. Out: keys, scalars and skipped values, or a [`Stop`] that says what
//! was wanted at [`Lexer::at`]. It never allocates and never builds a tree; strings stay as they
//! are written, and are decoded byte by byte only where a comparison needs it.

use crate::bytes::{STRIDE, eight, first_special, is_special, specials};
use crate::layout::value_start;
use crate::stop::Stop;
use crate::text::Text;

/// The greatest input that is read, in bytes: 16 MiB.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// How deep arrays and objects may nest, the outermost counted as one.
pub const MAX_DEPTH: u32 = 128;

/// A value that is neither an array nor an object, as it is written.
#[derive(Clone, Copy)]
pub(crate) enum Scalar<'a> {
    Null,
    Boolean(bool),
    Number(&'a [u8]),
    Text(Text<'a>),
}

/// A position in an input.
pub(crate) struct Lexer<'a> {
    input: &'a [u8],
    at: usize,
    depth: u32,
}

impl<'a> Lexer<'a> {
    /// A lexer that starts at a position.
    pub fn new(input: &'a [u8], at: usize) -> Self {
        Lexer { input, at, depth: 0 }
    }

    /// Where it is: the next byte to read, or where it stopped.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Goes somewhere else.
    #[inline(always)]
    pub fn go(&mut self, at: usize) {
        self.at = at;
    }

    /// The input.
    #[inline(always)]
    pub fn input(&self) -> &'a [u8] {
        self.input
    }

    /// The next byte.
    #[inline(always)]
    pub fn peek(&self) -> Option<u8> {
        self.input.get(self.at).copied()
    }

    /// Goes to the first byte of the document.
    pub fn start(&mut self) -> Result<(), Stop> {
        if self.input.starts_with(b"\xEF\xBB\xBF") {
            return Err(Stop::NoMark);
        }
        self.space();
        Ok(())
    }

    /// Makes sure that nothing follows.
    pub fn end(&mut self) -> Result<(), Stop> {
        self.space();
        if self.at == self.input.len() { Ok(()) } else { Err(Stop::End) }
    }

    /// Skips white space.
    #[inline(always)]
    fn space(&mut self) {
        if self.peek().is_some_and(|byte| byte <= b' ') {
            self.space_run();
        }
    }

    #[inline]
    fn space_run(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
            // Indentation: count the spaces of eight bytes at once.
            if self.peek() == Some(b' ')
                && let Some(word) = self.word()
            {
                self.at += ((word ^ eight(b' ')).trailing_zeros() / 8) as usize;
            }
        }
    }

    /// What is left.
    #[inline(always)]
    fn rest(&self) -> &'a [u8] {
        self.input.get(self.at..).unwrap_or_default()
    }

    /// The next eight bytes, the first one lowest.
    #[inline(always)]
    fn word(&self) -> Option<u64> {
        self.rest().first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
    }

    /// Enters the array or object that starts here.
    #[inline]
    pub fn open(&mut self) -> Result<(), Stop> {
        if self.depth == MAX_DEPTH {
            return Err(Stop::Depth);
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    /// How many arrays and objects have been entered and not been left.
    #[inline(always)]
    pub fn depth(&self) -> u32 {
        self.depth
    }

    #[inline(always)]
    fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.at += 1;
    }

    /// Goes to the first key of an object that was entered; false if the object ends here.
    #[inline]
    pub fn first_key(&mut self) -> Result<bool, Stop> {
        self.space();
        match self.peek() {
            Some(b'"') => Ok(true),
            Some(b'}') => {
                self.close();
                Ok(false)
            }
            _ => Err(Stop::KeyOrBrace),
        }
    }

    /// Goes to the key that must come next: always true.
    #[inline]
    pub fn key(&mut self) -> Result<bool, Stop> {
        self.space();
        if self.peek() == Some(b'"') { Ok(true) } else { Err(Stop::Key) }
    }

    /// Passes the comma after a member; false if the object ends here.
    #[inline(always)]
    pub fn comma(&mut self) -> Result<bool, Stop> {
        if self.peek() == Some(b',') {
            self.at += 1;
            return Ok(true);
        }
        self.comma_run()
    }

    #[inline(never)]
    fn comma_run(&mut self) -> Result<bool, Stop> {
        self.space();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(b'}') => {
                self.close();
                Ok(false)
            }
            _ => Err(Stop::CommaOrBrace),
        }
    }

    /// Goes from the end of a key to its value.
    #[inline]
    pub fn colon(&mut self) -> Result<(), Stop> {
        if let Some(at) = value_start(self.input, self.at) {
            self.at = at;
            return Ok(());
        }
        self.space();
        if self.peek() != Some(b':') {
            return Err(Stop::Colon);
        }
        self.at += 1;
        self.space();
        Ok(())
    }

    /// Goes to the first item of an array that was entered; false if the array ends here.
    pub fn first_item(&mut self) -> Result<bool, Stop> {
        self.space();
        if self.peek() == Some(b']') {
            self.close();
            return Ok(false);
        }
        Ok(true)
    }

    /// Goes to the next item after one; false if the array ends here.
    pub fn next_item(&mut self) -> Result<bool, Stop> {
        self.space();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                self.space();
                Ok(true)
            }
            Some(b']') => {
                self.close();
                Ok(false)
            }
            _ => Err(Stop::CommaOrBracket),
        }
    }

    /// Skips a value of any type, checking its syntax. Its recursion is bounded by [`MAX_DEPTH`].
    pub fn skip(&mut self) -> Result<(), Stop> {
        match self.peek() {
            Some(b'{') => {
                self.open()?;
                self.members()
            }
            Some(b'[') => {
                self.open()?;
                let mut more = self.first_item()?;
                while more {
                    self.skip()?;
                    more = self.next_item()?;
                }
                Ok(())
            }
            Some(b'"') => self.pass_string().map(drop),
            _ => self.scalar().map(drop),
        }
    }

    /// Skips the rest of an object that was entered.
    pub fn members(&mut self) -> Result<(), Stop> {
        if !self.first_key()? {
            return Ok(());
        }
        loop {
            self.pass_string()?;
            self.colon()?;
            self.skip()?;
            if !self.comma()? {
                return Ok(());
            }
            self.key()?;
        }
    }

    /// Reads a value that is neither an array nor an object.
    #[inline]
    pub fn scalar(&mut self) -> Result<Scalar<'a>, Stop> {
        match self.peek() {
            Some(b'"') => self.string().map(Scalar::Text),
            Some(b'-' | b'0'..=b'9') => self.number().map(Scalar::Number),
            Some(b't') => self.literal(b"true", Scalar::Boolean(true)),
            Some(b'f') => self.literal(b"false", Scalar::Boolean(false)),
            Some(b'n') => self.literal(b"null", Scalar::Null),
            _ => Err(Stop::Value),
        }
    }

    fn literal(&mut self, word: &[u8], scalar: Scalar<'a>) -> Result<Scalar<'a>, Stop> {
        if !self.rest().starts_with(word) {
            return Err(Stop::Value);
        }
        self.at += word.len();
        Ok(scalar)
    }

    fn number(&mut self) -> Result<&'a [u8], Stop> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        // A number starts with one zero or with none.
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(self.input.get(start..self.at).unwrap_or_default())
    }

    fn digits(&mut self) -> Result<(), Stop> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(Stop::Digit) } else { Ok(()) }
    }

    /// Reads the string that starts here.
    #[inline]
    pub fn string(&mut self) -> Result<Text<'a>, Stop> {
        let start = self.at + 1;
        let escaped = self.pass_string()?;
        Ok(Text::new(self.input.get(start..self.at - 1).unwrap_or_default(), escaped))
    }

    /// Passes the string that starts here, and says whether anything in it is escaped. Apart from
    /// [`Lexer::string`] because its result fits into a register.
    #[inline(always)]
    pub fn pass_string(&mut self) -> Result<bool, Stop> {
        let start = self.at + 1;
        self.at = start;
        let seen = self.pass_plain();
        // What was seen may include bytes after the string: at worst it is looked at once more.
        if self.peek() == Some(b'"') && seen & eight(0x80) == 0 {
            self.at += 1;
            return Ok(false);
        }
        self.pass_odd(start, seen)
    }

    /// Goes to the next byte that cannot stand for itself within a string; all bytes that were
    /// seen on the way, or-ed.
    #[inline(always)]
    fn pass_plain(&mut self) -> u64 {
        let mut seen = 0;
        while let Some(stride) = self.rest().first_chunk::<STRIDE>() {
            let (special, bytes) = first_special(stride);
            seen |= bytes;
            if let Some(special) = special {
                self.at += special;
                return seen;
            }
            self.at += STRIDE;
        }
        // The end of the input.
        while let Some(word) = self.word() {
            let special = specials(word);
            seen |= word;
            if special != 0 {
                self.at += (special.trailing_zeros() / 8) as usize;
                return seen;
            }
            self.at += 8;
        }
        while let Some(byte) = self.peek()
            && !is_special(byte)
        {
            seen |= u64::from(byte);
            self.at += 1;
        }
        seen
    }

    /// Passes the rest of a string that is not plain ASCII up to here.
    #[inline(never)]
    fn pass_odd(&mut self, start: usize, mut seen: u64) -> Result<bool, Stop> {
        let mut escaped = false;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                Some(_) => return Err(Stop::Control),
                None => return Err(Stop::Quote),
            }
            escaped = true;
            seen |= self.pass_plain();
        }
        if seen & eight(0x80) != 0
            && let Some(raw) = self.input.get(start..self.at)
            && let Err(error) = std::str::from_utf8(raw)
        {
            self.at = start + error.valid_up_to();
            return Err(Stop::Utf8);
        }
        self.at += 1;
        Ok(escaped)
    }

    /// Reads the escape that starts here.
    fn escape(&mut self) -> Result<(), Stop> {
        let start = self.at;
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 1;
                return Ok(());
            }
            Some(b'u') => self.at += 1,
            _ => return Err(Stop::Escape),
        }
        let first = self.hex()?;
        let paired = match first {
            0xD800..=0xDBFF => {
                self.input.get(self.at..self.at + 2) == Some(b"\\u") && {
                    self.at += 2;
                    matches!(self.hex()?, 0xDC00..=0xDFFF)
                }
            }
            0xDC00..=0xDFFF => false,
            _ => true,
        };
        if !paired {
            self.at = start;
            return Err(Stop::Surrogate);
        }
        Ok(())
    }

    fn hex(&mut self) -> Result<u32, Stop> {
        let digits = self.input.get(self.at..self.at + 4).ok_or(Stop::Hex)?;
        let mut unit = 0;
        for &digit in digits {
            unit = unit * 16 + char::from(digit).to_digit(16).ok_or(Stop::Hex)?;
        }
        self.at += 4;
        Ok(unit)
    }
}
