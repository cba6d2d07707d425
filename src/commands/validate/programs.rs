//! The programs to run: those compiled in, or those of a directory.

use crate::catalogue::{self, Chosen};
use crate::commands;
use crate::failure::Failure;
use crate::output::Output;
use elementc_compiler::lower::Message;
use elementc_compiler::{Catalog, Compiled, compile, render};
use elementc_runtime::Program;
use std::collections::HashMap;
use std::sync::OnceLock;

/// How many characters of a key that is unknown are shown.
const LONGEST: usize = 64;

/// The programs of one message, of each element that has it.
pub struct Programs {
    message: String,
    /// Those compiled in, by element; `None` if a directory was named.
    shipped: Option<HashMap<&'static str, &'static Program>>,
    /// The contracts; of the shipped catalogue compiled when there is something to say of entries.
    contracts: OnceLock<Contracts>,
}

/// The contracts of a catalogue, each lowered when it is asked for.
struct Contracts {
    catalog: Catalog,
    places: HashMap<String, usize>,
    lowered: Vec<OnceLock<(Vec<Message>, Vec<Program>)>>,
}

impl Contracts {
    fn of(catalog: Catalog) -> Self {
        let keys = catalog.elements.iter().map(|e| e.key.value.to_string());
        let places = keys.enumerate().map(|(at, key)| (key, at)).collect();
        let lowered = catalog.elements.iter().map(|_| OnceLock::new()).collect();
        Self { catalog, places, lowered }
    }

    fn get(&self, element: &str) -> Option<&(Vec<Message>, Vec<Program>)> {
        let at = *self.places.get(element)?;
        Some(self.lowered[at].get_or_init(|| {
            let compiled = Compiled::of(&self.catalog.elements[at]);
            (compiled.messages, compiled.programs)
        }))
    }
}

impl Programs {
    /// Those of the chosen catalogue; prints what is wrong if it has errors.
    pub fn of(chosen: Chosen, message: &str, output: &mut Output) -> Result<Self, Failure> {
        let message = message.to_owned();
        if chosen.directory.is_none() {
            let programs = elementc::programs().filter(|p| p.message == message);
            let shipped = Some(programs.map(|p| (&*p.element, p)).collect());
            return Ok(Self { message, shipped, contracts: OnceLock::new() });
        }
        let compilation = chosen.compile(output);
        if compilation.has_errors() {
            let shown = render::human(&compilation.diagnostics, &compilation.files, output.style());
            output.aside(shown.trim_end())?;
            return Err(Failure::new("the catalogue has errors"));
        }
        let contracts = OnceLock::from(Contracts::of(compilation.catalog));
        Ok(Self { message, shipped: None, contracts })
    }

    /// The program of an element, or in words why there is none.
    pub fn find(&self, element: &str) -> Result<&Program, String> {
        let found = match &self.shipped {
            Some(programs) => programs.get(element).copied(),
            None => self
                .contracts()
                .get(element)
                .and_then(|(_, all)| all.iter().find(|p| p.message == self.message)),
        };
        found.ok_or_else(|| self.unknown(element))
    }

    /// Some program: what is no JSON is so for any element.
    pub fn any(&self) -> Result<&Program, String> {
        match self.shipped {
            Some(_) => elementc::programs().next(),
            None => {
                let mut elements = self.contracts().catalog.elements.iter();
                elements.find_map(|e| self.contracts().get(&e.key.value)?.1.first())
            }
        }
        .ok_or_else(|| "the catalogue is empty".to_owned())
    }

    /// What is known of the entries of the message of an element.
    pub fn message(&self, element: &str) -> Option<&Message> {
        self.contracts().get(element)?.0.iter().find(|known| known.name() == self.message)
    }

    fn contracts(&self) -> &Contracts {
        self.contracts.get_or_init(|| Contracts::of(compile(catalogue::shipped(false)).catalog))
    }

    fn unknown(&self, element: &str) -> String {
        // It is what a message says, and so any text.
        let printable = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
        let element: &str = &element.chars().take(LONGEST).map(printable).collect::<String>();
        let messages: Vec<&str> = match self.shipped {
            Some(_) => elementc::programs().filter(|p| p.element == element).map(|p| &*p.message).collect(),
            None => {
                let programs = self.contracts().get(element).map(|(_, programs)| programs.as_slice());
                programs.unwrap_or_default().iter().map(|p| &*p.message).collect()
            }
        };
        if !messages.is_empty() {
            let all = format!("`{element}` has {}", messages.join(", "));
            return commands::unknown("message", &self.message, messages.iter().copied(), &all);
        }
        let mut elements: Vec<&str> = match self.shipped {
            Some(_) => elementc::programs().map(|p| &*p.element).collect(),
            None => self.contracts().catalog.elements.iter().map(|e| &*e.key.value).collect(),
        };
        elements.dedup();
        commands::no_element(element, elements.into_iter()).to_string()
    }
}
