//! Acceptance as code: a function that says whether a value is certainly valid.
//!
//! In: a program all of whose objects are closed, as in every message that an application sends.
//! Out: the text of a JavaScript function. It may say no to what is valid (then the engine decides),
//! never yes to what is not. Engines compile it for the shapes that they see, which makes it
//! several times as fast as tables. It counts what an object has against what it should have, so an
//! object must have no prototype but `Object.prototype`.

use crate::derive::push_string;
use crate::emit::push_all;
use elementc_runtime::{Check, Condition, Const, Entry, Expect, Program, TestKind, Value, accepts};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Messages with more entries are left to the tables: their code would be large.
const MOST_ENTRIES: usize = 48;

/// What every object has without its doing: to look for it by name finds it everywhere.
const INHERITED: [&str; 12] = [
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "toString",
    "valueOf",
    "__proto__",
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
];

/// The function for a program; `pattern` names the pattern of the entry with some number. None if
/// the program is not one for which code pays.
pub(super) fn function(program: &Program, pattern: impl Fn(usize) -> Option<String>) -> Option<String> {
    let suits = program.objects.iter().all(|object| object.closed)
        && !program.objects.is_empty()
        && program.entries.len() <= MOST_ENTRIES
        && !program.entries.iter().any(|entry| INHERITED.contains(&&*entry.key));
    if !suits {
        return None;
    }
    let mut writer = Writer { program, pattern, kept: kept(program), text: String::new() };
    writer.object(0, 1);
    let mut names: Vec<String> = writer.kept.iter().map(|entry| format!("e{entry}")).collect();
    names.extend((1..program.objects.len()).map(|object| format!("o{object}")));
    names.extend(["k", "n", "x"].map(str::to_owned));
    for rule in program.rules.iter() {
        let there = if rule.object == 0 { None } else { Some(format!("o{} !== undefined", rule.object)) };
        let when = rule.when.iter().map(|when| writer.condition(when));
        let terms: Vec<String> = there.into_iter().chain(when).chain([writer.broken(&rule.check)]).collect();
        let _ = writeln!(writer.text, "  if ({}) return false;", terms.join(" && "));
    }
    Some(format!("(o0) => {{\n  let {};\n{}  return true;\n}}", names.join(", "), writer.text))
}

/// The entries that rules speak of, whose values are kept.
fn kept(program: &Program) -> BTreeSet<u16> {
    let mut kept: BTreeSet<u16> = program.tests.iter().map(|test| test.entry).collect();
    for rule in program.rules.iter() {
        match &rule.check {
            Check::Required(entry) | Check::Excluded(entry) => drop(kept.insert(*entry)),
            Check::OneOf(of) | Check::AnyOf(of) | Check::AllOrNone(of) | Check::Excludes(of) => {
                kept.extend(of.iter());
            }
            Check::Holds(_) => {}
        }
    }
    // Declared objects have names of their own.
    kept.retain(|&entry| object_of(program, entry).is_none());
    kept
}

fn object_of(program: &Program, entry: u16) -> Option<u16> {
    match program.entries.get(usize::from(entry))?.expect {
        Expect::Object(object) => Some(object),
        _ => None,
    }
}

struct Writer<'a, F> {
    program: &'a Program,
    pattern: F,
    kept: BTreeSet<u16>,
    text: String,
}

impl<F: Fn(usize) -> Option<String>> Writer<'_, F> {
    /// Writes the checks of an object, then those of the objects inside.
    fn object(&mut self, number: u16, depth: usize) {
        let program = self.program;
        let Some(object) = program.objects.get(usize::from(number)) else { return };
        let own = format!("o{number}");
        let first = usize::from(object.first);
        let _ = writeln!(self.text, "  if (typeof {own} !== \"object\" || {own} === null) return false;");
        let entries = program.entries.iter().enumerate().skip(first).take(usize::from(object.len));
        let required = entries.clone().filter(|(_, entry)| entry.required).count();
        let _ = writeln!(self.text, "  n = {required};");
        for (at, entry) in entries.clone() {
            self.entry(&own, at, entry, depth);
        }
        // After the members, when engines know the shape and this costs nothing.
        let _ = writeln!(self.text, "  if (getPrototypeOf({own}) !== prototype) return false;");
        let _ = writeln!(self.text, "  for (k in {own}) n--;\n  if (n !== 0) return false;");
        for (_, entry) in entries {
            if let Expect::Object(inner) = entry.expect {
                if !entry.required {
                    let _ = writeln!(self.text, "  if (o{inner} !== undefined) {{");
                }
                self.object(inner, depth + 1);
                if !entry.required {
                    self.text.push_str("  }\n");
                }
            }
        }
    }

    fn entry(&mut self, own: &str, at: usize, entry: &Entry, depth: usize) {
        let number = u16::try_from(at).unwrap_or(u16::MAX);
        let (name, refused) = match &entry.expect {
            Expect::Object(inner) => (format!("o{inner}"), None),
            expect => {
                let name = if self.kept.contains(&number) { format!("e{at}") } else { "x".to_owned() };
                let refused = self.refused(&name, at, entry, expect, depth);
                (name, Some(refused))
            }
        };
        let text = &mut self.text;
        push_all(text, &["  ", &name, " = ", own, "["]);
        push_string(text, &entry.key);
        text.push_str("];\n");
        match (refused, entry.required) {
            // What is absent is refused like any other value that will not do.
            (Some(refused), true) => push_all(text, &["  if (", &refused, ") return false;\n"]),
            (Some(refused), false) => {
                push_all(text, &["  if (", &name, " !== undefined) {\n    if (", &refused]);
                text.push_str(") return false;\n    n++;\n  }\n");
            }
            (None, true) => {}
            (None, false) => push_all(text, &["  if (", &name, " !== undefined) n++;\n"]),
        }
    }

    /// That the value of an entry will not do.
    fn refused(&self, name: &str, at: usize, entry: &Entry, expect: &Expect, depth: usize) -> String {
        match expect {
            Expect::Any | Expect::Object(_) => format!("!isJson({name}, {depth})"),
            Expect::List => format!("!Array.isArray({name}) || !isJson({name}, {depth})"),
            Expect::Strings => format!("!areTexts({name})"),
            Expect::Value(value) => self.scalar(name, at, entry, value, depth),
        }
    }

    fn scalar(&self, name: &str, at: usize, entry: &Entry, value: &Value, depth: usize) -> String {
        let range = |check: String| {
            let mut terms = vec![check];
            terms.extend(value.min.map(|min| format!("{name} < {}", Json::from(min))));
            terms.extend(value.max.map(|max| format!("{name} > {}", Json::from(max))));
            if terms.len() == 1 { terms.remove(0) } else { format!("({})", terms.join(" || ")) }
        };
        let of_type = |constant: &&Const| {
            let bits = match constant {
                Const::Null => accepts::NULL,
                Const::Boolean(_) => accepts::BOOLEAN,
                Const::Number(number) if number.fract() == 0.0 => accepts::INTEGER | accepts::NUMBER,
                Const::Number(_) => accepts::NUMBER,
                Const::Text(_) => accepts::STRING,
            };
            let in_range = match constant {
                Const::Number(number) => {
                    value.min.is_none_or(|min| *number >= min) && value.max.is_none_or(|max| *number <= max)
                }
                _ => true,
            };
            value.accepts & bits != 0 && in_range
        };
        let mut terms = Vec::new();
        if value.one_of.is_empty() {
            if value.accepts & accepts::STRING != 0 {
                let text = ["typeof ", name, " !== \"string\""].concat();
                terms.push(match (self.pattern)(at) {
                    // A secret is not kept for the next time, not even in memory.
                    Some(pattern) => {
                        let test = if entry.secret { ".matches(" } else { ".test(" };
                        ["(", &text, " || !", &pattern, test, name, "))"].concat()
                    }
                    None => text,
                });
            }
            if value.accepts & accepts::BOOLEAN != 0 {
                terms.push(["typeof ", name, " !== \"boolean\""].concat());
            }
            if value.accepts & accepts::NUMBER != 0 {
                terms.push(range(format!("!Number.isFinite({name})")));
            } else if value.accepts & accepts::INTEGER != 0 {
                terms.push(range(format!("!Number.isInteger({name})")));
            }
            if value.accepts & accepts::NULL != 0 {
                terms.push(format!("{name} !== null"));
            }
        } else {
            terms.extend(
                value.one_of.iter().filter(of_type).map(|one| [name, " !== ", &literal(one)].concat()),
            );
            if let Some(pattern) = (self.pattern)(at) {
                let all = if terms.is_empty() { "true".to_owned() } else { terms.join(" && ") };
                terms = vec![format!("({all} || (typeof {name} === \"string\" && !{pattern}.test({name})))")];
            }
        }
        if value.accepts & accepts::OBJECT != 0 {
            terms.push(format!("!isJsonObject({name}, {depth})"));
        }
        if terms.is_empty() { "true".to_owned() } else { terms.join(" && ") }
    }

    /// What the value of an entry is called.
    fn name(&self, entry: u16) -> String {
        object_of(self.program, entry).map_or_else(|| format!("e{entry}"), |object| format!("o{object}"))
    }

    /// That a condition holds.
    fn condition(&self, condition: &Condition) -> String {
        let test = |index: &u16| match self.program.tests.get(usize::from(*index)) {
            None => "false".to_owned(),
            Some(test) => {
                let name = self.name(test.entry);
                match &test.kind {
                    TestKind::Present if test.default_holds => "true".to_owned(),
                    TestKind::Present => format!("{name} !== undefined"),
                    TestKind::Absent => format!("{name} === undefined"),
                    TestKind::OneOf(constants) => {
                        let default = test.default_holds.then(|| format!("{name} === undefined"));
                        let each = constants.iter().map(|one| format!("{name} === {}", literal(one)));
                        let all: Vec<String> = default.into_iter().chain(each).collect();
                        if all.is_empty() { "false".to_owned() } else { format!("({})", all.join(" || ")) }
                    }
                }
            }
        };
        let all = |tests: &[u16]| {
            let tests: Vec<String> = tests.iter().map(test).collect();
            if tests.is_empty() { "true".to_owned() } else { tests.join(" && ") }
        };
        let any: Vec<String> = condition.any.iter().map(|tests| all(tests)).collect();
        let any = if any.is_empty() { "false".to_owned() } else { any.join(" || ") };
        format!("{}({any})", if condition.negated { "!" } else { "" })
    }

    /// That what a rule demands is not so.
    fn broken(&self, check: &Check) -> String {
        let given = |of: &[u16]| {
            let each: Vec<String> =
                of.iter().map(|entry| format!("({} !== undefined)", self.name(*entry))).collect();
            format!("0 + {}", each.join(" + "))
        };
        match check {
            Check::Required(entry) => format!("{} === undefined", self.name(*entry)),
            Check::Excluded(entry) => format!("{} !== undefined", self.name(*entry)),
            Check::OneOf(of) => format!("{} !== 1", given(of)),
            Check::AnyOf(of) => format!("{} === 0", given(of)),
            Check::AllOrNone(of) => format!("({}) % {} !== 0", given(of), of.len()),
            Check::Excludes(of) => format!("{} > 1", given(of)),
            Check::Holds(condition) => format!("!{}", self.condition(condition)),
        }
    }
}

fn literal(constant: &Const) -> String {
    match constant {
        Const::Null => "null".to_owned(),
        Const::Boolean(value) => value.to_string(),
        Const::Number(value) => crate::syntax::leaf::number(*value).to_string(),
        Const::Text(text) => {
            let mut literal = String::with_capacity(text.len() + 2);
            push_string(&mut literal, text);
            literal
        }
    }
}
