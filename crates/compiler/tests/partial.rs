//! Compiling some elements finds nothing only where compiling all of them finds nothing, and then makes
//! the same of them: whatever is edited in a catalogue in which nothing was wrong.

mod common;

use common::slips::{all, apply};
use common::{catalogue, edit, shipped, source, text};
use elementc_compiler::control::Control;
use elementc_compiler::source::{FileId, Role, Source};
use elementc_compiler::{Compilation, HashSet, compile_some, compile_with};

/// Elements that have to do with each other in every way that rules look at, and comments that hide it.
const RELATED: [(&str, &str); 10] = [
    (
        "elements/traits/scoped.yaml",
        "oauth2:\n  scopes: [read] # elementc: allow W0421 — for elements that do not use it yet\n",
    ),
    ("elements/traits/spare.yaml", "configuration:\n  spare: { title: Spare, description: Of nobody. }\n"),
    (
        "elements/traits/chosen.yaml",
        "configuration:\n  zone: { title: Zone, description: Of one variant. }\n",
    ),
    (
        "elements/scoped.yaml",
        "key: scoped\nname: Scoped\nhub: finance\ndescription: Manage invoices.\ntraits: [basic, scoped]\n",
    ),
    (
        "elements/twin.yaml",
        "key: twin\nid: 17\n# elementc: allow W0705 — sold under one name\nname: Sage One UK\nhub: finance\n\
         description: Manage invoices.\ntraits: [basic, spare]\n",
    ),
    (
        "elements/old.yaml",
        "key: old\nname: Old\nhub: finance\nstatus: deprecated\ndescription: Manage invoices.\ntraits: [basic]\n\
         configuration:\n  old.name: { title: Name, description: What it is called. }\n",
    ),
    (
        "elements/young.yaml",
        "key: young\nid: 18\nname: Young\nhub: finance\ndescription: Manage invoices.\n\
         extends: old # elementc: allow W0802 — until the vendor has moved\n",
    ),
    (
        "elements/young-one.yaml",
        "key: young-one\nname: Young One\nhub: finance\ndescription: Manage invoices.\nextends: young\n\
         configuration:\n  young.limit: { title: Limit, description: How many., type: integer, default: 5 }\n",
    ),
    (
        "elements/modes.yaml",
        "key: modes\nname: Modes\nhub: finance\ndescription: Manage invoices.\ntraits: [basic]\n\
         configuration:\n  modes.mode: { title: Mode, description: Which one is meant. }\n\
         variants:\n  live: { when: { modes.mode: live }, traits: [chosen] }\n  test: { when: { modes.mode: test } }\n",
    ),
    (
        "elements/Capital.yaml",
        "key: Capital # elementc: allow W0706 — known by it\nname: Capital\nhub: finance\n\
         description: Manage invoices.\ntraits: [basic]\n",
    ),
];

fn related() -> Vec<Source> {
    let related = RELATED.iter().map(|(path, text)| source(path, *text));
    [catalogue(), related.collect()].concat()
}

/// A catalogue in which nothing is wrong.
struct Clean {
    sources: Vec<Source>,
    control: Control,
    compilation: Compilation,
}

/// How often edits of a clean catalogue left it clean, and in how many of these cases some elements
/// were enough to tell.
#[derive(Debug, Default)]
struct Count {
    edits: usize,
    clean: usize,
    told: usize,
}

impl Clean {
    fn new(sources: Vec<Source>, ignore: &[&str]) -> Self {
        let ignore = ignore.iter().map(|code| (*code).to_owned()).collect();
        let control = Control { ignore, ..Control::default() };
        let compilation = compile_with(sources.clone(), &control);
        assert_eq!(common::places(&compilation), <[String; 0]>::default());
        Self { sources, control, compilation }
    }

    /// The elements that follow from the files of these names.
    fn affected(&self, names: &[&str]) -> HashSet<&str> {
        let Compilation { catalog, .. } = &self.compilation;
        let name = |file: &FileId| &*catalog.sources[file.0 as usize].name;
        let is_changed = |file: &FileId| {
            let source = &catalog.sources[file.0 as usize];
            source.role == Role::Element && names.contains(&name(file))
        };
        let affected = catalog.elements.iter().filter(|element| element.layers.iter().any(is_changed));
        affected.map(|element| name(&element.file)).collect()
    }

    /// Compiles both ways after an edit of the elements of these names.
    fn hold(&self, what: &str, sources: &[Source], names: &[&str], count: &mut Count) {
        count.edits += 1;
        let whole = compile_with(sources.to_vec(), &self.control);
        let some = compile_some(sources.to_vec(), &self.control, &self.affected(names));
        count.clean += usize::from(whole.diagnostics.is_empty());
        let before = &self.compilation;
        let mut entries = before.summary.entries;
        for element in &some.catalog.elements {
            let old = before.catalog.element(&element.key.value).map(|old| before.standing(old));
            let new = some.standing(element);
            let Some(old) = old.filter(|old| old.known.is_some() && old.known == new.known) else { return };
            entries = entries + new.entries - old.entries;
        }
        if !some.diagnostics.is_empty() {
            return;
        }
        count.told += 1;
        assert_eq!(common::places(&whole), <[String; 0]>::default(), "{what}");
        assert_eq!(some.catalog.elements.len(), self.affected(names).len(), "{what}");
        assert_eq!(
            (entries, before.summary.elements),
            (whole.summary.entries, whole.summary.elements),
            "{what}"
        );
        for element in &some.catalog.elements {
            let same = whole.catalog.element(&element.key.value).expect("it is there");
            assert_eq!(format!("{element:?}"), format!("{same:?}"), "{what}");
            assert_eq!(some.standing(element), whole.standing(same), "{what}");
        }
    }

    /// Edits each element in many ways.
    fn hold_all(&self) -> Count {
        let mut count = Count::default();
        let elements = self.sources.iter().enumerate().filter(|(_, source)| source.role == Role::Element);
        let elements: Vec<(usize, &str)> = elements.map(|(at, source)| (at, text(source))).collect();
        for (at, old) in &elements {
            let mut edit = |what: String, new: String| {
                let mut sources = self.sources.clone();
                sources[*at].bytes = new.into_bytes().into();
                let name = sources[*at].name.clone();
                self.hold(&format!("{name}: {what}"), &sources, &[&name], &mut count);
            };
            for (number, line) in old.lines().enumerate() {
                let others: Vec<&str> = old.lines().collect();
                let with = |new: &[&str]| {
                    let lines = [&others[..number], new, &others[number + 1..]].concat();
                    lines.iter().map(|line| format!("{line}\n")).collect::<String>()
                };
                let words =
                    line.replace(" Sage ", " Great ").replace("Name", "Label").replace("How", "Just how");
                match number % 4 {
                    0 => edit(format!("without {line}"), with(&[])),
                    1 => edit(format!("other words in {line}"), with(&[&words])),
                    _ => {}
                }
                if let Some((uncommented, _)) = line.split_once("# elementc") {
                    edit(format!("no comment in {line}"), with(&[uncommented]));
                }
                if number % 4 < 2 {
                    continue;
                }
                // What another one says, which it may not say twice.
                let (key, _) = line.split_once(':').unwrap_or((line, ""));
                let said = elements.iter().filter(|(other, _)| other != at);
                let said = said.filter_map(|(_, text)| {
                    text.lines().find(|said| said.split_once(':').is_some_and(|(same, _)| same == key))
                });
                for said in said.take(1) {
                    edit(format!("{said} in place of {line}"), with(&[said]));
                }
            }
            for more in [
                "configuration:\n  more: { title: More, description: One more. }\n",
                "override:\n  placeholders: { configuration: \"<{TITLE}>\" }\n",
                "x-note: of nobody's business\n",
                "extends: sageone\n",
                "traits: [basic, oauth1]\n",
                "remove: [oauth2]\n",
                "id: 686\n",
                "status: deprecated\n",
                "# elementc: allow W0705 — for no reason\n",
            ] {
                // In place of what it says of that.
                let (key, _) = more.split_once(':').expect("each says something");
                let mut is_said = false;
                let kept = old.lines().filter(|line| {
                    is_said = line.starts_with(&format!("{key}:")) || is_said && line.starts_with(' ');
                    !is_said
                });
                let kept: String = kept.map(|line| format!("{line}\n")).collect();
                edit(format!("with only {more}"), kept + more);
            }
        }
        count
    }
}

fn hold_all(sources: Vec<Source>, ignore: &[&str]) {
    let count = Clean::new(sources, ignore).hold_all();
    assert!(count.edits > 140 && count.clean > 100, "{count:?}");
    assert!(count.told * 5 > count.clean * 3, "it is mostly enough to compile some: {count:?}");
}

#[test]
fn edits_of_elements_that_stand_alone() {
    hold_all([shipped("tests/fixtures/breadth"), common::library()].concat(), &["W"]);
}

#[test]
fn edits_of_related_elements() {
    hold_all(related(), &[]);
}

#[test]
fn edits_where_warnings_are_ignored() {
    let sources = related().into_iter().filter(|source| !source.name.starts_with("sage"));
    hold_all(sources.collect(), &["W03", "W07", "W0421", "W0901"]);
}

/// Mistakes that people make are not passed over.
#[test]
fn slips() {
    let clean = Clean::new(catalogue(), &[]);
    let mut count = Count::default();
    for mutation in all().iter().filter(|mutation| !mutation.file.contains("/traits/")) {
        let mut sources = clean.sources.clone();
        apply(&mut sources, mutation);
        let name = mutation.file.rsplit('/').next().and_then(|name| name.strip_suffix(".yaml"));
        clean.hold(&mutation.title, &sources, &[name.expect("it is a descriptor")], &mut count);
    }
    assert!(count.edits > 100 && count.told == 0, "{count:?}");
}

/// What is wrong shows in the file that was edited, or in none of those that follow from it.
#[test]
fn what_only_the_whole_shows() {
    let clean = Clean::new(related(), &[]);
    let cases = [
        ("a name that another one has", "old", "name: Old", "name: Young"),
        ("an id that another one has", "young", "id: 18", "id: 17"),
        ("a trait that nobody lists any more", "twin", "traits: [basic, spare]", "traits: [basic]"),
        ("a trait of a variant that nobody lists any more", "modes", ", traits: [chosen]", ""),
        ("a comment on what the whole shows", "twin", "# elementc: allow W0705 — sold under one name\n", ""),
        ("the same, in its own line", "Capital", " # elementc: allow W0706 — known by it", ""),
        (
            "a comment that allows nothing now, in a trait",
            "scoped",
            "traits: [basic",
            "remove: [oauth2]\ntraits: [basic",
        ),
        ("a comment that allows nothing now, in a child", "old", "status: deprecated", "status: beta"),
        ("a parent that is out of date", "young", "id: 18", "id: 18\nstatus: deprecated"),
        (
            "what a child says again",
            "old",
            "configuration:\n",
            "configuration:\n  young.limit: { title: Limit, description: How many., type: integer, default: 5 }\n",
        ),
    ];
    for (what, name, old, new) in cases {
        let mut sources = clean.sources.clone();
        let path = format!("elements/{name}.yaml");
        edit(&mut sources, &path, old, new);
        let mut count = Count::default();
        clean.hold(what, &sources, &[name], &mut count);
        assert!(count.clean == 0 && count.told == 0, "{what}: {count:?}");
    }
}

#[test]
fn edits_of_several_elements() {
    let clean = Clean::new(related(), &[]);
    let mut count = Count::default();
    for names in [["old", "young"], ["twin", "modes"], ["young", "sageone"], ["sageone", "sageoneuk"]] {
        let mut sources = clean.sources.clone();
        for source in sources.iter_mut().filter(|s| s.role == Role::Element && names.contains(&&*s.name)) {
            let edited = text(source).replace("description: Manage", "description: See and manage");
            source.bytes = edited.into_bytes().into();
        }
        clean.hold(&names.join(" and "), &sources, &names, &mut count);
    }
    assert!((count.edits, count.clean, count.told) == (4, 4, 1), "{count:?}");
}
