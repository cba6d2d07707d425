//! Blocks: what a page of Markdown consists of, as far as it is checked.
//!
//! In: the text of a page. Out: its front matter, its code, and the parameters that its lists and tables
//! name, each with its place.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// A page.
#[derive(Debug, Default)]
pub struct Page {
    /// `elementKey` of the front matter.
    pub key: Option<Named>,
    /// `elementId` of the front matter.
    pub id: Option<Named>,
    /// What prose says the key of the element is.
    pub said: Vec<Named>,
    /// The code blocks.
    pub blocks: Vec<Block>,
    /// The query parameters that lists name.
    pub listed: Vec<Named>,
    /// The keys that each table names.
    pub tables: Vec<Vec<Named>>,
    /// Where the code stands: blocks, spans and the front matter.
    pub code: Vec<Range<usize>>,
}

/// A text and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The text.
    pub text: String,
    /// Its bytes.
    pub range: Range<usize>,
}

impl Named {
    /// A text that begins at a byte.
    pub fn at(text: &str, start: usize) -> Self {
        Self { text: text.to_owned(), range: start..start + text.len() }
    }
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
    /// A text that stands in this one, at some bytes; if escapes make it shorter, places are near.
    pub fn within(&self, text: &str, range: Range<usize>) -> Self {
        let start = self.place(range.clone()).start;
        Self { language: "json".to_owned(), text: text.to_owned(), parts: vec![(0, start)] }
    }

    /// The place of some bytes of the text.
    pub fn place(&self, range: Range<usize>) -> Range<usize> {
        let at = |byte: usize| {
            let after = self.parts.partition_point(|(start, _)| *start <= byte);
            after.checked_sub(1).map_or(byte, |part| self.parts[part].1 + byte - self.parts[part].0)
        };
        let start = at(range.start);
        start..at(range.end).max(start)
    }
}

/// Reads a page.
pub fn read(text: &str) -> Page {
    let mut page = Page::default();
    let front = front_matter(text, &mut page);
    page.code.push(0..front);
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
                page.code.push(range);
                open = Some(Block { language, text: String::new(), parts: Vec::new() });
            }
            Event::End(TagEnd::CodeBlock) => page.blocks.extend(open.take()),
            Event::Text(part) if open.is_some() => {
                if let Some(block) = &mut open {
                    block.parts.push((block.text.len(), range.start));
                    block.text.push_str(&part);
                }
            }
            Event::Code(part) => {
                page.code.push(range.clone());
                // Without the backticks.
                let within = text[range.clone()].find(&*part).unwrap_or_default();
                let named = Named::at(&part, range.start + within);
                table.code(&named);
                if parameters && item.as_ref().is_some_and(String::is_empty) {
                    page.listed.push(named.clone());
                }
                if let Some(item) = &mut item {
                    page.said.extend(Some(named).filter(|_| says_key(item)));
                    item.push_str(&part);
                }
            }
            Event::Text(part) => {
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
                if let Some(rest) = said.strip_prefix("query parameters") {
                    parameters = !rest.contains("none");
                }
            }
            Event::Start(Tag::Strong) if parameters && item.as_ref().is_some_and(String::is_empty) => {
                strong = Some(Named { text: String::new(), range: range.start + 2..range.start + 2 });
            }
            Event::End(TagEnd::Strong) => {
                // Hand-written names have dashes in and out of the emphasis.
                let trimmed = |text: &str| text.trim_end_matches(|c: char| !c.is_alphanumeric()).to_owned();
                let name = strong.take().map(|s| Named::at(&trimmed(&s.text), s.range.start));
                page.listed.extend(name.filter(|name| !name.text.is_empty() && !name.text.contains(' ')));
            }
            Event::Start(Tag::Table(_)) => table = Table::default(),
            Event::Start(Tag::TableHead | Tag::TableRow) => table.column = 0,
            Event::Start(Tag::TableCell) => table.cell = Some(Cell::default()),
            Event::InlineHtml(_) | Event::HardBreak => table.end_line(),
            Event::End(TagEnd::TableHead) => table.body = true,
            Event::End(TagEnd::TableCell) => table.end_cell(),
            Event::End(TagEnd::Table) => page.tables.push(std::mem::take(&mut table.named)),
            _ => {}
        }
    }
    page
}

/// Whether a text ends where the key of the element is to follow.
fn says_key(text: &str) -> bool {
    let sentence = text.rsplit(". ").next().unwrap_or_default().to_lowercase();
    let subject = ["\"key\"", "“key”", "element key", "element's key"];
    sentence.ends_with(" is ") && subject.iter().any(|subject| sentence.contains(subject))
}

/// The table that is being read.
#[derive(Default)]
struct Table {
    body: bool,
    column: usize,
    keys: Option<usize>,
    cell: Option<Cell>,
    named: Vec<Named>,
}

/// A cell: the first code in it, and the first line of the text.
#[derive(Default)]
struct Cell {
    code: Option<Named>,
    text: Option<Named>,
    broken: bool,
}

impl Table {
    fn code(&mut self, code: &Named) {
        if let Some(cell) = &mut self.cell {
            cell.code.get_or_insert_with(|| code.clone());
        }
    }

    fn text(&mut self, text: &str, range: &Range<usize>) {
        if let Some(cell) = self.cell.as_mut().filter(|cell| !cell.broken) {
            let named = cell.text.get_or_insert_with(|| Named::at("", range.start));
            named.text.push_str(text);
            named.range.end = range.end;
        }
    }

    fn end_line(&mut self) {
        if let Some(cell) = &mut self.cell {
            cell.broken = true;
        }
    }

    /// Takes the key that a cell names, if it stands in the column of keys: what is code, else the text.
    fn end_cell(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        let column = self.column;
        self.column += 1;
        if self.body {
            let plain = cell.text.map(|named| {
                let text = named.text.trim_matches(|c: char| c.is_whitespace() || "\"'*".contains(c));
                let within = named.text.find(text).unwrap_or_default();
                Named::at(text, named.range.start + within)
            });
            let key = cell.code.or(plain).filter(|named| self.keys == Some(column) && !named.text.is_empty());
            // A title of several words is no key.
            self.named.extend(key.filter(|named| !named.text.contains(char::is_whitespace)));
            return;
        }
        let title = cell.text.or(cell.code).map_or(String::new(), |named| named.text.trim().to_lowercase());
        if ["key", "parameter", "query parameter"].contains(&title.as_str()) {
            self.keys = Some(column);
        }
    }
}

/// Reads the front matter, and says where it ends.
fn front_matter(text: &str, page: &mut Page) -> usize {
    let mut at = 0;
    let start = text.strip_prefix('\u{feff}').unwrap_or(text);
    at += text.len() - start.len();
    for (number, line) in start.split_inclusive('\n').enumerate() {
        match (number, line.trim_end()) {
            (0, "---") => {}
            (0, _) => return 0,
            (_, "---") => return at + line.len(),
            _ => {
                if let Some((key, value)) = line.split_once(':') {
                    let plain = value.trim().trim_matches(['"', '\'']);
                    let start = at + key.len() + 1 + value.find(plain).unwrap_or_default();
                    match key.trim() {
                        "elementKey" => page.key = Some(Named::at(plain, start)),
                        "elementId" => page.id = Some(Named::at(plain, start)),
                        _ => {}
                    }
                }
            }
        }
        at += line.len();
    }
    // It never ends, so it is none.
    (page.key, page.id) = (None, None);
    0
}
