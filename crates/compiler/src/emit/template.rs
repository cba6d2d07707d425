//! Whatever the templates make: `create-instance.md`, and what a team adds.

use super::{Artifact, Made};
use crate::diagnostic::Diagnostic;
use crate::portable::{self, folded};
use crate::template::context::{CatalogueView, Context, MessageView, MethodView, VERSION};
use crate::template::view::{self, Bodies};
use crate::template::{Each, PATH, Site, Target, Templates};
use crate::{Catalog, Compiled};
use crate::{HashMap, HashSet};
use rayon::prelude::*;
use serde::Serialize;
use std::borrow::Cow;

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

/// What templates made, and what is wrong with them.
#[derive(Default)]
struct Rendered {
    made: Vec<Made>,
    wrong: Vec<Diagnostic>,
}

impl Rendered {
    fn settled(self) -> Result<Vec<Made>, Vec<Diagnostic>> {
        if self.wrong.is_empty() { Ok(self.made) } else { Err(self.wrong) }
    }
}

impl Page<'_> {
    /// What templates make of the catalogue as a whole.
    pub fn catalogue(&self, catalog: &Catalog) -> Result<Vec<Made>, Vec<Diagnostic>> {
        let mut made = Rendered::default();
        if self.wants(Each::Catalogue) {
            let compiled: Vec<Compiled> = catalog.elements.par_iter().map(Compiled::of).collect();
            let bodies: Vec<Bodies> = compiled.par_iter().map(Bodies::of).collect();
            let each = compiled.iter().zip(&bodies);
            let elements =
                || each.map(|(compiled, bodies)| view::whole(compiled, bodies, self.site)).collect();
            self.render(Each::Catalogue, || CatalogueView { elements: elements() }, &mut made);
        }
        made.settled()
    }

    /// What templates make of an element, its methods and their messages.
    pub fn element(&self, compiled: &Compiled) -> Result<Vec<Made>, Vec<Diagnostic>> {
        let bodies = &Bodies::of(compiled);
        let mut made = Rendered::default();
        self.render(Each::Element, || view::whole(compiled, bodies, self.site), &mut made);
        for at in 0..compiled.element.methods.len() {
            let element = || view::element(compiled);
            let read = |message: &str| {
                let members = ["parts", "deprecated"];
                members.iter().any(|member| self.templates.read_of_method(&["method", message, member]))
            };
            let method = || view::method(compiled, bodies, at, self.site, read);
            if let Some(method) = self.wants(Each::Method).then(method).flatten() {
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
        made.settled()
    }

    /// Whether there is a template of a kind.
    pub fn wants(&self, each: Each) -> bool {
        self.templates.targets().iter().any(|target| target.each() == each)
    }

    /// Renders the targets of one kind with one context, made only if there are any.
    fn render<T: Serialize>(&self, each: Each, view: impl FnOnce() -> T, rendered: &mut Rendered) {
        if !self.wants(each) {
            return;
        }
        let context = Context { version: VERSION, site: self.site, view: view() };
        let targets = self.templates.targets().iter().enumerate().filter(|(_, target)| target.each() == each);
        let context = match handlebars::Context::wraps(context) {
            Ok(context) => context,
            // Only keys that are no text and numbers that are no JSON cannot be shown; there are none.
            Err(error) => {
                let wrong =
                    |(_, target): (_, &Target)| Diagnostic::new(PATH, target.path(), error.to_string());
                rendered.wrong.extend(targets.map(wrong));
                return;
            }
        };
        for (at, target) in targets {
            match self.templates.render(target, &context) {
                Ok((path, text)) => {
                    rendered.made.push(Made { artifact: Artifact::text(path, text), template: Some(at) })
                }
                Err(wrong) => rendered.wrong.push(*wrong),
            }
        }
    }
}

/// Looks whether every path that a template makes is inside the directory and no two are the same.
pub fn settle<'p>(
    paths: impl Iterator<Item = (&'p str, Option<usize>)>,
    templates: &Templates,
) -> Result<(), Vec<Diagnostic>> {
    let mut taken: HashMap<Cow<str>, &str> = HashMap::default();
    taken.insert("manifest.json".into(), "elementc itself");
    let mut directories: HashSet<Cow<str>> = HashSet::default();
    let mut made = Vec::new();
    for (path, template) in paths {
        match template {
            Some(template) => made.push((path, template)),
            None => {
                directories.extend(parents(path).map(folded));
                taken.insert(folded(path), "another target");
            }
        }
    }
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    for (path, template) in made {
        let own = folded(path);
        let file_above = parents(&own).find_map(|above| taken.get(above));
        let problem = match (outside(path), taken.get(&own), file_above) {
            (Some(why), _, _) => Some(why.to_owned()),
            (None, Some(who), _) => Some(format!("the path is taken by {who}")),
            (None, None, Some(who)) => Some(format!("a directory of the path is a file of {who}")),
            (None, None, None) if directories.contains(&own) => Some("the path is a directory".to_owned()),
            (None, None, None) => None,
        };
        match problem {
            Some(why) => {
                let message = format!("nothing can be written to `{}`: {why}", path.escape_debug());
                let span = templates.targets()[template].path();
                let wrong = Diagnostic::new(PATH, span, message).label("makes this path");
                super::add_new(&mut diagnostics, vec![wrong]);
            }
            None => {
                directories.extend(parents(path).map(folded));
                taken.insert(own, "a template");
            }
        }
    }
    if diagnostics.is_empty() { Ok(()) } else { Err(diagnostics) }
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
    path.split('/').find_map(portable::problem)
}
