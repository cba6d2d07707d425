//! Scalars in the tree builder: keys, values, and what is wrong with the way they are written.

use super::build::{Builder, Frame, Items, Slot};
use super::plain::{self, Plain, Reading};
use super::write;
use super::{AMBIGUOUS, BROKEN, COMPLEX_KEY, DUPLICATE_KEY, Key, Kind, NOT_IN_LANGUAGE, Node, SMART_QUOTES};
use crate::diagnostic::{Diagnostic, Edit, Fix, Form, Label};
use granit_parser::ScalarStyle;
use std::ops::Range;

/// Of a map whose further keys belong elsewhere, which has been said.
const SWALLOWED: usize = usize::MAX;

/// Maps with more keys find duplicates through a set.
const LINEAR_LIMIT: usize = 16;

impl<'a> Builder<'a, '_> {
    pub(super) fn scalar(&mut self, value: &'a str, style: ScalarStyle, range: Range<usize>) {
        let is_plain = style == ScalarStyle::Plain;
        let (value, range) = match style {
            ScalarStyle::Plain if range.is_empty() => return self.missing(range.start),
            // The end of its last line is no part of what a block says.
            ScalarStyle::Literal | ScalarStyle::Folded => {
                (value.strip_suffix('\n').unwrap_or(value), self.block_range(range))
            }
            _ => (value, range),
        };
        self.last = range.clone();
        let span = self.span(range.clone());
        if matches!(self.slot(), Some(Slot::Key)) {
            let name = self.key(value, is_plain, &range);
            return self.expect_value(name.map(|name| Key { name, span }), range.end);
        }
        let kind = match is_plain {
            true => match self.plain(value, &range) {
                Plain::Text => Kind::String(self.text(value, &range)),
                Plain::Null => Kind::Null,
                Plain::Boolean(value) => Kind::Boolean(value),
                Plain::Integer(value) => Kind::Integer(value),
                Plain::Float(value) => Kind::Float(value),
                Plain::Ambiguous(reading) => {
                    self.ambiguous(reading, value, range, reading.note(value));
                    Kind::String(value)
                }
            },
            false => Kind::String(value),
        };
        self.value(Node { span, kind });
    }

    /// Takes note of a scalar that is left out.
    #[cold]
    fn missing(&mut self, at: usize) {
        let range = self.missing_range(at);
        let range = self.mark_before(&range).unwrap_or(range);
        self.last = range.clone();
        let span = self.span(range.clone());
        if matches!(self.slot(), Some(Slot::Key)) {
            self.push(COMPLEX_KEY, range.clone(), "a key is missing");
            return self.expect_value(None, range.end);
        }
        self.value(Node { span, kind: Kind::Null });
    }

    /// The innermost map expects the value of a key, that of `None` does not count.
    fn expect_value(&mut self, key: Option<Key<'a>>, end: usize) {
        if let Some(Frame { end: last, items: Items::Map { slot, .. }, .. }) = self.stack.last_mut() {
            *last = end;
            *slot = key.map_or(Slot::Dropped, Slot::Value);
        }
    }

    /// Reads a plain scalar. Few have braces near them, so not each is searched.
    fn plain(&mut self, text: &str, range: &Range<usize>) -> Plain {
        if !self.clear.contains(&range.start) {
            let brace = memchr::memchr2(b'{', b'}', &self.text.as_bytes()[range.start..]);
            self.clear = range.start..brace.map_or(self.text.len(), |at| range.start + at);
        }
        if range.end <= self.clear.end { plain::unbraced(text) } else { plain::read(text) }
    }

    /// A block of text from its `|` or `>`, which the parser leaves out, to its last visible line.
    fn block_range(&self, range: Range<usize>) -> Range<usize> {
        let before = &self.text[self.last.end.min(range.start)..range.start];
        let start = before.rfind(['|', '>']).map_or(range.start, |at| range.start - before.len() + at);
        let visible = self.text[start..range.end].trim_end();
        start..start + visible.len()
    }

    /// Where a value that is left out would stand: after its `:` or `-`.
    fn missing_range(&mut self, at: usize) -> Range<usize> {
        let last = self.last.end.min(at);
        let at = match self.slot() {
            Some(Slot::Value(_) | Slot::Dropped) => {
                let rest = &self.text[at..];
                let blanks = rest.len() - rest.trim_start_matches(' ').len();
                if rest[blanks..].starts_with(':') { at + blanks + 1 } else { at }
            }
            Some(Slot::Key) | None => self.end_of_code(last..at),
        };
        at..at
    }

    /// The tag that stands where a value is missing: probably it was meant as the value, and it has been
    /// reported.
    fn mark_before(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let mark = self.diagnostics.last().filter(|d| d.code == NOT_IN_LANGUAGE)?.primary.span;
        let mark = mark.start as usize..mark.end as usize;
        (self.text.get(mark.end..range.start)?.trim().is_empty()).then_some(mark)
    }

    /// The end of what is neither blank nor comment in a range, or its start.
    fn end_of_code(&self, range: Range<usize>) -> usize {
        let mut end = range.end;
        for line in self.text[range.clone()].rsplit('\n') {
            let start = end - line.len();
            let code = line.split('#').next().unwrap_or_default().trim_end();
            if !code.is_empty() {
                return start + code.len();
            }
            end = start.saturating_sub(1);
        }
        range.start
    }

    /// The name of a key, if its value counts.
    fn key(&mut self, name: &'a str, is_plain: bool, range: &Range<usize>) -> Option<&'a str> {
        let name = if is_plain { self.plain_key(name, range)? } else { name };
        let Items::Map { entries, names, again, .. } = &mut self.stack.last_mut()?.items else { return None };
        let is_known = if entries.len() < LINEAR_LIMIT {
            entries.iter().any(|(key, _)| key.name == name)
        } else {
            let seen = || Box::new(entries.iter().map(|(key, _)| key.name).collect());
            !names.get_or_insert_with(seen).insert(name)
        };
        if is_known {
            return self.given_again(name, range.clone());
        }
        // Two keys in a row that stand there already: the key that they belong to is missing.
        if *again > 1 {
            return None;
        }
        *again = 0;
        Some(name)
    }

    /// The name of a key without quotes, if it is one.
    fn plain_key(&mut self, name: &'a str, range: &Range<usize>) -> Option<&'a str> {
        let reading = match self.plain(name, range) {
            // Every reader agrees on the text of a canonical number.
            Plain::Integer(_) | Plain::Float(_) | Plain::Text => {
                if let [.., b':'] = name.as_bytes() {
                    return Some(self.without_colons(name, range));
                }
                return Some(self.text(name, range));
            }
            Plain::Ambiguous(reading) => reading,
            Plain::Null => Reading::Null,
            Plain::Boolean(_) => Reading::Boolean,
        };
        if name == "<<" {
            let note = "share parts through a trait";
            self.push(NOT_IN_LANGUAGE, range.clone(), "merge keys are not part of the language")
                .notes
                .push(note.to_owned());
            return None;
        }
        if reading == Reading::Braces
            && let Some(at) = [" {", " [", ":{", ":["].iter().filter_map(|torn| name.find(torn)).min()
        {
            self.torn(name, at, range);
            return None;
        }
        self.ambiguous(reading, name, range.clone(), Some("a key is always text".to_owned()));
        Some(name)
    }

    /// The name of a key that ends in a colon: with the one behind it, they are too many.
    #[cold]
    fn without_colons(&mut self, name: &'a str, range: &Range<usize>) -> &'a str {
        let plain = name.trim_end_matches(':');
        let place = range.start + plain.len()..range.end;
        let span = self.span(place.clone());
        let diagnostic =
            self.push(BROKEN, place, format!("one `:` after `{}` is enough", plain::shorten(plain)));
        diagnostic.primary.message = "part of the key".to_owned();
        let edit = Edit { span, text: String::new(), form: Form::Verbatim };
        diagnostic.fix = Some(Fix { title: "remove it".to_owned(), edits: vec![edit] });
        plain
    }

    /// A key that its map has already: its name, if its value counts.
    #[cold]
    fn given_again(&mut self, name: &'a str, range: Range<usize>) -> Option<&'a str> {
        let span = self.span(range.clone());
        let Items::Map { entries, again, .. } = &mut self.stack.last_mut()?.items else { return None };
        if *again == SWALLOWED {
            return None;
        }
        let is_empty = |node: &Node| matches!(node.kind, Kind::Null) && node.span.start == node.span.end;
        if let Some((owner, _)) = entries.pop_if(|(key, value)| is_empty(value) && key.name != name) {
            *again = SWALLOWED;
            let message =
                format!("what belongs to `{}` stands beside it, not below it", plain::shorten(owner.name));
            let diagnostic = Diagnostic::new(BROKEN, owner.span, message).also(span, "such as this");
            self.diagnostics
                .push(diagnostic.note("what belongs together is indented alike, and deeper than its key"));
            return None;
        }
        *again += 1;
        let row = *again;
        let at = entries.iter().position(|(key, _)| key.name == name);
        let first = at.map(|at| entries[at].0.span);
        let next = match at.filter(|at| is_empty(&entries[*at].1)) {
            // Of two, one of which says nothing, the other is meant.
            Some(at) => {
                entries.remove(at);
                Some(name)
            }
            None => None,
        };
        let shown = plain::shorten(name);
        let earlier = self.diagnostics.iter_mut().rev().find(|d| d.code == DUPLICATE_KEY);
        if let Some(earlier) = earlier.filter(|_| row > 1) {
            earlier.secondary.push(Label { span, message: format!("so is `{shown}`") });
            if row == 2 {
                earlier
                    .notes
                    .push("is the line with the key that they belong to missing above them?".to_owned());
            }
            return next;
        }
        let diagnostic = self.push(DUPLICATE_KEY, range, format!("`{shown}` is given twice"));
        diagnostic.primary.message = "given again here".to_owned();
        diagnostic.secondary.extend(first.map(|span| Label { span, message: "first given here".to_owned() }));
        next
    }

    /// A key whose colon, or the blank after it, is missing before a bracket: what follows on its line has been
    /// torn apart.
    fn torn(&mut self, text: &str, at: usize, range: &Range<usize>) {
        let end = range.start + at;
        self.lost = range.start..self.text[end..].find('\n').map_or(self.text.len(), |length| end + length);
        let has_colon = text[at..].starts_with(':');
        let name = text[..at].trim_end_matches([' ', '=', ';']);
        let shown = plain::shorten(name);
        let (message, title, place, text) = match has_colon {
            true => {
                (format!("is a blank missing after `{shown}:`?"), "insert a blank", end + 1..end + 1, " ")
            }
            false => {
                let colon = range.start + name.len()..end;
                let title = if colon.is_empty() { "insert `:`" } else { "replace it with `:`" };
                (format!("expected `:` after `{shown}`"), title, colon, ":")
            }
        };
        let edit = Edit { span: self.span(place), text: text.to_owned(), form: Form::Verbatim };
        let diagnostic = self.push(BROKEN, range.start..range.start + name.len(), message);
        diagnostic.primary.message = "a key".to_owned();
        diagnostic.fix = Some(Fix { title: title.to_owned(), edits: vec![edit] });
    }

    #[cold]
    fn ambiguous(&mut self, reading: Reading, text: &str, range: Range<usize>, note: Option<String>) {
        if self.lost.contains(&range.start) {
            return;
        }
        let span = self.span(range);
        let diagnostic = Diagnostic::new(AMBIGUOUS, span, reading.message(text))
            .label("must be quoted")
            .notes(note)
            .replace(span, write::quoted(text));
        self.diagnostics.push(diagnostic);
    }

    /// The text of a plain scalar, without the quotes of a word processor.
    #[inline]
    fn text(&mut self, text: &'a str, range: &Range<usize>) -> &'a str {
        if self.has_more_than_ascii { self.without_smart_quotes(text, range.clone()) } else { text }
    }

    #[cold]
    fn without_smart_quotes(&mut self, text: &'a str, range: Range<usize>) -> &'a str {
        let Some(inner) = plain::without_smart_quotes(text) else { return text };
        let span = self.span(range);
        let diagnostic = Diagnostic::new(SMART_QUOTES, span, "typographic quotes are no quotes in YAML")
            .label("these would become part of the text")
            .note("if they are meant, put straight quotes around them")
            .replace(span, write::quoted(inner));
        self.diagnostics.push(diagnostic);
        inner
    }
}
