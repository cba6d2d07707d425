//! Patterns: the automaton of the engine, the regular expression of JavaScript, and the automaton as
//! the emitted JavaScript runs it.

use super::generate::TEXTS;
use super::javascript::JavaScript;
use elementc_compiler::emit::javascript::automaton;
use elementc_compiler::pattern::{Format, compile, format, is_linear, matches};
use serde_json::{Value as Json, json};

/// Beyond the formats: classes, what is beyond ASCII, and what backtracks.
const PATTERNS: &[&str] = &[
    "^.*$",
    "^.{0,3}$",
    "^[^a-z]*$",
    "^[\u{e4}-\u{fc}\u{1f600}a-z]+.*$",
    r"^\w+[ -]?\w*$",
    r"^\s*\S+\s*$",
    "^(?:a|ab|b)*$",
    "^(?:[a-z]+-?)*$",
    "^[a-z]*[a-z0-9]*$",
    r"^(?:[^\u2028]*\u{2028}[^a]*|true)$",
];

#[test]
fn patterns_mean_the_same_everywhere() {
    let javascript = JavaScript::engine();
    let (mut verdicts, mut yes, mut wrong) = (0, 0, String::new());
    for source in Format::ALL.map(format).into_iter().chain(PATTERNS.iter().copied()) {
        let Ok(dfa) = compile(source) else { panic!("{source} does not compile") };
        let found = javascript.run(&format!(
            "{{ const [source, automaton, texts] = {};
             const [one, other] = [engine.pattern(source, ''), engine.pattern(source, '', automaton)];
             JSON.stringify(texts.map((text) => [one.matches(text), other.matches(text), one.test(text) && one.test(text)])) }}",
            json!([source, automaton(&dfa), TEXTS])
        ));
        let found: Vec<Json> = serde_json::from_str(&found).expect("it is JSON");
        for (text, found) in TEXTS.iter().zip(found) {
            let expected = matches(&dfa, text);
            verdicts += 1;
            yes += usize::from(expected);
            if found != json!([expected, expected, expected]) {
                wrong += &format!("{source} on {text:?}: expected {expected}, found {found}\n");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(verdicts > 1000 && yes > 100 && yes < verdicts / 2, "{yes} of {verdicts} texts match");
}

#[test]
fn what_backtracks_is_run_as_an_automaton() {
    let javascript = JavaScript::engine();
    for source in ["^(?:a+)+$", "^(?:a|a)*$", "^a*a*a*$"] {
        assert!(!is_linear(source), "{source}");
        let dfa = compile(source).expect("it compiles");
        let found = javascript.run(&format!(
            "{{ const it = engine.pattern({}, '', {}); `${{it.matches('a'.repeat(1e5))}} ${{it.matches('a'.repeat(1e5) + 'b')}}` }}",
            Json::from(source),
            automaton(&dfa)
        ));
        assert_eq!(found, "true false", "{source}");
    }
}
