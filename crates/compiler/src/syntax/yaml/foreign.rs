//! What YAML has and the language has not: tags, anchors and aliases. Each is reported, and what it says is taken
//! for what was probably meant.

use super::build::{Builder, Items, Slot};
use super::plain::{self, Plain};
use super::{Kind, NOT_IN_LANGUAGE, Node};
use granit_parser::{ScalarStyle, Tag};
use std::borrow::Cow;
use std::ops::Range;

impl Builder<'_, '_> {
    /// Reports the tag of a scalar, which is dropped: the value has the type that it looks like. That of text
    /// would be needed, or not, and nobody knows; nor whether another is the start of a text. Then the value is
    /// lost.
    #[cold]
    pub(super) fn is_lost(
        &mut self,
        value: &str,
        style: ScalarStyle,
        tag: Option<Cow<Tag>>,
        span: &granit_parser::Span,
    ) -> bool {
        self.push_tag(span);
        let is_text = |tag: &Tag| {
            let is_own = tag.handle() == "!" && style == ScalarStyle::Plain;
            tag.suffix() == "str" || is_own && plain::read(value) != Plain::Text
        };
        let Some(place) = span.tag_span().filter(|_| tag.is_some_and(|tag| is_text(&tag))) else {
            return false;
        };
        if matches!(self.slot(), Some(Slot::Key)) {
            return false;
        }
        let span = self.span(self.range(&place));
        self.value(Node { span, kind: Kind::Null });
        true
    }

    #[cold]
    pub(super) fn push_tag(&mut self, span: &granit_parser::Span) {
        if let Some(tag) = span.tag_span() {
            let note =
                "values have the type that they look like; text is quoted if it looks like something else";
            self.push(NOT_IN_LANGUAGE, self.range(&tag), "tags are not part of the language")
                .notes
                .push(note.to_owned());
        }
    }

    /// Reports an anchor, which the parser shows after its node.
    #[cold]
    pub(super) fn anchor(&mut self, mark: Range<usize>) {
        let message = "anchors are not part of the language";
        let note = "share parts through a trait; quote text that starts with `&`";
        self.push(NOT_IN_LANGUAGE, mark.clone(), message).notes.push(note.to_owned());
        self.stand_for_value(mark);
    }

    /// Where nothing follows an anchor, or no text, it was probably meant as the value or the start of it.
    fn stand_for_value(&mut self, mark: Range<usize>) {
        let span = self.span(mark);
        let node = match self.stack.last_mut().map(|frame| &mut frame.items) {
            Some(Items::Map { entries, .. }) => entries.last_mut().map(|(_, node)| node),
            Some(Items::List(nodes)) => nodes.last_mut(),
            None => None,
        };
        let is_missing = |node: &Node| node.span.start == node.span.end && node.span.start == span.end;
        let is_value =
            |node: &Node| matches!(node.kind, Kind::Integer(_) | Kind::Float(_) | Kind::Boolean(_));
        if let Some(node) = node.filter(|node| is_missing(node) || is_value(node)) {
            *node = Node { span, kind: Kind::Null };
        }
    }

    /// Reports an alias, which stands for a key or a value.
    #[cold]
    pub(super) fn alias(&mut self, range: Range<usize>) {
        let is_dropped = matches!(self.slot(), Some(Slot::Dropped));
        if self.skip.is_some() {
            return;
        }
        if is_dropped {
            // As after `<<:`, which is reported.
            let span = self.span(range);
            return self.value(Node { span, kind: Kind::Null });
        }
        let message = "aliases are not part of the language";
        let note = "share parts through a trait; quote text that starts with `*`";
        self.push(NOT_IN_LANGUAGE, range.clone(), message).notes.push(note.to_owned());
        if let Some(slot) = self.slot()
            && matches!(slot, Slot::Key)
        {
            *slot = Slot::Dropped;
        } else {
            let span = self.span(range);
            self.value(Node { span, kind: Kind::Null });
        }
    }
}
