//! The catalogue site: what it consists of, that nothing in it can act but its own scripts, and, where
//! there is a browser, that people can use it.

mod browser;
mod driver;
mod hostile;
mod html;
mod scripts;
#[path = "../support/mod.rs"]
mod support;

use elementc_compiler::{Artifact, Compilation, site};
use html::Item;
use std::collections::HashSet;

/// A catalogue and its site.
pub struct Site {
    /// The catalogue.
    pub compilation: Compilation,
    /// The files of its site.
    pub files: Vec<Artifact>,
}

impl Site {
    /// Renders the site of a catalogue.
    pub fn of(compilation: Compilation) -> Self {
        let emitted = support::artifacts(&compilation);
        let files = site::render(&compilation.catalog, &emitted, &support::site());
        Self { compilation, files }
    }

    /// The text of a file.
    pub fn text(&self, path: &str) -> &str {
        let file = self.files.iter().find(|file| file.path == path);
        let file = file.unwrap_or_else(|| panic!("there is no {path}"));
        std::str::from_utf8(&file.bytes).expect("the site is text")
    }

    /// The documents: path and text.
    pub fn documents(&self) -> impl Iterator<Item = (&str, &str)> {
        let documents = self.files.iter().filter(|file| file.path.ends_with(".html"));
        documents.map(|file| (file.path.as_str(), self.text(&file.path)))
    }
}

/// The sites of the shipped elements and of the fixtures.
fn everything() -> [Site; 3] {
    [support::shipped(), support::fixtures("elements"), support::fixtures("breadth")]
        .map(|sources| Site::of(support::compiled(sources)))
}

#[test]
fn the_site_is_complete() {
    for site in everything() {
        let elements = &site.compilation.catalog.elements;
        let has = |path: String| assert!(site.files.iter().any(|file| file.path == path), "no {path}");
        for element in elements {
            let key = &element.key.value;
            for file in ["index.html", "build.html", "files.html", "validator.js", "files/instance.json"] {
                has(format!("elements/{key}/{file}"));
            }
            let guides = site.documents().filter(|(path, _)| {
                let file = path.strip_prefix(&format!("elements/{key}/"));
                file.is_some_and(|file| file == "index.html" || file.starts_with("guide."))
            });
            assert_eq!(guides.count(), element.methods.len(), "{key} has a guide for each method");
            let forms = site.text(&format!("elements/{key}/build.html")).matches("<form ").count();
            assert_eq!(forms, element.methods.len(), "{key} has a form for each method");
        }
        assert_eq!(site.text("index.html").matches("<li data-words=").count(), elements.len());
        let again = Site::of(support::compiled(site.compilation.catalog.sources.clone()));
        assert!(again.files == site.files, "the same input gives other bytes");
    }
}

/// Every attribute that points somewhere points to a file of the site or a place in the document, and
/// every id is used once.
#[test]
fn every_reference_leads_somewhere() {
    let mut followed = 0;
    for site in everything() {
        let paths: HashSet<&str> = site.files.iter().map(|file| file.path.as_str()).collect();
        for (path, text) in site.documents() {
            let items = html::items(text);
            let ids: Vec<String> = html::attributes(&items, "id");
            let known: HashSet<&str> = ids.iter().map(String::as_str).collect();
            assert_eq!(known.len(), ids.len(), "{path}: an id is used twice");
            for name in ["for", "aria-describedby", "aria-controls"] {
                for value in html::attributes(&items, name) {
                    for id in value.split(' ') {
                        assert!(known.contains(id), "{path}: {name} names {id}, which is not there");
                        followed += 1;
                    }
                }
            }
            for to in html::attributes(&items, "href").into_iter().chain(html::attributes(&items, "src")) {
                followed += 1;
                if let Some(id) = to.strip_prefix('#') {
                    assert!(known.contains(id), "{path}: {to} leads nowhere");
                } else {
                    let there = joined(path, &to);
                    assert!(paths.contains(&*there), "{path}: {to} leads to {there}, which is not there");
                }
            }
        }
    }
    assert!(followed > 1000, "only {followed} references were followed");
}

/// The path that a relative reference leads to.
fn joined(from: &str, to: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in to.split('/') {
        match part {
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// What the policy in the head relies on: no script but files, no style but the sheet, no handler.
#[test]
fn documents_hold_nothing_that_acts() {
    let mut seen = 0;
    for site in everything() {
        for (path, text) in site.documents() {
            seen += 1;
            assert_eq!(html::actions(&html::items(text)), Vec::<String>::new(), "{path}");
            let policy =
                text.find("http-equiv=\"Content-Security-Policy\"").expect("a document has a policy");
            assert!(
                policy < text.find("<link").expect("a document has a sheet"),
                "{path}: the policy is late"
            );
            let sources = "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; ";
            assert!(text.contains(sources) && !text.contains("unsafe-"), "{path}");
        }
    }
    assert!(seen > 60, "only {seen} documents were looked at");
}

#[test]
fn what_people_see() {
    let site = Site::of(support::compiled(support::fixtures("elements")));
    for path in ["index.html", "elements/zuorav2/build.html"] {
        let shown: Vec<String> = html::items(site.text(path)).iter().filter_map(Item::shown).collect();
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "../snapshots" }, {
            insta::assert_snapshot!(format!("site-{}", path.replace('/', "-")), shown.join("\n"));
        });
    }
}
