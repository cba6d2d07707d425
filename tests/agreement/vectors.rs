//! The emitted test vectors, run by the emitted JavaScript.

use super::javascript::{JavaScript, Line, modules};
use super::support;
use elementc_compiler::emit::javascript::emit_engine;
use serde_json::{Map, Value as Json};

/// What a parsed value does not show: that a text is no JSON, or that a key is given twice.
const UNSEEN: [&str; 2] = ["not-json", "duplicate-entry"];

#[test]
fn javascript_passes_the_vectors() {
    let catalog = support::compiled(support::shipped()).catalog;
    let shared = emit_engine(&catalog);
    let mut wrong = String::new();
    let (mut files, mut run, mut left_out) = (0, 0, 0);
    for compiled in catalog.compiled() {
        let key = &*compiled.element.key.value;
        let path = support::root(&format!("generated/{key}/vectors.json"));
        let text = std::fs::read_to_string(path).expect("the vectors are committed");
        files += 1;
        let vectors: Json = serde_json::from_str(&text).expect("vectors are JSON");
        let javascript = JavaScript::new(&modules(&compiled, &shared), key);
        for (message, of) in vectors["messages"].as_object().expect("there are messages") {
            for vector in of["vectors"].as_array().expect("there are vectors") {
                let expected: Vec<Line> =
                    vector["violations"].as_array().expect("expected").iter().map(line).collect();
                if expected.iter().any(|[code, ..]| UNSEEN.contains(&&**code)) {
                    left_out += 1;
                    continue;
                }
                let strict = vector["strict"].as_bool().unwrap_or(false);
                let body = body(of, vector);
                let found = javascript.judge(message, std::slice::from_ref(&body), strict);
                run += 1;
                if found[0].0 != expected {
                    let about = &vector["about"];
                    wrong += &format!(
                        "{key}/{message}: {about}: {body}\n  expected {expected:?}\n  found    {:?}\n",
                        found[0].0
                    );
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    support::say(&format!(
        "ran {run} vectors of {files} elements in JavaScript; {left_out} are about what a parsed value does not show"
    ));
    assert_eq!(files, catalog.elements.len());
}

fn line(violation: &Json) -> Line {
    ["code", "pointer", "entry", "message"].map(|member| violation[member].as_str().expect("text").to_owned())
}

/// The input of a vector.
fn body(of: &Json, vector: &Json) -> String {
    if let Some(text) = vector["text"].as_str() {
        return text.to_owned();
    }
    let base = vector["base"].as_u64().unwrap_or(0);
    let mut body = of["bases"][usize::try_from(base).expect("a small number")].clone();
    for pointer in vector["remove"].as_array().into_iter().flatten() {
        let (object, key) = object_of(&mut body, pointer.as_str().expect("text"));
        object.shift_remove(&key);
    }
    for (pointer, value) in vector["set"].as_object().into_iter().flatten() {
        if pointer.is_empty() {
            body = value.clone();
            continue;
        }
        let (object, key) = object_of(&mut body, pointer);
        object.insert(key, value.clone());
    }
    body.to_string()
}

/// The object that a pointer leads into, and the key there.
fn object_of<'a>(body: &'a mut Json, pointer: &str) -> (&'a mut Map<String, Json>, String) {
    let (object, key) = pointer.rsplit_once('/').expect("a pointer to a member");
    let object = body.pointer_mut(object).and_then(Json::as_object_mut).expect("the object is there");
    (object, key.replace("~1", "/").replace("~0", "~"))
}
