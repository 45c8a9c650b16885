//! Threads that come with the work and go when there is none.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::lock::lock;

type Job = Box<dyn FnOnce() + Send>;

/// How large a pool may grow, and when it shrinks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) threads: usize,
    pub(crate) keep_alive: Duration,
}

impl Default for Limits {
    /// The figures are tokio's.
    fn default() -> Limits {
        Limits {
            threads: 512,
            keep_alive: Duration::from_secs(10),
        }
    }
}

/// A queue of jobs and the threads that run them.
///
/// A thread is started for a job that finds none idle, up to the limit, and ends when it has
/// been idle for the time of `keep_alive`. Idle threads sleep on a condition variable, so
/// what a job does with [`std::thread::park`] concerns nobody else.
pub(crate) struct Pool {
    inner: Arc<Inner>,
    /// Jobs that were made and have not ended, for the paused clock.
    outstanding: AtomicUsize,
}

struct Inner {
    limits: Limits,
    state: Mutex<State>,
    /// A job was queued, or the pool was closed.
    work: Condvar,
    /// The last thread has ended.
    ended: Condvar,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Job>,
    threads: usize,
    /// Threads that wait for work. One that was notified and has not run yet counts, and so
    /// does the job it was notified of: there is one of them for each queued job exactly if
    /// the queue is no longer than this.
    idle: usize,
    closed: bool,
}

impl Pool {
    pub(crate) fn new(limits: Limits) -> Pool {
        Pool {
            inner: Arc::new(Inner {
                limits,
                state: Mutex::default(),
                work: Condvar::new(),
                ended: Condvar::new(),
            }),
            outstanding: AtomicUsize::new(0),
        }
    }

    /// Queues a job. A pool that is closed drops it.
    pub(super) fn submit(&self, job: Job) -> io::Result<()> {
        let mut state = lock(&self.inner.state);
        if state.closed {
            drop(state);
            // Outside of the lock: it is foreign code.
            drop(job);
            return Ok(());
        }
        state.queue.push_back(job);
        if state.queue.len() <= state.idle {
            self.inner.work.notify_one();
        } else if state.threads < self.inner.limits.threads {
            let inner = Arc::clone(&self.inner);
            let builder = std::thread::Builder::new().name("coro-blocking".to_owned());
            match builder.spawn(move || inner.serve()) {
                Ok(_detached) => state.threads += 1,
                // Somebody is there to take the job later.
                Err(_) if state.threads > 0 => {}
                Err(error) => {
                    let job = state.queue.pop_back();
                    drop(state);
                    drop(job);
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    pub(super) fn begin(&self) {
        self.outstanding.fetch_add(1, Ordering::SeqCst);
    }

    pub(super) fn end(&self) {
        self.outstanding.fetch_sub(1, Ordering::SeqCst);
    }

    /// Whether there are jobs that have not ended.
    pub(crate) fn is_busy(&self) -> bool {
        self.outstanding.load(Ordering::SeqCst) > 0
    }

    /// Drops the jobs that have not begun, and lets the threads end. Twice is fine.
    pub(crate) fn close(&self) {
        let mut state = lock(&self.inner.state);
        state.closed = true;
        let queue = std::mem::take(&mut state.queue);
        drop(state);
        self.inner.work.notify_all();
        for job in queue {
            // Foreign destructors: outside of the lock, and one panic stops no other.
            let _ = catch_unwind(AssertUnwindSafe(|| drop(job)));
        }
    }

    /// Waits for the threads of a closed pool to end. Whether they did within `limit`.
    pub(crate) fn wait(&self, limit: Duration) -> bool {
        let start = Instant::now();
        let mut state = lock(&self.inner.state);
        while state.threads > 0 {
            let Some(rest) = limit.checked_sub(start.elapsed()) else {
                return false;
            };
            state = wait(&self.inner.ended, state, rest).0;
        }
        true
    }
}

impl Inner {
    /// What a thread of the pool does.
    fn serve(self: Arc<Inner>) {
        /// Gives the thread's place up, however it ends.
        struct Place(Arc<Inner>);
        impl Drop for Place {
            fn drop(&mut self) {
                let mut state = lock(&self.0.state);
                state.threads -= 1;
                if state.threads == 0 {
                    self.0.ended.notify_all();
                }
            }
        }
        let place = Place(self);
        while let Some(job) = place.0.next() {
            // Only what surrounds the user's work can panic here: a destructor, a waker.
            let _ = catch_unwind(AssertUnwindSafe(job));
        }
    }

    /// Waits for a job; `None` when the thread is not needed any more.
    fn next(&self) -> Option<Job> {
        let mut state = lock(&self.state);
        loop {
            if let Some(job) = state.queue.pop_front() {
                return Some(job);
            }
            if state.closed {
                return None;
            }
            state.idle += 1;
            let (locked, timed_out) = wait(&self.work, state, self.limits.keep_alive);
            state = locked;
            state.idle -= 1;
            if timed_out && state.queue.is_empty() {
                return None;
            }
        }
    }
}

/// Waits on `condition`, whether a panic has poisoned the lock or not.
fn wait<'a>(
    condition: &Condvar,
    state: MutexGuard<'a, State>,
    limit: Duration,
) -> (MutexGuard<'a, State>, bool) {
    let (state, result) = condition
        .wait_timeout(state, limit)
        .unwrap_or_else(PoisonError::into_inner);
    (state, result.timed_out())
}
