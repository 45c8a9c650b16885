//! The queue that all workers share, under a lock.
//!
//! It is a list of pointers and no chain through the tasks: whoever holds the lock copies from one
//! piece of memory, and does not wait for what another processor has in its cache.

use std::collections::VecDeque;
use std::ptr::NonNull;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::cell::Header;
use super::queue::Runnable;
use crate::sync::lock;

/// Tasks that no worker has queued for itself, first in, first out.
pub(crate) struct Global {
    list: Mutex<List>,
    /// The list's length, to be read without the lock.
    length: AtomicUsize,
}

#[derive(Default)]
struct List {
    tasks: VecDeque<NonNull<Header>>,
    closed: bool,
}

// SAFETY: the list owns the rights to run its tasks, which may go to any thread.
unsafe impl Send for List {}

impl Global {
    pub(crate) fn new() -> Global {
        Global {
            list: Mutex::default(),
            length: AtomicUsize::new(0),
        }
    }

    /// Sequentially consistent, for the parking protocol.
    pub(crate) fn len(&self) -> usize {
        self.length.load(Ordering::SeqCst)
    }

    /// Queues tasks. When the queue is closed they are let go: whoever closed it cancels them.
    pub(crate) fn push(&self, runnables: impl IntoIterator<Item = Runnable>) {
        let mut list = lock(&self.list);
        if list.closed {
            return;
        }
        let before = list.tasks.len();
        let headers = runnables.into_iter().map(|runnable| runnable.header());
        list.tasks.extend(headers);
        let count = list.tasks.len() - before;
        // Under the lock, so that it is never less than what is taken.
        self.length.fetch_add(count, Ordering::SeqCst);
    }

    /// Moves at most `limit` tasks to `target`.
    pub(crate) fn take(&self, limit: usize, target: &mut VecDeque<Runnable>) {
        if self.len() == 0 {
            return;
        }
        let mut list = lock(&self.list);
        let count = limit.min(list.tasks.len());
        // SAFETY: the right to run each task came with `push` and leaves with this.
        let taken = list
            .tasks
            .drain(..count)
            .map(|header| unsafe { Runnable::new(header) });
        target.extend(taken);
        self.length.fetch_sub(count, Ordering::SeqCst);
    }

    /// Lets go of all tasks, and of those to come.
    pub(crate) fn close(&self) {
        let mut list = lock(&self.list);
        *list = List {
            closed: true,
            ..List::default()
        };
        self.length.store(0, Ordering::SeqCst);
    }
}
