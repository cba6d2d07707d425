//! `elementc list`: the elements of a catalogue.

use crate::failure::Failure;
use crate::output::Output;
use crate::{Elements, Verdict, catalogue};
use elementc_compiler::resolve::Element;

/// List the elements of the catalogue.
#[derive(clap::Args)]
pub struct List {
    #[command(flatten)]
    elements: Elements,
}

impl List {
    /// Runs the command.
    pub fn run(self, output: &mut Output) -> Result<Verdict, Failure> {
        let compilation = catalogue::compiled(&self.elements, output)?;
        let rows: Vec<[String; 4]> = compilation.catalog.elements.iter().map(row).collect();
        let width = |column: usize| rows.iter().map(|r| r[column].chars().count()).max().unwrap_or(0);
        let widths = [width(0), width(1), width(2)];
        for [key, name, hub, methods] in &rows {
            let line =
                format!("{key:<0$}  {name:<1$}  {hub:<2$}  {methods}", widths[0], widths[1], widths[2]);
            output.line(line.trim_end())?;
        }
        Ok(Verdict::Clean)
    }
}

fn row(element: &Element) -> [String; 4] {
    let methods: Vec<String> = element
        .methods
        .iter()
        .map(|m| match &m.name {
            Some(name) if **name != *m.authentication.word() => {
                format!("{name}: {}", m.authentication.word())
            }
            _ => m.authentication.word().to_owned(),
        })
        .collect();
    let hub = element.hub.as_ref().map_or_else(String::new, |h| h.value.to_string());
    [element.key.value.to_string(), element.name.value.to_string(), hub, methods.join(", ")]
}
