//! What to validate, as blocks of messages: files, directories, and lines of files.
//!
//! In: the paths of the command line. Out: one block after the other, each of bounded size, so that
//! memory does not grow with the input. Directories are walked in the order of names.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use walkdir::{DirEntry, WalkDir};

/// The greatest message that the engine reads, and so the most that is taken from a file or line.
const LIMIT: u64 = elementc_runtime::MAX_BYTES as u64;

/// When a block is full: enough for all cores to be busy, little enough to hold in memory.
const BLOCK_BYTES: u64 = 4 << 20;
const BLOCK_ITEMS: usize = 8192;

/// A message to validate.
pub struct Item {
    /// The path of its file, or `<stdin>`.
    pub file: Arc<str>,
    /// Its line, from 1, if the file has a message in each.
    pub line: Option<u64>,
    /// Whether it was found in a directory or a line, rather than named by the user.
    pub found: bool,
    body: Body,
}

enum Body {
    Line(Range<usize>),
    File(PathBuf),
    /// Why it cannot be read.
    Unreadable(String),
}

/// Some messages, in order.
#[derive(Default)]
pub struct Block {
    pub items: Vec<Item>,
    lines: Vec<u8>,
}

impl Item {
    /// The file, and the line if it has a message in each.
    pub fn name(&self) -> String {
        self.line.map_or_else(|| self.file.to_string(), |line| format!("{}:{line}", self.file))
    }
}

impl Block {
    /// Reads the bytes of an item, of a file into the buffer; one more than the limit is enough for
    /// the engine to refuse them.
    pub fn read<'a>(&'a self, item: &Item, buffer: &'a mut Vec<u8>) -> Result<&'a [u8], String> {
        match &item.body {
            Body::Line(range) => Ok(&self.lines[range.clone()]),
            Body::File(path) => {
                buffer.clear();
                open(path).and_then(|file| file.take(LIMIT + 1).read_to_end(buffer)).map_err(unreadable)?;
                Ok(buffer)
            }
            Body::Unreadable(why) => Err(why.clone()),
        }
    }
}

/// The messages of the command line.
pub struct Inputs {
    paths: Box<dyn Iterator<Item = Source>>,
    lines: Option<Lines>,
}

/// A path that is known to be no directory.
struct Source {
    /// Or why there is none.
    path: Result<PathBuf, String>,
    name: Arc<str>,
    /// Whether it has a message in each line.
    lines: bool,
    found: bool,
}

struct Lines {
    reader: Box<dyn BufRead>,
    name: Arc<str>,
    line: u64,
}

impl Inputs {
    /// The messages of files and directories; each line of a file is one if `lines`, or if the
    /// name of the file says so.
    pub fn new(paths: Vec<PathBuf>, lines: bool) -> Self {
        let paths = paths.into_iter().flat_map(move |path| sources(path, lines));
        Self { paths: Box::new(paths), lines: None }
    }

    /// Fills a block anew; it stays empty if there is nothing left.
    pub fn fill(&mut self, block: &mut Block) {
        block.items.clear();
        block.lines.clear();
        let mut files = 0;
        while files + (block.lines.len() as u64) < BLOCK_BYTES && block.items.len() < BLOCK_ITEMS {
            if let Some(lines) = &mut self.lines {
                match lines.next(&mut block.lines) {
                    Some(item) => block.items.extend(item),
                    None => self.lines = None,
                }
                continue;
            }
            let Some(Source { path, name, lines, found }) = self.paths.next() else { break };
            let body = match path {
                Ok(path) if lines => match open(&path) {
                    Ok(file) => {
                        let reader = Box::new(BufReader::with_capacity(1 << 18, file));
                        self.lines = Some(Lines { reader, name, line: 0 });
                        continue;
                    }
                    Err(error) => Body::Unreadable(unreadable(error)),
                },
                Ok(path) => {
                    // Of a pipe nobody knows how much comes.
                    let size = fs::metadata(&path).ok().filter(fs::Metadata::is_file);
                    files += size.map_or(LIMIT, |m| m.len().min(LIMIT));
                    Body::File(path)
                }
                Err(why) => Body::Unreadable(why),
            };
            block.items.push(Item { file: name, line: None, found, body });
        }
    }
}

impl Lines {
    /// Reads the next line into the buffer: `None` at the end, `Some(None)` if it is blank.
    fn next(&mut self, buffer: &mut Vec<u8>) -> Option<Option<Item>> {
        let start = buffer.len();
        self.line += 1;
        let read = (&mut self.reader).take(LIMIT + 1).read_until(b'\n', buffer);
        let body = match read {
            Ok(0) => return None,
            Ok(_) if buffer[start..].iter().all(u8::is_ascii_whitespace) => {
                buffer.truncate(start);
                return Some(None);
            }
            Ok(_) => {
                let whole = buffer.ends_with(b"\n");
                let end = buffer.len() - usize::from(whole);
                if !whole && end - start > LIMIT as usize {
                    // What is left of a line that is too long belongs to no message; an error of
                    // reading comes again with the next.
                    let _ = self.reader.skip_until(b'\n');
                }
                Body::Line(start..end)
            }
            Err(error) => {
                self.reader = Box::new(io::empty());
                Body::Unreadable(unreadable(error))
            }
        };
        Some(Some(Item { file: self.name.clone(), line: Some(self.line), found: true, body }))
    }
}

/// The files that a path of the command line stands for.
fn sources(path: PathBuf, lines: bool) -> Box<dyn Iterator<Item = Source>> {
    let stdin = path.as_os_str() == "-";
    if stdin || !path.is_dir() {
        let name = if stdin { "<stdin>".to_owned() } else { path.display().to_string() };
        let lines = lines || has_lines(&path);
        return Box::new(std::iter::once(Source { path: Ok(path), name: name.into(), lines, found: false }));
    }
    let mut empty = Some(path.clone());
    let walk = WalkDir::new(path).sort_by_file_name().into_iter().filter_entry(|e| !is_hidden(e));
    let mut walk = walk.filter(|entry| entry.as_ref().map_or(true, is_message));
    Box::new(std::iter::from_fn(move || {
        let (path, name) = match walk.next() {
            Some(Ok(entry)) => {
                let name = entry.path().display().to_string();
                (Ok(entry.into_path()), name)
            }
            Some(Err(error)) => {
                let name = error.path().map(|p| p.display().to_string()).unwrap_or_default();
                (Err(unreadable(error.into())), name)
            }
            // Nothing to validate is a mistake more often than not.
            None => {
                let none = "there are no *.json, *.ndjson or *.jsonl files in it";
                (Err(none.to_owned()), empty.take()?.display().to_string())
            }
        };
        empty = None;
        let lines = lines || path.as_ref().is_ok_and(|path| has_lines(path));
        Some(Source { path, name: name.into(), lines, found: true })
    }))
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".")
}

fn is_message(entry: &DirEntry) -> bool {
    let path = entry.path();
    let named = has_lines(path) || path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"));
    // A symbolic link to a file is one; one that leads nowhere cannot be read, and is told.
    named && (path.is_file() || entry.path_is_symlink() && !path.exists())
}

/// Whether the name of a file says that each line is a message.
fn has_lines(path: &Path) -> bool {
    let says = |e: &std::ffi::OsStr| e.eq_ignore_ascii_case("ndjson") || e.eq_ignore_ascii_case("jsonl");
    path.extension().is_some_and(says)
}

fn unreadable(error: io::Error) -> String {
    format!("cannot be read: {error}")
}

fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    if path.as_os_str() == "-" { Ok(Box::new(io::stdin())) } else { Ok(Box::new(File::open(path)?)) }
}
