//! All tasks of a multi-thread runtime that are not completed.

use std::future::Future;
use std::ptr::NonNull;
use std::sync::{Arc, Mutex};

use super::cell::{self, Header, Links};
use super::join::JoinHandle;
use super::queue::Runnable;
use super::set::{complete, end};
use super::waker;
use crate::multi::NoWorkers;
use crate::shared::Shared;
use crate::sync::lock;

/// Lists under a lock each, so that workers that spawn seldom meet.
const SHARDS: usize = 16;

/// The tasks of all workers. Each holds a counted reference.
pub(crate) struct Owned {
    shards: [Mutex<Shard>; SHARDS],
}

#[derive(Default)]
#[repr(align(64))]
struct Shard {
    first: Option<NonNull<Header>>,
    closed: bool,
}

// SAFETY: the futures of these tasks are `Send`, which `spawn` asks for; their links are
// touched under the shard's lock only.
unsafe impl Send for Shard {}

impl Owned {
    pub(crate) fn new() -> Owned {
        Owned {
            shards: std::array::from_fn(|_| Mutex::default()),
        }
    }

    /// The list of a task, by its address. Allocations differ from the 7th bit on.
    fn shard(&self, header: NonNull<Header>) -> &Mutex<Shard> {
        &self.shards[(header.as_ptr().addr() >> 7) % SHARDS]
    }

    /// Makes a task, which the caller queues. When the runtime has shut down, there is
    /// nothing to queue: the task is cancelled at once.
    pub(crate) fn spawn<F>(
        &self,
        shared: &Arc<Shared>,
        future: F,
    ) -> (Option<Runnable>, JoinHandle<F::Output>)
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let header = cell::allocate(Arc::clone(shared), future);
        // SAFETY: a new task has SCHEDULED set and a reference for its join handle.
        let (runnable, handle) = unsafe { (Runnable::new(header), JoinHandle::new(header)) };
        if self.link(header) {
            return (Some(runnable), handle);
        }
        drop(runnable);
        // SAFETY: the task is in no queue and no list, on the only thread that knows it.
        unsafe { end(header) };
        (None, handle)
    }

    /// Runs a task. It comes back if it is to be queued again.
    ///
    /// To be called with tasks of this list only.
    pub(crate) fn run(&self, runnable: Runnable) -> Option<Runnable> {
        let header = runnable.header();
        // SAFETY: a task with a runnable is owned by this list, hence alive until it is
        // completed, which only the holder of the runnable can do.
        let task = unsafe { header.as_ref() };
        let started = task.state.start();
        let ended = if started.is_cancelled() {
            // SAFETY: the future is `Send`, and `start` has set RUNNING.
            unsafe { (task.table.cancel)(header) };
            true
        } else {
            // SAFETY: as above; the waker does not outlive the poll, nor the list's reference.
            unsafe { (task.table.poll)(header, &waker::borrowed(header)) }
        };
        if ended {
            self.unlink(header);
            // SAFETY: the stage holds the output, and the list's reference is ours to give up.
            unsafe { complete(header) };
            None
        } else {
            task.state.pause().then_some(runnable)
        }
    }

    /// Cancels every task and refuses new ones.
    pub(crate) fn close(&self, _: NoWorkers) {
        for shard in &self.shards {
            lock(shard).closed = true;
            loop {
                let Some(header) = lock(shard).first else {
                    break;
                };
                self.unlink(header);
                // SAFETY: the caller shows that the task is neither queued nor running; it
                // is not completed, since it was in the list, whose reference is ours.
                unsafe { end(header) };
            }
        }
    }

    /// Owns a task, unless the list is closed.
    fn link(&self, header: NonNull<Header>) -> bool {
        let mut shard = lock(self.shard(header));
        if shard.closed {
            return false;
        }
        let next = shard.first.replace(header);
        let links = Links {
            previous: None,
            next,
        };
        // SAFETY: the task and its neighbour are alive, and we hold the lock of their links.
        unsafe {
            *header.as_ref().owner_links.get() = links;
            if let Some(next) = next {
                (*next.as_ref().owner_links.get()).previous = Some(header);
            }
        }
        true
    }

    fn unlink(&self, header: NonNull<Header>) {
        let mut shard = lock(self.shard(header));
        // SAFETY: the task is linked, so it and its neighbours are alive, and we hold the
        // lock of their links.
        unsafe {
            let Links { previous, next } = *header.as_ref().owner_links.get();
            match previous {
                Some(previous) => (*previous.as_ref().owner_links.get()).next = next,
                None => shard.first = next,
            }
            if let Some(next) = next {
                (*next.as_ref().owner_links.get()).previous = previous;
            }
        }
    }
}
