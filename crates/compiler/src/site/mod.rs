//! The catalogue site: what was emitted, as pages to read and forms to fill in, without a server.
//!
//! In: a catalogue without errors, and what [`emit_with`](crate::emit_with) made of it. Out: the files of
//! the site. The pages are the emitted pages, the files the emitted files, and the forms are judged by
//! the emitted validators. Texts of descriptors reach HTML through the templates only, which escape
//! them, or through [`markdown`], which lets nothing act. Reference: `docs/site.md`.

mod form;
mod markdown;
mod script;

use crate::emit::Artifact;
use crate::lower::{Message, MessageKind};
use crate::template::Site;
use crate::template::context::Element;
use crate::template::escape::percent;
use crate::template::view::{self, Bodies};
use crate::{Catalog, Compiled};
use handlebars::Handlebars;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::{Value as Json, json};
use std::collections::HashMap;

/// The texts of the site that do not depend on the catalogue.
const ASSETS: [(&str, &str); 4] = [
    ("assets/site.css", include_str!("../../templates/site/site.css")),
    ("assets/list.js", include_str!("../../templates/site/list.js")),
    ("assets/copy.js", include_str!("../../templates/site/copy.js")),
    ("assets/builder.js", include_str!("../../templates/site/builder.js")),
];

/// The templates; what they show is escaped for HTML unless they say otherwise.
const TEMPLATES: [(&str, &str); 8] = [
    ("page", include_str!("../../templates/site/page.hbs")),
    ("element", include_str!("../../templates/site/element.hbs")),
    ("phrase", include_str!("../../templates/site/phrase.hbs")),
    ("field", include_str!("../../templates/site/field.hbs")),
    ("list", include_str!("../../templates/site/list.hbs")),
    ("guide", include_str!("../../templates/site/guide.hbs")),
    ("build", include_str!("../../templates/site/build.hbs")),
    ("files", include_str!("../../templates/site/files.hbs")),
];

/// What is right for the shipped templates, which tests render.
const SOUND: &str = "the shipped templates of the site are sound";

/// Renders the site of a catalogue: paths relative to its directory, `index.html` first.
///
/// `emitted` is what was emitted of the same catalogue.
#[must_use]
pub fn render(catalog: &Catalog, emitted: &[Artifact], site: &Site) -> Vec<Artifact> {
    let templates = templates();
    let emitted: HashMap<&str, &Artifact> = emitted.iter().map(|a| (a.path.as_str(), a)).collect();
    let elements: Vec<(Json, Vec<Artifact>)> = catalog
        .elements
        .par_iter()
        .map(|element| {
            let compiled = Compiled::of(element);
            let writer = Writer { templates: &templates, emitted: &emitted, site, compiled: &compiled };
            (card(&view::element(&compiled)), writer.element())
        })
        .collect();
    let (cards, elements): (Vec<Json>, Vec<Vec<Artifact>>) = elements.into_iter().unzip();
    let context = json!({ "site": site, "root": "", "title": "Elements", "elements": cards });
    let mut artifacts = vec![page(&templates, "index.html".to_owned(), "list", &context)];
    artifacts.extend(ASSETS.map(|(path, text)| Artifact { path: path.to_owned(), bytes: text.into() }));
    if let Some(script) = emitted.get("validator.mjs").and_then(|a| script::engine(text(a))) {
        artifacts.push(Artifact { path: "assets/engine.js".to_owned(), bytes: script.into_bytes() });
    }
    artifacts.extend(elements.into_iter().flatten());
    artifacts
}

fn templates() -> Handlebars<'static> {
    let mut templates = Handlebars::new();
    templates.set_strict_mode(true);
    templates.unregister_helper("log");
    for (name, text) in TEMPLATES {
        templates.register_template_string(name, text).expect(SOUND);
    }
    templates
}

fn page(templates: &Handlebars, path: String, template: &str, context: &Json) -> Artifact {
    Artifact { path, bytes: templates.render(template, context).expect(SOUND).into_bytes() }
}

fn text(artifact: &Artifact) -> &str {
    std::str::from_utf8(&artifact.bytes).unwrap_or_default()
}

/// What the list shows of an element, and the words that it is found by.
fn card(about: &Element) -> Json {
    let methods = || about.names.iter().map(|name| authentication(name.authentication));
    let words: Vec<&str> = [about.key, about.name, about.status]
        .into_iter()
        .chain(about.hub)
        .chain(about.description)
        .chain(methods())
        .chain(about.names.iter().map(|name| name.title.as_str()))
        .collect();
    let mut kinds: Vec<&str> = methods().collect();
    kinds.dedup();
    json!({ "about": about, "words": words.join(" ").to_lowercase(), "kinds": kinds })
}

/// What people call a kind of authentication.
fn authentication(word: &str) -> &str {
    match word {
        "oauth2" => "OAuth 2.0",
        "oauth1" => "OAuth 1.0",
        "basic" => "Basic",
        "apiKey" => "API key",
        _ => "Custom",
    }
}

/// Writes the pages of one element.
struct Writer<'a> {
    templates: &'a Handlebars<'static>,
    emitted: &'a HashMap<&'a str, &'a Artifact>,
    site: &'a Site,
    compiled: &'a Compiled<'a>,
}

/// A file to look at and to open.
#[derive(Serialize)]
struct Shown<'a> {
    name: String,
    text: &'a str,
}

/// A message and its files.
#[derive(Serialize)]
struct Contract<'a> {
    name: String,
    description: String,
    files: Vec<Shown<'a>>,
}

impl Writer<'_> {
    fn element(&self) -> Vec<Artifact> {
        let key = &*self.compiled.element.key.value;
        let directory = format!("elements/{key}");
        let about = view::element(self.compiled);
        let mut artifacts = self.guides(&directory, &about);
        artifacts.push(self.builder(&directory, &about));
        let validators = self.emitted.get(&*format!("{key}/validator.mjs"));
        if let Some(script) = validators.and_then(|a| script::validators(text(a))) {
            artifacts
                .push(Artifact { path: format!("{directory}/validator.js"), bytes: script.into_bytes() });
        }
        let contracts: Vec<Contract> = self.compiled.messages.iter().map(|m| self.contract(m)).collect();
        let context = self.context(&about, "files", json!({ "contracts": contracts }));
        artifacts.push(page(self.templates, format!("{directory}/files.html"), "files", &context));
        for file in contracts.iter().flat_map(|contract| &contract.files) {
            let path = format!("{directory}/files/{}", file.name);
            artifacts.push(Artifact { path, bytes: file.text.into() });
        }
        artifacts
    }

    /// What all pages of the element know, and some more.
    fn context(&self, about: &Element, tab: &str, more: Json) -> Json {
        let mut context =
            json!({ "site": self.site, "root": "../../", "title": about.name, "about": about, "tab": tab });
        if let (Json::Object(all), Json::Object(more)) = (&mut context, more) {
            all.extend(more);
        }
        context
    }

    /// The emitted pages; the first is the start page of the element.
    fn guides(&self, directory: &str, about: &Element) -> Vec<Artifact> {
        let prefix = format!("{}/", about.key);
        let mut pages: Vec<(&str, &Artifact)> = self
            .emitted
            .iter()
            .filter_map(|(path, artifact)| {
                let name = path.strip_prefix(&prefix).filter(|n| n.ends_with(".md") && !n.contains('/'))?;
                Some((name, *artifact))
            })
            .collect();
        // Those of the methods, the first first, then what templates of one's own made.
        let of_method = |name: &str| {
            let stem = name.strip_prefix("create-instance").and_then(|rest| rest.strip_suffix(".md"))?;
            about.names.iter().position(|method| match method.name {
                Some(method) if !stem.is_empty() => stem.strip_prefix('.') == Some(method),
                _ => stem.is_empty(),
            })
        };
        pages.sort_by_key(|(name, _)| (of_method(name).unwrap_or(usize::MAX), *name));
        let target = |at: usize, name: &str| match at {
            0 => "index.html".to_owned(),
            _ => format!("guide.{}.html", name.strip_suffix(".md").unwrap_or(name)),
        };
        let links: HashMap<&str, String> =
            pages.iter().enumerate().map(|(at, (name, _))| (*name, percent(&target(at, name)))).collect();
        let mut names: Vec<Json> = Vec::new();
        for (name, _) in &pages {
            let title = of_method(name).map_or(*name, |method| about.names[method].title.as_str());
            names.push(json!({ "href": links[name], "title": title }));
        }
        let write = |at: usize, html: &str, outline: &[markdown::Heading]| {
            let href = names.get(at).map_or("index.html", |name| name["href"].as_str().unwrap_or_default());
            let file = pages.get(at).map_or_else(|| "index.html".to_owned(), |(name, _)| target(at, name));
            let several = if names.len() > 1 { names.as_slice() } else { &[] };
            let more = json!({ "html": html, "outline": outline, "guides": several, "here": href });
            page(self.templates, format!("{directory}/{file}"), "guide", &self.context(about, "guide", more))
        };
        if pages.is_empty() {
            return vec![write(0, "", &[])];
        }
        let rendered = pages.iter().enumerate().map(|(at, (_, page))| {
            let html = markdown::render(text(page), &links);
            write(at, &html.html, &html.outline)
        });
        rendered.collect()
    }

    /// `build.html`.
    fn builder(&self, directory: &str, about: &Element) -> Artifact {
        let element = self.compiled.element;
        let bodies = Bodies::of(self.compiled);
        let whole = view::whole(self.compiled, &bodies, self.site);
        let message = self.compiled.messages.iter().find(|m| m.kind == MessageKind::CreateInstance);
        let forms: Vec<form::Form> = message
            .into_iter()
            .flat_map(|message| {
                whole.methods.iter().enumerate().map(move |(at, method)| (at, method, message))
            })
            .map(|(at, method, message)| form::form(element, at, method, message))
            .collect();
        let context = self.context(about, "build", json!({ "forms": forms, "several": forms.len() > 1 }));
        page(self.templates, format!("{directory}/build.html"), "build", &context)
    }

    /// A message, its schema and its samples.
    fn contract(&self, message: &Message) -> Contract<'_> {
        let key = &*self.compiled.element.key.value;
        let name = message.name();
        let (stem, end) = match message.kind {
            MessageKind::CreateInstance => ("instance", "json"),
            _ => (&*name, "example.json"),
        };
        let mut names = vec![format!("{stem}.{end}")];
        if message.samples.len() > 1 {
            let methods = message.samples.iter().filter_map(|sample| sample.method.as_deref());
            names.extend(methods.map(|method| format!("{stem}.{method}.{end}")));
        }
        names.push(format!("{name}.schema.json"));
        let files = names.into_iter().filter_map(|name| {
            let artifact = self.emitted.get(&*format!("{key}/{name}"))?;
            Some(Shown { text: text(artifact), name })
        });
        Contract { files: files.collect(), description: message.kind.description(key), name: name.clone() }
    }
}
