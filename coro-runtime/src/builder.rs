//! A runtime with other settings than the usual ones.

use std::io;
use std::time::Duration;

use crate::blocking::Limits;
use crate::runtime::Runtime;

/// Makes a [`Runtime`] with settings; see [`Runtime::builder`].
///
/// # Examples
///
/// ```
/// use coro_runtime::Runtime;
///
/// # fn main() -> std::io::Result<()> {
/// let runtime = Runtime::builder().max_blocking_threads(4).build()?;
/// let sum = runtime.block_on(async {
///     let left = coro_runtime::spawn_blocking(|| 1);
///     let right = coro_runtime::spawn_blocking(|| 2);
///     left.await.unwrap() + right.await.unwrap()
/// });
/// assert_eq!(sum, 3);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a builder makes no runtime until `build` is called"]
pub struct Builder {
    pub(crate) blocking: Limits,
    pub(crate) start_paused: bool,
}

impl Builder {
    /// At most how many threads [`spawn_blocking`](crate::spawn_blocking) and look-ups of
    /// names use; 512 if nothing is said. Work that finds all of them busy waits its turn.
    ///
    /// # Panics
    ///
    /// When `threads` is zero.
    pub fn max_blocking_threads(mut self, threads: usize) -> Builder {
        assert!(threads > 0, "what blocks needs at least one thread");
        self.blocking.threads = threads;
        self
    }

    /// How long such a thread stays when there is no work for it; 10 seconds if nothing is
    /// said.
    pub fn blocking_keep_alive(mut self, duration: Duration) -> Builder {
        self.blocking.keep_alive = duration;
        self
    }

    /// Whether the clock stands from the beginning, as after [`pause`](crate::time::pause).
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::time::{now, sleep};
    /// use std::time::Duration;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let runtime = coro_runtime::Runtime::builder().start_paused(true).build()?;
    /// runtime.block_on(async {
    ///     let start = now();
    ///     sleep(Duration::from_secs(3600)).await;
    ///     assert_eq!(now() - start, Duration::from_secs(3600));
    /// });
    /// # Ok(())
    /// # }
    /// ```
    pub fn start_paused(mut self, paused: bool) -> Builder {
        self.start_paused = paused;
        self
    }

    /// Makes the runtime.
    ///
    /// # Errors
    ///
    /// Those of [`Runtime::new`].
    pub fn build(self) -> io::Result<Runtime> {
        Runtime::with(&self)
    }
}
