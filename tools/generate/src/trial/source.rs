//! A batch as one file.
use crate::program::Program;
use std::fmt::Write;

pub(super) struct Source {
    pub(super) text: String,
    /// The first line of each program, in order, and its number.
    pub(super) starts: Vec<(usize, usize)>,
}

impl Source {
    /// The program that a line belongs to. Lines count from one.
    pub(super) fn program_at(&self, line: usize) -> Option<usize> {
        let after = self.starts.partition_point(|&(start, _)| start <= line);
        Some(self.starts[after.checked_sub(1)?].1)
    }
}

/// The programs of the list: for rustc alone, or for both.
pub(super) fn write(programs: &[Program], list: &[usize], ours: bool) -> Source {
    let mut text = "#![allow(warnings)]\nmod harness;\nuse harness::common;\n".to_owned();
    let mut starts = Vec::new();
    for &number in list {
        starts.push((text.lines().count() + 1, number));
        body(&mut text, &programs[number], number, ours);
    }
    text.push_str("fn main() {\n    harness::run(&[\n");
    if ours {
        for number in list {
            writeln!(text, "        (\"{number}\", body_{number}::compare),")
                .expect("a string can be written to");
        }
    }
    text.push_str("    ]);\n}\n");
    Source { text, starts }
}

fn body(text: &mut String, program: &Program, number: usize, ours: bool) {
    let start = program.start();
    let module = |name: &str, items: &str| {
        format!(
            "pub mod {name} {{
use crate::common::*;
use crate::common::ProbeFallback as _;
{items}
pub fn start_subject(log: &Log) -> Subject<'_> {{
    let future = {start};
    let is_send = Probe::of(&future).is_send();
    Subject::new(future, is_send)
}}
}}
"
        )
    };
    writeln!(text, "mod body_{number} {{").expect("a string can be written to");
    text.push_str(&module("rustc", &program.plain_items()));
    if ours {
        text.push_str(&module("ours", &program.items()));
        writeln!(
            text,
            "pub fn compare() -> Result<(), String> {{
    crate::common::compare(\"{number}\", rustc::start_subject, ours::start_subject,
        crate::common::Claims {{ call: \"body(log)\", bigger: Some(\"\") }})
}}"
        )
        .expect("a string can be written to");
    }
    text.push_str("}\n");
}
