//! Which runtime is current on this thread.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use crate::executor::{Executor, Shared};
use crate::task::Runnable;

thread_local! {
    /// The executor that runs on this thread. Set while it runs, so two runtimes on two
    /// threads, or one inside the other, never see each other.
    static CURRENT: RefCell<Option<Rc<Executor>>> = const { RefCell::new(None) };
}

/// Makes `executor` current until the guard is dropped.
pub(crate) fn enter(executor: Rc<Executor>) -> Entered {
    Entered {
        previous: CURRENT.with(|current| current.replace(Some(executor))),
    }
}

/// Restores what was current before; made by [`enter`].
pub(crate) struct Entered {
    previous: Option<Rc<Executor>>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        let previous = self.previous.take();
        let left = CURRENT.with(|current| current.replace(previous));
        // Outside of the borrow: this may be the executor's last owner.
        drop(left);
    }
}

/// The executor that runs on this thread.
pub(crate) fn executor() -> Option<Rc<Executor>> {
    CURRENT.try_with(|current| current.borrow().clone()).ok()?
}

/// The shared part of the executor that runs on this thread.
pub(crate) fn shared() -> Option<Arc<Shared>> {
    with_shared(Arc::clone)
}

/// Calls `f`, which runs no foreign code, with the shared part of the executor that runs on
/// this thread.
pub(crate) fn with_shared<R>(f: impl FnOnce(&Arc<Shared>) -> R) -> Option<R> {
    let current = |current: &RefCell<Option<Rc<Executor>>>| {
        let current = current.borrow();
        current.as_ref().map(|executor| f(&executor.shared))
    };
    CURRENT.try_with(current).ok()?
}

/// Queues a task of the current executor, or hands back any other.
pub(crate) fn push(runnable: Runnable) -> Result<(), Runnable> {
    let mut runnable = Some(runnable);
    let _ = CURRENT.try_with(|current| {
        if let Some(executor) = &*current.borrow() {
            runnable = executor.tasks.push(runnable.take()?).err();
        }
        Some(())
    });
    runnable.map_or(Ok(()), Err)
}
