//! The slips of `mutations/*.md`: a heading, the edit as a diff of whole lines, and what it yields.

use super::{edit, names, read, text};
use elementc_compiler::source::Source;

/// One slip.
pub struct Mutation {
    pub title: String,
    pub file: String,
    pub old: String,
    pub new: String,
    pub expected: Vec<String>,
}

/// The cases of a Markdown file.
fn mutations(text: &str) -> Vec<Mutation> {
    let case = |section: &str| {
        let (title, rest) = section.split_once('\n').expect("a heading ends with its line");
        let (before, rest) = rest.split_once("```diff\n").unwrap_or_else(|| panic!("{title}: no diff"));
        let (diff, after) = rest.split_once("```").unwrap_or_else(|| panic!("{title}: no end of the diff"));
        let side = |sign: char| {
            let lines = diff.lines().filter_map(|line| line.strip_prefix([' ', sign]));
            lines.map(|line| format!("{line}\n")).collect::<String>()
        };
        Mutation {
            title: title.to_owned(),
            file: before.trim().to_owned(),
            old: side('-'),
            new: side('+'),
            expected: after
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .map(str::to_owned)
                .collect(),
        }
    };
    text.split("\n## ").skip(1).map(case).collect()
}

/// All cases.
pub fn all() -> Vec<Mutation> {
    let directory = "crates/compiler/tests/mutations";
    let files = names(directory, ".md").into_iter();
    files.flat_map(|name| mutations(&read(&format!("{directory}/{name}.md")))).collect()
}

/// Makes the slip.
pub fn apply(sources: &mut [Source], mutation: &Mutation) {
    let Mutation { title, file, old, new, .. } = mutation;
    let source = sources.iter().find(|s| s.path == *file);
    let source = source.unwrap_or_else(|| panic!("{title}: there is no {file}"));
    assert_eq!(text(source).matches(&**old).count(), 1, "{title}: {file} has this not once:\n{old}");
    edit(sources, file, old, new);
}
