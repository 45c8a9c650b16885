//! Owners of values in slots.
//!
//! An owner stands where the source declares the local, so that Rust's own scopes drop the
//! value in Rust's own order: on completion, on an early exit, on a panic and on cancellation
//! alike. It drops nothing while nothing is owed: before the local is initialised and after it
//! has been moved out.
use core::cell::Cell;
use core::ptr;

/// Owes the value in a slot its drop.
///
/// A value of a `Copy` type may be read on after it has been "taken": it is owed no drop, and
/// its bits stay.
pub struct Owner<T> {
    place: *mut T,
    owed: Cell<bool>,
}

/// The owner of what is in `place`, which is owed a drop if `owed` says so.
///
/// # Safety
///
/// `place` is valid for reads and writes, and stays where it is, until the owner is dropped or
/// forgotten; no other live owner has it; if `owed`, it holds a value. The body uses the local
/// as its direct-style twin, which rustc has checked, uses it: never before it is initialised
/// or after it is moved out, never in two overlapping borrows of which one is exclusive.
#[inline(always)]
pub unsafe fn owner<T>(place: *mut T, owed: bool) -> Owner<T> {
    Owner { place, owed: Cell::new(owed) }
}

impl<T> Owner<T> {
    /// Initialises the local.
    #[inline(always)]
    pub fn init(&self, value: T) {
        // SAFETY: the place is valid by the promise given to `owner`, and the twin initialises
        // only what has no value.
        unsafe { self.place.write(value) };
        self.owed.set(true);
    }

    /// Initialises a temporary and gives its place.
    #[inline(always)]
    pub fn put(&self, value: T) -> *mut T {
        self.init(value);
        self.place
    }

    /// Assigns: drops what is there, if anything is.
    #[inline(always)]
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
    #[inline(always)]
    pub fn take(&self) -> T {
        self.owed.set(false);
        // SAFETY: the twin moves out only what has a value, and not again unless it is `Copy`.
        unsafe { ptr::read(self.place) }
    }

    /// Drops the value now, if one is owed.
    #[inline(always)]
    pub fn end(&self) {
        if self.owed.replace(false) {
            // SAFETY: an owed place holds a value, and this is its one drop.
            unsafe { ptr::drop_in_place(self.place) };
        }
    }

    /// Whether the end of the scope must drop the value.
    #[inline(always)]
    pub fn is_owed(&self) -> bool {
        self.owed.get()
    }

    #[inline(always)]
    pub(super) fn place(&self) -> *mut T {
        self.place
    }
}

impl<T> Drop for Owner<T> {
    #[inline(always)]
    fn drop(&mut self) {
        self.end();
    }
}
