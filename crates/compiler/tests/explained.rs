//! The diagnostics about templates and Markdown: what their pages say fails fails so, what they say
//! passes passes, and what people read is a snapshot.

mod common;

use common::catalogue;
use elementc_compiler::diagnostic::{Diagnostic, explanations};
use elementc_compiler::render::{Style, human};
use elementc_compiler::source::Files;
use elementc_compiler::template::{Site, TemplateSource};
use elementc_compiler::{Compilation, compile, emit_with, page};
use std::sync::LazyLock;

static CATALOGUE: LazyLock<Compilation> = LazyLock::new(|| compile(catalogue()));

/// The block of a page behind a fence with these words.
fn block<'a>(code: &str, page: &'a str, words: &str) -> &'a str {
    let fence = if words.starts_with("hbs") { "```" } else { "````" };
    let begins = format!("\n{fence}{words}\n");
    let after = page.split_once(&begins).unwrap_or_else(|| panic!("{code}.md has no block {words:?}")).1;
    after.split_once(&format!("\n{fence}\n")).map_or(after, |(block, _)| block)
}

/// What is said of a template, or of a page of Markdown.
fn found(code: &str, page: &str, words: &str) -> (Files, Vec<Diagnostic>) {
    if code.starts_with("E10") {
        let text = block(code, page, &format!("hbs {words}"));
        let own = TemplateSource {
            path: "templates/page.hbs".into(),
            name: "page".into(),
            bytes: text.as_bytes().into(),
        };
        let mut files = Files::default();
        let emitted = emit_with(&CATALOGUE.catalog, vec![own], &Site::default(), &mut files);
        return (files, emitted.err().unwrap_or_default());
    }
    let text = block(code, page, &format!("markdown {words}"));
    let pages = [("page.md".to_owned(), text.into())];
    if code.starts_with("E12") {
        let page::Update { files, mut errors, pages } =
            page::update(&CATALOGUE.catalog, Vec::new(), &Site::default(), &pages);
        errors.extend(pages.into_iter().flat_map(|page| page.stale));
        return (files, errors);
    }
    let (files, diagnostics, _) = page::check(&CATALOGUE.catalog, &pages);
    (files, diagnostics)
}

#[test]
fn pages_fail_and_pass_as_they_say() {
    let mut count = 0;
    for (code, page) in explanations().iter().filter(|(code, _)| code.starts_with("E1")) {
        count += 1;
        let (files, failed) = found(code, page, "fails");
        let shown = human(&failed, &files, Style::default());
        assert!(
            !failed.is_empty() && failed.iter().all(|d| d.code.0 == *code),
            "{code}.md: `fails` yields\n{shown}"
        );
        insta::assert_snapshot!(*code, shown);
        let (files, passed) = found(code, page, "passes");
        assert!(
            passed.is_empty(),
            "{code}.md: `passes` yields\n{}",
            human(&passed, &files, Style::default())
        );
    }
    assert_eq!(count, 15);
}
