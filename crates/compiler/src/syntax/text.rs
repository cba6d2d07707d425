//! Text of a descriptor, which is seldom a text of its own.

use super::part::same_schema;
use crate::source::{Span, Spanned};
use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, Range};
use std::sync::Arc;

/// A text: a stretch of the file that says it, or one of its own where the file does not have it as it is. Of
/// a hundred texts that a descriptor says nearly all are the former, and cost no memory.
#[derive(Clone, Default)]
pub struct Text {
    whole: Arc<String>,
    start: u32,
    end: u32,
}

impl Text {
    /// What was read from a file, whose text is `whole`.
    #[must_use]
    pub fn of(whole: &Arc<String>, part: &str) -> Self {
        // Both are there, so what lies within the text of the file is a part of it.
        let start = part.as_ptr().addr().wrapping_sub(whole.as_ptr().addr());
        match start.checked_add(part.len()) {
            Some(end) if end <= whole.len() => Self { whole: whole.clone(), start: at(start), end: at(end) },
            _ => part.into(),
        }
    }
}

fn at(byte: usize) -> u32 {
    u32::try_from(byte).expect("no file is above 4 GiB")
}

impl Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        &self.whole[self.start as usize..self.end as usize]
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self { start: 0, end: at(text.len()), whole: Arc::new(text) }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        text.to_owned().into()
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

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Text {}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (**self).cmp(&**other)
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
