//! Why reading stopped.
//!
//! In: nothing. Out: what was wanted where the lexer stopped, as one byte and in words.

/// Why the lexer stopped: what it wanted at the lexer's position. One byte, so that results stay small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    Value,
    Key,
    KeyOrBrace,
    Colon,
    CommaOrBrace,
    CommaOrBracket,
    End,
    Digit,
    Quote,
    Escape,
    Hex,
    Surrogate,
    Control,
    Utf8,
    NoMark,
    Depth,
}

impl Stop {
    /// What was wanted, after "expected".
    pub fn wanted(self) -> &'static str {
        match self {
            Stop::Value => "a value",
            Stop::Key => "a key in double quotes",
            Stop::KeyOrBrace => "a key in double quotes or `}`",
            Stop::Colon => "`:`",
            Stop::CommaOrBrace => "`,` or `}`",
            Stop::CommaOrBracket => "`,` or `]`",
            Stop::End => "nothing more",
            Stop::Digit => "a digit",
            Stop::Quote => "`\"` to end the string",
            Stop::Escape => "one of `\"\\/bfnrtu` after `\\`",
            Stop::Hex => "four hexadecimal digits after `\\u`",
            Stop::Surrogate => "a surrogate pair",
            Stop::Control => "an escape in place of a control character",
            Stop::Utf8 => "valid UTF-8",
            Stop::NoMark => "no byte order mark",
            Stop::Depth => "at most 128 levels of nesting",
        }
    }
}
