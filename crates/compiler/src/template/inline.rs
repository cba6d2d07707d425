//! Inline: partials become part of the templates that use them.
//!
//! In: parsed templates whose partials exist and end. Out: the same, where `{{> name value}}` is a block
//! that renders the partial's template with the value as its context. The library would clone the value
//! for each use and each of its parts again at every look-up, which takes most of a page's time.

use super::helpers::{ALONE, WITHIN};
use super::reads::looks_around;
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
        Inline { all, block, left: MOST, naming: 0 }.within(&mut template);
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

struct Inline<'a> {
    all: &'a HashMap<String, Template>,
    block: HelperTemplate,
    left: usize,
    /// How many of the blocks around name what they are about: partials see these names.
    naming: usize,
}

impl Inline<'_> {
    fn within(&mut self, template: &mut Template) {
        for element in &mut template.elements {
            match element {
                TemplateElement::HelperBlock(block) => {
                    let naming = usize::from(block.block_param.is_some());
                    self.naming += naming;
                    [&mut block.template, &mut block.inverse]
                        .into_iter()
                        .flatten()
                        .for_each(|t| self.within(t));
                    self.naming -= naming;
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

    /// The block that renders what a partial would.
    fn block(&mut self, partial: &DecoratorTemplate) -> Option<HelperTemplate> {
        let Parameter::Name(name) = &partial.name else { return None };
        let is_plain = partial.hash.is_empty() && partial.template.is_none() && partial.indent.is_none();
        let mut template = self.all.get(name).filter(|_| is_plain && partial.params.len() <= 1)?.clone();
        self.left = self.left.checked_sub(template.elements.len() + 1)?;
        self.within(&mut template);
        let mut block = self.block.clone();
        let name = if self.naming > 0 || looks_around(&template) { WITHIN } else { ALONE };
        block.name = Parameter::Name(name.to_owned());
        if !partial.params.is_empty() {
            block.params.clone_from(&partial.params);
        }
        block.template = Some(template);
        Some(block)
    }
}
