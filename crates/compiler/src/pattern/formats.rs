//! The patterns of the named formats, as ECMA source text.
//!
//! Out of [`format`] they go into automata and, verbatim, into JSON Schema. Inside classes all that
//! the `v` flag reserves is escaped, so that the `pattern` attribute of an HTML form takes them too.

use super::tables;
use elementc_runtime::Dfa;

/// A named format of strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// See [`URL`].
    Url,
    /// See [`DATETIME`].
    Datetime,
    /// See [`EMAIL`].
    Email,
    /// See [`HOSTNAME`].
    Hostname,
    /// See [`INTEGER`].
    Integer,
    /// See [`NUMBER`].
    Number,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Url, Self::Datetime, Self::Email, Self::Hostname, Self::Integer, Self::Number];

    /// The automaton of its pattern, compiled beforehand.
    #[must_use]
    pub fn automaton(self) -> &'static Dfa {
        match self {
            Self::Url => &tables::URL,
            Self::Datetime => &tables::DATETIME,
            Self::Email => &tables::EMAIL,
            Self::Hostname => &tables::HOSTNAME,
            Self::Integer => &tables::INTEGER,
            Self::Number => &tables::NUMBER,
        }
    }
}

/// The pattern of a format.
#[must_use]
pub fn format(name: Format) -> &'static str {
    match name {
        Format::Url => URL,
        Format::Datetime => DATETIME,
        Format::Email => EMAIL,
        Format::Hostname => HOSTNAME,
        Format::Integer => INTEGER,
        Format::Number => NUMBER,
    }
}

/// An absolute http or https URL: RFC 3986 `URI` with the scheme in lower case, a host that is not
/// empty (RFC 9110 §4.2), no user information (RFC 9110 §4.2.4) and at most five digits of port.
/// The host is a `reg-name`, which covers IPv4, or an IPv6 address in brackets, checked loosely.
pub const URL: &str = concat!(
    r"^https?://",
    r"(?:\[[0-9A-Fa-f:.]+\]|(?:[A-Za-z0-9\-._~!$&'\(\)*+,;=]|%[0-9A-Fa-f]{2})+)",
    r"(?::[0-9]{1,5})?",
    r"(?:/(?:[A-Za-z0-9\-._~!$&'\(\)*+,;=:@\/]|%[0-9A-Fa-f]{2})*)?",
    r"(?:\?(?:[A-Za-z0-9\-._~!$&'\(\)*+,;=:@\/?]|%[0-9A-Fa-f]{2})*)?",
    r"(?:#(?:[A-Za-z0-9\-._~!$&'\(\)*+,;=:@\/?]|%[0-9A-Fa-f]{2})*)?$",
);

/// RFC 3339 `date-time` with `T` and `Z` in upper case. Every month has 31 days and every minute
/// may have a leap second.
pub const DATETIME: &str = concat!(
    r"^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])",
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?",
    r"(?:Z|[+\-](?:[01][0-9]|2[0-3]):[0-5][0-9])$",
);

/// A valid e-mail address as the HTML standard has it, "a willful violation of RFC 5322": no
/// comments, no quoted strings, a host of [`HOSTNAME`] labels.
pub const EMAIL: &str = concat!(
    r"^[A-Za-z0-9.!#$%&'*+\/=?^_`\{\|\}~\-]+@",
    r"[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?",
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?)*$",
);

/// RFC 1123 §2.1 host name: labels of 1 to 63 letters, digits and inner hyphens, between dots. The
/// limit of 255 on the whole is not enforced.
pub const HOSTNAME: &str = concat!(
    r"^[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?",
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?)*$",
);

/// RFC 8259 §6 `number` without fraction and exponent.
pub const INTEGER: &str = r"^-?(0|[1-9][0-9]*)$";

/// RFC 8259 §6 `number`.
pub const NUMBER: &str = r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+\-]?[0-9]+)?$";
