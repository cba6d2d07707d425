//! Every key is found, whatever its length, order and layout, and none that only resembles one.

mod common;

use common::{Closed, program, string};
use elementc_runtime::*;

/// Keys of every length, and such as are alike at both ends.
fn keys() -> Vec<&'static str> {
    let of_length = (0..=70).map(|length| "abcdefghij.".chars().cycle().take(length).collect::<String>());
    let alike = (0..30).map(|number| format!("oauth.user.{number:02}.refresh"));
    let long = (0..9).map(|number| format!("event.notification.{number}.callback.url.of.the.vendor"));
    let odd = ["å", "a\"b", "tab\t", "back\\slash", "naïve.key.with.more.letters"].map(str::to_owned);
    of_length.chain(alike).chain(long).chain(odd).map(|key| &*key.leak()).collect()
}

/// Before a key, between colon and value, and before the closing brace.
const LAYOUTS: [[&str; 3]; 8] = [
    ["\n  ", " ", "\n"],
    ["", "", ""],
    ["\n    ", " ", "\n"],
    ["\r\n\t", " ", "\r\n"],
    [" ", "", " "],
    ["\n                    ", "  ", "\n"],
    ["", "\n", ""],
    ["\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t", " ", " "],
];

fn body(keys: &[&str], [before, after, end]: [&str; 3]) -> String {
    let member = |key: &&str| format!("{before}{}:{after}\"value\"", serde_json::Value::from(*key));
    format!("{{{}{end}}}", keys.iter().map(member).collect::<Vec<_>>().join(","))
}

#[test]
fn every_key_is_found() {
    let declared = keys();
    let program = program(Closed::Yes, declared.iter().map(|key| string(key).required()).collect());
    let mut orders = vec![declared.clone(), declared.iter().rev().copied().collect()];
    orders.extend([1, 2, 7, 50].map(|by| {
        let mut rotated = declared.clone();
        rotated.rotate_left(by);
        rotated
    }));
    orders.push((0..declared.len()).map(|index| declared[index * 37 % declared.len()]).collect());
    for layout in LAYOUTS {
        for order in &orders {
            let body = body(order, layout);
            let report = validate(&program, body.as_bytes(), Placeholders::Allowed);
            assert_eq!(report.violations, [], "{body}");
        }
    }
}

#[test]
fn what_resembles_a_key_is_none() {
    let declared = keys();
    let program = program(Closed::Yes, declared.iter().map(|key| string(key)).collect());
    for key in declared.iter().filter(|key| key.is_ascii()) {
        for at in 0..key.len() {
            let mut other = (*key).to_owned();
            other.replace_range(at..=at, "~");
            for layout in [LAYOUTS[1], LAYOUTS[2]] {
                let body = body(&["abc", &other, "ab"], layout);
                let report = validate(&program, body.as_bytes(), Placeholders::Allowed);
                let found: Vec<_> = report.violations.iter().map(|v| (v.code, &*v.entry)).collect();
                assert_eq!(found, [(Code::UnknownEntry, &*other)], "{body}");
            }
        }
    }
}

#[test]
fn a_key_given_twice_is_found_twice() {
    let declared = keys();
    let program = program(Closed::Yes, declared.iter().map(|key| string(key)).collect());
    for key in declared.iter().filter(|key| **key != "abcd") {
        for layout in LAYOUTS {
            let body = body(&[key, "abcd", key], layout);
            let report = validate(&program, body.as_bytes(), Placeholders::Allowed);
            let found: Vec<_> = report.violations.iter().map(|v| v.code).collect();
            assert_eq!(found, [Code::DuplicateEntry], "{body}");
        }
    }
}
