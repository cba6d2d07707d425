//! Headers: what a template is for.
//!
//! In: the text of a template. Out: the target that the comment at its very beginning declares:
//!
//! ```text
//! {{!--
//! context: 1
//! each: method
//! path: {{element.key}}/page.adoc
//! --}}
//! ```
//!
//! A template without such a comment is a partial. One that says `region: table` in place of `each` and
//! `path` is a partial too, and what regions of that name in people's pages show.

use super::HEADER;
use super::context::VERSION;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};
use crate::suggest::{listed, suggest};

/// What a template is rendered for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Each {
    /// Once.
    Catalogue,
    /// Each element.
    Element,
    /// Each method of each element.
    Method,
    /// Each message of each method of each element.
    Message,
}

impl Each {
    const WORDS: [(&'static str, Self); 4] = [
        ("catalogue", Self::Catalogue),
        ("element", Self::Element),
        ("method", Self::Method),
        ("message", Self::Message),
    ];
}

/// What the comment says.
#[derive(Clone, Debug)]
pub enum Header {
    /// The template is rendered to files.
    Target(Output),
    /// The template is shown by regions.
    Region(Region),
}

/// What regions of a name show.
#[derive(Clone, Debug)]
pub struct Region {
    /// The name.
    pub name: String,
    /// The place of the name.
    pub span: Span,
}

/// What is rendered to files.
#[derive(Clone, Debug)]
pub struct Output {
    /// What the template is rendered for.
    pub each: Each,
    /// Where the output goes, itself a template.
    pub path: String,
    /// The place of the path.
    pub span: Span,
}

const OPEN: &str = "{{!--\n";
const KEYS: [&str; 4] = ["context", "each", "path", "region"];

/// Reads the header; `None` for a partial, and where it is wrong.
pub fn read(file: FileId, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Header> {
    let body = text.strip_prefix(OPEN)?;
    let body = &body[..body.find("\n--}}")?];
    let span = |start: usize, end: usize| {
        let at = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
        Span { file, start: at(start), end: at(end) }
    };
    let mut wrong = Vec::new();
    let mut said: [Option<(&str, Span)>; 4] = [None; 4];
    let mut at = OPEN.len();
    for line in body.split('\n') {
        let start = at;
        at += line.len() + 1;
        let Some((key, value)) = line.split_once(':') else {
            if !line.trim().is_empty() {
                let message = "this is no line of a header";
                wrong.push(
                    Diagnostic::new(HEADER, span(start, start + line.len()), message)
                        .label("expected as in `each: element`"),
                );
            }
            continue;
        };
        let of_key = span(start, start + key.len());
        let (value, offset) = (value.trim(), key.len() + 1 + (value.len() - value.trim_start().len()));
        let place = span(start + offset, start + offset + value.len());
        match KEYS.iter().position(|known| *known == key) {
            Some(known) if said[known].is_some() => {
                wrong.push(Diagnostic::new(HEADER, of_key, format!("`{key}` is given twice")));
            }
            Some(known) => said[known] = Some((value, place)),
            None => {
                let diagnostic = Diagnostic::new(HEADER, of_key, format!("unknown key `{key}`"));
                wrong.push(match suggest(key, KEYS) {
                    Some(near) => diagnostic.meant(of_key, near),
                    None => diagnostic.note(format!("expected {}", listed(KEYS, "or"))),
                });
            }
        }
    }
    let needed: &[usize] = if said[3].is_some() { &[0] } else { &[0, 1, 2] };
    if let Some(at) = needed.iter().find(|at| said[**at].is_none()).filter(|_| wrong.is_empty()) {
        let message = format!("the header does not say `{}`", KEYS[*at]);
        wrong.push(
            Diagnostic::new(HEADER, span(0, OPEN.len() - 1), message)
                .note("it says `context`, and `each` and `path` or `region`, in lines of their own"),
        );
    }
    if let Some((version, place)) = said[0]
        && version != VERSION.to_string()
    {
        wrong.push(
            Diagnostic::new(HEADER, place, format!("there is no context of version `{version}`"))
                .label(format!("this elementc has version {VERSION}"))
                .note("see docs/templates.md for what has changed"),
        );
    }
    let mut header = None;
    match said {
        [_, None, None, Some((name, place))] => {
            let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            if name.is_empty() || !name.chars().all(word) {
                let message = "the name of a region is one word of small letters, digits and `-`";
                wrong.push(Diagnostic::new(HEADER, place, message));
            }
            header = Some(Header::Region(Region { name: name.to_owned(), span: place }));
        }
        [_, Some((_, place)), _, Some(_)] | [_, _, Some((_, place)), Some(_)] => {
            let message = "what a region shows has no file of its own";
            wrong.push(Diagnostic::new(HEADER, place, message).label("not beside `region`"));
        }
        [_, Some((word, place)), Some((path, at_path)), None] => {
            match Each::WORDS.iter().find(|(known, _)| *known == word) {
                Some((_, each)) => {
                    header =
                        Some(Header::Target(Output { each: *each, path: path.to_owned(), span: at_path }));
                }
                None => {
                    let words = Each::WORDS.map(|(known, _)| known);
                    let message = format!("there is nothing to render for each `{word}`");
                    let diagnostic = Diagnostic::new(HEADER, place, message);
                    wrong.push(match suggest(word, words) {
                        Some(near) => diagnostic.meant(place, near),
                        None => diagnostic.note(format!("expected {}", listed(words, "or"))),
                    });
                }
            }
        }
        _ => {}
    }
    let header = header.filter(|_| wrong.is_empty());
    diagnostics.append(&mut wrong);
    header
}
