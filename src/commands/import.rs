//! `elementc import`: descriptors from what people have.

use crate::catalogue::{extend, folded};
use crate::failure::Failure;
use crate::output::Output;
use crate::{Elements, Verdict};
use elementc_compiler::import::{FindingKind, Imported, MAX_BYTES, Refusal, import};
use elementc_compiler::render;
use std::fs::{self, File};
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};

/// Make descriptors of platform definitions or of instance.json files.
///
/// Prints the descriptor, and on standard error what was recognised, guessed, kept under `x-…` and
/// left out. What it prints compiles without errors. No secret is written down, nor a default that
/// may hold one.
#[derive(clap::Args)]
pub struct Import {
    /// JSON files: an element's definition, or a request that creates an instance. `-` is standard
    /// input.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// Write each descriptor to `<key>.yaml` in the directory with the descriptors, if there is no
    /// such file yet. Needed for more than one file.
    #[arg(long)]
    write: bool,

    #[command(flatten)]
    elements: Elements,
}

impl Import {
    /// Runs the command.
    pub fn run(self, output: &mut Output) -> Result<Verdict, Failure> {
        if self.files.len() > 1 && !self.write {
            return Err(Failure::new("one descriptor is one file: with several, say `--write`"));
        }
        let extended = extend(&self.elements)?;
        let destination = if self.write { Some(extended.destination()?) } else { None };
        let next = self.elements.command("check");
        // All are read before any is written: a failure leaves nothing behind.
        let mut all: Vec<(String, Imported)> = Vec::new();
        for path in &self.files {
            let shown =
                if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() };
            let text = read(path).map_err(|e| Failure::new(format!("cannot read {shown}: {e}")))?;
            let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            match import(&text, &stem, &extended.sources) {
                Ok(imported) => all.push((shown, imported)),
                Err(refusal) => {
                    if let Refusal::Broken(broken) = &refusal {
                        output.aside(&render::human(&broken.0, &broken.1, output.style()))?;
                    }
                    return Err(Failure::new(format!("cannot import {shown}: {refusal}")));
                }
            }
        }
        let Some((directory, place)) = destination else {
            for (shown, imported) in &all {
                report(shown, imported, &next, output)?;
                output.text(&imported.descriptor)?;
            }
            return Ok(Verdict::Clean);
        };
        let mut targets: Vec<(&String, PathBuf, String, &Imported)> = Vec::new();
        for (shown, imported) in &all {
            let (path, name) = extended.file(&imported.key)?;
            let alike = |other: &Imported| folded(&other.key) == folded(&imported.key);
            if let Some((other, ..)) = targets.iter().find(|(.., other)| alike(other)) {
                let message = format!("{other} and {shown} would both be {name}; nothing was written");
                return Err(Failure::new(message));
            }
            targets.push((shown, path, name, imported));
        }
        fs::create_dir_all(directory).map_err(|e| Failure::new(format!("cannot make {place}: {e}")))?;
        for (shown, path, name, imported) in targets {
            create(&path, imported.descriptor.as_bytes())
                .map_err(|e| Failure::new(format!("cannot write {name}: {e}")))?;
            report(shown, imported, &next, output)?;
            output.status(&name)?;
        }
        Ok(Verdict::Clean)
    }
}

/// Writes a file that must not be there yet: whole, or not at all.
pub fn create(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let written = File::create_new(path)?.write_all(bytes);
    if written.is_err() {
        let _ = fs::remove_file(path);
    }
    written
}

/// Reads a file as text, or a byte more of it than may be imported.
fn read(path: &Path) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    let limit = MAX_BYTES as u64 + 1;
    if path == Path::new("-") {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)?;
    } else {
        File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    }
    if bytes.len() > MAX_BYTES {
        // Cut in the middle of a character, it is too large anyway.
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    String::from_utf8(bytes).map_err(|_| std::io::Error::other("it is not UTF-8 text"))
}

fn report(shown: &str, imported: &Imported, next: &str, output: &mut Output) -> Result<(), Failure> {
    let Imported { key, entries, findings, .. } = imported;
    let count = match entries {
        1 => "1 entry".to_owned(),
        n => format!("{n} entries"),
    };
    output.remark(&format!("{shown}: element `{key}`, {count}"))?;
    for finding in findings {
        output.remark(&format!("  {:<11} {}", finding.kind.word(), finding.text))?;
    }
    let guessed = findings.iter().any(|f| f.kind == FindingKind::Guessed);
    let look = if guessed { "look at what was guessed, then " } else { "" };
    output.remark(&format!("It compiles. Next: {look}run {next}."))
}
