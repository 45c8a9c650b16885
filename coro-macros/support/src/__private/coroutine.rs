//! The future that a lowered function returns.
use core::cell::UnsafeCell;
use core::future::Future;
use core::marker::PhantomPinned;
use core::pin::Pin;
use core::task::{Context, Poll};

use super::resume::{Resumed, Resumption};

/// A frame and the closure that resumes it.
///
/// The closure captures nothing: all of its state is in the frame, at fixed addresses, and
/// the frame may hold pointers into itself. Therefore the type is `!Unpin`, the frame is in an
/// [`UnsafeCell`], and no `&mut` to the frame as a whole is ever made once it is pinned.
pub struct Coroutine<Frame, Body, Output>
where
    Body: Fn(*mut Frame, Resumption<'_, '_>) -> Resumed<Output>,
{
    frame: UnsafeCell<Frame>,
    body: Body,
    _pinned: PhantomPinned,
}

// SAFETY: a shared reference to a `Coroutine` gives access to nothing: `poll` and `drop` both
// need the unique one. So it may be shared when the frame may, as with a compiler's own future.
unsafe impl<Frame: Sync, Body: Sync, Output> Sync for Coroutine<Frame, Body, Output> where
    Body: Fn(*mut Frame, Resumption<'_, '_>) -> Resumed<Output>
{
}

/// Makes the coroutine of a frame in its start state.
///
/// # Safety
///
/// `body` must treat the frame's state as [`enter`](super::enter) says, must drop what the
/// frame owns when it is resumed without a context, and must not read a slot before it has
/// written it.
#[inline(always)]
pub unsafe fn coroutine<Frame, Body, Output>(
    frame: UnsafeCell<Frame>,
    body: Body,
) -> Coroutine<Frame, Body, Output>
where
    Body: Fn(*mut Frame, Resumption<'_, '_>) -> Resumed<Output>,
{
    Coroutine { frame, body, _pinned: PhantomPinned }
}

impl<Frame, Body, Output> Future for Coroutine<Frame, Body, Output>
where
    Body: Fn(*mut Frame, Resumption<'_, '_>) -> Resumed<Output>,
{
    type Output = Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Output> {
        let this = self.as_ref().get_ref();
        match (this.body)(this.frame.get(), Resumption::poll(context)) {
            Resumed::Returned(output) => Poll::Ready(output),
            Resumed::Suspended => Poll::Pending,
        }
    }
}

impl<Frame, Body, Output> Drop for Coroutine<Frame, Body, Output>
where
    Body: Fn(*mut Frame, Resumption<'_, '_>) -> Resumed<Output>,
{
    #[inline]
    fn drop(&mut self) {
        let _ = (self.body)(self.frame.get(), Resumption::cancel());
    }
}
