//! Values that rustc makes constants of where they are borrowed, unless they have a drop.
//!
//! A borrow of a constant outlasts whatever borrows it, so that no slot will do for its place. Whether a
//! value is one depends on nothing but its types: on those of the literals that it is written as, which
//! may have drops of their own, and on those of the constants in it.
use core::convert::Infallible;
use core::marker::PhantomData;
use core::mem;

use super::owner::Puts;
use super::slot::Slot;
use super::storage::{Saved, Unsaved};

/// Asks whether a type has a drop of its own.
pub struct Probe<T>(PhantomData<*const T>);

/// The question for the type of a value.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn of<T>(_: impl FnOnce() -> T) -> Probe<T> {
    Probe(PhantomData)
}

/// The question for the type of what is in a place.
pub fn probe<T>(_: *mut T) -> Probe<T> {
    Probe(PhantomData)
}

/// It has: its values are temporaries.
pub trait HasDrop {
    /// The type.
    type Local;
    /// Yes.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn has_drop(&self) -> bool {
        true
    }
    /// Only its type counts.
    fn storage_of(&self) -> (Infallible, *mut Slot<Saved<Self::Local>>) {
        unreachable!()
    }
}
#[allow(drop_bounds)]
impl<T: Drop> HasDrop for Probe<T> {
    type Local = T;
}

/// It has none.
pub trait HasNoDrop {
    /// No.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn has_drop(&self) -> bool {
        false
    }
    /// Only its type counts.
    fn storage_of(&self) -> (Infallible, *mut Slot<Unsaved>) {
        unreachable!()
    }
}
impl<T> HasNoDrop for &Probe<T> {}

/// Whether the type of a value may need a drop.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn needs_drop<T>(_: impl FnOnce() -> T) -> bool {
    mem::needs_drop::<T>()
}

/// The place of a value: a constant, or, if it has a drop, the temporary that `owner` owns. That gets the
/// value of a type that may need a drop in either case, so that it has what it is owed.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn constant_or_put<T>(
    owner: &impl Puts<T>,
    has_drop: bool,
    constant: *const T,
    make: impl FnOnce() -> T,
) -> *const T {
    if !mem::needs_drop::<T>() {
        return constant;
    }
    let temporary = owner.put_value(make());
    match has_drop {
        true => temporary,
        false => constant,
    }
}
