//! `--format`: what other programs read.

use crate::run::Place;
use crate::support;
use serde_json::Value as Json;
use std::fs;

/// A catalogue with errors in several files, with fixes, with other places that matter, and with
/// what formats have to escape.
fn broken() -> Place {
    let place = Place::new();
    place.put("my elements/one.yaml", "key: one\nnaem: 😀 One\nextends: sageoneku\nconfiguration: []\n");
    place.put(
        "my elements/two.yaml",
        "key: two\nname: \"Two 😀: 100%, and more\"\nauthentication: costum\nkey: three\nname: x\noauth2:\n  scopes: a\n",
    );
    place.put("my elements/traits/own.yaml", "configuration:\n  token: { title: 1, secret: yes }\n");
    let user = "key: user\nname: User\nauthentication: custom\ntraits: [own]\nconfiguration: { token: { title: 2 } }\n";
    place.put("my elements/user.yaml", user);
    place
}

const CHECK: [&str; 4] = ["check", "--elements", "my elements", "--format"];

fn run(place: &Place, format: &str, code: i32) -> String {
    let run = place.run(&[&CHECK[..], &[format]].concat());
    assert_eq!((run.code, &*run.stderr), (Some(code), ""), "{}", run.text());
    run.stdout
}

/// What of a log is not as its schema says.
fn against_the_schema(log: &Json) -> Vec<String> {
    let schema = fs::read_to_string(support::root("tests/data/sarif-2.1.0.schema.json"));
    // Of its pattern for languages, a stray bracket is no regular expression of ECMA-262.
    let schema = schema.expect("it is there").replace("{2}]?$", "{2}$");
    let schema: Json = serde_json::from_str(&schema).expect("it is JSON");
    let options = jsonschema::options().should_validate_formats(true);
    let validator = options.build(&schema).expect("it is a JSON Schema");
    validator.iter_errors(log).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn sarif_is_what_its_schema_says() {
    let log: Json = serde_json::from_str(&run(&broken(), "sarif", 1)).expect("it is JSON");
    assert_eq!(against_the_schema(&log), [""; 0]);
    let results = log["runs"][0]["results"].as_array().expect("there are results");
    assert!(results.len() >= 8, "{results:#?}");
    for member in ["fixes", "relatedLocations"] {
        assert!(results.iter().any(|result| result.get(member).is_some()), "no result has {member}");
    }
    // The test is one only if the schema can tell.
    let mut wrong = log.clone();
    wrong["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0.into();
    wrong["runs"][0]["results"][1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] =
        "my elements/a".into();
    assert_eq!(against_the_schema(&wrong).len(), 2);

    let place = Place::new();
    let clean = place.run(&["check", "--format", "sarif"]).stdout;
    let clean: Json = serde_json::from_str(&clean).expect("it is JSON");
    assert_eq!(against_the_schema(&clean), [""; 0]);
    assert_eq!(clean["runs"][0]["results"], Json::Array(Vec::new()));
}

#[test]
fn formats_agree() {
    let place = broken();
    let json: Json = serde_json::from_str(&run(&place, "json", 1)).expect("it is JSON");
    let sarif: Json = serde_json::from_str(&run(&place, "sarif", 1)).expect("it is JSON");
    let diagnostics = json["diagnostics"].as_array().expect("there are diagnostics");
    let results = sarif["runs"][0]["results"].as_array().expect("there are results");
    let codes = |all: &[Json], name: &str| all.iter().map(|d| d[name].clone()).collect::<Vec<_>>();
    assert_eq!(codes(diagnostics, "code"), codes(results, "ruleId"));
    let concise = run(&place, "concise", 1);
    assert_eq!(concise.lines().count(), diagnostics.len() + 1, "{concise}");
    let github = run(&place, "github", 1);
    assert_eq!(github.lines().filter(|line| line.starts_with("::")).count(), diagnostics.len(), "{github}");
    let human = run(&place, "human", 1);
    assert_eq!(
        human.lines().filter(|line| line.starts_with("error[") || line.starts_with("warning[")).count(),
        diagnostics.len(),
        "{human}"
    );
    place.run(&[&CHECK[..], &["concise"]].concat()).assert("formats-concise", 1);
    place.run(&[&CHECK[..], &["github"]].concat()).assert("formats-github", 1);
}

/// What programs read ends where the document ends.
#[test]
fn build_prints_nothing_beside_a_document() {
    let place = Place::new();
    place.put("mine/one.yaml", "key: one\nname: One\nauthentication: custom\n");
    for format in ["json", "sarif"] {
        for more in [&[][..], &["--check"]] {
            let run = place
                .run(&[&["build", "--elements", "mine", "--out", "out", "--format", format], more].concat());
            assert_eq!(run.code, Some(0), "{}", run.text());
            let document: Result<Json, _> = serde_json::from_str(&run.stdout);
            assert!(document.is_ok(), "{}", run.text());
        }
    }
}

/// `docs/formats.md` names every member of the JSON document, and none that there is not.
#[test]
fn the_json_document_is_described() {
    fn members(json: &Json, found: &mut Vec<String>) {
        match json {
            Json::Object(map) => {
                for (name, value) in map {
                    found.push(name.clone());
                    members(value, found);
                }
            }
            Json::Array(items) => items.iter().for_each(|item| members(item, found)),
            _ => {}
        }
    }
    let json: Json = serde_json::from_str(&run(&broken(), "json", 1)).expect("it is JSON");
    let mut there = Vec::new();
    members(&json, &mut there);
    let page = fs::read_to_string(support::root("docs/formats.md")).expect("it is there");
    let section = page.split("\n## ").find(|section| section.starts_with("`json`")).expect("it is described");
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split("` |").next());
    let mut said: Vec<String> = rows.flat_map(|row| row.split("`, `")).map(str::to_owned).collect();
    for names in [&mut there, &mut said] {
        names.sort();
        names.dedup();
    }
    assert_eq!(said, there, "docs/formats.md, and what there is");
}
