//! The runtime as its users see it.

use std::fmt;
use std::future::{Future, pending};
use std::io;
use std::panic::resume_unwind;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use crate::blocking;
use crate::builder::Builder;
use crate::context;
use crate::executor::{Executor, Shared};
use crate::task::{JoinError, JoinHandle, spawn_remote};
use crate::time::Elapsed;

/// An executor, a reactor and timers, on the thread that makes it.
///
/// Any number of runtimes may live in one process: nothing is global. Tasks run while
/// [`block_on`](Runtime::block_on) does; between two calls they rest. Dropping the runtime
/// cancels the tasks that are left, and drops their futures on this thread.
///
/// # Examples
///
/// ```
/// # fn main() -> std::io::Result<()> {
/// let runtime = coro_runtime::Runtime::new()?;
/// let task = runtime.spawn(async { 20 + 1 });
/// let doubled = runtime.block_on(async { 2 * task.await.unwrap() });
/// assert_eq!(doubled, 42);
/// # Ok(())
/// # }
/// ```
pub struct Runtime {
    executor: Rc<Executor>,
}

impl Runtime {
    /// Makes a runtime: an epoll instance, an eventfd and a timerfd.
    ///
    /// # Errors
    ///
    /// `EMFILE` or `ENFILE` when the table of descriptors is full, `ENOMEM`.
    pub fn new() -> io::Result<Runtime> {
        Runtime::builder().build()
    }

    /// Makes a runtime with other settings than [`new`](Runtime::new).
    ///
    /// # Examples
    ///
    /// See [`Builder`].
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn with(builder: &Builder) -> io::Result<Runtime> {
        Ok(Runtime {
            executor: Rc::new(Executor::new(builder)?),
        })
    }

    /// Runs `future` to its end on this thread, and the tasks along with it.
    ///
    /// # Panics
    ///
    /// When `future` does, and when it is called from inside of itself.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// let runtime = coro_runtime::Runtime::new()?;
    /// assert_eq!(runtime.block_on(async { 1 }), 1);
    /// assert_eq!(runtime.block_on(async { 2 }), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.executor.block_on(future)
    }

    /// Makes a task of `future`, which runs when the runtime does.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// let runtime = coro_runtime::Runtime::new()?;
    /// let task = runtime.spawn(async { "done" });
    /// assert_eq!(runtime.block_on(task).unwrap(), "done");
    /// # Ok(())
    /// # }
    /// ```
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.executor.tasks.spawn(future)
    }

    /// Makes a task of `future`, which need not be [`Send`]: it stays on this thread.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::rc::Rc;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let runtime = coro_runtime::Runtime::new()?;
    /// let shared = Rc::new(5);
    /// let copy = Rc::clone(&shared);
    /// let task = runtime.spawn_local(async move { *copy + 1 });
    /// assert_eq!(runtime.block_on(task).unwrap(), 6);
    /// # Ok(())
    /// # }
    /// ```
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.executor.tasks.spawn(future)
    }

    /// Runs work that blocks on the runtime's pool of threads; see
    /// [`spawn_blocking`](crate::spawn_blocking).
    ///
    /// # Panics
    ///
    /// When no thread can be started and the pool has none.
    pub fn spawn_blocking<T, W>(&self, work: W) -> JoinHandle<T>
    where
        T: Send + 'static,
        W: FnOnce() -> T + Send + 'static,
    {
        self.handle().spawn_blocking(work)
    }

    /// Cancels all tasks, and waits until the work that blocks has ended, for at most
    /// `limit`.
    ///
    /// Work that has not begun is dropped. Dropping the runtime does the same without any
    /// waiting: what is under way then goes on in its thread, until it ends or the process
    /// does.
    ///
    /// # Errors
    ///
    /// [`Elapsed`] when some work is still under way after `limit`.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let runtime = coro_runtime::Runtime::new()?;
    /// let file = std::env::temp_dir();
    /// let work = runtime.spawn_blocking(move || std::fs::metadata(file));
    /// assert!(runtime.block_on(work)?.is_ok());
    /// runtime.shutdown_timeout(Duration::from_secs(10))?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn shutdown_timeout(self, limit: Duration) -> Result<(), Elapsed> {
        self.executor.close();
        if self.executor.shared.blocking.wait(limit) {
            Ok(())
        } else {
            Err(Elapsed::new())
        }
    }

    /// A handle through which other threads spawn tasks.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle {
            shared: Arc::clone(&self.executor.shared),
        }
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.executor.close();
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Runtime").finish_non_exhaustive()
    }
}

/// Spawns tasks on a runtime from any thread.
///
/// It does not keep the runtime alive: what is spawned after the runtime was dropped is
/// cancelled at once.
///
/// # Examples
///
/// ```
/// # fn main() -> std::io::Result<()> {
/// let runtime = coro_runtime::Runtime::new()?;
/// let handle = runtime.handle();
/// let thread = std::thread::spawn(move || handle.spawn(async { 7 }));
/// let task = thread.join().unwrap();
/// assert_eq!(runtime.block_on(task).unwrap(), 7);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Handle {
    shared: Arc<Shared>,
}

impl Handle {
    /// The runtime that runs on this thread.
    ///
    /// # Panics
    ///
    /// When none does.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::Handle;
    ///
    /// let task = coro_runtime::block_on(async { Handle::current().spawn(async { 1 }).await });
    /// assert_eq!(task.unwrap(), 1);
    /// ```
    #[must_use]
    pub fn current() -> Handle {
        Handle::try_current().expect("there is no runtime on this thread")
    }

    /// The runtime that runs on this thread, if one does.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(coro_runtime::Handle::try_current().is_none());
    /// ```
    #[must_use]
    pub fn try_current() -> Option<Handle> {
        context::shared().map(|shared| Handle { shared })
    }

    /// Makes a task of `future` and wakes the runtime to run it.
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        match context::executor() {
            Some(executor) if Arc::ptr_eq(&executor.shared, &self.shared) => {
                executor.tasks.spawn(future)
            }
            _ => spawn_remote(&self.shared, future),
        }
    }

    /// Runs work that blocks on the runtime's pool of threads; see
    /// [`spawn_blocking`](crate::spawn_blocking).
    ///
    /// # Panics
    ///
    /// When no thread can be started and the pool has none.
    pub fn spawn_blocking<T, W>(&self, work: W) -> JoinHandle<T>
    where
        T: Send + 'static,
        W: FnOnce() -> T + Send + 'static,
    {
        let answer = blocking::run(&self.shared, work)
            .expect("no thread can be started for work that blocks");
        self.spawn(async move {
            match answer.await.map_err(JoinError::try_into_panic) {
                Ok(output) => output,
                Err(Ok(payload)) => resume_unwind(payload),
                // The pool was closed, and with it the runtime, which cancels this task.
                Err(Err(_cancelled)) => pending().await,
            }
        })
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Handle").finish_non_exhaustive()
    }
}

/// Runs `future` to its end on this thread, in a runtime made for it.
///
/// Tasks that are left when it ends are cancelled. Called from inside of another runtime it
/// works, and blocks that one until it ends.
///
/// # Panics
///
/// When `future` does, and when the runtime cannot be made: use [`Runtime::new`] where that
/// is to be handled.
///
/// # Examples
///
/// ```
/// assert_eq!(coro_runtime::block_on(async { 6 * 7 }), 42);
/// ```
pub fn block_on<F: Future>(future: F) -> F::Output {
    Runtime::new()
        .expect("the runtime cannot be made")
        .block_on(future)
}

/// Makes a task of `future` on the current runtime.
///
/// It runs even if nobody awaits it. The bounds are those of an executor with many threads,
/// though the present one has a single one; [`spawn_local`] lifts them.
///
/// # Panics
///
/// When no runtime runs on this thread.
///
/// # Examples
///
/// ```
/// let total = coro_runtime::block_on(async {
///     let left = coro_runtime::spawn(async { 1 });
///     let right = coro_runtime::spawn(async { 2 });
///     left.await.unwrap() + right.await.unwrap()
/// });
/// assert_eq!(total, 3);
/// ```
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    current("spawn").tasks.spawn(future)
}

/// Makes a task of `future`, which need not be [`Send`], on the current runtime.
///
/// # Panics
///
/// When no runtime runs on this thread.
///
/// # Examples
///
/// ```
/// use std::rc::Rc;
///
/// coro_runtime::block_on(async {
///     let value = Rc::new(3);
///     let task = coro_runtime::spawn_local(async move { *value });
///     assert_eq!(task.await.unwrap(), 3);
/// });
/// ```
pub fn spawn_local<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    current("spawn_local").tasks.spawn(future)
}

/// Runs `work`, which blocks its thread, on a thread where that does no harm.
///
/// The current runtime keeps a pool of such threads. It grows with the work, up to a limit
/// (see [`Builder`]), and shrinks when there is none. A panic of `work` is the task's.
///
/// Work that waits for a thread is given up by [`JoinHandle::abort`] and by the runtime's
/// end. Work that is under way cannot be stopped: it goes on, and its output is dropped. See
/// [`Runtime::shutdown_timeout`] for waiting for it.
///
/// # Panics
///
/// When no runtime runs on this thread, and when no thread can be started and the pool has
/// none.
///
/// # Examples
///
/// ```
/// use std::io;
///
/// # fn main() -> io::Result<()> {
/// coro_runtime::block_on(async {
///     let path = std::env::current_exe()?;
///     let length = coro_runtime::spawn_blocking(move || {
///         io::Result::Ok(std::fs::metadata(path)?.len())
///     });
///     assert!(length.await.unwrap()? > 0);
///     Ok(())
/// })
/// # }
/// ```
pub fn spawn_blocking<T, W>(work: W) -> JoinHandle<T>
where
    T: Send + 'static,
    W: FnOnce() -> T + Send + 'static,
{
    let shared = Arc::clone(&current("spawn_blocking").shared);
    Handle { shared }.spawn_blocking(work)
}

fn current(caller: &str) -> Rc<Executor> {
    match context::executor() {
        Some(executor) => executor,
        None => panic!("`{caller}` was called outside of a runtime: call it inside `block_on`"),
    }
}
