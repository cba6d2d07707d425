//! Bodies of a message, from what it was lowered to: its objects, shapes and rules.

use crate::support::random::Random;
use crate::tree::Tree;
use elementc_compiler::lower::{Check, Expected, Member, Message, Object, Rule, Shape, Test, Value, When};
use elementc_compiler::pattern;
use elementc_compiler::syntax::constraint::Relation;
use elementc_runtime::accepts;
use serde_json::Value as Json;

/// How often rules are repaired before a body is given up as contradictory.
const REPAIRS: usize = 30;

/// Numbers, integers among them, in many spellings; each is exact in a double.
pub const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "1",
    "1.0",
    "1e0",
    "10e-1",
    "1e2",
    "100",
    "100.0",
    "2",
    "30",
    "3.0e1",
    "-3",
    "-3.0",
    "-4",
    "5",
    "9",
    "10",
    "65535",
    "65535.0",
    "65536",
    "0.5",
    "0.25",
    "0.75",
    "1.5",
    "-1.5",
    "2.25",
    "2.5",
    "1e-1",
    "9007199254740992",
    "-9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "1e300",
    "-1E+30",
];

/// Strings of every format, and what is nearly one.
pub const TEXTS: &[&str] = &[
    "",
    " ",
    "a",
    "ab-12",
    "zz-0",
    "ab-",
    "AB-12",
    "ab-12\n",
    "<INSERT_IT>",
    "true",
    "false",
    "TRUE",
    "yes",
    "null",
    "once",
    "webhook",
    "webhooks",
    "polling",
    "red",
    "Red",
    "dark blue",
    "live",
    "token",
    "root",
    "north",
    "custom",
    "0",
    "-0",
    "1",
    "30",
    "01",
    "+1",
    "1.0",
    "1.5",
    "-1.5e-3",
    "1e2",
    "1e",
    ".5",
    "0x10",
    "١",
    "100",
    "1 ",
    "https://www.mycoolapp.com/auth",
    "http://localhost:8080/?a=b&c=%20#d",
    "https://[::1]:443/",
    "https://a.example/ü",
    "ftp://example.com/",
    "https://",
    "https://user@example.com/",
    "HTTPS://EXAMPLE.COM",
    "https://example.com\n",
    "https://example.com/<PATH>",
    "//example.com",
    "http://a:123456/",
    "https://example.com/%zz",
    "www.example.com",
    "2017-03-14T19:20:16Z",
    "2017-03-14T19:20:16.123+02:00",
    "2017-13-14T19:20:16Z",
    "2017-03-14 19:20:16",
    "2017-03-14",
    "a.b@example.com",
    "a@b",
    "a@",
    "@b",
    "a b@c.de",
    "example.com",
    "-a.example",
    "a_b.example",
    "xn--bcher-kva.example",
    "{}",
    "{\"a\": 1}",
    "ünïcode 😀",
    "tab\there",
    "quote\" back\\slash",
    "\u{0}",
    "line\u{2028}end",
];

/// Makes bodies of a message.
pub struct Generator<'a> {
    pub message: &'a Message,
}

impl Generator<'_> {
    /// A body that keeps to shapes and rules, and whether it does: contradictory choices may remain.
    pub fn body(&self, random: &mut Random) -> (Tree, bool) {
        let mut tree = self.careless(random);
        for _ in 0..REPAIRS {
            let broken = self.message.rules.iter().find(|rule| !follows(&tree, rule));
            match broken {
                None => return (tree, true),
                Some(rule) => self.repair(&mut tree, rule, random),
            }
        }
        (tree, false)
    }

    /// A body that keeps to shapes only.
    pub fn careless(&self, random: &mut Random) -> Tree {
        let density = 1 + random.below(7);
        self.object(&self.message.root, &[], density, random)
    }

    /// An object with the members that are required and, of eight others, as many as `density` says.
    fn object(&self, object: &Object, path: &[String], density: usize, random: &mut Random) -> Tree {
        let mut members = Vec::new();
        for (key, member) in &object.members {
            if member.required || random.below(8) < density {
                members.push((key.to_string(), self.member(member, key, path, density, random)));
            }
        }
        if object.open && random.once_in(4) {
            members.push(("undeclared by anyone".to_owned(), anything(random, 2)));
        }
        if random.once_in(2) {
            for at in (1..members.len()).rev() {
                members.swap(at, random.below(at + 1));
            }
        }
        Tree::Object(members)
    }

    fn member(
        &self,
        member: &Member,
        key: &str,
        path: &[String],
        density: usize,
        random: &mut Random,
    ) -> Tree {
        let at: Vec<String> = path.iter().cloned().chain([key.to_owned()]).collect();
        match &member.shape {
            Shape::Object(object) => self.object(object, &at, density, random),
            Shape::List => Tree::Array((0..random.below(3)).map(|_| anything(random, 1)).collect()),
            Shape::Strings => {
                Tree::Array((0..random.below(3)).map(|_| Tree::text(random.pick(TEXTS))).collect())
            }
            Shape::Value(value) => {
                let asked: Vec<Tree> =
                    self.asked(&at).filter(|json| is_acceptable(value, json)).map(Tree::of).collect();
                if !asked.is_empty() && random.once_in(2) {
                    return random.pick(&asked).clone();
                }
                scalar(value, member.about.example.as_ref(), random)
            }
        }
    }

    /// The values that conditions ask a member for.
    fn asked(&self, path: &[String]) -> impl Iterator<Item = &Json> {
        let whens = self.message.rules.iter().flat_map(|rule| &rule.when);
        let tests = whens.flat_map(|when| &when.any).flatten();
        tests
            .filter(move |test| test.member.iter().map(|k| &**k).eq(path.iter().map(String::as_str)))
            .flat_map(|test| match &test.expected {
                Expected::OneOf(values) => values.as_slice(),
                Expected::Present | Expected::Absent => &[],
            })
    }

    /// The declared member at some keys.
    fn declared(&self, path: &[&str]) -> &Member {
        let (key, parents) = path.split_last().expect("a member has a key");
        let object =
            parents.iter().fold(&self.message.root, |object, key| match &object.members[*key].shape {
                Shape::Object(inner) => inner,
                _ => panic!("{key} is no object"),
            });
        &object.members[*key]
    }

    /// Puts a member where it is missing.
    fn insert(&self, tree: &mut Tree, object: &[&str], key: &str, random: &mut Random) {
        let path: Vec<&str> = object.iter().copied().chain([key]).collect();
        let parents: Vec<String> = object.iter().map(|key| (*key).to_owned()).collect();
        let value = self.member(self.declared(&path), key, &parents, 4, random);
        if let Some(members) = tree.at_mut(object).and_then(Tree::members_mut)
            && members.iter().all(|(known, _)| known != key)
        {
            let at = random.below(members.len() + 1);
            members.insert(at, (key.to_owned(), value));
        }
    }

    /// Does what a rule demands.
    fn repair(&self, tree: &mut Tree, rule: &Rule, random: &mut Random) {
        let object: Vec<&str> = rule.object.iter().map(|key| &**key).collect();
        match &rule.check {
            Check::Required(key) => self.insert(tree, &object, key, random),
            Check::Excluded(key) => remove(tree, &object, key),
            Check::Related(relation, keys) => {
                let given: Vec<&str> = keys.iter().map(|k| &**k).filter(|k| has(tree, &object, k)).collect();
                let kept = if given.is_empty() { "" } else { *random.pick(&given) };
                match relation {
                    Relation::OneOf | Relation::AnyOf if given.is_empty() => {
                        let key = random.pick(keys).to_string();
                        self.insert(tree, &object, &key, random);
                    }
                    Relation::AllOrNone if random.once_in(2) => {
                        keys.iter().for_each(|key| self.insert(tree, &object, key, random));
                    }
                    Relation::AllOrNone => given.iter().for_each(|key| remove(tree, &object, key)),
                    _ => given.iter().filter(|key| **key != kept).for_each(|key| remove(tree, &object, key)),
                }
            }
            Check::Fits(when) => {
                for test in random.pick(&when.any) {
                    self.fulfil(tree, test, random);
                }
            }
        }
    }

    fn fulfil(&self, tree: &mut Tree, test: &Test, random: &mut Random) {
        let path: Vec<&str> = test.member.iter().map(|key| &**key).collect();
        let (key, object) = path.split_last().expect("a test is about a member");
        match &test.expected {
            Expected::Absent => remove(tree, object, key),
            Expected::Present => self.insert(tree, object, key, random),
            Expected::OneOf(values) => {
                let Shape::Value(shape) = &self.declared(&path).shape else { return };
                let values: Vec<&Json> = values.iter().filter(|value| is_acceptable(shape, value)).collect();
                self.insert(tree, object, key, random);
                if let (Some(slot), false) = (tree.at_mut(&path), values.is_empty()) {
                    *slot = Tree::of(values[random.below(values.len())]);
                }
            }
        }
    }
}

fn has(tree: &Tree, object: &[&str], key: &str) -> bool {
    tree.at(object).and_then(|object| object.at(&[key])).is_some()
}

fn remove(tree: &mut Tree, object: &[&str], key: &str) {
    if let Some(members) = tree.at_mut(object).and_then(Tree::members_mut) {
        members.retain(|(known, _)| known != key);
    }
}

/// Whether a body keeps to a rule: a third opinion, simple-minded, on generated bodies only.
fn follows(tree: &Tree, rule: &Rule) -> bool {
    let object: Vec<&str> = rule.object.iter().map(|key| &**key).collect();
    if tree.at(&object).and_then(Tree::members).is_none() || !rule.when.iter().all(|when| applies(tree, when))
    {
        return true;
    }
    match &rule.check {
        Check::Required(key) => has(tree, &object, key),
        Check::Excluded(key) => !has(tree, &object, key),
        Check::Fits(when) => applies(tree, when),
        Check::Related(relation, keys) => {
            let given = keys.iter().filter(|key| has(tree, &object, key)).count();
            match relation {
                Relation::OneOf => given == 1,
                Relation::AnyOf => given > 0,
                Relation::AllOrNone => given == 0 || given == keys.len(),
                Relation::Excludes => given <= 1,
            }
        }
    }
}

fn applies(tree: &Tree, when: &When) -> bool {
    when.any.iter().any(|tests| tests.iter().all(|test| is_so(tree, test))) != when.negated
}

fn is_so(tree: &Tree, test: &Test) -> bool {
    let value = tree.at(&test.member);
    match (&test.expected, value) {
        (Expected::Present, value) => value.is_some(),
        (Expected::Absent, value) => value.is_none(),
        (Expected::OneOf(_), None) => test.default_holds,
        (Expected::OneOf(values), Some(value)) => values.iter().any(|json| is_equal(value, json)),
    }
}

fn is_equal(tree: &Tree, json: &Json) -> bool {
    match (tree, json) {
        (Tree::Number(digits), Json::Number(number)) => digits.parse().ok() == number.as_f64(),
        (tree, json) => *tree == Tree::of(json),
    }
}

/// Whether an entry takes one of the values that a condition asks it for.
fn is_acceptable(value: &Value, json: &Json) -> bool {
    let bits = match json {
        Json::Null => accepts::NULL,
        Json::Bool(_) => accepts::BOOLEAN,
        Json::Number(number) if number.is_f64() => accepts::NUMBER,
        Json::Number(_) => accepts::INTEGER | accepts::NUMBER,
        Json::String(_) => accepts::STRING,
        Json::Array(_) | Json::Object(_) => accepts::OBJECT,
    };
    let matches = |json: &Json| match (json.as_str(), &value.pattern) {
        (Some(text), Some(pattern)) => pattern_matches(&pattern.source, text),
        _ => true,
    };
    value.accepts & bits != 0
        && (value.one_of.is_empty() || value.one_of.contains(json))
        && matches(json)
        && json.as_f64().is_none_or(|number| in_range(value, number))
}

fn in_range(value: &Value, number: f64) -> bool {
    value.min.is_none_or(|min| number >= min) && value.max.is_none_or(|max| number <= max)
}

fn pattern_matches(source: &str, text: &str) -> bool {
    pattern::matches(&pattern::compiled(source).expect("patterns compile"), text)
}

/// A value that a shape accepts.
fn scalar(value: &Value, example: Option<&Json>, random: &mut Random) -> Tree {
    if !value.one_of.is_empty() {
        let fitting: Vec<&Json> = value.one_of.iter().filter(|json| is_acceptable(value, json)).collect();
        let chosen = *random.pick(&fitting);
        let spellings: Vec<&&str> = NUMBERS
            .iter()
            .filter(|digits| chosen.is_number() && digits.parse().ok() == chosen.as_f64())
            .collect();
        return if spellings.is_empty() { Tree::of(chosen) } else { Tree::number(random.pick(&spellings)) };
    }
    let bits = [
        accepts::NULL,
        accepts::BOOLEAN,
        accepts::INTEGER,
        accepts::NUMBER,
        accepts::STRING,
        accepts::OBJECT,
    ];
    let accepted: Vec<u8> = bits.into_iter().filter(|bit| value.accepts & bit != 0).collect();
    match *random.pick(&accepted) {
        accepts::NULL => Tree::Null,
        accepts::BOOLEAN => Tree::Boolean(random.once_in(2)),
        accepts::OBJECT => Tree::Object(vec![("any".to_owned(), anything(random, 2))]),
        accepts::STRING => {
            let example = example.and_then(Json::as_str);
            let fits = |text: &&str| value.pattern.as_ref().is_none_or(|p| pattern_matches(&p.source, text));
            let fitting: Vec<&str> = TEXTS.iter().copied().chain(example).filter(fits).collect();
            Tree::text(random.pick(&fitting))
        }
        bit => {
            let number = |digits: &&&str| {
                digits
                    .parse::<f64>()
                    .is_ok_and(|n| in_range(value, n) && (bit == accepts::NUMBER || n.fract() == 0.0))
            };
            let fitting: Vec<&&str> = NUMBERS.iter().filter(number).collect();
            Tree::number(random.pick(&fitting))
        }
    }
}

/// Any JSON, at most so deep.
pub fn anything(random: &mut Random, depth: usize) -> Tree {
    match random.below(if depth == 0 { 5 } else { 8 }) {
        0 => Tree::Null,
        1 => Tree::Boolean(random.once_in(2)),
        2 => Tree::number(random.pick(NUMBERS)),
        3 | 4 => Tree::text(random.pick(TEXTS)),
        5 => Tree::Array((0..random.below(3)).map(|_| anything(random, depth - 1)).collect()),
        6 => Tree::Object(Vec::new()),
        _ => {
            Tree::Object(vec![("code".to_owned(), anything(random, depth - 1)), ("x".to_owned(), Tree::Null)])
        }
    }
}
