//! `elementc docs`: pages that people wrote, and the catalogue as a site.

use super::{Shown, counted};
use crate::failure::Failure;
use crate::output::Output;
use crate::{Elements, Verdict, catalogue};
use clap::Subcommand;
use elementc_build::sync::sync;
use elementc_compiler::{emit_with, page, render, site};
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
    Site(Site),
}

/// Write the catalogue as a static site.
///
/// A list of the elements to search, and for each its page, its schemas and samples, and a form that
/// builds `instance.json` and checks it while you type. The site needs no server: open its `index.html`.
/// Writes only what changed, and nothing at all while a descriptor has errors. Files that elementc did
/// not make are never changed or removed.
#[derive(clap::Args)]
struct Site {
    /// Where the site goes: a directory of its own.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    #[command(flatten)]
    elements: Elements,
}

/// Hold pages of Markdown against the catalogue.
///
/// Reports JSON blocks that do not parse, samples that their element's validator rejects, commands that
/// do not run as pasted, parameters that the descriptor does not have, keys and ids of other elements,
/// and credentials. Writes nothing. Exits with 0 if nothing is wrong, with 1 if something is, with 2 if
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
        }
    }
}

impl Site {
    fn run(self, output: &mut Output) -> Result<Verdict, Failure> {
        let start = Instant::now();
        let mut chosen = catalogue::choose(&self.elements, output)?;
        // Each would take the other's files for its own of an earlier time, and remove them.
        if self.out.join("catalog.json").exists() || catalogue::same(&self.out, &chosen.out) {
            let out = self.out.display();
            return Err(Failure::new(format!(
                "{out} is for what `elementc build` writes; choose a directory of its own"
            )));
        }
        let (templates, site) = (std::mem::take(&mut chosen.templates), chosen.site.clone());
        let mut compilation = chosen.compile(output);
        let took = start.elapsed();
        let mut artifacts = Vec::new();
        if !compilation.has_errors() {
            match emit_with(&compilation.catalog, templates, &site, &mut compilation.files) {
                Ok(emitted) => artifacts = site::render(&compilation.catalog, &emitted, &site),
                Err(wrong) => compilation.diagnostics.extend(wrong),
            }
        }
        super::report(&compilation, took, Shown::Human, output)?;
        if compilation.has_errors() {
            return Ok(Verdict::Findings);
        }
        let outcome = sync(&self.out, &artifacts).map_err(|e| Failure::new(e.to_string()))?;
        super::written(&self.out, &outcome, true, output)?;
        Ok(Verdict::Clean)
    }
}

impl Check {
    fn run(self, output: &mut Output) -> Result<Verdict, Failure> {
        let start = Instant::now();
        let mut pages = Vec::new();
        for path in &self.files {
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
        match self.format {
            Shown::Human => output.text(&render::human(&diagnostics, &files, output.style()))?,
            Shown::Concise => output.text(&render::concise(&diagnostics, &files))?,
            Shown::Json => output.text(&render::json(&diagnostics, &files, &compilation.summary))?,
            Shown::Sarif => output.text(&render::sarif(&diagnostics, &files))?,
            Shown::Github => output.text(&render::github(&diagnostics, &files))?,
        }
        if !matches!(self.format, Shown::Json | Shown::Sarif) {
            output.status(&line)?;
        }
        Ok(if diagnostics.is_empty() { Verdict::Clean } else { Verdict::Findings })
    }
}
