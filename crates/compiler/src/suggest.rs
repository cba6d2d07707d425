//! Did you mean: the nearest of some words.
//!
//! In: a misspelt word and what could have been meant. Out: the best candidate, if any is near.

/// Names that people bring from elsewhere (RFC 6749, RFC 7636, other catalogues) and what they
/// are called here. The left side is compared without case, dots, hyphens and underscores.
const SYNONYMS: &[(&str, &[&str])] = &[
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
    ("tokenurl", &["token"]),
    ("scope", &["scopes", "scope"]),
    ("label", &["title"]),
    ("name", &["title"]),
    ("enum", &["values"]),
    ("options", &["values"]),
    ("regex", &["pattern"]),
    ("const", &["value"]),
    ("constant", &["value"]),
    ("sensitive", &["secret"]),
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
/// at most a third of its letters away.
#[must_use]
pub fn suggest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> Option<&'a str> {
    if word.is_empty() || word.len() > 80 {
        return None;
    }
    let plain = folded(word);
    if let Some(same) = candidates.clone().into_iter().find(|c| folded(c) == plain && !plain.is_empty()) {
        return Some(same);
    }
    let synonyms = SYNONYMS.iter().filter(|(from, _)| *from == plain).flat_map(|(_, to)| to.iter());
    for synonym in synonyms {
        if let Some(same) = candidates.clone().into_iter().find(|c| c == synonym) {
            return Some(same);
        }
    }
    let near = |c: &&str| {
        let distance = strsim::damerau_levenshtein(&word.to_lowercase(), &c.to_lowercase());
        (distance, distance <= (c.chars().count().max(word.chars().count()) / 3).max(1))
    };
    candidates
        .into_iter()
        .map(|c| (near(&c), c))
        .filter(|((distance, ok), c)| *ok && *distance < c.chars().count())
        .min_by_key(|((distance, _), _)| *distance)
        .map(|(_, c)| c)
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
