//! Texts that an automaton accepts or rejects, the shortest ones, in plain letters where possible.
//!
//! In: the sources of patterns. Out: texts. Patterns that do not compile are reported elsewhere and
//! have none.

use crate::HashMap;
use crate::pattern;
use elementc_runtime::Dfa;
use std::collections::VecDeque;
use std::sync::{LazyLock, RwLock};

/// The shortest text that a pattern accepts. Searched once per process: the formats are everywhere.
pub fn accepted(source: &str) -> Option<String> {
    static KNOWN: LazyLock<RwLock<HashMap<String, Option<String>>>> = LazyLock::new(RwLock::default);
    if let Some(text) = KNOWN.read().ok().and_then(|known| known.get(source).cloned()) {
        return text;
    }
    let dfa = pattern::compiled(source).ok()?;
    let text = search(&[&dfa], |verdicts| verdicts[0]);
    if let Ok(mut known) = KNOWN.write() {
        known.insert(source.to_owned(), text.clone());
    }
    text
}

/// A text that a pattern rejects: what it accepts and a character too many if that is rejected,
/// else the shortest.
#[must_use]
pub fn rejected(source: &str, accepted: &str) -> Option<String> {
    let dfa = pattern::compiled(source).ok()?;
    let near = [format!("{accepted} "), format!("{accepted}!"), format!("!{accepted}")];
    let near = near.into_iter().find(|text| !pattern::matches(&dfa, text));
    near.or_else(|| search(&[&dfa], |verdicts| !verdicts[0]))
}

/// The shortest text that one pattern accepts and the other does not.
#[must_use]
pub fn differing(accepts: &str, rejects: &str) -> Option<String> {
    let (accepts, rejects) = (pattern::compiled(accepts).ok()?, pattern::compiled(rejects).ok()?);
    search(&[&accepts, &rejects], |verdicts| verdicts[0] && !verdicts[1])
}

/// So many states are looked at; two automata at once may have millions.
const MOST: usize = 20_000;

/// The shortest text of whose verdicts `wanted` holds: breadth first through the automata at once.
/// Only whole characters count, whatever the automata make of single bytes.
fn search(dfas: &[&Dfa], wanted: impl Fn(&[bool]) -> bool) -> Option<String> {
    let verdicts = |states: &[u16]| -> Vec<bool> {
        dfas.iter().zip(states).map(|(dfa, &state)| dfa.accepting[usize::from(state)]).collect()
    };
    let letters = letters();
    let start: Vec<u16> = vec![1; dfas.len()];
    let mut seen: HashMap<Vec<u16>, Option<(Vec<u16>, char)>> = HashMap::from_iter([(start.clone(), None)]);
    let mut queue = VecDeque::from([start]);
    while let Some(states) = queue.pop_front() {
        if seen.len() > MOST {
            return None;
        }
        if wanted(&verdicts(&states)) {
            let mut text: Vec<char> = Vec::new();
            let mut at = &states;
            while let Some((before, letter)) = seen.get(at)?.as_ref() {
                text.push(*letter);
                at = before;
            }
            return Some(text.into_iter().rev().collect());
        }
        for &letter in &letters {
            let next: Vec<u16> =
                dfas.iter().zip(&states).map(|(dfa, &state)| step(dfa, state, letter)).collect();
            if !seen.contains_key(&next) {
                seen.insert(next.clone(), Some((states.clone(), letter)));
                queue.push_back(next);
            }
        }
    }
    None
}

fn step(dfa: &Dfa, state: u16, letter: char) -> u16 {
    let stride = usize::from(dfa.stride);
    letter.encode_utf8(&mut [0; 4]).bytes().fold(state, |state, byte| {
        dfa.next[usize::from(state) * stride + usize::from(dfa.classes[usize::from(byte)])]
    })
}

/// The characters to try, the plainest first; a few beyond ASCII stand for all others.
fn letters() -> Vec<char> {
    let plain = ('a'..='z').chain('0'..='9').chain('A'..='Z');
    let others = (' '..='~').filter(|c| !c.is_ascii_alphanumeric());
    plain.chain(others).chain(['\n', '\t', 'é', '€', '😀']).collect()
}
