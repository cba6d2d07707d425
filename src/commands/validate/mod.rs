//! `elementc validate`: holds messages against the contract of their element.
//!
//! In: files, directories and lines, read in blocks. Each block is judged on all cores and printed
//! in its order, then forgotten: neither memory nor output depends on how much comes, or on the
//! number of cores.

mod frame;
mod input;
mod mend;
mod places;
mod programs;
mod tally;

use crate::failure::Failure;
use crate::output::Output;
use crate::{Elements, Verdict, catalogue};
use elementc_runtime::{Code, Placeholders, Report, Violation};
use input::{Block, Inputs, Item};
use places::Places;
use programs::Programs;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;
use tally::Tally;

/// Of how many messages the violations are shown to people: nobody reads more.
const SHOWN: usize = 100;

/// Hold messages against the contract of their element.
///
/// Reads JSON files, directories of them, or standard input for `-`. Each line of a `.ndjson` or
/// `.jsonl` file is a message. Messages that travel as a query may also be given as a URL or a query
/// string. Of more than one message it prints a summary, too.
///
/// Exits with 0 if all messages are valid, with 1 if one is not, and with 2 if one could not be
/// judged: it cannot be read, or does not say which element it is for, or there is no such element
/// or message. The others are judged all the same.
#[derive(clap::Args)]
pub struct Validate {
    /// The files to validate; of a directory all *.json, *.ndjson and *.jsonl files in it and below;
    /// `-` is standard input, which is the default.
    #[arg(value_name = "FILES", default_value = "-")]
    files: Vec<PathBuf>,

    /// The key of the element. Default: what `element` of the message says; messages that travel as
    /// a query do not say it.
    #[arg(long, value_name = "KEY")]
    element: Option<String>,

    /// Which message: create-instance, created-instance, oauth-url-request, …
    #[arg(long, value_name = "MESSAGE", default_value = "create-instance")]
    message: String,

    /// Take each line for a message, on standard input and in any file; blank lines are none.
    #[arg(long)]
    lines: bool,

    /// How to print the verdicts.
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
    /// Violations of the first 100 messages that have some, and counts of all.
    Human,
    /// One object; a list of them for several files, a directory or lines.
    Json,
    /// One object in a line for each message, and one for the summary.
    Jsonl,
}

/// What came of a message.
struct Outcome<'p> {
    judged: Judged<'p>,
    kept: Kept,
}

/// What printing an outcome takes.
enum Kept {
    Nothing,
    /// The document, for programs.
    Document(String),
    /// The message itself, whose lines are shown to people.
    Body(Vec<u8>),
}

impl Validate {
    /// Runs the command.
    pub fn run(self, output: &mut Output) -> Result<Verdict, Failure> {
        let programs = Programs::of(catalogue::choose(&self.elements, output)?, &self.message, output)?;
        if let Some(key) = &self.element {
            programs.find(key).map_err(Failure::new)?;
        }
        let mut inputs = Inputs::new(self.files.clone(), self.lines);
        let mut block = Block::default();
        let mut tally = Tally::default();
        let progress = output.progress();
        let mut printer =
            Printer { validate: &self, programs: &programs, output, list: false, printed: 0, more: 0 };
        let mut verdict = Verdict::Clean;
        loop {
            inputs.fill(&mut block);
            if block.items.is_empty() {
                break;
            }
            let outcomes: Vec<Outcome> = block
                .items
                .par_iter()
                .map_init(Vec::new, |buffer, item| self.outcome(item, &block, buffer, &programs))
                .collect();
            progress.paused(|| {
                for (item, outcome) in block.items.iter().zip(&outcomes) {
                    match &outcome.judged {
                        Ok((element, report)) => tally.add(*element, report),
                        Err(_) => tally.add_unjudged(),
                    }
                    verdict = verdict.max(outcome.verdict());
                    printer.print(item, outcome)?;
                }
                printer.output.finish()
            })?;
            let judged = usize::try_from(tally.messages()).unwrap_or(usize::MAX);
            progress.phase("validated", judged, "message");
        }
        drop(progress);
        printer.end(&tally)?;
        Ok(verdict)
    }

    /// Judges a message.
    fn outcome<'p>(
        &self,
        item: &Item,
        block: &Block,
        buffer: &mut Vec<u8>,
        programs: &'p Programs,
    ) -> Outcome<'p> {
        let body = match block.read(item, buffer) {
            Ok(input) => self.body(input),
            Err(error) => return self.kept(item, Err(error), None),
        };
        let mut judged = self.judge(&body, programs);
        if let (Some(_), Ok((_, report))) = (item.line, &mut judged) {
            in_one_line(report);
        }
        // Nobody wrote the JSON of a query: there are no lines to show.
        let body = matches!(body, Cow::Borrowed(_)).then_some(&*body);
        self.kept(item, judged, body)
    }

    fn kept<'p>(&self, item: &Item, judged: Judged<'p>, body: Option<&[u8]>) -> Outcome<'p> {
        let valid = judged.as_ref().is_ok_and(|(_, report)| report.is_valid());
        let kept = match (self.format, body) {
            // What is a line itself is shown by its number.
            (Format::Human, Some(body)) if !valid && item.line.is_none() => Kept::Body(body.to_vec()),
            (Format::Human, _) => Kept::Nothing,
            (Format::Json, body) => {
                let document = Document::of(item, &judged, body);
                Kept::Document(serde_json::to_string_pretty(&document).unwrap_or_default())
            }
            (Format::Jsonl, body) => {
                let document = Document::of(item, &judged, body);
                Kept::Document(serde_json::to_string(&document).unwrap_or_default())
            }
        };
        Outcome { judged, kept }
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

    fn judge<'p>(&self, body: &[u8], programs: &'p Programs) -> Judged<'p> {
        let placeholders = if self.strict { Placeholders::Rejected } else { Placeholders::Allowed };
        let stated = match &self.element {
            Some(key) => Ok(Some(Cow::Borrowed(&**key))),
            None => stated(body).map(|key| key.map(Cow::Owned)),
        };
        let (known, program) = match stated {
            Ok(Some(key)) => (true, programs.find(&key)?),
            Ok(None) => {
                return Err("the message has no `element.key`; say which element with --element".to_owned());
            }
            // What is no JSON is so for any element: the engine says where.
            Err(()) => (false, programs.any()?),
        };
        let report = elementc_runtime::validate(program, body, placeholders);
        let report = mend::mendable(report, program, body, placeholders);
        Ok((known.then_some(&*program.element), report))
    }
}

/// A report, and the key of the element if it is known; or in words why there is none.
type Judged<'p> = Result<(Option<&'p str>, Report), String>;

impl Outcome<'_> {
    fn verdict(&self) -> Verdict {
        match &self.judged {
            Ok((_, report)) if report.is_valid() => Verdict::Clean,
            Ok(_) => Verdict::Findings,
            Err(_) => Verdict::Failures,
        }
    }
}

/// Prints outcomes in their order.
struct Printer<'a> {
    validate: &'a Validate,
    programs: &'a Programs,
    output: &'a mut Output,
    /// Whether the JSON document is a list: not of a single file that was named.
    list: bool,
    /// How many documents, or messages with violations, were printed.
    printed: usize,
    /// How many messages with violations were not.
    more: usize,
}

impl Printer<'_> {
    fn print(&mut self, item: &Item, outcome: &Outcome) -> Result<(), Failure> {
        self.list = self.validate.format == Format::Json && (self.validate.files.len() > 1 || item.found);
        match &outcome.kept {
            Kept::Document(text) if !self.list => self.output.line(text)?,
            Kept::Document(text) => {
                let opened = if self.printed == 0 { "[\n" } else { ",\n" };
                let indented: Vec<String> = text.lines().map(|line| format!("  {line}")).collect();
                self.output.text(opened)?;
                self.output.text(&indented.join("\n"))?;
            }
            kept => return self.human(item, &outcome.judged, kept),
        }
        self.printed += 1;
        Ok(())
    }

    fn human(&mut self, item: &Item, judged: &Judged, kept: &Kept) -> Result<(), Failure> {
        if let Ok((_, report)) = judged
            && report.is_valid()
        {
            // Of what was found the summary says how much is valid.
            return if item.found { Ok(()) } else { self.output.status(&format!("{}: valid", item.name())) };
        }
        if self.printed == SHOWN {
            self.more += 1;
            return Ok(());
        }
        self.printed += 1;
        let name = item.name();
        match (judged, kept) {
            (Err(why), _) => self.output.aside(&format!("error: {name}: {why}")),
            (Ok((element, report)), Kept::Body(body)) => {
                let message = element.and_then(|key| self.programs.message(key));
                self.output.text(&frame::framed(&name, body, report, message, self.output.style()))
            }
            (Ok((_, report)), _) => self.output.text(&frame::listed(&name, report)),
        }
    }

    /// Prints what comes after the last message.
    fn end(self, tally: &Tally) -> Result<(), Failure> {
        match self.validate.format {
            Format::Human => {
                if self.more > 0 {
                    self.output
                        .line(&format!("and {} more messages; `--format jsonl` lists all", self.more))?;
                }
                if tally.messages() == 1 { Ok(()) } else { self.output.status(tally.human().trim_end()) }
            }
            Format::Json if self.printed == 0 => self.output.text("[]\n"),
            Format::Json if self.list => self.output.text("\n]\n"),
            Format::Json => Ok(()),
            Format::Jsonl => self.output.line(&tally.json().to_string()),
        }
    }
}

/// The `element.key` of a message, or its `element` where that is the key itself.
///
/// Only the outermost object is read into a map, the rest of the text is passed over.
fn stated(body: &[u8]) -> Result<Option<String>, ()> {
    let element: Json = match serde_json::from_slice::<BTreeMap<String, &RawValue>>(body) {
        Ok(members) => match members.get("element") {
            Some(element) => serde_json::from_str(element.get()).map_err(|_| ())?,
            None => Json::Null,
        },
        // It is no JSON, or no object.
        Err(_) => serde_json::from_slice(body).map(|_: Json| Json::Null).map_err(|_| ())?,
    };
    Ok(element["key"].as_str().or(element.as_str()).map(ToOwned::to_owned))
}

/// Leaves the number of the line out where it is that of the message, always 1, and not of its file.
fn in_one_line(report: &mut Report) {
    for violation in &mut report.violations {
        if matches!(violation.code, Code::NotJson | Code::TooDeep) {
            violation.message = violation.message.replacen(" at line 1, column ", " at column ", 1);
        }
    }
}

/// A message and what came of it, for programs. No tree of JSON: there may be a violation for every
/// other byte.
#[derive(Serialize)]
struct Document<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    valid: bool,
    violations: Vec<Line<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

#[derive(Serialize)]
struct Line<'a> {
    code: &'a str,
    pointer: &'a str,
    entry: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u64>,
}

impl<'a> Document<'a> {
    fn of(item: &'a Item, judged: &'a Judged, body: Option<&[u8]>) -> Self {
        let report = judged.as_ref().map(|(_, report)| report);
        let violations = report.map_or(&[][..], |report| &report.violations);
        let mut places = body.map(Places::of);
        let line = |v: &'a Violation| {
            let place = places.as_mut().map(|places| places.at(v.offset));
            Line {
                code: v.code.as_str(),
                pointer: &v.pointer,
                entry: &v.entry,
                message: &v.message,
                line: place.map(|(line, _)| line),
                column: place.map(|(_, column)| column),
            }
        };
        Self {
            file: &item.file,
            line: item.line,
            valid: report.is_ok_and(Report::is_valid),
            violations: violations.iter().map(line).collect(),
            error: judged.as_ref().err().map(String::as_str),
        }
    }
}
