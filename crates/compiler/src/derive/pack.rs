//! Pack: vectors that differ from a base in one member each, put together into few.
//!
//! In: edits of one member, each with what is then wrong. Out: vectors of many edits, of one kind each:
//! a validator must find everything that is wrong, and what it does not find shows by its pointer.

use super::body::Body;
use super::edit::Edit;
use super::judge::{Fault, is_valid, judge};
use super::plan::About;

use super::vectors::{Input, LIMIT, Vector};
use crate::HashMap;
use crate::lower::{Message, Path};
use crate::syntax::part::Text;
use elementc_runtime::{Code, Placeholders};

/// Packs, and which of them touch what.
#[derive(Default)]
pub(super) struct Packs {
    all: Vec<Pack>,
    touched: HashMap<Path, Touched>,
}

/// Some packs, one bit each.
type Set = u64;

const _: () = assert!(LIMIT < 64, "there are fewer packs than bits");

/// The packs that edit a member, or something in it.
#[derive(Default)]
struct Touched {
    /// Those that edit it, and the position of the edit.
    edits: Vec<(usize, usize)>,
    /// The same.
    itself: Set,
    /// Those that edit something in it.
    inside: Set,
}

impl Packs {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Adds a pack.
    pub fn push(&mut self, pack: Pack) {
        self.all.push(pack);
        let at = self.all.len() - 1;
        (0..self.all[at].edits.len()).for_each(|edit| self.note(at, edit));
    }

    /// Adds an edit to a pack.
    pub fn add(&mut self, at: usize, edit: Edit) {
        let pack = &mut self.all[at];
        pack.grown = true;
        pack.edits.push(edit);
        let last = pack.edits.len() - 1;
        self.note(at, last);
    }

    fn note(&mut self, pack: usize, edit: usize) {
        let edits = &self.all[pack].edits;
        let path = edits[edit].path();
        let Some((_, parents)) = path.split_last() else { return };
        let is_noted = |other: &Edit| other.path().split_last().is_some_and(|(_, others)| others == parents);
        let first = if edits[..edit].last().is_some_and(is_noted) { path.len() } else { 1 };
        for end in first..=path.len() {
            let touched = match self.touched.get_mut(&path[..end]) {
                Some(touched) => touched,
                None => self.touched.entry(path[..end].to_vec()).or_default(),
            };
            if end < path.len() {
                touched.inside |= 1 << pack;
            } else {
                touched.itself |= 1 << pack;
                touched.edits.push((pack, edit));
            }
        }
    }

    /// The packs that an edit may be put in: those of its kind that it does not touch; `None` if it is in
    /// one of them already.
    pub fn with_room(&self, edit: &Edit, code: Option<Code>) -> Option<impl Iterator<Item = usize>> {
        let path = edit.path();
        let mut taken: Set = 0;
        for end in 1..path.len() {
            taken |= self.touched.get(&path[..end]).map_or(0, |above| above.itself);
        }
        if let Some(touched) = self.touched.get(path) {
            let is_it = |pack: &Pack, at: usize| pack.code == code && pack.edits[at] == *edit;
            if touched.edits.iter().any(|(pack, at)| is_it(&self.all[*pack], *at)) {
                return None;
            }
            taken |= touched.itself | touched.inside;
        }
        let packs = self.all.iter().enumerate();
        let free = packs.filter(move |(at, pack)| pack.code == code && taken >> at & 1 == 0);
        Some(free.map(|(at, _)| at))
    }
}

impl std::ops::Index<usize> for Packs {
    type Output = Pack;

    fn index(&self, at: usize) -> &Pack {
        &self.all[at]
    }
}

impl IntoIterator for Packs {
    type Item = Pack;
    type IntoIter = std::vec::IntoIter<Pack>;

    fn into_iter(self) -> Self::IntoIter {
        self.all.into_iter()
    }
}

/// Edits of one base that do not touch each other, each of which makes its member wrong in the same way,
/// or none of them anything.
pub(super) struct Pack {
    code: Option<Code>,
    base: usize,
    edits: Vec<Edit>,
    /// What it is as it begins.
    about: About,
    /// Whether it is more by now.
    grown: bool,
    /// Where it stands among the others.
    pub place: usize,
}

impl Pack {
    /// Of edits that are valid together, or one that makes its member wrong; with its place among all plans.
    pub fn new(base: usize, edits: Vec<Edit>, code: Option<Code>, about: About, place: usize) -> Self {
        Self { code, base, edits, about, grown: false, place }
    }

    /// Whether it is about the first base.
    pub fn is_of_the_first_base(&self) -> bool {
        self.base == 0
    }

    /// Whether with the edit nothing is wrong but what each edit is to make wrong.
    pub fn stays_true(&self, message: &Message, bases: &[Body], edit: &Edit) -> bool {
        let mut body = bases[self.base].edited(&self.edits);
        body.apply(edit);
        let Some(code) = self.code else { return is_valid(message, &body) };
        let faults = judge(message, &body, Placeholders::Allowed);
        let is_told =
            |edit: &Edit| faults.iter().any(|f| f.code == code && f.path == edit.path() && f.item.is_none());
        faults.len() == self.edits.len() + 1 && self.edits.iter().chain([edit]).all(is_told)
    }

    /// The vector.
    pub fn vector(self, message: &Message, bases: &[Body]) -> Vector {
        let Self { code, base, mut edits, .. } = self;
        let about = if self.grown { kind(code).to_owned() } else { self.about.text(edits.first()) };
        let expected = match code {
            None => Vec::new(),
            Some(code) if edits.len() == 1 => {
                vec![Fault { code, path: edits[0].path().to_vec(), item: None, rule: None }]
            }
            Some(_) => {
                // In the order in which validators tell of them.
                let faults = judge(message, &bases[base].edited(&edits), Placeholders::Allowed);
                let order: HashMap<&[Text], usize> =
                    faults.iter().enumerate().rev().map(|(at, fault)| (&*fault.path, at)).collect();
                edits.sort_by_cached_key(|edit| order.get(edit.path()).copied());
                faults
            }
        };
        let input = Input::Changed { base, edits };
        Vector { about, input, placeholders: Placeholders::Allowed, expected }
    }
}

/// What many edits of one kind make.
fn kind(code: Option<Code>) -> &'static str {
    match code {
        None => "other values",
        Some(Code::MissingEntry) => "required entries are left out",
        Some(Code::UnknownEntry) => "unknown entries",
        Some(Code::WrongType) => "values of other types",
        Some(Code::NotAllowed) => "values that are not listed",
        Some(Code::WrongFormat) => "text of another form",
        Some(Code::OutOfRange) => "numbers out of range",
        Some(Code::ExcludedEntry) => "entries that do not belong",
        Some(_) => "several wrong values",
    }
}
