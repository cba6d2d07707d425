//! Tables: a program as `static` items, and the expressions that refer to them.
//!
//! In: an [`rt::Program`]. Out: Rust, appended to what is written of a module.

use super::FORMATS;
use crate::HashMap;
use crate::emit::{push_all, push_number};
use elementc_runtime as rt;
use std::collections::hash_map::Entry;
use std::fmt::Write as _;

/// Statics, and the expressions that refer to them.
pub struct Tables {
    /// What has been written so far.
    pub text: String,
    /// The number of each static, by its type and value.
    numbers: HashMap<String, usize>,
    /// What their names begin with.
    prefix: String,
}

/// What stands before each static: all are in modules.
const INDENT: &str = "    ";

/// The expressions of some values, one after the other.
struct Values {
    text: String,
    ends: Vec<usize>,
}

/// Appends the expression of a string.
fn push_string(expression: &mut String, text: &str) {
    let start = expression.len();
    expression.push_str("Cow::Borrowed(\"");
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'"' => r#"\""#,
            b'\\' => r"\\",
            b'\n' => r"\n",
            b' '..=b'~' => continue,
            // The formatter knows all others, and takes ten times as long.
            _ => {
                expression.truncate(start);
                let _ = write!(expression, "Cow::Borrowed({text:?})");
                return;
            }
        };
        push_all(expression, &[&text[written..at], escaped]);
        written = at + 1;
    }
    push_all(expression, &[&text[written..], "\")"]);
}

const fn boolean(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

impl Tables {
    /// None yet, to be appended to a text; their names begin with the prefix.
    pub fn new(text: String, prefix: String) -> Self {
        Self { text, numbers: HashMap::default(), prefix }
    }

    /// Values, of which `push` appends each, and in front of them the statics that they refer to.
    fn values<T>(&mut self, values: &[T], push: impl Fn(&mut Self, &T, &mut String)) -> Values {
        let mut all = Values { text: String::with_capacity(16 * values.len()), ends: Vec::new() };
        all.ends.reserve(values.len());
        for value in values {
            push(self, value, &mut all.text);
            all.ends.push(all.text.len());
        }
        all
    }

    /// Appends the expression of a table of such values.
    fn table(&mut self, of: &str, values: &Values, out: &mut String) {
        let count = values.ends.len();
        if count == 0 {
            out.push_str("Cow::Borrowed(&[])");
            return;
        }
        let lines = values.text.len() > 80 && !["u16", "u32", "bool"].contains(&of);
        let mut text = String::with_capacity(values.text.len() + 12 * count + 32);
        push_all(&mut text, &["[", of, "; "]);
        push_number(&mut text, count);
        text.push_str("] = [");
        let mut start = 0;
        for &end in &values.ends {
            let value = &values.text[start..end];
            match lines {
                true => push_all(&mut text, &["\n", INDENT, "    ", value, ","]),
                false => push_all(&mut text, &[if start == 0 { "" } else { ", " }, value]),
            }
            start = end;
        }
        if lines {
            push_all(&mut text, &["\n", INDENT]);
        }
        text.push(']');
        self.stored(text, out);
    }

    /// Appends the expression of the static of this type and value.
    fn stored(&mut self, text: String, out: &mut String) {
        let next = self.numbers.len();
        let (number, new) = match self.numbers.entry(text) {
            Entry::Occupied(known) => (*known.get(), None),
            Entry::Vacant(place) => (next, Some(place)),
        };
        push_all(out, &["Cow::Borrowed(&", &self.prefix, "T"]);
        push_number(out, number);
        out.push(')');
        if let Some(place) = new {
            push_all(&mut self.text, &[INDENT, "static ", &self.prefix, "T"]);
            push_number(&mut self.text, number);
            push_all(&mut self.text, &[": ", place.key(), ";\n"]);
            place.insert(number);
        }
    }

    /// The expression of a program.
    pub fn program(&mut self, program: &rt::Program) -> String {
        let objects = self.values(&program.objects, |_, object, out| push_object(out, object));
        let entries = self.values(&program.entries, Self::entry);
        let tests = self.values(&program.tests, Self::test);
        let rules = self.values(&program.rules, Self::rule);
        let dfas = self.values(&program.dfas, Self::shared);
        let slots = self.values(&program.slots, |_, slot, out| push_number(out, usize::from(*slot)));
        let leads = self.values(&program.leads, |_, lead, out| push_string(out, lead));
        let mut text = String::with_capacity(1024);
        text.push_str("Program {\n        element: ");
        push_string(&mut text, &program.element);
        text.push_str(",\n        message: ");
        push_string(&mut text, &program.message);
        let tables = [
            ("objects", "Object", objects),
            ("entries", "Entry", entries),
            ("tests", "Test", tests),
            ("rules", "Rule", rules),
            ("dfas", "Dfa", dfas),
            ("slots", "u16", slots),
            ("leads", "Str", leads),
        ];
        for (name, of, values) in tables {
            push_all(&mut text, &[",\n        ", name, ": "]);
            self.table(of, &values, &mut text);
        }
        text.push_str(",\n    }");
        text
    }

    fn entry(&mut self, entry: &rt::Entry, out: &mut String) {
        out.push_str("Entry { key: ");
        push_string(out, &entry.key);
        push_all(out, &[", required: ", boolean(entry.required), ", secret: ", boolean(entry.secret)]);
        out.push_str(", expect: ");
        match &entry.expect {
            rt::Expect::Any => out.push_str("Expect::Any"),
            rt::Expect::Object(at) => {
                out.push_str("Expect::Object(");
                push_number(out, usize::from(*at));
                out.push(')');
            }
            rt::Expect::List => out.push_str("Expect::List"),
            rt::Expect::Strings => out.push_str("Expect::Strings"),
            rt::Expect::Value(value) => self.value(value, out),
        }
        push_all(out, &[", free: ", boolean(entry.free), " }"]);
    }

    fn value(&mut self, value: &rt::Value, out: &mut String) {
        out.push_str("Expect::Value(Value { accepts: ");
        push_number(out, usize::from(value.accepts));
        out.push_str(", one_of: ");
        self.constants(&value.one_of, out);
        out.push_str(", pattern: ");
        match &value.pattern {
            None => out.push_str("None"),
            Some(pattern) => {
                out.push_str("Some(Pattern { dfa: ");
                push_number(out, usize::from(pattern.dfa));
                out.push_str(", expected: ");
                push_string(out, &pattern.expected);
                out.push_str(" })");
            }
        }
        for (name, bound) in [(", min: ", value.min), (", max: ", value.max)] {
            out.push_str(name);
            match bound {
                None => out.push_str("None"),
                bound => drop(write!(out, "{bound:?}")),
            }
        }
        out.push_str(" })");
    }

    fn test(&mut self, test: &rt::Test, out: &mut String) {
        out.push_str("Test { entry: ");
        push_number(out, usize::from(test.entry));
        out.push_str(", kind: ");
        match &test.kind {
            rt::TestKind::Present => out.push_str("TestKind::Present"),
            rt::TestKind::Absent => out.push_str("TestKind::Absent"),
            rt::TestKind::OneOf(values) => {
                out.push_str("TestKind::OneOf(");
                self.constants(values, out);
                out.push(')');
            }
        }
        push_all(out, &[", default_holds: ", boolean(test.default_holds), " }"]);
    }

    fn constants(&mut self, values: &[rt::Const], out: &mut String) {
        let values = self.values(values, |_, value, out| match value {
            rt::Const::Null => out.push_str("Const::Null"),
            rt::Const::Boolean(value) => push_all(out, &["Const::Boolean(", boolean(*value), ")"]),
            rt::Const::Number(number) => drop(write!(out, "Const::Number({number:?})")),
            rt::Const::Text(text) => {
                out.push_str("Const::Text(");
                push_string(out, text);
                out.push(')');
            }
        });
        self.table("Const", &values, out);
    }

    fn rule(&mut self, rule: &rt::Rule, out: &mut String) {
        out.push_str("Rule { object: ");
        push_number(out, usize::from(rule.object));
        out.push_str(", when: ");
        let when = self.values(&rule.when, Self::condition);
        self.table("Condition", &when, out);
        let (name, of) = match &rule.check {
            rt::Check::Required(at) => ("Required", Err(*at)),
            rt::Check::Excluded(at) => ("Excluded", Err(*at)),
            rt::Check::OneOf(of) => ("OneOf", Ok(of)),
            rt::Check::AnyOf(of) => ("AnyOf", Ok(of)),
            rt::Check::AllOrNone(of) => ("AllOrNone", Ok(of)),
            rt::Check::Excludes(of) => ("Excludes", Ok(of)),
            rt::Check::Holds(condition) => {
                out.push_str(", check: Check::Holds(");
                self.condition(condition, out);
                out.push_str(") }");
                return;
            }
        };
        push_all(out, &[", check: Check::", name, "("]);
        match of {
            Err(at) => push_number(out, usize::from(at)),
            Ok(of) => self.indices(of, out),
        }
        out.push_str(") }");
    }

    fn condition(&mut self, condition: &rt::Condition, out: &mut String) {
        out.push_str("Condition { any: ");
        let any = self.values(&condition.any, |tables, all, out| tables.indices(all, out));
        self.table("Table<u16>", &any, out);
        push_all(out, &[", negated: ", boolean(condition.negated), " }"]);
    }

    fn indices(&mut self, values: &[u16], out: &mut String) {
        let values = self.values(values, |_, value, out| push_number(out, usize::from(*value)));
        self.table("u16", &values, out);
    }

    /// The automaton of a format by its name, any other in full.
    fn shared(&mut self, dfa: &rt::Dfa, out: &mut String) {
        match FORMATS.iter().find(|(format, _)| format.automaton() == dfa) {
            Some((_, name)) => push_all(out, &["super::super::formats::", name]),
            None => self.dfa(dfa, out),
        }
    }

    /// Appends the expression of an automaton.
    pub fn dfa(&mut self, dfa: &rt::Dfa, out: &mut String) {
        let mut classes = String::with_capacity(4 * dfa.classes.len() + 16);
        classes.push_str("[u8; ");
        push_number(&mut classes, dfa.classes.len());
        classes.push_str("] = *b\"");
        for byte in dfa.classes.iter() {
            let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
            classes.extend(['\\', 'x', digit(byte >> 4), digit(byte & 15)]);
        }
        classes.push('"');
        out.push_str("Dfa { classes: ");
        self.stored(classes, out);
        out.push_str(", stride: ");
        push_number(out, usize::from(dfa.stride));
        out.push_str(", next: ");
        self.indices(&dfa.next, out);
        out.push_str(", accepting: ");
        let accepting = self.values(&dfa.accepting, |_, value, out| out.push_str(boolean(*value)));
        self.table("bool", &accepting, out);
        out.push_str(" }");
    }
}

fn push_object(out: &mut String, object: &rt::Object) {
    let _ = write!(
        out,
        "Object {{ closed: {}, first: {}, len: {}, required: {}, slots: {}, shift: {}, holder: {:?}, pointer: ",
        object.closed, object.first, object.len, object.required, object.slots, object.shift, object.holder,
    );
    push_string(out, &object.pointer);
    out.push_str(" }");
}
