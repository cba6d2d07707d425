//! Strings and numbers as they are written in a document, compared without being decoded first.
//!
//! In: slices that the lexer has checked. Out: decoded bytes one by one, equality, and facts about
//! numbers that are decided on their digits.

use std::borrow::Cow;

use crate::bytes::same;

/// A string as it is written between its quotes: valid UTF-8 and valid escapes.
#[derive(Clone, Copy)]
pub(crate) struct Text<'a> {
    raw: &'a [u8],
    escaped: bool,
}

impl<'a> Text<'a> {
    /// A string that the lexer has checked, and whether a `\` occurs in it.
    pub fn new(raw: &'a [u8], escaped: bool) -> Self {
        Text { raw, escaped }
    }

    /// Whether it is this text, once decoded.
    #[inline(always)]
    pub fn is(&self, text: &str) -> bool {
        if self.escaped { self.decoded().eq(text.bytes()) } else { same(self.raw, text.as_bytes()) }
    }

    /// Its bytes if nothing in it is escaped.
    #[inline]
    pub fn plain(&self) -> Option<&'a [u8]> {
        if self.escaped { None } else { Some(self.raw) }
    }

    /// Its bytes, decoded.
    pub fn decoded(&self) -> Decoded<'a> {
        Decoded { raw: self.raw, ready: [0; 4], left: 0 }
    }

    /// Decodes it; allocates only if something in it is escaped.
    pub fn decode(&self) -> Cow<'a, str> {
        match self.plain() {
            Some(bytes) => String::from_utf8_lossy(bytes),
            None => {
                let bytes: Vec<u8> = self.decoded().collect();
                Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
            }
        }
    }
}

/// The bytes of a [`Text`], decoded one by one.
pub(crate) struct Decoded<'a> {
    raw: &'a [u8],
    /// Bytes of a decoded `\u` escape; the last `left` of them are still to come.
    ready: [u8; 4],
    left: usize,
}

impl Decoded<'_> {
    fn take(&mut self) -> Option<u8> {
        let (&byte, rest) = self.raw.split_first()?;
        self.raw = rest;
        Some(byte)
    }

    fn hex(&mut self) -> Option<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            unit = unit * 16 + char::from(self.take()?).to_digit(16)?;
        }
        Some(unit)
    }

    fn unicode(&mut self) -> Option<char> {
        let first = self.hex()?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first);
        }
        // The lexer has made sure that `\u` and a low surrogate follow.
        self.take()?;
        self.take()?;
        let second = self.hex()?;
        char::from_u32(0x10000 + ((first - 0xD800) << 10) + second.checked_sub(0xDC00)?)
    }
}

impl Iterator for Decoded<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        if self.left > 0 {
            let byte = self.ready.get(4 - self.left).copied();
            self.left -= 1;
            return byte;
        }
        let byte = self.take()?;
        if byte != b'\\' {
            return Some(byte);
        }
        match self.take()? {
            b'b' => Some(0x08),
            b'f' => Some(0x0C),
            b'n' => Some(b'\n'),
            b'r' => Some(b'\r'),
            b't' => Some(b'\t'),
            b'u' => {
                let decoded = self.unicode()?;
                let length = decoded.len_utf8();
                decoded.encode_utf8(&mut self.ready);
                // Kept at the end, so that `left` alone says which byte is next.
                self.ready.rotate_right(4 - length);
                self.left = length;
                self.next()
            }
            other => Some(other),
        }
    }
}

/// The value of a number; an infinity if it is too great for an `f64`.
pub(crate) fn number(lexeme: &[u8]) -> f64 {
    // So few digits are exact, and nearly all numbers are no more than that.
    if lexeme.len() <= 15 && lexeme.iter().all(u8::is_ascii_digit) {
        return lexeme.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')) as f64;
    }
    std::str::from_utf8(lexeme).ok().and_then(|text| text.parse().ok()).unwrap_or(f64::NAN)
}

/// Whether a number has no fractional part, decided exactly: `1.0`, `1e2` and `-0` have none,
/// `1.5` and `1e-1` have one.
pub(crate) fn is_integer(lexeme: &[u8]) -> bool {
    if lexeme.iter().all(u8::is_ascii_digit) {
        return true;
    }
    // Of the last digit that is not zero: the power of ten it counts, before the exponent.
    let mut lowest: Option<i64> = None;
    let mut fraction: i64 = 0;
    let mut in_fraction = false;
    let mut rest = lexeme.iter();
    for &byte in rest.by_ref() {
        match byte {
            b'.' => in_fraction = true,
            b'e' | b'E' => break,
            b'0'..=b'9' => {
                if in_fraction {
                    fraction -= 1;
                } else {
                    lowest = lowest.map(|power| power + 1);
                }
                if byte != b'0' {
                    lowest = Some(fraction);
                }
            }
            _ => {}
        }
    }
    let Some(lowest) = lowest else { return true };
    let mut exponent: i64 = 0;
    let mut negative = false;
    for &byte in rest {
        match byte {
            b'-' => negative = true,
            b'0'..=b'9' => exponent = exponent.saturating_mul(10).saturating_add(i64::from(byte - b'0')),
            _ => {}
        }
    }
    lowest.saturating_add(if negative { -exponent } else { exponent }) >= 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_decided_on_their_digits() {
        let integers = ["0", "-0", "1", "1.0", "1e2", "1E+2", "10e-1", "1200e-2", "1.50e1", "0.000", "0e-9"];
        let huge = ["1e999", "1e99999999999999999999", "0.1e1", "100000000000000000000000000000.0"];
        for lexeme in integers.into_iter().chain(huge) {
            assert!(is_integer(lexeme.as_bytes()), "{lexeme} is an integer");
        }
        let fractions = ["1.5", "1e-1", "-0.1", "10e-2", "1.05e1", "1e-99999999999999999999"];
        for lexeme in fractions.into_iter().chain(["100000000000000000000000000000.5", "1050e-2"]) {
            assert!(!is_integer(lexeme.as_bytes()), "{lexeme} is not an integer");
        }
    }

    #[test]
    fn escapes_decode() {
        let cases = [
            (r"a\u0062c", "abc"),
            (r"\ud83d\ude00!", "😀!"),
            (r#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"),
            (r"\u00e9\u20AC", "é€"),
            (r"\u0000", "\0"),
        ];
        for (raw, decoded) in cases {
            let text = Text::new(raw.as_bytes(), true);
            assert_eq!(text.decode(), decoded, "{raw}");
            assert!(text.is(decoded), "{raw}");
        }
    }
}
