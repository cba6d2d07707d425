//! Alone: blocks that look at nothing but their value, rendered once for each value.
//!
//! In: such a block and its value. Out: its text, which follows from both: of elements that share entries,
//! the same rows are rendered once.

use super::helpers::argument;
use crate::HashMap;
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError,
    RenderErrorReason, Renderable, StringOutput,
};
use serde_json::Value as Json;
use std::sync::{Arc, Mutex, PoisonError};

/// Not for authors: renders its block, which looks at nothing but its value.
pub const ALONE: &str = "@alone";

/// Bytes of what is remembered; beyond them all of it is forgotten.
const MOST: usize = 1 << 20;

/// The texts of such blocks.
#[derive(Default)]
pub struct Alone(Mutex<Known>);

#[derive(Default)]
struct Known {
    /// By what [`spell`] makes of the block and its value.
    texts: HashMap<Box<[u8]>, Arc<str>>,
    bytes: usize,
}

impl Alone {
    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HelperDef for Alone {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let value = argument(helper)?;
        let template = helper.template().ok_or(RenderErrorReason::BlockContentRequired)?;
        let mut key = Vec::with_capacity(1024);
        // Registered templates stay where they are.
        key.extend(std::ptr::from_ref(template).addr().to_le_bytes());
        spell(value, &mut key);
        let known = self.known().texts.get(&*key).cloned();
        if let Some(text) = known {
            return Ok(out.write(&text)?);
        }
        // The library looks each variable up from the root of the context, key by key.
        let mut own = Context::null();
        own.data_mut().clone_from(value);
        let mut text = StringOutput::new();
        template.render(registry, &own, &mut RenderContext::new(None), &mut text)?;
        let text: Arc<str> = text.into_string().map_err(RenderError::from)?.into();
        out.write(&text)?;
        let mut known = self.known();
        if known.bytes > MOST {
            *known = Known::default();
        }
        known.bytes += key.len() + text.len();
        known.texts.insert(key.into(), text);
        Ok(())
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
