//! Foresees what a backtracking engine makes of a pattern.
//!
//! In: a [`Node`]. Out: whether it may take exponential time, whether it surely takes linear time. The pattern becomes its position automaton (Glushkov): one state
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
    positions.nodes <= MAX_NODES && positions.ambiguous().unwrap_or(false)
}

/// Whether a backtracking engine takes time linear in the text, whatever the text. In doubt, no.
///
/// It tries each way to read the beginning of a text once. Those are bounded in number unless some
/// text leads from a state back to it on two paths (exponential), or leads from a state back to it,
/// from it to another, and from that back to itself (polynomial: `a*a*`).
pub(super) fn linear(node: &Node) -> bool {
    let mut positions = Positions { cautious: true, ..Positions::default() };
    positions.add(node);
    positions.nodes <= MAX_NODES
        && !positions.doubtful
        && positions.ambiguous() == Some(false)
        && positions.drifts() == Some(false)
}

#[derive(Default)]
struct Positions {
    /// Whether to take every repetition that is not exact for a loop, and notice what is none.
    cautious: bool,
    /// Whether something that may be empty is repeated up to some number of times: then the texts in
    /// between can be shared out in many ways, which no path shows.
    doubtful: bool,
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
                self.doubtful |= part.nullable && max.is_some_and(|max| max > 1);
                // `{1,30}` is as bad as `+` in practice; `{30}` is the same text every time, and
                // two copies show what happens at its seams.
                match max {
                    Some(1) => {}
                    Some(max) if max == min && (!self.cautious || *max == 2) => {
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

    /// Which pairs of positions can read the same character.
    fn meets(&self) -> Vec<bool> {
        let count = self.sets.len();
        let meet = |pair: usize| {
            let mut both = self.sets[pair / count].clone();
            both.intersect(&self.sets[pair % count]);
            !both.ranges().is_empty()
        };
        (0..count * count).map(meet).collect()
    }

    /// Whether three runs on one text can lead from one position back to it, from it to another, and
    /// from that back to itself; `None` if that takes too long to find out.
    fn drifts(&self) -> Option<bool> {
        let count = self.sets.len();
        let meets = self.meets();
        let mut steps = 0;
        for (home, goal) in (0..count).flat_map(|home| (0..count).map(move |goal| (home, goal))) {
            if home == goal || self.follow[home].is_empty() || self.follow[goal].is_empty() {
                continue;
            }
            let mut stack = vec![[home, home, goal]];
            let mut seen = BTreeSet::new();
            while let Some([one, two, three]) = stack.pop() {
                for &a in &self.follow[one] {
                    for &b in self.follow[two].iter().filter(|&&b| meets[a * count + b]) {
                        for &c in self.follow[three].iter().filter(|&&c| meets[a * count + c]) {
                            steps += 1;
                            if steps > MAX_STEPS {
                                return None;
                            }
                            // Two by two is not all three, but near enough: in doubt, yes.
                            if !meets[b * count + c] {
                                continue;
                            }
                            if [a, b, c] == [home, goal, goal] {
                                return Some(true);
                            }
                            if seen.insert([a, b, c]) {
                                stack.push([a, b, c]);
                            }
                        }
                    }
                }
            }
        }
        Some(false)
    }

    /// Whether two runs that start at one position on one text can part and meet there again; `None`
    /// if that takes too long to find out.
    fn ambiguous(&self) -> Option<bool> {
        let count = self.sets.len();
        let meets = self.meets();
        let mut steps = 0;
        for home in 0..count {
            // A pair and whether the runs have parted on the way to it.
            let mut stack = vec![(home, home, false)];
            let mut seen = BTreeSet::new();
            while let Some((left, right, parted)) = stack.pop() {
                for (one, &a) in self.follow[left].iter().enumerate() {
                    for (other, &b) in self.follow[right].iter().enumerate() {
                        steps += 1;
                        if steps > MAX_STEPS {
                            return None;
                        }
                        if !meets[a * count + b] {
                            continue;
                        }
                        let parted = parted || a != b || (left == right && one != other);
                        if parted && a == home && b == home {
                            return Some(true);
                        }
                        if seen.insert((a, b, parted)) {
                            stack.push((a, b, parted));
                        }
                    }
                }
            }
        }
        Some(false)
    }
}
