//! What the two hand-written pages that the project began with say: each fact is on the generated page,
//! and none of the mistakes that hand-written pages have is on any.

use crate::markdown::Page;
use crate::{everything, pages, support};
use serde_json::Value as Json;

/// The facts of a hand-written page.
struct Facts {
    key: &'static str,
    front: &'static [(&'static str, &'static str)],
    /// Words and code that people read somewhere.
    said: &'static [&'static str],
    /// Keys of table rows, and what else the row says.
    rows: &'static [(&'static str, &'static [&'static str])],
    /// Pointers into the JSON of the request, and their values.
    request: &'static [(&'static str, &'static str)],
    /// Pointers into the created instance, and their values as JSON.
    created: &'static [(&'static str, &'static str)],
    /// Keys of the created instance's configuration.
    configuration: &'static [&'static str],
    /// Parameters of the OAuth URL, and their values.
    redirect: &'static [(&'static str, &'static str)],
    authorize: &'static str,
}

const SAID: &[&str] = &[
    // Step 1: the request.
    "HTTP headers: none",
    "HTTP verb: GET",
    "Request body: none",
    "/elements/{keyOrId}/oauth/",
    "https://api.cloud-elements.com/elements/api-v2/elements/",
    // The callback.
    "https://www.mycoolapp.com/auth",
    "state",
    "error",
    // Step 2.
    "Authorization: User <INSERT_USER_SECRET>, Organization <INSERT_ORGANIZATION_SECRET>",
    "Content-Type: application/json",
    "HTTP verb: POST",
    "Request URL: /instances",
    "Query parameters: none",
    "Request body: required",
    "instance.json",
    "https://api.cloud-elements.com/elements/api-v2/instances",
    "-d @instance.json",
    // The error, the token, the advice.
    "missing required entries: oauth.api.key, oauth.api.secret",
    "Its token is needed in every later call",
    "Use straight quotes",
    "nothing behind a backslash that ends a line",
];

const INSTANCE: &[(&str, &str)] = &[
    ("/id", "123"),
    ("/element/active", "true"),
    ("/element/deleted", "false"),
    ("/element/typeOauth", "false"),
    ("/element/trialAccount", "false"),
    ("/element/resources", "[]"),
    ("/element/transformationsEnabled", "true"),
    ("/element/bulkDownloadEnabled", "true"),
    ("/element/bulkUploadEnabled", "true"),
    ("/element/cloneable", "true"),
    ("/element/authentication", r#"{"type":"oauth2"}"#),
    ("/element/hub", r#""sage""#),
    ("/element/protocolType", r#""http""#),
    ("/element/parameters", "[]"),
    ("/provisionInteractions", "[]"),
    ("/valid", "true"),
    ("/disabled", "false"),
    ("/maxCacheSize", "0"),
    ("/cacheTimeToLive", "0"),
    ("/eventsEnabled", "false"),
    ("/traceLoggingEnabled", "false"),
    ("/cachingEnabled", "false"),
    ("/externalAuthentication", r#""none""#),
    ("/configuration/event.vendor.type", r#""polling""#),
    ("/configuration/event.notification.enabled", r#""false""#),
    ("/configuration/oauth.callback.url", r#""https://www.mycoolapp.com/auth""#),
    ("/configuration/oauth.user.refresh_interval", r#""3600""#),
    ("/configuration/oauth.basic.header", r#""true""#),
    ("/configuration/event.poller.refresh_interval", r#""15""#),
    ("/configuration/bulk.query.download_format", r#""JSON""#),
    ("/configuration/bulk.add_metadata", "null"),
    ("/configuration/bulk.relations", "null"),
    ("/configuration/event.notification.callback.url", "null"),
    ("/configuration/event.notification.subscription.id", "null"),
];

const REPORTED: &[&str] = &[
    "bulk.add_metadata",
    "base.url",
    "event.notification.subscription.id",
    "event.vendor.type",
    "bulk.query.date_mask",
    "bulk.attribute.created_time",
    "crm.session.refresh.time",
    "pagination.type",
    "bulk.relations",
    "oauth.callback.url",
    "oauth.user.refresh_token",
    "event.poller.urls",
    "oauth.user.refresh_interval",
    "oauth.api.key",
    "event.notification.enabled",
    "oauth.api.secret",
    "bulk.query.field_name",
    "pagination.max",
    "oauth.scope",
    "event.helper.key",
    "oauth.user.token",
    "bulk.query.operator",
    "bulk.query.download_format",
    "event.poller.refresh_interval",
    "event.notification.callback.url",
    "crm.session.refresh.interval",
    "oauth.user.refresh_time",
    "session.id",
    "oauth.basic.header",
];

const FACTS: [Facts; 2] = [
    Facts {
        key: "sagelive",
        front: &[
            ("heading", "Sage Live"),
            ("seo", "Create Instance | Sage Live | Cloud Elements API Docs"),
            ("title", "Create Instance"),
            ("description", "Create Instance"),
            ("layout", "sidebarelementdoc"),
            ("breadcrumbs", "/docs/elements.html"),
            ("elementId", "676"),
            ("elementKey", "sagelive"),
            ("parent", "Back to Element Guides"),
            ("order", "20"),
        ],
        said: &["/elements/sagelive/oauth/url", "Sage Live"],
        rows: &[
            ("apiKey", &["yes"]),
            ("apiSecret", &["yes"]),
            ("callbackUrl", &["yes", "an http or https URL"]),
            ("state", &["no", "For example sagelive."]),
            ("scope", &["For example full refresh_token."]),
            ("code", &["Authorization code"]),
            ("error", &["For example access_denied."]),
            ("oauth.api.key", &["Client ID", "yes"]),
            ("oauth.api.secret", &["Client Secret", "yes"]),
            ("oauth.callback.url", &["Callback URL", "yes"]),
            ("tags", &["a list of texts"]),
            ("name", &["Instance Name"]),
        ],
        request: &[
            ("/element/key", "sagelive"),
            ("/providerData/code", "<Code_On_The_Return_URL>"),
            ("/configuration/oauth.callback.url", "https://www.mycoolapp.com/auth"),
            ("/configuration/oauth.api.key", "<Insert_Client_ID>"),
            ("/configuration/oauth.api.secret", "<Insert_Client_Secret>"),
            ("/tags/0", "<Add_Your_Tag>"),
            ("/name", "<Insert_Instance_Name>"),
        ],
        created: &[
            ("/element/id", "676"),
            ("/element/name", r#""Sage Live Beta""#),
            ("/element/hookName", r#""SageLive""#),
            ("/element/key", r#""sagelive""#),
            ("/element/signupURL", r#""https://developer.salesforce.com/en/signup""#),
            ("/configuration/base.url", r#""https://eu5.salesforce.com""#),
            ("/configuration/pagination.type", r#""offset""#),
            ("/configuration/pagination.max", r#""100""#),
            ("/configuration/bulk.query.date_mask", r#""yyyy-MM-dd'T'HH:mm:ssXXX""#),
            ("/configuration/bulk.query.field_name", r#""CreatedDate""#),
            ("/configuration/bulk.query.operator", r#"">""#),
            ("/configuration/bulk.attribute.created_time", r#""CreatedDate""#),
            ("/configuration/oauth.scope", r#""full refresh_token""#),
            ("/configuration/sfdc.revoke.url", r#""https://login.salesforce.com/services/oauth2/revoke""#),
            ("/configuration/sfdc.token.url", r#""https://login.salesforce.com/services/oauth2/token""#),
        ],
        configuration: &[
            "sfdc.user.id",
            "sfdc.password",
            "sfdc.api.secret",
            "sfdc.revoke.url",
            "sfdc.session.signature",
            "sfdc.user.id.url",
            "sfdc.session.api.version.uri",
            "sfdc.token.url",
            "sfdc.session.instance.url",
            "sfdc.username",
            "sfdc.api.key",
            "sfdc.user.display.name",
            "sfdc.security.token",
        ],
        redirect: &[
            ("response_type", "code"),
            ("client_id", "fake_sagelive_api_key"),
            ("scope", "full refresh_token"),
            ("redirect_uri", "https://www.mycoolapp.com/auth"),
            ("state", "sagelive"),
        ],
        authorize: "https://login.salesforce.com/services/oauth2/authorize",
    },
    Facts {
        key: "sageoneuk",
        front: &[
            ("heading", "Sage One UK"),
            ("seo", "Create Instance | Sage One UK | Cloud Elements API Docs"),
            ("title", "Create Instance"),
            ("description", "Create Instance"),
            ("layout", "sidebarelementdoc"),
            ("breadcrumbs", "/docs/elements.html"),
            ("elementId", "686"),
            ("elementKey", "sageoneuk"),
            ("parent", "Back to Element Guides"),
            ("order", "20"),
        ],
        said: &["/elements/sageoneuk/oauth/url", "Sage One UK"],
        rows: &[
            ("apiKey", &["yes"]),
            ("apiSecret", &["yes"]),
            ("signature", &["Signature", "yes"]),
            ("callbackUrl", &["yes"]),
            ("state", &["no", "For example sageoneuk."]),
            ("code", &["Authorization code"]),
            ("error", &["For example access_denied."]),
            ("oauth.api.key", &["Client ID", "yes"]),
            ("oauth.api.secret", &["Client Secret", "yes"]),
            ("oauth.callback.url", &["Callback URL", "yes"]),
            ("tags", &["a list of texts"]),
            ("name", &["Instance Name"]),
        ],
        request: &[
            ("/element/key", "sageoneuk"),
            ("/providerData/code", "<CODE_ON_THE_RETURN_URL>"),
            ("/configuration/oauth.api.key", "<INSERT_SAGEONE_UK_CLIENT_ID>"),
            ("/configuration/oauth.api.secret", "<INSERT_SAGEONE_UK_CLIENT_SECRET>"),
            ("/configuration/signature", "<INSERT_SAGEONE_UK_SIGNATURE>"),
            ("/configuration/oauth.callback.url", "https://www.mycoolapp.com/auth"),
            ("/tags/0", "<INSERT_TAGS>"),
            ("/name", "<INSERT_INSTANCE_NAME>"),
        ],
        created: &[
            ("/element/id", "686"),
            ("/element/name", r#""Sage One UK Beta""#),
            ("/element/key", r#""sageoneuk""#),
        ],
        configuration: &[],
        redirect: &[
            ("response_type", "code"),
            ("client_id", "fake_sageoneuk_api_key"),
            ("redirect_uri", "https://www.mycoolapp.com/auth"),
            ("state", "sageoneuk"),
        ],
        authorize: "https://www.sageone.com/oauth2/auth",
    },
];

/// All that people read: prose, code, blocks, one line.
fn read(page: &Page) -> String {
    use pulldown_cmark::Event;
    let mut text = String::new();
    for event in page.events() {
        match event {
            Event::Text(part) | Event::Code(part) => text += &part,
            Event::SoftBreak | Event::End(_) => text.push(' '),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn created(page: &Page) -> Json {
    page.json()
        .into_iter()
        .find(|json| json.get("id").is_some())
        .expect("the page shows the created instance")
}

#[test]
fn each_fact_of_the_hand_written_pages_is_there() {
    let all = pages(support::compiled(support::shipped()));
    for facts in FACTS {
        let page = all.pages.iter().find(|page| page.key() == facts.key).expect("there is a page");
        let mut missing: Vec<String> = Vec::new();
        let front = page.front();
        for (key, value) in facts.front {
            let found = front[*key].as_str().map_or_else(|| front[*key].to_string(), str::to_owned);
            if found != *value {
                missing.push(format!("front matter {key}: {value}, not {found}"));
            }
        }
        let text = read(page);
        missing.extend(
            SAID.iter().chain(facts.said).filter(|said| !text.contains(**said)).map(|s| (*s).to_owned()),
        );
        let rows = page.rows();
        for (key, cells) in facts.rows {
            let fits = |row: &&Vec<String>| {
                row[1] == *key && cells.iter().all(|cell| row.iter().any(|c| c.contains(cell)))
            };
            if !rows.iter().any(|row| fits(&row)) {
                missing.push(format!("a row of `{key}` with {cells:?}"));
            }
        }
        let request: Json = serde_json::from_str(&page.instance()).expect("it is JSON");
        let wanted = facts
            .request
            .iter()
            .filter(|(at, value)| request.pointer(at).and_then(Json::as_str) != Some(value));
        missing.extend(wanted.map(|fact| format!("request: {fact:?}")));
        let created = created(page);
        for (at, value) in INSTANCE.iter().chain(facts.created) {
            let value: Json = serde_json::from_str(value).expect("the fact is JSON");
            if created.pointer(at) != Some(&value) {
                missing.push(format!("created instance: {at} {value}, not {:?}", created.pointer(at)));
            }
        }
        let configuration = &created["configuration"];
        let keys =
            REPORTED.iter().chain(facts.configuration).filter(|key| configuration.get(**key).is_none());
        missing.extend(keys.map(|key| format!("created instance: configuration {key}")));
        let urls: Vec<Json> =
            page.json().into_iter().filter_map(|json| json.get("oauthUrl").cloned()).collect();
        let url = urls.first().and_then(Json::as_str).expect("the page shows the OAuth URL");
        let (base, query) = url.split_once('?').expect("it has a query");
        let query: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        if base != facts.authorize {
            missing.push(format!("{} in {url}", facts.authorize));
        }
        let wanted =
            facts.redirect.iter().filter(|(k, v)| !query.iter().any(|(key, value)| key == k && value == v));
        missing.extend(wanted.map(|fact| format!("{fact:?} in {url}")));
        assert!(missing.is_empty(), "{} lacks:\n{}", page.path, missing.join("\n"));
    }
}

/// The mistakes counted on public hand-written pages. That commands run and send every documented
/// parameter, and that the callback URL is one, `commands` sees to; placeholders that vanish,
/// `markdown`.
#[test]
fn no_page_has_the_mistakes_of_hand_written_ones() {
    let mut wrong = Vec::new();
    for one in everything() {
        for page in &one.pages {
            let mut say = |what: String| wrong.push(format!("{}: {what}", page.path));
            let key = page.key();
            let (front, created) = (page.front(), created(page));
            if front["elementKey"] != key {
                say(format!("the front matter is of {}", front["elementKey"]));
            }
            if front.get("elementId").is_some_and(|id| Some(id) != created.pointer("/element/id")) {
                say("the ids of the page and of its response differ".to_owned());
            }
            for json in page.json() {
                let stated = [json.pointer("/element/key"), json.get("element").filter(|e| e.is_string())];
                if let Some(other) = stated.into_iter().flatten().find(|other| *other != key) {
                    say(format!("a block is of {other}"));
                }
                if let Some(url) = json.get("oauthUrl").and_then(Json::as_str)
                    && ["secret", "password"].iter().any(|word| url.to_lowercase().contains(word))
                {
                    say(format!("a secret in {url}"));
                }
            }
            // Every parameter of a table of a query is in a command, and the other way round.
            let commands = page.commands().join("\n");
            let compiled = one.compilation.catalog.get(key).expect("a page is of an element");
            for expected in crate::commands::expected(page, &compiled) {
                for (key, value) in
                    expected.sample.as_object().into_iter().flatten().filter(|(_, v)| v.is_string())
                {
                    let shown = format!("{key}={}", value.as_str().unwrap_or_default());
                    if !commands.contains(&shown) && !page.instance().contains(&format!("\"{key}\"")) {
                        say(format!("no command sends {shown}"));
                    }
                }
            }
            for needle in ["“", "”", "‘", "’"] {
                if commands.contains(needle) || page.blocks().iter().any(|block| block.text.contains(needle))
                {
                    say(format!("a block has {needle}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
