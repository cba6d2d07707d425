//! Update: regions of pages become what the templates make of their elements.
//!
//! In: a catalogue, templates and the content of pages. Out: for each page the content with its regions
//! brought up to date, every other byte as it was, and what differed; or what is wrong.

use super::region::{self, Region, is_marker, span};
use super::{REGION, STALE};
use crate::check::prove;
use crate::diagnostic::Diagnostic;
use crate::lower::MessageKind;
use crate::source::{FileId, Files, Span};
use crate::suggest::{listed, suggest};
use crate::template::context::{Context, RegionView, VERSION};
use crate::template::view::{self, Bodies};
use crate::template::{Site, TemplateSource, Templates};
use crate::{Catalog, Compiled};
use rayon::prelude::*;
use std::collections::HashMap;

/// The region that shows what a request is answered with: a sample of another message.
const RESPONSE: &str = "response";
/// What a response is shown by.
const SAMPLE: &str = "sample";

/// What has become of pages.
#[derive(Debug)]
pub struct Update {
    /// The pages, and the templates, as diagnostics may show them.
    pub files: Files,
    /// What is wrong; then no page may be written.
    pub errors: Vec<Diagnostic>,
    /// The pages, in their order.
    pub pages: Vec<Page>,
}

/// What has become of a page.
#[derive(Debug, Default)]
pub struct Page {
    /// The new content, if it differs.
    pub text: Option<String>,
    /// How many regions it has.
    pub regions: usize,
    /// The regions that differed.
    pub stale: Vec<Diagnostic>,
}

/// Brings the regions of pages up to date: their paths as shown, and their content.
#[must_use]
pub fn update(
    catalog: &Catalog,
    own: Vec<TemplateSource>,
    site: &Site,
    pages: &[(String, Vec<u8>)],
) -> Update {
    let mut files = Files::default();
    let mut errors = Vec::new();
    let mut read = Vec::new();
    for (path, bytes) in pages {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let file = files.add(path.clone(), text.as_str());
        let regions = match std::str::from_utf8(bytes) {
            Ok(text) => region::read(file, text, &mut errors),
            Err(error) => {
                let at = error.valid_up_to();
                errors.push(Diagnostic::new(REGION, span(file, at..at), "the page is not UTF-8 text"));
                Vec::new()
            }
        };
        read.push((file, text, regions));
    }
    let templates = match Templates::new(own, &mut files) {
        Ok(templates) => templates,
        Err(wrong) => {
            errors.extend(wrong);
            return Update { files, errors, pages: Vec::new() };
        }
    };
    let mut wanted: Vec<(FileId, &Region, Wanted)> = Vec::new();
    for (file, _, regions) in &read {
        for region in regions {
            match Wanted::of(catalog, &templates, *file, region) {
                Ok(what) => wanted.push((*file, region, what)),
                Err(wrong) => errors.push(*wrong),
            }
        }
    }
    // Each element is lowered once, however many regions show it.
    let mut keys: Vec<&str> = wanted.iter().map(|(_, _, what)| what.key).collect();
    keys.sort_unstable();
    keys.dedup();
    let elements = catalog.elements.iter().filter(|element| keys.binary_search(&&*element.key.value).is_ok());
    let elements: Vec<_> = elements.collect();
    let compiled: Vec<(Compiled, Vec<Diagnostic>)> = elements
        .par_iter()
        .map(|element| {
            let mut found = Vec::new();
            (prove(element, &MessageKind::ALL, &mut found), found)
        })
        .collect();
    errors.extend(compiled.iter().flat_map(|(_, found)| found.clone()));
    let bodies: Vec<Bodies> = compiled.par_iter().map(|(compiled, _)| Bodies::of(compiled)).collect();
    let each = compiled.iter().zip(&bodies);
    let models: HashMap<&str, (&Compiled, &Bodies)> =
        each.map(|((compiled, _), bodies)| (&*compiled.element.key.value, (compiled, bodies))).collect();
    let shown: Vec<_> = wanted
        .par_iter()
        .map(|(file, region, what)| {
            let (compiled, bodies) = models[what.key];
            what.shown(&templates, compiled, bodies, site).and_then(|text| fitting(*file, region, &text))
        })
        .collect();
    let mut updated: Vec<Page> = Vec::new();
    let mut shown = shown.into_iter().zip(&wanted).peekable();
    for (file, text, regions) in &read {
        let mut page = Page { regions: regions.len(), ..Page::default() };
        let mut new = String::new();
        let mut done = 0;
        while let Some((made, (_, region, _))) = shown.next_if(|(_, (of, _, _))| of == file) {
            match made {
                Ok(made) if text[region.inner.clone()] != made => {
                    new.push_str(&text[done..region.inner.start]);
                    new.push_str(&made);
                    done = region.inner.end;
                    let message = format!("`{}` is not up to date", region.said());
                    page.stale.push(Diagnostic::new(STALE, span(*file, region.begin.clone()), message));
                }
                Ok(_) => {}
                // One mistake in a template shows in each region.
                Err(wrong) if errors.contains(&wrong) => {}
                Err(wrong) => errors.push(*wrong),
            }
        }
        if !page.stale.is_empty() {
            new.push_str(&text[done..]);
            page.text = Some(new);
        }
        updated.push(page);
    }
    errors.sort_by_key(|d| (d.primary.span.file, d.primary.span.start));
    Update { files, errors, pages: updated }
}

/// What a region is to show.
struct Wanted<'a> {
    key: &'a str,
    /// Which of the element's methods.
    method: usize,
    /// The name of the region.
    kind: String,
    message: MessageKind,
    /// The marker.
    at: Span,
}

impl<'a> Wanted<'a> {
    fn of(
        catalog: &'a Catalog,
        templates: &Templates,
        file: FileId,
        region: &Region,
    ) -> Result<Self, Box<Diagnostic>> {
        let at = span(file, region.begin.clone());
        let (element, kind, message) = match region.words.as_slice() {
            [element, kind] => (element, kind, None),
            [element, kind, message] => (element, kind, Some(message)),
            _ => {
                let message = "a marker says an element, and what to show of it";
                let example =
                    "as in `<!-- elementc:begin sagelive table -->`; the name of a message may follow";
                return Err(Box::new(Diagnostic::new(REGION, at, message).note(example)));
            }
        };
        let place = |word: &super::Named| span(file, word.range.clone());
        let (key, method) =
            element.text.split_once('/').map_or((&*element.text, None), |(k, m)| (k, Some(m)));
        let Some(found) = catalog.element(key) else {
            let known = catalog.elements.iter().map(|element| &*element.key.value);
            return Err(unknown("element", key, place(element), known, "`elementc list` names them all"));
        };
        let names = || found.methods.iter().filter_map(|method| method.name.as_deref());
        let method = match method {
            None => 0,
            Some(method) => {
                found.methods.iter().position(|m| m.name.as_deref() == Some(method)).ok_or_else(|| {
                    let all = match names().next() {
                        None => format!("`{key}` has only one"),
                        Some(_) => format!("`{key}` has {}", listed(names(), "and")),
                    };
                    unknown("method", method, place(element), names(), &all)
                })?
            }
        };
        let regions = || templates.regions().chain([RESPONSE]);
        if !regions().any(|known| known == kind.text) {
            let all = format!("expected {}", listed(regions(), "or"));
            return Err(unknown("region", &kind.text, place(kind), regions(), &all));
        }
        let messages = MessageKind::ALL.into_iter().map(MessageKind::name);
        let message = match message {
            None => MessageKind::CreateInstance,
            Some(word) => {
                MessageKind::ALL.into_iter().find(|kind| kind.name() == word.text).ok_or_else(|| {
                    let all = format!("expected {}", listed(messages.clone(), "or"));
                    unknown("message", &word.text, place(word), messages.clone(), &all)
                })?
            }
        };
        let (kind, message) = match (&*kind.text, answer(message)) {
            (RESPONSE, Some(answer)) if templates.regions().all(|known| known != RESPONSE) => {
                (SAMPLE, answer)
            }
            (kind, _) => (kind, message),
        };
        Ok(Self { key: &found.key.value, method, kind: kind.to_owned(), message, at })
    }

    fn shown(
        &self,
        templates: &Templates,
        compiled: &Compiled,
        bodies: &Bodies,
        site: &Site,
    ) -> Result<String, Box<Diagnostic>> {
        let nothing = || {
            let message = format!("`{}` has no `{}` of `{}`", self.key, self.kind, self.message.name());
            Box::new(Diagnostic::new(REGION, self.at, message))
        };
        let message = view::message(compiled, bodies, self.method, self.message, site).ok_or_else(nothing)?;
        let method = view::name(compiled, self.method).ok_or_else(nothing)?;
        let view = RegionView { element: view::element(compiled), method, message };
        let context = handlebars::Context::wraps(Context { version: VERSION, site, view });
        let context = context.map_err(|e| Box::new(Diagnostic::new(REGION, self.at, e.to_string())))?;
        let text = templates.region(&self.kind, &context).ok_or_else(nothing)??;
        let text = text.trim_matches('\n');
        if text.is_empty() { Err(nothing()) } else { Ok(text.to_owned()) }
    }
}

/// The message that answers one.
fn answer(request: MessageKind) -> Option<MessageKind> {
    match request {
        MessageKind::TokenRequest => Some(MessageKind::TokenResponse),
        MessageKind::UrlRequest => Some(MessageKind::UrlResponse),
        MessageKind::CreateInstance => Some(MessageKind::CreatedInstance),
        _ => None,
    }
}

/// What stands between the markers: the text, as far to the right, with a blank line before and after.
fn fitting(file: FileId, region: &Region, text: &str) -> Result<String, Box<Diagnostic>> {
    if text.lines().any(is_marker) {
        let message = "what the region shows holds a marker";
        return Err(Box::new(Diagnostic::new(REGION, span(file, region.begin.clone()), message)));
    }
    let (indent, end) = &region.line;
    let mut fitted = (*end).to_owned();
    for line in text.split('\n') {
        if !line.is_empty() {
            fitted.push_str(indent);
            fitted.push_str(line);
        }
        fitted.push_str(end);
    }
    fitted.push_str(end);
    Ok(fitted)
}

fn unknown<'a>(
    what: &str,
    word: &str,
    at: Span,
    known: impl Iterator<Item = &'a str> + Clone,
    all: &str,
) -> Box<Diagnostic> {
    let diagnostic = Diagnostic::new(REGION, at, format!("there is no {what} `{word}`"));
    Box::new(match suggest(word, known) {
        Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
        None => diagnostic.note(all),
    })
}
