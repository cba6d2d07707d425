//! What the tests share.
#![allow(dead_code, reason = "each test uses its part")]

use elementc_compiler::Artifact;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

/// Artifacts of paths and texts.
pub fn artifacts(files: &[(&str, &str)]) -> Vec<Artifact> {
    files
        .iter()
        .map(|(path, text)| Artifact { path: (*path).to_owned(), bytes: text.as_bytes().to_vec() })
        .collect()
}

/// Writes a file and the directories around it.
pub fn put(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Every file below a directory by its path, a directory as `path/`, a link as `path@`; staging
/// directories, too, so that one left over is noticed.
pub fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    walk(root, "", &mut found);
    found
}

fn walk(root: &Path, prefix: &str, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(root.join(prefix)).unwrap().map(Result::unwrap) {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            found.insert(format!("{name}/"), Vec::new());
            walk(root, &format!("{name}/"), found);
        } else if kind.is_symlink() {
            found.insert(format!("{name}@"), Vec::new());
        } else {
            found.insert(name, fs::read(entry.path()).unwrap());
        }
    }
}

/// The names in a tree, without the manifest.
pub fn names(root: &Path) -> Vec<String> {
    tree(root).into_keys().filter(|name| name != "manifest.json" && !name.ends_with('/')).collect()
}

/// Says that a test could not run here; not by `eprintln!`, whose output a passing test swallows.
pub fn skipped(test: &str, why: &str) {
    std::io::stderr().write_all(format!("SKIPPED {test}: {why}\n").as_bytes()).unwrap();
}
