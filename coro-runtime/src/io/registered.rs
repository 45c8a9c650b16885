//! A socket that a reactor watches, and the future of an operation on it.

use std::future::Future;
use std::io;
use std::os::fd::AsFd;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::readiness::{Direction, POLLED, Readiness};
use crate::budget;
use crate::context;
use crate::shared::Shared;

/// A non-blocking socket that the current runtime's reactor watches until it is dropped.
pub(crate) struct Registered<S: AsFd> {
    io: S,
    readiness: Arc<Readiness>,
    shared: Arc<Shared>,
    key: u64,
}

/// What an operation brought.
pub(crate) struct Done<T> {
    pub(crate) value: T,
    /// The operation got less than it had asked for, so the next one would block. Knowing
    /// this saves the call that would find out.
    pub(crate) exhausted: bool,
}

impl<S: AsFd> Registered<S> {
    /// Registers `io`, which does not block, with the runtime of this thread. With
    /// `assumed`, the first operation is tried before any event.
    ///
    /// # Panics
    ///
    /// When no runtime runs on this thread.
    #[track_caller]
    pub(crate) fn new(io: S, assumed: bool) -> io::Result<Registered<S>> {
        let shared = context::shared()
            .expect("a socket, pipe or signal was to be watched outside of a runtime: do it inside `block_on`");
        let readiness = Arc::new(Readiness::new(assumed));
        let key = shared.reactor.add(&io, Arc::clone(&readiness))?;
        Ok(Registered {
            io,
            readiness,
            shared,
            key,
        })
    }

    /// Whether it is watched by the runtime of this thread.
    pub(crate) fn is_current(&self) -> bool {
        context::shared().is_some_and(|shared| Arc::ptr_eq(&shared, &self.shared))
    }

    pub(crate) fn get(&self) -> &S {
        &self.io
    }

    /// Does `operation` as soon as it does not block.
    pub(crate) fn attempt<T, F>(&self, direction: Direction, operation: F) -> Attempt<'_, S, F>
    where
        F: FnMut(&S) -> io::Result<Done<T>> + Unpin,
    {
        Attempt {
            registered: self,
            direction,
            operation,
            key: None,
        }
    }

    /// Polls for an operation without keeping anything between two polls.
    ///
    /// Of those who poll so for one direction, the last is woken.
    pub(crate) fn poll<T>(
        &self,
        direction: Direction,
        context: &mut Context<'_>,
        mut operation: impl FnMut(&S) -> io::Result<Done<T>>,
    ) -> Poll<io::Result<T>> {
        self.poll_attempt(direction, &mut Some(POLLED), context, &mut operation)
    }

    fn poll_attempt<T>(
        &self,
        direction: Direction,
        key: &mut Option<u64>,
        context: &mut Context<'_>,
        operation: &mut impl FnMut(&S) -> io::Result<Done<T>>,
    ) -> Poll<io::Result<T>> {
        let readiness = &self.readiness;
        loop {
            let seen = ready!(readiness.poll(direction, key, context));
            ready!(budget::poll_spend(context));
            if seen.is_shut_down() {
                return Poll::Ready(Err(io::Error::other("the runtime has shut down")));
            }
            match operation(&self.io) {
                Ok(done) => {
                    if done.exhausted && !seen.has_urgent_data() {
                        readiness.clear(direction, seen);
                    }
                    return Poll::Ready(Ok(done.value));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    readiness.clear(direction, seen);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl<S: AsFd> Drop for Registered<S> {
    fn drop(&mut self) {
        self.shared.reactor.remove(&self.io, self.key);
    }
}

/// An operation that is tried whenever the socket is ready, until it does not block.
///
/// Dropping it before it is ready leaves the socket as it is.
#[must_use = "futures do nothing unless they are awaited"]
pub(crate) struct Attempt<'a, S: AsFd, F> {
    registered: &'a Registered<S>,
    direction: Direction,
    operation: F,
    key: Option<u64>,
}

impl<S, T, F> Future for Attempt<'_, S, F>
where
    S: AsFd,
    F: FnMut(&S) -> io::Result<Done<T>> + Unpin,
{
    type Output = io::Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        let this = &mut *self;
        this.registered
            .poll_attempt(this.direction, &mut this.key, context, &mut this.operation)
    }
}

impl<S: AsFd, F> Drop for Attempt<'_, S, F> {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.registered.readiness.forget(self.direction, key);
        }
    }
}
