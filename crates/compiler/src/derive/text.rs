//! Texts that one set has and another has not, the shortest ones, in plain letters where possible.
//!
//! In: the sources of patterns, or [`Texts`]. Out: texts. Patterns that do not compile are reported
//! elsewhere and have none.

use crate::pattern;
use crate::{HashMap, HashSet};
use elementc_runtime::Dfa;
use std::collections::VecDeque;
use std::sync::{Arc, LazyLock, RwLock};

/// A set of texts that decides byte by byte.
pub(super) enum Texts<'a> {
    /// Those that an automaton accepts.
    Pattern(Arc<Dfa>),
    /// These, sorted.
    Listed(Vec<&'a str>),
}

/// Where a text has led to: a state of the automaton; or the listed texts that begin so, from one to
/// another, and how long the beginning is.
type State = [usize; 3];

impl<'a> Texts<'a> {
    /// Those that a pattern accepts.
    pub fn pattern(source: &str) -> Option<Self> {
        pattern::compiled(source).ok().map(Self::Pattern)
    }

    /// All there are.
    pub fn any() -> Self {
        Self::pattern(r"^[\s\S]*$").unwrap_or(Self::Listed(Vec::new()))
    }

    /// These.
    pub fn listed(mut texts: Vec<&'a str>) -> Self {
        texts.sort_unstable();
        Self::Listed(texts)
    }

    fn start(&self) -> State {
        match self {
            Self::Pattern(_) => [1, 0, 0],
            Self::Listed(texts) => [0, texts.len(), 0],
        }
    }

    fn step(&self, state: State, byte: u8) -> State {
        let [at, end, depth] = state;
        match self {
            Self::Pattern(dfa) => {
                let class = dfa.classes[usize::from(byte)];
                [usize::from(dfa.next[at * usize::from(dfa.stride) + usize::from(class)]), 0, 0]
            }
            Self::Listed(texts) => {
                let begun = &texts[at..end];
                let next = |text: &&str| text.as_bytes().get(depth).copied();
                let from = at + begun.partition_point(|text| next(text) < Some(byte));
                let to = at + begun.partition_point(|text| next(text) <= Some(byte));
                if from == to { [0; 3] } else { [from, to, depth + 1] }
            }
        }
    }

    /// What is the same for letters that always lead to the same place.
    fn class(&self, letter: &[u8]) -> Vec<u8> {
        match self {
            Self::Pattern(dfa) => letter.iter().map(|byte| dfa.classes[usize::from(*byte)]).collect(),
            Self::Listed(_) => letter.to_vec(),
        }
    }

    fn has(&self, [at, end, depth]: State) -> bool {
        match self {
            Self::Pattern(dfa) => dfa.accepting[at],
            Self::Listed(texts) => at < end && texts[at].len() == depth,
        }
    }
}

/// That two sets are too large to be held against each other.
#[derive(Debug)]
pub(super) struct Undecided;

/// The shortest text that a pattern accepts. Searched once per process: the formats are everywhere.
pub fn accepted(source: &str) -> Option<String> {
    static KNOWN: LazyLock<RwLock<HashMap<String, Option<String>>>> = LazyLock::new(RwLock::default);
    if let Some(text) = KNOWN.read().ok().and_then(|known| known.get(source).cloned()) {
        return text;
    }
    let text = outside(&Texts::pattern(source)?, &Texts::listed(Vec::new())).ok()?;
    if let Ok(mut known) = KNOWN.write() {
        known.insert(source.to_owned(), text.clone());
    }
    text
}

/// A text that a pattern rejects: what it accepts and a character too many if that is rejected,
/// else the shortest.
pub(super) fn rejected(source: &str, accepted: &str) -> Option<String> {
    let dfa = pattern::compiled(source).ok()?;
    let near = [format!("{accepted} "), format!("{accepted}!"), format!("!{accepted}")];
    let near = near.into_iter().find(|text| !pattern::matches(&dfa, text));
    near.or_else(|| outside(&Texts::any(), &Texts::Pattern(dfa)).ok().flatten())
}

/// So many states are looked at; two automata at once may have millions.
const MOST: usize = 500_000;

/// The shortest text of one set that is not in another; `None` if there is none.
///
/// # Errors
/// [`Undecided`] if neither was found out.
pub(super) fn outside(set: &Texts, other: &Texts) -> Result<Option<String>, Undecided> {
    // A text in plain letters says more. Only whole characters count, whatever single bytes lead to.
    if let Ok(Some(text)) = search(set, other, &letters()) {
        return Ok(Some(text));
    }
    // All bytes decide; what a set accepts is UTF-8.
    let bytes: Vec<Vec<u8>> = (0..=u8::MAX).map(|byte| vec![byte]).collect();
    search(set, other, &bytes)
}

/// Breadth first through both sets at once, by these letters.
fn search(set: &Texts, other: &Texts, letters: &[Vec<u8>]) -> Result<Option<String>, Undecided> {
    let step = |texts: &Texts, state, letter: &[u8]| {
        letter.iter().fold(state, |state, byte| texts.step(state, *byte))
    };
    let mut classes = HashSet::default();
    let distinct = |letter: &&Vec<u8>| classes.insert((set.class(letter), other.class(letter)));
    let letters: Vec<&Vec<u8>> = letters.iter().filter(distinct).collect();
    let start = (set.start(), other.start());
    let mut found: Vec<((State, State), usize, usize)> = vec![(start, 0, 0)];
    let mut seen = HashSet::from_iter([start]);
    let mut queue = VecDeque::from([0]);
    while let Some(at) = queue.pop_front() {
        let ((here, there), ..) = found[at];
        if set.has(here) && !other.has(there) {
            let back = std::iter::successors(Some(at), |at| Some(found[*at].1)).take_while(|at| *at != 0);
            let mut written: Vec<usize> = back.map(|at| found[at].2).collect();
            written.reverse();
            let bytes = written.iter().flat_map(|letter| letters[*letter].iter().copied()).collect();
            return Ok(String::from_utf8(bytes).ok());
        }
        if found.len() > MOST {
            return Err(Undecided);
        }
        for (index, letter) in letters.iter().enumerate() {
            let next = (step(set, here, letter), step(other, there, letter));
            // Nothing more is accepted from there.
            if next.0 != [0; 3] && seen.insert(next) {
                queue.push_back(found.len());
                found.push((next, at, index));
            }
        }
    }
    Ok(None)
}

/// The characters to try first, the plainest of all; a few beyond ASCII.
fn letters() -> Vec<Vec<u8>> {
    let plain = ('a'..='z').chain('0'..='9').chain('A'..='Z');
    let others = (' '..='~').filter(|c| !c.is_ascii_alphanumeric());
    let all = plain.chain(others).chain(['\n', '\t', 'é', '€', '😀']);
    all.map(|letter| String::from(letter).into_bytes()).collect()
}
