//! Aim: which member an edit is about. Members go by their number in declared order, since most of what is
//! planned only needs to know whether two edits touch each other.

use super::edit::Edit;
use super::members;
use super::values::{Valued, interesting};
use crate::lower::{Member, Message, Path, Shape};

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
    /// The values that each takes, if it is no object or list.
    pub right: Vec<Vec<Valued>>,
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
        let takes = |member: &Member| match &member.shape {
            Shape::Value(value) => interesting(value),
            _ => Vec::new(),
        };
        let right = members.iter().map(|(_, member)| takes(member)).collect();
        Self { members, right, objects }
    }

    /// An edit of a member.
    pub fn aimed(&self, member: usize, edit: Edit) -> Aimed {
        Aimed { member, object: self.objects[member], edit }
    }

    /// Edits of declared members, which are found by their paths: mostly each after the one before.
    pub fn find(&self, edits: Vec<Edit>) -> Vec<Aimed> {
        let mut next = 0;
        let found = edits.into_iter().filter_map(|edit| {
            let is_it = |member: &usize| self.members[*member].0 == edit.path();
            let member = (next..self.members.len()).chain(0..next).find(is_it)?;
            next = member + 1;
            Some(self.aimed(member, edit))
        });
        found.collect()
    }

    /// The objects that what an edit is about is in, from the inside.
    pub fn around(&self, aimed: &Aimed) -> impl Iterator<Item = usize> {
        std::iter::successors(aimed.object, |object| self.objects[*object])
    }
}
