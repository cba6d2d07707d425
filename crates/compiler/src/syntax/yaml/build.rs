//! The tree builder: events of the parser become nodes, in one loop without recursion.

use super::{COMPLEX_KEY, DEPTH_LIMIT, DOCUMENTS, Key, Kind, NODE_LIMIT, Node, TOO_LARGE};
use crate::HashSet;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};
use bumpalo::Bump;
use granit_parser::{Event, Parser, ScanError, TryLoadError, TrySpannedEventReceiver};
use std::borrow::Cow;
use std::ops::Range;

/// How often the reading goes on after broken syntax. Each time costs a pass over the rest.
pub(super) const RESUME_LIMIT: usize = 20;

/// What is read of a file so far.
pub(super) struct Builder<'a, 'd> {
    pub(super) file: FileId,
    pub(super) text: &'a str,
    arena: &'a Bump,
    pub(super) diagnostics: &'d mut Vec<Diagnostic>,
    pub(super) stack: Vec<Frame<'a>>,
    pub(super) root: Option<Node<'a>>,
    /// A collection that is read over, since it is too deep or a key.
    pub(super) skip: Option<Skip>,
    /// Where the parser started.
    pub(super) base: usize,
    /// Whether the next map is the rest of the outermost.
    pub(super) is_resumed: bool,
    is_in_document: bool,
    is_too_deep: bool,
    /// The last node that was read.
    pub(super) last: Range<usize>,
    /// The rest of a line that cannot be read, which has been said.
    pub(super) lost: Range<usize>,
    nodes: usize,
    /// A stretch of the text that has no braces.
    pub(super) clear: Range<usize>,
    /// Where maps grew before, to be used again.
    spare: Vec<Vec<(Key<'a>, Node<'a>)>>,
    /// Whether it can have typographic quotes.
    pub(super) has_more_than_ascii: bool,
}

/// An open list or map.
pub(super) struct Frame<'a> {
    pub(super) start: usize,
    /// The end of its last child.
    pub(super) end: usize,
    pub(super) is_in_brackets: bool,
    pub(super) items: Items<'a>,
}

pub(super) enum Items<'a> {
    List(Vec<Node<'a>>),
    Map {
        entries: Vec<(Key<'a>, Node<'a>)>,
        names: Option<Box<HashSet<&'a str>>>,
        slot: Slot<'a>,
        /// How many of its last keys in a row were given before.
        again: usize,
    },
}

/// What a map expects next.
pub(super) enum Slot<'a> {
    Key,
    Value(Key<'a>),
    /// The value of a key that does not count.
    Dropped,
}

pub(super) struct Skip {
    open: usize,
    start: usize,
    is_key: bool,
}

/// Why the reading ends before the text does: what follows is not read.
pub(super) struct Enough;

impl<'a> TrySpannedEventReceiver<'a> for Builder<'a, '_> {
    type Error = Enough;

    fn on_event(&mut self, event: Event<'a>, span: granit_parser::Span) -> Result<(), Enough> {
        match event {
            Event::DocumentStart(..) => return self.document(self.range(&span)),
            Event::Scalar(value, style, _, tag) => {
                self.count(&span)?;
                if self.skip.is_some()
                    || (span.tag_start.is_some() && self.is_lost(&value, style, tag, &span))
                {
                    return Ok(());
                }
                let value = match value {
                    Cow::Borrowed(value) => value,
                    Cow::Owned(value) => self.arena.alloc_str(&value),
                };
                self.scalar(value, style, self.range(&span));
            }
            Event::SequenceStart(..) => {
                self.count(&span)?;
                self.open(Items::List(Vec::new()), &span);
            }
            Event::MappingStart(..) => {
                self.count(&span)?;
                let entries = self.spare.pop().unwrap_or_else(|| Vec::with_capacity(16));
                self.open(Items::Map { entries, names: None, slot: Slot::Key, again: 0 }, &span);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(self.range(&span)),
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.count(&span)?;
                self.alias(self.range(&span));
            }
            Event::Anchor(..) if self.skip.is_none() => self.anchor(self.range(&span)),
            _ => {}
        }
        Ok(())
    }
}

impl<'a, 'd> Builder<'a, 'd> {
    pub(super) fn new(
        file: FileId,
        text: &'a str,
        arena: &'a Bump,
        diagnostics: &'d mut Vec<Diagnostic>,
    ) -> Self {
        Self {
            file,
            text,
            arena,
            diagnostics,
            stack: Vec::new(),
            root: None,
            skip: None,
            base: 0,
            is_resumed: false,
            is_in_document: false,
            is_too_deep: false,
            last: 0..0,
            lost: 0..0,
            nodes: 0,
            clear: 0..0,
            spare: Vec::new(),
            has_more_than_ascii: !text.is_ascii(),
        }
    }

    /// Reads the text.
    pub(super) fn build(mut self) -> Option<Node<'a>> {
        let mut is_broken = false;
        for _ in 0..=RESUME_LIMIT {
            let strange = self.strange_indentation();
            let end = strange.as_ref().map_or(self.text.len(), |blank| self.line_start(blank.start));
            let (at, cause) = match (self.pass(end), strange) {
                (Ok(()), None) => break,
                (Err(error), _) => {
                    let at = self.place_of(&error);
                    (at, self.report(&error, at))
                }
                (Ok(()), Some(blank)) => (end, self.push_strange(blank)),
            };
            is_broken = true;
            self.recover(at);
            match self.next_key(cause) {
                Some(next) => self.base = next,
                None => break,
            }
        }
        self.close_all();
        if let Some(frame) = self.stack.pop() {
            self.root = Some(self.node(frame));
        }
        let root =
            self.root.filter(|root| !matches!(root.kind, Kind::Null) || root.span.start < root.span.end);
        if root.is_none() && !is_broken {
            let span = Span { file: self.file, start: 0, end: 0 };
            let diagnostic = Diagnostic::new(DOCUMENTS, span, "the file is empty");
            self.diagnostics.push(diagnostic.note("a file without keys defines nothing"));
        }
        root
    }

    /// Reads from the base to an end or to the first error.
    fn pass(&mut self, end: usize) -> Result<(), ScanError> {
        let mut options = granit_parser::options! {
            disallow_directives: true,
            emit_unresolved_aliases: true,
            emit_anchor_events: true,
        };
        options.set_emit_comments(false);
        self.last = self.base..self.base;
        self.is_in_document = false;
        let text = self.text;
        // Pushed rather than pulled: events and their spans are large, and moved once less.
        match Parser::new_from_str_with_options(&text[self.base..end], options).try_load(self, true) {
            Ok(()) | Err(TryLoadError::Receiver(Enough)) => Ok(()),
            Err(TryLoadError::Scan(error)) => Err(error),
        }
    }

    pub(super) fn range(&self, span: &granit_parser::Span) -> Range<usize> {
        let range = span.byte_range().unwrap_or_default();
        self.base + range.start..self.base + range.end
    }

    #[expect(clippy::cast_possible_truncation, reason = "`parse` refuses texts above 4 GiB")]
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        Span { file: self.file, start: range.start as u32, end: range.end as u32 }
    }

    pub(super) fn push(
        &mut self,
        code: Code,
        range: Range<usize>,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        let diagnostic = Diagnostic::new(code, self.span(range), message);
        self.diagnostics.push(diagnostic);
        self.diagnostics.last_mut().expect("just pushed")
    }

    fn document(&mut self, range: Range<usize>) -> Result<(), Enough> {
        if !self.is_in_document {
            self.is_in_document = true;
            return Ok(());
        }
        // The span is that of `---`, of all the content, or empty.
        let line = self.text[range.start..].lines().next().map_or(0, str::len);
        self.push(DOCUMENTS, range.start..range.start + line, "a second document in the file")
            .notes
            .push("a file holds one; move what follows into a file of its own".to_owned());
        Err(Enough)
    }

    fn count(&mut self, span: &granit_parser::Span) -> Result<(), Enough> {
        self.nodes += 1;
        if self.nodes <= NODE_LIMIT {
            return Ok(());
        }
        let range = self.range(span);
        self.push(TOO_LARGE, range, format!("the file has more than {NODE_LIMIT} values"));
        Err(Enough)
    }

    /// Said once: the rest of a deep text is as deep.
    pub(super) fn push_too_deep(&mut self, range: Range<usize>) {
        if !std::mem::replace(&mut self.is_too_deep, true) {
            self.push(TOO_LARGE, range, format!("nested deeper than {DEPTH_LIMIT} levels"))
                .notes
                .push("descriptors need about eight levels".to_owned());
        }
    }

    /// What the innermost map expects, if a map is innermost.
    pub(super) fn slot(&mut self) -> Option<&mut Slot<'a>> {
        match &mut self.stack.last_mut()?.items {
            Items::Map { slot, .. } => Some(slot),
            Items::List(_) => None,
        }
    }

    fn open(&mut self, items: Items<'a>, span: &granit_parser::Span) {
        if let Some(skip) = &mut self.skip {
            skip.open += 1;
            return;
        }
        if span.tag_start.is_some() {
            self.push_tag(span);
        }
        let range = self.range(span);
        if std::mem::take(&mut self.is_resumed) && !self.stack.is_empty() {
            return;
        }
        let is_key = matches!(self.slot(), Some(Slot::Key));
        if is_key || self.stack.len() >= DEPTH_LIMIT {
            if !is_key {
                self.push_too_deep(range.clone());
            }
            self.skip = Some(Skip { open: 1, start: range.start, is_key });
            return;
        }
        let start = match items {
            Items::List(_) if range.is_empty() => self.list_start(range.start),
            _ => range.start,
        };
        self.stack.push(Frame { start, end: range.end, is_in_brackets: range.start < range.end, items });
    }

    /// The first dash of a list. The parser lets a list that is indented like its key start after it.
    fn list_start(&mut self, at: usize) -> usize {
        let line = self.text[..at].rfind('\n').map_or(0, |before| before + 1);
        let before = &self.text[line..at];
        let is_value = matches!(self.slot(), Some(Slot::Value(_) | Slot::Dropped));
        match before.find(|next| next != ' ') {
            Some(dash) if is_value && before[dash..].starts_with('-') => line + dash,
            _ => at,
        }
    }

    fn close(&mut self, range: Range<usize>) {
        if let Some(skip) = &mut self.skip {
            skip.open -= 1;
            if skip.open > 0 {
                return;
            }
            let (start, is_key) = (skip.start, skip.is_key);
            self.skip = None;
            if is_key {
                self.push(COMPLEX_KEY, start..range.end.max(start), "a list or map cannot be a key")
                    .notes
                    .push("a key is text; quote it if it starts with a bracket".to_owned());
                if let Some(slot) = self.slot() {
                    *slot = Slot::Dropped;
                }
            } else {
                let span = self.span(start..range.end.max(start));
                self.value(Node { span, kind: Kind::Null });
            }
            return;
        }
        if let Some(mut frame) = self.stack.pop() {
            if frame.is_in_brackets {
                frame.end = range.end;
            }
            let node = self.node(frame);
            self.value(node);
        }
    }

    pub(super) fn node(&mut self, frame: Frame<'a>) -> Node<'a> {
        let kind = match frame.items {
            Items::List(nodes) => Kind::List(self.arena.alloc_slice_copy(&nodes)),
            Items::Map { mut entries, .. } => {
                let kind = Kind::Map(self.arena.alloc_slice_copy(&entries));
                entries.clear();
                self.spare.push(entries);
                kind
            }
        };
        Node { span: self.span(frame.start..frame.end.max(frame.start)), kind }
    }

    pub(super) fn value(&mut self, node: Node<'a>) {
        let end = node.span.end as usize;
        let Some(frame) = self.stack.last_mut() else {
            self.root = Some(node);
            return;
        };
        frame.end = frame.end.max(end);
        match &mut frame.items {
            Items::List(nodes) => nodes.push(node),
            Items::Map { entries, slot, .. } => {
                if let Slot::Value(key) = std::mem::replace(slot, Slot::Key) {
                    entries.push((key, node));
                }
            }
        }
    }
}
