//! The handle of a task, and how a task can fail.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::ptr::NonNull;
use std::sync::Mutex;
use std::task::{Context, Poll};

use super::abort::{AbortHandle, abort};
use super::cell::{self, Header};
use crate::sync::lock;

/// Awaits a task's output.
///
/// Dropping it lets the task run on by itself; its output, or its panic, is then dropped.
/// To end the task early, [`abort`](JoinHandle::abort) it.
///
/// # Panics
///
/// When it is polled again after it was ready.
///
/// # Examples
///
/// ```
/// let sum = coro_runtime::block_on(async {
///     let task = coro_runtime::spawn(async { 1 + 2 });
///     task.await
/// });
/// assert_eq!(sum.unwrap(), 3);
/// ```
pub struct JoinHandle<T> {
    /// `None` when the output has been handed out.
    header: Option<NonNull<Header>>,
    output: PhantomData<T>,
}

// SAFETY: through a handle the output can be taken or dropped on another thread, hence
// `T: Send`. The future stays with its executor, and the rest of the task is made for
// sharing.
unsafe impl<T: Send> Send for JoinHandle<T> {}
// SAFETY: a shared handle reaches the state word only.
unsafe impl<T: Send> Sync for JoinHandle<T> {}

impl<T> Unpin for JoinHandle<T> {}

impl<T> JoinHandle<T> {
    /// # Safety
    ///
    /// The caller hands one reference over, and the task's output is a `T`. There is no
    /// other handle of the task.
    pub(super) unsafe fn new(header: NonNull<Header>) -> JoinHandle<T> {
        JoinHandle {
            header: Some(header),
            output: PhantomData,
        }
    }

    /// Asks the task to end: its future is dropped where it is suspended, and the handle
    /// yields a [`JoinError`] that [is cancelled](JoinError::is_cancelled).
    ///
    /// A task that has ended already, or ends in the poll that is under way, is not touched.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::future::pending;
    ///
    /// let error = coro_runtime::block_on(async {
    ///     let task = coro_runtime::spawn(pending::<()>());
    ///     task.abort();
    ///     task.await.unwrap_err()
    /// });
    /// assert!(error.is_cancelled());
    /// ```
    pub fn abort(&self) {
        let Some(header) = self.header else { return };
        // SAFETY: the handle's reference keeps the task alive.
        unsafe { abort(header) };
    }

    /// A handle that can end the task and no more. Any number of them may exist.
    ///
    /// # Panics
    ///
    /// When the output has been handed out.
    ///
    /// # Examples
    ///
    /// ```
    /// coro_runtime::block_on(async {
    ///     let task = coro_runtime::spawn(std::future::pending::<()>());
    ///     task.abort_handle().abort();
    ///     assert!(task.await.unwrap_err().is_cancelled());
    /// });
    /// ```
    #[must_use]
    pub fn abort_handle(&self) -> AbortHandle {
        let header = self
            .header
            .expect("a join handle was used after it was ready");
        // SAFETY: the handle's reference keeps the task alive.
        unsafe { AbortHandle::new(header) }
    }

    /// Whether the task has ended, so that awaiting it would not wait.
    ///
    /// # Examples
    ///
    /// ```
    /// coro_runtime::block_on(async {
    ///     let task = coro_runtime::spawn(async {});
    ///     assert!(!task.is_finished());
    ///     coro_runtime::yield_now().await;
    ///     assert!(task.is_finished());
    /// });
    /// ```
    #[must_use]
    pub fn is_finished(&self) -> bool {
        match self.header {
            // SAFETY: the handle's reference keeps the task alive.
            Some(header) => unsafe { header.as_ref() }.state.load().is_completed(),
            None => true,
        }
    }

    /// Stores the waker of `context`, or finds that the task is completed.
    fn register(&self, header: NonNull<Header>, context: &Context<'_>) -> Poll<()> {
        // SAFETY: the handle's reference keeps the task alive.
        let task = unsafe { header.as_ref() };
        let snapshot = task.state.load();
        if snapshot.is_completed() {
            return Poll::Ready(());
        }
        if snapshot.has_join_waker() {
            // SAFETY: JOIN_WAKER is set, so nobody writes the slot.
            let waker = unsafe { (*task.join_waker.get()).as_ref() };
            if waker.is_some_and(|waker| waker.will_wake(context.waker())) {
                return Poll::Pending;
            }
            if !task.state.unset_join_waker() {
                return Poll::Ready(());
            }
        }
        let waker = context.waker().clone();
        // SAFETY: JOIN_WAKER is clear, so the slot is the handle's alone.
        unsafe { *task.join_waker.get() = Some(waker) };
        if task.state.set_join_waker() {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let header = self
            .header
            .expect("a join handle was polled after it was ready");
        if self.register(header, context).is_pending() {
            return Poll::Pending;
        }
        let mut output = MaybeUninit::<Self::Output>::uninit();
        self.header = None;
        // SAFETY: the task was completed while its handle existed, so the output is the
        // handle's; it is taken once, because `header` is empty now. The place is of the
        // right type, and is filled by the call. The reference is not used any more.
        let output = unsafe {
            (header.as_ref().table.take_output)(header, output.as_mut_ptr().cast());
            cell::release(header);
            output.assume_init()
        };
        Poll::Ready(output)
    }
}

impl<T> Drop for JoinHandle<T> {
    fn drop(&mut self) {
        let Some(header) = self.header.take() else {
            return;
        };
        /// Gives the reference up even if a destructor panics.
        struct Release(NonNull<Header>);
        impl Drop for Release {
            fn drop(&mut self) {
                // SAFETY: the handle's reference is not used any more.
                unsafe { cell::release(self.0) };
            }
        }
        let release = Release(header);
        // SAFETY: the reference keeps the task alive until `release` is dropped.
        let task = unsafe { release.0.as_ref() };
        if task.state.unset_join_interest() {
            // SAFETY: JOIN_WAKER is clear, and nobody else looks at the slot without it.
            let waker = unsafe { (*task.join_waker.get()).take() };
            drop(waker);
        } else {
            // SAFETY: the task was completed while its handle existed and nobody has taken
            // the output, so it is ours.
            unsafe { (task.table.drop_output)(header) };
        }
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("JoinHandle")
            .field("finished", &self.is_finished())
            .finish_non_exhaustive()
    }
}

/// Why a task has no output: it panicked, or it was cancelled.
///
/// # Examples
///
/// ```
/// let error = coro_runtime::block_on(async {
///     coro_runtime::spawn(async { panic!("out of cheese") }).await.unwrap_err()
/// });
/// assert!(error.is_panic());
/// assert_eq!(error.to_string(), "the task panicked: out of cheese");
/// ```
pub struct JoinError {
    /// The panic's payload; `None` for a cancellation. The mutex makes the error `Sync`,
    /// which a payload need not be. The box makes it one word that is never zero, for each task has
    /// room for an output or an error: a task without either state or output is then 72 bytes.
    payload: Box<Mutex<Option<Payload>>>,
}

type Payload = Box<dyn Any + Send>;

impl JoinError {
    pub(crate) fn panicked(payload: Payload) -> JoinError {
        JoinError::new(Some(payload))
    }

    pub(crate) fn cancelled() -> JoinError {
        JoinError::new(None)
    }

    fn new(payload: Option<Payload>) -> JoinError {
        JoinError {
            payload: Box::new(Mutex::new(payload)),
        }
    }

    /// Whether the task was aborted, or its runtime has shut down.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        !self.is_panic()
    }

    /// Whether the task panicked.
    #[must_use]
    pub fn is_panic(&self) -> bool {
        lock(&self.payload).is_some()
    }

    /// The payload of the panic, for [`std::panic::resume_unwind`].
    ///
    /// # Panics
    ///
    /// When the task was cancelled.
    ///
    /// # Examples
    ///
    /// ```
    /// let payload = coro_runtime::block_on(async {
    ///     let task = coro_runtime::spawn(async { std::panic::panic_any(7) });
    ///     task.await.unwrap_err().into_panic()
    /// });
    /// assert_eq!(*payload.downcast::<i32>().unwrap(), 7);
    /// ```
    #[must_use]
    pub fn into_panic(self) -> Box<dyn Any + Send> {
        self.try_into_panic()
            .expect("a task that was cancelled has no panic")
    }

    /// The payload of the panic, or the error itself when the task was cancelled.
    ///
    /// # Errors
    ///
    /// The error itself, when the task was cancelled.
    ///
    /// # Examples
    ///
    /// ```
    /// let error = coro_runtime::block_on(async {
    ///     let task = coro_runtime::spawn(std::future::pending::<()>());
    ///     task.abort();
    ///     task.await.unwrap_err()
    /// });
    /// // It was cancelled, so the error comes back.
    /// assert!(error.try_into_panic().unwrap_err().is_cancelled());
    /// ```
    pub fn try_into_panic(self) -> Result<Box<dyn Any + Send>, JoinError> {
        let payload = lock(&self.payload).take();
        payload.ok_or(self)
    }

    /// The panic's message, if it has one.
    fn message(&self) -> Option<String> {
        let payload = lock(&self.payload);
        let payload = payload.as_ref()?;
        let text = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned());
        text.or_else(|| payload.downcast_ref::<String>().cloned())
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.is_panic(), self.message()) {
            (true, Some(message)) => write!(formatter, "the task panicked: {message}"),
            (true, None) => formatter.write_str("the task panicked"),
            (false, _) => formatter.write_str("the task was cancelled"),
        }
    }
}

impl fmt::Debug for JoinError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.is_panic(), self.message()) {
            (true, Some(message)) => write!(formatter, "JoinError::Panic({message:?})"),
            (true, None) => formatter.write_str("JoinError::Panic(..)"),
            (false, _) => formatter.write_str("JoinError::Cancelled"),
        }
    }
}

impl std::error::Error for JoinError {}
