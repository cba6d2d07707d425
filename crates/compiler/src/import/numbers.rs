//! Numbers: those that would lose digits are read as text.

use std::borrow::Cow;

/// JSON with long numbers in quotes: 64 bits do not hold them.
pub fn exact(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let (mut out, mut copied, mut at) = (String::new(), 0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
            }
            b'-' | b'0'..=b'9' => {
                let start = at;
                while at < bytes.len() && matches!(bytes[at], b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')
                {
                    at += 1;
                }
                if is_lost(&text[start..at]) {
                    out.push_str(&text[copied..start]);
                    out.push_str(&format!("\"{}\"", &text[start..at]));
                    copied = at;
                }
            }
            _ => at += 1,
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

fn is_lost(number: &str) -> bool {
    let digits = number.split(['e', 'E']).next().unwrap_or_default().trim_start_matches(['-', '0', '.']);
    digits.bytes().filter(u8::is_ascii_digit).count() > 17
        && number.parse::<i64>().is_err()
        && number.parse::<u64>().is_err()
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_digit_is_lost() {
        for (text, expected) in [
            (r#"{"a":[1,-2.5e3,18446744073709551615]}"#, r#"{"a":[1,-2.5e3,18446744073709551615]}"#),
            (
                r#"{"a\"":12345678901234567890123,"b":"12345678901234567890123"}"#,
                r#"{"a\"":"12345678901234567890123","b":"12345678901234567890123"}"#,
            ),
            ("[-0.12345678901234567890, 0.1]", "[\"-0.12345678901234567890\", 0.1]"),
        ] {
            assert_eq!(super::exact(text), expected);
        }
    }
}
