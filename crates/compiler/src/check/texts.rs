//! Texts: what people need in order to fill in an entry, and what they could not tell apart.

use super::names::hash;
use super::{Rule, Scope, Subject, Visit, Written};
use crate::HashMap;
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::flow::{self, Place};
use crate::source::{Span, Spanned};
use crate::syntax::part::Text;

/// See the module.
pub const RULE: Rule = Rule { codes: &[UNDESCRIBED], scope: Scope::Entry(run) };

/// Titles of one form.
pub const TITLES: Rule = Rule { codes: &[SAME_TITLE], scope: Scope::Element(titles) };

/// Texts as a file has them.
pub const TEXTS: Rule = Rule { codes: &[UNSEEN], scope: Scope::Text(unseen) };

/// Keys as a file has them.
pub const KEYS: Rule = Rule { codes: &[UNSEEN], scope: Scope::Key(keys) };

/// The logo of an element.
pub const IMAGE: Rule = Rule { codes: &[NO_IMAGE], scope: Scope::Text(image) };

const NO_IMAGE: Code = Code("W0708");
const UNSEEN: Code = Code("W0701");
const UNDESCRIBED: Code = Code("W0702");
const SAME_TITLE: Code = Code("W0703");

fn run(visit: &Visit, found: &mut Vec<Diagnostic>) {
    let &Visit { place, key, entry, .. } = visit;
    let chosen = entry.from.is_none() && entry.template.is_none() && entry.value.is_none();
    // The standards describe `state`.
    let asked = matches!(place, Place::Configuration | Place::Request)
        || (matches!(place, Place::Query | Place::TokenQuery) && &**key != "state");
    // What no sample shows, nobody has to fill in.
    let shown = entry.sample.as_ref().is_none_or(|sample| sample.value);
    if asked && chosen && shown && entry.whole && entry.description.is_none() {
        found.push(
            Diagnostic::new(UNDESCRIBED, entry.at, format!("`{key}` has no description"))
                .label("people have to fill it in")
                .note("say in a sentence what it is and where to find it"),
        );
    }
}

fn titles(subject: &Subject, found: &mut Vec<Diagnostic>) {
    let element = subject.element;
    let variants: Vec<_> =
        element.methods.iter().filter_map(|m| Some((m.name.as_ref()?, m.title.as_ref()?))).collect();
    for (at, (name, title)) in variants.iter().enumerate() {
        let is_same =
            |(_, other): &&(_, &Spanned<Text>)| other.value.to_lowercase() == title.value.to_lowercase();
        if let Some((first, other)) = variants[..at].iter().find(is_same) {
            let message = format!("variants `{name}` and `{first}` have the same title");
            found.push(
                Diagnostic::new(SAME_TITLE, title.span, message)
                    .label("people cannot tell them apart")
                    .also(other.span, "the same title"),
            );
        }
    }
    for method in &element.methods {
        let inherited = |entry| flow::chain(element, method, entry).find_map(|e| e.title.as_ref());
        let titled = || {
            let own = subject.own_of(method, Place::Configuration);
            own.filter_map(|(key, entry)| Some((key, entry.title.as_ref().or_else(|| inherited(entry))?)))
        };
        if subject.differ(titled().map(|(_, title)| folded(&title.value))) {
            continue;
        }
        let mut titles: HashMap<String, (&Text, Span)> = HashMap::default();
        for (key, title) in titled() {
            let plain = title.value.to_lowercase();
            let inherited = subject.ground.and_then(|ground| ground.titles().get(&plain));
            let (first, at) = match inherited {
                Some((first, at)) => (first, *at),
                None => *titles.entry(plain).or_insert((key, title.span)),
            };
            if first != key {
                let message = format!("`{key}` and `{first}` have the same title");
                found.push(
                    Diagnostic::new(SAME_TITLE, title.span, message)
                        .label("people cannot tell them apart")
                        .also(at, "the same title"),
                );
            }
        }
    }
}

/// A hash of a title, the same for all that differ by case only.
pub(super) fn folded(title: &str) -> u64 {
    if title.is_ascii() { hash(title) } else { hash(&title.to_lowercase()) }
}

/// Texts that say nothing where people are to read something.
pub(super) const READ: [&str; 6] = ["title", "name", "description", "group", "hub", "image"];

fn unseen(written: &Written, found: &mut Vec<Diagnostic>) {
    let (Some(text), path) = (written.node.text(), written.path) else { return };
    // Most begin and end with what is surely seen.
    let is_seen = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let is_whole = is_seen(text.as_bytes().first()) && is_seen(text.as_bytes().last());
    if is_whole && !written.has_more_than_ascii {
        return;
    }
    let plain = text.trim();
    let key = path.last().copied().unwrap_or_default();
    let (message, label, note) = if let Some(character) = invisible(written, text) {
        (
            format!("holds U+{:04X}, which nobody sees", u32::from(character)),
            "an invisible character",
            "it comes with what is copied from web pages; type the text again",
        )
    } else if plain.len() == text.len() && !plain.is_empty() {
        return;
    } else if plain.is_empty() {
        // Under `instance` a text in place of an entry is an example.
        if !READ.contains(&key) || path.iter().rev().nth(2) == Some(&"instance") {
            return;
        }
        ("is empty".to_owned(), "says nothing", "write it, or leave the key out")
    } else if key != "separator" {
        ("begins or ends with a blank".to_owned(), "nobody sees it", "remove the blank")
    } else {
        return;
    };
    if !written.is_extension() {
        let message = format!("`{}` {message}", path.join("."));
        let diagnostic = Diagnostic::new(UNSEEN, written.node.span, message).label(label).note(note);
        found.push(match plain.len() < text.len() && !plain.is_empty() && !plain.contains('\n') {
            true => diagnostic.change(written.node.span, plain),
            false => diagnostic,
        });
    }
}

fn keys(written: &Written, found: &mut Vec<Diagnostic>) {
    let Some(key) = written.key else { return };
    if let Some(character) = invisible(written, key.name) {
        let message = format!("this key holds U+{:04X}, which nobody sees", u32::from(character));
        found.push(
            Diagnostic::new(UNSEEN, key.span, message)
                .label("an invisible character")
                .note("it comes with what is copied from web pages; type the key again"),
        );
    } else if let [b' ', ..] | [.., b' '] = key.name.as_bytes() {
        // Spellings seen in the wild may have one.
        if !written.is_extension() && !written.path.contains(&"synonyms") {
            found.push(
                Diagnostic::new(UNSEEN, key.span, "this key begins or ends with a blank")
                    .label("nobody sees it")
                    .note("remove the blank: with it, it is another key"),
            );
        }
    }
}

/// The first character that looks like a blank or like nothing, and is no blank to machines.
fn invisible(written: &Written, text: &str) -> Option<char> {
    let is_one = |c: &char| matches!(*c, '\u{a0}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202f}' | '\u{2060}' | '\u{feff}');
    if written.has_more_than_ascii { text.chars().find(is_one) } else { None }
}

/// A logo is a URL, or a path on the site that the pages are part of.
fn image(written: &Written, found: &mut Vec<Diagnostic>) {
    let Some(text) = written.node.text().filter(|_| written.key.is_some() && written.path == ["image"])
    else {
        return;
    };
    let is_url = text.starts_with("http://") || text.starts_with("https://");
    let is_path = !text.contains("//") && !text.contains([':', ';']);
    if !(is_url || is_path) || text.trim().contains(char::is_whitespace) {
        found.push(
            Diagnostic::new(NO_IMAGE, written.node.span, "`image` is neither a URL nor a path")
                .label("shows nothing")
                .note("a logo is an http or https URL, or a path such as `/elements/logo.png`"),
        );
    }
}
