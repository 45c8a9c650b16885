//! Values that rustc makes constants of where they are borrowed, unless they have a drop.
//!
//! A borrow of a constant outlasts whatever borrows it, so that no slot will do for its place. Whether a
//! value is one depends on nothing but its types: on those of the literals that it is written as, which
//! may have drops of their own, and on those of the constants in it.
use core::convert::Infallible;
use core::marker::PhantomData;
use core::mem;
use core::ops::{Deref, DerefMut};
use core::ptr;

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

/// What has operators that are no functions. A pair is if both its parts are.
pub trait Number {}
impl Number for () {}
impl<T: Number, U: Number> Number for (T, U) {}
macro_rules! numbers {
    ($($number:ty)*) => { $(impl Number for $number {})* };
}
numbers!(bool char f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

/// The operands of operators are numbers: the operators make a constant.
pub trait AreNumbers {
    /// Yes.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn are_numbers(&self) -> bool {
        true
    }
    /// Stands before the branch with the constant.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn if_numbers(&self) {}
    /// Stands before the branch with the temporary, and makes it unreachable.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn if_others(&self) -> Infallible {
        unreachable!()
    }
    /// Whether the temporary is kept, the value says. Only the type counts.
    fn storage_for<T, S>(&self, storage: S, _: *mut T) -> S {
        storage
    }
}
impl<T: Number> AreNumbers for Probe<T> {}

/// They are something else: the operators are functions, which make a temporary.
pub trait AreOthers {
    /// No.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn are_numbers(&self) -> bool {
        false
    }
    /// Stands before the branch with the constant, and makes it unreachable.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn if_numbers(&self) -> Infallible {
        unreachable!()
    }
    /// Stands before the branch with the temporary.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn if_others(&self) {}
    /// The temporary is kept. Only the type counts.
    fn storage_for<T, S>(&self, _: S, _: *mut T) -> (Infallible, *mut Slot<Saved<T>>) {
        unreachable!()
    }
}
impl<T> AreOthers for &Probe<T> {}

/// What rustc promises to be a constant.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn promoted<T>(constant: &'static T) -> *const T {
    constant
}

impl<T> Probe<T> {
    /// Whether the type may need a drop.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn needs_drop(&self) -> bool {
        mem::needs_drop::<T>()
    }
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

/// A receiver that is written as a constant. A method that borrows it borrows the constant; one that
/// borrows it mutably borrows the temporary.
pub struct Receiver<T> {
    constant: *const T,
    temporary: *mut T,
}

/// The receiver with this constant, which is also in a temporary. If it has a drop, it is nowhere else.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn receiver<T>(has_drop: bool, constant: *const T, temporary: *mut T) -> Receiver<T> {
    let constant = match has_drop {
        true => temporary,
        false => constant,
    };
    Receiver {
        constant,
        temporary,
    }
}

impl<T> Receiver<T> {
    /// What a method is called on. What that gives may outlast this.
    ///
    /// # Safety
    ///
    /// The twin lets what the method borrows live for `'a`, which ends before the temporary does.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub unsafe fn place<'a>(&mut self) -> &'a mut Self {
        // SAFETY: it is there when the method is called, and what it derefs to does not depend on it.
        unsafe { &mut *ptr::from_mut(self) }
    }
}

impl<T> Deref for Receiver<T> {
    type Target = T;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn deref(&self) -> &T {
        // SAFETY: the constant is there for good, and the temporary as `place` says.
        unsafe { &*self.constant }
    }
}

impl<T> DerefMut for Receiver<T> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as `place` says.
        unsafe { &mut *self.temporary }
    }
}
