//! One file per subcommand.

pub mod build;
pub mod check;
pub mod completions;
pub mod diff;
pub mod docs;
pub mod explain;
pub mod fmt;
pub mod import;
pub mod list;
pub mod man;
pub mod new;
pub mod sample;
pub mod show;
pub mod validate;

use crate::catalogue::{Chosen, shown};
use crate::failure::Failure;
use crate::output::Output;
use elementc_build::sync::Outcome;
use elementc_compiler::diagnostic::Severity;
use elementc_compiler::render;
use elementc_compiler::{Artifact, Catalog, Compilation, Compiled, emit_with};
use std::path::Path;
use std::time::{Duration, Instant};

/// How to show diagnostics.
#[derive(Clone, Copy, Default, clap::ValueEnum)]
pub enum Shown {
    /// With the lines they are about.
    #[default]
    Human,
    /// One line each.
    Concise,
    /// One JSON document.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
}

/// Shows the diagnostics of a compilation, how much was checked, and how long that took.
pub fn report(
    compilation: &Compilation,
    took: Duration,
    shown: Shown,
    output: &mut Output,
) -> Result<(), Failure> {
    report_of("checked", compilation, took, shown, output)
}

/// As [`report`], with another word for what was done.
pub fn report_of(
    verb: &str,
    compilation: &Compilation,
    took: Duration,
    shown: Shown,
    output: &mut Output,
) -> Result<(), Failure> {
    let Compilation { diagnostics, files, summary, .. } = compilation;
    let of = |severity| diagnostics.iter().filter(|d| d.severity == severity).count();
    let line = render::summary_line(verb, summary, of(Severity::Error), of(Severity::Warning));
    let line = format!("{line} in {} ms", took.as_micros().div_ceil(1000));
    match shown {
        Shown::Human => {
            output.text(&render::human(diagnostics, files, output.style()))?;
            output.status(&line)
        }
        Shown::Concise => {
            output.text(&render::concise(diagnostics, files))?;
            output.status(&line)
        }
        Shown::Json => output.text(&render::json(diagnostics, files, summary)),
        Shown::Sarif => output.text(&render::sarif(diagnostics, files)),
        Shown::Github => {
            output.text(&render::github(diagnostics, files))?;
            output.status(&line)
        }
    }
}

/// Compiles what was chosen, emits all of it, and shows what is wrong; nothing is emitted if there are
/// errors.
pub fn emitted(
    start: Instant,
    mut chosen: Chosen,
    shown: Shown,
    output: &mut Output,
) -> Result<Option<(Compilation, Vec<Artifact>)>, Failure> {
    let (templates, site) = (std::mem::take(&mut chosen.templates), chosen.site.clone());
    let mut compilation = chosen.compile(output);
    let took = start.elapsed();
    let mut artifacts = None;
    if !compilation.has_errors() {
        let progress = output.progress();
        progress.phase("emitting", compilation.catalog.elements.len(), "element");
        match emit_with(&compilation.catalog, templates, &site, &mut compilation.files) {
            Ok(emitted) => artifacts = Some(emitted),
            Err(wrong) => compilation.diagnostics.extend(wrong),
        }
    }
    report(&compilation, took, shown, output)?;
    Ok(artifacts.map(|artifacts| (compilation, artifacts)))
}

/// A number of things in words: `1 file`, `2 files`.
pub fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// Says what was done to a directory, and what was left alone; warnings and sums only to people.
pub fn written(out: &Path, outcome: &Outcome, human: bool, output: &mut Output) -> Result<(), Failure> {
    let shown = shown(out);
    for path in &outcome.written {
        output.detail(&format!("wrote: {shown}/{path}"))?;
    }
    for path in &outcome.removed {
        output.detail(&format!("removed: {shown}/{path}"))?;
    }
    if !human {
        return Ok(());
    }
    for path in &outcome.foreign {
        output.line(&format!("warning: {shown}/{} was not made by elementc; it stays", path.display()))?;
    }
    for path in &outcome.kept {
        output.line(&format!(
            "warning: {shown}/{path} is no longer produced, but was edited by hand; it stays"
        ))?;
    }
    let (written, removed) = (outcome.written.len(), outcome.removed.len());
    let unchanged = outcome.unchanged;
    output.status(&match (counted(written, "file"), removed) {
        _ if (written, removed) == (0, 0) => format!("{shown} is up to date: {}", counted(unchanged, "file")),
        (written, 0) => format!("{shown}: {written} written, {unchanged} unchanged"),
        (written, _) => format!("{shown}: {written} written, {unchanged} unchanged, {removed} removed"),
    })
}

/// The element with this key, or a failure that says which was probably meant.
pub fn find<'a>(catalog: &'a Catalog, key: &str) -> Result<Compiled<'a>, Failure> {
    catalog.get(key).ok_or_else(|| no_element(key, catalog.elements.iter().map(|e| &*e.key.value)))
}

/// Says that there is no such element, and which was probably meant.
pub fn no_element<'a>(key: &str, known: impl Iterator<Item = &'a str> + Clone) -> Failure {
    Failure::new(unknown("element", key, known, "`elementc list` names them all"))
}

/// Says that there is no such thing, and which was probably meant.
pub fn unknown<'a>(
    what: &str,
    word: &str,
    known: impl Iterator<Item = &'a str> + Clone,
    otherwise: &str,
) -> String {
    match elementc_compiler::suggest::suggest(word, known) {
        Some(near) => format!("there is no {what} `{word}`; did you mean `{near}`?"),
        None => format!("there is no {what} `{word}`; {otherwise}"),
    }
}
