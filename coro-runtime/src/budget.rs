//! How long a task may go on without waiting.
//!
//! A socket whose peer is fast is always ready, and a task that reads it in a loop would
//! never be suspended. So each poll that the executor makes has a budget of operations;
//! when it is spent, the next operation wakes its task and is pending once. Futures that
//! another executor polls have no budget.

use std::cell::Cell;
use std::task::{Context, Poll};

/// How many operations may succeed in one poll.
const OPERATIONS: u32 = 128;

thread_local! {
    /// What is left for the poll under way; `None` outside of our executor.
    static BUDGET: Cell<Option<u32>> = const { Cell::new(None) };
}

/// The budget of the polls that an executor makes. Dropping it restores the one around it.
pub(crate) struct Budget {
    outer: Option<u32>,
}

impl Budget {
    pub(crate) fn new() -> Budget {
        Budget {
            outer: BUDGET.replace(Some(OPERATIONS)),
        }
    }

    /// Gives the poll that comes next all of it again.
    pub(crate) fn renew(&self) {
        BUDGET.set(Some(OPERATIONS));
    }
}

impl Drop for Budget {
    fn drop(&mut self) {
        BUDGET.set(self.outer);
    }
}

/// Spends one operation, or is pending when none is left.
pub(crate) fn poll_spend(context: &mut Context<'_>) -> Poll<()> {
    match BUDGET.get() {
        None => Poll::Ready(()),
        Some(0) => {
            context.waker().wake_by_ref();
            Poll::Pending
        }
        Some(left) => {
            BUDGET.set(Some(left - 1));
            Poll::Ready(())
        }
    }
}
