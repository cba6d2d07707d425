//! Control: what a team wants to hear of.
//!
//! In: diagnostics, a [`Control`], and the `# elementc: allow …` comments of the files. Out: the
//! diagnostics that remain, and those about comments that allow nothing. Only warnings can be
//! turned off: while an error remains, there is nothing to emit.

use crate::diagnostic::{Code, Diagnostic, Severity, explanations};
use crate::source::{FileId, Files, Span};
use crate::suggest::suggest;
use crate::syntax::yaml;
use std::collections::BTreeMap;

/// What a team wants to hear of, as `[rules]` of `elementc.toml` says it. A code may be cut short:
/// `W07` stands for all codes that begin so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Control {
    /// The only warnings to show; empty: all.
    pub select: Vec<String>,
    /// Warnings not to show.
    pub ignore: Vec<String>,
    /// Warnings that are errors.
    pub error: Vec<String>,
    /// Warnings not to show in some files, by the path that diagnostics show.
    pub files: BTreeMap<String, Vec<String>>,
}

/// An `allow` comment that allows nothing.
const UNUSED: Code = Code("W0901");
/// An `allow` comment that cannot be read.
const MALFORMED: Code = Code("E0902");

/// What begins such a comment, after `#`, with or without capitals, and what follows.
const MARK: &str = "elementc:";
const VERB: &str = "allow";

impl Control {
    /// Why it cannot be applied, if so: a code that does not exist, or that is no warning.
    ///
    /// # Errors
    /// In words for the user.
    pub fn verify(&self) -> Result<(), String> {
        let always = "errors are always shown";
        let never = "errors cannot be turned off";
        let stay = "errors stay errors";
        let lists = [(&self.select, always), (&self.ignore, never), (&self.error, stay)];
        let all = lists.into_iter().chain(self.files.values().map(|codes| (codes, never)));
        for (code, but) in all.flat_map(|(codes, but)| codes.iter().map(move |code| (code, but))) {
            if code.is_empty() || !explanations().iter().any(|(known, _)| known.starts_with(code.as_str())) {
                return Err(unknown(code));
            }
            if code.starts_with('E') {
                let kind = if code.len() == 5 { "is an error" } else { "stands for errors" };
                return Err(format!("`{code}` {kind}, and {but}"));
            }
        }
        Ok(())
    }

    /// Whether it wants to hear of a code in the file of this path.
    pub(crate) fn tells(&self, code: Code, path: &str) -> bool {
        let among = |codes: &[String]| codes.iter().any(|c| code.0.starts_with(c.as_str()));
        let is_selected = self.select.is_empty() || among(&self.select);
        let is_ignored = among(&self.ignore) || self.files.get(path).is_some_and(|codes| among(codes));
        code.severity() == Severity::Error || (is_selected && !is_ignored)
    }
}

/// Says that there is no such code, and which was probably meant.
fn unknown(code: &str) -> String {
    let known = explanations().iter().map(|(code, _)| *code);
    // Whoever mistakes a warning for an error knows its number.
    let is_numbered = |known: &&str| code.get(1..).is_some_and(|number| known[1..] == *number);
    let near = known.clone().find(is_numbered).or_else(|| suggest(code, known).map(|near| near.word));
    let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    format!("there is no diagnostic `{code}`{near}")
}

/// A comment that allows a code in its own line, or alone in a line, in the next line that says
/// something; what is about a whole file, from wherever it stands.
struct Allow {
    code: String,
    span: Span,
    line: usize,
    used: bool,
}

/// Whether a text may have a comment that speaks to elementc.
#[must_use]
pub fn is_addressed(text: &str) -> bool {
    let comment = memchr::memchr(b'#', text.as_bytes()).map(|at| &text.as_bytes()[at..]);
    // Its first letter may be a capital.
    comment.is_some_and(|comment| memchr::memmem::find(comment, &MARK.as_bytes()[1..]).is_some())
}

/// Applies the comments of the files that have some, then the control.
pub fn apply(diagnostics: &mut Vec<Diagnostic>, files: &Files, addressed: &[FileId], control: &Control) {
    let mut allows = Vec::new();
    for file in addressed {
        comments(*file, files, &mut allows, diagnostics);
    }
    diagnostics.retain(|diagnostic| {
        let span = diagnostic.primary.span;
        let line = files.position(span.file, span.start).0;
        // What is about a whole file stands at its beginning, and may be allowed in any line.
        let whole = span.start == 0 && span.end == 0;
        let mut kept = true;
        for allow in &mut allows {
            if allow.span.file == span.file
                && (whole || allow.line == line)
                && allow.code == diagnostic.code.0
            {
                allow.used = true;
                kept = false;
            }
        }
        kept
    });
    // Beside an error it is not known which warnings there would be without it.
    let clean = diagnostics.iter().all(|d| d.severity == Severity::Warning);
    for allow in allows.iter().filter(|allow| clean && !allow.used) {
        let message = format!("nothing here is `{}`", allow.code);
        diagnostics.push(Diagnostic::new(UNUSED, allow.span, message).label("allows nothing; remove it"));
    }
    diagnostics.retain(|d| control.tells(d.code, &files.get(d.primary.span.file).path));
    for diagnostic in diagnostics {
        if control.error.iter().any(|code| diagnostic.code.0.starts_with(code.as_str())) {
            diagnostic.severity = Severity::Error;
        }
    }
}

fn comments(file: FileId, files: &Files, allows: &mut Vec<Allow>, diagnostics: &mut Vec<Diagnostic>) {
    let text = files.get(file).text();
    for comment in yaml::comments(text) {
        let Some((verb, said)) = allowance(&text[comment.clone()]) else { continue };
        let offset = |byte| u32::try_from(byte).unwrap_or(u32::MAX);
        let span = Span { file, start: offset(comment.start), end: offset(comment.end) };
        let end = said.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(said.len());
        let (code, rest) = said.split_at(end);
        let reason = rest.trim_start().strip_prefix(['—', '–', '-', ':']).unwrap_or_default();
        let is_known = explanations().iter().any(|(known, _)| *known == code);
        // Without a reason it still is clear what is meant: one mistake, not two.
        let is_allowable = is_known && !code.starts_with('E');
        let problem = if verb != VERB {
            Some(format!("the comment does not say `{VERB}`"))
        } else if code.is_empty() {
            Some("the comment names no diagnostic".to_owned())
        } else if !is_known {
            Some(unknown(code))
        } else if !is_allowable {
            Some(format!("`{code}` is an error, and errors cannot be allowed"))
        } else if rest.trim_start().starts_with([',', ';']) {
            Some("a comment allows one warning; the next has a comment of its own".to_owned())
        } else if !reason.contains(char::is_alphanumeric) {
            Some("the comment gives no reason".to_owned())
        } else {
            None
        };
        let used = problem.is_some();
        if let Some(problem) = problem {
            diagnostics.push(
                Diagnostic::new(MALFORMED, span, problem)
                    .label("not an allowance")
                    .note("an allowance is a warning's code and a reason: `# elementc: allow W0413 — the vendor has no other endpoint`"),
            );
        }
        if is_allowable {
            let place = place_of(text, comment.start);
            allows.push(Allow {
                code: code.to_owned(),
                span,
                line: files.position(file, offset(place)).0,
                used,
            });
        }
    }
}

/// The verb of a comment that has the mark, and what it says then. Where a code stands, another verb or none
/// is a slip of the only one there is; all else is prose.
fn allowance(comment: &str) -> Option<(&str, &str)> {
    let (mark, said) = comment.strip_prefix('#')?.trim_start().split_at_checked(MARK.len())?;
    let begins =
        |word: &str, code: &str| word.get(..code.len()).is_some_and(|start| start.eq_ignore_ascii_case(code));
    let is_code = |word: &str| explanations().iter().any(|(code, _)| begins(word, code));
    let said = said.trim_start();
    let (verb, rest) = match said.find(|c: char| !c.is_alphanumeric()) {
        _ if is_code(said) => ("", said),
        end => said.split_at(end.unwrap_or(said.len())),
    };
    let rest = rest.trim_start();
    (mark.eq_ignore_ascii_case(MARK) && (verb == VERB || is_code(rest))).then_some((verb, rest))
}

/// A byte of the line that a comment speaks of: its own, or if it stands alone, the next that says
/// something.
fn place_of(text: &str, comment: usize) -> usize {
    let start = text[..comment].rfind('\n').map_or(0, |before| before + 1);
    if !text[start..comment].trim_start_matches('\u{feff}').trim().is_empty() {
        return comment;
    }
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        let said = line.trim();
        if at > comment && !said.is_empty() && !said.starts_with('#') {
            return at;
        }
        at += line.len();
    }
    comment
}
