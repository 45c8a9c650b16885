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
//! Between local wakes the reactor is entered once in [`POLLS_PER_TURN`] polls, without
//! waiting, so that a task that is always ready starves neither sockets nor timers. And
//! socket operations that never have to wait make their task yield after a while: see
//! [`crate::budget`].

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::io;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use crate::blocking::Pool;
use crate::budget;
use crate::builder::Builder;
use crate::context;
use crate::driver::Driver;
use crate::io::Reactor;
use crate::task::{Inject, Runnable, TaskSet};
use crate::time::Timers;

/// How many futures are polled between two looks at the reactor while there is work.
const POLLS_PER_TURN: usize = 61;

/// The part of a runtime that any thread may use.
pub(crate) struct Shared {
    pub(crate) inject: Inject,
    pub(crate) reactor: Reactor,
    pub(crate) timers: Timers,
    pub(crate) blocking: Pool,
    /// The executor sleeps, or is about to, and nobody has woken it yet.
    parked: AtomicBool,
    /// The future of `block_on` is to be polled.
    main_woken: AtomicBool,
}

impl Shared {
    /// Queues a task that was woken.
    pub(crate) fn schedule(&self, runnable: Runnable) {
        if let Err(runnable) = context::push(runnable) {
            // A closed queue refuses the task, whose set has cancelled it or is about to.
            if self.inject.push(runnable).is_ok() {
                self.unpark();
            }
        }
    }

    /// Ends the executor's sleep, if it sleeps.
    pub(crate) fn unpark(&self) {
        if self.parked.load(Ordering::SeqCst) && self.parked.swap(false, Ordering::SeqCst) {
            self.reactor.wake();
        }
    }

    /// Whether the executor is about to sleep and nobody has woken it yet.
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

/// Wakes the future of `block_on`.
impl Wake for Shared {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.main_woken.store(true, Ordering::SeqCst);
        self.unpark();
    }
}

/// The part of a runtime that stays on its thread.
pub(crate) struct Executor {
    pub(crate) tasks: TaskSet,
    pub(crate) shared: Arc<Shared>,
    driver: RefCell<Driver>,
    running: Cell<bool>,
}

impl Executor {
    pub(crate) fn new(builder: &Builder) -> io::Result<Executor> {
        let shared = Arc::new(Shared {
            inject: Inject::new(),
            reactor: Reactor::new()?,
            timers: Timers::new(builder.start_paused),
            blocking: Pool::new(builder.blocking),
            parked: AtomicBool::new(false),
            main_woken: AtomicBool::new(false),
        });
        Ok(Executor {
            tasks: TaskSet::new(Arc::clone(&shared)),
            driver: RefCell::new(Driver::new()),
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
        let _current = context::enter(Rc::clone(self));

        let mut future = pin!(future);
        let waker = Waker::from(Arc::clone(&self.shared));
        let mut context = Context::from_waker(&waker);
        self.shared.main_woken.store(true, Ordering::Relaxed);
        let mut polls = 0;
        loop {
            if self.is_main_woken() {
                self.shared.main_woken.swap(false, Ordering::SeqCst);
                if let Poll::Ready(output) = budget::limit(|| future.as_mut().poll(&mut context)) {
                    return output;
                }
                polls += 1;
            }
            // One round: all that is queued now, and nothing that is queued meanwhile. So the
            // future of `block_on` takes its turn like a task.
            self.tasks.take_injected();
            for _ in 0..self.tasks.ready() {
                self.look_up(&mut polls);
                budget::limit(|| self.tasks.run_next());
                polls += 1;
            }
            if self.tasks.ready() == 0 && !self.is_main_woken() && self.shared.inject.is_empty() {
                self.park();
                polls = 0;
            } else {
                self.look_up(&mut polls);
            }
        }
    }

    /// Looks at the reactor, without waiting, if it is time to.
    fn look_up(&self, polls: &mut usize) {
        if *polls >= POLLS_PER_TURN {
            self.driver.borrow_mut().turn(&self.shared, false);
            self.tasks.take_injected();
            *polls = 0;
        }
    }

    fn is_main_woken(&self) -> bool {
        self.shared.main_woken.load(Ordering::SeqCst)
    }

    /// Sleeps until an event, a timer or a wake.
    fn park(&self) {
        self.shared.parked.store(true, Ordering::SeqCst);
        let idle = self.shared.inject.is_empty() && !self.is_main_woken();
        self.driver.borrow_mut().turn(&self.shared, idle);
    }
}

impl Executor {
    /// Cancels all tasks and lets go of all who wait for a socket or a time. On the way out.
    pub(crate) fn close(self: &Rc<Self>) {
        // Destructors may look for the current runtime, to spawn or to make a socket.
        let _current = context::enter(Rc::clone(self));
        self.tasks.close();
        self.shared.blocking.close();
        self.shared.reactor.close();
        self.shared.timers.close();
    }
}
