//! Programs: a message becomes the constant tables that the engine runs.
//!
//! In: a [`Message`]. Out: an [`elementc_runtime::Program`].

use super::{Check, Expected, Message, Object, Shape, Test, When};
use crate::HashMap;
use crate::pattern;
use crate::syntax::constraint::Relation;
use crate::syntax::part::Text;
use elementc_runtime as rt;
use serde_json::Value as Json;

/// The program of a message. Patterns that do not compile have been reported by `check` and are
/// left out here.
#[must_use]
pub fn program(element: &str, message: &Message) -> rt::Program {
    let mut builder = Builder::new(&message.root);
    builder.object(&message.root);
    let mut rules = Vec::new();
    for rule in &message.rules {
        let Some((object, declared)) = builder.object_at(&rule.object) else { continue };
        let entry = |key: &Text| builder.entry_in(object, declared, key);
        let check = match &rule.check {
            Check::Required(key) => entry(key).map(rt::Check::Required),
            Check::Excluded(key) => entry(key).map(rt::Check::Excluded),
            Check::Related(relation, keys) => {
                keys.iter().map(entry).collect::<Option<Vec<u16>>>().map(|entries| match relation {
                    Relation::OneOf => rt::Check::OneOf(entries.into()),
                    Relation::AnyOf => rt::Check::AnyOf(entries.into()),
                    Relation::AllOrNone => rt::Check::AllOrNone(entries.into()),
                    Relation::Excludes => rt::Check::Excludes(entries.into()),
                })
            }
            Check::Fits(when) => Some(rt::Check::Holds(builder.condition(when))),
        };
        if let Some(check) = check {
            let when = rule.when.iter().map(|w| builder.condition(w)).collect::<Vec<_>>().into();
            rules.push(rt::Rule { object, when, check });
        }
    }
    rt::Program {
        element: element.to_owned().into(),
        message: message.name().into(),
        objects: builder.objects.into(),
        entries: builder.entries.into(),
        tests: builder.tests.into(),
        rules: rules.into(),
        dfas: builder.dfas.into(),
        slots: rt::Table::default(),
        leads: rt::Table::default(),
    }
    .derived()
}

struct Builder<'a> {
    root: &'a Object,
    objects: Vec<rt::Object>,
    entries: Vec<rt::Entry>,
    tests: Vec<rt::Test>,
    dfas: Vec<rt::Dfa>,
    dfas_of: HashMap<&'a str, u16>,
    tests_at: Vec<(&'a Test, u16)>,
}

/// An index of a table; `check` keeps messages below [`rt::MAX_ENTRIES`].
fn index(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}

impl<'a> Builder<'a> {
    fn new(root: &'a Object) -> Self {
        Self {
            root,
            objects: Vec::new(),
            entries: Vec::new(),
            tests: Vec::new(),
            dfas: Vec::new(),
            dfas_of: HashMap::default(),
            tests_at: Vec::new(),
        }
    }

    /// The entry of an object.
    fn entry_in(&self, object: u16, declared: &Object, key: &Text) -> Option<u16> {
        let within = declared.members.get_index_of(key)?;
        Some(index(usize::from(self.objects.get(usize::from(object))?.first) + within))
    }

    /// The object at a path, and how it is declared.
    fn object_at(&self, path: &[Text]) -> Option<(u16, &'a Object)> {
        path.iter().try_fold((0, self.root), |(object, declared), key| {
            let entry = self.entries.get(usize::from(self.entry_in(object, declared, key)?))?;
            match (&entry.expect, &declared.members.get(key)?.shape) {
                (rt::Expect::Object(inner), Shape::Object(declared)) => Some((*inner, declared)),
                _ => None,
            }
        })
    }

    /// Adds an object whose entries are neighbours, then the objects inside.
    fn object(&mut self, object: &'a Object) -> u16 {
        let own = index(self.objects.len());
        let first = self.entries.len();
        self.objects.push(rt::Object {
            closed: !object.open,
            first: index(first),
            len: index(object.members.len()),
            required: 0,
            slots: 0,
            shift: 0,
            holder: None,
            pointer: rt::Str::default(),
        });
        for (key, member) in &object.members {
            self.entries.push(rt::Entry {
                key: String::from(&**key).into(),
                required: member.required,
                secret: member.about.secret,
                expect: rt::Expect::Any,
                free: false,
            });
        }
        for (offset, member) in object.members.values().enumerate() {
            self.entries[first + offset].expect = match &member.shape {
                Shape::Object(inner) => rt::Expect::Object(self.object(inner)),
                Shape::List => rt::Expect::List,
                Shape::Strings => rt::Expect::Strings,
                Shape::Value(value) => rt::Expect::Value(rt::Value {
                    accepts: value.accepts,
                    one_of: value.one_of.iter().filter_map(constant).collect(),
                    pattern: value.pattern.as_ref().and_then(|p| {
                        Some(rt::Pattern { dfa: self.dfa(&p.source)?, expected: p.expected.clone().into() })
                    }),
                    min: value.min,
                    max: value.max,
                }),
            };
        }
        own
    }

    fn dfa(&mut self, source: &'a str) -> Option<u16> {
        if let Some(&known) = self.dfas_of.get(source) {
            return Some(known);
        }
        let dfa = rt::Dfa::clone(&*pattern::compiled(source).ok()?);
        let at = index(self.dfas.len());
        self.dfas.push(dfa);
        self.dfas_of.insert(source, at);
        Some(at)
    }

    fn condition(&mut self, when: &'a When) -> rt::Condition {
        let any = when
            .any
            .iter()
            .map(|tests| tests.iter().filter_map(|t| self.test(t)).collect::<Vec<_>>().into())
            .collect::<Vec<_>>();
        rt::Condition { any: any.into(), negated: when.negated }
    }

    fn test(&mut self, test: &'a Test) -> Option<u16> {
        if let Some((_, at)) = self.tests_at.iter().find(|(known, _)| *known == test) {
            return Some(*at);
        }
        let kind = match &test.expected {
            Expected::Present => rt::TestKind::Present,
            Expected::Absent => rt::TestKind::Absent,
            Expected::OneOf(values) => rt::TestKind::OneOf(values.iter().filter_map(constant).collect()),
        };
        let (key, parents) = test.member.split_last()?;
        let (object, declared) = self.object_at(parents)?;
        let entry = self.entry_in(object, declared, key)?;
        let at = index(self.tests.len());
        self.tests.push(rt::Test { entry, kind, default_holds: test.default_holds });
        self.tests_at.push((test, at));
        Some(at)
    }
}

fn constant(json: &Json) -> Option<rt::Const> {
    Some(match json {
        Json::Null => rt::Const::Null,
        Json::Bool(b) => rt::Const::Boolean(*b),
        Json::Number(n) => rt::Const::Number(n.as_f64()?),
        Json::String(s) => rt::Const::Text(s.clone().into()),
        Json::Array(_) | Json::Object(_) => return None,
    })
}
