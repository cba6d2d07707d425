//! The two opinions, in the same terms: sets of pointers and codes.

use elementc_compiler::Compiled;
use elementc_compiler::emit::schema;
use elementc_compiler::lower::{Check, Message};
use elementc_compiler::syntax::constraint::Relation;
use elementc_runtime::{Code, Placeholders, Program, validate};
use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// What is wrong: where, and what kind of thing.
pub type Verdict = BTreeSet<(String, Code)>;

/// The engine's opinion.
pub fn engine(program: &Program, body: &[u8]) -> Verdict {
    validate(program, body, Placeholders::Allowed)
        .violations
        .into_iter()
        .map(|v| (v.pointer, v.code))
        .collect()
}

/// The emitted schema of a message.
pub struct Schema<'a> {
    message: &'a Message,
    json: Json,
    validator: Validator,
}

impl<'a> Schema<'a> {
    pub fn new(compiled: &Compiled, message: &'a Message) -> Self {
        let json = schema(compiled.element, message);
        let validator = jsonschema::draft202012::new(&json).expect("the schema compiles");
        Self { message, json, validator }
    }

    /// The schema's opinion, in the engine's terms.
    pub fn judge(&self, body: &Json) -> Verdict {
        let mut all = Verdict::new();
        for error in self.validator.iter_errors(body) {
            all.extend(self.translate(&error));
        }
        // At one place the engine tells the first that is wrong, and of what is to be removed no more
        // than that. What is missing, unknown or excluded is told on its own.
        let rank = |code: &Code| match code {
            Code::ExcludedEntry => Some(0),
            Code::WrongType => Some(1),
            Code::NotAllowed => Some(2),
            Code::WrongFormat => Some(3),
            Code::OutOfRange => Some(4),
            // A keyword about members fails where there are none to have; the type is what is wrong.
            Code::OneOf | Code::AnyOf | Code::AllOrNone | Code::Excludes | Code::NoVariant => Some(5),
            _ => None,
        };
        let least =
            |pointer: &String| all.iter().filter(|(at, _)| at == pointer).filter_map(|(_, c)| rank(c)).min();
        let told = |(pointer, code): &&(String, Code)| match (rank(code), least(pointer)) {
            (Some(5), Some(least)) => least == 5 || least == 0,
            (rank, least) => rank.is_none() || rank == least,
        };
        all.iter().filter(told).cloned().collect()
    }

    fn translate(&self, error: &ValidationError) -> Vec<(String, Code)> {
        let pointer = error.instance_path().as_str().to_owned();
        let member = |key: &str| format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
        let path = error.schema_path().as_str();
        let code = match error.kind() {
            ValidationErrorKind::Type { .. } => Code::WrongType,
            ValidationErrorKind::Enum { .. } | ValidationErrorKind::Constant { .. } => Code::NotAllowed,
            ValidationErrorKind::Pattern { .. } => Code::WrongFormat,
            ValidationErrorKind::Minimum { .. } | ValidationErrorKind::Maximum { .. } => Code::OutOfRange,
            ValidationErrorKind::Required { .. } if path.contains("/dependentRequired") => Code::AllOrNone,
            ValidationErrorKind::Required { property } => {
                return vec![(member(property.as_str().expect("keys are text")), Code::MissingEntry)];
            }
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                return unexpected.iter().map(|key| (member(key), Code::UnknownEntry)).collect();
            }
            ValidationErrorKind::FalseSchema => Code::ExcludedEntry,
            ValidationErrorKind::OneOfNotValid { .. } | ValidationErrorKind::OneOfMultipleValid { .. } => {
                Code::OneOf
            }
            ValidationErrorKind::AnyOf { .. } if self.chooses_entries(path) => Code::AnyOf,
            ValidationErrorKind::AnyOf { .. } => Code::NoVariant,
            ValidationErrorKind::Not { .. } if path.ends_with("/not") => Code::Excludes,
            other => panic!("{path}: the schema should not use {}", other.keyword()),
        };
        vec![(pointer, code)]
    }

    /// Whether an `anyOf` is the constraint of that name, and not the condition that some variant fits.
    fn chooses_entries(&self, path: &str) -> bool {
        let branches = self.json.pointer(path).and_then(Json::as_array).expect("the path leads to a keyword");
        let keys: Option<Vec<&str>> = branches
            .iter()
            .map(|branch| match branch.as_object()?.iter().next()? {
                (keyword, Json::Array(keys)) if keyword == "required" => keys[0].as_str(),
                _ => None,
            })
            .collect();
        keys.is_some_and(|keys| {
            self.message.rules.iter().any(|rule| match &rule.check {
                Check::Related(Relation::AnyOf, entries) => {
                    entries.iter().map(|e| &**e).eq(keys.iter().copied())
                }
                _ => false,
            })
        })
    }
}
