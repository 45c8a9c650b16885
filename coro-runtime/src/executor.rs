//! The executor: one thread that runs what is ready and sleeps in the reactor otherwise.
//!
//! # Waking
//!
//! A wake on the executor's own thread pushes the task to a plain queue. A wake from any
//! other thread pushes it to [`Inject`] and, only if the executor is parked, writes to an
//! eventfd. No wake is lost between the last look at the queue and the sleep:
//!
//! ```text
//! executor                        other thread
//! parked = true                   push to inject
//! inject empty? then sleep        parked? then clear it and write the eventfd
//! ```
//!
//! All four accesses are sequentially consistent, so at least one side sees the other's, and
//! a write to the eventfd that comes before the sleep ends it at once.
//!
//! # Fairness
//!
//! Between local wakes the reactor is entered after [`POLLS_PER_TURN`] polls, or the first multiple of
//! that number behind the [distance](Looks) of two looks, without waiting, so that a task that is always
//! ready starves neither sockets nor timers. And
//! socket operations that never have to wait make their task yield after a while: see
//! [`crate::budget`].

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::io;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};

use crate::blocking;
use crate::budget::Budget;
use crate::context::{self, Current};
use crate::driver::{Driver, Looks, wake_all};
use crate::io::Reactor;
use crate::shared::{Remote, Scheduler, Shared};
use crate::task::TaskSet;
use crate::time::{Clock, Timers};

/// How many futures are polled, at least, between two looks at the reactor while there is work.
const POLLS_PER_TURN: usize = 61;

/// The part of a runtime that stays on its thread.
pub(crate) struct Executor {
    pub(crate) tasks: TaskSet,
    pub(crate) shared: Arc<Shared>,
    driver: RefCell<Driver>,
    /// Whom the last turn of the driver is to wake. Empty between two turns, unless a waker
    /// panicked.
    wakers: RefCell<Vec<Waker>>,
    looks: Looks,
    running: Cell<bool>,
}

impl Executor {
    pub(crate) fn new(blocking: blocking::Settings, paused: bool) -> io::Result<Executor> {
        let shared = Arc::new(Shared {
            reactor: Reactor::new()?,
            timers: Timers::new(Clock::new(paused)),
            blocking: blocking::Pool::new(blocking),
            scheduler: Scheduler::CurrentThread(Remote::new()),
        });
        Ok(Executor {
            tasks: TaskSet::new(Arc::clone(&shared)),
            driver: RefCell::new(Driver::new()),
            wakers: RefCell::new(Vec::new()),
            looks: Looks::new(),
            running: Cell::new(false),
            shared,
        })
    }

    /// Drives `future` to its end, and the tasks along with it.
    pub(crate) fn block_on<F: Future>(self: &Rc<Self>, future: F) -> F::Output {
        /// Lets the executor be entered again, also after a panic of `future`.
        struct Running<'a>(&'a Cell<bool>);
        impl Drop for Running<'_> {
            fn drop(&mut self) {
                self.0.set(false);
            }
        }
        assert!(
            !self.running.replace(true),
            "`block_on` was called from inside of the same runtime"
        );
        let _running = Running(&self.running);
        let _current = context::enter(Current::Executor(Rc::clone(self)));

        let mut future = pin!(future);
        let waker = Waker::from(Arc::clone(&self.shared));
        let mut context = Context::from_waker(&waker);
        let budget = Budget::new();
        let remote = self.shared.remote();
        let mut polls = 0;
        loop {
            remote.main_woken.swap(false, Ordering::SeqCst);
            if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                return output;
            }
            budget.renew();
            polls += 1;
            self.run_tasks(&budget, &mut polls);
        }
    }

    /// Runs tasks, and sleeps where there are none, until the future of `block_on` is woken. It takes
    /// its turn like a task: a round is all that is queued when it begins, and nothing that is queued
    /// meanwhile.
    ///
    /// A function by itself, so that it is compiled with the runtime, and not once more for each
    /// type of future.
    fn run_tasks(&self, budget: &Budget, polls: &mut usize) {
        let remote = self.shared.remote();
        loop {
            self.tasks.take_injected();
            self.tasks.start_round();
            loop {
                self.look_up(polls);
                if !self.tasks.run_next() {
                    break;
                }
                budget.renew();
                *polls += 1;
            }
            if !self.tasks.has_ready() && !remote.is_main_woken() && remote.inject.is_empty() {
                self.park();
                *polls = 0;
            }
            if remote.is_main_woken() {
                return;
            }
        }
    }

    /// Looks at the reactor, without waiting, if it is time to.
    fn look_up(&self, polls: &mut usize) {
        if *polls >= POLLS_PER_TURN {
            *polls = 0;
            if self.looks.are_due() {
                self.turn(false);
                self.tasks.take_injected();
            }
        }
    }

    /// Sleeps until an event, a timer or a wake.
    fn park(&self) {
        let remote = self.shared.remote();
        remote.parked.store(true, Ordering::SeqCst);
        let idle = remote.inject.is_empty() && !remote.is_main_woken();
        self.turn(idle);
    }

    fn turn(&self, wait: bool) {
        let mut wakers = self.wakers.borrow_mut();
        let wait = wait && wakers.is_empty();
        self.driver
            .borrow_mut()
            .turn(&self.shared, wait, &mut wakers);
        self.shared.remote().unparked();
        wake_all(&mut wakers);
    }
}

impl Executor {
    /// Cancels all tasks and lets go of all who wait for a socket or a time. On the way out.
    pub(crate) fn close(self: &Rc<Self>) {
        // Destructors may look for the current runtime, to spawn or to make a socket.
        let _current = context::enter(Current::Executor(Rc::clone(self)));
        self.shared.blocking.close();
        self.tasks.close();
        self.shared.reactor.close();
        self.shared.timers.close();
    }
}
