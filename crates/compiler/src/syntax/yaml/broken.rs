//! Broken syntax: what the parser complains about, said so that a person can mend it.
//!
//! In: the kind of error and what is known about the place. Out: a [`Diagnostic`], whose span is
//! the cause where it can be told (the bracket that is never closed), not where the parser gave up.

use super::BROKEN;
use super::indentation::{Culprit, culprit};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};
use granit_parser::ErrorKind;

/// What is known when the parser gives up.
pub(super) struct Place<'a> {
    /// The file.
    pub(super) file: FileId,
    /// Its text.
    pub(super) text: &'a str,
    /// Where the parser stands, in bytes, or where the scalar starts that it was reading.
    pub(super) at: usize,
    /// The last thing that was read.
    pub(super) last: std::ops::Range<usize>,
    /// The innermost open bracket.
    pub(super) bracket: Option<usize>,
}

/// What to say, and where.
struct Report {
    start: usize,
    end: usize,
    message: String,
    label: &'static str,
    note: Option<String>,
    /// Where it shows, if an earlier line is the cause.
    shows_at: Option<(usize, usize)>,
}

/// The diagnostic for a syntax error.
pub(super) fn explain(kind: &ErrorKind, place: &Place<'_>) -> Diagnostic {
    let mut report = place.report(kind);
    if has_smart_quotes(place.line(report.start)) {
        report.note = Some("typographic quotes (“ ”) are no quotes in YAML; use `\"` or `'`".to_owned());
    }
    let mut diagnostic = Diagnostic::new(BROKEN, place.span(report.start, report.end), report.message);
    diagnostic.primary.message = report.label.to_owned();
    if let Some((start, end)) = report.shows_at {
        diagnostic = diagnostic.also(place.span(start, end), "it shows here");
    }
    diagnostic.notes.extend(report.note);
    diagnostic
}

impl Place<'_> {
    fn span(&self, start: usize, end: usize) -> Span {
        let byte = |at: usize| u32::try_from(at.min(self.text.len())).unwrap_or(u32::MAX);
        Span { file: self.file, start: byte(start), end: byte(end.max(start)) }
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |before| before + 1)
    }

    fn line_end(&self, at: usize) -> usize {
        self.text[at..].find(['\n', '\r']).map_or(self.text.len(), |length| at + length)
    }

    fn line(&self, at: usize) -> &str {
        &self.text[self.line_start(at)..self.line_end(at)]
    }

    fn is_same_line(&self, one: usize, other: usize) -> bool {
        self.line_start(one) == self.line_start(other)
    }

    fn indentation(&self, at: usize) -> usize {
        let line = self.line(at);
        line.len() - line.trim_start_matches(' ').len()
    }

    /// The first of these characters in what was being read.
    fn find(&self, characters: &[char], from: usize) -> Option<usize> {
        self.text[from..].find(characters).map(|offset| from + offset)
    }

    /// A report about one character, or about the end of a line.
    fn character(&self, at: usize, message: impl Into<String>) -> Report {
        let length = self.text[at..].chars().next().filter(|next| !matches!(next, '\n' | '\r'));
        Report {
            start: at,
            end: at + length.map_or(0, char::len_utf8),
            message: message.into(),
            label: "",
            note: None,
            shows_at: None,
        }
    }

    /// The rest of a line without its comment.
    fn rest(&self, at: usize) -> &str {
        let rest = &self.text[at..self.line_end(at)];
        rest.find(" #").map_or(rest, |comment| &rest[..comment]).trim_end()
    }

    /// A report about the rest of a line.
    fn rest_of_line(&self, at: usize, message: impl Into<String>) -> Report {
        Report { end: at + self.rest(at).len(), ..self.character(at, message) }
    }

    fn report(&self, kind: &ErrorKind) -> Report {
        use ErrorKind as Kind;
        if let Some(report) = self.bracket(kind).or_else(|| self.tab(kind)) {
            return report;
        }
        match kind {
            Kind::UnclosedQuotedScalar | Kind::DocumentIndicatorInQuotedScalar => {
                self.character(self.opening_quote(), "this quote is never closed")
            }
            Kind::InvalidQuotedScalarIndent => self.unindented_quote(),
            Kind::InvalidTrailingSingleQuotedScalar | Kind::InvalidTrailingDoubleQuotedScalar
                if self.find(&['"', '\''], self.last.end).is_some_and(|open| {
                    open < self.at && !self.is_same_line(open, self.at)
                }) =>
            {
                self.character(self.opening_quote_before(), "this quote is not closed on its line")
                    .note("the text goes on to the next quote; close it, or write a quote within as `\\\"` or `''`")
            }
            Kind::InvalidTrailingSingleQuotedScalar | Kind::InvalidTrailingDoubleQuotedScalar
                if matches!(self.rest(self.at), "," | ";") =>
            {
                self.character(self.at, format!("`{}` after the value", self.rest(self.at)))
                    .note("in YAML the end of the line ends a value; remove it")
            }
            Kind::InvalidTrailingSingleQuotedScalar => self
                .rest_of_line(self.at, "text after the closing quote")
                .note("a quote within single quotes is written twice: `'it''s'`"),
            Kind::InvalidTrailingDoubleQuotedScalar => self
                .rest_of_line(self.at, "text after the closing quote")
                .note("a quote within double quotes is written `\\\"`"),
            Kind::UnknownQuotedScalarEscape => self.escape(),
            Kind::InvalidQuotedScalarHexEscape
            | Kind::InvalidLowSurrogateHexEscape
            | Kind::InvalidLowSurrogate
            | Kind::MissingLowSurrogate
            | Kind::UnpairedLowSurrogate
            | Kind::InvalidUnicodeEscape => self
                .character(self.at, "an escape such as `\\u` in this text names no character")
                .note("in single quotes a backslash is just a backslash"),
            Kind::MappingValueNotAllowed | Kind::InvalidColonPlacement => self.colon(),
            Kind::SimpleKeyExpected | Kind::InvalidSimpleKey => {
                self.missing_space(self.at).unwrap_or_else(|| self.uncoloned(self.at))
            }
            Kind::ExpectedBlockMappingKey
            | Kind::ExpectedBlockSequenceEntry
            | Kind::ExpectedDocumentStart
            | Kind::InvalidIndentation => self.misplaced(kind),
            Kind::UnexpectedCharacter { character } => self.unexpected(*character),
            Kind::CommentInterceptedScalar => self.character(self.at, "a comment in the middle of a text"),
            Kind::CommentNotSeparated => self.character(self.at, "expected a space before `#`"),
            Kind::DirectiveDisallowed => self
                .rest_of_line(self.at, "directives are not part of the language")
                .note("remove the line; text that starts with `%` is quoted"),
            Kind::BlockSequenceEntryNotAllowed => self
                .character(self.at, "a list cannot start on the line of its key")
                .note("put each `- item` on a line of its own, write `[a, b]`, or quote text that starts with `-`"),
            Kind::BlockEntryInFlowCollection => {
                self.character(self.at, "`-` cannot start an item inside brackets")
            }
            Kind::ZeroBlockScalarIndent | Kind::InvalidBlockScalarHeader => self
                .rest_of_line(self.at, "only a line break may follow `|` or `>`")
                .note("the text starts on the next line; text that starts with `|` or `>` is quoted"),
            Kind::InvalidBlockScalarIndent => self.character(self.at, "wrong indentation in a block of text"),
            Kind::MissingAnchorOrAliasName => {
                self.character(self.at, "text that starts with `&` or `*` must be quoted")
            }
            Kind::MappingKeyNotAllowed => self.character(self.at, "text that starts with `?` must be quoted"),
            Kind::UndeclaredTagHandle
            | Kind::ExpectedTagBang
            | Kind::InvalidGlobalTagCharacter
            | Kind::InvalidTagTerminator
            | Kind::MissingTagUri
            | Kind::UnclosedVerbatimTag
            | Kind::InvalidTagEscape
            | Kind::InvalidTagUtf8LeadingByte
            | Kind::InvalidTagUtf8TrailingByte
            | Kind::InvalidTagUtf8 => self.character(self.at, "text that starts with `!` must be quoted"),
            Kind::BomInsideDocument => self.character(self.at, "a byte order mark in the middle of the text"),
            _ if self.text[self.at..].starts_with(',') => {
                self.character(self.at, "text that starts with `,` must be quoted")
            }
            other => self.character(self.at, other.to_string().to_lowercase()),
        }
    }

    /// Errors whose cause is an open bracket.
    fn bracket(&self, kind: &ErrorKind) -> Option<Report> {
        use ErrorKind as Kind;
        match kind {
            Kind::MismatchedFlowCollectionEnd { open, close } => {
                return Some(self.character(self.at, format!("`{open}` is closed by `{close}`")));
            }
            Kind::UnclosedFlowCollection { .. } => return Some(self.unclosed(self.at)),
            Kind::MisplacedFlowCollectionEnd => {
                let bracket = self.text[self.at..].chars().next().unwrap_or(']');
                let message = format!("`{bracket}` closes nothing");
                return Some(self.character(self.at, message).note("quote it if it is text"));
            }
            _ => {}
        }
        let bracket = self.bracket?;
        // What stands no deeper than the line of the bracket was meant to come after it.
        let is_outside = !self.is_same_line(bracket, self.at)
            && self.indentation(self.at) <= self.indentation(bracket)
            && !matches!(self.line(self.at).trim_start().as_bytes(), [b']' | b'}', ..]);
        match kind {
            Kind::UnexpectedEofFlowSequence | Kind::UnexpectedEofFlowMapping => Some(self.unclosed(bracket)),
            Kind::ExpectedFlowMappingSeparator
            | Kind::ExpectedFlowSequenceSeparator
            | Kind::InvalidColonPlacement
            | Kind::InvalidFlowScalarIndent
                if is_outside =>
            {
                Some(self.unclosed(bracket))
            }
            Kind::ExpectedFlowMappingSeparator => Some(
                self.character(self.at, "expected `,` or `}`").note("quote text with `:`, `{` or `[` in it"),
            ),
            Kind::ExpectedFlowSequenceSeparator => Some(
                self.character(self.at, "expected `,` or `]`").note("quote text with `:`, `{` or `[` in it"),
            ),
            Kind::UnexpectedEofImplicitFlowMapping | Kind::ExpectedNodeContent => {
                Some(self.character(self.at, "expected a value"))
            }
            _ => None,
        }
    }

    fn unclosed(&self, bracket: usize) -> Report {
        let open = self.text[bracket..].chars().next().unwrap_or('[');
        self.character(bracket, format!("`{open}` is never closed"))
    }

    /// Tabs, which the parser reports in many ways and often at the start of the text before.
    fn tab(&self, kind: &ErrorKind) -> Option<Report> {
        use ErrorKind as Kind;
        let is_about_tabs = matches!(
            kind,
            Kind::TabNotAllowed
                | Kind::TabInBlockIndentation
                | Kind::TabInIndentation
                | Kind::TabAtBlockScalarStart
                | Kind::TabInPlainScalar
        );
        let is_indented_by_tab = |line: &str| line.trim_start_matches(' ').starts_with('\t');
        if !is_about_tabs && !is_indented_by_tab(self.line(self.at)) {
            return None;
        }
        let mut line = self.line_start(self.at);
        while !is_indented_by_tab(self.line(line)) && line < self.text.len() {
            line = (self.line_end(line) + 1).min(self.text.len());
            while !self.text.is_char_boundary(line) {
                line += 1;
            }
        }
        let tab = self.find(&['\t'], line).or_else(|| self.find(&['\t'], self.at)).unwrap_or(self.at);
        let message = "a tab cannot indent";
        Some(self.character(tab, message).note("indent with spaces, two per level"))
    }

    /// The quote that opens the text that ends where the parser stands.
    fn opening_quote_before(&self) -> usize {
        self.find(&['"', '\''], self.last.end).unwrap_or(self.at)
    }

    fn opening_quote(&self) -> usize {
        if self.text[self.at..].starts_with(['"', '\'']) {
            return self.at;
        }
        self.find(&['"', '\''], self.last.end).unwrap_or(self.at)
    }

    fn unindented_quote(&self) -> Report {
        let quote = self.opening_quote();
        let is_closed_later =
            self.text[quote..].chars().next().is_some_and(|mark| self.text[self.at..].contains(mark));
        if !is_closed_later {
            return self.character(quote, "this quote is never closed");
        }
        self.character(quote, "this quote is not closed on its line")
            .note("quoted text that goes on in the next line is indented more than its key")
    }

    /// `key:value` at the start of a line, which is text and no key.
    fn missing_space(&self, at: usize) -> Option<Report> {
        let start = self.line_start(at) + self.indentation(at);
        let line = &self.text[start..self.line_end(at)];
        let name =
            line.find(|next: char| !next.is_ascii_alphanumeric() && !matches!(next, '_' | '.' | '-'))?;
        let is_glued = line[name..].starts_with(':') && !line[name + 1..].starts_with([' ', ':']);
        (name > 0 && is_glued && line.len() > name + 1)
            .then(|| self.character(start + name, "expected a space after this `:`"))
    }

    /// A text below a key, with a line beside it that has a colon: it lacks one.
    fn missing_colon(&self) -> Option<Report> {
        let start = self.last.start;
        let is_beside = self.line_start(start) + self.indentation(start) == start
            && self.indentation(start) == self.indentation(self.at);
        let is_text = self.text[start..].starts_with(char::is_alphanumeric);
        (is_beside && is_text).then(|| self.uncoloned(start))
    }

    /// A report about a key without its colon.
    fn uncoloned(&self, at: usize) -> Report {
        self.rest_of_line(at, "expected `:` after this key")
            .note("text that goes on in the next line is indented more than its key")
    }

    fn escape(&self) -> Report {
        let known = ['0', 'a', 'b', 't', 'n', 'v', 'f', 'r', 'e', ' ', '"', '/', '\\', 'N', '_', 'L', 'P'];
        let mut characters = self.text[self.at..].char_indices();
        while let Some((offset, character)) = characters.next() {
            if character != '\\' {
                continue;
            }
            let Some((_, escaped)) = characters.next() else { break };
            if !known.contains(&escaped) && !matches!(escaped, 'x' | 'u' | 'U' | '\t' | '\n' | '\r') {
                let start = self.at + offset;
                let mut report = self.character(start, format!("unknown escape `\\{escaped}`"));
                report.end = start + 1 + escaped.len_utf8();
                return report.note("in single quotes a backslash is just a backslash");
            }
        }
        self.character(self.at, "an unknown escape in this text")
    }

    /// A `:` where none can be: within text, or after text that began on an earlier line.
    fn colon(&self) -> Report {
        if self.last.is_empty() || self.is_same_line(self.last.start, self.at) {
            let mut report = self
                .character(self.at, "`: ` in a text without quotes")
                .note("quote the text, or start a new line");
            report.label = "this looks like a second key";
            return report;
        }
        if let Some(report) = self.missing_space(self.last.start).or_else(|| self.missing_colon()) {
            return report;
        }
        if let Some(report) = self.earlier() {
            return report;
        }
        let start = self.line_start(self.at) + self.indentation(self.at);
        let message = "this key is taken as part of the text that began on an earlier line";
        Report { end: self.at, ..self.character(start, message) }
            .note("indent it like the keys beside it, and check that the line before has its `:` or quotes")
    }

    /// Something that stands at the wrong place, mostly for its indentation.
    fn misplaced(&self, kind: &ErrorKind) -> Report {
        let before = self.text[..self.at].trim_end_matches([' ', '\t']);
        if before.ends_with(['}', ']', '"', '\'']) && self.is_same_line(before.len(), self.at) {
            return self
                .rest_of_line(self.at, "text after the end of the value")
                .note("text that starts with a bracket or a quote must be quoted as a whole");
        }
        let line = self.line_start(self.at);
        let is_item = self.text[line..].trim_start_matches(' ').starts_with("- ");
        let message = match kind {
            ErrorKind::ExpectedBlockSequenceEntry => "expected `-`, as in the lines above",
            _ if is_item => "a list item where a key is expected",
            _ => "wrong indentation: no key above stands at this column",
        };
        if let Some(report) = self.earlier() {
            return report;
        }
        let start = line + self.indentation(self.at);
        let note = match kind {
            ErrorKind::ExpectedBlockSequenceEntry => {
                "each item of a list has its `-`; a map has none, the first of its lines included"
            }
            _ => "what belongs together is indented alike",
        };
        self.rest_of_line(start.min(self.at), message).note(note)
    }

    /// A report about an earlier line whose indentation is the cause.
    fn earlier(&self) -> Option<Report> {
        let Culprit { key, message } = culprit(self.text, self.at)?;
        let start = self.line_start(self.at) + self.indentation(self.at);
        let shown = self.rest_of_line(start, "");
        let mut report = self.character(key.start, message).note("what belongs together is indented alike");
        report.end = key.end;
        report.shows_at = Some((shown.start, shown.end));
        Some(report)
    }

    fn unexpected(&self, character: char) -> Report {
        let at = self.find(&[character], self.at).unwrap_or(self.at);
        if character == '\0' {
            return self
                .character(at, "the character U+0000 is not allowed")
                .note("a text file that has it is mostly UTF-16: save it as UTF-8");
        }
        if character.is_control() || !matches!(character, '@' | '`' | '%') {
            return self
                .character(at, format!("the character U+{:04X} is not allowed", u32::from(character)));
        }
        let name = if character == '`' { "a backtick".to_owned() } else { format!("`{character}`") };
        self.character(at, format!("text that starts with {name} must be quoted"))
    }
}

impl Report {
    fn note(mut self, note: &str) -> Self {
        self.note = Some(note.to_owned());
        self
    }
}

/// Whether a typographic quote stands where text starts.
fn has_smart_quotes(line: &str) -> bool {
    line.match_indices(['“', '”', '‘', '’']).any(|(at, _)| {
        let before = &line[..at];
        before.is_empty() || before.ends_with([' ', '[', '{', ',', ':'])
    })
}
