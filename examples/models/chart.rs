//! The figures as a picture: a row for each job, a panel for each figure, a bar for each run.

use std::fmt::Write;

use crate::job;
use crate::measure::{Figures, Job, Run};
use crate::models::MODELS;
use crate::table::{each, mebibytes, milliseconds, thousands};

const WIDTH: f64 = 1280.0;
const MARGIN: f64 = 20.0;
/// Of the names of the models.
const NAMES: f64 = 120.0;
/// Of a panel, of which the last part is for the figures behind the bars.
const PANEL: f64 = 222.0;
const FIGURES: f64 = 72.0;
const BAR: f64 = 12.0;
const GAP: f64 = 10.0;
const HEADING: f64 = 64.0;
const TOP: f64 = 72.0;

/// From few units to many.
const COLOURS: [&str; 5] = ["#9ecae1", "#4292c6", "#08519c", "#08306b", "#041c40"];

/// What a panel shows: its title, the height of a bar, and the text behind it.
struct Panel {
    title: &'static str,
    value: fn(&Run, &Figures) -> Option<u64>,
    text: fn(u64) -> String,
}

const PANELS: [Panel; 5] = [
    Panel {
        title: "wall time",
        value: |_, figures| Some(nanoseconds(figures.wall)),
        text: |value| milliseconds(std::time::Duration::from_nanos(value)),
    },
    Panel {
        title: "processor time",
        value: |_, figures| Some(nanoseconds(figures.processor)),
        text: |value| milliseconds(std::time::Duration::from_nanos(value)),
    },
    Panel {
        title: "context switches",
        value: |_, figures| Some(figures.switches),
        text: thousands,
    },
    Panel {
        title: "peak memory of the process",
        value: |_, figures| Some(figures.peak),
        text: mebibytes,
    },
    Panel {
        title: "memory of one of many",
        value: |run, _| each(run),
        text: |value| format!("{} bytes", thousands(value)),
    },
];

fn nanoseconds(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// A document of its own.
pub(crate) fn svg(counts: &[usize], runs: &[Run]) -> String {
    // A name needs two lines.
    let group = (counts.len() as f64 * BAR).max(28.0) + GAP;
    let row = HEADING + MODELS.len() as f64 * group;
    let height = TOP + 2.0 * row + MARGIN;
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         width=\"{WIDTH}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"11\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>"
    );
    text(
        &mut out,
        MARGIN,
        30.0,
        "Six ways to do the same two jobs",
        "font-size=\"20\"",
    );
    text(
        &mut out,
        MARGIN,
        50.0,
        "Each bar is a process of its own. Shorter is better. The scales are logarithmic, with a line for \
         each power of ten. The lines of code are those of both jobs.",
        GREY,
    );
    legend(&mut out, counts);
    for (index, job) in [Job::Network, Job::Compute].into_iter().enumerate() {
        let y = TOP + index as f64 * row;
        let runs: Vec<_> = runs.iter().filter(|run| run.job == job).collect();
        text(
            &mut out,
            MARGIN,
            y + 24.0,
            &heading(job),
            "font-size=\"14\" font-weight=\"bold\"",
        );
        let y = y + HEADING;
        names(&mut out, y, group);
        for (column, panel) in PANELS.iter().enumerate() {
            let x = MARGIN + NAMES + column as f64 * PANEL;
            draw(&mut out, panel, (x, y), group, counts, &runs);
        }
    }
    out.push_str("</svg>\n");
    out
}

const GREY: &str = "fill=\"#666\"";

fn heading(job: Job) -> String {
    match job {
        Job::Network => {
            "Clients: a request each, to a server that answers after 0.25 ms for each client, and 250 ms at least"
                .to_owned()
        }
        Job::Compute => format!(
            "Computations: {} times each, about 0.2 µs of work before it gives way to the others",
            job::ROUNDS
        ),
    }
}

fn legend(out: &mut String, counts: &[usize]) {
    let mut x = WIDTH - MARGIN - counts.len() as f64 * 90.0;
    text(out, x - 90.0, 30.0, "at a time:", "font-size=\"12\"");
    for (count, colour) in counts.iter().zip(COLOURS.iter().cycle()) {
        rectangle(out, (x, 20.0), 14.0, colour);
        text(
            out,
            x + 20.0,
            30.0,
            &thousands(*count as u64),
            "font-size=\"12\"",
        );
        x += 90.0;
    }
}

fn names(out: &mut String, y: f64, group: f64) {
    for (index, model) in MODELS.iter().enumerate() {
        let y = y + index as f64 * group + (group - GAP) / 2.0 - 2.0;
        text(out, MARGIN, y, model.name, "font-size=\"12\"");
        text(
            out,
            MARGIN,
            y + 13.0,
            &format!("{} lines", model.lines()),
            GREY,
        );
    }
}

fn draw(
    out: &mut String,
    panel: &Panel,
    (x, y): (f64, f64),
    group: f64,
    counts: &[usize],
    runs: &[&Run],
) {
    text(out, x, y - 12.0, panel.title, "font-size=\"12\"");
    let value = |run: &Run| (panel.value)(run, run.outcome.as_ref().ok()?);
    let values = runs
        .iter()
        .filter_map(|run| value(run))
        .filter(|value| *value > 0);
    let (least, most) = (values.clone().min(), values.max());
    // From half of the least, so that each has a bar.
    let from = (least.unwrap_or(1) as f64 / 2.0).log10();
    let to = (most.unwrap_or(1) as f64).log10();
    let scale = (PANEL - FIGURES) / (to - from);
    let bottom = y + MODELS.len() as f64 * group - GAP;
    for decade in (from.ceil() as i32)..=(to.floor() as i32) {
        let x = x + (f64::from(decade) - from) * scale;
        let _ = writeln!(
            out,
            "<path d=\"M{x:.1} {y:.1}V{bottom:.1}\" stroke=\"#ddd\"/>"
        );
    }
    for run in runs {
        let Some(place) = counts.iter().position(|count| *count == run.count) else {
            continue;
        };
        let y = y + run.model as f64 * group + place as f64 * BAR;
        let (length, figure) = match value(run) {
            Some(0) => (0.0, "0".to_owned()),
            Some(value) => {
                let length = ((value as f64).log10() - from) * scale;
                (length, (panel.text)(value))
            }
            None if run.outcome.is_err() => (0.0, "not measured".to_owned()),
            None => continue,
        };
        rectangle(out, (x, y), length, COLOURS[place % COLOURS.len()]);
        text(
            out,
            x + length + 4.0,
            y + BAR - 3.0,
            &figure,
            "font-size=\"10\"",
        );
    }
}

fn rectangle(out: &mut String, (x, y): (f64, f64), width: f64, colour: &str) {
    let height = BAR - 1.5;
    let _ = writeln!(
        out,
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height}\" fill=\"{colour}\"/>"
    );
}

fn text(out: &mut String, x: f64, y: f64, text: &str, style: &str) {
    let _ = writeln!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" {style}>{text}</text>");
}
