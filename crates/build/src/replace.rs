//! Replace: the new text of a file of the user's comes in, the file holds it whole or not at all.

use std::io::Write;
use std::path::Path;
use std::{fs, io};

/// Replaces the content of a file at once, keeping its permissions; a link stays a link, and its
/// target changes.
///
/// # Errors
/// The file is read-only or missing, or its directory cannot be written; it is then as before.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let permissions = fs::metadata(&path)?.permissions();
    // Only the directory is asked when a file is replaced; whoever locked the file meant it.
    if permissions.readonly() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only"));
    }
    let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
    file.write_all(bytes)?;
    file.as_file().set_permissions(permissions)?;
    file.persist(&path)?;
    Ok(())
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
        assert_eq!(fs::read_dir(dir.path()).expect("it is there").count(), 1);
    }
}
