//! Does a method take its receiver, or borrow it?
//!
//! A macro has no types, but rustc's method lookup has, and it can be asked in code that never
//! runs. Lookup tries a receiver of type `T` first by value, then by `&T`, then by `&mut T`,
//! and only then what `T` dereferences to. A trait of the expansion's own offers a method of
//! the same name by `&T`, and returns [`Fell`]:
//!
//! ```text
//!   1. on a `&T`, with the trait for `&T`     found: a `&self` method of `T` itself
//!   2. unless 1 was found, on a `T`, with     found: a `self` method of `T`
//!      the trait for every type               fell:  any other: it borrows
//! ```
//!
//! (Step 2 alone would be ambiguous between the two traits where step 1 finds a trait's method.)
//! The answer is a type. It picks, by method lookup again, which of two functions returns an
//! uninhabited type; code behind the call of that one is unreachable, so rustc does not
//! borrow-check it, and only the branch that applies has to be valid.
use core::convert::Infallible;
use core::marker::PhantomData;

use super::operand::{Borrowing, Taking};
use super::slot::Slot;
use super::storage::{Saved, Unsaved};

/// What the expansion's own method returns.
pub struct Fell;

/// A receiver that has no methods at all.
pub struct NoReceiver(());

impl Fell {
    /// Another question has the answer. Never called.
    pub fn or<Found>(&self, _: Found) -> Found {
        unreachable!()
    }
}
impl NoReceiver {
    /// The answer is found. Never called.
    pub fn or<Found>(&self, _: Found) -> NoReceiver {
        unreachable!()
    }
}

/// What step 1 found.
pub struct Shared<'a, Found>(pub &'a Found);

/// The receiver of step 2, when step 1 fell through.
pub trait SharedFell {
    /// Never called.
    fn receiver<T>(&self, _: *mut T) -> T {
        unreachable!()
    }
    /// Never called.
    fn or<Found>(&self, _: Found) -> Found {
        unreachable!()
    }
    /// Nothing is known of what the call returns. Never called.
    fn returns<T>(&self, _: &Answer<T>) {}
}
impl SharedFell for Shared<'_, Fell> {}

/// The receiver of step 2, when step 1 found a method.
pub trait SharedFound {
    /// What the method returns.
    type Found;
    /// That is what the call returns. Never called.
    fn returns(&self, _: &Answer<Self::Found>) {}
    /// Never called.
    fn receiver<T>(&self, _: *mut T) -> NoReceiver {
        unreachable!()
    }
    /// Never called.
    fn or<Other>(&self, _: Other) -> NoReceiver {
        unreachable!()
    }
}
impl<Found> SharedFound for &Shared<'_, Found> {
    type Found = Found;
}

/// Asks for the content of a box, whose methods take it out.
pub struct AskContentOf<T>(PhantomData<fn() -> T>);

/// The question for the type of a local.
pub fn ask_content<T>(_: *mut T) -> AskContentOf<T> {
    AskContentOf(PhantomData)
}

/// It is a box.
pub trait AskBox {
    /// What is in it.
    type Content;
    /// Only its type counts.
    fn content(&self) -> *mut Self::Content {
        unreachable!()
    }
}
#[cfg(feature = "alloc")]
impl<T> AskBox for &AskContentOf<alloc::boxed::Box<T>> {
    type Content = T;
}

/// It is something else.
pub trait AskNoBox {
    /// Only its type counts.
    fn content(&self) -> *mut NoReceiver {
        unreachable!()
    }
}
impl<T> AskNoBox for AskContentOf<T> {}

/// The answer: what step 2 found.
pub struct Answer<Found>(pub PhantomData<fn() -> Found>);

impl<Found> Clone for Answer<Found> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn clone(&self) -> Self {
        *self
    }
}
impl<Found> Copy for Answer<Found> {}

/// Stands around a call, of whose type the look-up of its method may know something, or the other way round.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn returned<T>(_: &Answer<T>, value: T) -> T {
    value
}

/// Makes `found` the answer. Never called.
pub fn tie<Found>(_: &Answer<Found>, _: &Found) {}

/// What a closure captures of a local, or what it captures a reference to: the field is the same place,
/// either way.
#[repr(transparent)]
pub struct Captured<T> {
    /// The local.
    pub value: T,
}

/// The method borrows its receiver.
pub trait Borrows {
    /// No.
    #[cfg_attr(not(debug_assertions), inline(always))]
    extern "C" fn takes(&self) -> bool {
        false
    }
    /// Stands before the branch that takes, and makes it unreachable.
    #[cfg_attr(not(debug_assertions), inline(always))]
    extern "C" fn if_taken(&self) -> Infallible {
        unreachable!()
    }
    /// Stands before the branch that borrows.
    #[cfg_attr(not(debug_assertions), inline(always))]
    extern "C" fn if_borrowed(&self) {}
    /// A closure borrows the receiver.
    ///
    /// # Safety
    ///
    /// `place` holds a value, and whoever uses the closure borrows that as the twin does.
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn captured<'a, T>(&self, place: *mut T, _: impl FnOnce() -> T) -> &'a mut Captured<T> {
        // SAFETY: as the caller promises; `Captured` is its one field.
        unsafe { &mut *place.cast() }
    }
    /// The same for as long as there is an answer.
    ///
    /// # Safety
    ///
    /// As for [`Borrows::captured`].
    #[allow(clippy::mut_from_ref)] // It borrows the place, and the answer says for how long.
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn captured_here<T>(&self, place: *mut T, take: impl FnOnce() -> T) -> &mut Captured<T> {
        // SAFETY: as the caller promises.
        unsafe { self.captured(place, take) }
    }
    /// Only its type counts.
    fn kind(&self) -> Borrowing {
        unreachable!()
    }
    /// The receiver is kept. Only the type counts.
    fn slot_of<T>(&self, _: *mut T) -> (Infallible, *mut Slot<Saved<T>>) {
        unreachable!()
    }
    /// Where it may share bytes it is not. Only the type counts.
    fn shared_slot_of<T>(&self, _: *mut T) -> (Infallible, *mut Slot<Unsaved>) {
        unreachable!()
    }
}
impl Borrows for Answer<Fell> {}

/// The method takes its receiver.
pub trait Takes {
    /// Yes.
    #[cfg_attr(not(debug_assertions), inline(always))]
    extern "C" fn takes(&self) -> bool {
        true
    }
    /// Stands before the branch that takes.
    #[cfg_attr(not(debug_assertions), inline(always))]
    extern "C" fn if_taken(&self) {}
    /// Stands before the branch that borrows, and makes it unreachable.
    #[cfg_attr(not(debug_assertions), inline(always))]
    extern "C" fn if_borrowed(&self) -> Infallible {
        unreachable!()
    }
    /// A closure takes the receiver.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn captured<T>(&self, _: *mut T, take: impl FnOnce() -> T) -> Captured<T> {
        Captured { value: take() }
    }
    /// The same.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn captured_here<T>(&self, place: *mut T, take: impl FnOnce() -> T) -> Captured<T> {
        self.captured(place, take)
    }
    /// Only its type counts.
    fn kind(&self) -> Taking {
        unreachable!()
    }
    /// The receiver is not kept. Only the type counts.
    fn slot_of<T>(&self, _: *mut T) -> (Infallible, *mut Slot<Unsaved>) {
        unreachable!()
    }
    /// Where it was kept before, it may share bytes. Only the type counts.
    fn shared_slot_of<T>(&self, _: *mut T) -> (Infallible, *mut Slot<Saved<T>>) {
        unreachable!()
    }
}
impl<Found> Takes for &Answer<Found> {}

/// Asks whether a type is an `Option`, a `Result` or an iterator. Their methods that take a
/// closure, or return whatever is wanted, cannot be looked up without knowing more.
pub struct AskStandardOf<T>(PhantomData<fn() -> T>);

/// The question for the type of a local.
pub fn ask_standard<T>(_: *mut T) -> AskStandardOf<T> {
    AskStandardOf(PhantomData)
}

/// It is an `Option` or a `Result`: its methods of these names take it.
pub trait AskStandard {
    /// Only its type counts.
    fn found(&self) -> NoReceiver {
        unreachable!()
    }
    /// There is nothing left to look up. Only the type counts.
    fn others<T>(&self, _: *mut T) -> *mut NoReceiver {
        unreachable!()
    }
}
impl<T> AskStandard for &&AskStandardOf<Option<T>> {}
impl<T, E> AskStandard for &&AskStandardOf<Result<T, E>> {}

/// It is an iterator: its methods of these names take it.
pub trait AskIterator {
    /// Only its type counts.
    fn found(&self) -> NoReceiver {
        unreachable!()
    }
    /// There is nothing left to look up. Only the type counts.
    fn others<T>(&self, _: *mut T) -> *mut NoReceiver {
        unreachable!()
    }
}
impl<T: Iterator> AskIterator for &AskStandardOf<T> {}

/// It is something else.
pub trait AskOther {
    /// Only its type counts.
    fn found(&self) -> Fell {
        unreachable!()
    }
    /// Its methods can be looked up. Only the type counts.
    fn others<T>(&self, place: *mut T) -> *mut T {
        place
    }
}
impl<T> AskOther for AskStandardOf<T> {}

/// It is ordered: its methods of these names take it.
pub trait AskOrdered {
    /// Only its type counts.
    fn is_ordered(&self) -> NoReceiver {
        unreachable!()
    }
    /// There is nothing left to look up. Only the type counts.
    fn unordered<T>(&self, _: *mut T) -> *mut NoReceiver {
        unreachable!()
    }
}
impl<T: Ord> AskOrdered for &AskStandardOf<T> {}

/// It is not ordered.
pub trait AskUnordered {
    /// Only its type counts.
    fn is_ordered(&self) -> Fell {
        unreachable!()
    }
    /// Its methods can be looked up. Only the type counts.
    fn unordered<T>(&self, place: *mut T) -> *mut T {
        place
    }
}
impl<T> AskUnordered for AskStandardOf<T> {}

/// It can be iterated over: its `into_iter` takes it.
pub trait AskIterable {
    /// Only its type counts.
    fn is_iterable(&self) -> NoReceiver {
        unreachable!()
    }
}
impl<T: IntoIterator> AskIterable for &AskStandardOf<T> {}

/// Only references to it can be, or it has a method of this name that borrows it.
pub trait AskNotIterable {
    /// Only its type counts.
    fn is_iterable(&self) -> Fell {
        unreachable!()
    }
}
impl<T> AskNotIterable for AskStandardOf<T> {}

/// Asks whether a receiver is a reference: a method that takes one by value borrows from it.
pub struct AskReferenceOf<T>(PhantomData<fn() -> T>);

/// The question for the type of a part.
pub fn ask_reference<T>(_: *mut T) -> AskReferenceOf<T> {
    AskReferenceOf(PhantomData)
}

/// It is a reference: whatever was found, it is not taken.
pub trait AskReference {
    /// Only its type counts.
    fn unless_reference<Found>(&self, _: Found) -> Fell {
        unreachable!()
    }
}
impl<T: ?Sized> AskReference for AskReferenceOf<&T> {}
impl<T: ?Sized> AskReference for AskReferenceOf<&mut T> {}

/// It is something else: what was found counts.
pub trait AskValue {
    /// Only its type counts.
    fn unless_reference<Found>(&self, _: Found) -> Found {
        unreachable!()
    }
}
impl<T> AskValue for &AskReferenceOf<T> {}

/// It is a shared reference, which may be taken whatever the method does: there is nothing to look up.
pub trait AskShared {
    /// Only its type counts.
    fn or_shared<Found>(&self, _: Found) {}
    /// Only its type counts.
    fn unless_shared<T>(&self, _: *mut T) -> *mut NoReceiver {
        unreachable!()
    }
}
impl<T: ?Sized> AskShared for AskReferenceOf<&T> {}

/// It is something else: its methods are looked up.
pub trait AskNotShared {
    /// Only its type counts.
    fn or_shared<Found>(&self, _: Found) -> Found {
        unreachable!()
    }
    /// Only its type counts.
    fn unless_shared<T>(&self, place: *mut T) -> *mut T {
        place
    }
}
impl<T> AskNotShared for &AskReferenceOf<T> {}

/// Asks whether a value is copied where it seems to be taken.
pub struct AskCopyOf<T>(PhantomData<fn() -> T>);

/// The question for the type of what a closure captures.
pub fn ask_copy<T>(_: *mut T) -> AskCopyOf<T> {
    AskCopyOf(PhantomData)
}

/// It is copied: whatever was found, it is not taken.
pub trait AskCopy {
    /// Only its type counts.
    fn unless_copy<Found>(&self, _: Found) -> Fell {
        unreachable!()
    }
}
impl<T: Copy> AskCopy for AskCopyOf<T> {}

/// It is something else: what was found counts.
pub trait AskNotCopy {
    /// Only its type counts.
    fn unless_copy<Found>(&self, _: Found) -> Found {
        unreachable!()
    }
}
impl<T> AskNotCopy for &AskCopyOf<T> {}

/// What an answer says. Never called.
pub fn found<Found>(_: &Answer<Found>) -> Found {
    unreachable!()
}
