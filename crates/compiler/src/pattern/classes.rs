//! Reads escapes and character classes.
//!
//! In: a [`Parser`] before `\` or `[`. Out: sets of Unicode scalar values. ECMA counts in code
//! points; a lone surrogate occurs in no text of ours, so it stands for no character at all.

use super::parse::{Parser, Result, set, syntax, unsupported};
use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};
use std::ops::Range;

/// What one escape, or one member of a class, stands for.
enum Member {
    /// A code point, which may be a surrogate.
    Point(u32),
    /// `\d` and its like.
    Set(ClassUnicode),
}

/// Where an escape is.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Atom,
    Class,
}

impl Parser<'_> {
    /// Reads an escape outside classes.
    pub(super) fn atom_escape(&mut self) -> Result<ClassUnicode> {
        Ok(match self.escape(Place::Atom)? {
            Member::Point(point) => span(point, point),
            Member::Set(set) => set,
        })
    }

    /// Reads `[…]`.
    pub(super) fn class(&mut self) -> Result<ClassUnicode> {
        let open = self.next_char();
        self.bump();
        let negated = self.eat("^");
        let mut class = ClassUnicode::empty();
        while !self.eat("]") {
            let start = self.at;
            let member = self.member(&open)?;
            if self.rest().starts_with('-') && !self.rest().starts_with("-]") {
                self.bump();
                let last = self.member(&open)?;
                class.union(&range(member, last, start..self.at)?);
            } else {
                class.union(&match member {
                    Member::Point(point) => span(point, point),
                    Member::Set(set) => set,
                });
            }
        }
        if negated {
            class.negate();
        }
        Ok(class)
    }

    /// Reads one member of the class that starts at `open`.
    fn member(&mut self, open: &Range<usize>) -> Result<Member> {
        if self.peek() == Some('\\') {
            return self.escape(Place::Class);
        }
        match self.bump() {
            Some(char) => Ok(Member::Point(char.into())),
            None => Err(syntax(open.clone(), "`[` is never closed").help("write `\\[` for the character")),
        }
    }

    fn escape(&mut self, place: Place) -> Result<Member> {
        let start = self.at;
        self.bump();
        let Some(char) = self.bump() else {
            return Err(syntax(start..self.at, "`\\` escapes nothing").help("write `\\\\` for the character"));
        };
        let range = start..self.at;
        let point = match char {
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => return Ok(Member::Set(shorthand(char))),
            'p' | 'P' => {
                return Err(unsupported(range, format!("the property escape `\\{char}` is not supported"))
                    .help("list the characters in a class"));
            }
            'f' => 0x0C,
            'n' => 0x0A,
            'r' => 0x0D,
            't' => 0x09,
            'v' => 0x0B,
            'c' => match self.peek() {
                Some(letter) if letter.is_ascii_alphabetic() => {
                    self.bump();
                    u32::from(letter) % 32
                }
                _ => return Err(syntax(range, "`\\c` must be followed by an ASCII letter")),
            },
            '0' if !self.peek().is_some_and(|next| next.is_ascii_digit()) => 0,
            '0' => return Err(syntax(range, "`\\0` must not be followed by a digit").help("write `\\x00`")),
            'x' => self.hex(2, range, "`\\x` must be followed by two hexadecimal digits")?,
            'u' => self.unicode(range)?,
            'b' if place == Place::Class => 0x08,
            '-' if place == Place::Class => '-'.into(),
            'b' | 'B' if place == Place::Atom => {
                return Err(unsupported(range, format!("the word boundary `\\{char}` is not supported")));
            }
            '1'..='9' | 'k' if place == Place::Atom => {
                self.digits(10, usize::MAX);
                return Err(unsupported(start..self.at, "back-references are not supported"));
            }
            '^' | '$' | '\\' | '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '/' => {
                char.into()
            }
            _ => {
                let error = syntax(range, format!("`\\{}` is no escape", char.escape_debug()));
                return Err(if char.is_ascii_punctuation() {
                    error.help(format!("write `{char}`, which needs none"))
                } else {
                    error
                });
            }
        };
        Ok(Member::Point(point))
    }

    /// Reads what follows `\u`.
    fn unicode(&mut self, escape: Range<usize>) -> Result<u32> {
        if self.eat("{") {
            let digits = self.digits(16, usize::MAX);
            let message = "`\\u{` must be followed by hexadecimal digits and `}`";
            if digits.is_empty() || !self.eat("}") {
                return Err(syntax(escape.start..escape.end + 1, message));
            }
            // Leading zeroes may be any number; what remains overflows only if it is too great.
            let value = u32::from_str_radix(digits, 16).unwrap_or(u32::MAX);
            if value > char::MAX.into() {
                return Err(syntax(escape.start..self.at, "the code point is beyond 10FFFF"));
            }
            return Ok(value);
        }
        let message = "`\\u` must be followed by four hexadecimal digits, or by some in braces";
        let first = self.hex(4, escape, message)?;
        if !(0xD800..0xDC00).contains(&first) {
            return Ok(first);
        }
        // The two halves of a pair are one character, if the second half is there.
        let after = self.at;
        if self.eat("\\u") {
            let second = self.digits(16, 4);
            if second.len() == 4
                && let Ok(second @ 0xDC00..0xE000) = u32::from_str_radix(second, 16)
            {
                return Ok(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00));
            }
            self.at = after;
        }
        Ok(first)
    }

    fn hex(&mut self, length: usize, escape: Range<usize>, message: &str) -> Result<u32> {
        match self.digits(16, length) {
            digits if digits.len() == length => {
                u32::from_str_radix(digits, 16).map_err(|_| syntax(escape, message))
            }
            _ => Err(syntax(escape, message)),
        }
    }
}

/// The range `first-last` of a class.
fn range(first: Member, last: Member, at: Range<usize>) -> Result<ClassUnicode> {
    match (first, last) {
        (Member::Point(first), Member::Point(last)) if first <= last => Ok(span(first, last)),
        (Member::Point(_), Member::Point(_)) => Err(syntax(at, "the range is out of order")),
        _ => {
            Err(syntax(at, "a range needs one character at each end")
                .help("write `\\-` for the character `-`"))
        }
    }
}

/// The scalar values from `first` to `last`.
fn span(first: u32, last: u32) -> ClassUnicode {
    let surrogate = |point| (0xD800..0xE000).contains(&point);
    let first = if surrogate(first) { 0xE000 } else { first };
    let last = if surrogate(last) { 0xD7FF } else { last };
    match (char::from_u32(first), char::from_u32(last)) {
        (Some(first), Some(last)) if first <= last => {
            ClassUnicode::new([ClassUnicodeRange::new(first, last)])
        }
        _ => ClassUnicode::empty(),
    }
}

/// `\d`, `\s` and `\w` are fixed sets in ECMA-262 (§22.2.2.9); upper case is the complement.
fn shorthand(letter: char) -> ClassUnicode {
    let mut class = match letter.to_ascii_lowercase() {
        'd' => set(&[('0', '9')]),
        'w' => set(&[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]),
        // WhiteSpace and LineTerminator, §12.2 and §12.3.
        _ => set(&[
            ('\t', '\r'),
            (' ', ' '),
            ('\u{A0}', '\u{A0}'),
            ('\u{1680}', '\u{1680}'),
            ('\u{2000}', '\u{200A}'),
            ('\u{2028}', '\u{2029}'),
            ('\u{202F}', '\u{202F}'),
            ('\u{205F}', '\u{205F}'),
            ('\u{3000}', '\u{3000}'),
            ('\u{FEFF}', '\u{FEFF}'),
        ]),
    };
    if letter.is_ascii_uppercase() {
        class.negate();
    }
    class
}
