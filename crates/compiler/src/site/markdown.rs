//! Markdown to HTML that cannot do anything: raw HTML is text, and links lead to pages only.
//!
//! In: a page as emitted, front matter included. Out: HTML, and the headings with their anchors.

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use serde::Serialize;
use std::collections::HashMap;

/// A page as HTML.
pub struct Html {
    /// The elements to put into a document.
    pub html: String,
    /// Its headings, in order.
    pub outline: Vec<Heading>,
}

/// A heading, and where it is.
#[derive(Serialize)]
pub struct Heading {
    /// The anchor, without `#`.
    pub id: String,
    /// The words.
    pub text: String,
    /// 2 to 6, as in `<h2>`.
    pub level: u8,
}

/// Renders a page; `pages` says where the links to other pages of the element lead.
pub fn render(markdown: &str, pages: &HashMap<&str, String>) -> Html {
    let options = Options::ENABLE_TABLES | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let (mut events, mut outline): (Vec<Event>, Vec<Heading>) = Default::default();
    // What is open: front matter, the words of a heading, links that lead somewhere, `<code>`.
    let (mut skipping, mut heading, mut links, mut code) = (false, None, Vec::new(), false);
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Start(Tag::MetadataBlock(_)) => skipping = true,
            Event::End(TagEnd::MetadataBlock(_)) => skipping = false,
            _ if skipping => {}
            Event::Start(Tag::Heading { .. }) => heading = Some((events.len(), String::new())),
            Event::End(TagEnd::Heading(level)) => {
                if let Some((at, text)) = heading.take() {
                    let level = lowered(level);
                    let id = anchor(&text, &outline);
                    let start =
                        Tag::Heading { level, id: Some(id.clone().into()), classes: vec![], attrs: vec![] };
                    events.insert(at, Event::Start(start));
                    events.push(Event::End(TagEnd::Heading(level)));
                    outline.push(Heading { id, text, level: level as u8 });
                }
            }
            // What scrolls must be reachable by keyboard.
            Event::Start(Tag::Table(alignment)) => {
                events.push(ours(r#"<div class="scroll" role="group" aria-label="Table" tabindex="0">"#));
                events.push(Event::Start(Tag::Table(alignment)));
            }
            Event::End(TagEnd::Table) => events.extend([Event::End(TagEnd::Table), ours("</div>\n")]),
            Event::Start(Tag::CodeBlock(_)) => events.push(ours(r#"<pre tabindex="0"><code>"#)),
            Event::End(TagEnd::CodeBlock) => events.push(ours("</code></pre>\n")),
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let dest_url = destination(&dest_url, pages);
                links.push(dest_url.is_some());
                if let Some(dest_url) = dest_url {
                    events.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
                }
            }
            Event::End(TagEnd::Link) => {
                if links.pop() == Some(true) {
                    events.push(Event::End(TagEnd::Link));
                }
            }
            // An image would be fetched from somewhere: its words stand for it.
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => {}
            Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock) => {}
            Event::Html(text) if text.trim_start().starts_with("<!--") => {}
            Event::InlineHtml(text) if &*text == "<code>" && !code => {
                code = true;
                events.push(ours("<code>"));
            }
            Event::InlineHtml(text) if &*text == "</code>" && code => {
                code = false;
                events.push(ours("</code>"));
            }
            Event::Html(text) | Event::InlineHtml(text) => events.push(Event::Text(text)),
            other => {
                if let (Some((_, words)), Event::Text(text) | Event::Code(text)) = (&mut heading, &other) {
                    words.push_str(text);
                }
                // No span reaches past its block.
                if code && matches!(&other, Event::End(TagEnd::Paragraph | TagEnd::TableCell | TagEnd::Item))
                {
                    code = false;
                    events.push(ours("</code>"));
                }
                events.push(other);
            }
        }
    }
    let mut out = String::new();
    html::push_html(&mut out, events.into_iter());
    Html { html: out, outline }
}

/// HTML that is written here.
fn ours(html: &'static str) -> Event<'static> {
    Event::Html(html.into())
}

/// The first level is the title of the document around it.
fn lowered(level: HeadingLevel) -> HeadingLevel {
    if level == HeadingLevel::H1 { HeadingLevel::H2 } else { level }
}

/// Where a link may lead: to another page of the element, to a place in this one, to the web.
fn destination<'a>(to: &str, pages: &HashMap<&str, String>) -> Option<CowStr<'a>> {
    let decoded = percent_encoding::percent_decode_str(to).decode_utf8_lossy();
    if let Some(page) = pages.get(&*decoded) {
        return Some(page.clone().into());
    }
    let abroad = ["https://", "http://", "mailto:", "#"].iter().any(|start| to.starts_with(start));
    abroad.then(|| to.to_owned().into())
}

/// An anchor that no other heading has.
fn anchor(text: &str, taken: &[Heading]) -> String {
    let words: String =
        text.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    let words = words.split_whitespace().collect::<Vec<_>>().join("-");
    let base = format!("guide-{words}");
    let mut id = base.clone();
    let mut count = 1;
    while taken.iter().any(|heading| heading.id == id) {
        count += 1;
        id = format!("{base}-{count}");
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_page_can_act() {
        let cases = [
            ("---\ntitle: x\n---\n\nText", "<p>Text</p>\n"),
            ("<!-- a comment -->\n\nText", "<p>Text</p>\n"),
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("a <b onclick=x>b</b>", "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>\n"),
            ("<code>&#60;b&#62;</code>", "<p><code>&lt;b&gt;</code></p>\n"),
            ("</code> <code>", "<p>&lt;/code&gt; <code></code></p>\n"),
            ("[x](javascript:alert)", "<p>x</p>\n"),
            ("[x](JaVaScRiPt:alert) <data:text/html,x>", "<p>x data:text/html,x</p>\n"),
            ("[x](//evil.example)", "<p>x</p>\n"),
            ("[x](create-instance.basic.md)", "<p><a href=\"basic.html\">x</a></p>\n"),
            (
                "[x](https://example.com/\"onclick=)",
                "<p><a href=\"https://example.com/%22onclick=\">x</a></p>\n",
            ),
            ("![words](https://example.com/a.png)", "<p>words</p>\n"),
            ("# A <i>\n\n## A i", "<h2 id=\"guide-a\">A &lt;i&gt;</h2>\n<h2 id=\"guide-a-i\">A i</h2>\n"),
            (
                "```html onclick\n</pre><b>\n```",
                "<pre tabindex=\"0\"><code>&lt;/pre&gt;&lt;b&gt;\n</code></pre>\n",
            ),
        ];
        let pages = HashMap::from([("create-instance.basic.md", "basic.html".to_owned())]);
        for (markdown, html) in cases {
            assert_eq!(render(markdown, &pages).html, html, "{markdown}");
        }
    }
}
