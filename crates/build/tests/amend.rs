//! Edits of a few elements: which of them spare the others, and that it does not show.
#![allow(clippy::unwrap_used)]

mod support;

use elementc_build::read::read_elements;
use elementc_build::sync::drift;
use elementc_build::{Cache, Clean, Inputs, Place, amend, update};
use elementc_compiler::control::Control;
use elementc_compiler::source::Files;
use elementc_compiler::template::{Site, TemplateSource};
use elementc_compiler::{Compilation, Emission, compile_with, emit_with};
use std::fs;
use std::path::PathBuf;
use support::put;
use tempfile::{TempDir, tempdir};

/// A catalogue, and what templates make of it beside the usual.
struct Catalogue {
    root: TempDir,
    templates: Vec<TemplateSource>,
    control: Control,
}

const PARENT: &str = "\
key: parent
id: 1
name: Parent
description: Manage invoices.
authentication: custom
traits: [shared]
configuration:
  parent.host: { title: Host, description: Name of the host., type: hostname, example: files.example.com }
";

const CHILD: &str = "\
key: child
id: 2
name: Child
description: Manage payments.
extends: parent
configuration:
  child.zone: { title: Zone, description: Where it is kept., values: [eu, us], default: eu }
";

const MODES: &str = "\
key: modes
name: Modes
description: Manage journals.
authentication: custom
traits: [shared]
configuration:
  modes.mode: { title: Mode, description: Which one is meant. }
variants:
  live: { when: { modes.mode: live }, traits: [live] }
  test: { when: { modes.mode: test } }
";

const SHARED: &str = "configuration:\n  extra: { title: Extra, description: Of all. }\n";
const LIVE: &str = "configuration:\n  approval: { title: Approval, description: Number of the approval. }\n";

impl Catalogue {
    fn new() -> Self {
        let root = tempdir().unwrap();
        for (path, text) in [
            ("parent.yaml", PARENT),
            ("child.yaml", CHILD),
            ("modes.yaml", MODES),
            ("traits/shared.yaml", SHARED),
            ("traits/live.yaml", LIVE),
        ] {
            put(root.path(), &format!("elements/{path}"), text);
        }
        let catalogue = Self { root, templates: Vec::new(), control: Control::default() };
        assert!(!catalogue.build("the first build"));
        catalogue
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    fn put(&self, path: &str, text: &str) {
        put(self.root.path(), path, text);
    }

    /// Replaces a text that is there in the descriptor of an element.
    fn edit(&self, key: &str, old: &str, new: &str) {
        let path = format!("elements/{key}.yaml");
        let text = fs::read_to_string(self.path(&path)).unwrap();
        assert!(text.contains(old), "{old}");
        self.put(&path, &text.replacen(old, new, 1));
    }

    /// Builds, and holds what is there against what comes out of a build of everything. Whether the edited
    /// elements were enough.
    fn build(&self, what: &str) -> bool {
        let (out, site) = (self.path("out"), Site::default());
        let sources = read_elements(&self.path("elements"), "elements").unwrap();
        let mut whole = compile_with(sources.clone(), &self.control);
        let place = Place::at(&out);
        let (templates, control) = (&self.templates, &self.control);
        let inputs = Inputs { sources: &sources, templates, site: &site, control };
        let cache = Cache::on(&place, &inputs);
        let amended = amend(&cache, &inputs);
        let is_amended = amended.is_some();
        let clean = Clean::of(&whole);
        let Compilation { catalog, files, summary, .. } = &mut whole;
        let outcome = match amended {
            Some((told, outcome)) => {
                assert_eq!(format!("{told:?}"), format!("{summary:?}"), "{what}");
                assert!(clean.is_some(), "{what}");
                outcome.unwrap()
            }
            None => {
                let emission = Emission::new(catalog, self.templates.clone(), &site, files).unwrap();
                update(&place, &emission, Some(&cache), clean.as_ref()).unwrap()
            }
        };
        drop(place);
        let artifacts = emit_with(catalog, self.templates.clone(), &site, &mut Files::default()).unwrap();
        assert_eq!(drift(&out, &artifacts).unwrap(), [], "{what}");
        assert_eq!(outcome.written.len() + outcome.unchanged, artifacts.len() + 1, "{what}");
        // The next one finds that nothing is to be done, unless somebody else has something there.
        let place = Place::at(&out);
        let done = Cache::on(&place, &inputs).done();
        assert_eq!(done.is_some(), outcome.foreign.is_empty(), "{what}");
        assert!(done.is_none_or(|done| done.files == artifacts.len() + 1), "{what}");
        is_amended
    }
}

/// In this order, for one may change what another has changed.
#[test]
fn ordinary_edits() {
    let catalogue = Catalogue::new();
    for (what, key, old, new) in [
        ("a title", "modes", "title: Mode", "title: The Mode"),
        ("another text", "modes", "Which one is meant", "Which of them is meant"),
        ("a comment", "modes", "name: Modes", "name: Modes # of two kinds"),
        ("what is collected", "child", "Manage payments", "Manage many payments"),
        ("shorter", "child", "Manage many payments", "Pay"),
        ("that of all that comes after", "parent", "Manage invoices", "See and manage invoices"),
        ("an entry of a parent", "parent", "title: Host", "title: Name of the Host"),
        (
            "an entry more",
            "modes",
            "configuration:\n",
            "configuration:\n  modes.more: { title: More, description: One more. }\n",
        ),
        ("an entry less", "modes", "  modes.more: { title: More, description: One more. }\n", ""),
        (
            "an entry that the first report shows",
            "child",
            "configuration:\n",
            "configuration:\n  child.more: { title: More, description: One more. }\n",
        ),
        (
            "a parent's, which its child overrides",
            "child",
            "configuration:\n",
            "override:\n  configuration:\n    parent.host: { example: example.com }\nconfiguration:\n",
        ),
        ("that again", "parent", "files.example.com", "file.example.com"),
        ("a hub", "modes", "description:", "hub: finance\ndescription:"),
        ("nothing but where it stands", "modes", "hub: finance\n", "hub:   finance\n\n"),
    ] {
        catalogue.edit(key, old, new);
        assert!(catalogue.build(what), "{what}");
    }
    catalogue.edit("modes", "The Mode", "Mode");
    catalogue.edit("child", "Pay", "Manage payments");
    catalogue.edit("parent", "Name of the Host", "Host");
    assert!(catalogue.build("three at once"));
}

const ZONE: &str =
    "  child.zone: { title: Zone, description: Where it is kept., values: [eu, us], default: eu }\n";

#[test]
fn edits_that_others_have_to_do_with() {
    let catalogue = Catalogue::new();
    for (what, key, old, new) in [
        ("a name", "modes", "name: Modes", "name: Other"),
        ("a name that another one has", "modes", "name: Other", "name: Child"),
        ("that mended", "modes", "name: Child", "name: Modes"),
        ("an id", "child", "id: 2", "id: 3"),
        ("an id that another one has", "child", "id: 3", "id: 1"),
        ("that mended", "child", "id: 1", "id: 2"),
        ("a trait that nobody uses any more", "modes", ", traits: [live]", ""),
        ("that mended", "modes", "modes.mode: live }", "modes.mode: live }, traits: [live]"),
        ("one trait less, which another one uses", "modes", "traits: [shared]\n", ""),
        ("a method more", "modes", "  test:", "  trial: { when: { modes.mode: trial } }\n  test:"),
        ("a method less", "modes", "  trial: { when: { modes.mode: trial } }\n", ""),
        ("a method of another name", "modes", "  test:", "  trial:"),
        (
            "a comment that allows nothing",
            "modes",
            "name: Modes",
            "name: Modes # elementc: allow W0705 — it is so",
        ),
        ("without it", "modes", " # elementc: allow W0705 — it is so", ""),
        ("a warning", "modes", ", description: Which one is meant.", ""),
        ("after it", "modes", "title: Mode", "title: Mode, description: Which one is meant."),
        ("a warning of a child", "parent", "configuration:\n", &format!("configuration:\n{ZONE}")),
        ("after that", "parent", ZONE, ""),
    ] {
        catalogue.edit(key, old, new);
        assert!(!catalogue.build(what), "{what}");
    }
    catalogue.edit("modes", "title: Mode", "title: The Mode");
    assert!(catalogue.build("an ordinary one again"));
}

#[test]
fn what_else_may_have_happened() {
    const EACH: &str = "{{!--\ncontext: 1\neach: catalogue\npath: names.txt\n--}}\n{{#each elements}}{{element.description}}\n{{/each}}";
    let mut catalogue = Catalogue::new();
    let mut titles = 0;
    let mut edit = |catalogue: &Catalogue| {
        catalogue.edit("modes", "title: ", &format!("title: {titles} "));
        titles += 1;
    };
    edit(&catalogue);
    assert!(catalogue.build("nothing else"));
    type Event<'a> = (&'a str, &'a dyn Fn(&mut Catalogue));
    let events: [Event; 14] = [
        ("output by hand", &|c| c.put("out/child/instance.json", "{}\n")),
        ("what is collected by hand", &|c| c.put("out/openapi.json", "{}\n")),
        ("output lost", &|c| fs::remove_file(c.path("out/modes/vectors.json")).unwrap()),
        ("a directory lost", &|c| fs::remove_dir_all(c.path("out/child")).unwrap()),
        ("the manifest by hand", &|c| {
            let manifest = fs::read_to_string(c.path("out/manifest.json")).unwrap();
            c.put("out/manifest.json", &manifest.replace("  ", " "));
        }),
        ("the cache lost", &|c| fs::remove_file(c.path("out/.elementc/cache.json")).unwrap()),
        ("a trait", &|c| c.put("elements/traits/shared.yaml", &SHARED.replace("Of all", "Of each"))),
        ("an element more", &|c| {
            c.put("elements/more.yaml", &MODES.replace("modes", "more").replace("Modes", "More"))
        }),
        ("an element less", &|c| fs::remove_file(c.path("elements/more.yaml")).unwrap()),
        ("a template", &|c| {
            let bytes =
                "{{!--\ncontext: 1\neach: element\npath: {{element.key}}/name.txt\n--}}\n{{element.name}}\n";
            let (path, name) = ("templates/name.hbs".to_owned(), "name".to_owned());
            c.templates.push(TemplateSource { path, name, bytes: bytes.as_bytes().into() });
        }),
        ("a template of all", &|c| {
            let (path, name) = ("templates/names.hbs".to_owned(), "names".to_owned());
            c.templates.push(TemplateSource { path, name, bytes: EACH.as_bytes().into() });
        }),
        ("still there", &|_| {}),
        ("a rule less", &|c| {
            c.templates.clear();
            c.control.ignore.push("W0705".to_owned());
        }),
        ("somebody else's file", &|c| c.put("out/child/notes.txt", "mine\n")),
    ];
    for (what, event) in events {
        event(&mut catalogue);
        edit(&catalogue);
        assert!(!catalogue.build(what), "{what}");
        if !what.contains("template") && !["still there", "somebody else's file"].contains(&what) {
            edit(&catalogue);
            assert!(catalogue.build(what), "after {what}");
        }
    }
    // With a template for each element, one element is enough.
    fs::remove_file(catalogue.path("out/child/notes.txt")).unwrap();
    let bytes =
        "{{!--\ncontext: 1\neach: element\npath: {{element.key}}/name.txt\n--}}\n{{element.description}}\n";
    let (path, name) = ("templates/name.hbs".to_owned(), "name".to_owned());
    catalogue.templates.push(TemplateSource { path, name, bytes: bytes.as_bytes().into() });
    assert!(!catalogue.build("a template again"));
    catalogue.edit("modes", "Manage journals", "Manage all journals");
    assert!(catalogue.build("with a template"));
    assert_eq!(fs::read_to_string(catalogue.path("out/modes/name.txt")).unwrap(), "Manage all journals.\n");
}

/// What another build has written is what this one starts from.
#[test]
fn builds_of_two_catalogues() {
    let (ours, theirs) = (Catalogue::new(), Catalogue::new());
    theirs.edit("child", "Manage payments", "Pay");
    let swap = || {
        fs::rename(ours.path("elements"), ours.path("aside")).unwrap();
        fs::rename(theirs.path("elements"), ours.path("elements")).unwrap();
        fs::rename(ours.path("aside"), theirs.path("elements")).unwrap();
    };
    for round in 0..4 {
        swap();
        assert!(ours.build("the other"), "{round}");
    }
    theirs.put("elements/more.yaml", &MODES.replace("modes", "more").replace("Modes", "More"));
    for round in 0..4 {
        swap();
        assert!(!ours.build("the other"), "{round}");
    }
}
