//! One turn of the reactor and the timers.

use std::task::Waker;
use std::time::Duration;

use coro_sys::Events;

use crate::shared::Shared;
use crate::time::Tick;

/// How many events one system call brings.
const EVENTS: usize = 256;

/// How long timers are gathered after others have fired, when they do not come thick and fast.
const SHORTEST_REST: Duration = Duration::from_micros(50);
/// How long they are gathered when they do.
const LONGEST_REST: Duration = Duration::from_micros(400);

/// The buffer of whoever polls the reactor, and what the alarm clock is set to.
pub(crate) struct Driver {
    events: Events,
    alarm: Option<Tick>,
    /// Until when the thread is not woken for a timer, after others have fired. A wake-up costs
    /// more than what it fires, so timers that come close behind one another are gathered.
    rest_until: Tick,
    rest: Duration,
    /// The clock's count of changes when the alarm was set.
    changes: u64,
}

impl Driver {
    pub(crate) fn new() -> Driver {
        Driver {
            events: Events::with_capacity(EVENTS),
            alarm: None,
            rest_until: Tick(0),
            rest: SHORTEST_REST,
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
        if wait && shared.timers.clock.is_paused() {
            self.wait_in_no_time(shared, wakers);
        } else {
            let wait = wait && self.set_alarm(shared);
            self.poll(shared, wait, wakers);
        }
        let others = wakers.len();
        let now = shared.timers.fire(wakers);
        self.rest(now, wakers.len() - others);
    }

    /// Begins a rest after so many timers have fired. Rests grow as long as there is something to
    /// gather.
    fn rest(&mut self, now: Tick, fired: usize) {
        self.rest = match fired {
            0 => return,
            1 => SHORTEST_REST,
            _ => (2 * self.rest).min(LONGEST_REST),
        };
        self.rest_until = now.after(self.rest);
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
        let Some(next) = shared.timers.sleep_until_next(self.rest_until) else {
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
    use super::{Driver, LONGEST_REST, SHORTEST_REST};
    use crate::time::Tick;

    #[test]
    fn rests_grow_while_timers_come_thick_and_fast() {
        let mut driver = Driver::new();
        let mut rest = |fired| {
            driver.rest(Tick(1000), fired);
            driver.rest_until.since(Tick(1000))
        };
        // One that fires alone is exact, but for another close behind it.
        assert_eq!(rest(1), SHORTEST_REST);
        assert_eq!(rest(1), SHORTEST_REST);
        // A crowd at one time is not enough for a long rest.
        assert_eq!(rest(500), 2 * SHORTEST_REST);
        assert_eq!(rest(0), 2 * SHORTEST_REST);
        assert_eq!(rest(1), SHORTEST_REST);
        for _ in 0..5 {
            rest(3);
        }
        assert_eq!(rest(3), LONGEST_REST);
    }
}
