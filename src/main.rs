//! The command line of elementc.
//!
//! In: arguments, files. Out: text, files and an exit code: 0 clean, 1 findings, 2 failure.

/// Half of the time of a build goes into small allocations on all threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod catalogue;
mod commands;
mod failure;
mod git;
mod output;
mod progress;
mod watch;

use clap::error::ErrorKind;
use clap::{ColorChoice, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum as _};
use output::{Output, Verbosity};
use std::path::PathBuf;
use std::process::ExitCode;

/// Compiles declarative element definitions.
///
/// An element is a connector of an integration platform. Each is described once, in a short YAML
/// file; elementc checks the descriptions and derives JSON Schemas, validators, samples and docs
/// pages.
///
/// Every command exits with 0 if all is well, with 1 if it found something, and with 2 if it could not
/// do its work.
#[derive(Parser)]
#[command(name = "elementc", version, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,

    /// When to use colours. `auto`: on a terminal, and as `NO_COLOR` or `CLICOLOR_FORCE` say.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: ColorChoice,

    /// Print what is wrong and what was asked for, but not how it went.
    #[arg(short, long, global = true)]
    quiet: bool,

    /// Also say which files are read and written, on standard error.
    #[arg(short, long, global = true)]
    verbose: bool,
}

impl Arguments {
    fn verbosity(&self) -> Verbosity {
        match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (_, true) => Verbosity::Verbose,
            _ => Verbosity::Normal,
        }
    }
}

/// Which descriptors to use.
#[derive(clap::Args)]
struct Elements {
    /// The directory with the descriptors. Default: that of the nearest `elementc.toml`, else
    /// `elements` if it is here, else the shipped catalogue, which can only be read.
    #[arg(long, value_name = "DIR")]
    elements: Option<PathBuf>,
}

impl Elements {
    /// A command on these descriptors, in backticks, for whoever is told what to run next.
    fn command(&self, name: &str) -> String {
        match &self.elements {
            Some(directory) => {
                let shown = directory.display().to_string();
                let quote = if shown.contains(char::is_whitespace) { "\"" } else { "" };
                format!("`elementc {name} --elements {quote}{shown}{quote}`")
            }
            None => format!("`elementc {name}`"),
        }
    }
}

#[derive(Subcommand)]
enum Command {
    Build(commands::build::Build),
    Check(commands::check::Check),
    Diff(commands::diff::Diff),
    Validate(commands::validate::Validate),
    Sample(commands::sample::Sample),
    Show(commands::show::Show),
    List(commands::list::List),
    Docs(commands::docs::Docs),
    Explain(commands::explain::Explain),
    Import(commands::import::Import),
    New(commands::new::New),
    Fmt(commands::fmt::Fmt),
    Completions(commands::completions::Completions),
    Man(commands::man::Man),
}

/// What a command found, from good to bad.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Clean,
    Findings,
    /// Something could not be judged; what it was is said.
    Failures,
}

/// The arguments; help and usage errors have the colours that they ask for.
fn arguments() -> Arguments {
    let said: Vec<String> = std::env::args_os().map(|a| a.to_string_lossy().into_owned()).collect();
    let value = |(at, said_here): (usize, &String)| match said_here.strip_prefix("--color") {
        Some("") => said.get(at + 1).cloned(),
        Some(value) => value.strip_prefix('=').map(ToOwned::to_owned),
        None => None,
    };
    let color = said.iter().enumerate().find_map(value).and_then(|c| ColorChoice::from_str(&c, false).ok());
    let command = Arguments::command().color(color.unwrap_or_default());
    let parsed = Arguments::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit());
    // clap looks for conflicts on one side of the subcommand only.
    if parsed.quiet && parsed.verbose {
        let message = "the argument '--quiet' cannot be used with '--verbose'";
        Arguments::command().error(ErrorKind::ArgumentConflict, message).exit();
    }
    parsed
}

fn main() -> ExitCode {
    let arguments = arguments();
    let mut output = Output::new(arguments.color, arguments.verbosity());
    let result = match arguments.command {
        Command::Build(build) => build.run(&mut output),
        Command::Check(check) => check.run(&mut output),
        Command::Diff(diff) => diff.run(&mut output),
        Command::Validate(validate) => validate.run(&mut output),
        Command::Sample(sample) => sample.run(&mut output),
        Command::Show(show) => show.run(&mut output),
        Command::List(list) => list.run(&mut output),
        Command::Docs(docs) => docs.run(&mut output),
        Command::Explain(explain) => explain.run(&mut output),
        Command::Import(import) => import.run(&mut output),
        Command::New(new) => new.run(&mut output),
        Command::Fmt(fmt) => fmt.run(&mut output),
        Command::Completions(completions) => completions.run(&mut output),
        Command::Man(man) => man.run(&mut output),
    };
    match result.and_then(|verdict| output.finish().map(|()| verdict)) {
        Ok(Verdict::Clean) => ExitCode::SUCCESS,
        Ok(Verdict::Findings) => ExitCode::from(1),
        Ok(Verdict::Failures) => ExitCode::from(2),
        // Whoever reads has gone: there is nobody to tell.
        Err(failure) if failure.is_broken_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            output.failure(&failure);
            ExitCode::from(2)
        }
    }
}
