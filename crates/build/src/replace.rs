//! Replace: the new texts of files of the user's come in, each file holds its own whole or not at all.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Replaces the content of a file at once, keeping its permissions; a link stays a link, and its
/// target changes.
///
/// # Errors
/// The file is read-only or missing, or its directory cannot be written; it is then as before.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (path, file) = staged(path, bytes)?;
    file.persist(path)?;
    Ok(())
}

/// Replaces the content of several files, as [`replace`] does, once all of it is on the disk: while one
/// of them cannot be written, all are as before.
///
/// # Errors
/// The first path that cannot be written, and why.
pub fn replace_all<'a>(files: &[(&'a Path, &[u8])]) -> Result<(), (&'a Path, io::Error)> {
    let mut all = Vec::new();
    for (path, bytes) in files {
        all.push((*path, staged(path, bytes).map_err(|error| (*path, error))?));
    }
    for (shown, (path, file)) in all {
        file.persist(path).map_err(|error| (shown, error.error))?;
    }
    Ok(())
}

/// The new content beside the file that it is for, and where that really is.
fn staged(path: &Path, bytes: &[u8]) -> io::Result<(PathBuf, tempfile::NamedTempFile)> {
    let path = fs::canonicalize(path)?;
    let permissions = fs::metadata(&path)?.permissions();
    // Only the directory is asked when a file is replaced; whoever locked the file meant it.
    if permissions.readonly() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only"));
    }
    let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new("."))).map_err(bare)?;
    file.as_file_mut().write_all(bytes)?;
    file.as_file().set_permissions(permissions)?;
    Ok((path, file))
}

/// An error without the name of the file beside the one that is meant.
fn bare(error: io::Error) -> io::Error {
    let inner = std::error::Error::source(&error).and_then(|inner| inner.downcast_ref::<io::Error>());
    inner.and_then(io::Error::raw_os_error).map_or(error, io::Error::from_raw_os_error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_changes_and_permissions_stay() {
        let dir = tempfile::tempdir().expect("a temporary directory can be made");
        let path = dir.path().join("a.yaml");
        fs::write(&path, "old").expect("it can be written");
        let before = fs::metadata(&path).expect("it is there").permissions();
        replace(&path, b"new").expect("it can be replaced");
        assert_eq!(fs::read(&path).expect("it is there"), b"new");
        assert_eq!(fs::metadata(&path).expect("it is there").permissions(), before);
        assert!(replace(&dir.path().join("missing.yaml"), b"").is_err());
        // One that cannot be written keeps the other from being written.
        let missing = dir.path().join("missing.yaml");
        let (failed, _) = replace_all(&[(&path, b"newer"), (&missing, b"")]).expect_err("one is missing");
        assert_eq!(failed, missing);
        assert_eq!(fs::read(&path).expect("it is there"), b"new");
        replace_all(&[(&path, b"newest")]).expect("it can be replaced");
        assert_eq!(fs::read(&path).expect("it is there"), b"newest");
        assert_eq!(fs::read_dir(dir.path()).expect("it is there").count(), 1);
    }
}
