//! The build script of other crates: a directory of descriptors comes in, OUT_DIR holds what they
//! compile to.

use crate::config::ConfigError;
use crate::read::{ReadError, read_elements};
use crate::record::Place;
use crate::sync::{Outcome, SyncError};
use crate::templates::TemplateError;
use crate::update::{UpdateError, update};
use elementc_compiler::diagnostic::{Diagnostic, Severity};
use elementc_compiler::render::{Style, human};
use elementc_compiler::source::{Files, Source};
use elementc_compiler::template::Site;
use elementc_compiler::{Compilation, Emission, compile_with};
use std::fmt;
use std::path::PathBuf;

/// Columns of a rendered diagnostic, less the two that cargo indents it by.
const WIDTH: usize = 98;

/// A compilation in a build script, as with `prost-build`.
#[derive(Clone, Debug)]
pub struct Build {
    elements: PathBuf,
    out: Option<PathBuf>,
    library: Vec<Source>,
}

impl Default for Build {
    fn default() -> Self {
        Self::new()
    }
}

impl Build {
    /// Compiles `elements/`, beside the crate's `Cargo.toml`, into OUT_DIR.
    #[must_use]
    pub fn new() -> Self {
        Self { elements: "elements".into(), out: None, library: Vec::new() }
    }

    /// Compiles the descriptors of another directory. Relative paths start, in a build script, at
    /// the crate's `Cargo.toml`.
    #[must_use]
    pub fn elements(mut self, dir: impl Into<PathBuf>) -> Self {
        self.elements = dir.into();
        self
    }

    /// Writes to another directory than OUT_DIR.
    #[must_use]
    pub fn out(mut self, dir: impl Into<PathBuf>) -> Self {
        self.out = Some(dir.into());
        self
    }

    /// Adds traits and parents that the descriptors may use, such as elementc's own. They are
    /// neither checked nor emitted.
    #[must_use]
    pub fn library(mut self, sources: Vec<Source>) -> Self {
        self.library.extend(sources.into_iter().map(|source| Source { library: true, ..source }));
        self
    }

    /// Compiles, and tells cargo what to watch; warnings become cargo's.
    ///
    /// # Errors
    ///
    /// See [`BuildError`]. Then the output is as before.
    pub fn compile(self) -> Result<Outcome, BuildError> {
        let shown = self.elements.to_string_lossy().replace('\\', "/");
        // First, so that cargo runs the script again once what fails below is mended.
        instruct(&[format!("rerun-if-changed={shown}")]);
        let out =
            self.out.or_else(|| std::env::var_os("OUT_DIR").map(PathBuf::from)).ok_or(BuildError::NoOut)?;
        let mut sources = read_elements(&self.elements, &shown)?;
        sources.extend(self.library);
        let located = crate::config::find(&self.elements)?;
        if let Some(located) = &located {
            let file = located.root.join(crate::config::FILE_NAME);
            instruct(&[format!("rerun-if-changed={}", file.display())]);
        }
        let mut templates = Vec::new();
        let mut site = Site::default();
        if let Some(located) = &located {
            let directory = located.root.join(crate::templates::DIRECTORY);
            if directory.is_dir() {
                instruct(&[format!("rerun-if-changed={}", directory.display())]);
            }
            templates = located.templates()?;
            site = located.config.site.clone();
        }
        let control = located.map(|l| l.control(&self.elements, &shown)).transpose()?.unwrap_or_default();
        let mut compilation = compile_with(sources, &control);
        let broken = |diagnostics: &[Diagnostic], files: &Files| {
            BuildError::Diagnostics(human(diagnostics, files, Style { color: false, width: WIDTH }))
        };
        if compilation.has_errors() {
            return Err(broken(&compilation.diagnostics, &compilation.files));
        }
        let Compilation { catalog, files, .. } = &mut compilation;
        let emission =
            Emission::new(catalog, templates, &site, files).map_err(|wrong| broken(&wrong, files))?;
        // Cargo runs the script only when something has changed.
        let updated = update(&Place::at(&out), &emission, None, None);
        drop(emission);
        instruct(&warnings(&compilation));
        updated.map_err(|error| match error {
            UpdateError::Wrong(wrong) => broken(&wrong, &compilation.files),
            UpdateError::Sync(error) => error.into(),
        })
    }

    /// Compiles; on failure prints what is wrong to standard error and ends the process with 1.
    #[allow(clippy::print_stderr, reason = "the end of a build script: cargo shows what it prints")]
    pub fn run(self) {
        if let Err(error) = self.compile() {
            eprintln!("{error}");
            std::process::exit(1);
        }
    }
}

/// Why a build script's compilation failed.
///
/// `Debug` reads as `Display` does, because that is what `fn main() -> Result<(), BuildError>` and
/// `unwrap` print.
#[derive(thiserror::Error)]
pub enum BuildError {
    /// OUT_DIR is not set, and no other directory was given.
    #[error("OUT_DIR is not set: call this from a build script, or say where to write with `Build::out`")]
    NoOut,
    /// The descriptors cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// `elementc.toml` cannot be read or is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A template beside it cannot be read.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The descriptors are wrong: all diagnostics, rendered for people, without colour.
    #[error("{0}")]
    Diagnostics(String),
    /// The output cannot be written.
    #[error(transparent)]
    Sync(#[from] SyncError),
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // On a line of its own, whatever comes before: the carets of a diagnostic must line up.
        write!(f, "\n{self}")
    }
}

/// A warning of cargo's is one line.
fn warnings(compilation: &Compilation) -> Vec<String> {
    let warnings = compilation.diagnostics.iter().filter(|d| d.severity == Severity::Warning);
    let line = |d: &Diagnostic| {
        let span = d.primary.span;
        let (line, column) = compilation.files.position(span.file, span.start);
        let path = &compilation.files.get(span.file).path;
        format!("warning={path}:{line}:{column}: {} [{}]", d.message.replace('\n', " "), d.code)
    };
    warnings.map(line).collect()
}

/// Talks to cargo.
#[allow(clippy::print_stdout, reason = "the way a build script talks to cargo")]
fn instruct(instructions: &[String]) {
    for instruction in instructions {
        println!("cargo::{instruction}");
    }
}
