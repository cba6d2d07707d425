//! What somebody may have meant.
//!
//! In: a word and the words that would have been right. Out: the closest, if it is close. The time
//! it takes is bounded by the number of candidates, whatever the word: long words are not compared.

/// Words longer than this, in bytes, get no suggestion.
const LONGEST: usize = 64;

/// The candidate that is closest to a word, if it is close: of the longer of the two, at most a
/// third of the characters have to be inserted, dropped, replaced or swapped with their neighbour.
/// Case and separators (`apiKey`, `api_key`, `API.key`) count as one change altogether. Of
/// several, the first. Words longer than 64 bytes have no suggestion.
///
/// ```
/// use elementc_runtime::suggest;
///
/// let known = ["signature", "oauth.api.key"];
/// assert_eq!(suggest("signiture", known.into_iter()), Some("signature"));
/// assert_eq!(suggest("OAUTH_API_KEY", known.into_iter()), Some("oauth.api.key"));
/// assert_eq!(suggest("tags", known.into_iter()), None);
/// ```
pub fn suggest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > LONGEST {
        return None;
    }
    let mut buffer = ['\0'; LONGEST];
    let word_chars = chars(word, &mut buffer);
    let word_letters = letters(word);
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        // To be suggested, it must come closer than the best so far.
        let longer = word.len().max(candidate.len());
        let limit = best.map_or(longer / 3, |(distance, _)| (longer / 3).min(distance.saturating_sub(1)));
        if candidate.len() > LONGEST || limit == 0 {
            continue;
        }
        if folds_alike(word, candidate) {
            best = Some((1, candidate));
            continue;
        }
        // Bounds from below that cost nothing: a change alters the length by one at most, and the
        // set of letters by two.
        let differing = (word_letters ^ letters(candidate)).count_ones() as usize;
        if word.len().abs_diff(candidate.len()) > limit * 4 || differing > limit * 2 {
            continue;
        }
        let mut buffer = ['\0'; LONGEST];
        let candidate_chars = chars(candidate, &mut buffer);
        if let Some(distance) = distance(word_chars, candidate_chars, limit) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The characters of a word of at most [`LONGEST`] bytes.
fn chars<'b>(word: &str, buffer: &'b mut [char; LONGEST]) -> &'b [char] {
    let mut length = 0;
    for (slot, letter) in buffer.iter_mut().zip(word.chars()) {
        *slot = letter;
        length += 1;
    }
    buffer.get(..length).unwrap_or_default()
}

/// The set of characters, roughly: one bit each, several may share one.
fn letters(word: &str) -> u64 {
    word.chars().fold(0, |set, letter| set | 1 << (u32::from(letter) % 64))
}

/// Whether two words are equal but for case and separators.
fn folds_alike(left: &str, right: &str) -> bool {
    fn folded(word: &str) -> impl Iterator<Item = u8> {
        let kept = word.bytes().filter(|byte| !matches!(byte, b'.' | b'_' | b'-' | b' '));
        kept.map(|byte| byte.to_ascii_lowercase())
    }
    folded(left).eq(folded(right))
}

/// How many characters have to be inserted, dropped, replaced or swapped with their neighbour
/// (optimal string alignment), if no more than `limit`.
fn distance(mut left: &[char], mut right: &[char], limit: usize) -> Option<usize> {
    // What they share at both ends cannot cost anything; mostly hardly anything is left.
    while let ([first, left_rest @ ..], [other, right_rest @ ..]) = (left, right)
        && first == other
    {
        (left, right) = (left_rest, right_rest);
    }
    while let ([left_rest @ .., last], [right_rest @ .., other]) = (left, right)
        && last == other
    {
        (left, right) = (left_rest, right_rest);
    }
    if left.len().abs_diff(right.len()) > limit {
        return None;
    }
    // Rows of the table: the one before the last, the last, this one.
    let mut rows = [[0usize; LONGEST + 1]; 3];
    let [before, last, row] = &mut rows;
    let (mut before, mut last, mut row) = (before, last, row);
    for (column, cost) in last.iter_mut().enumerate() {
        *cost = column;
    }
    for (i, a) in left.iter().enumerate() {
        row[0] = i + 1;
        let mut least = row[0];
        for (j, b) in right.iter().enumerate() {
            let mut cost = (last[j] + usize::from(a != b)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && left.get(i - 1) == Some(b) && right.get(j - 1) == Some(a) {
                cost = cost.min(before[j - 1] + 1);
            }
            row[j + 1] = cost;
            least = least.min(cost);
        }
        if least > limit {
            return None;
        }
        (before, last, row) = (last, row, before);
    }
    last.get(right.len()).copied().filter(|&cost| cost <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_is_suggested() {
        let cases: [(&str, &[&str], Option<&str>); 12] = [
            ("signiture", &["signature", "sig"], Some("signature")),
            ("sginature", &["signature"], Some("signature")),
            ("webhooks", &["polling", "webhook"], Some("webhook")),
            ("callbackURL", &["callback", "callbackUrl"], Some("callbackUrl")),
            ("api_key", &["apiKeys", "apiKey"], Some("apiKey")),
            ("abcdef", &["abcxyf", "abcdxf"], Some("abcdxf")),
            ("abc", &["abd", "abe"], Some("abd")),
            ("ab", &["ac"], None),
            ("x", &["y"], None),
            ("", &["a", ""], None),
            ("password", &["username"], None),
            ("grüße", &["grüsse"], Some("grüsse")),
        ];
        for (word, candidates, expected) in cases {
            assert_eq!(suggest(word, candidates.iter().copied()), expected, "{word}");
        }
        let long = "a".repeat(65);
        assert_eq!(suggest(&long, [long.as_str()].into_iter()), None);
        let longest = "ab".repeat(32);
        assert_eq!(suggest(&longest, ["ab"].into_iter()), None);
        assert_eq!(suggest(&longest, [&longest[1..]].into_iter()), Some(&longest[1..]));
    }
}
