//! How a thread of a multi-thread runtime sleeps.

use std::sync::{Arc, PoisonError};
use std::task::{Wake, Waker};

use super::Pool;
use crate::shared::Shared;
use crate::sync::primitive::atomic::{AtomicU8, Ordering};
use crate::sync::primitive::{Condvar, Mutex, lock};

/// Awake, and nobody has asked to end the next sleep.
const AWAKE: u8 = 0;
/// Asleep on the condition variable, or about to be.
const ON_CONDITION: u8 = 1;
/// Asleep in the reactor, or about to be.
const IN_DRIVER: u8 = 2;
/// The present or the next sleep is to end.
const NOTIFIED: u8 = 3;

/// One thread's place to sleep. Unlike [`std::thread::park`] it is shared with nobody's code.
pub(crate) struct Parker {
    state: AtomicU8,
    mutex: Mutex<()>,
    condition: Condvar,
}

impl Parker {
    pub(crate) fn new() -> Parker {
        Parker {
            state: AtomicU8::new(AWAKE),
            mutex: Mutex::new(()),
            condition: Condvar::new(),
        }
    }

    /// Sleeps until [`unpark`](Parker::unpark): in the reactor if nobody else does, and then
    /// until an event or a timer too. Their wakers are moved to `wakers`.
    pub(super) fn park(&self, shared: &Shared, pool: &Pool, wakers: &mut Vec<Waker>) {
        // A poisoned driver is whole: what it panics at, it has not begun to change.
        let driver = match pool.driver.try_lock() {
            Ok(driver) => Some(driver),
            Err(std::sync::TryLockError::Poisoned(poison)) => Some(poison.into_inner()),
            Err(std::sync::TryLockError::WouldBlock) => None,
        };
        let Some(mut driver) = driver else {
            self.park_on_condition();
            return;
        };
        if self.enter(IN_DRIVER) {
            driver.turn(shared, true, wakers);
            self.state.swap(AWAKE, Ordering::SeqCst);
        }
    }

    /// Sleeps until [`unpark`](Parker::unpark).
    pub(crate) fn park_on_condition(&self) {
        let mut guard = lock(&self.mutex);
        if !self.enter(ON_CONDITION) {
            return;
        }
        while self
            .state
            .compare_exchange(NOTIFIED, AWAKE, Ordering::SeqCst, Ordering::SeqCst)
            .is_err()
        {
            guard = self
                .condition
                .wait(guard)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Begins a sleep, unless its end was asked for already.
    fn enter(&self, state: u8) -> bool {
        let entered = self
            .state
            .compare_exchange(AWAKE, state, Ordering::SeqCst, Ordering::SeqCst);
        if entered.is_err() {
            // Only `unpark` writes the state meanwhile, and it has.
            self.state.swap(AWAKE, Ordering::SeqCst);
        }
        entered.is_ok()
    }

    /// Whether its thread sleeps in the reactor.
    pub(super) fn is_in_driver(&self) -> bool {
        self.state.load(Ordering::SeqCst) == IN_DRIVER
    }

    /// Ends the sleep of a worker, or its next one.
    pub(super) fn unpark(&self, shared: &Shared) {
        if self.notify() == IN_DRIVER {
            shared.reactor.wake();
        }
    }

    /// The state before. Ends a sleep on the condition variable.
    pub(super) fn notify(&self) -> u8 {
        let previous = self.state.swap(NOTIFIED, Ordering::SeqCst);
        if previous == ON_CONDITION {
            // Waits until the sleeper waits, so that it cannot miss what follows.
            drop(lock(&self.mutex));
            self.condition.notify_one();
        }
        previous
    }
}

/// Wakes the future of `block_on`, whose thread sleeps on the condition variable only.
impl Wake for Parker {
    fn wake(self: Arc<Self>) {
        self.notify();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.notify();
    }
}

#[cfg(all(test, coro_loom))]
mod models {
    use super::Parker;
    use loom::sync::Arc;
    use loom::thread;

    #[test]
    fn each_notice_ends_a_sleep() {
        loom::model(|| {
            let parker = Arc::new(Parker::new());
            let other = Arc::clone(&parker);
            let thread = thread::spawn(move || {
                other.notify();
            });
            // A deadlock if the notice came between the look at the state and the sleep, and
            // got lost.
            parker.park_on_condition();
            thread.join().unwrap();
        });
    }
}
