//! `validator.d.mts`: a TypeScript type for each message, and the functions that validate them.
//!
//! In: the messages of an element. Out: one type each, as narrow as TypeScript can say: constants as
//! literals, and where rules choose between entries (methods, conditions, constraints) a union of
//! what may be together. Patterns and ranges stay with the validator.

use super::{PREAMBLE, comment, function_name, type_name};
use crate::derive::push_string;
use crate::emit::push_all;
use crate::lower::{About, Check, Expected, Member, Message, Object, Rule, Shape, Test, Value, When};
use crate::syntax::constraint::Relation;
use crate::syntax::part::Text;
use crate::{Compiled, has_byte};
use elementc_runtime::accepts;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::fmt::Write as _;

/// A constraint on more entries than this is left to the validator: its union would be unreadable.
const MOST_CHOICES: usize = 8;

/// The declarations of an element.
pub(super) fn module(compiled: &Compiled) -> String {
    let key = &compiled.element.key.value;
    let mut text = format!(
        "{PREAMBLE}\nimport type {{ Options, Report }} from \"../validator.mjs\";\n\
         export type {{ Code, Options, Report, Violation }} from \"../validator.mjs\";\n"
    );
    for message in &compiled.messages {
        let name = message.name();
        let kind = type_name(&name);
        let about = message.kind.description(key);
        let _ = write!(text, "\n/** {} */\nexport type {kind} = ", comment(&about));
        push_object(&mut text, message, &message.root, &[], 0);
        let _ = write!(
            text,
            ";\n\n/** Validates a {{@link {kind}}} as `JSON.parse` returns it. */\n\
             export declare function {}(value: unknown, options?: Options): Report;\n",
            function_name(&name),
        );
    }
    text
}

/// Appends the type of an object: its members, and a union for each choice that its rules leave.
fn push_object(text: &mut String, message: &Message, object: &Object, path: &[Text], depth: usize) {
    let (indent, outer) = ("  ".repeat(depth + 1), "  ".repeat(depth));
    text.push_str("{\n");
    for (key, member) in &object.members {
        push_documentation(text, &indent, key, &member.about);
        text.push_str(&indent);
        push_name(text, key, member.required);
        match &member.shape {
            Shape::Object(inner) => {
                let at: Vec<Text> = path.iter().cloned().chain([key.clone()]).collect();
                push_object(text, message, inner, &at, depth + 1);
            }
            shape => push_plain(text, shape),
        }
        text.push_str(";\n");
    }
    push_all(text, &[&outer, "}"]);
    for choice in choices(message, object, path) {
        text.push_str(" & (");
        for alternative in &choice {
            push_all(text, &["\n", &indent, "| "]);
            push_alternative(text, object, alternative);
        }
        push_all(text, &["\n", &outer, ")"]);
    }
}

/// Appends a key, its mark and a colon.
fn push_name(text: &mut String, key: &str, required: bool) {
    let is_plain = !has_byte(key, |byte| !byte.is_ascii_alphanumeric() && byte != b'_')
        && !key.starts_with(|c: char| c.is_ascii_digit())
        && !key.is_empty();
    if is_plain {
        text.push_str(key)
    } else {
        push_string(text, key)
    }
    text.push_str(if required { ": " } else { "?: " });
}

/// Appends the type of what is no declared object.
fn push_plain(text: &mut String, shape: &Shape) {
    match shape {
        Shape::Object(_) => text.push_str("object"),
        Shape::List => text.push_str("unknown[]"),
        Shape::Strings => text.push_str("string[]"),
        Shape::Value(value) if value.one_of.is_empty() => {
            let names = [
                (accepts::STRING, "string"),
                (accepts::INTEGER | accepts::NUMBER, "number"),
                (accepts::BOOLEAN, "boolean"),
                (accepts::OBJECT, "{ [key: string]: unknown }"),
                (accepts::NULL, "null"),
            ];
            let mut separator = "";
            for (_, name) in names.iter().filter(|(bits, _)| value.accepts & bits != 0) {
                push_all(text, &[separator, name]);
                separator = " | ";
            }
        }
        Shape::Value(value) => text.push_str(&literals(&value.one_of.iter().collect::<Vec<_>>())),
    }
}

/// A union of constants; `boolean` stands for both of its own.
fn literals(constants: &[&Json]) -> String {
    let (truths, others): (Vec<&Json>, Vec<&Json>) = constants.iter().partition(|json| json.is_boolean());
    let mut names: Vec<String> = others.iter().map(|json| json.to_string()).collect();
    match truths.as_slice() {
        [_, _, ..] => names.push("boolean".to_owned()),
        truths => names.extend(truths.iter().map(|json| json.to_string())),
    }
    names.join(" | ")
}

/// Appends the comment of a member.
fn push_documentation(text: &mut String, indent: &str, key: &str, about: &About) {
    let mut lines: Vec<Cow<str>> = Vec::new();
    let description = about.description.as_deref().map(comment).unwrap_or_default();
    let title = if about.title == key { Cow::default() } else { comment(&about.title) };
    match (title.is_empty(), description.is_empty()) {
        (false, false) => lines.push([&*title, ": ", &description].concat().into()),
        _ => lines.extend([title, description].into_iter().filter(|text| !text.is_empty())),
    }
    if let Some(default) = &about.default {
        lines.push(format!("@default {}", comment(&default.to_string())).into());
    }
    if let Some(deprecated) = &about.deprecated {
        let other =
            deprecated.replaced_by.as_ref().map(|other| format!("use `{}` instead.", comment(&other.value)));
        let note = deprecated.note.as_ref().map(|note| comment(&note.value));
        let words: Vec<Cow<str>> = other.map(Cow::Owned).into_iter().chain(note).collect();
        lines.push(format!("@deprecated {}", words.join(" ")).trim_end().to_owned().into());
    }
    match lines.as_slice() {
        [] => {}
        [only] => push_all(text, &[indent, "/** ", only, " */\n"]),
        many => {
            push_all(text, &[indent, "/**\n"]);
            many.iter().for_each(|line| push_all(text, &[indent, " * ", line, "\n"]));
            push_all(text, &[indent, " */\n"]);
        }
    }
}

/// What an alternative says of one member.
#[derive(Clone, PartialEq)]
enum Said {
    /// It is there, with a value of its type.
    Given,
    /// It is not.
    Never,
    /// It is one of these, and may be left out where marked.
    OneOf(Vec<Json>, bool),
}

/// What may be together, by key.
type Alternative = Vec<(Text, Said)>;

fn push_alternative(text: &mut String, object: &Object, members: &Alternative) {
    if members.is_empty() {
        text.push_str("{}");
        return;
    }
    let mut separator = "{ ";
    for (key, said) in members {
        text.push_str(separator);
        separator = "; ";
        match said {
            Said::Given => {
                push_name(text, key, true);
                match object.members.get(key) {
                    None => text.push_str("unknown"),
                    // The members of an inner object are said once, in the base.
                    Some(member) => push_plain(text, &member.shape),
                }
            }
            Said::Never => {
                push_name(text, key, false);
                text.push_str("never");
            }
            Said::OneOf(values, optional) => {
                push_name(text, key, !optional);
                match values.as_slice() {
                    [] => text.push_str("never"),
                    values => text.push_str(&literals(&values.iter().collect::<Vec<_>>())),
                }
            }
        }
    }
    text.push_str(" }");
}

/// The choices between the members of an object, each as its alternatives.
fn choices(message: &Message, object: &Object, path: &[Text]) -> Vec<Vec<Alternative>> {
    let rules: Vec<&Rule> = message.rules.iter().filter(|rule| rule.object == path).collect();
    let mut choices = Vec::new();
    let mut asked: Vec<&Text> = Vec::new();
    for rule in &rules {
        if let Check::Fits(when) = &rule.check
            && rule.when.is_empty()
        {
            asked.extend(discriminator(std::slice::from_ref(when), path));
        }
        asked.extend(discriminator(&rule.when, path));
    }
    for (at, key) in asked.iter().enumerate() {
        if !asked[..at].contains(key) {
            choices.extend(by_value(object, key, &rules, path));
        }
    }
    for rule in rules {
        if let (Check::Related(relation, keys), []) = (&rule.check, rule.when.as_slice())
            && keys.len() <= MOST_CHOICES
        {
            choices.push(related(*relation, keys));
        }
    }
    choices
}

/// The one member of the object at `path` that some conditions ask about, each test alone.
fn discriminator<'a>(whens: &'a [When], path: &[Text]) -> Option<&'a Text> {
    let mut tests = whens.iter().flat_map(|when| &when.any);
    let member = |tests: &'a [Test]| match tests {
        [only] => only.member.split_last().filter(|(_, parents)| *parents == path).map(|(key, _)| key),
        _ => None,
    };
    let first = member(tests.next()?)?;
    tests.all(|conjunction| member(conjunction) == Some(first)).then_some(first)
}

/// What a member that conditions ask about may be.
#[derive(Clone, PartialEq)]
enum State {
    Absent,
    Present,
    Is(Json),
}

fn holds(when: &When, state: &State) -> bool {
    let yes = |test: &Test| match (&test.expected, state) {
        (Expected::Present, state) => *state != State::Absent,
        (Expected::Absent, state) => *state == State::Absent,
        (Expected::OneOf(_), State::Absent) => test.default_holds,
        (Expected::OneOf(values), State::Is(value)) => values.contains(value),
        (Expected::OneOf(_), State::Present) => false,
    };
    when.any.iter().any(|tests| tests.iter().all(yes)) != when.negated
}

/// The alternatives that the value of one member leaves; none if its values cannot be listed.
fn by_value(object: &Object, key: &Text, rules: &[&Rule], path: &[Text]) -> Option<Vec<Alternative>> {
    let member: &Member = object.members.get(key)?;
    let own: Vec<&&Rule> = rules
        .iter()
        .filter(|rule| match &rule.check {
            Check::Fits(when) => {
                rule.when.is_empty() && discriminator(std::slice::from_ref(when), path) == Some(key)
            }
            Check::Required(_) | Check::Excluded(_) => discriminator(&rule.when, path) == Some(key),
            Check::Related(..) => false,
        })
        .collect();
    let tests = own.iter().flat_map(|rule| match &rule.check {
        Check::Fits(when) => vec![when],
        _ => rule.when.iter().collect(),
    });
    let by_constant = tests
        .flat_map(|when| when.any.iter().flatten())
        .any(|test| matches!(test.expected, Expected::OneOf(_)));
    let mut states: Vec<State> = match &member.shape {
        Shape::Value(Value { one_of, .. }) if !one_of.is_empty() => {
            one_of.iter().cloned().map(State::Is).collect()
        }
        _ if by_constant => return None,
        _ => vec![State::Present],
    };
    if !member.required {
        states.push(State::Absent);
    }
    // States of which the rules say the same stand together.
    let mut groups: Vec<(Alternative, Vec<State>)> = Vec::new();
    for state in states {
        let mut said: Alternative = Vec::new();
        let mut fits = true;
        for rule in &own {
            let applies = rule.when.iter().all(|when| holds(when, &state));
            match &rule.check {
                Check::Fits(when) => fits &= holds(when, &state),
                // What a member demands of itself rules out that it is absent, or that it is there.
                Check::Required(other) if other == key => fits &= !applies || state != State::Absent,
                Check::Excluded(other) if other == key => fits &= !applies || state == State::Absent,
                Check::Required(other) if applies => said.push((other.clone(), Said::Given)),
                Check::Excluded(other) if applies => said.push((other.clone(), Said::Never)),
                _ => {}
            }
        }
        if !fits {
            continue;
        }
        match groups.iter_mut().find(|(known, _)| *known == said) {
            Some((_, states)) => states.push(state),
            None => groups.push((said, vec![state])),
        }
    }
    let alternatives = groups.into_iter().map(|(said, states)| {
        let optional = states.contains(&State::Absent);
        let values: Vec<Json> = states
            .iter()
            .filter_map(|s| if let State::Is(json) = s { Some(json.clone()) } else { None })
            .collect();
        let own = match (states.contains(&State::Present), optional) {
            (true, true) => None,
            (true, false) => Some(Said::Given),
            (false, _) if values.is_empty() => Some(Said::Never),
            (false, optional) => Some(Said::OneOf(values, optional)),
        };
        own.map(|own| (key.clone(), own)).into_iter().chain(said).collect()
    });
    let alternatives: Vec<Alternative> = alternatives.collect();
    (!alternatives.is_empty()).then_some(alternatives)
}

/// The alternatives of a constraint.
fn related(relation: Relation, keys: &[Text]) -> Vec<Alternative> {
    let all = |said: &Said| keys.iter().map(|key| (key.clone(), said.clone())).collect::<Alternative>();
    let only = |given: Option<&Text>| -> Alternative {
        let others = keys.iter().filter(|key| Some(*key) != given).map(|key| (key.clone(), Said::Never));
        others.collect()
    };
    match relation {
        Relation::OneOf => {
            keys.iter().map(|key| [vec![(key.clone(), Said::Given)], only(Some(key))].concat()).collect()
        }
        Relation::AnyOf => keys.iter().map(|key| vec![(key.clone(), Said::Given)]).collect(),
        Relation::AllOrNone => vec![all(&Said::Given), all(&Said::Never)],
        Relation::Excludes => keys.iter().map(|key| only(Some(key))).collect(),
    }
}
