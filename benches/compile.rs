//! How long compiling takes, as ratios within one run: catalogues of copies of the shipped
//! elements under other keys; beside each the bare event pass of the YAML parser over the same
//! bytes, and copying the output.
//!
//! `cargo bench --bench compile`

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use elementc_build::sync::sync;
use elementc_compiler::source::{Role, Source};
use elementc_compiler::{compile, emit};
use std::path::Path;
use std::time::{Duration, Instant};

fn main() {
    println!(
        "{:>8} {:>10} {:>8} {:>10} {:>10} {:>10} {:>10} {:>8}",
        "elements", "events", "check", "÷ events", "emit", "write", "unchanged", "÷ copy"
    );
    for count in [100, 1000] {
        row(count);
    }
}

fn row(count: usize) {
    let sources = catalogue(count);
    let events = best(5, || {
        for source in &sources {
            let text = std::str::from_utf8(&source.bytes).expect("descriptors are UTF-8");
            assert!(granit_parser::Parser::new_from_str(text).all(|event| event.is_ok()));
        }
    });
    let check = best(5, || assert!(!compile(sources.clone()).has_errors()));
    let compilation = compile(sources.clone());
    let emitting = best(3, || drop(emit(&compilation.catalog)));
    let artifacts = emit(&compilation.catalog);
    let memory = Path::new("/dev/shm");
    let dir = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    let dir = dir.expect("a temporary directory can be made");
    let (out, copy) = (dir.path().join("out"), dir.path().join("copy"));
    let write = once(|| drop(sync(&out, &artifacts).expect("the output can be written")));
    let unchanged =
        best(3, || assert!(sync(&out, &artifacts).expect("the output can be read").written.is_empty()));
    let copying = once(|| copy_tree(&out, &copy));
    let ratio = |a: Duration, b: Duration| a.as_secs_f64() / b.as_secs_f64();
    let ms = |d: Duration| format!("{:.1} ms", d.as_secs_f64() * 1e3);
    println!(
        "{count:>8} {:>10} {:>8} {:>10.2} {:>10} {:>10} {:>10} {:>8.2}",
        ms(events),
        ms(check),
        ratio(check, events),
        ms(emitting),
        ms(write),
        ms(unchanged),
        ratio(check + emitting + write, copying)
    );
}

/// Copies of the shipped elements under other keys, and the traits.
fn catalogue(count: usize) -> Vec<Source> {
    let own = elementc::library().into_iter().map(|source| Source { library: false, ..source });
    let (mut all, elements): (Vec<Source>, Vec<Source>) = own.partition(|source| source.role == Role::Trait);
    for at in 0..count {
        let original = &elements[at % elements.len()];
        let name = format!("{}x{at}", original.name);
        let text = std::str::from_utf8(&original.bytes).expect("descriptors are UTF-8");
        let renamed: Vec<String> = text
            .lines()
            .map(|line| match line.split_once(": ") {
                Some(("key", _)) => format!("key: {name}"),
                Some(("id", _)) => format!("id: {at}"),
                Some(("name", old)) => format!("name: {old} {at}"),
                // The originals are not part of this catalogue, only their first copies.
                Some(("extends", parent)) => {
                    let first =
                        elements.iter().position(|e| e.name == parent).expect("the parent is shipped");
                    format!("extends: {parent}x{first}")
                }
                _ => line.to_owned(),
            })
            .collect();
        let bytes = (renamed.join("\n") + "\n").into_bytes().into();
        all.push(Source { path: format!("elements/{name}.yaml"), name, bytes, ..original.clone() });
    }
    all
}

fn copy_tree(from: &Path, to: &Path) {
    std::fs::create_dir(to).expect("the copy is new");
    for entry in std::fs::read_dir(from).expect("the output is a directory").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_tree(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}

fn once(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn best(rounds: usize, mut work: impl FnMut()) -> Duration {
    (0..rounds).map(|_| once(&mut work)).min().expect("there is a round")
}
