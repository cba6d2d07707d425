//! Descriptors: the facts of one element, or of one trait.
//!
//! In: the [`Node`] tree of a file. Out: a [`Descriptor`]. `docs/language.md` is the reference.

use super::condition::Condition;
use super::constraint::Constraint;
use super::decode::{Decode, Decoder, Fields, read_fields};
use super::entries::{Entries, Example, NoShorthand, Reference};
use super::map::{Appended, Map, Mergeable};
use super::part::{Merger, Part, Text, Visitor, choices, fields, part};
use super::seldom::{Seldom, Unsaid};
use super::yaml::{Kind, Node};
use crate::source::Spanned;
use arcstr::ArcStr;
use std::sync::LazyLock;

choices! {
    /// How the platform gets access to the account.
    pub enum Authentication {
        /// OAuth 2.0 authorization code (RFC 6749).
        OAuth2 = "oauth2",
        /// OAuth 1.0 (RFC 5849).
        OAuth1 = "oauth1",
        /// A user name and a password (RFC 7617).
        Basic = "basic",
        /// A key.
        ApiKey = "apiKey",
        /// Anything else.
        Custom = "custom",
    }
}

choices! {
    /// How far an element has come.
    pub enum Status {
        /// Usable, and may change.
        Beta = "beta",
        /// Usable.
        Released = "released",
        /// To be avoided.
        Deprecated = "deprecated",
    }
}

choices! {
    /// How the code verifier of PKCE becomes the code challenge (RFC 7636 §4.2).
    pub enum Pkce {
        /// By SHA-256.
        S256 = "S256",
        /// Not at all.
        Plain = "plain",
    }
}

choices! {
    /// How the client shows who it is at the token endpoint (RFC 6749 §2.3).
    pub enum ClientAuth {
        /// In the `Authorization` header.
        Header = "header",
        /// In the body.
        Body = "body",
        /// Not at all.
        None = "none",
    }
}

choices! {
    /// Where the vendor's API expects the key.
    pub enum Location {
        /// In a header.
        Header = "header",
        /// In the query.
        Query = "query",
        /// In the body.
        Body = "body",
    }
}

/// Entries that are mostly references: a scalar says where the value comes from.
pub type Wires = Entries<Reference>;
/// Entries of the request: a scalar has no meaning.
pub type Inputs = Entries<NoShorthand>;
/// Entries that the platform reports: a scalar is an example.
pub type Reports = Entries<Example>;

part! {
    /// OAuth 2.0 as the platform runs it (RFC 6749 §4.1).
    pub struct OAuth2 {
        /// The vendor's authorization endpoint; `{entry}` stands for a configuration entry.
        authorize: Option<Spanned<Text>> = "authorize",
        /// The vendor's token endpoint.
        token: Option<Spanned<Text>> = "token",
        /// The vendor's revocation endpoint (RFC 7009).
        revoke: Option<Spanned<Text>> = "revoke",
        /// The scopes to ask for; read as `oauth2.scope`, joined.
        scopes: Option<Spanned<Vec<Spanned<Text>>>> = "scopes",
        /// What joins the scopes. Default: one space (RFC 6749 §3.3).
        separator: Option<Spanned<Text>> = "separator",
        /// Whether the flow uses PKCE (RFC 7636), and how.
        pkce: Option<Spanned<Pkce>> = "pkce",
        /// How the client shows who it is at the token endpoint.
        client_auth: Option<Spanned<ClientAuth>> = "clientAuth",
        /// The query of `GET /elements/{key}/oauth/url`.
        query: Wires = "query",
        /// The query of `oauthUrl`: what the vendor's authorization endpoint gets.
        redirect: Wires = "redirect",
        /// The query of the callback: what the vendor appends to the callback URL.
        callback: Wires = "callback",
    }
}

part! {
    /// The message pair that comes ahead of OAuth 1.0: temporary credentials (RFC 5849 §2.1).
    pub struct TokenExchange {
        /// The query of `GET /elements/{key}/oauth/token`.
        query: Wires = "query",
        /// What it answers.
        response: Wires = "response",
    }
}

part! {
    /// OAuth 1.0 as the platform runs it (RFC 5849).
    pub struct OAuth1 {
        /// The vendor's temporary credential endpoint.
        request: Option<Spanned<Text>> = "request",
        /// The vendor's resource owner authorization endpoint.
        authorize: Option<Spanned<Text>> = "authorize",
        /// The vendor's token endpoint.
        access: Option<Spanned<Text>> = "access",
        /// The token request and its response.
        token: TokenExchange = "token",
        /// The query of `GET /elements/{key}/oauth/url`.
        query: Wires = "query",
        /// The query of `oauthUrl`.
        redirect: Wires = "redirect",
        /// The query of the callback.
        callback: Wires = "callback",
    }
}

part! {
    /// Where the vendor's API expects the key.
    pub struct ApiKey {
        /// In a header, the query or the body.
        location: Option<Spanned<Location>> = "in",
        /// The name of the header, parameter or member.
        name: Option<Spanned<Text>> = "name",
        /// The entry that holds the key: `configuration.api.key`.
        from: Option<Spanned<Text>> = "from",
    }
}

/// Says what stands for parts of which nothing is said.
macro_rules! unsaid {
    ($($Part:ty),*) => {$(
        impl Unsaid for $Part {
            fn unsaid() -> &'static Self {
                static UNSAID: LazyLock<$Part> = LazyLock::new(Default::default);
                &UNSAID
            }
        }
    )*};
}

unsaid!(OAuth2, OAuth1, ApiKey);

part! {
    /// What the platform reports of an instance, beyond the echo of the request.
    pub struct Instance {
        /// The members of the answer itself.
        body: Reports = "body",
        /// The members of its `element` object.
        element: Reports = "element",
        /// The members of its `configuration` object; every value is text or null.
        configuration: Reports = "configuration",
    }
}

part! {
    /// How free text is shown in samples: `{TITLE}` is the entry's title in capitals, `{Title}`
    /// as it is written, `{NAME}` and `{Name}` likewise the name of the element.
    pub struct Placeholders {
        /// In the members of the request itself.
        request: Option<Spanned<Text>> = "request",
        /// In `providerData`.
        provider_data: Option<Spanned<Text>> = "providerData",
        /// In `configuration`.
        configuration: Option<Spanned<Text>> = "configuration",
    }
}

impl Placeholders {
    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Spanned<Text>> {
        [&self.request, &self.provider_data, &self.configuration].into_iter().flatten()
    }
}

part! {
    /// What layers contribute to: everything but identity.
    pub struct Body {
        /// How the platform gets access to the account; usually from a trait.
        authentication: Option<Spanned<Authentication>> = "authentication",
        /// OAuth 2.0.
        oauth2: Seldom<OAuth2> = "oauth2",
        /// OAuth 1.0.
        oauth1: Seldom<OAuth1> = "oauth1",
        /// The API key.
        api_key: Seldom<ApiKey> = "apiKey",
        /// The `providerData` of the request: what the provider sent.
        provider_data: Wires = "providerData",
        /// The `configuration` of the request.
        configuration: Inputs = "configuration",
        /// Further members of the request, beside `element`, `providerData` and `configuration`.
        request: Inputs = "request",
        /// What the platform reports.
        instance: Instance = "instance",
        /// Alternative parts under a condition: methods, environments. The first gives `instance.json`.
        variants: Map<Variant> = "variants",
        /// Constraints between entries, by the map they are in: `configuration`, `oauth2.callback`.
        constraints: Map<Appended<Constraint>> = "constraints",
        /// How free text is shown in samples.
        placeholders: Placeholders = "placeholders",
    }
}

part! {
    /// One of several ways to provision an element.
    pub struct Variant {
        /// What people call it.
        title: Option<Spanned<Text>> = "title",
        /// What configuration entries must be for it to apply; the one without is the default.
        when: Option<Spanned<Condition>> = "when",
        /// Shared parts.
        traits: Option<Spanned<Vec<Spanned<Text>>>> = "traits",
        /// What is inherited and said otherwise here.
        #[schemars(with = "Option<Body>")]
        overrides: Override = "override",
        /// Paths of what is inherited and dropped here.
        remove: Appended<Text> = "remove";
        /// Its own contribution.
        ..body: Box<Body>
    }
}

impl Mergeable for Variant {}

/// A body that says otherwise what is inherited.
#[derive(Clone, Debug, Default)]
pub struct Override(pub Option<Box<Body>>);

impl Decode for Override {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        Box::decode(node, cx).map(|body| Self(Some(body)))
    }
}

impl Part for Override {
    fn merge(&mut self, other: &Self, cx: &mut Merger) {
        match (&mut self.0, &other.0) {
            (Some(mine), Some(theirs)) => mine.merge(theirs, cx),
            (mine @ None, Some(theirs)) => *mine = Some(theirs.clone()),
            _ => {}
        }
    }
    fn remove(&mut self, path: &str) -> bool {
        self.0.as_mut().is_some_and(|body| body.remove(path))
    }
    fn is_unsaid(&self) -> bool {
        self.0.is_none()
    }
    /// What an override says shows where it takes effect.
    fn visit(&self, _: &mut Vec<Text>, _: &mut Visitor) {}
}

impl Fields for Box<Body> {
    fn keys() -> Vec<&'static str> {
        Body::keys()
    }
    fn field(&mut self, key: &str, node: &Node, cx: &mut Decoder) -> bool {
        (**self).field(key, node, cx)
    }
}

impl Part for Box<Body> {
    fn merge(&mut self, other: &Self, cx: &mut Merger) {
        (**self).merge(other, cx);
    }
    fn remove(&mut self, path: &str) -> bool {
        (**self).remove(path)
    }
    fn is_unsaid(&self) -> bool {
        (**self).is_unsaid()
    }
    fn visit(&self, path: &mut Vec<Text>, f: &mut Visitor) {
        (**self).visit(path, f);
    }
}

fields! {
    /// An element definition: the facts of one element. Without `key` and `name` it is a trait.
    pub struct Descriptor {
        /// The key in URLs and requests; equal to the file name. Elements only.
        key: Option<Spanned<Text>> = "key",
        /// The numeric id on the platform; differs between environments, so it is optional.
        id: Option<Spanned<i64>> = "id",
        /// What people call it. Elements only.
        name: Option<Spanned<Text>> = "name",
        /// The hub it belongs to: `finance`, `crm`, …
        hub: Option<Spanned<Text>> = "hub",
        /// How far it has come. Default: `released`.
        status: Option<Spanned<Status>> = "status",
        /// What it lets people do, in a sentence.
        description: Option<Spanned<Text>> = "description",
        /// Its logo.
        image: Option<Spanned<Text>> = "image",
        /// The element it is a variation of; identity is not inherited.
        extends: Option<Spanned<Text>> = "extends",
        /// Shared parts, merged in this order.
        traits: Option<Spanned<Vec<Spanned<Text>>>> = "traits",
        /// What is inherited and said otherwise here.
        #[schemars(with = "Option<Body>")]
        overrides: Override = "override",
        /// Paths of what is inherited and dropped here.
        remove: Appended<Text> = "remove";
        /// Everything else.
        ..body: Body
    }
}

/// The order in which a descriptor reads best: what it is, how the platform gets in, what is sent,
/// what comes back, and what it changes of what it inherits.
pub const ORDER: [&str; 22] = [
    "key",
    "id",
    "name",
    "hub",
    "status",
    "description",
    "image",
    "extends",
    "traits",
    "authentication",
    "oauth2",
    "oauth1",
    "apiKey",
    "providerData",
    "configuration",
    "request",
    "variants",
    "instance",
    "constraints",
    "placeholders",
    "override",
    "remove",
];

/// Keys whose names start with this are the author's own and mean nothing here.
pub const EXTENSION: &str = "x-";

/// Reads the tree of a file, whose text is `whole`. Says also whether all of it could be read, entries aside, which say
/// so themselves ([`super::map::Declared::whole`]).
#[must_use]
pub fn read(
    node: &Node,
    whole: &ArcStr,
    diagnostics: &mut Vec<crate::diagnostic::Diagnostic>,
) -> (Box<Descriptor>, bool) {
    let mut cx = Decoder::new(whole, diagnostics, "the descriptor");
    let kept: Vec<_>;
    let mut node = *node;
    if let Kind::Map(members) = node.kind
        && members.iter().any(|(key, _)| key.name.starts_with(EXTENSION))
    {
        kept = members.iter().copied().filter(|(key, _)| !key.name.starts_with(EXTENSION)).collect();
        node.kind = Kind::Map(&kept);
    }
    let mut descriptor = Box::<Descriptor>::default();
    read_fields(&mut *descriptor, &node, &mut cx);
    (descriptor, !cx.lost && !cx.stray)
}

/// The schema of a descriptor, for editors: completion, hover, and a first check.
#[must_use]
pub fn schema() -> serde_json::Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12();
    let mut schema = settings.into_generator().into_root_schema_for::<Descriptor>();
    schema.insert("title".to_owned(), "elementc descriptor".into());
    let mut schema = schema.to_value();
    tidy(&mut schema);
    schema["patternProperties"] = serde_json::json!({ "^x-": { "description": "The author's own." } });
    schema
}

/// Layers merge, so no key is required of a single file; and that a Rust field is optional does
/// not mean that its key takes `null`.
fn tidy(schema: &mut serde_json::Value) {
    use serde_json::{Value, json};
    match schema {
        Value::Object(members) => {
            if members.contains_key("properties") && members.get("required").is_some_and(Value::is_array) {
                members.shift_remove("required");
            }
            if let Some(Value::Object(properties)) = members.get_mut("properties") {
                properties.values_mut().for_each(|property| {
                    if let Some(Value::Array(types)) = property.get_mut("type") {
                        types.retain(|t| t != "null");
                        if let [one] = types.as_slice() {
                            property["type"] = one.clone();
                        }
                    }
                    if let Some(Value::Array(options)) = property.get_mut("anyOf") {
                        options.retain(|o| *o != json!({ "type": "null" }));
                        if let [Value::Object(one)] = options.as_slice() {
                            let one = one.clone();
                            if let Value::Object(property) = property {
                                property.shift_remove("anyOf");
                                property.extend(one);
                            }
                        }
                    }
                });
            }
            members.values_mut().for_each(tidy);
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}
