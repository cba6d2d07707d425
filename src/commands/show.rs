//! `elementc show`: an element with nothing left to inherit.

use crate::failure::Failure;
use crate::output::Output;
use crate::{Elements, Verdict, catalogue};
use elementc_compiler::Compilation;
use elementc_compiler::resolve::Element;
use elementc_compiler::source::Span;
use elementc_compiler::syntax::part::{Part, Text};
use serde_json::{Map, Value as Json, json};

/// Show an element as it is after merging all its traits and parents.
#[derive(clap::Args)]
pub struct Show {
    /// The key of the element.
    #[arg(value_name = "KEY")]
    key: String,

    /// Say for every value which file, line and trait it comes from.
    #[arg(long)]
    provenance: bool,

    /// How to print it.
    #[arg(long, value_name = "FORMAT", default_value = "yaml")]
    format: Format,

    #[command(flatten)]
    elements: Elements,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    Yaml,
    Json,
}

/// A value, the keys that lead to it, and the place that says it.
struct Said {
    path: Vec<Text>,
    span: Span,
    value: Json,
}

impl Show {
    /// Runs the command.
    pub fn run(self, output: &mut Output) -> Result<Verdict, Failure> {
        let compilation = catalogue::compiled(&self.elements, output)?;
        let compiled = super::find(&compilation.catalog, &self.key)?;
        let said = values(compiled.element);
        let text = match (self.provenance, self.format) {
            (false, Format::Json) => elementc_compiler::emit::pretty(&nested(said, |s| s.value)),
            (false, Format::Yaml) => serde_yaml::to_string(&nested(said, |s| s.value))
                .map_err(|e| Failure::new(format!("the element cannot be written as YAML: {e}")))?,
            (true, Format::Json) => elementc_compiler::emit::pretty(&nested(said, |s| {
                let mut origin = origin(&compilation, s.span);
                origin.insert("value".to_owned(), s.value);
                Json::Object(origin)
            })),
            (true, Format::Yaml) => table(&compilation, &said),
        };
        output.text(&text)?;
        Ok(Verdict::Clean)
    }
}

fn values(element: &Element) -> Vec<Said> {
    let mut all = Vec::new();
    let text = |text: &Option<elementc_compiler::source::Spanned<Text>>| {
        text.as_ref().map(|t| (t.span, Json::from(&*t.value)))
    };
    let identity = [
        ("key", Some((element.key.span, Json::from(&*element.key.value)))),
        ("id", element.id.as_ref().map(|id| (id.span, Json::from(id.value)))),
        ("name", Some((element.name.span, Json::from(&*element.name.value)))),
        ("hub", text(&element.hub)),
        ("status", element.status.as_ref().map(|s| (s.span, Json::from(s.value.word())))),
        ("description", text(&element.description)),
        ("image", text(&element.image)),
    ];
    for (key, found) in identity {
        if let Some((span, value)) = found {
            all.push(Said { path: vec![key.into()], span, value });
        }
    }
    element.body.visit(&mut Vec::new(), &mut |path, span, value| {
        all.push(Said { path: path.to_vec(), span, value });
    });
    all
}

/// The values as one tree. Values that share a path, as constraints do, make a list.
fn nested(said: Vec<Said>, mut leaf: impl FnMut(Said) -> Json) -> Json {
    let mut root = Map::new();
    for value in said {
        let path = value.path.clone();
        let Some((last, parents)) = path.split_last() else { continue };
        let mut at = &mut root;
        for key in parents {
            let next = at.entry(key.to_string()).or_insert_with(|| Json::Object(Map::new()));
            match next {
                Json::Object(inner) => at = inner,
                other => {
                    *other = Json::Object(Map::new());
                    let Json::Object(inner) = other else { return Json::Null };
                    at = inner;
                }
            }
        }
        let list = parents.first().is_some_and(|p| &**p == "constraints");
        let shown = leaf(value);
        match at.get_mut(&**last) {
            Some(Json::Array(items)) if list => items.push(shown),
            _ if list => drop(at.insert(last.to_string(), json!([shown]))),
            _ => drop(at.insert(last.to_string(), shown)),
        }
    }
    Json::Object(root)
}

/// File, line, column and trait of a place.
fn origin(compilation: &Compilation, span: Span) -> Map<String, Json> {
    let mut origin = Map::new();
    let (line, column) = compilation.files.position(span.file, span.start);
    let path = &compilation.files.get(span.file).path;
    origin.insert("file".to_owned(), path.as_str().into());
    origin.insert("line".to_owned(), line.into());
    origin.insert("column".to_owned(), column.into());
    if let Some(name) = trait_of(path) {
        origin.insert("trait".to_owned(), name.into());
    }
    origin
}

fn trait_of(path: &str) -> Option<&str> {
    let (_, name) = path.rsplit_once("traits/")?;
    name.strip_suffix(".yaml")
}

fn table(compilation: &Compilation, said: &[Said]) -> String {
    let rows: Vec<(String, String, String)> = said
        .iter()
        .map(|s| {
            let (line, column) = compilation.files.position(s.span.file, s.span.start);
            let path = &compilation.files.get(s.span.file).path;
            let by = trait_of(path).map_or_else(String::new, |name| format!(" (trait {name})"));
            (s.path.join("."), shortened(&s.value), format!("{path}:{line}:{column}{by}"))
        })
        .collect();
    let width = |f: fn(&(String, String, String)) -> &String| {
        rows.iter().map(|r| f(r).chars().count()).max().unwrap_or(0)
    };
    let (paths, values) = (width(|r| &r.0), width(|r| &r.1));
    rows.iter().map(|(path, value, place)| format!("{path:<paths$}  {value:<values$}  {place}\n")).collect()
}

fn shortened(value: &Json) -> String {
    const LONGEST: usize = 48;
    let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}
