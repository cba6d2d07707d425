//! Templates of a team: what the documentation shows comes out, and every mistake has its place.

use crate::support;
use elementc_compiler::render::concise;
use elementc_compiler::source::{Files, Role};
use elementc_compiler::template::{Site, TemplateSource};
use elementc_compiler::{Artifact, Compilation, emit_with};
use std::sync::LazyLock;

/// Two elements are as good as ten.
static SHIPPED: LazyLock<Compilation> = LazyLock::new(|| {
    let mut sources = support::shipped();
    sources.retain(|source| {
        source.role == Role::Trait || ["sagehr", "sagelive"].contains(&source.name.as_str())
    });
    support::compiled(sources)
});

/// What comes of templates, by name and text; or what is wrong with them, a line each.
fn build(templates: &[(&str, &str)]) -> Result<Vec<Artifact>, String> {
    let source = |(name, text): &(&str, &str)| TemplateSource {
        path: format!("templates/{name}.hbs"),
        name: (*name).to_owned(),
        bytes: text.as_bytes().into(),
    };
    let mut files = Files::default();
    emit_with(&SHIPPED.catalog, templates.iter().map(source).collect(), &Site::default(), &mut files)
        .map_err(|wrong| concise(&wrong, &files))
}

fn made<'a>(artifacts: &'a [Artifact], path: &str) -> Option<&'a str> {
    let artifact = artifacts.iter().find(|artifact| artifact.path == path)?;
    Some(std::str::from_utf8(&artifact.bytes).expect("templates make text"))
}

/// The blocks of the documentation: the words of the fence, and the text.
fn documented() -> Vec<(String, String)> {
    let text = std::fs::read_to_string(support::root("docs/templates.md")).expect("it is there");
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(words)) if !words.starts_with('`') => open = Some((words.to_owned(), String::new())),
            // A fence within a block is followed by more of it, the block's own by a blank line or another.
            (Some(_), Some(""))
                if lines.peek().is_none_or(|next| next.is_empty() || next.starts_with("```text")) =>
            {
                blocks.extend(open.take());
            }
            (Some((_, text)), _) => *text += &format!("{line}\n"),
            _ => {}
        }
    }
    blocks
}

#[test]
fn what_the_documentation_shows_comes_out() {
    let blocks = documented();
    let mut shown = 0;
    for pair in blocks.windows(2) {
        let ((words, template), (result, expected)) = (&pair[0], &pair[1]);
        let Some(path) = result.strip_prefix("text").filter(|_| words == "hbs") else { continue };
        shown += 1;
        let header = "{{!--\ncontext: 1\neach: catalogue\npath: out.txt\n--}}\n";
        let (template, path) = match path.trim() {
            "" => (format!("{header}{template}"), "out.txt"),
            path => (template.clone(), path),
        };
        let artifacts = build(&[("documented", &template)]).unwrap_or_else(|e| panic!("{e}\n{template}"));
        assert_eq!(made(&artifacts, path), Some(expected.as_str()), "\n{template}");
    }
    assert_eq!(shown, 9, "every example is tried: {blocks:#?}");
}

#[test]
fn every_helper_and_variable_is_documented() {
    let text = std::fs::read_to_string(support::root("docs/templates.md")).expect("it is there");
    let schema = elementc_compiler::template::context::schema();
    fn names(json: &serde_json::Value, found: &mut Vec<String>) {
        if let Some(properties) = json.get("properties").and_then(|p| p.as_object()) {
            found.extend(properties.keys().cloned());
        }
        match json {
            serde_json::Value::Object(members) => members.values().for_each(|inner| names(inner, found)),
            serde_json::Value::Array(items) => items.iter().for_each(|inner| names(inner, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    names(&schema, &mut found);
    assert!(found.len() > 60, "{found:?}");
    // A helper would hide a variable of its name.
    for helper in ["md", "code", "phrase", "fence", "yaml", "json", "shell", "percent"] {
        assert!(text.contains(&format!("| `{helper}` |")), "docs/templates.md does not mention `{helper}`");
        assert!(!found.iter().any(|name| name == helper), "`{helper}` is a variable too");
    }
    // Those of the smallest things have their description in the schema only.
    let small = ["literal", "text", "report", "sentence", "entry", "since", "replacedBy", "note", "message"];
    let site = ["title", "layout", "breadcrumbs", "parent", "order", "platform"];
    for name in found.iter().filter(|name| !small.contains(&name.as_str()) && !site.contains(&name.as_str()))
    {
        assert!(text.contains(&format!("`{name}`")), "docs/templates.md does not mention `{name}`");
    }
}

/// A target for each element, whose file the element names.
fn each_element(body: &str) -> String {
    format!("{{{{!--\ncontext: 1\neach: element\npath: {{{{element.key}}}}/x.txt\n--}}}}\n{body}\n")
}

fn at_path(path: &str) -> String {
    format!("{{{{!--\ncontext: 1\neach: catalogue\npath: {path}\n--}}}}\nx\n")
}

#[test]
fn mistakes_have_their_place() {
    let one = |body: &str| vec![("t", each_element(body))];
    let path = |path: &str| vec![("t", at_path(path))];
    let deep = |count: usize| format!("{}{}", "{{#if element}}".repeat(count), "{{/if}}".repeat(count));
    let cases: Vec<(Vec<(&str, String)>, &str)> = vec![
        (one("{{element.name"), "templates/t.hbs:6:1: error E1001: this is no Handlebars"),
        (one("{{#if element}}x"), "E1001"),
        (one("{{#if element}}x{{/unless}}"), "E1001"),
        (one("a\n b {{shel element.name}}"), "templates/t.hbs:7:4: error E1001: there is no helper `shel`"),
        (
            one("{{md (conct element.name 1)}}"),
            "templates/t.hbs:6:1: error E1001: there is no helper `conct`",
        ),
        (one("{{#wen element}}{{/wen}}"), "templates/t.hbs:6:1: error E1001: there is no helper `wen`"),
        (
            one("{{#*inline \"a\"}}{{> a}}{{/inline}}{{> a}}"),
            "templates/t.hbs:6:1: error E1001: there are no decorators",
        ),
        (one("{{#> a}}b{{/a}}"), "templates/t.hbs:6:1: error E1001: a partial takes no block"),
        (one(&deep(40)), "templates/t.hbs:6:481: error E1001: blocks or values are nested too deeply"),
        (
            one(&format!("{{{{md {}1{}}}}}", "(".repeat(50_000), ")".repeat(50_000))),
            "templates/t.hbs:6:1: error E1001: blocks or values",
        ),
        (
            one(&format!("{{{{json {}{}}}}}", "[".repeat(50_000), "]".repeat(50_000))),
            "templates/t.hbs:6:1: error E1001: blocks or values",
        ),
        (one(&deep(200_000)), "E1001: blocks or values are nested too deeply"),
        (one("a {{element.nam}}"), "templates/t.hbs:6:3: error E1002: there is no `element.nam` here"),
        (
            one("{{#if nothing}}a{{else}}b{{/if}}"),
            "templates/t.hbs:6:1: error E1002: there is no `nothing` here",
        ),
        (
            one("{{#if element}}{{else if nothing}}b{{/if}}\n{{#unless nothing}}x{{/unless}}"),
            "templates/t.hbs:7:1: error E1002: there is no `nothing` here",
        ),
        (
            one("{{#each nothing}}a{{else}}b{{/each}}"),
            "templates/t.hbs:6:1: error E1002: there is no `nothing` here",
        ),
        (one("{{md nothing}}"), "templates/t.hbs:6:1: error E1002: there is no `nothing` here"),
        (
            one(
                "{{#each methods}}{{#each createInstance.parts}}{{#each entries}}\n{{keys}}{{/each}}{{/each}}{{/each}}",
            ),
            "templates/t.hbs:7:1: error E1002: there is no `keys` here",
        ),
        (one("{{md}}"), "templates/t.hbs:6:1: error E1002"),
        (
            one("x{{#if (eq element.nam \"x\")}}a{{/if}}"),
            "templates/t.hbs:6:2: error E1002: there is no `element.nam` here",
        ),
        (
            one("{{#if (and element nothing)}}a{{/if}}"),
            "templates/t.hbs:6:1: error E1002: there is no `nothing` here",
        ),
        (
            one("{{#if (eq 1)}}a{{/if}}"),
            "templates/t.hbs:6:1: error E1002: a value that `eq` needs is not there",
        ),
        (
            one("{{#each element.key}}a{{/each}}"),
            "templates/t.hbs:6:1: error E1002: `element.key` is no list here",
        ),
        (
            one("{{#with element.hubs}}a{{/with}}"),
            "templates/t.hbs:6:1: error E1002: there is no `element.hubs` here",
        ),
        (
            one("{{#with element.id}}a{{/with}}"),
            "templates/t.hbs:6:1: error E1002: `element.id` is empty here, and there is no `{{else}}`",
        ),
        (one("{{> entry.md}}"), "templates/t.hbs:6:1: error E1004: there is no template `entry.md`"),
        (
            one("{{> (lookup element \"key\")}}"),
            "templates/t.hbs:6:1: error E1004: the name of a partial is written out",
        ),
        (
            one("{{> @partial-block}}"),
            "templates/t.hbs:6:1: error E1004: the name of a partial is written out",
        ),
        (
            vec![
                ("t", each_element("{{> a}}")),
                ("a", "x\n{{> b}}\n".to_owned()),
                ("b", "y {{> a}}\n".to_owned()),
            ],
            "templates/b.hbs:1:3: error E1004: `a` uses itself: a → b → a",
        ),
        (
            path("../x.txt"),
            "templates/t.hbs:4:7: error E1005: nothing can be written to `../x.txt`: it leads out of the output directory",
        ),
        (
            path("/etc/x"),
            "templates/t.hbs:4:7: error E1005: nothing can be written to `/etc/x`: it leads out of the output directory",
        ),
        (path("a/../../x"), "it leads out of the output directory"),
        (path("a//x"), "a part of it is empty"),
        (path("C:\\x"), "a character that some file systems do not have"),
        (
            path("catalog.json"),
            "nothing can be written to `catalog.json`: the path is taken by another target",
        ),
        (path("Sagelive/INSTANCE.json"), "the path is taken by another target"),
        (path("sagelive"), "the path is a directory"),
        (
            path("sagelive/CON.txt"),
            "templates/t.hbs:4:7: error E1005: nothing can be written to `sagelive/CON.txt`",
        ),
        (path("catalog.json/x"), "a directory of the path is a file of another target"),
        (path("manifest.json"), "the path is taken by elementc itself"),
        (path("sagelive/create-instance.md"), "the path is taken by"),
        (path("{{elements.0.nothing}}"), "templates/t.hbs:4:7: error E1002: there is no"),
        (
            vec![("t", "{{!--\ncontext: 2\neach: element\npath: x\n--}}\n".to_owned())],
            "templates/t.hbs:2:10: error E1003: there is no context of version `2`",
        ),
        (
            vec![("t", "{{!--\ncontext: 1\neach: element\n--}}\n".to_owned())],
            "templates/t.hbs:1:1: error E1003: the header does not say `path`",
        ),
        (
            vec![("t", "{{!--\ncontext: 1\neach: element\npaths: x\n--}}\n".to_owned())],
            "templates/t.hbs:4:1: error E1003: unknown key `paths`",
        ),
    ];
    let mut wrong = Vec::new();
    for (templates, expected) in &cases {
        let templates: Vec<(&str, &str)> =
            templates.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let said = build(&templates).err().unwrap_or_else(|| "nothing is wrong".to_owned());
        if !said.lines().next().is_some_and(|first| first.contains(expected)) {
            let shown: String = templates[0].1.chars().take(120).collect();
            wrong.push(format!("{shown}\n  expected {expected}\n  but      {said}"));
        }
        // One mistake is said once, though each element has it.
        if said.lines().count() > 3 {
            wrong.push(format!("too much is said: {said}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn a_team_replaces_and_adds() {
    let artifacts = build(&[
        (
            "create-instance.md",
            "{{!--\ncontext: 1\neach: element\npath: {{element.key}}/page.mdx\n--}}\n# {{element.name}}\n{{> note}}\n",
        ),
        ("note", "Hub: {{element.hub}}\n"),
        (
            "all.json",
            "{{!--\ncontext: 1\neach: catalogue\npath: all.json\n--}}\n[{{#each elements}}{{json element.key}}{{#unless @last}}, {{/unless}}{{/each}}]\n",
        ),
    ]);
    let artifacts = artifacts.unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(made(&artifacts, "sagelive/page.mdx"), Some("# Sage Live\nHub: sage\n"));
    assert_eq!(made(&artifacts, "sagelive/create-instance.md"), None);
    let all: Vec<String> =
        serde_json::from_str(made(&artifacts, "all.json").expect("it is made")).expect("it is JSON");
    assert_eq!(all.len(), SHIPPED.catalog.elements.len());
}
