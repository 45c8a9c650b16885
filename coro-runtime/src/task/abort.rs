//! Ending a task without a claim to its output.

use std::fmt;
use std::ptr::NonNull;

use super::cell::{self, Header};
use super::queue::Runnable;

/// Ends a task early, from any thread and as often as one likes.
///
/// Dropping it has no effect on the task. It keeps the task's memory, but neither its future nor,
/// once the [`JoinHandle`](super::JoinHandle) is gone, its output. Made by
/// [`JoinHandle::abort_handle`](super::JoinHandle::abort_handle).
///
/// # Examples
///
/// ```
/// use std::future::pending;
///
/// let error = coro_runtime::block_on(async {
///     let task = coro_runtime::spawn(pending::<()>());
///     let abort = task.abort_handle();
///     coro_runtime::spawn(async move { abort.abort() });
///     task.await.unwrap_err()
/// });
/// assert!(error.is_cancelled());
/// ```
pub struct AbortHandle {
    header: NonNull<Header>,
}

// SAFETY: the handle reaches the state word and the shared part only, which are made for
// sharing. Future and output, which need not be, are gone when the last reference is.
unsafe impl Send for AbortHandle {}
// SAFETY: as above.
unsafe impl Sync for AbortHandle {}

impl AbortHandle {
    /// # Safety
    ///
    /// The caller keeps the task alive during the call.
    pub(super) unsafe fn new(header: NonNull<Header>) -> AbortHandle {
        // SAFETY: the caller keeps the task alive.
        unsafe { header.as_ref() }.state.reference();
        AbortHandle { header }
    }

    /// Asks the task to end, as [`JoinHandle::abort`](super::JoinHandle::abort) does.
    ///
    /// # Examples
    ///
    /// See [`AbortHandle`].
    pub fn abort(&self) {
        // SAFETY: the handle's reference keeps the task alive.
        unsafe { abort(self.header) };
    }

    /// Whether the task has ended.
    ///
    /// # Examples
    ///
    /// ```
    /// coro_runtime::block_on(async {
    ///     let task = coro_runtime::spawn(async {});
    ///     let handle = task.abort_handle();
    ///     assert!(!handle.is_finished());
    ///     task.await.unwrap();
    ///     assert!(handle.is_finished());
    /// });
    /// ```
    #[must_use]
    pub fn is_finished(&self) -> bool {
        // SAFETY: the handle's reference keeps the task alive.
        unsafe { self.header.as_ref() }.state.load().is_completed()
    }
}

/// Asks a task to end.
///
/// # Safety
///
/// The caller keeps the task alive.
pub(super) unsafe fn abort(header: NonNull<Header>) {
    // SAFETY: the caller keeps the task alive.
    let task = unsafe { header.as_ref() };
    if task.state.cancel() {
        // SAFETY: `cancel` says that the right to queue the task is ours alone.
        task.shared.schedule(unsafe { Runnable::new(header) });
    }
}

impl Clone for AbortHandle {
    fn clone(&self) -> AbortHandle {
        // SAFETY: the handle's reference keeps the task alive.
        unsafe { AbortHandle::new(self.header) }
    }
}

impl Drop for AbortHandle {
    fn drop(&mut self) {
        // SAFETY: the handle's reference is not used any more.
        unsafe { cell::release(self.header) };
    }
}

impl fmt::Debug for AbortHandle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AbortHandle")
            .field("finished", &self.is_finished())
            .finish_non_exhaustive()
    }
}
