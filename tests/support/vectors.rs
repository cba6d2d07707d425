//! `vectors.json` as others read it, by the rules of `docs/formats.md`.

use elementc_runtime::{Placeholders, Report};
use serde_json::{Map, Value as Json};

/// The input of a vector of a message.
pub fn input(message: &Json, vector: &Json) -> String {
    if let Some(text) = vector["text"].as_str() {
        return text.to_owned();
    }
    let base = usize::try_from(vector["base"].as_u64().unwrap_or(0)).expect("few bases");
    let mut body = message["bases"][base].clone();
    for pointer in removed(vector) {
        let (object, key) = place(&mut body, pointer);
        assert!(object.shift_remove(&key).is_some(), "{pointer} is not there to be removed");
    }
    for (pointer, value) in vector["set"].as_object().into_iter().flatten() {
        let (object, key) = place(&mut body, pointer);
        object.insert(key, value.clone());
    }
    body.to_string()
}

/// The object that a pointer leads into, and the key there.
fn place<'a>(body: &'a mut Json, pointer: &str) -> (&'a mut Map<String, Json>, String) {
    let (object, key) = pointer.rsplit_once('/').expect("a pointer begins with a slash");
    let object = body.pointer_mut(object).and_then(Json::as_object_mut).expect("the object is there");
    (object, key.replace("~1", "/").replace("~0", "~"))
}

fn removed(vector: &Json) -> impl Iterator<Item = &str> {
    let pointers = vector["remove"].as_array().into_iter().flatten();
    pointers.map(|pointer| pointer.as_str().expect("a pointer is text"))
}

/// What a validator must report: of each violation its code, a space and its pointer.
pub fn expected(vector: &Json) -> Vec<String> {
    match vector["each"].as_str() {
        Some(code) => {
            let set = vector["set"].as_object().into_iter().flatten().map(|(pointer, _)| pointer.as_str());
            removed(vector).chain(set).map(|pointer| format!("{code} {pointer}")).collect()
        }
        None => {
            let listed = vector["violations"].as_array().expect("violations are a list");
            listed
                .iter()
                .map(|violation| violation.as_str().expect("a violation is text").to_owned())
                .collect()
        }
    }
}

/// What a report says, in the same words.
pub fn said(report: &Report) -> Vec<String> {
    report.violations.iter().map(|v| format!("{} {}", v.code, v.pointer)).collect()
}

/// Whether leftover placeholders are violations.
pub fn placeholders(vector: &Json) -> Placeholders {
    if vector["strict"] == true { Placeholders::Rejected } else { Placeholders::Allowed }
}
