//! Plain scalars: what a text without quotes means, to us and to other readers of YAML.
//!
//! In: the text. Out: its value, or why it must be quoted. The rules are the regular expressions
//! of the [YAML 1.1 types](https://yaml.org/type/) and of the
//! [YAML 1.2 core schema](https://yaml.org/spec/1.2.2/#103-core-schema).

use std::ops::RangeInclusive;

/// The meaning of a plain scalar.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Plain {
    /// `null` or `~`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A canonical decimal integer.
    Integer(i64),
    /// A canonical decimal fraction.
    Float(f64),
    /// Text, to every reader.
    Text,
    /// Text to some readers and something else to others, or easily misread.
    Ambiguous(Reading),
}

/// What a reader may take an ambiguous scalar for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// `no`, `True`.
    Boolean,
    /// `Null`.
    Null,
    /// `0123`, `1_000`, `1e3`, `.inf`.
    Number,
    /// `1.10`: digits get lost in the number.
    Digits,
    /// An integer that does not fit 64 bits.
    TooLarge,
    /// `2016-01-01`, with or without a time.
    Date,
    /// `12:30`: a number in base 60.
    Sexagesimal,
    /// `=` and `<<`, which have types of their own in YAML 1.1.
    Special,
    /// Text with braces, which is a flow map as soon as the brace comes first.
    Braces,
}

impl Reading {
    /// What is wrong with the text; and, after a semicolon, what to do if it is meant as text.
    pub(super) fn message(self, text: &str) -> String {
        let shown = shorten(text);
        match self {
            Self::Boolean => format!("`{shown}` is a boolean in some YAML versions; quote it"),
            Self::Null => format!("`{shown}` is null in some YAML versions; quote it"),
            Self::Number => format!("`{shown}` is not the same number in all YAML versions; quote it"),
            Self::Digits => {
                let number = text.parse::<f64>().unwrap_or_default();
                format!("`{shown}` is the number {number}; quote it to keep its digits")
            }
            Self::TooLarge => format!("`{shown}` is too large for an integer; quote it"),
            Self::Date => format!("`{shown}` is a date in some YAML versions; quote it"),
            Self::Sexagesimal => {
                format!("`{shown}` is a number in base 60 in some YAML versions; quote it")
            }
            Self::Special => format!("`{shown}` has a meaning of its own in some YAML versions; quote it"),
            Self::Braces => format!("`{shown}` has braces; quote it"),
        }
    }

    /// What to write if it is not meant as text.
    pub(super) fn note(self, text: &str) -> Option<String> {
        let meant = match self {
            Self::Boolean
                if ["true", "yes", "on", "y"].iter().any(|word| word.eq_ignore_ascii_case(text)) =>
            {
                "the boolean is written `true`"
            }
            Self::Boolean => "the boolean is written `false`",
            Self::Null => "nothing at all is written `null`",
            Self::Number => "numbers are written in plain decimal digits: `1000`, `0.5`",
            _ => return None,
        };
        Some(meant.to_owned())
    }
}

/// Reads a plain scalar.
pub(super) fn read(text: &str) -> Plain {
    match unbraced(text) {
        Plain::Text if text.contains(['{', '}']) => Plain::Ambiguous(Reading::Braces),
        plain => plain,
    }
}

/// As [`read`], where no braces are. Looks at the first byte, so that most text costs one comparison.
pub(super) fn unbraced(text: &str) -> Plain {
    match text.as_bytes() {
        [b'0'..=b'9' | b'+' | b'-' | b'.', ..] => number(text),
        [b't' | b'T' | b'f' | b'F' | b'y' | b'Y' | b'n' | b'N' | b'o' | b'O', ..] if text.len() <= 5 => {
            word(text)
        }
        b"~" => Plain::Null,
        b"=" | b"<<" => Plain::Ambiguous(Reading::Special),
        _ => Plain::Text,
    }
}

// Few texts begin like one: the others need not save its registers.
#[inline(never)]
fn word(text: &str) -> Plain {
    match text {
        "true" => return Plain::Boolean(true),
        "false" => return Plain::Boolean(false),
        "null" => return Plain::Null,
        _ => {}
    }
    let is = |word: &&str| word.eq_ignore_ascii_case(text);
    if ["true", "false", "yes", "no", "on", "off", "y", "n"].iter().any(is) {
        Plain::Ambiguous(Reading::Boolean)
    } else if is(&"null") {
        Plain::Ambiguous(Reading::Null)
    } else {
        Plain::Text
    }
}

// As [`word`].
#[inline(never)]
fn number(text: &str) -> Plain {
    if is_canonical_integer(text) {
        // Beyond 2^53 JSON's readers no longer agree on integers (RFC 8259 §6).
        return match text.parse::<i64>() {
            Ok(value) if value.unsigned_abs() <= 1 << 53 => Plain::Integer(value),
            _ => Plain::Ambiguous(Reading::TooLarge),
        };
    }
    if let Some((whole, fraction)) = text.split_once('.')
        && is_canonical_integer(whole)
        && is_digits(fraction)
    {
        // The shortest text of the number must be the text itself, or something gets lost.
        return match text.parse::<f64>() {
            Ok(value) if value.to_string() == text => Plain::Float(value),
            _ => Plain::Ambiguous(Reading::Digits),
        };
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if is_number(unsigned) {
        Plain::Ambiguous(Reading::Number)
    } else if is_sexagesimal(unsigned) {
        Plain::Ambiguous(Reading::Sexagesimal)
    } else if is_date(text) {
        Plain::Ambiguous(Reading::Date)
    } else {
        Plain::Text
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `-?(0|[1-9][0-9]*)`
fn is_canonical_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    is_digits(digits) && (digits == "0" || !digits.starts_with('0'))
}

/// Integers in any base, with `_` between the digits; fractions, exponents, `.inf` and `.nan`.
fn is_number(text: &str) -> bool {
    if [".inf", ".nan"].iter().any(|word| word.eq_ignore_ascii_case(text)) {
        return true;
    }
    let bytes = text.as_bytes();
    let in_base: Option<fn(&u8) -> bool> = match bytes {
        [b'0', b'x' | b'X', _, ..] => Some(|byte| byte.is_ascii_hexdigit() || *byte == b'_'),
        [b'0', b'o' | b'O', _, ..] => Some(|byte| matches!(byte, b'0'..=b'7' | b'_')),
        [b'0', b'b' | b'B', _, ..] => Some(|byte| matches!(byte, b'0' | b'1' | b'_')),
        _ => None,
    };
    if let Some(is_digit) = in_base {
        return bytes[2..].iter().all(is_digit);
    }
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let starts_with_digit = match whole {
        "" => fraction.starts_with(|first: char| first.is_ascii_digit()),
        _ => whole.starts_with(|first: char| first.is_ascii_digit()),
    };
    starts_with_digit
        && [whole, fraction].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_'))
        && exponent.is_none_or(|exponent| is_digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)))
}

/// `[1-9][0-9_]*(:[0-5]?[0-9])+`, and with `\.[0-9_]*` after it also with a leading zero.
fn is_sexagesimal(text: &str) -> bool {
    let (text, is_fraction) = match text.split_once('.') {
        Some((text, fraction)) if fraction.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_') => {
            (text, true)
        }
        Some(_) => return false,
        None => (text, false),
    };
    let mut parts = text.split(':');
    let first = parts.next().unwrap_or_default().as_bytes();
    let starts = matches!(first, [b'1'..=b'9', ..]) || (is_fraction && matches!(first, [b'0', ..]));
    let mut rest = parts.peekable();
    starts
        && first.iter().all(|byte| byte.is_ascii_digit() || *byte == b'_')
        && rest.peek().is_some()
        && rest.all(|part| matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']))
}

/// `2016-01-01`, or a date and a time as in <https://yaml.org/type/timestamp.html>.
fn is_date(text: &str) -> bool {
    let Some((date, time)) = text.split_once(['T', 't', ' ', '\t']) else {
        return matches_digits(text, '-', &[4..=4, 2..=2, 2..=2]);
    };
    if !matches_digits(date, '-', &[4..=4, 1..=2, 1..=2]) {
        return false;
    }
    let time = time.trim_start_matches([' ', '\t']);
    let clock_length = time.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b':').count();
    let (clock, rest) = time.split_at(clock_length);
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|digit: char| digit.is_ascii_digit()),
        None => rest,
    };
    let zone = zone.trim_start_matches([' ', '\t']);
    let is_zone = zone.is_empty()
        || zone == "Z"
        || zone.strip_prefix(['-', '+']).is_some_and(|offset| {
            matches_digits(offset, ':', &[1..=2]) || matches_digits(offset, ':', &[1..=2, 2..=2])
        });
    matches_digits(clock, ':', &[1..=2, 2..=2, 2..=2]) && is_zone
}

/// Whether the text is groups of digits of these lengths.
fn matches_digits(text: &str, separator: char, lengths: &[RangeInclusive<usize>]) -> bool {
    let mut groups = text.split(separator);
    lengths
        .iter()
        .all(|length| groups.next().is_some_and(|group| is_digits(group) && length.contains(&group.len())))
        && groups.next().is_none()
}

/// At most 40 characters of the text, for a message.
pub(super) fn shorten(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What editors make of `"` and `'`, in any language: U+2018 to U+201E.
const TYPOGRAPHIC: RangeInclusive<char> = '‘'..='„';

/// The text without typographic quotes around it, if it has them: somebody's editor made them of
/// straight ones. A single `’` at the end is an apostrophe (`the users’`).
pub(super) fn without_smart_quotes(text: &str) -> Option<&str> {
    // All are E2 80 98 to 9E: most text is settled by two bytes.
    let is_candidate = |bytes: Option<&[u8]>| matches!(bytes, Some([0xE2, 0x80, 0x98..=0x9E]));
    let starts = is_candidate(text.as_bytes().first_chunk::<3>().map(<[u8; 3]>::as_slice));
    let ends = is_candidate(text.as_bytes().last_chunk::<3>().map(<[u8; 3]>::as_slice));
    if !starts && (!ends || text.ends_with('’')) {
        return None;
    }
    let inner = text.trim_matches(|c| TYPOGRAPHIC.contains(&c));
    // One of the pair may have stayed straight.
    let straight = |end: char| matches!(end, '"' | '\'') && inner.matches(end).count() == 1;
    Some(match starts {
        true => inner.strip_suffix(straight).unwrap_or(inner),
        false => inner.strip_prefix(straight).unwrap_or(inner),
    })
}
