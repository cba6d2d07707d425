//! Derive: concrete bodies of a message, from what it was lowered to.
//!
//! In: a [`Message`]. Out: bodies that keep to its rules and bodies that break one of them, each
//! with what a validator has to say of it. Nothing here asks the engine: [`judge`] is an opinion of
//! its own, simple-minded and on [`Body`]s, against which the engine is held.
//!
//! [`vectors`] lists the bodies that every validator must agree on; [`Deriver`] finds others, for
//! whoever wants to know whether two versions of a message differ.

mod aim;
mod bases;
mod beyond;
mod body;
mod edit;
mod judge;
mod make;
mod pack;
mod plan;
mod planner;
mod search;
mod text;
mod values;
mod vectors;
mod written;

pub use bases::bases;
pub use beyond::{Beyond, beyond};
pub use body::{Body, Given};
pub use edit::{Edit, pointer, push_member, token};
pub use judge::{Fault, is_same, judge};
pub use search::Deriver;
pub use values::{plain, takes};
pub use vectors::{Input, LIMIT, Vector, Vectors, opinion, valid, vectors};
pub use written::{push_json, push_string};

use crate::lower::{Member, Message, Object, Path, Shape};
use crate::syntax::part::Text;

/// The members of an object and of those inside it, each before what it holds, in declared order.
pub fn members(object: &Object) -> Vec<(Path, &Member)> {
    fn add<'a>(object: &'a Object, path: &[Text], found: &mut Vec<(Path, &'a Member)>) {
        for (key, member) in &object.members {
            let at: Path = [path, std::slice::from_ref(key)].concat();
            found.push((at.clone(), member));
            if let Shape::Object(inner) = &member.shape {
                add(inner, &at, found);
            }
        }
    }
    let mut found = Vec::new();
    add(object, &[], &mut found);
    found
}

/// The declared member at a path.
#[must_use]
pub fn member<'a>(message: &'a Message, path: &[Text]) -> Option<&'a Member> {
    let (key, parents) = path.split_last()?;
    object(&message.root, parents)?.members.get(key)
}

/// The declared object at a path; the message itself at the empty one.
#[must_use]
pub fn object<'a>(root: &'a Object, path: &[Text]) -> Option<&'a Object> {
    path.iter().try_fold(root, |object, key| match &object.members.get(key)?.shape {
        Shape::Object(inner) => Some(inner),
        _ => None,
    })
}
