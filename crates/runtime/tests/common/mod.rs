//! Builds programs for tests and renders reports.
//!
//! In: nested fields, and rules that name entries by path. Out: the tables that `lower` would make.

#![allow(dead_code, reason = "each test binary uses a part")]

use std::borrow::Cow;
use std::collections::VecDeque;

use elementc_runtime::*;

/// A member of an object, before it has an index.
#[derive(Clone)]
pub struct Field {
    key: &'static str,
    required: bool,
    secret: bool,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    Plain(Expect),
    Object(Closed, Vec<Field>),
}

/// Whether unknown keys are violations.
#[derive(Clone, Copy, PartialEq)]
pub enum Closed {
    Yes,
    No,
}

impl Field {
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    pub fn one_of(mut self, constants: &[Const]) -> Self {
        if let Kind::Plain(Expect::Value(value)) = &mut self.kind {
            value.one_of = Cow::Owned(constants.to_vec());
        }
        self
    }

    pub fn range(mut self, from: Option<f64>, to: Option<f64>) -> Self {
        if let Kind::Plain(Expect::Value(value)) = &mut self.kind {
            (value.min, value.max) = (from, to);
        }
        self
    }

    pub fn pattern(mut self, dfa: u16, expected: &'static str) -> Self {
        if let Kind::Plain(Expect::Value(value)) = &mut self.kind {
            value.pattern = Some(Pattern { dfa, expected: Cow::Borrowed(expected) });
        }
        self
    }
}

pub fn plain(key: &'static str, expect: Expect) -> Field {
    Field { key, required: false, secret: false, kind: Kind::Plain(expect) }
}

pub fn value(key: &'static str, accepts: u8) -> Field {
    let value = Value { accepts, one_of: Cow::Borrowed(&[]), pattern: None, min: None, max: None };
    plain(key, Expect::Value(value))
}

pub fn string(key: &'static str) -> Field {
    value(key, accepts::STRING)
}

pub fn boolean(key: &'static str) -> Field {
    let all = [Const::Boolean(true), Const::Boolean(false), text("true"), text("false")];
    value(key, accepts::BOOLEAN | accepts::STRING).one_of(&all)
}

pub fn object(key: &'static str, closed: Closed, fields: Vec<Field>) -> Field {
    Field { key, required: false, secret: false, kind: Kind::Object(closed, fields) }
}

pub fn text(text: &'static str) -> Const {
    Const::Text(Cow::Borrowed(text))
}

/// Lays out the objects breadth first.
pub fn program(closed: Closed, fields: Vec<Field>) -> Program {
    let mut objects = Vec::new();
    let mut entries: Vec<Entry> = Vec::new();
    let mut waiting = VecDeque::from([(closed, fields)]);
    let mut known = 1;
    while let Some((closed, fields)) = waiting.pop_front() {
        objects.push(Object {
            closed: closed == Closed::Yes,
            first: entries.len() as u16,
            len: fields.len() as u16,
            required: 0,
            slots: 0,
            shift: 0,
            holder: None,
            pointer: Cow::Borrowed(""),
        });
        for field in fields {
            let expect = match field.kind {
                Kind::Plain(expect) => expect,
                Kind::Object(closed, fields) => {
                    waiting.push_back((closed, fields));
                    known += 1;
                    Expect::Object(known - 1)
                }
            };
            entries.push(Entry {
                key: Cow::Borrowed(field.key),
                required: field.required,
                secret: field.secret,
                expect,
                free: false,
            });
        }
    }
    Program {
        element: Cow::Borrowed("test"),
        message: Cow::Borrowed("create-instance"),
        objects: Cow::Owned(objects),
        entries: Cow::Owned(entries),
        tests: Cow::Borrowed(&[]),
        rules: Cow::Borrowed(&[]),
        dfas: Cow::Owned(vec![beginning("https://"), repeated(b'a')]),
        slots: Cow::Borrowed(&[]),
        leads: Cow::Borrowed(&[]),
    }
    .derived()
}

/// The index of the entry with a key.
pub fn entry(program: &Program, key: &str) -> u16 {
    let position = program.entries.iter().position(|entry| entry.key == key);
    position.unwrap_or_else(|| panic!("the test program has no entry {key}")) as u16
}

/// Adds a test and says its index.
pub fn test(program: &mut Program, key: &str, kind: TestKind, default_holds: bool) -> u16 {
    let entry = entry(program, key);
    program.tests.to_mut().push(Test { entry, kind, default_holds });
    program.tests.len() as u16 - 1
}

/// Adds a rule.
pub fn rule(program: &mut Program, object: u16, when: Option<Condition>, check: Check) {
    program.rules.to_mut().push(Rule { object, when: when.into_iter().collect(), check });
}

pub fn one_of(constants: &[Const]) -> TestKind {
    TestKind::OneOf(Cow::Owned(constants.to_vec()))
}

pub fn any(conjunctions: &[&[u16]]) -> Condition {
    let any = conjunctions.iter().map(|tests| Cow::Owned(tests.to_vec())).collect();
    Condition { any: Cow::Owned(any), negated: false }
}

pub fn none(conjunctions: &[&[u16]]) -> Condition {
    Condition { negated: true, ..any(conjunctions) }
}

pub fn all_of(entries: &[u16]) -> Table<u16> {
    Cow::Owned(entries.to_vec())
}

/// An automaton for texts that begin so and go on.
fn beginning(start: &str) -> Dfa {
    let last = start.len() + 2;
    let mut next = vec![0; (last + 1) * 256];
    for (index, byte) in start.bytes().enumerate() {
        next[(index + 1) * 256 + usize::from(byte)] = index as u16 + 2;
    }
    next[(last - 1) * 256..].fill(last as u16);
    automaton(next, last)
}

/// An automaton for one byte, at least once.
fn repeated(byte: u8) -> Dfa {
    let mut next = vec![0; 3 * 256];
    next[256 + usize::from(byte)] = 2;
    next[512 + usize::from(byte)] = 2;
    automaton(next, 2)
}

fn automaton(next: Vec<u16>, last: usize) -> Dfa {
    let mut accepting = vec![false; last + 1];
    accepting[last] = true;
    Dfa {
        classes: Cow::Owned((0..=255).collect()),
        stride: 256,
        next: Cow::Owned(next),
        accepting: Cow::Owned(accepting),
    }
}

/// A report as lines `code pointer entry: message`, read back from its JSON.
pub fn lines(report: &Report) -> Vec<String> {
    let json: serde_json::Value = serde_json::from_str(&report.to_json()).expect("a report is JSON");
    let violations = json["violations"].as_array().expect("a report has violations");
    assert_eq!(json["valid"], violations.is_empty());
    let line = |violation: &serde_json::Value| {
        let text = |key: &str| violation[key].as_str().unwrap_or_default().to_owned();
        format!("{} {} {}: {}", text("code"), text("pointer"), text("entry"), text("message"))
    };
    violations.iter().map(line).collect()
}

/// Runs a table of inputs and the lines expected of each.
pub fn check(program: &Program, placeholders: Placeholders, cases: &[(&str, &[&str])]) {
    let mut wrong = String::new();
    for (input, expected) in cases {
        let found = lines(&validate(program, input.as_bytes(), placeholders));
        if found != *expected {
            wrong += &format!("\ninput    {input}\nexpected {expected:#?}\nfound    {found:#?}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// A program much like a real one: an OAuth2 element with events.
pub fn sample_program() -> Program {
    use Closed::{No, Yes};
    let tags = plain("tags", Expect::Strings);
    let configuration = vec![
        string("oauth.api.key").required(),
        string("oauth.api.secret").required().secret(),
        string("oauth.callback.url").required().pattern(0, "an http or https URL"),
        string("signature").required().secret(),
        boolean("event.notification.enabled"),
        string("event.notification.callback.url").pattern(0, "an http or https URL"),
        string("event.vendor.type").one_of(&[text("polling"), text("webhook")]),
        value("event.poller.refresh_interval", accepts::INTEGER).range(Some(1.0), Some(60.0)),
        string("filter"),
    ];
    let provider = vec![string("code").required().secret(), string("country"), string("state")];
    let mut program = program(
        Yes,
        vec![
            object("element", Yes, vec![string("key").required().one_of(&[text("test")])]).required(),
            object("providerData", No, provider).required(),
            object("configuration", Yes, configuration).required(),
            tags,
            string("name").required(),
        ],
    );
    let enabled = one_of(&[Const::Boolean(true), text("true")]);
    let enabled = test(&mut program, "event.notification.enabled", enabled, false);
    let callback = entry(&program, "event.notification.callback.url");
    rule(&mut program, 3, Some(any(&[&[enabled]])), Check::Required(callback));
    program
}

/// A message that [`sample_program`] accepts.
pub const SAMPLE: &str = r#"{
  "element": {
    "key": "test"
  },
  "providerData": {
    "code": "<INSERT_CODE_FROM_CALLBACK>",
    "country": "GB",
    "state": "caf\u00e9 \ud83d\ude00 é"
  },
  "configuration": {
    "oauth.api.key": "<INSERT_YOUR_APP_CLIENT_ID>",
    "oauth.api.secret": "<INSERT_YOUR_APP_CLIENT_SECRET>",
    "oauth.callback.url": "https://www.mycoolapp.com/auth",
    "signature": "<INSERT_SIGNATURE>",
    "event.notification.enabled": true,
    "event.notification.callback.url": "https://mycoolapp.com/events",
    "event.vendor.type": "polling",
    "event.poller.refresh_interval": 15,
    "filter": "null"
  },
  "tags": [
    "Test", "second"
  ],
  "name": "SageOneUK_Instance"
}
"#;
