//! What fibers cost: ours, those of other libraries, and rustc's futures for the same work.
//!
//! ```text
//! cargo bench -p bench-fibers                    everything
//! cargo bench -p bench-fibers --features may     with `may` as well
//! cargo bench -p bench-fibers -- parked Fiber    memory of one kind, in this process
//! ```
//!
//! Times are processor time, so that other programs matter less: medians of rounds in which the
//! candidates take turns, so that all of them meet the same machine. What maps memory, or goes through
//! much of it, depends on where the kernel puts it, which is drawn by lot for each process: there a
//! round is a process for each candidate, and the range of the middle half is shown too. So it is with
//! schedulers, whose threads outlive their work. Memory is measured in a process of its own for each
//! candidate. The ratios are to the first candidate.

mod candidates;
mod corosensei_side;
mod futures_side;
mod generator_side;
#[cfg(feature = "may")]
mod may_side;
mod ours;
mod tasks;

use std::env;
use std::fs;
use std::hint::black_box;
use std::process::{Command, ExitCode};
use std::time::Duration;

use candidates::{Candidate, Run, Work};

/// Rounds in which each candidate is measured once.
const ROUNDS: usize = 41;
/// Rounds in which each candidate has a process of its own.
const PROCESSES: usize = 15;
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
                println!("{} {}", memory("VmRSS:"), memory("VmSize:"));
                // Some cannot be dropped while they are parked.
                std::mem::forget(held);
            }
            None => return help(),
        },
        ["echo-client", address, messages] => {
            let (Ok(address), Ok(messages)) = (address.parse(), messages.parse()) else {
                return help();
            };
            tasks::client(address, messages).expect("the server answers");
        }
        // What this program runs for itself: one candidate, in this process.
        ["time", work, candidate] => {
            let (Ok(work), Ok(candidate)) = (work.parse::<usize>(), candidate.parse::<usize>())
            else {
                return help();
            };
            let mut work = candidates::works().swap_remove(work);
            work.candidates = vec![work.candidates.swap_remove(candidate)];
            println!("{}", alone(&work));
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
    println!("nanoseconds of processor time, medians of {ROUNDS} rounds that take turns");
    for (number, work) in candidates::works().iter().enumerate() {
        if work.alone {
            processes(number, work);
        } else {
            table(work, &measure(work));
        }
    }
    let [nothing_resident, nothing_virtual] = in_own_process(candidates::NOTHING);
    let rows = candidates::PARKED
        .iter()
        .map(|name| (*name, in_own_process(name)));
    let rows: Vec<_> = rows.collect();
    for (what, place, nothing) in [
        ("resident", 0, nothing_resident),
        ("virtual", 1, nothing_virtual),
    ] {
        println!("\n{what} bytes for each of {PARKED} that are parked");
        let bytes = |row: &(&str, [f64; 2])| (row.1[place] - nothing) / PARKED as f64;
        for row in &rows {
            self::row(row.0, bytes(row), bytes(&rows[0]), 0);
        }
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
            let elapsed = time(run, work.units);
            if round > 0 {
                samples.push(elapsed);
            }
        }
    }
    samples.into_iter().map(median).collect()
}

/// The processor time of one unit of work of the only candidate, in nanoseconds: the median of some
/// samples, in a process that does nothing else.
fn alone(work: &Work) -> f64 {
    let mut run = (work.candidates[0].1)();
    // To warm up.
    time(&mut run, work.units / 10);
    median((0..5).map(|_| time(&mut run, work.units)).collect())
}

/// The processor time that one unit of work takes, in nanoseconds, on all threads.
fn time(run: &mut Run, units: u32) -> f64 {
    let start = processor_time();
    black_box(run(black_box(units)));
    let elapsed = processor_time() - start;
    elapsed.as_nanos() as f64 / f64::from(units)
}

/// The processor time that this process has used so far.
fn processor_time() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the kernel writes the record.
    let result = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut time) };
    assert_eq!(result, 0, "the clock is always there");
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The same in processes of their own.
fn processes(number: usize, work: &Work) {
    let count = work.candidates.len();
    let mut samples = vec![Vec::with_capacity(PROCESSES); count];
    for _ in 0..PROCESSES {
        for (candidate, samples) in samples.iter_mut().enumerate() {
            let [sample] = again(&["time", &number.to_string(), &candidate.to_string()]);
            samples.push(sample);
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

/// Runs this program with other arguments, and returns the numbers that it prints.
fn again<const COUNT: usize>(arguments: &[&str]) -> [f64; COUNT] {
    let output = Command::new(env::current_exe().expect("a program has a file"))
        .args(arguments)
        .output()
        .expect("it starts again");
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers = text
        .split_whitespace()
        .map(|number| number.parse().expect("it prints numbers"));
    let numbers: Vec<_> = numbers.collect();
    numbers
        .try_into()
        .unwrap_or_else(|_| panic!("{arguments:?} failed: {output:?}"))
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

/// The bytes of a process that parks so many, resident and virtual.
fn in_own_process(name: &str) -> [f64; 2] {
    again(&["parked", name])
}

/// What the kernel says of this process's memory, in bytes.
fn memory(label: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("the kernel tells of the process");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(label))
        .expect("there is a line for it");
    let kilobytes: u64 = line
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .expect("it is a number");
    1024 * kilobytes
}
