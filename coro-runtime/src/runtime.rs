//! The runtime as its users see it.

use std::fmt;
use std::future::Future;
use std::io;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::blocking;
use crate::builder::Builder;
use crate::context::{self, Current, Entered};
use crate::executor::Executor;
use crate::shared::{Scheduler, Shared};
use crate::task::{self, JoinHandle, spawn_remote};

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
        Builder::new().build()
    }

    /// The settings of a runtime that is to be made.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// let runtime = coro_runtime::Runtime::builder().max_blocking_threads(4).build()?;
    /// assert_eq!(runtime.block_on(async { 1 }), 1);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) fn with(blocking: blocking::Settings, paused: bool) -> io::Result<Runtime> {
        Ok(Runtime {
            executor: Rc::new(Executor::new(blocking, paused)?),
        })
    }

    /// Makes the runtime current on this thread until the guard is dropped, so that
    /// [`spawn`] and sockets find it. Tasks run when [`block_on`](Runtime::block_on) does.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// let runtime = coro_runtime::Runtime::new()?;
    /// let entered = runtime.enter();
    /// let task = coro_runtime::spawn(async { 1 });
    /// drop(entered);
    /// assert_eq!(runtime.block_on(task).unwrap(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn enter(&self) -> EnterGuard<'_> {
        EnterGuard::new(Current::Executor(Rc::clone(&self.executor)))
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

    /// A handle through which other threads spawn tasks.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// let runtime = coro_runtime::Runtime::new()?;
    /// let handle = runtime.handle();
    /// let task = std::thread::spawn(move || handle.spawn(async { 7 })).join().unwrap();
    /// assert_eq!(runtime.block_on(task).unwrap(), 7);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle::new(Arc::clone(&self.executor.shared))
    }

    /// Cancels all tasks as a drop does, and then waits for `limit` at most until the work of
    /// [`spawn_blocking`] has ended. Whether it has.
    ///
    /// Work that has not begun is cancelled. What is still under way after `limit` goes on in its
    /// thread until it ends by itself, or the process does.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let runtime = coro_runtime::Runtime::new()?;
    /// runtime.spawn(std::future::pending::<()>());
    /// runtime.handle().spawn_blocking(|| std::thread::sleep(Duration::from_millis(1)));
    /// assert!(runtime.shutdown_timeout(Duration::from_secs(10)));
    /// # Ok(())
    /// # }
    /// ```
    pub fn shutdown_timeout(self, limit: Duration) -> bool {
        let deadline = Instant::now().checked_add(limit);
        self.executor.close();
        self.executor.shared.blocking.wait(deadline)
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

/// Keeps a runtime current on this thread; made by [`Runtime::enter`], [`Handle::enter`] and
/// [`MultiThreadRuntime::enter`](crate::MultiThreadRuntime::enter).
///
/// Guards are to be dropped in the reverse order of their making, as scopes do: each restores
/// what was current when it was made.
///
/// # Examples
///
/// See [`Runtime::enter`].
#[must_use = "dropping it leaves the runtime"]
pub struct EnterGuard<'a> {
    _entered: Entered,
    runtime: PhantomData<&'a ()>,
}

impl EnterGuard<'_> {
    pub(crate) fn new(current: Current) -> Self {
        EnterGuard {
            _entered: context::enter(current),
            runtime: PhantomData,
        }
    }
}

impl fmt::Debug for EnterGuard<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("EnterGuard").finish_non_exhaustive()
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
    pub(crate) fn new(shared: Arc<Shared>) -> Handle {
        Handle { shared }
    }

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
    #[track_caller]
    pub fn current() -> Handle {
        Handle::try_current()
            .expect("`Handle::current` was called outside of a runtime: call it inside `block_on`")
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
        match context::current() {
            Some(Current::Executor(executor)) if Arc::ptr_eq(&executor.shared, &self.shared) => {
                executor.tasks.spawn(future)
            }
            _ => spawn_on(&self.shared, future),
        }
    }

    /// Makes the runtime current on this thread until the guard is dropped, so that [`spawn`],
    /// sockets and timers find it. Its tasks run where they did before.
    ///
    /// # Examples
    ///
    /// A thread waits for a timer of a runtime that another thread runs:
    ///
    /// ```
    /// use coro_runtime::fiber::direct;
    /// use coro_runtime::time::sleep;
    /// use std::time::Duration;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let runtime = coro_runtime::Runtime::builder().build_multi_thread()?;
    /// let handle = runtime.handle();
    /// let thread = std::thread::spawn(move || {
    ///     let _entered = handle.enter();
    ///     direct::wait(sleep(Duration::from_millis(1)));
    /// });
    /// thread.join().unwrap();
    /// # Ok(())
    /// # }
    /// ```
    pub fn enter(&self) -> EnterGuard<'_> {
        EnterGuard::new(Current::Outside(Arc::clone(&self.shared)))
    }

    /// Has a thread for blocking work call `work`; see [`spawn_blocking`].
    pub fn spawn_blocking<F, T>(&self, work: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let (task, handle) = task::blocking(&self.shared, work);
        self.shared.blocking.submit(task);
        handle
    }
}

/// Spawns from outside of a current-thread runtime, or from anywhere on a multi-thread one.
fn spawn_on<F>(shared: &Arc<Shared>, future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    match &shared.scheduler {
        Scheduler::CurrentThread(_) => spawn_remote(shared, future),
        Scheduler::MultiThread(pool) => pool.spawn(shared, future),
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
/// It runs even if nobody awaits it. [`spawn_local`] lifts the bounds, which are those of a
/// runtime with many threads.
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
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    match current("spawn") {
        Current::Executor(executor) => executor.tasks.spawn(future),
        current => spawn_on(current.shared(), future),
    }
}

/// Makes a task of `future`, which need not be [`Send`], on the current runtime.
///
/// # Panics
///
/// When no runtime runs on this thread, or one whose tasks move between threads, and in
/// [`spawn_blocking`].
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
#[track_caller]
pub fn spawn_local<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    match current("spawn_local") {
        Current::Executor(executor) => executor.tasks.spawn(future),
        Current::Worker(_) => {
            panic!("`spawn_local` was called in a multi-thread runtime: use `spawn`")
        }
        Current::Outside(_) => {
            panic!("`spawn_local` was called on a thread that runs no tasks: use `spawn`")
        }
    }
}

/// Has a thread for blocking work call `work`, on the current runtime.
///
/// Threads are started when they are needed and end when they have been idle for a while; see
/// [`Builder`] for the limits. The work is inside of the runtime: it may spawn tasks, and
/// [wait](crate::fiber::direct::wait) for them. A panic of `work` is the joiner's. Aborting has an effect only
/// before it has begun, and so has dropping the runtime, which does not wait for it.
///
/// # Panics
///
/// When no runtime runs on this thread.
///
/// # Examples
///
/// ```
/// let sum = coro_runtime::block_on(async {
///     coro_runtime::spawn_blocking(|| (1..=100).sum::<u32>()).await
/// });
/// assert_eq!(sum.unwrap(), 5050);
/// ```
#[track_caller]
pub fn spawn_blocking<F, T>(work: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let current = current("spawn_blocking");
    Handle::new(Arc::clone(current.shared())).spawn_blocking(work)
}

#[track_caller]
fn current(caller: &str) -> Current {
    match context::current() {
        Some(current) => current,
        None => panic!("`{caller}` was called outside of a runtime: call it inside `block_on`"),
    }
}
