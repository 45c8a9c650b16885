//! The queue that all workers share: a chain through the tasks, under a lock.

use std::collections::VecDeque;
use std::ptr::NonNull;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::cell::Header;
use super::queue::Runnable;
use crate::sync::lock;

/// Tasks that no worker has queued for itself, first in, first out.
pub(crate) struct Global {
    chain: Mutex<Chain>,
    /// The chain's length, to be read without the lock.
    length: AtomicUsize,
}

#[derive(Default)]
struct Chain {
    first: Option<NonNull<Header>>,
    last: Option<NonNull<Header>>,
    closed: bool,
}

// SAFETY: the chain owns the rights to run its tasks, which may go to any thread.
unsafe impl Send for Chain {}

impl Global {
    pub(crate) fn new() -> Global {
        Global {
            chain: Mutex::default(),
            length: AtomicUsize::new(0),
        }
    }

    /// Sequentially consistent, for the parking protocol.
    pub(crate) fn len(&self) -> usize {
        self.length.load(Ordering::SeqCst)
    }

    /// Queues tasks. When the queue is closed they are let go: whoever closed it cancels them.
    pub(crate) fn push(&self, runnables: impl IntoIterator<Item = Runnable>) {
        let mut chain = lock(&self.chain);
        if chain.closed {
            return;
        }
        let mut count = 0;
        for runnable in runnables {
            let header = runnable.header();
            // SAFETY: the runnable gives us the link, and a task to be queued is alive.
            unsafe { *header.as_ref().queue_link.get() = None };
            match chain.last.replace(header) {
                None => chain.first = Some(header),
                // SAFETY: the last task is in this queue, so it is alive and its link is ours.
                Some(last) => unsafe { *last.as_ref().queue_link.get() = Some(header) },
            }
            count += 1;
        }
        // Under the lock, so that it is never less than what is taken.
        self.length.fetch_add(count, Ordering::SeqCst);
    }

    /// Moves at most `limit` tasks to `target`.
    pub(crate) fn take(&self, limit: usize, target: &mut VecDeque<Runnable>) {
        if self.len() == 0 {
            return;
        }
        let mut chain = lock(&self.chain);
        let mut count = 0;
        while count < limit
            && let Some(header) = chain.first
        {
            // SAFETY: the task is in this queue, so it is alive and its link is ours.
            chain.first = unsafe { *header.as_ref().queue_link.get() };
            if chain.first.is_none() {
                chain.last = None;
            }
            // SAFETY: the right to run the task came with `push` and leaves with this.
            target.push_back(unsafe { Runnable::new(header) });
            count += 1;
        }
        self.length.fetch_sub(count, Ordering::SeqCst);
    }

    /// Lets go of all tasks, and of those to come.
    pub(crate) fn close(&self) {
        let mut chain = lock(&self.chain);
        *chain = Chain {
            closed: true,
            ..Chain::default()
        };
        self.length.store(0, Ordering::SeqCst);
    }
}
