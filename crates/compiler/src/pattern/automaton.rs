//! Makes the tables: a [`Node`] becomes the least deterministic automaton over bytes.
//!
//! In: a node. Out: a [`Dfa`], or nothing if it would be too large. `regex-automata` determinizes;
//! its automaton reports a match one byte late and is not the least, so it is read out into one
//! that accepts by state, minimized (Hopcroft's algorithm) and numbered breadth-first.

use super::{MAX_STATES, parse::Node};
use crate::HashMap;
use elementc_runtime::Dfa;
use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::{Anchored, MatchKind, util::start};
use regex_syntax::hir::{Class, Hir, Repetition};
use std::collections::BTreeMap;

/// Bounds the memory of each step before states can be counted, and thereby its time: eight
/// times as much took 0.7 s to refuse `^(?:a|b|ab){1,1000}$`; this takes a tenth of that.
const SIZE_LIMIT: Option<usize> = Some(2 << 20);

/// How many states there may be before minimization.
const MAX_RAW_STATES: usize = 4 * MAX_STATES;

/// The automaton that accepts what `node` matches; none if it has more than [`MAX_STATES`].
pub(super) fn build(node: &Node) -> Option<Dfa> {
    let raw = Raw::read(&determinize(&hir(node))?)?;
    let least = raw.minimize();
    (least.accepting.len() <= MAX_STATES).then(|| least.tables()).flatten()
}

fn hir(node: &Node) -> Hir {
    match node {
        Node::Set(set) => Hir::class(Class::Unicode(set.clone())),
        Node::Concat(nodes) => Hir::concat(nodes.iter().map(hir).collect()),
        Node::Either(nodes) => Hir::alternation(nodes.iter().map(hir).collect()),
        Node::Repeat { node, min, max } => {
            Hir::repetition(Repetition { min: *min, max: *max, greedy: true, sub: Box::new(hir(node)) })
        }
    }
}

/// All errors of the two builders are about size: the subset holds nothing else they refuse.
fn determinize(hir: &Hir) -> Option<dense::DFA<Vec<u32>>> {
    let nfa = thompson::Config::new().which_captures(WhichCaptures::None).nfa_size_limit(SIZE_LIMIT);
    let nfa = thompson::Compiler::new().configure(nfa).build_from_hir(hir).ok()?;
    // Every match counts, not the preferred one: `^(?:a|ab)$` must go on after `a`.
    let dfa = dense::Config::new()
        .match_kind(MatchKind::All)
        .start_kind(StartKind::Anchored)
        .accelerate(false)
        .dfa_size_limit(SIZE_LIMIT)
        .determinize_size_limit(SIZE_LIMIT);
    dense::Builder::new().configure(dfa).build_from_nfa(&nfa).ok()
}

/// An automaton whose state 0 is dead and whose state 1 is the start.
struct Raw {
    /// The first byte of each class, ascending.
    firsts: Vec<u8>,
    /// The next state, by state and class.
    next: Vec<usize>,
    accepting: Vec<bool>,
}

impl Raw {
    fn read(dfa: &dense::DFA<Vec<u32>>) -> Option<Self> {
        let firsts: Vec<u8> =
            dfa.byte_classes().representatives(..).filter_map(|unit| unit.as_u8()).collect();
        let start = dfa.start_state(&start::Config::new().anchored(Anchored::Yes)).ok()?;
        let mut raw = Self { next: vec![0; firsts.len()], accepting: vec![false], firsts };
        let mut states = vec![start];
        let mut numbers = HashMap::from_iter([(start, 1)]);
        while let Some(&state) = states.get(raw.accepting.len() - 1) {
            raw.accepting.push(dfa.is_match_state(dfa.next_eoi_state(state)));
            for &byte in &raw.firsts {
                let next = dfa.next_state(state, byte);
                raw.next.push(if dfa.is_dead_state(next) {
                    0
                } else {
                    *numbers.entry(next).or_insert_with(|| {
                        states.push(next);
                        states.len()
                    })
                });
            }
            if states.len() > MAX_RAW_STATES {
                return None;
            }
        }
        Some(raw)
    }

    /// The least automaton, numbered breadth-first.
    fn minimize(&self) -> Self {
        let blocks = self.blocks();
        let width = self.firsts.len();
        let (dead, start) = (blocks[0], blocks[1]);
        // The start has a number of its own even if it is as good as dead.
        let mut found = vec![0, 1];
        let mut numbers = HashMap::from_iter([(dead, 0)]);
        if start != dead {
            numbers.insert(start, 1);
        }
        let mut next = Vec::new();
        let mut accepting = Vec::new();
        while let Some(&state) = found.get(accepting.len()) {
            accepting.push(self.accepting[state]);
            for &target in &self.next[state * width..][..width] {
                next.push(*numbers.entry(blocks[target]).or_insert_with(|| {
                    found.push(target);
                    found.len() - 1
                }));
            }
        }
        Self { firsts: self.firsts.clone(), next, accepting }
    }

    /// Which states accept the same texts: a block number for each state.
    fn blocks(&self) -> Vec<usize> {
        let width = self.firsts.len();
        let mut previous = vec![Vec::new(); self.next.len()];
        for (edge, &target) in self.next.iter().enumerate() {
            previous[target * width + edge % width].push(edge / width);
        }
        let mut block: Vec<usize> = self.accepting.iter().map(|&accepting| accepting.into()).collect();
        let mut members: [Vec<usize>; 2] = [Vec::new(), Vec::new()];
        for (state, &block) in block.iter().enumerate() {
            members[block].push(state);
        }
        let mut members = Vec::from(members);
        let mut queue = vec![0, 1];
        let mut queued = vec![true, true];
        while let Some(splitter) = queue.pop() {
            queued[splitter] = false;
            let targets = members[splitter].clone();
            for class in 0..width {
                // The states that enter the splitter, by their blocks: each such block is divided.
                let mut entering: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
                for target in &targets {
                    for &state in &previous[target * width + class] {
                        entering.entry(block[state]).or_default().push(state);
                    }
                }
                for (old, inside) in entering {
                    if inside.len() == members[old].len() {
                        continue;
                    }
                    let new = members.len();
                    for &state in &inside {
                        block[state] = new;
                    }
                    members[old].retain(|&state| block[state] == old);
                    let both = queued[old];
                    queued.push(false);
                    let smaller = if !both && members[old].len() < inside.len() { old } else { new };
                    queue.push(smaller);
                    queued[smaller] = true;
                    members.push(inside);
                }
            }
        }
        block
    }

    /// The tables of the runtime, with bytes that no state tells apart in one class.
    fn tables(&self) -> Option<Dfa> {
        let width = self.firsts.len();
        let column = |class: usize| self.next.iter().skip(class).step_by(width);
        let mut kept: Vec<usize> = Vec::new();
        let mut merged = Vec::new();
        for class in 0..width {
            let same = kept.iter().position(|&other| column(other).eq(column(class)));
            merged.push(same.unwrap_or_else(|| {
                kept.push(class);
                kept.len() - 1
            }));
        }
        let class = |byte: u8| u8::try_from(merged[self.firsts.partition_point(|&first| first <= byte) - 1]);
        let next =
            self.next.chunks(width).flat_map(|row| kept.iter().map(|&class| u16::try_from(row[class])));
        Some(Dfa {
            classes: (0..=u8::MAX).map(class).collect::<Result<_, _>>().ok()?,
            stride: u16::try_from(kept.len()).ok()?,
            next: next.collect::<Result<_, _>>().ok()?,
            accepting: self.accepting.clone().into(),
        })
    }
}
