//! Waiting in direct style: the same call on a thread and on a fiber.

use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use super::current::{self, Place};

/// Waits until `future` is ready, in whatever way the caller's place allows, and returns its output.
///
/// | where | what waits |
/// | --- | --- |
/// | a [fiber task](super::spawn_fiber) | the fiber, as with [`fiber::wait`](super::wait) |
/// | a plain thread | the thread, parked |
/// | a task of a runtime, or its `block_on` | nothing: it panics, for it would stop all other tasks |
///
/// So a function that waits like this can be called by threads and by fibers; the option `direct` of
/// `#[coro::coroutine]` makes one of the source of a coroutine. A plain thread has neither reactor nor
/// timers: sockets and sleeps want a runtime that another thread runs, as in the closure of
/// [`spawn_blocking`](crate::spawn_blocking), or after [`Handle::enter`](crate::Handle::enter).
///
/// The thread is parked on a lock of this call's own: [`std::thread::park`] and what wakes it are
/// left to others.
///
/// # Panics
///
/// In a task of a runtime that is no fiber task, within the poll of a future, and on another
/// fiber that a fiber task has resumed. And when the future does.
///
/// # Examples
///
/// ```
/// use coro_runtime::fiber::{direct, spawn_fiber};
/// use coro_runtime::{JoinHandle, spawn};
///
/// fn double(task: JoinHandle<u32>) -> u32 {
///     2 * direct::wait(task).unwrap()
/// }
///
/// # fn main() -> std::io::Result<()> {
/// // On a thread, for a task that runs on another one:
/// let runtime = coro_runtime::Runtime::new()?;
/// let task = runtime.spawn(async { 21 });
/// let thread = std::thread::spawn(move || double(task));
/// // And on a fiber, for a task on the same thread:
/// let doubled = runtime.block_on(async { spawn_fiber(|| double(spawn(async { 4 }))).await });
/// assert_eq!(doubled.unwrap(), 8);
/// assert_eq!(thread.join().unwrap(), 42);
/// # Ok(())
/// # }
/// ```
pub fn wait<F: IntoFuture>(future: F) -> F::Output {
    current::place(|place| match place {
        Place::Task(task) => task.wait(future),
        Place::Poll => refuse_in_poll(),
        Place::OtherFiber => panic!(
            "`direct::wait` was called on a fiber that is not a task, within one that is: it \
             would block all tasks of the thread"
        ),
        Place::Thread if current::executor().is_some() => panic!(
            "`direct::wait` was called in a task of a runtime: await instead, or use \
             `spawn_fiber`, or it would block all tasks of the thread"
        ),
        Place::Thread if POLLING.get() => refuse_in_poll(),
        Place::Thread => park_until_ready(future.into_future()),
    })
}

fn refuse_in_poll() -> ! {
    panic!(
        "`direct::wait` was called within the poll of a future: await instead, or it would block what \
         polls"
    );
}

thread_local! {
    /// A future is being polled on this thread, outside of all tasks.
    static POLLING: Cell<bool> = const { Cell::new(false) };
}

/// Polls a future in which [`wait`] is refused.
pub(crate) fn polled<Output>(poll: impl FnOnce() -> Poll<Output>) -> Poll<Output> {
    struct Polling(bool);
    impl Drop for Polling {
        fn drop(&mut self) {
            POLLING.set(self.0);
        }
    }
    let _polling = Polling(POLLING.replace(true));
    poll()
}

/// Polls `future` on this thread and sleeps in between.
fn park_until_ready<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let parker = Arc::new(Parker::default());
    let waker = Waker::from(Arc::clone(&parker));
    let mut context = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(output) = polled(|| future.as_mut().poll(&mut context)) {
            return output;
        }
        parker.park();
    }
}

/// A thread's sleep, with a note for a wake that comes before it.
#[derive(Default)]
struct Parker {
    woken: Mutex<bool>,
    changed: Condvar,
}

impl Parker {
    fn lock(&self) -> MutexGuard<'_, bool> {
        // Nothing panics under this lock.
        self.woken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sleeps until it is woken, or not at all if it has been.
    fn park(&self) {
        let mut woken = self.lock();
        while !*woken {
            woken = self
                .changed
                .wait(woken)
                .unwrap_or_else(PoisonError::into_inner);
        }
        *woken = false;
    }
}

impl Wake for Parker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        *self.lock() = true;
        self.changed.notify_one();
    }
}
