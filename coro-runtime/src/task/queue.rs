//! The two queues of tasks that are ready to run. Both are chains through the tasks
//! themselves: queueing never allocates.

use std::cell::Cell;
use std::ptr::{self, NonNull};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

use super::cell::Header;
use crate::shared::Shared;

/// The right, and the duty, to put a task that was woken into a queue.
///
/// There is at most one for each task: whoever sets SCHEDULED has it. Dropping it where the
/// queues are closed is fine, since nothing runs there any more.
#[must_use = "a task that is woken and not queued never runs again"]
pub(crate) struct Runnable(NonNull<Header>);

// SAFETY: a runnable may be carried to another thread: it touches only the state, the queue
// link (which is its own) and the shared part of the runtime, never the future.
unsafe impl Send for Runnable {}

impl Runnable {
    /// # Safety
    ///
    /// The caller has just set SCHEDULED, and the task lives until the runnable is queued.
    pub(super) unsafe fn new(header: NonNull<Header>) -> Runnable {
        Runnable(header)
    }

    /// Whether its task was made by this runtime.
    pub(crate) fn belongs_to(&self, shared: &Arc<Shared>) -> bool {
        // SAFETY: whoever holds a runnable keeps its task alive.
        Arc::ptr_eq(&unsafe { self.0.as_ref() }.shared, shared)
    }

    pub(super) fn header(&self) -> NonNull<Header> {
        self.0
    }
}

/// The executor's own queue, first in, first out. Used by one thread only.
///
/// What is in the queue when a round begins is the round; what is pushed meanwhile waits for the
/// next one.
#[derive(Default)]
pub(super) struct LocalQueue {
    round: Cell<Option<NonNull<Header>>>,
    first: Cell<Option<NonNull<Header>>>,
    /// The last of those that wait for the next round. Means nothing when there is no first.
    last: Cell<Option<NonNull<Header>>>,
}

impl LocalQueue {
    pub(super) fn is_empty(&self) -> bool {
        self.round.get().is_none() && self.first.get().is_none()
    }

    /// Begins a round, unless one is under way, which a panic has interrupted.
    pub(super) fn start_round(&self) {
        if self.round.get().is_none() {
            self.round.set(self.first.take());
        }
    }

    pub(super) fn push(&self, runnable: Runnable) {
        let header = runnable.header();
        // SAFETY: the runnable gives us the link; a task in a queue is alive.
        unsafe { *header.as_ref().queue_link.get() = None };
        match (self.first.get(), self.last.replace(Some(header))) {
            // SAFETY: the last task is in this queue, so it is alive and its link is ours.
            (Some(_), Some(last)) => unsafe { *last.as_ref().queue_link.get() = Some(header) },
            _ => self.first.set(Some(header)),
        }
    }

    /// Takes the next task of the round.
    pub(super) fn pop(&self) -> Option<Runnable> {
        let header = self.round.get()?;
        // SAFETY: the task is in this queue, so it is alive and its link is ours.
        self.round.set(unsafe { *header.as_ref().queue_link.get() });
        Some(Runnable(header))
    }

    pub(super) fn clear(&self) {
        self.round.set(None);
        self.first.set(None);
    }
}

/// The queue through which other threads hand tasks to the executor.
///
/// A stack: a push is one compare-and-swap, and the executor takes the whole of it at once
/// with one swap and turns it round. As nobody takes a single task, none can come back
/// between a read and a compare-and-swap (no ABA).
pub(crate) struct Inject {
    head: AtomicPtr<Header>,
    has_set: AtomicBool,
}

/// The head of a closed stack: an address that no task has.
fn closed() -> *mut Header {
    ptr::without_provenance_mut(1)
}

impl Inject {
    pub(crate) fn new() -> Inject {
        Inject {
            head: AtomicPtr::new(ptr::null_mut()),
            has_set: AtomicBool::new(false),
        }
    }

    /// Whether there is nothing to take. Sequentially consistent, for the parking protocol.
    pub(crate) fn is_empty(&self) -> bool {
        let head = self.head.load(Ordering::SeqCst);
        head.is_null() || head == closed()
    }

    /// Queues a task, or hands it back when the queue is closed.
    pub(crate) fn push(&self, runnable: Runnable) -> Result<(), Runnable> {
        let header = runnable.header();
        let mut head = self.head.load(Ordering::Relaxed);
        loop {
            if head == closed() {
                return Err(runnable);
            }
            // SAFETY: the runnable gives us the link, and its holder keeps the task alive.
            unsafe { *header.as_ref().queue_link.get() = NonNull::new(head) };
            let pushed = self.head.compare_exchange_weak(
                head,
                header.as_ptr(),
                Ordering::SeqCst,
                Ordering::Relaxed,
            );
            match pushed {
                Ok(_) => return Ok(()),
                Err(current) => head = current,
            }
        }
    }

    /// Claims the queue for the one set of tasks that may take from it.
    pub(super) fn claim(&self) {
        let taken = self.has_set.swap(true, Ordering::Relaxed);
        assert!(!taken, "a runtime has one set of tasks");
    }

    /// Takes everything, oldest first.
    pub(super) fn take(&self) -> Taken {
        // The load spares an empty queue the locked instruction of the swap.
        if self.is_empty() {
            return Taken(None);
        }
        Taken::reversed(self.head.swap(ptr::null_mut(), Ordering::SeqCst))
    }

    /// Takes everything, and refuses what comes later.
    pub(super) fn close(&self) -> Taken {
        let head = self.head.swap(closed(), Ordering::SeqCst);
        if head == closed() {
            return Taken(None);
        }
        Taken::reversed(head)
    }
}

/// A chain of tasks that were taken from an [`Inject`].
pub(super) struct Taken(Option<NonNull<Header>>);

impl Taken {
    fn reversed(head: *mut Header) -> Taken {
        let mut rest = NonNull::new(head);
        let mut oldest = None;
        while let Some(header) = rest {
            // SAFETY: the chain was taken, so its tasks are alive and their links are ours.
            unsafe {
                let link = header.as_ref().queue_link.get();
                rest = *link;
                *link = oldest;
            }
            oldest = Some(header);
        }
        Taken(oldest)
    }
}

impl Iterator for Taken {
    type Item = Runnable;

    fn next(&mut self) -> Option<Runnable> {
        let header = self.0?;
        // SAFETY: as in `reversed`.
        self.0 = unsafe { *header.as_ref().queue_link.get() };
        Some(Runnable(header))
    }
}
