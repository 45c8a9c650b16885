//! The multi-thread scheduler: workers that steal from each other.
//!
//! # Where a task waits
//!
//! ```text
//! worker 0: slot + ring (256) ──full──> global queue <── other threads
//!             ^        ^ steals half         │
//! worker 1: slot + ring                      └──> whoever finds nothing else, and
//!                                                 each worker now and then
//! ```
//!
//! A task that is woken by the task under way goes into the *slot* and runs next, while what
//! it needs is in the cache; at most [`worker::SLOT_RUNS`] times in a row, so that two tasks
//! that wake each other starve nobody. What it displaces goes to the ring, and a sleeper is woken for
//! it. For the slot nobody is woken: it costs more than the task, as a rule. Should the task under way
//! block its thread, the *monitor* notices a few milliseconds later, and wakes a sleeper for what is
//! stranded; see [`monitor`].
//!
//! # How a worker comes to sleep, and is woken
//!
//! One sleeping worker holds the driver and sleeps in epoll; the others sleep on a condition
//! variable of their own. A worker without work *searches*: it looks at the others' rings and
//! at the global queue. No more than half of the workers search at a time.
//!
//! ```text
//! worker                              whoever queues a task
//! join the sleepers                   push
//! ────────── fence ──────────         ────────── fence ──────────
//! all queues empty? then sleep        nobody searches, somebody sleeps? wake one
//! ```
//!
//! Both fences are sequentially consistent, so one side sees the other's write. While a
//! worker searches nobody need be woken: a searcher that finds something wakes the next one
//! if it was the last, and one that finds nothing passes through the left column.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Instant;

use crate::driver::Driver;
use crate::shared::Shared;
use crate::sync::{lock, wait_until};
use crate::task::{Global, JoinHandle, Local, Owned, Runnable, Slot, Stealer, ring};

mod idle;
mod monitor;
mod parker;
mod runtime;
mod worker;

use idle::Idle;
use monitor::Monitor;
pub(crate) use parker::Parker;
pub use runtime::MultiThreadRuntime;
pub(crate) use worker::Worker;

/// The workers, as seen from any thread.
pub(crate) struct Pool {
    seats: Box<[Seat]>,
    global: Global,
    owned: Owned,
    driver: Mutex<Driver>,
    idle: Idle,
    monitor: Monitor,
    stopping: AtomicBool,
    /// How many workers have not ended; zero is written when all is closed.
    alive: Mutex<Alive>,
    ended: Condvar,
}

/// What others may see of one worker. On cache lines of its own, since it writes there for each task.
#[repr(align(64))]
struct Seat {
    stealer: Stealer,
    slot: Slot,
    parker: Parker,
    /// How many tasks the worker has begun, modulo 2³².
    runs: AtomicU32,
}

struct Alive {
    workers: usize,
    closed: bool,
}

impl Pool {
    /// A pool for `count` workers, and their own ends of the queues.
    fn new(count: usize) -> (Pool, Vec<Local>) {
        let (locals, seats): (Vec<_>, Vec<_>) = (0..count)
            .map(|_| {
                let (local, stealer) = ring();
                let seat = Seat {
                    stealer,
                    slot: Slot::new(),
                    parker: Parker::new(),
                    runs: AtomicU32::new(0),
                };
                (local, seat)
            })
            .unzip();
        let pool = Pool {
            seats: seats.into_boxed_slice(),
            global: Global::new(),
            owned: Owned::new(),
            driver: Mutex::new(Driver::new()),
            idle: Idle::new(count),
            monitor: Monitor::new(),
            stopping: AtomicBool::new(false),
            alive: Mutex::new(Alive {
                workers: count,
                closed: false,
            }),
            ended: Condvar::new(),
        };
        (pool, locals)
    }

    /// Makes a task of `future` and queues it: on this thread's worker if there is one.
    pub(crate) fn spawn<F>(&self, shared: &Arc<Shared>, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (runnable, handle) = self.owned.spawn(shared, future);
        if let Some(runnable) = runnable {
            shared.schedule(runnable);
        }
        handle
    }

    /// Queues a task from a thread that is not one of the workers.
    pub(crate) fn inject(&self, shared: &Shared, runnable: Runnable) {
        self.global.push([runnable]);
        self.notify(shared);
    }

    /// Wakes a worker for a task that was queued just now, if none searches.
    fn notify(&self, shared: &Shared) {
        if let Some(index) = self.idle.pick() {
            self.seats[index].parker.unpark(shared);
        }
    }

    /// Whether there is a task in a queue that anybody may take from.
    fn has_work(&self) -> bool {
        self.global.len() != 0 || self.seats.iter().any(|seat| !seat.stealer.is_empty())
    }

    /// Has all workers end after the poll under way.
    fn stop(&self, shared: &Shared) {
        self.stopping.store(true, Ordering::SeqCst);
        for seat in &self.seats {
            seat.parker.unpark(shared);
        }
        self.monitor.notify();
    }

    /// Waits until all workers have ended and all tasks are cancelled. Whether they have, by
    /// `deadline`.
    fn wait(&self, deadline: Option<Instant>) -> bool {
        wait_until(&self.ended, lock(&self.alive), deadline, |alive| {
            alive.closed
        })
    }

    /// Notes that workers have ended, or were never started. The last one cancels what is left.
    fn leave(&self, shared: &Shared, workers: usize) {
        let mut alive = lock(&self.alive);
        alive.workers -= workers;
        if alive.workers > 0 || workers == 0 {
            return;
        }
        drop(alive);
        self.global.close();
        for seat in &self.seats {
            // The owned tasks are cancelled below, wherever they were queued.
            let _forgotten = seat.slot.take();
        }
        self.owned.close(NoWorkers(()));
        shared.close_driver();
        lock(&self.alive).closed = true;
        self.ended.notify_all();
    }
}

/// Says that no worker runs, and that what they had queued is forgotten.
pub(crate) struct NoWorkers(());

/// Reused buffers of a worker, so that moving tasks between queues does not allocate.
#[derive(Default)]
struct Buffers {
    overflow: Vec<Runnable>,
    taken: VecDeque<Runnable>,
}
