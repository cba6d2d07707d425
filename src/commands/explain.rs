//! `elementc explain`: what a diagnostic means.

use crate::Verdict;
use crate::failure::Failure;
use crate::output::Output;
use elementc_compiler::diagnostic::explanations;

/// Explain a diagnostic: what it means, why it matters, how to mend it.
#[derive(clap::Args)]
pub struct Explain {
    /// The code, as in E0201; all codes are listed without one.
    #[arg(value_name = "CODE")]
    code: Option<String>,
}

impl Explain {
    /// Runs the command.
    pub fn run(self, output: &mut Output) -> Result<Verdict, Failure> {
        let Some(code) = self.code else {
            for (_, page) in explanations() {
                output.line(page.lines().next().unwrap_or_default().trim_start_matches("# "))?;
            }
            return Ok(Verdict::Clean);
        };
        let wanted = code.to_uppercase();
        let Some((_, page)) = explanations().iter().find(|(known, _)| *known == wanted) else {
            let known = explanations().iter().map(|(code, _)| *code);
            return Err(Failure::new(super::unknown(
                "diagnostic",
                &code,
                known,
                "`elementc explain` lists them all",
            )));
        };
        output.text(page)?;
        Ok(Verdict::Clean)
    }
}
