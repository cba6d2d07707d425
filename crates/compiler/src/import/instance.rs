//! Instances: a request that creates one becomes facts: types and titles are inferred.
//!
//! In: an `instance.json`, or a record of one with its answer (`request`, `response`,
//! `oauth_url_responses`, `callback_parameters`). No text that a person filled in is written down:
//! it may be a secret, or private.

use super::definition::is_url;
use super::facts::{Facts, Finding, FindingKind, Inferred, Item};
use super::harmless::is_harmless;
use super::secrets::names_secret;
use super::words;
use crate::syntax::descriptor::Authentication;
use crate::syntax::entry::Type;
use serde_json::{Map, Value as Json};

/// What stands for "nothing was said".
static NOTHING: Json = Json::Null;

/// The request in a file, if it holds one.
#[must_use]
pub fn request(json: &Map<String, Json>) -> Option<&Map<String, Json>> {
    let is_request = |json: &Map<String, Json>| {
        json.get("element").is_some_and(|e| e.is_object() || e.is_string())
            && json.get("configuration").is_none_or(|c| c.is_object() || c.is_null())
    };
    match json.get("request").and_then(Json::as_object) {
        Some(request) => Some(request).filter(|r| is_request(r)),
        None => Some(json).filter(|j| is_request(j)),
    }
}

/// Reads a request. `hint` names the element if the request does not.
pub fn read(json: &Map<String, Json>, hint: &str, findings: &mut Vec<Finding>) -> Facts {
    let empty = Map::new();
    let request = request(json).unwrap_or(&empty);
    let mut reader = Reader { findings, secrets: Vec::new(), kept: Map::new(), element: Vec::new() };
    reader.instance(json, request, hint)
}

struct Reader<'a> {
    findings: &'a mut Vec<Finding>,
    /// Entries whose values were secrets.
    secrets: Vec<String>,
    kept: Map<String, Json>,
    /// How placeholders may name the element.
    element: Vec<String>,
}

impl Reader<'_> {
    fn find(&mut self, kind: FindingKind, text: impl Into<String>) {
        self.findings.push(Finding { kind, text: text.into() });
    }

    fn instance(&mut self, json: &Map<String, Json>, request: &Map<String, Json>, hint: &str) -> Facts {
        let element = request.get("element").unwrap_or(&NOTHING);
        let reported = json.get("response").and_then(|r| r.get("element")).unwrap_or(element);
        let own = words::said(element.get("key")).or_else(|| words::said(Some(element)));
        let key = [own.as_deref(), Some(hint)].into_iter().flatten().find_map(words::usable_key);
        let key = key.unwrap_or_else(|| "element1".to_owned());
        if own.as_deref() != Some(&key) {
            self.find(FindingKind::Guessed, format!("key: `{key}`; the request gives none that can be used"));
        }
        let heading = json.get("front_matter").and_then(|f| words::said(f.get("heading")));
        let name = heading.or_else(|| words::said(reported.get("name"))).unwrap_or_else(|| {
            let title = words::title(&key);
            self.find(FindingKind::Guessed, format!("name: `{title}`, from the key"));
            title
        });
        let configuration = request.get("configuration").and_then(Json::as_object);
        self.element =
            vec![key.to_lowercase(), name.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "")];
        let mut items = self.items(configuration, "configuration");
        let placeholders = common_pattern(&mut items);
        let provided = request.get("providerData").and_then(Json::as_object);
        let (authentication, note) = self.authentication(&items, provided);
        let known: &[&str] = match authentication {
            Authentication::OAuth2 => &["code"],
            Authentication::OAuth1 => &["oauth_token", "oauth_verifier", "secret"],
            _ => &[],
        };
        let own = provided.into_iter().flatten().filter(|(member, _)| !known.contains(&member.as_str()));
        let own: Map<String, Json> = own.map(|(member, value)| (member.clone(), value.clone())).collect();
        let provider_data = self.items(Some(&own), "providerData");
        let ours = ["element", "providerData", "configuration", "tags", "name", "id", "token"];
        let extras: Map<String, Json> = request
            .iter()
            .filter(|(member, _)| !ours.contains(&member.as_str()))
            .map(|(member, value)| (member.clone(), value.clone()))
            .collect();
        let request_items = self.items(Some(&extras), "request");
        let (endpoints, recorded) = redirect(json, &items, authentication);
        let requested = configuration.and_then(|c| words::said(c.get("oauth.scope")));
        let scopes = recorded.or_else(|| requested.as_deref().and_then(words::scopes));
        let scoped = items.iter_mut().find(|i| i.key == "oauth.scope" && i.kind == Type::String);
        if let (Authentication::OAuth2, Some(_), Some(item)) = (authentication, &scopes, scoped) {
            (item.from, item.placeholder) = (Some("oauth2.scope"), None);
        }
        let without = |member: &&str| request.get(*member).is_none_or(Json::is_null);
        let request_without = ["tags", "name"].into_iter().filter(without).map(ToOwned::to_owned).collect();
        let texts = |value: &Json| value.as_array().is_some_and(|tags| tags.iter().all(Json::is_string));
        for (member, wanted, sound) in [
            ("tags", "a list of texts", request.get("tags").is_none_or(texts)),
            ("name", "text", request.get("name").is_none_or(Json::is_string)),
        ] {
            if !sound {
                let text =
                    format!("`{member}` is {wanted}, as the platform wants; the request has another value");
                self.find(FindingKind::Guessed, text);
            }
        }
        if !self.secrets.is_empty() {
            let names = super::definition::named(&self.secrets);
            let text = match self.secrets.len() {
                1 => format!("the value of {names}: a secret"),
                _ => format!("the values of {names}: secrets"),
            };
            self.find(FindingKind::LeftOut, text);
        }
        if items.iter().any(Item::is_required) {
            self.find(
                FindingKind::Guessed,
                "required: every entry that is given, unless its placeholder says otherwise",
            );
        }
        let text = |member: &str| words::said(reported.get(member)).filter(|t| !words::is_live(t));
        Facts {
            key,
            id: reported.get("id").and_then(Json::as_i64).filter(|id| *id >= 0),
            name,
            hub: text("hub"),
            beta: false,
            description: text("description"),
            image: text("image"),
            authentication,
            authentication_note: Some(note),
            endpoints,
            scopes,
            api_key: None,
            control: None,
            items,
            provider_data,
            request: request_items,
            request_without,
            placeholders,
            element: Vec::new(),
            kept_under: "x-instance",
            kept: std::mem::take(&mut self.kept),
            kept_entries: Map::new(),
        }
    }

    fn items(&mut self, map: Option<&Map<String, Json>>, place: &str) -> Vec<Item> {
        let mut items = Vec::new();
        for (key, value) in map.into_iter().flatten() {
            if key.is_empty() || key.len() > 200 || key.chars().any(char::is_control) {
                self.find(FindingKind::LeftOut, format!("an entry of `{place}` without a usable key"));
                continue;
            }
            items.extend(self.item(key, value, place));
        }
        items
    }

    fn item(&mut self, key: &str, value: &Json, place: &str) -> Option<Item> {
        let mut item = Item::new(key);
        item.title = Some(words::title(key)).filter(|title| !title.is_empty());
        item.inferred = Inferred { required: true, title: true };
        let text = words::as_text(value).unwrap_or_default();
        let placeholder = placeholder(&text);
        let live = words::is_live(&text);
        if live || names_secret(key) {
            item.secret = Some(true);
            if placeholder.is_none() && !text.is_empty() {
                self.secrets.push(key.to_owned());
            }
        }
        match value {
            _ if item.secret == Some(true) => {}
            Json::Bool(_) => (item.kind, item.example) = (Type::Boolean, Some(value.clone())),
            Json::Number(number) => {
                let kind = if number.is_i64() { Type::Integer } else { Type::Number };
                (item.kind, item.example) = (kind, Some(value.clone()));
            }
            Json::Object(_) => {
                (item.kind, item.example) = (Type::Json, Some(Json::Object(Map::new())));
                if value.as_object().is_some_and(|members| !members.is_empty()) {
                    self.find(FindingKind::LeftOut, format!("what is in `{key}`: it may hold a secret"));
                }
            }
            Json::Array(texts) if texts.iter().all(Json::is_string) => item.kind = Type::List,
            Json::Array(_) => {
                self.find(
                    FindingKind::LeftOut,
                    format!("`{key}` of `{place}`: a list of other things than texts"),
                );
                return None;
            }
            Json::Null => {
                item.required = false;
                self.find(FindingKind::Guessed, format!("`{key}` is optional text: the request has null"));
            }
            Json::String(_) if text == "true" || text == "false" => {
                (item.kind, item.example) = (Type::Boolean, Some(Json::Bool(text == "true")));
            }
            Json::String(_) if is_url(&text) && placeholder.is_none() => {
                item.kind = Type::Url;
                item.example = Some(public_part(&text).into());
            }
            Json::String(_) => self.text(&mut item, &text, placeholder),
        }
        if let (Type::String, Some(inside), false) = (item.kind, placeholder, live) {
            self.shown(&mut item, &text, inside);
        }
        if item.kind != Type::String {
            item.guess = Some(format!("{}, by its value", item.kind.word()));
        }
        Some(item)
    }

    /// Text that is neither a placeholder nor a word of a known kind is somebody's: it is not written.
    fn text(&mut self, item: &mut Item, text: &str, placeholder: Option<&str>) {
        let word = text.len() <= 20 && text.starts_with(|c: char| c.is_ascii_lowercase());
        let word = word && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let of_kind = ["type", "mode", "version", "environment", "format"].iter().any(|last| {
            item.key.rsplit(['.', '_', '-']).next().is_some_and(|w| w.eq_ignore_ascii_case(last))
        });
        if word && of_kind {
            item.example = Some(text.into());
        } else if placeholder.is_none() && !text.is_empty() && item.key != "oauth.scope" {
            self.find(
                FindingKind::LeftOut,
                format!("the value of `{}`: text of the one who filled it in", item.key),
            );
        }
        if item.key.ends_with("callback.url") && placeholder.is_some() {
            item.kind = Type::Url;
            item.example = Some("https://www.mycoolapp.com/auth".into());
        }
        let either = placeholder.map(str::to_ascii_lowercase).unwrap_or_default();
        if either == "true or false" || either == "true|false" || either == "true/false" {
            item.kind = Type::Boolean;
            item.example = Some(Json::Bool(false));
        }
    }

    fn authentication(
        &mut self,
        items: &[Item],
        provided: Option<&Map<String, Json>>,
    ) -> (Authentication, String) {
        let sent = |key: &str| items.iter().any(|item| item.key == key);
        let given = |key: &str| provided.is_some_and(|p| p.contains_key(key));
        let secrets = items.iter().filter(|item| item.secret == Some(true)).count();
        let (guess, why) = if given("oauth_verifier") || given("oauth_token") {
            (Authentication::OAuth1, "`providerData` holds a verifier")
        } else if given("code") {
            (Authentication::OAuth2, "`providerData` holds a code")
        } else if sent("username") && sent("password") {
            (Authentication::Basic, "there are `username` and `password`")
        } else if items.iter().any(|item| item.key.to_ascii_lowercase().ends_with("password")) {
            (Authentication::Basic, "there is a password")
        } else if secrets > 0 && items.iter().any(|item| item.key.to_ascii_lowercase().ends_with("key")) {
            (Authentication::ApiKey, "there is a key")
        } else {
            (Authentication::Custom, "nothing tells of another")
        };
        self.find(FindingKind::Guessed, format!("authentication: `{}`; {why}", guess.word()));
        (guess, format!("guessed: {why}"))
    }
}

/// What the recorded redirect says: where users authorize, and for which scopes.
#[allow(clippy::type_complexity, reason = "two facts of one URL")]
fn redirect(
    json: &Map<String, Json>,
    items: &[Item],
    authentication: Authentication,
) -> (Vec<(&'static str, String)>, Option<(Vec<String>, Option<String>)>) {
    let recorded = json.get("oauth_url_responses").and_then(|r| r.get(0)).or_else(|| json.get("oauthUrl"));
    let url = recorded.and_then(|r| words::said(r.get("oauthUrl")).or_else(|| words::said(Some(r))));
    let mut endpoints = Vec::new();
    let mut scopes = None;
    let flow = matches!(authentication, Authentication::OAuth1 | Authentication::OAuth2);
    let Some(url) = url.filter(|_| flow) else { return (endpoints, scopes) };
    let (endpoint, query) = url.split_once('?').unwrap_or((&url, ""));
    if is_url(endpoint) && !words::is_live(endpoint) {
        endpoints.push(("authorize", endpoint.to_owned()));
    }
    let request =
        items.iter().find(|i| i.key == "oauth.request.url").and_then(|i| i.example.as_ref()?.as_str());
    endpoints.extend(request.map(|url| ("request", url.to_owned())));
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        if name == "scope" {
            let value = value.replace('+', " ");
            let value = percent_encoding::percent_decode_str(&value).decode_utf8_lossy().into_owned();
            scopes = words::scopes(&value);
        }
    }
    (endpoints, scopes)
}

/// What stands between the brackets of a placeholder.
fn placeholder(text: &str) -> Option<&str> {
    let inside = text.trim().strip_prefix('<')?.strip_suffix('>')?;
    Some(inside.trim()).filter(|inside| !inside.is_empty())
}

impl Reader<'_> {
    /// Takes a title from a placeholder, and the placeholder itself where its derivation would differ.
    fn shown(&self, item: &mut Item, text: &str, inside: &str) {
        let all: Vec<&str> = inside.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let mut words = all.as_slice();
        if words.first().is_some_and(|w| w.eq_ignore_ascii_case("optional")) {
            item.required = false;
        }
        let filler = ["optional", "insert", "your", "add", "enter", "the", "a", "an"];
        while words.len() > 1 && filler.iter().any(|f| words[0].eq_ignore_ascii_case(f)) {
            words = &words[1..];
        }
        let names_element = |count: &usize| {
            *count < words.len() && self.element.contains(&words[..*count].concat().to_lowercase())
        };
        if let Some(count) = (1..=4).find(names_element) {
            words = &words[count..];
        }
        let title = words::title(&words.join("_"));
        if words.len() <= 5 && !inside.contains('.') && !title.is_empty() {
            item.title = Some(title);
            item.inferred.title = false;
        }
        item.placeholder = Some(text.to_owned());
    }
}

/// How most placeholders are made of their titles; what is made so needs no placeholder of its own.
fn common_pattern(items: &mut [Item]) -> Option<String> {
    const USUAL: &str = "<INSERT_{TITLE}>";
    let pattern = |item: &Item| {
        let (text, title) = (item.placeholder.as_ref()?, item.title.as_ref()?);
        let words: Vec<&str> =
            title.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let title = words.join("_");
        let prefix = |title: &str| text.strip_suffix('>')?.strip_suffix(title);
        let upper = prefix(&title.to_uppercase()).map(|p| format!("{p}{{TITLE}}>"));
        upper.or_else(|| prefix(&title).map(|p| format!("{p}{{Title}}>")))
    };
    let patterns: Vec<Option<String>> = items.iter().map(pattern).collect();
    let count = |wanted: &String| patterns.iter().flatten().filter(|p| *p == wanted).count();
    let usual = count(&USUAL.to_owned());
    let mut best = None;
    for candidate in patterns.iter().flatten() {
        let uses = count(candidate);
        let sound = !candidate.contains(['\n', '\r']) && candidate.matches('{').count() == 1;
        if sound && uses > best.as_ref().map_or(usual.max(1), |(uses, _)| *uses) {
            best = Some((uses, candidate.clone()));
        }
    }
    let best = best.map(|(_, pattern)| pattern);
    let chosen = best.as_deref().unwrap_or(USUAL);
    for (item, pattern) in items.iter_mut().zip(&patterns) {
        if pattern.as_deref() == Some(chosen) {
            item.placeholder = None;
        }
    }
    best
}

/// A URL without what may be private: query, fragment, and a path that looks like a key.
fn public_part(url: &str) -> String {
    let plain = url.split(['?', '#']).next().unwrap_or_default();
    let random = |segment: &str| segment.len() >= 8 && segment.contains(|c: char| c.is_ascii_digit());
    let host = plain.split('/').take(3).collect::<Vec<_>>().join("/");
    if is_harmless(plain) && !plain.split('/').skip(3).any(random) { plain.to_owned() } else { host }
}
