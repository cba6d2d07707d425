//! `elementc import`: the descriptor on standard output, the report beside it, files only when asked.

use crate::run::Place;

const DEFINITION: &str = r#"{
  "key": "acme", "name": "Acme", "hub": "crm", "logo": "acme", "authentication": {"type": "basic"},
  "configuration": [
    {"key": "username", "name": "Email", "type": "TEXTFIELD_128", "required": true},
    {"key": "password", "name": "Password", "type": "PASSWORD", "required": true, "defaultValue": "hunter2"},
    {"key": "region", "name": "Region", "description": "Where the account is.", "type": "COMBO",
     "options": [{"value": "eu"}, {"value": "us"}], "defaultValue": "eu", "required": true},
    {"key": "size", "name": "Size", "description": "How many there are.", "type": "GAUGE"}
  ]
}"#;

const INSTANCE: &str = r#"{
  "element": {"key": "shop"},
  "configuration": {"subdomain": "<INSERT_SUBDOMAIN>", "api.key": "c0ffee", "sandbox": true},
  "tags": ["<INSERT_TAGS>"], "name": "<INSERT_INSTANCE_NAME>"
}"#;

fn place() -> Place {
    let place = Place::new();
    place.put("acme.json", DEFINITION);
    place.put("shop.json", INSTANCE);
    place
}

#[test]
fn a_definition_becomes_a_descriptor() {
    let place = place();
    place.run(&["import", "acme.json"]).assert("import", 0);
    place.run(&["import", "shop.json"]).assert("import-instance", 0);
    let piped = place.run_on(&["import", "-"], INSTANCE.as_bytes());
    assert_eq!(piped.stdout, place.run(&["import", "shop.json"]).stdout);
}

#[test]
fn files_are_written_when_asked_and_never_over_others() {
    let place = place();
    place
        .run(&["import", "acme.json", "shop.json", "--write", "--elements", "mine"])
        .assert("import-write", 0);
    assert_eq!(place.get("mine/acme.yaml"), place.run(&["import", "acme.json"]).stdout);
    assert_eq!(place.run(&["check", "--elements", "mine"]).code, Some(0));
    let before = place.files("mine");
    // Nothing is written, not even what would not be in the way.
    std::fs::remove_file(place.path("mine/shop.yaml")).expect("it is there");
    place
        .run(&["import", "shop.json", "acme.json", "--write", "--elements", "mine"])
        .assert("import-in-the-way", 2);
    assert_eq!(place.files("mine"), before[..1]);
    place.run(&["import", "acme.json", "acme.json", "--write", "--elements", "new"]).assert("import-same", 2);
    assert!(!place.path("new").exists());
}

#[test]
fn what_cannot_be_imported_says_why() {
    let place = place();
    place.put("broken.json", "{\"key\": ");
    place.put("other.json", "{\"a\": 1}");
    place.run(&["import", "acme.json", "shop.json"]).assert("import-several", 2);
    place.run(&["import", "acme.json", "--write"]).assert("import-nowhere", 2);
    place.run(&["import", "missing.json"]).assert("import-missing", 2);
    place.run(&["import", "broken.json"]).assert("import-broken", 2);
    place.run(&["import", "other.json"]).assert("import-other", 2);
    place.put("latin.json", b"{\"key\": \"caf\xe9\", \"configuration\": []}");
    place.run(&["import", "latin.json"]).assert("import-latin", 2);
    place
        .run(&["import", "acme.json", "broken.json", "--write", "--elements", "mine"])
        .assert("import-half", 2);
    assert!(!place.path("mine").exists(), "nothing is written if one file fails");
}
