//! The fiber's own end of the line.

use std::fmt;
use std::marker::PhantomData;
use std::panic::resume_unwind;
use std::ptr::NonNull;

use coro_sys::fiber::{self as sys, Link};

use super::head::Head;
use super::transfer::{self, INPUT, YIELDED};

/// Suspends the fiber whose closure got it.
///
/// # Examples
///
/// ```
/// use coro_runtime::fiber::{Fiber, Yielder};
///
/// /// Suspends at every leaf, from the depth of the recursion.
/// fn leaves(depth: u32, yielder: &Yielder<(), u32>) {
///     match depth {
///         0 => yielder.suspend(7),
///         _ => (0..2).for_each(|_| leaves(depth - 1, yielder)),
///     }
/// }
///
/// let fiber = Fiber::new(|yielder, ()| leaves(3, yielder));
/// assert_eq!(fiber.count(), 8);
/// ```
//
// A reference to it is one to the head of its fiber.
#[repr(transparent)]
pub struct Yielder<Input, Yield> {
    head: Head,
    marker: PhantomData<fn(Yield) -> Input>,
}

/// The payload that unwinds a cancelled fiber. It names the fiber by its link, so that one that is
/// kept and raised again in another fiber is an ordinary panic there.
pub(super) struct Cancelled(NonNull<()>);

// SAFETY: the address is compared and never used.
unsafe impl Send for Cancelled {}

impl<Input, Yield> Yielder<Input, Yield> {
    /// What suspends the fiber of `link`.
    ///
    /// # Safety
    ///
    /// The link is that of a [`Head`], which is there as long as the reference is used.
    #[inline]
    pub(super) unsafe fn of<'fiber>(link: NonNull<Link>) -> &'fiber Self {
        // SAFETY: a head begins with its link, and a yielder is nothing but a head. All of it that
        // changes is in cells.
        unsafe { link.cast().as_ref() }
    }

    /// Hands `value` to the resumer, and returns what the next resume hands in.
    ///
    /// If the fiber is dropped instead, it does not return but unwinds: see the
    /// [module](super#dropping-a-fiber).
    ///
    /// # Panics
    ///
    /// When it is called anywhere but on its fiber's stack: in another fiber that runs within
    /// this one.
    ///
    /// # Examples
    ///
    /// See [`Yielder`].
    #[inline]
    pub fn suspend(&self, value: Yield) -> Input {
        if !self.head.is_in_reach() {
            self.refuse();
        }
        let (word, signal) = transfer::send(value, |word| {
            // SAFETY: we run on the stack of this link's fiber.
            unsafe { sys::suspend(self.head.link(), word, YIELDED) }
        });
        if signal != INPUT {
            self.unwind();
        }
        // SAFETY: an `Input` comes with this signal, and its sender has not run since.
        unsafe { transfer::unpack(word) }
    }

    /// Whether the fiber is being dropped, so that it cannot suspend any more.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::fiber::Fiber;
    /// use std::panic::{AssertUnwindSafe, catch_unwind};
    ///
    /// let mut fiber = Fiber::new(|yielder, ()| {
    ///     while !yielder.is_cancelled() {
    ///         let _ = catch_unwind(AssertUnwindSafe(|| yielder.suspend(())));
    ///     }
    /// });
    /// assert_eq!(fiber.next(), Some(()));
    /// drop(fiber);
    /// ```
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.head.is_cancelled()
    }

    /// Whether the caller runs on this fiber's stack, cancelled or not.
    pub(super) fn holds_stack_pointer(&self) -> bool {
        self.head.holds_stack_pointer()
    }

    /// Notes that the closure is entered.
    pub(super) fn start(&self) {
        self.head.start();
    }

    /// Whether `payload` is from this fiber's own cancellation.
    pub(super) fn is_own(&self, payload: &Cancelled) -> bool {
        self.is_cancelled() && payload.0 == self.head.link().cast()
    }

    #[cold]
    fn unwind(&self) -> ! {
        self.head.cancel();
        resume_unwind(Box::new(Cancelled(self.head.link().cast())));
    }

    #[cold]
    fn refuse(&self) -> ! {
        if self.is_cancelled() {
            self.unwind();
        }
        panic!("a fiber was to be suspended from another stack than its own");
    }
}

impl<Input, Yield> fmt::Debug for Yielder<Input, Yield> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Yielder")
            .field("cancelled", &self.is_cancelled())
            .finish_non_exhaustive()
    }
}
