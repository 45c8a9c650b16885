//! One turn of the reactor and the timers.

use std::cell::Cell;
use std::task::Waker;
use std::time::{Duration, Instant};

use coro_sys::Events;

use crate::shared::Shared;
use crate::time::Tick;

/// How many events one system call brings.
const EVENTS: usize = 256;

/// How far apart wake-ups for timers are in the long run. In between, timers are gathered.
const DISTANCE: Duration = Duration::from_millis(1);
/// How many wake-ups may come closer together than that, each at the exact time of its timer.
const BURST: u32 = 16;

/// The buffer of whoever polls the reactor, and what the alarm clock is set to.
pub(crate) struct Driver {
    events: Events,
    alarm: Option<Tick>,
    /// When the wake-ups so far would be over if they came at their [`DISTANCE`]. The thread is not
    /// woken for a timer while this is more than a [`BURST`] of them ahead.
    paid_until: Tick,
    /// The clock's count of changes when the alarm was set.
    changes: u64,
}

impl Driver {
    pub(crate) fn new() -> Driver {
        Driver {
            events: Events::with_capacity(EVENTS),
            alarm: None,
            paid_until: Tick(0),
            changes: 0,
        }
    }

    /// Collects the wakers of those who wait for a socket that is ready or a time that has
    /// come. With `wait`, sleeps until there is something to do.
    ///
    /// The caller wakes them, by [`wake_all`], when it holds no lock any more: a foreign waker
    /// may run any code.
    ///
    /// # Panics
    ///
    /// When the kernel refuses to poll or to set the alarm: neither has a reason to.
    pub(crate) fn turn(&mut self, shared: &Shared, wait: bool, wakers: &mut Vec<Waker>) {
        let has_slept = if wait && shared.timers.clock.is_paused() {
            self.wait_in_no_time(shared, wakers);
            false
        } else {
            let wait = wait && self.set_alarm(shared);
            self.poll(shared, wait, wakers);
            wait
        };
        let is_for_timers = has_slept && wakers.is_empty();
        let now = shared.timers.fire(wakers);
        if is_for_timers && !wakers.is_empty() {
            self.pay(now);
        }
    }

    /// Accounts for a wake-up for timers. It costs more than what it fires, so that many timers close
    /// behind one another are to share some, while one that is alone is exact.
    fn pay(&mut self, now: Tick) {
        self.paid_until = self.paid_until.max(now).after(DISTANCE);
    }

    /// The earliest time of the next wake-up for a timer.
    fn earliest(&self) -> Tick {
        self.paid_until.before(BURST * DISTANCE)
    }

    /// Collects events, and with `wait` sleeps until there are some.
    fn poll(&mut self, shared: &Shared, wait: bool, wakers: &mut Vec<Waker>) {
        let timeout = if wait { None } else { Some(Duration::ZERO) };
        shared
            .reactor
            .poll(&mut self.events, timeout, wakers)
            .expect("epoll refuses to wait");
    }

    /// What a wait is while the clock is paused, which is that of a current-thread runtime: a
    /// jump to the next timer, unless there is something else to do, or to be waited for.
    fn wait_in_no_time(&mut self, shared: &Shared, wakers: &mut Vec<Waker>) {
        self.poll(shared, false, wakers);
        // A wake from another thread is no event of anybody's, but has ended the parking.
        if !wakers.is_empty() || !shared.remote().is_parked() {
            return;
        }
        if shared.blocking.is_busy() || !shared.timers.advance_to_next() {
            self.poll(shared, true, wakers);
        }
    }

    /// Sets the alarm for the next timer. Whether there is time to sleep at all.
    ///
    /// An alarm that rings too early, because its timer was cancelled, is left alone: it
    /// costs one idle turn, where moving it would cost a system call for each cancellation.
    fn set_alarm(&mut self, shared: &Shared) -> bool {
        let Some(next) = shared.timers.sleep_until_next(self.earliest()) else {
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

/// How far apart the looks at the reactor are, at least, of an executor that has work.
const LOOK_DISTANCE: Duration = Duration::from_micros(20);

/// When an executor that has work looked at the reactor.
///
/// A look is a system call, and costs as much as dozens of short polls. So the number of polls alone
/// does not say when it is time for the next one: they ask here once in a while, which is a look at the
/// clock.
pub(crate) struct Looks {
    last: Cell<Instant>,
}

impl Looks {
    pub(crate) fn new() -> Looks {
        Looks {
            last: Cell::new(Instant::now()),
        }
    }

    /// Whether it is time to look again, which the caller then does.
    pub(crate) fn are_due(&self) -> bool {
        let now = Instant::now();
        let due = now.saturating_duration_since(self.last.get()) >= LOOK_DISTANCE;
        if due {
            self.last.set(now);
        }
        due
    }
}

/// Wakes what a turn has collected, in order, and empties the list.
///
/// Taken one by one, the earliest last in the list: if one panics, those that are left stay
/// in it for the next call.
pub(crate) fn wake_all(wakers: &mut Vec<Waker>) {
    wakers.reverse();
    while let Some(waker) = wakers.pop() {
        waker.wake();
    }
}

#[cfg(test)]
mod tests {
    use super::{BURST, DISTANCE, Driver};
    use crate::time::Tick;

    /// The times of wake-ups for a timer that is due every `gap` nanoseconds, if it is waited for
    /// so often.
    fn wake_ups(gap: u64, count: usize) -> Vec<u64> {
        let mut driver = Driver::new();
        let mut now = 1_000_000_000;
        let mut wake_up = || {
            now = driver.earliest().0.max(now + gap);
            driver.pay(Tick(now));
            now
        };
        (0..count).map(|_| wake_up()).collect()
    }

    #[test]
    fn a_burst_is_exact_and_a_flood_is_gathered() {
        let distance = DISTANCE.as_nanos() as u64;
        let gap = distance / 100;
        let times = wake_ups(gap, 100);
        let gaps: Vec<u64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let exact = gaps.iter().take_while(|&&found| found == gap).count();
        assert!(exact >= BURST as usize - 1, "{gaps:?}");
        assert!(gaps[exact + 1..].iter().all(|&found| found == distance));
    }

    #[test]
    fn timers_that_are_far_enough_apart_are_exact_for_ever() {
        let distance = DISTANCE.as_nanos() as u64;
        let times = wake_ups(distance, 1000);
        assert!(times.windows(2).all(|pair| pair[1] - pair[0] == distance));
    }
}
