//! Ticks at equal distances.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use super::clock::now;
use super::sleep::{Sleep, after, sleep_until};

/// Ticks now and then every `period`.
///
/// # Panics
///
/// When `period` is zero.
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
///     let mut ticks = interval(Duration::from_secs(10));
///     for number in 0..3 {
///         assert_eq!(ticks.tick().await, start + number * Duration::from_secs(10));
///     }
/// });
/// ```
pub fn interval(period: Duration) -> Interval {
    interval_at(now(), period)
}

/// Ticks at `start` and then every `period`.
///
/// # Panics
///
/// When `period` is zero.
pub fn interval_at(start: Instant, period: Duration) -> Interval {
    assert!(period > Duration::ZERO, "the period of an interval is zero");
    Interval {
        sleep: sleep_until(start),
        period,
        missed: MissedTickBehavior::default(),
    }
}

/// What an [`Interval`] does about ticks that nobody was there to take.
///
/// With a period of 10, the first tick taken at 0 and the second, which was due at 10, at 34:
///
/// ```text
/// due       0    10    20    30    40    50
/// Burst     0                   34 34 34 40    50
/// Delay     0                   34          44          54
/// Skip      0                   34       40    50
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissedTickBehavior {
    /// Ticks that were missed come at once, until the schedule is caught up with: their
    /// number is right.
    #[default]
    Burst,
    /// Each tick comes at least a period after the one before was taken: their distance is
    /// right, and all delays add up.
    Delay,
    /// Ticks that were missed are left out: all but a late one are at a multiple of the
    /// period.
    Skip,
}

impl MissedTickBehavior {
    /// When the next tick is due, after one that was due at `due` is taken at `now`.
    fn next(self, due: Instant, now: Instant, period: Duration) -> Instant {
        match self {
            MissedTickBehavior::Burst => after(due, period),
            MissedTickBehavior::Delay => after(now, period),
            MissedTickBehavior::Skip => {
                let late = now.saturating_duration_since(due);
                let past = late.as_nanos() % period.as_nanos();
                // The rest of a division of durations is a duration again.
                let billion = 1_000_000_000;
                let past = Duration::new((past / billion) as u64, (past % billion) as u32);
                after(now.max(due), period - past)
            }
        }
    }
}

/// Ticks at equal distances; made by [`interval`] and [`interval_at`].
#[derive(Debug)]
pub struct Interval {
    sleep: Sleep,
    period: Duration,
    missed: MissedTickBehavior,
}

impl Interval {
    /// Waits for the next tick, and tells when it was due.
    ///
    /// Dropping the future before it is ready loses no tick.
    ///
    /// # Panics
    ///
    /// The future panics when it is polled outside of a runtime.
    pub fn tick(&mut self) -> impl Future<Output = Instant> + Send + '_ {
        poll_fn(|context| self.poll_tick(context))
    }

    /// Polls for the next tick.
    ///
    /// # Panics
    ///
    /// When it is polled outside of a runtime.
    pub fn poll_tick(&mut self, context: &mut Context<'_>) -> Poll<Instant> {
        ready!(Pin::new(&mut self.sleep).poll(context));
        let due = self.sleep.deadline();
        let next = self.missed.next(due, now(), self.period);
        self.sleep.reset(next);
        Poll::Ready(due)
    }

    /// Makes the next tick come a period from now.
    pub fn reset(&mut self) {
        self.sleep.reset(after(now(), self.period));
    }

    /// Makes the next tick come at `time`.
    pub fn reset_at(&mut self, time: Instant) {
        self.sleep.reset(time);
    }

    /// The distance of two ticks.
    #[must_use]
    pub fn period(&self) -> Duration {
        self.period
    }

    /// What is done about ticks that were missed.
    #[must_use]
    pub fn missed_tick_behavior(&self) -> MissedTickBehavior {
        self.missed
    }

    /// Changes what is done about ticks that were missed, from the next tick on.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::time::{MissedTickBehavior, advance, interval, now, pause};
    /// use std::time::Duration;
    ///
    /// coro_runtime::block_on(async {
    ///     pause();
    ///     let start = now();
    ///     let mut ticks = interval(Duration::from_secs(10));
    ///     ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    ///     ticks.tick().await;
    ///     advance(Duration::from_secs(34)).await;
    ///     ticks.tick().await;
    ///     ticks.tick().await;
    ///     assert_eq!(now() - start, Duration::from_secs(40));
    /// });
    /// ```
    pub fn set_missed_tick_behavior(&mut self, behavior: MissedTickBehavior) {
        self.missed = behavior;
    }
}
