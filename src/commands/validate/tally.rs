//! What many verdicts come to: counts by element, and by kind of violation and entry.
//!
//! In: verdicts. Out: a summary for people and for programs.

use elementc_runtime::{Code, Report};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, HashMap};

/// How many rows the summary for people has.
const ROWS: usize = 20;

/// How many names of unknown entries are told apart: they may be without number.
const KINDS: usize = 10_000;

/// From how many bytes on the name of an unknown entry is not kept.
const LONG: usize = 256;

/// Where further unknown entries are counted.
const FURTHER: &str = "…";

/// Counts of verdicts.
#[derive(Default)]
pub struct Tally {
    /// Valid and invalid messages by element.
    elements: BTreeMap<String, [u64; 2]>,
    /// Messages that are no JSON, so that they name no element.
    unread: u64,
    violations: HashMap<Code, HashMap<String, u64>>,
    /// How many names of unknown entries are told apart.
    unknown: usize,
    unjudged: u64,
}

impl Tally {
    /// Counts a message that was judged.
    pub fn add(&mut self, element: Option<&str>, report: &Report) {
        let at = usize::from(!report.is_valid());
        match element {
            Some(element) => match self.elements.get_mut(element) {
                Some(counts) => counts[at] += 1,
                None => self.elements.entry(element.to_owned()).or_default()[at] += 1,
            },
            None => self.unread += 1,
        }
        for violation in &report.violations {
            let entries = self.violations.entry(violation.code).or_default();
            if let Some(count) = entries.get_mut(&violation.entry) {
                *count += 1;
                continue;
            }
            // Those of unknown entries may be any text; all others are declared.
            let unknown = violation.code == Code::UnknownEntry;
            let few = !unknown || (self.unknown < KINDS && violation.entry.len() < LONG);
            let entry = if few { &violation.entry } else { FURTHER };
            self.unknown += usize::from(unknown && few);
            *entries.entry(entry.to_owned()).or_default() += 1;
        }
    }

    /// Counts a message that could not be judged.
    pub fn add_unjudged(&mut self) {
        self.unjudged += 1;
    }

    /// How many messages were counted.
    pub fn messages(&self) -> u64 {
        let [valid, invalid] = self.sums();
        valid + invalid + self.unjudged
    }

    fn sums(&self) -> [u64; 2] {
        let sum = |sum: [u64; 2], (_, counts): (_, [u64; 2])| [sum[0] + counts[0], sum[1] + counts[1]];
        self.elements().fold([0, 0], sum)
    }

    /// The counts of each element, last of none.
    fn elements(&self) -> impl Iterator<Item = (Option<&str>, [u64; 2])> {
        let known = self.elements.iter().map(|(element, counts)| (Some(&**element), *counts));
        known.chain((self.unread > 0).then_some((None, [0, self.unread])))
    }

    /// The kinds of violations, most frequent first.
    fn kinds(&self) -> Vec<(u64, Code, &str)> {
        let all = self.violations.iter();
        let mut kinds: Vec<_> = all
            .flat_map(|(code, entries)| entries.iter().map(|(entry, count)| (*count, *code, &**entry)))
            .collect();
        kinds.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
        kinds
    }

    /// The summary for people.
    pub fn human(&self) -> String {
        let [valid, invalid] = self.sums();
        let messages = self.messages();
        let s = if messages == 1 { "" } else { "s" };
        let mut text = format!("{messages} message{s}: {valid} valid, {invalid} invalid");
        if self.unjudged > 0 {
            text.push_str(&format!(", {} not judged", self.unjudged));
        }
        text.push('\n');
        if valid + invalid > 0 {
            let mut rows = vec![["element".to_owned(), "valid".to_owned(), "invalid".to_owned()]];
            rows.extend(self.elements().map(|(element, [valid, invalid])| {
                [element.unwrap_or("(not known)").to_owned(), valid.to_string(), invalid.to_string()]
            }));
            text.push_str(&table(&rows, 0));
        }
        let kinds = self.kinds();
        if !kinds.is_empty() {
            let mut rows = vec![["violation".to_owned(), "entry".to_owned(), "count".to_owned()]];
            rows.extend(kinds.iter().take(ROWS).map(|(count, code, entry)| {
                let entry = if entry.is_empty() { "(the message)" } else { entry };
                // The name of an unknown entry is any text.
                let entry = entry.replace(char::is_control, "\u{fffd}");
                [code.to_string(), entry, count.to_string()]
            }));
            text.push_str(&table(&rows, 1));
        }
        if kinds.len() > ROWS {
            text.push_str(&format!("and {} more kinds; `--format jsonl` lists all\n", kinds.len() - ROWS));
        }
        text
    }

    /// The summary for programs.
    pub fn json(&self) -> Json {
        let [valid, invalid] = self.sums();
        let elements: Vec<Json> = self
            .elements()
            .map(|(element, [valid, invalid])| json!({ "element": element, "valid": valid, "invalid": invalid }))
            .collect();
        let violations: Vec<Json> = self
            .kinds()
            .into_iter()
            .map(|(count, code, entry)| json!({ "code": code.as_str(), "entry": entry, "count": count }))
            .collect();
        json!({ "version": 1, "summary": {
            "messages": self.messages(), "valid": valid, "invalid": invalid, "unjudged": self.unjudged,
            "elements": elements, "violations": violations,
        }})
    }
}

/// Rows of three columns, those up to `left` to the left, numbers to the right.
fn table(rows: &[[String; 3]], left: usize) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let cell = |(column, cell): (usize, &String)| {
        let width = widths[column];
        if column <= left { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
    };
    let line = |row: &[String; 3]| row.iter().enumerate().map(cell).collect::<Vec<_>>().join("  ");
    rows.iter().fold("\n".to_owned(), |text, row| text + line(row).trim_end() + "\n")
}
