//! Writing: an [`Inspection`] without obstacles comes in, the directory is up to date afterwards.
//!
//! First everything is written to a staging directory inside `out`, in the layout of `out`; what
//! usually fails, fails there. Then it is renamed into place, a new directory at once.

use super::inspect::{Inspection, State};
use super::manifest::Manifest;
use super::{MANIFEST, STAGING, SyncError, paths};
use elementc_compiler::Artifact;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Carries out what the inspection found. Returns the paths written.
pub(super) fn commit(
    out: &Path,
    artifacts: &[Artifact],
    made: &Manifest,
    inspection: &Inspection,
) -> Result<Vec<String>, SyncError> {
    let states = artifacts.iter().zip(&inspection.states);
    let writes: Vec<&Artifact> =
        states.filter(|(_, state)| **state != State::Same).map(|(artifact, _)| artifact).collect();
    if writes.is_empty() && inspection.stale.is_empty() && made.text() == Some(&inspection.manifest) {
        return Ok(Vec::new());
    }

    let staging = tempfile::Builder::new().prefix(STAGING).tempdir_in(out);
    let staging = staging.map_err(SyncError::io("write to the directory", out))?;
    let tree = staging.path().join("tree");
    let changed = writes.iter().map(|artifact| artifact.path.as_str());
    probe(out, changed.clone().chain(inspection.stale.iter().map(String::as_str)))?;
    stage_directories(&tree, changed)?;
    let staged: Vec<_> = writes
        .par_iter()
        .map(|artifact| write(&tree.join(&artifact.path), &artifact.bytes, &out.join(&artifact.path)))
        .collect();
    staged.into_iter().collect::<Result<(), _>>()?;
    let (before, after) = (staging.path().join("before"), staging.path().join("after"));
    let manifest = out.join(MANIFEST);
    write(&before, made.pending(inspection.hashes.clone()).as_bytes(), &manifest)?;
    write(&after, inspection.manifest.as_bytes(), &manifest)?;

    if !writes.is_empty() {
        place(&before, &manifest)?;
    }
    replace(out, &tree, &inspection.stale)
        .and_then(|()| place(&after, &manifest))
        .map_err(|error| SyncError::Halfway { out: out.to_owned(), source: Box::new(error) })?;
    Ok(writes.iter().map(|artifact| artifact.path.clone()).chain([MANIFEST.to_owned()]).collect())
}

/// Makes sure that the existing directories of these paths can be written to, by doing so.
fn probe<'a>(out: &Path, paths: impl Iterator<Item = &'a str>) -> Result<(), SyncError> {
    let parents: BTreeSet<&str> = paths.filter_map(|path| paths::directories(path).next_back()).collect();
    for directory in parents.into_iter().map(|parent| out.join(parent)).filter(|directory| directory.exists())
    {
        tempfile::Builder::new()
            .prefix(STAGING)
            .tempfile_in(&directory)
            .map_err(SyncError::io("write to the directory", &directory))?;
    }
    Ok(())
}

fn stage_directories<'a>(tree: &Path, paths: impl Iterator<Item = &'a str>) -> Result<(), SyncError> {
    let parents: BTreeSet<&str> = paths.filter_map(|path| paths::directories(path).next_back()).collect();
    for directory in [PathBuf::new()].into_iter().chain(parents.into_iter().map(PathBuf::from)) {
        let directory = tree.join(directory);
        fs::create_dir_all(&directory).map_err(SyncError::io("create the directory", &directory))?;
    }
    Ok(())
}

/// Writes a new file; errors name the one that it is for.
fn write(path: &Path, bytes: &[u8], target: &Path) -> Result<(), SyncError> {
    File::create_new(path).and_then(|mut file| file.write_all(bytes)).map_err(SyncError::io("write", target))
}

/// Removes what is stale, then moves the tree into place. In this order, because a stale path may
/// be a new one in other case.
fn replace(out: &Path, tree: &Path, stale: &[String]) -> Result<(), SyncError> {
    for path in stale {
        let place = out.join(path);
        match fs::remove_file(&place) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(SyncError::io("remove", &place)(error));
            }
            _ => {}
        }
    }
    merge(tree, out)?;
    for path in stale {
        for directory in paths::directories(path).rev() {
            // Not empty: something else lives there.
            if fs::remove_dir(out.join(directory)).is_err() {
                break;
            }
        }
    }
    Ok(())
}

/// Moves everything in a directory into another.
fn merge(from: &Path, to: &Path) -> Result<(), SyncError> {
    let entries = fs::read_dir(from).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let entries = entries.map_err(SyncError::io("read the directory", from))?;
    let mut names: Vec<_> = entries.iter().map(fs::DirEntry::file_name).collect();
    names.sort();
    names.iter().try_for_each(|name| place(&from.join(name), &to.join(name)))
}

/// Moves a file, or a directory, over what is there.
fn place(from: &Path, to: &Path) -> Result<(), SyncError> {
    let is_directory = |path: &Path| fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir());
    match fs::rename(from, to) {
        Ok(()) => Ok(()),
        Err(_) if is_directory(from) && is_directory(to) => merge(from, to),
        Err(error) => Err(SyncError::io("replace", to)(error)),
    }
}

/// Removes what killed processes left.
pub(super) fn remove_litter(litter: &[PathBuf]) -> Result<(), SyncError> {
    for path in litter {
        // A probe is a file, a staging directory is one.
        let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        removed.map_err(SyncError::io("remove", path))?;
    }
    Ok(())
}
