//! Aim: which member an edit is about. Members go by their number in declared order, since most of what is
//! planned only needs to know whether two edits touch each other.

use super::edit::Edit;
use super::members;
use crate::lower::{Member, Message, Path};

/// An edit, and what it is about.
pub(super) struct Aimed {
    /// The number of the member; undeclared ones have numbers of their own.
    pub member: usize,
    /// The number of the object that it is in; `None` if it is the message.
    pub object: Option<usize>,
    /// The edit.
    pub edit: Edit,
}

/// The declared members by number.
pub(super) struct Numbered<'a> {
    /// Each before what it holds.
    pub members: Vec<(Path, &'a Member)>,
    /// The object that each is in.
    objects: Vec<Option<usize>>,
}

impl<'a> Numbered<'a> {
    /// Of a message.
    pub fn new(message: &'a Message) -> Self {
        let members = members(&message.root);
        let mut objects: Vec<Option<usize>> = Vec::with_capacity(members.len());
        for (at, (path, _)) in members.iter().enumerate() {
            // Not deeper than the one before, or in it.
            let mut object = at.checked_sub(1);
            while let Some(before) = object.filter(|before| members[*before].0.len() >= path.len()) {
                object = objects[before];
            }
            objects.push(object);
        }
        Self { members, objects }
    }

    /// An edit of a member.
    pub fn aimed(&self, member: usize, edit: Edit) -> Aimed {
        Aimed { member, object: self.objects[member], edit }
    }

    /// An edit of a member that is found by its path.
    pub fn find(&self, edit: Edit) -> Option<Aimed> {
        let member = self
            .members
            .iter()
            .position(|(path, _)| path.last() == edit.path().last() && path == edit.path())?;
        Some(self.aimed(member, edit))
    }

    /// The objects that what an edit is about is in, from the inside.
    pub fn around(&self, aimed: &Aimed) -> impl Iterator<Item = usize> {
        std::iter::successors(aimed.object, |object| self.objects[*object])
    }
}
