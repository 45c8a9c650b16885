//! Entering, suspending and leaving a frame.
use core::cell::Cell;
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

/// Stores the state in which the body is left.
#[repr(C)]
pub struct Running {
    state: *mut u8,
    next: Cell<u8>,
}

impl<'a, 'b> Resumption<'a, 'b> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn poll(context: &'a mut Context<'b>) -> Self {
        Resumption {
            context: Some(context),
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn cancel() -> Self {
        Resumption { context: None }
    }

    /// Whether the coroutine is being dropped.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub extern "C" fn is_cancelled(&self) -> bool {
        self.context.is_none()
    }
}

/// Polls the future, and drops it as soon as it is ready.
///
/// # Safety
///
/// The owner's place holds the future, and the frame around it is pinned.
#[cfg_attr(not(debug_assertions), inline(always))]
pub unsafe fn step<F: Future>(
    resumption: &mut Resumption<'_, '_>,
    future: &Owner<F>,
) -> Step<ManuallyDrop<F::Output>> {
    let Some(context) = &mut resumption.context else {
        return Step::Cancelled;
    };
    // SAFETY: the future lies in a pinned frame until it is dropped in place, by `end` or by its
    // owner's own drop.
    let pinned = unsafe { Pin::new_unchecked(&mut *future.place) };
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

/// What [`output`] unwraps.
pub trait IsOutput {
    /// The output.
    type Value;
    /// Unwraps it.
    fn value(self) -> Self::Value;
}
impl<T> IsOutput for ManuallyDrop<T> {
    type Value = T;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn value(self) -> T {
        ManuallyDrop::into_inner(self)
    }
}

/// The output of a future that is ready. What is expected of it does not flow into the call.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn output<O: IsOutput>(output: O) -> O::Value {
    output.value()
}

/// Whether the coroutine stands at a suspension. (A call costs rustc less than an operator does.)
#[cfg_attr(not(debug_assertions), inline(always))]
pub extern "C" fn is_at(at: u8, point: u8) -> bool {
    at == point
}

/// Whether it stands at one of the suspensions from `first` to `last`.
#[cfg_attr(not(debug_assertions), inline(always))]
pub extern "C" fn is_from(at: u8, first: u8, last: u8) -> bool {
    first <= at && at <= last
}

/// What no arm of a `match` matches.
///
/// # Safety
///
/// The arms before it match everything, as rustc has seen in the twin.
#[cfg_attr(not(debug_assertions), inline(always))]
pub unsafe fn unmatched() -> ! {
    // SAFETY: the caller promises that it is never reached.
    unsafe { core::hint::unreachable_unchecked() }
}

/// The mark of a body that is running. It is dropped after all the owners, so every drop has been done
/// by then. Should the body unwind, the state is `panicked`.
///
/// # Safety
///
/// `state` points to the state of a frame, and nothing else uses it until the mark is dropped.
/// `panicked` is one of the states, as are those that [`suspend`] and [`leave`] are given.
#[cfg_attr(not(debug_assertions), inline(always))]
pub unsafe extern "C" fn running(state: *mut u8, panicked: u8) -> Running {
    Running {
        state,
        next: Cell::new(panicked),
    }
}

impl Drop for Running {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn drop(&mut self) {
        // SAFETY: by the promise given to `running`.
        unsafe { *self.state = self.next.get() };
    }
}

/// Says where the coroutine stands. Its locals stay in their slots.
///
/// # Safety
///
/// `point` is one of the states of the frame being resumed, and all the owners in scope that owed a drop
/// keep it.
#[cfg_attr(not(debug_assertions), inline(always))]
pub unsafe fn suspend<Output>(running: &Running, point: u8) -> Poll<Output> {
    running.next.set(point);
    Poll::Pending
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
#[cfg_attr(not(debug_assertions), inline(always))]
pub unsafe fn end<Output>() -> Output {
    if mem::size_of::<Output>() != 0 {
        unreachable!("the end of the body is never reached");
    }
    // SAFETY: the caller promises that it is `()`, of which every bit pattern is a value.
    unsafe { core::ptr::from_ref(&()).cast::<Output>().read_unaligned() }
}

/// Says that the coroutine has returned, after its last scope has ended.
///
/// # Safety
///
/// `returned` is one of the states of the frame being resumed.
#[cfg_attr(not(debug_assertions), inline(always))]
pub unsafe fn leave<Output>(running: &Running, returned: u8, output: Output) -> Poll<Output> {
    running.next.set(returned);
    Poll::Ready(output)
}

/// What happens to a coroutine that is polled when it has returned, or has panicked.
///
/// # Panics
///
/// Always.
#[cold]
#[inline(never)]
pub fn polled_again(name: &'static str, has_panicked: bool) -> ! {
    let after = if has_panicked {
        "panicking"
    } else {
        "completion"
    };
    panic!("`{name}` resumed after {after}")
}
