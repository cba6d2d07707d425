//! Helpers: what templates can do with a value besides showing it.
//!
//! In: values of the context. Out: text in the language around it. Each is documented, with an example
//! that a test runs, in `docs/templates.md`.

use super::escape;
use super::rows::{ROWS, Rows};
use handlebars::{
    BlockContext, Context, Handlebars, Helper, HelperDef, HelperResult, JsonTruthy, Output, PathAndJson,
    RenderContext, RenderError, RenderErrorReason, Renderable, ScopedJson, StringOutput,
};
use serde_json::Value as Json;
use std::borrow::Cow;

/// The library's own helpers that templates may use; what needs no values from the context is known
/// to be right, and the others reject an unknown variable.
const INHERITED: [&str; 16] = [
    "if", "unless", "each", "with", "lookup", "eq", "ne", "gt", "gte", "lt", "lte", "and", "or", "not",
    "len", "raw",
];

/// Text of a value: what people would write for it.
fn text(value: &Json) -> Cow<'_, str> {
    match value {
        Json::Null => Cow::Borrowed(""),
        Json::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}

/// Makes text of a value.
type Write = fn(&Json) -> String;

/// Our helpers that turn one value into text.
const SIMPLE: [(&str, Write); 6] = [
    ("md", |value| escape::markdown(&text(value))),
    ("code", |value| escape::code(&text(value))),
    ("yaml", |value| match value {
        Json::String(text) => escape::yaml(text),
        other => other.to_string(),
    }),
    ("json", escape::json),
    ("shell", |value| escape::shell(&text(value))),
    ("percent", |value| escape::percent(&text(value))),
];

/// The names of all helpers, for suggestions.
pub fn names() -> impl Iterator<Item = &'static str> + Clone {
    INHERITED.into_iter().chain(SIMPLE.iter().map(|(name, _)| *name)).chain(["fence", PHRASE])
}

const PHRASE: &str = "phrase";
/// Those of them that are ours, since they reject an unknown variable themselves.
pub const CONDITIONS: [&str; 2] = ["if", "unless"];

/// Not for authors: put before other blocks to reject an unknown variable, which these take for nothing.
pub const KNOWN: &str = "@known";

/// Not for authors: renders its block with a value as its context, whatever the value is.
pub const WITHIN: &str = "@within";

/// Registers ours, and removes what prints.
pub fn register(registry: &mut Handlebars<'_>) {
    registry.unregister_helper("log");
    for (name, write) in SIMPLE {
        registry.register_helper(name, Box::new(Simple { write }));
    }
    registry.register_helper("fence", Box::new(Fence));
    registry.register_helper(PHRASE, Box::new(Simple { write: phrase }));
    let [if_so, unless] = CONDITIONS;
    registry.register_helper(if_so, Box::new(Condition { wanted: true }));
    registry.register_helper(unless, Box::new(Condition { wanted: false }));
    registry.register_helper("and", Box::new(Logic { all: true }));
    registry.register_helper("or", Box::new(Logic { all: false }));
    registry.register_helper(KNOWN, Box::new(Known));
    registry.register_helper(WITHIN, Box::new(Within));
    registry.register_helper(ROWS, Box::new(Rows::default()));
}

/// The values of a helper; several are one text.
fn joined<'a>(helper: &'a Helper<'_>) -> Result<Cow<'a, Json>, RenderError> {
    let first = argument(helper)?;
    if helper.params().len() == 1 {
        return Ok(Cow::Borrowed(first));
    }
    let mut all = String::new();
    for param in helper.params() {
        if param.is_value_missing() {
            return Err(RenderError::strict_error(param.relative_path()));
        }
        all.push_str(&text(param.value()));
    }
    Ok(Cow::Owned(Json::String(all)))
}

fn argument<'a>(helper: &'a Helper<'_>) -> Result<&'a Json, RenderError> {
    let Some(param) = helper.param(0) else {
        return Err(RenderErrorReason::Other(format!("`{}` needs a value", helper.name())).into());
    };
    if param.is_value_missing() {
        return Err(RenderError::strict_error(param.relative_path()));
    }
    Ok(param.value())
}

struct Simple {
    write: Write,
}

impl HelperDef for Simple {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let value = joined(helper)?;
        Ok(out.write(&(self.write)(&value))?)
    }
}

/// A phrase in Markdown.
fn phrase(value: &Json) -> String {
    let segments = value.as_array().into_iter().flatten();
    let mut out = String::new();
    for segment in segments {
        let text = segment["text"].as_str().unwrap_or_default();
        if segment["literal"] == true {
            out.push_str(&escape::code(text));
            continue;
        }
        // Escaping trims; blanks at the ends hold the segments apart.
        let blank = |ends: bool| if ends && !text.is_empty() { " " } else { "" };
        out.push_str(blank(text.starts_with(' ')));
        out.push_str(&escape::markdown(text));
        out.push_str(blank(text.ends_with(' ') && text.trim() != ""));
    }
    out
}

/// `{{#fence "sh"}}…{{/fence}}`
struct Fence;

impl HelperDef for Fence {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let language = text(argument(helper)?);
        let Some(block) = helper.template() else {
            return Err(RenderErrorReason::BlockContentRequired.into());
        };
        let mut inner = StringOutput::new();
        block.render(registry, context, rc, &mut inner)?;
        let inner = inner.into_string().map_err(RenderError::from)?;
        out.write(&escape::fence(&language, &inner))?;
        Ok(out.write("\n")?)
    }
}

/// Rejects an unknown variable.
fn known(param: Option<&PathAndJson<'_>>) -> HelperResult {
    match param.filter(|param| param.is_value_missing()) {
        None => Ok(()),
        Some(param) => {
            let path = param.relative_path().cloned().unwrap_or_default();
            Err(RenderErrorReason::ParamNotFoundForName(KNOWN, path).into())
        }
    }
}

/// `if` and `unless`: as the library's, but an unknown variable is a mistake.
struct Condition {
    wanted: bool,
}

impl HelperDef for Condition {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let variables = helper.params().iter().filter(|param| param.relative_path().is_some());
        variables.map(Some).try_for_each(known)?;
        let Some(param) = helper.param(0) else {
            return Err(RenderErrorReason::ParamNotFoundForIndex("if", 0).into());
        };
        let include_zero = helper.hash_get("includeZero").and_then(|value| value.value().as_bool());
        let holds = param.value().is_truthy(include_zero.unwrap_or(false)) == self.wanted;
        let chosen = if holds { helper.template() } else { helper.inverse() };
        chosen.map_or(Ok(()), |template| template.render(registry, context, rc, out))
    }
}

struct Known;

impl HelperDef for Known {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        _: &mut dyn Output,
    ) -> HelperResult {
        known(helper.param(0))
    }
}

/// `and` and `or`: the library's take an unknown variable for nothing.
struct Logic {
    all: bool,
}

impl HelperDef for Logic {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let params = helper.params();
        if let Some(missing) = params.iter().find(|param| param.is_value_missing()) {
            return Err(RenderError::strict_error(missing.relative_path()));
        }
        let mut holds = params.iter().map(|param| param.value().is_truthy(false));
        let value = if self.all { holds.all(|holds| holds) } else { holds.any(|holds| holds) };
        Ok(ScopedJson::Derived(Json::Bool(value)))
    }
}

struct Within;

impl HelperDef for Within {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        argument(helper)?;
        let template = helper.template().ok_or(RenderErrorReason::BlockContentRequired)?;
        let mut block = BlockContext::new();
        if let Some(param) = helper.param(0) {
            match param.context_path() {
                Some(path) => block.base_path_mut().clone_from(path),
                None => block.set_base_value(param.value().clone()),
            }
        }
        rc.push_block(block);
        let rendered = template.render(registry, context, rc, out);
        rc.pop_block();
        rendered
    }
}
