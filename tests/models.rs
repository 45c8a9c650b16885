//! The example `models` does its jobs in all six ways, and draws them.

#[path = "common/example.rs"]
mod example;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const MODELS: [&str; 6] = [
    "OS threads",
    "fibers",
    "callbacks",
    "state machines",
    "#[coroutine]",
    "async fn",
];

fn models(arguments: &[&str]) -> Output {
    let output = Command::new(example::program("models"))
        .args(arguments)
        .output();
    output.expect("the example starts")
}

#[test]
fn ten_of_each_are_measured_and_drawn() {
    let chart = Path::new(env!("CARGO_TARGET_TMPDIR")).join("models.svg");
    let output = models(&["--svg", chart.to_str().expect("a path in Unicode"), "10"]);
    let (text, errors) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{errors}");
    for model in MODELS {
        let rows: Vec<Vec<&str>> = text
            .lines()
            .filter(|line| line.starts_with(&format!("| {model} ")))
            .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
            .collect();
        // One for each job, in which each figure is there but the memory of one of many.
        assert_eq!(rows.len(), 2, "{text}");
        for row in rows {
            for (column, cell) in row.iter().enumerate() {
                assert_eq!(*cell == "–", column == 4, "{model}: {row:?}\n{text}");
            }
        }
    }
    let drawn = fs::read_to_string(&chart).expect("the chart");
    assert!(drawn.starts_with("<svg ") && drawn.ends_with("</svg>\n"));
    for model in MODELS {
        assert_eq!(drawn.matches(&format!(">{model}</text>")).count(), 2);
    }
}

#[test]
fn help_and_mistakes_are_explained() {
    let help = models(&["--help"]);
    assert!(help.status.success());
    assert!(String::from_utf8_lossy(&help.stdout).contains("Usage: models"));
    let mistake = models(&["many"]);
    assert!(!mistake.status.success());
    assert!(String::from_utf8_lossy(&mistake.stderr).contains("`many` is no number"));
}
