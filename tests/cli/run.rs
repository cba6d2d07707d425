//! A temporary directory to run the binary in, and what came of it.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A temporary directory.
pub struct Place {
    dir: TempDir,
}

/// What a run did.
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    /// The command line.
    shown: String,
    place: PathBuf,
}

impl Place {
    /// An empty directory, with no `elementc.toml` above it.
    pub fn new() -> Self {
        Self { dir: tempfile::tempdir().expect("a temporary directory can be made") }
    }

    /// A path in it.
    pub fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    /// Writes a file and the directories around it.
    pub fn put(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a file is in a directory"))
            .expect("directories can be made");
        fs::write(path, content).expect("files can be written");
    }

    /// Reads a file.
    pub fn get(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
    }

    /// The binary, in this directory, with nothing of the environment that would change what it says.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_elementc"));
        command.args(arguments).current_dir(self.dir.path()).env("COLUMNS", "100").stdin(Stdio::null());
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI", "GITHUB_ACTIONS", "RUST_BACKTRACE"] {
            command.env_remove(name);
        }
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        self.run_on(arguments, b"")
    }

    /// Runs it with some standard input.
    pub fn run_on(&self, arguments: &[&str], stdin: &[u8]) -> Run {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it can be started");
        // It need not read all, or anything: then the pipe breaks.
        let mut pipe = child.stdin.take().expect("standard input is piped");
        let _ = pipe.write_all(stdin);
        drop(pipe);
        let output = child.wait_with_output().expect("it ends");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it prints UTF-8");
        Run {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
            shown: arguments.join(" "),
            place: self.dir.path().to_owned(),
        }
    }

    /// Every file below a directory, with all that a write would change.
    pub fn files(&self, below: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        walk(&self.path(below), "", &mut found);
        found.sort();
        found
    }
}

#[cfg(unix)]
fn identity(metadata: &fs::Metadata) -> String {
    use std::os::unix::fs::MetadataExt as _;
    format!("{} {}.{}", metadata.ino(), metadata.mtime(), metadata.mtime_nsec())
}

#[cfg(not(unix))]
fn identity(metadata: &fs::Metadata) -> String {
    format!("{:?}", metadata.modified())
}

fn walk(dir: &Path, prefix: &str, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(dir).expect("directories can be read").map(|entry| entry.expect("entries too"))
    {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let metadata = entry.metadata().expect("a file has metadata");
        if metadata.is_dir() {
            walk(&entry.path(), &format!("{name}/"), found);
        } else {
            found.push((name, identity(&metadata)));
        }
    }
}

/// The line that counts what was checked, without the counts that change with every new rule, and
/// without the time it took.
fn uncounted(line: &str) -> String {
    let verbs = ["checked before:", "checked"];
    let found = verbs.iter().find_map(|verb| Some((verb, line.strip_prefix(verb)?.strip_prefix(' ')?)));
    let Some((verb, rest)) = found else { return line.to_owned() };
    let is_time = |rest: &str| rest.strip_suffix(" ms").is_some_and(|time| time.parse::<u64>().is_ok());
    let (rest, time) = rest.rsplit_once(" in ").unwrap_or((rest, ""));
    assert!(is_time(time), "no time at the end of {line:?}");
    let vague = |part: &str| match part.split_once(' ') {
        Some((_, what @ ("entries" | "rules"))) => format!("… {what}"),
        Some((_, what)) if what.starts_with("rules: ") => format!("… {what}"),
        _ => part.to_owned(),
    };
    format!("{verb} {} in … ms", rest.split(", ").map(vague).collect::<Vec<_>>().join(", "))
}

impl Run {
    /// All that a user sees, without the name of the temporary directory.
    pub fn text(&self) -> String {
        let place = self.place.to_string_lossy();
        let mut text = format!("$ elementc {}\n", self.shown);
        for line in self.stdout.lines() {
            text.push_str(&uncounted(line));
            text.push('\n');
        }
        if !self.stderr.is_empty() {
            text.push_str("--- standard error\n");
            text.push_str(&self.stderr);
        }
        let code = self.code.map_or_else(|| "none".to_owned(), |code| code.to_string());
        text.push_str(&format!("--- exit code {code}\n"));
        text.replace(&format!("/private{place}"), "<dir>")
            .replace(&*place, "<dir>")
            .replace("elementc.exe", "elementc")
    }

    /// Holds the exit code and all that a user sees against what is expected.
    pub fn assert(&self, snapshot: &str, code: i32) {
        assert_eq!(self.code, Some(code), "{}", self.text());
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "snapshots" }, {
            insta::assert_snapshot!(snapshot, self.text());
        });
    }
}
