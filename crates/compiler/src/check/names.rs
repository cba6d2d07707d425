//! Names: keys stay data, but generated code must be able to name each of them.

use super::{Rule, Scope, Subject, Visit};
use crate::HashMap;
use crate::diagnostic::{Code, Diagnostic};
use crate::emit::rust::identifier;
use crate::resolve::Element;
use crate::resolve::flow::Place;

/// Entries of one map.
pub const RULE: Rule = Rule { codes: &[COLLISION], scope: Scope::Element(run) };

/// Elements of one catalogue.
pub const KEYS: Rule = Rule { codes: &[COLLISION], scope: Scope::Catalogue(keys) };

const COLLISION: Code = Code("E0208");

/// What keys of a place have in common that generated code calls alike: a hash of their letters and
/// digits. It is cheaper than the names, and nearly always tells enough.
pub(super) fn letters(place: Place, key: &str) -> u64 {
    let letters = key.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase());
    hash(std::iter::once(place as u8).chain(letters))
}

/// FNV-1a, which needs no set-up. Who uses it looks closer at what has the same hash.
pub(super) fn hash(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

fn run(subject: &Subject, found: &mut Vec<Diagnostic>) {
    if subject.differ(subject.own().map(|visit| letters(visit.place, visit.key))) {
        return;
    }
    let mut seen = HashMap::default();
    for &Visit { place, key, entry, .. } in subject.own() {
        let name = (place, identifier(key));
        let inherited = subject.ground.and_then(|ground| ground.names.get(&name));
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

fn keys(elements: &[Element], found: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<String, &Element> = HashMap::default();
    for element in elements {
        let key = &element.key;
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
