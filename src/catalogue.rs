//! Which catalogue: the directory that is named, else that of the nearest `elementc.toml`, else
//! the shipped one. Traits and parents that a directory does not define are the shipped ones.

use crate::Elements;
use crate::commands::counted;
use crate::failure::Failure;
use crate::output::Output;
use elementc_build::config;
use elementc_build::read::{read_elements, read_so_far};
use elementc_compiler::control::Control;
use elementc_compiler::source::{Role, Source};
use elementc_compiler::template::{Site, TemplateSource};
use elementc_compiler::{Compilation, compile_with, render};
use std::path::{Path, PathBuf};

/// The sources to compile, and where they came from.
#[derive(Clone, PartialEq, Eq)]
pub struct Chosen {
    /// Own sources and those of the library.
    pub sources: Vec<Source>,
    /// The directory; `None` for the shipped catalogue.
    pub directory: Option<PathBuf>,
    /// Where the output goes unless told otherwise.
    pub out: PathBuf,
    /// The templates beside the nearest `elementc.toml`.
    pub templates: Vec<TemplateSource>,
    /// Its site.
    pub site: Site,
    /// The directory of that file, if there is one.
    pub root: Option<PathBuf>,
    /// What it wants to hear of.
    pub control: Control,
}

impl Chosen {
    /// Compiles the catalogue.
    pub fn compile(self, output: &Output) -> Compilation {
        let progress = output.progress();
        progress.phase("compiling", self.sources.len(), "descriptor");
        compile_with(self.sources, &self.control)
    }
}

/// Where the descriptors are, as the flag or the nearest `elementc.toml` says.
struct Located {
    /// The directory and how it is shown; `None` for the shipped catalogue.
    directory: Option<(PathBuf, String)>,
    out: PathBuf,
    config: Option<config::Located>,
}

fn locate(elements: &Elements) -> Result<Located, Failure> {
    let here = std::env::current_dir()
        .map_err(|e| Failure::new(format!("the working directory cannot be read: {e}")))?;
    // A directory that is named has its own configuration, wherever the command runs.
    let start = elements.elements.as_deref().unwrap_or(&here);
    let located = config::find(start).map_err(|e| Failure::new(e.to_string()))?;
    // A file that is only about rules need not have descriptors beside it.
    let root = located.as_ref().map_or(&here, |l| &l.root);
    let usual = || Some(root.join("elements")).filter(|dir| dir.is_dir());
    let configured = located.as_ref().and_then(config::Located::elements).or_else(usual);
    let out = located.as_ref().and_then(config::Located::out).unwrap_or_else(|| root.join("generated"));
    let (directory, out) = match (&elements.elements, configured) {
        (Some(dir), Some(configured)) if same(dir, &configured) => (dir.clone(), out),
        (Some(dir), _) => (dir.clone(), dir.join("generated")),
        (None, Some(dir)) => (dir, out),
        (None, None) => {
            return Ok(Located { directory: None, out: PathBuf::from("generated"), config: located });
        }
    };
    let shown = shown(&directory);
    Ok(Located { directory: Some((directory, shown)), out, config: located })
}

/// Chooses a catalogue and reads it.
pub fn choose(elements: &Elements, output: &mut Output) -> Result<Chosen, Failure> {
    let chosen = read(elements)?;
    if let Some(root) = &chosen.root {
        output.detail(&format!("configuration: {}", shown(&root.join(config::FILE_NAME))))?;
    }
    let own = chosen.sources.iter().filter(|s| chosen.directory.is_none() || !s.library);
    let files = counted(own.count(), "file");
    output.detail(&match &chosen.directory {
        Some(directory) => format!("descriptors: {}, {files}", shown(directory)),
        None => format!("descriptors: the shipped catalogue, {files}"),
    })?;
    for template in &chosen.templates {
        output.detail(&format!("template: {}", template.path))?;
    }
    Ok(chosen)
}

/// Chooses a catalogue and reads it, and says nothing of it.
pub fn read(elements: &Elements) -> Result<Chosen, Failure> {
    let Located { directory, out, config } = locate(elements)?;
    let templates = config.as_ref().map(config::Located::templates).transpose();
    let templates = templates.map_err(|e| Failure::new(e.to_string()))?.unwrap_or_default();
    let site = config.as_ref().map(|l| l.config.site.clone()).unwrap_or_default();
    let root = config.as_ref().map(|l| l.root.clone());
    let Some((directory, shown)) = directory else {
        let sources = shipped(false);
        let control = Control::default();
        return Ok(Chosen { sources, directory: None, out, templates, site, root, control });
    };
    let mut sources = read_elements(&directory, &shown).map_err(|e| Failure::new(e.to_string()))?;
    sources.extend(shipped(true));
    let control = config.map(|l| l.control(&directory, &shown)).transpose();
    let control = control.map_err(|e| Failure::new(e.to_string()))?.unwrap_or_default();
    Ok(Chosen { sources, directory: Some(directory), out, templates, site, root, control })
}

/// A catalogue to add to: it may still be empty, or not be there.
pub struct Extended {
    /// The directory and how it is shown; `None` if neither a flag nor a file names one.
    pub directory: Option<(PathBuf, String)>,
    /// Own sources and the shipped ones that they do not shadow.
    pub sources: Vec<Source>,
}

/// Reads a catalogue that something is to be added to.
pub fn extend(elements: &Elements) -> Result<Extended, Failure> {
    let directory = locate(elements)?.directory;
    let mut sources = Vec::new();
    if let Some((path, shown)) = &directory {
        sources = read_so_far(path, shown).map_err(|e| Failure::new(e.to_string()))?;
    }
    let own = |s: &Source| sources.iter().any(|o| o.role == s.role && o.name == s.name);
    let lent: Vec<Source> = shipped(true).into_iter().filter(|s| !own(s)).collect();
    sources.extend(lent);
    Ok(Extended { directory, sources })
}

impl Extended {
    /// The file of a new element and how it is shown; a failure if it is there, or if an element's
    /// key differs from the new one in capitals and punctuation only.
    pub fn file(&self, key: &str) -> Result<(PathBuf, String), Failure> {
        let (directory, place) = self.destination()?;
        let (path, shown) = (directory.join(format!("{key}.yaml")), format!("{place}/{key}.yaml"));
        if path.symlink_metadata().is_ok() {
            return Err(Failure::new(format!("{shown} is there already; nothing was written")));
        }
        let own = self.sources.iter().filter(|s| !s.library && s.role == Role::Element);
        if let Some(twin) = own.map(|s| &s.name).find(|name| folded(name) == folded(key)) {
            let message =
                format!("`{key}` and `{twin}` cannot be told apart everywhere; nothing was written");
            return Err(Failure::new(message));
        }
        Ok((path, shown))
    }

    /// The directory to write to and how it is shown.
    pub fn destination(&self) -> Result<(&Path, &str), Failure> {
        let none = "nothing says where descriptors go: name a directory with `--elements DIR`";
        let (path, shown) = self.directory.as_ref().ok_or_else(|| Failure::new(none))?;
        Ok((path, shown))
    }
}

/// A key as file systems and generated code may see it.
pub fn folded(key: &str) -> String {
    key.to_lowercase().replace(['-', '.'], "_")
}

/// A path as the user would write it: from the working directory, if it is below that.
pub fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// Whether two paths lead to the same directory, which need not be there.
pub fn same(a: &Path, b: &Path) -> bool {
    // What is not there yet has but its name.
    let whole = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path));
    matches!((whole(a), whole(b)), (Ok(a), Ok(b)) if a == b)
}

/// The shipped descriptors, as the catalogue itself or as a library.
pub fn shipped(library: bool) -> Vec<Source> {
    elementc::library().into_iter().map(|source| Source { library, ..source }).collect()
}

/// Compiles a catalogue that a command needs whole; prints what is wrong if it has errors.
pub fn compiled(elements: &Elements, output: &mut Output) -> Result<Compilation, Failure> {
    compiled_as(choose(elements, output)?, output)
}

/// Compiles what was chosen, likewise.
pub fn compiled_as(chosen: Chosen, output: &mut Output) -> Result<Compilation, Failure> {
    let compilation = chosen.compile(output);
    if compilation.has_errors() {
        // What was asked for is a document: standard output stays empty.
        let shown = render::human(&compilation.diagnostics, &compilation.files, output.style());
        output.aside(shown.trim_end())?;
        return Err(Failure::new("the catalogue has errors"));
    }
    Ok(compilation)
}
