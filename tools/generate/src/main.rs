//! Makes random coroutines, and compares what rustc and `#[coro::coroutine]` make of them.
//!
//! - `body`: random bodies
//! - `world`: what bodies can name
//! - `program`: a body with its signature, as a case of the corpus
//! - `trial`: compiles and runs a batch
//! - `shrink`: makes a failure small
//! - `tally`: what has been found
mod body;
mod program;
mod random;
mod shrink;
mod tally;
mod trial;
mod world;

use clap::Parser;
use program::Program;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;
use tally::{Failure, Tally};
use trial::{Build, Laboratory};

/// Makes random coroutines and compares rustc's `async fn` with `#[coro::coroutine]`.
///
/// Each body is run to its end, cancelled after every number of polls, and run with a panic at
/// each step and in each drop; what it logs must be the same. Bodies that rustc rejects are left
/// out. A failure is printed as a `same!` case, after `--shrink` has made it small. The exit
/// status is 1 if a body behaves differently or takes more bytes than rustc's.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The seed: the same seed makes the same bodies
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many bodies to make
    #[arg(long, default_value_t = 500)]
    bodies: usize,
    /// The number of the first body, to look at some of a seed again
    #[arg(long, default_value_t = 0)]
    first: usize,
    /// How many bodies to compile in one file
    #[arg(long, default_value_t = 80)]
    batch: usize,
    /// Make failures small
    #[arg(long)]
    shrink: bool,
    /// How many failures of one kind to shrink and print
    #[arg(long, default_value_t = 2)]
    most: usize,
    /// Only shrink and print failures whose kind contains this
    #[arg(long, default_value = "")]
    only: String,
    /// Build with optimisation
    #[arg(long)]
    optimise: bool,
    /// Look for wrong accesses and leaks instead of differences, with AddressSanitizer and
    /// LeakSanitizer; without the nightly compiler nothing is done
    #[arg(long)]
    sanitize: bool,
    /// Keep failing cases, one in a file, in this directory
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Where to compile; a directory that no other run uses at the same time
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
    /// The checkout to compile against, if not the one that this tool was built from
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// Print the bodies and compile nothing
    #[arg(long)]
    print: bool,
    /// The fixed bodies that continuous integration compares: overrides seed and number
    #[arg(long)]
    ci: bool,
}

fn main() -> ExitCode {
    let mut arguments = Arguments::parse();
    if arguments.ci {
        (arguments.seed, arguments.first, arguments.bodies) = (1, 0, 320);
    }
    if arguments.sanitize && !trial::can_sanitize() {
        println!("generate: no nightly compiler for the sanitizer: nothing is checked");
        return ExitCode::SUCCESS;
    }
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("generate: {error}");
            ExitCode::from(2)
        }
    }
}

/// Whether all is well.
fn run(arguments: &Arguments) -> io::Result<bool> {
    let numbers = arguments.first..arguments.first + arguments.bodies;
    if arguments.print {
        for number in numbers {
            let program = body::generate(arguments.seed, number as u64);
            println!(
                "{}",
                program.case(&format!("body_{}_{number}", arguments.seed))
            );
        }
        return Ok(true);
    }
    let own = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("the package lies two levels below the root");
    let root = arguments.root.as_deref().unwrap_or(own);
    let scratch = arguments.scratch.clone().unwrap_or_else(default_scratch);
    let laboratory = Laboratory::open(
        scratch,
        root,
        Build {
            optimise: arguments.optimise,
            sanitize: arguments.sanitize,
        },
    )?;
    let started = Instant::now();
    let mut tally = Tally::default();
    let numbers: Vec<usize> = numbers.collect();
    for batch in numbers.chunks(arguments.batch.max(1)) {
        let programs: Vec<Program> = batch
            .iter()
            .map(|&number| body::generate(arguments.seed, number as u64))
            .collect();
        for ((&number, program), verdict) in batch
            .iter()
            .zip(&programs)
            .zip(laboratory.judge(&programs)?)
        {
            if let Some(failure) = tally.add(number, program, verdict) {
                println!("body {number}: {}", failure.kind);
            }
        }
        println!("{}, {} s", tally.line(), started.elapsed().as_secs());
    }
    println!("{}", tally.summary());
    for failure in tally.failures_to_show(arguments.most, &arguments.only) {
        show(arguments, &laboratory, failure)?;
    }
    println!("{} s in all", started.elapsed().as_secs());
    Ok(tally.is_well())
}

fn show(arguments: &Arguments, laboratory: &Laboratory, failure: &Failure) -> io::Result<()> {
    let name = format!("seed_{}_body_{}", arguments.seed, failure.number);
    let small = if arguments.shrink {
        shrink::shrink(laboratory, failure)?
    } else {
        failure.clone()
    };
    let case = small.program.case(&name);
    let detail = small.verdict.detail();
    println!("\n--- {name}: {}\n{detail}\n{case}", small.kind);
    if let Some(directory) = &arguments.keep {
        std::fs::create_dir_all(directory)?;
        let comment: String = detail.lines().map(|line| format!("// {line}\n")).collect();
        std::fs::write(directory.join(format!("{name}.rs")), comment + &case)?;
    }
    Ok(())
}

fn default_scratch() -> PathBuf {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
    target.join("coro-generate")
}

#[cfg(test)]
mod tests {
    use super::body;

    /// A seed and a number name one body for good: reports refer to them.
    #[test]
    fn bodies_are_repeatable() {
        let case = |seed, number| body::generate(seed, number).case("case");
        assert_eq!(case(1, 2), case(1, 2));
        assert_ne!(case(1, 2), case(2, 2));
        assert_ne!(case(1, 2), case(1, 3));
    }

    #[test]
    fn bodies_are_syntax() {
        for number in 0..300 {
            let program = body::generate(7, number);
            if let Err(error) = syn::parse_file(&program.items()) {
                panic!("body {number}: {error}\n{}", program.items());
            }
        }
    }
}
