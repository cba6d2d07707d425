//! Text of a descriptor, which is seldom a text of its own.

use super::part::same_schema;
use crate::source::{Span, Spanned};
use arcstr::{ArcStr, Substr};
use std::borrow::Borrow;
use std::fmt;
use std::ops::{Deref, Range};

/// A text: a stretch of the file that says it, or one of its own where the file does not have it as it is. Of
/// a hundred texts that a descriptor says nearly all are the former, and cost no memory.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text(Substr);

impl Text {
    /// What was read from a file, whose text is `whole`.
    #[must_use]
    pub fn of(whole: &ArcStr, part: &str) -> Self {
        whole.try_substr_from(part).map_or_else(|| part.into(), Self)
    }

    /// Whether both are one stretch of one text. `false` in doubt.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Substr::shallow_eq(&self.0, &other.0)
    }
}

impl Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

same_schema!([] Text = str);

impl Spanned<Text> {
    /// The place of some bytes of the text, if the text stands there as it is, in quotes or not.
    #[must_use]
    pub fn part(&self, range: Range<usize>) -> Option<Span> {
        let length = u32::try_from(self.value.len()).ok()?;
        let quote = match (self.span.end - self.span.start).checked_sub(length)? {
            0 => 0,
            2 => 1,
            _ => return None,
        };
        let at = |offset: usize| Some(self.span.start + quote + u32::try_from(offset).ok()?);
        Some(Span { file: self.span.file, start: at(range.start)?, end: at(range.end)? })
    }
}
