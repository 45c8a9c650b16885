//! Letting others go first.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Suspends the task once, and puts it behind all that is ready.
///
/// # Examples
///
/// ```
/// coro_runtime::block_on(async {
///     let other = coro_runtime::spawn(async {});
///     coro_runtime::yield_now().await;
///     assert!(other.is_finished());
/// });
/// ```
pub fn yield_now() -> YieldNow {
    YieldNow { yielded: false }
}

/// Suspends its task once; made by [`yield_now`].
///
/// # Examples
///
/// See [`yield_now`].
#[derive(Debug)]
#[must_use = "futures do nothing unless they are awaited"]
pub struct YieldNow {
    yielded: bool,
}

impl Future for YieldNow {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.yielded {
            return Poll::Ready(());
        }
        self.yielded = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
