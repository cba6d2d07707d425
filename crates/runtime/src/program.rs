//! The program format: what one message must look like, as constant tables.
//!
//! In: nothing; these are plain data, built by the compiler at run time or written as `static`
//! items by its Rust target. Both are the same types, hence the [`Cow`]s: borrowed in a static,
//! owned when built. All indices point into the tables of the same [`Program`].
//!
//! Every declared object occurs at most once in a document (lists hold no declared objects), so
//! presence is one bit per entry of the whole program and rules are checked once, at the end.

use std::borrow::Cow;

use crate::json;
use crate::keys::table;
use crate::lexer::MAX_DEPTH;
use crate::pointer;
use crate::value::is_free_text;

/// Text of a program.
pub type Str = Cow<'static, str>;

/// A table of a program.
pub type Table<T> = Cow<'static, [T]>;

/// The greatest number of [`Entry`]s and of [`Test`]s that a program may hold.
pub const MAX_ENTRIES: usize = 1024;

/// The greatest number of [`Rule`]s that a program may hold: their numbers are 16 bits wide.
pub const MAX_RULES: usize = 1 << 15;

/// What one message of one element must look like. The root is `objects[0]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// Key of the element, as in `element.key`.
    pub element: Str,
    /// Name of the message, as in `create-instance`.
    pub message: Str,
    /// The declared objects; the first is the whole message.
    pub objects: Table<Object>,
    /// The entries of all objects; those of one object are neighbours, in declared order.
    pub entries: Table<Entry>,
    /// What conditions look at, each one bit once the document has been read.
    pub tests: Table<Test>,
    /// Conditions and constraints, in declared order.
    pub rules: Table<Rule>,
    /// The automata that [`Value::pattern`] names.
    pub dfas: Table<Dfa>,
    /// Where to look for a key: for each object a hash table of open addressing, which holds places
    /// among its entries, counted from one, and zeros; filled in by [`Program::derived`].
    pub slots: Table<u16>,
    /// What stands before the value of each entry in a sample: a line feed, two spaces for each
    /// level, the key, a colon and a space; filled in by [`Program::derived`].
    pub leads: Table<Str>,
}

impl Program {
    /// The same program with what follows from the rest of it: [`Program::slots`],
    /// [`Program::leads`], [`Object::slots`], [`Object::shift`],
    /// [`Object::required`],
    /// [`Object::holder`], [`Object::pointer`] and [`Entry::free`].
    #[must_use]
    pub fn derived(mut self) -> Self {
        for entry in self.entries.to_mut() {
            entry.free = matches!(&entry.expect, Expect::Value(value) if is_free_text(value));
        }
        let mut slots = Vec::new();
        let mut objects = std::mem::take(&mut self.objects).into_owned();
        for (index, object) in (0..).zip(&mut objects) {
            let required = self.entries_of(object).iter().filter(|entry| entry.required);
            object.required = u16::try_from(required.count()).unwrap_or(u16::MAX);
            let (table, shift) = table(self.entries_of(object));
            (object.slots, object.shift) = (slots.len() as u16, shift);
            slots.extend(table);
            let holds = |entry: &Entry| matches!(entry.expect, Expect::Object(held) if held == index);
            let holder = self.entries.iter().position(holds).filter(|_| index > 0);
            object.holder = holder.and_then(|holder| u16::try_from(holder).ok());
        }
        self.objects = objects.into();
        self.slots = slots.into();
        let paths: Vec<Vec<u16>> =
            (0..).zip(self.objects.iter()).map(|(object, _)| self.path(object)).collect();
        let pointer = |path: &Vec<u16>| {
            let mut pointer = String::new();
            path.iter().for_each(|&entry| pointer::push_member(&mut pointer, self.key(entry)));
            Str::from(pointer)
        };
        let pointers: Vec<Str> = paths.iter().map(pointer).collect();
        self.objects.to_mut().iter_mut().zip(pointers).for_each(|(object, pointer)| object.pointer = pointer);
        let lead = |entry: u16| {
            let depth = 1 + paths.get(usize::from(self.owner(entry))).map_or(0, Vec::len);
            let mut lead = String::with_capacity(self.key(entry).len() + 2 * depth + 5);
            lead.push('\n');
            (0..depth).for_each(|_| lead.push_str("  "));
            lead.push('"');
            json::escaped(&mut lead, |out| out.push_str(self.key(entry)));
            lead.push_str("\": ");
            Str::from(lead)
        };
        self.leads = (0..).zip(self.entries.iter()).map(|(entry, _)| lead(entry)).collect();
        self
    }

    /// The entries that hold an object and what holds it, from the root on.
    fn path(&self, mut object: u16) -> Vec<u16> {
        let mut path = Vec::new();
        // A program whose objects hold each other must not lead astray.
        while let Some(holder) = self.holder(object)
            && path.len() < MAX_DEPTH as usize
        {
            path.insert(0, holder);
            object = self.owner(holder);
        }
        path
    }

    /// The entries of an object.
    #[inline]
    pub(crate) fn entries_of(&self, object: &Object) -> &[Entry] {
        let first = usize::from(object.first);
        self.entries.get(first..first + usize::from(object.len)).unwrap_or_default()
    }

    /// The entry that holds an object; `None` for the root.
    pub(crate) fn holder(&self, object: u16) -> Option<u16> {
        self.objects.get(usize::from(object)).and_then(|object| object.holder)
    }

    /// The object that an entry belongs to.
    pub(crate) fn owner(&self, entry: u16) -> u16 {
        let owns = |object: &Object| entry.checked_sub(object.first).is_some_and(|at| at < object.len);
        self.objects.iter().position(owns).unwrap_or_default() as u16
    }

    /// The key of an entry, `""` if there is no such entry.
    pub(crate) fn key(&self, entry: u16) -> &str {
        self.entries.get(usize::from(entry)).map_or("", |entry| entry.key.as_ref())
    }
}

/// A declared object.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// Whether a key that is not declared is a violation.
    pub closed: bool,
    /// Index of its first entry in [`Program::entries`].
    pub first: u16,
    /// How many entries it has.
    pub len: u16,
    /// How many of them are required; filled in by [`Program::derived`].
    pub required: u16,
    /// Index of its first slot in [`Program::slots`]; filled in by [`Program::derived`].
    pub slots: u16,
    /// By how much a hash is shifted to say the slot; filled in by [`Program::derived`].
    pub shift: u8,
    /// The entry that holds the object, `None` for the root; filled in by [`Program::derived`].
    pub holder: Option<u16>,
    /// The RFC 6901 pointer of the object; filled in by [`Program::derived`].
    pub pointer: Str,
}

/// A declared member of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key, decoded.
    pub key: Str,
    /// Whether its absence is a violation whenever its object is there.
    pub required: bool,
    /// Whether no message may quote its value.
    pub secret: bool,
    /// What its value may be.
    pub expect: Expect,
    /// Whether any string will do, be it the only type or not; filled in by [`Program::derived`].
    pub free: bool,
}

/// What a value may be.
#[derive(Clone, Debug, PartialEq)]
pub enum Expect {
    /// Any JSON value.
    Any,
    /// The declared object with this index.
    Object(u16),
    /// An array of any values.
    List,
    /// An array of strings.
    Strings,
    /// A scalar, or an undeclared object where [`accepts::OBJECT`] says so.
    Value(Value),
}

/// JSON types as bits, for [`Value::accepts`].
pub mod accepts {
    /// `null`
    pub const NULL: u8 = 1;
    /// `true`, `false`
    pub const BOOLEAN: u8 = 2;
    /// A number whose fractional part is zero, as JSON Schema 2020-12 has it (`1.0` and `1e2` are integers).
    pub const INTEGER: u8 = 4;
    /// Any number.
    pub const NUMBER: u8 = 8;
    /// A string.
    pub const STRING: u8 = 16;
    /// An object with any members.
    pub const OBJECT: u8 = 32;
}

/// What a scalar may be. Checked in this order, one violation at most: type, then `one_of`, then
/// `pattern` (strings only), then `min` and `max` (numbers only).
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// The JSON types that are accepted, bits of [`accepts`].
    pub accepts: u8,
    /// The only values that are accepted; empty: any.
    pub one_of: Table<Const>,
    /// What every string must match.
    pub pattern: Option<Pattern>,
    /// Least number.
    pub min: Option<f64>,
    /// Greatest number.
    pub max: Option<f64>,
}

/// A pattern, and how to speak of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// Index into [`Program::dfas`].
    pub dfa: u16,
    /// What a matching text is, after "expected": `an http or https URL`, ``text that matches `^a+$` ``.
    pub expected: Str,
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub enum Const {
    /// `null`
    Null,
    /// A boolean.
    Boolean(bool),
    /// A number, compared by value.
    Number(f64),
    /// A string, decoded.
    Text(Str),
}

/// A question about one entry, answered by one bit when the document has been read.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// Index into [`Program::entries`].
    pub entry: u16,
    /// What is asked.
    pub kind: TestKind,
    /// Whether the answer is yes when the entry is absent (its default is the value asked for).
    pub default_holds: bool,
}

/// What a [`Test`] asks.
#[derive(Clone, Debug, PartialEq)]
pub enum TestKind {
    /// Is the entry there, with whatever value?
    Present,
    /// Is the entry not there?
    Absent,
    /// Is its value one of these?
    OneOf(Table<Const>),
}

/// A condition over tests: any of the conjunctions holds, or none of them when negated.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// Conjunctions of indices into [`Program::tests`].
    pub any: Table<Table<u16>>,
    /// Whether the condition is that none of them holds.
    pub negated: bool,
}

/// A rule of one object, checked after the document has been read if that object was there (as
/// an object) and all of `when` hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The object whose entries the rule speaks of: its index.
    pub object: u16,
    /// When the rule applies: when all of these hold.
    pub when: Table<Condition>,
    /// What must then hold. Entry indices are into [`Program::entries`].
    pub check: Check,
}

/// What a [`Rule`] demands.
#[derive(Clone, Debug, PartialEq)]
pub enum Check {
    /// The entry must be there.
    Required(u16),
    /// The entry must not be there.
    Excluded(u16),
    /// Exactly one of the entries must be there.
    OneOf(Table<u16>),
    /// At least one of the entries must be there.
    AnyOf(Table<u16>),
    /// All of the entries or none of them must be there.
    AllOrNone(Table<u16>),
    /// At most one of the entries may be there.
    Excludes(Table<u16>),
    /// The condition must hold: no variant fits otherwise.
    Holds(Condition),
}

/// A deterministic automaton over the UTF-8 bytes of a decoded string. State 0 is dead, state 1
/// the start.
#[derive(Clone, Debug, PartialEq)]
pub struct Dfa {
    /// The class of each byte: 256 of them.
    pub classes: Table<u8>,
    /// How many classes there are.
    pub stride: u16,
    /// The next state: `next[state * stride + class]`.
    pub next: Table<u16>,
    /// Whether a text may end in a state.
    pub accepting: Table<bool>,
}
