//! Pages and templates on the command line.

use crate::run::Place;

/// A hand-written page with the mistakes that are most frequent on public ones.
const PAGE: &str = r#"---
elementId: 687
---

## Create Instance

* Query Parameters:

* __apiKey–__ the key
* __Signature__ – the signature

```bash
curl -X GET
-H 'Content-Type: application/json'
'https://api.cloud-elements.com/elements/api-v2/elements/sageoneuk/oauth/url?apiKey=a&apiSecret=b&callbackUrl=https:%3A%2F%2Fapp.example'
```

```javascript
{
  "oauthUrl": "https://www.sageone.com/oauth2/auth?client_id=a&client_secret=qrs456&state=sageoneuk",
  "element": "sageoneuk"
}
```

```json
{
  "element": { "key": "sageoneuk" },
  "providerData": { "code": "<CODE>" },
  "configuration": {
    "oauth.api.key": "<KEY>",
    "oauth.api.secret": "3sU/S/kZD36BaABPS7EAuSGHF+1wsthT",
    "oauth.callback.url": "https;//app.example",
    "signatur": "<SIGNATURE>"
  },
  "tags": ["<TAG>"], // one or more
  "name": "<NAME>"
}
```

```json
{
  "element": { "key": "sageoneus" },
  "configuration": {},
  "tags": [],
  "name": "x"
}
```

```json
{
  "element": { "key": "sageoneuk" },
  "providerData": { "code": "<CODE>" },
  "configuration": { "oauth.api.key": "<KEY>", "oauth.api.secret": "hunter2", "oauth.callback.url": "https;//app.example" },
  "tags": ["<TAG>"],
  "name": "<NAME>"
}
```
"#;

#[test]
fn hand_written_pages_are_held_against_the_catalogue() {
    let place = Place::new();
    place.put("page.md", PAGE);
    place.put("good.md", "# Nothing to check\n\n```sh\nls\n```\n");
    let before = place.get("page.md");
    place.run(&["docs", "check", "page.md", "good.md"]).assert("docs-check", 1);
    place.run(&["docs", "check", "page.md", "--format", "concise"]).assert("docs-check-concise", 1);
    place.run(&["docs", "check", "good.md"]).assert("docs-check-clean", 0);
    place.run(&["docs", "check", "missing.md"]).assert("docs-check-missing", 2);
    place.run(&["docs", "check"]).assert("docs-check-no-file", 2);
    place.run(&["docs", "check", "--help"]).assert("help-docs-check", 0);
    let json = place.run(&["docs", "check", "page.md", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&json.stdout).expect("it is JSON");
    assert!(document["diagnostics"].as_array().is_some_and(|all| all.len() > 8), "{document:#}");
    for format in ["human", "concise", "json", "sarif", "github"] {
        let run = place.run(&["docs", "check", "page.md", "--format", format]);
        for secret in ["3sU/S/kZD36BaABPS7EAuSGHF", "qrs456", "hunter2"] {
            assert!(!run.text().contains(secret), "--format {format} shows {secret}");
        }
    }
    assert_eq!(place.get("page.md"), before, "nothing is written");
}

#[test]
fn pages_that_are_hard_to_read_are_no_failure() {
    let place = Place::new();
    place.put("page.md", b"\xff\xfe ```json\n{\n```\n```sh\ncurl 'x\n".as_slice());
    place.put("empty.md", "");
    place.put("deep.md", format!("```json\n{}\n```\n", "[".repeat(100_000)));
    for page in ["page.md", "empty.md", "deep.md"] {
        let run = place.run(&["docs", "check", page, "--format", "concise"]);
        assert!(matches!(run.code, Some(0 | 1)), "{}", run.text());
    }
}

#[test]
fn templates_stand_beside_the_configuration() {
    let place = Place::new();
    place.put("elementc.toml", "[site]\ntitle = \"Our Docs\"\n");
    place.put("elements/plain.yaml", "key: plain\nname: Plain\nauthentication: custom\n");
    place.put("templates/list.txt.hbs", "{{!--\ncontext: 1\neach: catalogue\npath: list.txt\n--}}\n{{#each elements}}\n{{element.key}}\n{{/each}}\n");
    assert_eq!(place.run(&["build"]).code, Some(0));
    assert_eq!(place.get("generated/list.txt"), "plain\n");
    let page = place.get("generated/plain/create-instance.md");
    assert!(page.contains("seo: Create Instance | Plain | Our Docs\n"), "{page}");

    // A broken template: nothing is written.
    place.put(
        "templates/list.txt.hbs",
        "{{!--\ncontext: 1\neach: catalogue\npath: list.txt\n--}}\n{{elemnts}}\n",
    );
    place.put("elements/second.yaml", "key: second\nname: Second\nauthentication: custom\n");
    let before = place.files("generated");
    place.run(&["build"]).assert("build-broken-template", 1);
    assert_eq!(place.files("generated"), before, "nothing is written");
}

#[test]
fn the_catalogue_becomes_a_site() {
    let place = Place::new();
    place.put("elements/plain.yaml", "key: plain\nname: Plain\nauthentication: custom\n");
    place.run(&["docs", "site", "--help"]).assert("help-docs-site", 0);
    place.run(&["docs", "site", "--elements", "elements"]).assert("site-without-directory", 2);
    place.run(&["docs", "site", "--elements", "elements", "--out", "site"]).assert("site", 0);
    let made = place.files("site");
    place.run(&["docs", "site", "--elements", "elements", "--out", "site"]).assert("site-again", 0);
    assert_eq!(place.files("site"), made, "nothing is written twice");

    // What is gone from the catalogue is gone from the site; what somebody put there stays.
    place.put("elements/second.yaml", "key: second\nname: Second\nauthentication: custom\n");
    std::fs::remove_file(place.path("elements/plain.yaml")).expect("it can be removed");
    place.put("site/elements/plain/notes.txt", "mine");
    place.run(&["docs", "site", "--elements", "elements", "--out", "site"]).assert("site-changed", 0);
    assert!(!place.path("site/elements/plain/index.html").exists());
    assert_eq!(place.get("site/elements/plain/notes.txt"), "mine");
}

#[test]
fn a_site_takes_nobodys_place() {
    let place = Place::new();
    place.put("elements/plain.yaml", "key: plain\nname: Plain\nauthentication: custom\n");
    let refused = |out: &str, snapshot: &str, code| {
        let before = place.files("");
        place.run(&["docs", "site", "--elements", "elements", "--out", out]).assert(snapshot, code);
        assert_eq!(place.files(""), before, "nothing is written");
    };
    place.put("site/index.html", "my own");
    refused("site", "site-foreign", 2);
    place.put("file", "");
    refused("file", "site-no-directory", 2);
    assert_eq!(place.run(&["build", "--elements", "elements", "--out", "built"]).code, Some(0));
    refused("built", "site-over-build", 2);
    refused("generated", "site-where-build-writes", 2);
    place.put("elements/plain.yaml", "key: plain\nname: Plain\nauthentication: custom\ntraits: [oauth3]\n");
    refused("new", "site-broken-descriptor", 1);
}

/// A page with two regions, of which one is up to date after the first update.
const REGIONS: &str = "# Ours\n\n<!-- elementc:begin sagelive table oauth-callback -->\n<!-- elementc:end -->\n\nBetween.\n\n\
    <!-- elementc:begin sagelive curl -->\nold\n<!-- elementc:end -->\n\nThe end, without a line feed";

#[test]
fn regions_of_pages_are_written() {
    let place = Place::new();
    place.put("page.md", REGIONS);
    place.put("plain.md", "# No region\n");
    place.run(&["docs", "update", "--check", "page.md", "plain.md"]).assert("docs-update-check", 1);
    assert_eq!(place.get("page.md"), REGIONS, "nothing is written");
    place.run(&["docs", "update", "page.md", "plain.md"]).assert("docs-update", 0);
    let written = place.get("page.md");
    insta::assert_snapshot!("docs-update-page", written);
    place.run(&["docs", "update", "page.md", "plain.md"]).assert("docs-update-again", 0);
    place.run(&["docs", "update", "--check", "page.md"]).assert("docs-update-check-again", 0);
    assert_eq!(place.get("page.md"), written, "a second update changes nothing");
    assert_eq!(place.get("plain.md"), "# No region\n");
    place.run(&["docs", "update", "--help"]).assert("help-docs-update", 0);
    let json = place.run(&["docs", "update", "--check", "page.md", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&json.stdout).expect("it is JSON");
    assert_eq!(document["diagnostics"], serde_json::json!([]), "{document:#}");
}

#[test]
fn no_page_is_written_while_one_is_broken() {
    let place = Place::new();
    place.put("page.md", REGIONS);
    place
        .put("broken.md", "<!-- elementc:begin sageliv tabel -->\n\n<!-- elementc:begin sagelive curl -->\n");
    place.put("bytes.md", b"\xff <!-- elementc:begin sagelive curl -->\n".as_slice());
    place.run(&["docs", "update", "page.md", "broken.md", "bytes.md"]).assert("docs-update-broken", 1);
    place.run(&["docs", "update", "page.md", "missing.md"]).assert("docs-update-missing", 2);
    assert_eq!(place.get("page.md"), REGIONS, "nothing is written");

    // Nor while a template is broken, or a descriptor.
    place.put("elementc.toml", "elements = \"elements\"\n");
    place.put("elements/plain.yaml", "key: plain\nname: Plain\nauthentication: custom\n");
    place.put("page.md", "<!-- elementc:begin plain curl -->\n<!-- elementc:end -->\n");
    place.put("templates/curl.md.hbs", "{{!--\ncontext: 1\nregion: curl\n--}}\n{{crl}}\n");
    place.run(&["docs", "update", "page.md"]).assert("docs-update-template", 1);
    place.put("templates/curl.md.hbs", "{{!--\ncontext: 1\nregion: curl\n--}}\n{{curl}}\n");
    place.put("elements/plain.yaml", "key: plain\nnam: Plain\nauthentication: custom\n");
    assert_eq!(place.run(&["docs", "update", "page.md"]).code, Some(2));
    assert_eq!(place.get("page.md"), "<!-- elementc:begin plain curl -->\n<!-- elementc:end -->\n");
    place.put("elements/plain.yaml", "key: plain\nname: Plain\nauthentication: custom\n");
    assert_eq!(place.run(&["docs", "update", "page.md"]).code, Some(0));
    assert!(place.get("page.md").contains("\n\ncurl -X POST "), "{}", place.get("page.md"));
}

/// Pages may stand in a repository of their own, which has the shipped elements on a platform of its own.
#[test]
fn pages_have_the_site_of_their_directory() {
    let place = Place::new();
    place.put("elementc.toml", "[site]\nplatform = \"https://platform.example/v3\"\n");
    place.put("page.md", REGIONS);
    assert_eq!(place.run(&["docs", "update", "page.md"]).code, Some(0));
    assert!(place.get("page.md").contains("curl -X POST 'https://platform.example/v3/instances'"));
    assert_eq!(place.run(&["build"]).code, Some(0));
    assert!(place.get("generated/openapi.json").contains("\"default\": \"https://platform.example/v3\""));
}
