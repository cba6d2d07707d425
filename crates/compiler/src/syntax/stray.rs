//! Strays: what stands among entries and belongs elsewhere, because a line is missing or its indentation
//! is wrong.
//!
//! In: a map of entries. Out: the map without them, and one diagnostic for all of them.

use super::decode::{Decoder, Fields, WRONG_TYPE, shortened};
use super::descriptor::ORDER;
use super::entries::Shorthand;
use super::entry::Entry;
use super::yaml::{Key, Kind, Node};
use crate::diagnostic::Diagnostic;

/// The maps that stand in sections of a descriptor.
const INNER: [&str; 7] = ["query", "redirect", "callback", "response", "token", "body", "element"];

/// What a map has beside its strays, which are reported; `None` if there are none.
pub(super) fn without_strays<'a, S: Shorthand>(
    node: &Node<'a>,
    cx: &mut Decoder,
) -> Option<Vec<(Key<'a>, Node<'a>)>> {
    let Kind::Map(members) = node.kind else { return None };
    // No map is a stray.
    if members.iter().all(|(_, value)| matches!(value.kind, Kind::Map(_))) {
        return None;
    }
    let (diagnostic, strays) =
        section::<S>(members).or_else(|| attributes::<S>(members)).or_else(|| scalars::<S>(members))?;
    cx.diagnostics.push(diagnostic);
    cx.stray = true;
    let is_kept = |(key, _): &&(Key, Node)| !strays.iter().any(|stray| stray.span == key.span);
    Some(members.iter().filter(is_kept).copied().collect())
}

/// What a map has beside whole sections, which stand there because the line above them is missing; `None` if
/// there are none. What was said from a place on is said of these sections, and taken back.
pub(super) fn without_sections<'a>(
    node: &Node<'a>,
    before: usize,
    cx: &mut Decoder,
) -> Option<Vec<(Key<'a>, Node<'a>)>> {
    let Kind::Map(members) = node.kind else { return None };
    let known = <Entry as Fields>::keys();
    let is_map = |value: &Node| matches!(value.kind, Kind::Map(_));
    // Its members are entries: at least one is a map as no attribute is, and none is an attribute.
    let is_section = |(key, value): &&(Key, Node)| {
        let Kind::Map(below) = value.kind else { return false };
        (INNER.contains(&key.name) || ORDER.contains(&key.name))
            && below.iter().any(|(key, value)| is_map(value) && !known.contains(&key.name))
            && !below.iter().any(|(key, value)| !is_map(value) && known.contains(&key.name))
    };
    let strays: Vec<&Key> = members.iter().filter(is_section).map(|(key, _)| key).collect();
    let [first, others @ ..] = strays.as_slice() else { return None };
    let names: Vec<&str> = strays.iter().map(|key| key.name).collect();
    let message = match others {
        [] => format!("`{}` holds entries, and stands where entries do", first.name),
        _ => format!("{} hold entries, and stand where entries do", shortened(&names)),
    };
    let diagnostic = Diagnostic::new(WRONG_TYPE, first.span, message)
        .label("expected an entry")
        .note("is a line missing above, such as `instance:`, or the indentation wrong?");
    cx.diagnostics.truncate(before);
    cx.diagnostics.push(others.iter().fold(diagnostic, |diagnostic, key| diagnostic.also(key.span, "")));
    cx.stray = true;
    Some(members.iter().filter(|member| !is_section(member)).copied().collect())
}

type Strays<'a> = (Diagnostic, Vec<&'a Key<'a>>);

/// A section without anything below it, and all that follows it.
fn section<'a, S: Shorthand>(members: &'a [(Key<'a>, Node<'a>)]) -> Option<Strays<'a>> {
    if S::MAY_BE_EMPTY {
        return None;
    }
    let is_section = |(key, value): &(Key, Node)| {
        matches!(value.kind, Kind::Null) && (ORDER.contains(&key.name) || INNER.contains(&key.name))
    };
    let at = members.iter().position(is_section)?;
    let (key, _) = &members[at];
    let diagnostic = Diagnostic::new(WRONG_TYPE, key.span, format!("`{}` stands among entries", key.name))
        .label("nothing stands below it")
        .note("check its indentation: a section and what belongs to it stand further left");
    Some((diagnostic, members[at..].iter().map(|(key, _)| key).collect()))
}

/// Attributes of an entry that stand where entries do.
fn attributes<'a, S: Shorthand>(members: &'a [(Key<'a>, Node<'a>)]) -> Option<Strays<'a>> {
    if !S::IS_CLOSED {
        return None;
    }
    let known = <Entry as Fields>::keys();
    let is_attribute = |(key, value): &&(Key, Node)| {
        known.contains(&key.name) && !matches!(value.kind, Kind::Map(_) | Kind::Null)
    };
    let mut strays: Vec<&Key> = members.iter().filter(is_attribute).map(|(key, _)| key).collect();
    let first = *strays.first()?;
    let names: Vec<&str> = strays.iter().map(|key| key.name).collect();
    // What is empty and stands before them is probably their entry.
    let before = members.iter().take_while(|(key, _)| key.span != first.span).last();
    let owner = before.filter(|(_, value)| matches!(value.kind, Kind::Null)).map(|(key, _)| key);
    let diagnostic = match (owner, names.len()) {
        (Some(owner), _) => {
            let message = format!("{} must stand below `{}`, not beside it", shortened(&names), owner.name);
            Diagnostic::new(WRONG_TYPE, owner.span, message).label("an entry without attributes")
        }
        (None, 1) => {
            let message =
                format!("`{}` is an attribute of an entry, and stands where entries do", first.name);
            Diagnostic::new(WRONG_TYPE, first.span, message).label("expected the key of an entry")
        }
        (None, _) => {
            let message =
                format!("{} are attributes of an entry, and stand where entries do", shortened(&names));
            Diagnostic::new(WRONG_TYPE, first.span, message).label("expected the key of an entry")
        }
    };
    let others = strays.iter().skip(usize::from(owner.is_none()));
    let diagnostic = others.fold(diagnostic, |diagnostic, key| diagnostic.also(key.span, ""));
    strays.extend(owner);
    Some((diagnostic.note("the attributes of an entry are indented below its key"), strays))
}

/// Values in place of entries: another section is meant.
fn scalars<'a, S: Shorthand>(members: &'a [(Key<'a>, Node<'a>)]) -> Option<Strays<'a>> {
    let is_value = |(_, value): &&(Key, Node)| !matches!(value.kind, Kind::Map(_));
    let is_empty = |(_, value): &(Key, Node)| matches!(value.kind, Kind::Map(below) if below.is_empty());
    let strays: Vec<&Key> = members.iter().filter(is_value).map(|(key, _)| key).collect();
    if strays.len() < 3 && !members.iter().all(|member| is_value(&member) || is_empty(member)) {
        return None; // of one or two among entries each is a mistake of its own
    }
    let [first, others @ ..] = strays.as_slice() else { return None };
    if !S::IS_CLOSED || others.is_empty() {
        return None;
    }
    let names: Vec<&str> = strays.iter().map(|key| key.name).collect();
    let diagnostic = Diagnostic::new(
        WRONG_TYPE,
        first.span,
        format!("{} must be entries, not values", shortened(&names)),
    )
    .label("expected a map")
    .note(
        "an entry has at least a title: `{ title: … }`; what the platform reports stands below `instance:`",
    );
    Some((others.iter().fold(diagnostic, |diagnostic, key| diagnostic.also(key.span, "")), strays))
}
