//! Output: the only place that prints.

use crate::failure::Failure;
use anstream::{AutoStream, ColorChoice};
use elementc_compiler::render::Style;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{BufWriter, StdoutLock, Write};
use std::time::{Duration, Instant};

/// Standard output with colours where they are wanted, and standard error for failures.
pub struct Output {
    stdout: BufWriter<StdoutLock<'static>>,
    color: bool,
}

impl Output {
    /// Decides on colours: as told, else by the terminal and `NO_COLOR`.
    pub fn new(choice: clap::ColorChoice) -> Self {
        let color = match choice {
            clap::ColorChoice::Always => true,
            clap::ColorChoice::Never => false,
            clap::ColorChoice::Auto => AutoStream::choice(&std::io::stdout()) != ColorChoice::Never,
        };
        Self { stdout: BufWriter::new(std::io::stdout().lock()), color }
    }

    /// How to render diagnostics.
    pub fn style(&self) -> Style {
        let columns = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
        Style { color: self.color, width: columns.unwrap_or(100).clamp(60, 160) }
    }

    /// Prints text as it is.
    pub fn text(&mut self, text: &str) -> Result<(), Failure> {
        Ok(self.stdout.write_all(text.as_bytes())?)
    }

    /// Prints a line.
    pub fn line(&mut self, line: &str) -> Result<(), Failure> {
        Ok(writeln!(self.stdout, "{line}")?)
    }

    /// Prints a line to standard error, beside a document on standard output.
    #[allow(clippy::print_stderr, reason = "the only place that prints")]
    pub fn aside(&mut self, line: &str) -> Result<(), Failure> {
        self.stdout.flush()?;
        anstream::eprintln!("{line}");
        Ok(())
    }

    /// Writes out what is still held back.
    pub fn finish(&mut self) -> Result<(), Failure> {
        Ok(self.stdout.flush()?)
    }

    /// Says on standard error why a command failed.
    #[allow(clippy::print_stderr, reason = "this is where failures are printed")]
    pub fn failure(&mut self, failure: &Failure) {
        // What was printed before the failure still counts; if it cannot be written, this says so too.
        let _ = self.stdout.flush();
        anstream::eprintln!("error: {failure}");
    }
}

/// After how long a command says how far it is.
const LONG: Duration = Duration::from_secs(1);

/// How far long work is, on standard error: nothing if that is no terminal.
pub struct Progress {
    bar: ProgressBar,
    started: Instant,
}

impl Progress {
    /// Starts to count what is named.
    pub fn of(what: &str) -> Self {
        let style = ProgressStyle::with_template(&format!("{{spinner}} {{human_pos}} {what} in {{elapsed}}"));
        let bar = ProgressBar::hidden();
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        Self { bar, started: Instant::now() }
    }

    /// Counts further things as done.
    pub fn add(&self, done: usize) {
        if self.bar.is_hidden() && self.started.elapsed() > LONG {
            // It hides itself where there is no terminal.
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.inc(done as u64);
    }

    /// Prints while nothing of this shows.
    pub fn paused<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }

    /// Takes it away.
    pub fn finish(self) {
        self.bar.finish_and_clear();
    }
}
