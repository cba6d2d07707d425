//! Templates of one's own: the directory `templates` beside `elementc.toml` comes in, their sources go
//! out.

use crate::read::join;
use elementc_compiler::template::TemplateSource;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The name of the directory.
pub const DIRECTORY: &str = "templates";

/// Largest template, in bytes.
pub const MAX_FILE: u64 = 1 << 20;

/// Why a directory of templates could not be read.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The system said so.
    #[error("cannot read {path}: {source}")]
    Io {
        /// The file or directory.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// A file that is none, or larger than [`MAX_FILE`], or whose name is no UTF-8.
    #[error("{path}: a template is a regular file of at most 1 MiB with a name in UTF-8")]
    Unusable {
        /// The file.
        path: String,
    },
}

/// Reads the templates of a directory, in the order of their names; none if there is no such directory.
/// A template is a file `<name>.hbs`; anything else is left alone. `shown` is how the directory is
/// written in diagnostics.
///
/// # Errors
/// The first file that cannot be read.
pub fn read_templates(directory: &Path, shown: &str) -> Result<Vec<TemplateSource>, TemplateError> {
    let failed = |path: &str, source| TemplateError::Io { path: path.to_owned(), source };
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries.collect::<io::Result<Vec<_>>>().map_err(|e| failed(shown, e))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(shown, error)),
    };
    let mut paths: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "hbs"));
    paths.sort();
    let mut sources = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let shown = join(shown, &name);
        // Examined before it is opened: opening a pipe would wait for a writer.
        let metadata = fs::metadata(&path).map_err(|e| failed(&shown, e))?;
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        let Some(stem) = stem.filter(|_| metadata.is_file() && metadata.len() <= MAX_FILE) else {
            return Err(TemplateError::Unusable { path: shown });
        };
        let bytes = fs::read(&path).map_err(|e| failed(&shown, e))?;
        sources.push(TemplateSource { name: stem.to_owned(), path: shown, bytes: bytes.into() });
    }
    Ok(sources)
}
