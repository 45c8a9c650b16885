//! Runs the comparisons of a batch in a process of their own.
use std::collections::BTreeMap;
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

/// One outcome for each program, in order.
pub(super) fn run(binary: &Path, programs: &[usize]) -> io::Result<Vec<Outcome>> {
    let mut outcomes = BTreeMap::new();
    while let Some(first) = programs.iter().position(|it| !outcomes.contains_key(it)) {
        run_from(binary, &programs[first..], &mut outcomes)?;
    }
    Ok(outcomes.into_values().collect())
}

/// Until the end, or to the first body that takes the process with it.
fn run_from(
    binary: &Path,
    programs: &[usize],
    outcomes: &mut BTreeMap<usize, Outcome>,
) -> io::Result<()> {
    let mut process = Command::new(binary)
        .args(programs.iter().map(usize::to_string))
        .env("CORO_SIZES", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
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
            .or_insert_with(|| Outcome::Crashed(status.to_string()));
    }
    Ok(())
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
