//! Diff: two versions of a catalogue become the changes of their contracts.
//!
//! In: two [`Catalog`]s without errors. Out: [`Change`]s, each of one [`Kind`].
//! A change is breaking only if there is a [`Witness`]: a body that one side may send and the other
//! no longer takes, proven by the validators of both versions.
//!
//! Which side speaks depends on the message. What applications send was valid under the old version
//! and must be under the new one. What the platform or a provider sends under the new version must be
//! valid under the old one, which applications were written for.

mod alike;
mod constraints;
mod element;
mod facets;
mod flow;
mod pair;
mod render;
mod values;
mod waiver;
mod words;

pub use render::{Report, VERSION, human, json, markdown};
pub use waiver::{Waiver, waive};

use crate::Catalog;
use crate::source::Span;
use elementc_runtime::Violation;
use serde_json::Value as Json;

/// What a change does to those who rely on the old version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Something that worked does not any more: there is a witness.
    Breaking,
    /// One side has values that the other does not take, but no body was found that holds one: it may be
    /// that none can.
    Unproven,
    /// The contract is another, and nothing was found that worked and does not any more.
    Compatible,
    /// No validator can tell the difference.
    Documentation,
}

impl Kind {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Unproven => "unproven",
            Self::Compatible => "compatible",
            Self::Documentation => "documentation",
        }
    }
}

/// Which of the two versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// The old one.
    Old,
    /// The new one.
    New,
}

/// One difference between two versions of an element.
#[derive(Clone, Debug)]
pub struct Change {
    /// What it does to those who rely on the old version.
    pub kind: Kind,
    /// The key of the element: the old one, if it has another now.
    pub element: String,
    /// The message, by the name that tells variants apart if only one version does; `None` if it is
    /// about the element itself.
    pub message: Option<String>,
    /// Pointer of the member, or of the object that a constraint is about; `None` if it is about the
    /// whole message.
    pub pointer: Option<String>,
    /// What has changed, in a sentence without a full stop.
    pub what: String,
    /// The place that says it: in the new version if it is there.
    pub at: Option<(Version, Span)>,
    /// What proves that it is breaking.
    pub witness: Option<Witness>,
    /// Why it may be, if somebody has given a reason.
    pub waived: Option<String>,
}

/// A body that shows that a change is breaking.
#[derive(Clone, Debug)]
pub struct Witness {
    /// Who sends it.
    pub sender: Sender,
    /// The body: valid where it is sent.
    pub body: Json,
    /// What is wrong with it where it is received; empty if nothing receives it any more.
    pub violations: Vec<Violation>,
}

/// Who sends a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// The application: by the old version, to the new one.
    Application,
    /// The platform or a provider: by the new version, to applications that know the old one.
    Platform,
}

/// All changes, by element and message, in declared order.
#[must_use]
pub fn compare(old: &Catalog, new: &Catalog) -> Vec<Change> {
    let mut changes = Vec::new();
    for compiled in old.compiled() {
        match new.get(&compiled.element.key.value) {
            Some(other) => element::compare(&compiled, &other, &mut changes),
            None => element::gone(&compiled, old, new, &mut changes),
        }
    }
    for fresh in &new.elements {
        let key = &*fresh.key.value;
        let renamed = || old.elements.iter().any(|c| element::successor(c, old, new) == Some(key));
        if old.element(key).is_none() && !renamed() {
            changes.push(element::added(fresh));
        }
    }
    changes.sort_by(|a, b| a.element.cmp(&b.element));
    changes
}
