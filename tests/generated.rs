//! `generated/`: up to date with `elements/`, and the same bytes however it is made.

mod support;

use elementc_build::sync::drift;
use elementc_compiler::Artifact;
use elementc_compiler::source::Source;

fn artifacts(sources: Vec<Source>) -> Vec<Artifact> {
    support::emitted(sources)
}

#[test]
fn generated_is_up_to_date() {
    let drift =
        drift(&support::root("generated"), &artifacts(support::shipped())).expect("generated/ can be read");
    let lines: Vec<String> = drift.iter().map(|drift| format!("generated/{drift}")).collect();
    assert!(lines.is_empty(), "{}\nrun `cargo run -- build` and commit what it changes\n", lines.join("\n"));
}

#[test]
fn output_depends_on_neither_threads_nor_the_order_of_sources() {
    let with = |threads: usize, sources: Vec<Source>| {
        let pool =
            rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
        pool.install(|| artifacts(sources))
    };
    let everything = || {
        let mut sources = support::shipped();
        sources.extend(support::fixtures("elements").into_iter().filter(|source| !source.library));
        sources
    };
    let one = with(1, everything());
    assert!(one.len() > 100, "{} artifacts are hardly all", one.len());
    let mut reversed = everything();
    reversed.reverse();
    for (how, other) in [("four threads", with(4, everything())), ("sources in reverse", with(4, reversed))] {
        let names = |all: &[Artifact]| all.iter().map(|a| a.path.clone()).collect::<Vec<_>>();
        assert_eq!(names(&one), names(&other), "{how}: the artifacts come in another order");
        for (a, b) in one.iter().zip(&other) {
            assert!(a.bytes == b.bytes, "{how}: {} has other bytes", a.path);
        }
    }
}

#[test]
fn output_names_no_place_of_this_machine() {
    let home = support::root("");
    let home = home.to_str().expect("the path is UTF-8").trim_end_matches('/');
    for artifact in artifacts(support::shipped()) {
        let text = String::from_utf8(artifact.bytes).expect("artifacts are text");
        assert!(!text.contains(home), "{} names {home}", artifact.path);
        assert!(
            !text.contains('\r') && text.ends_with('\n'),
            "{}: lines end in LF, the last one too",
            artifact.path
        );
    }
}
