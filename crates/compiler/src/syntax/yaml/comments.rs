//! Comments, which the tree leaves out.
//!
//! In: the text of one file. Out: where its comments are; a `#` in a text, quoted or not, is none.

use super::recover::is_key;
use granit_parser::{Event, Parser};
use std::ops::Range;

/// The comments of a text in bytes, each from its `#` to the end of what it says, in the order of
/// the text. After broken syntax it goes on with the next key at the margin, as the tree does.
pub fn comments(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut base = 0;
    loop {
        let Err(broken) = pass(text, base, &mut found) else { return found };
        let mut start = base;
        let next = text[base..].split_inclusive('\n').find_map(|line| {
            let at = start;
            start += line.len();
            (at > base && at >= broken && is_key(line)).then_some(at)
        });
        match next {
            Some(next) => base = next,
            None => return found,
        }
    }
}

/// Reads from the base; fails with the place of the first mistake.
fn pass(text: &str, base: usize, found: &mut Vec<Range<usize>>) -> Result<(), usize> {
    let mut options = granit_parser::options! { emit_unresolved_aliases: true };
    options.set_emit_comments(true);
    options.max_buffered_comment_events = usize::MAX;
    for event in Parser::new_from_str_with_options(&text[base..], options) {
        let (event, span) = event.map_err(|error| base + error.marker().byte_offset().unwrap_or_default())?;
        if let (Event::Comment(..), Some(range)) = (event, span.byte_range()) {
            let said = text[base + range.start..base + range.end].trim_end().len();
            found.push(base + range.start..base + range.start + said);
        }
    }
    Ok(())
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
