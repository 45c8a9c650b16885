//! Which runtime is current on this thread.

use std::cell::RefCell;
use std::mem::ManuallyDrop;
use std::rc::Rc;
use std::sync::Arc;

use crate::executor::Executor;
use crate::multi::Worker;
use crate::shared::Shared;
use crate::task::Runnable;

thread_local! {
    /// The runtime that is entered on this thread. Set while it runs, so two runtimes on two
    /// threads, or one inside the other, never see each other.
    ///
    /// It has no destructor, for which each access would have to look whether it has run. Nothing
    /// is left in it but by a guard that is forgotten, or dropped out of turn.
    static CURRENT: RefCell<ManuallyDrop<Option<Current>>> =
        const { RefCell::new(ManuallyDrop::new(None)) };
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
        previous: replace(Some(current)),
    }
}

/// Restores what was current before; made by [`enter`].
pub(crate) struct Entered {
    previous: Option<Current>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        let left = replace(self.previous.take());
        // Outside of the borrow: this may be the executor's last owner.
        drop(left);
    }
}

fn replace(current: Option<Current>) -> Option<Current> {
    let previous = CURRENT.replace(ManuallyDrop::new(current));
    ManuallyDrop::into_inner(previous)
}

/// The runtime that is entered on this thread.
pub(crate) fn current() -> Option<Current> {
    CURRENT.with_borrow(|current| Option::clone(current))
}

/// The shared part of the runtime that is entered on this thread.
pub(crate) fn shared() -> Option<Arc<Shared>> {
    with_shared(Arc::clone)
}

/// Calls `f`, which runs no foreign code, with the shared part of the runtime that is entered
/// on this thread.
pub(crate) fn with_shared<R>(f: impl FnOnce(&Arc<Shared>) -> R) -> Option<R> {
    CURRENT.with_borrow(|current| Some(f(Option::as_ref(current)?.shared())))
}

/// The scheduler that runs tasks on this thread, as an address to compare.
pub(crate) fn executor() -> Option<usize> {
    CURRENT.with_borrow(|current| match Option::as_ref(current)? {
        Current::Executor(executor) => Some(Rc::as_ptr(executor).addr()),
        Current::Worker(worker) => Some(Rc::as_ptr(worker).addr()),
        Current::Outside(_) => None,
    })
}

/// Whether this thread runs the tasks of this runtime.
pub(crate) fn runs(shared: &Arc<Shared>) -> bool {
    CURRENT.with_borrow(|current| match &**current {
        Some(Current::Executor(executor)) => Arc::ptr_eq(&executor.shared, shared),
        Some(Current::Worker(worker)) => Arc::ptr_eq(worker.shared(), shared),
        Some(Current::Outside(_)) | None => false,
    })
}

/// Queues a task of this thread's own queue, or hands back any other.
pub(crate) fn push(runnable: Runnable) -> Result<(), Runnable> {
    CURRENT.with_borrow(|current| match &**current {
        Some(Current::Executor(executor)) => executor.tasks.push(runnable),
        Some(Current::Worker(worker)) => worker.push(runnable),
        Some(Current::Outside(_)) | None => Err(runnable),
    })
}
