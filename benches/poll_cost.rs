//! What it costs to poll a coroutine, beside rustc's `async fn` of the same source.
//!
//! ```text
//! cargo bench --bench poll_cost                     times, medians of interleaved rounds
//! cargo bench --bench poll_cost -- --callgrind      instructions, counted by valgrind
//! cargo bench --bench poll_cost -- ours total 1000  one body only, for a profiler
//! ```
//!
//! The loop that polls does not know what it polls, as in an executor. What is awaited is ready at
//! once, or pending once.

mod common;

use std::future::{Future, ready};
use std::hint::black_box;
use std::path::Path;
use std::pin::{Pin, pin};
use std::process::{Command, ExitCode};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use common::{both, geometric_mean, later, read};

const HELP: &str = "\
Usage: cargo bench --bench poll_cost [-- --callgrind | -- rustc|ours BODY ITERATIONS]";

/// What the body `matches` is doing.
#[derive(Clone, Copy)]
enum Mode {
    Idle,
    Reading(u64),
    Writing { first: u64, second: u64 },
}

/// Counts its drops, and so has to be kept until then.
struct Guard<'a>(&'a std::cell::Cell<u64>);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get().wrapping_add(1));
    }
}

both! {
    /// Nothing but waits and a sum: one of two waits is pending.
    async fn total(iterations: u64) -> u64 {
        let mut total = 0_u64;
        for step in 0..iterations {
            total = total.wrapping_add(ready(step).await);
            total ^= later(step).await;
        }
        total
    }

    async fn steps(start: u64) -> u64 {
        let first = later(start).await;
        let second = ready(first + 1).await;
        let third = later(first ^ second).await;
        let fourth = ready(second + third).await;
        later(first ^ third ^ fourth).await
    }

    /// A short body, made and run to its end again and again.
    async fn straight_line(iterations: u64) -> u64 {
        let mut total = 0_u64;
        for step in 0..iterations {
            total ^= steps(step).await;
        }
        total
    }

    async fn third(step: u64) -> u64 {
        let first = ready(step).await;
        first ^ later(step + 1).await
    }

    async fn second(step: u64) -> u64 {
        let value = third(step).await;
        value.wrapping_add(step)
    }

    async fn first(step: u64) -> u64 {
        second(step).await ^ step
    }

    /// Calls three deep.
    async fn nested_calls(iterations: u64) -> u64 {
        let mut total = 0_u64;
        for step in 0..iterations {
            total = total.wrapping_add(first(step).await);
        }
        total
    }

    /// Never leaves the loop.
    async fn loop_ready(iterations: u64) -> u64 {
        let mut total = 0_u64;
        for step in 0..iterations {
            total = total.wrapping_add(ready(step).await).rotate_left(3);
        }
        total
    }

    /// Leaves the loop each time.
    async fn loop_pending(iterations: u64) -> u64 {
        let mut total = 0_u64;
        for step in 0..iterations {
            total = total.wrapping_add(later(step).await).rotate_left(3);
        }
        total
    }

    /// Many locals that all wait, and all change.
    async fn wide_state(iterations: u64) -> u64 {
        let (mut a, mut b, mut c, mut d) = (1_u64, 2_u64, 3_u64, 4_u64);
        let (mut e, mut f, mut g, mut h) = (5_u64, 6_u64, 7_u64, 8_u64);
        for step in 0..iterations {
            a ^= later(step).await;
            b = b.wrapping_add(a);
            c ^= b.rotate_left(5);
            d = d.wrapping_add(ready(c).await);
            e ^= d;
            f = f.wrapping_add(e);
            g ^= later(f).await;
            h = h.wrapping_add(g ^ a);
        }
        a ^ b ^ c ^ d ^ e ^ f ^ g ^ h
    }

    /// Values with drops, each in a scope of its own, around the wait.
    async fn deep_scopes(iterations: u64) -> u64 {
        let count = std::cell::Cell::new(0);
        for step in 0..iterations {
            let _outer = Guard(&count);
            if step % 2 == 0 {
                let _middle = Guard(&count);
                {
                    let _inner = Guard(&count);
                    later(step).await;
                }
                later(step).await;
            } else {
                let _other = Guard(&count);
                later(step).await;
            }
        }
        count.get()
    }

    /// A buffer that is borrowed by a wait, and read after it and over the next.
    async fn borrowed_buffer(iterations: u64) -> u64 {
        let mut buffer = [0_u8; 64];
        let mut total = 0_u64;
        for step in 0..iterations {
            let count = read(&mut buffer, step as u8).await;
            let bytes = &buffer[..count];
            let weight = ready(step).await;
            total = total.wrapping_add(weight ^ u64::from(bytes[0]) ^ bytes.len() as u64);
        }
        total
    }

    /// A state machine within the state machine.
    async fn matches(iterations: u64) -> u64 {
        let mut mode = Mode::Idle;
        let mut total = 0_u64;
        for step in 0..iterations {
            mode = match mode {
                Mode::Idle => {
                    let first = later(step).await;
                    Mode::Reading(ready(first).await)
                }
                Mode::Reading(first) => {
                    let second = ready(step).await;
                    total ^= later(first).await;
                    Mode::Writing { first, second }
                }
                Mode::Writing { first, second } => {
                    total = total.wrapping_add(later(first).await);
                    total ^= ready(second).await;
                    Mode::Idle
                }
            };
        }
        total
    }

    async fn checked(step: u64) -> Result<u64, String> {
        match later(step).await {
            u64::MAX => Err("too many".to_owned()),
            value => Ok(value),
        }
    }

    async fn fallible(step: u64) -> Result<u64, String> {
        let first = checked(step).await?;
        let second = checked(first + 1).await?;
        Ok(first ^ second)
    }

    /// Results that are passed up by `?`.
    async fn question_marks(iterations: u64) -> u64 {
        let mut total = 0_u64;
        for step in 0..iterations {
            if let Ok(value) = fallible(step).await {
                total = total.wrapping_add(value);
            }
        }
        total
    }
}

/// A body, and how to run it each way.
struct Body {
    name: &'static str,
    rustc: fn(u64) -> u64,
    ours: fn(u64) -> u64,
}

macro_rules! bodies {
    ($($name:ident)*) => {
        [$(Body {
            name: stringify!($name),
            rustc: |iterations| drive(pin!(rustc::$name(iterations))),
            ours: |iterations| drive(pin!(ours::$name(iterations))),
        }),*]
    };
}

const BODIES: [Body; 10] = bodies!(
    total straight_line nested_calls loop_ready loop_pending wide_state deep_scopes
    borrowed_buffer matches question_marks
);

/// Polls until the future is ready.
#[inline(never)]
fn drive(mut future: Pin<&mut dyn Future<Output = u64>>) -> u64 {
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

/// Nanoseconds for each round of the body's loop.
fn nanoseconds(run: fn(u64) -> u64) -> f64 {
    const ITERATIONS: u64 = 100_000;
    let start = Instant::now();
    black_box(run(black_box(ITERATIONS)));
    start.elapsed().as_nanos() as f64 / ITERATIONS as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn print_row(body: &Body, rustc: f64, ours: f64, ratio: f64) {
    let name = body.name.replace('_', " ");
    println!("| {name} | {rustc:.1} | {ours:.1} | {ratio:.2} |");
}

fn print_mean(ratios: &[f64]) {
    let mean = geometric_mean(ratios.iter().copied());
    println!("| geometric mean | | | {mean:.3} |");
}

/// Prints how long each body takes each way.
fn compare_times() {
    println!("| nanoseconds per iteration | rustc | ours | ratio |");
    println!("| --- | --- | --- | --- |");
    let mut all = Vec::new();
    for body in &BODIES {
        let (mut rustc, mut ours, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..51 {
            rustc.extend([nanoseconds(body.rustc)]);
            ours.extend([nanoseconds(body.ours)]);
            ratios.extend(
                rustc
                    .last()
                    .zip(ours.last())
                    .map(|(rustc, ours)| ours / rustc),
            );
        }
        let (rustc, ours, ratio) = (median(rustc), median(ours), median(ratios));
        print_row(body, rustc, ours, ratio);
        all.push(ratio);
    }
    print_mean(&all);
}

/// How many instructions valgrind counts for a round of the body's loop. The program runs
/// twice, so that what it does besides is subtracted.
fn instructions(program: &Path, way: &str, body: &str) -> Result<f64, String> {
    const FEW: u64 = 1_000;
    const MANY: u64 = 21_000;
    let count = |iterations: u64| {
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(program)
            .args([way, body, &iterations.to_string()])
            .output()
            .map_err(|error| format!("valgrind cannot be run, is it installed? {error}"))?;
        let report = String::from_utf8_lossy(&output.stderr);
        let collected = report
            .lines()
            .find_map(|line| line.split_once("Collected :"));
        let counted = collected.and_then(|(_, count)| count.trim().parse::<f64>().ok());
        counted.ok_or_else(|| format!("valgrind counted nothing:\n{report}"))
    };
    Ok((count(MANY)? - count(FEW)?) / (MANY - FEW) as f64)
}

/// Prints how many instructions each body takes each way.
fn compare_instructions() -> Result<(), String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    println!("| instructions per iteration | rustc | ours | ratio |");
    println!("| --- | --- | --- | --- |");
    let mut all = Vec::new();
    for body in &BODIES {
        let rustc = instructions(&program, "rustc", body.name)?;
        let ours = instructions(&program, "ours", body.name)?;
        let ratio = ours / rustc;
        print_row(body, rustc, ours, ratio);
        all.push(ratio);
    }
    print_mean(&all);
    Ok(())
}

/// Runs one body one way, for a profiler.
fn run_one(way: &str, name: &str, iterations: &str) -> Option<u64> {
    let body = BODIES.iter().find(|body| body.name == name)?;
    let run = match way {
        "rustc" => body.rustc,
        "ours" => body.ours,
        _ => return None,
    };
    Some(run(iterations.parse().ok()?))
}

/// Fails if the two ways disagree.
fn check_agreement() {
    for body in &BODIES {
        assert_eq!((body.rustc)(100), (body.ours)(100), "{}", body.name);
    }
}

fn main() -> ExitCode {
    check_agreement();
    // `cargo bench` says `--bench`; `cargo test` does not, and has no use for figures.
    let is_measured = std::env::args().any(|argument| argument == "--bench");
    let arguments = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench");
    let arguments: Vec<String> = arguments.collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        [] if is_measured => {
            compare_times();
            Ok(())
        }
        [] => Ok(()),
        ["--callgrind"] => compare_instructions(),
        [way, body, iterations] => match run_one(way, body, iterations) {
            Some(output) => {
                println!("{output}");
                Ok(())
            }
            None => Err(HELP.to_owned()),
        },
        _ => Err(HELP.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
