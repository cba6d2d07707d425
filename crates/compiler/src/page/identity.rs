//! Identity: which element a page is about, and what contradicts it.
//!
//! In: the keys and ids that the front matter, the samples, the commands and the placeholders of a page
//! hold. Out: the element, and what is of another one.

use super::blocks::{Block, Named, Page};
use super::{Checker, IDENTITY, value_of};
use crate::diagnostic::Diagnostic;
use crate::resolve::Element;
use crate::suggest::suggest;
use crate::{Catalog, Compiled};
use serde_json::Value as Json;
use std::collections::HashMap;

/// Shorter names of elements are words of every page.
const SHORTEST: usize = 5;

/// What placeholders may call the elements of a catalogue: letters and digits of names and keys.
pub fn called(catalog: &Catalog) -> HashMap<String, &str> {
    let names = catalog.elements.iter().flat_map(|element| {
        let key = &*element.key.value;
        [(folded(key), key), (folded(&element.name.value), key)]
    });
    names.filter(|(name, _)| name.len() >= SHORTEST).collect()
}

fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl<'a> Checker<'a> {
    /// The element that a page is about: what its front matter says, else the first of its samples and
    /// commands. Reports what contradicts it.
    pub(super) fn element(
        &mut self,
        page: &Page,
        parsed: &[(&Block, Json)],
        commands: &[&Block],
    ) -> Option<Compiled<'a>> {
        let mut stated: Vec<Named> = page.key.iter().cloned().collect();
        stated.extend(parsed.iter().filter_map(|(block, json)| key_of(block, json)));
        stated.extend(page.said.iter().cloned());
        stated.extend(commands.iter().flat_map(|block| keys_in(block)));
        let by_id = page.id.as_ref().and_then(|id| {
            let id: i64 = id.text.parse().ok()?;
            let is = |element: &&Element| element.id.as_ref().is_some_and(|own| own.value == id);
            self.catalog.elements.iter().find(is)
        });
        let first = page.key.as_ref().and_then(|key| self.catalog.element(&key.text)).or(by_id);
        let element = first.or_else(|| stated.iter().find_map(|key| self.catalog.element(&key.text)));
        self.keys(&stated, element);
        self.ids(page, parsed, element);
        element.map(Compiled::of)
    }

    /// Reports keys of other elements, or of none.
    pub(super) fn keys(&mut self, stated: &[Named], element: Option<&Element>) {
        let own = element.map(|element| &*element.key.value);
        for key in stated.iter().filter(|key| own != Some(&*key.text)) {
            let span = self.span(key.range.clone());
            self.diagnostics.push(match own {
                Some(own) => {
                    Diagnostic::new(IDENTITY, span, format!("`{}` is not the key of this element", key.text))
                        .label(format!("the page is about `{own}`"))
                }
                None => {
                    let known = self.catalog.elements.iter().map(|element| &*element.key.value);
                    let message = format!("there is no element `{}`", key.text);
                    let diagnostic = Diagnostic::new(IDENTITY, span, message);
                    match suggest(&key.text, known) {
                        Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
                        None => diagnostic.label("not in the catalogue"),
                    }
                }
            });
        }
    }

    /// The ids differ between environments, but not on a page.
    fn ids(&mut self, page: &Page, parsed: &[(&Block, Json)], element: Option<&Element>) {
        let own = element.and_then(|element| element.id.as_ref()).map(|id| id.value.to_string());
        let (id, says) = match (own, &page.id) {
            (Some(own), _) => (own, "the descriptor"),
            (None, Some(id)) => (id.text.clone(), "the front matter"),
            (None, None) => return,
        };
        let stated =
            page.id.iter().cloned().chain(parsed.iter().flat_map(|(block, json)| ids_of(block, json)));
        for stated in stated.filter(|stated| stated.text != id) {
            let message = format!("`{}` is not the id of this element", stated.text);
            let diagnostic = Diagnostic::new(IDENTITY, self.span(stated.range), message);
            self.diagnostics.push(diagnostic.label(format!("{says} says {id}")));
        }
    }

    /// Reports placeholders that name another element.
    pub(super) fn vendors(&mut self, block: &Block, compiled: &Compiled) {
        let element = &compiled.element;
        let own = [folded(&element.key.value), folded(&element.name.value)];
        let mut rest = 0;
        while let Some(open) = block.text[rest..].find('<').map(|at| rest + at) {
            rest = open + 1;
            let inner = &block.text[rest..];
            let end = inner.find(['<', '>', '\n']).filter(|end| inner[*end..].starts_with('>'));
            let Some(inner) = end.map(|end| &inner[..end]).filter(|inner| inner.len() <= 200) else {
                continue;
            };
            let words: Vec<&str> = inner.split(|c: char| !c.is_alphanumeric()).collect();
            let Some((name, key)) = self.longest(&words) else { continue };
            let ours = own.iter().any(|own| own.starts_with(&name))
                || compiled.messages.iter().flat_map(|m| &m.samples).any(|s| mentions(&s.json, &name));
            if !ours {
                let message = format!("`<{inner}>` names `{key}`, which is another element");
                let range = block.place(open..open + inner.len() + 2);
                let diagnostic = Diagnostic::new(IDENTITY, self.span(range), message);
                self.diagnostics.push(diagnostic.label(format!("the page is about `{}`", element.key.value)));
            }
        }
    }

    /// The longest name of an element that some of the words make.
    fn longest(&self, words: &[&str]) -> Option<(String, &'a str)> {
        let runs = (0..words.len()).flat_map(|from| {
            (from + 1..=words.len().min(from + 5)).map(move |to| folded(&words[from..to].concat()))
        });
        let named = runs.filter_map(|run| self.called.get(&run).map(|key| (run, *key)));
        named.max_by_key(|(run, _)| run.len())
    }
}

/// The key that a sample states.
pub(super) fn key_of(block: &Block, json: &Json) -> Option<Named> {
    let key = json.pointer("/element/key").or_else(|| json.get("element").filter(|e| e.is_string()))?;
    let (name, key) = (if json["element"].is_string() { "element" } else { "key" }, key.as_str()?);
    let range = block.place(value_of(&block.text, name, &Json::from(key)));
    Some(Named { text: key.to_owned(), range })
}

/// The keys in the URLs of commands.
fn keys_in(block: &Block) -> impl Iterator<Item = Named> {
    const BEFORE: &str = "/elements/";
    block.text.match_indices(BEFORE).filter_map(|(start, _)| {
        let from = start + BEFORE.len();
        let rest = &block.text[from..];
        let key = &rest[..rest.find(['/', '?', '\'', '"', ' ', '\n']).unwrap_or(rest.len())];
        // A version, as in `/elements/api-v2/elements/…`, or the id, is no key.
        let is_key = rest[key.len()..].starts_with("/oauth/")
            && !key.chars().all(|c| c.is_ascii_digit())
            && !key.starts_with(['{', '<', '$']);
        is_key.then(|| Named { text: key.to_owned(), range: block.place(from..from + key.len()) })
    })
}

/// The ids of the element that a created instance holds.
fn ids_of(block: &Block, json: &Json) -> impl Iterator<Item = Named> {
    let within = block.text.find("\"element\"").unwrap_or_default();
    let nested = json.pointer("/element/id").map(|value| ("id", value, within));
    let beside = json.get("elementId").map(|value| ("elementId", value, 0));
    nested.into_iter().chain(beside).map(|(key, value, within)| {
        let range = value_of(&block.text[within..], key, value);
        Named { text: value.to_string(), range: block.place(within + range.start..within + range.end) }
    })
}

/// Whether a placeholder of a sample contains a name.
fn mentions(json: &Json, name: &str) -> bool {
    match json {
        Json::String(text) => text.starts_with('<') && folded(text).contains(name),
        Json::Array(all) => all.iter().any(|json| mentions(json, name)),
        Json::Object(all) => all.values().any(|json| mentions(json, name)),
        _ => false,
    }
}
