//! How long compiling takes, as ratios within one run: catalogues of elements of ten entries each
//! ([`synthetic`]); beside `check` the bare event pass of the YAML parser over the same bytes on the
//! same threads, beside building `cp -r` of the output and `git status` on it.
//!
//! `cargo bench --bench compile`, or with other sizes: `cargo bench --bench compile -- 100 10000`

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

mod synthetic;

/// As in the command line.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use elementc_compiler::compile;
use elementc_compiler::source::{Bytes, Role, Source};
use rayon::prelude::*;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if let [_, mode, count] = args.as_slice()
        && mode == READING
    {
        return reading(count.parse().expect("this bench says how many"));
    }
    let mut counts: Vec<usize> = args.iter().filter_map(|a| a.parse().ok()).collect();
    if counts.is_empty() {
        counts = vec![100, 1000, 10_000];
    }
    println!(
        "{:>8} {:>8} | {:>9} {:>9} {:>8} | {:>9} {:>9} {:>6} | {:>9} {:>9} {:>6} | {:>9} {:>8} | {:>9} {:>9}",
        "elements",
        "YAML",
        "events",
        "check",
        "÷ events",
        "fresh",
        "cp -r",
        "÷ cp",
        "unchanged",
        "git st.",
        "÷ git",
        "one edit",
        "÷ unch.",
        "output",
        "peak"
    );
    for count in counts {
        row(count);
    }
}

/// The mode in which this program compares check with the bare pass, and prints the medians of both and of
/// their ratio, in seconds.
const READING: &str = "--reading";

/// How many processes do so. Where the pages of a program come to lie in memory is luck, and makes one of the two
/// faster or slower by up to a tenth; so each has a copy of its own, and the median of them counts.
const PROCESSES: usize = 9;

fn reading(count: usize) {
    let sources = synthetic::catalogue(count);
    let own: Vec<&Source> = sources.iter().filter(|s| s.role == Role::Element).collect();
    let rounds = (20_000 / count).clamp(5, 50);
    let (mut events, mut check) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        events.push(once(|| own.par_iter().for_each(|source| pass(source))));
        let sources = sources.clone();
        let mut compilation = None;
        check.push(once(|| compilation = Some(compile(sources))));
        // The command line never takes it apart, its process ends. Here one of the threads that made it does,
        // so that the next round has little to collect of what others gave back.
        rayon::scope(|scope| scope.spawn(|_| drop(compilation)));
    }
    let ratios = check.iter().zip(&events).map(|(check, events)| check / events).collect();
    println!("{} {} {}", median(events), median(check), median(ratios));
}

/// What each process read: events, check, and their ratio.
fn readings(count: usize) -> [Vec<f64>; 3] {
    let own = std::env::current_exe().expect("this program has a path");
    let mut readings = <[Vec<f64>; 3]>::default();
    for _ in 0..PROCESSES {
        // Beside it, where programs may be run.
        let dir =
            tempfile::tempdir_in(own.parent().unwrap_or(Path::new("."))).expect("a directory can be made");
        let copy = dir.path().join("compile");
        fs::copy(&own, &copy).expect("this program can be copied");
        let output = Command::new(&copy).args([READING, &count.to_string()]).output();
        let output = output.expect("the copy can be run").stdout;
        let figures = String::from_utf8_lossy(&output);
        let figures = figures.split_whitespace().map(|figure| figure.parse().expect("it prints figures"));
        readings.iter_mut().zip(figures).for_each(|(all, one)| all.push(one));
    }
    readings
}

/// A directory in memory, where there is one.
fn temporary() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let dir = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    dir.expect("a temporary directory can be made")
}

fn row(count: usize) {
    let sources = synthetic::catalogue(count);
    let own: Vec<&Source> = sources.iter().filter(|s| s.role == Role::Element).collect();
    let bytes: usize = own.iter().map(|s| s.bytes.len()).sum();
    let compilation = compile(sources.clone());
    let shown = elementc_compiler::render::concise(&compilation.diagnostics, &compilation.files);
    assert!(compilation.diagnostics.is_empty(), "a synthetic catalogue is clean:\n{shown}");
    drop(compilation);

    let [events, check, ratios] = readings(count);
    let dir = temporary();
    let (elements, out, copy) =
        (dir.path().join("elements"), dir.path().join("out"), dir.path().join("copy"));
    fs::create_dir(&elements).expect("the directory is new");
    for source in &own {
        fs::write(dir.path().join(&source.path), &*source.bytes).expect("a descriptor can be written");
    }
    let build = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_elementc"));
        command.arg("build").arg("--elements").arg(&elements).arg("--out").arg(&out);
        run(&mut command)
    };
    let (mut fresh, mut copying) = (Vec::new(), Vec::new());
    for _ in 0..(7000 / count).clamp(3, 7) {
        let _ = fs::remove_dir_all(&out);
        let _ = fs::remove_dir_all(&copy);
        fresh.push(build());
        copying.push(run(Command::new("cp").arg("-r").arg(&out).arg(&copy)));
    }
    let git = || {
        let mut command = Command::new("git");
        command.current_dir(&out);
        command
    };
    run(git().args(["init", "--quiet"]));
    run(git().args(["add", "."]));
    let (mut unchanged, mut status, mut edited) = (Vec::new(), Vec::new(), Vec::new());
    let last = dir.path().join(&own[count - 1].path);
    for round in 0..11 {
        unchanged.push(build());
        status.push(run(git().arg("status")));
        let text = fs::read_to_string(&last).expect("the descriptor is there");
        let text = text.replacen("title: ", &format!("title: {round} "), 1);
        fs::write(&last, text).expect("the descriptor can be edited");
        edited.push(build());
    }
    fs::remove_dir_all(out.join(".git")).expect("the repository is there");
    let _ = fs::remove_dir_all(&out);
    let peak = peak(&elements, &out);
    let mb = |b: u64| format!("{:.1} MB", b as f64 / 1e6);
    println!(
        "{count:>8} {:>8} | {:>9} {:>9} {:>8} | {:>9} {:>9} {:>6} | {:>9} {:>9} {:>6} | {:>9} {:>8} | {:>9} {:>9}",
        mb(bytes as u64),
        ms(&events),
        ms(&check),
        format!("{:.2}", median(ratios)),
        ms(&fresh),
        ms(&copying),
        ratio(&fresh, &copying),
        ms(&unchanged),
        ms(&status),
        ratio(&unchanged, &status),
        ms(&edited),
        ratio(&edited, &unchanged),
        mb(size(&out)),
        peak.map_or("unknown".to_owned(), mb),
    );
}

/// The median of what rounds took.
fn ms(rounds: &[f64]) -> String {
    format!("{:.1} ms", median(rounds.to_vec()) * 1e3)
}

/// The median of the ratios of each round: what slows the machine for a while slows both of its halves.
fn ratio(one: &[f64], other: &[f64]) -> String {
    format!("{:.2}", median(one.iter().zip(other).map(|(one, other)| one / other).collect()))
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// The YAML parser alone, over one descriptor.
fn pass(source: &Source) {
    let Bytes::Text(text) = &source.bytes else { panic!("descriptors are UTF-8") };
    assert!(granit_parser::Parser::new_from_str(text).all(|event| event.is_ok()));
}

/// The most memory that a fresh build holds, as GNU time tells it.
fn peak(elements: &Path, out: &Path) -> Option<u64> {
    let mut command = Command::new("/usr/bin/time");
    command.args(["-f", "%M", env!("CARGO_BIN_EXE_elementc"), "build", "--elements"]);
    let told = command.arg(elements).arg("--out").arg(out).output().ok()?;
    let kilobytes: u64 = String::from_utf8(told.stderr).ok()?.lines().last()?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

fn run(command: &mut Command) -> f64 {
    let command = command.stdout(std::process::Stdio::null());
    once(|| assert!(command.status().expect("the program can be run").success(), "{command:?}"))
}

fn size(dir: &Path) -> u64 {
    let entries = fs::read_dir(dir).expect("the output is a directory").flatten();
    entries
        .map(|e| if e.path().is_dir() { size(&e.path()) } else { e.metadata().map_or(0, |m| m.len()) })
        .sum()
}

/// How long some work takes, in seconds.
fn once(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}
