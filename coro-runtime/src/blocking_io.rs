//! Blocking calls of `std` on the threads for that.

use std::io;

use crate::spawn_blocking;

/// Has a thread of the pool do `work`. Given up, it does not begin, or goes on unseen.
#[coro::coroutine]
pub(crate) async fn unblock<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)?
}
