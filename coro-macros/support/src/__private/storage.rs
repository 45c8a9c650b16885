//! Slots that are worth their bytes only for some types.
//!
//! A local that is in scope at a suspension but not used after it is kept for one reason only:
//! its drop. The macro cannot see whether its type has one, but rustc's method lookup can be
//! asked, in code that never runs, and the answer picks the type of the slot: the value's own,
//! or an empty one. The value then lies on the stack of the resumption that makes it.
//!
//! ```text
//!   (&&&&probe(type)).storage_of()
//!       &&&Probe<T>  T: Future       ─→  Saved<T>
//!        &&Probe<T>  T: Copy         ─→  Unsaved
//!         &Probe<T>  T: WithoutDrop  ─→  Unsaved
//!          Probe<T>                  ─→  Saved<T>
//! ```
//!
//! Futures come first: whether an `async` block is `Copy` rustc does not know before it has checked the
//! function around it.
use core::convert::Infallible;
use core::marker::PhantomData;
use core::mem::MaybeUninit;

use super::slot::Slot;

/// The type of a local, without a value.
pub struct TypeOf<T>(PhantomData<*const T>);

/// The type of what is in a place.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn type_of<T>(_: *mut T) -> TypeOf<T> {
    TypeOf(PhantomData)
}

/// What a slot can hold for a local of type `T`: its value, or nothing.
pub trait Storage<T> {
    /// Whether a suspension keeps the value.
    const KEPT: bool;
    /// The place of the local: its slot, or the room on the stack.
    fn pick(slot: *mut Slot<Self>, stack: *mut T) -> *mut T
    where
        Self: Sized;
}

/// The value lies in the frame.
#[repr(transparent)]
pub struct Saved<T>(#[allow(dead_code)] T);

impl<T> Storage<T> for Saved<T> {
    const KEPT: bool = true;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn pick(slot: *mut Slot<Self>, _: *mut T) -> *mut T {
        slot as *mut T
    }
}

/// The value lies on the stack: no suspension keeps it.
pub struct Unsaved;

impl<T> Storage<T> for Unsaved {
    const KEPT: bool = false;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn pick(_: *mut Slot<Self>, stack: *mut T) -> *mut T {
        stack
    }
}

/// The place of a local that lies in `slot` or on the stack, as the slot's type says.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn place<T, S: Storage<T>>(slot: *mut Slot<S>, stack: &mut MaybeUninit<T>) -> *mut T {
    S::pick(slot, (&raw mut *stack) as *mut T)
}

/// The place of a local that lies in a slot of its own, or in one that shares its bytes, as the
/// type of the first says.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn apart_or_shared<T, A: Storage<T>, S: Storage<T>>(
    apart: *mut Slot<A>,
    shared: *mut Slot<S>,
) -> *mut T {
    A::pick(apart, shared as *mut T)
}

/// Whether a suspension keeps the local of a slot.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn is_kept<T, S: Storage<T>>(_: *mut Slot<S>, _: *mut T) -> bool {
    S::KEPT
}

/// Asks whether values of a type may need to be dropped.
pub struct Probe<T>(PhantomData<*const T>);

/// The question for the type of a local.
pub fn probe<T>(_: TypeOf<T>) -> Probe<T> {
    Probe(PhantomData)
}

/// The answer for futures.
pub trait IsFuture {
    /// The type of the local.
    type Local;
    /// Only its type counts.
    fn storage_of(&self) -> (Infallible, *mut Slot<Saved<Self::Local>>) {
        unreachable!()
    }
}
impl<T: Future> IsFuture for &&&Probe<T> {
    type Local = T;
}

/// The answer for `Copy` types.
pub trait IsCopy {
    /// Only its type counts.
    fn storage_of(&self) -> (Infallible, *mut Slot<Unsaved>) {
        unreachable!()
    }
}
impl<T: Copy> IsCopy for &&Probe<T> {}

/// The answer for other types without a drop.
pub trait IsWithoutDrop {
    /// Only its type counts.
    fn storage_of(&self) -> (Infallible, *mut Slot<Unsaved>) {
        unreachable!()
    }
}
impl<T: WithoutDrop> IsWithoutDrop for &Probe<T> {}

/// The answer for all the rest.
pub trait MayNeedDrop {
    /// The type of the local.
    type Local;
    /// Only its type counts.
    fn storage_of(&self) -> (Infallible, *mut Slot<Saved<Self::Local>>) {
        unreachable!()
    }
}
impl<T> MayNeedDrop for Probe<T> {
    type Local = T;
}

/// Ties the type of a slot to an answer. Never called.
pub fn slot_type<S>(_: *mut Slot<S>) -> (Infallible, *mut Slot<S>) {
    unreachable!()
}

/// Types of the standard library that are not `Copy` and yet have no drop.
pub trait WithoutDrop {}
impl<T: ?Sized> WithoutDrop for &mut T {}
impl<T: Copy> WithoutDrop for core::ops::Range<T> {}
impl<T: Copy> WithoutDrop for core::ops::RangeFrom<T> {}
impl<T: Copy> WithoutDrop for core::ops::RangeInclusive<T> {}
impl<T> WithoutDrop for core::slice::Iter<'_, T> {}
impl<T> WithoutDrop for core::slice::IterMut<'_, T> {}
impl<T> WithoutDrop for core::slice::Chunks<'_, T> {}
impl WithoutDrop for core::str::Chars<'_> {}
impl WithoutDrop for core::str::CharIndices<'_> {}
impl WithoutDrop for core::str::Lines<'_> {}
