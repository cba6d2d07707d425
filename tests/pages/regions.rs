//! Regions of hand-written pages: they show what generated pages show, and nothing else of a page changes.

use crate::handwritten::SHIPPED;
use crate::{everything, site, support};
use elementc_compiler::page::{Update, update};
use elementc_compiler::render::concise;
use elementc_compiler::template::{Site, TemplateSource};
use proptest::prelude::*;

/// What generated pages have, and the messages that they have it of.
const PARTS: &[(&str, &[&str])] = &[
    (
        "table",
        &[
            "oauth-token-request",
            "oauth-token-response",
            "oauth-url-request",
            "oauth-callback",
            "create-instance",
        ],
    ),
    (
        "sample",
        &[
            "oauth-token-response",
            "oauth-url-response",
            "oauth-callback",
            "create-instance",
            "created-instance",
        ],
    ),
    ("response", &["oauth-token-request", "oauth-url-request", "create-instance"]),
    ("curl", &["oauth-token-request", "oauth-url-request", "create-instance"]),
    ("problem", &["create-instance"]),
    ("settings", &["create-instance"]),
];

fn one(text: &[u8]) -> Update {
    update(&SHIPPED.catalog, Vec::new(), &Site::default(), &[("page.md".to_owned(), text.to_vec())])
}

fn wrong(update: &Update) -> Vec<String> {
    let text = concise(&update.errors, &update.files);
    text.lines().map(|line| line.strip_prefix("page.md:").unwrap_or(line).to_owned()).collect()
}

#[test]
fn regions_show_what_generated_pages_show() {
    let mut compared = 0;
    for catalogue in everything() {
        let mut of = Vec::new();
        let mut pages = Vec::new();
        for page in &catalogue.pages {
            let name = page.path.rsplit('/').next().expect("a path has a last part");
            let method = name.strip_prefix("create-instance.").and_then(|rest| rest.strip_suffix(".md"));
            let method = method.map_or(String::new(), |method| format!("/{method}"));
            for (kind, message) in PARTS.iter().flat_map(|(kind, all)| all.iter().map(move |m| (kind, m))) {
                let begin = format!("<!-- elementc:begin {}{method} {kind} {message} -->", page.key());
                of.push((page, pages.len()));
                pages.push((begin.clone(), format!("{begin}\n<!-- elementc:end -->\n").into_bytes()));
            }
        }
        let made = update(&catalogue.compilation.catalog, Vec::new(), &site(), &pages);
        let said = concise(&made.errors, &made.files);
        for (page, at) in of {
            let begin = &pages[at].0;
            let Some(text) = &made.pages[at].text else {
                // The element does not have it.
                let lacks = |line: &str| line.starts_with(&**begin) && line.contains(" has no `");
                assert!(said.lines().any(lacks), "{begin}\n{said}");
                continue;
            };
            let shown = text.strip_prefix(&**begin).and_then(|text| text.split("\n<!-- elementc:end").next());
            let shown = shown.expect("the markers stay").trim();
            assert!(page.text.contains(shown), "{} has not:\n{shown}", page.path);
            compared += 1;
        }
    }
    assert!(compared > 150, "only {compared} regions were compared");
}

#[test]
fn mistakes_have_their_place() {
    let cases: &[(&str, &[&str])] = &[
        ("begin -->\nend", &["1:1: error E1201: a marker says an element, and what to show of it"]),
        ("begin sagelive -->\nend", &["1:1: error E1201: a marker says an element, and what to show of it"]),
        (
            "begin sagelive table create-instance x -->\nend",
            &["1:1: error E1201: a marker says an element, and what to show of it"],
        ),
        ("begin saglive table -->\nend", &["1:21: error E1201: there is no element `saglive`"]),
        ("begin sagelive/basic table -->\nend", &["1:21: error E1201: there is no method `basic`"]),
        ("begin sagelive tabel -->\nend", &["1:30: error E1201: there is no region `tabel`"]),
        (
            "begin  sagelive\ttable oauth-url -->\nend",
            &["1:37: error E1201: there is no message `oauth-url`"],
        ),
        (
            "begin sagehr curl oauth-url-request -->\nend",
            &["1:1: error E1201: `sagehr` has no `curl` of `oauth-url-request`"],
        ),
        (
            "begin sagelive curl oauth-callback -->\nend",
            &["1:1: error E1201: `sagelive` has no `curl` of `oauth-callback`"],
        ),
        (
            "begin sagelive response oauth-callback -->\nend",
            &["1:1: error E1201: `sagelive` has no `response` of `oauth-callback`"],
        ),
        ("begin sagelive curl", &["1:1: error E1201: the region does not end"]),
        ("end", &["1:1: error E1201: a region ends that has not begun"]),
        ("ned", &["1:15: error E1201: there is no marker `elementc:ned`"]),
        ("", &["1:15: error E1201: there is no marker `elementc:`"]),
        (
            "begin sagelive curl -->\nbegin sagelive table -->\nend",
            &["2:1: error E1201: a region begins before the one above has ended"],
        ),
        (
            "begin sagelive curl -->\nend sagelive",
            &[
                "1:1: error E1201: the region does not end",
                "2:15: error E1201: nothing follows `end` in a marker",
            ],
        ),
    ];
    for (said, expected) in cases {
        let text: String = said
            .split('\n')
            .map(|line| format!("<!-- elementc:{} -->\n", line.trim_end_matches(" -->")))
            .collect();
        assert_eq!(wrong(&one(text.as_bytes())), *expected, "{text}");
    }
    let aside = "a `<!-- elementc:begin x -->` b\n> <!-- elementc:end -->\n";
    assert_eq!(wrong(&one(aside.as_bytes())), ["2:1: error E1201: a marker stands in a line of its own"]);
    assert_eq!(wrong(&one(b"a\n\xff")), ["2:1: error E1201: the page is not UTF-8 text"]);
}

/// Pages that show markers show them.
#[test]
fn markers_in_code_are_code() {
    for page in [
        "```md\n<!-- elementc:begin x -->\n```\n",
        "~~~~\n```\n<!-- elementc:begin x -->\n~~~\n~~~~\n",
        "    <!-- elementc:begin x -->\n",
        "a `<!-- elementc:end -->` b\n",
    ] {
        let made = one(page.as_bytes());
        assert_eq!((wrong(&made), made.pages[0].regions), (Vec::new(), 0), "{page}");
    }
}

#[test]
fn a_region_begins_and_ends_its_lines_as_its_marker() {
    let page = "\u{feff}a\r\n\r\n1. b\r\n   <!-- elementc:begin sagehr curl -->\r\nold\r\n   <!-- elementc:end -->\r\nc";
    let text = one(page.as_bytes()).pages.remove(0).text.expect("the region is stale");
    let (before, rest) = text.split_once("curl -->\r\n").expect("the marker stays");
    let (inner, after) = rest.split_once("   <!-- elementc:end").expect("this one too");
    assert_eq!((before, after), ("\u{feff}a\r\n\r\n1. b\r\n   <!-- elementc:begin sagehr ", " -->\r\nc"));
    assert!(
        inner.starts_with("\r\n   ```sh\r\n   curl -X POST") && inner.ends_with("   ```\r\n\r\n"),
        "{inner:?}"
    );
    assert_eq!(inner.matches('\n').count(), inner.matches("\r\n").count());
    assert!(one(text.as_bytes()).pages[0].text.is_none(), "it is up to date");
}

/// The documentation's own example.
#[test]
fn the_documented_region_is_shown() {
    let text = std::fs::read_to_string(support::root("docs/templates.md")).expect("it is there");
    let blocks = text.split("```").map(|block| block.strip_prefix("hbs\n").unwrap_or_default());
    let example = blocks.into_iter().find(|block| block.contains("\nregion: keys\n")).expect("it is there");
    let own = TemplateSource {
        path: "templates/keys.hbs".into(),
        name: "keys".into(),
        bytes: example.as_bytes().into(),
    };
    let page = b"<!-- elementc:begin sagehr keys -->\n<!-- elementc:end -->\n".to_vec();
    let made = update(&SHIPPED.catalog, vec![own], &Site::default(), &[("page.md".to_owned(), page)]);
    let text = made.pages[0].text.as_deref().expect("the region is stale");
    assert!(text.contains("\n* `subdomain` of Sage HR\n* `api.key` of Sage HR\n"), "{text}");
}

/// A team's template adds a region, and replaces one; a mistake in it is reported once.
#[test]
fn templates_add_regions() {
    let own = |name: &str, body: &str| TemplateSource {
        path: format!("templates/{name}.hbs"),
        name: name.to_owned(),
        bytes: format!("{{{{!--\ncontext: 1\nregion: {name}\n--}}}}\n{body}\n").into_bytes().into(),
    };
    let page = "<!-- elementc:begin sagehr keys -->\n<!-- elementc:end -->\n";
    let made = |body: &str, page: &str| {
        update(
            &SHIPPED.catalog,
            vec![own("keys", body)],
            &Site::default(),
            &[("page.md".to_owned(), page.into())],
        )
    };
    let good = made("{{@root.element.key}}{{#each parts}}{{#each entries}} {{key}}{{/each}}{{/each}}", page);
    let text = good.pages[0].text.as_deref().expect("the region is stale");
    assert!(text.contains("\n\nsagehr tags name key subdomain api.key"), "{text}");
    let broken = made("{{nothing}}", &page.repeat(3));
    assert_eq!(wrong(&broken), ["templates/keys.hbs:5:1: error E1002: there is no `nothing` here"]);
    let unreadable = made("{{#if}}", page);
    assert!(wrong(&unreadable)[0].starts_with("templates/keys.hbs:"), "{:?}", wrong(&unreadable));
    // What would end the region before its end is not written into it.
    let marker = made("<!-- elementc:end -->", page);
    assert_eq!(wrong(&marker), ["1:1: error E1201: what the region shows holds a marker"]);
}

const PIECES: &[&str] = &[
    "a",
    "é",
    " ",
    "\n",
    "\r\n",
    "\n\n",
    "```\n",
    "```",
    "~~~\n",
    "`",
    "> ",
    "    ",
    "\t",
    "1. ",
    "| a |\n|---|\n",
    "<!-- elementc:begin sagehr curl -->\n",
    "<!-- elementc:begin sagelive table oauth-callback -->\r\n",
    "<!--elementc:begin sagehr sample-->\n",
    "<!-- elementc:end -->\n",
    "<!-- elementc:end -->",
    "<!-- elementc:end -->\r\n",
    "<!-- elementc:begin x y -->\n",
    "<!-- elementc:",
    "-->",
    "<!--",
    "\0",
    "\u{feff}",
    "---\n",
];

/// The parts of a page that are no region's.
fn outside(text: &str) -> String {
    let mut kept = String::new();
    let mut inside = false;
    for line in text.split_inclusive('\n') {
        let marker = line.trim_start_matches('\u{feff}').trim();
        inside &= !(marker.starts_with("<!-- elementc:end") && marker.ends_with("-->"));
        if !inside {
            kept.push_str(line);
        }
        inside |= marker.starts_with("<!--") && marker.contains("elementc:begin") && marker.ends_with("-->");
    }
    kept
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_outside_of_regions_changes(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 1..12)) {
        let text = pieces.concat();
        let mut made = one(text.as_bytes());
        if made.errors.is_empty() && let Some(new) = made.pages.remove(0).text {
            // A fence hides markers from both alike.
            if !text.contains("```") && !text.contains("~~~") && !text.contains("    ") && !text.contains('\t') {
                prop_assert_eq!(outside(&new), outside(&text));
            }
            let again = one(new.as_bytes());
            prop_assert_eq!((wrong(&again), &again.pages[0].text), (Vec::new(), &None));
        }
    }
}
