//! Punctuation: what ends a line, or begins a comment, elsewhere, and is part of the value in YAML.

use super::texts::READ;
use super::{Rule, Scope, Written};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::leaf::{as_boolean, as_number};

/// See the module.
pub const RULE: Rule = Rule { codes: &[FOREIGN], scope: Scope::Text(run) };

const FOREIGN: Code = Code("W0709");

fn run(written: &Written, found: &mut Vec<Diagnostic>) {
    let (Some(text), Some(key), span) = (written.node.text(), written.key, written.node.span) else { return };
    let ends = matches!(text.as_bytes().last(), Some(b',' | b';'));
    let after = || &written.text[span.end as usize..];
    let is_commented = || written.has_comments && after().bytes().find(|byte| *byte != b' ') == Some(b'#');
    if !(ends || key.name == "hub" || is_commented()) || written.is_in_list || written.is_extension() {
        return;
    }
    // What stands in quotes is meant so.
    if written.text[span.start as usize..].starts_with(['"', '\'', '|', '>']) {
        return;
    }
    let path = || written.path.join(".");
    let is_url = || text.starts_with("http") && text.contains("://") && !text.contains(char::is_whitespace);
    let is_read = READ.contains(&key.name);
    // What nobody could have meant as text; of what has a type, another rule says so.
    let is_native = || {
        if matches!(key.name, "value" | "default" | "example") {
            return false;
        }
        let native = &text[..text.len() - 1];
        as_boolean(native).is_some() || as_number(native).is_some()
    };
    if ends && (is_read || is_url() || is_native()) {
        let last = Span { start: span.end - 1, ..span };
        let message = format!("`{}` ends in `{}`", path(), &text[text.len() - 1..]);
        found.push(
            Diagnostic::new(FOREIGN, last, message)
                .label("part of the value")
                .note("in YAML the end of the line ends a value; if it belongs there, write quotes")
                .replace(last, ""),
        );
    } else if written.path == ["hub"] && (text.contains('#') || text.contains("//")) {
        found.push(
            Diagnostic::new(FOREIGN, span, format!("`hub` is `{text}`"))
                .label("all of it is the value")
                .note("a comment begins with a blank and `#`"),
        );
    } else if is_read && let Some(whole) = cut(after()) {
        let bytes = |text: &str| u32::try_from(text.len()).unwrap_or_default();
        let end = span.end + bytes(whole);
        let comment = Span { start: end - bytes(whole.trim_start()), end, ..span };
        found.push(
            Diagnostic::new(FOREIGN, comment, format!("`{}` ends before this `#`", path()))
                .label("a comment, no part of the text")
                .note("text with ` #` stands in quotes; if it is a comment, write a blank behind `#`")
                .change(Span { end, ..span }, format!("{text}{whole}")),
        );
    }
}

/// What follows a value in its line, if it is a comment that looks like the rest of the text: `#1` or `#`
/// alone. Some write all of their comments without a blank.
fn cut(after: &str) -> Option<&str> {
    let rest = after.lines().next()?.trim_end();
    let comment = rest.trim_start_matches(' ').strip_prefix('#')?;
    (comment.is_empty() || comment.starts_with(|c: char| c.is_ascii_digit())).then_some(rest)
}
