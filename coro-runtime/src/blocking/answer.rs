//! The way of an output from the thread that makes it to the task that waits for it.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use crate::executor::Shared;
use crate::lock::lock;
use crate::task::JoinError;

/// The two ends of one job. The job counts as outstanding until the first end is gone.
pub(super) fn pair<T>(shared: Arc<Shared>) -> (Completer<T>, Answer<T>) {
    let slot = Arc::new(Mutex::new(Slot::Wanted(None)));
    shared.blocking.begin();
    let completer = Completer {
        slot: Arc::clone(&slot),
        shared,
    };
    (completer, Answer { slot })
}

enum Slot<T> {
    /// Nothing yet, and who is to be woken.
    Wanted(Option<Waker>),
    Done(Result<T, JoinError>),
    /// Handed out, or nobody wants it.
    Gone,
}

/// The end that the job holds. If it is dropped without an output, the job was cancelled.
pub(super) struct Completer<T> {
    slot: Arc<Mutex<Slot<T>>>,
    shared: Arc<Shared>,
}

impl<T> Completer<T> {
    /// Does the work, unless nobody wants it any more.
    pub(super) fn run(self, work: impl FnOnce() -> T) {
        if matches!(&*lock(&self.slot), Slot::Gone) {
            return;
        }
        let output = catch_unwind(AssertUnwindSafe(work)).map_err(JoinError::panicked);
        self.finish(output);
    }

    fn finish(&self, output: Result<T, JoinError>) {
        let mut slot = lock(&self.slot);
        let (new, waker, unwanted) = match std::mem::replace(&mut *slot, Slot::Gone) {
            Slot::Wanted(waker) => (Slot::Done(output), waker, None),
            done @ Slot::Done(_) => (done, None, Some(output)),
            Slot::Gone => (Slot::Gone, None, Some(output)),
        };
        *slot = new;
        drop(slot);
        if let Some(waker) = waker {
            waker.wake();
        }
        // Foreign code, hence outside of the lock and last.
        drop(unwanted);
    }
}

impl<T> Drop for Completer<T> {
    fn drop(&mut self) {
        /// Ends the count after all else, even if foreign code panics.
        struct End<'a>(&'a Shared);
        impl Drop for End<'_> {
            fn drop(&mut self) {
                self.0.blocking.end();
                // A paused clock stands while jobs are outstanding: this may have been the
                // last one.
                self.0.unpark();
            }
        }
        let _end = End(&self.shared);
        let is_wanted = matches!(&*lock(&self.slot), Slot::Wanted(_));
        if is_wanted {
            self.finish(Err(JoinError::cancelled()));
        }
    }
}

/// Waits for the output of a job. Dropping it cancels a job that has not begun.
///
/// # Panics
///
/// When it is polled again after it was ready.
pub(crate) struct Answer<T> {
    slot: Arc<Mutex<Slot<T>>>,
}

impl<T> Future for Answer<T> {
    type Output = Result<T, JoinError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // Cloned outside of the lock: it is foreign code.
        let waker = context.waker().clone();
        let mut slot = lock(&self.slot);
        match std::mem::replace(&mut *slot, Slot::Gone) {
            Slot::Wanted(old) => {
                *slot = Slot::Wanted(Some(waker));
                drop(slot);
                drop(old);
                Poll::Pending
            }
            Slot::Done(output) => Poll::Ready(output),
            Slot::Gone => panic!("the answer of a job was polled after it was ready"),
        }
    }
}

impl<T> Drop for Answer<T> {
    fn drop(&mut self) {
        let left = std::mem::replace(&mut *lock(&self.slot), Slot::Gone);
        // Outside of the lock: it is foreign code.
        drop(left);
    }
}
