//! Near misses: maps of entries are open, so a misspelt key of an inherited entry makes a new one.

use super::names::COLLISION;
use super::{Rule, Scope, Subject, Visit};
use crate::diagnostic::{Code, Diagnostic, Label};
use crate::resolve::Method;
use crate::resolve::flow::Place;
use crate::source::{FileId, Span};
use crate::suggest::called_otherwise;
use crate::syntax::part::Text;
use crate::{HashMap, HashSet};

/// See the module.
pub const RULE: Rule = Rule { codes: &[NEAR], scope: Scope::Element(run) };

const NEAR: Code = Code("W0311");

/// Shorter keys are often one letter apart: `id`, `ip`.
const SHORTEST: usize = 6;

fn run(subject: &Subject, found: &mut Vec<Diagnostic>) {
    let own = subject.element.file;
    for visit in subject.own() {
        let &Visit { method, place, key, entry, .. } = visit;
        if entry.at.file != own || key.len() < SHORTEST {
            continue;
        }
        let ground = subject.ground.filter(|_| method.name.is_none());
        // The vendor's own names are those of the standards.
        if matches!(place, Place::Query | Place::Configuration)
            && let Some(other) = standard(method, place, key, own)
        {
            let note = "the platform has this name for what the standards call so";
            found.push(new(visit, other).note(note));
            continue;
        }
        if ground.is_some_and(|ground| !ground.has_ends(key)) {
            continue;
        }
        let below = ground.and_then(|ground| ground.entries(place));
        let all = below.or(method.entries(place)).into_iter().flat_map(|entries| entries.iter());
        let near = all.filter(|(_, other)| other.at.file != own).find(|(other, _)| is_slip(key, other));
        if let Some((other, declared)) = near {
            found.push(new(visit, other).also(declared.at, "inherited from here"));
        }
    }
}

/// The inherited key of what the standards call like this key.
fn standard<'a>(method: &'a Method, place: Place, key: &str, own: FileId) -> Option<&'a Text> {
    let entries = method.entries(place)?;
    let names = called_otherwise(key).iter().filter(|name| **name != key);
    let mut known = names.filter_map(|name| entries.get_key_value(name));
    known.find(|(_, other)| other.at.file != own).map(|(other, _)| other)
}

fn new(&Visit { method, place, key, entry, .. }: &Visit, other: &str) -> Diagnostic {
    let path = place.path(method.authentication);
    let message = format!("`{key}` is new in `{path}`, beside the inherited `{other}`");
    Diagnostic::new(NEAR, entry.at, message)
        .label(format!("did you mean `{other}`?"))
        .note("a key that nothing declares makes an entry of its own")
}

/// Where several elements come near to one inherited key, or cannot be told from it, that one is misspelt:
/// said once, there.
pub(crate) fn settle(diagnostics: &mut Vec<Diagnostic>, lent: &HashSet<FileId>) {
    let inherited = |d: &Diagnostic| {
        let span = d.secondary.first()?.span;
        match d.code {
            NEAR => Some((span, String::new())),
            // Keys of elements are never all alike.
            COLLISION => Some((span, d.message.clone())),
            _ => None,
        }
    };
    let mut near: HashMap<(Span, String), usize> = HashMap::default();
    for key in diagnostics.iter().filter_map(inherited).filter(|(span, _)| !lent.contains(&span.file)) {
        *near.entry(key).or_default() += 1;
    }
    near.retain(|_, count| *count > 1);
    let mut said: HashMap<(Span, String), usize> = HashMap::default();
    for diagnostic in std::mem::take(diagnostics) {
        let Some(key) = inherited(&diagnostic).filter(|key| near.contains_key(key)) else {
            diagnostics.push(diagnostic);
            continue;
        };
        let here = Label { message: "near to this one".to_owned(), ..diagnostic.primary };
        match said.get(&key) {
            Some(at) => diagnostics[*at].secondary.push(here),
            None => {
                let span = key.0;
                said.insert(key, diagnostics.len());
                let label = "nearly what several elements say".to_owned();
                let primary = Label { span, message: label };
                diagnostics.push(Diagnostic { primary, secondary: vec![here], ..diagnostic });
            }
        }
    }
}

/// The first two bytes of a key and the last two. A key that differs by one slip from another has the same
/// first or the same last, if it has [`SHORTEST`] or one less.
pub(super) fn ends(key: &str) -> Option<[[u8; 2]; 2]> {
    Some([*key.as_bytes().first_chunk()?, *key.as_bytes().last_chunk()?])
}

/// Whether two keys differ by one letter that is missing, added, another, or swapped with its
/// neighbour. Digits and a plural tell things apart on purpose.
fn is_slip(one: &str, other: &str) -> bool {
    let (a, b) = (one.as_bytes(), other.as_bytes());
    // One slip leaves the first byte or the last as it is.
    if a.len().abs_diff(b.len()) > 1 || (a.first() != b.first() && a.last() != b.last()) {
        return false;
    }
    let start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    let is_meant = |byte: u8| byte.is_ascii_digit() || !byte.is_ascii();
    match (a, b) {
        ([extra], []) | ([], [extra]) => !(is_meant(*extra) || end == 0 && *extra == b's'),
        ([a], [b]) => !is_meant(*a) && !is_meant(*b),
        ([a, b], [c, d]) => a == d && b == c && !is_meant(*a) && !is_meant(*b),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_slip;

    #[test]
    fn slips_are_one_letter() {
        for (one, other, expected) in [
            ("pagination.mx", "pagination.max", true),
            ("pagination.maxx", "pagination.max", true),
            ("pagination.mix", "pagination.max", true),
            ("pagination.amx", "pagination.max", true),
            ("pagination.min", "pagination.max", false),
            ("pagination.max", "pagination.max", false),
            ("user.names", "user.name", false),
            ("user.name2", "user.name1", false),
            ("user.name2", "user.name", false),
            ("user.naem", "user.nmae", false),
            ("unrelated", "user.name", false),
        ] {
            assert_eq!(is_slip(one, other), expected, "{one} {other}");
        }
    }
}
