//! `elementc build`: compiles the descriptors and brings the output up to date.

use super::Shown;
use crate::catalogue::{Chosen, choose, shown};
use crate::failure::Failure;
use crate::output::Output;
use crate::watch::watch;
use crate::{Elements, Verdict};
use elementc_build::sync::{Outcome, drift};
use elementc_build::{Cache, Clean, Inputs, Place, UpdateError, amend, update};
use elementc_compiler::{Artifact, Compilation, Emission};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Compile the descriptors and bring the output up to date.
///
/// Writes only what changed, and nothing at all while a descriptor has errors. Files that elementc
/// did not make are never changed or removed. Exits with 0 if the output is up to date, with 1 if
/// there are errors, with 2 if something cannot be read or written.
#[derive(clap::Args)]
pub struct Build {
    #[command(flatten)]
    elements: Elements,

    /// Where the output goes. Default: what `elementc.toml` says, else `generated` beside it, or in
    /// the directory after `--elements` if that is another.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Write nothing; exit with 1 if the output is not up to date. Also holds every sample against
    /// its JSON Schema, and every test vector against the validator.
    #[arg(long)]
    check: bool,

    /// Keep running, and build again when a descriptor, a template or `elementc.toml` changes.
    #[arg(long, conflicts_with = "check")]
    watch: bool,

    /// How to show what is wrong.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Shown,
}

impl Build {
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

    fn once(&self, start: Instant, mut chosen: Chosen, output: &mut Output) -> Result<Verdict, Failure> {
        let out = self.out.clone().unwrap_or_else(|| chosen.out.clone());
        if self.check {
            return match super::emitted(start, chosen, self.format, output)? {
                Some((compilation, artifacts)) => {
                    check(&compilation, &out, &artifacts, self.is_for_people(), output)
                }
                None => Ok(Verdict::Findings),
            };
        }
        let (templates, site) = (std::mem::take(&mut chosen.templates), chosen.site.clone());
        let place = Place::at(&out);
        let Chosen { sources, control, .. } = &chosen;
        let inputs = Inputs { sources, templates: &templates, site: &site, control };
        let cache = Cache::on(&place, &inputs);
        let done = cache.done();
        let unchanged = done.as_ref().map(|done| Outcome { unchanged: done.files, ..Outcome::default() });
        if let (Some(outcome), Some(summary)) = (&unchanged, done.and_then(|done| done.clean)) {
            let found = Compilation::clean(summary);
            super::report_of("checked before:", &found, start.elapsed(), self.format, output)?;
            super::written(&out, outcome, self.is_for_people(), output)?;
            return Ok(Verdict::Clean);
        }
        if let Some((summary, outcome)) = amend(&cache, &inputs) {
            super::report(&Compilation::clean(summary), start.elapsed(), self.format, output)?;
            let outcome = outcome.map_err(|error| Failure::new(error.to_string()))?;
            super::written(&out, &outcome, self.is_for_people(), output)?;
            return Ok(Verdict::Clean);
        }
        let mut compilation = chosen.compile(output);
        let took = start.elapsed();
        if compilation.has_errors() {
            super::report(&compilation, took, self.format, output)?;
            return Ok(Verdict::Findings);
        }
        let updated = match unchanged {
            Some(outcome) => Ok(outcome),
            None => {
                let progress = output.progress();
                progress.phase("emitting and writing", compilation.catalog.elements.len(), "element");
                let clean = Clean::of(&compilation);
                Emission::new(&compilation.catalog, templates, &site, &mut compilation.files)
                    .map_err(UpdateError::Wrong)
                    .and_then(|emission| update(&place, &emission, Some(&cache), clean.as_ref()))
            }
        };
        let outcome = updated.map(Some).or_else(|error| match error {
            UpdateError::Wrong(wrong) => {
                compilation.diagnostics.extend(wrong);
                Ok(None)
            }
            UpdateError::Sync(error) => Err(Failure::new(error.to_string())),
        });
        super::report(&compilation, took, self.format, output)?;
        let Some(outcome) = outcome? else { return Ok(Verdict::Findings) };
        super::written(&out, &outcome, self.is_for_people(), output)?;
        if !self.watch {
            // The process ends: to take a large catalogue apart takes longer than to read it.
            std::mem::forget(compilation);
        }
        Ok(Verdict::Clean)
    }

    fn is_for_people(&self) -> bool {
        !matches!(self.format, Shown::Json | Shown::Sarif)
    }
}

fn check(
    compilation: &Compilation,
    out: &Path,
    artifacts: &[Artifact],
    human: bool,
    output: &mut Output,
) -> Result<Verdict, Failure> {
    let shown = shown(out);
    let progress = output.progress();
    // A document on standard output stays alone there.
    let mut say = |line: &str| progress.paused(|| if human { output.line(line) } else { output.aside(line) });
    let mut verdict = Verdict::Clean;
    let mut proven = 0;
    for (done, compiled) in compilation.catalog.compiled().enumerate() {
        progress.phase("proved", done, "element");
        for message in &compiled.messages {
            let schema = elementc_compiler::emit::schema(compiled.element, message);
            let name = format!("{}/{}.schema.json", compiled.element.key.value, message.name());
            let validator = jsonschema::draft202012::new(&schema)
                .map_err(|e| Failure::new(format!("{name} is no JSON Schema: {e}")))?;
            for sample in &message.samples {
                proven += 1;
                for error in validator.iter_errors(&sample.json) {
                    verdict = Verdict::Findings;
                    say(&format!("{name}: a sample does not pass: {error}"))?;
                }
            }
        }
    }
    for dispute in compilation.catalog.compiled().flat_map(|c| elementc_compiler::emit::disputes(&c)) {
        verdict = Verdict::Findings;
        say(&format!("{dispute}: this is a defect of elementc; please report it"))?;
    }
    let drifted = drift(out, artifacts).map_err(|e| Failure::new(e.to_string()))?;
    for drift in &drifted {
        verdict = Verdict::Findings;
        say(&format!("{shown}/{drift}"))?;
    }
    drop(progress);
    let end = match drifted.len() {
        0 => format!("{shown} is up to date; {proven} samples pass their schemas"),
        1 => format!("{shown} is not up to date: 1 file differs; run `elementc build`"),
        n => format!("{shown} is not up to date: {n} files differ; run `elementc build`"),
    };
    if human {
        output.status(&end)?
    } else {
        output.remark(&end)?
    }
    Ok(verdict)
}
