//! `elementc fmt`: descriptors in their canonical order and layout.

use super::counted;
use crate::catalogue::choose;
use crate::failure::Failure;
use crate::output::Output;
use crate::{Elements, Verdict};
use elementc_build::replace;
use elementc_compiler::format::layout;
use elementc_compiler::render;
use elementc_compiler::source::Files;
use std::path::Path;

/// Put descriptors into their canonical order and layout.
///
/// Comments stay, and what compiles is the same afterwards. A file with broken syntax is not
/// touched, nor is one where a comment or a value might get lost: that is said. Exits with 1 if a file is broken, or if `--check` or `--diff` finds something to change.
#[derive(clap::Args)]
pub struct Fmt {
    /// Only say which files would change.
    #[arg(long)]
    check: bool,

    /// Only show what would change.
    #[arg(long)]
    diff: bool,

    #[command(flatten)]
    elements: Elements,
}

impl Fmt {
    /// Runs the command.
    pub fn run(self, output: &mut Output) -> Result<Verdict, Failure> {
        let chosen = choose(&self.elements, output)?;
        if chosen.directory.is_none() {
            return Err(Failure::new(
                "nothing says where the descriptors are: name a directory with `--elements DIR`",
            ));
        }
        let mut verdict = Verdict::Clean;
        let (mut all, mut changed) = (0, 0);
        for source in chosen.sources.iter().filter(|source| !source.library) {
            all += 1;
            let mut files = Files::default();
            let Ok(old) = std::str::from_utf8(&source.bytes) else {
                verdict = Verdict::Findings;
                output.line(&format!("{}: the file is not UTF-8 text", source.path))?;
                continue;
            };
            let file = files.add(source.path.clone(), old);
            let new = match layout(file, old) {
                Ok(Ok(new)) => new,
                Ok(Err(doubt)) => {
                    output.aside(&format!("{}: left as it is: {doubt}", source.path))?;
                    continue;
                }
                Err(diagnostics) => {
                    verdict = Verdict::Findings;
                    output.text(&render::human(&diagnostics, &files, output.style()))?;
                    continue;
                }
            };
            if new == old {
                continue;
            }
            changed += 1;
            if self.diff {
                let diff = similar::TextDiff::from_lines(old, &*new);
                let (before, after) = (format!("a/{}", source.path), format!("b/{}", source.path));
                output.text(&diff.unified_diff().header(&before, &after).to_string())?;
            } else if self.check {
                output.line(&source.path)?;
            } else {
                replace(Path::new(&source.path), new.as_bytes())
                    .map_err(|e| Failure::new(format!("cannot write {}: {e}", source.path)))?;
                output.status(&source.path)?;
                continue;
            }
            verdict = Verdict::Findings;
        }
        if !self.diff {
            let would = if self.check { "would change" } else { "changed" };
            output.status(&format!("{changed} of {} {would}", counted(all, "file")))?;
        }
        Ok(verdict)
    }
}
