//! Reads: what of its context a template may look at, so that the rest need not be made.
//!
//! In: a template with its partials in it. Out: the places that it reads. In doubt it reads more: what a
//! block or a helper gets is read with all that is in it, only partials are looked into.

use super::helpers::{KNOWN, WITHIN};
use super::rows::ROWS;
use handlebars::template::{HelperTemplate, Parameter, TemplateElement};
use handlebars::{Path, Template};

/// A path from the root of the context.
type Place = Vec<String>;

/// What templates read.
#[derive(Debug, Default)]
pub struct Reads {
    /// Each with all that is in it.
    places: Vec<Place>,
}

impl Reads {
    /// Adds what a template reads.
    pub fn add(&mut self, template: &Template) {
        Reader { places: &mut self.places, blocks: vec![Some(Place::new())], outside: 0 }.template(template);
    }

    /// Whether what is at a place is read, or anything in it.
    #[must_use]
    pub fn any(&self, place: &[&str]) -> bool {
        self.places.iter().any(|read| read.iter().zip(place).all(|(read, key)| read == key))
    }
}

/// Whether what is rendered for each item of a list looks at anything but the item.
pub fn looks_around(body: &Template) -> bool {
    const VALUE: &str = "value";
    let mut places = Vec::new();
    let blocks = vec![Some(Place::new()), Some(vec![VALUE.to_owned()])];
    Reader { places: &mut places, outside: blocks.len(), blocks }.template(body);
    places.iter().any(|place| place.first().is_none_or(|first| first != VALUE))
}

struct Reader<'a> {
    places: &'a mut Vec<Place>,
    /// What paths are relative to in each of the blocks around; `None` if it has been read, all of it.
    blocks: Vec<Option<Place>>,
    /// How many of them the template stands in, if it may not know where it stands among others.
    outside: usize,
}

impl Reader<'_> {
    fn template(&mut self, template: &Template) {
        for element in &template.elements {
            match element {
                TemplateElement::RawString(_) | TemplateElement::Comment(_) => {}
                TemplateElement::HtmlExpression(call)
                | TemplateElement::Expression(call)
                | TemplateElement::HelperBlock(call) => self.call(call),
                _ => self.everything(),
            }
        }
    }

    /// A variable, a helper or a block.
    fn call(&mut self, call: &HelperTemplate) {
        let name = match &call.name {
            Parameter::Name(name) | Parameter::Path(Path::Relative((_, name))) => name.as_str(),
            _ => "",
        };
        if name == KNOWN {
            // Only asks whether it is there, which all members of a context are.
            return;
        }
        if name == ROWS {
            // The block in it reads the list.
            return call.template.iter().for_each(|template| self.template(template));
        }
        if call.block_param.is_some() {
            // A name for what may be anywhere.
            self.everything();
        }
        if !call.block && call.params.is_empty() {
            self.value(&call.name);
        }
        let within = match call.params.first() {
            Some(Parameter::Path(path)) if name == WITHIN => self.place(path),
            _ => None,
        };
        for parameter in call.params.iter().skip(usize::from(within.is_some())).chain(call.hash.values()) {
            self.value(parameter);
        }
        let enters = ["each", "with", WITHIN].contains(&name);
        if enters {
            self.blocks.push(within);
        }
        call.template.iter().for_each(|template| self.template(template));
        if enters {
            self.blocks.pop();
        }
        call.inverse.iter().for_each(|template| self.template(template));
    }

    fn value(&mut self, parameter: &Parameter) {
        match parameter {
            Parameter::Path(path) => {
                let place = self.place(path);
                self.places.extend(place);
            }
            Parameter::Subexpression(inner) => match inner.as_element() {
                TemplateElement::Expression(call) => self.call(call),
                _ => self.everything(),
            },
            Parameter::Name(_) | Parameter::Literal(_) => {}
            _ => self.everything(),
        }
    }

    /// The place of a path; `None` if it is in what has been read.
    fn place(&self, path: &Path) -> Option<Place> {
        let raw = match path {
            // The library's other spelling of a key.
            Path::Relative((_, raw)) if raw.contains('[') => return Some(Place::new()),
            Path::Relative((_, raw)) => raw,
            // `@index` and the like.
            Path::Local((0, ..)) if self.blocks.len() != self.outside => return None,
            Path::Local(_) => return Some(Place::new()),
        };
        let up = raw.split('/').take_while(|part| *part == "..").count();
        let mut keys = raw.split(['/', '.']).filter(|key| !["", "this"].contains(key)).peekable();
        let base = match keys.next_if_eq(&"@root") {
            Some(_) => &Place::new(),
            None => match self.blocks.iter().rev().nth(up) {
                Some(block) => block.as_ref()?,
                // Beyond the outermost block.
                None => return Some(Place::new()),
            },
        };
        Some(base.iter().cloned().chain(keys.map(str::to_owned)).collect())
    }

    fn everything(&mut self) {
        self.places.push(Place::new());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_template_reads() {
        let method = ["method", "createdInstance", "parts"];
        // Whether the parts of the created instance are read.
        let cases = [
            ("{{method.createdInstance.url}}{{element.name}}", false),
            ("{{method.createdInstance.parts}}", true),
            ("{{method.createdInstance.parts.[0].name}}", true),
            ("{{method/createdInstance/parts/0/name}}", true),
            ("{{json method}}", true),
            ("{{this}}", true),
            ("{{@root.method.createdInstance}}", true),
            ("{{json @root.method.createInstance}}", false),
            ("{{#each method.createInstance.parts}}{{name}}{{../method.name}}{{/each}}", false),
            ("{{#each element.names}}{{#if ../method.createdInstance.parts}}x{{/if}}{{/each}}", true),
            ("{{#each element.names}}{{json ../this}}{{/each}}", true),
            ("{{#with method}}{{name}}{{/with}}", true),
            ("{{#if (len method.createdInstance.parts)}}x{{else}}y{{/if}}", true),
            ("{{#if method.name}}x{{else}}{{json method.createdInstance}}{{/if}}", true),
            ("{{#each element.names as |one|}}{{one.title}}{{/each}}", true),
            ("{{> page.md method}}", true),
            ("{{lookup method \"name\"}}", true),
            ("{{../name}}", true),
        ];
        for (text, read) in cases {
            let mut reads = Reads::default();
            reads.add(&Template::compile(text).expect("it is Handlebars"));
            assert_eq!(reads.any(&method), read, "{text}");
        }
    }

    #[test]
    fn where_a_body_looks() {
        let cases = [
            (
                "{{name}}{{#each entries}}{{title}}{{@index}}{{../name}}{{/each}}{{#if (len this)}}x{{/if}}",
                false,
            ),
            ("{{#each entries}}{{../../name}}{{/each}}", true),
            ("{{../../../../name}}", true),
            ("{{@root.element.name}}", true),
            ("{{@../index}}", true),
            ("{{@index}}", true),
            ("{{#if @first}}x{{/if}}", true),
            ("{{#if name}}{{@key}}{{/if}}", true),
            ("{{#each entries as |entry|}}{{entry.name}}{{/each}}", true),
            ("{{> other.md this}}", true),
        ];
        for (text, around) in cases {
            assert_eq!(looks_around(&Template::compile(text).expect("it is Handlebars")), around, "{text}");
        }
    }
}
