//! Runs the comparisons of a batch in a process of their own.
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// How long one body may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// What came of a comparison.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// With the sizes in bytes.
    Same {
        rustc: usize,
        ours: usize,
    },
    Larger {
        rustc: usize,
        ours: usize,
    },
    Different(String),
    Crashed(String),
    /// The body is no test, and why.
    Idle(String),
}

impl Outcome {
    pub(super) fn detail(&self) -> String {
        match self {
            Outcome::Same { rustc, ours } => format!("the same; rustc {rustc}, ours {ours} bytes"),
            Outcome::Larger { rustc, ours } => {
                format!("the same, but rustc takes {rustc} bytes, and ours {ours}")
            }
            Outcome::Different(report) => report.clone(),
            Outcome::Crashed(status) => format!("the process ended: {status}"),
            Outcome::Idle(reason) => reason.clone(),
        }
    }
}

/// Variables of the environment.
type Environment = [(&'static str, &'static str)];

/// What a sanitizer looks for: in all scenarios, no access may be wrong; without panics in drops,
/// after which rustc's own futures leak, nothing may leak.
const SANITIZED: [&Environment; 2] = [
    &[("ASAN_OPTIONS", "detect_leaks=0")],
    &[
        ("ASAN_OPTIONS", "detect_leaks=1"),
        ("CORO_SOUND_DROPS", "1"),
    ],
];

/// One outcome for each program, in order.
pub(super) fn run(binary: &Path, programs: &[usize]) -> io::Result<Vec<Outcome>> {
    let outcomes = run_in(&[], binary, programs)?;
    Ok(outcomes.into_values().collect())
}

/// The same where the binary has a sanitizer in it. Either side runs by itself, so that a finding has
/// an owner; what is found with rustc's as well is not ours.
pub(super) fn run_sanitized(binary: &Path, programs: &[usize]) -> io::Result<Vec<Outcome>> {
    let mut outcomes: BTreeMap<usize, Outcome> = BTreeMap::new();
    for looked_for in SANITIZED {
        let side = |side| [looked_for, &[("CORO_SIDE", side)]].concat();
        let ours = run_in(&side("ours"), binary, programs)?;
        let found: Vec<usize> = ours
            .iter()
            .filter(|(_, outcome)| matches!(outcome, Outcome::Crashed(_)))
            .map(|(&program, _)| program)
            .collect();
        let rustc = run_in(&side("rustc"), binary, &found)?;
        for (program, outcome) in ours {
            let outcome = match rustc.get(&program) {
                Some(Outcome::Crashed(_)) => Outcome::Idle("rustc's does so, too".to_owned()),
                _ => outcome,
            };
            if matches!(outcome, Outcome::Crashed(_)) {
                outcomes.insert(program, outcome);
            } else {
                outcomes.entry(program).or_insert(outcome);
            }
        }
    }
    Ok(outcomes.into_values().collect())
}

fn run_in(
    environment: &Environment,
    binary: &Path,
    programs: &[usize],
) -> io::Result<BTreeMap<usize, Outcome>> {
    let mut outcomes = BTreeMap::new();
    while let Some(first) = programs.iter().position(|it| !outcomes.contains_key(it)) {
        run_from(environment, binary, &programs[first..], &mut outcomes)?;
    }
    Ok(outcomes)
}

/// Until the end, or to the first body that takes the process with it.
fn run_from(
    environment: &Environment,
    binary: &Path,
    programs: &[usize],
    outcomes: &mut BTreeMap<usize, Outcome>,
) -> io::Result<()> {
    let path = binary.with_extension("reports");
    let reports = File::create(&path)?;
    let mut process = Command::new(binary)
        .args(programs.iter().map(usize::to_string))
        .env("CORO_SIZES", "1")
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(reports.try_clone()?)
        .spawn()?;
    let output = BufReader::new(process.stdout.take().expect("the output is a pipe"));
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in output.lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    let mut current = programs[0];
    let mut sizes = (0, 0);
    loop {
        let line = match receiver.recv_timeout(PATIENCE) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => {
                process.kill()?;
                process.wait()?;
                outcomes.insert(current, Outcome::Idle("takes too long".to_owned()));
                return Ok(());
            }
            Err(RecvTimeoutError::Disconnected) => break,
        };
        let mut parts = line.splitn(3, '\t');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("begin"), Some(name), _) => {
                current = name.parse().map_err(io::Error::other)?;
                sizes = (0, 0);
            }
            (Some("size"), Some(_), Some(rest)) => sizes = parse_sizes(rest),
            (Some("same"), ..) => {
                let (rustc, ours) = sizes;
                let outcome = if ours > rustc {
                    Outcome::Larger { rustc, ours }
                } else {
                    Outcome::Same { rustc, ours }
                };
                outcomes.insert(current, outcome);
            }
            (Some("leaks"), ..) => {
                outcomes.remove(&current);
            }
            (Some("different"), Some(_), Some(report)) => {
                outcomes.insert(current, different(&unescape(report)));
            }
            _ => {}
        }
    }
    let status = process.wait()?;
    if !status.success() || !outcomes.contains_key(&current) {
        outcomes
            .entry(current)
            .or_insert_with(|| Outcome::Crashed(format!("{status}\n{}", ending(&path))));
    }
    Ok(())
}

/// The last that a process had to say.
fn ending(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(60)..].join("\n")
}

/// Some reports say that the body is no test.
fn different(report: &str) -> Outcome {
    let reasons = [
        "the body panics by itself",
        "the body never suspends",
        "the harness panicked",
    ];
    match reasons.iter().find(|reason| report.contains(**reason)) {
        Some(reason) => Outcome::Idle((*reason).to_owned()),
        None => Outcome::Different(report.to_owned()),
    }
}

/// `rustc 12\tours 8\t…`.
fn parse_sizes(text: &str) -> (usize, usize) {
    let number = |prefix: &str| {
        text.split('\t')
            .find_map(|part| part.strip_prefix(prefix)?.trim().parse().ok())
            .unwrap_or_default()
    };
    (number("rustc "), number("ours "))
}

/// Undoes the escapes of a debug representation that reports contain.
fn unescape(text: &str) -> String {
    text.trim_matches('"')
        .replace("\\n", "\n")
        .replace("\\\"", "\"")
        .replace("\\'", "'")
}
