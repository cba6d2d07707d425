//! Pair: two versions of a message, and what one side may send that the other does not take.
//!
//! In: the message before and after. Out: [`Witness`]es. The search is on the lowered messages; what
//! it finds is proven by the engine, and by nothing else.

use super::{Sender, Witness};
use crate::derive::{Body, Deriver, Edit, Fault, bases, judge, members};
use crate::lower::{Message, Path, Shape};
use elementc_runtime::{Placeholders, Program, validate};

/// One version of a message.
#[derive(Clone)]
pub(super) struct Party<'a> {
    pub message: &'a Message,
    pub program: &'a Program,
    pub bases: Vec<Body>,
    pub deriver: Deriver<'a>,
}

impl<'a> Party<'a> {
    /// With the least bodies, and the same with every optional object in them: what is inside an
    /// object matters only where the object is.
    pub fn new(message: &'a Message, program: &'a Program) -> Self {
        let deriver = Deriver::new(message);
        let mut all = bases(message);
        let objects = members(&message.root).into_iter();
        let objects = objects.filter(|(_, member)| matches!(member.shape, Shape::Object(_)));
        let objects: Vec<Path> = objects.map(|(path, _)| path).collect();
        for base in all.clone() {
            let absent = objects.iter().filter(|path| base.at(path).is_none());
            let whole = absent.fold(base.clone(), |body, path| {
                deriver.settle(&body, &[deriver.given(path)], None).unwrap_or(body)
            });
            if whole != base {
                all.push(whole);
            }
        }
        // These are not what is searched for.
        deriver.gave_up();
        Self { message, program, bases: all, deriver }
    }

    /// The bodies that some edits make of each base, mended where that takes it.
    pub fn bodies(&self, edits: &[Edit]) -> Vec<Body> {
        self.bases.iter().filter_map(|base| self.deriver.settle(base, edits, None)).collect()
    }

    fn takes(&self, body: &Body) -> bool {
        validate(self.program, body.text().as_bytes(), Placeholders::Allowed).is_valid()
    }
}

/// Two versions of a message.
pub(super) struct Pair<'a> {
    pub old: Party<'a>,
    pub new: Party<'a>,
    pub sender: Sender,
}

impl<'a> Pair<'a> {
    pub fn new(old: Party<'a>, new: Party<'a>) -> Self {
        let sender = if old.message.kind.is_closed() { Sender::Application } else { Sender::Platform };
        Self { old, new, sender }
    }

    /// The name of the message: the one that tells variants apart, if only one version does.
    pub fn name(&self) -> String {
        if self.new.message.method.is_some() { self.new.message.name() } else { self.old.message.name() }
    }

    /// Of what is old and what is new, what belongs to the sender and what to the receiver.
    pub fn directed<T>(&self, old: T, new: T) -> (T, T) {
        match self.sender {
            Sender::Application => (old, new),
            Sender::Platform => (new, old),
        }
    }

    /// The version by which the message is sent.
    pub fn from(&self) -> &Party<'a> {
        self.directed(&self.old, &self.new).0
    }

    /// The version by which it is received.
    pub fn to(&self) -> &Party<'a> {
        self.directed(&self.old, &self.new).1
    }

    /// The body with which least is wrong where it is received, among those with which this is.
    pub fn witness(
        &self,
        bodies: impl IntoIterator<Item = Body>,
        is_it: impl Fn(&Fault) -> bool,
    ) -> Option<Witness> {
        let mut best: Option<(usize, Body)> = None;
        for body in bodies {
            let faults = judge(self.to().message, &body, Placeholders::Allowed);
            let better = best.as_ref().is_none_or(|(least, _)| faults.len() < *least);
            if faults.iter().any(&is_it) && better && self.proves(&body, &faults, &is_it) {
                let count = faults.len();
                best = Some((count, body));
                if count == 1 {
                    break;
                }
            }
        }
        best.map(|(_, body)| self.of(body))
    }

    /// Whether the validators of both versions say so too.
    fn proves(&self, body: &Body, faults: &[Fault], is_it: &impl Fn(&Fault) -> bool) -> bool {
        let report = validate(self.to().program, body.text().as_bytes(), Placeholders::Allowed);
        let told = |fault: &Fault| {
            let pointer = fault.pointer();
            report.violations.iter().any(|v| v.code == fault.code && v.pointer == pointer)
        };
        self.from().takes(body) && faults.iter().any(|fault| is_it(fault) && told(fault))
    }

    /// A body as a witness.
    fn of(&self, body: Body) -> Witness {
        let report = validate(self.to().program, body.text().as_bytes(), Placeholders::Allowed);
        Witness { sender: self.sender, body: body.json(), violations: report.violations }
    }

    /// A body that is sent and not received, whatever is wrong with it.
    pub fn any_witness(&self, body: Body) -> Option<Witness> {
        let refused = self.from().takes(&body) && !self.to().takes(&body);
        refused.then(|| self.of(body))
    }
}
