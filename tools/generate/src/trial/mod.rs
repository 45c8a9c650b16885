//! What becomes of a batch of programs.
//!
//! ```text
//!   all, as rustc sees them      check until clean; rejected ones are left out
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
use compile::Compiler;
pub(crate) use execute::Outcome;
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
}

impl Laboratory {
    /// Makes a package in the directory, which depends on the checkout at `root`.
    pub(crate) fn open(directory: PathBuf, root: &Path, optimise: bool) -> io::Result<Laboratory> {
        Ok(Laboratory {
            compiler: Compiler::open(directory, root, optimise)?,
        })
    }

    /// One verdict for each program.
    pub(crate) fn judge(&self, programs: &[Program]) -> io::Result<Vec<Verdict>> {
        let mut verdicts: Vec<Option<Verdict>> = vec![None; programs.len()];
        for ours in [false, true] {
            loop {
                let left: Vec<usize> = open(&verdicts);
                if left.is_empty() {
                    break;
                }
                let source = source::write(programs, &left, ours);
                let errors = if ours {
                    self.compiler.build(&source)?
                } else {
                    self.compiler.check(&source)?
                };
                if errors.is_empty() {
                    break;
                }
                for error in errors {
                    let verdict = if ours {
                        Verdict::Refused {
                            kind: error.kind,
                            message: error.message,
                        }
                    } else {
                        Verdict::Rejected {
                            kind: error.kind,
                            message: error.message,
                        }
                    };
                    verdicts[error.program].get_or_insert(verdict);
                }
            }
        }
        let left = open(&verdicts);
        if !left.is_empty() {
            let binary = self.compiler.binary();
            for (program, outcome) in left.iter().zip(execute::run(&binary, &left)?) {
                verdicts[*program] = Some(Verdict::Ran(outcome));
            }
        }
        Ok(verdicts.into_iter().flatten().collect())
    }
}

fn open(verdicts: &[Option<Verdict>]) -> Vec<usize> {
    (0..verdicts.len())
        .filter(|&index| verdicts[index].is_none())
        .collect()
}
