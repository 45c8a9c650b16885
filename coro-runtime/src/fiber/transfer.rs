//! Moves values of any type across a switch, in the one register there is for them.
//!
//! A value of up to eight bytes travels in the register itself. A larger one stays where it is
//! and its address travels. The side that left does not run before the other has read it, and its
//! stack stays, so the address is good.

use std::mem::ManuallyDrop;

use coro_sys::fiber::Word;

/// Handed to a fiber: an input follows.
pub(super) const INPUT: usize = 0;
/// Handed to a fiber: unwind.
pub(super) const CANCEL: usize = 1;
/// Handed to a resumer: a yielded value follows.
pub(super) const YIELDED: usize = 0;
/// Handed to a resumer: the closure has returned, and its value follows.
pub(super) const RETURNED: usize = 1;
/// Handed to a resumer: the fiber has panicked, and the payload follows.
pub(super) const PANICKED: usize = 2;
/// Handed to a resumer: the fiber has unwound, or never began, because it was cancelled.
pub(super) const CANCELLED: usize = 3;

/// Whether a `T` travels in the register.
const fn fits<T>() -> bool {
    size_of::<T>() <= size_of::<Word>()
}

/// The word for `value`, which counts as moved out of.
#[inline(always)]
pub(super) fn pack<T>(value: &mut ManuallyDrop<T>) -> Word {
    let mut word = Word::uninit();
    if fits::<T>() {
        // SAFETY: it fits, whatever its alignment; and it counts as moved, so that there is one
        // owner.
        unsafe {
            word.as_mut_ptr()
                .cast::<T>()
                .write_unaligned(ManuallyDrop::take(value));
        }
    } else {
        word.write((&raw mut *value).cast());
    }
    word
}

/// The value that `word` stands for.
///
/// # Safety
///
/// The word is from [`pack`] of the same type, read for the first time, and whoever packed it has
/// not run since.
#[inline(always)]
pub(super) unsafe fn unpack<T>(word: Word) -> T {
    if fits::<T>() {
        // SAFETY: the bytes of a `T` were written there.
        unsafe { word.as_ptr().cast::<T>().read_unaligned() }
    } else {
        // SAFETY: it is the address of a `T` that nobody else will use.
        unsafe { word.assume_init().cast::<T>().read() }
    }
}

/// Moves a value to the other side of `switch`, with the word for it.
#[inline(always)]
pub(super) fn send<T, Answer>(value: T, switch: impl FnOnce(Word) -> Answer) -> Answer {
    let mut value = ManuallyDrop::new(value);
    switch(pack(&mut value))
}
