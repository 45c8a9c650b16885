//! One turn of the reactor and the timers.

use std::task::Waker;
use std::time::Duration;

use coro_sys::Events;

use crate::executor::Shared;
use crate::time::Tick;

/// How many events one system call brings.
const EVENTS: usize = 256;

/// The buffers of the executor's thread, and what its alarm clock is set to.
pub(crate) struct Driver {
    events: Events,
    /// Collected first and woken last: a foreign waker may run any code, so no lock of ours
    /// may be held then. Empty between two turns, unless a waker panicked.
    wakers: Vec<Waker>,
    alarm: Option<Tick>,
    /// The clock's count of changes when the alarm was set.
    changes: u64,
}

impl Driver {
    pub(crate) fn new() -> Driver {
        Driver {
            events: Events::with_capacity(EVENTS),
            wakers: Vec::new(),
            alarm: None,
            changes: 0,
        }
    }

    /// Wakes whoever waits for a socket that is ready or a time that has come. With `wait`,
    /// sleeps until there is something to do.
    ///
    /// # Panics
    ///
    /// When the kernel refuses to poll or to set the alarm: neither has a reason to.
    pub(crate) fn turn(&mut self, shared: &Shared, wait: bool) {
        let wait = wait && self.wakers.is_empty();
        if wait && shared.timers.clock.is_paused() {
            self.wait_in_no_time(shared);
        } else {
            let wait = wait && self.set_alarm(shared);
            self.poll(shared, wait);
        }
        shared.unparked();
        shared.timers.fire(&mut self.wakers);
        // Taken one by one, the earliest last in the list: if one panics, the next turn wakes
        // those that are left.
        self.wakers.reverse();
        while let Some(waker) = self.wakers.pop() {
            waker.wake();
        }
    }

    /// Collects events, and sleeps until there are some if `wait` says so.
    fn poll(&mut self, shared: &Shared, wait: bool) {
        let timeout = if wait { None } else { Some(Duration::ZERO) };
        shared
            .reactor
            .poll(&mut self.events, timeout, &mut self.wakers)
            .expect("epoll refuses to wait");
    }

    /// What a wait is while the clock is paused: a jump to the next timer, unless there is
    /// something else to do, or to be waited for.
    fn wait_in_no_time(&mut self, shared: &Shared) {
        self.poll(shared, false);
        // The wake that this may have collected is known by what it did before it was made.
        if !self.wakers.is_empty() || !shared.is_parked() {
            return;
        }
        if shared.blocking.is_busy() || !shared.timers.advance_to_next() {
            self.poll(shared, true);
        }
    }

    /// Sets the alarm for the next timer. Whether there is time to sleep at all.
    ///
    /// An alarm that rings too early, because its timer was cancelled, is left alone: it
    /// costs one idle turn, where moving it would cost a system call for each cancellation.
    fn set_alarm(&mut self, shared: &Shared) -> bool {
        let Some(next) = shared.timers.next() else {
            return true;
        };
        let now = shared.timers.now();
        if next <= now {
            return false;
        }
        let changes = shared.timers.clock.changes();
        if self.changes != changes {
            // What the alarm was set to means another time now.
            self.changes = changes;
            self.alarm = None;
        }
        let in_time = self.alarm.is_some_and(|alarm| now < alarm && alarm <= next);
        if !in_time {
            shared
                .reactor
                .set_alarm(next.since(now))
                .expect("the kernel refuses to set a timer");
            self.alarm = Some(next);
        }
        true
    }
}
