//! Facets: what may differ between two versions of a message, one after the other.
//!
//! In: a [`Pair`]. Out: [`Change`]s, without the element. Each facet knows what bodies would show that
//! it breaks something; whether one does is for the pair to say.

use super::pair::Pair;
use super::values::{listed, narrowing, narrowings};
use super::words::{Requirement, name, quoted, shape};
use super::{Change, Kind, Sender, Version, Witness};
use crate::derive::{self, Beyond, Body, Edit, Fault, plain, pointer};
use crate::lower::{About, Check, Member, Message, Path, Rule, Shape};
use crate::source::Span;
use crate::syntax::part::Leaf;
use elementc_runtime::Code;
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// The codes of what is wrong with a value.
const VALUE: [Code; 4] = [Code::WrongType, Code::NotAllowed, Code::WrongFormat, Code::OutOfRange];

/// The changes of a message.
pub(super) fn changes(pair: &Pair) -> Vec<Change> {
    let mut facets = Facets { pair, changes: Vec::new() };
    facets.members();
    facets.constraints();
    facets.rest();
    facets.changes
}

pub(super) struct Facets<'a> {
    pub pair: &'a Pair<'a>,
    pub changes: Vec<Change>,
}

/// The members at one path: the old and the new one, or either.
type Both<'a> = (Option<&'a Member>, Option<&'a Member>);

impl Facets<'_> {
    fn push(&mut self, path: &Path, what: String, at: Option<(Version, Span)>, kind: Kind) {
        self.changes.push(Change {
            kind,
            element: String::new(),
            message: Some(self.pair.name()),
            pointer: Some(pointer(path)),
            what,
            at,
            witness: None,
            waived: None,
        });
    }

    /// A change of the contract: breaking if there is a witness, unproven if there should be one or
    /// the search for it was given up.
    pub fn judged(
        &mut self,
        path: &Path,
        what: String,
        at: Option<(Version, Span)>,
        witness: Option<Witness>,
        narrows: bool,
    ) {
        let gave_up = self.pair.from().deriver.gave_up();
        let kind = match (&witness, narrows || gave_up) {
            (Some(_), _) => Kind::Breaking,
            (None, true) => Kind::Unproven,
            (None, false) => Kind::Compatible,
        };
        self.push(path, what, at, kind);
        if let Some(change) = self.changes.last_mut() {
            change.witness = witness;
        }
    }

    /// The place of a member: the new version's if it is there.
    pub fn place(&self, path: &Path) -> Option<(Version, Span)> {
        let at = |message: &Message| derive::member(message, path).and_then(|member| member.about.at);
        let new = at(self.pair.new.message).map(|span| (Version::New, span));
        new.or_else(|| at(self.pair.old.message).map(|span| (Version::Old, span)))
    }

    /// All members, in the order of the new version, then those that are gone.
    fn members(&mut self) {
        let (old, new) = (self.pair.old.message, self.pair.new.message);
        let mut paths: Vec<Path> = derive::members(&new.root).into_iter().map(|(path, _)| path).collect();
        for (path, _) in derive::members(&old.root) {
            if derive::member(new, &path).is_none() {
                paths.push(path);
            }
        }
        for path in paths {
            let both: Both = (derive::member(old, &path), derive::member(new, &path));
            // What comes or goes as a whole is told as a whole.
            let parent = &path[..path.len() - 1];
            let holds = |message: &Message| derive::object(&message.root, parent).is_some();
            if !holds(old) || !holds(new) {
                continue;
            }
            match both {
                (Some(old), Some(new)) => {
                    self.requirement(&path, old, new);
                    self.value(&path, old, new);
                    self.about(&path, &old.about, &new.about);
                }
                (None, Some(new)) => self.came(&path, new),
                (Some(old), None) => self.went(&path, old),
                (None, None) => {}
            }
        }
    }

    /// Bodies of the sender in which a member is missing, under each condition that the receiver has.
    fn without(&self, path: &Path) -> Vec<Body> {
        let gone = Edit::Remove(path.clone());
        let mut bodies = self.pair.from().bodies(std::slice::from_ref(&gone));
        bodies.extend(self.conditioned(path, &gone, |check| matches!(check, Check::Required(_))));
        bodies
    }

    /// Bodies of the sender in which a member is given.
    fn with(&self, path: &Path, value: Arc<Json>) -> Vec<Body> {
        self.pair.from().bodies(&[Edit::Set(path.clone(), value)])
    }

    /// Bodies of the sender with an edit, in which the conditions of the receiver's rules about a member hold.
    fn conditioned(&self, path: &Path, edit: &Edit, wanted: impl Fn(&Check) -> bool) -> Vec<Body> {
        let about = |rule: &&Rule| match &rule.check {
            Check::Required(key) | Check::Excluded(key) => {
                path.split_last() == Some((key, &rule.object)) && wanted(&rule.check)
            }
            _ => false,
        };
        let rules = self.pair.to().message.rules.iter().filter(about);
        rules.flat_map(|rule| self.applying(rule, std::slice::from_ref(edit))).collect()
    }

    /// Bodies of the sender with some edits, in which a rule of the receiver applies.
    pub fn applying(&self, rule: &Rule, edits: &[Edit]) -> impl Iterator<Item = Body> {
        let from = self.pair.from();
        let deriver = &from.deriver;
        let ways = move |base: &Body| {
            let mut ways: Vec<Vec<Edit>> = vec![Vec::new()];
            for when in &rule.when {
                let own = deriver.each_way(when, base);
                let with = |before: &Vec<Edit>| {
                    own.iter().map(|way| [before.as_slice(), way].concat()).collect::<Vec<_>>()
                };
                ways = ways.iter().flat_map(with).collect();
            }
            ways
        };
        let settled =
            move |base, way: Vec<Edit>| deriver.settle(base, &[way.as_slice(), edits].concat(), None);
        from.bases
            .iter()
            .flat_map(move |base| ways(base).into_iter().filter_map(move |way| settled(base, way)))
    }

    fn came(&mut self, path: &Path, new: &Member) {
        let requirement = Requirement::of(self.pair.new.message, path, new.required);
        let witness = match self.pair.sender {
            Sender::Application => {
                self.pair.witness(self.without(path), |fault| is(fault, &[Code::MissingEntry], path))
            }
            // Who knows nothing of a member passes over it.
            Sender::Platform => None,
        };
        let what = match self.pair.sender {
            Sender::Application => format!("{} is new and {requirement}", name(path)),
            Sender::Platform => format!("{} is new", name(path)),
        };
        let narrows = self.pair.sender == Sender::Application && new.required;
        self.judged(path, what, self.place(path), witness, narrows);
    }

    fn went(&mut self, path: &Path, old: &Member) {
        let witness = match self.pair.sender {
            Sender::Application => {
                let bodies = self.with(path, plain(old));
                self.pair.witness(bodies, |fault| is(fault, &[Code::UnknownEntry], path))
            }
            Sender::Platform => {
                self.pair.witness(self.without(path), |fault| is(fault, &[Code::MissingEntry], path))
            }
        };
        let narrows = self.pair.sender == Sender::Application || old.required;
        self.judged(path, format!("{} is gone", name(path)), self.place(path), witness, narrows);
    }

    fn requirement(&mut self, path: &Path, old: &Member, new: &Member) {
        let before = Requirement::of(self.pair.old.message, path, old.required);
        let after = Requirement::of(self.pair.new.message, path, new.required);
        if before.is_like(&after) {
            return;
        }
        let (from, to) = self.pair.directed(old, new);
        let set = Edit::Set(path.clone(), plain(from));
        let mut bodies = self.without(path);
        bodies.extend(self.conditioned(path, &set, |check| matches!(check, Check::Excluded(_))));
        let wanted = [Code::MissingEntry, Code::ExcludedEntry];
        let witness = self.pair.witness(bodies, |fault| is(fault, &wanted, path));
        let (before, after) = (before.to_string(), after.to_string());
        let what = if before == after {
            format!("{} is now {after}, under other conditions than before", name(path))
        } else {
            format!("{} is now {after}; it was {before}", name(path))
        };
        let narrows = to.required && !from.required;
        self.judged(path, what, self.place(path), witness, narrows);
    }

    fn value(&mut self, path: &Path, old: &Member, new: &Member) {
        let same = match (&old.shape, &new.shape) {
            (Shape::Object(_), Shape::Object(_)) => true,
            (Shape::Value(a), Shape::Value(b)) => narrowings(a) == narrowings(b),
            (a, b) => a == b,
        };
        if same {
            return;
        }
        let (from, to) = self.pair.directed(old, new);
        if let (Shape::Value(a), Shape::Value(b)) = (&old.shape, &new.shape)
            && let Some(listed) = listed(path, a, b)
        {
            for (what, mut values) in listed {
                values.retain(|json| derive::takes(&from.shape, json) && !derive::takes(&to.shape, json));
                let beyond = Beyond { values, decided: true };
                self.narrowed(path, what, &beyond);
            }
            return;
        }
        let beyond = narrowing(from, to);
        if beyond.is_none() && narrowing(to, from).is_none() {
            let what = format!("{} takes the same values, written otherwise", name(path));
            return self.push(path, what, self.place(path), Kind::Documentation);
        }
        let (before, after) = (shape(&old.shape), shape(&new.shape));
        let what = if before == after {
            format!("{} now takes other values than before", name(path))
        } else {
            format!("{} now takes {after}; it took {before}", name(path))
        };
        self.narrowed(path, what, &beyond);
    }

    /// A change of a member, of which the sender may give values that the receiver does not take.
    fn narrowed(&mut self, path: &Path, what: String, beyond: &Beyond) {
        let values = beyond.values.iter().cloned();
        let bodies = values.flat_map(|value| self.with(path, Arc::new(value)));
        let witness = self.pair.witness(bodies, |fault| is(fault, &VALUE, path));
        self.judged(path, what, self.place(path), witness, !beyond.is_none());
    }

    /// What no validator looks at.
    fn about(&mut self, path: &Path, old: &About, new: &About) {
        let at = self.place(path);
        if old.default != new.default {
            let said = |json: &Option<Json>| json.as_ref().map_or("none".to_owned(), quoted);
            let what = format!(
                "the default of {} is now {}; it was {}",
                name(path),
                said(&new.default),
                said(&old.default)
            );
            self.push(path, what, at, Kind::Compatible);
        }
        let text = |text: Option<&str>| text.map_or(Json::Null, Json::from);
        let synonyms =
            |about: &About| about.synonyms.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>();
        let facts = [
            ("title", json!(old.title), json!(new.title)),
            ("description", text(old.description.as_deref()), text(new.description.as_deref())),
            ("group", text(old.group.as_deref()), text(new.group.as_deref())),
            ("normalisation", text(old.normalise.as_deref()), text(new.normalise.as_deref())),
            ("example", old.example.clone().unwrap_or_default(), new.example.clone().unwrap_or_default()),
        ];
        for (fact, before, after) in facts {
            if before == after {
                continue;
            }
            let what = match (before.is_null(), after.is_null()) {
                // Fakes, but nobody should have to make sure of that.
                _ if fact == "example" && (old.secret || new.secret) => {
                    format!("{} has another example", name(path))
                }
                (true, _) => format!("the {fact} of {} is now {}", name(path), quoted(&after)),
                (_, true) => format!("the {fact} of {} is gone", name(path)),
                _ => {
                    let words = [quoted(&before), quoted(&after)];
                    // Text and what it says read alike.
                    let alike = words[0] == words[1];
                    let [before, after] =
                        if alike { [before, after].map(|json| format!("`{json}`")) } else { words };
                    format!("the {fact} of {} is now {after}; it was {before}", name(path))
                }
            };
            self.push(path, what, at, Kind::Documentation);
        }
        let said = |yes: bool, one: &str, other: &str| if yes { one.to_owned() } else { other.to_owned() };
        let deprecated = |about: &About| about.deprecated.as_ref().map(Leaf::show);
        let facts = [
            (old.secret != new.secret, said(new.secret, "is now a secret", "is no longer a secret")),
            (
                old.shown != new.shown,
                said(new.shown, "is now shown in samples", "is no longer shown in samples"),
            ),
            (
                deprecated(old) != deprecated(new),
                match (&old.deprecated, &new.deprecated) {
                    (None, _) => "is now deprecated".to_owned(),
                    (_, None) => "is no longer deprecated".to_owned(),
                    _ => "is now deprecated in other words".to_owned(),
                },
            ),
            (synonyms(old) != synonyms(new), "now has other synonyms".to_owned()),
        ];
        for (_, what) in facts.into_iter().filter(|(differs, _)| *differs) {
            self.push(path, format!("{} {what}", name(path)), at, Kind::Documentation);
        }
    }
}

/// Whether a fault is of one of these kinds, and about this member.
fn is(fault: &Fault, codes: &[Code], path: &Path) -> bool {
    codes.contains(&fault.code) && fault.path == *path
}
