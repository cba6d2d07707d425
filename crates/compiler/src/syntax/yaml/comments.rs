//! Comments, which the tree leaves out.
//!
//! In: the text of one file. Out: where its comments are; a `#` in a text, quoted or not, is none.

use super::build::RESUME_LIMIT;
use super::recover::is_key;
use granit_parser::{Event, Parser};
use std::ops::Range;

/// The comments of a text in bytes, each from its `#` to the end of what it says, in the order of
/// the text. After broken syntax it goes on with the next key at the margin, as the tree does.
pub fn comments(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut base = 0;
    for _ in 0..=RESUME_LIMIT {
        let Some(last) = pass(text, base, &mut found) else { break };
        let mut start = base;
        let next = text[base..].split_inclusive('\n').find_map(|line| {
            let at = start;
            start += line.len();
            (at > base && at >= last && is_key(line)).then_some(at)
        });
        match next {
            Some(next) => base = next,
            None => break,
        }
    }
    found
}

/// Reads from the base to the end, or to broken syntax: then returns where the last thing before it
/// begins.
fn pass(text: &str, base: usize, found: &mut Vec<Range<usize>>) -> Option<usize> {
    let mut options = granit_parser::options! { emit_unresolved_aliases: true };
    options.set_emit_comments(true);
    options.max_buffered_comment_events = usize::MAX;
    let mut last = base;
    for event in Parser::new_from_str_with_options(&text[base..], options) {
        let Ok((event, span)) = event else { return Some(last) };
        let Some(range) = span.byte_range() else { continue };
        last = last.max(base + range.start);
        if matches!(event, Event::Comment(..)) {
            let said = text[base + range.start..base + range.end].trim_end();
            found.push(base + range.start..base + range.start + said.len());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::comments;

    #[test]
    fn a_hash_in_a_text_is_none() {
        for (text, expected) in [
            ("# a\n", &["# a"][..]),
            ("a: b # c\r\nd: e\r\n", &["# c"]),
            ("a: b#c\n", &[]),
            ("a: \"b # c\" # d\n", &["# d"]),
            ("a: 'b # c'' # d' # e\n", &["# e"]),
            ("\"a # b\": c # d\n", &["# d"]),
            ("a: \"b\n  # c\n  d\" # e\n", &["# e"]),
            ("a: | # b\n  c # d\n  # e\n# f\ng: h\n", &["# b", "# f"]),
            ("a: >\n  b # c\n\n  # d\ne: f # g\n", &["# g"]),
            ("a: [b, # c\n  d] # e\n", &["# c", "# e"]),
            ("a: # b\n  # c\n  d: e\n", &["# b", "# c"]),
            ("- a # b\n- # c\n  d\n", &["# b", "# c"]),
            ("\u{feff}# a\nb: é # ü  \n", &["# a", "# ü"]),
            ("a: b # c\nd: [e\nf: g # h\ni: \"# j\" # k\n", &["# c", "# h", "# k"]),
            ("a: *b # c\nd: &e f # g\n", &["# c", "# g"]),
            ("a: b # c\n---\nd: e # f\n", &["# c", "# f"]),
            ("", &[]),
            ("a: b\n# last", &["# last"]),
        ] {
            let found: Vec<&str> = comments(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn many_of_them_are_all_found() {
        let text = format!("a:\n{}  b: c\n", "  # d\n".repeat(500));
        assert_eq!(comments(&text).len(), 500);
    }
}
