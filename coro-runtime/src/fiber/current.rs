//! Which fiber task runs on this thread.
//!
//! A thread local points to the record of the task that was entered last, which lies on that
//! task's own stack. The task itself sets it each time it lands there, and puts back what it found
//! each time it leaves: before it suspends, and when the record is dropped, which any end of the
//! closure does. So it never outlives the record, and tasks that run within tasks are left in the
//! reverse order.

use std::cell::Cell;
use std::pin::pin;
use std::ptr::NonNull;
use std::task::{Context, Poll, Waker};

use super::yielder::Yielder;
pub(super) use crate::context::executor;

/// The pointer to a waker that crosses into the fiber at each resume; good until it suspends.
pub(super) type WakerPointer = NonNull<Waker>;

thread_local! {
    static CURRENT: Cell<Option<NonNull<FiberTask>>> = const { Cell::new(None) };
}

/// The record of a fiber task, in the first frame of its fiber.
pub(super) struct FiberTask {
    /// Lent to the fiber's closure, in which this record lives.
    yielder: NonNull<Yielder<WakerPointer, ()>>,
    /// Of the poll that runs now.
    waker: Cell<WakerPointer>,
    /// The executor that polls, as an address, if it is one of ours.
    executor: Cell<Option<usize>>,
    /// What was current when this task landed.
    former: Cell<Option<NonNull<FiberTask>>>,
    /// It is polling a future, and may not wait for another meanwhile.
    polling: Cell<bool>,
}

/// Runs `body` as a task, on the fiber of `yielder`, polled first with `waker`.
///
/// # Safety
///
/// Each resume of the fiber passes a pointer to a waker that is there until the fiber suspends or
/// ends.
pub(super) unsafe fn enter<Return>(
    yielder: &Yielder<WakerPointer, ()>,
    waker: WakerPointer,
    body: impl FnOnce() -> Return,
) -> Return {
    let task = FiberTask {
        yielder: NonNull::from(yielder),
        waker: Cell::new(waker),
        executor: Cell::new(None),
        former: Cell::new(None),
        polling: Cell::new(false),
    };
    task.land();
    body()
}

/// What a caller that wants to wait runs on.
pub(super) enum Place<'a> {
    /// The stack of a fiber task.
    Task(&'a FiberTask),
    /// The stack of a fiber task, within the poll of a future, which must not block.
    Poll,
    /// A fiber that is no task, resumed by a fiber task.
    OtherFiber,
    /// Neither.
    Thread,
}

/// Finds out where the caller runs, and passes it on.
#[inline]
pub(super) fn place<Answer>(then: impl FnOnce(Place<'_>) -> Answer) -> Answer {
    let Some(task) = CURRENT.get() else {
        return then(Place::Thread);
    };
    // SAFETY: the record is there as long as the thread local names it, see the module; and it is
    // on the stack of a fiber that is still running when `then` ends, for that runs within it.
    let task = unsafe { task.as_ref() };
    then(if !task.runs_here() {
        Place::OtherFiber
    } else if task.polling.get() || task.executor.get() != executor() {
        Place::Poll
    } else {
        Place::Task(task)
    })
}

impl FiberTask {
    /// Suspends the fiber until `future` is ready.
    #[inline]
    pub(super) fn wait<F: IntoFuture>(&self, future: F) -> F::Output {
        let mut future = pin!(future.into_future());
        loop {
            // The waker of a cancelled fiber is gone, and suspending unwinds.
            if !self.yielder().is_cancelled()
                && let Poll::Ready(output) = self.poll(|context| future.as_mut().poll(context))
            {
                return output;
            }
            self.suspend();
        }
    }

    #[inline]
    fn poll<Output>(&self, poll: impl FnOnce(&mut Context<'_>) -> Poll<Output>) -> Poll<Output> {
        struct Polling<'a>(&'a Cell<bool>);
        impl Drop for Polling<'_> {
            fn drop(&mut self) {
                self.0.set(false);
            }
        }
        self.polling.set(true);
        let _polling = Polling(&self.polling);
        // SAFETY: it is there until the fiber suspends, see `enter`, and the fiber does not while
        // `polling` is set.
        let waker = unsafe { self.waker.get().as_ref() };
        poll(&mut Context::from_waker(waker))
    }

    // Not a frame of its own: that would be another line of the cache to fetch on landing.
    #[inline(always)]
    fn suspend(&self) {
        /// Lands also when the suspension ends by unwinding: destructors may want to wait.
        struct Landing<'a>(&'a FiberTask);
        impl Drop for Landing<'_> {
            fn drop(&mut self) {
                self.0.land();
            }
        }
        let landing = Landing(self);
        self.leave();
        let waker = self.yielder().suspend(());
        self.waker.set(waker);
        drop(landing);
    }

    /// Notes that this task runs now, and on what.
    #[inline]
    fn land(&self) {
        self.former.set(CURRENT.replace(Some(NonNull::from(self))));
        self.executor.set(executor());
    }

    /// Puts back what was current before. It is still there: whoever resumed us waits for us.
    #[inline]
    fn leave(&self) {
        CURRENT.set(self.former.get());
    }

    #[inline]
    fn runs_here(&self) -> bool {
        self.yielder().holds_stack_pointer()
    }

    fn yielder(&self) -> &Yielder<WakerPointer, ()> {
        // SAFETY: it is lent to the closure in which this record lives.
        unsafe { self.yielder.as_ref() }
    }
}

impl Drop for FiberTask {
    fn drop(&mut self) {
        self.leave();
    }
}
