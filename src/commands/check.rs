//! `elementc check`: reports every mistake in the descriptors, and writes nothing.

use super::Shown;
use crate::catalogue::choose;
use crate::failure::Failure;
use crate::output::Output;
use crate::{Elements, Verdict};
use elementc_compiler::compile;

/// Report every mistake in the descriptors.
///
/// Writes nothing. Exits with 0 if there are no errors, with 1 if there are, with 2 if the
/// descriptors cannot be read.
#[derive(clap::Args)]
pub struct Check {
    #[command(flatten)]
    elements: Elements,

    /// How to show what is wrong.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Shown,
}

impl Check {
    /// Runs the command.
    pub fn run(self, output: &mut Output) -> Result<Verdict, Failure> {
        let compilation = compile(choose(&self.elements)?.sources);
        super::report(&compilation, self.format, output)?;
        Ok(if compilation.has_errors() { Verdict::Findings } else { Verdict::Clean })
    }
}
