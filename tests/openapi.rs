//! `openapi.json`: that it is OpenAPI 3.1, that what it refers to is there, and that its examples are valid.

mod support;

use elementc_compiler::lower::MessageKind;
use elementc_compiler::{Artifact, Catalog};
use elementc_runtime::{Placeholders, validate};
use serde_json::{Value as Json, json};

/// The catalogues of the shipped elements and of the fixtures, each with what is emitted of it.
fn everything() -> Vec<(Catalog, Vec<Artifact>)> {
    let all = [support::shipped(), support::fixtures("elements"), support::fixtures("breadth")];
    let emitted = all.map(|sources| {
        let compilation = support::compiled(sources);
        let artifacts = support::artifacts(&compilation);
        (compilation.catalog, artifacts)
    });
    emitted.into()
}

fn json(artifacts: &[Artifact], path: &str) -> Json {
    let artifact = artifacts.iter().find(|artifact| artifact.path == path);
    let artifact = artifact.unwrap_or_else(|| panic!("there is no {path}"));
    serde_json::from_slice(&artifact.bytes).unwrap_or_else(|e| panic!("{path}: {e}"))
}

#[test]
fn it_is_what_the_official_schema_says() {
    let schema = std::fs::read(support::root("tests/data/openapi-3.1.schema.json")).expect("it can be read");
    let schema: Json = serde_json::from_slice(&schema).expect("it is JSON");
    let schema = jsonschema::draft202012::new(&schema).expect("it is a schema");
    for (catalog, artifacts) in everything() {
        let document = json(&artifacts, "openapi.json");
        let wrong: Vec<String> =
            schema.iter_errors(&document).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert_eq!(wrong, Vec::<String>::new());
        assert_eq!(document["tags"].as_array().map(Vec::len), Some(catalog.elements.len()));
        // As people would write it, with nothing out of line.
        let text = elementc_compiler::emit::pretty(&document);
        let emitted = artifacts.iter().find(|a| a.path == "openapi.json").expect("it is emitted");
        assert!(text.as_bytes() == emitted.bytes, "the layout is not that of JSON");
        // It would be noticed.
        for broken in [json!({ "in": "query" }), json!({ "name": "x", "in": "nowhere" }), json!(1)] {
            let mut document = document.clone();
            document["paths"]["/instances"]["post"]["parameters"] = json!([broken]);
            assert!(!schema.is_valid(&document), "{broken}");
        }
    }
}

/// All references, wherever they stand.
fn references<'a>(json: &'a Json, found: &mut Vec<&'a str>) {
    match json {
        Json::Object(members) => {
            for (key, value) in members {
                match value.as_str().filter(|_| key == "$ref" || key == "externalValue") {
                    Some(to) => found.push(to),
                    None => references(value, found),
                }
            }
        }
        Json::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let mut followed = 0;
    for (_, artifacts) in everything() {
        let document = json(&artifacts, "openapi.json");
        let mut found = Vec::new();
        references(&document, &mut found);
        for to in found {
            let (file, pointer) = to.split_once('#').unwrap_or((to, ""));
            let at = if file.is_empty() { document.clone() } else { json(&artifacts, file) };
            let pointer: String = form_urlencoded::parse(pointer.replace('+', "%2B").as_bytes())
                .map(|(key, _)| key.into_owned())
                .collect();
            assert!(at.pointer(&pointer).is_some(), "{to} leads nowhere");
            followed += 1;
        }
    }
    assert!(followed > 100, "only {followed} references were followed");
}

#[test]
fn it_says_what_the_messages_say() {
    let mut compared = 0;
    for (catalog, artifacts) in everything() {
        let document = json(&artifacts, "openapi.json");
        let content = |of: &Json| of["content"]["application/json"].clone();
        let post = &document["paths"]["/instances"]["post"];
        let (request, created) = (content(&post["requestBody"]), content(&post["responses"]["200"]));
        let mut operations = 1;
        for compiled in catalog.compiled() {
            let key = &*compiled.element.key.value;
            let (message, program) = compiled.message("create-instance").expect("every element has it");
            for sample in &message.samples {
                let name =
                    sample.method.as_ref().map_or_else(|| key.to_owned(), |method| format!("{key}.{method}"));
                let example = &request["examples"][&name]["value"];
                assert_eq!(*example, sample.json, "{name}");
                let report = validate(program, example.to_string().as_bytes(), Placeholders::Allowed);
                assert!(report.is_valid(), "{name}: {}", report.to_json());
                compared += 1;
            }
            let bodies = request["schema"]["oneOf"].as_array().expect("there are alternatives");
            assert!(
                bodies.contains(&json!({ "$ref": format!("{key}/create-instance.schema.json") })),
                "{key}"
            );
            assert!(created["examples"].get(key).is_some(), "{key}");
            for (kind, what) in [(MessageKind::TokenRequest, "token"), (MessageKind::UrlRequest, "url")] {
                let messages: Vec<_> = compiled.messages.iter().filter(|m| m.kind == kind).collect();
                let operation = document["paths"].get(format!("/elements/{key}/oauth/{what}"));
                assert_eq!(operation.is_some(), !messages.is_empty(), "{key}, {what}");
                let Some(operation) = operation else { continue };
                operations += 1;
                let parameters = operation["get"]["parameters"].as_array().expect("it has parameters");
                for message in &messages {
                    for (name, member) in &message.root.members {
                        let parameter = parameters.iter().find(|p| p["name"] == **name);
                        let parameter = parameter.unwrap_or_else(|| panic!("{key}: no {name}"));
                        assert!(
                            parameter["required"] == member.required || messages.len() > 1,
                            "{key}: {name}"
                        );
                        compared += 1;
                    }
                }
            }
        }
        let missing = content(&post["responses"]["400"])["examples"].clone();
        for (key, example) in missing.as_object().expect("there are examples") {
            let codes: Vec<&str> = example["value"]["violations"]
                .as_array()
                .expect("a report lists violations")
                .iter()
                .map(|violation| violation["code"].as_str().expect("a code is text"))
                .collect();
            assert!(codes.contains(&"missing-entry"), "{key}: {codes:?}");
        }
        assert_eq!(document["paths"].as_object().map(serde_json::Map::len), Some(operations));
    }
    assert!(compared > 60, "only {compared} facts were compared");
}

/// What `oneOf` promises: a body fits the schema of its element and no other.
#[test]
fn a_body_fits_one_schema() {
    let mut judged = 0;
    for (catalog, artifacts) in everything() {
        let document = json(&artifacts, "openapi.json");
        let pointer = "/paths/~1instances/post/requestBody/content/application~1json/schema/oneOf";
        let bodies = document.pointer(pointer).and_then(Json::as_array).expect("there are alternatives");
        let schemas: Vec<(&str, jsonschema::Validator)> = bodies
            .iter()
            .map(|body| {
                let file = body["$ref"].as_str().expect("it is a reference");
                let schema = jsonschema::draft202012::new(&json(&artifacts, file)).expect("it is a schema");
                (file, schema)
            })
            .collect();
        for compiled in catalog.compiled() {
            let own = format!("{}/create-instance.schema.json", compiled.element.key.value);
            let (message, _) = compiled.message("create-instance").expect("every element has it");
            for sample in &message.samples {
                let fits = schemas.iter().filter(|(_, schema)| schema.is_valid(&sample.json));
                assert_eq!(fits.map(|(file, _)| *file).collect::<Vec<_>>(), [&*own]);
                judged += 1;
            }
        }
    }
    assert!(judged >= 22, "only {judged} bodies were judged");
}

#[test]
fn one_element() {
    let (_, artifacts) = &everything()[1];
    let document = json(artifacts, "openapi.json");
    for what in ["token", "url"] {
        let operation = &document["paths"][format!("/elements/etsy/oauth/{what}")];
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(format!("openapi.json-etsy-{what}"), format!("{operation:#}"));
        });
    }
}
