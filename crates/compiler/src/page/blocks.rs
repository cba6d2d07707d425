//! Blocks: what a page of Markdown consists of, as far as it is checked.
//!
//! In: the text of a page. Out: its front matter, its code blocks, and the parameters that its lists and
//! tables name, each with its place.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// A page.
#[derive(Debug, Default)]
pub struct Page {
    /// `elementKey` of the front matter.
    pub key: Option<Named>,
    /// `elementId` of the front matter.
    pub id: Option<Named>,
    /// The code blocks.
    pub blocks: Vec<Block>,
    /// The query parameters that lists name.
    pub listed: Vec<Named>,
    /// The keys that tables name.
    pub tabled: Vec<Named>,
}

/// A text and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The text.
    pub text: String,
    /// Its bytes.
    pub range: Range<usize>,
}

/// A code block.
#[derive(Debug)]
pub struct Block {
    /// The language, in small letters.
    pub language: String,
    /// The text, as indented as the block says.
    pub text: String,
    /// Where parts of the text stand in the page: bytes of the text, bytes of the page.
    parts: Vec<(usize, usize)>,
}

impl Block {
    /// The place of some bytes of the text.
    pub fn place(&self, range: Range<usize>) -> Range<usize> {
        let at = |byte: usize| {
            let part = self.parts.iter().rev().find(|(start, _)| *start <= byte);
            part.map_or(byte, |(start, page)| page + byte - start)
        };
        let start = at(range.start);
        start..at(range.end).max(start)
    }
}

/// Reads a page.
pub fn read(text: &str) -> Page {
    let mut page = Page::default();
    front_matter(text, &mut page);
    let options = Options::ENABLE_TABLES | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut open: Option<Block> = None;
    let mut parameters = false;
    let mut item: Option<String> = None;
    let mut strong: Option<Named> = None;
    let mut table = Table::default();
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let language = match kind {
                    CodeBlockKind::Fenced(words) => {
                        words.split_whitespace().next().unwrap_or_default().to_lowercase()
                    }
                    CodeBlockKind::Indented => String::new(),
                };
                open = Some(Block { language, text: String::new(), parts: Vec::new() });
            }
            Event::End(TagEnd::CodeBlock) => page.blocks.extend(open.take()),
            Event::Text(part) | Event::Code(part) => {
                if let Some(block) = &mut open {
                    block.parts.push((block.text.len(), range.start));
                    block.text.push_str(&part);
                    continue;
                }
                table.text(&part, &range);
                if let Some(strong) = &mut strong {
                    strong.text.push_str(&part);
                    strong.range.end = range.end;
                }
                if let Some(item) = &mut item {
                    item.push_str(&part);
                }
            }
            Event::Start(Tag::Heading { .. }) => parameters = false,
            Event::Start(Tag::Item | Tag::Paragraph) => {
                item.get_or_insert_default();
            }
            Event::End(TagEnd::Item | TagEnd::Paragraph) => {
                let said = item.take().unwrap_or_default().to_lowercase();
                parameters |= said.starts_with("query parameters");
            }
            Event::Start(Tag::Strong) if parameters && item.as_ref().is_some_and(String::is_empty) => {
                strong = Some(Named { text: String::new(), range: range.start + 2..range.start + 2 });
            }
            Event::End(TagEnd::Strong) => {
                // Hand-written names have dashes in and out of the emphasis.
                let name = strong.take().map(|strong| {
                    let text = strong.text.trim_end_matches(|c: char| !c.is_alphanumeric()).to_owned();
                    Named { range: strong.range.start..strong.range.start + text.len(), text }
                });
                page.listed.extend(name.filter(|name| !name.text.is_empty() && !name.text.contains(' ')));
            }
            Event::Start(Tag::Table(_)) => table = Table::default(),
            Event::Start(Tag::TableHead | Tag::TableRow) => table.column = 0,
            Event::Start(Tag::TableCell) => {
                table.cell = Some(Named { text: String::new(), range: range.start..range.start })
            }
            Event::End(TagEnd::TableHead) => table.body = true,
            Event::End(TagEnd::TableCell) => page.tabled.extend(table.end_cell()),
            _ => {}
        }
    }
    page
}

/// The table that is being read.
#[derive(Default)]
struct Table {
    body: bool,
    column: usize,
    keys: Option<usize>,
    cell: Option<Named>,
}

impl Table {
    fn text(&mut self, text: &str, range: &Range<usize>) {
        if let Some(cell) = &mut self.cell {
            if cell.text.is_empty() {
                cell.range.start = range.start;
            }
            cell.text.push_str(text);
            cell.range.end = range.end;
        }
    }

    /// The key that a cell names, if it stands in the column of keys.
    fn end_cell(&mut self) -> Option<Named> {
        let cell = self.cell.take()?;
        let column = self.column;
        self.column += 1;
        if self.body {
            return Some(cell).filter(|cell| self.keys == Some(column) && !cell.text.trim().is_empty());
        }
        let title = cell.text.trim().to_lowercase();
        if ["key", "parameter", "query parameter"].contains(&title.as_str()) {
            self.keys = Some(column);
        }
        None
    }
}

fn front_matter(text: &str, page: &mut Page) {
    let Some(rest) = text.strip_prefix("---\n") else { return };
    let mut at = 4;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == "---" {
            return;
        }
        if let Some((key, value)) = line.split_once(':') {
            let plain = value.trim().trim_matches(['"', '\'']);
            let start = at + key.len() + 1 + value.find(plain).unwrap_or_default();
            let named = Named { text: plain.to_owned(), range: start..start + plain.len() };
            match key.trim() {
                "elementKey" => page.key = Some(named),
                "elementId" => page.id = Some(named),
                _ => {}
            }
        }
        at += line.len();
    }
}
