//! `elementc completions`: what a shell needs to complete commands and flags.

use crate::failure::Failure;
use crate::output::Output;
use crate::{Arguments, Verdict};
use clap::CommandFactory as _;
use clap_complete::Shell;

/// Print the completions for a shell.
///
/// For bash, say, `elementc completions bash > ~/.local/share/bash-completion/completions/elementc`.
#[derive(clap::Args)]
pub struct Completions {
    /// The shell.
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl Completions {
    /// Runs the command.
    pub fn run(self, output: &mut Output) -> Result<Verdict, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "elementc", &mut script);
        output.text(&String::from_utf8_lossy(&script))?;
        Ok(Verdict::Clean)
    }
}
