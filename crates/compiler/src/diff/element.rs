//! Element: two versions of an element, and elements that come and go.

use super::pair::{Pair, Party};
use super::words::quoted;
use super::{Change, Kind, Sender, Version, Witness};
use crate::derive::bases;
use crate::lower::{Message, MessageKind};
use crate::resolve::Element;
use crate::source::Span;
use crate::{Catalog, Compiled};
use elementc_runtime::{Placeholders, Program, validate};
use serde_json::Value as Json;
use std::collections::HashSet;

/// A change of the element itself.
pub(super) fn change(element: &Element, kind: Kind, what: String, at: (Version, Span)) -> Change {
    Change {
        kind,
        element: element.key.value.to_string(),
        message: None,
        pointer: None,
        what,
        at: Some(at),
        witness: None,
        waived: None,
    }
}

/// An element that was not there before.
pub(super) fn added(element: &Element) -> Change {
    let at = (Version::New, element.key.span);
    change(element, Kind::Compatible, "the element is new".to_owned(), at)
}

/// The key of the new element that an old one has become: of the same id, or else the same name.
pub(super) fn successor<'a>(gone: &Element, old: &Catalog, new: &'a Catalog) -> Option<&'a str> {
    if new.element(&gone.key.value).is_some() {
        return None;
    }
    let fresh = || new.elements.iter().filter(|other| old.element(&other.key.value).is_none());
    let id = gone.id.as_ref().map(|id| id.value);
    let same_id = fresh().find(|other| id.is_some() && other.id.as_ref().map(|id| id.value) == id);
    let same_name = || fresh().find(|other| other.name.value == gone.name.value);
    same_id.or_else(same_name).map(|other| &*other.key.value)
}

/// An element that is not there any more, or under another key.
pub(super) fn gone(compiled: &Compiled, old: &Catalog, new: &Catalog, changes: &mut Vec<Change>) {
    let Some((message, program)) = compiled.message(MessageKind::CreateInstance.name()) else { return };
    let successor = successor(compiled.element, old, new).and_then(|key| new.get(key));
    let receiver = successor.as_ref().and_then(|c| Some((c, c.message(&message.name())?.1)));
    let witness = proven(message, program, receiver.map(|(_, program)| program));
    let (what, at) = match receiver {
        Some((other, _)) => {
            let key = &other.element.key;
            (format!("the element is now called `{}`", key.value), (Version::New, key.span))
        }
        None => ("the element is gone".to_owned(), (Version::Old, compiled.element.key.span)),
    };
    let kind = if witness.is_some() { Kind::Breaking } else { Kind::Unproven };
    changes.push(Change { witness, ..change(compiled.element, kind, what, at) });
}

/// The least body of a message, which its receiver does not take, or which has none any more.
fn proven(message: &Message, program: &Program, receiver: Option<&Program>) -> Option<Witness> {
    let body = bases(message).into_iter().next()?;
    let text = body.text();
    if !validate(program, text.as_bytes(), Placeholders::Allowed).is_valid() {
        return None;
    }
    let violations = match receiver {
        None => Vec::new(),
        Some(receiver) => {
            let report = validate(receiver, text.as_bytes(), Placeholders::Allowed);
            if report.is_valid() {
                return None;
            }
            report.violations
        }
    };
    Some(Witness { sender: Sender::Application, body: body.json(), violations })
}

/// Two versions of an element.
pub(super) fn compare(old: &Compiled, new: &Compiled, changes: &mut Vec<Change>) {
    identity(old, new, changes);
    let before = changes.len();
    super::flow::compare(old, new, changes);
    let flows = changes.len() > before;
    let party = |message, program| Party::new(message, program);
    let mut documented: HashSet<(Span, String)> = HashSet::new();
    for (message, program) in old.messages.iter().zip(&old.programs) {
        let others = counterparts(message, &new.messages);
        if others.is_empty() {
            changes.push(ended(old, message, program));
        }
        for at in others {
            let (other, other_program) = (&new.messages[at], &new.programs[at]);
            if message.root == other.root && message.rules == other.rules {
                continue;
            }
            let pair = Pair::new(party(message, program), party(other, other_program));
            for found in super::facets::changes(&pair) {
                // The URL of the redirect shows as a whole what has been told in its parts.
                let url =
                    message.kind == MessageKind::UrlResponse && found.pointer.as_deref() == Some("/oauthUrl");
                if flows && url && found.kind == Kind::Documentation {
                    continue;
                }
                // What is said once is told once, however many messages repeat it.
                let told = found.at.filter(|_| found.kind == Kind::Documentation);
                if told.is_some_and(|(_, span)| !documented.insert((span, found.what.clone()))) {
                    continue;
                }
                changes.push(Change { element: old.element.key.value.to_string(), ..found });
            }
        }
    }
    for message in &new.messages {
        if counterparts(message, &old.messages).is_empty() {
            let at = (Version::New, new.element.key.span);
            let what = format!("there is now a message `{}`", message.name());
            let message = Some(message.name());
            changes.push(Change { message, ..change(new.element, Kind::Compatible, what, at) });
        }
    }
}

/// The messages of another version that stand for a message: of the same kind, for the same method.
fn counterparts(message: &Message, others: &[Message]) -> Vec<usize> {
    let alike = || others.iter().enumerate().filter(|(_, other)| other.kind == message.kind);
    let serves =
        |other: &Message| other.samples.iter().any(|a| message.samples.iter().any(|b| a.method == b.method));
    let same: Vec<usize> = alike().filter(|(_, other)| serves(other)).map(|(at, _)| at).collect();
    let whole = |message: &Message| message.samples.iter().any(|sample| sample.method.is_none());
    // Where one version has no variants, its message stands for the first of the other's.
    if same.is_empty()
        && (whole(message) || alike().any(|(_, other)| whole(other)))
        && message.method.is_none()
    {
        return alike().map(|(at, _)| at).take(1).collect();
    }
    same
}

/// A message that is not there any more.
fn ended(old: &Compiled, message: &Message, program: &Program) -> Change {
    let witness = if message.kind.is_closed() { proven(message, program, None) } else { None };
    let kind = match &witness {
        Some(_) => Kind::Breaking,
        None if message.kind.is_closed() => Kind::Unproven,
        // Nobody receives what nobody sends.
        None => Kind::Compatible,
    };
    let what = format!("there is no longer a message `{}`", message.name());
    let at = (Version::Old, old.element.key.span);
    Change { message: Some(message.name()), witness, ..change(old.element, kind, what, at) }
}

/// What became of a fact, if it is another.
pub(super) fn now_and_before(name: &str, before: &Option<Json>, after: &Option<Json>) -> Option<String> {
    match (before, after) {
        _ if before == after => None,
        (None, Some(after)) => Some(format!("`{name}` is now {}", quoted(after))),
        (Some(before), None) => Some(format!("`{name}` is gone; it was {}", quoted(before))),
        (Some(before), Some(after)) => {
            // What differs may stand where the texts are cut.
            let (now, was) = match (quoted(after), quoted(before)) {
                (now, was) if now == was => (format!("`{after}`"), format!("`{before}`")),
                cut => cut,
            };
            Some(format!("`{name}` is now {now}; it was {was}"))
        }
        (None, None) => None,
    }
}

/// What an element says of itself.
fn identity(old: &Compiled, new: &Compiled, changes: &mut Vec<Change>) {
    fn facts(compiled: &Compiled) -> Vec<(&'static str, Option<Json>, Option<Span>)> {
        let element = &compiled.element;
        let text = |name, text: &Option<crate::source::Spanned<crate::syntax::part::Text>>| {
            (name, text.as_ref().map(|t| Json::from(&*t.value)), text.as_ref().map(|t| t.span))
        };
        let id = element.id.as_ref();
        let status = element.status.as_ref();
        vec![
            ("id", id.map(|id| id.value.into()), id.map(|id| id.span)),
            ("name", Some(Json::from(&*element.name.value)), Some(element.name.span)),
            text("hub", &element.hub),
            ("status", Some(element.status().word().into()), status.map(|status| status.span)),
            text("description", &element.description),
            text("image", &element.image),
        ]
    }
    for ((name, before, old_at), (_, after, new_at)) in facts(old).into_iter().zip(facts(new)) {
        let Some(what) = now_and_before(name, &before, &after) else { continue };
        let place = new_at.map(|span| (Version::New, span)).or(old_at.map(|span| (Version::Old, span)));
        let at = place.unwrap_or((Version::New, new.element.key.span));
        changes.push(change(old.element, Kind::Documentation, what, at));
    }
}
