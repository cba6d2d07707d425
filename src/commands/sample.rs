//! `elementc sample`: a sample of a message.

use crate::failure::Failure;
use crate::output::Output;
use crate::{Elements, Verdict, catalogue};

/// Print a sample of a message, by default the `instance.json` to post.
#[derive(clap::Args)]
pub struct Sample {
    /// The key of the element.
    #[arg(value_name = "KEY")]
    key: String,

    /// Which message: create-instance, created-instance, oauth-url-request, …
    #[arg(long, value_name = "MESSAGE", default_value = "create-instance")]
    message: String,

    /// Which method, for an element with several. Default: the first.
    #[arg(long, value_name = "METHOD")]
    method: Option<String>,

    #[command(flatten)]
    elements: Elements,
}

impl Sample {
    /// Runs the command.
    pub fn run(self, output: &mut Output) -> Result<Verdict, Failure> {
        let compilation = catalogue::compiled(&self.elements, output)?;
        let compiled = super::find(&compilation.catalog, &self.key)?;
        let Some((message, _)) = compiled.message(&self.message) else {
            let names: Vec<String> = compiled.messages.iter().map(|m| m.name()).collect();
            let all = format!("`{}` has {}", self.key, names.join(", "));
            return Err(Failure::new(super::unknown(
                "message",
                &self.message,
                names.iter().map(String::as_str),
                &all,
            )));
        };
        let sample = match &self.method {
            None => message.samples.first(),
            Some(method) => message.samples.iter().find(|s| s.method.as_deref() == Some(method)),
        };
        let Some(sample) = sample else {
            let known: Vec<&str> = message.samples.iter().filter_map(|s| s.method.as_deref()).collect();
            let all = match known.as_slice() {
                [] => format!("`{}` has only one", self.key),
                known => format!("`{}` has {}", self.key, known.join(", ")),
            };
            let method = self.method.as_deref().unwrap_or_default();
            return Err(Failure::new(super::unknown("method", method, known.iter().copied(), &all)));
        };
        output.text(&elementc_compiler::emit::pretty(&sample.json))?;
        Ok(Verdict::Clean)
    }
}
