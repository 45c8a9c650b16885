//! Owners of values in slots.
//!
//! An owner stands where the source declares the local, so that Rust's own scopes drop the
//! value in Rust's own order: on completion, on an early exit, on a panic and on cancellation
//! alike. It drops nothing while nothing is owed: before the local is initialised and after it
//! has been moved out.
use core::cell::Cell;
use core::{mem, ptr};

/// Owes the value in a slot its drop.
///
/// A value of a `Copy` type may be read on after it has been "taken": it is owed no drop, and
/// its bits stay.
#[repr(C)]
pub struct Owner<T> {
    pub(super) place: *mut T,
    owed: Cell<bool>,
}

/// The owner of what is in `place`, which is owed a drop if `owed` says so.
///
/// # Safety
///
/// `place` is valid for reads and writes, and stays where it is, until the owner is dropped or
/// keeps it; no other live owner has it; if `owed`, it holds a value. The body uses the local
/// as its direct-style twin, which rustc has checked, uses it: never before it is initialised
/// or after it is moved out, never in two overlapping borrows of which one is exclusive.
#[cfg_attr(not(debug_assertions), inline(always))]
pub unsafe extern "C" fn owner<T>(place: *mut T, owed: bool) -> Owner<T> {
    Owner {
        place,
        owed: Cell::new(owed),
    }
}

impl<T> Owner<T> {
    /// Initialises the local.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn init(&self, value: T) {
        // SAFETY: the place is valid by the promise given to `owner`, and the twin initialises
        // only what has no value.
        unsafe { self.place.write(value) };
        self.owed.set(true);
    }

    /// Initialises a temporary and gives its place.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn put(&self, value: T) -> *mut T {
        self.init(value);
        self.place
    }

    /// Assigns: drops what is there, if anything is.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn assign(&self, value: T) {
        if self.owed.get() {
            // SAFETY: an owed place holds a value. Should its drop panic, the assignment fills
            // the place all the same, as in Rust, and the owner drops the new value.
            unsafe { *self.place = value };
        } else {
            self.init(value);
        }
    }

    /// Moves the value out, or copies it.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn take(&self) -> T {
        self.owed.set(false);
        // SAFETY: the twin moves out only what has a value, and not again unless it is `Copy`.
        unsafe { ptr::read(self.place) }
    }

    /// Notes that all parts that there are have been moved out.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub extern "C" fn disown(&self) {
        self.owed.set(false);
    }

    /// Leaves the value where it is when the scope is left: the coroutine suspends.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub extern "C" fn keep(&self) {
        self.owed.set(false);
    }

    /// Drops the value now, if one is owed.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn end(&self) {
        if self.owed.replace(false) {
            // SAFETY: an owed place holds a value, and this is its one drop.
            unsafe { ptr::drop_in_place(self.place) };
        }
    }

    /// Notes for the next resumption whether the end of the scope must drop the value. Of a type
    /// without a drop nothing is noted, and nothing is asked.
    ///
    /// # Safety
    ///
    /// `flag` is valid for writes.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub unsafe extern "C" fn note_owed(&self, flag: *mut bool) {
        if mem::needs_drop::<T>() {
            // SAFETY: as the caller promises.
            unsafe { *flag = self.owed.get() };
        }
    }
}

impl<T> Drop for Owner<T> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn drop(&mut self) {
        self.end();
    }
}

/// What stands for the owner of a value that has no drop.
#[repr(transparent)]
pub struct Plain<T>(*mut T);

/// What stands for the owner of what is in `place`, which has no drop.
///
/// # Safety
///
/// As for [`owner`].
#[cfg_attr(not(debug_assertions), inline(always))]
pub unsafe extern "C" fn plain<T>(place: *mut T) -> Plain<T> {
    Plain(place)
}

impl<T> Plain<T> {
    /// Initialises the local.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn init(&self, value: T) {
        // SAFETY: as for `Owner::init`.
        unsafe { self.0.write(value) };
    }

    /// Assigns.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn assign(&self, value: T) {
        self.init(value);
    }

    /// Initialises a temporary and gives its place.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn put(&self, value: T) -> *mut T {
        self.init(value);
        self.0
    }

    /// Moves the value out, or copies it.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn take(&self) -> T {
        // SAFETY: as for `Owner::take`.
        unsafe { ptr::read(self.0) }
    }

    /// Notes that all parts that there are have been moved out.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub extern "C" fn disown(&self) {}

    /// Ends the scope of the value.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn end(&self) {}
}

/// What [`put_behind`] puts a value into.
pub trait Puts<T> {
    /// Puts the value there.
    fn put_value(&self, value: T) -> *mut T;
}
impl<T> Puts<T> for Owner<T> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn put_value(&self, value: T) -> *mut T {
        self.put(value)
    }
}
impl<T> Puts<T> for Plain<T> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn put_value(&self, value: T) -> *mut T {
        self.put(value)
    }
}
impl<T, Answers: Copy> Puts<T> for PartOwner<T, Answers> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn put_value(&self, value: T) -> *mut T {
        self.put(value)
    }
}

/// Initialises a temporary and borrows it. What is expected of the reference flows into the value: the
/// elements of an array become what a slice of them has to have.
///
/// # Safety
///
/// Whoever uses the reference borrows the temporary as the twin does.
#[cfg_attr(not(debug_assertions), inline(always))]
pub unsafe fn put_behind<'a, T>(owner: &impl Puts<T>, value: T) -> &'a T {
    // SAFETY: the value is there now, for as long as the caller promises.
    unsafe { &*owner.put_value(value) }
}

/// What [`take`] takes from.
pub trait Owns {
    /// What is owned.
    type Value;
    /// Moves the value out, or copies it.
    fn value(&self) -> Self::Value;
    /// Drops the value now, if one is owed.
    fn dropped(&self);
}
impl<T> Owns for Owner<T> {
    type Value = T;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn value(&self) -> T {
        self.take()
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn dropped(&self) {
        self.end();
    }
}
impl<T> Owns for Plain<T> {
    type Value = T;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn value(&self) -> T {
        self.take()
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn dropped(&self) {}
}
impl<T, Answers: Copy> Owns for PartOwner<T, Answers> {
    type Value = T;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn value(&self) -> T {
        self.take()
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn dropped(&self) {
        self.end();
    }
}

/// Moves a local out, or copies it. What is expected of the value does not flow into the call, so
/// that rustc finds no other fault with it than with a plain mention.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn take<O: Owns>(owner: &O) -> O::Value {
    owner.value()
}

/// Owes the value in a slot its drop, where parts of it may be moved out before.
pub struct PartOwner<T, Answers> {
    place: *mut T,
    owed: Cell<bool>,
    /// Which parts have been moved.
    moved: Cell<u64>,
    /// Drops what is left when the given parts have been moved.
    rest: unsafe fn(*mut T, u64, Answers),
    /// Whether the methods that are called on parts take them.
    answers: Answers,
}

/// The owner of what is in `place` but for the `moved` parts.
///
/// # Panics
///
/// When there is no `rest`.
///
/// # Safety
///
/// As for [`owner`]; and `rest` drops the value but for the parts of the given bits.
#[cfg_attr(not(debug_assertions), inline(always))]
pub unsafe fn part_owner<T, Answers>(
    place: *mut T,
    owed: bool,
    moved: u64,
    rest: Option<unsafe fn(*mut T, u64, Answers)>,
    answers: Answers,
) -> PartOwner<T, Answers> {
    let Some(rest) = rest else {
        unreachable!("set before the body runs")
    };
    PartOwner {
        place,
        owed: Cell::new(owed),
        moved: Cell::new(moved),
        rest,
        answers,
    }
}

impl<T, Answers: Copy> PartOwner<T, Answers> {
    /// Initialises the local.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn init(&self, value: T) {
        // SAFETY: as for `Owner::init`.
        unsafe { self.place.write(value) };
        self.owed.set(true);
        self.moved.set(0);
    }

    /// Assigns: drops what is there, if anything is.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn assign(&self, value: T) {
        if self.owed.get() && self.moved.get() == 0 {
            // SAFETY: as for `Owner::assign`.
            unsafe { *self.place = value };
        } else {
            /// Fills the place even if the drop of what was left panics.
            struct Fill<'a, T, Answers: Copy>(&'a PartOwner<T, Answers>, Option<T>);
            impl<T, Answers: Copy> Drop for Fill<'_, T, Answers> {
                #[cfg_attr(not(debug_assertions), inline(always))]
                fn drop(&mut self) {
                    if let Some(value) = self.1.take() {
                        self.0.init(value);
                    }
                }
            }
            let fill = Fill(self, Some(value));
            self.end();
            drop(fill);
        }
    }

    /// Initialises a temporary and gives its place.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn put(&self, value: T) -> *mut T {
        self.init(value);
        self.place
    }

    /// Moves the value out, or copies it.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn take(&self) -> T {
        self.owed.set(false);
        // SAFETY: as for `Owner::take`; the twin takes nothing of which a part is missing.
        unsafe { ptr::read(self.place) }
    }

    /// Moves a part out, or copies it.
    ///
    /// # Safety
    ///
    /// `place` is the part of the owner's place that `part` stands for.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub unsafe fn part<P>(&self, part: u64, place: *const P) -> P {
        self.moved.set(self.moved.get() | part);
        // SAFETY: the twin moves out only what has a value, and not again unless it is `Copy`.
        unsafe { ptr::read(place) }
    }

    /// Notes that all parts that there are have been moved out.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub extern "C" fn disown(&self) {
        self.owed.set(false);
    }

    /// Notes that a part has been moved out.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn note(&self, part: u64) {
        self.moved.set(self.moved.get() | part);
    }

    /// Assigns to a part that may have been moved out.
    ///
    /// # Safety
    ///
    /// As for [`part`](Self::part).
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub unsafe fn assign_part<P>(&self, part: u64, place: *mut P, value: P) {
        if self.moved.get() & part == 0 {
            // SAFETY: the part has a value, since the twin assigns to parts of values only.
            unsafe { *place = value };
        } else {
            // SAFETY: the part is valid for writes, and has no value.
            unsafe { place.write(value) };
            self.moved.set(self.moved.get() & !part);
        }
    }

    /// Leaves the value where it is when the scope is left: the coroutine suspends.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub extern "C" fn keep(&self) {
        self.owed.set(false);
    }

    /// Drops the value now, or what is left of it, if that is owed.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn end(&self) {
        if self.owed.replace(false) {
            match self.moved.replace(0) {
                // SAFETY: an owed place holds a value, and this is its one drop.
                0 => unsafe { ptr::drop_in_place(self.place) },
                // SAFETY: the same, but for the moved parts.
                moved => unsafe { (self.rest)(self.place, moved, self.answers) },
            }
        }
    }

    /// Notes for the next resumption whether the end of the scope must drop something. Of a type
    /// without a drop nothing is noted, and nothing is asked.
    ///
    /// # Safety
    ///
    /// `flag` is valid for writes.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub unsafe extern "C" fn note_owed(&self, flag: *mut bool) {
        if mem::needs_drop::<T>() {
            // SAFETY: as the caller promises.
            unsafe { *flag = self.owed.get() };
        }
    }

    /// Which parts have been moved.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn moved(&self) -> u64 {
        self.moved.get()
    }
}

impl<T, Answers> Drop for PartOwner<T, Answers> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn drop(&mut self) {
        if self.owed.replace(false) {
            match self.moved.replace(0) {
                // SAFETY: as in `end`.
                0 => unsafe { ptr::drop_in_place(self.place) },
                // SAFETY: as in `end`; the answers are read this once.
                moved => unsafe { (self.rest)(self.place, moved, ptr::read(&self.answers)) },
            }
        }
    }
}

/// Forgets a part that has been moved; or a copy of it, which is no mistake here.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn forget<P>(part: P) {
    mem::forget(part);
}
