//! `instance.json` and `<message>.example.json`: samples, each proven by `check`.

use super::Artifact;
use crate::Compiled;
use crate::lower::MessageKind;

pub fn emit(compiled: &Compiled) -> Vec<Artifact> {
    let key = &compiled.element.key.value;
    let mut artifacts = Vec::new();
    for message in &compiled.messages {
        let (stem, end) = match message.kind {
            MessageKind::CreateInstance => ("instance".to_owned(), "json"),
            _ => (message.name(), "example.json"),
        };
        if let Some(first) = message.samples.first() {
            artifacts.push(Artifact::json(format!("{key}/{stem}.{end}"), &first.json));
        }
        // A message of one method only needs no further name.
        if message.samples.len() > 1 {
            for sample in &message.samples {
                let Some(method) = &sample.method else { continue };
                artifacts.push(Artifact::json(format!("{key}/{stem}.{method}.{end}"), &sample.json));
            }
        }
    }
    artifacts
}
