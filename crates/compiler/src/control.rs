//! Control: what a team wants to hear of.
//!
//! In: diagnostics, a [`Control`], and the `# elementc: allow …` comments of the files. Out: the
//! diagnostics that remain, and those about comments that allow nothing. Only warnings can be
//! turned off: while an error remains, there is nothing to emit.

use crate::diagnostic::{Code, Diagnostic, Severity, explanations};
use crate::source::{FileId, Files, Span};
use crate::suggest::suggest;
use std::collections::{BTreeMap, HashSet};

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

/// What begins such a comment, after `#`.
const MARK: &str = "elementc: allow";

impl Control {
    /// Why it cannot be applied, if so: a code that does not exist, or that is no warning.
    ///
    /// # Errors
    /// In words for the user.
    pub fn verify(&self) -> Result<(), String> {
        let all = [&self.select, &self.ignore, &self.error].into_iter().chain(self.files.values()).flatten();
        for code in all {
            let known = || explanations().iter().map(|(code, _)| *code);
            if code.is_empty() || !known().any(|known| known.starts_with(code.as_str())) {
                let near = suggest(code, known())
                    .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                return Err(format!("there is no diagnostic `{code}`{near}"));
            }
            if code.starts_with('E') {
                return Err(format!("`{code}` is an error, and errors cannot be turned off"));
            }
        }
        Ok(())
    }

    fn keeps(&self, diagnostic: &Diagnostic, files: &Files) -> bool {
        let code = diagnostic.code.0;
        let among = |codes: &[String]| codes.iter().any(|c| code.starts_with(c.as_str()));
        let path = &files.get(diagnostic.primary.span.file).path;
        let is_selected = self.select.is_empty() || among(&self.select);
        let is_ignored =
            among(&self.ignore) || self.files.get(path.as_str()).is_some_and(|codes| among(codes));
        diagnostic.code.severity() == Severity::Error || (is_selected && !is_ignored)
    }
}

/// A comment that allows a code in its own line, or alone in a line, in the next line that says something.
struct Allow {
    code: String,
    span: Span,
    line: usize,
    used: bool,
}

/// Applies the comments of all files, then the control.
pub fn apply(diagnostics: &mut Vec<Diagnostic>, files: &Files, lent: &HashSet<FileId>, control: &Control) {
    let mut allows = Vec::new();
    for file in files.ids().filter(|id| !lent.contains(id)) {
        comments(file, files, &mut allows, diagnostics);
    }
    diagnostics.retain(|diagnostic| {
        let span = diagnostic.primary.span;
        let line = files.position(span.file, span.start).0;
        let mut kept = true;
        for allow in &mut allows {
            if allow.span.file == span.file && allow.line == line && allow.code == diagnostic.code.0 {
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
    diagnostics.retain(|diagnostic| control.keeps(diagnostic, files));
    for diagnostic in diagnostics {
        if control.error.iter().any(|code| diagnostic.code.0.starts_with(code.as_str())) {
            diagnostic.severity = Severity::Error;
        }
    }
}

fn comments(file: FileId, files: &Files, allows: &mut Vec<Allow>, diagnostics: &mut Vec<Diagnostic>) {
    let text = &files.get(file).text;
    if !text.contains(MARK) {
        return;
    }
    let mut start = 0;
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for (at, line) in lines.iter().enumerate() {
        let begin = start;
        start += line.len();
        let Some(hash) = line.find('#').filter(|hash| line[hash + 1..].trim_start().starts_with(MARK)) else {
            continue;
        };
        let comment = line[hash..].trim_end();
        let offset = |byte: usize| u32::try_from(begin + byte).unwrap_or(u32::MAX);
        let span = Span { file, start: offset(hash), end: offset(hash + comment.len()) };
        let said = comment[1..].trim_start()[MARK.len()..].trim();
        let (code, rest) = said.split_once(char::is_whitespace).unwrap_or((said, ""));
        let reason = rest.trim_start().strip_prefix(['—', '–', '-', ':']).unwrap_or_default().trim();
        let is_known = explanations().iter().any(|(known, _)| *known == code);
        // Without a reason it still is clear what is meant: one mistake, not two.
        let is_allowable = is_known && !code.starts_with('E');
        let problem = if !is_known {
            Some(format!("there is no diagnostic `{code}`"))
        } else if code.starts_with('E') {
            Some(format!("`{code}` is an error, and errors cannot be allowed"))
        } else if reason.is_empty() {
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
            if !is_allowable {
                continue;
            }
        }
        // Alone in its line it speaks of the next line that says something.
        let alone = line[..hash].trim().is_empty();
        let says = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
        let below = lines[at + 1..].iter().position(says).map_or(at, |below| at + 1 + below);
        allows.push(Allow { code: code.to_owned(), span, line: if alone { below } else { at } + 1, used });
    }
}
