//! `elementc.toml`: a directory comes in, the nearest configuration at or above it goes out.

use serde::Deserialize;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The name of the file.
pub const FILE_NAME: &str = "elementc.toml";

/// What `elementc.toml` can say. Unknown keys are errors.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The directory of descriptors, relative to the file.
    pub elements: Option<String>,
    /// The directory that the output goes to, relative to the file.
    pub out: Option<String>,
}

/// A configuration and where it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// The directory of the file, absolute.
    pub root: PathBuf,
    /// What it says.
    pub config: Config,
}

impl Located {
    /// The directory of descriptors, if the file names one.
    #[must_use]
    pub fn elements(&self) -> Option<PathBuf> {
        self.config.elements.as_ref().map(|path| self.root.join(path))
    }

    /// The output directory, if the file names one.
    #[must_use]
    pub fn out(&self) -> Option<PathBuf> {
        self.config.out.as_ref().map(|path| self.root.join(path))
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is there but cannot be read.
    #[error("cannot read {}: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is no TOML, or says what is not known. The parser's message has line and column.
    #[error("{} is wrong: {source}", .path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// What the parser said.
        source: Box<toml::de::Error>,
    },
}

/// Finds the nearest `elementc.toml`, in `start` or a directory above.
///
/// # Errors
///
/// The nearest one cannot be read or is wrong: going on to the next would silently use another
/// catalogue.
pub fn find(start: &Path) -> Result<Option<Located>, ConfigError> {
    let unreadable = |path: &Path, source| ConfigError::Read { path: path.to_owned(), source };
    let start = std::path::absolute(start).map_err(|source| unreadable(start, source))?;
    for root in start.ancestors() {
        let path = root.join(FILE_NAME);
        match fs::symlink_metadata(&path) {
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
            Err(error) => return Err(unreadable(&path, error)),
            Ok(_) => {
                let text = read(&path).map_err(|error| unreadable(&path, error))?;
                let config = toml::from_str(&text)
                    .map_err(|error| ConfigError::Parse { path: path.clone(), source: Box::new(error) })?;
                return Ok(Some(Located { root: root.to_owned(), config }));
            }
        }
    }
    Ok(None)
}

fn read(path: &Path) -> io::Result<String> {
    // Reading a pipe would wait for a writer.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    fs::read_to_string(path)
}
