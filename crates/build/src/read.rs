//! Reading descriptors: a directory comes in, [`Source`]s go out.
//!
//! `<dir>/<key>.yaml` is an element, `<dir>/traits/<name>.yaml` a trait. An element in another directory beside
//! these would be passed over silently, so it is an error; anything else is left alone. Every size and file type is
//! checked before a byte is read, so that neither a pipe nor 100 MB of YAML can hold the compiler up.

use elementc_compiler::source::{Role, Source};
use rayon::prelude::*;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Largest descriptor, in bytes. The longest real one has 40 kB.
pub const MAX_FILE: u64 = 4 << 20;

/// Most bytes of descriptors in one directory: spans count in 32 bits, and memory is finite.
pub const MAX_TOTAL: u64 = 1 << 30;

/// Why a directory of descriptors could not be read: everything that is wrong, not just the first.
#[derive(Debug, thiserror::Error)]
#[error("{}", lines(.problems))]
pub struct ReadError {
    /// One or more, elements first, in order of their names.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong with a directory of descriptors. `path` is as shown to the user.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The directory does not exist.
    #[error("no directory {path}: expected descriptors there, as {path}/<key>.yaml")]
    Missing {
        /// The directory.
        path: String,
    },
    /// The directory, or its `traits`, is something else.
    #[error("{path} is not a directory")]
    NotADirectory {
        /// The path.
        path: String,
    },
    /// The directory holds no element.
    #[error("no descriptors in {path}: expected {path}/<key>.yaml")]
    Empty {
        /// The directory.
        path: String,
    },
    /// A descriptor with another extension, which would be passed over silently.
    #[error("{path}: descriptors end in .yaml; rename it to {expected}")]
    Extension {
        /// The file.
        path: String,
        /// Its name with the right extension.
        expected: String,
    },
    /// An element in another directory, which would be passed over silently.
    #[error("{path}: descriptors stand in {expected}, not below it; move it there")]
    TooDeep {
        /// The file, the first of its directory.
        path: String,
        /// The directory.
        expected: String,
    },
    /// A file name that no key can have.
    #[error("{path}: a descriptor's file name must be UTF-8")]
    Name {
        /// The file, with replacement characters.
        path: String,
    },
    /// A dangling symbolic link, or a loop of them.
    #[error("{path} is a symbolic link that leads nowhere: {source}")]
    Link {
        /// The link.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// A directory, pipe, socket or device named like a descriptor.
    #[error("{path} is not a regular file")]
    NotAFile {
        /// The path.
        path: String,
    },
    /// A file larger than [`MAX_FILE`].
    #[error("{path} is {}; a descriptor may be {} at most", size(*.bytes), size(*.limit))]
    TooLarge {
        /// The file.
        path: String,
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// All files together are larger than [`MAX_TOTAL`].
    #[error("the descriptors in {path} are more than {} together", size(*.limit))]
    TooMuch {
        /// The directory.
        path: String,
        /// The limit.
        limit: u64,
    },
    /// Anything else that the system refused.
    #[error("cannot read {path}: {source}")]
    Io {
        /// The path.
        path: String,
        /// What the system said.
        source: io::Error,
    },
}

/// Limits as a value, so that a test need not write a gigabyte.
#[derive(Clone, Copy)]
struct Limits {
    file: u64,
    total: u64,
}

/// Reads the descriptors of a directory: its elements, then its traits, each in byte order of
/// their names.
///
/// `shown` stands for `dir` in [`Source::path`] and in errors, with `/` (empty: no prefix).
/// Symbolic links are followed.
///
/// # Errors
///
/// Everything that is wrong: see [`Problem`]. Files that are no descriptors (`README.md`, dotfiles,
/// directories without elements) are not.
pub fn read_elements(dir: &Path, shown: &str) -> Result<Vec<Source>, ReadError> {
    read_within(dir, shown, Limits { file: MAX_FILE, total: MAX_TOTAL }, |_| false)
}

/// Reads what there is so far in a directory that may have no elements yet, or not be there.
///
/// # Errors
///
/// As [`read_elements`], but for [`Problem::Missing`] and [`Problem::Empty`].
pub fn read_so_far(dir: &Path, shown: &str) -> Result<Vec<Source>, ReadError> {
    let limits = Limits { file: MAX_FILE, total: MAX_TOTAL };
    read_within(dir, shown, limits, |p| matches!(p, Problem::Missing { .. } | Problem::Empty { .. }))
}

fn read_within(
    dir: &Path,
    shown: &str,
    limits: Limits,
    passed_over: impl Fn(&Problem) -> bool,
) -> Result<Vec<Source>, ReadError> {
    let shown = if shown.len() > 1 { shown.trim_end_matches('/') } else { shown };
    let mut reading = Reading { limits, total: 0, sources: Vec::new(), problems: Vec::new() };
    reading.elements(dir, shown);
    reading.problems.retain(|problem| !passed_over(problem));
    match reading.problems {
        problems if !problems.is_empty() => Err(ReadError { problems }),
        _ => Ok(reading.sources),
    }
}

struct Reading {
    limits: Limits,
    total: u64,
    sources: Vec<Source>,
    problems: Vec<Problem>,
}

impl Reading {
    fn elements(&mut self, dir: &Path, shown: &str) {
        match examine(dir, shown) {
            Err(problem) => return self.problems.push(problem),
            Ok(None) => return self.problems.push(Problem::Missing { path: name_of(dir, shown) }),
            Ok(Some(metadata)) if !metadata.is_dir() => {
                return self.problems.push(Problem::NotADirectory { path: name_of(dir, shown) });
            }
            Ok(Some(_)) => {}
        }
        self.directory(dir, shown, Role::Element);
        if self.sources.is_empty() && self.problems.is_empty() && self.total == 0 {
            self.problems.push(Problem::Empty { path: name_of(dir, shown) });
        }
        let (traits, shown_traits) = (dir.join("traits"), join(shown, "traits"));
        match examine(&traits, &shown_traits) {
            Err(problem) => self.problems.push(problem),
            Ok(None) => {}
            Ok(Some(metadata)) if metadata.is_dir() => self.directory(&traits, &shown_traits, Role::Trait),
            // Git checks a symbolic link out as a text file where it cannot make one.
            Ok(Some(_)) => self.problems.push(Problem::NotADirectory { path: shown_traits }),
        }
        if self.total > self.limits.total {
            self.problems.push(Problem::TooMuch { path: name_of(dir, shown), limit: self.limits.total });
        }
    }

    /// Reads the descriptors directly in a directory.
    fn directory(&mut self, dir: &Path, shown: &str, role: Role) {
        let mut files: Vec<(String, PathBuf)> = Vec::new();
        let entries = fs::read_dir(dir).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let entries = match entries {
            Ok(entries) => entries,
            Err(source) => {
                return self.problems.push(Problem::Io { path: name_of(dir, shown), source });
            }
        };
        for entry in &entries {
            let (name, path) = (entry.file_name().to_string_lossy().into_owned(), entry.path());
            if name.starts_with('.') {
                continue;
            }
            if looks_like_yaml(&path) {
                files.push((name, path));
            } else if role == Role::Element && name != "traits" && is_directory(entry) {
                let expected = name_of(dir, shown);
                let deeper = first_element(&path, &join(shown, &name));
                self.problems.extend(deeper.map(|path| Problem::TooDeep { path, expected }));
            }
        }
        files.sort();
        let limits = self.limits;
        let listed =
            files.into_par_iter().map(|(name, path)| Listed::new(path, join(shown, &name), limits.file));
        let listed: Vec<Result<Listed, Problem>> = listed.collect();
        // Nothing is read once there is too much of all of them.
        let mut within = Vec::with_capacity(listed.len());
        for file in listed {
            match file {
                Ok(file) => {
                    self.total += file.length;
                    within.extend((self.total <= limits.total).then_some(Ok(file)));
                }
                Err(problem) => within.push(Err(problem)),
            }
        }
        let read: Vec<Result<Source, Problem>> =
            within.into_par_iter().map(|file| file.and_then(|file| file.read(role, limits.file))).collect();
        for file in read {
            match file {
                Ok(source) => self.sources.push(source),
                Err(problem) => self.problems.push(problem),
            }
        }
    }
}

/// A file that may be read.
struct Listed {
    path: PathBuf,
    shown: String,
    name: String,
    length: u64,
}

impl Listed {
    fn new(path: PathBuf, shown: String, limit: u64) -> Result<Self, Problem> {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            return Err(Problem::Name { path: shown });
        };
        let Some(name) = name.strip_suffix(".yaml").map(str::to_owned) else {
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            return Err(Problem::Extension { expected: format!("{stem}.yaml"), path: shown });
        };
        // Examined before it is opened: opening a pipe would wait for a writer.
        let Some(metadata) = examine(&path, &shown)? else {
            return Err(Problem::Io { path: shown, source: io::ErrorKind::NotFound.into() });
        };
        if !metadata.is_file() {
            return Err(Problem::NotAFile { path: shown });
        }
        let length = metadata.len();
        if length > limit {
            return Err(Problem::TooLarge { path: shown, bytes: length, limit });
        }
        Ok(Self { path, shown, name, length })
    }

    fn read(self, role: Role, limit: u64) -> Result<Source, Problem> {
        let Self { path, shown, name, length } = self;
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
        // One byte beyond the limit tells a file that grew since.
        let read = File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes));
        match read {
            Err(source) => Err(Problem::Io { path: shown, source }),
            Ok(_) if bytes.len() as u64 > limit => {
                Err(Problem::TooLarge { path: shown, bytes: bytes.len() as u64, limit })
            }
            Ok(_) => Ok(Source { path: shown, name, role, library: false, bytes: bytes.into() }),
        }
    }
}

/// What a path leads to; `None` if there is nothing.
fn examine(path: &Path, shown: &str) -> Result<Option<Metadata>, Problem> {
    let shown = || name_of(path, shown);
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(source) if path.is_symlink() => Err(Problem::Link { path: shown(), source }),
        Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Problem::Io { path: shown(), source }),
    }
}

/// `.yaml`, and what people mean by it: `.yml`, `.YAML`.
fn looks_like_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("yaml") || e.eq_ignore_ascii_case("yml"))
}

/// Whether it is a directory itself: links may lead round in circles.
fn is_directory(entry: &fs::DirEntry) -> bool {
    entry.file_type().is_ok_and(|kind| kind.is_dir())
}

/// The first file in a directory that looks like an element, as it is shown. Others keep YAML too.
fn first_element(dir: &Path, shown: &str) -> Option<String> {
    let has_key = |text: Vec<u8>| text.split(|byte| *byte == b'\n').any(|line| line.starts_with(b"key:"));
    let is_element = |entry: &fs::DirEntry| {
        looks_like_yaml(&entry.path())
            && entry.metadata().is_ok_and(|m| m.is_file() && m.len() <= MAX_FILE)
            && fs::read(entry.path()).is_ok_and(has_key)
    };
    let entries = fs::read_dir(dir).ok()?.flatten().filter(is_element);
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| !name.starts_with('.')).min().map(|name| join(shown, &name))
}

/// A path below a directory that is shown so.
pub(crate) fn join(shown: &str, name: &str) -> String {
    match shown {
        "" | "." => name.to_owned(),
        "/" => format!("/{name}"),
        _ => format!("{shown}/{name}"),
    }
}

/// A name for a directory that is shown as nothing.
fn name_of(path: &Path, shown: &str) -> String {
    if shown.is_empty() { path.display().to_string() } else { shown.to_owned() }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..0x400 => format!("{bytes} bytes"),
        // Rounded up: 4 MiB and a byte must not read "4 MiB is more than 4 MiB".
        0x400..0x10_0000 => format!("{} KiB", bytes.div_ceil(0x400)),
        _ => format!("{} MiB", bytes.div_ceil(0x10_0000)),
    }
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_directory_has_a_limit_too() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        for name in ["a.yaml", "b.yaml", "c.yaml"] {
            fs::write(dir.path().join(name), "key: abc\n").expect("it can be written");
        }
        let limits = Limits { file: 16, total: 20 };
        let error =
            read_within(dir.path(), "elements", limits, |_| false).expect_err("27 bytes are too much");
        assert_eq!(error.to_string(), "the descriptors in elements are more than 20 bytes together");
        assert!(read_within(dir.path(), "elements", Limits { file: 9, total: 27 }, |_| false).is_ok());
    }
}
