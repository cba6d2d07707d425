//! `elementc docs site`: the catalogue as a static site.

use crate::commands::{Shown, emitted, written};
use crate::failure::Failure;
use crate::output::Output;
use crate::{Elements, Verdict, catalogue};
use elementc_build::sync::sync;
use elementc_compiler::site;
use std::path::PathBuf;
use std::time::Instant;

/// Write the catalogue as a static site.
///
/// A list of the elements to search, and for each its page, its schemas and samples, and a form that
/// builds `instance.json` and checks it while you type. The site needs no server: open its `index.html`.
/// Writes only what changed, and nothing at all while a descriptor has errors. Files that elementc did
/// not make are never changed or removed. Exits with 0 if the site is up to date, with 1 if there are
/// errors, with 2 if something cannot be read or written.
#[derive(clap::Args)]
pub struct Site {
    /// Where the site goes: a directory of its own.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    #[command(flatten)]
    elements: Elements,
}

impl Site {
    /// Runs the command.
    pub fn run(self, output: &mut Output) -> Result<Verdict, Failure> {
        let start = Instant::now();
        let chosen = catalogue::choose(&self.elements, output)?;
        // Each would take the other's files for its own of an earlier time, and remove them.
        if self.out.join("catalog.json").exists() || catalogue::same(&self.out, &chosen.out) {
            let out = self.out.display();
            return Err(Failure::new(format!(
                "{out} is for what `elementc build` writes; choose a directory of its own"
            )));
        }
        let site = chosen.site.clone();
        let Some((compilation, emitted)) = emitted(start, chosen, Shown::Human, output)? else {
            return Ok(Verdict::Findings);
        };
        let artifacts = site::render(&compilation.catalog, &emitted, &site);
        let outcome = sync(&self.out, &artifacts).map_err(|e| Failure::new(e.to_string()))?;
        written(&self.out, &outcome, true, output)?;
        Ok(Verdict::Clean)
    }
}
