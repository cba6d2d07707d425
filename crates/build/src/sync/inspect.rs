//! Comparing a directory with the artifacts: both come in, what a sync would do goes out. Only
//! reads.

use super::manifest::{self, Manifest};
use super::{MANIFEST, Obstacle, ObstacleKind, STAGING, SyncError, paths};
use elementc_compiler::Artifact;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{self, DirEntry, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// How a file compares with its artifact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Same,
    Absent,
    Differs,
}

/// What there is to do, and what stands in the way.
pub(super) struct Inspection {
    /// One per artifact.
    pub(super) states: Vec<State>,
    /// What must go before anything can be written.
    pub(super) obstacles: Vec<Obstacle>,
    /// Files to remove, sorted.
    pub(super) stale: Vec<String>,
    /// Files that would be stale but were edited, sorted.
    pub(super) kept: Vec<String>,
    /// What is not elementc's, sorted.
    pub(super) foreign: Vec<PathBuf>,
    /// What killed processes left; absolute if `out` is.
    pub(super) litter: Vec<PathBuf>,
    /// The hash of each artifact.
    pub(super) hashes: BTreeMap<String, String>,
    /// The text of the manifest afterwards.
    pub(super) manifest: String,
}

/// What is found where a directory is expected.
#[derive(Clone, Copy, PartialEq)]
enum Directory {
    Real,
    Absent,
    Blocked,
}

/// The directories looked at so far, below `out`.
struct Directories<'a> {
    out: &'a Path,
    known: BTreeMap<String, Directory>,
    obstacles: Vec<Obstacle>,
}

pub(super) fn inspect(out: &Path, artifacts: &[Artifact], made: &Manifest) -> Result<Inspection, SyncError> {
    let produced: HashSet<&str> = artifacts.iter().map(|artifact| artifact.path.as_str()).collect();
    let outdated: Vec<&str> = made.paths().filter(|path| !produced.contains(path)).collect();
    let respelled = respelled(out, artifacts, &outdated);

    let mut directories = Directories { out, known: BTreeMap::new(), obstacles: Vec::new() };
    for artifact in artifacts {
        directories.enclosing(&artifact.path)?;
    }
    let mut obstacles = std::mem::take(&mut directories.obstacles);

    let known = &directories.known;
    let compared: Vec<_> = artifacts
        .par_iter()
        .map(|artifact| {
            let listed = made.lists(&artifact.path) || respelled.contains_key(artifact.path.as_str());
            (compare(out, known, artifact, listed), manifest::hash(&artifact.bytes))
        })
        .collect();
    let (mut states, mut hashes) = (Vec::with_capacity(artifacts.len()), BTreeMap::new());
    for (artifact, (compared, hash)) in artifacts.iter().zip(compared) {
        let (state, obstacle) = compared?;
        states.push(state);
        obstacles.extend(obstacle.map(|kind| Obstacle { path: out.join(&artifact.path), kind }));
        hashes.insert(artifact.path.clone(), hash);
    }

    let (mut stale, mut kept) = (Vec::new(), Vec::new());
    for path in outdated {
        if respelled.values().any(|old| *old == path) || directories.enclosing(path)? != Directory::Real {
            continue;
        }
        let place = out.join(path);
        match metadata(&place)? {
            None => {}
            Some(metadata) if metadata.is_file() => {
                let content = fs::read(&place).map_err(SyncError::io("read", &place))?;
                let ours = made.made(path, &manifest::hash(&content));
                if ours { &mut stale } else { &mut kept }.push(path.to_owned());
            }
            Some(_) => kept.push(path.to_owned()),
        }
    }
    let ours = produced.into_iter().chain(stale.iter().chain(&kept).map(String::as_str)).chain([MANIFEST]);
    let (foreign, litter) = others(out, &directories.known, &ours.collect())?;
    let manifest = manifest::text(hashes.clone());
    Ok(Inspection { states, obstacles, stale, kept, foreign, litter, hashes, manifest })
}

/// Artifacts that were made before with other case, where the file system does not tell the two
/// apart: new path to old. They are neither foreign nor stale.
fn respelled<'a>(out: &Path, artifacts: &'a [Artifact], outdated: &[&'a str]) -> HashMap<&'a str, &'a str> {
    let outdated: HashMap<String, &str> = outdated.iter().map(|path| (path.to_lowercase(), *path)).collect();
    if outdated.is_empty() {
        return HashMap::new();
    }
    let place = |path: &str| fs::canonicalize(out.join(path)).ok();
    artifacts
        .iter()
        .filter_map(|artifact| Some((artifact.path.as_str(), *outdated.get(&artifact.path.to_lowercase())?)))
        .filter(|(new, old)| place(new).is_some_and(|new| Some(new) == place(old)))
        .collect()
}

/// How the file of an artifact compares with it, and whether it is in the way.
fn compare(
    out: &Path,
    directories: &BTreeMap<String, Directory>,
    artifact: &Artifact,
    listed: bool,
) -> Result<(State, Option<ObstacleKind>), SyncError> {
    match paths::directories(&artifact.path).next_back().map(|parent| directories[parent]) {
        None | Some(Directory::Real) => {}
        Some(Directory::Absent) => return Ok((State::Absent, None)),
        // The directory is the obstacle.
        Some(Directory::Blocked) => return Ok((State::Differs, None)),
    }
    let path = out.join(&artifact.path);
    let Some(metadata) = metadata(&path)? else {
        return Ok((State::Absent, None));
    };
    let obstacle = match metadata.file_type() {
        kind if kind.is_symlink() => Some(ObstacleKind::Symlink),
        kind if kind.is_dir() => Some(ObstacleKind::Directory),
        kind if !kind.is_file() => Some(ObstacleKind::NotAFile),
        _ if metadata.len() == artifact.bytes.len() as u64
            && fs::read(&path).map_err(SyncError::io("read", &path))? == artifact.bytes =>
        {
            return Ok((State::Same, None));
        }
        _ if listed => None,
        _ => Some(ObstacleKind::Foreign),
    };
    Ok((State::Differs, obstacle))
}

impl Directories<'_> {
    /// What encloses a path: the directory that it would be in.
    fn enclosing(&mut self, path: &str) -> Result<Directory, SyncError> {
        let Some((directory, _)) = path.rsplit_once('/') else {
            return Ok(Directory::Real);
        };
        if let Some(known) = self.known.get(directory) {
            return Ok(*known);
        }
        let found = match self.enclosing(directory)? {
            Directory::Real => self.look(self.out.join(directory))?,
            outer => outer,
        };
        self.known.insert(directory.to_owned(), found);
        Ok(found)
    }

    fn look(&mut self, path: PathBuf) -> Result<Directory, SyncError> {
        let kind = match metadata(&path)? {
            None => return Ok(Directory::Absent),
            Some(metadata) if metadata.is_dir() => return Ok(Directory::Real),
            Some(metadata) if metadata.is_symlink() => ObstacleKind::Symlink,
            Some(_) => ObstacleKind::NotADirectory,
        };
        self.obstacles.push(Obstacle { path, kind });
        Ok(Directory::Blocked)
    }
}

/// Everything else in the directories of artifacts, and the other files of `out` itself: what is
/// foreign, and litter.
fn others(
    out: &Path,
    directories: &BTreeMap<String, Directory>,
    ours: &HashSet<&str>,
) -> Result<(Vec<PathBuf>, Vec<PathBuf>), SyncError> {
    let real =
        directories.iter().filter(|(_, kind)| **kind == Directory::Real).map(|(path, _)| path.as_str());
    let all: Vec<&str> = real.chain([""]).collect();
    let found: Vec<_> =
        all.into_par_iter().map(|directory| (directory, entries(&out.join(directory)))).collect();
    let (mut foreign, mut litter) = (Vec::new(), Vec::new());
    for (directory, entries) in found {
        for entry in entries? {
            let name = entry.file_name();
            // Joined with `/`, as the known paths are on every system.
            let path = name.to_str().map(|name| match directory {
                "" => name.to_owned(),
                _ => format!("{directory}/{name}"),
            });
            let known = path.is_some_and(|path| ours.contains(&*path) || directories.contains_key(&path));
            let elsewhere = || directory.is_empty() && entry.file_type().is_ok_and(|kind| kind.is_dir());
            if name.as_encoded_bytes().starts_with(STAGING.as_bytes()) {
                litter.push(entry.path());
            } else if !(known || name.as_encoded_bytes().starts_with(b".") || elsewhere()) {
                foreign.push(Path::new(directory).join(name));
            }
        }
    }
    foreign.sort();
    Ok((foreign, litter))
}

fn entries(directory: &Path) -> Result<Vec<DirEntry>, SyncError> {
    let entries = fs::read_dir(directory).and_then(Iterator::collect);
    entries.map_err(SyncError::io("read the directory", directory))
}

/// What is at a path, without following a link; `None` if nothing is.
fn metadata(path: &Path) -> Result<Option<Metadata>, SyncError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SyncError::io("examine", path)(error)),
    }
}
