//! Waivers: breaking changes that somebody allows, with a reason.
//!
//! In: changes and waivers. Out: the same changes, some waived, and the waivers that waive nothing. A
//! waiver names exactly one place, so that it cannot grow.

use super::{Change, Kind};

/// A breaking change that is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The key of the element.
    pub element: String,
    /// The message; `None` for a change of the element itself.
    pub message: Option<String>,
    /// The pointer; `None` for a change of the element or of a whole message.
    pub pointer: Option<String>,
    /// Why.
    pub reason: String,
}

/// Waives the breaking changes that a waiver names; returns the waivers that name none.
#[must_use]
pub fn waive<'w>(changes: &mut [Change], waivers: &'w [Waiver]) -> Vec<&'w Waiver> {
    let mut unused = Vec::new();
    for waiver in waivers {
        let named = |change: &&mut Change| {
            change.kind == Kind::Breaking
                && change.element == waiver.element
                && change.message == waiver.message
                && change.pointer == waiver.pointer
        };
        let mut used = false;
        for change in changes.iter_mut().filter(named) {
            change.waived = Some(waiver.reason.clone());
            used = true;
        }
        if !used {
            unused.push(waiver);
        }
    }
    unused
}
