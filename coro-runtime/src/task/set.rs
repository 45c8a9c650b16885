//! All tasks of an executor that are not completed, and the queue of those to run.

use std::cell::Cell;
use std::future::Future;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;
use std::sync::Arc;

use super::cell::{self, Header, Links};
use super::join::JoinHandle;
use super::queue::{LocalQueue, Runnable};
use super::waker;
use crate::shared::Shared;

/// The tasks of one executor. It stays on the thread that made it.
pub(crate) struct TaskSet {
    shared: Arc<Shared>,
    /// The head of a doubly linked list through the tasks. Each holds a reference.
    owned: Cell<Option<NonNull<Header>>>,
    queue: LocalQueue,
    closed: Cell<bool>,
    // Tasks are polled and dropped on one thread only.
    not_send: PhantomData<*const ()>,
}

impl TaskSet {
    /// # Panics
    ///
    /// When the shared part has a set already.
    pub(crate) fn new(shared: Arc<Shared>) -> TaskSet {
        shared.remote().inject.claim();
        TaskSet {
            shared,
            owned: Cell::new(None),
            queue: LocalQueue::default(),
            closed: Cell::new(false),
            not_send: PhantomData,
        }
    }

    /// Whether a task is in the local queue.
    pub(crate) fn has_ready(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Begins a round: [`run_next`](TaskSet::run_next) then runs what is queued now, and nothing
    /// that is queued meanwhile.
    pub(crate) fn start_round(&self) {
        self.queue.start_round();
    }

    /// Makes a task and queues it; when the set is closed, the task is cancelled at once.
    pub(crate) fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let header = cell::allocate(Arc::clone(&self.shared), future);
        // SAFETY: a new task has SCHEDULED set and a reference for its join handle.
        let (runnable, handle) = unsafe { (Runnable::new(header), JoinHandle::new(header)) };
        if self.closed.get() {
            drop(runnable);
            // SAFETY: the task is in no queue and no set, on the only thread that knows it.
            unsafe { end(header) };
        } else {
            self.link(header);
            self.queue.push(runnable);
        }
        handle
    }

    /// Queues a task of this set, or hands back one of another.
    pub(crate) fn push(&self, runnable: Runnable) -> Result<(), Runnable> {
        if !runnable.belongs_to(&self.shared) {
            return Err(runnable);
        }
        // A closed set runs nothing; the task is in it and is about to be cancelled.
        if !self.closed.get() {
            self.queue.push(runnable);
        }
        Ok(())
    }

    /// Moves what other threads have injected to the local queue.
    pub(crate) fn take_injected(&self) {
        for runnable in self.shared.remote().inject.take() {
            self.adopt(&runnable);
            self.queue.push(runnable);
        }
    }

    /// Runs the next task of the round. Whether there was one.
    pub(crate) fn run_next(&self) -> bool {
        let Some(runnable) = self.queue.pop() else {
            return false;
        };
        let header = runnable.header();
        // SAFETY: a task in the queue is owned by this set, hence alive until it is unlinked.
        let task = unsafe { header.as_ref() };
        let started = task.state.start();
        let ended = if started.is_cancelled() {
            // SAFETY: this is the set's thread, and `start` has set RUNNING.
            unsafe { (task.table.cancel)(header) };
            true
        } else {
            // SAFETY: as above; the waker does not outlive the poll, nor this set's reference.
            unsafe { (task.table.poll)(header, &waker::borrowed(header)) }
        };
        if ended {
            self.unlink(header);
            // SAFETY: the stage holds the output, and the set's reference is ours to give up.
            unsafe { complete(header) };
        } else if task.state.pause() {
            self.queue.push(runnable);
        }
        true
    }

    /// Cancels every task and refuses new ones. To be called on the way out; twice is fine.
    pub(crate) fn close(&self) {
        self.closed.set(true);
        for runnable in self.shared.remote().inject.close() {
            self.adopt(&runnable);
        }
        // All queued tasks are in the list of owned ones.
        self.queue.clear();
        // A destructor may spawn and wake; neither adds to the list of a closed set.
        while let Some(header) = self.owned.get() {
            self.unlink(header);
            // SAFETY: the task is in no queue, on the set's thread; the set's reference is
            // ours to give up.
            unsafe { end(header) };
        }
    }

    /// Owns a task that was spawned from another thread, when it first gets here.
    fn adopt(&self, runnable: &Runnable) {
        let header = runnable.header();
        // SAFETY: the runnable keeps the task alive, and only this thread looks at the links.
        let links = unsafe { *header.as_ref().owner_links.get() };
        if links.previous == Some(header) {
            self.link(header);
        }
    }

    fn link(&self, header: NonNull<Header>) {
        let next = self.owned.replace(Some(header));
        let links = Links {
            previous: None,
            next,
        };
        // SAFETY: the task and its neighbour are alive, and their links are this thread's.
        unsafe {
            *header.as_ref().owner_links.get() = links;
            if let Some(next) = next {
                (*next.as_ref().owner_links.get()).previous = Some(header);
            }
        }
    }

    fn unlink(&self, header: NonNull<Header>) {
        // SAFETY: the task is linked, so it and its neighbours are alive, and their links are
        // this thread's.
        unsafe {
            let Links { previous, next } = *header.as_ref().owner_links.get();
            match previous {
                Some(previous) => (*previous.as_ref().owner_links.get()).next = next,
                None => self.owned.set(next),
            }
            if let Some(next) = next {
                (*next.as_ref().owner_links.get()).previous = previous;
            }
        }
    }
}

impl Drop for TaskSet {
    fn drop(&mut self) {
        self.close();
    }
}

/// Makes a task on any thread and hands it to its executor; when that has shut down, the
/// task is cancelled at once.
pub(crate) fn spawn_remote<F>(shared: &Arc<Shared>, future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let header = cell::allocate(Arc::clone(shared), future);
    // SAFETY: a new task has SCHEDULED set and a reference for its join handle.
    let (runnable, handle) = unsafe { (Runnable::new(header), JoinHandle::new(header)) };
    let remote = shared.remote();
    match remote.inject.push(runnable) {
        Ok(()) => shared.unpark(remote),
        // SAFETY: the task is in no queue and no set, and nobody else knows it. Its future
        // may be dropped on this thread, because it is `Send`.
        Err(_refused) => unsafe { end(header) },
    }
    handle
}

/// Cancels a task that is in no queue.
///
/// # Safety
///
/// The caller may drop the future on this thread, owns the reference that stands for the
/// set, and the task is in no queue, not running and not completed.
pub(super) unsafe fn end(header: NonNull<Header>) {
    // SAFETY: the caller's reference keeps the task alive.
    let task = unsafe { header.as_ref() };
    task.state.start_cancelled();
    // SAFETY: RUNNING is set, and the caller vouches for the thread.
    unsafe {
        (task.table.cancel)(header);
        complete(header);
    }
}

/// Publishes the output of a task, wakes its joiner and gives the set's reference up.
///
/// # Safety
///
/// The task is RUNNING on this thread, its stage holds the output, and the caller owns the
/// reference that stands for the set.
pub(super) unsafe fn complete(header: NonNull<Header>) {
    // SAFETY: the caller's reference keeps the task alive.
    let task = unsafe { header.as_ref() };
    let snapshot = task.state.complete();
    // What runs here is foreign code, and its panic is not the executor's.
    let _ = catch_unwind(AssertUnwindSafe(|| {
        if !snapshot.has_join_interest() {
            // SAFETY: the handle was gone at completion, so the output is ours.
            unsafe { (task.table.drop_output)(header) };
        } else if snapshot.has_join_waker() {
            // SAFETY: the waker was in place at completion, since when nobody may write it.
            let waker = unsafe { (*task.join_waker.get()).as_ref() };
            if let Some(waker) = waker {
                waker.wake_by_ref();
            }
        }
    }));
    // SAFETY: the reference is the caller's, who hands it over.
    unsafe { cell::release(header) };
}
