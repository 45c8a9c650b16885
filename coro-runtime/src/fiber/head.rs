//! What a fiber and its resumer both look at in each switch.

use std::cell::{Cell, UnsafeCell};
use std::mem::MaybeUninit;
use std::ops::Range;
use std::ptr::NonNull;

use coro_sys::fiber::{self as sys, Link};

/// Lies at the top of the stack, all in one line of the processor's cache: a fiber that has not run
/// for a while costs this line and the one of its innermost frame. So a `Fiber` itself is no more
/// than two words, which are returned in registers.
#[repr(C)]
pub(super) struct Head {
    /// First, so that its address is that of the head. Written by whoever prepares it, and then by
    /// each switch.
    link: UnsafeCell<MaybeUninit<Link>>,
    /// The lowest address of the stack.
    lowest: usize,
    /// Its length in bytes.
    length: usize,
    /// The length of the stack in bytes while the fiber may suspend; zero once it is cancelled, so
    /// that no stack pointer is in reach, and one comparison finds out both.
    reach: Cell<usize>,
    started: Cell<bool>,
}

impl Head {
    /// The head of a fiber on a stack with these bounds, whose link is still to be prepared.
    #[inline]
    pub(super) fn new(range: Range<usize>) -> Self {
        Self {
            link: UnsafeCell::new(MaybeUninit::uninit()),
            lowest: range.start,
            length: range.len(),
            reach: Cell::new(range.len()),
            started: Cell::new(false),
        }
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
        sys::stack_pointer().wrapping_sub(self.lowest) < self.reach.get()
    }

    /// Whether the caller runs on this fiber's stack, cancelled or not.
    pub(super) fn holds_stack_pointer(&self) -> bool {
        sys::stack_pointer().wrapping_sub(self.lowest) < self.length
    }
}
