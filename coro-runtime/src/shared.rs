//! The part of a runtime that any thread may use.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Wake;

use crate::blocking;
use crate::context;
use crate::io::Reactor;
use crate::multi::Pool;
use crate::task::{Inject, Runnable};
use crate::time::Timers;

/// What a runtime's tasks, sockets, timers and handles have in common.
pub(crate) struct Shared {
    pub(crate) reactor: Reactor,
    pub(crate) timers: Timers,
    pub(crate) blocking: blocking::Pool,
    pub(crate) scheduler: Scheduler,
}

/// Who runs the tasks.
pub(crate) enum Scheduler {
    CurrentThread(Remote),
    MultiThread(Box<Pool>),
}

impl Shared {
    /// Queues a task that was woken.
    pub(crate) fn schedule(self: &Arc<Self>, runnable: Runnable) {
        if let Err(runnable) = context::push(runnable) {
            match &self.scheduler {
                Scheduler::CurrentThread(remote) => {
                    // A closed queue refuses the task, whose set has cancelled it or is
                    // about to.
                    if remote.inject.push(runnable).is_ok() {
                        self.unpark(remote);
                    }
                }
                Scheduler::MultiThread(pool) => pool.inject(self, runnable),
            }
        }
    }

    /// Lets go of all who wait for a socket or a time. On the way out; a panic of one of their
    /// wakers is reported by the hook and goes no further.
    pub(crate) fn close_driver(&self) {
        let _ = catch_unwind(AssertUnwindSafe(|| self.reactor.close()));
        let _ = catch_unwind(AssertUnwindSafe(|| self.timers.close()));
    }

    /// Ends the sleep of a current-thread executor, if it sleeps.
    pub(crate) fn unpark(&self, remote: &Remote) {
        if remote.parked.load(Ordering::SeqCst) && remote.parked.swap(false, Ordering::SeqCst) {
            self.reactor.wake();
        }
    }

    /// Notes that a task of the blocking pool has ended, for which a paused clock may wait.
    pub(crate) fn blocking_ended(&self) {
        if self.blocking.end()
            && self.timers.clock.is_paused()
            && let Scheduler::CurrentThread(remote) = &self.scheduler
        {
            self.unpark(remote);
        }
    }

    /// The remote side of a current-thread executor.
    ///
    /// # Panics
    ///
    /// When the runtime is of the other kind.
    pub(crate) fn remote(&self) -> &Remote {
        match &self.scheduler {
            Scheduler::CurrentThread(remote) => remote,
            Scheduler::MultiThread(_) => unreachable!("only executors of one thread ask for it"),
        }
    }

    /// The workers of a multi-thread runtime.
    ///
    /// # Panics
    ///
    /// When the runtime is of the other kind.
    pub(crate) fn pool(&self) -> &Pool {
        match &self.scheduler {
            Scheduler::MultiThread(pool) => pool,
            Scheduler::CurrentThread(_) => unreachable!("only workers ask for it"),
        }
    }
}

/// How other threads reach a current-thread executor.
pub(crate) struct Remote {
    pub(crate) inject: Inject,
    /// The executor sleeps, or is about to, and nobody has woken it yet.
    pub(crate) parked: AtomicBool,
    /// The future of `block_on` is to be polled.
    pub(crate) main_woken: AtomicBool,
}

impl Remote {
    pub(crate) fn new() -> Remote {
        Remote {
            inject: Inject::new(),
            parked: AtomicBool::new(false),
            main_woken: AtomicBool::new(false),
        }
    }

    pub(crate) fn is_main_woken(&self) -> bool {
        self.main_woken.load(Ordering::SeqCst)
    }

    /// Whether the executor is about to sleep, and nobody has woken it yet.
    pub(crate) fn is_parked(&self) -> bool {
        self.parked.load(Ordering::SeqCst)
    }

    /// Notes that the executor's thread does not sleep, so that it need not be woken by the
    /// wakers that it calls itself.
    ///
    /// Whoever reads the old value writes to the eventfd in vain, and no more: the executor
    /// looks at its queues again before it next sleeps.
    pub(crate) fn unparked(&self) {
        self.parked.store(false, Ordering::Relaxed);
    }
}

/// Wakes the future of `block_on` of a current-thread executor.
impl Wake for Shared {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let remote = self.remote();
        remote.main_woken.store(true, Ordering::SeqCst);
        self.unpark(remote);
    }
}
