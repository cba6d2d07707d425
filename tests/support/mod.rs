//! What the tests share: the catalogue of the shipped elements and of the fixtures.
#![allow(dead_code, reason = "each test uses its part")]

pub mod random;
pub mod vectors;

use elementc_build::read::read_elements;
use elementc_compiler::render::{Style, human};
use elementc_compiler::source::Source;
use elementc_compiler::{Artifact, Compilation, compile, emit_with};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// A path below the root of the package.
pub fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The shipped descriptors.
pub fn shipped() -> Vec<Source> {
    read_elements(&root("elements"), "elements").expect("the shipped descriptors can be read")
}

/// The descriptors of a directory below `tests/fixtures`, on top of the shipped traits.
pub fn fixtures(directory: &str) -> Vec<Source> {
    let path = format!("tests/fixtures/{directory}");
    let mut sources = read_elements(&root(&path), &path).expect("the fixtures can be read");
    sources.extend(shipped().into_iter().map(|source| Source { library: true, ..source }));
    sources
}

/// Compiles descriptors that must have no errors.
pub fn compiled(sources: Vec<Source>) -> Compilation {
    let compilation = compile(sources);
    let Compilation { diagnostics, files, .. } = &compilation;
    assert!(!compilation.has_errors(), "{}", human(diagnostics, files, Style { color: false, width: 100 }));
    compilation
}

/// Compiles and emits descriptors that must have no errors.
pub fn emitted(sources: Vec<Source>) -> Vec<Artifact> {
    artifacts(&compiled(sources))
}

/// The site of this repository, as its `elementc.toml` describes it.
pub fn site() -> elementc_compiler::template::Site {
    let located = elementc_build::config::find(&root("")).expect("elementc.toml can be read");
    located.expect("there is an elementc.toml").config.site
}

/// What is built in this repository of what has been compiled: with the site of its `elementc.toml`.
pub fn artifacts(compilation: &Compilation) -> Vec<Artifact> {
    let located = elementc_build::config::find(&root("")).expect("elementc.toml can be read");
    let located = located.expect("there is an elementc.toml");
    let templates = located.templates().expect("the templates can be read");
    let mut files = compilation.files.clone();
    emit_with(&compilation.catalog, templates, &located.config.site, &mut files)
        .unwrap_or_else(|wrong| panic!("{}", human(&wrong, &files, Style { color: false, width: 100 })))
}

/// Says something even if the test passes: what `eprintln!` prints is swallowed then.
pub fn say(line: &str) {
    std::io::stderr().write_all(format!("{line}\n").as_bytes()).expect("standard error can be written to");
}
