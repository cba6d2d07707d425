//! `elementc docs update`: regions of pages that people wrote.

use super::{Shown, counted, read, show};
use crate::failure::Failure;
use crate::output::Output;
use crate::{Elements, Verdict, catalogue};
use elementc_build::replace_all;
use elementc_compiler::page;
use std::path::{Path, PathBuf};

const EXAMPLE: &str = "\
A region of the query parameters of Sage Live, as it is before the first update:

  <!-- elementc:begin sagelive table oauth-url-request -->
  <!-- elementc:end -->";

/// Write the regions of pages of Markdown.
///
/// A region stands between two markers, each in a line of its own, and shows what the generated page of an
/// element shows. The first marker names the element (`zuorav2/basic` for another method than the first),
/// then what to show: `table`, `sample`, `curl`, `response`, `problem`, `settings`, or what a template
/// adds; then the message, by default `create-instance`. Everything else on a page stays as it is, to the
/// byte. If anything is wrong with any of the pages, none is written. Exits with 1 then, with 2 if a page
/// cannot be read or written.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLE)]
pub struct Update {
    /// The pages, as Markdown.
    #[arg(value_name = "FILES", required = true)]
    files: Vec<PathBuf>,

    /// Write nothing; exit with 1 if a region is not up to date.
    #[arg(long)]
    check: bool,

    /// How to show what is wrong.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Shown,

    #[command(flatten)]
    elements: Elements,
}

impl Update {
    /// Runs the command.
    pub fn run(self, output: &mut Output) -> Result<Verdict, Failure> {
        let pages = read(&self.files)?;
        let mut chosen = catalogue::choose(&self.elements, output)?;
        let (templates, site) = (std::mem::take(&mut chosen.templates), chosen.site.clone());
        let compilation = catalogue::compiled_as(chosen, output)?;
        let page::Update { files, mut errors, pages: updated } =
            page::update(&compilation.catalog, templates, &site, &pages);
        let broken = !errors.is_empty();
        let stale: usize = updated.iter().map(|page| page.stale.len()).sum();
        if !broken && self.check {
            errors.extend(updated.iter().flat_map(|page| page.stale.clone()));
        }
        let human = show(&errors, &files, &compilation.summary, self.format, output)?;
        let all = counted(updated.iter().map(|page| page.regions).sum(), "region");
        let of = format!("{all} of {}", counted(pages.len(), "page"));
        let line = if broken {
            format!("{}: nothing is written", counted(errors.len(), "error"))
        } else if self.check && stale > 0 {
            format!("{of}: {stale} not up to date; run `elementc docs update`")
        } else if self.check || stale == 0 {
            format!("{of}: up to date")
        } else {
            let new = self.files.iter().zip(&updated);
            let new = new.filter_map(|(path, page)| Some((path.as_path(), page.text.as_deref()?.as_bytes())));
            let new: Vec<(&Path, &[u8])> = new.collect();
            replace_all(&new)
                .map_err(|(path, why)| Failure::new(format!("cannot write {}: {why}", path.display())))?;
            format!("{of}: {} written", counted(stale, "region"))
        };
        if human {
            output.status(&line)?;
        }
        Ok(if errors.is_empty() { Verdict::Clean } else { Verdict::Findings })
    }
}
