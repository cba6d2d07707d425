//! Descriptors whose texts are full of what means something to Markdown, HTML, Liquid, YAML, the shell
//! and JSON: the pages say what harmless ones say, in the same form, and their commands are right.

use crate::commands::{Shell, expected, judge};
use crate::markdown::{Page, problems};
use crate::{Pages, pages, support};
use elementc_compiler::compile;
use elementc_compiler::source::{Role, Source};
use proptest::prelude::*;
use pulldown_cmark::Event;
use serde_json::{Value as Json, json};
use std::cell::Cell;

/// Pieces that mean something somewhere.
const PIECES: &[&str] = &[
    "a",
    "Z",
    "9",
    " ",
    "  ",
    "é",
    "漢",
    "{{",
    "}}",
    "{%",
    "%}",
    "{% raw %}",
    "{% endraw %}",
    "{{ site.x }}",
    "{",
    "}",
    "{:.x}",
    "`",
    "```",
    "\n```\n",
    "~~~",
    "*",
    "**",
    "_",
    "__",
    "#",
    "\n# ",
    "|",
    "\\|",
    "\\",
    "<",
    ">",
    "<b>",
    "<script>alert(1)</script>",
    "<!--",
    "-->",
    "</code>",
    "&",
    "&lt;",
    "&#39;",
    "\"",
    "'",
    "'\\''",
    "$(touch x)",
    "`touch x`",
    "$HOME",
    "!",
    "!!",
    ";",
    "&&",
    "\n",
    "\n\n",
    "\r",
    "\r\n",
    "\t",
    "---",
    "\n---\n",
    "===",
    "- ",
    "1. ",
    ": ",
    "#{x}",
    "%",
    "%00",
    "?",
    "=",
    "+",
    "@",
    "@x",
    "://",
    "http://x.example",
    "www.x.example",
    "[x](y)",
    "![x](y)",
    "[[",
    "]",
    "(",
    ")",
    "~",
    "^",
    "$",
    "$$",
    "\u{85}",
    "\u{2028}",
    "\u{a0}",
    "\u{1f600}",
    "“",
    "’",
    ",",
    ".",
    "/",
    ":",
];

/// A text of some pieces. An example in angle brackets would be a placeholder, which pages treat in
/// another way, so some texts are between letters.
fn text(at: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(PIECES), 1..7).prop_map(move |pieces| {
        let text = pieces.concat();
        let trimmed = text.trim();
        // What is to be said must be something, and blanks at its ends are a mistake of their own.
        if at >= EXAMPLE || trimmed.chars().all(|c| c.is_whitespace() || c.is_control()) {
            format!("x{text}y")
        } else {
            trimmed.to_owned()
        }
    })
}

/// The first of the texts that samples show.
const EXAMPLE: usize = 7;

fn texts() -> impl Strategy<Value = [String; 12]> {
    (0..12).map(text).collect::<Vec<_>>().prop_map(|all| all.try_into().expect("there are twelve"))
}

/// A descriptor with these texts wherever one can stand.
fn descriptor(texts: &[String; 12], method: &str) -> Json {
    let [name, description, title, about, group, note, normalise, example, default, value, state, tag] =
        texts;
    let mut element = json!({
        "key": "hostile",
        "name": name,
        "description": description,
        "traits": [method],
        "configuration": {
            "plain": { "title": title, "description": about, "normalise": normalise },
            "listed": { "title": format!("{title} 2"), "description": about, "values": [value, format!("2{example}")] },
            "given": { "title": format!("{title} 3"), "description": about, "default": default },
            "fixed": { "title": format!("{title} 4"), "description": about, "value": value },
            "depending": { "title": format!("{title} 5"), "description": about, "required": { "when": { "listed": value } } },
            "settings": { "title": format!("{title} 6"), "description": about, "group": group, "required": false, "sample": false },
            "old": { "title": format!("{title} 7"), "description": about, "required": false,
                "deprecated": { "since": note, "replacedBy": "plain", "note": note } },
            "object": { "title": format!("{title} 8"), "description": about, "type": "json", "example": { example: [value] } },
        },
        "request": { "mark": { "title": format!("{title} 9"), "description": about, "value": tag } },
    });
    if method == "oauth2" {
        element["oauth2"] = json!({
            "authorize": "https://vendor.example/authorize",
            "token": "https://vendor.example/token",
            "query": { "region": { "title": title, "description": about, "example": state }, "plain": "configuration.plain", "fixed": "configuration.fixed" },
            "callback": { "extra": { "title": title, "description": about, "example": state } },
            "scopes": [joined(value), joined(example)],
            "redirect": { "audience": { "value": tag } },
        });
        element["oauth2"]["query"]["scope"] = "oauth2.scope".into();
        element["providerData"] = json!({ "extra": "callback.extra" });
    }
    element
}

/// A scope holds no blank.
fn joined(text: &str) -> String {
    text.split(char::is_whitespace).collect::<Vec<_>>().join("-")
}

/// The pages of a descriptor, if it is a good one.
fn compiled(texts: &[String; 12], method: &str) -> Option<Pages> {
    let bytes = descriptor(texts, method).to_string().into_bytes();
    let path = "hostile.yaml".to_owned();
    let mut sources = vec![Source {
        path,
        name: "hostile".to_owned(),
        role: Role::Element,
        library: false,
        bytes: bytes.into(),
    }];
    sources.extend(support::shipped().into_iter().map(|source| Source { library: true, ..source }));
    let compilation = compile(sources);
    (!compilation.has_errors()).then(|| pages(compilation))
}

/// The kinds of things that a page consists of, in order.
fn form(page: &Page) -> Vec<String> {
    let mut form = Vec::new();
    let mut raw = false;
    for event in page.events() {
        match event {
            // Code is written with HTML where a code span cannot say it.
            Event::InlineHtml(html) if &*html == "<code>" => {
                raw = true;
                form.push("code".to_owned());
            }
            Event::InlineHtml(html) if &*html == "</code>" => raw = false,
            Event::Code(_) => form.push("code".to_owned()),
            Event::Text(_) if raw => {}
            Event::Text(_) | Event::SoftBreak => {
                if form.last().is_none_or(|last| last != "text") {
                    form.push("text".to_owned());
                }
            }
            Event::Html(_) | Event::InlineHtml(_) => form.push("html".to_owned()),
            Event::Start(tag) => form.push(format!("{tag:?}")),
            Event::End(tag) => form.push(format!("{tag:?}")),
            other => form.push(format!("{other:?}")),
        }
    }
    form
}

fn visible(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn check(texts: &[String; 12], method: &str, harmless: &Pages, shell: &Shell) -> Result<bool, TestCaseError> {
    let Some(hostile) = compiled(texts, method) else { return Ok(false) };
    let (page, model) = (&hostile.pages[0], &harmless.pages[0]);
    let paths: Vec<&str> = hostile.pages.iter().map(|page| page.path.as_str()).collect();
    prop_assert_eq!(problems(page, &paths), Vec::<String>::new());
    let (found, wanted) = (form(page), form(model));
    let differs = found.iter().zip(&wanted).position(|(a, b)| a != b);
    prop_assert!(
        found == wanted,
        "the form differs at {:?}: {:?} in place of {:?}\n{}",
        differs,
        differs.map(|at| &found[at.saturating_sub(3)..(at + 4).min(found.len())]),
        differs.map(|at| &wanted[at.saturating_sub(3)..(at + 4).min(wanted.len())]),
        &page.text
    );
    let front = page.front();
    prop_assert_eq!(front["heading"].as_str(), Some(&*texts[0]));
    let rows = page.rows();
    let row = rows.iter().find(|row| row[1] == "depending").expect("the entry has a row");
    prop_assert_eq!(visible(&row[0]), visible(&format!("{} 5", texts[2])));
    prop_assert!(visible(&row[2]).starts_with("when listed is "), "{:?}", row);
    let row = rows.iter().find(|row| row[1] == "given").expect("the entry has a row");
    prop_assert_eq!(visible(&row[3]), visible(&texts[8]));
    let compiled = hostile.compilation.catalog.get("hostile").expect("it is the only one");
    let samples: Vec<&Json> = compiled.messages.iter().flat_map(|m| &m.samples).map(|s| &s.json).collect();
    let expected_requests = expected(page, &compiled);
    for json in page.json().iter().filter(|json| json.get("violations").is_none()) {
        prop_assert!(samples.contains(&json), "{:#} is no sample", json);
    }
    for (command, expected) in page.commands().iter().zip(&expected_requests) {
        let calls = shell.record(command, &page.instance()).map_err(TestCaseError::fail)?;
        prop_assert_eq!(calls.len(), 1, "{}", command);
        judge(&calls[0], expected).map_err(TestCaseError::fail)?;
    }
    Ok(true)
}

#[test]
fn no_text_of_a_descriptor_spoils_its_page() {
    let shell = Shell::recording();
    let (good, all) = (Cell::new(0), Cell::new(0));
    let harmless = std::array::from_fn(|at| format!("harmless {at}"));
    let methods = ["oauth2", "basic"];
    let models = methods.map(|method| compiled(&harmless, method).expect("harmless texts are good"));
    // Each piece in each text at least once, then at random.
    for pieces in PIECES.chunks(6) {
        let texts = std::array::from_fn(|at| format!("x{}y{at}", pieces.concat()));
        for (method, model) in methods.iter().zip(&models) {
            let good = check(&texts, method, model, &shell).unwrap_or_else(|e| panic!("{pieces:?}: {e}"));
            assert!(good, "{pieces:?} in {method} is no good descriptor");
        }
    }
    let strategy = (texts(), 0..methods.len());
    let config = ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let result = runner.run(&strategy, |(texts, method)| {
        all.set(all.get() + 1);
        if check(&texts, methods[method], &models[method], &shell)? {
            good.set(good.get() + 1);
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    assert!(good.get() * 2 > all.get(), "only {} of {} descriptors were good", good.get(), all.get());
}
