//! Text: what is wrong with a page wherever it stands, in prose or code.
//!
//! In: the text of a page, and where its code stands. Out: credentials, secrets in URLs, URLs that are
//! none, and placeholders that vanish.

use super::blocks::{Block, Page};
use super::{Checker, SECRET, URL, VANISHING, is_secret};
use crate::check::live::looks_live;
use crate::diagnostic::Diagnostic;
use std::collections::HashSet;
use std::ops::Range;

/// What ends a word.
const ENDS: &str = "<>\"'`,;()&=?";

/// HTML that needs no end tag (HTML Living Standard, §13.1.2).
const ALONE: [&str; 29] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
    "p", "li", "td", "tr", "th", "dt", "dd", "option", "thead", "tbody", "tfoot", "colgroup", "rp", "rt",
    "body", "html",
];

/// Attributes of HTML that need no value.
const BARE: [&str; 7] = ["checked", "disabled", "hidden", "nowrap", "readonly", "required", "selected"];

/// What Liquid and HTML keep from being Markdown, from where to where.
const APART: [(&str, &str); 7] = [
    ("{% highlight", "{% endhighlight"),
    ("{% raw", "{% endraw"),
    ("{%", "%}"),
    ("{{", "}}"),
    ("<!--", "-->"),
    ("<script", "</script"),
    ("<style", "</style"),
];

impl Checker<'_> {
    /// Looks for credentials anywhere in the text.
    pub(super) fn credentials(&mut self, page: &Page) {
        let code = Ranges::of(page.code.clone());
        let mut at = 0;
        for word in self.text.split(|c: char| c.is_whitespace() || ENDS.contains(c)) {
            let start = at;
            at += word.len() + self.text[at + word.len()..].chars().next().map_or(0, char::len_utf8);
            // Links in prose lead to documents with long identifiers.
            let link = word.contains("://") && !code.contain(start);
            if let Some(what) = looks_live(word).filter(|_| !link) {
                let range = start..start + word.len();
                self.masked.push(range.clone());
                let diagnostic =
                    Diagnostic::new(SECRET, self.span(range), "this looks like a live credential")
                        .label(what)
                        .note("show an obvious fake instead, and revoke the credential if it is real");
                self.diagnostics.push(diagnostic);
            }
        }
    }

    /// Looks for secrets in URLs that a browser opens: all but those of the platform and of commands.
    pub(super) fn urls(&mut self, commands: &[&Block]) {
        let commands = Ranges::of(commands.iter().map(|block| block.place(0..block.text.len())).collect());
        let mut done = 0;
        for (at, _) in self.text.match_indices("://") {
            // A URL within one is part of it.
            if at < done {
                continue;
            }
            let url = url(&self.text[at..]);
            done = at + url.len();
            let Some((path, query)) = url.split_once('?') else { continue };
            if path.ends_with("/oauth/url") || path.ends_with("/oauth/token") || commands.contain(at) {
                continue;
            }
            let mut start = at + path.len() + 1;
            for pair in query.split('&') {
                if let Some((key, value)) = pair.split_once('=')
                    && is_secret(key)
                    && !value.is_empty()
                {
                    self.secret_in_url(key, start..start + pair.len());
                }
                start += pair.len() + 1;
            }
        }
    }

    /// Reports `key=value` in a URL.
    pub(super) fn secret_in_url(&mut self, key: &str, pair: Range<usize>) {
        self.masked.push((pair.start + key.len() + 1).min(pair.end)..pair.end);
        self.say(SECRET, pair, format!("`{key}` is a secret in a URL that a browser opens"));
    }

    /// Reports URLs with a mistyped beginning, as in `https;//`, where nothing else is said.
    pub(super) fn mistyped(&mut self) {
        let range = |d: &Diagnostic| d.primary.span.start as usize..d.primary.span.end as usize;
        let said = Ranges::of(self.diagnostics.iter().map(range).collect());
        let mut done = 0;
        for (start, _) in self.text.match_indices("http") {
            let rest = &self.text[start + 4..];
            let (scheme, rest) = rest.strip_prefix('s').map_or(("http", rest), |rest| ("https", rest));
            let single = rest.starts_with(":/") && !rest.starts_with("://");
            let mistyped = single || [";/", ";%", "//", ":%"].iter().any(|wrong| rest.starts_with(wrong));
            let within = start < done || self.text[..start].ends_with(char::is_alphanumeric);
            if mistyped && !within && !said.contain(start) {
                done = start + url(&self.text[start..]).len();
                let diagnostic = Diagnostic::new(URL, self.span(start..done), "this is no URL");
                self.diagnostics.push(diagnostic.label(format!("expected `{scheme}://`")));
            }
        }
    }

    /// Reports `<what stands in angle brackets>` in prose: renderers take it for HTML.
    pub(super) fn vanishing(&mut self, page: &Page) {
        let code = Ranges::of(page.code.clone());
        let apart = Ranges::of(page.code.iter().cloned().chain(kept_apart(self.text, &code)).collect());
        let ended: HashSet<String> =
            self.text.split("</").skip(1).map(|rest| name(rest).to_lowercase()).collect();
        for (start, _) in self.text.match_indices('<') {
            let rest = &self.text[start + 1..];
            let end = rest.find(['<', '>']).filter(|end| rest[*end..].starts_with('>'));
            let Some(inner) = end.map(|end| &rest[..end]) else { continue };
            let name = name(inner);
            let escaped = self.text[..start].bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 1;
            let tag = name.starts_with(|c: char| c.is_ascii_alphabetic())
                && !inner.contains("\n\n")
                && !inner.contains(['=', '@', '\\'])
                && !inner.contains("//")
                && !inner.ends_with('/');
            if !tag || escaped || apart.contain(start) {
                continue;
            }
            let mut attributes = inner[name.len()..].split_whitespace();
            let name = name.to_lowercase();
            let alone = ALONE.contains(&&*name) && attributes.all(|word| BARE.contains(&word));
            if !alone && !ended.contains(&name) {
                let range = start..start + inner.len() + 2;
                let shown = inner.split_whitespace().collect::<Vec<_>>().join(" ");
                let message = format!("`<{shown}>` is taken for HTML, and vanishes");
                let diagnostic = Diagnostic::new(VANISHING, self.span(range), message);
                self.diagnostics
                    .push(diagnostic.note(format!("write `&lt;{shown}&gt;`, or put it into backticks")));
            }
        }
    }
}

/// The name that a tag begins with.
fn name(inner: &str) -> &str {
    &inner[..inner.find(|c: char| !(c.is_alphanumeric() || "-_:.".contains(c))).unwrap_or(inner.len())]
}

/// The URL that a text begins with.
fn url(text: &str) -> &str {
    let ends = |c: char| c.is_whitespace() || "<>\"'`)".contains(c);
    &text[..text.find(ends).unwrap_or(text.len())]
}

/// The parts of a text that are kept apart.
fn kept_apart(text: &str, code: &Ranges) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut endless = [false; APART.len()];
    let mut at = 0;
    while let Some(from) = text[at..].find(['<', '{']).map(|found| at + found) {
        at = from + 1;
        let opens = |i: &usize| !endless[*i] && text[from..].starts_with(APART[*i].0);
        let Some(i) = (0..APART.len()).find(opens).filter(|_| !code.contain(from)) else { continue };
        match text[from..].find(APART[i].1) {
            Some(end) => {
                at = from + end;
                parts.push(from..at);
            }
            None => endless[i] = true,
        }
    }
    parts
}

/// Ranges in order, none overlapping.
struct Ranges(Vec<Range<usize>>);

impl Ranges {
    fn of(mut all: Vec<Range<usize>>) -> Self {
        all.sort_by_key(|range| (range.start, range.end));
        let mut merged: Vec<Range<usize>> = Vec::with_capacity(all.len());
        for range in all {
            match merged.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        Self(merged)
    }

    fn contain(&self, at: usize) -> bool {
        let after = self.0.partition_point(|range| range.start <= at);
        after > 0 && at < self.0[after - 1].end
    }
}
