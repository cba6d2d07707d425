//! JSON: the text of a file becomes values, and what they cannot hold is told.

use super::facts::{Finding, FindingKind};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value as Json};

/// Reads a text. A member that stands there twice, and half a character, are no reason to refuse all.
///
/// # Errors
/// It is no JSON.
pub fn read(text: &str, findings: &mut Vec<Finding>) -> Result<Json, serde_json::Error> {
    match values(text, findings) {
        Ok(json) => Ok(json),
        Err(error) => {
            let whole = without_halves(text).ok_or(error)?;
            let text =
                "half of a character, `\\u` with a lone surrogate: `\u{fffd}` stands for it".to_owned();
            findings.push(Finding { kind: FindingKind::LeftOut, text });
            values(&whole, findings)
        }
    }
}

fn values(text: &str, findings: &mut Vec<Finding>) -> Result<Json, serde_json::Error> {
    let mut again = Vec::new();
    let mut reader = serde_json::Deserializer::from_str(text);
    let json = Values { again: &mut again }.deserialize(&mut reader)?;
    reader.end()?;
    for member in again {
        let text = format!("`{member}`, which is given twice: the last one counts");
        findings.push(Finding { kind: FindingKind::LeftOut, text });
    }
    Ok(json)
}

/// Values, and the names of the members that stand there twice.
struct Values<'a> {
    again: &'a mut Vec<String>,
}

impl<'de> DeserializeSeed<'de> for Values<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Values<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element_seed(Values { again: &mut *self.again })? {
            all.push(item);
        }
        Ok(Json::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut all = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            let value = members.next_value_seed(Values { again: &mut *self.again })?;
            if all.insert(key.clone(), value).is_some() {
                self.again.push(key.chars().filter(|c| !c.is_control()).take(40).collect());
            }
        }
        Ok(Json::Object(all))
    }
}

/// A text whose lone surrogates are replaced, if it has any.
fn without_halves(text: &str) -> Option<String> {
    let code = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u32::from_str_radix(digits, 16).ok()
    };
    let (mut out, mut copied, mut at) = (String::new(), 0, 0);
    while let Some(next) = text[at..].find('\\').map(|found| at + found) {
        at = match (code(next), code(next + 6)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => next + 12,
            (Some(0xD800..=0xDFFF), _) => {
                out.push_str(&text[copied..next]);
                out.push_str("\\ufffd");
                copied = next + 6;
                copied
            }
            // What is escaped is no beginning of an escape.
            _ => next + 1 + text[next + 1..].chars().next().map_or(0, char::len_utf8),
        };
    }
    (copied > 0).then(|| out + &text[copied..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_there_twice_is_told() {
        let mut findings = Vec::new();
        let json = read(r#"{"a":1,"b":[{"c":1.5,"c":-2}],"a":null}"#, &mut findings).expect("it is JSON");
        assert_eq!(json, serde_json::json!({ "a": null, "b": [{ "c": -2 }] }));
        let told: Vec<&str> = findings.iter().map(|f| &f.text[..3]).collect();
        assert_eq!(told, ["`c`", "`a`"]);
    }

    #[test]
    fn half_a_character_is_replaced() {
        for (text, expected) in [
            (r#""\ud800""#, "\u{fffd}"),
            (r#""\udc00x\\ud800""#, "\u{fffd}x\\ud800"),
            (r#""\ud83d\ude00 \ud83dx""#, "\u{1f600} \u{fffd}x"),
        ] {
            assert_eq!(read(text, &mut Vec::new()).expect("it is JSON"), expected, "{text}");
        }
        for text in [r#""\ud8"#, r#""\"#, r#""\é"#, "{"] {
            assert!(read(text, &mut Vec::new()).is_err(), "{text}");
        }
    }
}
