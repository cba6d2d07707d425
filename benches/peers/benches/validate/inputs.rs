//! What is validated. In: nothing. Out: named sets of bodies of two messages; all entries are
//! declared ones, but for the pathological bodies.

use serde_json::{Map, Value};

/// Which message a body is one of.
#[derive(Clone, Copy, PartialEq)]
pub enum Message {
    /// The request that creates an instance of Sage One UK.
    Seed,
    /// The same of an element with thirty entries of configuration.
    Thirty,
}

/// Bodies that are measured together.
pub struct Input {
    /// What the table calls it.
    pub name: &'static str,
    /// What the bodies are.
    pub message: Message,
    /// The bodies.
    pub bodies: Vec<Vec<u8>>,
    /// Whether they are valid: all of them or none.
    pub valid: bool,
}

/// The request as Sage One UK's page has it: not quite in the order that the descriptor declares.
const SEED: &str = r#"{
  "element": {
    "key": "sageoneuk"
  },
  "providerData": {
    "code": "Code on Return the URL"
  },
  "configuration": {
    "oauth.api.key": "<INSERT_SAGEONE_UK_CLIENT_ID>",
    "oauth.api.secret": "<INSERT_SAGEONE_UK_CLIENT_SECRET>",
    "signature": "<INSERT_SAGEONE_UK_SIGNATURE>",
    "oauth.callback.url": "https://www.mycoolapp.com/auth"
  },
  "tags": [
    "<INSERT_TAGS>"
  ],
  "name": "<INSERT_INSTANCE_NAME>"
}
"#;

/// The sample of the element with thirty entries.
const THIRTY: &str = include_str!(concat!(env!("OUT_DIR"), "/thirty/instance.json"));

/// The inputs of the table.
pub fn inputs() -> Vec<Input> {
    let input = |name, message, valid, body: Vec<u8>| Input { name, message, bodies: vec![body], valid };
    let mut missing = parsed(SEED);
    let configuration = missing["configuration"].as_object_mut().expect("it is an object");
    configuration.shift_remove("signature");
    configuration.shift_remove("oauth.api.key");
    vec![
        input("valid", Message::Seed, true, SEED.into()),
        input("valid, compact", Message::Seed, true, parsed(SEED).to_string().into()),
        input("30 entries", Message::Thirty, true, THIRTY.into()),
        input("30 entries, compact", Message::Thirty, true, parsed(THIRTY).to_string().into()),
        Input { name: "256 varied", message: Message::Seed, bodies: varied(256), valid: true },
        // More than a processor learns by heart.
        Input { name: "8192 varied", message: Message::Seed, bodies: varied(8192), valid: true },
        input("valid, reversed", Message::Seed, true, pretty(&reversed(parsed(SEED)))),
        input("30 entries, reversed", Message::Thirty, true, pretty(&reversed(parsed(THIRTY)))),
        input("reject, two missing", Message::Seed, false, pretty(&missing)),
    ]
}

/// Bodies that lead the careless into quadratic time, each in two sizes, one four times the other.
pub fn pathological() -> Vec<(&'static str, [Vec<u8>; 2])> {
    let in_configuration = |members: String| format!("{{\"configuration\":{{{members}}}}}").into_bytes();
    let many = |count: usize, member: &dyn Fn(usize) -> String| {
        in_configuration((0..count).map(member).collect::<Vec<_>>().join(","))
    };
    let unknown = |count| many(count, &|i| format!("\"oauth.api.kez{i}\":{i}"));
    let twice = |count| many(count, &|_| "\"signature\":1".to_owned());
    let escapes = |count| in_configuration(format!("\"signature\":\"{}\"", "\\u00e9\\n".repeat(count)));
    let key = |count| in_configuration(format!("\"{}\":0", "\\u0061".repeat(count)));
    let deep =
        |count: usize| many(count / 100, &|i| format!("\"x{i}\":{}{}", "[".repeat(126), "]".repeat(126)));
    let items = |count| format!("{{\"tags\":[{}]}}", vec!["0"; count].join(",")).into_bytes();
    let url =
        |count| in_configuration(format!("\"oauth.callback.url\":\"https://x/{}\"", "%41".repeat(count)));
    let sizes = |of: &dyn Fn(usize) -> Vec<u8>| [of(2_500), of(10_000)];
    vec![
        ("unknown entries", sizes(&unknown)),
        ("duplicate entries", sizes(&twice)),
        ("a value of escapes", sizes(&escapes)),
        ("an unknown key of escapes", sizes(&key)),
        ("nesting at the limit", sizes(&deep)),
        ("items of the wrong type", sizes(&items)),
        ("a long URL", sizes(&url)),
    ]
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("it is JSON")
}

fn pretty(value: &Value) -> Vec<u8> {
    serde_json::to_vec_pretty(value).expect("a value can be written")
}

fn reversed(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            members.into_iter().rev().map(|(key, value)| (key, reversed(value))).collect()
        }
        other => other,
    }
}

/// The same numbers in every run: a linear congruential generator.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}

/// Valid bodies that differ in which optional entries they have, in order, values and white space.
fn varied(count: usize) -> Vec<Vec<u8>> {
    let mut random = Random(7);
    (0..count).map(|_| varied_body(&mut random)).collect()
}

fn varied_body(random: &mut Random) -> Vec<u8> {
    let mut body = parsed(SEED);
    let optional = [
        ("event.notification.enabled", [Value::Bool(false), "false".into()]),
        ("event.vendor.type", ["polling".into(), "webhook".into()]),
        (
            "event.notification.callback.url",
            ["https://a.example/events".into(), "http://b.example/?e=1".into()],
        ),
        ("filter.response.nulls", [Value::Bool(true), "true".into()]),
    ];
    let configuration = body["configuration"].as_object_mut().expect("it is an object");
    for (key, values) in optional {
        if random.below(2) == 0 {
            configuration.insert(key.to_owned(), values[random.below(2)].clone());
        }
    }
    for key in ["oauth.api.key", "oauth.api.secret", "signature"] {
        configuration[key] = text(random).into();
    }
    body["providerData"]["code"] = text(random).into();
    body["name"] = text(random).into();
    body["tags"] = (0..1 + random.below(3)).map(|_| text(random)).collect();
    let body = shuffled(body, random);
    let mut out = String::new();
    let style = random.below(5);
    write(&body, style, 0, &mut out);
    out.into_bytes()
}

/// A text of four to 43 characters, one of eight with an escape or a letter beyond ASCII in it.
fn text(random: &mut Random) -> String {
    let letters = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    let mut text: String =
        (0..4 + random.below(40)).map(|_| char::from(letters[random.below(letters.len())])).collect();
    match random.below(16) {
        0 => text.push('"'),
        1 => text.push('é'),
        _ => {}
    }
    text
}

fn shuffled(value: Value, random: &mut Random) -> Value {
    let Value::Object(members) = value else { return value };
    let mut rest: Vec<(String, Value)> = members.into_iter().collect();
    let mut members = Map::new();
    while !rest.is_empty() {
        let (key, value) = rest.swap_remove(random.below(rest.len()));
        members.insert(key, shuffled(value, random));
    }
    Value::Object(members)
}

/// Styles: no white space, two spaces, four spaces, tabs and CRLF, on one line with single spaces.
fn write(value: &Value, style: usize, depth: usize, out: &mut String) {
    let (indent, end) = [("", ""), ("  ", "\n"), ("    ", "\n"), ("\t", "\r\n"), ("", " ")][style];
    let line = |out: &mut String, depth: usize| {
        out.push_str(end);
        out.push_str(&indent.repeat(depth));
    };
    let members: Vec<(String, &Value)> = match value {
        Value::Object(members) => {
            members.iter().map(|(key, value)| (Value::from(key.as_str()).to_string() + ":", value)).collect()
        }
        Value::Array(items) => items.iter().map(|item| (String::new(), item)).collect(),
        scalar => return out.push_str(&scalar.to_string()),
    };
    let (open, close) = if value.is_object() { ('{', '}') } else { ('[', ']') };
    out.push(open);
    for (index, (key, value)) in members.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        line(out, depth + 1);
        out.push_str(key);
        if style > 0 && !key.is_empty() {
            out.push(' ');
        }
        write(value, style, depth + 1, out);
    }
    line(out, depth);
    out.push(close);
}
