//! Descriptors whose texts want to become markup: the documents have the form that harmless ones have, and
//! say the texts as they are.

use crate::html::{self, Item};
use crate::{Site, support};
use elementc_compiler::compile;
use elementc_compiler::source::{Role, Source};
use serde_json::{Value as Json, json};

/// Texts that end whatever they may stand in, and then call `pwned`.
pub const TEXTS: &[&str] = &[
    "<script>pwned()</script>",
    "</script><script>pwned()</script>",
    "\"><img src=x onerror=pwned()>",
    "' onfocus=pwned() autofocus x='",
    "\" onfocus=\"pwned()\" autofocus x=\"",
    "` onfocus=pwned() `",
    "</textarea></pre></code></select></style></title><svg onload=pwned()>",
    "-->]]><script>pwned()</script><!--",
    "[x](javascript:pwned()) <javascript:pwned()> ![x](x \"onerror=pwned()\")",
    "&#60;script&#62;pwned()&#60;/script&#62; &lt;b&gt; &amp;amp; &quot;",
    "{{{html}}} {{> page}} {{#each .}} {{pwned}} {% include x %}",
    "```\n</code></pre><script>pwned()</script>\n```\n\n<div onclick=pwned()>\n\n# x {#id onclick=pwned()}",
    "x\u{2028}pwned()\u{2029}\\u003cscript\\u003e \\\"; pwned(); //",
    "'; pwned(); '${pwned()}` */ pwned() /*",
    "<code></code></code><code onclick=pwned()>",
];

/// A descriptor with a text wherever one can stand; it has several methods.
fn descriptor(text: &str) -> Json {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let titled = |at: u8| format!("{line} {at}");
    json!({
        "key": "hostile",
        "name": line,
        "hub": line,
        "description": text,
        "configuration": {
            "mode": { "title": titled(0), "description": text, "values": ["oauth", "other"] },
            "plain": { "title": titled(1), "description": text, "normalise": text, "example": format!("x{text}y") },
            "listed": { "title": titled(2), "description": text, "values": [text, "other"] },
            "given": { "title": titled(3), "description": text, "required": false, "default": text },
            "fixed": { "title": titled(4), "description": text, "value": text },
            "depending": { "title": titled(5), "description": text, "required": { "when": { "listed": text } } },
            "settings": { "title": titled(6), "description": text, "group": line, "required": false, "sample": false },
            "old": { "title": titled(7), "description": text, "required": false,
                "deprecated": { "since": line, "replacedBy": "plain", "note": text } },
            "object": { "title": titled(8), "description": text, "type": "json", "example": { text: [text] } },
            format!("key {line}"): { "title": titled(9), "description": text, "secret": true },
            format!("one {line}"): { "title": titled(10), "description": text },
            "other.one": { "title": titled(11), "description": text },
        },
        "constraints": { "configuration": [{ "oneOf": [format!("one {line}"), "other.one"] }] },
        "request": { "mark": { "title": titled(12), "description": text, "value": text } },
        "variants": {
            "oauth": {
                "title": format!("{line} one"),
                "when": { "mode": "oauth" },
                "traits": ["oauth2"],
                "oauth2": {
                    "authorize": "https://vendor.example/authorize",
                    "token": "https://vendor.example/token",
                    "query": { "region": { "title": titled(13), "description": text, "example": format!("x{text}y") } },
                    "callback": { "extra": { "title": titled(14), "description": text, "example": format!("x{text}y") } },
                },
                "providerData": { "extra": "callback.extra" },
            },
            "other": { "title": format!("{line} two"), "when": { "mode": "other" }, "authentication": "custom" },
        },
    })
}

/// The site of such a descriptor.
pub fn site(text: &str) -> Site {
    let source = Source {
        path: "hostile.yaml".to_owned(),
        name: "hostile".to_owned(),
        role: Role::Element,
        library: false,
        bytes: descriptor(text).to_string().into_bytes().into(),
    };
    let lent = support::shipped().into_iter().map(|source| Source { library: true, ..source });
    let sources: Vec<Source> = std::iter::once(source).chain(lent).collect();
    let compilation = compile(sources);
    let errors: Vec<String> = compilation.diagnostics.iter().map(|d| d.message.clone()).collect();
    assert!(!compilation.has_errors(), "{text:?}: {errors:#?}");
    Site::of(compilation)
}

/// The tags of a document with the names of their attributes.
fn form(items: &[Item]) -> Vec<String> {
    let of = |item: &Item| match item {
        Item::Tag { name, attributes } => {
            let names: Vec<&str> = attributes.iter().map(|(name, _)| name.as_str()).collect();
            Some(format!("{name} {}", names.join(" ")))
        }
        Item::Text(_) => None,
    };
    items.iter().filter_map(of).collect()
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn no_text_of_a_descriptor_becomes_markup() {
    let harmless = site("harmless");
    for text in TEXTS {
        let hostile = site(text);
        assert_eq!(hostile.files.len(), harmless.files.len(), "{text:?}");
        for ((path, document), (_, model)) in hostile.documents().zip(harmless.documents()) {
            let items = html::items(document);
            assert_eq!(html::actions(&items), Vec::<String>::new(), "{path} with {text:?}");
            let (found, wanted) = (form(&items), form(&html::items(model)));
            let differs = found.iter().zip(&wanted).position(|(a, b)| a != b);
            assert!(
                found == wanted,
                "{path} with {text:?}: {:?}",
                differs.map(|at| &found[at.saturating_sub(2)..at + 2])
            );
            // It is said in full.
            let said: String = items
                .iter()
                .filter_map(|item| match item {
                    Item::Text(text) => Some(text.as_str()),
                    Item::Tag { .. } => None,
                })
                .collect();
            assert!(squeezed(&said).contains(&squeezed(text)), "{path} does not say {text:?}");
        }
        let forms = html::items(hostile.text("elements/hostile/build.html"));
        let compiled = hostile.compilation.catalog.get("hostile").expect("it is the only one");
        let (message, _) = compiled.message("create-instance").expect("every element has it");
        let samples: Vec<Json> = message.samples.iter().map(|sample| sample.json.clone()).collect();
        let carried = html::attributes(&forms, "data-sample");
        let carried: Vec<Json> =
            carried.iter().map(|s| serde_json::from_str(s).expect("it is JSON")).collect();
        assert_eq!(carried, samples, "{text:?}");
    }
}
