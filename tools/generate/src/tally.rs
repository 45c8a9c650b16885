//! What has been found so far.
use crate::program::Program;
use crate::trial::{Outcome, Verdict};
use std::collections::BTreeMap;
use std::fmt::Write;

#[derive(Clone)]
pub(crate) struct Failure {
    pub(crate) number: usize,
    pub(crate) kind: String,
    pub(crate) program: Program,
    pub(crate) verdict: Verdict,
}

#[derive(Default)]
pub(crate) struct Tally {
    bodies: usize,
    same: usize,
    idle: BTreeMap<String, usize>,
    rejected: BTreeMap<String, usize>,
    failures: Vec<Failure>,
    /// The sum of the logarithms of ours / rustc's size.
    ratios: f64,
}

impl Tally {
    /// The failure, if it is one.
    pub(crate) fn add(
        &mut self,
        number: usize,
        program: &Program,
        verdict: Verdict,
    ) -> Option<&Failure> {
        self.bodies += 1;
        match &verdict {
            Verdict::Rejected { kind, .. } => {
                *self.rejected.entry(kind.clone()).or_default() += 1;
            }
            Verdict::Ran(Outcome::Idle(reason)) => {
                *self.idle.entry(reason.clone()).or_default() += 1;
            }
            Verdict::Ran(Outcome::Same { rustc, ours }) => {
                self.same += 1;
                #[expect(clippy::cast_precision_loss, reason = "sizes are small")]
                let ratio = *ours as f64 / *rustc as f64;
                self.ratios += ratio.ln();
            }
            Verdict::Refused { .. } | Verdict::Ran(_) => {}
        }
        let kind = verdict.failure()?;
        self.failures.push(Failure {
            number,
            kind,
            program: program.clone(),
            verdict,
        });
        self.failures.last()
    }

    /// Nothing behaves differently or is larger. What is refused is refused at compile time,
    /// which does no harm.
    pub(crate) fn is_well(&self) -> bool {
        self.failures
            .iter()
            .all(|failure| matches!(failure.verdict, Verdict::Refused { .. }))
    }

    pub(crate) fn line(&self) -> String {
        let rejected: usize = self.rejected.values().sum();
        let idle: usize = self.idle.values().sum();
        format!(
            "{} bodies: {} the same, {rejected} rejected by rustc, {idle} no tests, {} failures",
            self.bodies,
            self.same,
            self.failures.len()
        )
    }

    pub(crate) fn summary(&self) -> String {
        let mut text = String::new();
        let mut list = |title: &str, counts: &BTreeMap<String, usize>| {
            let mut counts: Vec<_> = counts.iter().collect();
            counts.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
            for (kind, count) in counts {
                writeln!(text, "{title}: {count} times: {kind}")
                    .expect("a string can be written to");
            }
        };
        list("rejected by rustc", &self.rejected);
        list("no test", &self.idle);
        let mut failures = BTreeMap::new();
        for failure in &self.failures {
            *failures.entry(failure.kind.clone()).or_default() += 1;
        }
        list("failure", &failures);
        #[expect(clippy::cast_precision_loss, reason = "numbers are small")]
        let mean = (self.ratios / self.same.max(1) as f64).exp();
        write!(text, "size: {mean:.3} times rustc's in the geometric mean")
            .expect("a string can be written to");
        text
    }

    /// At most so many of each kind, the smallest first.
    pub(crate) fn failures_to_show(&self, most: usize, only: &str) -> Vec<&Failure> {
        let mut sorted: Vec<&Failure> = self
            .failures
            .iter()
            .filter(|failure| failure.kind.contains(only))
            .collect();
        sorted.sort_by_key(|failure| failure.program.size());
        let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
        sorted.retain(|failure| {
            let count = shown.entry(&failure.kind).or_default();
            *count += 1;
            *count <= most
        });
        sorted
    }
}
