//! Escaping: a value becomes text that means the same in the language around it.
//!
//! In: any text. Out: the text as POSIX shell, YAML, JSON, Markdown or a URL. All of it also survives
//! Liquid, which Jekyll runs over a page first: no result but a fence's holds `{{` or `{%`.

use crate::emit::pretty::Pretty;
use crate::{has_byte, has_pair};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value as Json;

/// What RFC 3986 §2.3 leaves as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encoded UTF-8 (RFC 3986 §2.1).
#[must_use]
pub fn percent(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// One word of POSIX shell, always in quotes (POSIX.1-2017, Shell Command Language, §2.2.2).
#[must_use]
pub fn shell(text: &str) -> String {
    let text = text.replace('\'', r"'\''");
    // Whoever reads or copies a block of code takes any line break for a line feed.
    let text = text.replace('\r', r#"'"$(printf '\r')"'"#);
    // Two quoted words side by side are one, and keep Liquid's braces apart.
    format!("'{}'", apart(&text, "''"))
}

/// Puts something between `{` and a following `{` or `%`.
fn apart(text: &str, between: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        if before == '{' && matches!(c, '{' | '%') {
            out.push_str(between);
        }
        out.push(c);
        before = c;
    }
    out
}

/// JSON as people read it, indented by two spaces, without a final line feed.
#[must_use]
pub fn json(json: &Json) -> String {
    let text = Pretty::of(json);
    if !has_pair(&text, |a, b| (a == b'{') & ((b == b'{') | (b == b'%'))) {
        return text;
    }
    // Braces side by side stand in strings only, where any character may be written by its number.
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = ' ';
    for c in text.chars() {
        match c {
            '{' | '%' if before == '{' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            _ => out.push(c),
        }
        before = c;
    }
    out
}

/// A scalar of YAML 1.1 and 1.2: plain where all readers take it for text, else in double quotes.
#[must_use]
pub fn yaml(text: &str) -> String {
    let word =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '/' | '|' | '(' | ')');
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text.chars().all(word)
        && !text.ends_with(' ')
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
            .contains(&text.to_ascii_lowercase().as_str());
    if plain {
        return text.to_owned();
    }
    // What JSON leaves as it is and some YAML reader takes for a line break or does not take at all.
    let unprintable = |c: char| {
        c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
    };
    let mut out = String::new();
    for c in Json::from(text).to_string().chars() {
        if unprintable(c) {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
}

/// What may mean something in Markdown, wherever it stands.
const MARKUP: [u8; 16] = *b"&<>|~{$_\\*[]`#@:";

/// Prose of Markdown (CommonMark, GitHub and kramdown alike), in a paragraph, a list or a table: one
/// line in which nothing is markup or HTML.
#[must_use]
pub fn markdown(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { escaped(text) }
}

/// Whether nothing is to be escaped, as in most sentences; `false` in doubt.
fn is_plain(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !has_byte(text, |byte| !matches!(byte, b' '..=b'~') | MARKUP.contains(&byte))
        && !has_pair(text, |a, b| ((a == b' ') & (b == b' ')) | ((a == b'w') & (b == b'.')))
        && !text.ends_with(' ')
}

fn escaped(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = String::with_capacity(line.len() + 8);
    let mut chars = line.chars().peekable();
    let mut before = ' ';
    let mut start = true;
    while let Some(c) = chars.next() {
        let inside = before.is_alphanumeric() && chars.peek().is_some_and(|next| next.is_alphanumeric());
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '|' => out.push_str("&#124;"),
            '~' => out.push_str("&#126;"),
            '{' => out.push_str("&#123;"),
            '$' => out.push_str("&#36;"),
            '_' if inside => out.push('_'),
            '\\' | '*' | '_' | '[' | ']' => out.extend(['\\', c]),
            // kramdown looks for code in a table before it looks for backslashes.
            '`' => out.push_str("&#96;"),
            '#' => out.push_str("&#35;"),
            '+' | '-' | '=' | ':' if start => out.push_str(&format!("&#{};", u32::from(c))),
            // `1.` and `1)` would begin a list.
            '.' | ')' if before.is_ascii_digit() && out.chars().all(|c| c.is_ascii_digit()) => {
                out.extend(['\\', c]);
            }
            // What GitHub makes a link of.
            ':' if out.ends_with("http") || out.ends_with("https") || out.ends_with("ftp") => {
                out.push_str("&#58;")
            }
            '.' if out.ends_with("www") => out.push_str("&#46;"),
            '@' => out.push_str("&#64;"),
            _ => out.push(c),
        }
        start = false;
        before = c;
    }
    out
}

/// A code span of Markdown, in a paragraph, a list or a table.
#[must_use]
pub fn code(text: &str) -> String {
    let awkward = |c: char| c.is_control() || matches!(c, '`' | '|' | '\\' | '\u{2028}' | '\u{2029}');
    let rare = has_byte(text, |byte| !matches!(byte, b' '..=b'~') | matches!(byte, b'`' | b'|' | b'\\'));
    let apart = |a, b| ((a == b'{') & ((b == b'{') | (b == b'%'))) | ((a == b' ') & (b == b' '));
    let hard =
        text.is_empty() || text.trim() != text || rare && text.contains(awkward) || has_pair(text, apart);
    if !hard {
        return format!("`{text}`");
    }
    // HTML says what a code span cannot.
    let mut out = String::from("<code>");
    for c in text.chars() {
        if c.is_alphanumeric() || matches!(c, '-' | '.' | '/' | ',') {
            out.push(c);
        } else if c == ' ' && !out.ends_with(' ') && out != "<code>" {
            out.push(' ');
        } else if c == '\0' {
            // No reference stands for it; CommonMark §2.3 shows this in its place.
            out.push('\u{fffd}');
        } else {
            out.push_str(&format!("&#{};", u32::from(c)));
        }
    }
    out.push_str("</code>");
    out
}

/// A fenced block of Markdown: the fence is longer than any in the text.
#[must_use]
pub fn fence(language: &str, text: &str) -> String {
    let runs = text.split(|c| c != '`').map(str::len);
    let longest = if has_byte(text, |byte| byte == b'`') { runs.max().unwrap_or_default() } else { 0 };
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}", text.trim_matches('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two looks at one text: what the quick one lets through, the thorough one leaves as it is.
    #[test]
    fn what_is_plain_needs_no_escapes() {
        let mut plain = 0;
        for start in ["", "a", "a ", "http", "ftp", "ww", "1", "é"] {
            for (a, b) in (0..=127u8).flat_map(|a| (0..=127u8).map(move |b| (a, b))) {
                let text = format!("{start}{}{}w", char::from(a), char::from(b));
                if is_plain(&text) {
                    assert_eq!(escaped(&text), text);
                    plain += 1;
                }
            }
        }
        assert!(plain > 10_000, "{plain}");
    }
}
