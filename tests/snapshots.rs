//! Every kind of generated file, for a simple element and for one with several methods or messages.

mod support;

use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The files of the shipped catalogue and of the fixtures, by path.
fn files() -> BTreeMap<String, String> {
    let shipped = support::emitted(support::shipped());
    let fixtures = ["elements", "breadth"].map(|directory| support::emitted(support::fixtures(directory)));
    // Of what is about a whole catalogue, the shipped one's.
    let artifacts = fixtures.into_iter().flatten().chain(shipped);
    artifacts.map(|a| (a.path, String::from_utf8(a.bytes).expect("artifacts are text"))).collect()
}

fn assert_snapshot(name: &str, text: &str) {
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn files_of_an_element() {
    let files = files();
    let kinds = [
        // One method, and the five messages.
        (
            "sageoneuk",
            &[
                "element.json",
                "create-instance.schema.json",
                "instance.json",
                "validator.rs",
                "validator.mjs",
                "validator.d.mts",
            ][..],
        ),
        (
            "sageoneuk",
            &[
                "oauth-url-request.schema.json",
                "oauth-url-response.example.json",
                "oauth-callback.schema.json",
            ],
        ),
        ("sageoneuk", &["create-instance.md"]),
        // One without OAuth, one of two methods, one with three steps.
        ("sagehr", &["create-instance.md"]),
        ("zuorav2", &["create-instance.basic.md"]),
        ("etsy", &["create-instance.md"]),
        // Two methods in one message.
        (
            "zuorav2",
            &[
                "create-instance.schema.json",
                "instance.json",
                "instance.basic.json",
                "validator.rs",
                "validator.mjs",
                "validator.d.mts",
            ],
        ),
        // Constraints of every kind.
        ("related", &["validator.mjs", "validator.d.mts"]),
        // Messages ahead, whose values come back later.
        (
            "etsy",
            &[
                "oauth-token-response.schema.json",
                "oauth-url-request.example.json",
                "created-instance.example.json",
            ],
        ),
    ];
    for (key, names) in kinds {
        for name in names {
            let path = format!("{key}/{name}");
            let text = files
                .get(&path)
                .unwrap_or_else(|| panic!("there is no {path}; there are {:?}", files.keys()));
            assert_snapshot(&path.replace('/', "-"), text);
        }
    }
}

#[test]
fn the_list_of_modules() {
    let files = files();
    let (modules, _) =
        files["elements.rs"].split_once("/// The automata").expect("the automata follow the modules");
    assert_snapshot("elements.rs", modules);
}

#[test]
fn an_entry_of_the_catalogue() {
    let catalog: Json = serde_json::from_str(&files()["catalog.json"]).expect("it is JSON");
    assert_snapshot("catalog.json-sageoneuk", &format!("{:#}", catalog["elements"]["sageoneuk"]));
}

#[test]
fn the_index_says_what_the_files_of_the_elements_say() {
    let files = files();
    let json = |path: &str| -> Json { serde_json::from_str(&files[path]).expect("it is JSON") };
    let catalog = json("catalog.json");
    let elements = catalog["elements"].as_object().expect("there are elements");
    assert!(elements.len() >= 10, "only {} elements", elements.len());
    for (key, member) in elements {
        let mut member = member.as_object().expect("it has members").clone();
        let file = member.remove("file").expect("it has a file");
        assert_eq!(file, format!("{key}/element.json"));
        let mut element = json(&format!("{key}/element.json"));
        let element = element.as_object_mut().expect("it has members");
        assert_eq!(element.shift_remove("version"), Some(Json::from(1)));
        assert_eq!(element.shift_remove("key"), Some(Json::from(&**key)));
        assert!(element.shift_remove("messages").is_some(), "{key}");
        assert_eq!(*element, member);
    }
}

#[test]
fn the_schema_of_descriptors() {
    let files = files();
    let text = &files["descriptor.schema.json"];
    let top: Vec<&str> = text.lines().take(60).collect();
    assert_snapshot("descriptor.schema.json-top", &top.join("\n"));
    let schema: Json = serde_json::from_str(text).expect("it is JSON");
    jsonschema::draft202012::meta::validate(&schema).unwrap_or_else(|e| panic!("it is no schema: {e}"));
    let mut silent = Vec::new();
    let mut seen = 0;
    describe(&schema, &schema, "", &mut seen, &mut silent);
    assert!(seen > 50, "only {seen} properties were seen");
    assert!(silent.is_empty(), "properties without a description:\n{}", silent.join("\n"));
}

/// Collects the properties, at any depth, that neither they nor their definition describes.
fn describe(root: &Json, schema: &Json, at: &str, seen: &mut usize, silent: &mut Vec<String>) {
    match schema {
        Json::Object(members) => {
            if let Some(Json::Object(properties)) = members.get("properties") {
                for (key, property) in properties {
                    *seen += 1;
                    let definition =
                        property["$ref"].as_str().and_then(|r| root.pointer(r.trim_start_matches('#')));
                    let described =
                        |s: &Json| s["description"].as_str().is_some_and(|d| !d.trim().is_empty());
                    if !described(property) && !definition.is_some_and(described) {
                        silent.push(format!("{at}/properties/{key}"));
                    }
                }
            }
            members
                .iter()
                .for_each(|(key, inner)| describe(root, inner, &format!("{at}/{key}"), seen, silent));
        }
        Json::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, inner)| describe(root, inner, &format!("{at}/{index}"), seen, silent));
        }
        _ => {}
    }
}

/// Editors show mistakes by this schema: it must accept every descriptor that the compiler accepts.
#[test]
fn descriptors_pass_their_schema() {
    let schema: Json = serde_json::from_str(&files()["descriptor.schema.json"]).expect("it is JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("it is a schema");
    let mut sources = support::shipped();
    sources.extend(
        ["elements", "breadth"].into_iter().flat_map(support::fixtures).filter(|source| !source.library),
    );
    let mut complaints = Vec::new();
    for source in &sources {
        let text = std::str::from_utf8(&source.bytes).expect("descriptors are text");
        let json: Json = serde_yaml::from_str(text).unwrap_or_else(|e| panic!("{}: {e}", source.path));
        complaints.extend(
            validator.iter_errors(&json).map(|e| format!("{}{}: {e}", source.path, e.instance_path())),
        );
    }
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}
