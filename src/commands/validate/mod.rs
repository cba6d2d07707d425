//! `elementc validate`: holds messages against the contract of their element.

mod frame;

use crate::failure::Failure;
use crate::output::Output;
use crate::{Elements, Verdict, catalogue};
use elementc_compiler::lower::Message;
use elementc_compiler::{Catalog, compile, render};
use elementc_runtime::{Placeholders, Program, Report};
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::io::Read;
use std::path::PathBuf;

/// The greatest input that the engine reads, and so the most that is taken from a file.
const LIMIT: u64 = 16 * 1024 * 1024;

/// Hold messages against the contract of their element.
///
/// Reads JSON files, or standard input for `-`. Messages that travel as a query may also be given
/// as a URL or a query string. Exits with 0 if all are valid, with 1 if one is not.
#[derive(clap::Args)]
pub struct Validate {
    /// The files to validate; `-` is standard input, which is the default.
    #[arg(value_name = "FILES", default_value = "-")]
    files: Vec<PathBuf>,

    /// The key of the element. Default: what `element` of the message says; messages that travel as
    /// a query do not say it.
    #[arg(long, value_name = "KEY")]
    element: Option<String>,

    /// Which message: create-instance, created-instance, oauth-url-request, …
    #[arg(long, value_name = "MESSAGE", default_value = "create-instance")]
    message: String,

    /// How to print the verdict. With `json` and several files, one object for each in a list.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// Reject placeholders that were left in, such as `<INSERT_CLIENT_ID>`.
    #[arg(long)]
    strict: bool,

    #[command(flatten)]
    elements: Elements,
}

#[derive(Clone, Copy, PartialEq, clap::ValueEnum)]
enum Format {
    Human,
    Json,
}

/// The programs to run: those compiled in, or those of a directory.
enum Programs {
    /// And the catalogue, compiled when there is something to say of its entries.
    Shipped(OnceCell<Catalog>),
    Compiled(Catalog),
}

impl Programs {
    fn find(&self, element: &str, message: &str) -> Option<&Program> {
        match self {
            Self::Shipped(_) => elementc::program(element, message),
            Self::Compiled(catalog) => catalog.get(element)?.message(message).map(|(_, program)| program),
        }
    }

    fn message(&self, element: &str, message: &str) -> Option<&Message> {
        let catalog = match self {
            Self::Shipped(catalog) => catalog.get_or_init(|| compile(catalogue::shipped(false)).catalog),
            Self::Compiled(catalog) => catalog,
        };
        catalog.get(element)?.message(message).map(|(message, _)| message)
    }

    fn elements(&self) -> Vec<&str> {
        let mut keys: Vec<&str> = match self {
            Self::Shipped(_) => elementc::programs().map(|p| &*p.element).collect(),
            Self::Compiled(catalog) => catalog.elements.iter().map(|c| &*c.element.key.value).collect(),
        };
        keys.dedup();
        keys
    }

    fn messages(&self, element: &str) -> Vec<String> {
        match self {
            Self::Shipped(_) => {
                elementc::programs().filter(|p| p.element == element).map(|p| p.message.to_string()).collect()
            }
            Self::Compiled(catalog) => catalog
                .get(element)
                .map(|c| c.messages.iter().map(|m| m.name()).collect())
                .unwrap_or_default(),
        }
    }
}

impl Validate {
    /// Runs the command.
    pub fn run(self, output: &mut Output) -> Result<Verdict, Failure> {
        let chosen = catalogue::choose(&self.elements)?;
        let programs = if chosen.directory.is_none() {
            Programs::Shipped(OnceCell::new())
        } else {
            let compilation = chosen.compile();
            if compilation.has_errors() {
                output.text(&render::human(&compilation.diagnostics, &compilation.files, output.style()))?;
                return Err(Failure::new("the catalogue has errors"));
            }
            Programs::Compiled(compilation.catalog)
        };
        let mut verdict = Verdict::Clean;
        let mut documents = Vec::new();
        for file in &self.files {
            let name =
                if file.as_os_str() == "-" { "<stdin>".to_owned() } else { file.display().to_string() };
            let input = read(file, &name)?;
            let body = self.body(&input);
            let report = self.judge(&body, &name, &programs)?;
            if !report.is_valid() {
                verdict = Verdict::Findings;
            }
            match self.format {
                Format::Human if report.is_valid() => output.line(&format!("{name}: valid"))?,
                // Nobody wrote the JSON of a query: there are no lines to show.
                Format::Human if matches!(body, Cow::Owned(_)) => {
                    output.text(&frame::listed(&name, &report))?
                }
                Format::Human => {
                    let key = self.element.clone().or_else(|| stated(&body).ok().flatten());
                    let message = key.and_then(|key| programs.message(&key, &self.message));
                    output.text(&frame::framed(&name, &body, &report, message, output.style()))?;
                }
                Format::Json => documents.push(document(&name, &report)),
            }
        }
        if self.format == Format::Json {
            let all = match documents.len() {
                1 => documents.remove(0),
                _ => Json::Array(documents),
            };
            output.text(&elementc_compiler::emit::pretty(&all))?;
        }
        Ok(verdict)
    }

    /// The message as JSON: a URL or a query becomes an object of decoded strings.
    fn body<'a>(&self, input: &'a [u8]) -> Cow<'a, [u8]> {
        let kinds = elementc_compiler::lower::MessageKind::ALL;
        let stem = self.message.split('.').next().unwrap_or_default();
        let query = kinds.into_iter().any(|k| k.name() == stem && k.is_query());
        let text = std::str::from_utf8(input).map(str::trim);
        match text {
            Ok(text) if query && !text.starts_with(['{', '[', '"']) => {
                let text = text.split_once('#').map_or(text, |(before, _)| before);
                let pairs = match text.split_once('?') {
                    Some((_, query)) => query,
                    None if text.contains("://") => "",
                    None => text,
                };
                // Pairs are written one by one, so that a repeated parameter stays one.
                let members: Vec<String> = form_urlencoded::parse(pairs.as_bytes())
                    .map(|(key, value)| format!("{}: {}", json!(key), json!(value)))
                    .collect();
                Cow::Owned(format!("{{{}}}", members.join(", ")).into_bytes())
            }
            _ => Cow::Borrowed(input),
        }
    }

    fn judge(&self, body: &[u8], name: &str, programs: &Programs) -> Result<Report, Failure> {
        let placeholders = if self.strict { Placeholders::Rejected } else { Placeholders::Allowed };
        let key = match &self.element {
            Some(key) => key.clone(),
            None => match stated(body) {
                Ok(Some(key)) => key,
                Ok(None) => {
                    return Err(Failure::new(format!(
                        "{name}: the message has no `element.key`; say which element with --element"
                    )));
                }
                // What is no JSON is so for any element: the engine says where.
                Err(()) => {
                    let any =
                        programs.elements().first().and_then(|key| programs.find(key, "create-instance"));
                    return match any {
                        Some(program) => Ok(elementc_runtime::validate(program, body, placeholders)),
                        None => Err(Failure::new("the catalogue is empty")),
                    };
                }
            },
        };
        let Some(program) = programs.find(&key, &self.message) else {
            let elements = programs.elements();
            if !elements.contains(&&*key) {
                return Err(super::no_element(&key, elements.iter().copied()));
            }
            let messages = programs.messages(&key);
            let all = format!("`{key}` has {}", messages.join(", "));
            return Err(Failure::new(super::unknown(
                "message",
                &self.message,
                messages.iter().map(String::as_str),
                &all,
            )));
        };
        Ok(elementc_runtime::validate(program, body, placeholders))
    }
}

/// The `element.key` of a message, or its `element` where that is the key itself.
fn stated(body: &[u8]) -> Result<Option<String>, ()> {
    let json: Json = serde_json::from_slice(body).map_err(|_| ())?;
    let element = &json["element"];
    Ok(element["key"].as_str().or(element.as_str()).map(ToOwned::to_owned))
}

fn read(file: &PathBuf, name: &str) -> Result<Vec<u8>, Failure> {
    let failed = |e: std::io::Error| Failure::new(format!("{name} cannot be read: {e}"));
    let mut input = Vec::new();
    // One byte more than the limit is enough for the engine to refuse it.
    if file.as_os_str() == "-" {
        std::io::stdin().lock().take(LIMIT + 1).read_to_end(&mut input).map_err(failed)?;
    } else {
        std::fs::File::open(file).map_err(failed)?.take(LIMIT + 1).read_to_end(&mut input).map_err(failed)?;
    }
    Ok(input)
}

fn document(name: &str, report: &Report) -> Json {
    let violations: Vec<Json> = report
        .violations
        .iter()
        .map(|v| json!({ "code": v.code.as_str(), "pointer": v.pointer, "entry": v.entry, "message": v.message }))
        .collect();
    json!({ "file": name, "valid": report.is_valid(), "violations": violations })
}
