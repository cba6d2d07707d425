//! `elementc man`: the manual, for whoever packages elementc.

use crate::failure::Failure;
use crate::output::Output;
use crate::{Arguments, Verdict};
use clap::{Command, CommandFactory as _};
use std::fs;
use std::path::PathBuf;

/// Write the manual pages: one for elementc, and one for each command.
///
/// For yourself, say, `elementc man ~/.local/share/man/man1`; then `man elementc-build` works.
#[derive(clap::Args)]
pub struct Man {
    /// The directory that they go to. Pages that it has already are replaced.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

impl Man {
    /// Runs the command.
    pub fn run(self, output: &mut Output) -> Result<Verdict, Failure> {
        let failed = |e: std::io::Error| Failure::new(format!("cannot write to {}: {e}", self.dir.display()));
        fs::create_dir_all(&self.dir).map_err(failed)?;
        clap_mangen::generate_to(versioned(Arguments::command()), &self.dir).map_err(failed)?;
        let page = self.dir.join("elementc.1");
        output.status(&format!("wrote the manual; `man {}` shows its first page", page.display()))?;
        Ok(Verdict::Clean)
    }
}

/// Each page names the version in its footer; only the first command has a flag for it.
fn versioned(command: Command) -> Command {
    command
        .mut_subcommands(|sub| versioned(sub.version(env!("CARGO_PKG_VERSION")).disable_version_flag(true)))
}
