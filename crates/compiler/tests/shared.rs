//! What elements share is looked at once, and said as if each were looked at in turn.

mod common;

use common::{source, with_library};
use elementc_compiler::render::{Style, human};
use elementc_compiler::source::Source;

/// An element that needs nothing else, and some lines more.
fn element(key: &str, rest: &str) -> Source {
    source(&format!("{key}.yaml"), format!("key: {key}\nname: {key}\nauthentication: custom\n{rest}"))
}

/// What people read, without the traits that nothing uses.
fn shown(sources: Vec<Source>) -> String {
    let compilation = with_library(sources);
    human(&compilation.diagnostics, &compilation.files, Style::default())
}

/// Whether an override has something near it depends on what is below the trait; of two elements with the
/// trait, the first says it, whatever else either lists and whoever is read first.
#[test]
fn the_first_element_says_what_is_wrong_with_a_trait() {
    let traits = || {
        let company = "configuration: { company: { title: Company, description: Name of it. } }\n";
        let company = source("traits/near.yaml", company);
        let wrong = source("traits/wrong.yaml", "override: { configuration: { compny: { title: X } } }\n");
        vec![company, wrong]
    };
    let (alone, both) = ("traits: [wrong]\n", "traits: [near, wrong]\n");
    for (first, second, label) in
        [(alone, both, "declared by no trait or parent"), (both, alone, "did you mean `company`?")]
    {
        let said = shown([vec![element("acme", first), element("beta", second)], traits()].concat());
        assert!(said.contains(label), "expected `{label}`:\n{said}");
    }
}

/// In a circle of parents each changes what the other brings: what both inherit comes before what either adds.
#[test]
fn what_is_below_is_said_before_what_is_added() {
    let beta = "key: beta\nname: Beta\nextends: kilo\ntraits: [api-key]\nauthentication: oauth1\n";
    let kilo = "key: kilo\nname: Kilo\nextends: beta\ntraits: [oauth2]\n";
    let said = shown(vec![source("beta.yaml", beta), source("kilo.yaml", kilo)]);
    insta::assert_snapshot!(said);
}

/// A list within a list, or within a value, is data: what its keys mean is nobody's business.
#[test]
fn lists_within_values_are_data() {
    let rest = "instance: { element: { extra: { type: list, example: [{ values: [a, a] }] } } }\n";
    assert_eq!(shown(vec![element("acme", rest)]), "");
}

/// A program has a limit, and what is inherited counts.
#[test]
fn what_is_inherited_counts() {
    let entries = |prefix: &str| -> String {
        let entry = |n| format!("  {prefix}{n}: {{ title: {prefix} {n}, description: Number {n} of it. }}\n");
        (0..600).map(entry).collect()
    };
    let shared = format!("authentication: custom\nconfiguration:\n{}", entries("shared"));
    let own = format!("key: acme\nname: Acme\ntraits: [many]\nconfiguration:\n{}", entries("own"));
    let said = shown(vec![source("acme.yaml", own), source("traits/many.yaml", shared)]);
    assert!(said.contains("`create-instance` has more than 1024 entries"), "{said}");
}
