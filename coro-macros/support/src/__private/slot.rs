//! Where the value of a local lies.
//!
//! Pointers are cast by `as`: a method is one more function to compile for each type of a local.
use core::mem::{ManuallyDrop, MaybeUninit};

/// Room for a value in a frame. It neither knows whether it is filled nor drops what it holds.
#[repr(transparent)]
pub struct Slot<T>(MaybeUninit<T>);

// SAFETY: a slot is sent and shared as its value is. Without these rustc finds out the same, in more
// steps for each coroutine that is nested in another, of which it takes a limited number.
unsafe impl<T: Send> Send for Slot<T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for Slot<T> {}

impl<T> Slot<T> {
    /// Without a value.
    ///
    /// It is read from memory that was never written, because a constant without a value is
    /// copied all the same: as so many zeros, for each coroutine that is made.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn empty() -> Self {
        let room = MaybeUninit::<Self>::uninit();
        // SAFETY: a slot need not be initialised.
        unsafe { core::ptr::read((&raw const room) as *const Self) }
    }

    /// With a value.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub const fn filled(value: T) -> Self {
        Slot(MaybeUninit::new(value))
    }
}

/// The place in a slot.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn slot<T>(slot: *mut Slot<T>) -> *mut T {
    slot as *mut T
}

/// An arm of a union of slots.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn shared<T>(arm: *mut ManuallyDrop<T>) -> *mut T {
    arm as *mut T
}

/// The place in room on the stack.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn stack<T>(room: &mut MaybeUninit<T>) -> *mut T {
    (&raw mut *room) as *mut T
}

/// Fills a place whose owner is still to come.
///
/// # Safety
///
/// `place` is valid for writes, and holds nothing that is owed a drop.
#[cfg_attr(not(debug_assertions), inline(always))]
pub unsafe fn write<T>(place: *mut T, value: T) {
    // SAFETY: as the caller promises.
    unsafe { place.write(value) };
}

/// What a user's own macro gets of a local in place of its name. A `move` closure in the expansion
/// would take it along, and any other would borrow it: [`given_back`] finds out.
pub struct Lent<T>(*mut T);

impl<T> core::ops::Deref for Lent<T> {
    type Target = *mut T;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn deref(&self) -> &*mut T {
        &self.0
    }
}

/// Lends a local to macros.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn lent<T>(place: *mut T) -> Lent<T> {
    Lent(place)
}

/// Stands wherever the coroutine suspends or ends: nothing may have kept what was lent.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn given_back<T>(_: &mut Lent<T>) {}

/// Says the type of a local, as a `let` with a type does.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn typed<T>(_: *mut T) {}

/// A value of the type of a local.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn of_type<T>(_: *mut T, value: T) -> T {
    value
}

/// Never returns, and is never called: what stands behind it is there for its types.
pub fn diverge() -> ! {
    unreachable!("code that is there for its types was run")
}
