//! Did you mean: the nearest of some words.
//!
//! In: a misspelt word and what could have been meant. Out: the best candidate, if any is near.

use std::fmt;
use std::ops::Deref;
use strsim::osa_distance;

/// Names that people bring from elsewhere (RFC 6749, RFC 7636, other catalogues) and what they
/// are called here. The left side is compared without case, dots, hyphens and underscores.
const SYNONYMS: &[(&str, &[&str])] = &[
    ("oauth", &["oauth2"]),
    ("clientid", &["oauth.api.key", "apiKey", "client_id"]),
    ("clientsecret", &["oauth.api.secret", "apiSecret"]),
    ("consumerkey", &["oauth.api.key", "apiKey"]),
    ("consumersecret", &["oauth.api.secret", "apiSecret"]),
    ("redirecturi", &["callbackUrl", "oauth.callback.url", "redirect_uri"]),
    ("redirecturl", &["callbackUrl", "oauth.callback.url", "redirect_uri"]),
    ("callback", &["callbackUrl", "oauth.callback.url", "callback"]),
    ("authorizationurl", &["authorize"]),
    ("authorizeurl", &["authorize"]),
    ("authorization", &["authorize"]),
    ("authorizationendpoint", &["authorize"]),
    ("authurl", &["authorize"]),
    ("accesstokenurl", &["access", "token"]),
    ("tokenurl", &["access", "token"]),
    ("tokenendpoint", &["access", "token"]),
    ("revocation", &["revoke"]),
    ("revocationendpoint", &["revoke"]),
    ("revocationurl", &["revoke"]),
    ("revokeurl", &["revoke"]),
    ("clientsecretbasic", &["header"]),
    ("clientsecretpost", &["body"]),
    ("scopeseparator", &["separator"]),
    ("scope", &["scopes", "scope"]),
    ("logo", &["image"]),
    ("aliases", &["synonyms"]),
    ("if", &["when"]),
    ("label", &["title"]),
    ("name", &["title"]),
    ("enum", &["values"]),
    ("options", &["values"]),
    ("desc", &["description"]),
    ("defaultvalue", &["default"]),
    ("regex", &["pattern"]),
    ("regexp", &["pattern"]),
    ("minimum", &["min"]),
    ("maximum", &["max"]),
    ("const", &["value"]),
    ("constant", &["value"]),
    ("sensitive", &["secret"]),
    ("encrypted", &["secret"]),
    ("password", &["secret"]),
    ("mandatory", &["required"]),
    ("auth", &["authentication"]),
    ("config", &["configuration"]),
    ("settings", &["configuration"]),
    ("parent", &["extends"]),
    ("inherits", &["extends"]),
    ("mixins", &["traits"]),
    ("uri", &["url"]),
    ("int", &["integer"]),
    ("float", &["number"]),
    ("bool", &["boolean"]),
    ("text", &["string"]),
    ("date", &["datetime"]),
    ("timestamp", &["datetime"]),
    ("array", &["list"]),
    ("object", &["json"]),
    ("webhooks", &["webhook"]),
];

/// Names of the opposite: whoever meant one has to turn its value too.
const OPPOSITES: &[(&str, &str)] =
    &[("optional", "required"), ("nullable", "required"), ("public", "secret")];

fn folded(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Names that the standards give to what the platform has under a name of its own.
const STANDARD: [&str; 6] =
    ["clientid", "clientsecret", "consumerkey", "consumersecret", "redirecturi", "redirecturl"];

/// What else a name of the standards may be called here; nothing for any other. Each key of an element is
/// asked: without making words of it.
#[must_use]
pub fn called_otherwise(word: &str) -> &'static [&'static str] {
    if !word.starts_with(['c', 'C', 'r', 'R']) {
        return &[];
    }
    let letters = || word.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase());
    let is_it = |name: &str| letters().eq(name.bytes());
    let names = SYNONYMS.iter().find(|(from, _)| STANDARD.contains(from) && is_it(from));
    names.map_or(&[], |(_, to)| *to)
}

/// What was probably meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Near<'a> {
    /// The word.
    pub word: &'a str,
    /// Whether a machine may put it there: it is the same but for punctuation, another name of it, or a slip
    /// of the pen away from it and from nothing else.
    pub is_sure: bool,
}

impl Deref for Near<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        self.word
    }
}

impl fmt::Display for Near<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word)
    }
}

/// The candidate that was probably meant: equal but for case and punctuation, a known synonym, or
/// near by edit distance.
#[must_use]
pub fn suggest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> Option<Near<'a>> {
    let plain = folded(word);
    let same = candidates.clone().into_iter().find(|c| !plain.is_empty() && folded(c) == plain);
    let synonyms = SYNONYMS.iter().filter(|(from, _)| *from == plain).flat_map(|(_, to)| to.iter());
    let mut meant = synonyms.filter_map(|synonym| candidates.clone().into_iter().find(|c| c == synonym));
    if let Some(word) = same.or_else(|| meant.next()) {
        return Some(Near { word, is_sure: true });
    }
    let opposite = OPPOSITES.iter().find(|(from, _)| *from == plain).map(|(_, to)| *to);
    if let Some(word) = candidates.clone().into_iter().find(|c| Some(*c) == opposite) {
        return Some(Near { word, is_sure: false });
    }
    let near = elementc_runtime::suggest(word, candidates.clone().into_iter())?;
    let distance = |candidate: &str| osa_distance(&plain, &folded(candidate));
    let own = distance(near);
    let is_slip = own <= slips(plain.len().max(near.len())) || sorted(&plain) == sorted(&folded(near));
    let is_alone = || candidates.into_iter().all(|other| other == near || distance(other) > own);
    Some(Near { word: near, is_sure: is_slip && is_alone() })
}

/// The letters of a word; a word of the same ones was typed too fast.
fn sorted(word: &str) -> Vec<char> {
    let mut letters: Vec<char> = word.chars().collect();
    letters.sort_unstable();
    letters
}

/// How many letters of a word of some bytes are wrong by a slip of the pen.
fn slips(length: usize) -> usize {
    match length {
        0..=2 => 0,
        3..=7 => 1,
        _ => 2,
    }
}

/// `` `a`, `b` or `c` ``
#[must_use]
pub fn listed<'a>(words: impl IntoIterator<Item = &'a str>, joint: &str) -> String {
    let words: Vec<String> = words.into_iter().map(|w| format!("`{w}`")).collect();
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {joint} {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_mend_only_slips() {
        let elements = ["sageone", "sageoneuk", "sageoneus", "sagehr", "sagecrm", "oauth1", "oauth2"];
        for (word, expected) in [
            ("sageon", Some(("sageone", true))),
            ("SageOneUK", Some(("sageoneuk", true))),
            ("sageoenuk", Some(("sageoneuk", true))),
            ("sagerh", Some(("sagehr", true))),
            // Two are as near, or the nearest is too far.
            ("sageoneu", Some(("sageone", false))),
            ("sageuk", Some(("sagehr", false))),
            ("auth1", Some(("oauth1", true))),
            ("auth", Some(("oauth1", false))),
            ("netsuite", None),
        ] {
            let found = suggest(word, elements);
            assert_eq!(found.map(|near| (near.word, near.is_sure)), expected, "{word}");
        }
        assert_eq!(suggest("optional", ["required"]), Some(Near { word: "required", is_sure: false }));
        assert_eq!(suggest("label", ["title"]), Some(Near { word: "title", is_sure: true }));
    }
}
