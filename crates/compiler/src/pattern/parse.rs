//! Reads a pattern by the grammar of ECMA-262 §22.2.1, with the `u` flag.
//!
//! In: the text. Out: a [`Node`] without the two anchors, or the first mistake. What the grammar
//! allows and the subset does not is refused here; [`super::classes`] reads escapes and classes.

use super::{MAX_DEPTH, MAX_REPEAT, PatternError, PatternErrorKind};
use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};
use std::ops::Range;

/// What a pattern says, as far as verdicts go: groups only group, lazy is greedy.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// Any one of these characters.
    Set(ClassUnicode),
    /// One after the other; nothing at all if there is none.
    Concat(Vec<Node>),
    /// Any one of them.
    Either(Vec<Node>),
    /// `min` to `max` times in a row; no `max`, no end.
    Repeat { node: Box<Node>, min: u32, max: Option<u32> },
}

pub(super) type Result<T> = std::result::Result<T, PatternError>;

/// Reads a whole pattern.
pub(super) fn parse(text: &str) -> Result<Node> {
    let mut parser =
        Parser { text, at: 0, depth: 0, names: Vec::new(), anchors: Vec::new(), misplaced: None, bar: None };
    let node = parser.disjunction()?;
    if parser.peek() == Some(')') {
        return Err(syntax(parser.next_char(), "`)` closes no group").help("write `\\)` for the character"));
    }
    parser.check_anchors()?;
    Ok(node)
}

/// An error of kind [`PatternErrorKind::Syntax`].
pub(super) fn syntax(range: Range<usize>, message: impl Into<String>) -> PatternError {
    PatternError { kind: PatternErrorKind::Syntax, range, message: message.into(), help: None }
}

/// An error of kind [`PatternErrorKind::Unsupported`].
pub(super) fn unsupported(range: Range<usize>, message: impl Into<String>) -> PatternError {
    PatternError { kind: PatternErrorKind::Unsupported, ..syntax(range, message) }
}

impl PatternError {
    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// The place in a pattern, and what must be remembered of what is before it.
pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    depth: usize,
    /// The group names so far.
    names: Vec<&'a str>,
    /// Where `^` starts or `$` ends an alternative outside all groups.
    anchors: Vec<usize>,
    /// The error of the first `^` or `$` elsewhere: told if the rest of the syntax is right.
    misplaced: Option<PatternError>,
    /// Where the first `|` outside all groups is.
    bar: Option<usize>,
}

impl<'a> Parser<'a> {
    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn bump(&mut self) -> Option<char> {
        let char = self.peek()?;
        self.at += char.len_utf8();
        Some(char)
    }

    pub(super) fn eat(&mut self, token: &str) -> bool {
        let there = self.rest().starts_with(token);
        self.at += if there { token.len() } else { 0 };
        there
    }

    /// The range of the next character.
    pub(super) fn next_char(&self) -> Range<usize> {
        self.at..self.at + self.peek().map_or(0, char::len_utf8)
    }

    /// Eats ASCII digits of the given radix, at most `limit` of them.
    pub(super) fn digits(&mut self, radix: u32, limit: usize) -> &'a str {
        let rest = self.rest();
        let length = rest.chars().take(limit).take_while(|c| c.is_digit(radix)).count();
        self.at += length;
        &rest[..length]
    }

    fn disjunction(&mut self) -> Result<Node> {
        let mut alternatives = vec![self.alternative()?];
        loop {
            let bar = self.at;
            if !self.eat("|") {
                break;
            }
            if self.depth == 0 {
                self.bar.get_or_insert(bar);
            }
            alternatives.push(self.alternative()?);
        }
        Ok(one_or(alternatives, Node::Either))
    }

    fn alternative(&mut self) -> Result<Node> {
        let mut terms = Vec::new();
        let start = self.at;
        while let Some(char) = self.peek() {
            let range = self.next_char();
            match char {
                '|' | ')' => break,
                '^' if self.depth == 0 && self.at == start => self.anchor(range),
                '$' if self.depth == 0
                    && matches!(self.text[range.end..].chars().next(), None | Some('|')) =>
                {
                    self.anchor(range);
                }
                '^' => self.misplace(range, "^", "start", "first"),
                '$' => self.misplace(range, "$", "end", "last"),
                _ => {
                    let atom = self.atom(char)?;
                    terms.push(self.repeated(atom)?);
                }
            }
        }
        Ok(one_or(terms, Node::Concat))
    }

    fn anchor(&mut self, range: Range<usize>) {
        self.anchors.push(range.start);
        self.at = range.end;
    }

    fn misplace(&mut self, range: Range<usize>, anchor: &str, end: &str, place: &str) {
        self.at = range.end;
        self.misplaced.get_or_insert_with(|| {
            unsupported(range, format!("`{anchor}` is supported only at the {end} of the pattern"))
                .help(format!("make it the {place} character, or write `\\{anchor}` for the character"))
        });
    }

    fn atom(&mut self, char: char) -> Result<Node> {
        let range = self.next_char();
        let set = match char {
            '(' => return self.group(),
            '[' => self.class()?,
            '\\' => self.atom_escape()?,
            '.' => {
                self.at = range.end;
                let mut ends = set(&[('\n', '\n'), ('\r', '\r'), ('\u{2028}', '\u{2029}')]);
                ends.negate();
                ends
            }
            '*' | '+' | '?' => {
                return Err(syntax(range, format!("`{char}` has nothing to repeat"))
                    .help(format!("write `\\{char}` for the character")));
            }
            '{' | '}' | ']' => {
                return Err(syntax(range, format!("`{char}` stands alone"))
                    .help(format!("write `\\{char}` for the character")));
            }
            _ => {
                self.at = range.end;
                set(&[(char, char)])
            }
        };
        Ok(Node::Set(set))
    }

    fn group(&mut self) -> Result<Node> {
        let open = self.next_char();
        self.at = open.end;
        if self.eat("?") {
            self.group_kind(open.start)?;
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(too_large(open, format!("groups are nested deeper than {MAX_DEPTH}")));
        }
        let node = self.disjunction()?;
        self.depth -= 1;
        if !self.eat(")") {
            return Err(syntax(open, "`(` is never closed").help("write `\\(` for the character"));
        }
        Ok(node)
    }

    /// Eats what follows `(?`.
    fn group_kind(&mut self, open: usize) -> Result<()> {
        for (token, what) in
            [("=", "look-ahead"), ("!", "look-ahead"), ("<=", "look-behind"), ("<!", "look-behind")]
        {
            if self.eat(token) {
                return Err(unsupported(open..self.at, format!("{what} is not supported")));
            }
        }
        if self.eat(":") {
            return Ok(());
        }
        if self.eat("<") {
            return self.group_name();
        }
        let flags = self.rest().trim_start_matches(['i', 'm', 's', '-']);
        let end = self.text.len() - flags.len();
        if end > self.at && flags.starts_with(':') {
            return Err(unsupported(open..end + 1, "flags in a group are not supported"));
        }
        Err(syntax(open..self.at, "`(?` starts no group")
            .help("write `(?:` for a group that is not captured"))
    }

    fn group_name(&mut self) -> Result<()> {
        let start = self.at;
        let name = match self.rest().find('>') {
            Some(length) => &self.rest()[..length],
            None => return Err(syntax(start - 1..start, "the name of the group is never closed")),
        };
        let range = start..start + name.len();
        // ECMA allows more; ASCII is what every version of Unicode agrees on.
        let word = |char: char| char.is_ascii_alphanumeric() || char == '_' || char == '$';
        if name.is_empty() || name.starts_with(|char: char| char.is_ascii_digit()) || !name.chars().all(word)
        {
            return Err(unsupported(range, "a group name must be an identifier in ASCII"));
        }
        if self.names.contains(&name) {
            return Err(syntax(range, format!("there are two groups named `{name}`")));
        }
        self.names.push(name);
        self.at = start + name.len() + 1;
        Ok(())
    }

    /// Applies the quantifier that follows `node`, if one does.
    fn repeated(&mut self, node: Node) -> Result<Node> {
        let start = self.at;
        let (min, max) = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => self.bounds()?,
            _ => return Ok(node),
        };
        if self.at == start {
            self.bump();
        }
        self.eat("?");
        Ok(Node::Repeat { node: Box::new(node), min, max })
    }

    /// Eats `{n}`, `{n,}` or `{n,m}`.
    fn bounds(&mut self) -> Result<(u32, Option<u32>)> {
        let start = self.at;
        self.bump();
        let low = self.digits(10, usize::MAX);
        let comma = self.eat(",");
        let high = if comma { self.digits(10, usize::MAX) } else { low };
        if !self.eat("}") || low.is_empty() {
            return Err(syntax(
                start..start + 1,
                "`{` starts no repetition such as `{2}`, `{2,}` or `{2,5}`",
            )
            .help("write `\\{` for the character"));
        }
        let number = |digits: &str| match digits.parse() {
            Ok(number) if number <= MAX_REPEAT => Ok(number),
            _ => Err(too_large(start..self.at, format!("a repetition may count to {MAX_REPEAT} at most"))),
        };
        let min = number(low)?;
        let max = if high.is_empty() { None } else { Some(number(high)?) };
        if max.is_some_and(|max| max < min) {
            return Err(syntax(start..self.at, "the bounds of the repetition are out of order"));
        }
        Ok((min, max))
    }

    /// Checks that the pattern is `^…$`, with nothing but groups to divide it.
    fn check_anchors(self) -> Result<()> {
        if let Some(error) = self.misplaced {
            return Err(error);
        }
        let length = self.text.len();
        let starts = self.text.starts_with('^');
        let ends = self.text.ends_with('$') && self.anchors.last() == Some(&(length - 1));
        let (range, message) = match (self.bar, starts, ends) {
            (None, true, true) => return Ok(()),
            (Some(bar), ..) => {
                (bar..bar + 1, "`|` divides `^` from `$`: they do not anchor every alternative")
            }
            (None, false, false) => (0..length, "the pattern is not anchored"),
            (None, false, true) => (0..0, "the pattern does not start with `^`"),
            (None, true, false) => (length..length, "the pattern does not end with `$`"),
        };
        let mut body = self.text.to_owned();
        for anchor in self.anchors.iter().rev() {
            body.remove(*anchor);
        }
        let whole = if self.bar.is_some() { format!("^(?:{body})$") } else { format!("^{body}$") };
        Err(PatternError { kind: PatternErrorKind::Unanchored, ..syntax(range, message) }
            .help(format!("a pattern must match the whole text: write `{whole}`")))
    }
}

/// The set of the characters in these ranges.
pub(super) fn set(ranges: &[(char, char)]) -> ClassUnicode {
    ClassUnicode::new(ranges.iter().map(|(low, high)| ClassUnicodeRange::new(*low, *high)))
}

fn one_or(mut nodes: Vec<Node>, many: impl FnOnce(Vec<Node>) -> Node) -> Node {
    match nodes.pop() {
        Some(node) if nodes.is_empty() => node,
        last => {
            nodes.extend(last);
            many(nodes)
        }
    }
}

fn too_large(range: Range<usize>, message: String) -> PatternError {
    PatternError { kind: PatternErrorKind::TooLarge, ..syntax(range, message) }
}
