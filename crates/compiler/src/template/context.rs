//! The context: what a template sees. Its schema is `template-context.schema.json`.
//!
//! A member that says nothing is `null` or empty, never absent, so that an unknown variable is always
//! a mistake. [`VERSION`] grows when a member changes its meaning or goes away.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// The version of the context.
pub const VERSION: u32 = 1;

/// What pages need to know of the site that they are part of: `[site]` of `elementc.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Site {
    /// What ends the titles for search engines.
    pub title: Option<String>,
    /// The Jekyll layout of pages.
    pub layout: Option<String>,
    /// Where the breadcrumbs of a page lead.
    pub breadcrumbs: Option<String>,
    /// The words of the link back.
    pub parent: Option<String>,
    /// Where a page stands among its siblings.
    pub order: Option<i64>,
    /// Where the platform's API is, without a slash at the end.
    pub platform: String,
}

impl Default for Site {
    fn default() -> Self {
        Self {
            title: None,
            layout: None,
            breadcrumbs: None,
            parent: None,
            order: None,
            platform: "https://api.cloud-elements.com/elements/api-v2".to_owned(),
        }
    }
}

/// What every template sees; `view` holds what it is rendered for.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Context<'a, T> {
    /// The version of the context.
    pub version: u32,
    /// The site.
    pub site: &'a Site,
    /// What it is rendered for.
    #[serde(flatten)]
    pub view: T,
}

/// `each: catalogue`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CatalogueView<'a> {
    /// All elements, in the order of their keys.
    pub elements: Vec<Whole<'a>>,
}

/// An element with all that is known of it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Whole<'a> {
    /// What it is.
    pub element: Element<'a>,
    /// The ways to provision it, the first first.
    pub methods: Vec<Method<'a>>,
}

/// `each: element`: the same as an element of the catalogue.
pub type ElementView<'a> = Whole<'a>;

/// `each: method`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MethodView<'a> {
    /// The element.
    pub element: Element<'a>,
    /// The method.
    pub method: Method<'a>,
}

/// `each: message`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MessageView<'a> {
    /// The element.
    pub element: Element<'a>,
    /// The method that it belongs to.
    pub method: MethodName<'a>,
    /// The message.
    pub message: Message<'a>,
}

/// A region: the members of its message.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RegionView<'a> {
    /// The element.
    pub element: Element<'a>,
    /// The method that the message belongs to.
    pub method: MethodName<'a>,
    /// The message.
    #[serde(flatten)]
    pub message: Message<'a>,
}

/// What an element is.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Element<'a> {
    /// Its key, the same in every environment.
    pub key: &'a str,
    /// Its number; differs between environments.
    pub id: Option<i64>,
    /// What people call it.
    pub name: &'a str,
    /// What the platform calls it: the name, and "Beta" where the status says so.
    pub label: String,
    /// The group it belongs to.
    pub hub: Option<&'a str>,
    /// `beta`, `released` or `deprecated`.
    pub status: &'static str,
    /// What it lets people do.
    pub description: Option<&'a str>,
    /// Its logo.
    pub image: Option<&'a str>,
    /// The names of its methods.
    pub names: Vec<MethodName<'a>>,
}

/// What a method is called.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MethodName<'a> {
    /// Its name in file names; `null` for the only one.
    pub name: Option<&'a str>,
    /// What people call it.
    pub title: String,
    /// `oauth2`, `oauth1`, `basic`, `apiKey` or `custom`.
    pub authentication: &'static str,
    /// Whether it is the first, whose files need no name.
    pub first: bool,
    /// When it applies; empty for the only one.
    pub when: Phrase<'a>,
}

/// A way to provision an element. A message that it does not have is `null`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Method<'a> {
    /// What it is called.
    #[serde(flatten)]
    pub name: MethodName<'a>,
    /// Query of `GET /elements/{key}/oauth/token`.
    pub token_request: Option<Message<'a>>,
    /// What it answers.
    pub token_response: Option<Message<'a>>,
    /// Query of `GET /elements/{key}/oauth/url`.
    pub url_request: Option<Message<'a>>,
    /// What it answers.
    pub url_response: Option<Message<'a>>,
    /// Query of the callback.
    pub callback: Option<Message<'a>>,
    /// Body of `POST /instances`.
    pub create_instance: Message<'a>,
    /// What it answers.
    pub created_instance: Message<'a>,
}

/// A message as one method has it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Message<'a> {
    /// Its name in file names: `oauth-url-request`.
    pub name: String,
    /// What it is, in a sentence.
    pub description: String,
    /// `GET` or `POST`; `null` for a response and the callback.
    pub verb: Option<&'static str>,
    /// The path below the site's `platform`; `null` likewise.
    pub path: Option<String>,
    /// The entries, part by part; the messages of queries have one part.
    pub parts: Vec<Part<'a>>,
    /// What must hold between entries, each a phrase.
    pub constraints: Vec<Phrase<'a>>,
    /// An example that its validators accept.
    pub sample: &'a Json,
    /// The URL that the sample makes: of a request the whole URL, of the callback the callback URL.
    pub url: Option<String>,
    /// Of the callback: the URL when the user refuses.
    pub refusal: Option<String>,
    /// The command that sends the sample: POSIX shell. A body is read from `instance.json`.
    pub curl: Option<String>,
    /// Of `POST /instances`: what is said of a request in which entries are missing.
    pub problem: Option<Problem<'a>>,
    /// The entries that should no longer be used.
    pub deprecated: Vec<Entry<'a>>,
}

/// What is said of a request in which entries are missing.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Problem<'a> {
    /// All of them in one sentence.
    pub sentence: Phrase<'a>,
    /// The report of the validators.
    pub report: Json,
}

/// Entries that stand together.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Part<'a> {
    /// The object that they are in: `configuration`; empty at the top.
    pub name: &'a str,
    /// The heading they are listed under; `null` for none. Grouped entries are settings of any instance.
    pub group: Option<&'a str>,
    /// The entries, in declared order.
    pub entries: Vec<Entry<'a>>,
}

/// One value of a message.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Entry<'a> {
    /// Its key.
    pub key: &'a str,
    /// Its RFC 6901 pointer.
    pub pointer: String,
    /// What people call it; the key if it has no title.
    pub title: &'a str,
    /// What it is.
    pub description: Option<&'a str>,
    /// `string`, `url`, `boolean`, `integer`, `number`, `datetime`, `email`, `hostname`, `json` or `list`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What it may be.
    pub allowed: Phrase<'a>,
    /// The only values there are; empty: any.
    pub values: &'a [Json],
    /// Whether it must be given, always.
    pub required: bool,
    /// When it must be given, if it depends; else empty.
    pub when: Phrase<'a>,
    /// What is assumed when it is not given; `null` for nothing.
    pub default: Option<&'a Json>,
    /// What the sample shows, if anything.
    pub example: Option<&'a Json>,
    /// A value worth imitating, unlike a placeholder or a fake; never a secret's.
    pub hint: Option<&'a Json>,
    /// Whether the sample shows it.
    pub shown: bool,
    /// Whether its value is a secret.
    pub secret: bool,
    /// How what people paste becomes the value.
    pub normalise: Option<&'a str>,
    /// The earlier message that brings the value, and its entry there.
    pub origin: Option<Origin<'a>>,
    /// Why it should no longer be used.
    pub deprecation: Option<Deprecation<'a>>,
}

/// Where a value comes from.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Origin<'a> {
    /// `callback` or `token`.
    pub message: &'a str,
    /// The entry.
    pub entry: &'a str,
}

/// Why an entry should no longer be used.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Deprecation<'a> {
    /// Since when.
    pub since: Option<&'a str>,
    /// The entry to use instead.
    pub replaced_by: Option<&'a str>,
    /// What to do.
    pub note: Option<&'a str>,
}

/// A phrase, so that each language can set names and values in its own way.
pub type Phrase<'a> = Vec<Segment<'a>>;

/// A part of a phrase: words, or a name or value.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Segment<'a> {
    /// Whether it is a name or a value, rather than words.
    pub literal: bool,
    /// The text.
    pub text: std::borrow::Cow<'a, str>,
}

/// The schema of each context, by the word of `each`.
#[must_use]
pub fn schema() -> Json {
    let of = |schema: schemars::Schema| Json::from(schema);
    serde_json::json!({
        "version": VERSION,
        "catalogue": of(schemars::schema_for!(Context<CatalogueView>)),
        "element": of(schemars::schema_for!(Context<ElementView>)),
        "method": of(schemars::schema_for!(Context<MethodView>)),
        "message": of(schemars::schema_for!(Context<MessageView>)),
        "region": of(schemars::schema_for!(Context<RegionView>)),
    })
}
