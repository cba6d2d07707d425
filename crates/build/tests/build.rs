//! The build script of other crates: how it fails. (That it works, an example shows.)
#![allow(clippy::unwrap_used)]

use elementc_build::{Build, BuildError};
use std::fs;
use tempfile::tempdir;

#[test]
fn a_broken_descriptor_is_reported_and_nothing_is_written() {
    let root = tempdir().unwrap();
    let (elements, out) = (root.path().join("elements"), root.path().join("out"));
    fs::create_dir(&elements).unwrap();
    fs::write(elements.join("broken.yaml"), "key: [\n").unwrap();
    let error = Build::new().elements(&elements).out(&out).compile().unwrap_err();
    assert!(matches!(error, BuildError::Diagnostics(_)), "{error}");
    let text = error.to_string();
    assert!(text.contains("broken.yaml:"), "{text}");
    assert!(!text.contains('\u{1b}'), "no colour: {text}");
    assert_eq!(format!("{error:?}"), format!("\n{text}"), "`unwrap` must be readable");
    assert!(!out.exists());
}

#[test]
fn a_missing_directory_is_reported() {
    let root = tempdir().unwrap();
    let elements = root.path().join("elements");
    let error = Build::new().elements(&elements).out(root.path().join("out")).compile().unwrap_err();
    assert!(matches!(error, BuildError::Read(_)));
    assert!(error.to_string().starts_with(&format!("no directory {}", elements.display())), "{error}");
}

#[test]
fn without_out_dir_it_says_so() {
    // Cargo sets OUT_DIR for tests only of packages that have a build script.
    assert!(std::env::var_os("OUT_DIR").is_none());
    let error = Build::new().compile().unwrap_err();
    assert!(error.to_string().starts_with("OUT_DIR is not set"), "{error}");
}
