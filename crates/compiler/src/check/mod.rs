//! Check: what no single file shows to be wrong.
//!
//! In: resolved elements. Out: the same elements with their contracts, and diagnostics. A rule is
//! one file here and one line of [`RULES`]; it builds diagnostics and never stops another rule.

mod access;
mod attributes;
mod catalogue;
mod chooser;
mod conditions;
pub(crate) mod credentials;
mod deprecation;
mod endpoints;
mod flow;
mod ground;
mod lists;
pub(crate) mod live;
mod names;
pub(crate) mod near;
mod oauth;
mod patterns;
mod placeholders;
mod proof;
mod punctuation;
mod redirect;
mod scopes;
mod secrets;
mod subject;
mod texts;
mod url;
mod values;
mod variants;
mod written;

use crate::Compiled;
use crate::HashSet;
use crate::diagnostic::{Code, Diagnostic, Label, Severity};
use crate::lower::MessageKind;
use crate::render::Summary;
use crate::resolve::flow::Place;
use crate::resolve::{Element, Index, Lost, Method, keep_certain};
use crate::source::{FileId, Span, Spanned};
use crate::syntax::descriptor::{Descriptor, Status};
use crate::syntax::entry::Entry;
use crate::syntax::map::Declared;
use crate::syntax::part::Text;
pub(crate) use ground::Grounds;
use rayon::prelude::*;
use subject::Subject;
use written::Written;
pub(crate) use written::file;

/// A rule.
pub struct Rule {
    /// What it may report.
    pub codes: &'static [Code],
    /// What it looks at.
    pub scope: Scope,
}

/// What a rule looks at, and the rule itself.
pub enum Scope {
    /// Each text of a file as it is written, whatever becomes of it.
    Text(fn(&Written, &mut Vec<Diagnostic>)),
    /// Each list of a file.
    List(fn(&Written, &mut Vec<Diagnostic>)),
    /// Each key of a file, with its value.
    Key(fn(&Written, &mut Vec<Diagnostic>)),
    /// One entry and what it refers to; an inherited one is looked at once for all that inherit it,
    /// so nothing else may matter.
    Entry(fn(&Visit, &mut Vec<Diagnostic>)),
    /// One element.
    Element(fn(&Subject, &mut Vec<Diagnostic>)),
    /// One element with its contract; not run if the element has errors, or was not read whole.
    Contract(fn(&Compiled, &mut Vec<Diagnostic>)),
    /// All elements at once, as far as they have to do with each other.
    Catalogue(fn(&[Outline], &mut Vec<Diagnostic>)),
}

/// What rules about all elements see of one: while it stays, what they say stays, wherever else the element
/// is edited.
pub struct Outline<'a> {
    /// Its key.
    pub key: &'a Spanned<Text>,
    /// Its numeric id, if any.
    pub id: Option<&'a Spanned<i64>>,
    /// What people call it.
    pub name: &'a Spanned<Text>,
    /// The element that it extends.
    pub extends: Option<&'a Spanned<Text>>,
    /// Where it says that it is deprecated.
    pub deprecated: Option<Span>,
}

impl<'a> Outline<'a> {
    /// The outline of an element, given what its file says.
    pub(crate) fn of(element: &'a Element, descriptor: &'a Descriptor) -> Self {
        let deprecated = descriptor.status.as_ref().filter(|status| status.value == Status::Deprecated);
        Self {
            key: &element.key,
            id: element.id.as_ref(),
            name: &element.name,
            extends: descriptor.extends.as_ref(),
            deprecated: deprecated.map(|status| status.span),
        }
    }

    /// Hashes of what rules about all elements compare; `None` if they have to look at it in any case.
    pub(crate) fn marks(&self) -> Option<[u64; 3]> {
        let (key, name) = (&self.key.value, &self.name.value);
        let is_plain = key.is_ascii() && name.is_ascii() && self.deprecated.is_none();
        if !is_plain || key.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return None;
        }
        let key = names::ordered(key);
        let id = self.id.map_or(key, |id| id.value.cast_unsigned()).wrapping_mul(names::SPREAD);
        Some([key, id.rotate_left(1), names::ordered(name).rotate_left(2)])
    }

    /// All of it but for where it stands.
    pub(crate) fn text(&self) -> String {
        let Self { key, id, name, extends, deprecated } = self;
        let (id, extends) = (id.map(|id| id.value), extends.map(|extends| &extends.value));
        format!("{:?}", (&key.value, id, &name.value, extends, deprecated.is_some()))
    }
}

/// An entry where it stands.
#[derive(Clone, Copy)]
pub struct Visit<'a> {
    /// The element.
    pub element: &'a Element,
    /// One of its methods that has the entry.
    pub method: &'a Method,
    /// The map that it is in.
    pub place: Place,
    /// Its key.
    pub key: &'a Text,
    /// The entry.
    pub entry: &'a Declared<Entry>,
}

/// All rules, in the order in which they run.
pub const RULES: &[Rule] = &[
    attributes::RULE,
    flow::RULE,
    flow::METHOD,
    endpoints::RULE,
    access::RULE,
    values::RULE,
    placeholders::RULE,
    placeholders::PATTERNS,
    placeholders::SCOPES,
    conditions::RULE,
    conditions::METHOD,
    variants::RULE,
    secrets::RULE,
    secrets::ENDPOINTS,
    credentials::RULE,
    live::RULE,
    oauth::RULE,
    scopes::RULE,
    redirect::RULE,
    patterns::RULE,
    deprecation::RULE,
    deprecation::ELEMENT,
    deprecation::PARENTS,
    texts::RULE,
    texts::TITLES,
    texts::TEXTS,
    texts::KEYS,
    texts::IMAGE,
    punctuation::RULE,
    names::RULE,
    names::KEYS,
    near::RULE,
    lists::RULE,
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
    let own = diagnostic.secondary.iter().position(|label| label.span.file == element.file);
    let own = own.map(|at| diagnostic.secondary.remove(at)).unwrap_or_else(|| {
        let (span, message) = match element.brought(diagnostic.primary.span.file) {
            Some(name) => (name.span, format!("`{}` needs it", name.value)),
            None => (element.key.span, "because of what this element says".to_owned()),
        };
        Label { span, message }
    });
    diagnostic.secondary.insert(0, std::mem::replace(&mut diagnostic.primary, own));
    diagnostic.fix = None;
    Some(diagnostic)
}

/// What misses something that a layer has dropped is the mistake of whoever dropped it.
fn dropped(element: &Element, path: &str, mut diagnostic: Diagnostic) -> Diagnostic {
    let Some(removal) = element.removal(path) else { return diagnostic };
    diagnostic.fix = None;
    let needed = diagnostic.primary.span;
    if removal.span.file == needed.file && !element.stands_for_all(needed) {
        diagnostic.primary.message = "needed here".to_owned();
        return diagnostic.also(removal.span, "removed here");
    }
    let here = Label { span: removal.span, message: "removed here".to_owned() };
    let needed = std::mem::replace(&mut diagnostic.primary, here).span;
    diagnostic.also(needed, "still needed here")
}

/// Reports what one removal breaks once, however much that is.
fn once_per_removal(element: &Element, found: &mut Vec<Diagnostic>) {
    let is_removal = |at: Span| element.removed.iter().any(|removed| removed.span == at);
    let mut kept: Vec<Diagnostic> = Vec::with_capacity(found.len());
    for diagnostic in found.drain(..) {
        let at = diagnostic.primary.span;
        match kept.iter_mut().find(|first| first.primary.span == at && is_removal(at)) {
            Some(first) => {
                let known = |label: &Label| first.secondary.iter().any(|other| other.span == label.span);
                let new: Vec<Label> =
                    diagnostic.secondary.into_iter().filter(|label| !known(label)).collect();
                first.secondary.extend(new);
            }
            None => kept.push(diagnostic),
        }
    }
    *found = kept;
}

/// Reports what is missing once, however many places miss it; a fix mends all of them.
fn once(diagnostic: Diagnostic, found: &mut Vec<Diagnostic>) {
    let same = |d: &&mut Diagnostic| d.code == diagnostic.code && d.message == diagnostic.message;
    let Some(first) = found.iter_mut().find(same) else { return found.push(diagnostic) };
    let places = std::iter::once(diagnostic.primary).chain(diagnostic.secondary);
    for place in places {
        let known = |label: &Label| label.span == place.span;
        if !known(&first.primary) && !first.secondary.iter().any(known) {
            first.secondary.push(Label { message: "and here".to_owned(), ..place });
        }
    }
    first.fix = first.fix.take().zip(diagnostic.fix).map(|(mut fix, other)| {
        let new = other.edits.into_iter().filter(|edit| !fix.edits.contains(edit)).collect::<Vec<_>>();
        fix.edits.extend(new);
        fix
    });
}

/// Whether marks of all elements differ, so that rules about all elements have nothing to say.
pub(crate) fn differ(marks: impl Iterator<Item = Option<[u64; 3]>>) -> bool {
    let marks: Option<Vec<_>> = marks.collect();
    marks.is_some_and(|marks| names::differ(&mut marks.into_flattened()))
}

/// Runs the rules about all elements at once.
pub(crate) fn catalogue(elements: &[Outline]) -> Vec<Diagnostic> {
    let of_rule = |rule: &Rule| {
        let mut found = Vec::new();
        if let Scope::Catalogue(run) = rule.scope {
            run(elements, &mut found);
        }
        found
    };
    RULES.par_iter().flat_map_iter(of_rule).collect()
}

/// Runs the rules about one element, and proves its contract if they find no error.
pub(crate) fn element(
    element: &Element,
    grounds: &Grounds,
    lent: &HashSet<FileId>,
    index: &Index,
) -> Vec<Diagnostic> {
    let ground = grounds.below(element);
    let subject = Subject::new(element, ground.get().and_then(Option::as_ref));
    let mut found = Vec::new();
    for rule in RULES {
        match rule.scope {
            Scope::Entry(run) => subject.open().for_each(|visit| run(visit, &mut found)),
            Scope::Element(run) => run(&subject, &mut found),
            _ => {}
        }
    }
    keep_certain(&mut found, element.whole, element.files(), index);
    if !element.removed.is_empty() && found.len() > 1 {
        once_per_removal(element, &mut found);
    }
    let clean = !found.iter().any(|d| d.severity == Severity::Error);
    let unproven = subject.unproven();
    if clean && !unproven.is_empty() {
        let before = found.len();
        prove(element, unproven, &mut found);
        if found.len() == before {
            subject.holds();
        }
    }
    found.into_iter().filter_map(|d| blame(d, element, lent)).collect()
}

/// Runs the rules about entries on traits that no element has, as if each were one.
pub(crate) fn alone(traits: &[Element], index: &Index) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for stand_in in traits {
        let subject = Subject::new(stand_in, None);
        let mut found = Vec::new();
        for rule in RULES {
            if let Scope::Entry(run) = rule.scope {
                subject.open().for_each(|visit| run(visit, &mut found));
            }
        }
        // Whoever lists it may bring whatever it names.
        let lost = Lost::of(stand_in.layers.clone(), index, true);
        let is_certain = |d: &Diagnostic| {
            !d.code.is_of_absence()
                || d.code == credentials::UNMARKED
                || lost.as_ref().is_some_and(|lost| lost.is_certain(d))
        };
        found.retain(|d| is_certain(d) && d.primary.span.file == stand_in.file);
        diagnostics.extend(found);
    }
    diagnostics
}

/// Runs the rules about the contract of an element that has no errors, as far as it consists of
/// messages of some kinds; returns that contract.
pub(crate) fn prove<'a>(
    element: &'a Element,
    kinds: &[MessageKind],
    found: &mut Vec<Diagnostic>,
) -> Compiled<'a> {
    let compiled = Compiled::with(element, kinds);
    if is_known(element) {
        for rule in RULES {
            if let Scope::Contract(run) = &rule.scope {
                run(&compiled, found);
            }
        }
    }
    compiled
}

/// How many entries an element has, those of each method counted.
pub(crate) fn entries(element: &Element) -> usize {
    let places =
        |m: &Method| Place::ALL.into_iter().filter_map(|p| m.entries(p)).map(|e| e.len()).sum::<usize>();
    element.methods.iter().map(places).sum()
}

/// How much there was to check.
pub(crate) fn summary(elements: usize, entries: usize) -> Summary {
    Summary {
        elements,
        entries,
        // Those of templates and pages are about something else.
        rules: crate::diagnostic::explanations().iter().filter(|(code, _)| !code.starts_with("E1")).count(),
    }
}

/// Whether enough is known of an element to make its contract: nothing was lost in reading it.
fn is_known(element: &Element) -> bool {
    let is_known = |method: &Method| {
        let mut maps = Place::ALL.into_iter().filter_map(|place| method.entries(place));
        method.body.authentication.is_some() && maps.all(|map| map.values().all(|entry| entry.whole))
    };
    element.whole && element.methods.iter().all(is_known)
}
