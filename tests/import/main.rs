//! Import: what people have becomes a descriptor that compiles and says the same.
//!
//! `definitions/` holds platform definitions and `made/` such as might come, `requests/` records of
//! requests with their answers. What a definition states is compared with the resolved element by
//! one function, whatever the definition.

mod compare;
mod fuzz;
#[path = "../support/mod.rs"]
mod support;

use elementc_compiler::import::{Imported, Refusal, import};
use elementc_compiler::source::{Role, Source};
use elementc_compiler::{Compilation, Compiled};
use elementc_runtime::{Placeholders, validate};
use serde_json::Value as Json;
use std::path::PathBuf;

/// The files of a directory beside this one, by name.
fn files(directory: &str) -> Vec<(String, String)> {
    let path = support::root("tests/import").join(directory);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&path)
        .expect("the directory is there")
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    paths.sort();
    let name = |path: &PathBuf| path.file_stem().expect("it has a name").to_string_lossy().into_owned();
    let text = |path: &PathBuf| std::fs::read_to_string(path).expect("it can be read");
    paths.iter().map(|path| (name(path), text(path))).collect()
}

/// The shipped descriptors, lent.
fn library() -> Vec<Source> {
    support::shipped().into_iter().map(|source| Source { library: true, ..source }).collect()
}

/// Compiles what was imported, as whoever writes it to a file will.
fn compiled(imported: &Imported) -> Compilation {
    let mut sources = library();
    let Imported { key, descriptor, .. } = imported;
    sources.push(Source {
        path: format!("{key}.yaml"),
        name: key.clone(),
        role: Role::Element,
        library: false,
        bytes: descriptor.as_bytes().into(),
    });
    support::compiled(sources)
}

fn only(compilation: &Compilation) -> Compiled<'_> {
    let [element] = compilation.catalog.elements.as_slice() else { panic!("one element was imported") };
    Compiled::of(element)
}

/// What a user sees: the report and the descriptor.
fn shown(imported: &Imported) -> String {
    let line = |f: &elementc_compiler::import::Finding| format!("# {:<11} {}\n", f.kind.word(), f.text);
    let report: String = imported.findings.iter().map(line).collect();
    format!("{report}{}", imported.descriptor)
}

/// Imports files, compares each with what became of it, and keeps what users see.
fn hold(directory: &str) -> usize {
    let files = files(directory);
    for (name, text) in &files {
        let imported = import(text, name, &library()).unwrap_or_else(|e| panic!("{name}: {e}"));
        insta::assert_snapshot!(format!("{directory}-{name}"), shown(&imported));
        let json: Json = serde_json::from_str(text).expect("it is JSON");
        let compilation = compiled(&imported);
        let json = if json.is_array() { &json[0] } else { &json };
        let differences = compare::definition(json, &only(&compilation), &imported);
        assert!(differences.is_empty(), "{directory}/{name}:\n{}", differences.join("\n"));
    }
    files.len()
}

#[test]
fn definitions_say_the_same_afterwards() {
    assert_eq!(hold("definitions"), 3);
}

#[test]
fn definitions_of_every_kind_say_the_same_afterwards() {
    assert!(hold("made") >= 29);
}

#[test]
fn requests_are_valid_afterwards() {
    let files = files("requests");
    assert_eq!(files.len(), 12);
    for (name, text) in &files {
        let imported = import(text, name, &library()).unwrap_or_else(|e| panic!("{name}: {e}"));
        insta::assert_snapshot!(format!("requests-{name}"), shown(&imported));
        let compilation = compiled(&imported);
        let json: Json = serde_json::from_str(text).expect("it is JSON");
        holds_request(name, &json["request"], &only(&compilation));
        // The request alone says less, but is imported too.
        let alone =
            import(&json["request"].to_string(), name, &library()).unwrap_or_else(|e| panic!("{name}: {e}"));
        holds_request(name, &json["request"], &only(&compiled(&alone)));
    }
}

/// Every entry of the request is declared with its type, and all of it is valid, but for
/// placeholders where a URL or a boolean belongs.
fn holds_request(name: &str, request: &Json, compiled: &Compiled) {
    let differences = compare::request(request, compiled);
    assert!(differences.is_empty(), "{name}:\n{}", differences.join("\n"));
    let (_, program) = compiled.message("create-instance").expect("every element has it");
    let report = validate(program, request.to_string().as_bytes(), Placeholders::Allowed);
    for violation in &report.violations {
        let shown = request.pointer(&violation.pointer).and_then(Json::as_str).unwrap_or_default();
        assert!(shown.starts_with('<') && shown.ends_with('>'), "{name}: {violation:?}");
    }
}

/// A text that must not be found in what comes out.
const SECRET: &str = "Zx9Qm2Lk8Vt4Rw7Yb3Nc6Pd1Hs5Jf0Ga";

#[test]
fn no_secret_is_written_down() {
    let places = [
        r#"{"element":{"key":"acme"},"configuration":{"password":"SECRET","username":"u"}}"#,
        r#"{"element":{"key":"acme"},"configuration":{"api.token":"SECRET"},"providerData":{"code":"SECRET"}}"#,
        r#"{"element":{"key":"acme"},"configuration":{"harmless":"SECRET"}}"#,
        r#"{"element":{"key":"acme"},"configuration":{"harmless":"<SECRET>"}}"#,
        r#"{"element":{"key":"acme"},"configuration":{"meta":{"password":"SECRET"}}}"#,
        r#"{"element":{"key":"acme"},"configuration":{"site":"https://me:SECRET@vendor.example/"}}"#,
        r#"{"element":{"key":"acme"},"configuration":{"site":"https://vendor.example/?token=SECRET"}}"#,
        r#"{"element":{"key":"acme"},"configuration":{"hook":"https://vendor.example/hooks/SECRET"}}"#,
        r#"{"element":{"key":"acme"},"configuration":{},"extra":{"secret":"SECRET"},"token":"SECRET"}"#,
        r#"{"key":"acme","configuration":[{"key":"a","type":"PASSWORD","defaultValue":"SECRET"}]}"#,
        r#"{"key":"acme","configuration":[{"key":"api.secret","type":"TEXTFIELD_32","defaultValue":"SECRET"}]}"#,
        r#"{"key":"acme","configuration":[{"key":"a","type":"TEXTFIELD_32","defaultValue":"SECRET"}]}"#,
        r#"{"key":"acme","configuration":[{"key":"a","type":"BOOLEAN","defaultValue":"SECRET"}]}"#,
        r#"{"key":"acme","configuration":[{"key":"a","secretNote":"SECRET"},{"key":"a","password":"SECRET"}]}"#,
        r#"{"key":"acme","configuration":[{"name":"no key","password":"SECRET"}],"apiSecret":"SECRET"}"#,
        r#"{"key":"acme","configuration":[{"key":"a","options":["SECRET"],"defaultValue":"SECRET"}]}"#,
        r#"{"key":"acme","configuration":[],"vendor":{"token":"SECRET"},"parameters":[{"name":"SECRET"}]}"#,
    ];
    // Where the item itself says that it holds a secret, any text is one.
    let told = [
        r#"{"key":"acme","configuration":[{"key":"a","type":"PASSWORD","value":"PLAIN","example":"PLAIN","extra":["PLAIN"]}]}"#,
        r#"{"key":"acme","configuration":[{"key":"a","type":"PASSWORD"},{"key":"a","type":"PASSWORD","defaultValue":"PLAIN"}]}"#,
        r#"{"key":"acme","configuration":[{"name":"no key","type":"PASSWORD","defaultValue":"PLAIN"}]}"#,
        r#"{"key":"acme","configuration":[{"key":"a","type":"PASSWORD","options":["PLAIN"],"defaultValue":"PLAIN"}]}"#,
        r#"{"key":"acme","configuration":[{"key":"a","type":"TEXTFIELD_32","encrypted":true,"defaultValue":"PLAIN"}]}"#,
        r#"{"key":"acme","configuration":[{"key":"a","type":"TEXTFIELD_32","encrypt":true,"defaultValue":"PLAIN"}]}"#,
        r#"{"key":"acme","configuration":[{"key":"vendorapikey","defaultValue":"PLAIN"},{"key":"db.pwd","defaultValue":"PLAIN"}]}"#,
        r#"{"key":"acme","configuration":[{"key":"signature.key","defaultValue":"PLAIN"},{"key":"apiKey","defaultValue":"PLAIN"}]}"#,
        r#"{"key":"acme","configuration":[{"key":"pass.phrase","type":"TEXTFIELD_32"},{"key":"db.password","hint":"PLAIN"}]}"#,
        r#"{"key":"acme","configuration":[{"key":"xpass","defaultValue":"PLAIN"},{"key":"user_pw","defaultValue":"PLAIN"}]}"#,
        r#"{"key":"acme","configuration":[{"key":"otp","defaultValue":"PLAIN"},{"key":"salt","defaultValue":"PLAIN"}]}"#,
        r#"{"key":"acme","configuration":[{"key":"licence.key","defaultValue":"PLAIN"},{"key":"hmac","defaultValue":"PLAIN"}]}"#,
        r#"{"key":"acme","configuration":[],"parameters":[{"type":"value","vendorName":"X-Api-Key","name":"PLAIN"}]}"#,
        r#"{"key":"acme","configuration":[],"parameters":[{"type":"value","vendorName":"client_secret","name":"PLAIN"}]}"#,
        r#"{"key":"acme","configuration":[],"resources":[{"parameters":[{"type":"value","vendorName":"apikey","name":"PLAIN"}]}]}"#,
        r#"{"key":"acme","configuration":[],"resources":[{"header":"Authorization","value":"PLAIN"}]}"#,
        r#"{"key":"acme","configuration":[],"hooks":[{"body":"var password = \"PLAIN\";"},{"body":"h['api-key']='PLAIN'"}]}"#,
        r#"{"key":"acme","configuration":[],"parameters":[{"type":"value","vendorName":"X","name":"Bearer 8PLAIN"}]}"#,
        r#"{"key":"acme","configuration":[],"extra":{"list":["Bearer 8PLAIN"]}}"#,
        r#"{"key":"acme","configuration":[],"vendor":{"credentials":{"user":"PLAIN"},"passwords":["PLAIN"]}}"#,
        r#"{"element":{"key":"acme"},"configuration":{"opts":{"note":"PLAIN","endpoint":{"host":"PLAIN"},"list":["PLAIN"]}}}"#,
        r#"{"element":{"key":"acme"},"configuration":{},"providerData":{"more":{"note":"PLAIN"}},"extra":{"note":"PLAIN"}}"#,
    ];
    // What a default looks like, whatever its key.
    let looks = [
        "-----BEGIN RSA PRIVATE KEY-----\nPLAIN\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nPLAIN",
        "-----BEGIN PLAIN-----",
        "Server=db;User Id=sa;Password=PLAIN;",
        "Driver={X};UID=sa;PWD=PLAIN",
        "{\"client_secret\":\"PLAIN\"}",
        "{\"headers\":[{\"name\":\"X-Api-Key\",\"value\":\"PLAIN\"}]}",
        "grant_type=x&client_secret=PLAIN",
        "https://a.example/h?sig=PLAIN",
        "https://a.example/h?api_key=PLAIN&access_token=PLAIN",
        "https://hooks.slack.com/services/T00000000/B00000000/PLAIN",
        "https://discord.com/api/webhooks/123456789/PLAIN",
        "https://acme.webhook.office.com/webhookb2/PLAIN",
        "https://a.example/cb?key=PLAIN",
        "Authorization: Bearer PLAIN",
        "<add key=\"ApiKey\" value=\"PLAIN\"/>",
        "curl -u user:PLAIN https://a.example",
    ];
    let looks = looks.map(|text| {
        let item = serde_json::json!({ "key": "a", "type": "TEXTAREA", "defaultValue": text });
        serde_json::json!({ "key": "acme", "configuration": [item] }).to_string()
    });
    let looks = looks.iter().map(|place| (place.as_str(), "PLAIN", "hunter2long7"));
    let told = told.map(|place| (place, "PLAIN", "hunter2 plain"));
    for (place, hole, secret) in
        places.map(|place| (place, "SECRET", SECRET)).into_iter().chain(told).chain(looks)
    {
        let imported = import(&place.replace(hole, secret), "acme", &library());
        let imported = imported.unwrap_or_else(|e| panic!("{place}: {e}"));
        assert!(!shown(&imported).contains(secret), "{place}:\n{}", shown(&imported));
        compiled(&imported);
    }
}

#[test]
fn no_digit_of_a_number_is_lost() {
    let text = r#"{"key":"acme","id":12345678901234567890123,"configuration":[{"key":"a","name":"A","type":"INTEGER","defaultValue":98765432109876543210987}]}"#;
    let imported = import(text, "acme", &library()).expect("it can be imported");
    for number in ["12345678901234567890123", "98765432109876543210987"] {
        assert!(imported.descriptor.contains(number), "{number}:\n{}", shown(&imported));
    }
    compiled(&imported);
}

#[test]
fn an_id_that_no_element_has_is_kept() {
    for (id, kept) in [("-1", "id: -1"), ("1.5", "id: 1.5"), ("\"x\"", "id: x"), ("[7]", "id: [7]")] {
        let text = format!(r#"{{"key":"acme","id":{id},"configuration":[]}}"#);
        let imported = import(&text, "acme", &library()).expect("it can be imported");
        assert!(
            imported.descriptor.contains(&format!("x-definition: {{ {kept} }}")),
            "{id}:\n{}",
            shown(&imported)
        );
        compiled(&imported);
    }
}

#[test]
fn what_the_text_of_a_file_says_otherwise_is_told() {
    for (text, told) in [
        (
            r#"{"key":"acme","configuration":[{"key":"a"}],"configuration":[]}"#,
            "`configuration`, which is given twice",
        ),
        (r#"{"key":"acme","name":"A\ud800","configuration":[]}"#, "half of a character"),
        (
            r#"{"element":{"key":"acme"},"configuration":{},"tags":"t","name":"N"}"#,
            "`tags` is a list of texts",
        ),
        (
            r#"{"element":{"key":"acme"},"configuration":{},"tags":[1],"name":"N"}"#,
            "`tags` is a list of texts",
        ),
        (r#"{"element":{"key":"acme"},"configuration":{},"tags":[],"name":null}"#, "`name` is text"),
    ] {
        let imported = import(text, "acme", &library()).expect("it can be imported");
        assert!(imported.findings.iter().any(|f| f.text.starts_with(told)), "{text}:\n{}", shown(&imported));
        compiled(&imported);
    }
}

#[test]
fn a_name_that_no_line_holds_is_left_out() {
    let text = format!(r#"{{"key":"acme","configuration":[],"{}":"word"}}"#, "x".repeat(3000));
    let imported = import(&text, "acme", &library()).expect("it can be imported");
    assert!(shown(&imported).contains("left out    a member without a usable name"), "{}", shown(&imported));
}

#[test]
fn what_cannot_be_imported_says_why() {
    let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    let many = format!(r#"{{"configuration":[{}]}}"#, vec!["{}"; 2000].join(","));
    let long = format!(r#"{{"key":"long","configuration":[],"description":"{}"}}"#, "x".repeat(5 << 20));
    let cases = [
        ("", "it is not JSON: EOF while parsing a value at line 1 column 0"),
        ("{\"key\": ", "it is not JSON: EOF while parsing a value at line 1 column 8"),
        ("key: acme", "it is not JSON: expected value at line 1 column 1"),
        ("[]", NOT_OURS),
        ("[{}, {}]", "it is a list of 2; put each into a file of its own"),
        ("{}", NOT_OURS),
        (r#"{"configuration": 3}"#, NOT_OURS),
        (&deep, "it is not JSON: recursion limit exceeded at line 1 column 128"),
        (&many, "it has 2000 entries; an element may have 1024"),
        (&long, "its descriptor would be larger than 4 MiB"),
    ];
    for (text, expected) in cases {
        let refusal = import(text, "x", &library()).expect_err("it cannot be imported");
        assert_eq!(refusal.to_string(), expected, "{:.60}", text);
    }
    let large = " ".repeat((16 << 20) + 1);
    assert!(matches!(import(&large, "x", &library()), Err(Refusal::TooLarge)));
}

const NOT_OURS: &str = "it is no element definition (an object with a list `configuration`) and no request for an instance (an object with `element` and `configuration`)";
