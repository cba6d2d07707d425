//! What the tests of whole compilations share: the shipped descriptors, and texts made sources.

#![allow(dead_code)] // each test uses some of it

pub mod pages;
pub mod random;
pub mod slips;

use elementc_compiler::control::Control;
use elementc_compiler::source::{Role, Source};
use elementc_compiler::{Compilation, compile_with};
use std::path::PathBuf;

/// The root of the repository.
pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A text file of the repository, with `/` in its path.
pub fn read(path: &str) -> String {
    let full = repository().join(path);
    std::fs::read_to_string(&full).unwrap_or_else(|error| panic!("{}: {error}", full.display()))
}

/// The names of the files of a directory of the repository that end so, sorted.
pub fn names(directory: &str, extension: &str) -> Vec<String> {
    let full = repository().join(directory);
    let entries = std::fs::read_dir(&full).unwrap_or_else(|error| panic!("{}: {error}", full.display()));
    let names = entries.map(|entry| entry.expect("the directory can be listed").file_name());
    let mut names: Vec<String> =
        names.filter_map(|name| name.to_str()?.strip_suffix(extension).map(str::to_owned)).collect();
    names.sort();
    names
}

/// A source; its path says its name and role.
pub fn source(path: &str, bytes: impl Into<Vec<u8>>) -> Source {
    let name = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".yaml").to_owned();
    let role = if path.contains("traits/") { Role::Trait } else { Role::Element };
    Source { path: path.to_owned(), name, role, library: false, bytes: bytes.into().into() }
}

/// The text of a source.
pub fn text(source: &Source) -> &str {
    std::str::from_utf8(&source.bytes).expect("descriptors are UTF-8")
}

/// Puts one text of a file in place of another.
pub fn edit(sources: &mut [Source], path: &str, old: &str, new: &str) {
    let edited = sources.iter_mut().find(|source| source.path == path);
    let edited = edited.unwrap_or_else(|| panic!("there is no {path}"));
    assert!(text(edited).contains(old), "{path} does not have this:\n{old}");
    edited.bytes = text(edited).replacen(old, new, 1).into_bytes().into();
}

/// The shipped traits, lent.
pub fn library() -> Vec<Source> {
    shipped("elements/traits").into_iter().map(|s| Source { library: true, ..s }).collect()
}

/// The shipped descriptors of a directory.
pub fn shipped(directory: &str) -> Vec<Source> {
    let paths = names(directory, ".yaml").into_iter().map(|name| format!("{directory}/{name}.yaml"));
    paths.map(|path| source(&path, read(&path))).collect()
}

/// All shipped descriptors, as they would be compiled.
pub fn catalogue() -> Vec<Source> {
    [shipped("elements"), shipped("elements/traits")].concat()
}

/// Compiles sources with the shipped traits below them.
pub fn with_library(sources: Vec<Source>) -> Compilation {
    controlled(sources, &[])
}

/// As [`with_library`], not to hear of some warnings.
pub fn controlled(sources: Vec<Source>, ignore: &[&str]) -> Compilation {
    let ignore = ignore.iter().map(|code| (*code).to_owned()).collect();
    compile_with([sources, library()].concat(), &Control { ignore, ..Control::default() })
}

/// `file:line:column code`, one per diagnostic.
pub fn places(compilation: &Compilation) -> Vec<String> {
    let place = |d: &elementc_compiler::diagnostic::Diagnostic| {
        let span = d.primary.span;
        let (line, column) = compilation.files.position(span.file, span.start);
        format!("{}:{line}:{column} {}", compilation.files.get(span.file).path, d.code)
    };
    compilation.diagnostics.iter().map(place).collect()
}
