//! How long 500 coroutines take to compile, beside 500 `async fn` of the same bodies, and which
//! part of it the macro is.
//!
//! ```text
//! cargo bench --bench compile_time
//! ```
//!
//! Writes two packages to a temporary directory, and has cargo build them in the `dev` profile
//! with full debug information and without incremental compilation, in turns. Every future is made
//! and polled, so that nothing is left out. What both depend on is built before. The time of the
//! processor is that of all processes; the time of the macro is that of `expand` in a program of the
//! same profile, which has no optimisation, but without the compiler's own token streams.

use std::fmt::Write;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use coro_macros_core::{Edition, expand};
use proc_macro2::{TokenStream, TokenTree};

const FUNCTIONS: usize = 500;
const ROUNDS: usize = 3;

/// What the functions use; the same in both packages.
const PRELUDE: &str = include_str!("compile_time/prelude.rs.txt");

/// The functions, each with `NAME` for its number. The parts are separated by lines of dashes.
const BODIES: &str = include_str!("compile_time/bodies.rs.txt");

/// Which of the two packages.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Rustc,
    Ours,
}

impl Way {
    fn name(self) -> &'static str {
        match self {
            Way::Rustc => "rustc",
            Way::Ours => "ours",
        }
    }

    fn attribute(self) -> &'static str {
        match self {
            Way::Rustc => "",
            Way::Ours => "#[coro::coroutine]\n",
        }
    }
}

/// The functions by themselves, `async fn body_0` to `async fn body_499`.
fn functions() -> Vec<String> {
    let bodies: Vec<&str> = BODIES.split("\n----\n").map(str::trim).collect();
    (0..FUNCTIONS)
        .map(|number| bodies[number % bodies.len()].replace("NAME", &format!("body_{number}")))
        .collect()
}

/// The source of a package: an empty one, to build what it depends on, or a whole one.
fn source(way: Way, is_empty: bool) -> String {
    let mut text = PRELUDE.to_owned();
    let mut calls = String::new();
    let functions = if is_empty { Vec::new() } else { functions() };
    for (number, function) in functions.iter().enumerate() {
        write!(text, "\n{}{function}\n", way.attribute()).expect("a string can be written to");
        writeln!(
            calls,
            "    drive(pin!(body_{number}(&mut stream, {number})));"
        )
        .expect("a string can be written to");
    }
    text + "\nfn main() {\n    let mut stream = Stream::default();\n" + &calls + "}\n"
}

/// Writes the package, and returns its directory.
fn write_package(directory: &Path, way: Way) -> io::Result<PathBuf> {
    let package = directory.join(way.name());
    fs::create_dir_all(package.join("src"))?;
    let root = env!("CARGO_MANIFEST_DIR");
    let name = way.name();
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\ncoro = {{ path = {root:?}, default-features = false }}\n\n\
         [profile.dev]\ndebug = 2\nincremental = false\n\n[workspace]\n"
    );
    fs::write(package.join("Cargo.toml"), manifest)?;
    Ok(package)
}

/// Seconds of the processor that the children of this process that have ended took so far.
fn processor_seconds() -> io::Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The name of the program, in parentheses, is the second field. The fields 16 and 17 are the times of the
    // children, in hundredths of a second (proc_pid_stat(5)).
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let times = fields.split_whitespace().skip(13).take(2);
    let ticks: u64 = times.filter_map(|field| field.parse::<u64>().ok()).sum();
    Ok(ticks as f64 / 100.0)
}

/// Builds the package, and returns the seconds of the processors and of the clock.
fn build(package: &Path, way: Way, is_empty: bool) -> io::Result<(f64, f64)> {
    fs::write(package.join("src/main.rs"), source(way, is_empty))?;
    let (before, start) = (processor_seconds()?, Instant::now());
    cargo(package, "build")?;
    let clock = start.elapsed().as_secs_f64();
    Ok((processor_seconds()? - before, clock))
}

/// A program that says how many seconds the macro takes for all functions.
const EXPANSION: &str = r#"
use std::time::{Duration, Instant};

use coro_macros_core::{Edition, expand};
use proc_macro2::TokenStream;

fn main() {
    let functions = include_str!("functions.txt").split("\n----\n");
    let mut time = Duration::ZERO;
    for function in functions {
        let input: TokenStream = function.parse().expect("the functions are tokens");
        let start = Instant::now();
        let output = expand(TokenStream::new(), input, Some(Edition::From2024));
        time += start.elapsed();
        drop(output);
    }
    println!("{}", time.as_secs_f64());
}
"#;

/// Seconds that the macro takes for all functions, built as cargo builds it for the packages: the median of some
/// rounds.
fn expansion(directory: &Path) -> io::Result<f64> {
    let package = directory.join("expansion");
    fs::create_dir_all(package.join("src"))?;
    let root = env!("CARGO_MANIFEST_DIR");
    let manifest = format!(
        "[package]\nname = \"expansion\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\ncoro-macros-core = {{ path = \"{root}/coro-macros/core\" }}\nproc-macro2 = \"1\"\n\n\
         [workspace]\n"
    );
    fs::write(package.join("Cargo.toml"), manifest)?;
    fs::write(
        package.join("src/functions.txt"),
        functions().join("\n----\n"),
    )?;
    fs::write(package.join("src/main.rs"), EXPANSION)?;
    let mut seconds = Vec::new();
    for _ in 0..ROUNDS {
        let text = cargo(&package, "run")?;
        let parsed = text.trim().parse();
        seconds
            .push(parsed.map_err(|_| io::Error::other(format!("no number of seconds: {text}")))?);
    }
    Ok(median(seconds))
}

/// Runs cargo in a package, and gives what that prints.
fn cargo(package: &Path, command: &str) -> io::Result<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([command, "--quiet"])
        .current_dir(package)
        .env("CARGO_TARGET_DIR", package.join("target"))
        .output()?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(io::Error::other(errors));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether the macro takes every body.
fn takes_all() -> bool {
    functions().iter().all(|function| {
        let input: TokenStream = function.parse().expect("the functions are tokens");
        !is_error(expand(TokenStream::new(), input, Some(Edition::From2024)))
    })
}

fn is_error(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(name) => name == "compile_error",
        TokenTree::Group(group) => is_error(group.stream()),
        _ => false,
    })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn compare(directory: &Path) -> io::Result<()> {
    let mut figures = [
        (Way::Rustc, Vec::new(), Vec::new()),
        (Way::Ours, Vec::new(), Vec::new()),
    ];
    for (way, ..) in &figures {
        build(&write_package(directory, *way)?, *way, true)?;
    }
    for _ in 0..ROUNDS {
        for (way, processor, clock) in &mut figures {
            let (seconds, elapsed) = build(&directory.join(way.name()), *way, false)?;
            processor.push(seconds);
            clock.push(elapsed);
        }
    }
    let [(_, rustc, rustc_clock), (_, ours, ours_clock)] = figures;
    let (rustc, ours) = (median(rustc), median(ours));
    let (rustc_clock, ours_clock) = (median(rustc_clock), median(ours_clock));
    let expansion = expansion(directory)?;
    println!("| {FUNCTIONS} functions, seconds | rustc | ours | ratio |");
    println!("| --- | --- | --- | --- |");
    println!(
        "| processor | {rustc:.2} | {ours:.2} | {:.2} |",
        ours / rustc
    );
    println!(
        "| clock | {rustc_clock:.2} | {ours_clock:.2} | {:.2} |",
        ours_clock / rustc_clock
    );
    println!(
        "| of it the macro | | {expansion:.2} | {:.0} % |",
        100.0 * expansion / ours
    );
    Ok(())
}

fn main() -> ExitCode {
    // `cargo bench` says `--bench`; for `cargo test` it is enough that the macro takes the bodies.
    if !std::env::args().any(|argument| argument == "--bench") {
        return match takes_all() {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        };
    }
    let directory = std::env::temp_dir().join(format!("coro-compile-time-{}", std::process::id()));
    let outcome = compare(&directory);
    let removed = fs::remove_dir_all(&directory);
    match outcome.and(removed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
