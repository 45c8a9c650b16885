//! A task that a thread of the blocking pool runs, once and to the end.

use std::future::Future;
use std::pin::Pin;
use std::ptr::NonNull;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::cell::{self, Header};
use super::join::JoinHandle;
use super::set::{complete, end};
use crate::context::{self, Current};
use crate::shared::Shared;

/// Makes a task of `work`, which the caller hands to a thread.
pub(crate) fn blocking<F, T>(shared: &Arc<Shared>, work: F) -> (BlockingTask, JoinHandle<T>)
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    shared.blocking.begin();
    let header = cell::allocate(Arc::clone(shared), Call(Some(work)));
    // SAFETY: a new task has a reference for its join handle and one for its owner, which is
    // the blocking task. SCHEDULED stays set until it runs, so no abort queues it elsewhere.
    (BlockingTask(header), unsafe { JoinHandle::new(header) })
}

/// The right to run the task, and its owner. Dropping it cancels the task.
pub(crate) struct BlockingTask(NonNull<Header>);

// SAFETY: the work and its output are `Send`, and the rest of a task is made for sharing.
unsafe impl Send for BlockingTask {}

impl BlockingTask {
    /// Does the work, inside of its runtime, unless the task was aborted. A panic goes to the
    /// joiner.
    pub(crate) fn run(self) {
        let header = self.0;
        std::mem::forget(self);
        // SAFETY: the owner's reference, which is ours, keeps the task alive.
        let task = unsafe { header.as_ref() };
        let _ended = Ended(Arc::clone(&task.shared));
        let _current = context::enter(Current::Outside(Arc::clone(&task.shared)));
        let started = task.state.start();
        // SAFETY: `start` has set RUNNING, and the work may run on any thread. It is ready at
        // its first poll, so the stage holds the output, and our reference is given up.
        unsafe {
            if started.is_cancelled() {
                (task.table.cancel)(header);
            } else {
                let ended = (task.table.poll)(header, Waker::noop());
                debug_assert!(ended, "a call is ready at once");
            }
            complete(header);
        }
    }
}

impl Drop for BlockingTask {
    fn drop(&mut self) {
        // SAFETY: the owner's reference, which is ours, keeps the task alive.
        let _ended = Ended(Arc::clone(&unsafe { self.0.as_ref() }.shared));
        // SAFETY: the work may be dropped on any thread; the owner's reference is ours, and
        // the task was not run, for `run` forgets its owner.
        unsafe { end(self.0) };
    }
}

/// Tells the runtime that the task has ended, after its joiner was woken.
struct Ended(Arc<Shared>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.blocking_ended();
    }
}

/// A call as a future.
struct Call<F>(Option<F>);

impl<F> Unpin for Call<F> {}

impl<F: FnOnce() -> T, T> Future for Call<F> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<T> {
        let work = self.0.take().expect("a call is polled once");
        Poll::Ready(work())
    }
}
