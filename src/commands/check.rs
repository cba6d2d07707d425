//! `elementc check`: reports every mistake in the descriptors; with `--fix`, mends what can be mended.

use super::Shown;
use crate::catalogue::{Chosen, choose};
use crate::failure::Failure;
use crate::output::Output;
use crate::watch::watch;
use crate::{Elements, Verdict};
use elementc_build::replace_all;
use elementc_compiler::compile_with;
use elementc_compiler::fix::fixed;
use elementc_compiler::source::{Bytes, Source};
use std::collections::BTreeMap;
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
        let control = chosen.control.clone();
        let mut compilation = chosen.compile(output);
        let mut took = start.elapsed();
        let (mut before, mut applied) = (BTreeMap::new(), 0);
        for _ in 0..if self.fix || self.diff { ROUNDS } else { 0 } {
            let (texts, count) = fixed(&compilation);
            if count == 0 {
                break;
            }
            applied += count;
            let mut sources = compilation.catalog.sources;
            for (file, text) in texts {
                let old = std::mem::replace(&mut sources[file.0 as usize].bytes, text.into_bytes().into());
                before.entry(file).or_insert(old);
            }
            start = Instant::now();
            compilation = compile_with(sources, &control);
            took = start.elapsed();
        }
        let changed = before.iter().map(|(file, old)| (&compilation.catalog.sources[file.0 as usize], old));
        if self.diff {
            return diff(changed, output);
        }
        write(&changed.map(|(source, _)| source).collect::<Vec<_>>(), output)?;
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

/// Writes what was mended: all of it, or nothing if something cannot be written.
fn write(mended: &[&Source], output: &mut Output) -> Result<(), Failure> {
    let files: Vec<_> = mended.iter().map(|source| (Path::new(&source.path), &*source.bytes)).collect();
    replace_all(&files).map_err(|(path, e)| Failure::new(format!("cannot fix {}: {e}", path.display())))?;
    mended.iter().try_for_each(|source| output.detail(&format!("fixed: {}", source.path)))
}

/// Shows what was mended as a unified diff; exits with 1 if anything was.
fn diff<'a>(
    changed: impl Iterator<Item = (&'a Source, &'a Bytes)>,
    output: &mut Output,
) -> Result<Verdict, Failure> {
    let mut verdict = Verdict::Clean;
    for (Source { path, bytes, .. }, old) in changed {
        verdict = Verdict::Findings;
        let [before, after] = [&**old, &**bytes].map(String::from_utf8_lossy);
        let diff = similar::TextDiff::from_lines(&*before, &*after);
        let header = (format!("a/{path}"), format!("b/{path}"));
        output.text(&diff.unified_diff().header(&header.0, &header.1).to_string())?;
    }
    Ok(verdict)
}
