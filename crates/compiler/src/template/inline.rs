//! Inline: partials become part of the templates that use them.
//!
//! In: parsed templates whose partials exist and end. Out: the same, where `{{> name value}}` is a block
//! that renders the partial's template with the value as its context. The library would clone the value
//! for each use and each of its parts again at every look-up, which takes most of a page's time. And an
//! `each` whose body looks at nothing but the item is in a block that remembers rows: elements share most of
//! their entries.

use super::helpers::WITHIN;
use super::reads::looks_around;
use super::rows::ROWS;
use handlebars::Template;
use handlebars::template::{DecoratorTemplate, HelperTemplate, Parameter, TemplateElement};
use std::collections::HashMap;

/// Elements of one template with all its partials. Beyond that they stay partials: whoever doubles and
/// doubles them again shall run out of time, not of memory.
const MOST: usize = 10_000;

/// The template with its partials in it.
pub fn inlined(template: &Template, all: &HashMap<String, Template>) -> Template {
    let mut template = template.clone();
    if let Some(block) = empty_block() {
        // Where partials are indented, texts follow from where they stand as well.
        let remembers = !all.values().any(indents);
        Inline { all, block, left: MOST, naming: 0, remembers, remembering: 0 }.within(&mut template);
    }
    template
}

/// A block to take others from: its type has a member that only the parser can set.
fn empty_block() -> Option<HelperTemplate> {
    let parsed = Template::compile("{{#with this}}{{/with}}").ok()?;
    parsed.elements.into_iter().find_map(|element| match element {
        TemplateElement::HelperBlock(block) => Some(*block),
        _ => None,
    })
}

/// Whether a partial of the template is indented.
fn indents(template: &Template) -> bool {
    template.elements.iter().any(|element| match element {
        TemplateElement::HelperBlock(block) => {
            [&block.template, &block.inverse].into_iter().flatten().any(indents)
        }
        TemplateElement::PartialExpression(partial) | TemplateElement::PartialBlock(partial) => {
            partial.indent.is_some() || partial.template.as_ref().is_some_and(indents)
        }
        _ => false,
    })
}

struct Inline<'a> {
    all: &'a HashMap<String, Template>,
    block: HelperTemplate,
    left: usize,
    /// How many of the blocks around name what they are about: partials see these names.
    naming: usize,
    /// Whether rows may be remembered.
    remembers: bool,
    /// How many blocks do, so far. None is in another's body, which would seldom be the same again.
    remembering: usize,
}

impl Inline<'_> {
    fn within(&mut self, template: &mut Template) {
        for element in &mut template.elements {
            match element {
                TemplateElement::HelperBlock(block) => {
                    let naming = usize::from(block.block_param.is_some());
                    let before = self.remembering;
                    self.naming += naming;
                    [&mut block.template, &mut block.inverse]
                        .into_iter()
                        .flatten()
                        .for_each(|t| self.within(t));
                    self.naming -= naming;
                    let repeats = self.remembers && self.naming == 0 && self.remembering == before;
                    let is_each = naming == 0 && block.name.as_name() == Some("each");
                    if repeats && is_each && block.template.as_ref().is_some_and(|body| !looks_around(body)) {
                        self.remembering += 1;
                        **block = self.rows(block);
                    }
                }
                TemplateElement::PartialExpression(partial) => {
                    if let Some(block) = self.block(partial) {
                        *element = TemplateElement::HelperBlock(Box::new(block));
                    }
                }
                _ => {}
            }
        }
    }

    /// The block that remembers the rows of an `each`.
    fn rows(&self, each: &HelperTemplate) -> HelperTemplate {
        let mut around = Template::default();
        around.elements.push(TemplateElement::HelperBlock(Box::new(each.clone())));
        let mut block = self.block.clone();
        block.name = Parameter::Name(ROWS.to_owned());
        block.params.clone_from(&each.params);
        block.template = Some(around);
        block
    }

    /// The block that renders what a partial would.
    fn block(&mut self, partial: &DecoratorTemplate) -> Option<HelperTemplate> {
        let Parameter::Name(name) = &partial.name else { return None };
        let is_plain = partial.hash.is_empty() && partial.template.is_none() && partial.indent.is_none();
        let mut template = self.all.get(name).filter(|_| is_plain && partial.params.len() <= 1)?.clone();
        self.left = self.left.checked_sub(template.elements.len() + 1)?;
        self.within(&mut template);
        let mut block = self.block.clone();
        block.name = Parameter::Name(WITHIN.to_owned());
        if !partial.params.is_empty() {
            block.params.clone_from(&partial.params);
        }
        block.template = Some(template);
        Some(block)
    }
}
