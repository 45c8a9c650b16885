//! The future that a lowered function returns.
use core::cell::UnsafeCell;
use core::future::Future;
use core::marker::{PhantomData, PhantomPinned};
use core::mem;
use core::pin::Pin;
use core::task::{Context, Poll};

use super::resume::Resumption;
use super::twin::OutputOf;

/// A frame, the closure that resumes it, and the one that tells whether that is over.
///
/// The closures capture nothing: all of their state is in the frame, at fixed addresses, and
/// the frame may hold pointers into itself. Therefore the type is `!Unpin`, the frame is in an
/// [`UnsafeCell`], and no `&mut` to the frame as a whole is ever made once it is pinned.
pub struct Coroutine<Frame, Ended, Body, Output>
where
    Ended: Fn(*mut Frame) -> bool,
    Body: Fn(*mut Frame, Resumption<'_, '_>) -> Poll<Output>,
{
    frame: UnsafeCell<Frame>,
    has_ended: Ended,
    body: Body,
}

/// What is never `Unpin`, whatever `T` is, and is known to be so without a look at `T`.
pub struct Pinned<T>(PhantomPinned, PhantomData<fn() -> T>);

/// Never. That a coroutine contains what is pinned would say the same, but rustc would look through
/// all the coroutines that are nested in the frame first, and give up on a deep one.
impl<Frame, Ended, Body, Output> Unpin for Coroutine<Frame, Ended, Body, Output>
where
    Ended: Fn(*mut Frame) -> bool,
    Body: Fn(*mut Frame, Resumption<'_, '_>) -> Poll<Output>,
    Pinned<Frame>: Unpin,
{
}

// SAFETY: a coroutine is its frame; the closures capture nothing. rustc would find out the same, in
// one step more of the limited number that it takes for nested coroutines.
unsafe impl<Frame: Send, Ended: Send, Body: Send, Output> Send
    for Coroutine<Frame, Ended, Body, Output>
where
    Ended: Fn(*mut Frame) -> bool,
    Body: Fn(*mut Frame, Resumption<'_, '_>) -> Poll<Output>,
{
}

// SAFETY: a shared reference to a `Coroutine` gives access to nothing: `poll` and `drop` both
// need the unique one. So it may be shared when the frame may, as with a compiler's own future.
unsafe impl<Frame: Sync, Ended: Sync, Body: Sync, Output> Sync
    for Coroutine<Frame, Ended, Body, Output>
where
    Ended: Fn(*mut Frame) -> bool,
    Body: Fn(*mut Frame, Resumption<'_, '_>) -> Poll<Output>,
{
}

/// Makes the coroutine of a frame in its start state. It returns the same type as its twin: what is
/// returned lives no longer than rustc has checked.
///
/// # Safety
///
/// `body` must drop what the frame owns when it is resumed without a context or unwinds, and must
/// not read a slot before it has written it. `has_ended` must only look at the frame, and be true
/// only of one that owns nothing any more.
#[cfg_attr(not(debug_assertions), inline(always))]
pub unsafe fn coroutine<Frame, Ended, Body, Output>(
    _: OutputOf<Output>,
    frame: UnsafeCell<Frame>,
    has_ended: Ended,
    body: Body,
) -> Coroutine<Frame, Ended, Body, Output>
where
    Ended: Fn(*mut Frame) -> bool,
    Body: Fn(*mut Frame, Resumption<'_, '_>) -> Poll<Output>,
{
    Coroutine {
        frame,
        has_ended,
        body,
    }
}

// What is called with the type of a coroutine or of its frame is compiled once more for each of them.
// So there are casts and a transmutation here rather than calls of what does the same in `core`.
impl<Frame, Ended, Body, Output> Future for Coroutine<Frame, Ended, Body, Output>
where
    Ended: Fn(*mut Frame) -> bool,
    Body: Fn(*mut Frame, Resumption<'_, '_>) -> Poll<Output>,
{
    type Output = Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Output> {
        // SAFETY: a `Pin` is laid out as its pointer is, and nothing moves the frame.
        let this: &Self = unsafe { mem::transmute(self) };
        (this.body)(
            (&raw const this.frame) as *mut Frame,
            Resumption::poll(context),
        )
    }
}

impl<Frame, Ended, Body, Output> Drop for Coroutine<Frame, Ended, Body, Output>
where
    Ended: Fn(*mut Frame) -> bool,
    Body: Fn(*mut Frame, Resumption<'_, '_>) -> Poll<Output>,
{
    #[inline]
    fn drop(&mut self) {
        // Most are dropped when they are done, and right after the poll that says so: this
        // much is seen through there, and the body is not called.
        let frame = (&raw mut self.frame) as *mut Frame;
        if !(self.has_ended)(frame) {
            cancel(frame, &self.body);
        }
    }
}

/// Ends the scopes of a coroutine where it stands. Out of line, so that its callers are small
/// enough to be inlined, as the drop of a future is into what awaits it.
#[cold]
#[inline(never)]
fn cancel<Frame, Body, Output>(frame: *mut Frame, body: &Body)
where
    Body: Fn(*mut Frame, Resumption<'_, '_>) -> Poll<Output>,
{
    let _ = body(frame, Resumption::cancel());
}
