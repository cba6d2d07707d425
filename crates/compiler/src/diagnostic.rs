//! Diagnostics: what is wrong with a descriptor, as data.
//!
//! In: nothing; the stages build them with [`Diagnostic::new`]. Out: values that the renderers in
//! [`crate::render`] turn into text. Nobody else prints.

use crate::source::Span;
use crate::suggest::Near;
use std::fmt;

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is emitted while one remains.
    Error,
    /// Emitted, but probably not what was meant.
    Warning,
}

/// The stable name of a kind of diagnostic, `E0201` or `W0305`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(pub &'static str);

impl Code {
    /// `E…` is an error, `W…` a warning.
    #[must_use]
    pub fn severity(self) -> Severity {
        if self.0.starts_with('E') { Severity::Error } else { Severity::Warning }
    }

    /// Whether it only says that something is not there: where not all could be read, what is missing
    /// may stand in the part that is broken.
    #[must_use]
    pub fn is_of_absence(self) -> bool {
        matches!(
            self.0,
            "E0204"
                | "E0306"
                | "E0307"
                | "E0401"
                | "E0402"
                | "E0407"
                | "E0411"
                | "E0417"
                | "E0504"
                | "E0507"
                | "E0508"
                | "E0510"
                | "E0513"
                | "E0801"
                | "W0414"
                | "W0416"
                | "W0419"
                | "W0421"
                | "W0422"
                | "W0423"
                | "W0424"
                | "W0425"
                | "W0602"
                | "W0702"
        )
    }

    /// Where the code is explained, relative to the repository.
    #[must_use]
    pub fn documentation(self) -> String {
        format!("docs/diagnostics/{}.md", self.0)
    }
}

impl Severity {
    /// `error` or `warning`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// A place with a few words about it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// The words; empty for a bare underline.
    pub message: String,
}

/// A text edit: the span is replaced.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Edit {
    /// What is replaced; an empty span inserts.
    pub span: Span,
    /// By what.
    pub text: String,
    /// How the text is meant.
    pub form: Form,
}

/// How the text of an edit is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Form {
    /// It goes into the file as it is. After a compilation all texts do.
    Verbatim,
    /// It is the value of the scalar that is replaced, whose quotes stay.
    Value,
}

/// A way to mend what is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fix {
    /// What it does, in the imperative: ``replace it with `signature` ``.
    pub title: String,
    /// The edits, none overlapping.
    pub edits: Vec<Edit>,
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The place of the mistake.
    pub primary: Label,
    /// Its kind.
    pub code: Code,
    /// How grave it is: as the code says, unless configured otherwise.
    pub severity: Severity,
    /// What is wrong, in one line without a full stop.
    pub message: String,
    /// Other places that matter.
    pub secondary: Vec<Label>,
    /// Further lines: allowed values, why it matters, what to do.
    pub notes: Vec<String>,
    /// How to mend it, if a machine can.
    pub fix: Option<Fix>,
    /// Whether what stands at the primary place may be a secret: renderers show asterisks there.
    pub secret: bool,
}

impl Diagnostic {
    /// A diagnostic at a place.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            primary: Label { span, message: String::new() },
            code,
            severity: code.severity(),
            message: message.into(),
            secondary: Vec::new(),
            notes: Vec::new(),
            fix: None,
            secret: false,
        }
    }

    /// Says that what stands at the primary place may be a secret.
    #[must_use]
    pub fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// Says something at the primary place.
    #[must_use]
    pub fn label(mut self, message: impl Into<String>) -> Self {
        self.primary.message = message.into();
        self
    }

    /// Points at another place.
    #[must_use]
    pub fn also(mut self, span: Span, message: impl Into<String>) -> Self {
        self.secondary.push(Label { span, message: message.into() });
        self
    }

    /// Adds a line.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds a line if there is one.
    #[must_use]
    pub fn notes(mut self, notes: impl IntoIterator<Item = String>) -> Self {
        self.notes.extend(notes);
        self
    }

    /// Offers a fix that replaces the text of one span.
    #[must_use]
    pub fn replace(self, span: Span, text: impl Into<String>) -> Self {
        self.edit(span, text.into(), Form::Verbatim)
    }

    /// Offers a fix that gives another value to the scalar of a span.
    #[must_use]
    pub fn change(self, span: Span, value: impl Into<String>) -> Self {
        self.edit(span, value.into(), Form::Value)
    }

    /// Asks whether something else was meant, and offers it as a fix if that is sure.
    #[must_use]
    pub fn meant(self, span: Span, near: Near) -> Self {
        let asked = self.label(format!("did you mean `{near}`?"));
        if near.is_sure { asked.change(span, near.word) } else { asked }
    }

    /// Offers no fix if what was meant is there already: which of the two stays, people decide.
    #[must_use]
    pub fn unless_there(mut self, is_there: bool) -> Self {
        if is_there {
            self.fix = None;
        }
        self
    }

    fn edit(mut self, span: Span, text: String, form: Form) -> Self {
        let title = match text.is_empty() {
            true => "remove it".to_owned(),
            false => format!("replace it with `{text}`"),
        };
        self.fix = Some(Fix { title, edits: vec![Edit { span, text, form }] });
        self
    }
}

/// The pages of `docs/diagnostics/`, by code: what each diagnostic means, why it matters, an
/// example, and how to mend it.
macro_rules! pages {
    ($($code:literal),* $(,)?) => {
        &[$(($code, include_str!(concat!("../../../docs/diagnostics/", $code, ".md")))),*]
    };
}

/// The page of each code, in the order of the codes.
#[must_use]
pub const fn explanations() -> &'static [(&'static str, &'static str)] {
    pages![
        "E0101", "E0102", "E0103", "E0104", "E0105", "E0106", "E0107", "E0108", "E0109", "E0201", "E0202",
        "E0203", "E0204", "E0205", "E0206", "E0207", "E0208", "E0301", "E0302", "E0303", "E0304", "E0306",
        "E0307", "E0308", "E0401", "E0402", "E0403", "E0404", "E0406", "E0407", "E0411", "E0412", "E0415",
        "E0417", "E0418", "E0420", "E0501", "E0503", "E0504", "E0505", "E0506", "E0507", "E0508", "E0509",
        "E0510", "E0511", "E0512", "E0513", "E0520", "E0521", "E0801", "E0902", "E1001", "E1002", "E1003",
        "E1004", "E1005", "E1101", "E1102", "E1103", "E1104", "E1105", "E1106", "E1107", "E1108", "E1201",
        "E1202", "W0305", "W0309", "W0310", "W0311", "W0312", "W0413", "W0414", "W0416", "W0419", "W0421",
        "W0422", "W0423", "W0424", "W0425", "W0426", "W0514", "W0515", "W0601", "W0602", "W0603", "W0604",
        "W0701", "W0702", "W0703", "W0704", "W0705", "W0706", "W0708", "W0709", "W0802", "W0901",
    ]
}
