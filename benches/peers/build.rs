//! Compiles the element of thirty entries, and writes the schemas where the macro of `jsonschema`
//! takes them from: into its argument.

use std::path::{Path, PathBuf};

fn main() {
    let shipped = "../../elements";
    let library = elementc_build::read::read_elements(Path::new(shipped), shipped);
    elementc_build::Build::new().library(library.expect("the shipped descriptors can be read")).run();
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    let seed = "../../generated/sageoneuk/create-instance.schema.json";
    println!("cargo::rerun-if-changed={shipped}");
    println!("cargo::rerun-if-changed={seed}");
    let mut text = String::new();
    for (name, path) in
        [("Seed", PathBuf::from(seed)), ("Thirty", out.join("thirty/create-instance.schema.json"))]
    {
        let schema = std::fs::read_to_string(&path).expect("the schema has been emitted");
        text += &format!(
            "/// As the macro compiles it.\n#[jsonschema::validator(schema = r###\"{schema}\"###)]\npub struct {name};\n\
             impl {name} {{\n    /// The schema.\n    pub const SCHEMA: &str = r###\"{schema}\"###;\n}}\n"
        );
    }
    std::fs::write(out.join("schemas.rs"), text).expect("OUT_DIR can be written to");
}
