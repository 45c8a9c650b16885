//! Fibers that are tasks: futures whose code waits for other futures without being a coroutine.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::ptr::NonNull;
use std::task::{Context, Poll};

use super::Fiber;
use super::builder::Builder;
use super::current::{self, Place, WakerPointer};
use super::resumed::Resumed;
use crate::{JoinHandle, spawn_local};

/// Runs `body` on a fiber of its own, as a task of the current runtime.
///
/// In the closure and in all that it calls, [`wait`] suspends this task and no other. The task
/// stays on its thread, so that it may hold what is not [`Send`]. Its stack has
/// [the default size](super::SIZE_BY_DEFAULT); [`Builder::future`] makes others.
///
/// # Panics
///
/// When no runtime runs on this thread, and when no stack can be had; [`Builder::future`] with
/// [`spawn_local`] reports the latter as an error. A panic of `body` is reported by the
/// join handle.
///
/// # Examples
///
/// ```
/// use coro_runtime::fiber::{spawn_fiber, wait};
/// use coro_runtime::time::sleep;
/// use std::time::Duration;
///
/// /// A plain function, in a chain of calls that knows nothing of futures.
/// fn nap(milliseconds: u64) -> u64 {
///     wait(sleep(Duration::from_millis(milliseconds)));
///     milliseconds
/// }
///
/// let total = coro_runtime::block_on(async {
///     let tasks = [10, 20, 30].map(|milliseconds| spawn_fiber(move || nap(milliseconds)));
///     let mut total = 0;
///     for task in tasks {
///         total += task.await.unwrap();
///     }
///     total
/// });
/// assert_eq!(total, 60);
/// ```
#[track_caller]
pub fn spawn_fiber<Return, Body>(body: Body) -> JoinHandle<Return>
where
    Return: 'static,
    Body: FnOnce() -> Return + 'static,
{
    match Builder::new().future(body) {
        Ok(future) => spawn_local(future),
        Err(error) => panic!("{error}"),
    }
}

/// Suspends the fiber task around it until `future` is ready, and returns its output.
///
/// Only the fiber waits; its thread goes on with other tasks. If the task is dropped meanwhile, the
/// call unwinds and the future is dropped.
///
/// # Panics
///
/// - Outside of a fiber task, and on another fiber that a fiber task has resumed: only the
///   innermost fiber can suspend.
/// - Within the poll of a future, which must not block.
///
/// And when the future does.
///
/// # Examples
///
/// See [`spawn_fiber`].
pub fn wait<F: IntoFuture>(future: F) -> F::Output {
    current::place(|place| match place {
        Place::Task(task) => task.wait(future),
        Place::Poll => {
            panic!("`fiber::wait` was called within the poll of a future: await instead")
        }
        Place::OtherFiber => panic!(
            "`fiber::wait` was called on a fiber that is not a task: it would have to suspend the \
             task that resumed it"
        ),
        Place::Thread => panic!(
            "`fiber::wait` was called outside of a fiber task: call it in the closure of \
             `spawn_fiber`, or use `direct::wait`"
        ),
    })
}

/// A future that runs a closure on a fiber of its own. Made by [`Builder::future`].
///
/// It can be awaited and spawned like any other. Dropping it before it is ready cancels the fiber:
/// its stack unwinds, as [told of](super#dropping-a-fiber) there. It is not [`Send`].
///
/// ```compile_fail,E0277
/// use coro_runtime::fiber::Builder;
/// coro_runtime::spawn(Builder::new().future(|| ()).unwrap());
/// ```
///
/// # Panics
///
/// A poll after it was ready, or after its closure has panicked, panics.
///
/// # Examples
///
/// ```
/// use coro_runtime::fiber::{Builder, wait};
/// use coro_runtime::{block_on, join_all, yield_now};
///
/// # fn main() -> std::io::Result<()> {
/// let small = Builder::new().stack_size(32 * 1024);
/// let both = [1, 2].map(|number| small.future(move || (wait(yield_now()), number).1).unwrap());
/// assert_eq!(block_on(join_all(both)), [1, 2]);
/// # Ok(())
/// # }
/// ```
#[must_use = "futures do nothing unless they are awaited"]
pub struct FiberFuture<Return> {
    fiber: Fiber<WakerPointer, (), Return>,
}

impl<Return: 'static> FiberFuture<Return> {
    pub(super) fn new<Body>(builder: &Builder, body: Body) -> io::Result<Self>
    where
        Body: FnOnce() -> Return + 'static,
    {
        let fiber = builder.build(|yielder, waker| {
            // SAFETY: `poll` is the only one to resume the fiber, and does as is asked.
            unsafe { current::enter(yielder, waker, body) }
        })?;
        Ok(Self { fiber })
    }
}

impl<Return> Future for FiberFuture<Return> {
    type Output = Return;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Return> {
        let waker = NonNull::from(context.waker());
        // The fiber does not use the waker after it has suspended.
        match self.fiber.resume(waker) {
            Resumed::Yielded(()) => Poll::Pending,
            Resumed::Returned(value) => Poll::Ready(value),
        }
    }
}

impl<Return> fmt::Debug for FiberFuture<Return> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("FiberFuture")
            .field(&self.fiber)
            .finish()
    }
}
