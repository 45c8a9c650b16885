//! The multi-thread runtime as its users see it.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use super::{Parker, Pool, Worker, monitor};
use crate::blocking;
use crate::budget::Budget;
use crate::context::{self, Current};
use crate::fiber::direct;
use crate::io::Reactor;
use crate::runtime::{EnterGuard, Handle};
use crate::shared::{Scheduler, Shared};
use crate::task::JoinHandle;
use crate::time::{Clock, Timers};

/// An executor of several threads that share their tasks, with a reactor and timers.
///
/// The threads run from the moment that it is built, whether or not
/// [`block_on`](MultiThreadRuntime::block_on) does. A task may be polled by another thread each
/// time, so it must be [`Send`]. One that computes or blocks for long without being suspended keeps
/// its thread busy; one more thread notices that after a few milliseconds, so that the others take
/// over what waits for it. When as many tasks block as there are threads, nothing else runs: give
/// such work to [`spawn_blocking`](crate::spawn_blocking).
///
/// Dropping the runtime ends it: the threads finish the polls that are under way, the tasks
/// that are left are cancelled, and the drop returns when that is done. It does not wait if it
/// happens on one of the runtime's own threads.
///
/// # Examples
///
/// ```
/// # fn main() -> std::io::Result<()> {
/// let runtime = coro_runtime::Builder::new().worker_threads(2).build_multi_thread()?;
/// let tasks: Vec<_> = (0..10).map(|n| runtime.spawn(async move { n * n })).collect();
/// let sum = runtime.block_on(async {
///     let mut sum = 0;
///     for task in tasks {
///         sum += task.await.unwrap();
///     }
///     sum
/// });
/// assert_eq!(sum, 285);
/// # Ok(())
/// # }
/// ```
pub struct MultiThreadRuntime {
    shared: Arc<Shared>,
    /// The workers, and last the monitor, if there are several.
    threads: Vec<thread::JoinHandle<()>>,
}

impl MultiThreadRuntime {
    pub(crate) fn new(
        workers: usize,
        name: &str,
        blocking: blocking::Settings,
    ) -> io::Result<MultiThreadRuntime> {
        let (pool, locals) = Pool::new(workers);
        let shared = Arc::new(Shared {
            reactor: Reactor::new()?,
            timers: Timers::new(Clock::new(false)),
            blocking: blocking::Pool::new(blocking),
            scheduler: Scheduler::MultiThread(Box::new(pool)),
        });
        let mut runtime = MultiThreadRuntime {
            shared: Arc::clone(&shared),
            threads: Vec::with_capacity(workers),
        };
        for (index, local) in locals.into_iter().enumerate() {
            let shared = Arc::clone(&shared);
            let thread = thread::Builder::new().name(format!("{name}-{index}"));
            let started = thread.spawn(move || {
                /// Counts the worker out, also if it panics, which would be a bug.
                struct Leave(Arc<Shared>);
                impl Drop for Leave {
                    fn drop(&mut self) {
                        let _current = context::enter(Current::Outside(Arc::clone(&self.0)));
                        self.0.pool().leave(&self.0, 1);
                    }
                }
                let leave = Leave(Arc::clone(&shared));
                Rc::new(Worker::new(shared, index, local)).run();
                drop(leave);
            });
            match started {
                Ok(thread) => runtime.threads.push(thread),
                Err(error) => {
                    runtime.shared.pool().stop(&runtime.shared);
                    runtime
                        .shared
                        .pool()
                        .leave(&runtime.shared, workers - index);
                    return Err(error);
                }
            }
        }
        if workers > 1 {
            let thread = thread::Builder::new().name(format!("{name}-monitor"));
            // On an error the drop of the runtime ends the workers.
            let monitor = thread.spawn(move || monitor::run(&shared))?;
            runtime.threads.push(monitor);
        }
        Ok(runtime)
    }

    /// Runs `future` to its end on this thread, while the runtime's own threads run its tasks.
    ///
    /// # Panics
    ///
    /// When `future` does, and when it is called on one of the runtime's own threads, which
    /// would be kept from its tasks.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// let runtime = coro_runtime::Builder::new().build_multi_thread()?;
    /// assert_eq!(runtime.block_on(async { coro_runtime::spawn(async { 3 }).await }).unwrap(), 3);
    /// # Ok(())
    /// # }
    /// ```
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        assert!(
            !self.is_own_thread(),
            "`block_on` was called from inside of the same runtime"
        );
        let _current = context::enter(Current::Outside(Arc::clone(&self.shared)));
        let parker = Arc::new(Parker::new());
        let waker = Waker::from(Arc::clone(&parker));
        let mut context = Context::from_waker(&waker);
        let mut future = pin!(future);
        let budget = Budget::new();
        loop {
            budget.renew();
            let poll = direct::polled(|| future.as_mut().poll(&mut context));
            if let Poll::Ready(output) = poll {
                return output;
            }
            parker.park_on_condition();
        }
    }

    /// Makes a task of `future`, which runs at once.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// let runtime = coro_runtime::Builder::new().build_multi_thread()?;
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
        self.shared.pool().spawn(&self.shared, future)
    }

    /// A handle through which any thread spawns tasks.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// let runtime = coro_runtime::Builder::new().build_multi_thread()?;
    /// let handle = runtime.handle();
    /// let task = std::thread::spawn(move || handle.spawn(async { 7 })).join().unwrap();
    /// assert_eq!(runtime.block_on(task).unwrap(), 7);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle::new(Arc::clone(&self.shared))
    }

    /// Makes the runtime current on this thread until the guard is dropped, so that
    /// [`spawn`](crate::spawn) and sockets find it.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// let runtime = coro_runtime::Builder::new().build_multi_thread()?;
    /// let entered = runtime.enter();
    /// let task = coro_runtime::spawn(async { 1 });
    /// drop(entered);
    /// assert_eq!(runtime.block_on(task).unwrap(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn enter(&self) -> EnterGuard<'_> {
        EnterGuard::new(Current::Outside(Arc::clone(&self.shared)))
    }

    /// Ends the runtime as a drop does, and waits for `limit` at most until that is done and the
    /// work of [`spawn_blocking`](crate::spawn_blocking) has ended. Whether it has.
    ///
    /// If it has not, some task is being polled still, and the tasks are cancelled when that poll
    /// ends; or work is under way that blocks, and goes on in its thread until it ends.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let runtime = coro_runtime::Builder::new().build_multi_thread()?;
    /// runtime.spawn(std::future::pending::<()>());
    /// assert!(runtime.shutdown_timeout(Duration::from_secs(10)));
    /// # Ok(())
    /// # }
    /// ```
    pub fn shutdown_timeout(mut self, limit: Duration) -> bool {
        let deadline = Instant::now().checked_add(limit);
        self.shutdown(deadline) && self.shared.blocking.wait(deadline)
    }

    fn shutdown(&mut self, deadline: Option<Instant>) -> bool {
        self.shared.blocking.close();
        self.shared.pool().stop(&self.shared);
        if self.is_own_thread() {
            self.threads.clear();
            return false;
        }
        let ended = self.shared.pool().wait(deadline);
        for thread in self.threads.drain(..) {
            if ended {
                // A worker that panicked has been counted out like any other.
                let _ = thread.join();
            }
        }
        ended
    }

    fn is_own_thread(&self) -> bool {
        let current = thread::current().id();
        self.threads
            .iter()
            .any(|thread| thread.thread().id() == current)
    }
}

impl Drop for MultiThreadRuntime {
    fn drop(&mut self) {
        if !self.threads.is_empty() {
            self.shutdown(None);
        }
    }
}

impl fmt::Debug for MultiThreadRuntime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MultiThreadRuntime")
            .field("threads", &self.threads.len())
            .finish_non_exhaustive()
    }
}
