//! One job by one model, in a process of its own, and what that process has used.

use std::env;
use std::fmt;
use std::fs;
use std::io;
use std::mem::MaybeUninit;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::job::{self, Order};
use crate::models::MODELS;
use crate::server::Server;

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Job {
    Network,
    Compute,
}

/// What a job takes.
#[derive(Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) wall: Duration,
    /// Of all threads, in the program and in the kernel.
    pub(crate) processor: Duration,
    /// The most memory that was resident, in bytes.
    pub(crate) peak: u64,
    /// By how much the job has raised it.
    pub(crate) growth: u64,
    /// How often a thread gave its processor up, by its own will or not.
    pub(crate) switches: u64,
    /// How many clients the server has had at the same time, at most.
    pub(crate) most: Option<usize>,
}

/// One measurement, or why there is none.
pub(crate) struct Run {
    pub(crate) model: usize,
    pub(crate) job: Job,
    pub(crate) count: usize,
    pub(crate) outcome: Result<Figures, String>,
}

/// A process that has not ended by then is stuck.
const LIMIT: Duration = Duration::from_secs(120);

/// Has a new process do a job, and reads what it reports.
pub(crate) fn run(model: usize, job: Job, count: usize) -> Run {
    Run {
        model,
        job,
        count,
        outcome: outcome(model, job, count).map_err(|error| error.to_string()),
    }
}

fn outcome(model: usize, job: Job, count: usize) -> io::Result<Figures> {
    let server = match job {
        Job::Network => Some(Server::start()?),
        Job::Compute => None,
    };
    let mut command = Command::new(env::current_exe()?);
    command.args(["--measure", &model.to_string(), &count.to_string()]);
    command.args(server.as_ref().map(|server| server.port.to_string()));
    let child = command
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let report = finish(child)?;
    let (result, mut figures) = parse(&report)?;
    figures.most = server.map(Server::stop).transpose()?;
    let expected = match job {
        Job::Network => job::messages(count),
        Job::Compute => job::results(count),
    };
    if result != expected {
        return Err(io::Error::other(format!(
            "the result is {result}, not {expected}"
        )));
    }
    Ok(figures)
}

/// What a process prints, which has to end well and in time.
fn finish(mut child: Child) -> io::Result<String> {
    let start = Instant::now();
    while child.try_wait()?.is_none() {
        if start.elapsed() > LIMIT {
            child.kill()?;
            child.wait()?;
            return Err(io::Error::other(format!(
                "not done after {} s",
                LIMIT.as_secs()
            )));
        }
        thread::sleep(Duration::from_millis(2));
    }
    let output = child.wait_with_output()?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let errors = String::from_utf8_lossy(&output.stderr);
        // Of a panic, the message.
        let mut lines = errors.lines().filter(|line| !line.starts_with("note:"));
        Err(io::Error::other(match lines.next_back() {
            Some(line) => line.trim_start_matches("models: ").to_owned(),
            None => output.status.to_string(),
        }))
    }
}

/// Does a job in this process, and prints a report.
pub(crate) fn measure(model: usize, count: usize, port: Option<u16>) -> io::Result<()> {
    let model = &MODELS[model];
    let order = port.map(|port| Order::new(port, job::delay(count)));
    let before = memory("VmRSS:")?;
    let (processor, switches) = used()?;
    let start = Instant::now();
    let result = match order {
        Some(order) => (model.fetch_all)(order, count)?,
        None => (model.compute_all)(count)?,
    };
    let wall = start.elapsed();
    let (processor_after, switches_after) = used()?;
    let peak = memory("VmHWM:")?;
    let figures = Figures {
        wall,
        processor: processor_after - processor,
        peak,
        growth: peak.saturating_sub(before),
        switches: switches_after - switches,
        most: None,
    };
    println!("{result} {figures}");
    Ok(())
}

impl fmt::Display for Figures {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (wall, processor) = (self.wall.as_nanos(), self.processor.as_nanos());
        let Figures {
            peak,
            growth,
            switches,
            ..
        } = self;
        write!(formatter, "{wall} {processor} {peak} {growth} {switches}")
    }
}

fn parse(report: &str) -> io::Result<(u64, Figures)> {
    let numbers: Option<Vec<u64>> = report
        .split_whitespace()
        .map(|word| word.parse().ok())
        .collect();
    match numbers.as_deref() {
        Some(&[result, wall, processor, peak, growth, switches]) => {
            let figures = Figures {
                wall: Duration::from_nanos(wall),
                processor: Duration::from_nanos(processor),
                peak,
                growth,
                switches,
                most: None,
            };
            Ok((result, figures))
        }
        _ => Err(io::Error::other(format!("the process reports {report:?}"))),
    }
}

/// A line of `/proc/self/status`, in bytes.
fn memory(label: &str) -> io::Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(label));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kibibytes
        .map(|kibibytes| kibibytes * 1024)
        .ok_or_else(|| io::Error::other(format!("the kernel does not tell `{label}`")))
}

/// The processor time and the context switches of this process so far.
fn used() -> io::Result<(Duration, u64)> {
    let mut usage = MaybeUninit::<libc::rusage>::uninit();
    // SAFETY: the kernel writes a whole `rusage` there, if it does not fail.
    let usage = unsafe {
        if libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()) != 0 {
            return Err(io::Error::last_os_error());
        }
        usage.assume_init()
    };
    let duration = |time: libc::timeval| {
        let seconds = Duration::from_secs(time.tv_sec.unsigned_abs());
        seconds + Duration::from_micros(time.tv_usec.unsigned_abs())
    };
    let switches = usage.ru_nvcsw.unsigned_abs() + usage.ru_nivcsw.unsigned_abs();
    Ok((
        duration(usage.ru_utime) + duration(usage.ru_stime),
        switches,
    ))
}
