//! Variants: told apart by their conditions, and agreed on what an entry is.

use super::attributes::a;
use super::{Rule, Scope, Subject};
use crate::HashMap;
use crate::diagnostic::{Code, Diagnostic};
use crate::emit::rust::identifier;
use crate::lower::{as_text, kind_of};
use crate::resolve::flow::Place;
use crate::resolve::{Element, Method, key_problem};
use crate::source::{Span, Spanned};
use crate::suggest::{listed, suggest};
use crate::syntax::condition::{Condition, Expectation};
use crate::syntax::entry::Entry;
use crate::syntax::map::Declared;
use serde_json::Value as Json;
use std::sync::Arc;

/// See the module.
pub const RULE: Rule =
    Rule { codes: &[NAME, UNACCEPTED, ALIKE, ALONE, DISAGREE, UNTAKEN], scope: Scope::Element(run) };

const NAME: Code = Code("E0206");
const UNACCEPTED: Code = Code("E0501");
const ALONE: Code = Code("E0507");
const ALIKE: Code = Code("E0508");
const DISAGREE: Code = Code("E0509");
const UNTAKEN: Code = Code("W0514");

/// What an entry is must be the same in all variants here.
const PLACES: [Place; 3] = [Place::ProviderData, Place::Configuration, Place::Request];

/// The names of variants name files and modules.
fn names(named: &[&Method], found: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<String, &Method> = HashMap::default();
    for method in named {
        let Some(name) = &method.name else { continue };
        if let Some(problem) = key_problem(name) {
            found.push(
                Diagnostic::new(
                    NAME,
                    method.at,
                    format!("`{}` cannot name a variant: {problem}", name.escape_debug()),
                )
                .label("not a usable name")
                .note("a name is letters and digits, with `-`, `_` or `.` between them; it names files"),
            );
        }
        if let Some(other) = seen.insert(identifier(name), method) {
            let first = other.name.as_deref().unwrap_or_default();
            found.push(
                Diagnostic::new(
                    NAME,
                    method.at,
                    format!("variants `{name}` and `{first}` cannot be told apart in generated code"),
                )
                .label("cannot be told apart")
                .also(other.at, "the other one"),
            );
        }
    }
}

/// A value that tells variants apart and that no variant takes: whoever gives it is refused.
fn untaken(named: &[&Method], found: &mut Vec<Diagnostic>) {
    let mut taken: HashMap<&str, Vec<String>> = HashMap::default();
    for method in named {
        // The default takes what is left.
        let Some(when) = &method.when else { return };
        for (key, expectation) in &when.value {
            let Expectation::OneOf(values) = &expectation.value else { return };
            let taken = taken.entry(key).or_default();
            for value in values.iter().map(|v| as_text(&v.value)) {
                if !taken.contains(&value) {
                    taken.push(value);
                }
            }
        }
    }
    for (key, taken) in taken {
        let entries = named.iter().filter_map(|m| m.body.configuration.get(key));
        let Some(values) = entries.clone().find_map(|e| e.values.as_ref()) else {
            // Where each variant asks for a value, these are all that it takes.
            let asks = |m: &&Method| m.when.as_ref().is_some_and(|when| when.value.contains_key(key));
            let is_open = |e: &&Arc<Declared<Entry>>| e.whole && e.secret.is_none();
            let default = entries.filter(is_open).find_map(|e| Some((e.at, e.default.as_ref()?)));
            if let Some((at, default)) = default.filter(|_| named.iter().all(asks)) {
                assumed(key, at, default, &taken, found);
            }
            continue;
        };
        let allowed = |value: &String| values.value.iter().any(|v| as_text(&v.value) == *value);
        if !taken.iter().all(allowed) {
            continue; // a condition that never holds may be meant to take it
        }
        for value in values.value.iter().filter(|v| !taken.contains(&as_text(&v.value))) {
            let message = format!("no variant applies when `{key}` is `{}`", as_text(&value.value));
            found.push(
                Diagnostic::new(UNTAKEN, value.span, message)
                    .label("allowed here, but taken by no `when`")
                    .note("add a variant for it, leave one variant without `when`, or drop the value"),
            );
        }
    }
}

/// A default of what chooses the variant that chooses none.
fn assumed(key: &str, at: Span, default: &Spanned<Json>, taken: &[String], found: &mut Vec<Diagnostic>) {
    let Some(own) = default.value.as_str().filter(|own| !taken.iter().any(|value| value == own)) else {
        return;
    };
    let words = || taken.iter().map(String::as_str);
    let diagnostic =
        Diagnostic::new(UNACCEPTED, default.span, format!("no variant applies when `{key}` is `{own}`"))
            .also(at, "of this entry")
            .note(format!("expected {}", listed(words(), "or")));
    found.push(match suggest(own, words()) {
        Some(near) => diagnostic.meant(default.span, near),
        None => diagnostic.label("taken by no `when`"),
    });
}

fn run(subject: &Subject, found: &mut Vec<Diagnostic>) {
    let element = subject.element;
    let named: Vec<&Method> = element.methods.iter().filter(|m| m.name.is_some()).collect();
    if named.is_empty() {
        return;
    }
    if let [only] = named.as_slice() {
        let message = "a variant needs another one to differ from";
        found.push(Diagnostic::new(ALONE, only.at, message).label("the only variant"));
    }
    // What is not given has its default, where it has one.
    let defaults = |key: &str| {
        let default =
            |m: &&Method| m.body.configuration.get(key)?.default.as_ref().map(|d| as_text(&d.value));
        named.iter().find_map(default)
    };
    let name = |m: &Method| m.name.as_deref().unwrap_or_default().to_owned();
    // A condition on what is not there may be meant to tell them apart.
    let is_known = |condition: &Condition| {
        condition.keys().all(|key| named.iter().any(|m| m.body.configuration.contains_key(key)))
    };
    for (at, one) in named.iter().enumerate() {
        for other in &named[at + 1..] {
            let (message, span) = match (&one.when, &other.when) {
                (None, None) => {
                    ("only one variant can be the default, the one without `when`".to_owned(), other.at)
                }
                (Some(a), Some(b)) if !disjoint(&a.value, &b.value, &defaults) => {
                    if !is_known(&a.value) || !is_known(&b.value) {
                        continue;
                    }
                    (format!("`{}` and `{}` may both apply to one instance", name(one), name(other)), b.span)
                }
                _ => continue,
            };
            found.push(
                Diagnostic::new(ALIKE, span, message)
                    .label(format!("when `{}` applies", name(other)))
                    .also(one.when.as_ref().map_or(one.at, |w| w.span), format!("when `{}` applies", name(one)))
                    .note("conditions tell variants apart by an entry that has different values, or is there or not"),
            );
        }
    }
    names(&named, found);
    untaken(&named, found);
    for place in PLACES {
        for (at, method) in element.methods.iter().enumerate() {
            for (key, entry) in method.entries(place).into_iter().flat_map(|e| e.iter()) {
                let mut earlier = element.methods[..at].iter();
                let Some((first, before)) = earlier.find_map(|m| Some((m, m.entries(place)?.get(key)?)))
                else {
                    continue;
                };
                // The same entry is the same, unless it is what another is.
                if Arc::ptr_eq(before, entry) && entry.from.is_none() {
                    continue;
                }
                let (known, kind) = (kind_of(element, first, before), kind_of(element, method, entry));
                let differing = if known == kind { unlike(before, entry) } else { Some(TYPE) };
                let Some(attribute) = differing else { continue };
                let (mut here, mut there) = ((entry, kind), (before, known));
                // Where a variant changes what stands above it, the entry is in one place and the change in another.
                let is_changed = entry.at == before.at;
                if is_changed && attribute(entry).is_none() {
                    std::mem::swap(&mut here, &mut there);
                }
                let at = |entry: &Declared<Entry>| {
                    Some(entry).filter(|_| is_changed).and_then(|e| attribute(e)).unwrap_or(entry.at)
                };
                let (message, label, other) = match known == kind {
                    true => (
                        format!("`{key}` may be something else in one variant than in another"),
                        "another `pattern`, `form`, `min` or `max`".to_owned(),
                        "than here".to_owned(),
                    ),
                    false => (
                        format!("`{key}` is {} in one variant and {} in another", a(known), a(kind)),
                        format!("{} here", a(here.1)),
                        format!("{} here", a(there.1)),
                    ),
                };
                let diagnostic = Diagnostic::new(DISAGREE, at(here.0), message);
                found.push(diagnostic.label(label).also(at(there.0), other));
            }
        }
    }
}

/// Where an entry says an attribute.
type Said = fn(&Entry) -> Option<Span>;

const TYPE: Said = |entry| entry.kind.as_ref().map(|said| said.span);

/// The attribute by which two entries of one key take other texts or numbers; their values may differ.
fn unlike(one: &Entry, other: &Entry) -> Option<Said> {
    let attributes: [(bool, Said); 4] = [
        (one.pattern == other.pattern, |entry| entry.pattern.as_ref().map(|said| said.span)),
        (one.form == other.form, |entry| entry.form.as_ref().map(|said| said.span)),
        (one.min == other.min, |entry| entry.min.as_ref().map(|said| said.span)),
        (one.max == other.max, |entry| entry.max.as_ref().map(|said| said.span)),
    ];
    attributes.into_iter().find(|(is_alike, _)| !is_alike).map(|(_, said)| said)
}

/// Whether an entry is of one type in one variant and of another in another, which is said once: what one
/// of these types does not take may be right for the other.
pub(super) fn disagree(element: &Element, place: Place, key: &str) -> bool {
    let mut kinds = element
        .methods
        .iter()
        .filter_map(|method| Some(kind_of(element, method, method.entries(place)?.get(key)?)));
    PLACES.contains(&place) && kinds.next().is_some_and(|first| kinds.any(|kind| kind != first))
}

/// Whether no body can satisfy both: some entry would need two values, or to be there and not.
fn disjoint(one: &Condition, other: &Condition, defaults: &dyn Fn(&str) -> Option<String>) -> bool {
    one.iter().any(|(key, a)| {
        other.get(key).is_some_and(|b| match (&a.value, &b.value) {
            (Expectation::Present(a), Expectation::Present(b)) => a != b,
            (Expectation::Present(present), Expectation::OneOf(values))
            | (Expectation::OneOf(values), Expectation::Present(present)) => {
                let assumed = defaults(key).is_some_and(|d| values.iter().any(|v| as_text(&v.value) == d));
                !present && !assumed
            }
            (Expectation::OneOf(a), Expectation::OneOf(b)) => {
                !a.iter().any(|v| b.iter().any(|w| as_text(&v.value) == as_text(&w.value)))
            }
        })
    })
}
