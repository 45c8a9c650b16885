//! Many tasks, joined as they end.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::stream::{FuturesUnordered, Stream};

use crate::runtime::{self, Handle};
use crate::task::{AbortHandle, JoinError, JoinHandle};

/// A set of tasks, whose outputs come in the order in which they end.
///
/// Dropping it aborts the tasks that are left. How many tasks there are does not matter to the
/// cost of joining one: only handles whose task has ended are looked at.
///
/// # Examples
///
/// ```
/// use coro_runtime::JoinSet;
///
/// let mut squares = coro_runtime::block_on(async {
///     let mut set = JoinSet::new();
///     for n in 1..=4 {
///         set.spawn(async move { n * n });
///     }
///     set.join_all().await
/// });
/// squares.sort();
/// assert_eq!(squares, [1, 4, 9, 16]);
/// ```
#[must_use = "dropping it aborts its tasks"]
pub struct JoinSet<T> {
    handles: FuturesUnordered<JoinHandle<T>>,
}

impl<T: 'static> JoinSet<T> {
    /// An empty set.
    ///
    /// # Examples
    ///
    /// ```
    /// let set = coro_runtime::JoinSet::<u32>::new();
    /// assert!(set.is_empty());
    /// ```
    pub fn new() -> JoinSet<T> {
        JoinSet {
            handles: FuturesUnordered::new(),
        }
    }

    /// How many tasks have not been joined, whether they have ended or not.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::JoinSet;
    ///
    /// coro_runtime::block_on(async {
    ///     let mut set = JoinSet::new();
    ///     set.spawn(async {});
    ///     assert_eq!(set.len(), 1);
    ///     set.join_next().await;
    ///     assert_eq!(set.len(), 0);
    /// });
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.handles.len()
    }

    /// Whether all tasks have been joined.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.handles.is_empty()
    }

    /// Spawns a task on the current runtime, as [`spawn`](crate::spawn) does. What it returns
    /// ends this task alone.
    ///
    /// # Panics
    ///
    /// When no runtime runs on this thread.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::JoinSet;
    ///
    /// coro_runtime::block_on(async {
    ///     let mut set = JoinSet::new();
    ///     set.spawn(async { 1 });
    ///     let endless = set.spawn(std::future::pending());
    ///     endless.abort();
    ///     assert_eq!(set.join_next().await.unwrap().unwrap(), 1);
    ///     assert!(set.join_next().await.unwrap().unwrap_err().is_cancelled());
    /// });
    /// ```
    pub fn spawn<F>(&mut self, future: F) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        self.insert(runtime::spawn(future))
    }

    /// Spawns a task on a runtime of choice.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::{Builder, JoinSet};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let other = Builder::new().worker_threads(1).build_multi_thread()?;
    /// coro_runtime::block_on(async {
    ///     let mut set = JoinSet::new();
    ///     set.spawn_on(async { std::thread::current().name().map(str::to_owned) }, &other.handle());
    ///     assert_eq!(set.join_all().await, [Some("coro-0".to_owned())]);
    /// });
    /// # Ok(())
    /// # }
    /// ```
    pub fn spawn_on<F>(&mut self, future: F, handle: &Handle) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        self.insert(handle.spawn(future))
    }

    /// Spawns a task on the current runtime, as [`spawn_local`](crate::spawn_local) does.
    ///
    /// # Panics
    ///
    /// When no runtime runs on this thread, or one whose tasks move between threads.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::JoinSet;
    /// use std::cell::Cell;
    /// use std::rc::Rc;
    ///
    /// coro_runtime::block_on(async {
    ///     let count = Rc::new(Cell::new(0));
    ///     let mut set = JoinSet::new();
    ///     for _ in 0..3 {
    ///         let count = Rc::clone(&count);
    ///         set.spawn_local(async move { count.set(count.get() + 1) });
    ///     }
    ///     set.join_all().await;
    ///     assert_eq!(count.get(), 3);
    /// });
    /// ```
    pub fn spawn_local<F>(&mut self, future: F) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        self.insert(runtime::spawn_local(future))
    }

    /// Has a thread call `work`, as [`spawn_blocking`](crate::spawn_blocking) does.
    ///
    /// # Panics
    ///
    /// When no runtime runs on this thread.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::JoinSet;
    ///
    /// coro_runtime::block_on(async {
    ///     let mut set = JoinSet::new();
    ///     for number in [1, 2] {
    ///         set.spawn_blocking(move || 10 * number);
    ///     }
    ///     assert_eq!(set.join_all().await.iter().sum::<u32>(), 30);
    /// });
    /// ```
    pub fn spawn_blocking<F>(&mut self, work: F) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        self.insert(runtime::spawn_blocking(work))
    }

    fn insert(&mut self, handle: JoinHandle<T>) -> AbortHandle {
        let abort = handle.abort_handle();
        self.handles.push(handle);
        abort
    }

    /// Waits for the next task to end; `None` when the set is empty.
    ///
    /// Dropping the future before it is ready loses no output.
    ///
    /// # Errors
    ///
    /// The inner result is an error when the task panicked or was cancelled.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::JoinSet;
    ///
    /// coro_runtime::block_on(async {
    ///     let mut set = JoinSet::new();
    ///     set.spawn(async { "fine" });
    ///     set.spawn(async { panic!("not so fine") });
    ///     let mut panics = 0;
    ///     while let Some(joined) = set.join_next().await {
    ///         match joined {
    ///             Ok(output) => assert_eq!(output, "fine"),
    ///             Err(error) => panics += u32::from(error.is_panic()),
    ///         }
    ///     }
    ///     assert_eq!(panics, 1);
    /// });
    /// ```
    pub fn join_next(&mut self) -> impl Future<Output = Option<Result<T, JoinError>>> + '_ {
        poll_fn(|context| self.poll_join_next(context))
    }

    /// Waits for the next task to end, as [`join_next`](JoinSet::join_next) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::JoinSet;
    /// use std::future::poll_fn;
    ///
    /// coro_runtime::block_on(async {
    ///     let mut set = JoinSet::new();
    ///     set.spawn(async { 5 });
    ///     let joined = poll_fn(|context| set.poll_join_next(context)).await;
    ///     assert_eq!(joined.unwrap().unwrap(), 5);
    /// });
    /// ```
    pub fn poll_join_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<T, JoinError>>> {
        Pin::new(&mut self.handles).poll_next(context)
    }

    /// Waits for all tasks and collects their outputs, in the order in which they end.
    ///
    /// # Panics
    ///
    /// When a task has panicked, with its panic, or was aborted. The others are then aborted.
    ///
    /// # Examples
    ///
    /// See [`JoinSet`].
    pub async fn join_all(mut self) -> Vec<T> {
        let mut outputs = Vec::with_capacity(self.len());
        while let Some(joined) = self.join_next().await {
            match joined {
                Ok(output) => outputs.push(output),
                Err(error) => match error.try_into_panic() {
                    Ok(payload) => std::panic::resume_unwind(payload),
                    Err(error) => panic!("{error}"),
                },
            }
        }
        outputs
    }

    /// Asks all tasks to end. They stay in the set until they are joined.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::JoinSet;
    ///
    /// coro_runtime::block_on(async {
    ///     let mut set = JoinSet::new();
    ///     set.spawn(std::future::pending::<()>());
    ///     set.abort_all();
    ///     assert!(set.join_next().await.unwrap().unwrap_err().is_cancelled());
    /// });
    /// ```
    pub fn abort_all(&self) {
        for handle in &self.handles {
            handle.abort();
        }
    }

    /// Aborts all tasks and waits until their futures are dropped. Outputs and panics are
    /// dropped, too.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::JoinSet;
    ///
    /// coro_runtime::block_on(async {
    ///     let mut set = JoinSet::new();
    ///     set.spawn(std::future::pending::<()>());
    ///     set.shutdown().await;
    ///     assert!(set.is_empty());
    /// });
    /// ```
    pub async fn shutdown(&mut self) {
        self.abort_all();
        while self.join_next().await.is_some() {}
    }

    /// Lets all tasks run on by themselves, and forgets them.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::JoinSet;
    /// use coro_runtime::sync::oneshot;
    ///
    /// coro_runtime::block_on(async {
    ///     let (sender, receiver) = oneshot::channel();
    ///     let mut set = JoinSet::new();
    ///     set.spawn(async { sender.send("I go on") });
    ///     set.detach_all();
    ///     drop(set);
    ///     assert_eq!(receiver.await.unwrap(), "I go on");
    /// });
    /// ```
    pub fn detach_all(&mut self) {
        // Handles of a set that is not aborted detach when they are dropped.
        drop(std::mem::take(&mut self.handles));
    }
}

impl<T: 'static> Default for JoinSet<T> {
    fn default() -> JoinSet<T> {
        JoinSet::new()
    }
}

impl<T> Drop for JoinSet<T> {
    fn drop(&mut self) {
        for handle in &self.handles {
            handle.abort();
        }
    }
}

impl<T> fmt::Debug for JoinSet<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("JoinSet")
            .field("len", &self.handles.len())
            .finish_non_exhaustive()
    }
}
