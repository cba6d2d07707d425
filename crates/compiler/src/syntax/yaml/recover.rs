//! Broken syntax in the tree builder: it is reported, what is open is closed, and the reading goes
//! on with the next key at the margin, so that one mistake does not hide the others.

use super::broken::{self, Place};
use super::build::{Builder, Frame, Items, Slot};
use super::{AMBIGUOUS, BROKEN, COMPLEX_KEY, DUPLICATE_KEY, Kind, NOT_IN_LANGUAGE, Node, SMART_QUOTES};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use granit_parser::{ErrorKind, ScanError};
use std::ops::Range;

impl Builder<'_, '_> {
    /// Where the parser gave up, in bytes.
    pub(super) fn place_of(&self, error: &ScanError) -> usize {
        let mut at = (self.base + error.marker().byte_offset().unwrap_or_default()).min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    /// Reports broken syntax; returns the place from which on to go on: that of its cause, or where it
    /// shows, if what stands between has been read.
    pub(super) fn report(&mut self, error: &ScanError, at: usize) -> usize {
        if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
            self.push_too_deep(at..at);
            return at;
        }
        if self.lost.contains(&at) {
            return at;
        }
        let bracket = self.stack.iter().rev().find(|frame| frame.is_in_brackets).map(|frame| frame.start);
        let place = Place { file: self.file, text: self.text, at, last: self.last.clone(), bracket };
        let diagnostic = broken::explain(error.kind(), &place);
        let span = diagnostic.primary.span;
        if self.lost.contains(&(span.start as usize)) {
            return at;
        }
        let is_earlier = !diagnostic.secondary.is_empty();
        if is_earlier {
            self.drop_from(span.start as usize);
        } else if matches!(error.kind(), ErrorKind::ExpectedBlockSequenceEntry) {
            self.drop_list();
        }
        // Text behind an anchor or an alias was to be one with it.
        let is_of_mark = self.diagnostics.last().is_some_and(|mark| {
            let end = mark.primary.span.end as usize;
            mark.code == NOT_IN_LANGUAGE && self.text.get(end..at).is_some_and(|text| !text.contains('\n'))
        });
        let is_said = |other: &Diagnostic| other.code == BROKEN && is_about(other, span);
        // Of two brackets in a row one is too many, and no map is a key.
        let is_second = |other: &Diagnostic| {
            other.code == COMPLEX_KEY && other.primary.span.start == span.end && span.end == span.start + 1
        };
        self.diagnostics.retain(|other| !is_second(other));
        if !is_of_mark && !self.diagnostics.iter().any(is_said) {
            self.diagnostics.push(diagnostic);
        }
        if is_earlier { at } else { span.start as usize }
    }

    /// The first blank after the base that indents a key or an item and is no space, as copied from a
    /// web page: to YAML it is a letter.
    pub(super) fn strange_indentation(&self) -> Option<Range<usize>> {
        if self.text.is_ascii() {
            return None;
        }
        let mut start = self.base;
        for line in self.text[start..].split_inclusive('\n') {
            let rest = line.trim_start();
            let indentation = &line[..line.len() - rest.len()];
            let is_strange = |c: char| !matches!(c, ' ' | '\t' | '\r' | '\n');
            if let Some(at) = indentation.find(is_strange)
                && (rest.starts_with("- ") || is_key(rest.trim_end()))
            {
                let length = indentation[at..].chars().next().map_or(0, char::len_utf8);
                return Some(start + at..start + at + length);
            }
            start += line.len();
        }
        None
    }

    pub(super) fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |before| before + 1)
    }

    /// Reports such a blank; returns its place.
    pub(super) fn push_strange(&mut self, blank: Range<usize>) -> usize {
        let character = self.text[blank.clone()].chars().next().map_or(0, u32::from);
        let at = blank.start;
        let message = format!("U+{character:04X} looks like a space and is none");
        let note = "it comes with what is copied from web pages; indent with spaces, two per level";
        let diagnostic = self.push(BROKEN, blank, message);
        diagnostic.primary.message = "indents this line".to_owned();
        diagnostic.notes.push(note.to_owned());
        at
    }

    /// Drops what is open and began behind a place, where the indentation went wrong.
    fn drop_from(&mut self, cause: usize) {
        while self.stack.len() > 1 && self.stack.last().is_some_and(|frame| frame.start >= cause) {
            self.stack.pop();
            if let Some(slot) = self.slot() {
                *slot = Slot::Key;
            }
        }
        if let [Frame { start, items: Items::Map { entries, .. }, .. }] = self.stack.as_mut_slice()
            && *start >= cause
        {
            entries.clear(); // all of it stands where nothing should
        }
        if let Some(Frame { items: Items::Map { entries, .. }, .. }) = self.stack.last_mut() {
            entries.pop_if(|(_, node)| node.span.start as usize >= cause);
            // What should stand below the last key does not.
            let is_empty = |node: &Node| matches!(node.kind, Kind::Null) && node.span.start == node.span.end;
            entries.pop_if(|(_, node)| is_empty(node));
        }
    }

    /// Drops the innermost list, whose next item has no dash: maybe none was meant.
    fn drop_list(&mut self) {
        let is_list = |frame: &Frame| matches!(frame.items, Items::List(_)) && !frame.is_in_brackets;
        let Some(at) = self.stack.iter().rposition(is_list).filter(|at| *at > 0) else { return };
        let start = self.stack[at].start;
        self.diagnostics.retain(|it| it.code != DUPLICATE_KEY || (it.primary.span.start as usize) < start);
        self.stack.truncate(at);
        if let Some(slot) = self.slot() {
            *slot = Slot::Key;
        }
    }

    /// Drops what is broken and closes what is open, but for the outermost.
    pub(super) fn recover(&mut self, at: usize) {
        self.drop_half_before(at);
        self.close_all();
        if let Some(Frame { items: Items::Map { names, .. }, .. }) = self.stack.last_mut() {
            *names = None; // it has the keys that were dropped
        }
    }

    /// Closes all but the outermost. What was still without its value, or within brackets, is
    /// dropped: who knows what it swallowed.
    pub(super) fn close_all(&mut self) {
        self.skip = None;
        while self.stack.len() > 1 {
            let Some(frame) = self.stack.pop() else { break };
            if !frame.is_in_brackets {
                let node = self.node(frame);
                self.value(node);
            }
        }
        if let Some(slot) = self.slot() {
            *slot = Slot::Key;
        }
    }

    /// Drops the last value if what is broken stands on the line where it ends: it is half of one,
    /// and so is what was said about the way it is written.
    fn drop_half_before(&mut self, at: usize) {
        let text = self.text;
        // Below a `|` or `>` without text stands one that is not indented.
        let is_header = |node: &Node| {
            matches!(node.kind, Kind::String("")) && text[node.span.start as usize..].starts_with(['|', '>'])
        };
        let is_half =
            |node: &Node| !text[(node.span.end as usize).min(at)..at].contains('\n') || is_header(node);
        let half = match self.stack.last_mut().map(|frame| &mut frame.items) {
            Some(Items::Map { entries, .. }) if entries.last().is_some_and(|(_, value)| is_half(value)) => {
                entries.pop().map(|(_, value)| value)
            }
            Some(Items::List(nodes)) if nodes.last().is_some_and(is_half) => nodes.pop(),
            _ => None,
        };
        if let Some(half) = half {
            let is_of_half =
                |it: &Diagnostic| matches!(it.code, AMBIGUOUS | SMART_QUOTES) && it.primary.span == half.span;
            self.diagnostics.retain(|it| !is_of_half(it));
        }
    }

    /// The start of the next line after the cause of an error with a key at its margin, if the
    /// outermost is a map at the margin.
    pub(super) fn next_key(&mut self, cause: usize) -> Option<usize> {
        match self.stack.first() {
            Some(frame) => {
                let is_at_margin = frame.start == 0 || self.text[..frame.start].ends_with(['\n', '\u{feff}']);
                if !is_at_margin || frame.is_in_brackets || matches!(frame.items, Items::List(_)) {
                    return None;
                }
            }
            None => {
                if matches!(self.root.as_ref().map(|root| &root.kind), Some(Kind::List(_) | Kind::Map(_))) {
                    return None;
                }
                self.root = None;
            }
        }
        self.is_resumed = true;
        let mut start = self.text[..cause].rfind('\n').map_or(0, |before| before + 1);
        for line in self.text[start..].split_inclusive('\n') {
            if start >= cause && start > self.base {
                if line.starts_with("---") && !self.stack.is_empty() {
                    return None;
                }
                if is_key(line) {
                    return Some(start);
                }
            }
            start += line.len();
        }
        None
    }
}

/// Whether a diagnostic speaks of a place.
fn is_about(diagnostic: &Diagnostic, span: Span) -> bool {
    diagnostic.primary.span == span || diagnostic.secondary.iter().any(|label| label.span == span)
}

/// Whether a line starts with a plain key.
pub(super) fn is_key(line: &str) -> bool {
    let name =
        line.trim_start_matches(|next: char| next.is_ascii_alphanumeric() || matches!(next, '_' | '.' | '-'));
    line.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.strip_prefix(':').is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\n', '\r']))
}
