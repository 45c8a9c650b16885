//! What a fiber and its resumer both look at in each switch.

use std::cell::{Cell, UnsafeCell};
use std::mem::{ManuallyDrop, MaybeUninit};
use std::ptr::NonNull;

use coro_sys::fiber::{self as sys, Link};
use coro_sys::stack::Stack;

/// Lies at the top of the stack, all in one line of the processor's cache: a fiber that has not run
/// for a while costs this line and the one of its innermost frame. A `Fiber` itself is no more than
/// the two words of a context, which are returned in registers.
#[repr(C)]
pub(super) struct Head {
    /// First, so that its address is that of the head. Written by whoever prepares it, and then by
    /// each switch.
    link: UnsafeCell<MaybeUninit<Link>>,
    /// The bytes of the stack below the head.
    length: usize,
    /// The same while the fiber may suspend; zero once it is cancelled, so that no stack pointer is in
    /// reach, and one comparison finds out both.
    reach: Cell<usize>,
    started: Cell<bool>,
    /// The stack that all of this lies on. Whoever ends the fiber takes it.
    stack: ManuallyDrop<Stack>,
}

impl Head {
    /// The head of a fiber on this stack, to be written to `place` there, whose link is still to be
    /// prepared.
    #[inline]
    pub(super) fn new(stack: Stack, place: NonNull<Self>) -> Self {
        let length = place.addr().get() - stack.lowest().addr().get();
        Self {
            link: UnsafeCell::new(MaybeUninit::uninit()),
            length,
            reach: Cell::new(length),
            started: Cell::new(false),
            stack: ManuallyDrop::new(stack),
        }
    }

    /// The head that begins with this link.
    ///
    /// # Safety
    ///
    /// There is one, as long as the reference is used.
    #[inline(always)]
    pub(super) unsafe fn of<'fiber>(link: NonNull<Link>) -> &'fiber Self {
        // SAFETY: the caller vouches for the head. All of it that changes is in cells.
        unsafe { link.cast().as_ref() }
    }

    /// The stack that the fiber runs on.
    pub(super) fn stack(&self) -> &Stack {
        &self.stack
    }

    /// Takes the stack away, on which the head is. It stays mapped as long as there is the stack.
    ///
    /// # Safety
    ///
    /// The head that begins with this link is there, the fiber has finished or never ran, and nobody
    /// uses either any more.
    #[inline]
    pub(super) unsafe fn take_stack(link: NonNull<Link>) -> Stack {
        // SAFETY: the caller vouches for the head, and does this once.
        unsafe { ManuallyDrop::take(&mut link.cast::<Self>().as_mut().stack) }
    }

    #[inline(always)]
    pub(super) fn link(&self) -> NonNull<Link> {
        // SAFETY: a cell that is borrowed is not at address 0.
        unsafe { NonNull::new_unchecked(self.link.get()).cast() }
    }

    /// Whether the closure has been entered.
    pub(super) fn is_started(&self) -> bool {
        self.started.get()
    }

    /// Notes that the closure is entered.
    pub(super) fn start(&self) {
        self.started.set(true);
    }

    /// Whether the fiber is being dropped.
    pub(super) fn is_cancelled(&self) -> bool {
        self.reach.get() == 0
    }

    /// Notes that the fiber is being dropped.
    pub(super) fn cancel(&self) {
        self.reach.set(0);
    }

    /// Whether the caller runs on this fiber's stack and may suspend.
    #[inline(always)]
    pub(super) fn is_in_reach(&self) -> bool {
        self.depth() < self.reach.get()
    }

    /// Whether the caller runs on this fiber's stack, cancelled or not.
    pub(super) fn holds_stack_pointer(&self) -> bool {
        self.depth() < self.length
    }

    /// How far the stack pointer is below the head; a huge number if it is above.
    #[inline(always)]
    fn depth(&self) -> usize {
        (&raw const *self).addr().wrapping_sub(sys::stack_pointer())
    }
}
