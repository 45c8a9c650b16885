//! Tasks that belong together.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker, ready};

use crate::lock::lock;
use crate::runtime::{Handle, spawn, spawn_blocking, spawn_local};
use crate::task::{AbortHandle, JoinError, JoinHandle};

/// A set of tasks whose outputs are taken as they come.
///
/// Dropping the set aborts the tasks that are left in it.
///
/// # Examples
///
/// ```
/// use coro_runtime::JoinSet;
///
/// coro_runtime::block_on(async {
///     let mut tasks = JoinSet::new();
///     for number in 0..10 {
///         tasks.spawn(async move { number * number });
///     }
///     let mut total = 0;
///     while let Some(square) = tasks.join_next().await {
///         total += square.unwrap();
///     }
///     assert_eq!(total, 285);
/// });
/// ```
pub struct JoinSet<T> {
    tasks: HashMap<u64, Member<T>>,
    next_key: u64,
    group: Arc<Group>,
}

struct Member<T> {
    handle: JoinHandle<T>,
    /// Wakes the set and says for which task. Made once, so that the handle stores it once.
    waker: Waker,
}

/// What the tasks of a set tell it.
#[derive(Default)]
struct Group {
    state: Mutex<GroupState>,
}

#[derive(Default)]
struct GroupState {
    /// The tasks that have ended, in that order. A key may be there in vain.
    ended: VecDeque<u64>,
    /// Taken by the first end after a poll: the others need not wake again.
    parent: Option<Waker>,
}

/// Says that one task has ended.
struct MemberWaker {
    key: u64,
    group: Arc<Group>,
}

impl Wake for MemberWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let mut state = lock(&self.group.state);
        state.ended.push_back(self.key);
        let parent = state.parent.take();
        drop(state);
        if let Some(parent) = parent {
            parent.wake();
        }
    }
}

impl<T> JoinSet<T> {
    /// An empty set.
    #[must_use]
    pub fn new() -> JoinSet<T> {
        JoinSet {
            tasks: HashMap::new(),
            next_key: 0,
            group: Arc::default(),
        }
    }

    /// How many tasks there are whose output was not taken.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Asks all tasks to end, as [`JoinHandle::abort`] does. They stay in the set: their
    /// ends are still to be joined.
    pub fn abort_all(&self) {
        for member in self.tasks.values() {
            member.handle.abort();
        }
    }

    /// Lets go of all tasks; they run on by themselves.
    pub fn detach_all(&mut self) {
        self.tasks.clear();
    }
}

impl<T: 'static> JoinSet<T> {
    /// Spawns a task on the current runtime into the set.
    ///
    /// # Panics
    ///
    /// When no runtime runs on this thread.
    pub fn spawn<F>(&mut self, future: F) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        self.insert(spawn(future))
    }

    /// Spawns a task that need not be [`Send`] on the current runtime into the set.
    ///
    /// # Panics
    ///
    /// When no runtime runs on this thread.
    pub fn spawn_local<F>(&mut self, future: F) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        self.insert(spawn_local(future))
    }

    /// Spawns a task on the runtime of `handle` into the set, from any thread.
    pub fn spawn_on<F>(&mut self, future: F, handle: &Handle) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        self.insert(handle.spawn(future))
    }

    /// Runs work that blocks, as [`spawn_blocking`] does, and puts it into the set.
    ///
    /// # Panics
    ///
    /// Those of [`spawn_blocking`].
    pub fn spawn_blocking<W>(&mut self, work: W) -> AbortHandle
    where
        W: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        self.insert(spawn_blocking(work))
    }

    fn insert(&mut self, handle: JoinHandle<T>) -> AbortHandle {
        let key = self.next_key;
        self.next_key += 1;
        let waker = Waker::from(Arc::new(MemberWaker {
            key,
            group: Arc::clone(&self.group),
        }));
        let abort = handle.abort_handle();
        // The first poll of the handle, which stores the waker, is made by who joins.
        waker.wake_by_ref();
        self.tasks.insert(key, Member { handle, waker });
        abort
    }

    /// Waits for the next task that ends; `None` when the set is empty.
    ///
    /// Tasks are yielded in the order in which they end. Dropping the future before it is
    /// ready loses nothing.
    ///
    /// # Examples
    ///
    /// See [`JoinSet`].
    pub fn join_next(&mut self) -> impl Future<Output = Option<Result<T, JoinError>>> + '_ {
        poll_fn(|context| self.poll_join_next(context))
    }

    /// Polls for the next task that has ended; `None` when the set is empty.
    pub fn poll_join_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<T, JoinError>>> {
        if self.tasks.is_empty() {
            return Poll::Ready(None);
        }
        // Before the list is read: an end that is noted later finds somebody to wake.
        let waker = context.waker().clone();
        let old = lock(&self.group.state).parent.replace(waker);
        drop(old);
        match self.take_ended() {
            Some(output) => Poll::Ready(Some(output)),
            None => Poll::Pending,
        }
    }

    /// The output of a task that has ended, if there is one: it does not wait.
    pub fn try_join_next(&mut self) -> Option<Result<T, JoinError>> {
        self.take_ended()
    }

    fn take_ended(&mut self) -> Option<Result<T, JoinError>> {
        loop {
            let key = lock(&self.group.state).ended.pop_front()?;
            // A key whose task was taken or let go is there in vain.
            let Some(member) = self.tasks.get_mut(&key) else {
                continue;
            };
            let context = &mut Context::from_waker(&member.waker);
            if let Poll::Ready(output) = Pin::new(&mut member.handle).poll(context) {
                self.tasks.remove(&key);
                return Some(output);
            }
        }
    }

    /// Aborts all tasks, and waits until the last has ended. Outputs and panics are dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::JoinSet;
    ///
    /// coro_runtime::block_on(async {
    ///     let mut tasks = JoinSet::new();
    ///     tasks.spawn(std::future::pending::<()>());
    ///     tasks.shutdown().await;
    ///     assert!(tasks.is_empty());
    /// });
    /// ```
    pub fn shutdown(&mut self) -> impl Future<Output = ()> + '_ {
        self.abort_all();
        poll_fn(|context| {
            while ready!(self.poll_join_next(context)).is_some() {}
            Poll::Ready(())
        })
    }

    /// Waits for all tasks, and yields their outputs in the order in which they end.
    ///
    /// # Panics
    ///
    /// When a task panics, with its panic. The other tasks stay in the set, so they are
    /// aborted if the panic drops it.
    pub fn join_all(&mut self) -> impl Future<Output = Vec<T>> + '_ {
        let mut outputs = Vec::with_capacity(self.len());
        poll_fn(move |context| {
            while let Some(output) = ready!(self.poll_join_next(context)) {
                match output.map_err(JoinError::try_into_panic) {
                    Ok(output) => outputs.push(output),
                    Err(Ok(payload)) => resume_unwind(payload),
                    // Who aborts a task does not want its output.
                    Err(Err(_cancelled)) => {}
                }
            }
            Poll::Ready(std::mem::take(&mut outputs))
        })
    }
}

impl<T> Drop for JoinSet<T> {
    fn drop(&mut self) {
        self.abort_all();
    }
}

impl<T> Default for JoinSet<T> {
    fn default() -> JoinSet<T> {
        JoinSet::new()
    }
}

impl<T> fmt::Debug for JoinSet<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("JoinSet")
            .field("tasks", &self.len())
            .finish_non_exhaustive()
    }
}
