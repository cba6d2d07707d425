//! Names: keys stay data, but generated code must be able to name each of them.

use super::{Outline, Rule, Scope, Subject, Visit};
use crate::HashMap;
use crate::diagnostic::{Code, Diagnostic};
use crate::emit::rust::identifier;
use crate::resolve::flow::Place;

/// Entries of one map.
pub const RULE: Rule = Rule { codes: &[COLLISION], scope: Scope::Element(run) };

/// Elements of one catalogue.
pub const KEYS: Rule = Rule { codes: &[COLLISION], scope: Scope::Catalogue(keys) };

pub(super) const COLLISION: Code = Code("E0208");

/// What keys of a place have in common that generated code calls alike: a hash of their letters and
/// digits. It is cheaper than the names, and nearly always tells enough.
pub(super) fn letters(place: Place, key: &str) -> u64 {
    let hash = if key.is_ascii() { hash(key) } else { hash(&key.replace(|c: char| !c.is_ascii(), "")) };
    hash.wrapping_add(place as u64)
}

/// A number for each letter and digit, whatever its case, and each byte beyond ASCII; none for others.
const NUMBERS: [u64; 256] = {
    let mut numbers = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let lower = if byte < 128 { (byte as u8).to_ascii_lowercase() } else { byte as u8 };
        if lower.is_ascii_alphanumeric() || !lower.is_ascii() {
            let mut number = (lower as u64 + 1).wrapping_mul(SPREAD);
            number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            numbers[byte] = number ^ (number >> 27);
        }
        byte += 1;
    }
    numbers
};

/// The sum of the numbers of all letters and digits: words of the same letters have the same, in whatever
/// order. Who uses it looks closer at those.
pub(super) fn hash(text: &str) -> u64 {
    text.bytes().fold(0, |sum: u64, byte| sum.wrapping_add(NUMBERS[usize::from(byte)]))
}

/// To compare each of so many with each takes less time than to sort them.
const FEW: usize = 32;

/// Whether hashes all differ. Sorts them, if they are many.
pub(super) fn differ(hashes: &mut [u64]) -> bool {
    if hashes.len() <= FEW {
        return hashes.iter().enumerate().all(|(at, hash)| !hashes[..at].contains(hash));
    }
    hashes.sort_unstable();
    hashes.windows(2).all(|pair| pair[0] != pair[1])
}

/// What spreads numbers that lie close together, as in SplitMix64.
pub(super) const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// The same for all texts of the same letters and digits in the same order. Capitals of ASCII count as small.
pub(super) fn ordered(text: &str) -> u64 {
    let numbers = text.bytes().map(|byte| NUMBERS[usize::from(byte)]).filter(|number| *number != 0);
    numbers.fold(0, |sum: u64, number| (sum ^ number).wrapping_mul(SPREAD).rotate_left(29))
}

fn run(subject: &Subject, found: &mut Vec<Diagnostic>) {
    if subject.differ(subject.own().map(|visit| letters(visit.place, visit.key))) {
        return;
    }
    let mut seen = HashMap::default();
    // What was to be another entry has no name of its own.
    for &Visit { place, key, entry, .. } in subject.own().filter(|visit| visit.entry.whole) {
        let name = (place, identifier(key));
        let inherited = subject.ground.and_then(|ground| ground.names().get(&name));
        let (first, at) = match inherited {
            Some((first, at)) => (first, *at),
            None => *seen.entry(name.clone()).or_insert((key, entry.at)),
        };
        if first != key {
            let name = name.1;
            let message = format!("`{key}` and `{first}` are both called `{name}` in generated code");
            found.push(
                Diagnostic::new(COLLISION, entry.at, message)
                    .label("cannot be told apart")
                    .also(at, "the other one"),
            );
        }
    }
}

fn keys(elements: &[Outline], found: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<String, &Outline> = HashMap::default();
    for element in elements {
        let key = element.key;
        let name = identifier(&key.value);
        let first = *seen.entry(name.clone()).or_insert(element);
        // Keys that differ only by capitals are another mistake.
        if !first.key.value.eq_ignore_ascii_case(&key.value) {
            let message = format!(
                "elements `{}` and `{}` are both called `{name}` in generated code",
                key.value, first.key.value
            );
            found.push(
                Diagnostic::new(COLLISION, key.span, message)
                    .label("cannot be told apart")
                    .also(first.key.span, "the other one"),
            );
        }
    }
}
