//! The timers of a runtime, shared between threads.

use std::sync::Mutex;
use std::task::Waker;
use std::time::{Duration, Instant};

use super::clock::Clock;
use super::sleep::after;
use super::wheel::{Key, Tick, Wheel};
use crate::sync::lock;

pub(crate) struct Timers {
    pub(crate) clock: Clock,
    start: Instant,
    inner: Mutex<Inner>,
}

struct Inner {
    wheel: Wheel,
    /// Until when the thread in the reactor sleeps; zero while none does. Who adds an earlier
    /// timer must wake it.
    asleep_until: Tick,
}

impl Timers {
    pub(crate) fn new(clock: Clock) -> Timers {
        Timers {
            start: clock.now(),
            clock,
            inner: Mutex::new(Inner {
                wheel: Wheel::new(),
                asleep_until: Tick(0),
            }),
        }
    }

    pub(crate) fn now(&self) -> Tick {
        self.tick(self.clock.now())
    }

    fn tick(&self, instant: Instant) -> Tick {
        let elapsed = instant.saturating_duration_since(self.start);
        Tick(u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX))
    }

    /// Wakes `waker` at `deadline`. Whether the reactor's thread is to be woken, since it
    /// would sleep for too long.
    pub(super) fn insert(&self, deadline: Instant, waker: Waker) -> (Key, bool) {
        let deadline = self.tick(deadline);
        let mut inner = lock(&self.inner);
        let key = inner.wheel.insert(deadline, waker);
        let wake = deadline < inner.asleep_until;
        if wake {
            inner.asleep_until = deadline;
        }
        (key, wake)
    }

    /// Changes whom a timer wakes. Whether it still waits.
    pub(super) fn update(&self, key: Key, waker: &Waker) -> bool {
        match lock(&self.inner).wheel.waker(key) {
            None => return false,
            Some(stored) if stored.will_wake(waker) => return true,
            Some(_) => {}
        }
        // Cloned and dropped outside of the lock: it is foreign code.
        let mut waker = waker.clone();
        let mut inner = lock(&self.inner);
        let Some(stored) = inner.wheel.waker(key) else {
            return false;
        };
        std::mem::swap(stored, &mut waker);
        drop(inner);
        true
    }

    /// Forgets a timer, if it still waits.
    pub(super) fn cancel(&self, key: Key) {
        let waker = lock(&self.inner).wheel.cancel(key);
        // Outside of the lock: it is foreign code.
        drop(waker);
    }

    /// Forgets all timers and wakes all who wait for one, since none will fire any more.
    pub(crate) fn close(&self) {
        let mut wakers = Vec::new();
        lock(&self.inner).wheel.advance(Tick(u64::MAX), &mut wakers);
        for waker in wakers {
            waker.wake();
        }
    }

    /// A time, not before `earliest`, at which there may be something to fire, and before which
    /// there is not. Until then the caller sleeps, and ends its sleep with
    /// [`fire`](Timers::fire).
    pub(crate) fn sleep_until_next(&self, earliest: Tick) -> Option<Tick> {
        let mut inner = lock(&self.inner);
        let next = inner.wheel.next().map(|next| next.max(earliest));
        inner.asleep_until = next.unwrap_or(Tick(u64::MAX));
        next
    }

    /// Moves a paused clock to a time before which nothing is due. Whether there are timers.
    pub(crate) fn advance_to_next(&self) -> bool {
        let Some(Tick(next)) = lock(&self.inner).wheel.next() else {
            return false;
        };
        let next = after(self.start, Duration::from_nanos(next));
        self.clock.advance_to(next);
        true
    }

    /// Moves the wakers of the timers that are due to `wakers`, earliest first. Until when they
    /// are, if there are timers at all.
    pub(crate) fn fire(&self, wakers: &mut Vec<Waker>) -> Tick {
        let mut inner = lock(&self.inner);
        inner.asleep_until = Tick(0);
        if inner.wheel.is_empty() {
            return Tick(0);
        }
        let now = self.now();
        inner.wheel.advance(now, wakers);
        now
    }
}

impl Tick {
    /// The time that is `duration` later.
    pub(crate) fn after(self, duration: Duration) -> Tick {
        let nanoseconds = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        Tick(self.0.saturating_add(nanoseconds))
    }

    /// The time that is `duration` earlier, or the start.
    pub(crate) fn before(self, duration: Duration) -> Tick {
        let nanoseconds = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        Tick(self.0.saturating_sub(nanoseconds))
    }

    /// How long it is from `earlier` to here.
    pub(crate) fn since(self, earlier: Tick) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}
