//! `elementc check`: reports every mistake in the descriptors; with `--fix`, mends what can be mended.

use super::Shown;
use crate::catalogue::{Chosen, choose, read};
use crate::failure::Failure;
use crate::output::Output;
use crate::watch::watch;
use crate::{Elements, Verdict};
use elementc_build::replace;
use elementc_compiler::Compilation;
use elementc_compiler::fix::fixed;
use std::path::Path;
use std::time::Instant;

/// Report every mistake in the descriptors.
///
/// Writes nothing, unless told to fix. Exits with 0 if there are no errors, with 1 if there are,
/// with 2 if the descriptors cannot be read.
#[derive(clap::Args)]
pub struct Check {
    #[command(flatten)]
    elements: Elements,

    /// How to show what is wrong.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Shown,

    /// Apply the fixes that are offered, and report what remains.
    #[arg(long)]
    fix: bool,

    /// Show what `--fix` would change, and change nothing; exit with 1 if it would.
    #[arg(long)]
    diff: bool,

    /// Keep running, and check again when a descriptor or `elementc.toml` changes.
    #[arg(long, conflicts_with_all = ["fix", "diff"])]
    watch: bool,
}

/// How often fixes are applied before what remains is reported: one may make room for another.
const ROUNDS: usize = 10;

impl Check {
    /// Runs the command.
    pub fn run(self, output: &mut Output) -> Result<Verdict, Failure> {
        if self.watch {
            return watch(&self.elements, self.format, output, |start, chosen, output| {
                self.once(start, chosen, output)
            });
        }
        let start = Instant::now();
        let chosen = choose(&self.elements, output)?;
        self.once(start, chosen, output)
    }

    fn once(&self, mut start: Instant, chosen: Chosen, output: &mut Output) -> Result<Verdict, Failure> {
        let mut compilation = chosen.compile(output);
        let mut took = start.elapsed();
        if self.diff {
            return diff(&compilation, output);
        }
        let mut applied = 0;
        for _ in 0..ROUNDS {
            let (texts, count) = fixed(&compilation);
            if !self.fix || count == 0 {
                break;
            }
            for (file, text) in texts {
                let path = Path::new(&compilation.files.get(file).path).to_owned();
                replace(&path, text.as_bytes())
                    .map_err(|e| Failure::new(format!("cannot fix {}: {e}", path.display())))?;
                output.detail(&format!("fixed: {}", path.display()))?;
            }
            applied += count;
            start = Instant::now();
            compilation = read(&self.elements)?.compile(output);
            took = start.elapsed();
        }
        super::report(&compilation, took, self.format, output)?;
        if self.fix && matches!(self.format, Shown::Human | Shown::Concise) {
            let fixes = if applied == 1 { "1 fix".to_owned() } else { format!("{applied} fixes") };
            output.status(&format!("{fixes} applied"))?;
        }
        let verdict = if compilation.has_errors() { Verdict::Findings } else { Verdict::Clean };
        if !self.watch {
            // The process ends: to take a large catalogue apart takes longer than to read it.
            std::mem::forget(compilation);
        }
        Ok(verdict)
    }
}

/// Shows the fixes as a unified diff; exits with 1 if there are any.
fn diff(compilation: &Compilation, output: &mut Output) -> Result<Verdict, Failure> {
    let (texts, count) = fixed(compilation);
    for (file, text) in texts {
        let old = compilation.files.get(file);
        let (before, after) = (format!("a/{}", old.path), format!("b/{}", old.path));
        let diff = similar::TextDiff::from_lines(old.text(), &text);
        output.text(&diff.unified_diff().header(&before, &after).to_string())?;
    }
    Ok(if count == 0 { Verdict::Clean } else { Verdict::Findings })
}
