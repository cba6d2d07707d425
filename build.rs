//! Keeps `generated/` up to date with `elements/`, and embeds the descriptors.
//!
//! In a checkout (there is a `.git`) the descriptors are compiled and what they changed is
//! written, so that an edit of YAML shows in `git diff` after `cargo build`. In a packaged source
//! nothing but OUT_DIR is written. A broken descriptor is a warning here and leaves `generated/`
//! as it was: the command line that explains the mistake must still build. It fails the build in
//! `crates/gate`, and here for a release, which would carry the broken descriptor along: see
//! `docs/decisions/0001-broken-descriptors.md`.

use std::path::{Path, PathBuf};
use std::{env, fs};

#[allow(clippy::print_stderr, reason = "cargo shows what a build script prints when it fails")]
fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=elements");
    println!("cargo::rerun-if-changed=generated/elements.rs");
    if root.join(".git").exists()
        && let Err(error) = elementc_build::Build::new().out(root.join("generated")).compile()
    {
        // Cargo's name for the profile that `cargo install` uses, and those made of it.
        if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
            eprintln!("{error}");
            std::process::exit(1);
        }
        println!(
            "cargo::warning=generated/ is not up to date: `cargo run -- check` says what is wrong in elements/"
        );
        if !matches!(error, elementc_build::BuildError::Diagnostics(_)) {
            println!("cargo::warning={}", error.to_string().replace('\n', " "));
        }
    }
    let mut embedded = String::from("&[\n");
    for role in ["", "traits/"] {
        for name in yaml_files(&root.join("elements").join(role)) {
            let path = root.join("elements").join(role).join(&name);
            embedded.push_str(&format!("    ({:?}, include_bytes!({path:?})),\n", format!("{role}{name}")));
        }
    }
    embedded.push(']');
    fs::write(out.join("shipped.rs"), embedded).expect("OUT_DIR is writable");
    // Without a previous output there is nothing to fall back to but an empty catalogue.
    let index = root.join("generated/elements.rs");
    let catalogue = if index.exists() {
        format!(
            "/// The validators of each element, generated from its descriptor.\n#[path = {index:?}]\npub mod elements;\n"
        )
    } else {
        "/// Empty.\npub mod elements {\n    /// The catalogue did not compile.\n    pub static PROGRAMS: [&[&elementc_runtime::Program]; 0] = [];\n}\n"
            .to_owned()
    };
    fs::write(out.join("catalogue.rs"), catalogue).expect("OUT_DIR is writable");
}

fn yaml_files(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|e| e.file_name().into_string().ok())
        .filter(|name| name.ends_with(".yaml") && !name.starts_with('.'))
        .collect();
    names.sort();
    names
}
