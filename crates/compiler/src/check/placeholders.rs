//! Placeholders: shown where a value belongs, known as placeholders, and nowhere else.

use super::values::mentioned;
use super::{Rule, Scope, Subject, Visit};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::flow;
use crate::source::Spanned;
use crate::suggest::suggest;
use crate::syntax::part::Text;
use elementc_runtime::has_placeholder;

/// Those of entries.
pub const RULE: Rule = Rule { codes: &[NO_PLACEHOLDER, NO_VALUE], scope: Scope::Entry(run) };

/// The patterns of the parts of the body.
pub const PATTERNS: Rule = Rule { codes: &[NO_PLACEHOLDER], scope: Scope::Element(patterns) };

/// Scopes.
pub const SCOPES: Rule = Rule { codes: &[NO_VALUE], scope: Scope::Element(scopes) };

const NO_PLACEHOLDER: Code = Code("E0511");
const NO_VALUE: Code = Code("W0515");

/// What a pattern may hold in braces.
const HOLES: [&str; 4] = ["TITLE", "Title", "NAME", "Name"];

const FORM: &str = "a placeholder is `<…>`, letters, digits and `_ .:/-` between: `<INSERT_API_KEY>`";

fn run(visit: &Visit, found: &mut Vec<Diagnostic>) {
    let &Visit { key, entry, .. } = visit;
    if let Some(own) = &entry.placeholder {
        let holes = flow::references(&own.value).unwrap_or_default();
        if let Some(hole) = holes.into_iter().find(|hole| HOLES.contains(&&own.value[hole.clone()])) {
            let message = format!("`{{{}}}` is not filled in here", &own.value[hole.clone()]);
            let at = own.part(hole.start - 1..hole.end + 1).unwrap_or(own.span);
            found.push(Diagnostic::new(NO_PLACEHOLDER, at, message).label("shown as it is").note(
                "only the patterns of `placeholders` have holes; a placeholder of one entry is a plain text",
            ));
        } else if !has_placeholder(&own.value) {
            let message = format!("the placeholder of `{key}` cannot be told from a value");
            found.push(Diagnostic::new(NO_PLACEHOLDER, own.span, message).label("no `<…>`").note(FORM));
        }
    }
    mentioned(entry, |what, value| {
        if value.value.as_str().is_some_and(is_placeholder) {
            let message = format!("the {what} of `{key}` is a placeholder");
            found.push(
                Diagnostic::new(NO_VALUE, value.span, message)
                    .label("no value that anybody could send")
                    .note("what samples show instead of a value is its `placeholder`"),
            );
        }
    });
}

/// Whether a text is a placeholder and nothing else.
pub(super) fn is_placeholder(text: &str) -> bool {
    text.starts_with('<') && text.ends_with('>') && has_placeholder(text)
}

fn scopes(subject: &Subject, found: &mut Vec<Diagnostic>) {
    let scopes = subject.element.methods.iter().filter_map(|method| method.body.oauth2.scopes.as_ref());
    for scope in scopes.flat_map(|scopes| &scopes.value).filter(|scope| is_placeholder(&scope.value)) {
        found.push(
            Diagnostic::new(NO_VALUE, scope.span, format!("the scope `{}` is a placeholder", scope.value))
                .label("no scope that a vendor knows")
                .note("every request asks for the scopes as they stand here"),
        );
    }
}

pub(super) fn patterns(subject: &Subject, found: &mut Vec<Diagnostic>) {
    for method in &subject.element.methods {
        found.extend(subject.open_patterns(method).filter_map(problem));
    }
}

/// Why a pattern does not make placeholders, if so.
fn problem(pattern: &Spanned<Text>) -> Option<Diagnostic> {
    let place = |range| pattern.part(range).unwrap_or(pattern.span);
    let holes = match flow::references(&pattern.value) {
        Ok(holes) => holes,
        Err(at) => {
            let diagnostic = Diagnostic::new(NO_PLACEHOLDER, place(at..at + 1), "this brace has no partner");
            return Some(diagnostic.note("`{TITLE}` stands for the title of the entry"));
        }
    };
    let mut plain = pattern.value.to_string();
    for hole in holes.iter().rev() {
        let name = &pattern.value[hole.clone()];
        if !HOLES.contains(&name) {
            let span = place(hole.clone());
            let diagnostic = Diagnostic::new(NO_PLACEHOLDER, span, format!("nothing fills in `{{{name}}}`"))
                .note("a pattern knows `{TITLE}` and `{NAME}`, in capitals, and `{Title}` and `{Name}`, as they are written");
            return Some(match suggest(name, HOLES) {
                Some(near) => diagnostic.label(format!("did you mean `{near}`?")).replace(span, near.word),
                None => diagnostic.label("unknown"),
            });
        }
        plain.replace_range(hole.start - 1..=hole.end, "x");
    }
    if holes.is_empty() {
        let message = "this pattern shows the same for every entry";
        let diagnostic = Diagnostic::new(NO_PLACEHOLDER, pattern.span, message).label("no `{TITLE}`");
        return Some(diagnostic.note("`{TITLE}` stands for the title of the entry"));
    }
    (!has_placeholder(&plain)).then(|| {
        let message = "this pattern makes no placeholder";
        Diagnostic::new(NO_PLACEHOLDER, pattern.span, message).label("no `<…>`").note(FORM)
    })
}
