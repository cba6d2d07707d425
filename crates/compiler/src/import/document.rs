//! Documents: a descriptor that is being written, as a tree with comments.
//!
//! In: keys, values, notes. Out: YAML in the layout of hand-written descriptors: a map that fits a
//! line stands on one, sections are set apart by blank lines.

use crate::syntax::yaml;
use serde_json::Value as Json;

/// The widest line that a map in braces may take.
const WIDTH: usize = 100;
/// How deep a foreign value may be before it is written as the text of its JSON: the parser of
/// descriptors has a limit, and nobody reads further.
const DEEPEST: usize = 12;
/// The longest key that YAML takes on one line has 1,024 characters.
const LONGEST_KEY: usize = 256;

/// A piece of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// Null, a boolean, a number or text.
    Scalar(Json),
    /// A list.
    List(Vec<Node>),
    /// A map.
    Map(Map),
}

/// A map in the order of its lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map(pub Vec<Line>);

/// A key, its value, and a comment for whoever reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The key.
    pub key: String,
    /// The value.
    pub node: Node,
    /// The comment, without `#`.
    pub note: Option<String>,
}

impl From<Json> for Node {
    fn from(json: Json) -> Self {
        Self::nested(json, 0)
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::Scalar(text.into())
    }
}

impl From<bool> for Node {
    fn from(value: bool) -> Self {
        Self::Scalar(value.into())
    }
}

impl Node {
    fn nested(json: Json, depth: usize) -> Self {
        let fits = |json: &Json| {
            let keys_fit = json.as_object().is_none_or(|o| o.keys().all(|k| k.len() <= LONGEST_KEY));
            depth < DEEPEST && keys_fit
        };
        match json {
            Json::Array(items) if fits(&Json::Null) => {
                Self::List(items.into_iter().map(|item| Self::nested(item, depth + 1)).collect())
            }
            json @ Json::Object(_) if fits(&json) => {
                let Json::Object(members) = json else { return Self::Scalar(Json::Null) };
                let line = |(key, json)| Line { key, node: Self::nested(json, depth + 1), note: None };
                Self::Map(Map(members.into_iter().map(line).collect()))
            }
            json @ (Json::Array(_) | Json::Object(_)) => Self::Scalar(json.to_string().into()),
            scalar => Self::Scalar(scalar),
        }
    }

    /// The node within braces or brackets, where YAML 1.1 ends plain text at a question mark.
    fn within(&self) -> Option<String> {
        let inline = self.inline()?;
        let plain = matches!(self, Self::Scalar(_)) && !inline.starts_with(['"', '\'']);
        Some(if plain && inline.contains('?') { yaml::in_place_of("\"\"", &inline) } else { inline })
    }

    /// The node on one line, if it holds no comment.
    fn inline(&self) -> Option<String> {
        match self {
            Self::Scalar(json) => Some(scalar(json)),
            Self::List(items) => {
                let items: Option<Vec<String>> = items.iter().map(Self::within).collect();
                Some(format!("[{}]", items?.join(", ")))
            }
            Self::Map(Map(lines)) if lines.is_empty() => Some("{}".to_owned()),
            Self::Map(Map(lines)) => {
                let line = |l: &Line| match l.note {
                    None => Some(format!("{}: {}", text(&l.key), l.node.within()?)),
                    Some(_) => None,
                };
                let lines: Option<Vec<String>> = lines.iter().map(line).collect();
                Some(format!("{{ {} }}", lines?.join(", ")))
            }
        }
    }
}

impl Map {
    /// Adds a line.
    pub fn put(&mut self, key: impl Into<String>, node: impl Into<Node>) {
        self.line(key, node);
    }

    /// Adds a line, and lends it for a note.
    pub fn line(&mut self, key: impl Into<String>, node: impl Into<Node>) -> &mut Line {
        self.0.push(Line { key: key.into(), node: node.into(), note: None });
        let last = self.0.len() - 1;
        &mut self.0[last]
    }

    /// Adds a line, if there is something to say.
    pub fn put_some(&mut self, key: &str, node: Option<impl Into<Node>>) {
        if let Some(node) = node {
            self.put(key, node);
        }
    }

    /// The map at a path, made where it is missing.
    pub fn at(&mut self, path: &[&str]) -> &mut Self {
        let Some((first, rest)) = path.split_first() else { return self };
        let found = self.0.iter().position(|l| l.key == **first && matches!(l.node, Node::Map(_)));
        let at = found.unwrap_or_else(|| {
            self.put(*first, Node::Map(Self::default()));
            self.0.len() - 1
        });
        match &mut self.0[at].node {
            Node::Map(map) => map.at(rest),
            _ => unreachable!("a map was found or made"),
        }
    }

    /// Whether there is a map at a path.
    #[must_use]
    pub fn has(&self, path: &[&str]) -> bool {
        let Some((first, rest)) = path.split_first() else { return true };
        self.0.iter().any(|l| l.key == **first && matches!(&l.node, Node::Map(map) if map.has(rest)))
    }

    /// Puts the lines into the order of these keys; others keep theirs, behind.
    pub fn order(&mut self, keys: &[&str]) {
        self.0.sort_by_key(|line| keys.iter().position(|key| *key == line.key).unwrap_or(keys.len()));
    }

    /// The document as YAML.
    #[must_use]
    pub fn write(&self) -> String {
        let mut out = String::new();
        let mut tall = false;
        for line in &self.0 {
            let mut own = String::new();
            line.write(0, &mut own);
            let taller = matches!(line.node, Node::Map(_)) || own.lines().count() > 1;
            if !out.is_empty() && (tall || taller) {
                out.push('\n');
            }
            tall = taller;
            out.push_str(&own);
        }
        out
    }
}

impl Line {
    /// A comment behind the line.
    pub fn note(&mut self, note: impl Into<String>) {
        self.note = Some(note.into());
    }

    fn write(&self, indent: usize, out: &mut String) {
        let margin = " ".repeat(indent);
        let head = format!("{margin}{}:", text(&self.key));
        let comment = self.note.as_ref().map(|note| format!("# {note}"));
        let fits = |inline: &String| head.chars().count() + 1 + inline.chars().count() <= WIDTH;
        let inline = self.node.inline().filter(|inline| {
            // A scalar has nowhere else to go; a section at the margin reads better in lines.
            matches!(self.node, Node::Scalar(_))
                || (fits(inline) && (indent > 0 || !matches!(&self.node, Node::Map(m) if m.is_deep())))
        });
        let first = match &inline {
            Some(inline) => format!("{head} {inline}"),
            None => head,
        };
        match comment {
            Some(comment) if first.chars().count() + 3 + comment.chars().count() <= WIDTH => {
                out.push_str(&format!("{first}   {comment}\n"));
            }
            Some(comment) => out.push_str(&format!("{margin}{comment}\n{first}\n")),
            None => out.push_str(&format!("{first}\n")),
        }
        match &self.node {
            _ if inline.is_some() => {}
            Node::Scalar(_) => {}
            Node::Map(map) => map.0.iter().for_each(|line| line.write(indent + 2, out)),
            Node::List(items) => items.iter().for_each(|item| list_item(item, indent + 2, out)),
        }
    }
}

impl Map {
    fn is_deep(&self) -> bool {
        self.0.iter().any(|line| matches!(line.node, Node::Map(_)))
    }
}

/// An item of a list in lines. What is in it stands in brackets, however long it is.
fn list_item(item: &Node, indent: usize, out: &mut String) {
    let inline = item.inline().unwrap_or_default();
    out.push_str(&format!("{}- {inline}\n", " ".repeat(indent)));
}

fn text(text: &str) -> String {
    yaml::in_place_of("x", text)
}

fn scalar(json: &Json) -> String {
    match json {
        Json::String(string) => text(string),
        Json::Number(number) => {
            let number = number.to_string();
            if yaml::is_value(&number) { number } else { format!("\"{number}\"") }
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_fits_a_line_stands_on_one() {
        let mut map = Map::default();
        map.line("key", "one").note("guessed");
        map.put("id", json!(3));
        let entries = map.at(&["configuration"]);
        entries.put("a.b", json!({ "title": "A", "default": "no", "values": ["1", "two"] }));
        entries.put("long", json!({ "title": "L".repeat(60), "description": "D".repeat(60) }));
        map.at(&["configuration", "c"]).line("secret", true).note("by its name");
        map.put("x-foreign", json!({ "large": 1e300, "list": [{ "a": null }], "text": "a: b" }));
        insta::assert_snapshot!(map.write());
    }

    #[test]
    fn depth_ends_in_text() {
        let mut deep = json!("end");
        for _ in 0..100 {
            deep = json!([deep]);
        }
        let mut map = Map::default();
        map.put("x-deep", deep);
        let (text, arena, mut diagnostics) = (map.write(), bumpalo::Bump::new(), Vec::new());
        assert!(yaml::parse(crate::source::FileId(0), &text, &arena, &mut diagnostics).is_some());
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
    }
}
