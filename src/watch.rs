//! Watching: runs a command now, and again after each change of what it reads.
//!
//! The system only says that something happened. Whether the command runs again is decided by the
//! inputs themselves, read again and compared: it may write where it reads, editors may rename and
//! delete as they like, and what was changed back has not changed.

use crate::catalogue::{self, Chosen};
use crate::commands::Shown;
use crate::failure::Failure;
use crate::output::Output;
use crate::{Elements, Verdict};
use elementc_build::templates;
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

/// How long nothing must happen before the inputs are read: a burst is one change.
const QUIET: Duration = Duration::from_millis(100);

/// How long a burst is waited for.
const LONGEST: Duration = Duration::from_secs(1);

/// How often the inputs are read where the system cannot say that something happened.
const POLL: Duration = Duration::from_secs(1);

/// Runs a command on a catalogue now and after each change, until somebody ends the process. It is
/// told when its time began.
///
/// # Errors
/// There is nothing to watch: the catalogue cannot be read the first time, or is the shipped one. The
/// output cannot be written. What fails later is shown, and watching goes on.
pub fn watch(
    elements: &Elements,
    format: Shown,
    output: &mut Output,
    mut run: impl FnMut(Instant, Chosen, &mut Output) -> Result<Verdict, Failure>,
) -> Result<Verdict, Failure> {
    if matches!(format, Shown::Json | Shown::Sarif) {
        return Err(Failure::new(
            "`--watch` reports again and again, and a JSON or SARIF document is only one: leave `--format` out",
        ));
    }
    let (waking, woken) = sync_channel(1);
    let mut places = Places::default();
    let mut last: Option<Result<Chosen, String>> = None;
    loop {
        // Before reading: whatever changes from here on wakes.
        let watcher = arm(&places, waking.clone());
        let start = Instant::now();
        let inputs = match read(elements) {
            Err(failure) if last.is_none() => return Err(failure),
            inputs => inputs.map_err(|failure| failure.to_string()),
        };
        if let Ok(chosen) = &inputs {
            let found = Places::of(chosen);
            if found != places {
                places = found;
                continue;
            }
        }
        if last.as_ref() != Some(&inputs) {
            if let Some(last) = &last {
                output.clear()?;
                for line in changes(last, &inputs) {
                    output.detail(&line)?;
                }
            }
            let ran = inputs.clone().map_err(Failure::new).and_then(|chosen| run(start, chosen, output));
            match ran {
                Err(failure @ Failure::Output(_)) => return Err(failure),
                Err(failure) => output.failure(&failure),
                Ok(_) => {}
            }
            if let Err(why) = &watcher {
                output.detail(&format!("the system cannot watch, so files are read every second: {why}"))?;
            }
            output.status(&format!("watching {}/ — press Ctrl-C to stop", places.shown))?;
            output.finish()?;
            last = Some(inputs);
        }
        match watcher {
            Ok(_) => settle(&woken),
            Err(_) => drop(woken.recv_timeout(POLL)),
        }
    }
}

/// The catalogue, if it is one of files.
fn read(elements: &Elements) -> Result<Chosen, Failure> {
    let chosen = catalogue::read(elements)?;
    // Never the shipped one instead of that whose `elementc.toml` is gone for a moment.
    if chosen.directory.is_none() {
        return Err(Failure::new(
            "there are no descriptors to watch: name a directory with `--elements DIR`",
        ));
    }
    Ok(chosen)
}

/// Where what a catalogue is read from is.
#[derive(Default, PartialEq)]
struct Places {
    /// The directories, absolute; they may come and go.
    directories: BTreeSet<PathBuf>,
    /// How the descriptors' directory is shown.
    shown: String,
}

impl Places {
    fn of(chosen: &Chosen) -> Self {
        let descriptors = chosen.directory.iter().flat_map(|dir| [dir.clone(), dir.join("traits")]);
        let config = chosen.root.iter().flat_map(|root| [root.clone(), root.join(templates::DIRECTORY)]);
        // The target of a link may change, too.
        let linked = chosen.sources.iter().filter(|s| !s.library).filter_map(|source| {
            let path = Path::new(&source.path);
            Some(fs::canonicalize(path).ok().filter(|_| path.is_symlink())?.parent()?.to_owned())
        });
        let all = descriptors.chain(config).chain(linked);
        let shown = chosen.directory.as_deref().map(catalogue::shown).unwrap_or_default();
        Self { directories: all.filter_map(|dir| std::path::absolute(dir).ok()).collect(), shown }
    }
}

/// Wakes on anything that happens in a place, or to it: if it is not there, in what is there of the
/// way to it.
fn arm(places: &Places, waking: SyncSender<()>) -> notify::Result<RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading is no change; it would wake whoever reads again and again.
        if !event.is_ok_and(|event| event.kind.is_access()) {
            // Full: somebody was woken already.
            let _ = waking.try_send(());
        }
    })?;
    let there = |dir: &Path| dir.ancestors().find(|dir| dir.is_dir()).map(Path::to_owned);
    let all = places.directories.iter();
    let with_parents = all.flat_map(|dir| [Some(dir.as_path()), dir.parent()]).flatten();
    for dir in with_parents.filter_map(there).collect::<BTreeSet<_>>() {
        watcher.watch(&dir, RecursiveMode::NonRecursive)?;
    }
    Ok(watcher)
}

/// Waits until something happened, and then until nothing happens any more.
fn settle(woken: &Receiver<()>) {
    if woken.recv().is_err() {
        return;
    }
    let start = Instant::now();
    while start.elapsed() < LONGEST && woken.recv_timeout(QUIET).is_ok() {}
}

/// Which files changed.
fn changes(old: &Result<Chosen, String>, new: &Result<Chosen, String>) -> Vec<String> {
    let (Ok(old), Ok(new)) = (old, new) else { return Vec::new() };
    fn files(chosen: &Chosen) -> HashSet<(&str, &[u8])> {
        chosen.sources.iter().map(|source| (&*source.path, &*source.bytes)).collect()
    }
    let (old, new) = (files(old), files(new));
    let paths: BTreeSet<&str> = old.symmetric_difference(&new).map(|(path, _)| *path).collect();
    paths.into_iter().map(|path| format!("changed: {path}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_one_change() {
        let (waking, woken) = sync_channel(500);
        (0..500).for_each(|_| waking.send(()).expect("there is room"));
        settle(&woken);
        assert!(woken.try_recv().is_err(), "what is left would be another change");
    }
}
