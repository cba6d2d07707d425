//! Patterns: the regular subset of ECMA-262 with the `u` flag, compiled to automata.
//!
//! In: a pattern as a descriptor has it, ECMA source text without slashes. Out: an
//! [`elementc_runtime::Dfa`] that gives each text the verdict of `new RegExp(pattern, "u").test`,
//! or the [`PatternError`] that says what is not accepted, and where.
//!
//! The subset is what a finite automaton decides over a whole text: no look-around, no
//! back-references, no `\b`, no `\p{…}`, `^` and `$` at the two ends only, and there they must be.
//! `parse` and `classes` read the grammar, `automaton` makes the tables, `tables` has those of the formats;
//! nothing here knows of descriptors.

mod automaton;
mod backtracking;
mod classes;
mod formats;
mod parse;
#[rustfmt::skip]
mod tables;

use crate::HashMap;
use elementc_runtime::Dfa;
use std::ops::Range;
use std::sync::{Arc, LazyLock, RwLock};
use thiserror::Error;

pub use formats::{DATETIME, EMAIL, Format, HOSTNAME, INTEGER, NUMBER, URL, format};

/// The greatest number in a `{n,m}`.
pub const MAX_REPEAT: u32 = 1000;

/// The greatest number of states of an automaton. `^.{0,255}$` takes
/// 2,552: a character beyond ASCII is several bytes, and the states between them count.
pub const MAX_STATES: usize = 4096;

/// How deep groups may be nested.
pub const MAX_DEPTH: usize = 64;

/// What kind of mistake a pattern has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PatternErrorKind {
    /// It is no ECMA-262 pattern with the `u` flag.
    Syntax,
    /// It is one, but says what this subset leaves out.
    Unsupported,
    /// `^` and `$` do not enclose all of it.
    Unanchored,
    /// It exceeds [`MAX_REPEAT`], [`MAX_STATES`] or [`MAX_DEPTH`].
    TooLarge,
}

/// Why a pattern is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct PatternError {
    /// The kind of mistake.
    pub kind: PatternErrorKind,
    /// Its place: byte offsets into the pattern, on character boundaries; empty where something is missing.
    pub range: Range<usize>,
    /// What is wrong, in one line without a full stop.
    pub message: String,
    /// What to do about it, likewise.
    pub help: Option<String>,
}

/// Compiles `pattern` to the automaton that accepts what it matches, over UTF-8.
///
/// The automaton is the least there is and its states are numbered in breadth-first order, so
/// it depends on nothing but the set of texts: it can be written into committed code.
///
/// ```
/// use elementc_compiler::pattern::{compile, matches};
/// let dfa = compile(r"^\d{3}$").unwrap();
/// assert!(matches(&dfa, "042"));
/// assert!(!matches(&dfa, "٠٤٢"));
/// ```
///
/// # Errors
/// The first mistake in the pattern, see [`PatternErrorKind`].
pub fn compile(pattern: &str) -> Result<Dfa, PatternError> {
    let node = parse::parse(pattern)?;
    automaton::build(&node).ok_or_else(|| PatternError {
        kind: PatternErrorKind::TooLarge,
        range: 0..pattern.len(),
        message: format!("the pattern is too large for an automaton of {MAX_STATES} states"),
        help: Some("shorten its repetitions, or narrow what they repeat to ASCII".into()),
    })
}

/// What is known of patterns, by their source: catalogues repeat them.
struct Known<T>(RwLock<HashMap<String, T>>);

impl<T: Clone> Known<T> {
    fn get_or<E>(&self, pattern: &str, make: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        if let Some(value) = self.0.read().ok().and_then(|known| known.get(pattern).cloned()) {
            return Ok(value);
        }
        let value = make()?;
        if let Ok(mut known) = self.0.write() {
            known.insert(pattern.to_owned(), value.clone());
        }
        Ok(value)
    }
}

/// As [`compile`], but each pattern of a process is compiled once, and those of the formats never.
///
/// # Errors
/// As [`compile`].
pub fn compiled(pattern: &str) -> Result<Arc<Dfa>, PatternError> {
    static KNOWN: LazyLock<Known<Arc<Dfa>>> = LazyLock::new(|| {
        let of = |name: Format| (format(name).to_owned(), Arc::new(name.automaton().clone()));
        Known(RwLock::new(Format::ALL.map(of).into_iter().collect()))
    });
    KNOWN.get_or(pattern, || compile(pattern).map(Arc::new))
}

/// Whether the whole of `text` matches.
#[must_use]
pub fn matches(dfa: &Dfa, text: &str) -> bool {
    let stride = usize::from(dfa.stride);
    let end = text.bytes().fold(1, |state, byte| {
        usize::from(dfa.next[state * stride + usize::from(dfa.classes[usize::from(byte)])])
    });
    dfa.accepting[end]
}

/// Whether a backtracking engine, such as JavaScript's, may take exponential time over `pattern`.
///
/// That is so when one text can be read in two ways from some point of a loop back to the same
/// point: `(?:a+)+`, `(?:a|a)*`. Exact but for bounded repetitions, which are approximated, and
/// blind to what is merely polynomial (`a*a*`). `false` for a pattern that does not compile.
#[must_use]
pub fn backtracks(pattern: &str) -> bool {
    static KNOWN: LazyLock<Known<bool>> = LazyLock::new(|| Known(RwLock::default()));
    let found = KNOWN.get_or(pattern, || parse::parse(pattern).map(|node| backtracking::exponential(&node)));
    found.unwrap_or(false)
}

/// Whether a backtracking engine, such as JavaScript's, surely takes linear time over `pattern`,
/// whatever the text. `false` in doubt, and for a pattern that does not compile.
#[must_use]
pub fn is_linear(pattern: &str) -> bool {
    parse::parse(pattern).is_ok_and(|node| backtracking::linear(&node))
}
