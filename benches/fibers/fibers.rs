//! What fibers cost: ours, `corosensei`'s, and rustc's futures for the same work.
//!
//! ```text
//! cargo bench -p bench-fibers                   everything
//! cargo bench -p bench-fibers -- parked ours    resident memory of one kind, in this process
//! ```
//!
//! Times are medians of rounds in which the candidates take turns, so that all of them meet the
//! same machine. What maps memory depends on where the kernel puts it, which is drawn by lot
//! for each process: there a round is a process for each candidate, and the range of the middle half
//! is shown too. Memory is measured in a process of its own for each candidate. The ratios are to the
//! first candidate.

mod candidates;

use std::env;
use std::fs;
use std::hint::black_box;
use std::process::{Command, ExitCode};
use std::time::Instant;

use candidates::{Candidate, Work};

/// Rounds in which each candidate is measured once.
const ROUNDS: usize = 41;
/// Rounds in which each candidate has a process of its own.
const PROCESSES: usize = 21;
/// Fibers that are parked at the same time.
const PARKED: usize = 10_000;

fn main() -> ExitCode {
    // cargo passes `--bench`.
    let arguments: Vec<_> = env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => everything(),
        ["parked", name] => match candidates::parked(name, PARKED) {
            Some(held) => {
                let after = resident();
                drop(held);
                println!("{after}");
            }
            None => return help(),
        },
        // What this program runs for itself: one candidate, in this process.
        ["time", work, candidate] => {
            let (Ok(work), Ok(candidate)) = (work.parse::<usize>(), candidate.parse::<usize>())
            else {
                return help();
            };
            let mut work = candidates::works().swap_remove(work);
            work.candidates = vec![work.candidates.swap_remove(candidate)];
            println!("{}", measure(&work)[0]);
        }
        _ => return help(),
    }
    ExitCode::SUCCESS
}

fn help() -> ExitCode {
    eprintln!("Usage: cargo bench -p bench-fibers [-- parked NAME]");
    ExitCode::FAILURE
}

fn everything() {
    println!("nanoseconds, medians of {ROUNDS} rounds that take turns");
    for (number, work) in candidates::works().iter().enumerate() {
        if work.maps_memory {
            processes(number, work);
        } else {
            table(work, &measure(work));
        }
    }
    println!("\nresident bytes for each of {PARKED} that are parked");
    let rows: Vec<_> = candidates::PARKED
        .iter()
        .map(|name| (*name, in_own_process(name)))
        .collect();
    for (name, bytes) in &rows {
        row(name, *bytes, rows[0].1, 0);
    }
}

/// The median time of one unit of work for each candidate, in nanoseconds.
fn measure(work: &Work) -> Vec<f64> {
    let mut candidates: Vec<_> = work
        .candidates
        .iter()
        .map(|Candidate(_, make)| make())
        .collect();
    let mut samples = vec![Vec::with_capacity(ROUNDS); candidates.len()];
    // One round to warm up.
    for round in 0..=ROUNDS {
        for (run, samples) in candidates.iter_mut().zip(&mut samples) {
            let start = Instant::now();
            black_box(run(black_box(work.units)));
            let elapsed = start.elapsed().as_nanos() as f64 / f64::from(work.units);
            if round > 0 {
                samples.push(elapsed);
            }
        }
    }
    samples.into_iter().map(median).collect()
}

/// The same in processes of their own.
fn processes(number: usize, work: &Work) {
    let count = work.candidates.len();
    let mut samples = vec![Vec::with_capacity(PROCESSES); count];
    for _ in 0..PROCESSES {
        for (candidate, samples) in samples.iter_mut().enumerate() {
            samples.push(again(&[
                "time",
                &number.to_string(),
                &candidate.to_string(),
            ]));
        }
    }
    let medians: Vec<_> = samples.iter().cloned().map(median).collect();
    table(work, &medians);
    for (Candidate(name, _), samples) in work.candidates.iter().zip(&mut samples) {
        samples.sort_by(f64::total_cmp);
        let (low, high) = (
            samples[PROCESSES / 4],
            samples[PROCESSES - 1 - PROCESSES / 4],
        );
        println!("    {name}: half of the processes between {low:.0} and {high:.0}");
    }
}

/// Runs this program with other arguments, and returns the number that it prints.
fn again(arguments: &[&str]) -> f64 {
    let output = Command::new(env::current_exe().expect("a program has a file"))
        .args(arguments)
        .output()
        .expect("the program starts again");
    String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .expect("it prints a number")
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}

fn table(work: &Work, medians: &[f64]) {
    println!("\n{}", work.name);
    for (Candidate(name, _), median) in work.candidates.iter().zip(medians) {
        row(name, *median, medians[0], 2);
    }
}

fn row(name: &str, value: f64, first: f64, digits: usize) {
    println!("  {name:<38}{value:>10.digits$}{:>8.2}", value / first);
}

/// What each parked one takes, in bytes: the growth of a process that parks them.
fn in_own_process(name: &str) -> f64 {
    let run = |name| again(&["parked", name]);
    (run(name) - run(candidates::NOTHING)) / PARKED as f64
}

/// The bytes of this process that are in memory.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("the kernel tells of the process");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .expect("there is a line for it");
    let kilobytes: u64 = line
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .expect("it is a number");
    1024 * kilobytes
}
