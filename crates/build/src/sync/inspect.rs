//! Comparing a directory with the artifacts: what is there, what it has instead, what else is there.
//! Only reads.

use super::manifest::{self, Manifest};
use super::stamp::Stamp;
use super::{Obstacle, ObstacleKind, STAGING, SyncError};
use elementc_compiler::HashSet;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
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

/// What is found where a directory is expected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Directory {
    Real,
    Absent,
    Blocked,
}

/// The directories looked at so far, below `out`.
#[derive(Debug, Default)]
pub(super) struct Directories {
    pub(super) known: BTreeMap<String, Directory>,
    /// What stands where directories belong.
    pub(super) obstacles: Vec<Obstacle>,
}

/// What an artifact is compared with.
pub(super) struct Compared {
    pub(super) state: State,
    pub(super) obstacle: Option<ObstacleKind>,
    /// Of a file that is the same.
    pub(super) stamp: Option<Stamp>,
}

/// Files that were made and no longer are, sorted.
#[derive(Default)]
pub(super) struct Outdated {
    /// Files to remove.
    pub(super) stale: Vec<String>,
    /// Files that are gone already: their directories may be left.
    pub(super) gone: Vec<String>,
    /// Files that were edited.
    pub(super) kept: Vec<String>,
}

/// What has become of files that were made and no longer are.
pub(super) fn outdated(
    out: &Path,
    directories: &mut Directories,
    outdated: &[&str],
    made: &Manifest,
) -> Result<Outdated, SyncError> {
    let (mut stale, mut gone, mut kept) = (Vec::new(), Vec::new(), Vec::new());
    for path in outdated {
        if directories.enclosing(out, path)? == Directory::Blocked {
            continue;
        }
        let place = out.join(path);
        match metadata(&place)? {
            None => gone.push((*path).to_owned()),
            Some(metadata) if metadata.is_file() => {
                let content = fs::read(&place).map_err(SyncError::io("read", &place))?;
                let ours = made.made(path, &manifest::hash(&content));
                if ours { &mut stale } else { &mut kept }.push((*path).to_owned());
            }
            Some(_) => kept.push((*path).to_owned()),
        }
    }
    Ok(Outdated { stale, gone, kept })
}

/// Paths that were made before with other case, where the file system does not tell the two apart:
/// new path to old. They are neither foreign nor stale.
pub(super) fn respelled<'a>(
    out: &Path,
    paths: impl Iterator<Item = &'a str>,
    outdated: &[&'a str],
) -> HashMap<&'a str, &'a str> {
    let outdated: HashMap<String, &str> = outdated.iter().map(|path| (path.to_lowercase(), *path)).collect();
    if outdated.is_empty() {
        return HashMap::new();
    }
    let place = |path: &str| fs::canonicalize(out.join(path)).ok();
    paths
        .filter_map(|path| Some((path, *outdated.get(&path.to_lowercase())?)))
        .filter(|(new, old)| place(new).is_some_and(|new| Some(new) == place(old)))
        .collect()
}

/// How the file of an artifact compares with it, and whether it is in the way: it is if it has other
/// bytes and is not listed.
pub(super) fn compare(
    path: &Path,
    enclosing: Directory,
    pieces: &[&[u8]],
    listed: bool,
) -> Result<Compared, SyncError> {
    let other = |state, obstacle| Ok(Compared { state, obstacle, stamp: None });
    match enclosing {
        Directory::Real => {}
        Directory::Absent => return other(State::Absent, None),
        // The directory is the obstacle.
        Directory::Blocked => return other(State::Differs, None),
    }
    let Some(metadata) = metadata(path)? else {
        return other(State::Absent, None);
    };
    let obstacle = match metadata.file_type() {
        kind if kind.is_symlink() => Some(ObstacleKind::Symlink),
        kind if kind.is_dir() => Some(ObstacleKind::Directory),
        kind if !kind.is_file() => Some(ObstacleKind::NotAFile),
        _ if metadata.len() == pieces.iter().map(|piece| piece.len() as u64).sum::<u64>()
            && is_made_of(&fs::read(path).map_err(SyncError::io("read", path))?, pieces) =>
        {
            return Ok(Compared { state: State::Same, obstacle: None, stamp: Stamp::of(&metadata) });
        }
        _ if listed => None,
        _ => Some(ObstacleKind::Foreign),
    };
    other(State::Differs, obstacle)
}

/// Whether pieces make up all of some bytes.
fn is_made_of(mut bytes: &[u8], pieces: &[&[u8]]) -> bool {
    pieces.iter().all(|piece| bytes.strip_prefix(*piece).map(|rest| bytes = rest).is_some())
        && bytes.is_empty()
}

impl Directories {
    /// What encloses a path: the directory that it would be in.
    pub(super) fn enclosing(&mut self, out: &Path, path: &str) -> Result<Directory, SyncError> {
        let Some((directory, _)) = path.rsplit_once('/') else {
            return Ok(Directory::Real);
        };
        if let Some(known) = self.known.get(directory) {
            return Ok(*known);
        }
        let found = match self.enclosing(out, directory)? {
            Directory::Real => self.look(out.join(directory))?,
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
pub(super) fn others(
    out: &Path,
    directories: &BTreeMap<String, Directory>,
    ours: &HashSet<&str>,
) -> Result<(Vec<PathBuf>, Vec<PathBuf>), SyncError> {
    let real =
        directories.iter().filter(|(_, kind)| **kind == Directory::Real).map(|(path, _)| path.as_str());
    let all: Vec<&str> = real.chain([""]).collect();
    let look = |directory: &str| {
        let (mut foreign, mut litter) = (Vec::new(), Vec::new());
        // Joined with `/`, as the known paths are on every system.
        let mut path = if directory.is_empty() { String::new() } else { format!("{directory}/") };
        let start = path.len();
        for entry in entries(&out.join(directory))? {
            let name = entry.file_name();
            let known = name.to_str().is_some_and(|name| {
                path.truncate(start);
                path.push_str(name);
                ours.contains(&*path) || directories.contains_key(&path)
            });
            let elsewhere = || directory.is_empty() && entry.file_type().is_ok_and(|kind| kind.is_dir());
            if name.as_encoded_bytes().starts_with(STAGING.as_bytes()) {
                litter.push(entry.path());
            } else if !(known || name.as_encoded_bytes().starts_with(b".") || elsewhere()) {
                foreign.push(Path::new(directory).join(name));
            }
        }
        Ok((foreign, litter))
    };
    let found: Result<Vec<_>, SyncError> = all.into_par_iter().map(look).collect();
    let (foreign, litter): (Vec<_>, Vec<_>) = found?.into_iter().unzip();
    let mut foreign: Vec<PathBuf> = foreign.into_iter().flatten().collect();
    foreign.sort();
    Ok((foreign, litter.into_iter().flatten().collect()))
}

fn entries(directory: &Path) -> Result<Vec<DirEntry>, SyncError> {
    let entries = fs::read_dir(directory).and_then(Iterator::collect);
    entries.map_err(SyncError::io("read the directory", directory))
}

/// What is at a path, without following a link; `None` if nothing is.
pub(super) fn metadata(path: &Path) -> Result<Option<Metadata>, SyncError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SyncError::io("examine", path)(error)),
    }
}
