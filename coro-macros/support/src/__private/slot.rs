//! Where the value of a local lies.
//!
//! Pointers are cast by `as`: a method is one more function to compile for each type of a local.
use core::mem::{ManuallyDrop, MaybeUninit};

/// Room for a value in a frame. It neither knows whether it is filled nor drops what it holds. (A
/// `MaybeUninit` would be the same, and one step more for rustc at each coroutine that is nested in
/// another: it takes a limited number when it asks for the layout.)
#[repr(C)]
pub union Slot<T> {
    /// Without a value.
    pub empty: (),
    value: ManuallyDrop<T>,
}

impl<T> Slot<T> {
    /// With a value.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub const fn filled(value: T) -> Self {
        Slot {
            value: ManuallyDrop::new(value),
        }
    }
}

/// The place in a slot.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn slot<T>(slot: *mut Slot<T>) -> *mut T {
    slot as *mut T
}

/// The slot that an arm of a union is.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn room<T>(arm: *mut ManuallyDrop<T>) -> *mut Slot<T> {
    arm as *mut Slot<T>
}

/// The place in a slot in an arm of a union.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn shared_slot<T>(arm: *mut ManuallyDrop<Slot<T>>) -> *mut T {
    arm as *mut T
}

/// What lies in an arm of a union with others.
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
/// would take it along, which [`held`] does not let it, and any other would borrow it:
/// [`given_back`] finds out.
pub struct Lent<T>(*mut T);

// SAFETY: whoever has what is lent has a borrow of the local, as the twin shows, which is `Send` and `Sync`
// in the twin, or refused there.
unsafe impl<T: Send> Send for Lent<T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for Lent<T> {}

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

/// Lends a local to macros that may find it without a value, and give it one.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn given<T: Given>(place: *mut T) -> Lent<T> {
    Lent(place)
}

/// Lends a local to macros that mention it after it may have been moved. (Whether a type needs a drop is
/// known only when code is made for it.)
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn lent_again<T>(place: *mut T) -> Lent<T> {
    const {
        assert!(
            !core::mem::needs_drop::<T>(),
            "a macro that is not the standard library's, and gives a new value to a local that lives across a \
             suspension and has been moved, is not lowered yet; give it a new value outside of the macro"
        );
    }
    Lent(place)
}

/// What may be assigned to a place that holds nothing.
#[diagnostic::on_unimplemented(
    message = "a macro that is not the standard library's, and gives a value of type `{Self}` to a local that lives across a suspension, is not lowered yet",
    label = "may have no value where the macro mentions it",
    note = "give it a new value outside of the macro"
)]
pub trait Given {}
impl<T: Copy> Given for T {}

/// Borrows all that is lent until the coroutine suspends or ends, or unwinds: it has a drop.
pub struct Held<T>(T);

impl<T> Drop for Held<T> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn drop(&mut self) {}
}

/// Holds what is lent, so that nothing can move it. (The check at a suspension would not find what
/// is moved where there is no way to one, as before a panic.)
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn held<T>(lent: T) -> Held<T> {
    Held(lent)
}

/// Ends the hold, where the coroutine suspends or ends.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn release<T>(_: Held<T>) {}

/// Borrows one that an `async` block lends, in that block. It has a drop and no size.
pub struct HeldInside<'lent>(core::marker::PhantomData<&'lent ()>);

impl Drop for HeldInside<'_> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn drop(&mut self) {}
}

/// Holds what an `async` block lends until it ends, so that nothing can move it.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn held_inside<T>(_: &Lent<T>) -> HeldInside<'_> {
    HeldInside(core::marker::PhantomData)
}

/// What a lent local is assigned then, which nothing may borrow any more.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn given_back<T>() -> Lent<T> {
    Lent(core::ptr::null_mut())
}

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
