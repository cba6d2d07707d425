//! Check: what no single file shows to be wrong.
//!
//! In: resolved elements. Out: the same elements with their contracts, and diagnostics. A rule is
//! one file here and one line of [`RULES`]; it builds diagnostics and never stops another rule.

mod attributes;
mod catalogue;
mod conditions;
mod credentials;
mod deprecation;
mod endpoints;
mod flow;
mod names;
mod oauth;
mod patterns;
mod proof;
mod secrets;
mod texts;
mod values;
mod variants;

use crate::Compiled;
use crate::diagnostic::{Code, Diagnostic, Label, Severity};
use crate::lower::{Object, Shape, lower, program::program};
use crate::render::Summary;
use crate::resolve::flow::Place;
use crate::resolve::{Element, Method};
use crate::source::FileId;
use crate::syntax::entry::Entry;
use crate::syntax::map::Declared;
use crate::syntax::part::Text;
use rayon::prelude::*;
use std::collections::HashSet;

/// A rule.
pub struct Rule {
    /// What it may report.
    pub codes: &'static [Code],
    /// What it looks at.
    pub scope: Scope,
}

/// What a rule looks at, and the rule itself.
pub enum Scope {
    /// One element.
    Element(fn(&Element, &mut Vec<Diagnostic>)),
    /// One element with its contract; not run if the element has errors, or was not read whole.
    Contract(fn(&Compiled, &mut Vec<Diagnostic>)),
    /// All elements at once.
    Catalogue(fn(&[Element], &mut Vec<Diagnostic>)),
}

/// All rules, in the order in which they run.
pub const RULES: &[Rule] = &[
    attributes::RULE,
    flow::RULE,
    endpoints::RULE,
    values::RULE,
    conditions::RULE,
    variants::RULE,
    secrets::RULE,
    credentials::RULE,
    oauth::RULE,
    patterns::RULE,
    deprecation::RULE,
    texts::RULE,
    names::RULE,
    names::KEYS,
    catalogue::RULE,
    proof::RULE,
];

/// The library's files are not checked, but what an element makes of them is: an error that shows
/// there is the element's.
pub(crate) fn blame(
    mut diagnostic: Diagnostic,
    element: &Element,
    lent: &HashSet<FileId>,
) -> Option<Diagnostic> {
    if !lent.contains(&diagnostic.primary.span.file) {
        return Some(diagnostic);
    }
    if diagnostic.severity != Severity::Error {
        return None;
    }
    let own = Label { span: element.key.span, message: "because of what this element says".to_owned() };
    diagnostic.secondary.insert(0, std::mem::replace(&mut diagnostic.primary, own));
    diagnostic.fix = None;
    Some(diagnostic)
}

/// Runs all rules; returns the elements with their contracts.
pub fn check(
    elements: Vec<Element>,
    lent: &HashSet<FileId>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Compiled> {
    for rule in RULES {
        if let Scope::Catalogue(run) = rule.scope {
            run(&elements, diagnostics);
        }
    }
    let done: Vec<(Compiled, Vec<Diagnostic>)> = elements
        .into_par_iter()
        .map(|element| {
            let mut found = Vec::new();
            for rule in RULES {
                if let Scope::Element(run) = rule.scope {
                    run(&element, &mut found);
                }
            }
            found.retain(|d| element.whole || !d.code.is_of_absence());
            let whole = element.whole && element.methods.iter().all(has_whole_entries);
            let messages = lower(&element);
            let programs = messages.iter().map(|m| program(&element.key.value, m)).collect();
            let compiled = Compiled { element, messages, programs };
            let clean = whole && !found.iter().any(|d| d.severity == Severity::Error);
            for rule in RULES {
                if let (Scope::Contract(run), true) = (&rule.scope, clean) {
                    run(&compiled, &mut found);
                }
            }
            let found = found.into_iter().filter_map(|d| blame(d, &compiled.element, lent)).collect();
            (compiled, found)
        })
        .collect();
    done.into_iter()
        .map(|(compiled, found)| {
            diagnostics.extend(found);
            compiled
        })
        .collect()
}

/// How much there was to check.
#[must_use]
pub fn summary(compiled: &[Compiled]) -> Summary {
    fn members(object: &Object) -> usize {
        object
            .members
            .values()
            .map(|m| if let Shape::Object(inner) = &m.shape { members(inner) } else { 1 })
            .sum()
    }
    Summary {
        elements: compiled.len(),
        entries: compiled.iter().flat_map(|c| &c.messages).map(|m| members(&m.root)).sum(),
        rules: crate::diagnostic::explanations().len(),
    }
}

/// Whether nothing was lost in reading the entries.
fn has_whole_entries(method: &Method) -> bool {
    Place::ALL.into_iter().filter_map(|place| method.entries(place)).all(|map| map.values().all(|e| e.whole))
}

/// Every entry of every method, with its place. Methods share most of them: each is visited once.
fn entries(element: &Element) -> impl Iterator<Item = (&Method, Place, &Text, &Declared<Entry>)> {
    let mut seen = std::collections::HashSet::new();
    let all = element.methods.iter().flat_map(|method| {
        let places = Place::ALL.into_iter().filter_map(move |place| Some((place, method.entries(place)?)));
        places
            .flat_map(move |(place, map)| map.iter().map(move |(key, entry)| (method, place, key, &**entry)))
    });
    // What there is only one of needs no telling apart.
    let alone = element.methods.len() == 1;
    all.filter(move |(_, place, _, entry)| {
        alone || seen.insert((*place, std::ptr::from_ref::<Declared<Entry>>(*entry)))
    })
}
