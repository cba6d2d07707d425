//! Writing: new content comes in, the directory is up to date afterwards.
//!
//! First everything is written to a staging directory inside `out`, in the layout of `out`; what
//! usually fails, fails there. Then it is renamed into place, a new directory at once.

use super::inspect::Outdated;
use super::stamp::Stamp;
use super::{MANIFEST, PENDING, STAGING, SyncError, paths};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// New content on its way: a directory inside `out` that has its layout. Removed when dropped.
#[derive(Debug)]
pub(super) struct Staging(TempDir);

impl Staging {
    pub(super) fn new(out: &Path) -> Result<Self, SyncError> {
        let staging = tempfile::Builder::new().prefix(STAGING).tempdir_in(out);
        let staging = staging.map_err(SyncError::io("write to the directory", out))?;
        let tree = staging.path().join("tree");
        fs::create_dir(&tree).map_err(SyncError::io("create the directory", &tree))?;
        // If the process is killed, nobody commits what it leaves.
        let ignore = staging.path().join(".gitignore");
        fs::write(&ignore, "*\n").map_err(SyncError::io("write to the directory", out))?;
        Ok(Self(staging))
    }

    /// Leaves it to the next sync, which learns from it what was about to be.
    pub(super) fn leave(self) {
        let _ = self.0.keep();
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes new content; errors name the file that it is for.
    pub(super) fn stage(&self, out: &Path, path: &str, pieces: &[&[u8]]) -> Result<Option<Stamp>, SyncError> {
        let place = self.tree().join(path);
        let write = || write(&place, pieces);
        let written = match write() {
            // The first file of its directory.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let directory = place.parent().unwrap_or(&place);
                fs::create_dir_all(directory).map_err(SyncError::io("create the directory", directory))?;
                write()
            }
            written => written,
        };
        written.map_err(SyncError::io("write", &out.join(path)))
    }

    fn tree(&self) -> PathBuf {
        self.0.path().join("tree")
    }
}

/// Puts what is staged into place and removes what is stale, the manifest last. What is pending tells meanwhile
/// what is to come.
pub(super) fn commit(
    out: &Path,
    staging: &Staging,
    writes: &[&str],
    outdated: &Outdated,
    pending: &str,
    manifest: &str,
) -> Result<(), SyncError> {
    probe(out, writes.iter().copied().chain(outdated.stale.iter().map(String::as_str)))?;
    let next = staging.path().join(MANIFEST);
    let place_of_manifest = out.join(MANIFEST);
    for (place, text) in [(&staging.path().join(PENDING), pending), (&next, manifest)] {
        write(place, &[text.as_bytes()]).map_err(SyncError::io("write", &place_of_manifest))?;
    }
    replace(out, &staging.tree(), outdated)
        .and_then(|()| place(&next, &place_of_manifest))
        .map_err(|error| SyncError::Halfway { out: out.to_owned(), source: Box::new(error) })
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

fn write(path: &Path, pieces: &[&[u8]]) -> io::Result<Option<Stamp>> {
    let mut file = File::create_new(path)?;
    if let [only] = pieces {
        file.write_all(only)?;
    } else {
        let mut buffered = io::BufWriter::with_capacity(1 << 18, &file);
        pieces.iter().try_for_each(|piece| buffered.write_all(piece))?;
        buffered.flush()?;
    }
    Ok(Stamp::of(&file.metadata()?))
}

/// Removes what is stale, then moves the tree into place. In this order, because a stale path may
/// be a new one in other case.
fn replace(out: &Path, tree: &Path, Outdated { stale, gone, .. }: &Outdated) -> Result<(), SyncError> {
    for path in stale {
        remove(&out.join(path), |place| fs::remove_file(place))?;
    }
    merge(tree, out)?;
    for path in stale.iter().chain(gone) {
        for directory in paths::directories(path).rev() {
            match fs::remove_dir(out.join(directory)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => break, // Something else lives there.
                _ => {}
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

/// Removes what killed processes left, but for what it tells: that is needed until the manifest tells it.
pub(super) fn empty_litter(litter: &[PathBuf]) -> Result<(), SyncError> {
    litter.iter().try_for_each(|path| match path.is_dir() {
        true => remove(&path.join("tree"), |tree| fs::remove_dir_all(tree)),
        // What was only to be tried.
        false => remove(path, |probe| fs::remove_file(probe)),
    })
}

/// Removes what is left of it.
pub(super) fn remove_litter(litter: &[PathBuf]) -> Result<(), SyncError> {
    litter.iter().try_for_each(|path| remove(path, |staging| fs::remove_dir_all(staging)))
}

fn remove(path: &Path, how: impl Fn(&Path) -> io::Result<()>) -> Result<(), SyncError> {
    match how(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(SyncError::io("remove", path)(error)),
        _ => Ok(()),
    }
}
