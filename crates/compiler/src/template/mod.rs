//! Templates: files of text that a team can replace and add.
//!
//! In: the sources of templates, the shipped ones below; a context. Out: text, or diagnostics that
//! point into the templates. A template whose header says what it is for is a target; any other is a
//! partial. Reference: `docs/templates.md`.

pub mod context;
pub mod escape;
mod header;
mod helpers;
mod inline;
mod phrase;
mod reads;
mod rows;
mod verify;
pub mod view;

pub use context::Site;
pub use header::Each;

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Files, Span};
use handlebars::{Context, Handlebars, RenderErrorReason, Template};
use header::{Header, Region};
use reads::Reads;
use std::collections::HashMap;
use std::sync::Arc;

/// A template that cannot be read.
const SYNTAX: Code = Code("E1001");
/// An unknown variable, or a helper that cannot do with what it gets.
const RENDER: Code = Code("E1002");
/// A header that cannot be understood.
pub(crate) const HEADER: Code = Code("E1003");
/// A partial that is not there, or leads back to itself.
const PARTIAL: Code = Code("E1004");
/// An output path that leads out of the directory, or is taken.
pub(crate) const PATH: Code = Code("E1005");

/// A template to use beside or in place of the shipped ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateSource {
    /// The path to show: `templates/create-instance.md.hbs`.
    pub path: String,
    /// Its path in the directory of templates, without `.hbs`; one of a shipped template replaces it.
    pub name: String,
    /// Its content, hopefully UTF-8.
    pub bytes: Arc<[u8]>,
}

/// The shipped templates, by name.
const SHIPPED: [(&str, &str); 8] = [
    ("create-instance.md", include_str!("../../templates/create-instance.md.hbs")),
    ("curl.md", include_str!("../../templates/curl.md.hbs")),
    ("entries.md", include_str!("../../templates/entries.md.hbs")),
    ("problem.md", include_str!("../../templates/problem.md.hbs")),
    ("query.md", include_str!("../../templates/query.md.hbs")),
    ("sample.md", include_str!("../../templates/sample.md.hbs")),
    ("settings.md", include_str!("../../templates/settings.md.hbs")),
    ("table.md", include_str!("../../templates/table.md.hbs")),
];

/// A template that is rendered.
#[derive(Debug)]
pub struct Target {
    name: String,
    output: header::Output,
}

impl Target {
    /// What it is rendered for.
    #[must_use]
    pub fn each(&self) -> Each {
        self.output.each
    }

    /// Whether it or its path is the template of this name.
    fn is_called(&self, template: &str) -> bool {
        template == self.name || template == path_name(&self.name)
    }

    /// The place of its path.
    #[must_use]
    pub fn path(&self) -> Span {
        self.output.span
    }
}

/// Templates, ready to render.
pub struct Templates {
    registry: Handlebars<'static>,
    files: HashMap<String, (FileId, Arc<str>)>,
    targets: Vec<Target>,
    /// With the names of their templates.
    regions: Vec<(Region, String)>,
    /// What those read that are rendered for each method.
    of_methods: Reads,
}

impl Templates {
    /// The shipped templates with some of one's own, whose texts are added to the files so that
    /// diagnostics can show them.
    ///
    /// # Errors
    /// Everything that can be seen to be wrong without rendering.
    pub fn new(own: Vec<TemplateSource>, files: &mut Files) -> Result<Self, Vec<Diagnostic>> {
        let mut diagnostics = Vec::new();
        let mut sources: Vec<(String, FileId, Arc<str>)> = Vec::new();
        for (name, text) in SHIPPED.iter().filter(|(name, _)| own.iter().all(|source| source.name != *name)) {
            let file = files.add(format!("<shipped>/templates/{name}.hbs"), *text);
            sources.push(((*name).to_owned(), file, (*text).into()));
        }
        for source in own {
            let text: Arc<str> = String::from_utf8_lossy(&source.bytes).replace("\r\n", "\n").into();
            let file = files.add(source.path, &*text);
            if let Err(error) = std::str::from_utf8(&source.bytes) {
                let at = u32::try_from(error.valid_up_to()).unwrap_or(u32::MAX);
                let span = Span { file, start: at, end: at };
                diagnostics.push(Diagnostic::new(SYNTAX, span, "the template is not UTF-8 text"));
            }
            sources.push((source.name, file, text));
        }
        sources.sort();

        let mut registry = Handlebars::new();
        registry.set_strict_mode(true);
        registry.register_escape_fn(handlebars::no_escape);
        helpers::register(&mut registry);
        let mut targets = Vec::new();
        let mut regions: Vec<(Region, String)> = Vec::new();
        let mut texts: Vec<(String, FileId, u32, Arc<str>)> = Vec::new();
        for (name, file, text) in sources {
            match header::read(file, &text, &mut diagnostics) {
                Some(Header::Target(output)) => {
                    texts.push((path_name(&name), file, output.span.start, output.path.as_str().into()));
                    targets.push(Target { name: name.clone(), output });
                }
                Some(Header::Region(region)) => {
                    if let Some((other, _)) = regions.iter().find(|(other, _)| other.name == region.name) {
                        let message = format!("`{}` is the name of another region", region.name);
                        let diagnostic = Diagnostic::new(HEADER, region.span, message);
                        diagnostics.push(diagnostic.also(other.span, "which is this"));
                    }
                    regions.push((region, name.clone()));
                }
                None => {}
            }
            texts.push((name, file, 0, text));
        }
        let (mut whole, mut parsed) = (Vec::new(), HashMap::new());
        for (name, file, offset, text) in &texts {
            parsed.extend(parse(name, *file, text, *offset, &mut diagnostics).map(|t| (name.clone(), t)));
            whole.push(verify::Text { name, file: *file, offset: *offset, text });
        }
        verify::verify(&whole, &mut diagnostics);
        if !diagnostics.is_empty() {
            return Err(diagnostics);
        }
        let mut of_methods = Reads::default();
        for (name, template) in &parsed {
            let template = inline::inlined(template, &parsed);
            if targets.iter().any(|target| target.each() == Each::Method && target.is_called(name)) {
                of_methods.add(&template);
            }
            registry.register_template(name, template);
        }
        let files = texts.into_iter().map(|(name, file, _, text)| (name, (file, text))).collect();
        Ok(Self { registry, files, targets, regions, of_methods })
    }

    /// The templates that are rendered, in the order of their names.
    #[must_use]
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// Whether a template that is rendered for each method may look at what is at this place of its context.
    #[must_use]
    pub fn read_of_method(&self, place: &[&str]) -> bool {
        self.of_methods.any(place)
    }

    /// Renders a target: where the output goes, and the output.
    ///
    /// # Errors
    /// The first mistake, at its place in the template.
    pub fn render(&self, target: &Target, context: &Context) -> Result<(String, String), Box<Diagnostic>> {
        let render = |name: &str| {
            let rendered = self.registry.render_with_context(name, context);
            rendered.map_err(|e| Box::new(self.explained(&e, &target.name, target.output.span)))
        };
        Ok((render(&path_name(&target.name))?, render(&target.name)?))
    }

    /// The names of the regions that pages can have.
    pub fn regions(&self) -> impl Iterator<Item = &str> + Clone {
        self.regions.iter().map(|(region, _)| region.name.as_str())
    }

    /// Renders what a region shows; `None` if none is called so.
    ///
    /// # Errors
    /// The first mistake, at its place in the template.
    pub fn region(&self, name: &str, context: &Context) -> Option<Result<String, Box<Diagnostic>>> {
        let (region, template) = self.regions.iter().find(|(region, _)| region.name == name)?;
        let rendered = self.registry.render_with_context(template, context);
        Some(rendered.map_err(|e| Box::new(self.explained(&e, template, region.span))))
    }

    /// What the library says of a failed rendering, in our words and at its place.
    fn explained(&self, error: &handlebars::RenderError, name: &str, header: Span) -> Diagnostic {
        let template = error.template_name.as_deref().unwrap_or(name);
        let known = self.files.get(template);
        let span = match (known, error.line_no, error.column_no) {
            _ if template == path_name(name) => header,
            (Some((file, text)), Some(line), Some(column)) => tag(*file, text, line, column),
            _ => header,
        };
        let tag = known.and_then(|(_, text)| text.get(span.start as usize..span.end as usize));
        let block = |name: &str| tag.is_some_and(|tag| tag.trim_start_matches(['{', '~']).starts_with(name));
        let message = match error.reason() {
            // Blocks only get what is there.
            RenderErrorReason::MissingVariable(Some(path)) if block("#each") => {
                format!("`{path}` is no list here")
            }
            RenderErrorReason::MissingVariable(Some(path)) if block("#with") => {
                format!("`{path}` is empty here, and there is no `{{{{else}}}}`")
            }
            RenderErrorReason::MissingVariable(Some(path))
            | RenderErrorReason::ParamNotFoundForName(helpers::KNOWN, path) => {
                format!("there is no `{path}` here")
            }
            RenderErrorReason::ParamNotFoundForIndex(helper, at) => {
                match tag.and_then(|tag| argument(tag, helper, *at)) {
                    Some(path) => format!("there is no `{path}` here"),
                    None => format!("a value that `{helper}` needs is not there"),
                }
            }
            RenderErrorReason::MissingVariable(None) => "there is no such variable here".to_owned(),
            RenderErrorReason::HelperNotFound(name) => format!("there is no helper `{name}`"),
            other => {
                let text = other.to_string();
                let mut chars = text.chars();
                chars.next().map_or(String::new(), |c| c.to_lowercase().chain(chars).collect())
            }
        };
        Diagnostic::new(RENDER, span, message).note("docs/templates.md lists what a template sees")
    }
}

/// The variable that is a value of a helper, by its place; `None` if it is none or hard to tell.
fn argument<'a>(tag: &'a str, helper: &str, at: usize) -> Option<&'a str> {
    let call =
        tag.match_indices(helper).find(|(start, _)| tag[..*start].ends_with(['(', '{', '#', ' ', '~']))?.0;
    let values = tag[call + helper.len()..].split_whitespace().take(at + 1);
    let values: Vec<&str> = values.take_while(|value| !value.starts_with(['(', '"', '\'', '}'])).collect();
    values.get(at).map(|value| value.trim_end_matches([')', '}', '~']))
}

/// The name under which the path of a target is registered; no file is called so.
fn path_name(target: &str) -> String {
    format!("{target}\npath")
}

/// A place of a tag: from a line and column (from 1) to the end of the tag.
fn tag(file: FileId, text: &str, line: usize, column: usize) -> Span {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = &text[start.min(text.len())..];
    let within = rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at);
    let rest = &rest[within..];
    let here = rest.split('\n').next().unwrap_or_default();
    let length = if here.starts_with("{{") { here.find("}}").map_or(here.len(), |at| at + 2) } else { 0 };
    let at = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    Span { file, start: at(start + within), end: at(start + within + length) }
}

/// Parses a template, of which `offset` bytes of the file stand before its text.
fn parse(
    name: &str,
    file: FileId,
    text: &str,
    offset: u32,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Template> {
    if let Some(at) = verify::too_deep(text) {
        let at = offset + u32::try_from(at).unwrap_or(u32::MAX);
        let span = Span { file, start: at, end: at };
        diagnostics.push(
            Diagnostic::new(SYNTAX, span, "blocks or values are nested too deeply")
                .note(format!("at most {} levels", verify::DEEPEST)),
        );
        return None;
    }
    match Template::compile_with_name(text, name.to_owned()) {
        Ok(mut template) => {
            verify::guard(&mut template);
            Some(template)
        }
        Err(error) => {
            let (line, column) = error.pos().unwrap_or((1, 1));
            let mut span = tag(file, text, line, column);
            // The parser only notices at the end that a tag was never closed.
            if let Some(open) = text.rfind("{{").filter(|open| !text[*open..].contains("}}")) {
                let at = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
                span = Span { file, start: at(open), end: at(open + 2) };
            }
            span.start += offset;
            span.end += offset;
            let reason = error.reason().to_string();
            // The parser's own drawing of the line ends with the grammar's rules, which help nobody.
            let reason = reason.lines().next().unwrap_or_default().trim();
            let message = match reason {
                "" => "this is no Handlebars".to_owned(),
                reason if reason.starts_with("invalid handlebars syntax") => {
                    "this is no Handlebars".to_owned()
                }
                reason => reason.replace('"', "`"),
            };
            diagnostics.push(Diagnostic::new(SYNTAX, span, message).label("cannot be read from here on"));
            None
        }
    }
}
