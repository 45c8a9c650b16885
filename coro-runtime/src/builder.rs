//! How a runtime is put together by hand.

use std::io;
use std::num::NonZero;
use std::thread;
use std::time::Duration;

use crate::blocking;
use crate::multi::MultiThreadRuntime;
use crate::runtime::Runtime;

/// Settings of a runtime that is to be made.
///
/// # Examples
///
/// ```
/// use coro_runtime::Builder;
///
/// # fn main() -> std::io::Result<()> {
/// let local = Builder::new().build()?;
/// let shared = Builder::new().worker_threads(2).thread_name("worker").build_multi_thread()?;
/// let task = shared.spawn(async { 2 });
/// assert_eq!(local.block_on(task).unwrap(), 2);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Builder {
    worker_threads: Option<usize>,
    thread_name: String,
    max_blocking_threads: usize,
    blocking_keep_alive: Duration,
    start_paused: bool,
}

impl Default for Builder {
    fn default() -> Builder {
        Builder::new()
    }
}

impl Builder {
    /// The settings of [`Runtime::new`].
    #[must_use]
    pub fn new() -> Builder {
        Builder {
            worker_threads: None,
            thread_name: "coro".to_owned(),
            max_blocking_threads: 512,
            blocking_keep_alive: Duration::from_secs(10),
            start_paused: false,
        }
    }

    /// How many threads run the tasks of a multi-thread runtime; as many as there are
    /// processors if it is not set.
    ///
    /// # Panics
    ///
    /// When `count` is zero.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// let runtime = coro_runtime::Builder::new().worker_threads(4).build_multi_thread()?;
    /// assert_eq!(runtime.block_on(async { 1 }), 1);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn worker_threads(mut self, count: usize) -> Builder {
        assert!(count > 0, "a runtime needs a thread to run its tasks");
        self.worker_threads = Some(count);
        self
    }

    /// What the names of the runtime's threads begin with; `coro` if it is not set.
    ///
    /// # Panics
    ///
    /// When `name` contains a zero byte, which the system does not take.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// let builder = coro_runtime::Builder::new().worker_threads(1).thread_name("mill");
    /// let runtime = builder.build_multi_thread()?;
    /// let name = runtime.spawn(async { std::thread::current().name().map(str::to_owned) });
    /// assert_eq!(runtime.block_on(name).unwrap().unwrap(), "mill-0");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn thread_name(mut self, name: impl Into<String>) -> Builder {
        self.thread_name = name.into();
        assert!(
            !self.thread_name.contains('\0'),
            "the name of a thread has no zero byte"
        );
        self
    }

    /// How many threads [`spawn_blocking`](crate::spawn_blocking) may use at a time; 512 if it
    /// is not set. More work than that waits for its turn.
    ///
    /// # Panics
    ///
    /// When `count` is zero.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// let runtime = coro_runtime::Builder::new().max_blocking_threads(2).build()?;
    /// runtime.block_on(async {
    ///     let all = (0..10).map(|number| coro_runtime::spawn_blocking(move || number));
    ///     let sum: u32 = coro_runtime::try_join_all(all).await.unwrap().iter().sum();
    ///     assert_eq!(sum, 45);
    /// });
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn max_blocking_threads(mut self, count: usize) -> Builder {
        assert!(count > 0, "work that blocks needs a thread");
        self.max_blocking_threads = count;
        self
    }

    /// How long a thread for blocking work waits for more of it before it ends; ten seconds if
    /// it is not set.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// let minute = std::time::Duration::from_secs(60);
    /// let runtime = coro_runtime::Builder::new().blocking_keep_alive(minute).build()?;
    /// let number = runtime.block_on(async { coro_runtime::spawn_blocking(|| 7).await });
    /// assert_eq!(number.unwrap(), 7);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn blocking_keep_alive(mut self, duration: Duration) -> Builder {
        self.blocking_keep_alive = duration;
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
    #[must_use]
    pub fn start_paused(mut self, paused: bool) -> Builder {
        self.start_paused = paused;
        self
    }

    /// Makes a runtime that runs its tasks on this thread.
    ///
    /// # Errors
    ///
    /// Those of [`Runtime::new`].
    ///
    /// # Examples
    ///
    /// See [`Builder`].
    pub fn build(&self) -> io::Result<Runtime> {
        Runtime::with(self.blocking(), self.start_paused)
    }

    /// Makes a runtime that runs its tasks on threads of its own.
    ///
    /// # Errors
    ///
    /// Those of [`Runtime::new`], and `EAGAIN` when the system refuses to start a thread.
    ///
    /// # Panics
    ///
    /// When the clock is to be paused: only one thread can know that all tasks wait.
    ///
    /// # Examples
    ///
    /// See [`MultiThreadRuntime`].
    pub fn build_multi_thread(&self) -> io::Result<MultiThreadRuntime> {
        assert!(
            !self.start_paused,
            "the clock of a multi-thread runtime cannot be paused"
        );
        let workers = self
            .worker_threads
            .unwrap_or_else(|| thread::available_parallelism().map_or(1, NonZero::get));
        MultiThreadRuntime::new(workers, &self.thread_name, self.blocking())
    }

    fn blocking(&self) -> blocking::Settings {
        blocking::Settings {
            limit: self.max_blocking_threads,
            keep_alive: self.blocking_keep_alive,
            name: format!("{}-blocking", self.thread_name),
        }
    }
}
