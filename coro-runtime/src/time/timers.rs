//! The timers of a runtime, shared between threads.

use std::sync::Mutex;
use std::task::Waker;
use std::time::{Duration, Instant};

use super::clock::Clock;
use super::sleep::after;
use super::wheel::{Key, Tick, Wheel};
use crate::lock::lock;

pub(crate) struct Timers {
    pub(crate) clock: Clock,
    start: Instant,
    wheel: Mutex<Wheel>,
}

impl Timers {
    pub(crate) fn new(paused: bool) -> Timers {
        let clock = Clock::new(paused);
        Timers {
            start: clock.now(),
            clock,
            wheel: Mutex::new(Wheel::new()),
        }
    }

    pub(crate) fn now(&self) -> Tick {
        self.tick(self.clock.now())
    }

    fn tick(&self, instant: Instant) -> Tick {
        let elapsed = instant.saturating_duration_since(self.start);
        Tick(u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX))
    }

    /// Wakes `waker` at `deadline`.
    pub(super) fn insert(&self, deadline: Instant, waker: Waker) -> Key {
        lock(&self.wheel).insert(self.tick(deadline), waker)
    }

    /// Changes whom a timer wakes. Whether it still waits.
    pub(super) fn update(&self, key: Key, waker: &Waker) -> bool {
        match lock(&self.wheel).waker(key) {
            None => return false,
            Some(stored) if stored.will_wake(waker) => return true,
            Some(_) => {}
        }
        // Cloned and dropped outside of the lock: it is foreign code.
        let mut waker = waker.clone();
        let mut wheel = lock(&self.wheel);
        let Some(stored) = wheel.waker(key) else {
            return false;
        };
        std::mem::swap(stored, &mut waker);
        drop(wheel);
        true
    }

    /// Forgets a timer, if it still waits.
    pub(super) fn cancel(&self, key: Key) {
        let waker = lock(&self.wheel).cancel(key);
        // Outside of the lock: it is foreign code.
        drop(waker);
    }

    /// Forgets all timers and wakes all who wait for one, since none will fire any more.
    pub(crate) fn close(&self) {
        let mut wakers = Vec::new();
        lock(&self.wheel).advance(Tick(u64::MAX), &mut wakers);
        for waker in wakers {
            waker.wake();
        }
    }

    /// A time at which there may be something to fire, and before which there is not.
    pub(crate) fn next(&self) -> Option<Tick> {
        lock(&self.wheel).next()
    }

    /// Moves a paused clock to the next timer. Whether there is one.
    pub(crate) fn advance_to_next(&self) -> bool {
        let Some(Tick(next)) = self.next() else {
            return false;
        };
        self.clock
            .advance_to(after(self.start, Duration::from_nanos(next)));
        true
    }

    /// Moves the wakers of the timers that are due to `wakers`, earliest first.
    pub(crate) fn fire(&self, wakers: &mut Vec<Waker>) {
        let mut wheel = lock(&self.wheel);
        if !wheel.is_empty() {
            wheel.advance(self.now(), wakers);
        }
    }
}

impl Tick {
    /// How long it is from `earlier` to here.
    pub(crate) fn since(self, earlier: Tick) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}
