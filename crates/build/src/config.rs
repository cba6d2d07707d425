//! `elementc.toml`: a directory comes in, the nearest configuration at or above it goes out.

use crate::read::join;
use crate::templates::{DIRECTORY, TemplateError, read_templates};
use elementc_compiler::control::Control;
use elementc_compiler::diff::Waiver;
use elementc_compiler::template::{Site, TemplateSource};
use serde::Deserialize;
use std::collections::BTreeMap;
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
    /// What to hear of.
    #[serde(default)]
    pub rules: Rules,
    /// The breaking changes that are allowed.
    #[serde(default)]
    pub breaking: Vec<Breaking>,
    /// What pages need to know of the site that they are part of.
    #[serde(default)]
    pub site: Site,
}

/// `[[breaking]]`: a breaking change that `elementc diff` allows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Breaking {
    /// The key of the element.
    pub element: String,
    /// The message, if it is about one.
    pub message: Option<String>,
    /// The pointer, if it is about a part of the message.
    pub pointer: Option<String>,
    /// Why.
    pub reason: String,
}

/// `[rules]`: which warnings to hear of. A code may be cut short, as in `W07`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// The only warnings to show; empty: all.
    pub select: Vec<String>,
    /// Warnings not to show.
    pub ignore: Vec<String>,
    /// Warnings that are errors.
    pub error: Vec<String>,
    /// Warnings not to show in some files, by path relative to this file: `"elements/old.yaml" = ["W0702"]`.
    pub files: BTreeMap<String, Vec<String>>,
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

    /// The rules as the compiler takes them, for the descriptors of a directory that are shown below
    /// `shown`, as [`read_elements`](crate::read::read_elements) shows them.
    ///
    /// # Errors
    /// A code that does not exist, or is no warning; a file that does not exist.
    pub fn control(&self, directory: &Path, shown: &str) -> Result<Control, ConfigError> {
        let wrong = |message| ConfigError::Rules { path: self.root.join(FILE_NAME), message };
        let Rules { select, ignore, error, files } = self.config.rules.clone();
        let shown = if shown.len() > 1 { shown.trim_end_matches('/') } else { shown };
        let mut control = Control { select, ignore, error, files: BTreeMap::new() };
        for (file, codes) in files {
            let path = self.root.join(&file);
            if !path.is_file() {
                return Err(wrong(format!("there is no file `{file}`, for which it has rules")));
            }
            let path = below(directory, &path).map_or(file, |below| join(shown, &below));
            control.files.insert(path, codes);
        }
        control.verify().map_err(wrong)?;
        Ok(control)
    }

    /// The breaking changes that are allowed.
    ///
    /// # Errors
    /// One without a reason.
    pub fn waivers(&self) -> Result<Vec<Waiver>, ConfigError> {
        let waiver = |breaking: &Breaking| {
            let Breaking { element, message, pointer, reason } = breaking.clone();
            if reason.trim().is_empty() {
                let message = format!("`[[breaking]]` of `{element}` has no reason");
                return Err(ConfigError::Rules { path: self.root.join(FILE_NAME), message });
            }
            Ok(Waiver { element, message, pointer, reason })
        };
        self.config.breaking.iter().map(waiver).collect()
    }

    /// The templates beside the file, if there are any.
    ///
    /// # Errors
    /// One cannot be read.
    pub fn templates(&self) -> Result<Vec<TemplateSource>, TemplateError> {
        let directory = self.root.join(DIRECTORY);
        // Shown as diagnostics show descriptors: relative to where the command runs.
        let shown =
            std::env::current_dir().ok().and_then(|here| Some(directory.strip_prefix(here).ok()?.to_owned()));
        let shown = shown.as_ref().unwrap_or(&directory).to_string_lossy().replace('\\', "/");
        read_templates(&directory, &shown)
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
    /// The file names rules that do not exist or cannot be turned off, or a waiver without a reason.
    #[error("{} is wrong: {message}", .path.display())]
    Rules {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
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

/// The path of a file below a directory, with `/`. The file may be a link, whose own place counts.
fn below(directory: &Path, file: &Path) -> Option<String> {
    let parent = file.parent()?.canonicalize().ok()?;
    let path = parent.join(file.file_name()?);
    let below = path.strip_prefix(directory.canonicalize().ok()?).ok()?;
    Some(below.to_string_lossy().replace('\\', "/"))
}

fn read(path: &Path) -> io::Result<String> {
    // Reading a pipe would wait for a writer.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    fs::read_to_string(path)
}
