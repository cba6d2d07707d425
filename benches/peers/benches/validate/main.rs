//! How long a verdict takes, divided by the time `serde_json` takes to parse the same bytes into
//! a `Value`; all validators take turns within one run. Of what is rejected, every message is put
//! into words.
//!
//! `cargo bench -p elementc-peers`; `-- valid` measures the inputs whose names contain `valid`.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

mod count;
mod inputs;
mod peers;
mod serde_peer;

use inputs::Input;
use peers::{Judge, peers};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// How often each validator has its turn; the fastest of its turns counts.
const ROUNDS: usize = 60;

/// How long a turn of `serde_json` takes, roughly.
const TURN: Duration = Duration::from_millis(2);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    if let [flag, input, peer, calls] = arguments.as_slice()
        && flag == count::FLAG
    {
        return count::run(input, peer, calls);
    }
    let wanted = |name: &str| arguments.is_empty() || arguments.iter().any(|part| name.contains(part));
    let inputs: Vec<Input> = inputs::inputs().into_iter().filter(|input| wanted(input.name)).collect();
    println!("Time ÷ serde_json::from_slice::<Value> of the same bytes\n");
    for (index, input) in inputs.iter().enumerate() {
        let mut peers = peers(input.message);
        if index == 0 {
            heading(&peers);
        }
        agree(input, &mut peers);
        let times = measure(input, &mut peers);
        print!("{:<22} {:>6}", input.name, input.bodies.iter().map(Vec::len).sum::<usize>());
        let measure = times.first().copied().unwrap_or_default();
        print!(" {:>8.0}", measure.as_secs_f64() * 1e9);
        for time in &times {
            print!(" {:>12.3}", time.as_secs_f64() / measure.as_secs_f64());
        }
        println!();
    }
    if wanted("pathological") {
        pathological();
    }
    if wanted("instructions") {
        count::table(&inputs);
    }
}

fn heading(peers: &[(&str, Judge)]) {
    print!("{:<22} {:>6} {:>8}", "", "bytes", "ns");
    for (name, _) in peers {
        print!(" {name:>12}");
    }
    println!();
}

/// Every validator gives every body the verdict that is expected: else times mean nothing. What
/// only parses accepts all.
fn agree(input: &Input, peers: &mut [(&str, Judge)]) {
    for (index, (name, judge)) in peers.iter_mut().enumerate() {
        for body in &input.bodies {
            let expected = input.valid || index < peers::PARSERS;
            assert_eq!(judge(body), expected, "{name} on {}: {}", input.name, String::from_utf8_lossy(body));
        }
    }
}

/// The time each validator takes for all bodies of an input once.
fn measure(input: &Input, peers: &mut [(&str, Judge)]) -> Vec<Duration> {
    let mut best = vec![Duration::MAX; peers.len()];
    let mut calls = 1;
    for round in 0..=ROUNDS {
        for (best, (_, judge)) in best.iter_mut().zip(peers.iter_mut()) {
            let start = Instant::now();
            for _ in 0..calls {
                for body in &input.bodies {
                    black_box(judge(black_box(body)));
                }
            }
            let took = start.elapsed() / calls;
            if round > 0 {
                *best = (*best).min(took);
            } else if calls == 1 {
                // The first round is for getting warm.
                calls =
                    u32::try_from(TURN.as_nanos() / took.as_nanos().max(1)).map_or(1, |n| n.clamp(1, 10_000));
            }
        }
    }
    best
}

/// Nanoseconds per byte of what might take quadratic time, at one size and at four times of it.
fn pathological() {
    println!("\nPathological bodies, validated and put into words: nanoseconds per byte\n");
    println!("{:<28} {:>10} {:>8} {:>10} {:>8} {:>8}", "", "bytes", "ns/byte", "bytes", "ns/byte", "Value");
    for (name, bodies) in inputs::pathological() {
        let mut peers = peers(inputs::Message::Seed);
        let (Some((_, mut ours)), Some((_, value))) = (peers.pop(), peers.first_mut()) else { return };
        print!("{name:<28}");
        for body in &bodies {
            print!(" {:>10} {:>8.2}", body.len(), per_byte(body, &mut ours));
        }
        println!(" {:>8.2}", bodies.last().map_or(0.0, |body| per_byte(body, value)));
    }
}

fn per_byte(body: &[u8], judge: &mut Judge) -> f64 {
    let mut best = Duration::MAX;
    for _ in 0..20 {
        let start = Instant::now();
        black_box(judge(black_box(body)));
        best = best.min(start.elapsed());
    }
    best.as_secs_f64() * 1e9 / body.len() as f64
}
