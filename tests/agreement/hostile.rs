//! Values that no JSON text becomes, and texts that abuse JavaScript's objects: what the emitted
//! JavaScript says of them. Nothing may throw, hang or be accepted for what it inherits.

use super::javascript::{JavaScript, modules};
use super::support;
use elementc_compiler::emit::javascript::emit_engine;

/// A value made from `body`, which is valid, and what is said of it.
const CASES: &[(&str, &[&str])] = &[
    ("body", &[]),
    // What is no object.
    ("undefined", &["not-json  : not JSON: undefined cannot be written"]),
    ("null", &["wrong-type  : the message must be an object, not null"]),
    ("[body]", &["wrong-type  : the message must be an object, not an array"]),
    ("() => body", &["not-json  : not JSON: a function cannot be written"]),
    ("NaN", &["not-json  : not JSON: NaN cannot be written"]),
    ("new Date()", MISSING),
    ("new Map(Object.entries(body))", MISSING),
    // What is inherited is not there.
    ("Object.create(body)", MISSING),
    ("new (class { get name() { return 'n' } })()", MISSING),
    (
        "Object.assign(Object.create({ name: 'n' }), body, { name: undefined })",
        &["missing-entry /name name: missing required entry `name`"],
    ),
    ("Object.assign(Object.create(null), body)", &[]),
    ("Object.freeze(body)", &[]),
    ("Object.defineProperty(body, 'hidden', { value: 1 })", &[]),
    ("Object.assign(body, { [Symbol('s')]: 1 })", &[]),
    ("Object.assign(body, { other: undefined })", &[]),
    // Keys that every object has.
    (
        r#"JSON.parse('{"__proto__": {"name": "n"}, "constructor": 1, "toString": 2, ' + JSON.stringify(body).slice(1))"#,
        &[
            "unknown-entry /__proto__ __proto__: unknown entry `__proto__`",
            "unknown-entry /constructor constructor: unknown entry `constructor`",
            "unknown-entry /toString toString: unknown entry `toString`",
        ],
    ),
    (
        "Object.assign(body, { element: Object.assign(body.element, { hasOwnProperty: 1 }) })",
        &["unknown-entry /element/hasOwnProperty hasOwnProperty: unknown entry `hasOwnProperty`"],
    ),
    (
        "Object.assign(body, { tags: 'constructor' })",
        &["wrong-type /tags tags: `tags` must be an array of strings, not a string"],
    ),
    // Objects and arrays in each other's place.
    (
        "Object.assign(body, { configuration: Object.assign([], body.configuration) })",
        &["wrong-type /configuration configuration: `configuration` must be an object, not an array"],
    ),
    (
        "Object.assign(body, { tags: { 0: 'a', length: 1 } })",
        &["wrong-type /tags tags: `tags` must be an array of strings, not an object"],
    ),
    // Scalars that JSON has not.
    ("Object.assign(body, { name: NaN })", &["wrong-type /name name: `name` must be a string, not NaN"]),
    (
        "Object.assign(body, { name: -Infinity })",
        &["wrong-type /name name: `name` must be a string, not -Infinity"],
    ),
    ("Object.assign(body, { name: 10n })", &["wrong-type /name name: `name` must be a string, not a bigint"]),
    (
        "Object.assign(body, { name: Symbol() })",
        &["wrong-type /name name: `name` must be a string, not a symbol"],
    ),
    (
        "Object.assign(body, { name: () => '' })",
        &["wrong-type /name name: `name` must be a string, not a function"],
    ),
    (
        "Object.assign(body, { name: new Date() })",
        &["wrong-type /name name: `name` must be a string, not an object"],
    ),
    (
        "Object.assign(body, { name: new String('n') })",
        &["wrong-type /name name: `name` must be a string, not an object"],
    ),
    ("Object.assign(body, { tags: ['a', , 'b'] })", &["not-json  : not JSON: undefined cannot be written"]),
    (
        "Object.assign(body, { tags: new Array(4294967295) })",
        &["not-json  : not JSON: undefined cannot be written"],
    ),
    ("Object.assign(body, { tags: [NaN] })", &["not-json  : not JSON: NaN cannot be written"]),
    // Depth: the message is one level, the array that holds the innermost is level 128.
    ("Object.assign(body, { other: nested(127) })", &["unknown-entry /other other: unknown entry `other`"]),
    ("Object.assign(body, { other: nested(128) })", &[DEEP]),
    ("Object.assign(body, { other: nested(1e5) })", &[DEEP]),
    ("Object.assign(body, { tags: nested(1e5) })", &[DEEP]),
    ("nested(1e5)", &[DEEP]),
    // Circles, and what would take two to the power of a hundred steps to write.
    ("Object.assign(body, { other: body })", &[DEEP]),
    ("{ const circle = []; circle.push(circle, circle); Object.assign(body, { tags: circle }) }", &[DEEP]),
    ("Object.assign(body, { element: body })", &[DEEP]),
    ("Object.assign(body, { other: doubled(100) })", &["unknown-entry /other other: unknown entry `other`"]),
    ("Object.assign(body, { other: doubled(200) })", &[DEEP]),
];

const MISSING: &[&str] = &[
    "missing-entry /element element: missing required entry `element` (it holds `key`)",
    "missing-entry /providerData providerData: missing required entry `providerData` (it holds `code`)",
    "missing-entry /configuration configuration: missing required entry `configuration` (it holds `oauth.api.key`, \
     `oauth.api.secret`, `oauth.callback.url`, `signature`, …)",
    "missing-entry /tags tags: missing required entry `tags`",
    "missing-entry /name name: missing required entry `name`",
];
const DEEP: &str = "too-deep  : nested deeper than 128 levels";

const HELPERS: &str = r#"
const nested = (levels) => { let it = []; while (--levels > 0) it = [it]; return it; };
const doubled = (levels) => { let it = {}; while (--levels > 0) it = { a: it, b: it }; return it; };
"#;

#[test]
fn nothing_hostile_is_accepted_or_throws() {
    let catalog = support::compiled(support::shipped()).catalog;
    let compiled = catalog.get("sageoneuk").expect("it is shipped");
    let javascript = JavaScript::new(&modules(&compiled, &emit_engine(&catalog)), "sageoneuk");
    let (message, _) = compiled.message("create-instance").expect("it has the message");
    let body = &message.samples.first().expect("it has a sample").json;
    let mut wrong = String::new();
    for (value, expected) in CASES {
        let (before, value) = match value
            .strip_prefix("{ ")
            .and_then(|v| v.strip_suffix(" }"))
            .and_then(|v| v.rsplit_once("; "))
        {
            Some((before, value)) if before.starts_with("const") => (before, value),
            _ => ("", *value),
        };
        let found = javascript.run(&format!(
            "{{ {HELPERS} const body = {body}; {before}; const report = validators.validateCreateInstance({value}); \
             report.violations.map((it) => `${{it.code}} ${{it.pointer}} ${{it.entry}}: ${{it.message}}`).join('\\n') }}"
        ));
        if found != expected.join("\n") {
            wrong += &format!("\n{value}\nexpected {expected:#?}\nfound    {found}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn polluted_prototypes_change_nothing() {
    let catalog = support::compiled(support::shipped()).catalog;
    let compiled = catalog.get("sageoneuk").expect("it is shipped");
    let javascript = JavaScript::new(&modules(&compiled, &emit_engine(&catalog)), "sageoneuk");
    let verdict = javascript.run(
        "Object.prototype.name = 'n'; Object.prototype.polluted = 1;
         Object.defineProperty(Object.prototype, 'tags', { value: [] });
         JSON.stringify(validators.validateCreateInstance({}).violations.map((it) => it.code + it.pointer))",
    );
    let expected = ["element", "providerData", "configuration", "tags", "name"]
        .map(|key| format!("missing-entry/{key}"));
    assert_eq!(verdict, serde_json::to_string(&expected).expect("it is text"));
}
