//! The future that waits for a time.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use super::Key;
use super::clock::now;
use crate::context;
use crate::shared::Shared;

/// Waits for `duration`, counted from this call.
///
/// # Panics
///
/// The future panics when it is first polled outside of a runtime.
///
/// # Examples
///
/// ```
/// use coro_runtime::time::sleep;
/// use std::time::Duration;
///
/// coro_runtime::block_on(sleep(Duration::from_millis(1)));
/// ```
pub fn sleep(duration: Duration) -> Sleep {
    sleep_until(after(now(), duration))
}

/// The time that is `duration` after `time`.
pub(crate) fn after(time: Instant, duration: Duration) -> Instant {
    // What the clock cannot express is as good as for ever.
    let century = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    time.checked_add(duration)
        .or_else(|| time.checked_add(century))
        .unwrap_or(time)
}

/// Waits until `deadline`; if it has passed, not at all.
///
/// # Panics
///
/// The future panics when it is first polled outside of a runtime.
///
/// # Examples
///
/// ```
/// use coro_runtime::time::sleep_until;
/// use std::time::{Duration, Instant};
///
/// let deadline = Instant::now() + Duration::from_millis(1);
/// coro_runtime::block_on(sleep_until(deadline));
/// assert!(Instant::now() >= deadline);
/// ```
pub fn sleep_until(deadline: Instant) -> Sleep {
    Sleep {
        deadline,
        timer: None,
    }
}

/// Waits for a time; made by [`sleep`] and [`sleep_until`].
///
/// It is tied to the runtime in which it is first polled; if that is dropped, to the one in
/// which it is polled next. Dropping it cancels the timer.
///
/// # Examples
///
/// See [`sleep`] and [`Sleep::reset`].
#[must_use = "futures do nothing unless they are awaited"]
pub struct Sleep {
    deadline: Instant,
    timer: Option<(Arc<Shared>, Key)>,
}

impl Sleep {
    /// The time at which it is ready.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// assert_eq!(coro_runtime::time::sleep_until(now).deadline(), now);
    /// ```
    #[must_use]
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Makes it wait until `deadline` instead, whether or not it was ready before.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::time::sleep;
    /// use std::time::{Duration, Instant};
    ///
    /// coro_runtime::block_on(async {
    ///     let mut sleep = sleep(Duration::from_secs(60));
    ///     sleep.reset(Instant::now());
    ///     sleep.await;
    /// });
    /// ```
    pub fn reset(&mut self, deadline: Instant) {
        if let Some((shared, key)) = self.timer.take() {
            shared.timers.cancel(key);
        }
        self.deadline = deadline;
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if let Some((shared, key)) = &self.timer
            && shared.timers.update(*key, context.waker())
        {
            return Poll::Pending;
        }
        // A timer that does not wait any more has fired, or its runtime was dropped.
        let now = match self.timer.take() {
            Some((shared, _)) => shared.timers.clock.now(),
            None => now(),
        };
        if now >= self.deadline {
            return Poll::Ready(());
        }
        let shared = context::shared()
            .expect("a sleep was polled outside of a runtime: await it inside `block_on`");
        let (key, wake) = shared.timers.insert(self.deadline, context.waker().clone());
        if wake {
            shared.reactor.wake();
        }
        self.timer = Some((shared, key));
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some((shared, key)) = &self.timer {
            shared.timers.cancel(*key);
        }
    }
}

impl std::fmt::Debug for Sleep {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Sleep")
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}
