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

/// Makes one poll under a fresh budget.
pub(crate) fn limit<R>(poll: impl FnOnce() -> R) -> R {
    /// Restores the outer budget, also when a poll unwinds.
    struct Restore(Option<u32>);
    impl Drop for Restore {
        fn drop(&mut self) {
            BUDGET.set(self.0);
        }
    }
    let _restore = Restore(BUDGET.replace(Some(OPERATIONS)));
    poll()
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
