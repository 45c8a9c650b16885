//! How large a coroutine's state is, beside rustc's future of the same source.
//!
//! ```text
//! cargo bench --bench sizes             known offenders, usual bodies, and the tests by file
//! cargo bench --bench sizes -- --all    every body of the tests by itself, too
//! ```
//!
//! The bodies of the tests are measured by the tests: they run with `CORO_SIZES`, which has each
//! of them print both sizes. Many of them are little more than one awaited future, which either
//! side has to keep. So there is a column for what a frame cannot do without: the bytes that its
//! largest state keeps, and one that says which state it is. The coroutines themselves report it, if
//! they are compiled with `--cfg coro_sizes`, which these are, in a target directory of their own.

mod common;

use std::collections::{BTreeMap, VecDeque};
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, ExitCode};

use common::{Later, Read, both, geometric_mean, later, read};

/// What the body `machine` is doing.
#[derive(Clone, Copy)]
enum Mode {
    Idle,
    Reading(u64),
    Writing { first: u64, second: u64 },
}

/// Says when it is dropped, and so has to be kept until then.
struct Guard(u64);

impl Drop for Guard {
    fn drop(&mut self) {
        black_box(self.0);
    }
}

fn parse(bytes: &[u8]) -> Result<u64, String> {
    match bytes {
        [first, ..] => Ok(u64::from(*first)),
        [] => Err("there is nothing to parse".to_owned()),
    }
}

both! {
    async fn hot_loop(iterations: u64) -> u64 {
        let mut total = 0;
        for step in 0..iterations {
            total += std::future::ready(step).await;
            total ^= later(step).await;
        }
        total
    }

    async fn arguments(name: String, bytes: Vec<u8>, count: u64) -> usize {
        let first = later(1).await;
        name.len() + bytes.len() + count as usize + first
    }

    async fn array_argument(bytes: [u8; 8192]) -> u8 {
        let index = later(1_usize).await;
        bytes[index]
    }

    async fn fifth(bytes: [u8; 1024]) -> u8 {
        let index = later(1_usize).await;
        bytes[index]
    }

    async fn fourth(bytes: [u8; 1024]) -> u8 {
        fifth(bytes).await
    }

    async fn third(bytes: [u8; 1024]) -> u8 {
        fourth(bytes).await
    }

    async fn second(bytes: [u8; 1024]) -> u8 {
        third(bytes).await
    }

    async fn five_nested_calls(bytes: [u8; 1024]) -> u8 {
        second(bytes).await
    }

    async fn moved_into_a_call(bytes: [u8; 1024]) -> u8 {
        later(1).await;
        let moved = bytes;
        fifth(moved).await
    }

    async fn one_call_after_another(bytes: &[u8; 1024]) -> u8 {
        let first = fifth(*bytes).await;
        let second = fifth(*bytes).await;
        first ^ second
    }

    async fn three_names(first: Vec<u8>) -> usize {
        later(1).await;
        let second = first;
        later(2).await;
        let third = second;
        later(3).await;
        third.len()
    }

    async fn disjoint_branches(is_first: bool) -> usize {
        if is_first {
            let mut buffer = [1_u8; 1000];
            let count = read(&mut buffer, 1).await;
            buffer[..count].len()
        } else {
            let mut buffer = [2_u8; 1000];
            let count = read(&mut buffer, 2).await;
            buffer[count..].len()
        }
    }

    async fn read_loop(limit: usize) -> Result<Vec<u8>, String> {
        let mut message = Vec::new();
        let mut buffer = [0_u8; 512];
        while message.len() < limit {
            let count = read(&mut buffer, 7).await;
            if count == 0 {
                return Err("the message is cut short".to_owned());
            }
            message.extend_from_slice(&buffer[..count]);
        }
        Ok(message)
    }

    async fn state_machine(iterations: u64) -> u64 {
        let mut mode = Mode::Idle;
        let mut total = 0;
        for step in 0..iterations {
            mode = match mode {
                Mode::Idle => Mode::Reading(later(step).await),
                Mode::Reading(first) => {
                    let second = later(step).await;
                    Mode::Writing { first, second }
                }
                Mode::Writing { first, second } => {
                    total += later(first).await;
                    total ^= later(second).await;
                    Mode::Idle
                }
            };
        }
        total
    }

    async fn several_steps(address: &str) -> Result<u64, String> {
        let mut head = [0_u8; 128];
        let count = read(&mut head, address.len() as u8).await;
        let length = parse(&head[..count])?;
        let mut body = vec![0_u8; 2 + length as usize];
        let count = read(&mut body, 3).await;
        let sum = parse(&body[..count])?;
        later(()).await;
        Ok(length + sum)
    }

    async fn guards(count: u64) -> u64 {
        let first = Guard(count);
        later(1).await;
        {
            let second = Guard(first.0 + 1);
            later(second.0).await;
        }
        let third = Guard(first.0 + 2);
        later(third.0).await
    }

    async fn queue(mut waiting: VecDeque<String>) -> usize {
        let mut total = 0;
        while let Some(name) = waiting.pop_front() {
            total += later(name.len()).await;
            if total % 2 == 1 {
                waiting.push_back(name);
            }
        }
        total
    }

    async fn one_after_another(count: u64) -> u64 {
        let first = hot_loop(count).await;
        let second = state_machine(first).await;
        let third = guards(second).await;
        third + u64::from(five_nested_calls([first as u8; 1024]).await)
    }
}

/// What no state machine can do without: so many bytes in its largest state, and one for which
/// state that is, at an alignment of 8.
const fn least(kept: usize) -> usize {
    (kept + 1).next_multiple_of(8)
}

const VECTOR: usize = size_of::<Vec<u8>>();

macro_rules! sizes {
    ($($name:ident($($argument:expr),*) $($least:expr)?;)*) => {
        [$(Sizes {
            name: stringify!($name).replace('_', " "),
            rustc: size_of_val(&rustc::$name($($argument),*)),
            ours: size_of_val(&ours::$name($($argument),*)),
            least: None $(.or(Some($least)))?,
        }),*]
    };
}

/// A row of a table.
struct Sizes {
    name: String,
    rustc: usize,
    ours: usize,
    least: Option<usize>,
}

impl Sizes {
    fn ratio(&self) -> f64 {
        self.ours as f64 / self.rustc as f64
    }

    /// A line that the harness of the tests prints. The bodies of the test of the harness itself
    /// differ on purpose; what is written by hand as well counts once.
    fn parse(line: &str) -> Option<Sizes> {
        let mut fields = line.split_once("size\t")?.1.split('\t');
        let name = fields.next()?.strip_suffix(" ours")?;
        let mut bytes = |label| fields.next()?.strip_prefix(label)?.parse().ok();
        Some(Sizes {
            name: name.to_owned(),
            rustc: bytes("rustc ")?,
            ours: bytes("ours ")?,
            least: bytes("least "),
        })
    }
}

fn print_rows(rows: &[Sizes]) {
    for row in rows {
        let Sizes {
            name, rustc, ours, ..
        } = row;
        let least = row
            .least
            .map(|least| format!(" {least} |"))
            .unwrap_or_default();
        println!("| {name} | {rustc} | {ours} | {:.2} |{least}", row.ratio());
    }
    println!();
}

fn print_total(rows: &[Sizes]) {
    let larger = rows.iter().filter(|row| row.ours > row.rustc).count();
    let smaller = rows.iter().filter(|row| row.ours < row.rustc).count();
    let mean = geometric_mean(rows.iter().map(Sizes::ratio));
    println!(
        "{} bodies, geometric mean of the ratios {mean:.3}; {smaller} are smaller than rustc's, \
         {larger} larger.",
        rows.len()
    );
    let known = || rows.iter().filter_map(|row| Some((row, row.least?)));
    let least = geometric_mean(known().map(|(row, least)| least as f64 / row.rustc as f64));
    let above = geometric_mean(known().map(|(row, least)| row.ours as f64 / least as f64));
    let reached = known().filter(|(row, least)| row.ours <= *least).count();
    println!(
        "The least that {} of them can do with is {least:.3} times rustc's; ours are {above:.3} times \
         that, and {reached} reach it.\n",
        known().count()
    );
}

/// Runs the tests that compare bodies, and reads what they print.
fn corpus() -> Result<Vec<Sizes>, String> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sizes");
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["test", "--package", "coro"]);
    for entry in directory.read_dir().map_err(|error| error.to_string())? {
        let path = entry.map_err(|error| error.to_string())?.path();
        let is_compared =
            std::fs::read_to_string(&path).is_ok_and(|text| text.contains("\nsame! {"));
        let name = path.file_stem().and_then(|name| name.to_str());
        if let Some(name) = name.filter(|name| is_compared && *name != "harness") {
            command.args(["--test", name]);
        }
    }
    // On one thread, for the reports of the least not to meet.
    command
        .args(["--", "--nocapture", "--test-threads=1"])
        .env("CORO_SIZES", "1")
        .env("RUSTFLAGS", "--cfg coro_sizes")
        .env("CARGO_TARGET_DIR", target);
    let output = command.output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let mut rows: Vec<Sizes> = text.lines().filter_map(Sizes::parse).collect();
    rows.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(rows)
}

fn print_by_file(rows: &[Sizes]) {
    let mut files = BTreeMap::<&str, Vec<f64>>::new();
    for row in rows {
        let file = row.name.split("::").next().unwrap_or_default();
        files.entry(file).or_default().push(row.ratio());
    }
    println!("| tests | bodies | geometric mean | smallest | largest |");
    println!("| --- | --- | --- | --- | --- |");
    for (file, ratios) in files {
        let mean = geometric_mean(ratios.iter().copied());
        let smallest = ratios.iter().copied().fold(f64::INFINITY, f64::min);
        let largest = ratios.iter().copied().fold(0.0, f64::max);
        let count = ratios.len();
        println!("| {file} | {count} | {mean:.2} | {smallest:.2} | {largest:.2} |");
    }
    println!();
}

fn main() -> ExitCode {
    let offenders = sizes![
        array_argument([0; 8192]) least(8192 + size_of::<Later<usize>>());
        five_nested_calls([0; 1024]) least(1024 + size_of::<Later<usize>>());
        moved_into_a_call([0; 1024]) least(1024 + size_of::<Later<usize>>());
        one_call_after_another(&[0; 1024]) least(8 + 1 + 1024 + size_of::<Later<usize>>());
        three_names(Vec::new()) least(VECTOR + size_of::<Later<i32>>());
        disjoint_branches(true) least(1000 + size_of::<Read<'_>>());
    ];
    let usual = sizes![
        hot_loop(1);
        arguments(String::new(), Vec::new(), 1);
        read_loop(1);
        state_machine(1);
        several_steps("");
        guards(1);
        queue(VecDeque::new());
        one_after_another(1);
    ];
    println!("| known offenders | rustc | ours | ratio | least |");
    println!("| --- | --- | --- | --- | --- |");
    print_rows(&offenders);
    println!("| usual bodies | rustc | ours | ratio |");
    println!("| --- | --- | --- | --- |");
    print_rows(&usual);
    // `cargo bench` says `--bench`; `cargo test` does not, and runs the tests itself.
    if !std::env::args().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let rows = match corpus() {
        Ok(rows) => rows,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::FAILURE;
        }
    };
    if std::env::args().any(|argument| argument == "--all") {
        println!("| bodies of the tests | rustc | ours | ratio | least |");
        println!("| --- | --- | --- | --- | --- |");
        print_rows(&rows);
    }
    print_by_file(&rows);
    print_total(&rows);
    ExitCode::SUCCESS
}
