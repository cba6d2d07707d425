//! Forms: the body of `POST /instances` of one method as fields to fill in.
//!
//! In: the view of a method, and the message that all methods share. Out: what the template of the
//! builder needs. Which conditional entries apply, and whether values are right, is left to the
//! validator, in the browser.

use crate::lower::{Message, Object, Shape, as_text};
use crate::resolve;
use crate::syntax::condition::Expectation;
use crate::template::context::{Deprecation, Entry, Method, Origin, Part, Phrase};
use elementc_runtime::accepts;
use serde::Serialize;
use serde_json::{Value as Json, json};

/// The form of one method.
#[derive(Serialize)]
pub struct Form<'a> {
    /// Tells the ids of the forms of a page apart.
    pub id: String,
    /// What people call the method.
    pub title: &'a str,
    /// When it applies; empty for the only one.
    pub when: &'a Phrase<'a>,
    /// The members of the body in order, and whether each is an object that must be there, as JSON.
    pub order: String,
    /// A body to begin with, as JSON.
    pub sample: String,
    /// The command that posts `instance.json`.
    pub curl: &'a str,
    /// What must hold between entries.
    pub constraints: &'a [Phrase<'a>],
    /// The entries whose value nobody chooses.
    pub fixed: Vec<Fixed>,
    /// What is to be filled in.
    pub sections: Vec<Section<'a>>,
}

/// An entry with one possible value.
#[derive(Serialize)]
pub struct Fixed {
    /// Its objects and key, as JSON.
    path: String,
    /// For people: `element.key`.
    shown: String,
    /// The value, as JSON.
    value: String,
    /// The value, as text.
    text: String,
}

/// Fields that stand together.
#[derive(Serialize)]
pub struct Section<'a> {
    id: String,
    /// The object that they are in: its pointer; empty at the top.
    pointer: String,
    /// What they are.
    legend: String,
    /// Whether it is folded: settings that most people leave alone.
    folded: bool,
    fields: Vec<Field<'a>>,
}

/// A field.
#[derive(Serialize)]
pub struct Field<'a> {
    id: String,
    /// Its objects and key, as JSON.
    path: String,
    pointer: &'a str,
    title: &'a str,
    key: &'a str,
    description: Option<&'a str>,
    /// `text`, `secret`, `choice`, `lines` or `json`.
    control: &'static str,
    /// The words of HTML's `inputmode`.
    keyboard: &'static str,
    /// How text becomes a value: `text`, `number`, `json`, `lines` or `choice`.
    reads: &'static str,
    required: bool,
    /// Whether it shows only when the validator asks for it.
    conditional: bool,
    when: &'a Phrase<'a>,
    allowed: Option<&'a Phrase<'a>>,
    options: Vec<Choice>,
    default: Option<String>,
    hint: Option<String>,
    normalise: Option<&'a str>,
    origin: Option<&'a Origin<'a>>,
    deprecation: Option<&'a Deprecation<'a>>,
    secret: bool,
}

/// One of the values of a field.
#[derive(Serialize)]
struct Choice {
    /// As JSON.
    value: String,
    /// As text.
    text: String,
}

/// The form of the method at a place in the element's list.
pub fn form<'a>(
    element: &'a resolve::Element,
    at: usize,
    method: &'a Method<'a>,
    message: &'a Message,
) -> Form<'a> {
    let body = &method.create_instance;
    let id = format!("m{at}");
    let (mut fixed, mut sections) = (Vec::new(), Vec::<Section>::new());
    let mut count = 0;
    for part in &body.parts {
        let mut fields = Vec::new();
        for entry in &part.entries {
            let asked = Asked::of(element, at, part, entry);
            let Some(asked) = asked else { continue };
            let Some(shape) = shape_of(&message.root, part.name, entry.key) else { continue };
            let choices = match choices(asked.values(entry), shape) {
                none if none.is_empty() && entry.kind == "boolean" => vec![true.into(), false.into()],
                choices => choices,
            };
            let path: Vec<&str> = [part.name, entry.key].into_iter().filter(|k| !k.is_empty()).collect();
            match choices.as_slice() {
                [only] if entry.required || asked.chosen.is_some() => fixed.push(Fixed {
                    shown: path.join("."),
                    path: json!(path).to_string(),
                    text: as_text(only),
                    value: only.to_string(),
                }),
                _ => {
                    count += 1;
                    let path = json!(path).to_string();
                    fields.push(field(format!("{id}-{count}"), path, entry, shape, &choices, asked.required));
                }
            }
        }
        if !fields.is_empty() {
            sections.push(Section {
                id: format!("{id}-s{}", sections.len()),
                pointer: if part.name.is_empty() { String::new() } else { format!("/{}", part.name) },
                legend: legend(part),
                folded: part.group.is_some() && !fields.iter().any(|f: &Field| f.required),
                fields,
            });
        }
    }
    // What people know comes first, what they rarely touch last.
    sections.sort_by_key(|section| (section.folded, section.pointer.is_empty()));
    let holds = |object: &str, key: &str, required: bool| {
        let entries = body.parts.iter().filter(|part| part.name == object).flat_map(|part| &part.entries);
        entries.into_iter().any(|entry| (key.is_empty() || entry.key == key) && (entry.required || !required))
    };
    let order: Vec<(&str, bool)> = message
        .root
        .members
        .iter()
        .filter(|(key, _)| holds(key, "", false) || holds("", key, false))
        .map(|(key, member)| {
            let object = matches!(member.shape, Shape::Object(_));
            (&**key, object && (member.required || holds(key, "", true)))
        })
        .collect();
    Form {
        title: &method.name.title,
        when: &method.name.when,
        order: json!(order).to_string(),
        sample: body.sample.to_string(),
        curl: body.curl.as_deref().unwrap_or_default(),
        constraints: &body.constraints,
        fixed,
        sections,
        id,
    }
}

/// What the conditions of the methods ask of an entry.
struct Asked<'a> {
    required: bool,
    /// The values that choose this method.
    chosen: Option<Vec<&'a Json>>,
    /// Those that choose another.
    others: Vec<&'a Json>,
}

impl<'a> Asked<'a> {
    /// `None` if the entry must not be given.
    fn of(element: &'a resolve::Element, at: usize, part: &Part, entry: &Entry) -> Option<Self> {
        let mut asked = Self { required: entry.required, chosen: None, others: Vec::new() };
        if part.name != "configuration" {
            return Some(asked);
        }
        let own = element.methods[at].when.as_ref().and_then(|when| when.value.get(entry.key));
        let values =
            |all: &'a [crate::source::Spanned<Json>]| all.iter().map(|v| &v.value).collect::<Vec<_>>();
        match own.map(|expected| &expected.value) {
            Some(Expectation::Present(false)) => return None,
            Some(Expectation::Present(true)) => asked.required = true,
            Some(Expectation::OneOf(all)) => asked.chosen = Some(values(all)),
            None if element.methods[at].when.is_none() => {
                for other in element.methods.iter().filter_map(|m| m.when.as_ref()?.value.get(entry.key)) {
                    if let Expectation::OneOf(all) = &other.value {
                        asked.others.extend(values(all));
                    }
                }
            }
            None => {}
        }
        Some(asked)
    }

    /// The values to choose from; empty: any.
    fn values(&self, entry: &'a Entry) -> Vec<&'a Json> {
        match &self.chosen {
            Some(chosen) => chosen.clone(),
            None => entry.values.iter().filter(|v| !self.others.contains(v)).collect(),
        }
    }
}

/// What an entry may be.
fn shape_of<'a>(root: &'a Object, object: &str, key: &str) -> Option<&'a Shape> {
    let object = match root.members.get(object).map(|member| &member.shape) {
        Some(Shape::Object(inner)) => inner,
        _ => root,
    };
    object.members.get(key).map(|member| &member.shape)
}

/// The JSON types that an entry accepts: bits of [`accepts`].
fn accepts_of(shape: &Shape) -> u8 {
    match shape {
        Shape::Value(value) => value.accepts,
        _ => 0,
    }
}

/// The heading of a section.
fn legend(part: &Part) -> String {
    match (part.group, part.name) {
        (Some(group), _) => format!("Settings: {group}"),
        (None, "") => "Instance".to_owned(),
        (None, "providerData") => "Provider data".to_owned(),
        (None, "configuration") => "Configuration".to_owned(),
        (None, other) => other.to_owned(),
    }
}

/// Values, each once, in its own form if that is accepted: `true` rather than `"true"`.
fn choices(values: Vec<&Json>, shape: &Shape) -> Vec<Json> {
    let accepts = accepts_of(shape);
    let fits = |value: &Json| match value {
        Json::Bool(_) => accepts & accepts::BOOLEAN != 0,
        Json::Number(_) => accepts & (accepts::NUMBER | accepts::INTEGER) != 0,
        Json::String(_) => true,
        _ => false,
    };
    let mut choices: Vec<Json> = Vec::new();
    for value in values {
        let own = if fits(value) { value.clone() } else { Json::from(as_text(value)) };
        match choices.iter_mut().find(|known| as_text(known) == as_text(&own)) {
            Some(known) if known.is_string() => *known = own,
            Some(_) => {}
            None => choices.push(own),
        }
    }
    choices
}

fn field<'a>(
    id: String,
    path: String,
    entry: &'a Entry<'a>,
    shape: &Shape,
    choices: &[Json],
    required: bool,
) -> Field<'a> {
    let numbers = accepts_of(shape) & (accepts::NUMBER | accepts::INTEGER) != 0;
    let (control, reads) = match (shape, entry.kind) {
        _ if !choices.is_empty() => ("choice", "choice"),
        (Shape::Strings, _) => ("lines", "lines"),
        (Shape::List | Shape::Object(_), _) | (_, "json") => ("json", "json"),
        (_, "integer" | "number") if numbers => ("text", "number"),
        _ => ("text", "text"),
    };
    let keyboard = match entry.kind {
        "url" => "url",
        "email" => "email",
        "integer" => "numeric",
        "number" => "decimal",
        _ => "text",
    };
    let options = choices.iter().map(|value| Choice { text: as_text(value), value: value.to_string() });
    Field {
        id,
        path,
        pointer: &entry.pointer,
        title: entry.title,
        key: entry.key,
        description: entry.description,
        control: if entry.secret && control == "text" { "secret" } else { control },
        keyboard,
        reads,
        required,
        conditional: !required && !entry.when.is_empty(),
        when: &entry.when,
        allowed: (!matches!(control, "choice" | "lines")
            && entry.kind != "string"
            && !entry.allowed.is_empty())
        .then_some(&entry.allowed),
        options: options.collect(),
        default: entry.default.map(as_text),
        hint: entry.hint.map(as_text),
        normalise: entry.normalise,
        origin: entry.origin.as_ref(),
        deprecation: entry.deprecation.as_ref(),
        secret: entry.secret,
    }
}
