//! Instructions per call, which do not depend on what else the machine does. In: inputs. Out: a
//! table. The bench runs itself under valgrind with few calls and with many: the difference is what
//! the calls take.

use crate::inputs::{Input, inputs};
use crate::peers::peers;
use std::hint::black_box;
use std::process::Command;

/// Says that this is such a run: `--count INPUT VALIDATOR CALLS`.
pub const FLAG: &str = "--count";

/// The validators that are counted.
const COUNTED: [&str; 5] = ["Value", "IgnoredAny", "ours, owned", "ours, JSON", "ours"];

/// Calls of the short and of the long run.
const CALLS: [u64; 2] = [100, 600];

/// Validates an input so many times.
pub fn run(input: &str, peer: &str, calls: &str) {
    let input = inputs().into_iter().find(|i| i.name == input).expect("the input exists");
    let peer = peers(input.message).into_iter().find(|(name, _)| *name == peer);
    let (_, mut judge) = peer.expect("the validator exists");
    for call in 0..calls.parse::<usize>().expect("the number of calls is a number") {
        let body = &input.bodies[call % input.bodies.len()];
        black_box(judge(black_box(body)));
    }
}

/// Prints the instructions per call, or that they cannot be counted.
pub fn table(inputs: &[Input]) {
    if Command::new("valgrind").arg("--version").output().is_err() {
        return println!("\nINSTRUCTIONS WERE NOT COUNTED: there is no valgrind on this machine");
    }
    println!("\nInstructions per call\n");
    print!("{:<22}", "");
    COUNTED.iter().for_each(|name| print!(" {name:>12}"));
    println!(" {:>12}", "÷ Value");
    for input in inputs {
        let counts: Vec<Option<u64>> = COUNTED.iter().map(|peer| per_call(input.name, peer)).collect();
        print!("{:<22}", input.name);
        for count in &counts {
            print!(" {:>12}", count.map_or("failed".to_owned(), |count| count.to_string()));
        }
        match (counts.first(), counts.last()) {
            (Some(Some(value)), Some(Some(ours))) => println!(" {:>12.3}", *ours as f64 / *value as f64),
            _ => println!(" {:>12}", "failed"),
        }
    }
}

fn per_call(input: &str, peer: &str) -> Option<u64> {
    let [few, many] = CALLS.map(|calls| instructions(input, peer, calls));
    Some((many? - few?) / (CALLS[1] - CALLS[0]))
}

fn instructions(input: &str, peer: &str, calls: u64) -> Option<u64> {
    let itself = std::env::current_exe().ok()?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(itself)
        .args([FLAG, input, peer, &calls.to_string()])
        .output()
        .ok()?;
    let said = String::from_utf8(output.stderr).ok()?;
    let collected = said.lines().find_map(|line| line.split_once("Collected : "))?;
    collected.1.trim().parse().ok()
}
