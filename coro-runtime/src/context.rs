//! Which runtime is current on this thread.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use crate::executor::Executor;
use crate::multi::Worker;
use crate::shared::Shared;
use crate::task::Runnable;

thread_local! {
    /// The runtime that is entered on this thread. Set while it runs, so two runtimes on two
    /// threads, or one inside the other, never see each other.
    static CURRENT: RefCell<Option<Current>> = const { RefCell::new(None) };
}

/// A runtime, as seen from a thread that is inside of it.
#[derive(Clone)]
pub(crate) enum Current {
    /// The thread of a current-thread runtime.
    Executor(Rc<Executor>),
    /// A worker of a multi-thread runtime.
    Worker(Rc<Worker>),
    /// A thread that is inside of a runtime and does not run its tasks.
    Outside(Arc<Shared>),
}

impl Current {
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        match self {
            Current::Executor(executor) => &executor.shared,
            Current::Worker(worker) => worker.shared(),
            Current::Outside(shared) => shared,
        }
    }
}

/// Makes a runtime current until the guard is dropped.
pub(crate) fn enter(current: Current) -> Entered {
    Entered {
        previous: CURRENT.with(|slot| slot.replace(Some(current))),
    }
}

/// Restores what was current before; made by [`enter`].
pub(crate) struct Entered {
    previous: Option<Current>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        let previous = self.previous.take();
        let left = CURRENT.try_with(|current| current.replace(previous));
        // Outside of the borrow: this may be the executor's last owner.
        drop(left);
    }
}

/// The runtime that is entered on this thread.
pub(crate) fn current() -> Option<Current> {
    CURRENT.try_with(|current| current.borrow().clone()).ok()?
}

/// The shared part of the runtime that is entered on this thread.
pub(crate) fn shared() -> Option<Arc<Shared>> {
    with_shared(Arc::clone)
}

/// Calls `f`, which runs no foreign code, with the shared part of the runtime that is entered
/// on this thread.
pub(crate) fn with_shared<R>(f: impl FnOnce(&Arc<Shared>) -> R) -> Option<R> {
    let with = |current: &RefCell<Option<Current>>| {
        let current = current.borrow();
        current.as_ref().map(|current| f(current.shared()))
    };
    CURRENT.try_with(with).ok()?
}

/// The scheduler that runs tasks on this thread, as an address to compare.
pub(crate) fn executor() -> Option<usize> {
    let address = |current: &RefCell<Option<Current>>| match current.borrow().as_ref()? {
        Current::Executor(executor) => Some(Rc::as_ptr(executor).addr()),
        Current::Worker(worker) => Some(Rc::as_ptr(worker).addr()),
        Current::Outside(_) => None,
    };
    CURRENT.try_with(address).ok()?
}

/// Queues a task of this thread's own queue, or hands back any other.
pub(crate) fn push(runnable: Runnable) -> Result<(), Runnable> {
    let mut runnable = Some(runnable);
    let _ = CURRENT.try_with(|current| {
        runnable = match &*current.borrow() {
            Some(Current::Executor(executor)) => executor.tasks.push(runnable.take()?).err(),
            Some(Current::Worker(worker)) => worker.push(runnable.take()?).err(),
            Some(Current::Outside(_)) | None => return None,
        };
        Some(())
    });
    runnable.map_or(Ok(()), Err)
}
