//! Finds entries by key, for documents whose order is not the declared one.
//!
//! In: an object of a program and a key. Out: which entry it is. The index is a hash table in memory
//! that the caller lends, made when it is first needed: a document in declared order never does.

use crate::bytes::same;
use crate::program::{Entry, Program};
use crate::text::Text;

/// An object of so many entries is searched one by one.
const FEW: usize = 8;

/// So many are tried one by one from the expected one on: what is left out is mostly optional.
const NEAR: usize = 3;

/// Slots that a program with so many entries needs.
pub(crate) const fn slots(entries: usize) -> usize {
    2 * entries.next_power_of_two()
}

/// The entries of a program by object and key.
pub(crate) struct Index<'r> {
    /// Entry numbers plus one, each in the first slot of its way that was free; zero if free.
    slots: &'r mut [u16],
    made: bool,
}

impl<'r> Index<'r> {
    /// An index that is not made yet, in slots that are all zero; their number is a power of two.
    pub fn new(slots: &'r mut [u16]) -> Self {
        Index { slots, made: false }
    }

    /// The entry of an object that has a key: its place among `entries`, which are the object's.
    pub fn find(
        &mut self,
        program: &Program,
        object: u16,
        entries: &[Entry],
        expected: usize,
        key: Text<'_>,
    ) -> Option<usize> {
        let is = |entry: &Entry| key.is(&entry.key);
        if entries.len() <= FEW {
            return entries.iter().position(is);
        }
        let near = entries.get(expected..).unwrap_or_default();
        if let Some(found) = near.iter().take(NEAR).position(is) {
            return Some(expected + found);
        }
        match key.plain() {
            // A table that is half empty makes for short ways.
            Some(key) if program.entries.len() * 2 <= self.slots.len() => {
                self.look_up(program, object, entries, key)
            }
            _ => entries.iter().position(is),
        }
    }

    fn look_up(&mut self, program: &Program, object: u16, entries: &[Entry], key: &[u8]) -> Option<usize> {
        if !self.made {
            self.make(program);
        }
        let first = usize::from(program.objects.get(usize::from(object))?.first);
        for slot in self.way(object, key) {
            // A free slot ends the search. An entry of another object is out of reach here.
            let entry = usize::from(*self.slots.get(slot)?).checked_sub(1)?;
            let place = entry.wrapping_sub(first);
            if entries.get(place).is_some_and(|entry| same(entry.key.as_bytes(), key)) {
                return Some(place);
            }
        }
        None
    }

    #[cold]
    fn make(&mut self, program: &Program) {
        self.made = true;
        for (object, declared) in (0..).zip(program.objects.iter()) {
            let first = usize::from(declared.first);
            let entries = program.entries.get(first..).unwrap_or_default();
            for (number, entry) in (declared.first..).zip(entries).take(usize::from(declared.len)) {
                let mut way = self.way(object, entry.key.as_bytes());
                if let Some(free) = way.find(|&slot| self.slots.get(slot) == Some(&0))
                    && let Some(free) = self.slots.get_mut(free)
                {
                    *free = number + 1;
                }
            }
        }
    }

    /// The slots to look at, in order. Inputs cannot make the way to a free one longer: only a
    /// program's own keys are in the table.
    fn way(&self, object: u16, key: &[u8]) -> impl Iterator<Item = usize> + use<> {
        let mut hash = u64::from(object) << 32 | key.len() as u64;
        // Folded, so that the last bytes of a word count as much as the first.
        let mut mix = |word: u64| {
            let product = u128::from(hash ^ word) * 0x9E37_79B9_7F4A_7C15;
            hash = product as u64 ^ (product >> 64) as u64;
        };
        let (words, rest) = key.as_chunks();
        words.iter().for_each(|word| mix(u64::from_le_bytes(*word)));
        match key.last_chunk() {
            Some(last) => mix(u64::from_le_bytes(*last)),
            None => mix(rest.iter().fold(0, |word, &byte| word << 8 | u64::from(byte))),
        }
        let last = self.slots.len().saturating_sub(1);
        (0..=last).map(move |step| (hash as usize).wrapping_add(step) & last)
    }
}
