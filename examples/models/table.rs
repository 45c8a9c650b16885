//! The figures for a terminal, in a form that Markdown understands too.

use std::fmt::Write;
use std::time::Duration;

use crate::job;
use crate::measure::{Figures, Job, Run};
use crate::models::MODELS;

/// With fewer units than this, what one takes is lost in what the process takes.
pub(crate) const MANY: usize = 1000;

/// What the columns mean.
pub(crate) const NOTES: &str = "\
Memory is what is resident, without what the kernel keeps for sockets and threads. The lines are those
of both jobs, without blank ones and comments; OS threads, fibers and `#[coroutine]` share a source,
which counts for each of them, and the callbacks have an event loop of their own.";

/// A table of the runs of one job with one number of units.
pub(crate) fn table(job: Job, count: usize, runs: &[&Run]) -> String {
    let (units, unit) = (thousands(count as u64), unit(job));
    let mut text = match job {
        Job::Network => format!(
            "{units} clients of a server that answers after {}",
            milliseconds(job::delay(count))
        ),
        Job::Compute => format!(
            "{units} computations that give way to each other {} times",
            job::ROUNDS
        ),
    };
    let mut rows = vec![[
        "model".to_owned(),
        "wall".to_owned(),
        "processor".to_owned(),
        "peak memory".to_owned(),
        format!("per {unit}"),
        "context switches".to_owned(),
        "lines".to_owned(),
    ]];
    rows.extend(runs.iter().map(|run| row(run)));
    let widths: Vec<_> = (0..7)
        .map(|column| rows.iter().map(|row| row[column].chars().count()).max())
        .map(Option::unwrap_or_default)
        .collect();
    text.push_str("\n\n");
    for (index, row) in rows.iter().enumerate() {
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let _ = match column {
                0 => write!(text, "| {cell:width$} |"),
                _ => write!(text, " {cell:>width$} |"),
            };
        }
        text.push('\n');
        if index == 0 {
            for (column, width) in widths.iter().enumerate() {
                let line = "-".repeat(width - usize::from(column > 0));
                let _ = match column {
                    0 => write!(text, "| {line} |"),
                    _ => write!(text, " {line}: |"),
                };
            }
            text.push('\n');
        }
    }
    for run in runs {
        if let Some(remark) = remark(run) {
            let _ = writeln!(text, "{}: {remark}", MODELS[run.model].name);
        }
    }
    text
}

/// What the figures of a run do not say.
fn remark(run: &Run) -> Option<String> {
    match &run.outcome {
        Err(reason) => Some(format!("not measured, {reason}")),
        Ok(figures) => {
            let most = figures.most.filter(|most| *most < run.count)?;
            Some(format!(
                "no more than {} at the same time",
                thousands(most as u64)
            ))
        }
    }
}

fn unit(job: Job) -> &'static str {
    match job {
        Job::Network => "client",
        Job::Compute => "computation",
    }
}

fn row(run: &Run) -> [String; 7] {
    let model = &MODELS[run.model];
    let figure = |of: fn(&Figures) -> String| match &run.outcome {
        Ok(figures) => of(figures),
        Err(_) => "–".to_owned(),
    };
    [
        model.name.to_owned(),
        figure(|figures| milliseconds(figures.wall)),
        figure(|figures| milliseconds(figures.processor)),
        figure(|figures| mebibytes(figures.peak)),
        match each(run) {
            Some(bytes) => format!("{} bytes", thousands(bytes)),
            None => "–".to_owned(),
        },
        figure(|figures| thousands(figures.switches)),
        model.lines().to_string(),
    ]
}

/// The memory of one of many units, in bytes.
pub(crate) fn each(run: &Run) -> Option<u64> {
    let figures = run.outcome.as_ref().ok()?;
    (run.count >= MANY).then(|| figures.growth / run.count as u64)
}

pub(crate) fn milliseconds(duration: Duration) -> String {
    let milliseconds = duration.as_secs_f64() * 1e3;
    if milliseconds < 10.0 {
        format!("{milliseconds:.1} ms")
    } else {
        format!("{} ms", thousands(milliseconds.round() as u64))
    }
}

pub(crate) fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}

/// A number with its thousands apart.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
