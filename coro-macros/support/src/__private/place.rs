//! Places that a method is called on, while something else suspends first.
//!
//! `lists[i()].push(f.await)` evaluates the place before the argument, and how it does depends on the
//! method: by `Index`, by `IndexMut`, or by copying what is there. The answer is a type that stands
//! for itself until method lookup gives it, later in the text; it decides which of two ways to borrow
//! the place is unreachable, and so is not borrow-checked.
//!
//! Lookup tries a type by value, by `&` and by `&mut`, and then what it dereferences to. Each of these
//! is asked for with a trait of the expansion's own, which offers the same method one reference later:
//!
//! ```text
//!   (&*place).push(…), with the trait for `&T`           found: by `&`
//!   (*place).push(…), with the trait for `T`, if `Copy`  found: by value
//!   (&mut *place).push(…), with the trait for `&mut T`   found: by `&mut`
//! ```
//!
//! What is kept is a pointer where rustc keeps a borrow: the twin has it borrow-checked. What is copied
//! is read at once, since the place may change before the call; where it may, and nobody can tell
//! whether it is copied, the call is refused ([`Unknown`]).
use core::convert::Infallible;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};

use super::receiver::{Fell, NoReceiver, Shared as Looked};

/// What a method does with the place that it is called on.
pub trait Kind {
    /// Whether it borrows it mutably.
    const IS_MUTABLE: bool;
    /// Uninhabited, unless it borrows mutably.
    type IfMutable: Reached;
    /// Uninhabited, if it does.
    type IfNot: Reached;
}

/// It borrows the place.
pub struct Shared;
/// It borrows the place mutably.
pub struct Mutable;
/// It copies what is there.
pub struct Copied;
/// Nobody can tell.
pub struct Unknown;

macro_rules! kinds {
    ($($kind:ty: $is_mutable:literal, $if_mutable:ty, $if_not:ty;)*) => {$(
        impl Kind for $kind {
            const IS_MUTABLE: bool = $is_mutable;
            type IfMutable = $if_mutable;
            type IfNot = $if_not;
        }
    )*};
}
kinds! {
    Shared: false, Infallible, ();
    Mutable: true, (), Infallible;
    Copied: false, Infallible, ();
    Unknown: false, Infallible, ();
}

/// What is returned where code goes on, or does not.
pub trait Reached {
    /// It goes on.
    fn reached() -> Self;
}
impl Reached for () {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn reached() {}
}
impl Reached for Infallible {
    fn reached() -> Infallible {
        unreachable!()
    }
}

/// What is kept of a place of type `T`.
pub trait Holds<T: ?Sized>: Kind {
    /// The type of that.
    type Held;
    /// Keeps the place.
    ///
    /// # Safety
    ///
    /// The place may be used as the kind has it until the [`Place`] is used for the last time.
    unsafe fn hold(place: *mut T) -> Self::Held;
    /// Where it is.
    fn place(held: &Self::Held) -> *const T;
}

/// A pointer that goes between threads as a reference does.
pub struct Reference<T: ?Sized>(*const T);
/// A pointer that goes between threads as a mutable reference does.
pub struct MutableReference<T: ?Sized>(*mut T);
// SAFETY: it is used as a `&T`.
unsafe impl<T: ?Sized + Sync> Send for Reference<T> {}
// SAFETY: it is used as a `&mut T`.
unsafe impl<T: ?Sized + Send> Send for MutableReference<T> {}

impl<T: ?Sized> Holds<T> for Shared {
    type Held = Reference<T>;
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn hold(place: *mut T) -> Reference<T> {
        Reference(place)
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn place(held: &Reference<T>) -> *const T {
        held.0
    }
}

impl<T: ?Sized> Holds<T> for Mutable {
    type Held = MutableReference<T>;
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn hold(place: *mut T) -> MutableReference<T> {
        MutableReference(place)
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn place(held: &MutableReference<T>) -> *const T {
        held.0
    }
}

impl<T: Copy> Holds<T> for Copied {
    type Held = T;
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn hold(place: *mut T) -> T {
        // SAFETY: the place may be read now, as the caller promises.
        unsafe { place.read() }
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn place(held: &T) -> *const T {
        held
    }
}

impl<T: ?Sized> Holds<T> for Unknown {
    type Held = Infallible;
    unsafe fn hold(_: *mut T) -> Infallible {
        unreachable!()
    }
    fn place(held: &Infallible) -> *const T {
        match *held {}
    }
}

/// The answer.
pub struct Use<K>(PhantomData<fn() -> K>);

/// An answer that is still to be inferred.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn kind<K>() -> Use<K> {
    Use(PhantomData)
}

/// Whether the method borrows the place mutably.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn is_mutable<K: Kind>(_: &Use<K>) -> bool {
    K::IS_MUTABLE
}

/// Stands before the mutable borrow, which it makes unreachable unless it applies.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn if_mutable<K: Kind>(_: &Use<K>) -> K::IfMutable {
    Reached::reached()
}

/// Stands before the other one.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn if_not<K: Kind>(_: &Use<K>) -> K::IfNot {
    Reached::reached()
}

/// The place that a method is called on.
pub struct Place<K: Holds<T>, T: ?Sized>(K::Held);

/// Keeps the place that a method is called on.
///
/// # Safety
///
/// As for [`Holds::hold`].
#[cfg_attr(not(debug_assertions), inline(always))]
pub unsafe fn place<K: Holds<T>, T: ?Sized>(_: &Use<K>, place: *const T) -> Place<K, T> {
    // SAFETY: as the caller promises.
    Place(unsafe { K::hold(place.cast_mut()) })
}

impl<K: Holds<T>, T: ?Sized> Deref for Place<K, T> {
    type Target = T;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn deref(&self) -> &T {
        // SAFETY: as the caller of `place` promises.
        unsafe { &*K::place(&self.0) }
    }
}
impl<T: ?Sized> DerefMut for Place<Mutable, T> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as the caller of `place` promises.
        unsafe { &mut *self.0.0 }
    }
}

/// A place in which the one is that a method is called on.
pub struct Around<K, T: ?Sized>(*mut T, PhantomData<fn() -> K>);
// SAFETY: it is used as a `&T`, or as a `&mut T`.
unsafe impl<K, T: ?Sized + Send + Sync> Send for Around<K, T> {}

/// Keeps a place in which the one is that a method is called on.
///
/// # Safety
///
/// The place may be used as the kind has it until the [`Around`] is used for the last time; for a
/// mutable borrow the pointer is one that may be written through.
#[cfg_attr(not(debug_assertions), inline(always))]
pub unsafe fn around<K, T: ?Sized>(_: &Use<K>, place: *const T) -> Around<K, T> {
    Around(place.cast_mut(), PhantomData)
}

impl<K, T: ?Sized> Deref for Around<K, T> {
    type Target = T;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn deref(&self) -> &T {
        // SAFETY: as the caller of `around` promises.
        unsafe { &*self.0 }
    }
}
// Before the kind is known, both borrows are type-checked.
impl<K, T: ?Sized> DerefMut for Around<K, T> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as the caller of `around` promises; it is called where the kind is `Mutable`.
        unsafe { &mut *self.0 }
    }
}

/// Makes `found` the answer. Never called.
pub fn tie<K: Told>(_: &Use<K>, _: K) {}

/// A kind that is known.
#[diagnostic::on_unimplemented(
    message = "a suspension among the arguments of a method that takes or copies a place with operands is not lowered yet",
    label = "this method",
    note = "bind the value that is waited for with `let` first"
)]
pub trait Told {}
impl Told for Shared {}
impl Told for Mutable {}
impl Told for Copied {}

/// The type of the place, for lookup. Never called.
pub fn asked<K: Holds<T>, T: ?Sized>(_: &Place<K, T>) -> *mut T {
    unreachable!()
}

/// The type of an argument, for lookup. Never called.
pub fn like<T>(_: &T) -> T {
    unreachable!()
}

/// Picks by what lookup has found: the first kind, unless its method fell through.
pub trait Found {
    /// Never called.
    fn choose<K, Next>(&self, _: K, _: Next) -> K {
        unreachable!()
    }
}
impl<Any> Found for &Looked<'_, Any> {}

/// See [`Found`].
pub trait NotFound {
    /// Never called.
    fn choose<K, Next>(&self, _: K, _: Next) -> Next {
        unreachable!()
    }
}
impl NotFound for Looked<'_, Fell> {}

/// One type on the way of lookup.
pub struct Level<T: ?Sized>(PhantomData<*mut T>);

/// The type of a place.
pub fn level<T: ?Sized>(_: *mut T) -> Level<T> {
    unreachable!()
}

/// It is a shared reference, which can be copied to get at what is behind it.
pub trait OfReference {
    /// What a method of that does, if it matters. Never called.
    fn kind_through(&self) -> Copied {
        unreachable!()
    }
}
impl<T: ?Sized> OfReference for &Level<&T> {}

/// It is something else.
pub trait OfOthers {
    /// See [`OfReference`]. Never called.
    fn kind_through(&self) -> Unknown {
        unreachable!()
    }
}
impl<T: ?Sized> OfOthers for Level<T> {}

/// It can be copied.
pub trait CanBeCopied {
    /// What a method that takes it does. Never called.
    fn kind_of_value(&self) -> Copied {
        unreachable!()
    }
    /// What it does where it is behind a pointer. Never called.
    fn kind_behind(&self) -> Shared {
        unreachable!()
    }
    /// What a method does that borrows it or copies it, if that matters. Never called.
    fn kind_of_reference(&self) -> Unknown {
        unreachable!()
    }
}
impl<T: Copy> CanBeCopied for &Level<T> {}

/// It cannot: a method that takes it moves it.
pub trait CannotBeCopied {
    /// See [`CanBeCopied`]. Never called.
    fn kind_of_value(&self) -> Unknown {
        unreachable!()
    }
    /// See [`CanBeCopied`]. Never called.
    fn kind_behind(&self) -> Unknown {
        unreachable!()
    }
    /// See [`CanBeCopied`]. Never called.
    fn kind_of_reference(&self) -> Shared {
        unreachable!()
    }
}
impl<T: ?Sized> CannotBeCopied for Level<T> {}

/// It is a mutable reference, which a method that takes it borrows from.
pub trait OfMutable {
    /// What methods that take it are looked up for. Never called.
    fn value(&self) -> NoReceiver {
        unreachable!()
    }
}
impl<T: ?Sized> OfMutable for &&Level<&mut T> {}

/// It is a value.
pub trait OfValue {
    /// Its type.
    type Value;
    /// See [`OfMutable`]. Never called.
    fn value(&self) -> Self::Value {
        unreachable!()
    }
}
impl<T> OfValue for &Level<T> {
    type Value = T;
}

/// It has no size.
pub trait OfUnsized {
    /// See [`OfMutable`]. Never called.
    fn value(&self) -> NoReceiver {
        unreachable!()
    }
}
impl<T: ?Sized> OfUnsized for Level<T> {}

/// It is an array: its slice comes next.
pub trait OfArray {
    /// The slice.
    type Next: ?Sized;
    /// Never called.
    fn next(&self) -> *mut Self::Next {
        unreachable!()
    }
}
impl<T, const LENGTH: usize> OfArray for &&Level<[T; LENGTH]> {
    type Next = [T];
}

/// What it dereferences to comes next.
pub trait OfPointer {
    /// That.
    type Next: ?Sized;
    /// Never called.
    fn next(&self) -> *mut Self::Next {
        unreachable!()
    }
}
impl<T: ?Sized + Deref> OfPointer for &Level<T> {
    type Next = T::Target;
}

/// Lookup ends here.
pub trait Last {
    /// Never called.
    fn next(&self) -> *mut NoReceiver {
        unreachable!()
    }
}
impl<T: ?Sized> Last for Level<T> {}
