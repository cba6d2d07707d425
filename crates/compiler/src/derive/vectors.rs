//! Vectors: inputs of a message, and what every validator must say of each.
//!
//! In: a [`Message`]. Out: [`Vectors`]: every rule broken, and what is valid at the edges. What
//! is expected follows from how an input is made; [`judge`] must see it so, and whoever
//! emits them holds the engine against both.

use super::aim::Numbered;
use super::bases::bases;
use super::body::Body;
use super::edit::Edit;
use super::judge::{Fault, judge};
use super::make::{Made, Maker};
use super::pack::Packs;
use super::plan::{Plan, Rank};
use super::planner::Planner;

use crate::lower::Message;
use elementc_runtime::Placeholders;

/// The most vectors of one message.
pub const LIMIT: usize = 60;

/// What is tested of a message.
#[derive(Clone, Debug)]
pub struct Vectors {
    /// Valid bodies that the inputs are changes of: the least of each method.
    pub bases: Vec<Body>,
    /// The inputs, valid ones first.
    pub vectors: Vec<Vector>,
    /// Whether there would be more.
    pub truncated: bool,
}

/// An input, and what is expected of a validator.
#[derive(Clone, Debug)]
pub struct Vector {
    /// What the input is, for readers.
    pub about: String,
    /// The input.
    pub input: Input,
    /// Whether leftover placeholders are violations.
    pub placeholders: Placeholders,
    /// What is wrong with it, in order; nothing if it is valid.
    pub expected: Vec<Fault>,
}

/// An input.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A base with edits.
    Changed {
        /// Index of the base.
        base: usize,
        /// The edits.
        edits: Vec<Edit>,
    },
    /// Text, where parsed JSON would lose what matters.
    Text(String),
}

/// What is wrong with the body of a vector, by [`judge`], whatever its derivation expects; `None` if it
/// is text.
#[must_use]
pub fn opinion(message: &Message, vectors: &Vectors, vector: &Vector) -> Option<Vec<Fault>> {
    let body = body(&vectors.bases, &vector.input)?;
    Some(judge(message, &body, vector.placeholders))
}

/// The vectors of a message, at most [`LIMIT`].
#[must_use]
pub fn vectors(message: &Message) -> Vectors {
    let bases = bases(message);
    let numbered = Numbered::new(message);
    let maker = Maker::new(message, &numbered, &bases);
    let mut planner = Planner::new(message, &numbered, &bases);
    let mut made: Vec<(usize, Vector)> = Vec::new();
    let mut packs = Packs::new(&numbered);
    let mut truncated = false;
    for rank in Rank::ALL {
        for plan in planner.plans(rank) {
            let place = plan.place;
            let Some(plan) = maker.packed(plan, &mut packs) else { continue };
            if made.len() + packs.len() >= LIMIT {
                truncated = true;
                continue;
            }
            match maker.make(plan) {
                Some(Made::Pack(pack)) => packs.push(pack),
                Some(Made::Vector(vector)) => {
                    let alike = |other: &Vector| {
                        other.placeholders == vector.placeholders && other.input == vector.input
                    };
                    if !made.iter().any(|(_, other)| alike(other)) {
                        made.push((place, vector));
                    }
                }
                None => {}
            }
        }
    }
    made.extend(packs.into_iter().map(|pack| (pack.place, pack.vector(&bases))));
    made.sort_by_key(|(place, vector)| (!vector.expected.is_empty(), *place));
    let vectors = made.into_iter().map(|(_, vector)| vector).collect();
    Vectors { bases, vectors, truncated }
}

/// Valid bodies of a message, each different from a base in as little as possible.
#[must_use]
pub fn valid(message: &Message) -> Vec<Body> {
    let bases = bases(message);
    let numbered = Numbered::new(message);
    let maker = Maker::new(message, &numbered, &bases);
    let mut planner = Planner::new(message, &numbered, &bases);
    let plans: Vec<Plan> = Rank::ALL.into_iter().flat_map(|rank| planner.plans(rank)).collect();
    let made = plans.into_iter().filter_map(|plan| maker.make(plan));
    let vectors = made.map(|made| match made {
        Made::Pack(pack) => pack.vector(&bases),
        Made::Vector(vector) => vector,
    });
    let valid = vectors.filter(|vector| vector.expected.is_empty());
    valid.filter_map(|vector| body(&bases, &vector.input)).collect()
}

/// The body of an input; `None` if it is text.
fn body(bases: &[Body], input: &Input) -> Option<Body> {
    match input {
        Input::Text(_) => None,
        Input::Changed { base, edits } => Some(bases[*base].edited(edits)),
    }
}
