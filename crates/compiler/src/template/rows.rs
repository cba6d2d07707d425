//! Rows: what is repeated for each item of a list and looks at nothing but the item, rendered once for each.
//!
//! In: an `each` with such a body, and its list. Out: its text. That of a row follows from the body and the
//! item: of elements that share entries, the same rows are rendered once.

use crate::HashMap;
use handlebars::template::TemplateElement;
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError,
    RenderErrorReason, Renderable, StringOutput, Template,
};
use serde_json::Value as Json;
use std::sync::{Arc, Mutex, PoisonError};

/// Not for authors: around an `each` of which it gets the list.
pub const ROWS: &str = "@rows";

/// Bytes of what is remembered; beyond them all of it is forgotten.
const MOST: usize = 1 << 20;

/// The texts of rows.
#[derive(Default)]
pub struct Rows(Mutex<Known>);

#[derive(Default)]
struct Known {
    /// By what [`spell`] makes of the body and the item.
    texts: HashMap<Box<[u8]>, Arc<str>>,
    bytes: usize,
}

impl Rows {
    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The text of a row.
    fn row(&self, body: &Template, item: &Json, registry: &Handlebars<'_>) -> Result<Arc<str>, RenderError> {
        let mut key = Vec::with_capacity(1024);
        // Registered templates stay where they are.
        key.extend(std::ptr::from_ref(body).addr().to_le_bytes());
        spell(item, &mut key);
        let known = self.known().texts.get(&*key).cloned();
        if let Some(text) = known {
            return Ok(text);
        }
        // The library looks each variable up from the root of the context, key by key.
        let mut own = Context::null();
        own.data_mut().clone_from(item);
        let mut text = StringOutput::new();
        body.render(registry, &own, &mut RenderContext::new(None), &mut text)?;
        let text: Arc<str> = text.into_string().map_err(RenderError::from)?.into();
        let mut known = self.known();
        if known.bytes > MOST {
            *known = Known::default();
        }
        known.bytes += key.len() + text.len();
        known.texts.insert(key.into(), text.clone());
        Ok(text)
    }
}

impl HelperDef for Rows {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let each = helper.template().ok_or(RenderErrorReason::BlockContentRequired)?;
        let list = helper.param(0).and_then(|list| list.value().as_array());
        let body = each.elements.iter().find_map(|element| match element {
            TemplateElement::HelperBlock(each) => each.template.as_ref(),
            _ => None,
        });
        match (list, body) {
            (Some(items), Some(body)) if !items.is_empty() => {
                items.iter().try_for_each(|item| Ok(out.write(&self.row(body, item, registry)?)?))
            }
            _ => each.render(registry, context, rc, out),
        }
    }
}

/// Writes a value so that no other is written alike.
fn spell(value: &Json, key: &mut Vec<u8>) {
    let text = |text: &str, key: &mut Vec<u8>| {
        key.extend(text.len().to_le_bytes());
        key.extend_from_slice(text.as_bytes());
    };
    match value {
        Json::Null => key.push(b'n'),
        Json::Bool(false) => key.push(b'f'),
        Json::Bool(true) => key.push(b't'),
        Json::Number(number) => {
            key.push(b'#');
            text(&number.to_string(), key);
        }
        Json::String(string) => {
            key.push(b'"');
            text(string, key);
        }
        Json::Array(items) => {
            key.push(b'[');
            items.iter().for_each(|item| spell(item, key));
            key.push(b']');
        }
        Json::Object(members) => {
            key.push(b'{');
            for (name, member) in members {
                key.push(b':');
                text(name, key);
                spell(member, key);
            }
            key.push(b'}');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::{helpers, inline::inlined};
    use serde_json::json;
    use std::collections::HashMap;

    #[test]
    fn rows_are_what_the_library_makes() {
        let partials = [
            ("row", "{{name}}\n{{#each tags}}{{this}} {{@index}}{{/each}}\n"),
            ("list", "{{#each tags}}\n{{this}}\n{{/each}}\nx\n"),
        ];
        let cases = [
            "{{#each rows}}{{name}}{{#if tags}}: {{#each tags}}{{@index}}{{this}}{{/each}}{{/if}};{{/each}}",
            "{{#each rows}}{{name}}{{../title}}{{@index}}{{/each}}",
            "{{#each rows}}{{> row this}}{{/each}}",
            "{{#each rows}}\n  {{> list this}}\n{{/each}}\n",
            "{{#each none}}x{{else}}none{{title}}{{/each}}{{#each none}}x{{/each}}",
            "{{#each map}}{{name}}{{/each}}{{#each map}}{{@key}}{{/each}}",
            "{{#each rows as |row at|}}{{row.name}}{{at}}{{/each}}",
            "{{#each rows}}{{json this}}{{/each}}",
        ];
        let rows = json!([{ "name": "a", "tags": ["x", 1] }, { "name": "b", "tags": [] }]);
        let turned = json!([{ "tags": ["x", 1], "name": "a" }, { "name": "a", "tags": ["x", 1.0] }]);
        let zeros =
            json!([{ "name": 0.0, "tags": [] }, { "name": -0.0, "tags": [] }, { "name": 0, "tags": [] }]);
        let contexts = [&rows, &turned, &zeros, &rows]
            .map(|rows| json!({ "rows": rows, "none": [], "map": { "k": { "name": "n" } }, "title": "t" }));
        for text in cases {
            let mut registries = [Handlebars::new(), Handlebars::new()];
            let all: HashMap<String, Template> = partials
                .into_iter()
                .chain([("page", text)])
                .map(|(name, text)| (name.to_owned(), Template::compile(text).expect("it is Handlebars")))
                .collect();
            for (registry, is_ours) in registries.iter_mut().zip([false, true]) {
                helpers::register(registry);
                for (name, template) in &all {
                    let template = if is_ours { inlined(template, &all) } else { template.clone() };
                    registry.register_template(name, template);
                }
            }
            let [library, ours] = registries;
            for context in &contexts {
                let render =
                    |registry: &Handlebars| registry.render("page", context).expect("it can be rendered");
                assert_eq!(render(&ours), render(&library), "{text}");
            }
        }
    }
}
