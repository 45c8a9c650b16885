//! Who sleeps and who searches. The module's documentation in `mod.rs` has the protocol.

use crate::sync::primitive::atomic::{AtomicUsize, Ordering, fence};
use crate::sync::primitive::{Mutex, lock};

/// The workers that have nothing to run.
pub(super) struct Idle {
    /// How many look for work.
    searching: AtomicUsize,
    /// Those that sleep, or are about to; the last to fall asleep stands at the end.
    sleepers: Mutex<Vec<usize>>,
    /// How many sleepers there are.
    sleeping: AtomicUsize,
}

impl Idle {
    pub(super) fn new(workers: usize) -> Idle {
        Idle {
            searching: AtomicUsize::new(0),
            sleepers: Mutex::new(Vec::with_capacity(workers)),
            sleeping: AtomicUsize::new(0),
        }
    }

    /// Picks the worker to be woken for a task that was queued just now, if none searches. It
    /// is counted as a searcher from here on.
    #[must_use = "the worker must be woken"]
    pub(super) fn pick(&self) -> Option<usize> {
        fence(Ordering::SeqCst);
        if self.searching.load(Ordering::SeqCst) != 0 || self.sleeping.load(Ordering::SeqCst) == 0 {
            return None;
        }
        let mut sleepers = lock(&self.sleepers);
        // Another thread may have picked one since; that one will find this task, too.
        if self.searching.load(Ordering::SeqCst) != 0 {
            return None;
        }
        let index = sleepers.pop()?;
        self.sleeping.store(sleepers.len(), Ordering::SeqCst);
        self.searching.fetch_add(1, Ordering::SeqCst);
        Some(index)
    }

    /// Joins the sleepers. The caller looks at all queues once more before it sleeps.
    pub(super) fn fall_asleep(&self, index: usize, searching: bool) {
        let mut sleepers = lock(&self.sleepers);
        sleepers.push(index);
        self.sleeping.store(sleepers.len(), Ordering::SeqCst);
        drop(sleepers);
        if searching {
            self.searching.fetch_sub(1, Ordering::SeqCst);
        }
        fence(Ordering::SeqCst);
    }

    /// Leaves the sleepers. Whether this worker was picked, and is counted as a searcher.
    pub(super) fn wake_up(&self, index: usize) -> bool {
        let mut sleepers = lock(&self.sleepers);
        let Some(place) = sleepers.iter().position(|&sleeper| sleeper == index) else {
            return true;
        };
        sleepers.remove(place);
        self.sleeping.store(sleepers.len(), Ordering::SeqCst);
        false
    }

    /// Whether all of `workers` sleep, or are about to.
    pub(super) fn all_sleep(&self, workers: usize) -> bool {
        self.sleeping.load(Ordering::SeqCst) == workers
    }

    /// Whether a worker sleeps, or is about to.
    pub(super) fn is_asleep(&self, index: usize) -> bool {
        lock(&self.sleepers).contains(&index)
    }

    /// Becomes a searcher, unless half of `workers` are.
    pub(super) fn start_searching(&self, workers: usize) -> bool {
        if 2 * self.searching.load(Ordering::SeqCst) >= workers {
            return false;
        }
        self.searching.fetch_add(1, Ordering::SeqCst);
        true
    }

    /// Stops searching, with a task in hand. If it was the last searcher, the caller wakes
    /// another, since those who queued tasks meanwhile have woken none.
    pub(super) fn stop_searching(&self) -> bool {
        self.searching.fetch_sub(1, Ordering::SeqCst) == 1
    }
}

#[cfg(all(test, coro_loom))]
mod models {
    use super::Idle;
    use crate::multi::Parker;
    use crate::sync::primitive::atomic::{AtomicUsize, Ordering};
    use loom::sync::Arc;
    use loom::thread;

    struct Model {
        idle: Idle,
        parkers: Vec<Parker>,
        queue: AtomicUsize,
        done: AtomicUsize,
    }

    impl Model {
        fn take(&self) -> bool {
            self.queue
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |tasks| {
                    tasks.checked_sub(1)
                })
                .is_ok()
        }

        fn push(&self) {
            self.queue.fetch_add(1, Ordering::Release);
            self.notify();
        }

        fn notify(&self) {
            if let Some(index) = self.idle.pick() {
                self.parkers[index].notify();
            }
        }

        /// A worker that ends when `tasks` have been run by all of them together.
        fn work(&self, index: usize, tasks: usize) {
            let mut searching = false;
            while self.done.load(Ordering::SeqCst) < tasks {
                if !searching {
                    searching = self.idle.start_searching(self.parkers.len());
                }
                if searching && self.take() {
                    searching = false;
                    if self.idle.stop_searching() {
                        self.notify();
                    }
                    if self.done.fetch_add(1, Ordering::SeqCst) + 1 == tasks {
                        self.parkers.iter().for_each(|parker| {
                            parker.notify();
                        });
                    }
                    continue;
                }
                self.idle.fall_asleep(index, searching);
                if self.queue.load(Ordering::SeqCst) == 0
                    && self.done.load(Ordering::SeqCst) < tasks
                {
                    self.parkers[index].park_on_condition();
                }
                searching = self.idle.wake_up(index);
                // While another searches, this one may go round in vain.
                thread::yield_now();
            }
            if searching {
                self.idle.stop_searching();
            }
        }
    }

    /// Whoever sleeps when a task is queued is woken, or somebody else runs it: else this
    /// would be a deadlock, which loom reports.
    fn all_tasks_are_run(workers: usize, tasks: usize, preemptions: usize) {
        let mut builder = loom::model::Builder::new();
        builder.preemption_bound = Some(preemptions);
        builder.check(move || {
            let model = Arc::new(Model {
                idle: Idle::new(workers),
                parkers: (0..workers).map(|_| Parker::new()).collect(),
                queue: AtomicUsize::new(0),
                done: AtomicUsize::new(0),
            });
            let threads: Vec<_> = (0..workers)
                .map(|index| {
                    let model = Arc::clone(&model);
                    thread::spawn(move || model.work(index, tasks))
                })
                .collect();
            for _ in 0..tasks {
                model.push();
            }
            for thread in threads {
                thread.join().unwrap();
            }
            assert_eq!(model.queue.load(Ordering::SeqCst), 0);
        });
    }

    #[test]
    fn one_worker_misses_no_task() {
        all_tasks_are_run(1, 2, 3);
    }

    #[test]
    fn two_workers_miss_no_task() {
        all_tasks_are_run(2, 1, 1);
    }
}
