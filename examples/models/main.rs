//! Six ways to do the same two jobs, measured side by side.
//!
//! ```text
//! cargo run --release --example models
//! ```
//!
//! - `source`: client and computation, once for OS threads, fibers and `#[coroutine]`; what they wait
//!   for is in `threads`, for the other two in `suspending`
//! - `threads`, `fibers`, `callbacks` on an `event_loop` of its own, `state_machines`, `coroutines`,
//!   `async_fn`: the models; all but the first and the third are `tasks` of the runtime
//! - `job`: what is the same for all
//! - `measure`: each measurement is a process of its own; so is the `server`
//! - `table`, `chart`: what comes out

mod async_fn;
mod callbacks;
mod chart;
#[path = "../common/mod.rs"]
mod common;
mod coroutines;
mod event_loop;
mod fibers;
mod job;
mod measure;
mod models;
mod server;
mod state_machines;
mod suspending;
mod table;
mod tasks;
mod threads;

use std::env;
use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use measure::{Job, Run};
use models::MODELS;

const HELP: &str = "\
Does two jobs in six ways, and compares what they take:

  clients       each sends a request to a server that takes its time to answer
  computations  each computes a little and gives way to the others, again and again

as OS threads, fibers, callbacks, hand-written state machines, `#[coroutine]` and `async fn`.
Prints tables and draws a chart.

Usage: models [--svg FILE] [NUMBER]...

NUMBER is how many clients and computations there are at a time: 10, 1000 and 10000 if none is
given, which takes about half a minute. FILE is where the chart goes: `models.svg` beside this
program if it is left out.";

/// What the command line asks for.
enum Request {
    Help,
    Compare {
        counts: Vec<usize>,
        chart: PathBuf,
    },
    Serve,
    Measure {
        model: usize,
        count: usize,
        port: Option<u16>,
    },
}

fn request(arguments: &[String]) -> Result<Request, Box<dyn Error>> {
    match arguments {
        [first] if first == "--serve" => return Ok(Request::Serve),
        [first, model, count, port @ ..] if first == "--measure" => {
            return Ok(Request::Measure {
                model: model.parse()?,
                count: count.parse()?,
                port: port.first().map(|port| port.parse()).transpose()?,
            });
        }
        _ => {}
    }
    let mut counts = Vec::new();
    let mut chart = env::current_exe()?.with_file_name("models.svg");
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match &**argument {
            "--help" | "-h" => return Ok(Request::Help),
            "--svg" => {
                chart = arguments
                    .next()
                    .ok_or("`--svg` needs the name of a file")?
                    .into()
            }
            number => match number.parse() {
                Ok(count @ 1..=100_000) => counts.push(count),
                _ => {
                    return Err(
                        format!("`{number}` is no number from 1 to 100000; see --help").into(),
                    );
                }
            },
        }
    }
    if counts.is_empty() {
        counts.extend([10, 1000, 10_000]);
    }
    counts.sort_unstable();
    counts.dedup();
    Ok(Request::Compare { counts, chart })
}

fn compare(counts: &[usize], chart: PathBuf) -> Result<(), Box<dyn Error>> {
    let mut runs: Vec<Run> = Vec::new();
    for job in [Job::Network, Job::Compute] {
        for &count in counts {
            for (index, model) in MODELS.iter().enumerate() {
                let what = match job {
                    Job::Network => "clients",
                    Job::Compute => "computations",
                };
                eprintln!("measuring {count} {what}: {}", model.name);
                runs.push(measure::run(index, job, count));
            }
            let these = &runs[runs.len() - MODELS.len()..];
            println!(
                "\n{}",
                table::table(job, count, &these.iter().collect::<Vec<_>>())
            );
        }
    }
    println!("{}\n", table::NOTES);
    fs::write(&chart, chart::svg(counts, &runs))?;
    println!("The chart is in {}", chart.display());
    Ok(())
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match request(&arguments)? {
        Request::Help => println!("{HELP}"),
        Request::Compare { counts, chart } => compare(&counts, chart)?,
        Request::Serve => server::serve()?,
        Request::Measure { model, count, port } => measure::measure(model, count, port)?,
    }
    Ok(())
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("models: {error}");
            ExitCode::FAILURE
        }
    }
}
