//! What a report says, put so that a message can be mended at once.
//!
//! In: the report of the engine, which judges what is there. Out: the same with what it takes a second run
//! to hear, and without what one slip breaks twice.

use elementc_runtime::{Code, Placeholders, Program, Report, Violation, validate};
use serde_json::json;
use std::collections::HashSet;

/// The report without the missing entries that are there under another name, and with what is missing
/// below missing objects.
pub fn mendable(mut report: Report, program: &Program, body: &[u8], placeholders: Placeholders) -> Report {
    if report.missing().next().is_some() {
        name_misspelt(&mut report);
        add_below(&mut report, program, body, placeholders);
    }
    report
}

/// The place of the object that an entry is in.
fn parent(violation: &Violation) -> &str {
    violation.pointer.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// Says of an unknown entry that what it is near to is missing, and no more that this is.
fn name_misspelt(report: &mut Report) {
    let is_missing = |v: &&Violation| v.code == Code::MissingEntry;
    let missing: HashSet<(String, String)> = report
        .violations
        .iter()
        .filter(is_missing)
        .map(|v| (parent(v).to_owned(), format!("`{}`?", v.entry)))
        .collect();
    let mut misspelt = HashSet::new();
    for violation in report.violations.iter_mut().filter(|v| v.code == Code::UnknownEntry) {
        let Some((_, near)) = violation.message.rsplit_once("; did you mean ") else { continue };
        let meant = (parent(violation).to_owned(), near.to_owned());
        if missing.contains(&meant) {
            violation.message.pop();
            violation.message.push_str(", which is missing?");
            misspelt.insert(meant);
        }
    }
    report.violations.retain(|v| {
        !is_missing(&v) || !misspelt.contains(&(parent(v).to_owned(), format!("`{}`?", v.entry)))
    });
}

/// Adds what missing objects would lack if they were there and empty.
fn add_below(report: &mut Report, program: &Program, body: &[u8], placeholders: Placeholders) {
    let is_object = |v: &&Violation| {
        v.code == Code::MissingEntry && program.objects.iter().any(|object| object.pointer == v.pointer)
    };
    let mut objects: Vec<Violation> = report.violations.iter().filter(is_object).cloned().collect();
    if objects.is_empty() {
        return;
    }
    objects.sort_by_key(|object| std::cmp::Reverse(object.offset));
    let mut filled = body.to_vec();
    for Violation { entry, offset, .. } in &objects {
        let at = offset + 1;
        let is_only = filled[at..].iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'}');
        let member = format!("{}:{{}}{}", json!(entry), if is_only { "" } else { "," });
        filled.splice(at..at, member.into_bytes());
    }
    let mut below = validate(program, &filled, placeholders).violations;
    for object in objects {
        let is_of_it = |v: &Violation| parent(v) == object.pointer || v.pointer == object.pointer;
        let (of_it, others) = below.into_iter().partition::<Vec<_>, _>(is_of_it);
        below = others;
        let at = report.violations.iter().position(|v| *v == object).map_or(0, |at| at + 1);
        let placed = of_it.into_iter().map(|v| Violation { offset: object.offset, ..v });
        report.violations.splice(at..at, placed);
    }
}
