//! Syntax: the bytes of one file become a descriptor whose every value knows its place.
//!
//! In: a [`crate::source::Source`]. Out: a [`yaml::Node`] tree, then a typed descriptor, and
//! whatever is wrong with either, all of it in one run.

pub mod condition;
pub mod constraint;
pub mod decode;
pub mod descriptor;
pub mod entries;
pub mod entry;
pub mod leaf;
pub mod map;
pub mod part;
pub mod seldom;
mod stray;
pub mod text;
pub mod yaml;
