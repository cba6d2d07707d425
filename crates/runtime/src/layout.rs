//! What most of a document consists of, foreseen: the layout of a sample, the same white space again and
//! again, short strings.
//!
//! In: bytes and a position. Out: a position, so that it stays in a register; `None` where nothing is known
//! and the lexer reads on.

use crate::bytes::{odd_bits, same};

/// How the members of an object are laid out, as far as it is foreseen: what is left out at both
/// ends of a [`lead`](crate::program::Program::leads).
#[derive(Clone, Copy)]
pub(crate) struct Layout {
    skip: usize,
    drop: usize,
    /// What comes before the key in a lead.
    indent: usize,
}

impl Layout {
    /// The layout of an object, so many levels deep, foreseen from its first byte: two spaces for each
    /// level, or no white space at all.
    #[inline(always)]
    pub fn foreseen(first: Option<u8>, depth: u32) -> Option<Self> {
        let indent = 1 + 2 * depth as usize;
        match first {
            Some(b'\n') => Some(Layout { skip: 0, drop: 0, indent }),
            Some(b'"') => Some(Layout { skip: indent, drop: 1, indent }),
            _ => None,
        }
    }

    /// From the key of a lead that was taken back to its place in the input.
    pub fn key(&self, start: usize) -> usize {
        start + self.indent - self.skip
    }
}

/// Where the value of a member starts, if from here on stands this
/// [`lead`](crate::program::Program::leads).
#[inline(always)]
pub(crate) fn lead_end(input: &[u8], at: usize, lead: &str, layout: Layout) -> Option<usize> {
    let lead = lead.as_bytes().get(layout.skip..lead.len().saturating_sub(layout.drop))?;
    let end = at + lead.len();
    let taken = same(input.get(at..end)?, lead) && *input.get(end)? > b' ';
    taken.then_some(end)
}

/// The white space before a key, up to fifteen bytes of it: most often that before the next one too.
#[derive(Clone, Copy)]
pub(crate) struct Gap {
    length: usize,
    bytes: u128,
    mask: u128,
}

impl Gap {
    /// None that is known.
    pub const UNKNOWN: Gap = Gap { length: usize::MAX, bytes: 0, mask: 0 };

    /// The white space from one place to another.
    pub fn between(input: &[u8], start: usize, end: usize) -> Self {
        let length = end - start;
        match window(input, start) {
            Some(bytes) if length < 16 => {
                let mask = (1u128 << (8 * length)) - 1;
                Gap { length, bytes: bytes & mask, mask }
            }
            _ => Gap::UNKNOWN,
        }
    }

    /// Where the key starts, if from here to it stands the same.
    #[inline(always)]
    pub fn end(&self, input: &[u8], at: usize) -> Option<usize> {
        let end = at.checked_add(self.length)?;
        let same = window(input, at)? & self.mask == self.bytes && *input.get(end)? == b'"';
        same.then_some(end)
    }
}

#[inline(always)]
fn window(input: &[u8], at: usize) -> Option<u128> {
    input.get(at..)?.first_chunk().map(|bytes| u128::from_le_bytes(*bytes))
}

/// Where the string ends that starts here, if it is short and in plain ASCII.
#[inline(always)]
pub(crate) fn text_end(input: &[u8], at: usize) -> Option<usize> {
    let start = at + 1;
    let odd = match input.get(start..)?.first_chunk::<64>() {
        Some(block) => odd_bits(block),
        // The end of the input: what comes before is looked at once more.
        None => odd_bits(input.last_chunk::<64>()?).checked_shr((64 - (input.len() - start)) as u32)?,
    };
    let end = start + odd.trailing_zeros() as usize;
    let plain = input.get(at) == Some(&b'"') && input.get(end) == Some(&b'"');
    plain.then_some(end + 1)
}

/// Where the value starts after a key that ends here, if it is laid out as nearly everywhere.
#[inline(always)]
pub(crate) fn value_start(input: &[u8], at: usize) -> Option<usize> {
    let [b':', after, then] = input.get(at..)?.first_chunk()? else { return None };
    match (*after, *then) {
        (b' ', ..=b' ') | (..b' ', _) => None,
        (b' ', _) => Some(at + 2),
        _ => Some(at + 1),
    }
}
