//! Flow: which value comes from where, and when it exists.
//!
//! In: the method of an element and a reference such as `configuration.oauth.api.key`. Out: the
//! entry or fact that it names, or why it names none.

use super::{Element, Method};
use crate::syntax::descriptor::{Authentication, Status};
use crate::syntax::entry::{Entry, Type};
use crate::syntax::map::{Declared, Map};
use crate::syntax::part::Text;
use serde_json::{Value as Json, json};

/// The maps of entries, in the order in which their messages are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// Query of the OAuth 1.0 token request.
    TokenQuery,
    /// What the token request answers.
    TokenResponse,
    /// Query of `oauth/url`.
    Query,
    /// Query of `oauthUrl`.
    Redirect,
    /// Query of the callback.
    Callback,
    /// `providerData` of the request.
    ProviderData,
    /// `configuration` of the request.
    Configuration,
    /// Other members of the request.
    Request,
    /// Members of the created instance.
    InstanceBody,
    /// Members of its `element`.
    InstanceElement,
    /// Members of its `configuration`.
    InstanceConfiguration,
}

impl Place {
    /// All places, in order.
    pub const ALL: [Self; 11] = [
        Self::TokenQuery,
        Self::TokenResponse,
        Self::Query,
        Self::Redirect,
        Self::Callback,
        Self::ProviderData,
        Self::Configuration,
        Self::Request,
        Self::InstanceBody,
        Self::InstanceElement,
        Self::InstanceConfiguration,
    ];

    /// When its message is sent: larger is later. The request is one moment, whatever its parts.
    #[must_use]
    pub const fn moment(self) -> u8 {
        match self {
            Self::TokenQuery => 0,
            Self::TokenResponse => 1,
            Self::Query => 2,
            Self::Redirect => 3,
            Self::Callback => 4,
            Self::ProviderData | Self::Configuration | Self::Request => 5,
            Self::InstanceBody | Self::InstanceElement | Self::InstanceConfiguration => 6,
        }
    }

    /// Whether the application sends what is there.
    #[must_use]
    pub const fn sent_by_application(self) -> bool {
        matches!(
            self,
            Self::TokenQuery | Self::Query | Self::ProviderData | Self::Configuration | Self::Request
        )
    }

    /// Whether what is there is part of the created instance.
    #[must_use]
    pub const fn reported(self) -> bool {
        self.moment() == 6
    }

    /// The moment's name, for messages.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::TokenQuery => "the token request",
            Self::TokenResponse => "the token response",
            Self::Query => "the request of `oauth/url`",
            Self::Redirect => "`oauthUrl`",
            Self::Callback => "the callback",
            Self::ProviderData | Self::Configuration | Self::Request => "the request of `/instances`",
            Self::InstanceBody | Self::InstanceElement | Self::InstanceConfiguration => {
                "the created instance"
            }
        }
    }

    /// The path of the map in a descriptor.
    #[must_use]
    pub const fn path(self, authentication: Authentication) -> &'static str {
        let one = matches!(authentication, Authentication::OAuth1);
        match self {
            Self::TokenQuery => "oauth1.token.query",
            Self::TokenResponse => "oauth1.token.response",
            Self::Query if one => "oauth1.query",
            Self::Query => "oauth2.query",
            Self::Redirect if one => "oauth1.redirect",
            Self::Redirect => "oauth2.redirect",
            Self::Callback if one => "oauth1.callback",
            Self::Callback => "oauth2.callback",
            Self::ProviderData => "providerData",
            Self::Configuration => "configuration",
            Self::Request => "request",
            Self::InstanceBody => "instance.body",
            Self::InstanceElement => "instance.element",
            Self::InstanceConfiguration => "instance.configuration",
        }
    }
}

impl Method {
    /// The entries of a place; empty where the authentication has no such message.
    #[must_use]
    pub fn entries(&self, place: Place) -> Option<&Map<Entry>> {
        let body = &self.body;
        let (one, two) =
            (self.authentication == Authentication::OAuth1, self.authentication == Authentication::OAuth2);
        Some(match place {
            Place::TokenQuery if one => &body.oauth1.token.query,
            Place::TokenResponse if one => &body.oauth1.token.response,
            Place::Query if one => &body.oauth1.query,
            Place::Query if two => &body.oauth2.query,
            Place::Redirect if one => &body.oauth1.redirect,
            Place::Redirect if two => &body.oauth2.redirect,
            Place::Callback if one => &body.oauth1.callback,
            Place::Callback if two => &body.oauth2.callback,
            Place::ProviderData => &body.provider_data,
            Place::Configuration => &body.configuration,
            Place::Request => &body.request,
            Place::InstanceBody => &body.instance.body,
            Place::InstanceElement => &body.instance.element,
            Place::InstanceConfiguration => &body.instance.configuration,
            _ => return None,
        })
    }
}

/// What a reference names.
#[derive(Clone, Debug)]
pub enum Target<'a> {
    /// An entry of an earlier message.
    Entry {
        /// Where it is.
        place: Place,
        /// Its key.
        key: &'a str,
        /// The entry.
        entry: &'a Declared<Entry>,
    },
    /// A fact of the element; `None` where it does not state it.
    Fact(Type, Option<Json>),
}

/// Why a reference names nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unresolved {
    /// It has no dot, or there is no such source: the known ones.
    Source(Vec<&'static str>),
    /// The source has no such key: the known ones.
    Key(Vec<String>),
}

/// The sources of facts, and the names of their facts.
const FACTS: [(&str, &[&str]); 3] = [
    ("element", &["key", "id", "name", "label", "description", "image", "hub", "authentication"]),
    ("oauth2", &["authorize", "token", "revoke", "scope"]),
    ("oauth1", &["request", "authorize", "access"]),
];

/// The type and value of a fact; the value is `None` where the element does not state it.
fn fact(element: &Element, method: &Method, source: &str, name: &str) -> Option<(Type, Option<Json>)> {
    let text = |text: &Option<crate::source::Spanned<Text>>| text.as_ref().map(|t| json!(&*t.value));
    let (two, one) = (&method.body.oauth2, &method.body.oauth1);
    Some(match (source, name) {
        ("element", "key") => (Type::String, Some(json!(&*element.key.value))),
        ("element", "id") => (Type::Integer, element.id.as_ref().map(|id| json!(id.value))),
        ("element", "name") => (Type::String, Some(json!(&*element.name.value))),
        ("element", "label") => (Type::String, Some(json!(label(element)))),
        ("element", "description") => (Type::String, text(&element.description)),
        ("element", "image") => (Type::String, text(&element.image)),
        ("element", "hub") => (Type::String, text(&element.hub)),
        ("element", "authentication") => (Type::Json, Some(json!({ "type": method.authentication.word() }))),
        ("oauth2", "authorize") => (Type::Url, text(&two.authorize)),
        ("oauth2", "token") => (Type::Url, text(&two.token)),
        ("oauth2", "revoke") => (Type::Url, text(&two.revoke)),
        ("oauth2", "scope") => (Type::String, scope(method).map(Json::from)),
        ("oauth1", "request") => (Type::Url, text(&one.request)),
        ("oauth1", "authorize") => (Type::Url, text(&one.authorize)),
        ("oauth1", "access") => (Type::Url, text(&one.access)),
        _ => return None,
    })
}

/// The name of the element as the platform reports it.
#[must_use]
pub fn label(element: &Element) -> String {
    match element.status() {
        Status::Beta => format!("{} Beta", element.name.value),
        Status::Released | Status::Deprecated => element.name.value.to_string(),
    }
}

/// The scopes, joined; `None` if there are none.
#[must_use]
pub fn scope(method: &Method) -> Option<String> {
    let oauth2 = &method.body.oauth2;
    let scopes: Vec<&str> = oauth2.scopes.as_ref()?.value.iter().map(|s| &*s.value).collect();
    (!scopes.is_empty()).then(|| scopes.join(oauth2.separator.as_ref().map_or(" ", |s| &s.value)))
}

/// The sources of entries.
const SOURCES: [(&str, Place); 5] = [
    ("token", Place::TokenResponse),
    ("query", Place::Query),
    ("callback", Place::Callback),
    ("configuration", Place::Configuration),
    ("request", Place::Request),
];

/// Whether it is a source, whatever the authentication.
#[must_use]
pub fn is_source(name: &str) -> bool {
    SOURCES.iter().map(|(source, _)| source).chain(FACTS.iter().map(|(source, _)| source)).any(|s| *s == name)
}

/// Finds what a reference names. The first dot ends the source, the rest is the key verbatim.
///
/// # Errors
/// Why it names nothing.
pub fn lookup<'a>(element: &Element, method: &'a Method, reference: &str) -> Result<Target<'a>, Unresolved> {
    let sources = || {
        let usable =
            SOURCES.iter().filter(|(_, place)| method.entries(*place).is_some()).map(|(name, _)| *name);
        let oauth = match method.authentication {
            Authentication::OAuth1 => Some("oauth1"),
            Authentication::OAuth2 => Some("oauth2"),
            _ => None,
        };
        Unresolved::Source(usable.chain(oauth).chain(["element"]).collect())
    };
    let dot = reference.bytes().position(|byte| byte == b'.').ok_or_else(sources)?;
    let (source, key) = (&reference[..dot], &reference[dot + 1..]);
    if let Some((_, names)) = FACTS.iter().find(|(name, _)| *name == source) {
        let found = fact(element, method, source, key).map(|(kind, value)| Target::Fact(kind, value));
        return found.ok_or_else(|| Unresolved::Key(names.iter().map(|name| (*name).to_owned()).collect()));
    }
    let place = SOURCES.iter().find(|(name, _)| *name == source).ok_or_else(sources)?.1;
    let entries = method.entries(place).ok_or_else(sources)?;
    match entries.get_key_value(key) {
        Some((key, entry)) => Ok(Target::Entry { place, key, entry }),
        None => Err(Unresolved::Key(entries.keys().map(ToString::to_string).collect())),
    }
}

/// The references of a template: the ranges between braces.
///
/// # Errors
/// The byte at which a brace has no partner.
pub fn references(template: &str) -> Result<Vec<std::ops::Range<usize>>, usize> {
    let mut found = Vec::new();
    let mut open = None;
    for at in memchr::memchr2_iter(b'{', b'}', template.as_bytes()) {
        match (template.as_bytes()[at], open.take()) {
            (b'{', None) => open = Some(at + 1),
            (b'}', Some(start)) => found.push(start..at),
            _ => return Err(at),
        }
    }
    open.map_or(Ok(found), |start| Err(start - 1))
}

/// How far references may lead before it is a circle.
const LONGEST_CHAIN: usize = 32;

/// How much of the longest chain a template takes: what it refers to branches.
pub const TEMPLATE: usize = 8;

/// Follows `from` to the entry or fact at its beginning; `None` in a circle or where it names nothing.
#[must_use]
pub fn origin<'a>(
    element: &Element,
    method: &'a Method,
    place: Place,
    entry: &'a Entry,
) -> Option<Origin<'a>> {
    let mut current = Origin { place, entry: Some(entry), fact: None };
    for _ in 0..LONGEST_CHAIN {
        let Some(from) = current.entry.and_then(|e| e.from.as_ref()) else { return Some(current) };
        current = match lookup(element, method, &from.value).ok()? {
            Target::Entry { place, entry, .. } => Origin { place, entry: Some(&entry.inner), fact: None },
            Target::Fact(kind, value) => {
                return Some(Origin { place, entry: None, fact: Some((kind, value)) });
            }
        };
    }
    None
}

/// Where a value begins: an entry without `from`, or a fact of the element.
#[derive(Clone, Debug)]
pub struct Origin<'a> {
    /// The place of the entry.
    pub place: Place,
    /// The entry; `None` for a fact.
    pub entry: Option<&'a Entry>,
    /// The fact; `None` for an entry.
    pub fact: Option<(Type, Option<Json>)>,
}

/// The entry and those it takes its value from, nearest first.
pub fn chain<'a>(
    element: &'a Element,
    method: &'a Method,
    entry: &'a Entry,
) -> impl Iterator<Item = &'a Entry> {
    let mut at = None;
    // The next is looked up when it is asked for, which it seldom is.
    std::iter::from_fn(move || {
        at = match at {
            None => Some(entry),
            Some::<&Entry>(before) => match lookup(element, method, &before.from.as_ref()?.value) {
                Ok(Target::Entry { entry, .. }) => Some(&entry.inner),
                _ => None,
            },
        };
        at
    })
    .fuse()
    .take(LONGEST_CHAIN)
}

/// Whether the value is a secret: its own word, else its origin's; a template that holds one is one.
#[must_use]
pub fn is_secret(element: &Element, method: &Method, entry: &Entry) -> bool {
    holds_secret(element, method, entry, 0)
}

fn holds_secret(element: &Element, method: &Method, entry: &Entry, depth: usize) -> bool {
    let mut end = entry;
    for link in chain(element, method, entry) {
        if let Some(secret) = &link.secret {
            return secret.value;
        }
        end = link;
    }
    let Some(template) = end.template.as_ref().filter(|_| depth < LONGEST_CHAIN) else { return false };
    references(&template.value).unwrap_or_default().into_iter().any(|range| {
        matches!(lookup(element, method, &template.value[range]), Ok(Target::Entry { entry, .. })
            if holds_secret(element, method, &entry.inner, depth + TEMPLATE))
    })
}

/// When the value of an entry exists: the moment of the message that first carries it, 0 if it
/// exists from the start.
#[must_use]
pub fn availability(element: &Element, method: &Method, place: Place, entry: &Entry) -> u8 {
    fn earliest(element: &Element, method: &Method, place: Place, entry: &Entry, depth: usize) -> u8 {
        let of = |reference: &str, cost: usize| match lookup(element, method, reference) {
            Ok(Target::Entry { place, entry, .. }) if depth < LONGEST_CHAIN => {
                earliest(element, method, place, &entry.inner, depth + cost)
            }
            _ => 0,
        };
        if let Some(from) = &entry.from {
            return of(&from.value, 1);
        }
        if let Some(template) = &entry.template {
            let parts = references(&template.value).unwrap_or_default();
            return parts.into_iter().map(|range| of(&template.value[range], TEMPLATE)).max().unwrap_or(0);
        }
        if place.sent_by_application() || entry.value.is_some() { 0 } else { place.moment() }
    }
    earliest(element, method, place, entry, 0)
}
