//! The future that a lowered function returns.
use core::cell::UnsafeCell;
use core::future::Future;
use core::marker::{PhantomData, PhantomPinned};
use core::mem;
use core::pin::Pin;
use core::task::{Context, Poll};

use super::resume::Resumption;
use super::twin::OutputOf;

/// A frame, and the closure that resumes it.
///
/// The closure captures nothing: all of the coroutine's state is in the frame, at fixed addresses,
/// and the frame may hold pointers into itself. Therefore the type is `!Unpin`, the frame is in an
/// [`UnsafeCell`], and no `&mut` to the frame as a whole is ever made once it is pinned.
///
/// The type of the frame is named once only, in what the closure returns. In a frame are the types of
/// the coroutines that it awaits: named twice, those of the innermost are there 2ⁿ times, and rustc
/// goes through all of them.
pub struct Coroutine<Body: Resume> {
    frame: UnsafeCell<Body::Frame>,
    body: Body,
}

/// What a body returns.
pub struct Resumed<Frame, Output>(pub Poll<Output>, pub PhantomData<fn(Frame) -> Frame>);

/// Says of which frame the body is.
pub fn of_frame<Frame, Output>(_: *mut Frame) -> Resumed<Frame, Output> {
    unreachable!("code that is there for its types was run")
}

/// What a coroutine keeps while it is suspended.
pub trait Frame {
    /// Whether it owns nothing any more.
    ///
    /// # Safety
    ///
    /// `frame` points to a frame whose body is not running.
    unsafe fn has_ended(frame: *const Self) -> bool;
}

/// A body of a coroutine.
pub trait Resume {
    /// What it resumes.
    type Frame: Frame;
    /// Ends the scopes where the coroutine stands.
    ///
    /// # Safety
    ///
    /// `frame` points to the frame of this coroutine, which is not used again.
    unsafe fn cancel(&self, frame: *mut ());
}

impl<Body, Of, Output> Resume for Body
where
    Of: Frame,
    Body: Fn(*mut (), Resumption<'_, '_>) -> Resumed<Of, Output>,
{
    type Frame = Of;

    // Out of line, so that callers are small enough to be inlined, as the drop of a future is into
    // what awaits it.
    #[cold]
    #[inline(never)]
    unsafe fn cancel(&self, frame: *mut ()) {
        // What is returned is taken out, since its own drop would be compiled for each frame.
        let Resumed(_nothing, _) = self(frame, Resumption::cancel());
    }
}

/// What is never `Unpin`, whatever `T` is, and is known to be so without a look at `T`.
pub struct Pinned<T>(PhantomPinned, PhantomData<fn() -> T>);

/// Never. That a coroutine contains what is pinned would say the same, but rustc would look through
/// all the coroutines that are nested in the frame first, and give up on a deep one.
impl<Body: Resume> Unpin for Coroutine<Body> where Pinned<Body>: Unpin {}

// SAFETY: a coroutine is its frame; the closure captures nothing. rustc would find out the same, in
// one step more of the limited number that it takes for nested coroutines.
unsafe impl<Body: Resume + Send> Send for Coroutine<Body> where Body::Frame: Send {}

// SAFETY: a shared reference to a `Coroutine` gives access to nothing: `poll` and `drop` both
// need the unique one. So it may be shared when the frame may, as with a compiler's own future.
unsafe impl<Body: Resume + Sync> Sync for Coroutine<Body> where Body::Frame: Sync {}

/// Makes the coroutine of a frame in its start state. It returns the same type as its twin: what is
/// returned lives no longer than rustc has checked.
///
/// # Safety
///
/// `body` must drop what the frame owns when it is resumed without a context or unwinds, and must
/// not read a slot before it has written it. The frame must have ended only if it owns nothing any
/// more.
#[cfg_attr(not(debug_assertions), inline(always))]
pub unsafe fn coroutine<Of, Body, Output>(
    _: OutputOf<Output>,
    frame: UnsafeCell<Of>,
    body: Body,
) -> Coroutine<Body>
where
    Of: Frame,
    Body: Fn(*mut (), Resumption<'_, '_>) -> Resumed<Of, Output>,
{
    Coroutine { frame, body }
}

// What is called with the type of a coroutine or of its frame is compiled once more for each of them.
// So there are casts and a transmutation here rather than calls of what does the same in `core`.
impl<Body, Of, Output> Future for Coroutine<Body>
where
    Of: Frame,
    Body: Fn(*mut (), Resumption<'_, '_>) -> Resumed<Of, Output>,
{
    type Output = Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Output> {
        // SAFETY: a `Pin` is laid out as its pointer is, and nothing moves the frame.
        let this: &Self = unsafe { mem::transmute(self) };
        (this.body)(
            (&raw const this.frame) as *mut (),
            Resumption::poll(context),
        )
        .0
    }
}

impl<Body: Resume> Drop for Coroutine<Body> {
    #[inline]
    fn drop(&mut self) {
        let frame = &raw mut self.frame;
        // SAFETY: the frame is this coroutine's, which is not being polled and ends here.
        unsafe {
            // Most are dropped when they are done, and right after the poll that says so: this
            // much is seen through there, and the body is not called. (In a debug build nothing is
            // seen through, and the body finds out itself: one function less for each.)
            if cfg!(debug_assertions) || !Body::Frame::has_ended(frame as *const Body::Frame) {
                self.body.cancel(frame as *mut ());
            }
        }
    }
}
