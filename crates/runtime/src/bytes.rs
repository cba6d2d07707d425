//! Bytes looked at many at a time.
//!
//! In: slices, blocks of sixteen bytes and words of eight. Out: whether they are equal, and whether
//! or where something in them cannot stand for itself within a JSON string. The loops over blocks
//! have no branches: the compiler makes a few vector instructions of each.

/// How many bytes a block has.
pub(crate) const BLOCK: usize = 16;

/// Eight times the same byte.
pub(crate) const fn eight(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// Whether a byte cannot stand for itself within a string: a control character, `"` (0x22; one
/// bit from the space, which makes it one comparison) or `\`.
#[inline(always)]
pub(crate) fn is_special(byte: u8) -> bool {
    (byte ^ (b'"' ^ b' ') <= b' ') | (byte == b'\\')
}

/// Whether any byte of a block is special.
#[inline(always)]
pub(crate) fn has_special(block: &[u8; BLOCK]) -> bool {
    block.iter().fold(false, |special, &byte| special | is_special(byte))
}

/// The special bytes of a word, as their top bits. The lowest bit that is set is exact; higher ones
/// may be borrows, which is why only the lowest is used.
#[inline(always)]
pub(crate) fn specials(word: u64) -> u64 {
    // With this bit flipped, `"` is 0x20 and a space is 0x22: one comparison finds the quote and
    // all control characters.
    let flipped = word ^ eight(b'"' ^ b' ');
    let backslash = word ^ eight(b'\\');
    ((flipped.wrapping_sub(eight(0x21)) & !flipped) | (backslash.wrapping_sub(eight(1)) & !backslash))
        & eight(0x80)
}

/// How many bytes are looked at in one go for the end of a string: most end within, and a loop
/// that nobody can foresee the end of is dear.
pub(crate) const STRIDE: usize = 32;

/// Where the first special byte of a stride is, if any, and the bytes up to its word, or-ed.
#[inline(always)]
pub(crate) fn first_special(stride: &[u8; STRIDE]) -> (Option<usize>, u64) {
    let mut seen = 0;
    for (index, word) in stride.as_chunks::<8>().0.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        seen |= word;
        let special = specials(word);
        if special != 0 {
            return (Some(index * 8 + (special.trailing_zeros() / 8) as usize), seen);
        }
    }
    (None, seen)
}

/// The bytes of a block that are special or beyond ASCII, as bits, the first byte lowest.
#[inline(never)]
pub(crate) fn odd_bits(block: &[u8; 64]) -> u64 {
    let mut odd = [0; 64];
    for (odd, &byte) in odd.iter_mut().zip(block) {
        // As a signed number, what is beyond ASCII is less than any control character.
        *odd = u8::from((byte ^ (b'"' ^ b' ')) as i8 <= b' ' as i8) | u8::from(byte == b'\\');
    }
    let mut bits = 0;
    for (index, word) in odd.as_chunks::<8>().0.iter().enumerate() {
        // Eight bytes of zero or one: the product has them side by side in its top byte.
        let byte = u64::from_le_bytes(*word).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        bits |= byte << (8 * index);
    }
    bits
}

/// Four to eight bytes as a word; those in the middle may occur twice.
#[inline(always)]
fn short(slice: &[u8]) -> Option<u64> {
    let (first, last) = (slice.first_chunk()?, slice.last_chunk()?);
    Some(u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last)))
}

/// The first and the last eight bytes; those in the middle may occur twice.
#[inline(always)]
fn medium(slice: &[u8]) -> Option<[u64; 2]> {
    let (first, last) = (slice.first_chunk()?, slice.last_chunk()?);
    Some([u64::from_le_bytes(*first), u64::from_le_bytes(*last)])
}

/// Whether two slices are equal: inline, since they are short, and the ends first, since keys
/// often begin alike.
#[inline(always)]
pub(crate) fn same(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    match left.len() {
        33.. => {
            left.last_chunk::<BLOCK>() == right.last_chunk() && {
                let (left, right) = (left.as_chunks::<BLOCK>().0, right.as_chunks().0);
                left.iter().zip(right).all(|(left, right)| left == right)
            }
        }
        // Two blocks, which may overlap.
        BLOCK.. => {
            left.last_chunk::<BLOCK>() == right.last_chunk()
                && left.first_chunk::<BLOCK>() == right.first_chunk()
        }
        8.. => medium(left) == medium(right),
        4.. => short(left) == short(right),
        _ => left.iter().zip(right).all(|(left, right)| left == right),
    }
}

/// Whether nothing in a slice is special.
#[inline(always)]
pub(crate) fn is_plain(slice: &[u8]) -> bool {
    match (slice.last_chunk(), medium(slice), short(slice)) {
        (Some(last), ..) => !has_special(last) && !slice.as_chunks().0.iter().any(has_special),
        (None, Some([first, last]), _) => specials(first) | specials(last) == 0,
        (None, None, Some(word)) => specials(word) == 0,
        (None, None, None) => !slice.iter().any(|&byte| is_special(byte)),
    }
}

/// Whether one of two bytes occurs in a slice.
pub(crate) fn has_either(slice: &[u8], one: u8, other: u8) -> bool {
    let zero = |word: u64| word.wrapping_sub(eight(1)) & !word & eight(0x80);
    let any = |bytes: &[u8; 8]| {
        let word = u64::from_le_bytes(*bytes);
        zero(word ^ eight(one)) | zero(word ^ eight(other)) != 0
    };
    match slice.last_chunk() {
        Some(last) => any(last) || slice.as_chunks().0.iter().any(any),
        None => slice.iter().any(|&byte| byte == one || byte == other),
    }
}

/// Whether a name is written as it is: plain ASCII without control characters.
pub(crate) fn is_name(slice: &[u8]) -> bool {
    let odd = |byte: u8| is_special(byte) | (byte >= 0x7F);
    let any = |block: &[u8; 8]| {
        let word = u64::from_le_bytes(*block);
        // A byte of 0x7F overflows into the top bit.
        (specials(word) | (word | (word & eight(0x7F)).wrapping_add(eight(1))) & eight(0x80)) != 0
    };
    match slice.last_chunk() {
        Some(last) => !any(last) && !slice.as_chunks().0.iter().any(any),
        None => !slice.iter().any(|&byte| odd(byte)),
    }
}
