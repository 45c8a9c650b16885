//! A batch as one file.
//!
//! ```text
//!   mod rustc {                 what bodies can name, without the attribute
//!       mod body_7 { … }        a body, and how to start it
//!   }
//!   mod ours { … }              the same with the attribute; only if both sides are compiled
//!   fn main() { … }
//! ```
use crate::program::{self, Program};
use std::fmt::Write;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Side {
    Rustc,
    Ours,
}

pub(super) struct Source {
    pub(super) text: String,
    /// The first line of each part, in order, and whose it is.
    starts: Vec<(usize, Option<(Side, usize)>)>,
}

impl Source {
    /// The program that a line belongs to, and on which side. Lines count from one.
    pub(super) fn owner(&self, line: usize) -> Option<(Side, usize)> {
        let after = self.starts.partition_point(|&(start, _)| start <= line);
        self.starts[after.checked_sub(1)?].1
    }

    fn start(&mut self, owner: Option<(Side, usize)>) {
        self.starts.push((self.text.lines().count() + 1, owner));
    }

    fn side(&mut self, side: Side, programs: &[Program], list: &[usize]) {
        let (name, seen): (_, fn(&str) -> String) = match side {
            Side::Rustc => ("rustc", program::without_attribute),
            Side::Ours => ("ours", str::to_owned),
        };
        let is_send = format!("{name}_is_send");
        self.start(None);
        self.line(&format!(
            "mod {name} {{\nuse crate::common::*;\n{}",
            seen(&program::surroundings())
        ));
        for &number in list {
            let program = &programs[number];
            self.start(Some((side, number)));
            self.line(&format!(
                "pub mod body_{number} {{
use super::*;
use crate::common::ProbeFallback as _;
{}
pub fn start_subject(log: &Log) -> Subject<'_> {{
    let future = {};
    let is_send = crate::harness::{is_send}(Probe::of(&future).is_send());
    Subject::new(future, is_send)
}}
}}",
                seen(&program.function()),
                program.start(),
            ));
        }
        self.start(None);
        self.line("}");
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }
}

/// The programs of the list: for rustc alone, or for both.
pub(super) fn write(programs: &[Program], list: &[usize], both: bool) -> Source {
    let mut source = Source {
        text: "#![allow(warnings)]\nmod harness;\nuse harness::common;\n".to_owned(),
        starts: Vec::new(),
    };
    source.side(Side::Rustc, programs, list);
    let mut table = String::new();
    if both {
        source.side(Side::Ours, programs, list);
        for number in list {
            writeln!(
                table,
                "        (\"{number}\", rustc::body_{number}::start_subject, ours::body_{number}::start_subject),"
            )
            .expect("a string can be written to");
        }
    }
    source.line(&format!(
        "fn main() {{\n    harness::run(&[\n{table}    ]);\n}}"
    ));
    source
}
