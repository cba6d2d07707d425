//! Pack: vectors that differ from a base in one member each, put together into few.
//!
//! In: edits of one member, each with what is then wrong. Out: vectors of many edits, of one kind each:
//! a validator must find everything that is wrong, and what it does not find shows by its pointer.

use super::aim::{Aimed, Numbered};
use super::body::Body;
use super::edit::Edit;
use super::judge::{Fault, is_valid, judge};
use super::plan::About;
use super::vectors::{Input, LIMIT, Vector};
use crate::lower::Message;
use elementc_runtime::{Code, Placeholders};

/// Packs, and which of them touch what.
pub(super) struct Packs<'a> {
    numbered: &'a Numbered<'a>,
    all: Vec<Pack>,
    /// By the number of the member.
    touched: Vec<Touched>,
}

/// Some packs, one bit each.
type Set = u64;

const _: () = assert!(LIMIT < 64, "there are fewer packs than bits");

/// The packs that edit a member, or something in it.
#[derive(Clone, Default)]
struct Touched {
    /// Those that edit it, and the position of the edit.
    edits: Vec<(usize, usize)>,
    /// The same.
    itself: Set,
    /// Those that edit something in it.
    inside: Set,
}

impl<'a> Packs<'a> {
    /// None yet.
    pub fn new(numbered: &'a Numbered<'a>) -> Self {
        Self { numbered, all: Vec::new(), touched: vec![Touched::default(); numbered.members.len()] }
    }

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
    pub fn add(&mut self, at: usize, edit: Aimed) {
        let pack = &mut self.all[at];
        pack.grown = true;
        pack.edits.push(edit);
        let last = pack.edits.len() - 1;
        self.note(at, last);
    }

    fn note(&mut self, pack: usize, edit: usize) {
        let aimed = &self.all[pack].edits[edit];
        if self.touched.len() <= aimed.member {
            self.touched.resize(aimed.member + 1, Touched::default());
        }
        let touched = &mut self.touched[aimed.member];
        touched.itself |= 1 << pack;
        touched.edits.push((pack, edit));
        for object in self.numbered.around(aimed) {
            self.touched[object].inside |= 1 << pack;
        }
    }

    /// The packs that an edit may be put in: those of its kind that it does not touch; `None` if it is in
    /// one of them already.
    pub fn with_room(&self, aimed: &Aimed, code: Option<Code>) -> Option<impl Iterator<Item = usize>> {
        let around = self.numbered.around(aimed);
        let mut taken = around.fold(0, |taken, object| taken | self.touched[object].itself);
        if let Some(touched) = self.touched.get(aimed.member) {
            let is_it = |pack: &Pack, at: usize| pack.code == code && pack.edits[at].edit == aimed.edit;
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

impl std::ops::Index<usize> for Packs<'_> {
    type Output = Pack;

    fn index(&self, at: usize) -> &Pack {
        &self.all[at]
    }
}

impl IntoIterator for Packs<'_> {
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
    edits: Vec<Aimed>,
    /// What it is as it begins.
    about: About,
    /// Whether it is more by now.
    grown: bool,
    /// Where it stands among the others.
    pub place: usize,
}

impl Pack {
    /// Of edits that are valid together, or one that makes its member wrong; with its place among all plans.
    pub fn new(base: usize, edits: Vec<Aimed>, code: Option<Code>, about: About, place: usize) -> Self {
        Self { code, base, edits, about, grown: false, place }
    }

    /// Whether it is about the first base.
    pub fn is_of_the_first_base(&self) -> bool {
        self.base == 0
    }

    /// Whether with the edit nothing is wrong but what each edit is to make wrong.
    pub fn stays_true(&self, message: &Message, bases: &[Body], aimed: &Aimed) -> bool {
        let edits = || self.edits.iter().chain([aimed]).map(|aimed| &aimed.edit);
        let body = bases[self.base].edited(edits());
        let Some(code) = self.code else { return is_valid(message, &body) };
        let faults = judge(message, &body, Placeholders::Allowed);
        let is_told =
            |edit: &Edit| faults.iter().any(|f| f.code == code && f.path == edit.path() && f.item.is_none());
        faults.len() == edits().count() && edits().all(is_told)
    }

    /// The vector.
    pub fn vector(self, bases: &[Body]) -> Vector {
        let Self { code, base, mut edits, .. } = self;
        // In the order in which validators tell of them: by place in the document, but for what is missing,
        // which is told as declared, an object's own members before what is inside them.
        match code {
            None => {}
            Some(Code::MissingEntry) => edits.sort_by_key(|aimed| (aimed.object, aimed.member)),
            Some(_) if edits.len() > 1 => {
                let body = bases[base].edited(edits.iter().map(|aimed| &aimed.edit));
                edits.sort_by_cached_key(|aimed| body.place(aimed.edit.path()));
            }
            Some(_) => {}
        }
        let edits: Vec<Edit> = edits.into_iter().map(|aimed| aimed.edit).collect();
        let fault = |code, edit: &Edit| Fault { code, path: edit.path().to_vec(), item: None, rule: None };
        let expected = code.iter().flat_map(|code| edits.iter().map(|edit| fault(*code, edit))).collect();
        let about = if self.grown { kind(code).to_owned() } else { self.about.text(edits.first()) };
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
