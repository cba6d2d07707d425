//! Whatever is done to a definition or a request, importing it does not panic, and ends in a clear
//! refusal or in a descriptor that compiles. Seeded: a failure names the round. It takes three
//! seconds, or as many as the variable `ELEMENTC_FUZZ_SECONDS` says.

use super::{compiled, files, library};
use elementc_compiler::import::{Refusal, import};
use serde_json::{Value as Json, json};
use std::time::{Duration, Instant};

/// A generator of numbers (xorshift64*): the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(number).expect("31 bits") % limit.max(1)
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// Values that may stand anywhere.
fn values() -> Vec<Json> {
    let mut deep = json!(1);
    for _ in 0..90 {
        deep = json!({ "a": [deep] });
    }
    vec![
        json!(null),
        json!(true),
        json!("true"),
        json!(false),
        json!(0),
        json!(-1),
        json!(1e300),
        json!(18446744073709551615u64),
        json!(""),
        json!(" "),
        json!("no"),
        json!("{"),
        json!("{a}"),
        json!("{configuration.oauth.api.key}"),
        json!("# x"),
        json!("a: b"),
        json!("\u{0}\u{7f}\u{2028}\u{feff}"),
        json!("\n- x\n"),
        json!("“quoted”"),
        json!("é".repeat(300)),
        json!("x".repeat(3000)),
        json!("oauth2"),
        json!("basic"),
        json!("COMBO"),
        json!("BOOLEAN"),
        json!("PASSWORD"),
        json!("NUMBER"),
        json!("JSON"),
        json!("URL"),
        json!("oauth.api.key"),
        json!("username"),
        json!("password"),
        json!("event.vendor.type"),
        json!("filter.response.nulls"),
        json!("authentication.type"),
        json!("platform"),
        json!("con"),
        json!("https://vendor.example/{x}"),
        json!("http://vendor.example"),
        json!([]),
        json!({}),
        json!([null, 1, "a", [], {}]),
        json!({ "": null, "key": {}, "value": "a" }),
        deep,
    ]
}

/// Every place of a tree, as a JSON pointer.
fn places(json: &Json, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    let child = |key: &str| format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
    match json {
        Json::Object(members) => members.iter().for_each(|(key, value)| places(value, &child(key), found)),
        Json::Array(items) => {
            items.iter().enumerate().for_each(|(i, value)| places(value, &child(&i.to_string()), found))
        }
        _ => {}
    }
}

fn mutated(json: &Json, random: &mut Random, values: &[Json]) -> Json {
    let mut json = json.clone();
    for _ in 0..=random.below(6) {
        let mut all = Vec::new();
        places(&json, "", &mut all);
        let (place, other) = (random.pick(&all).clone(), random.pick(&all).clone());
        let copy = json.pointer(&other).cloned().unwrap_or_default();
        let Some(target) = json.pointer_mut(&place) else { continue };
        match (random.below(5), target) {
            (0, Json::Object(members)) if !members.is_empty() => {
                let at = random.below(members.len());
                let key = members.keys().nth(at).cloned().unwrap_or_default();
                members.shift_remove(&key);
            }
            (1, Json::Object(members)) => {
                let key = random.pick(values).as_str().unwrap_or("key").to_owned();
                members.insert(key, random.pick(values).clone());
            }
            (2, Json::Array(items)) => {
                let item = random.pick(values).clone();
                items.push(items.first().cloned().unwrap_or(item));
            }
            (3, target) => *target = copy,
            (_, target) => *target = random.pick(values).clone(),
        }
    }
    json
}

#[test]
fn whatever_comes_is_imported_or_refused() {
    let seconds = std::env::var("ELEMENTC_FUZZ_SECONDS").ok().and_then(|s| s.parse().ok()).unwrap_or(3);
    let (start, limit) = (Instant::now(), Duration::from_secs(seconds));
    let texts: Vec<String> =
        ["made", "requests", "definitions"].iter().flat_map(|d| files(d)).map(|(_, text)| text).collect();
    let trees: Vec<Json> = texts.iter().map(|text| serde_json::from_str(text).expect("it is JSON")).collect();
    let (values, library) = (values(), library());
    let (mut random, mut rounds, mut imports) = (Random(0x5EED), 0, 0);
    while start.elapsed() < limit {
        rounds += 1;
        let text = if random.below(8) == 0 {
            let text = random.pick(&texts);
            let cut = (0..=random.below(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            text[..cut].to_owned()
        } else {
            mutated(random.pick(&trees), &mut random, &values).to_string()
        };
        match import(&text, "fuzz", &library) {
            Ok(imported) => {
                compiled(&imported);
                imports += 1;
            }
            Err(Refusal::Broken(broken)) => panic!("round {rounds}: {text}\n{:?}", broken.0),
            Err(refusal) => assert!(!refusal.to_string().is_empty()),
        }
    }
    assert!(imports > 0, "nothing was imported in {rounds} rounds");
}

/// A definition as the platform might have it: its keys, types and flags, in any combination.
fn plausible(items: &[Json], random: &mut Random, round: usize) -> Json {
    let types = [
        "TEXTFIELD_32",
        "TEXTFIELD_64",
        "TEXTFIELD_128",
        "TEXTFIELD_1000",
        "TEXTAREA",
        "BOOLEAN",
        "PASSWORD",
        "CODE_EDITOR",
        "COMBO",
        "BOOLEAN_YESNO",
    ];
    let methods = ["oauth2", "oauth1", "basic", "apiKey", "custom", "none", "awsv4", "oauth2Password"];
    let defaults = [
        "true",
        "false",
        "",
        "100",
        "https://vendor.example/api",
        "{store.url}",
        "read write",
        "{}",
        "no",
        "yyyy-MM-dd'T'HH:mm:ssXXX",
    ];
    let mut configuration = Vec::new();
    let grouped = random.below(3) == 0;
    let groups = ["oauth2", "basic", "custom"];
    for _ in 0..random.below(30) + 3 {
        let mut item = random.pick(items).clone();
        let known = configuration.iter().any(|other: &Json| other["key"] == item["key"]);
        if known && !(grouped && random.below(2) == 0) || item["groupControl"] == true {
            continue;
        }
        for flag in ["required", "internal", "hideFromConsole"] {
            if random.below(6) == 0 {
                item[flag] = json!(random.below(2) == 0);
            }
        }
        // Nobody edits a client's secret or a password with a check box.
        let fixed =
            item["key"].as_str().is_some_and(|key| key.starts_with("oauth.") || key.contains("password"));
        if !fixed && random.below(6) == 0 {
            item["type"] = json!(random.pick(&types));
        }
        if random.below(6) == 0 {
            item["defaultValue"] = json!(random.pick(&defaults));
        }
        // In another group it is the same entry, but may be required there.
        if let Some(other) = configuration.iter().find(|other: &&Json| other["key"] == item["key"]) {
            for member in ["type", "internal", "defaultValue"] {
                item[member] = other[member].clone();
            }
        }
        item.as_object_mut().expect("it is an object").shift_remove("groupName");
        if grouped && random.below(3) == 0 {
            item["groupName"] = json!(random.pick(&groups));
        }
        if configuration
            .iter()
            .all(|other: &Json| other["key"] != item["key"] || other["groupName"] != item["groupName"])
        {
            configuration.push(item);
        }
    }
    if grouped {
        let options: Vec<Json> =
            groups.iter().map(|g| json!({ "value": g, "description": format!("By {g}") })).collect();
        let mut control = json!({ "key": "authentication.type", "name": "Authentication Type", "type": "COMBO",
            "required": true, "groupControl": true, "options": options, "defaultValue": random.pick(&groups) });
        if random.below(3) == 0 {
            control["groupName"] = json!(random.pick(&["basic", "true", "authentication"]));
        }
        configuration.insert(random.below(configuration.len() + 1), control);
    }
    for switch in ["proxy", "ssh"] {
        for (member, kind) in [("enabled", "BOOLEAN"), ("host", "TEXTFIELD_128"), ("password", "PASSWORD")] {
            if random.below(3) > 0 {
                continue;
            }
            let mut item = json!({ "key": format!("{switch}.{member}"), "name": member, "type": kind,
                "required": random.below(2) == 0 });
            if member == "enabled" || random.below(9) == 0 {
                item["groupControl"] = json!(true);
            }
            if member != "enabled" || random.below(3) == 0 {
                item["groupName"] = json!(random.pick(&["true", "false", "basic", "proxy"]));
            }
            configuration.insert(random.below(configuration.len() + 1), item);
        }
    }
    json!({ "key": format!("element{round}"), "name": format!("Element {round}"), "hub": "crm", "id": round,
        "authentication": { "type": random.pick(&methods) }, "beta": random.below(2) == 0, "active": true,
        "configuration": configuration })
}

#[test]
fn plausible_definitions_say_the_same_afterwards() {
    let rounds = std::env::var("ELEMENTC_ROUNDS").ok().and_then(|s| s.parse().ok()).unwrap_or(40);
    let tree = |(_, text): (String, String)| serde_json::from_str::<Json>(&text).expect("it is JSON");
    let all = files("definitions")
        .into_iter()
        .chain(files("made").into_iter().filter(|(n, _)| n.starts_with("auth")));
    let items: Vec<Json> =
        all.flat_map(|file| tree(file)["configuration"].as_array().cloned().unwrap_or_default()).collect();
    let (mut random, library) = (Random(0xACE), library());
    for round in 0..rounds {
        let json = plausible(&items, &mut random, round);
        let text = json.to_string();
        let imported =
            import(&text, "fuzz", &library).unwrap_or_else(|e| panic!("round {round}: {e}\n{text}"));
        let compilation = compiled(&imported);
        let differences = super::compare::definition(&json, &super::only(&compilation), &imported);
        assert!(
            differences.is_empty(),
            "round {round}:\n{}\n{text}\n{}",
            differences.join("\n"),
            super::shown(&imported)
        );
    }
}
