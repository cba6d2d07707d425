//! Renderers: changes become text, for people, for programs, and for a pull request.
//!
//! In: a [`Report`]. Out: a string; whoever calls prints it.

use super::{Change, Kind, Sender, Version, Waiver, Witness};
use crate::render::Style;
use crate::source::Files;
use elementc_runtime::Violation;
use serde_json::{Value as Json, json};

/// The version of the JSON document. It grows when a member changes its meaning or goes away; new
/// members may come without.
pub const VERSION: u32 = 1;

/// What there is to show.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    /// The changes.
    pub changes: &'a [Change],
    /// Waivers that waive nothing.
    pub unused: &'a [&'a Waiver],
    /// The files of the old version.
    pub old: &'a Files,
    /// The files of the new one.
    pub new: &'a Files,
}

/// How many there are of each: breaking and not waived, waived, unproven, compatible, documentation.
struct Counts {
    breaking: usize,
    waived: usize,
    unproven: usize,
    compatible: usize,
    documentation: usize,
}

impl Report<'_> {
    /// Whether anything breaks that nobody has given a reason for.
    #[must_use]
    pub fn breaks(&self) -> bool {
        self.counts().breaking > 0
    }

    fn counts(&self) -> Counts {
        let of = |kind: Kind| self.changes.iter().filter(move |change| change.kind == kind);
        let waived = of(Kind::Breaking).filter(|change| change.waived.is_some()).count();
        Counts {
            breaking: of(Kind::Breaking).count() - waived,
            waived,
            unproven: of(Kind::Unproven).count(),
            compatible: of(Kind::Compatible).count(),
            documentation: of(Kind::Documentation).count(),
        }
    }

    /// File, line and column of a change.
    fn place(&self, change: &Change) -> Option<(&str, usize, usize)> {
        let (version, span) = change.at?;
        let files = match version {
            Version::Old => self.old,
            Version::New => self.new,
        };
        let (line, column) = files.position(span.file, span.start);
        Some((&files.get(span.file).path, line, column))
    }

    /// How many changes of each kind there are, in a sentence.
    fn summary(&self) -> String {
        let Counts { breaking, waived, unproven, compatible, documentation } = self.counts();
        if self.changes.is_empty() {
            return "the contract is the same".to_owned();
        }
        let mut parts = vec![format!("{breaking} breaking")];
        if waived > 0 {
            parts.push(format!("{waived} waived"));
        }
        if unproven > 0 {
            parts.push(format!("{unproven} unproven"));
        }
        parts.push(format!("{compatible} compatible"));
        parts.push(format!("{documentation} of documentation"));
        let all = self.changes.len();
        format!("{all} {}: {}", if all == 1 { "change" } else { "changes" }, parts.join(", "))
    }
}

/// Where a change is: `sageoneuk, create-instance, /configuration/signature`.
fn subject(change: &Change) -> String {
    let pointer = change.pointer.as_deref().filter(|pointer| !pointer.is_empty());
    let parts = [Some(change.element.as_str()), change.message.as_deref(), pointer];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What a waiver names, as [`subject`].
fn named(waiver: &Waiver) -> String {
    let pointer = waiver.pointer.as_deref().filter(|pointer| !pointer.is_empty());
    let parts = [Some(waiver.element.as_str()), waiver.message.as_deref(), pointer];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What to say before the body of a witness, before its verdict, and the verdict: of what is wrong, what
/// this change is about. Other changes may have made the same body wrong in other places.
fn proof(change: &Change, witness: &Witness) -> (&'static str, &'static str, String) {
    let (before, after) = match witness.sender {
        Sender::Application => ("valid before", "now"),
        Sender::Platform => ("the platform may send", "under the old version"),
    };
    let own = |v: &&Violation| change.pointer.as_ref() == Some(&v.pointer);
    let own: Vec<&str> = witness.violations.iter().filter(own).map(|v| v.message.as_str()).collect();
    let all = || witness.violations.iter().map(|v| v.message.as_str()).collect::<Vec<_>>();
    let told = if own.is_empty() { all() } else { own };
    let verdict = if told.is_empty() { "nothing takes it any more".to_owned() } else { told.join("; ") };
    (before, after, verdict)
}

/// For people: what breaks first, each with its place and its witness.
#[must_use]
pub fn human(report: &Report, style: Style) -> String {
    let paint = |code: &str, text: &str| {
        if style.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    };
    let mut out = String::new();
    for change in sorted(report.changes) {
        let word = match (change.kind, &change.waived) {
            (Kind::Breaking, Some(_)) => paint("1;33", "waived"),
            (Kind::Breaking, None) => paint("1;31", "breaking"),
            (Kind::Unproven, _) => paint("1;35", "unproven"),
            (Kind::Compatible, _) => paint("1;32", "compatible"),
            (Kind::Documentation, _) => paint("1;36", "documentation"),
        };
        out.push_str(&format!("{word}: {}\n", paint("1", &change.what)));
        if let Some((file, line, column)) = report.place(change) {
            out.push_str(&format!("  --> {file}:{line}:{column}\n"));
        }
        out.push_str(&format!("   = {}\n", subject(change)));
        if let Some(reason) = &change.waived {
            out.push_str(&format!("   = waived: {reason}\n"));
        }
        if let Some(witness) = &change.witness {
            let (before, after, verdict) = proof(change, witness);
            out.push_str(&format!("   = {before}: {}\n   = {after}: {verdict}\n", witness.body));
        }
        out.push('\n');
    }
    for waiver in report.unused {
        out.push_str(&format!(
            "{}: a waiver in elementc.toml waives nothing: {}\n\n",
            paint("1;33", "note"),
            named(waiver)
        ));
    }
    out.push_str(&report.summary());
    out.push('\n');
    out
}

/// What breaks first, then what does not, each in the order of the elements.
fn sorted(changes: &[Change]) -> Vec<&Change> {
    let mut sorted: Vec<&Change> = changes.iter().collect();
    sorted.sort_by_key(|change| (change.kind, change.waived.is_some()));
    sorted
}

/// For programs: one document.
#[must_use]
pub fn json(report: &Report) -> String {
    let Counts { breaking, waived, unproven, compatible, documentation } = report.counts();
    let change = |change: &Change| {
        let (file, line, column) = match report.place(change) {
            Some((file, line, column)) => (json!(file), json!(line), json!(column)),
            None => (Json::Null, Json::Null, Json::Null),
        };
        let version = change.at.map(|(version, _)| match version {
            Version::Old => "old",
            Version::New => "new",
        });
        json!({
            "kind": change.kind.word(),
            "element": change.element,
            "message": change.message,
            "pointer": change.pointer,
            "what": change.what,
            "version": version,
            "file": file,
            "line": line,
            "column": column,
            "waived": change.waived,
            "witness": change.witness.as_ref().map(shown),
        })
    };
    let unused = |waiver: &&Waiver| {
        json!({
            "element": waiver.element, "message": waiver.message, "pointer": waiver.pointer,
            "reason": waiver.reason,
        })
    };
    crate::emit::pretty(&json!({
        "version": VERSION,
        "summary": {
            "breaking": breaking, "waived": waived, "unproven": unproven, "compatible": compatible,
            "documentation": documentation,
        },
        "changes": sorted(report.changes).into_iter().map(change).collect::<Vec<_>>(),
        "unusedWaivers": report.unused.iter().map(unused).collect::<Vec<_>>(),
    }))
}

fn shown(witness: &Witness) -> Json {
    let sender = match witness.sender {
        Sender::Application => "application",
        Sender::Platform => "platform",
    };
    let violations: Vec<Json> = witness
        .violations
        .iter()
        .map(|v| json!({ "code": v.code.as_str(), "pointer": v.pointer, "entry": v.entry, "message": v.message }))
        .collect();
    json!({ "sender": sender, "body": witness.body, "violations": violations })
}

/// For a pull request or a changelog.
#[must_use]
pub fn markdown(report: &Report) -> String {
    let mut out = format!("**Contract:** {}.\n", report.summary());
    let of = |kind: Kind, waived: bool| {
        report.changes.iter().filter(move |c| c.kind == kind && c.waived.is_some() == waived)
    };
    let sections = [
        ("Breaking", of(Kind::Breaking, false).collect::<Vec<_>>()),
        ("Breaking, but waived", of(Kind::Breaking, true).collect()),
        ("Unproven", of(Kind::Unproven, false).collect()),
        ("Compatible", of(Kind::Compatible, false).collect()),
        ("Documentation", of(Kind::Documentation, false).collect()),
    ];
    for (title, changes) in sections.into_iter().filter(|(_, changes)| !changes.is_empty()) {
        out.push_str(&format!("\n### {title}\n\n"));
        for change in changes {
            let place = report.place(change);
            let place = place.map(|(file, line, _)| format!(" ({file}:{line})")).unwrap_or_default();
            out.push_str(&format!("- {}: {}{place}\n", subject(change), escaped(&change.what)));
            if let Some(reason) = &change.waived {
                out.push_str(&format!("  - Waived: {}\n", escaped(reason)));
            }
            if let Some(witness) = &change.witness {
                let (before, after, verdict) = proof(change, witness);
                out.push_str(&format!("  - {}: {}\n", capital(before), code(&witness.body.to_string())));
                out.push_str(&format!("  - {}: {}\n", capital(after), escaped(&verdict)));
            }
        }
    }
    if !report.unused.is_empty() {
        out.push_str("\n### Waivers that waive nothing\n\n");
        for waiver in report.unused {
            out.push_str(&format!("- {}\n", named(waiver)));
        }
    }
    out
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Text in which nothing but what stands in backticks is markup.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    let mut quoted = false;
    for c in text.chars() {
        quoted ^= c == '`';
        if !quoted && "\\*_[]<>#|".contains(c) {
            out.push('\\');
        }
        out.push(if c == '\n' { ' ' } else { c });
    }
    out
}

/// Text as code, whatever backticks are in it.
fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}
