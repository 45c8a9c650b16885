//! Notices workers that a task blocks, while others sleep.
//!
//! A worker that queues a task for itself wakes nobody, as it runs the task next and a wake-up costs
//! more than most tasks. If the task under way blocks its thread, that is wrong: what is queued
//! there, and the events that only this worker would look at, wait for it. So one more thread looks
//! at the workers every [`INTERVAL`] while any is awake. One that is in the same task as at the
//! last look is taken to be blocked; if it has something that another could do, a sleeper is woken,
//! which finds it as any searcher does.
//!
//! The monitor itself rests as long as all workers sleep and none has run anything since the last
//! look. Who wakes up ends the rest:
//!
//! ```text
//! worker                              monitor
//! leave the sleepers                  resting = true
//! ────────── fence ──────────         ────────── fence ──────────
//! resting? then clear it and notify   all asleep? then rest, else look again
//! ```

use std::sync::PoisonError;
use std::time::Duration;

use super::{Pool, Seat};
use crate::shared::Shared;
use crate::sync::primitive::atomic::{AtomicBool, Ordering, fence};
use crate::sync::primitive::{Condvar, Mutex, lock};

/// How long it is from one look to the next, as long as tasks are run.
const INTERVAL: Duration = Duration::from_millis(4);
/// How long it is at most when nothing happens, because all who are awake are blocked.
const LONGEST_INTERVAL: Duration = Duration::from_millis(16);

/// What the workers know of the monitor.
pub(super) struct Monitor {
    resting: AtomicBool,
    mutex: Mutex<()>,
    condition: Condvar,
}

impl Monitor {
    pub(super) fn new() -> Monitor {
        Monitor {
            resting: AtomicBool::new(false),
            mutex: Mutex::new(()),
            condition: Condvar::new(),
        }
    }

    /// Ends the monitor's rest. Called by a worker that has left the sleepers.
    pub(super) fn end_rest(&self) {
        fence(Ordering::SeqCst);
        if self.resting.load(Ordering::SeqCst) && self.resting.swap(false, Ordering::SeqCst) {
            self.notify();
        }
    }

    /// Ends a rest or a pause between two looks.
    pub(super) fn notify(&self) {
        // Waits until the monitor waits, so that it cannot miss what follows.
        drop(lock(&self.mutex));
        self.condition.notify_one();
    }

    /// Rests until a worker is awake. Not at all if one is, or if the runtime `is_stopping`.
    fn rest(&self, all_sleep: impl Fn() -> bool, is_stopping: impl Fn() -> bool) {
        self.resting.store(true, Ordering::SeqCst);
        fence(Ordering::SeqCst);
        if !all_sleep() {
            self.resting.store(false, Ordering::SeqCst);
            return;
        }
        let mut guard = lock(&self.mutex);
        while self.resting.load(Ordering::SeqCst) && !is_stopping() {
            guard = self
                .condition
                .wait(guard)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits for the next look.
    #[cfg(not(all(test, coro_loom)))]
    fn pause(&self, interval: Duration, is_stopping: impl Fn() -> bool) {
        let guard = lock(&self.mutex);
        let waited = self
            .condition
            .wait_timeout_while(guard, interval, |()| !is_stopping());
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    /// loom has no time.
    #[cfg(all(test, coro_loom))]
    fn pause(&self, _interval: Duration, _is_stopping: impl Fn() -> bool) {
        loom::thread::yield_now();
    }
}

/// Looks at the workers until the runtime stops. The body of a thread.
pub(super) fn run(shared: &Shared) {
    let pool = shared.pool();
    let monitor = &pool.monitor;
    let is_stopping = || pool.stopping.load(Ordering::SeqCst);
    let all_sleep = || pool.idle.all_sleep(pool.seats.len());
    let mut interval = INTERVAL;
    let mut seen: Vec<u32> = pool.runs().collect();
    while !is_stopping() {
        monitor.pause(interval, is_stopping);
        let runs: Vec<u32> = pool.runs().collect();
        interval = if runs == seen {
            (2 * interval).min(LONGEST_INTERVAL)
        } else {
            INTERVAL
        };
        if runs == seen && all_sleep() {
            monitor.rest(all_sleep, is_stopping);
            interval = INTERVAL;
        } else if pool.is_anything_stranded(&seen) {
            pool.notify(shared);
        }
        seen = runs;
    }
}

impl Pool {
    /// How many tasks each worker has begun.
    fn runs(&self) -> impl Iterator<Item = u32> {
        let load = |seat: &Seat| seat.runs.load(Ordering::Relaxed);
        self.seats.iter().map(load)
    }

    /// Whether a worker is in the same task as when it was `seen`, and has what another could do.
    fn is_anything_stranded(&self, seen: &[u32]) -> bool {
        let is_driver_watched = self.seats.iter().any(|seat| seat.parker.is_in_driver());
        let blocked = (self.runs().zip(seen).enumerate())
            .filter(|&(index, (runs, &seen))| runs == seen && !self.idle.is_asleep(index));
        blocked.into_iter().any(|(index, _)| {
            let seat = &self.seats[index];
            !is_driver_watched || seat.slot.is_filled() || !seat.stealer.is_empty()
        })
    }
}

#[cfg(all(test, coro_loom))]
mod models {
    use super::Monitor;
    use crate::multi::Idle;
    use loom::sync::Arc;
    use loom::thread;

    #[test]
    fn the_monitor_does_not_rest_while_a_worker_is_awake() {
        loom::model(|| {
            let shared = Arc::new((Idle::new(1), Monitor::new()));
            shared.0.fall_asleep(0, false);
            let other = Arc::clone(&shared);
            let monitor = thread::spawn(move || {
                let (idle, monitor) = &*other;
                // A deadlock if it rests for ever, as nobody will wake up a second time.
                while idle.all_sleep(1) {
                    monitor.rest(|| idle.all_sleep(1), || false);
                }
            });
            let (idle, monitor_of_worker) = &*shared;
            idle.wake_up(0);
            monitor_of_worker.end_rest();
            monitor.join().unwrap();
        });
    }
}
