//! Conditions and constraints between entries.

mod common;

use common::Closed::{No, Yes};
use common::*;
use elementc_runtime::*;

/// Basic or custom authentication, told apart by an entry; events on demand.
fn conditional() -> Program {
    let fields = vec![
        string("authentication.type").one_of(&[text("basic"), text("custom"), text("token")]),
        string("username"),
        string("password").secret(),
        string("sessionId").secret(),
        boolean("events"),
        string("callback"),
        string("pin").secret(),
        object("proxy", Yes, vec![string("host"), string("port")]),
    ];
    let mut it = program(Yes, fields);
    let basic = test(&mut it, "authentication.type", one_of(&[text("basic")]), true);
    let others = test(&mut it, "authentication.type", one_of(&[text("custom"), text("token")]), false);
    let events = test(&mut it, "events", one_of(&[Const::Boolean(true), text("true")]), false);
    let no_session = test(&mut it, "sessionId", TestKind::Absent, false);
    let callback = test(&mut it, "callback", TestKind::Present, false);
    let pin = test(&mut it, "pin", one_of(&[text("4711")]), false);
    let [username, password, session_id, callback_entry, proxy, host] =
        ["username", "password", "sessionId", "callback", "proxy", "host"].map(|key| entry(&it, key));
    rule(&mut it, 0, Some(any(&[&[basic]])), Check::Required(username));
    rule(&mut it, 0, Some(any(&[&[basic, no_session]])), Check::Required(password));
    rule(&mut it, 0, Some(any(&[&[others]])), Check::Excluded(password));
    rule(&mut it, 0, Some(none(&[&[basic]])), Check::Required(session_id));
    rule(&mut it, 0, Some(any(&[&[callback], &[events]])), Check::Required(callback_entry));
    rule(&mut it, 0, Some(any(&[&[pin]])), Check::Required(proxy));
    rule(&mut it, 0, Some(none(&[&[events], &[callback, pin]])), Check::Excluded(proxy));
    rule(&mut it, 7, None, Check::Required(host));
    // The object with this index is not there: nothing of it is demanded.
    rule(&mut it, 1, None, Check::Required(host));
    it
}

#[test]
fn conditions() {
    let cases: &[(&str, &[&str])] = &[
        (r#"{"username": "u", "password": "p"}"#, &[]),
        (r#"{"authentication.type": "custom", "sessionId": "s"}"#, &[]),
        (
            "{}",
            &[
                "missing-entry /username username: `username` is required because `authentication.type` is `basic` \
                 by default",
                "missing-entry /password password: `password` is required because `authentication.type` is `basic` \
                 by default and `sessionId` is not given",
            ],
        ),
        (
            r#"{"password": "p", "authentication.type": "cust\u006fm", "events": "true"}"#,
            &[
                "excluded-entry /password password: `password` does not belong here because `authentication.type` \
                 is `custom` or `token`",
                "missing-entry /sessionId sessionId: `sessionId` is required because `authentication.type` is not \
                 `basic`",
                "missing-entry /callback callback: `callback` is required because `events` is true",
            ],
        ),
        // What else is wrong with an excluded entry does not matter.
        (
            r#"{"events": 1, "password": 1, "callback": 2, "authentication.type": "token", "sessionId": "s"}"#,
            &[
                "wrong-type /events events: `events` must be true or false, not a number",
                "excluded-entry /password password: `password` does not belong here because `authentication.type` \
                 is `custom` or `token`",
                "wrong-type /callback callback: `callback` must be a string, not a number",
            ],
        ),
        // A secret's value is not told, not even by the condition that it fulfils.
        (
            r#"{"username": "u", "password": "p", "pin": "4711", "events": true, "callback": "c"}"#,
            &["missing-entry /proxy proxy: `proxy` is required because `pin` is a certain value"],
        ),
        (
            r#"{"username": "u", "password": "p", "proxy": {"x": 1}}"#,
            &[
                "excluded-entry /proxy proxy: `proxy` does not belong here because none of these holds: `events` is \
                 true; `callback` is given and `pin` is a certain value",
                "unknown-entry /proxy/x x: unknown entry `x`",
                "missing-entry /proxy/host host: missing required entry `host`",
            ],
        ),
    ];
    check(&conditional(), Placeholders::Allowed, cases);
}

#[test]
fn constraints() {
    let fields = vec![
        string("a"),
        string("b"),
        string("c"),
        string("d"),
        string("e"),
        string("f"),
        object("o", No, vec![string("g"), string("h"), string("i")]),
    ];
    let mut it = program(Yes, fields);
    let c = test(&mut it, "c", one_of(&[text("x")]), false);
    let g = test(&mut it, "g", TestKind::Present, false);
    rule(&mut it, 0, None, Check::OneOf(all_of(&[0, 1])));
    rule(&mut it, 0, Some(any(&[&[c]])), Check::AnyOf(all_of(&[3, 4])));
    rule(&mut it, 0, None, Check::AllOrNone(all_of(&[3, 4, 5])));
    rule(&mut it, 1, None, Check::Excludes(all_of(&[7, 8, 9])));
    rule(&mut it, 1, Some(any(&[&[c]])), Check::Holds(any(&[&[g], &[c, g]])));
    rule(&mut it, 1, None, Check::Holds(any(&[&[]])));
    let cases: &[(&str, &[&str])] = &[
        (r#"{"a": ""}"#, &[]),
        (r#"{"b": 1}"#, &["wrong-type /b b: `b` must be a string, not a number"]),
        ("{}", &["one-of  : exactly one of `a`, `b` is needed; none is given"]),
        (
            r#"{"a": "", "b": "", "c": "x"}"#,
            &[
                "one-of  : exactly one of `a`, `b` is needed; `a` and `b` are given",
                "any-of  : at least one of `d`, `e` is needed because `c` is `x`; none is given",
            ],
        ),
        (r#"{"a": "", "d": "", "e": ""}"#, &["all-or-none  : `d`, `e` and `f` go together; `f` is missing"]),
        (r#"{"a": "", "e": ""}"#, &["all-or-none  : `d`, `e` and `f` go together; `d` and `f` are missing"]),
        (
            r#"{"a": "", "o": {"g": "", "h": "", "i": ""}}"#,
            &["excludes /o o: at most one of `g`, `h`, `i` may be given; `g`, `h` and `i` are given"],
        ),
        (
            r#"{"a": "", "d": "", "e": "", "f": "", "c": "x", "o": {}}"#,
            &[
                "no-variant /o o: no variant fits because `c` is `x`: one of these must hold: `g` is given; `c` is `x` \
               and `g` is given",
            ],
        ),
        (r#"{"a": "", "o": []}"#, &["wrong-type /o o: `o` must be an object, not an array"]),
    ];
    check(&it, Placeholders::Allowed, cases);
    let report = validate(&it, br#"{"a": "", "o": {"g": "", "i": ""}}"#, Placeholders::Allowed);
    assert_eq!(report.violations.first().map(|violation| violation.offset), Some(15));
}

#[test]
fn tests_ask_for_values() {
    let mut it = program(No, vec![plain("any", Expect::Any), string("wanted")]);
    let number = test(&mut it, "any", one_of(&[Const::Number(100.0), Const::Null]), false);
    let wanted = entry(&it, "wanted");
    rule(&mut it, 0, Some(any(&[&[number]])), Check::Required(wanted));
    let because = "missing-entry /wanted wanted: `wanted` is required because `any` is 100 or null";
    let cases: &[(&str, &[&str])] = &[
        (r#"{"any": 1e2}"#, &[because]),
        (r#"{"any": 100.000}"#, &[because]),
        (r#"{"any": null, "any": 3}"#, &["duplicate-entry /any any: `any` is given more than once", because]),
        (r#"{"any": "100"}"#, &[]),
        (r#"{"any": [100]}"#, &[]),
        (r#"{"any": {"any": 100}}"#, &[]),
        ("{}", &[]),
    ];
    check(&it, Placeholders::Allowed, cases);
}

#[test]
fn all_conditions_of_a_rule_must_hold() {
    let mut it = program(No, vec![string("a"), string("b"), string("c")]);
    let a = test(&mut it, "a", one_of(&[text("x")]), true);
    let b = test(&mut it, "b", TestKind::Present, false);
    let check_c = Check::Required(entry(&it, "c"));
    it.rules.to_mut().push(Rule {
        object: 0,
        when: vec![any(&[&[a]]), none(&[&[b]])].into(),
        check: check_c,
    });
    let cases: &[(&str, &[&str])] = &[
        (r#"{"a": "x", "b": ""}"#, &[]),
        (r#"{"a": "y"}"#, &[]),
        ("{}", &["missing-entry /c c: `c` is required because `a` is `x` by default and `b` is not given"]),
    ];
    check(&it, Placeholders::Allowed, cases);
}
