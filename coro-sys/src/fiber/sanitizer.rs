//! What the address sanitizer is told about switches.
//!
//! It keeps the bounds of the running stack, and a shadow "fake stack" for locals whose address is
//! taken. A switch behind its back makes it report errors that are none. So each switch is
//! announced before (`__sanitizer_start_switch_fiber`) and acknowledged after
//! (`__sanitizer_finish_switch_fiber`).
//!
//! Switched on by `--cfg coro_asan` together with the compiler's own flag:
//!
//! ```text
//!     RUSTFLAGS="-Zsanitizer=address --cfg coro_asan" cargo +nightly test --target ...
//! ```
//!
//! Run such programs with `ASAN_OPTIONS=detect_stack_use_after_return=0`: what a fiber hands over at its
//! end lies on its stack, and is read after the "fake stack" is gone.
//!
//! Otherwise every function here is empty and [`Bounds`] has no size.
#![allow(unexpected_cfgs)]

#[cfg(not(coro_asan))]
pub(super) use absent::*;
#[cfg(coro_asan)]
pub(super) use present::*;

#[cfg(not(coro_asan))]
mod absent {
    use std::ptr::NonNull;

    use crate::fiber::Link;
    use crate::stack::Stack;

    /// What the sanitizer keeps for the side that is away.
    pub(in crate::fiber) struct Away;

    #[derive(Debug)]
    pub(in crate::fiber) struct Bounds;

    impl Bounds {
        #[inline(always)]
        pub(in crate::fiber) fn of(_stack: &Stack) -> Self {
            Self
        }
    }

    #[inline(always)]
    pub(in crate::fiber) unsafe fn leave_to_fiber(_link: NonNull<Link>) -> Away {
        Away
    }
    #[inline(always)]
    pub(in crate::fiber) unsafe fn back_from_fiber(_away: Away) {}
    #[inline(always)]
    pub(in crate::fiber) unsafe fn started(_link: NonNull<Link>) {}
    #[inline(always)]
    pub(in crate::fiber) unsafe fn leave_to_resumer(_link: NonNull<Link>) -> Away {
        Away
    }
    #[inline(always)]
    pub(in crate::fiber) unsafe fn back_from_resumer(_link: NonNull<Link>, _away: Away) {}
    #[inline(always)]
    pub(in crate::fiber) unsafe fn leave_for_good(_link: NonNull<Link>) {}
}

#[cfg(coro_asan)]
mod present {
    use std::ffi::c_void;
    use std::ptr::{self, NonNull};

    use crate::fiber::Link;
    use crate::stack::Stack;

    unsafe extern "C" {
        fn __sanitizer_start_switch_fiber(
            fake_stack_save: *mut *mut c_void,
            bottom: *const c_void,
            size: usize,
        );
        fn __sanitizer_finish_switch_fiber(
            fake_stack: *mut c_void,
            bottom_old: *mut *const c_void,
            size_old: *mut usize,
        );
        fn __asan_unpoison_memory_region(address: *const c_void, size: usize);
    }

    /// Lowest address and length in bytes of a stack.
    #[derive(Clone, Copy, Debug)]
    struct Region {
        bottom: *const c_void,
        size: usize,
    }

    /// The fiber's own stack, and the resumer's as the sanitizer last named it.
    #[derive(Debug)]
    pub(in crate::fiber) struct Bounds {
        fiber: Region,
        resumer: Region,
    }

    impl Bounds {
        pub(in crate::fiber) fn of(stack: &Stack) -> Self {
            let range = stack.range();
            let fiber = Region {
                bottom: stack.lowest().as_ptr().cast(),
                size: range.len(),
            };
            // SAFETY: the stack is mapped. Frames of a former fiber that ended without
            // returning may have left it poisoned.
            unsafe { __asan_unpoison_memory_region(fiber.bottom, fiber.size) };
            Self {
                fiber,
                resumer: fiber,
            }
        }
    }

    unsafe fn start(to: Region) -> *mut c_void {
        let mut fake_stack = ptr::null_mut();
        // SAFETY: the caller names a mapped stack.
        unsafe { __sanitizer_start_switch_fiber(&raw mut fake_stack, to.bottom, to.size) };
        fake_stack
    }

    unsafe fn arrived(fake_stack: *mut c_void) -> Region {
        let mut from = Region {
            bottom: ptr::null(),
            size: 0,
        };
        // SAFETY: the caller hands back what `start` gave it, or null on a first arrival.
        unsafe {
            __sanitizer_finish_switch_fiber(fake_stack, &raw mut from.bottom, &raw mut from.size);
        }
        from
    }

    pub(in crate::fiber) unsafe fn leave_to_fiber(link: NonNull<Link>) -> *mut c_void {
        // SAFETY: the link is valid; the caller resumes it next.
        unsafe { start((*link.as_ptr()).sanitizer.fiber) }
    }

    pub(in crate::fiber) unsafe fn back_from_fiber(away: *mut c_void) {
        // SAFETY: `away` is from `leave_to_fiber` of the same switch.
        unsafe { arrived(away) };
    }

    pub(in crate::fiber) unsafe fn started(link: NonNull<Link>) {
        // SAFETY: the fiber has no fake stack yet.
        unsafe { (*link.as_ptr()).sanitizer.resumer = arrived(ptr::null_mut()) };
    }

    pub(in crate::fiber) unsafe fn leave_to_resumer(link: NonNull<Link>) -> *mut c_void {
        // SAFETY: the resumer's stack is the one noted on arrival.
        unsafe { start((*link.as_ptr()).sanitizer.resumer) }
    }

    pub(in crate::fiber) unsafe fn back_from_resumer(link: NonNull<Link>, away: *mut c_void) {
        // SAFETY: `away` is from `leave_to_resumer` of the same switch.
        unsafe { (*link.as_ptr()).sanitizer.resumer = arrived(away) };
    }

    pub(in crate::fiber) unsafe fn leave_for_good(link: NonNull<Link>) {
        // SAFETY: a null place for the fake stack has the sanitizer free it.
        unsafe {
            let to = (*link.as_ptr()).sanitizer.resumer;
            __sanitizer_start_switch_fiber(ptr::null_mut(), to.bottom, to.size);
        }
    }
}
