//! The catalogue as a whole: ids and names that clash, keys that are easily misspelt.

use super::{Outline, Rule, Scope};
use crate::HashMap;
use crate::diagnostic::{Code, Diagnostic};

/// See the module.
pub const RULE: Rule = Rule { codes: &[SAME_ID, SAME_NAME, CAPITALS], scope: Scope::Catalogue(run) };

const SAME_ID: Code = Code("W0704");
const SAME_NAME: Code = Code("W0705");
const CAPITALS: Code = Code("W0706");

fn run(elements: &[Outline], found: &mut Vec<Diagnostic>) {
    let mut ids: HashMap<i64, &Outline> = HashMap::default();
    let mut names: HashMap<String, &Outline> = HashMap::default();
    for element in elements {
        let key = element.key;
        if let Some(id) = element.id {
            let first = *ids.entry(id.value).or_insert(element);
            // Two of one key are another mistake.
            if let (false, Some(other)) = (first.key.value == key.value, first.id) {
                let message = format!("`{}` and `{}` have the same id", key.value, first.key.value);
                found.push(
                    Diagnostic::new(SAME_ID, id.span, message)
                        .label("the platform cannot tell them apart")
                        .also(other.span, "the same id"),
                );
            }
        }
        let first = *names.entry(element.name.value.to_lowercase()).or_insert(element);
        if first.key.value != key.value {
            let message = format!("`{}` and `{}` have the same name", key.value, first.key.value);
            found.push(
                Diagnostic::new(SAME_NAME, element.name.span, message)
                    .label("people cannot tell them apart")
                    .also(first.name.span, "the same name"),
            );
        }
        if key.value.chars().any(char::is_uppercase) {
            let message = format!("the key `{}` has capitals", key.value);
            found.push(
                Diagnostic::new(CAPITALS, key.span, message)
                    .label("keys are lower-case")
                    .note("keys stand in URLs and file names, where capitals are easily lost"),
            );
        }
    }
}
