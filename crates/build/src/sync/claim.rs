//! A claim: nobody else brings a directory up to date meanwhile.
//!
//! In: a directory that need not exist. Out: an advisory lock on it, where there is something to lock.

use super::SyncError;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// An output directory, locked until this is dropped if it is there and can be locked.
#[derive(Debug)]
pub struct Claim {
    out: PathBuf,
    lock: Option<File>,
}

impl Claim {
    /// Waits until nobody else has the directory. What goes wrong will go wrong again in [`super::Session`],
    /// and be told there.
    #[must_use]
    pub fn on(out: impl Into<PathBuf>) -> Self {
        let out = out.into();
        let lock = if out.is_dir() { lock(&out, File::lock).ok().flatten() } else { None };
        Self { out, lock }
    }

    /// The directory.
    #[must_use]
    pub fn out(&self) -> &Path {
        &self.out
    }

    /// Whether it is locked.
    pub(super) fn holds(&self) -> bool {
        self.lock.is_some()
    }
}

/// Locks the directory until the handle is dropped; `None` where that cannot be done.
#[cfg(unix)]
pub(super) fn lock(out: &Path, how: impl Fn(&File) -> io::Result<()>) -> Result<Option<File>, SyncError> {
    let handle = File::open(out).map_err(SyncError::io("read the directory", out))?;
    loop {
        match how(&handle) {
            Ok(()) => return Ok(Some(handle)),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Ok(None),
        }
    }
}

/// A directory has no handle that could be locked.
#[cfg(not(unix))]
pub(super) fn lock(_: &Path, _: impl Fn(&File) -> io::Result<()>) -> Result<Option<File>, SyncError> {
    Ok(None)
}
