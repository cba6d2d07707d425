//! Bringing a directory up to date: artifacts come in, the directory holds them afterwards.
//!
//! The rules, in the order in which they are applied:
//!
//! 1. *A file that elementc did not make is never overwritten or deleted.* What it made is what
//!    `manifest.json` lists ([`manifest`]). At a path that an artifact takes, a file that is not
//!    listed is adopted if it has the artifact's bytes already, and refused otherwise. A listed
//!    file that no artifact takes any more is removed if it still has the bytes that elementc
//!    wrote; edited by hand, it is kept and reported. A listed file that an artifact takes is
//!    overwritten, edited or not: output is not edited by hand, and Git shows it.
//! 2. *Everything that can be checked is checked before anything is written* ([`paths`] for the
//!    artifacts' paths, [`inspect`] for the directory), and reported at once. No path inside the
//!    directory leads through a symbolic link.
//! 3. *Only what changed is written*: bytes are compared. If nothing did, nothing is.
//! 4. *Files are replaced whole, and late* ([`commit`]): all new content is first written to a
//!    staging directory inside `out`; only then are files renamed into place. A full disk or a
//!    directory that cannot be written to leaves the previous output as it was, and no reader
//!    sees half a file. If the process is killed between two renames, each file is old or new, the manifest
//!    too; what it left tells that the new ones are elementc's, and the next sync completes the work.
//! 5. *One at a time*: a sync holds an advisory lock on the handle of `out` itself, so that no
//!    lock file litters a committed directory. Where directories cannot be locked (Windows, some
//!    network file systems), the last writer of each file wins; they are still replaced whole.

mod claim;
mod commit;
mod inspect;
mod manifest;
mod paths;
mod session;
mod stamp;

pub use claim::Claim;
pub use manifest::Listing;
pub(crate) use manifest::hash;
pub use session::{Session, Settled};
pub use stamp::Stamp;

use claim::lock;
use elementc_compiler::Artifact;
use inspect::State;
use manifest::Manifest;
use rayon::prelude::*;
use std::fmt;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// The manifest's name in the output directory. No artifact may have it.
pub const MANIFEST: &str = "manifest.json";

/// What the names of staging directories and probes begin with. One that a killed process leaves is
/// removed by the next sync.
const STAGING: &str = ".elementc-staging-";

/// In a staging directory: the manifest of what is about to be put in its place.
const PENDING: &str = "pending.json";

/// What a sync did. Paths are relative to the output directory; strings have `/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Files written, sorted, the manifest last.
    pub written: Vec<String>,
    /// How many files were already right, the manifest included.
    pub unchanged: usize,
    /// Files that are no longer produced and were removed, sorted.
    pub removed: Vec<String>,
    /// Files and directories that are not elementc's and stay, sorted: all in the directories it
    /// writes to, but in `out` itself only files. Dotfiles are not named.
    pub foreign: Vec<PathBuf>,
    /// Files that are no longer produced but were edited by hand, and stay, sorted. From now on
    /// they are not elementc's.
    pub kept: Vec<String>,
}

/// A difference between a directory and the artifacts. Paths are relative, with `/`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Drift {
    /// The file is not there.
    Missing(String),
    /// The file has other bytes, or something else is in its place.
    Different(String),
    /// elementc made the file and no longer does.
    Stale(String),
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(path) => write!(f, "{path} is missing"),
            Self::Different(path) => write!(f, "{path} is out of date"),
            Self::Stale(path) => write!(f, "{path} is no longer produced"),
        }
    }
}

/// Why a directory could not be brought up to date. Unless the message says that writing had
/// begun, nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// A path that would leave the output directory, or that some file system cannot have.
    #[error("an artifact cannot be called {path:?}: {reason}")]
    Path {
        /// The path.
        path: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Two artifacts that cannot both exist, at least where case does not matter.
    #[error("the artifacts {first:?} and {second:?} cannot exist side by side: {reason}")]
    Clash {
        /// One.
        first: String,
        /// The other.
        second: String,
        /// Why.
        reason: &'static str,
    },
    /// The output directory is something else.
    #[error("{} is not a directory; the output goes to one", .out.display())]
    NotADirectory {
        /// The path.
        out: PathBuf,
    },
    /// The manifest is not one that can be trusted.
    #[error(
        "{} is not a manifest that elementc can use: {reason}; if it is elementc's, delete it and build again \
         (files that have not changed are then adopted, others are named and not overwritten), else \
         choose another output directory",
        .path.display()
    )]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Things in the output directory that stand in the way.
    #[error("{}", obstacle_lines(.obstacles))]
    Obstacles {
        /// All of them, directories first, then sorted.
        obstacles: Vec<Obstacle>,
    },
    /// The system refused something.
    #[error("cannot {action} {}: {source}", .path.display())]
    Io {
        /// What was tried, in the infinitive.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The system refused something after the first file had been replaced.
    #[error("{source}; {} is partly up to date, and the next build completes it", .out.display())]
    Halfway {
        /// The output directory.
        out: PathBuf,
        /// What was refused.
        source: Box<SyncError>,
    },
}

impl SyncError {
    fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }
}

/// Something in the output directory that elementc did not make and that an artifact needs away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// Where it is, the output directory included.
    pub path: PathBuf,
    /// What it is.
    pub kind: ObstacleKind,
}

/// What an [`Obstacle`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObstacleKind {
    /// A file with other content, which the manifest does not list.
    Foreign,
    /// A symbolic link, which might lead out of the output directory.
    Symlink,
    /// A directory where a file goes.
    Directory,
    /// A pipe, a socket or a device where a file goes.
    NotAFile,
    /// A file where a directory goes.
    NotADirectory,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match self.kind {
            ObstacleKind::Foreign => write!(f, "{path} exists and was not made by elementc; move it away"),
            ObstacleKind::Symlink => {
                write!(f, "{path} is a symbolic link; elementc does not write through links: move it away")
            }
            ObstacleKind::Directory | ObstacleKind::NotAFile => {
                write!(f, "{path} is in the way of a file; move it away")
            }
            ObstacleKind::NotADirectory => write!(f, "{path} is in the way of a directory; move it away"),
        }
    }
}

fn obstacle_lines(obstacles: &[Obstacle]) -> String {
    const SHOWN: usize = 20;
    let mut lines: Vec<_> = obstacles.iter().take(SHOWN).map(Obstacle::to_string).collect();
    if obstacles.len() > SHOWN {
        lines.push(format!("and {} more", obstacles.len() - SHOWN));
    }
    lines.join("\n")
}

/// Makes `out` hold exactly the artifacts, `manifest.json` and what is not elementc's.
///
/// # Errors
///
/// See [`SyncError`]; except for [`SyncError::Halfway`], nothing has changed.
pub fn sync(out: &Path, artifacts: &[Artifact]) -> Result<Outcome, SyncError> {
    paths::check(artifacts.iter().map(|artifact| &*artifact.path))?;
    let claim = Claim::on(out);
    let mut session = Session::open(&claim)?;
    let put = |artifact: &Artifact| session.put(&artifact.path, &[&artifact.bytes]).map(drop);
    artifacts.par_iter().try_for_each(put)?;
    session.finish()
}

/// How `out` differs from what [`sync`] would make of it, sorted by path. Writes nothing.
///
/// # Errors
///
/// The artifacts' paths are wrong, or `out` cannot be read.
pub fn drift(out: &Path, artifacts: &[Artifact]) -> Result<Vec<Drift>, SyncError> {
    paths::check(artifacts.iter().map(|artifact| &*artifact.path))?;
    require_directory(out)?;
    if !out.exists() {
        let paths = artifacts.iter().map(|artifact| artifact.path.clone());
        return Ok(sorted(paths.chain([MANIFEST.to_owned()]).map(Drift::Missing).collect()));
    }
    let lock = lock(out, File::lock_shared)?;
    // A manifest that cannot be used is a difference; the rest can still be compared.
    let (made, usable) = match Manifest::read(out) {
        Ok(made) => (made, true),
        Err(SyncError::Manifest { .. }) => (Manifest::default(), false),
        Err(error) => return Err(error),
    };
    let text = made.text().map(str::to_owned);
    let mut session = Session::looking(out, made, lock);
    artifacts
        .par_iter()
        .try_for_each(|artifact| session.compare(&artifact.path, &[&artifact.bytes]).map(drop))?;
    let inspection = session.inspect()?;
    let mut drift = Vec::new();
    for file in inspection.files {
        match file.state {
            State::Same => {}
            State::Absent => drift.push(Drift::Missing(file.path)),
            State::Differs => drift.push(Drift::Different(file.path)),
        }
    }
    let outdated = inspection.outdated;
    drift.extend(outdated.stale.into_iter().chain(outdated.kept).map(Drift::Stale));
    if !usable || text.as_ref().is_some_and(|text| *text != inspection.manifest) {
        drift.push(Drift::Different(MANIFEST.to_owned()));
    } else if text.is_none() {
        drift.push(Drift::Missing(MANIFEST.to_owned()));
    }
    Ok(sorted(drift))
}

fn sorted(mut drift: Vec<Drift>) -> Vec<Drift> {
    let path = |drift: &Drift| match drift {
        Drift::Missing(path) | Drift::Different(path) | Drift::Stale(path) => path.clone(),
    };
    drift.sort_by_cached_key(path);
    drift
}

/// `out` may be absent, or a link to a directory: it is the user's to choose.
fn require_directory(out: &Path) -> Result<(), SyncError> {
    match fs::metadata(out) {
        Ok(metadata) if metadata.is_dir() => Ok(()),
        Ok(_) => Err(SyncError::NotADirectory { out: out.to_owned() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound && !out.is_symlink() => Ok(()),
        Err(error) => Err(SyncError::io("reach the directory", out)(error)),
    }
}
