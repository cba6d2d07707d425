//! `elementc diff`: what two versions of a catalogue differ in, for those who rely on the old one.

use crate::catalogue::{choose, shipped};
use crate::failure::Failure;
use crate::output::Output;
use crate::{Elements, Verdict, git};
use elementc_build::config;
use elementc_build::read::{read_elements, read_so_far};
use elementc_compiler::diff::{self, Report, Waiver};
use elementc_compiler::source::Source;
use elementc_compiler::{Compilation, compile, render};
use std::path::{Path, PathBuf};

/// Say what a change of the descriptors breaks for those who rely on them.
///
/// Compares two directories of descriptors, or with `--against` the descriptors with those of a git
/// revision. A change is breaking only if a body shows it that was valid and is not any more. Exits
/// with 0 if nothing breaks, with 1 if something does that no waiver in `elementc.toml` allows, with
/// 2 if one of the versions cannot be read or has errors.
#[derive(clap::Args)]
#[command(
    override_usage = "elementc diff [OPTIONS] <OLD> <NEW>\n       elementc diff [OPTIONS] --against <REVISION> [--elements <DIR>]"
)]
pub struct Diff {
    /// The directory with the old descriptors.
    #[arg(value_name = "OLD", required_unless_present = "against", conflicts_with = "elements")]
    old: Option<PathBuf>,

    /// The directory with the new descriptors.
    #[arg(value_name = "NEW", required_unless_present = "against")]
    new: Option<PathBuf>,

    /// Compare the descriptors with those of this git revision: a branch, a tag, a commit.
    #[arg(long, value_name = "REVISION", conflicts_with_all = ["old", "new"])]
    against: Option<String>,

    #[command(flatten)]
    elements: Elements,

    /// How to show the changes.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

/// How to show changes.
#[derive(Clone, Copy, PartialEq, clap::ValueEnum)]
enum Format {
    /// With the places that say them and the bodies that prove them.
    Human,
    /// One JSON document.
    Json,
    /// For a pull request or a changelog.
    Markdown,
}

/// A version to compare.
struct Version {
    /// Old or new, and which.
    name: String,
    sources: Vec<Source>,
}

impl Diff {
    /// Runs the command.
    pub fn run(self, output: &mut Output) -> Result<Verdict, Failure> {
        let (old, new, waivers) = match (&self.old, &self.new, &self.against) {
            (Some(old), Some(new), _) => (directory("old", old)?, directory("new", new)?, waivers(new)?),
            (_, _, Some(revision)) => self.revision(revision, output)?,
            _ => return Err(Failure::new("two directories to compare, or `--against REVISION`")),
        };
        let old = self.compiled(old, output)?;
        let new = self.compiled(new, output)?;
        let mut changes = diff::compare(&old.catalog, &new.catalog);
        let unused = diff::waive(&mut changes, &waivers);
        let report = Report { changes: &changes, unused: &unused, old: &old.files, new: &new.files };
        output.text(&match self.format {
            Format::Human => diff::human(&report, output.style()),
            Format::Json => diff::json(&report),
            Format::Markdown => diff::markdown(&report),
        })?;
        Ok(if report.breaks() { Verdict::Findings } else { Verdict::Clean })
    }

    /// The descriptors of a revision, those there are now, and what may break.
    fn revision(
        &self,
        revision: &str,
        output: &mut Output,
    ) -> Result<(Version, Version, Vec<Waiver>), Failure> {
        let chosen = choose(&self.elements, output)?;
        let Some(directory) = chosen.directory else {
            return Err(Failure::new(
                "there is no directory of descriptors here; name one with `--elements DIR`",
            ));
        };
        let mut sources = git::read_elements(&directory, revision)?;
        if sources.is_empty() {
            let place = directory.display();
            output.remark(&format!("`{revision}` has no descriptors in {place}: all of them are new"))?;
        }
        sources.extend(shipped(true));
        let old = Version { name: format!("old version, {revision},"), sources };
        let new = Version { name: "new version".to_owned(), sources: chosen.sources };
        Ok((old, new, waivers(&directory)?))
    }

    fn compiled(&self, version: Version, output: &mut Output) -> Result<Compilation, Failure> {
        let compilation = compile(version.sources);
        if !compilation.has_errors() {
            return Ok(compilation);
        }
        let errors = |d: &&elementc_compiler::diagnostic::Diagnostic| {
            d.severity == elementc_compiler::diagnostic::Severity::Error
        };
        let errors: Vec<_> = compilation.diagnostics.iter().filter(errors).cloned().collect();
        let shown = render::human(&errors, &compilation.files, output.style());
        output.aside(shown.trim_end())?;
        Err(Failure::new(format!("the {} has errors", version.name)))
    }
}

/// The descriptors of a directory, on top of the shipped ones.
fn directory(name: &str, directory: &Path) -> Result<Version, Failure> {
    let shown = directory.to_string_lossy().replace('\\', "/");
    // One that is there may be empty: then all elements are new, or gone.
    let read = if directory.is_dir() { read_so_far } else { read_elements };
    let mut sources = read(directory, &shown).map_err(|e| Failure::new(e.to_string()))?;
    sources.extend(shipped(true));
    Ok(Version { name: format!("{name} version, {shown},"), sources })
}

/// What the nearest `elementc.toml` allows to break.
fn waivers(directory: &Path) -> Result<Vec<Waiver>, Failure> {
    let located = config::find(directory).map_err(|e| Failure::new(e.to_string()))?;
    let waivers = located.map(|located| located.waivers()).transpose();
    Ok(waivers.map_err(|e| Failure::new(e.to_string()))?.unwrap_or_default())
}
