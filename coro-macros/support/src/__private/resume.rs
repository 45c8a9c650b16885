//! Entering, suspending and leaving a frame.
use core::mem::{self, ManuallyDrop};
use core::pin::Pin;
use core::task::{Context, Poll};

use super::owner::Owner;

/// Why the body is entered: to be polled, or to be dropped where it stands.
pub struct Resumption<'a, 'b> {
    context: Option<&'a mut Context<'b>>,
}

/// What a suspension point does next.
pub enum Step<Output> {
    /// The awaited future is done, and dropped.
    Ready(Output),
    /// The awaited future is not ready: suspend.
    Pending,
    /// The coroutine is being dropped: return, and let the scopes end.
    Cancelled,
}

/// How the body came back. It is no type that `?` could return from by mistake.
pub enum Resumed<Output> {
    /// With the coroutine's output.
    Returned(Output),
    /// Suspended, or cancelled.
    Suspended,
}

impl<'a, 'b> Resumption<'a, 'b> {
    #[inline(always)]
    pub(super) fn poll(context: &'a mut Context<'b>) -> Self {
        Resumption {
            context: Some(context),
        }
    }

    #[inline(always)]
    pub(super) fn cancel() -> Self {
        Resumption { context: None }
    }

    /// Whether the coroutine is being dropped.
    #[inline(always)]
    pub fn is_cancelled(&self) -> bool {
        self.context.is_none()
    }

    /// Polls the future, and drops it as soon as it is ready.
    ///
    /// # Safety
    ///
    /// The owner's place holds the future, and the frame around it is pinned.
    #[inline(always)]
    pub unsafe fn step<F: Future>(&mut self, future: &Owner<F>) -> Step<ManuallyDrop<F::Output>> {
        let Some(context) = &mut self.context else {
            return Step::Cancelled;
        };
        // SAFETY: the future lies in a pinned frame until it is dropped in place, by `end` or
        // by its owner's own drop.
        let pinned = unsafe { Pin::new_unchecked(&mut *future.place()) };
        match pinned.poll(context) {
            Poll::Ready(output) => {
                // Should the future's drop panic, its output is leaked, as by rustc's own `.await`.
                let output = ManuallyDrop::new(output);
                future.end();
                Step::Ready(output)
            }
            Poll::Pending => Step::Pending,
        }
    }
}

/// [`Resumption::step`], as a function.
///
/// # Safety
///
/// As for the method.
#[inline(always)]
pub unsafe fn step<F: Future>(
    resumption: &mut Resumption<'_, '_>,
    future: &Owner<F>,
) -> Step<ManuallyDrop<F::Output>> {
    // SAFETY: as the caller promises.
    unsafe { resumption.step(future) }
}

/// What [`output`] unwraps.
pub trait IsOutput {
    /// The output.
    type Value;
    /// Unwraps it.
    fn value(self) -> Self::Value;
}
impl<T> IsOutput for ManuallyDrop<T> {
    type Value = T;
    #[inline(always)]
    fn value(self) -> T {
        ManuallyDrop::into_inner(self)
    }
}

/// The output of a future that is ready. What is expected of it does not flow into the call.
#[inline(always)]
pub fn output<O: IsOutput>(output: O) -> O::Value {
    output.value()
}

/// Reads the state and marks the frame as running. If the body unwinds the mark stays, and
/// every drop has been done by the unwinding.
///
/// # Safety
///
/// `state` points to the state of a frame that nothing else uses now.
#[inline(always)]
pub unsafe fn enter<State>(state: *mut State, running: State) -> State {
    // SAFETY: as the caller promises.
    unsafe { mem::replace(&mut *state, running) }
}

/// Stores where the coroutine stands, and leaves its locals in their slots: their owners are
/// forgotten, not dropped.
///
/// # Safety
///
/// `state` points to the state of the frame being resumed, and `owners` are all the owners in
/// scope of slots of that frame.
#[inline(always)]
pub unsafe fn suspend<State, Owners, Output>(
    state: *mut State,
    point: State,
    owners: Owners,
) -> Resumed<Output> {
    mem::forget(owners);
    // SAFETY: as the caller promises.
    unsafe { *state = point };
    Resumed::Suspended
}

/// The value of a body that has none at its end: its output is `()`, perhaps by another name, or
/// the end is never reached.
///
/// # Panics
///
/// If the output has bytes.
///
/// # Safety
///
/// If the output has no bytes, it is `()`, or the call is never reached.
#[inline(always)]
pub unsafe fn end<Output>() -> Output {
    if mem::size_of::<Output>() != 0 {
        unreachable!("the end of the body is never reached");
    }
    // SAFETY: the caller promises that it is `()`, of which every bit pattern is a value.
    unsafe { core::ptr::from_ref(&()).cast::<Output>().read_unaligned() }
}

/// Ends the scopes of a coroutine that is being dropped.
#[inline(always)]
pub fn cancelled<Output>() -> Resumed<Output> {
    Resumed::Suspended
}

/// Stores that the coroutine has returned, after its last scope has ended.
///
/// # Safety
///
/// `state` points to the state of the frame being resumed.
#[inline(always)]
pub unsafe fn leave<State, Output>(
    state: *mut State,
    returned: State,
    output: Output,
) -> Resumed<Output> {
    // SAFETY: as the caller promises.
    unsafe { *state = returned };
    Resumed::Returned(output)
}

/// What happens to a coroutine that has ended already: nothing when it is dropped, a panic when
/// it is polled.
///
/// # Safety
///
/// `state` points to the state of the frame being resumed, which was `ended` before.
#[cold]
#[inline(never)]
pub unsafe fn ended<State, Output>(
    state: *mut State,
    ended: State,
    resumption: &Resumption<'_, '_>,
    name: &'static str,
    after: &'static str,
) -> Resumed<Output> {
    // SAFETY: as the caller promises.
    unsafe { *state = ended };
    if resumption.is_cancelled() {
        return Resumed::Suspended;
    }
    panic!("`{name}` resumed after {after}")
}
