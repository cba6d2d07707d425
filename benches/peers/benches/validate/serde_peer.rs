//! What one would write by hand: `serde` types. In: a body. Out: whether it decodes. Types,
//! unknown, duplicate and missing entries only: no patterns, no conditions, one error at most.

#![allow(dead_code, reason = "decoding is all that is asked of the fields")]

use crate::inputs::Message;
use serde::Deserialize;
use std::borrow::Cow;
use std::hint::black_box;

/// Whether a body decodes; if not, the error is put into words.
pub fn judge(message: Message, body: &[u8]) -> bool {
    let error = match message {
        Message::Seed => serde_json::from_slice::<Seed>(body).map(black_box).err(),
        Message::Thirty => serde_json::from_slice::<Thirty>(body).map(black_box).err(),
    };
    error.map(|error| black_box(error.to_string())).is_none()
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Flag<'a> {
    Native(bool),
    #[serde(borrow)]
    Text(Cow<'a, str>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Whole<'a> {
    Native(i64),
    #[serde(borrow)]
    Text(Cow<'a, str>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Element<'a> {
    #[serde(borrow)]
    key: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProviderData<'a> {
    #[serde(borrow)]
    code: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(non_snake_case, reason = "the names of the message")]
struct Seed<'a> {
    #[serde(borrow)]
    element: Element<'a>,
    #[serde(borrow)]
    providerData: ProviderData<'a>,
    #[serde(borrow)]
    configuration: SeedConfiguration<'a>,
    #[serde(borrow)]
    tags: Vec<Cow<'a, str>>,
    #[serde(borrow)]
    name: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedConfiguration<'a> {
    #[serde(borrow, rename = "oauth.api.key")]
    key: Cow<'a, str>,
    #[serde(borrow, rename = "oauth.api.secret")]
    secret: Cow<'a, str>,
    #[serde(borrow, rename = "oauth.callback.url")]
    callback: Cow<'a, str>,
    #[serde(borrow)]
    signature: Cow<'a, str>,
    #[serde(borrow, rename = "event.notification.enabled")]
    events: Option<Flag<'a>>,
    #[serde(borrow, rename = "event.vendor.type")]
    vendor: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "event.notification.type")]
    notification: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "event.notification.callback.url")]
    events_callback: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "filter.response.nulls")]
    nulls: Option<Flag<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Thirty<'a> {
    #[serde(borrow)]
    element: Element<'a>,
    #[serde(borrow)]
    configuration: ThirtyConfiguration<'a>,
    #[serde(borrow)]
    tags: Vec<Cow<'a, str>>,
    #[serde(borrow)]
    name: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ThirtyConfiguration<'a> {
    #[serde(borrow, rename = "api.key")]
    api_key: Cow<'a, str>,
    #[serde(borrow, rename = "api.secret")]
    api_secret: Cow<'a, str>,
    #[serde(borrow, rename = "api.url")]
    api_url: Cow<'a, str>,
    #[serde(borrow, rename = "api.enabled")]
    api_enabled: Flag<'a>,
    #[serde(borrow, rename = "api.page.size")]
    api_size: Whole<'a>,
    #[serde(borrow, rename = "api.mode")]
    api_mode: Cow<'a, str>,
    #[serde(borrow, rename = "account.key")]
    account_key: Cow<'a, str>,
    #[serde(borrow, rename = "account.secret")]
    account_secret: Cow<'a, str>,
    #[serde(borrow, rename = "account.url")]
    account_url: Cow<'a, str>,
    #[serde(borrow, rename = "account.enabled")]
    account_enabled: Flag<'a>,
    #[serde(borrow, rename = "account.page.size")]
    account_size: Whole<'a>,
    #[serde(borrow, rename = "account.mode")]
    account_mode: Cow<'a, str>,
    #[serde(borrow, rename = "session.key")]
    session_key: Cow<'a, str>,
    #[serde(borrow, rename = "session.secret")]
    session_secret: Cow<'a, str>,
    #[serde(borrow, rename = "session.url")]
    session_url: Cow<'a, str>,
    #[serde(borrow, rename = "session.enabled")]
    session_enabled: Flag<'a>,
    #[serde(borrow, rename = "session.page.size")]
    session_size: Whole<'a>,
    #[serde(borrow, rename = "session.mode")]
    session_mode: Cow<'a, str>,
    #[serde(borrow, rename = "paging.key")]
    paging_key: Cow<'a, str>,
    #[serde(borrow, rename = "paging.secret")]
    paging_secret: Cow<'a, str>,
    #[serde(borrow, rename = "paging.url")]
    paging_url: Cow<'a, str>,
    #[serde(borrow, rename = "paging.enabled")]
    paging_enabled: Flag<'a>,
    #[serde(borrow, rename = "paging.page.size")]
    paging_size: Whole<'a>,
    #[serde(borrow, rename = "paging.mode")]
    paging_mode: Cow<'a, str>,
    #[serde(borrow, rename = "sync.key")]
    sync_key: Cow<'a, str>,
    #[serde(borrow, rename = "sync.secret")]
    sync_secret: Cow<'a, str>,
    #[serde(borrow, rename = "sync.url")]
    sync_url: Cow<'a, str>,
    #[serde(borrow, rename = "sync.enabled")]
    sync_enabled: Flag<'a>,
    #[serde(borrow, rename = "sync.page.size")]
    sync_size: Whole<'a>,
    #[serde(borrow, rename = "sync.mode")]
    sync_mode: Cow<'a, str>,
}
