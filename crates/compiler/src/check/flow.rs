//! References: to something that exists, early enough, and not in a circle.

use super::{Rule, Scope, Subject, Visit, dropped, once};
use crate::HashSet;
use crate::diagnostic::{Code, Diagnostic, Form};
use crate::resolve::flow::{self, Place, Target, Unresolved, lookup};
use crate::resolve::{Element, Method};
use crate::source::Spanned;
use crate::suggest::{Near, listed, suggest};
use crate::syntax::descriptor::Authentication;
use crate::syntax::entry::Entry;
use crate::syntax::map::Declared;
use crate::syntax::part::Text;

/// See the module.
pub const RULE: Rule =
    Rule { codes: &[NO_SOURCE, UNDECLARED, EARLY, CIRCLE, TEMPLATE], scope: Scope::Entry(run) };

/// What a method refers to, and what nothing refers to.
pub const METHOD: Rule =
    Rule { codes: &[NO_SOURCE, UNDECLARED, TEMPLATE, UNUSED], scope: Scope::Element(methods) };

const NO_SOURCE: Code = Code("E0401");
const UNDECLARED: Code = Code("E0402");
const EARLY: Code = Code("E0403");
const CIRCLE: Code = Code("E0404");
const TEMPLATE: Code = Code("E0406");
const UNUSED: Code = Code("E0407");

fn run(visit: &Visit, found: &mut Vec<Diagnostic>) {
    let &Visit { element, method, place, key, entry } = visit;
    for (reference, shown) in [(&entry.from, false), (&entry.example_from, true)] {
        if let Some(reference) = reference {
            one(element, method, place, reference, (shown, Within::Value), found);
        }
    }
    if let Some(template) = &entry.template {
        for part in parts(template, IN_TEMPLATES, found) {
            one(element, method, place, &part, (false, Within::Text), found);
        }
        if !template.value.contains(['{', '}']) && lookup(element, method, &template.value).is_ok() {
            let message = format!("`{}` stands in the text as it is", template.value);
            found.push(
                Diagnostic::new(TEMPLATE, template.span, message)
                    .label("no braces around the reference")
                    .note(IN_TEMPLATES)
                    .change(template.span, format!("{{{}}}", template.value)),
            );
        }
    }
    let said = entry.from.as_ref().or(entry.template.as_ref());
    if let Some((said, links)) = said.zip(circle(element, method, entry)) {
        let message = format!("the value of `{key}` comes from itself: {}", links.join(" → "));
        found.push(
            Diagnostic::new(CIRCLE, said.span, message)
                .label("leads back to this entry")
                .also(entry.at, "the entry"),
        );
    }
}

fn methods(subject: &Subject, found: &mut Vec<Diagnostic>) {
    let element = subject.element;
    for method in &element.methods {
        endpoint_references(element, method, found);
        key_reference(element, method, found);
        if !subject.takes_what_it_gets() {
            unused(element, method, found);
        }
    }
}

const IN_TEMPLATES: &str = "references stand in braces: `\"{query.callbackUrl}?state={query.state}\"`";
const IN_ENDPOINTS: &str = "configuration entries stand in braces: `\"https://{subdomain}.example.com\"`";

/// The references of a template with their spans; reports braces without a partner.
fn parts(template: &Spanned<Text>, note: &str, found: &mut Vec<Diagnostic>) -> Vec<Spanned<Text>> {
    let place = |range| template.part(range).unwrap_or(template.span);
    match flow::references(&template.value) {
        Ok(ranges) if ranges.iter().any(|range| template.value[..range.start - 1].ends_with('$')) => {
            let at = template.value.find("${").unwrap_or_default();
            let diagnostic =
                Diagnostic::new(TEMPLATE, place(at..at + 1), "this `$` stands in the text as it is")
                    .label("no part of the reference");
            found.push(diagnostic.note(note).replace(place(at..at + 1), ""));
            Vec::new()
        }
        Ok(ranges) => ranges
            .into_iter()
            .map(|range| Spanned { value: Text::from(&template.value[range.clone()]), span: place(range) })
            .collect(),
        Err(at) => {
            let is_doubled = ["{{", "}}"].iter().any(|two| template.value[..=at].ends_with(two));
            let message =
                if is_doubled { "one pair of braces is enough" } else { "this brace has no partner" };
            let diagnostic = Diagnostic::new(TEMPLATE, place(at..at + 1), message);
            found.push(diagnostic.note(note));
            Vec::new()
        }
    }
}

/// What a reference stands in.
#[derive(Clone, Copy, PartialEq)]
enum Within {
    /// It is the value itself.
    Value,
    /// A text with other characters beside it.
    Text,
}

fn one(
    element: &Element,
    method: &Method,
    place: Place,
    reference: &Spanned<Text>,
    (shown, within): (bool, Within),
    found: &mut Vec<Diagnostic>,
) {
    match lookup(element, method, &reference.value) {
        Ok(Target::Entry { place: at, key, entry }) => {
            let moment = flow::availability(element, method, at, &entry.inner);
            if !shown && moment > place.moment() {
                let from = flow::origin(element, method, at, &entry.inner).map_or(at, |o| o.place);
                let message = format!(
                    "`{}` does not exist yet: it comes with {}, after {}",
                    reference.value,
                    from.message(),
                    place.message()
                );
                found.push(
                    Diagnostic::new(EARLY, reference.span, message)
                        .label(format!("needed in {}", place.message()))
                        .also(entry.at, format!("`{key}` is declared here")),
                );
            }
        }
        Ok(Target::Fact(..)) => {}
        // Without an authentication there are no such messages, which has been said.
        Err(Unresolved::Source(_)) if method.body.authentication.is_none() => {}
        Err(unresolved) => {
            let mut diagnostic = unknown(element, method, reference, unresolved);
            // The fix must not replace more than the reference.
            if (reference.span.end - reference.span.start) as usize > reference.value.len() + 2 {
                diagnostic.fix = None;
            }
            if within == Within::Text {
                within_text(&mut diagnostic);
            }
            once(diagnostic, found);
        }
    }
}

/// Within a text nothing can be put in quotes: a fix says only what needs none.
fn within_text(diagnostic: &mut Diagnostic) {
    let needs_none = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    diagnostic.fix =
        diagnostic.fix.take().filter(|fix| fix.edits.iter().all(|e| e.text.chars().all(needs_none)));
    for edit in diagnostic.fix.iter_mut().flat_map(|fix| &mut fix.edits) {
        edit.form = Form::Verbatim;
    }
}

fn unknown(
    element: &Element,
    method: &Method,
    reference: &Spanned<Text>,
    unresolved: Unresolved,
) -> Diagnostic {
    let text = &*reference.value;
    let (source, key) = text.split_once('.').unwrap_or((text, ""));
    let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
    if let Some(inner) = inner.filter(|inner| lookup(element, method, inner).is_ok()) {
        return Diagnostic::new(NO_SOURCE, reference.span, format!("`{text}` has braces around it"))
            .label(format!("write `{inner}`"))
            .note("only within a text stand references in braces, as in `template:`")
            .change(reference.span, inner);
    }
    match unresolved {
        Unresolved::Source(known) => {
            let message = format!("`{text}` names no source of values");
            let diagnostic = Diagnostic::new(NO_SOURCE, reference.span, message).note(format!(
                "a reference is a source, a dot and a key; sources here: {}",
                listed(known.iter().copied(), "and")
            ));
            let bare = bare(method, reference).map(|source| (format!("{source}.{text}"), true));
            let near = suggest(source, known.iter().copied()).filter(|_| !key.is_empty());
            match bare.or_else(|| near.map(|near| (format!("{near}.{key}"), near.is_sure))) {
                Some((full, is_sure)) => diagnostic.meant(reference.span, Near { word: &full, is_sure }),
                None if key.is_empty() && inner.is_none() && !text.is_empty() => diagnostic
                    .label("no such source")
                    .note(format!("a constant is written `{{ value: {text} }}`")),
                None => diagnostic.label("no such source"),
            }
        }
        Unresolved::Key(known) => {
            let map = SOURCE_PATHS.iter().find(|(name, _)| *name == source);
            let path = map.map_or(source, |(_, place)| place.path(method.authentication));
            let full = format!("{path}.{key}");
            let declares = |message: String| Diagnostic::new(UNDECLARED, reference.span, message);
            if element.removal(&full).is_some() {
                return dropped(element, &full, declares(format!("`{text}` is removed, but still needed")));
            }
            // All that refers there misses the same.
            if known.is_empty() && map.is_some() {
                let message = format!("`{path}` declares nothing");
                return declares(message).label(format!("`{text}` is taken from there"));
            }
            let mut diagnostic = declares(format!("`{text}` is not declared"));
            diagnostic = diagnostic.note(format!("`{path}` of `{}` has no `{key}`", element.key.value));
            let Some(near) = suggest(key, known.iter().map(String::as_str)) else {
                return diagnostic.label("not declared");
            };
            let full = format!("{source}.{near}");
            diagnostic = diagnostic.meant(reference.span, Near { word: &full, ..near });
            match map.and_then(|(_, place)| method.entries(*place)?.get(near.word)) {
                Some(entry) => diagnostic.also(entry.at, "declared here"),
                None => diagnostic,
            }
        }
    }
}

/// The source of the entry that a reference means, if it says the key alone: not of the entry that it stands in.
fn bare(method: &Method, reference: &Spanned<Text>) -> Option<&'static str> {
    let of = |place| method.entries(place)?.get(&reference.value);
    let is_own = |entry: &Entry| entry.from.as_ref().is_some_and(|from| from.span == reference.span);
    if !is_own(of(Place::Configuration)?) {
        return Some("configuration");
    }
    // What a response brings comes before the configuration, and from nowhere else.
    let (source, _) = SOURCE_PATHS.iter().find(|(_, place)| {
        let is_response = matches!(place, Place::TokenResponse | Place::Callback);
        is_response && of(*place).is_some_and(|entry| entry.from.is_none() && entry.template.is_none())
    })?;
    Some(source)
}

/// What has been said to be missing already, by a reference to it.
pub(super) fn missed<'a>(found: &'a mut [Diagnostic], place: Place, key: &str) -> Option<&'a mut Diagnostic> {
    let (source, _) = SOURCE_PATHS.iter().find(|(_, at)| *at == place)?;
    let message = format!("`{source}.{key}` is not declared");
    found.iter_mut().find(|d| d.code == UNDECLARED && d.message == message)
}

const SOURCE_PATHS: [(&str, Place); 5] = [
    ("token", Place::TokenResponse),
    ("query", Place::Query),
    ("callback", Place::Callback),
    ("configuration", Place::Configuration),
    ("request", Place::Request),
];

/// The references that lead from an entry back to itself, if they do and none of the others on the
/// circle stands before it: a circle is one mistake.
fn circle(element: &Element, method: &Method, start: &Declared<Entry>) -> Option<Vec<String>> {
    fn back<'a>(
        (element, method): (&Element, &'a Method),
        entry: &'a Declared<Entry>,
        start: &Declared<Entry>,
        names: &mut Vec<&'a str>,
        seen: &mut HashSet<&'a str>,
    ) -> bool {
        let template = entry.template.as_ref().map_or("", |t| &t.value);
        let parts = flow::references(template).unwrap_or_default().into_iter().map(|range| &template[range]);
        for reference in entry.from.as_ref().map(|from| &*from.value).into_iter().chain(parts) {
            let Ok(Target::Entry { entry: next, .. }) = lookup(element, method, reference) else { continue };
            if next.at < start.at || !seen.insert(reference) {
                continue;
            }
            names.push(reference);
            if std::ptr::eq(next, start) || back((element, method), next, start, names, seen) {
                return true;
            }
            names.pop();
        }
        false
    }
    let mut names = Vec::new();
    let led = back((element, method), start, start, &mut names, &mut HashSet::default());
    led.then(|| names.into_iter().map(|name| format!("`{name}`")).collect())
}

/// `{entry}` in an authorization endpoint stands for a configuration entry.
fn endpoint_references(element: &Element, method: &Method, found: &mut Vec<Diagnostic>) {
    let body = &method.body;
    let endpoints = [
        &body.oauth2.authorize,
        &body.oauth2.token,
        &body.oauth2.revoke,
        &body.oauth1.request,
        &body.oauth1.authorize,
        &body.oauth1.access,
    ];
    for endpoint in endpoints.into_iter().flatten() {
        for part in parts(endpoint, IN_ENDPOINTS, found) {
            let full =
                Spanned { value: Text::from(format!("configuration.{}", part.value)), span: part.span };
            if let Err(unresolved) = lookup(element, method, &full.value) {
                let key = part.value.strip_prefix("configuration.");
                if let Some(key) = key.filter(|key| method.body.configuration.contains_key(key)) {
                    let message = format!("`{{{}}}` has one word too many", part.value);
                    let diagnostic = Diagnostic::new(UNDECLARED, part.span, message)
                        .label(format!("write `{key}`"))
                        .note(IN_ENDPOINTS);
                    found.push(diagnostic.replace(part.span, key));
                    continue;
                }
                let mut diagnostic = unknown(element, method, &full, unresolved);
                within_text(&mut diagnostic);
                for edit in diagnostic.fix.iter_mut().flat_map(|fix| &mut fix.edits) {
                    edit.text = edit.text.trim_start_matches("configuration.").to_owned();
                    diagnostic.primary.message = format!("did you mean `{}`?", edit.text);
                }
                once(diagnostic.note(IN_ENDPOINTS), found);
            }
        }
    }
}

/// `apiKey.from` names the configuration entry that holds the key.
fn key_reference(element: &Element, method: &Method, found: &mut Vec<Diagnostic>) {
    // Elsewhere it has no effect.
    let from = method.body.api_key.from.as_ref().filter(|_| method.authentication == Authentication::ApiKey);
    let Some(from) = from else { return };
    match lookup(element, method, &from.value) {
        Ok(Target::Entry { place: Place::Configuration, .. }) => {}
        Ok(_) => {
            let message = format!("`{}` is no configuration entry", from.value);
            found.push(
                Diagnostic::new(NO_SOURCE, from.span, message)
                    .label("the platform keeps the key in `configuration`")
                    .note("`apiKey.from` names the entry that holds the key: `configuration.api.key`"),
            );
        }
        Err(unresolved) => once(unknown(element, method, from, unresolved), found),
    }
}

/// What an earlier response brings must be taken by something, or it need not be declared.
fn unused(element: &Element, method: &Method, found: &mut Vec<Diagnostic>) {
    for (place, source, key, entry) in untaken(element, method).into_iter().flatten() {
        let message = format!("nothing takes `{source}.{key}`");
        let path = place.path(method.authentication);
        let diagnostic = Diagnostic::new(UNUSED, entry.at, message)
            .label("never used")
            .note(format!("let an entry take it (`from: {source}.{key}`), or remove it from `{path}`"));
        found.push(match taker(element, method, &format!("{source}.{key}")) {
            Some(path) => dropped(element, &path, diagnostic),
            None => diagnostic.note(format!("in element `{}`", element.key.value)),
        });
    }
}

/// The path of an inherited entry that took a value, and that the element dropped.
fn taker(element: &Element, method: &Method, reference: &str) -> Option<String> {
    let before = Method { body: element.base.clone(), ..method.clone() };
    let paths = Place::ALL.into_iter().flat_map(|place| {
        let entries = before.entries(place).into_iter().flat_map(|e| e.iter());
        let takes = entries.filter(|(_, e)| e.from.as_ref().is_some_and(|from| *from.value == *reference));
        takes.map(|(key, _)| format!("{}.{key}", place.path(method.authentication))).collect::<Vec<_>>()
    });
    paths.into_iter().find(|path| element.removal(path).is_some())
}

type Untaken<'a> = (Place, &'static str, &'a Text, &'a Declared<Entry>);

/// What earlier responses bring and no entry takes; `None` where what takes it may have been lost.
pub(super) fn untaken<'a>(element: &Element, method: &'a Method) -> Option<Vec<Untaken<'a>>> {
    let mut taken: HashSet<&str> = HashSet::default();
    for place in Place::ALL {
        for entry in method.entries(place).into_iter().flat_map(|e| e.values()) {
            taken.extend([&entry.from, &entry.example_from].into_iter().flatten().map(|f| &*f.value));
            if let Some(template) = &entry.template {
                let ranges = flow::references(&template.value).unwrap_or_default();
                taken.extend(ranges.into_iter().map(|r| &template.value[r]));
            }
            if !entry.whole {
                return None; // it may have been what takes it
            }
        }
    }
    if taken.iter().any(|reference| lookup(element, method, reference).is_err()) {
        return None; // it may be meant by a reference that names nothing
    }
    let constraints = method.body.constraints.get(Place::Callback.path(method.authentication));
    let mut named = constraints.into_iter().flat_map(|c| &c.inner.0).flat_map(|c| &c.value.entries);
    if named.any(|name| method.entries(Place::Callback).is_some_and(|e| !e.contains_key(&name.value))) {
        return None; // it may be meant by that name
    }
    let mut untaken = Vec::new();
    for (place, source) in [(Place::TokenResponse, "token"), (Place::Callback, "callback")] {
        for (key, entry) in method.entries(place).into_iter().flat_map(|e| e.iter()) {
            // What the standard itself puts there needs no taker (RFC 6749 §4.1.2, §4.1.2.1).
            let standard = ["state", "error", "error_description", "error_uri"].contains(&&**key);
            if entry.from.is_none() && !standard && !taken.contains(&*format!("{source}.{key}")) {
                untaken.push((place, source, key, &**entry));
            }
        }
    }
    Some(untaken)
}
