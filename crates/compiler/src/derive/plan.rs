//! Plan: what is to be tested of a message, before it is known whether it can be.

use super::aim::Aimed;
use super::edit::Edit;
use super::judge::Fault;
use super::vectors::Input;
use crate::lower::When;
use crate::syntax::part::Text;
use elementc_runtime::Code;

/// How much a plan matters, if there are too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rank {
    /// The usual, and what only text can show.
    Usual,
    /// Rules between entries, broken.
    Between,
    /// Rules of one entry, broken, but for its type.
    Rule,
    /// Types, and both spellings of what may be written in two ways.
    Type,
    /// What else is valid, or nearly so.
    Valid,
}

impl Rank {
    /// All ranks, what matters most first.
    pub const ALL: [Self; 5] = [Self::Usual, Self::Between, Self::Rule, Self::Type, Self::Valid];
}

/// A vector to be made.
pub(super) struct Plan {
    /// Where it stands among the others.
    pub place: usize,
    /// What it is, for readers.
    pub about: About,
    /// How to make it.
    pub way: Way,
}

/// What a plan is, for readers. Most plans join others in a vector that has words of its own, so these
/// are put together late.
pub(super) enum About {
    /// In these words.
    Said(String),
    /// The member that is edited is so; with its value, if that says more.
    Is(&'static str, bool),
}

impl From<&str> for About {
    fn from(text: &str) -> Self {
        Self::Said(text.to_owned())
    }
}

impl From<String> for About {
    fn from(text: String) -> Self {
        Self::Said(text)
    }
}

impl About {
    /// As text, of a plan with this edit.
    pub fn text(self, edit: Option<&Edit>) -> String {
        let (what, edit, with_value) = match (self, edit) {
            (Self::Said(text), _) => return text,
            (Self::Is(what, _), None) => return what.to_owned(),
            (Self::Is(what, with_value), Some(edit)) => (what, edit, with_value),
        };
        match edit {
            Edit::Set(path, json) if with_value => format!("{} is {what}: {json}", name(path)),
            Edit::Set(path, _) | Edit::Remove(path) => format!("{} is {what}", name(path)),
        }
    }
}

/// How to make it.
pub(super) enum Way {
    /// This edit of whichever base it goes with, and this wrong with the member, or with an item of it, or
    /// nothing. Edits of one kind are one vector where they do not touch each other.
    Edit(Aimed, Option<Code>, Option<usize>),
    /// These edits where these conditions hold, and the goal alone wrong, or nothing.
    Where(Vec<When>, Vec<Edit>, Option<Fault>),
    /// No variant fits: the condition does not hold.
    Unfit(When, Fault),
    /// A base as it is.
    Base(usize),
    /// As many entries as go together.
    Full,
    /// Each of these edits leaves a placeholder, which is a violation.
    Leftover(Vec<(Edit, Fault)>),
    /// This very input.
    Given(Input, Vec<Fault>),
}

/// A path as people write it.
pub(super) fn name(path: &[Text]) -> String {
    format!("`{}`", path.join("."))
}
