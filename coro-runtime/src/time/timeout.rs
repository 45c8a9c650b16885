//! Giving a future up when a time has come.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use super::sleep::{Sleep, sleep, sleep_until};

/// Awaits `future` for at most `duration`, counted from the first poll.
///
/// The future is polled before the clock is asked, so one that is ready wins. When the time
/// is over, the future is dropped.
///
/// # Errors
///
/// [`Elapsed`] when the time is over.
///
/// # Panics
///
/// When it is polled outside of a runtime.
///
/// # Examples
///
/// ```
/// use coro_runtime::time::{sleep, timeout};
/// use std::time::Duration;
///
/// coro_runtime::block_on(async {
///     let brief = Duration::from_millis(1);
///     let long = Duration::from_secs(60);
///     assert!(timeout(long, sleep(brief)).await.is_ok());
///     assert!(timeout(brief, sleep(long)).await.is_err());
/// });
/// ```
#[coro::coroutine]
pub async fn timeout<F: Future>(duration: Duration, future: F) -> Result<F::Output, Elapsed> {
    let future = pin!(future);
    let sleep = sleep(duration);
    Race { future, sleep }.await
}

/// Awaits `future` until `deadline` at the latest, like [`timeout`].
///
/// # Errors
///
/// [`Elapsed`] when the deadline has passed.
///
/// # Panics
///
/// When it is polled outside of a runtime.
///
/// # Examples
///
/// ```
/// use coro_runtime::time::timeout_at;
/// use std::time::Instant;
///
/// coro_runtime::block_on(async {
///     assert!(timeout_at(Instant::now(), std::future::ready(())).await.is_ok());
///     assert!(timeout_at(Instant::now(), std::future::pending::<()>()).await.is_err());
/// });
/// ```
#[coro::coroutine]
pub async fn timeout_at<F: Future>(deadline: Instant, future: F) -> Result<F::Output, Elapsed> {
    let future = pin!(future);
    let sleep = sleep_until(deadline);
    Race { future, sleep }.await
}

/// A future against the clock.
struct Race<'a, F> {
    future: Pin<&'a mut F>,
    sleep: Sleep,
}

impl<F: Future> Future for Race<'_, F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if let Poll::Ready(output) = self.future.as_mut().poll(context) {
            return Poll::Ready(Ok(output));
        }
        Pin::new(&mut self.sleep)
            .poll(context)
            .map(|()| Err(Elapsed(())))
    }
}

/// The time was over before the future was ready.
///
/// # Examples
///
/// ```
/// use coro_runtime::time::timeout;
/// use std::time::Duration;
///
/// let late = coro_runtime::block_on(timeout(Duration::ZERO, std::future::pending::<()>()));
/// assert_eq!(late.unwrap_err().to_string(), "the time is over");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed(());

impl Elapsed {
    pub(crate) fn new() -> Elapsed {
        Elapsed(())
    }
}

impl fmt::Display for Elapsed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the time is over")
    }
}

impl std::error::Error for Elapsed {}

impl From<Elapsed> for io::Error {
    fn from(elapsed: Elapsed) -> io::Error {
        io::Error::new(io::ErrorKind::TimedOut, elapsed)
    }
}
