//! Threads for work that blocks.
//!
//! A thread is started when work comes and none is idle, up to a limit; beyond it work waits
//! in a queue. A thread that has been idle for a while ends.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::sync::{lock, wait_until};
use crate::task::BlockingTask;

/// How many threads there may be, and how long an idle one stays.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) limit: usize,
    pub(crate) keep_alive: Duration,
    pub(crate) name: String,
}

/// The pool's handle in the runtime. The threads outlive it by the work that they do.
pub(crate) struct Pool {
    inner: Arc<Inner>,
    /// Tasks that were made and have not ended, for a paused clock.
    outstanding: AtomicUsize,
}

struct Inner {
    settings: Settings,
    queue: Mutex<Queue>,
    /// Work has come, or the pool is closed.
    changed: Condvar,
    /// The last thread has ended.
    ended: Condvar,
}

#[derive(Default)]
struct Queue {
    tasks: VecDeque<BlockingTask>,
    threads: usize,
    /// Threads that wait, among them those that were notified and have not woken up yet: for
    /// each of these there is a task in the queue, or some other thread has taken it.
    waiting: usize,
    closed: bool,
}

impl Pool {
    pub(crate) fn new(settings: Settings) -> Pool {
        Pool {
            inner: Arc::new(Inner {
                settings,
                queue: Mutex::default(),
                changed: Condvar::new(),
                ended: Condvar::new(),
            }),
            outstanding: AtomicUsize::new(0),
        }
    }

    /// Has a thread run `task`. When the pool is closed, or there is no thread and the system
    /// refuses to start one, the task is cancelled.
    pub(crate) fn submit(&self, task: BlockingTask) {
        let mut queue = lock(&self.inner.queue);
        if queue.closed {
            drop(queue);
            // Outside of the lock: it drops what the work has captured.
            drop(task);
            return;
        }
        queue.tasks.push_back(task);
        if queue.tasks.len() <= queue.waiting {
            drop(queue);
            self.inner.changed.notify_one();
        } else if queue.threads < self.inner.settings.limit {
            queue.threads += 1;
            drop(queue);
            self.start();
        }
        // Else all threads are busy, and look at the queue before they wait.
    }

    fn start(&self) {
        let inner = Arc::clone(&self.inner);
        let thread = thread::Builder::new().name(self.inner.settings.name.clone());
        if thread.spawn(move || inner.work()).is_err() {
            let mut queue = lock(&self.inner.queue);
            self.inner.leave(&mut queue);
            // With a thread left the work waits for it; without one it would wait for ever.
            if queue.threads == 0 {
                let refused = std::mem::take(&mut queue.tasks);
                drop(queue);
                drop(refused);
            }
        }
    }

    /// Cancels what has not begun, and lets the threads end.
    pub(crate) fn close(&self) {
        let mut queue = lock(&self.inner.queue);
        queue.closed = true;
        let cancelled = std::mem::take(&mut queue.tasks);
        drop(queue);
        self.inner.changed.notify_all();
        drop(cancelled);
    }

    /// Waits for the threads of a closed pool to end, until `deadline` at the latest. Whether
    /// they have.
    pub(crate) fn wait(&self, deadline: Option<Instant>) -> bool {
        let queue = lock(&self.inner.queue);
        wait_until(&self.inner.ended, queue, deadline, |queue| {
            queue.threads == 0
        })
    }

    /// Counts a task that was made.
    pub(crate) fn begin(&self) {
        self.outstanding.fetch_add(1, Ordering::SeqCst);
    }

    /// Counts a task out that has ended. Whether it was the last.
    pub(crate) fn end(&self) -> bool {
        self.outstanding.fetch_sub(1, Ordering::SeqCst) == 1
    }

    /// Whether there are tasks that have not ended.
    pub(crate) fn is_busy(&self) -> bool {
        self.outstanding.load(Ordering::SeqCst) > 0
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.close();
    }
}

impl Inner {
    fn work(&self) {
        let mut queue = lock(&self.queue);
        loop {
            if let Some(task) = queue.tasks.pop_front() {
                drop(queue);
                task.run();
                queue = lock(&self.queue);
                continue;
            }
            if queue.closed {
                break;
            }
            queue.waiting += 1;
            let (next, wait) = self
                .changed
                .wait_timeout(queue, self.settings.keep_alive)
                .unwrap_or_else(PoisonError::into_inner);
            queue = next;
            queue.waiting -= 1;
            if wait.timed_out() && queue.tasks.is_empty() {
                break;
            }
        }
        self.leave(&mut queue);
    }

    /// Counts a thread out.
    fn leave(&self, queue: &mut Queue) {
        queue.threads -= 1;
        if queue.threads == 0 {
            self.ended.notify_all();
        }
    }
}
