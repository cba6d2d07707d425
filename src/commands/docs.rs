//! `elementc docs`: pages that people wrote, and the catalogue as a site.

mod site;
mod update;

use super::{Shown, counted};
use crate::failure::Failure;
use crate::output::Output;
use crate::{Elements, Verdict, catalogue};
use clap::Subcommand;
use elementc_compiler::diagnostic::Diagnostic;
use elementc_compiler::render::Summary;
use elementc_compiler::source::Files;
use elementc_compiler::{page, render};
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

/// The largest page that is read.
const LIMIT: u64 = 16 * 1024 * 1024;

/// Check pages that people wrote, and make the catalogue a site.
#[derive(clap::Args)]
pub struct Docs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Check(Check),
    Site(site::Site),
    Update(update::Update),
}

/// Hold pages of Markdown against the catalogue.
///
/// Reports JSON blocks that do not parse, samples that their element's validator rejects, commands that
/// do not run as pasted, parameters that the descriptor does not have, keys and ids of other elements,
/// credentials, URLs that are none, and placeholders that vanish. Writes nothing. Exits with 0 if nothing is wrong, with 1 if something is, with 2 if
/// a page cannot be read.
#[derive(clap::Args)]
struct Check {
    /// The pages, as Markdown.
    #[arg(value_name = "FILES", required = true)]
    files: Vec<PathBuf>,

    /// How to show what is wrong.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Shown,

    #[command(flatten)]
    elements: Elements,
}

impl Docs {
    /// Runs the command.
    pub fn run(self, output: &mut Output) -> Result<Verdict, Failure> {
        match self.command {
            Command::Check(check) => check.run(output),
            Command::Site(site) => site.run(output),
            Command::Update(update) => update.run(output),
        }
    }
}

/// Reads pages: their paths as shown, and their content.
fn read(paths: &[PathBuf]) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let mut pages = Vec::new();
    for path in paths {
        let shown = path.to_string_lossy().replace('\\', "/");
        let failed = |why: String| Failure::new(format!("cannot read {shown}: {why}"));
        // Reading a pipe would wait for a writer.
        let metadata = fs::metadata(path).map_err(|e| failed(e.to_string()))?;
        if !metadata.is_file() {
            return Err(failed("it is not a regular file".to_owned()));
        }
        if metadata.len() > LIMIT {
            return Err(failed("it is larger than 16 MiB".to_owned()));
        }
        let bytes = fs::read(path).map_err(|e| failed(e.to_string()))?;
        pages.push((shown, bytes));
    }
    Ok(pages)
}

/// Shows what is wrong with pages, and whether the line about it may follow.
fn show(
    diagnostics: &[Diagnostic],
    files: &Files,
    summary: &Summary,
    format: Shown,
    output: &mut Output,
) -> Result<bool, Failure> {
    let text = match format {
        Shown::Human => render::human(diagnostics, files, output.style()),
        Shown::Concise => render::concise(diagnostics, files),
        Shown::Json => render::json(diagnostics, files, summary),
        Shown::Sarif => render::sarif(diagnostics, files),
        Shown::Github => render::github(diagnostics, files),
    };
    output.text(&text)?;
    Ok(!matches!(format, Shown::Json | Shown::Sarif))
}

impl Check {
    fn run(self, output: &mut Output) -> Result<Verdict, Failure> {
        let start = Instant::now();
        let pages = read(&self.files)?;
        let compilation = catalogue::compiled(&self.elements, output)?;
        let (files, diagnostics, looked) = page::check(&compilation.catalog, &pages);
        let found = match diagnostics.len() {
            0 => "no problems".to_owned(),
            n => counted(n, "error"),
        };
        let line = format!(
            "checked {}, {}, {}: {found} in {} ms",
            counted(looked.pages, "page"),
            counted(looked.json, "JSON block"),
            counted(looked.commands, "command block"),
            start.elapsed().as_micros().div_ceil(1000)
        );
        if show(&diagnostics, &files, &compilation.summary, self.format, output)? {
            output.status(&line)?;
        }
        Ok(if diagnostics.is_empty() { Verdict::Clean } else { Verdict::Findings })
    }
}
