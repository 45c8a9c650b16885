//! Ticks at equal distances.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use super::clock::now;
use super::sleep::{Sleep, after, sleep_until};

/// Ticks every `period`, for the first time at once.
///
/// # Panics
///
/// When `period` is zero.
///
/// # Examples
///
/// ```
/// use coro_runtime::time::interval;
/// use std::time::{Duration, Instant};
///
/// coro_runtime::block_on(async {
///     let start = Instant::now();
///     let mut ticks = interval(Duration::from_millis(1));
///     for _ in 0..3 {
///         ticks.tick().await;
///     }
///     assert!(start.elapsed() >= Duration::from_millis(2));
/// });
/// ```
pub fn interval(period: Duration) -> Interval {
    interval_at(now(), period)
}

/// Ticks every `period`, for the first time at `start`.
///
/// # Panics
///
/// When `period` is zero.
///
/// # Examples
///
/// ```
/// use coro_runtime::time::interval_at;
/// use std::time::{Duration, Instant};
///
/// coro_runtime::block_on(async {
///     let start = Instant::now() + Duration::from_millis(1);
///     let mut ticks = interval_at(start, Duration::from_secs(60));
///     assert_eq!(ticks.tick().await, start);
/// });
/// ```
pub fn interval_at(start: Instant, period: Duration) -> Interval {
    assert!(!period.is_zero(), "the period of an interval is not zero");
    Interval {
        sleep: sleep_until(start),
        period,
        missed: MissedTickBehavior::Burst,
    }
}

/// When an [`Interval`] ticks that was not asked in time.
///
/// With a period of 10 and a task that is busy from 1 to 35:
///
/// ```text
/// Burst   0 | 35 35 35 40 50    all that were missed, at once, and then as before
/// Delay   0 | 35 45 55          a period after the late one
/// Skip    0 | 35 40 50          at the next multiple of the period
/// ```
///
/// # Examples
///
/// ```
/// use coro_runtime::time::{MissedTickBehavior, advance, interval, now, pause};
/// use std::time::Duration;
///
/// coro_runtime::block_on(async {
///     pause();
///     let second = Duration::from_secs(1);
///     let start = now();
///     let mut ticks = interval(second);
///     ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
///     ticks.tick().await;
///     advance(second * 7 / 2).await;
///     // The one that was missed first comes late, and then the next that is not.
///     assert_eq!(ticks.tick().await - start, second);
///     assert_eq!(ticks.tick().await - start, 4 * second);
/// });
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissedTickBehavior {
    /// Ticks at once for each tick that was missed.
    #[default]
    Burst,
    /// Counts the period from the late tick on.
    Delay,
    /// Leaves out what was missed and keeps to the multiples of the period.
    Skip,
}

/// Ticks at equal distances; made by [`interval`] and [`interval_at`].
///
/// # Examples
///
/// See [`interval`].
#[derive(Debug)]
#[must_use = "an interval does nothing unless its ticks are awaited"]
pub struct Interval {
    /// Waits for the next tick.
    sleep: Sleep,
    period: Duration,
    missed: MissedTickBehavior,
}

impl Interval {
    /// Waits for the next tick, and returns the time for which it was due.
    ///
    /// Dropping the future before it is ready loses no tick.
    ///
    /// # Panics
    ///
    /// When it is polled outside of a runtime.
    ///
    /// # Examples
    ///
    /// See [`interval`].
    pub fn tick(&mut self) -> impl Future<Output = Instant> + '_ {
        poll_fn(|context| self.poll_tick(context))
    }

    /// Waits for the next tick, as [`tick`](Interval::tick) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::time::interval;
    /// use std::future::poll_fn;
    /// use std::time::Duration;
    ///
    /// coro_runtime::block_on(async {
    ///     let mut ticks = interval(Duration::from_millis(1));
    ///     let first = poll_fn(|context| ticks.poll_tick(context)).await;
    ///     let second = poll_fn(|context| ticks.poll_tick(context)).await;
    ///     assert_eq!(second - first, ticks.period());
    /// });
    /// ```
    pub fn poll_tick(&mut self, context: &mut Context<'_>) -> Poll<Instant> {
        ready!(Pin::new(&mut self.sleep).poll(context));
        let due = self.sleep.deadline();
        let next = self.after(due, now());
        self.sleep.reset(next);
        Poll::Ready(due)
    }

    /// When the tick after the one that was due then is due, seen from `now`.
    fn after(&self, due: Instant, now: Instant) -> Instant {
        let next = after(due, self.period);
        if next > now {
            return next;
        }
        match self.missed {
            MissedTickBehavior::Burst => next,
            MissedTickBehavior::Delay => after(now, self.period),
            MissedTickBehavior::Skip => {
                let over = (now - due).as_nanos() % self.period.as_nanos();
                let over = Duration::from_nanos(u64::try_from(over).unwrap_or(u64::MAX));
                now + (self.period - over)
            }
        }
    }

    /// Makes the next tick due one period from now.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::time::interval;
    /// use std::time::{Duration, Instant};
    ///
    /// coro_runtime::block_on(async {
    ///     let mut ticks = interval(Duration::from_millis(2));
    ///     ticks.reset();
    ///     let start = Instant::now();
    ///     ticks.tick().await;
    ///     assert!(start.elapsed() > Duration::from_millis(1));
    /// });
    /// ```
    pub fn reset(&mut self) {
        self.sleep.reset(after(now(), self.period));
    }

    /// Makes the next tick due at `time`.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::time::{interval, now, pause};
    /// use std::time::Duration;
    ///
    /// coro_runtime::block_on(async {
    ///     pause();
    ///     let start = now();
    ///     let mut ticks = interval(Duration::from_secs(1));
    ///     ticks.reset_at(start + Duration::from_secs(60));
    ///     ticks.tick().await;
    ///     assert_eq!(now() - start, Duration::from_secs(60));
    /// });
    /// ```
    pub fn reset_at(&mut self, time: Instant) {
        self.sleep.reset(time);
    }

    /// What to do about ticks that were missed.
    ///
    /// # Examples
    ///
    /// See [`MissedTickBehavior`].
    #[must_use]
    pub fn missed_tick_behavior(&self) -> MissedTickBehavior {
        self.missed
    }

    /// Sets what to do about ticks that were missed.
    ///
    /// # Examples
    ///
    /// See [`MissedTickBehavior`].
    pub fn set_missed_tick_behavior(&mut self, behavior: MissedTickBehavior) {
        self.missed = behavior;
    }

    /// The distance of two ticks.
    #[must_use]
    pub fn period(&self) -> Duration {
        self.period
    }
}

#[cfg(test)]
mod tests {
    use super::{MissedTickBehavior, interval_at};
    use std::time::{Duration, Instant};

    #[test]
    fn what_was_missed_is_made_up_for_delayed_or_skipped() {
        let start = Instant::now();
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        let mut ticks = interval_at(start, Duration::from_millis(10));
        for (behavior, expected) in [
            (MissedTickBehavior::Burst, 10),
            (MissedTickBehavior::Delay, 45),
            (MissedTickBehavior::Skip, 40),
        ] {
            ticks.set_missed_tick_behavior(behavior);
            assert_eq!(ticks.after(at(0), at(35)), at(expected), "{behavior:?}");
            assert_eq!(ticks.after(at(0), at(3)), at(10), "{behavior:?} in time");
        }
        // Exactly at a tick, the next one is skipped to.
        assert_eq!(ticks.after(at(0), at(30)), at(40));
    }
}
