//! What hyper needs of a runtime: reading, writing, timers and tasks.

use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use ::hyper::rt::{self, Read, ReadBufCursor, Write};

use super::PIECE;
use crate::net::{Connection, ReadHalf, Socket, WriteHalf};
use crate::time::{self, Sleep};

/// Reads into `buffer` by the trait that all our streams have.
#[allow(unsafe_code)]
fn read(
    stream: Pin<&mut impl futures_io::AsyncRead>,
    context: &mut Context<'_>,
    mut buffer: ReadBufCursor<'_>,
) -> Poll<io::Result<()>> {
    let wanted = buffer.remaining().min(PIECE);
    let space = buffer.initialize_unfilled_to(wanted);
    let count = ready!(stream.poll_read(context, space))?;
    assert!(
        count <= wanted,
        "a stream has read more than its buffer holds"
    );
    // SAFETY: `initialize_unfilled_to` has initialised `wanted` bytes, and these are no more.
    unsafe { buffer.advance(count) };
    Poll::Ready(Ok(()))
}

macro_rules! implement_read {
    ($($stream:ty),*) => {$(
        /// Needs the feature `hyper`. Of several tasks that poll to read, the last is woken.
        impl<S: Socket> Read for $stream {
            fn poll_read(
                self: Pin<&mut Self>,
                context: &mut Context<'_>,
                buffer: ReadBufCursor<'_>,
            ) -> Poll<io::Result<()>> {
                read(self, context, buffer)
            }
        }
    )*};
}

macro_rules! implement_write {
    ($($stream:ty),*) => {$(
        /// Needs the feature `hyper`. Shutting down ends the direction, as `poll_close` of
        /// `futures-io` does.
        impl<S: Socket> Write for $stream {
            fn poll_write(
                self: Pin<&mut Self>,
                context: &mut Context<'_>,
                bytes: &[u8],
            ) -> Poll<io::Result<usize>> {
                futures_io::AsyncWrite::poll_write(self, context, bytes)
            }

            fn poll_write_vectored(
                self: Pin<&mut Self>,
                context: &mut Context<'_>,
                buffers: &[IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                futures_io::AsyncWrite::poll_write_vectored(self, context, buffers)
            }

            fn is_write_vectored(&self) -> bool {
                true
            }

            fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
                futures_io::AsyncWrite::poll_flush(self, context)
            }

            fn poll_shutdown(
                self: Pin<&mut Self>,
                context: &mut Context<'_>,
            ) -> Poll<io::Result<()>> {
                futures_io::AsyncWrite::poll_close(self, context)
            }
        }
    )*};
}

implement_read!(Connection<S>, &Connection<S>, ReadHalf<Connection<S>>);
implement_write!(Connection<S>, &Connection<S>, WriteHalf<Connection<S>>);

/// The timers of the runtime, for hyper. Needs the feature `hyper`.
///
/// Its sleeps must be polled inside of a runtime.
///
/// # Examples
///
/// ```
/// use coro_runtime::interop::Timer;
/// use hyper::rt::Timer as _;
/// use std::time::Duration;
///
/// coro_runtime::block_on(Timer.sleep(Duration::from_millis(1)));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Timer;

impl rt::Timer for Timer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn rt::Sleep>> {
        Box::pin(time::sleep(duration))
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn rt::Sleep>> {
        Box::pin(time::sleep_until(deadline))
    }

    fn now(&self) -> Instant {
        time::now()
    }

    fn reset(&self, sleep: &mut Pin<Box<dyn rt::Sleep>>, new_deadline: Instant) {
        match sleep.as_mut().downcast_mut_pin::<Sleep>() {
            Some(mut sleep) => sleep.reset(new_deadline),
            None => *sleep = self.sleep_until(new_deadline),
        }
    }
}

/// Needs the feature `hyper`.
impl rt::Sleep for Sleep {}

/// Spawns hyper's tasks on the runtime of the thread. Needs the feature `hyper`.
///
/// # Panics
///
/// [`execute`](hyper::rt::Executor::execute) panics when no runtime runs on the thread.
///
/// # Examples
///
/// ```
/// use coro_runtime::interop::Executor;
/// use coro_runtime::sync::oneshot;
/// use hyper::rt::Executor as _;
///
/// coro_runtime::block_on(async {
///     let (sender, receiver) = oneshot::channel();
///     Executor.execute(async { sender.send(7) });
///     assert_eq!(receiver.await, Ok(7));
/// });
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Executor;

impl<F> rt::Executor<F> for Executor
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fn execute(&self, future: F) {
        // Without its handle the task goes on by itself.
        drop(crate::spawn(future));
    }
}
