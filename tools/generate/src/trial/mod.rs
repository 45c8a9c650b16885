//! What becomes of a batch of programs.
//!
//! ```text
//!   all, as rustc sees them      check; rejected ones are left out
//!   the rest, for both           build until clean; ours may refuse some
//!   the rest of those            run, compare
//! ```
//!
//! - `source`: the batch as one file, and which line belongs to whom
//! - `compile`: cargo, and whom its errors are about
//! - `execute`: the comparisons, with crashes and endless bodies told apart
mod compile;
mod execute;
mod source;

use crate::program::Program;
pub(crate) use compile::{Build, can_sanitize};
use compile::{Compiler, Error};
pub(crate) use execute::Outcome;
use source::Side;
use std::io;
use std::path::{Path, PathBuf};

/// What is known about a program in the end.
#[derive(Clone, Debug)]
pub(crate) enum Verdict {
    /// rustc does not compile it.
    Rejected { kind: String, message: String },
    /// rustc does, and we do not.
    Refused { kind: String, message: String },
    /// Both run it.
    Ran(Outcome),
}

impl Verdict {
    /// A short name for the failure, which shrinking keeps; nothing if all is well.
    pub(crate) fn failure(&self) -> Option<String> {
        match self {
            Verdict::Rejected { .. } | Verdict::Ran(Outcome::Same { .. } | Outcome::Idle(_)) => {
                None
            }
            Verdict::Refused { kind, .. } => Some(format!("refused: {kind}")),
            Verdict::Ran(Outcome::Different(report)) => {
                let detail = report.split("): ").nth(1).unwrap_or(report);
                let line = detail.lines().next().unwrap_or_default();
                Some(format!("different: {}", compile::without_names(line)))
            }
            Verdict::Ran(Outcome::Larger { .. }) => Some("larger".to_owned()),
            Verdict::Ran(Outcome::Crashed(_)) => Some("crashed".to_owned()),
        }
    }

    pub(crate) fn detail(&self) -> String {
        match self {
            Verdict::Rejected { message, .. } | Verdict::Refused { message, .. } => message.clone(),
            Verdict::Ran(outcome) => outcome.detail(),
        }
    }
}

/// Where programs are tried.
pub(crate) struct Laboratory {
    compiler: Compiler,
    how: Build,
}

impl Laboratory {
    /// Makes a package in the directory, which depends on the checkout at `root`.
    pub(crate) fn open(directory: PathBuf, root: &Path, how: Build) -> io::Result<Laboratory> {
        Ok(Laboratory {
            compiler: Compiler::open(directory, root, how)?,
            how,
        })
    }

    /// One verdict for each program.
    pub(crate) fn judge(&self, programs: &[Program]) -> io::Result<Vec<Verdict>> {
        let mut verdicts: Vec<Option<Verdict>> = vec![None; programs.len()];
        // What rustc rejects costs less to find out without ours. There are two kinds of errors:
        // those of borrows come out when there are none of types.
        for _ in 0..2 {
            let source = source::write(programs, &open(&verdicts), false);
            note(&mut verdicts, self.compiler.check(&source)?);
        }
        loop {
            let left = open(&verdicts);
            if left.is_empty() {
                break;
            }
            let source = source::write(programs, &left, true);
            let errors = self.compiler.build(&source)?;
            if errors.is_empty() {
                break;
            }
            note(&mut verdicts, errors);
        }
        let left = open(&verdicts);
        if !left.is_empty() {
            let binary = self.compiler.binary();
            let outcomes = if self.how.sanitize {
                execute::run_sanitized(&binary, &left)?
            } else {
                execute::run(&binary, &left)?
            };
            for (program, outcome) in left.iter().zip(outcomes) {
                verdicts[*program] = Some(Verdict::Ran(outcome));
            }
        }
        Ok(verdicts.into_iter().flatten().collect())
    }
}

fn note(verdicts: &mut [Option<Verdict>], errors: Vec<Error>) {
    for error in errors {
        let (kind, message) = (error.kind, error.message);
        verdicts[error.program].get_or_insert(match error.side {
            Side::Rustc => Verdict::Rejected { kind, message },
            Side::Ours => Verdict::Refused { kind, message },
        });
    }
}

fn open(verdicts: &[Option<Verdict>]) -> Vec<usize> {
    (0..verdicts.len())
        .filter(|&index| verdicts[index].is_none())
        .collect()
}
