//! Which catalogue: the directory that is named, else that of the nearest `elementc.toml`, else
//! the shipped one. Traits and parents that a directory does not define are the shipped ones.

use crate::Elements;
use crate::failure::Failure;
use crate::output::Output;
use elementc_build::config;
use elementc_build::read::read_elements;
use elementc_compiler::control::Control;
use elementc_compiler::source::Source;
use elementc_compiler::{Compilation, compile_with, render};
use std::path::{Path, PathBuf};

/// The sources to compile, and where they came from.
pub struct Chosen {
    /// Own sources and those of the library.
    pub sources: Vec<Source>,
    /// The directory; `None` for the shipped catalogue.
    pub directory: Option<PathBuf>,
    /// Where the output goes unless told otherwise.
    pub out: PathBuf,
    /// What the nearest `elementc.toml` wants to hear of.
    control: Control,
}

impl Chosen {
    /// Compiles the catalogue.
    pub fn compile(self) -> Compilation {
        compile_with(self.sources, &self.control)
    }
}

/// Chooses a catalogue and reads it.
pub fn choose(elements: &Elements) -> Result<Chosen, Failure> {
    let here = std::env::current_dir()
        .map_err(|e| Failure::new(format!("the working directory cannot be read: {e}")))?;
    // A directory that is named has its own configuration, wherever the command runs.
    let start = elements.elements.as_deref().unwrap_or(&here);
    let located = config::find(start).map_err(|e| Failure::new(e.to_string()))?;
    // A file that is only about rules need not have descriptors beside it.
    let usual = |l: &config::Located| Some(l.root.join("elements")).filter(|dir| dir.is_dir());
    let configured = located.as_ref().and_then(|l| l.elements().or_else(|| usual(l)));
    let out = located.as_ref().map(|l| l.out().unwrap_or_else(|| l.root.join("generated")));
    let (directory, out) = match (&elements.elements, configured) {
        (Some(dir), Some(configured)) if same(dir, &configured) => (dir.clone(), out),
        (Some(dir), _) => (dir.clone(), Some(dir.join("generated"))),
        (None, Some(dir)) => (dir, out),
        (None, None) => {
            return Ok(Chosen {
                sources: shipped(false),
                directory: None,
                out: PathBuf::from("generated"),
                control: Control::default(),
            });
        }
    };
    let shown = directory.strip_prefix(&here).unwrap_or(&directory).to_string_lossy().replace('\\', "/");
    let mut sources = read_elements(&directory, &shown).map_err(|e| Failure::new(e.to_string()))?;
    sources.extend(shipped(true));
    let control = located.map(|l| l.control(&directory, &shown)).transpose();
    let control = control.map_err(|e| Failure::new(e.to_string()))?.unwrap_or_default();
    let out = out.unwrap_or_else(|| PathBuf::from("generated"));
    Ok(Chosen { sources, directory: Some(directory), out, control })
}

fn same(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// The shipped descriptors, as the catalogue itself or as a library.
pub fn shipped(library: bool) -> Vec<Source> {
    elementc::library().into_iter().map(|source| Source { library, ..source }).collect()
}

/// Compiles a catalogue that a command needs whole; prints what is wrong if it has errors.
pub fn compiled(elements: &Elements, output: &mut Output) -> Result<Compilation, Failure> {
    let compilation = choose(elements)?.compile();
    if compilation.has_errors() {
        output.text(&render::human(&compilation.diagnostics, &compilation.files, output.style()))?;
        return Err(Failure::new("the catalogue has errors"));
    }
    Ok(compilation)
}
