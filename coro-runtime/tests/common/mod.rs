//! What more than one test uses. Every future here really returns `Pending`.
#![allow(dead_code, reason = "no test uses all of it")]

use std::future::Future;
use std::os::fd::{AsFd, AsRawFd};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

/// Runs a test that fails if it hangs. The limit is far from what any machine needs.
pub(crate) fn within_a_minute<T: Send + 'static>(test: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = channel();
    thread::spawn(move || sender.send(catch_unwind(AssertUnwindSafe(test))));
    match receiver.recv_timeout(Duration::from_secs(60)) {
        Ok(Ok(value)) => value,
        Ok(Err(payload)) => resume_unwind(payload),
        Err(RecvTimeoutError::Timeout) => panic!("the test hangs"),
        Err(RecvTimeoutError::Disconnected) => panic!("the test gave no answer"),
    }
}

/// Like [`within_a_minute`], for a future on a runtime of its own.
pub(crate) fn run<F: Future>(test: impl FnOnce() -> F + Send + 'static) -> F::Output
where
    F::Output: Send + 'static,
{
    within_a_minute(move || coro_runtime::block_on(test()))
}

/// Is pending so many times, and wakes its task each time.
pub(crate) struct Pends(pub(crate) usize);

impl Future for Pends {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.0 == 0 {
            return Poll::Ready(());
        }
        self.0 -= 1;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

/// A flag that wakes who waits for it, from whichever thread raises it.
#[derive(Clone, Default)]
pub(crate) struct Flag(Arc<Mutex<(bool, Vec<Waker>)>>);

impl Flag {
    pub(crate) fn raise(&self) {
        let wakers = {
            let mut state = self.0.lock().unwrap();
            state.0 = true;
            std::mem::take(&mut state.1)
        };
        wakers.into_iter().for_each(Waker::wake);
    }

    pub(crate) fn is_raised(&self) -> bool {
        self.0.lock().unwrap().0
    }

    /// How many wait for it.
    pub(crate) fn waiting(&self) -> usize {
        self.0.lock().unwrap().1.len()
    }

    /// Wakes all who wait, for no reason.
    pub(crate) fn disturb(&self) {
        let wakers = std::mem::take(&mut self.0.lock().unwrap().1);
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl Future for Flag {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.0.lock().unwrap();
        if state.0 {
            return Poll::Ready(());
        }
        state.1.push(context.waker().clone());
        Poll::Pending
    }
}

/// Polls a future, counts how often, and wakes the task in vain at the first `spurious`.
pub(crate) struct Disturbed<F> {
    pub(crate) future: Pin<Box<F>>,
    pub(crate) spurious: usize,
    pub(crate) polls: usize,
}

impl<F: Future> Disturbed<F> {
    pub(crate) fn new(spurious: usize, future: F) -> Disturbed<F> {
        Disturbed {
            future: Box::pin(future),
            spurious,
            polls: 0,
        }
    }
}

impl<F: Future> Future for Disturbed<F> {
    type Output = (F::Output, usize);

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.polls += 1;
        if self.polls <= self.spurious {
            context.waker().wake_by_ref();
        }
        let polls = self.polls;
        self.future
            .as_mut()
            .poll(context)
            .map(|output| (output, polls))
    }
}

/// Counts its drops.
#[derive(Clone, Default)]
pub(crate) struct Drops(pub(crate) Arc<AtomicUsize>);

impl Drops {
    pub(crate) fn guard(&self) -> Guard {
        Guard(Arc::clone(&self.0))
    }

    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

pub(crate) struct Guard(Arc<AtomicUsize>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// A log of what happened, in order.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn note(&self, event: impl Into<String>) {
        self.0.lock().unwrap().push(event.into());
    }

    pub(crate) fn taken(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// Makes the closing of a socket send a reset instead of the end of the stream.
pub(crate) fn reset_on_close(socket: &impl AsFd) {
    let linger = libc::linger {
        l_onoff: 1,
        l_linger: 0,
    };
    // SAFETY: the pointer and size describe `linger`, which outlives the call.
    let result = unsafe {
        libc::setsockopt(
            socket.as_fd().as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_LINGER,
            (&raw const linger).cast(),
            size_of::<libc::linger>() as libc::socklen_t,
        )
    };
    assert_eq!(result, 0);
}

/// How many descriptors this process has, one of which is there for the counting.
pub(crate) fn open_descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}
