//! The pages of `docs/diagnostics/` as compilations: what a page says fails, and what it says passes.

use super::source;
use elementc_compiler::diagnostic::explanations;
use elementc_compiler::source::Source;
use std::fmt::Write;

/// The codes about descriptors, with their pages; those that begin with `E1` are about templates and
/// Markdown.
pub fn of_descriptors() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    explanations().iter().filter(|(code, _)| !code.starts_with("E1"))
}

/// The block of a page between a fence with these words and the next fence.
fn block<'a>(page: &'a str, words: &str) -> Option<&'a str> {
    let (_, after) = page.split_once(&format!("```yaml {words}\n"))?;
    after.split_once("```").map(|(block, _)| block)
}

/// The files of a block: `# file: traits/x.yaml` begins another one, `example.yaml` is the first.
fn files(block: &str) -> Vec<Source> {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in block.split_inclusive('\n') {
        if let Some(path) = line.strip_prefix("# file: ") {
            files.push((path.trim_end().to_owned(), String::new()));
            continue;
        }
        if files.is_empty() {
            files.push(("example.yaml".to_owned(), String::new()));
        }
        files.last_mut().expect("not empty").1.push_str(line);
    }
    files.into_iter().map(|(path, text)| source(&path, text)).collect()
}

const IDENTITY: &str = "key: example\nname: Example\nauthentication: basic\n";

/// What no YAML block of a page can show: the failing and the mended bytes of `example.yaml`.
fn special(code: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    let entries = |count: usize| {
        let mut text = format!("{IDENTITY}configuration:\n");
        for at in 0..count {
            writeln!(text, "  e{at}: {{ title: Entry {at} }}").expect("a string takes any text");
        }
        text.into_bytes()
    };
    Some(match code {
        "E0102" => (
            [IDENTITY.as_bytes(), b"description: caf\xe9 au lait\n"].concat(),
            [IDENTITY.as_bytes(), "description: café au lait\n".as_bytes()].concat(),
        ),
        "E0103" => {
            let nested =
                |depth: usize| format!("{IDENTITY}x-note: {}{}\n", "[".repeat(depth), "]".repeat(depth));
            (nested(80).into_bytes(), nested(8).into_bytes())
        }
        "E0521" => (entries(1100), entries(100)),
        _ => return None,
    })
}

/// What the examples of other pages leave out, to be short: a token endpoint, descriptions.
pub fn unsaid(code: &str) -> Vec<&'static str> {
    ["W0414", "W0702", "W0706"].into_iter().filter(|unsaid| *unsaid != code).collect()
}

/// The failing and the mended sources of a page.
pub fn cases(code: &str, page: &str) -> (Vec<Source>, Vec<Source>) {
    if code == "E0308" {
        let chain = |length: usize| {
            let first = source("e0.yaml", "key: e0\nname: E0\nauthentication: basic\n");
            let next = |at: usize| format!("key: e{at}\nname: E{at}\nextends: e{}\n", at - 1);
            [vec![first], (1..length).map(|at| source(&format!("e{at}.yaml"), next(at))).collect()].concat()
        };
        return (chain(34), chain(33));
    }
    if let Some((fails, passes)) = special(code) {
        return (vec![source("example.yaml", fails)], vec![source("example.yaml", passes)]);
    }
    let find = |words| block(page, words).unwrap_or_else(|| panic!("{code}.md has no block ```yaml {words}"));
    (files(find("fails")), files(find("passes")))
}
