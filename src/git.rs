//! Descriptors of a git revision, read by the `git` binary: nothing is checked out.

use crate::failure::Failure;
use elementc_build::read::{MAX_FILE, MAX_TOTAL};
use elementc_compiler::source::{Role, Source};
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A file of a revision.
struct Blob {
    id: String,
    path: String,
    size: u64,
}

/// The descriptors that a directory has in a revision, shown as `main:elements/sageoneuk.yaml`; none if it is not
/// there yet.
pub fn read_elements(directory: &Path, revision: &str) -> Result<Vec<Source>, Failure> {
    let shown = directory.display();
    // It would be read as an option.
    if revision.is_empty() || revision.starts_with('-') {
        return Err(Failure::new(format!("`{revision}` is no git revision")));
    }
    let prefix = run(directory, &["rev-parse", "--show-prefix"])?;
    if !prefix.status.success() {
        let none = String::from_utf8_lossy(&prefix.stderr).contains("not a git repository");
        let outside = Failure::new(format!("{shown} is not in a git repository"));
        return Err(if none { outside } else { failed(&prefix) });
    }
    // As `git show` takes it.
    let prefix = format!("{revision}:{}", text(prefix.stdout)?.trim_end_matches('\n'));
    let commit = run(directory, &["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")])?;
    if !commit.status.success() {
        return Err(Failure::new(format!("the git repository of {shown} has no revision `{revision}`")));
    }
    let commit = text(commit.stdout)?;
    let listed = run(directory, &["ls-tree", "-r", "-l", "-z", commit.trim()])?;
    if !listed.status.success() {
        return Err(failed(&listed));
    }
    let mut blobs = Vec::new();
    for line in text(listed.stdout)?.split('\0').filter(|line| !line.is_empty()) {
        blobs.extend(blob(line, &prefix)?);
    }
    if blobs.iter().map(|blob| blob.size).sum::<u64>() > MAX_TOTAL {
        return Err(Failure::new(format!("the descriptors of `{revision}` are too large together")));
    }
    contents(directory, &blobs, &prefix)
}

/// A line of `ls-tree` as a descriptor, if it is one: `<mode> <type> <id> <size>\t<path>`.
fn blob(line: &str, prefix: &str) -> Result<Option<Blob>, Failure> {
    let malformed = || Failure::new(format!("git lists what cannot be read: {line}"));
    let (head, path) = line.split_once('\t').ok_or_else(malformed)?;
    let name = path.strip_prefix("traits/").unwrap_or(path);
    if name.contains('/') || name.starts_with('.') || !name.ends_with(".yaml") {
        return Ok(None);
    }
    let mut words = head.split_whitespace();
    let (mode, _, id, size) = (words.next(), words.next(), words.next().ok_or_else(malformed)?, words.next());
    if !mode.is_some_and(|mode| mode.starts_with("100")) {
        return Err(Failure::new(format!("{prefix}{path} is not a regular file")));
    }
    let size: u64 = size.and_then(|size| size.parse().ok()).ok_or_else(malformed)?;
    if size > MAX_FILE {
        return Err(Failure::new(format!("{prefix}{path} is larger than {} MiB", MAX_FILE >> 20)));
    }
    Ok(Some(Blob { id: id.to_owned(), path: path.to_owned(), size }))
}

/// The content of files, all from one process.
fn contents(directory: &Path, blobs: &[Blob], prefix: &str) -> Result<Vec<Source>, Failure> {
    let mut child = command(directory, &["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .spawn()
        .map_err(|error| unstarted(&error))?;
    let ids: String = blobs.iter().map(|blob| format!("{}\n", blob.id)).collect();
    // From a thread of its own: git answers while it is asked.
    let asking =
        child.stdin.take().map(|mut stdin| std::thread::spawn(move || stdin.write_all(ids.as_bytes())));
    let output = child.wait_with_output().map_err(|error| unstarted(&error))?;
    let asked = asking.is_some_and(|asking| matches!(asking.join(), Ok(Ok(()))));
    if !output.status.success() || !asked {
        return Err(failed(&output));
    }
    let mut rest = output.stdout.as_slice();
    let mut sources = Vec::with_capacity(blobs.len());
    for blob in blobs {
        // `<id> blob <size>`, a line feed, the bytes, a line feed.
        let size = usize::try_from(blob.size).unwrap_or(usize::MAX);
        let start = rest.iter().position(|&byte| byte == b'\n').map_or(rest.len(), |at| at + 1);
        let bytes = rest.get(start..).and_then(|rest| rest.get(..size));
        let Some(bytes) = bytes else {
            return Err(Failure::new(format!("git does not give the content of {prefix}{}", blob.path)));
        };
        let (role, name) = match blob.path.strip_prefix("traits/") {
            Some(name) => (Role::Trait, name),
            None => (Role::Element, blob.path.as_str()),
        };
        sources.push(Source {
            path: format!("{prefix}{}", blob.path),
            name: name.trim_end_matches(".yaml").to_owned(),
            role,
            library: false,
            bytes: bytes.into(),
        });
        rest = rest.get(start + size + 1..).unwrap_or_default();
    }
    Ok(sources)
}

fn command(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(directory).args(arguments);
    // A hook runs with the repository of the commit, which need not be that of the directory; and
    // messages that are read must not be translated.
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(variable);
    }
    command.env("LC_ALL", "C");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(directory: &Path, arguments: &[&str]) -> Result<Output, Failure> {
    command(directory, arguments).output().map_err(|error| unstarted(&error))
}

fn unstarted(error: &std::io::Error) -> Failure {
    match error.kind() {
        ErrorKind::NotFound => Failure::new("`--against` needs git, which is not installed"),
        _ => Failure::new(format!("git cannot be run: {error}")),
    }
}

fn failed(output: &Output) -> Failure {
    Failure::new(format!("git failed: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

fn text(bytes: Vec<u8>) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|_| Failure::new("git lists a file whose name is not UTF-8"))
}
