//! The pipeline: files come in, each stage has its turn, and what all stages found is put in order.
//!
//! In: sources and a control. Out: a [`Compilation`]. Whoever reads an element resolves and checks it too; what
//! concerns all elements runs at the end.

use crate::check::{self, Grounds, Outline};
use crate::control::{self, Control};
use crate::diagnostic::{Code, Diagnostic, Label, Severity};
use crate::resolve::{self, Bases, Element, Index};
use crate::shelf::Shelf;
use crate::source::{FileId, Files, Role, Source, Span};
use crate::syntax::decode::WRONG_TYPE;
use crate::{Catalog, Compilation, HashMap, HashSet, fix};
use rayon::prelude::*;

/// Values of the wrong type, and those that an entry does not accept.
const WRONG: [Code; 3] = [WRONG_TYPE, Code("E0501"), Code("E0505")];

/// How many elements a thread takes at once, at most: so few that no thread waits long for the last.
const TOGETHER: usize = 8;

/// Compiles sources: all elements, or those whose files have these names, without the rules about all of them.
pub(crate) fn compile(
    mut sources: Vec<Source>,
    control: &Control,
    names: Option<&HashSet<&str>>,
) -> Compilation {
    sources.sort_by(|a, b| a.order().cmp(&b.order()));
    // Own files shadow those of the library.
    let mut lent = sources.split_off(sources.partition_point(|source| !source.library));
    let by = |one: &Source, other: &Source| (one.role, &one.name).cmp(&(other.role, &other.name));
    lent.retain(|source| sources.binary_search_by(|own| by(own, source)).is_err());
    sources.extend(lent);

    let shelf = Shelf::new(&sources);
    let index = Index::new(&shelf);
    let (bases, grounds) = (Bases::default(), Grounds::default());
    let lent = shelf.lent();
    // Whoever reads an element resolves and checks it too, while it is in the cache.
    let is_wanted = |source: &Source| names.is_none_or(|names| names.contains(source.name.as_str()));
    let own: Vec<FileId> = shelf
        .of(Role::Element, false)
        .filter(|(_, source)| is_wanted(source))
        .map(|(file, _)| file)
        .collect();
    let (mut elements, mut said) = (Vec::new(), Vec::new());
    own.par_iter()
        .with_max_len(TOGETHER)
        .map(|file| {
            let mut identity = Vec::new();
            let loaded = shelf.get(*file);
            let has_its_key = resolve::identity(loaded, &mut identity);
            let (element, below, wrong) = resolve::element(loaded, &index, &bases);
            let advice = check::element(&element, &grounds, &lent, &index);
            let entries = check::entries(&element);
            let marks = Outline::of(&element, &loaded.descriptor).marks();
            (element, Said { identity, has_its_key, below, wrong, advice, entries, marks })
        })
        .unzip_into_vecs(&mut elements, &mut said);
    if names.is_none() {
        shelf.fill();
    }

    let mut found = Vec::new();
    for loaded in shelf.read().filter(|file| file.role == Role::Trait && !file.library) {
        resolve::identity(loaded, &mut found);
    }
    // Where all differ, rules about all elements have nothing to say; of some elements they are not asked.
    let is_silent = names.is_some() || check::differ(said.iter().map(|said| said.marks));
    let (mut below, mut wrong, mut advice) = (Vec::new(), Vec::new(), Vec::new());
    let (mut named, mut entries) = (Vec::with_capacity(elements.len()), 0);
    for (element, said) in elements.iter().zip(said) {
        found.extend(said.identity);
        named.extend(said.has_its_key.then_some(element));
        below.extend(said.below);
        wrong.extend(said.wrong);
        advice.extend(said.advice);
        entries += said.entries;
    }
    let (of_keys, of_all) = if is_silent {
        Default::default()
    } else {
        let outlines: Vec<Outline> =
            elements.iter().map(|e| Outline::of(e, &shelf.get(e.file).descriptor)).collect();
        (resolve::taken(&named), check::catalogue(&outlines))
    };
    let of_unused = match names {
        None => check::alone(&resolve::alone(&index), &index),
        Some(_) => Vec::new(),
    };
    let about: Vec<(FileId, Code)> = of_all.iter().map(|d| (d.primary.span.file, d.code)).collect();
    found.extend(of_keys);
    bases.report(&elements, &mut found);
    found.extend([below, wrong, of_all, advice, of_unused].into_iter().flatten());
    let summary = check::summary(elements.len(), entries);

    let mut files = Files::default();
    let (mut diagnostics, mut wrong, mut advice) = (Vec::new(), Vec::new(), Vec::new());
    let (mut loaded, mut addressed) = (Vec::with_capacity(sources.len()), Vec::new());
    for (source, file) in sources.iter().zip(shelf.into_read()) {
        let Some(file) = file else {
            files.add(source.path.clone(), "");
            continue;
        };
        let id = files.share(file.path, file.text);
        addressed.extend(file.is_addressed.then_some(id));
        diagnostics.extend(file.mangled);
        wrong.extend(file.wrong);
        advice.extend(file.advice);
        loaded.push(file.loaded);
    }
    diagnostics.extend(wrong);
    advice.extend(found);
    extend(&mut diagnostics, advice);
    if names.is_none() {
        resolve::unused_traits(&loaded, &mut diagnostics);
    }
    fix::settle(&mut diagnostics, &files);

    // Beside an error, even one that is another's, comments may allow what is not there.
    let is_sound = diagnostics.iter().all(|d| d.severity == Severity::Warning);
    let is_told = |(file, code): &(FileId, Code)| control.tells(*code, &files.get(*file).path);
    let spoken_of = is_sound.then(|| about.into_iter().filter(is_told).map(|(file, _)| file).collect());
    control::apply(&mut diagnostics, &files, &addressed, control);
    tidy(&mut diagnostics, &lent, &elements);
    check::near::settle(&mut diagnostics, &lent);
    // What others lend, and what all have, is not to blame for what some lack.
    let bases =
        loaded.iter().filter(|f| f.library || &*f.name == resolve::PLATFORM).map(|f| f.file).collect();
    shared(&mut diagnostics, &bases, &elements);
    Compilation { files, catalog: Catalog { elements, sources }, diagnostics, summary, loaded, spoken_of }
}

/// What is found out about an element while it is read.
struct Said {
    /// What is wrong with its key and its name.
    identity: Vec<Diagnostic>,
    /// Whether its file is that of its key.
    has_its_key: bool,
    /// What is wrong with the layers below it.
    below: Vec<Diagnostic>,
    /// What is wrong with what it adds to them.
    wrong: Vec<Diagnostic>,
    /// What rules say.
    advice: Vec<Diagnostic>,
    /// How many entries it has.
    entries: usize,
    /// What no other element should have alike.
    marks: Option<[u64; 3]>,
}

/// Adds what a later stage found. What it says of a place where an earlier one found a mistake only
/// follows from that, but it knows better how to mend it: `yes` becomes `true` rather than `"yes"`
/// where a boolean belongs.
pub(crate) fn extend(diagnostics: &mut Vec<Diagnostic>, found: Vec<Diagnostic>) {
    let said: HashMap<Span, usize> =
        diagnostics.iter().enumerate().map(|(at, d)| (d.primary.span, at)).collect();
    for later in found {
        let Some(earlier) = said.get(&later.primary.span).map(|at| &mut diagnostics[*at]) else {
            diagnostics.push(later);
            continue;
        };
        if earlier.fix.is_some() && (later.fix.is_some() || WRONG.contains(&later.code)) {
            if let Some(fact) = earlier.message.find("; ") {
                earlier.message.truncate(fact);
            }
            earlier.primary.message = later.primary.message;
            earlier.fix = later.fix;
        }
    }
}

/// What all elements with a layer lack, that layer lacks: said once, of the first of them.
fn shared(diagnostics: &mut Vec<Diagnostic>, bases: &HashSet<FileId>, all: &[Element]) {
    if diagnostics.is_empty() {
        return;
    }
    let elements: HashMap<FileId, &Element> = all.iter().map(|element| (element.file, element)).collect();
    let lacks = |d: &Diagnostic| {
        let element = elements.get(&d.primary.span.file)?;
        (d.code.is_of_absence() && element.stands_for_all(d.primary.span)).then_some(*element)
    };
    let mut lacking: HashMap<(Code, String), Vec<FileId>> = HashMap::default();
    for (d, element) in diagnostics.iter().filter_map(|d| Some((d, lacks(d)?))) {
        lacking.entry((d.code, d.message.clone())).or_default().push(element.file);
    }
    for ((code, message), files) in lacking.into_iter().filter(|(_, files)| files.len() > 1) {
        let has =
            |layer: FileId| elements.values().filter(move |e| e.file != layer && e.layers.contains(&layer));
        let of_first = elements[&files[0]].layers.iter().copied();
        let own = of_first.filter(|layer| !bases.contains(layer) && !elements.contains_key(layer));
        // Of what extends one of them it is not said again.
        let is_lacking = |e: &Element| e.layers.iter().any(|layer| files.contains(layer));
        let common = |layer: &FileId| {
            has(*layer).all(|e| is_lacking(e)) && files.iter().all(|f| elements[f].layers.contains(layer))
        };
        if own.rev().find(common).is_none() {
            continue;
        }
        let is_it = |d: &Diagnostic| d.code == code && d.message == message && lacks(d).is_some();
        let mut others: Vec<Label> = Vec::new();
        let mut first = true;
        diagnostics.retain(|d| {
            if !is_it(d) || std::mem::take(&mut first) {
                return true;
            }
            others.push(Label { span: d.primary.span, message: "and here".to_owned() });
            false
        });
        if let Some(kept) = diagnostics.iter_mut().find(|d| is_it(d)) {
            kept.secondary.extend(others);
        }
    }
}

/// Puts diagnostics in the order of the text, each once, without those of others' files. What a
/// parent lacks, its children lack too: it is said of the parent.
fn tidy(diagnostics: &mut Vec<Diagnostic>, lent: &HashSet<FileId>, all: &[Element]) {
    if diagnostics.is_empty() {
        return;
    }
    // Layers of the library that do not go together are the mistake of whoever puts them together.
    let together = |d: &Diagnostic| {
        let files = || std::iter::once(&d.primary).chain(&d.secondary).map(|label| label.span.file);
        all.iter().find(|element| files().all(|file| element.layers.contains(&file)))
    };
    *diagnostics = std::mem::take(diagnostics)
        .into_iter()
        .filter_map(|d| match lent.contains(&d.primary.span.file) {
            true => together(&d).and_then(|element| check::blame(d, element, lent)),
            false => Some(d),
        })
        .collect();
    let elements: HashMap<FileId, &Element> = all.iter().map(|element| (element.file, element)).collect();
    let said: HashSet<(FileId, Code, String)> =
        diagnostics.iter().map(|d| (d.primary.span.file, d.code, d.message.clone())).collect();
    diagnostics.retain(|d| {
        let span = d.primary.span;
        let Some(element) = elements.get(&span.file).filter(|element| element.stands_for_all(span)) else {
            return true;
        };
        let mut parents = element.layers.iter().filter(|layer| **layer != span.file);
        !parents.any(|parent| said.contains(&(*parent, d.code, d.message.clone())))
    });
    diagnostics.sort_by(|a, b| {
        (a.primary.span.file, a.primary.span.start, a.code).cmp(&(
            b.primary.span.file,
            b.primary.span.start,
            b.code,
        ))
    });
    // Advice on what is wrong anyway is noise.
    let wrong: HashSet<Span> =
        diagnostics.iter().filter(|d| d.severity == Severity::Error).map(|d| d.primary.span).collect();
    diagnostics.retain(|d| d.severity == Severity::Error || !wrong.contains(&d.primary.span));
    let mut seen = HashSet::default();
    diagnostics.retain(|d| seen.insert((d.code, d.primary.span, d.message.clone())));
}
