//! Output: the only place that prints.

use crate::failure::Failure;
use crate::progress::Progress;
use anstream::{AutoStream, ColorChoice};
use elementc_compiler::render::Style;
use std::io::{BufWriter, IsTerminal as _, StdoutLock, Write};

/// How much a command says of how it went. What is wrong, and what was asked for, is always printed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Nothing.
    Quiet,
    /// What it came to.
    Normal,
    /// Also which files are read and written.
    Verbose,
}

/// Standard output with colours where they are wanted, and standard error for failures.
pub struct Output {
    stdout: BufWriter<StdoutLock<'static>>,
    color: bool,
    verbosity: Verbosity,
}

impl Output {
    /// Decides on colours: as told, else by the terminal, `NO_COLOR` and `CLICOLOR_FORCE`.
    pub fn new(color: clap::ColorChoice, verbosity: Verbosity) -> Self {
        let choice = match color {
            clap::ColorChoice::Always => ColorChoice::Always,
            clap::ColorChoice::Never => ColorChoice::Never,
            clap::ColorChoice::Auto => ColorChoice::Auto,
        };
        // Standard error asks for it, too.
        choice.write_global();
        let color = AutoStream::choice(&std::io::stdout()) != ColorChoice::Never;
        Self { stdout: BufWriter::new(std::io::stdout().lock()), color, verbosity }
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

    /// Prints a line about how it went, unless that is not wanted.
    pub fn status(&mut self, line: &str) -> Result<(), Failure> {
        if self.verbosity >= Verbosity::Normal { self.line(line) } else { Ok(()) }
    }

    /// Prints a line to standard error, beside a document on standard output.
    pub fn aside(&mut self, line: &str) -> Result<(), Failure> {
        self.stdout.flush()?;
        // If nobody reads it, nobody can be told.
        let _ = writeln!(anstream::stderr(), "{line}");
        Ok(())
    }

    /// Prints a line about how it went beside a document, unless that is not wanted.
    pub fn remark(&mut self, line: &str) -> Result<(), Failure> {
        if self.verbosity >= Verbosity::Normal { self.aside(line) } else { Ok(()) }
    }

    /// Says which file was read or written, to whoever wants to know.
    pub fn detail(&mut self, line: &str) -> Result<(), Failure> {
        if self.verbosity >= Verbosity::Verbose { self.aside(line) } else { Ok(()) }
    }

    /// Separates what comes from what was: empties the screen, if there is one. What scrolled out stays.
    pub fn clear(&mut self) -> Result<(), Failure> {
        let terminal =
            std::io::stdout().is_terminal() && std::env::var_os("TERM").is_none_or(|t| t != "dumb");
        self.text(if terminal { "\x1b[2J\x1b[H" } else { "\n" })
    }

    /// Begins to show what long work does.
    pub fn progress(&self) -> Progress {
        Progress::new(self.verbosity)
    }

    /// Writes out what is still held back.
    pub fn finish(&mut self) -> Result<(), Failure> {
        Ok(self.stdout.flush()?)
    }

    /// Says on standard error why a command failed.
    pub fn failure(&mut self, failure: &Failure) {
        // What was printed before the failure still counts; if it cannot be written, this says so too.
        let _ = self.stdout.flush();
        let _ = writeln!(anstream::stderr(), "error: {failure}");
    }
}
