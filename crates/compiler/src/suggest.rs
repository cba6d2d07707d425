//! Did you mean: the nearest of some words.
//!
//! In: a misspelt word and what could have been meant. Out: the best candidate, if any is near.

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
    ("tokenurl", &["access", "token"]),
    ("tokenendpoint", &["access", "token"]),
    ("revocationendpoint", &["revoke"]),
    ("revocationurl", &["revoke"]),
    ("revokeurl", &["revoke"]),
    ("scopeseparator", &["separator"]),
    ("scope", &["scopes", "scope"]),
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
    ("optional", &["required"]),
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

fn folded(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The candidate that was probably meant: equal but for case and punctuation, a known synonym, or
/// near by edit distance.
#[must_use]
pub fn suggest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let plain = folded(word);
    let same = candidates.clone().into_iter().find(|c| !plain.is_empty() && folded(c) == plain);
    let synonyms = SYNONYMS.iter().filter(|(from, _)| *from == plain).flat_map(|(_, to)| to.iter());
    let mut meant = synonyms.filter_map(|synonym| candidates.clone().into_iter().find(|c| c == synonym));
    same.or_else(|| meant.next()).or_else(|| elementc_runtime::suggest(word, candidates.into_iter()))
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
