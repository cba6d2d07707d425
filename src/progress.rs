//! Progress: what long work does and since when, on standard error, if that is a terminal.

use crate::output::Verbosity;
use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal as _;
use std::thread;
use std::time::Duration;

/// After how long a command says what it does.
const LONG: Duration = Duration::from_secs(1);

/// How often it moves.
const TICK: Duration = Duration::from_millis(100);

/// What long work does. It is shown until this is dropped.
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Says nothing yet: most work is done before anybody wonders.
    pub fn new(verbosity: Verbosity) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if verbosity > Verbosity::Quiet && std::io::stderr().is_terminal() {
            let style = ProgressStyle::with_template("{spinner} {msg} ({elapsed})");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            let later = bar.downgrade();
            thread::spawn(move || {
                thread::sleep(LONG);
                if let Some(bar) = later.upgrade().filter(|bar| !bar.is_finished()) {
                    bar.set_draw_target(ProgressDrawTarget::stderr());
                    bar.enable_steady_tick(TICK);
                }
            });
        }
        Self { bar }
    }

    /// What is done from now on, to how many: `compiling 10,000 descriptors`.
    pub fn phase(&self, verb: &str, count: usize, noun: &str) {
        let s = if count == 1 { "" } else { "s" };
        self.bar.set_message(format!("{verb} {} {noun}{s}", HumanCount(count as u64)));
    }

    /// Prints while nothing of this shows.
    pub fn paused<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_can_be_read() {
        let progress = Progress::new(Verbosity::Normal);
        for (count, message) in [(1, "compiling 1 descriptor"), (10_000, "compiling 10,000 descriptors")] {
            progress.phase("compiling", count, "descriptor");
            assert_eq!(progress.bar.message(), message);
        }
    }
}
