//! Foresees exponential backtracking.
//!
//! In: a [`Node`]. Out: yes or no. The pattern becomes its position automaton (Glushkov): one state
//! for each set, an edge for each way to get from one to the next. Backtracking is exponential if
//! some text leads from a state back to it on two paths, that is, if two copies of the automaton
//! running side by side can part and meet again at that state.

use super::parse::Node;
use regex_syntax::hir::ClassUnicode;
use std::collections::BTreeSet;

/// Beyond this many nodes the answer is "no": the question takes the square of it.
const MAX_NODES: usize = 400;

/// Beyond this many steps of the two copies, likewise.
const MAX_STEPS: usize = 2_000_000;

/// Whether a backtracking engine may take exponential time.
pub(super) fn exponential(node: &Node) -> bool {
    let mut positions = Positions::default();
    positions.add(node);
    positions.nodes <= MAX_NODES && positions.ambiguous()
}

#[derive(Default)]
struct Positions {
    sets: Vec<ClassUnicode>,
    /// What may follow each position. Twice the same: there are two ways.
    follow: Vec<Vec<usize>>,
    /// How many nodes were added; nested `{2}` would double them without end.
    nodes: usize,
}

/// How a part of the pattern is entered and left.
struct Part {
    nullable: bool,
    first: Vec<usize>,
    last: Vec<usize>,
}

impl Part {
    fn empty() -> Self {
        Self { nullable: true, first: Vec::new(), last: Vec::new() }
    }
}

impl Positions {
    fn add(&mut self, node: &Node) -> Part {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Part::empty();
        }
        match node {
            Node::Set(set) => {
                self.sets.push(set.clone());
                self.follow.push(Vec::new());
                let position = vec![self.sets.len() - 1];
                Part { nullable: false, first: position.clone(), last: position }
            }
            Node::Concat(nodes) => nodes.iter().fold(Part::empty(), |part, node| {
                let next = self.add(node);
                self.join(part, next)
            }),
            Node::Either(nodes) => {
                let mut whole = Part { nullable: false, ..Part::empty() };
                for node in nodes {
                    let part = self.add(node);
                    whole.nullable |= part.nullable;
                    whole.first.extend(part.first);
                    whole.last.extend(part.last);
                }
                whole
            }
            Node::Repeat { max: Some(0), .. } => Part::empty(),
            Node::Repeat { node, min, max } => {
                let mut part = self.add(node);
                // `{1,30}` is as bad as `+` in practice; `{30}` is the same text every time, and
                // two copies show what happens at its seams.
                match max {
                    Some(1) => {}
                    Some(max) if max == min => {
                        let next = self.add(node);
                        part = self.join(part, next);
                    }
                    _ => self.connect(&part.last, &part.first),
                }
                part.nullable |= *min == 0;
                part
            }
        }
    }

    fn join(&mut self, mut left: Part, mut right: Part) -> Part {
        self.connect(&left.last, &right.first);
        if left.nullable {
            left.first.append(&mut right.first);
        }
        if right.nullable {
            right.last.append(&mut left.last);
        }
        Part { nullable: left.nullable && right.nullable, first: left.first, last: right.last }
    }

    fn connect(&mut self, from: &[usize], to: &[usize]) {
        for &position in from {
            self.follow[position].extend(to);
        }
    }

    /// Whether two runs that start at one position on one text can part and meet there again.
    fn ambiguous(&self) -> bool {
        let count = self.sets.len();
        let meets: Vec<bool> = (0..count * count)
            .map(|pair| {
                let mut both = self.sets[pair / count].clone();
                both.intersect(&self.sets[pair % count]);
                !both.ranges().is_empty()
            })
            .collect();
        let mut steps = 0;
        (0..count).any(|home| {
            // A pair and whether the runs have parted on the way to it.
            let mut stack = vec![(home, home, false)];
            let mut seen = BTreeSet::new();
            while let Some((left, right, parted)) = stack.pop() {
                for (one, &a) in self.follow[left].iter().enumerate() {
                    for (other, &b) in self.follow[right].iter().enumerate() {
                        steps += 1;
                        if steps > MAX_STEPS {
                            return false;
                        }
                        if !meets[a * count + b] {
                            continue;
                        }
                        let parted = parted || a != b || (left == right && one != other);
                        if parted && a == home && b == home {
                            return true;
                        }
                        if seen.insert((a, b, parted)) {
                            stack.push((a, b, parted));
                        }
                    }
                }
            }
            false
        })
    }
}
