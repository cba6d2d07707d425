//! Whatever the templates make: `create-instance.md`, and what a team adds.

use super::Artifact;
use crate::diagnostic::Diagnostic;
use crate::template::context::{CatalogueView, Context, MessageView, MethodView, VERSION};
use crate::template::view::{self, Bodies};
use crate::template::{Each, PATH, Site, Target, Templates};
use crate::{Catalog, Compiled};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::{HashMap, HashSet};

/// What a target made, or why it made nothing.
pub type Made<'a> = Result<(Artifact, &'a Target), Box<Diagnostic>>;

/// The schemas of the contexts.
pub fn emit_schema(_: &Catalog) -> Vec<Artifact> {
    vec![Artifact::json("template-context.schema.json", &crate::template::context::schema())]
}

/// The templates, and the site that their pages are part of.
pub struct Page<'a> {
    /// What to render.
    pub templates: &'a Templates,
    /// The site.
    pub site: &'a Site,
}

impl<'a> Page<'a> {
    /// What templates make of the catalogue as a whole.
    pub fn catalogue(&self, catalog: &Catalog) -> Vec<Made<'a>> {
        let mut made = Vec::new();
        if self.wants(Each::Catalogue) {
            let compiled: Vec<Compiled> = catalog.elements.par_iter().map(Compiled::of).collect();
            let bodies: Vec<Bodies> = compiled.par_iter().map(Bodies::of).collect();
            let each = compiled.iter().zip(&bodies);
            let elements =
                || each.map(|(compiled, bodies)| view::whole(compiled, bodies, self.site)).collect();
            self.render(Each::Catalogue, || CatalogueView { elements: elements() }, &mut made);
        }
        made
    }

    /// What templates make of an element, its methods and their messages.
    pub fn element(&self, compiled: &Compiled) -> Vec<Made<'a>> {
        let bodies = &Bodies::of(compiled);
        let mut made = Vec::new();
        self.render(Each::Element, || view::whole(compiled, bodies, self.site), &mut made);
        for at in 0..compiled.element.methods.len() {
            let element = || view::element(compiled);
            if let Some(method) =
                self.wants(Each::Method).then(|| view::method(compiled, bodies, at, self.site)).flatten()
            {
                self.render(Each::Method, || MethodView { element: element(), method }, &mut made);
            }
            let messages = if self.wants(Each::Message) {
                view::messages(compiled, bodies, at, self.site)
            } else {
                Vec::new()
            };
            for message in messages {
                if let Some(method) = view::name(compiled, at) {
                    self.render(
                        Each::Message,
                        || MessageView { element: element(), method, message },
                        &mut made,
                    );
                }
            }
        }
        made
    }

    fn wants(&self, each: Each) -> bool {
        self.templates.targets().iter().any(|target| target.each() == each)
    }

    /// Renders the targets of one kind with one context, made only if there are any.
    fn render<T: Serialize>(&self, each: Each, view: impl FnOnce() -> T, made: &mut Vec<Made<'a>>) {
        if !self.wants(each) {
            return;
        }
        let context = Context { version: VERSION, site: self.site, view: view() };
        let targets = || self.templates.targets().iter().filter(|target| target.each() == each);
        match handlebars::Context::wraps(context) {
            Ok(context) => made.extend(targets().map(|target| {
                let (path, text) = self.templates.render(target, &context)?;
                Ok((Artifact::text(path, text), target))
            })),
            // Only keys that are no text and numbers that are no JSON cannot be shown; there are none.
            Err(error) => made.extend(
                targets()
                    .map(|target| Err(Box::new(Diagnostic::new(PATH, target.path(), error.to_string())))),
            ),
        }
    }
}

/// The artifacts, if every path is inside the directory and no two are the same.
pub fn collect(made: Vec<Made>, others: &[Artifact]) -> Result<Vec<Artifact>, Vec<Diagnostic>> {
    let mut taken: HashMap<String, &str> = HashMap::from([("manifest.json".to_owned(), "elementc itself")]);
    let mut directories: HashSet<String> = HashSet::new();
    for other in others {
        taken.insert(other.path.to_lowercase(), "another target");
        directories.extend(parents(&other.path).map(str::to_lowercase));
    }
    let mut artifacts = Vec::new();
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    for made in made {
        match made {
            Ok((artifact, target)) => {
                let lower = artifact.path.to_lowercase();
                let file_above = parents(&lower).find_map(|above| taken.get(above));
                let problem = match (outside(&artifact.path), taken.get(&lower), file_above) {
                    (Some(why), _, _) => Some(why.to_owned()),
                    (None, Some(who), _) => Some(format!("the path is taken by {who}")),
                    (None, None, Some(who)) => Some(format!("a directory of the path is a file of {who}")),
                    (None, None, None) if directories.contains(&lower) => {
                        Some("the path is a directory".to_owned())
                    }
                    (None, None, None) => None,
                };
                match problem {
                    Some(why) => {
                        let path = artifact.path.escape_debug();
                        let message = format!("nothing can be written to `{path}`: {why}");
                        let diagnostic =
                            Diagnostic::new(PATH, target.path(), message).label("makes this path");
                        if !diagnostics.contains(&diagnostic) {
                            diagnostics.push(diagnostic);
                        }
                    }
                    None => {
                        directories.extend(parents(&lower).map(str::to_owned));
                        taken.insert(lower, "a template");
                        artifacts.push(artifact);
                    }
                }
            }
            // One mistake shows in each element.
            Err(diagnostic) if diagnostics.contains(&*diagnostic) => {}
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
    }
    if diagnostics.is_empty() { Ok(artifacts) } else { Err(diagnostics) }
}

/// The directories of a path.
fn parents(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

/// Why a path does not lead to a file in the output directory, if so.
fn outside(path: &str) -> Option<&'static str> {
    if path.split('/').any(|part| part == "..") || path.starts_with('/') {
        return Some("it leads out of the output directory");
    }
    if path.contains(['\\', ':']) || path.chars().any(char::is_control) {
        return Some("it contains a character that some file systems do not have in names");
    }
    if path.split('/').any(|part| part.is_empty() || part == ".") {
        return Some("a part of it is empty");
    }
    None
}
