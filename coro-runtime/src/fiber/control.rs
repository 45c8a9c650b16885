//! The record at the top of a fiber's stack, and the function that the fiber starts in.
//!
//! ```text
//!     stack.top() ->  +---------------------------+
//!                     | Control: 64 bytes         |  one cache line: all that a switch touches
//!                     |   its first field is the  |  besides the frames themselves
//!                     |   link                    |
//!     Control     ->  +---------------------------+
//!                     | the closure, until it is  |
//!                     | called                    |
//!     below       ->  +---------------------------+
//!                     | frames                    |
//! ```
//!
//! Who writes which field when:
//!
//! - `link`: the switch itself.
//! - `reach`: the fiber's stack size in bytes as long as a suspend has nothing to look after
//!   but the stack it is called on; zero if it has: the fiber keeps its floating-point control
//!   words, or is cancelled. Then no stack pointer is in reach and suspending takes the slow
//!   road. One comparison instead of three. Set on creation, and to zero on cancellation.
//! - `phase`: created, running (suspended or not), or cancelled; in this order. Set by the fiber.
//! - `resumer_float`: the resumer's control words while the fiber runs, if it keeps its own. Set by
//!   the fiber on landing.
//! - all others: on creation.

use std::cell::{Cell, UnsafeCell};
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr::NonNull;

use coro_sys::fiber::{self as sys, FloatControl, Link, Word};

use super::Outcome;
use super::transfer::{self, CANCEL, FINISHED, YIELDED};
use super::yielder::Yielder;

/// How far a fiber has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Its closure is still on the stack as it was passed.
    Created,
    /// Its closure has been called.
    Running,
    /// It has been told to unwind, and any suspend does.
    Cancelled,
}

/// See the module.
#[repr(C, align(64))]
pub(super) struct Control {
    link: UnsafeCell<Link>,
    reach: Cell<usize>,
    size: usize,
    body: NonNull<u8>,
    resumer_float: Cell<Option<FloatControl>>,
    phase: Cell<Phase>,
    keeps_float: bool,
}

/// The panic payload that unwinds a cancelled fiber, with the address of its control record.
struct Cancelled(usize);

impl Control {
    /// `size` is the number of bytes between the stack's low end and this record.
    pub(super) fn new(size: usize, body: NonNull<u8>, keeps_float: bool) -> ControlBeforeLink {
        ControlBeforeLink {
            size,
            body,
            keeps_float,
        }
    }

    #[inline(always)]
    fn link(&self) -> NonNull<Link> {
        NonNull::from(&self.link).cast()
    }
}
