//! Hand-written pages, held against the catalogue: a good one passes, each mistake that public ones have
//! is reported at its place, and nothing that is no page at all makes it fail.

use crate::support;
use elementc_compiler::page;
use elementc_compiler::render::{Style, concise, human};
use elementc_compiler::{Catalog, Compilation};
use proptest::prelude::*;
use std::sync::LazyLock;

pub static SHIPPED: LazyLock<Compilation> = LazyLock::new(|| support::compiled(support::shipped()));

/// A page with the habits of public ones: lists and tables, HTML and Liquid, a shortened response.
const GOOD: &str = r#"---
heading: Sage One UK
elementId: 686
elementKey: sageoneuk
---

# Authenticate

{% include padding.html %} See [OAuth](https://docs.example/a?b=c&d=e#f) and <a href="https://docs.example">here</a>,<br>
<input disabled>,
or <https://docs.example/1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms>. The "key" of the element is `sageoneuk`.

* HTTP Header: None
* Query Parameters:

* __apiKey–__ the key, as `<YOUR_KEY>` or &lt;your key&gt;
* __apiSecret__ – the secret, not \<this\>
* `callbackUrl` – the URL without `https://`
* __state__ – any value
* __signature__ – the signature

```bash
$ curl -X GET \
  -H 'Content-Type: application/json' \
  'https://api.cloud-elements.com/elements/api-v2/elements/sageoneuk/oauth/url?apiKey=fake_key&apiSecret=fake_secret&callbackUrl=https%3A%2F%2Fwww.mycoolapp.com%2Fauth&state=sageoneuk&signature=fake_signature'
```

```javascript
{
  "oauthUrl": "https://www.sageone.com/oauth2/auth?response_type=code&client_id=fake_key&redirect_uri=https://www.mycoolapp.com/auth&state=sageoneuk",
  "element": "sageoneuk"
}
```

| Key | Action |
|---|---|
| Enter | the shortcut |

| Parameter | Description |
| :--- | :--- |
| 'key' | The element key.<br>sageoneuk |
| Name<br>`name` | The name of the instance. |
| `oauth.api.key`<br>text | The **Client ID**. |
| oauth.api.secret | The secret |

```bash
Authorization: User <INSERT_USER_SECRET>, Organization <INSERT_ORGANIZATION_SECRET>
```

```json
{
  "element": {
    "key": "sageoneuk"
  },
  "providerData": {
    "code": "<CODE>"
  },
  "configuration": {
    "oauth.api.key": "<INSERT_SAGEONE_UK_CLIENT_ID>",
    "oauth.api.secret": "<SECRET>",
    "oauth.callback.url": "https://www.mycoolapp.com/auth",
    "signature": "<SIGNATURE>"
  },
  "tags": ["<TAG>"],
  "name": "<NAME>"
}
```

```sh
curl -X POST \
  -H 'Authorization: User <INSERT_USER_SECRET>, Organization <INSERT_ORGANIZATION_SECRET>' \
  -H 'Content-Type: application/json' \
  -d '{"element":{"key":"sageoneuk"},"providerData":{"code":"<CODE>"},"configuration":{"oauth.api.key":"<KEY>","oauth.api.secret":"<SECRET>","oauth.callback.url":"https://www.mycoolapp.com/auth","signature":"<SIGNATURE>"},"tags":["<TAG>"],"name":"<NAME>"}' \
  https://api.cloud-elements.com/elements/api-v2/instances
```

```json
{
  "id": 123,
  "token": "xxxx",
  "element": { "id": 686, "key": "sageoneuk" },
  "configuration": { "oauth.callback.url": "https://www.mycoolapp.com/auth" }
}
```

{% include common-instance-config.md %}
"#;

/// A mistake: what is replaced, by what, and what is said of it.
type Mistake = (&'static str, &'static str, &'static [&'static str]);

const MISTAKES: &[Mistake] = &[
    ("elementId: 686", "elementId: 687", &["3:12: error E1105: `687` is not the id of this element"]),
    (
        r#"The "key" of the element is `sageoneuk`"#,
        r#"The "key" of the element is `sageoneus`"#,
        &["11:102: error E1105: `sageoneus` is not the key of this element"],
    ),
    (
        "$ curl -X GET \\",
        "$ curl -X GET",
        &["24:3: error E1103: this is a command of its own: the line before does not end in a backslash"],
    ),
    (
        "  -H 'Content-Type: application/json' \\\n  -d '{",
        "  -H 'Content-Type: application/json'\n  -d '{",
        &["73:3: error E1103: this is a command of its own: the line before does not end in a backslash"],
    ),
    (
        "$ curl -X GET \\",
        "$ curl -X GET \\ ",
        &["23:15: error E1103: blanks behind the backslash: the command ends with this line"],
    ),
    (
        "$ curl -X GET \\\n  -H 'Content-Type: application/json'",
        "$ curl -X GET \\\n  -H ‘Content-Type: application/json’",
        &[
            "24:6: error E1103: a typographic quote is no quote for the shell",
            "24:37: error E1103: a typographic quote is no quote for the shell",
        ],
    ),
    ("fake_signature'", "fake_signature", &["25:3: error E1103: the quote is not closed"]),
    (
        "-H 'Authorization: User <INSERT_USER_SECRET>, Organization <INSERT_ORGANIZATION_SECRET>'",
        r#"-H "Authorization: User "<INSERT_USER_SECRET>"#,
        &["71:28: error E1103: `<INSERT_USER_SECRET>` outside quotes reads from a file: put it in quotes"],
    ),
    (
        "'https://api.cloud-elements.com/elements/api-v2/elements/sageoneuk/oauth/url?apiKey=fake_key&apiSecret=fake_secret&callbackUrl=https%3A%2F%2Fwww.mycoolapp.com%2Fauth&state=sageoneuk&signature=fake_signature'",
        "https://api.cloud-elements.com/elements/api-v2/elements/sageoneuk/oauth/url?apiKey=fake_key&apiSecret=fake_secret",
        &["25:94: error E1103: `&` outside quotes ends the command: put the URL in quotes"],
    ),
    (
        "elements/sageoneuk/oauth/url",
        "elements/sageoneus/oauth/url",
        &["25:60: error E1105: `sageoneus` is not the key of this element"],
    ),
    (
        "  \"tags\": [\"<TAG>\"],\n",
        "  \"tags\": [\"<TAG>\"], // one or more\n",
        &["64:22: error E1101: this is no JSON: it has no comments"],
    ),
    (
        "    \"signature\": \"<SIGNATURE>\"\n",
        "    \"signature\": \"<SIGNATURE>\",\n",
        &["63:3: error E1101: this is no JSON: trailing comma"],
    ),
    (
        "  \"token\": \"xxxx\",\n",
        "  \"token\": “xxxx”,\n",
        &["80:12: error E1101: this is no JSON: a typographic quote is no quote"],
    ),
    (
        "\"key\": \"sageoneuk\"\n",
        "\"key\": \"sageone\"\n",
        &["53:12: error E1105: `sageone` is not the key of this element"],
    ),
    (r#"{ "id": 686,"#, r#"{ "id": 676,"#, &["81:22: error E1105: `676` is not the id of this element"]),
    ("&signature=fake_signature'", "'", &["25:3: error E1104: missing required parameter `signature`"]),
    (
        "&state=sageoneuk&signature",
        "&stat=sageoneuk&signature",
        &["25:169: error E1104: unknown parameter `stat`; did you mean `state`?"],
    ),
    ("* __signature__", "* __Signature__", &["20:5: error E1104: `sageoneuk` has no parameter `Signature`"]),
    (
        "https%3A%2F%2Fwww.mycoolapp.com%2Fauth&state=sageoneuk&sig",
        "https:%3A%2F%2Fwww.mycoolapp.com%2auth&state=sageoneuk&sig",
        &["25:118: error E1104: `callbackUrl` must be an http or https URL"],
    ),
    (
        r#"    "oauth.callback.url": "https://"#,
        r#"    "oauth.callback.url": "https;//"#,
        &[
            "61:27: error E1102: this is no create-instance of `sageoneuk`: `oauth.callback.url` must be an http or https URL",
        ],
    ),
    (
        r#"{ "oauth.callback.url": "https://"#,
        r#"{ "oauth.callback.url": "https;//"#,
        &["82:45: error E1108: this is no URL"],
    ),
    ("](https://docs.example/a", "](https:/docs.example/a", &["9:40: error E1108: this is no URL"]),
    (
        "client_id=fake_key&redirect",
        "client_id=fake_key&client_secret=xyz789&redirect",
        &["30:90: error E1106: `client_secret` is a secret in a URL that a browser opens"],
    ),
    (
        "](https://docs.example/a?b=c",
        "](https://docs.example/a?client_secret=xyz789&b=c",
        &["9:63: error E1106: `client_secret` is a secret in a URL that a browser opens"],
    ),
    (
        "any value",
        "any value, such as <like this>",
        &["19:34: error E1107: `<like this>` is taken for HTML, and vanishes"],
    ),
    (
        "The **Client ID**.",
        "The <Client_ID>.",
        &["43:33: error E1107: `<Client_ID>` is taken for HTML, and vanishes"],
    ),
    (
        "<INSERT_SAGEONE_UK_CLIENT_ID>",
        "<INSERT_SAGEONE_US_CLIENT_ID>",
        &["59:23: error E1105: `<INSERT_SAGEONE_US_CLIENT_ID>` names `sageoneus`, which is another element"],
    ),
    (
        "    \"signature\": \"<SIGNATURE>\"\n",
        "    \"signatur\": \"<SIGNATURE>\"\n",
        &[
            "58:20: error E1102: this is no create-instance of `sageoneuk`: missing required entry `signature`",
            "62:5: error E1102: this is no create-instance of `sageoneuk`: unknown entry `signatur`; did you mean `signature`?",
        ],
    ),
    (
        "  \"element\": {\n    \"key\": \"sageoneuk\"\n  },\n  \"prov",
        r#"  "prov"#,
        &[
            "51:1: error E1102: this is no create-instance of `sageoneuk`: missing required entry `element` (it holds `key`)",
        ],
    ),
    (
        r#"{"element":{"key":"sageoneuk"}"#,
        r#"{"element":{"key":"sagelive"}"#,
        &["73:25: error E1105: `sagelive` is not the key of this element"],
    ),
    (
        r#""signature":"<SIGNATURE>"},"tags""#,
        r#""signature":"<SIGNATURE>",},"tags""#,
        &["73:222: error E1101: this is no JSON: trailing comma"],
    ),
    (
        r#","signature":"<SIGNATURE>"},"tags""#,
        r#"},"tags""#,
        &[
            "73:87: error E1102: this is no create-instance of `sageoneuk`: missing required entry `signature`",
        ],
    ),
    (
        "| oauth.api.secret |",
        "| oauth.api.secrt |",
        &["44:3: error E1104: `sageoneuk` has no entry `oauth.api.secrt`"],
    ),
    ("| 'key' |", "| 'ky' |", &["41:4: error E1104: `sageoneuk` has no entry `ky`"]),
    (
        r#""token": "xxxx""#,
        r#""token": "3sU/S/kZD36BaABPS7EAuSGHF+1wsthT""#,
        &["80:13: error E1106: this looks like a live credential"],
    ),
];

/// What is said of a page, a line each.
fn said(catalog: &Catalog, text: &[u8]) -> Vec<String> {
    let (files, diagnostics, _) = page::check(catalog, &[("page.md".to_owned(), text.to_vec())]);
    // Whatever the text, it can be shown.
    assert!(
        diagnostics.is_empty() || !human(&diagnostics, &files, Style { color: false, width: 100 }).is_empty()
    );
    concise(&diagnostics, &files).lines().map(str::to_owned).collect()
}

#[test]
fn a_good_page_passes() {
    assert_eq!(said(&SHIPPED.catalog, GOOD.as_bytes()), Vec::<String>::new());
    let windows = format!("\u{feff}{}", GOOD.replace('\n', "\r\n"));
    assert_eq!(said(&SHIPPED.catalog, windows.as_bytes()), Vec::<String>::new());
}

#[test]
fn generated_pages_pass() {
    for one in crate::everything() {
        for page in &one.pages {
            assert_eq!(
                said(&one.compilation.catalog, page.text.as_bytes()),
                Vec::<String>::new(),
                "{}",
                page.path
            );
        }
    }
}

#[test]
fn each_mistake_is_reported_at_its_place() {
    let mut wrong = Vec::new();
    for (from, to, expected) in MISTAKES {
        assert_eq!(GOOD.matches(from).count(), 1, "{from:?} is on the page once");
        let found = said(&SHIPPED.catalog, GOOD.replace(from, to).as_bytes());
        let found: Vec<&str> =
            found.iter().map(|line| line.strip_prefix("page.md:").unwrap_or(line)).collect();
        if found != *expected {
            wrong.push(format!("{from:?} as {to:?}:\n{found:#?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// What means something to Markdown, HTML, Liquid, JSON or the shell.
const PIECES: &[&str] = &[
    "a",
    " ",
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    "---\n",
    "elementKey: sagelive\n",
    "elementId: x",
    "# ",
    "* ",
    "> ",
    "    ",
    "1. ",
    "```",
    "```json\n",
    "```sh\n",
    "~~~\n",
    "`",
    "``",
    "|",
    "|---|\n",
    "| Key |\n|---|\n| ",
    "*",
    "**",
    "__",
    "\\",
    "<",
    ">",
    "<!--",
    "-->",
    "<a",
    "</a>",
    "<b c>",
    "<br>",
    "&lt;",
    "{{",
    "}}",
    "{%",
    "%}",
    "{% raw %}",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    ":",
    ",",
    "{\"element\":{\"key\":\"sagelive\"}",
    "\"oauthUrl\":\"https://x?client_secret=é",
    "curl ",
    "-d '{",
    "'https://x/elements/",
    "/oauth/url?apiKey=%ff&",
    "&",
    "=",
    "?",
    "://",
    "https;//",
    "http:/",
    "é",
    "漢",
    "\u{feff}",
    "\0",
    "\u{2028}",
    "$(",
    "<<E\n",
    "“",
    "Query parameters:\n\n",
    "The \"key\" is `x`",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_makes_it_fail(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 1..60)) {
        said(&SHIPPED.catalog, pieces.concat().as_bytes());
    }

    #[test]
    fn no_cut_makes_it_fail(from in 0..GOOD.len(), length in 0..200usize, byte in any::<u8>()) {
        let mut bytes = GOOD.as_bytes().to_vec();
        bytes.splice(from..(from + length).min(GOOD.len()), [byte]);
        said(&SHIPPED.catalog, &bytes);
    }
}

/// What takes the square of its length would take hours.
#[test]
fn long_pages_are_read_once() {
    const LENGTH: usize = 200_000;
    for piece in [
        "<",
        "<a ",
        "{{",
        "{%",
        "<!--",
        "`",
        "```\n",
        "| a ",
        "* ",
        "> ",
        "[",
        "http// ",
        "https://",
        "://a?secret=b&",
        "<a>",
        "'",
        "$(",
        "a\\",
        "\"element\"",
        "/elements//oauth/",
    ] {
        let long = piece.repeat(LENGTH / piece.len());
        for text in [format!("---\nelementKey: sageoneuk\n---\n```sh\ncurl {long}\n```\n"), long] {
            // Whatever takes the square of this length takes hours.
            let _ = page::check(&SHIPPED.catalog, &[("page.md".to_owned(), text.into_bytes())]);
        }
    }
}
