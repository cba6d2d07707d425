//! The pages: that they say what they must, that their commands run as pasted, and that no text of a
//! descriptor can spoil them.

mod commands;
mod facts;
mod handwritten;
mod hostile;
mod markdown;
mod regions;
#[path = "../support/mod.rs"]
mod support;
mod templates;

use elementc_build::config;
use elementc_compiler::Compilation;
use elementc_compiler::template::Site;
use markdown::Page;

/// A catalogue with its pages.
pub struct Pages {
    /// The catalogue.
    pub compilation: Compilation,
    /// Its pages.
    pub pages: Vec<Page>,
}

/// The site of this repository.
fn site() -> Site {
    let found = config::find(&support::root("")).expect("elementc.toml can be read");
    found.expect("there is an elementc.toml").config.site
}

fn pages(compilation: Compilation) -> Pages {
    let artifacts = support::artifacts(&compilation);
    let pages = artifacts.into_iter().filter(|artifact| artifact.path.ends_with(".md"));
    let text = |bytes| String::from_utf8(bytes).expect("a page is text");
    let pages = pages.map(|artifact| Page::new(artifact.path, text(artifact.bytes))).collect();
    Pages { compilation, pages }
}

/// Those of the shipped elements and of the fixtures, each with its own catalogue.
fn everything() -> Vec<Pages> {
    let all = [support::shipped(), support::fixtures("elements"), support::fixtures("breadth")];
    let all: Vec<Pages> = all.into_iter().map(|sources| pages(support::compiled(sources))).collect();
    let (pages, methods) = all.iter().fold((0, 0), |(pages, methods), one| {
        let elements = &one.compilation.catalog.elements;
        (pages + one.pages.len(), methods + elements.iter().map(|c| c.methods.len()).sum::<usize>())
    });
    assert_eq!(pages, methods, "one page for each method");
    all
}

#[test]
fn pages_are_good_markdown() {
    let mut wrong = Vec::new();
    for one in everything() {
        let paths: Vec<&str> = one.pages.iter().map(|page| page.path.as_str()).collect();
        for page in &one.pages {
            wrong.extend(markdown::problems(page, &paths));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
