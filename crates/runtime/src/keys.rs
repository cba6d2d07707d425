//! Which entry a key is.
//!
//! In: the entries of an object when a program is made, and a key as it stands in an input when it
//! runs. Out: a hash table of open addressing for each object, and the place of the key among the
//! entries. What is hashed are the words at both ends of the key, each with its quote: two loads.

use crate::bytes::{eight, first_special, is_plain, same};
use crate::program::{Entry, Object, Program};

/// Where in a hash the numbers of slots are looked for: the lower half has both ends of the key in it.
const SHIFTS: u8 = 24;

/// How many slots an object with so many entries has: a power of two, no more than two thirds of it taken.
fn size(entries: usize) -> usize {
    (entries + entries / 2 + 1).next_power_of_two()
}

/// The hash table of an object, and which bits of a hash say the slot: those by which the fewest keys meet
/// in one. Keys that are never written without escapes are not in it.
pub(crate) fn table(entries: &[Entry]) -> (Vec<u16>, u8) {
    let size = size(entries.len());
    let plain = (0..).zip(entries).filter(|(_, entry)| is_plain(entry.key.as_bytes()));
    let keys: Vec<(u16, u64)> = plain.map(|(place, entry)| (place, hash(entry.key.as_bytes()))).collect();
    let mut best = (usize::MAX, Vec::new(), 0);
    let mut slots = vec![0; size];
    for shift in 0..SHIFTS {
        slots.fill(0);
        let mut met = 0;
        for (place, hash) in &keys {
            if met >= best.0 {
                break;
            }
            let mut steps = (0..size).map(|step| (step, slot(*hash, shift, step, size)));
            let free = steps.find(|(_, slot)| slots.get(*slot) == Some(&0));
            if let Some((step, slot)) = free
                && let Some(free) = slots.get_mut(slot)
            {
                *free = place + 1;
                met += step;
            }
        }
        if met < best.0 {
            best = (met, slots.clone(), shift);
        }
        if met == 0 {
            break;
        }
    }
    (best.1, best.2)
}

/// The slot where to look for a key of this hash after so many steps, in a table of so many slots: a power of
/// two.
#[inline(always)]
fn slot(hash: u64, shift: u8, step: usize, size: usize) -> usize {
    ((hash >> (shift & 63)) as usize).wrapping_add(step) & size.wrapping_sub(1)
}

/// The hash of a plain key: the same as that of its [`Name`].
fn hash(key: &[u8]) -> u64 {
    let (first, last) = (key.get(..7).unwrap_or(key), key.last_chunk::<7>().map_or(key, |last| last));
    let (mut head, mut tail) = ([b'"', 0, 0, 0, 0, 0, 0, 0], [0; 8]);
    head.iter_mut().skip(1).zip(first).for_each(|(to, byte)| *to = *byte);
    tail.iter_mut().zip(last.iter().chain(b"\"")).for_each(|(to, byte)| *to = *byte);
    mix(u64::from_le_bytes(head) << (8 * (7 - first.len())), u64::from_le_bytes(tail))
}

/// The hash of a key of which these are the words at both ends.
#[inline(always)]
fn mix(head: u64, tail: u64) -> u64 {
    let product = head.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ tail.wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
    product ^ product >> 32
}

/// A plain key that stands in an input.
pub(crate) struct Name<'a> {
    /// The key.
    pub key: &'a [u8],
    hash: u64,
}

/// The key of at most 31 bytes that starts here with its quote, if it is plain and there are bytes enough
/// around it to take it by words.
#[inline(always)]
pub(crate) fn name(input: &[u8], at: usize) -> Option<Name<'_>> {
    let around: &[u8; 48] = input.get(at.checked_sub(8)?..)?.first_chunk()?;
    let from = around.get(8..)?;
    let (head, rest) = (u64::from_le_bytes(*from.first_chunk()?), from.get(1..)?);
    let (length, seen) = first_special(rest.first_chunk()?);
    let length = length?;
    // Up to its second quote.
    let tail = u64::from_le_bytes(*around.get(length + 2..)?.first_chunk()?);
    let is_plain = (tail >> 56) as u8 == b'"' && seen & eight(0x80) == 0;
    let beyond = 8 * 7usize.saturating_sub(length) as u32;
    let hash = mix(head << beyond, tail >> beyond);
    is_plain.then(|| Name { key: rest.get(..length).unwrap_or_default(), hash })
}

/// The hash table of an object.
#[derive(Clone, Copy)]
pub(crate) struct Keys<'p> {
    slots: &'p [u16],
    shift: u8,
}

impl<'p> Keys<'p> {
    /// Of an object of a program; empty if it has not been derived.
    pub fn of(program: &'p Program, object: &Object) -> Self {
        let slots = program.slots.get(usize::from(object.slots)..);
        let slots = slots.and_then(|slots| slots.get(..size(object.len.into())));
        Keys { slots: slots.unwrap_or_default(), shift: object.shift }
    }

    /// The place of a key among the entries of the object; [`usize::MAX`] if it is not declared, `None` if that
    /// cannot be known.
    #[inline(always)]
    pub fn find(&self, entries: &[Entry], name: &Name<'_>) -> Option<usize> {
        for step in 0..self.slots.len() {
            let slot = *self.slots.get(slot(name.hash, self.shift, step, self.slots.len()))?;
            let place = usize::from(slot).wrapping_sub(1);
            match entries.get(place) {
                None => return Some(usize::MAX),
                Some(entry) if same(name.key, entry.key.as_bytes()) => return Some(place),
                Some(_) => {}
            }
        }
        None
    }
}
