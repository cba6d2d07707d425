//! Verify: what is wrong with templates whatever they are rendered for.
//!
//! In: texts of templates. Out: diagnostics about unknown helpers, constructs that are not part of the
//! language, and partials that are not there or lead back to themselves, which would never end. And
//! into parsed templates, before each block, a check of its arguments: blocks take an unknown variable
//! for nothing.

use super::helpers::{CONDITIONS, KNOWN, names};
use super::{PARTIAL, SYNTAX};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};
use crate::suggest::suggest;
use handlebars::Template;
use handlebars::template::{HelperTemplate, Parameter, TemplateElement};
use std::collections::{BTreeMap, HashSet};

/// How deep blocks and values may nest: whoever writes templates needs no more, and recursion ends.
pub const DEEPEST: usize = 32;

/// A tag, comments aside: where it begins and ends, and what is between its braces.
struct Tag<'a> {
    start: usize,
    end: usize,
    inner: &'a str,
}

/// The tags of a text. What is no Handlebars the parser says.
fn tags(text: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find("{{") {
        let start = at + found;
        let inner = &text[start + 2..];
        let (end, close) = match inner.strip_prefix("!--") {
            Some(comment) => (comment.find("--").map(|c| c + 5), "}}"),
            None => (inner.find("}}"), "}}"),
        };
        let Some(end) = end else { break };
        at = start + 2 + end + close.len();
        let escaped = text[..start].bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 1;
        if !inner.starts_with('!') && !escaped {
            let inner = inner[..end].trim_matches(['~', '{', '}']);
            tags.push(Tag { start, end: at.min(text.len()), inner: inner.trim() });
        }
    }
    tags
}

/// Where a text nests deeper than [`DEEPEST`], if it does.
pub fn too_deep(text: &str) -> Option<usize> {
    // Each `{{else if}}` is a block within the one before.
    let mut blocks: Vec<usize> = Vec::new();
    for tag in tags(text) {
        if tag.inner.starts_with('#') {
            blocks.push(1);
        } else if tag.inner.starts_with('/') {
            blocks.pop();
        } else if tag.inner.starts_with("else ")
            && let Some(chain) = blocks.last_mut()
        {
            *chain += 1;
        }
        let mut depth: usize = 0;
        let mut deepest = 0;
        for c in tag.inner.chars() {
            match c {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            deepest = deepest.max(depth);
        }
        if deepest > DEEPEST || blocks.iter().sum::<usize>() > DEEPEST {
            return Some(tag.start);
        }
    }
    None
}

/// A template to verify: its name, its file, where its text begins there, and the text.
pub struct Text<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its file.
    pub file: FileId,
    /// Where the text begins in the file.
    pub offset: u32,
    /// The text.
    pub text: &'a str,
}

/// A partial that a template names, and where.
struct Included<'a> {
    name: &'a str,
    at: Span,
}

/// Verifies templates.
pub fn verify(templates: &[Text<'_>], diagnostics: &mut Vec<Diagnostic>) {
    let mut includes: BTreeMap<&str, Vec<Included>> = BTreeMap::new();
    for template in templates {
        let mut included = Vec::new();
        for tag in tags(template.text) {
            look(template, &tag, &mut included, diagnostics);
        }
        includes.insert(template.name, included);
    }
    let mut ends: HashSet<&str> = HashSet::new();
    for (name, included) in &includes {
        for partial in included.iter().filter(|partial| !includes.contains_key(partial.name)) {
            let message = format!("there is no template `{}`", partial.name);
            let diagnostic = Diagnostic::new(PARTIAL, partial.at, message);
            let known = includes.keys().copied().filter(|known| !known.contains('\n'));
            diagnostics.push(match suggest(partial.name, known) {
                Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
                None => diagnostic.label("not found"),
            });
        }
        circle(name, &includes, &mut Vec::new(), &mut ends, diagnostics);
    }
}

fn look<'a>(
    template: &Text<'a>,
    tag: &Tag<'a>,
    included: &mut Vec<Included<'a>>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let at = |byte: usize| template.offset + u32::try_from(byte).unwrap_or(u32::MAX);
    let span = Span { file: template.file, start: at(tag.start), end: at(tag.end) };
    let mut refuse = |code: Code, message: &str| diagnostics.push(Diagnostic::new(code, span, message));
    let (sign, rest) = match tag.inner.chars().next() {
        Some(sign @ ('#' | '>' | '*' | '/' | '^' | '&')) => (sign, tag.inner[1..].trim_start()),
        _ => (' ', tag.inner),
    };
    match (sign, rest.chars().next()) {
        ('/', _) => return,
        ('#', Some('>')) => return refuse(SYNTAX, "a partial takes no block"),
        ('#', Some('*')) | ('*', _) => {
            return refuse(SYNTAX, "there are no decorators: a partial is a file of its own");
        }
        ('>', Some('(' | '@')) => return refuse(PARTIAL, "the name of a partial is written out"),
        ('>', _) => {
            let name = rest.split_whitespace().next().unwrap_or_default();
            included.push(Included { name: name.trim_matches(['\'', '[', ']']), at: span });
        }
        _ => {
            // `{{else if x}}` and `{{#if x}}` call a helper, `{{name}}` shows a variable.
            let rest = rest.strip_prefix("else ").map_or(rest, str::trim_start);
            let (name, values) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            if (sign == '#' || !values.trim().is_empty()) && !name.starts_with('(') {
                helper(name, span, diagnostics);
            }
        }
    }
    for inner in outside_quotes(rest).split('(').skip(1) {
        let (name, values) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
        if !values.is_empty() {
            helper(name, span, diagnostics);
        }
    }
}

/// The text with nothing between quotes.
fn outside_quotes(text: &str) -> String {
    let mut quote = None;
    let mut out = String::new();
    for c in text.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None => out.push(c),
        }
    }
    out
}

fn helper(name: &str, span: Span, diagnostics: &mut Vec<Diagnostic>) {
    if names().any(|known| known == name) {
        return;
    }
    let diagnostic = Diagnostic::new(SYNTAX, span, format!("there is no helper `{name}`"));
    diagnostics.push(match suggest(name, names()) {
        Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
        None => diagnostic.label("not found").note("docs/templates.md lists the helpers"),
    });
}

/// Reports a partial that leads back to a template it is used by.
fn circle<'a>(
    name: &'a str,
    includes: &'a BTreeMap<&'a str, Vec<Included<'a>>>,
    path: &mut Vec<&'a str>,
    ends: &mut HashSet<&'a str>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if ends.contains(name) {
        return;
    }
    path.push(name);
    for partial in includes.get(name).into_iter().flatten() {
        if let Some(start) = path.iter().position(|used| *used == partial.name) {
            let names: Vec<&str> = path[start..].iter().copied().chain([partial.name]).collect();
            let message = format!("`{}` uses itself: {}", partial.name, names.join(" → "));
            diagnostics.push(
                Diagnostic::new(PARTIAL, partial.at, message)
                    .label("closes the circle")
                    .note("rendering it would never end"),
            );
        } else if path.len() >= DEEPEST {
            let message = format!("more than {DEEPEST} partials follow one another");
            diagnostics.push(Diagnostic::new(PARTIAL, partial.at, message));
        } else {
            circle(partial.name, includes, path, ends, diagnostics);
        }
    }
    path.pop();
    ends.insert(name);
}

/// Lets the blocks of a template check their arguments.
pub fn guard(template: &mut Template) {
    let elements = std::mem::take(&mut template.elements);
    let mapping = std::mem::take(&mut template.mapping);
    for (mut element, at) in elements.into_iter().zip(mapping) {
        if let TemplateElement::HelperBlock(block) = &mut element {
            [&mut block.template, &mut block.inverse].into_iter().flatten().for_each(guard);
            for check in checks(block) {
                template.elements.push(check);
                template.mapping.push(at.clone());
            }
        }
        template.elements.push(element);
        template.mapping.push(at);
    }
}

/// A check for each argument of a block that is a variable.
fn checks(block: &HelperTemplate) -> Vec<TemplateElement> {
    let looks_itself = CONDITIONS.iter().any(|name| block.name.as_name() == Some(*name));
    let variable = |parameter: &&Parameter| !looks_itself && matches!(parameter, Parameter::Path(_));
    let check = |parameter: &Parameter| {
        let mut call = block.clone();
        call.name = Parameter::Name(KNOWN.to_owned());
        call.params = vec![parameter.clone()];
        call.hash.clear();
        (call.template, call.inverse, call.block_param) = (None, None, None);
        (call.block, call.chain) = (false, false);
        TemplateElement::Expression(Box::new(call))
    };
    block.params.iter().filter(variable).map(check).collect()
}
