//! Receivers that wait for the arguments of their call.
//!
//! A receiver that is taken is an operand from the moment it is evaluated: should an argument panic,
//! or leave the call, or be where the coroutine is cancelled, it is dropped before the locals and the
//! temporaries around it. One that is borrowed stays what it was. Which it is, only types tell, and
//! later in the text: the guard that stands for the operand has the answer as a type parameter.
//!
//! ```text
//!   let x_operand = operand();           its scope begins
//!   x_operand.wait(Whole(&x_owner));     the receiver is evaluated, or resumed into
//!   …                                    arguments, which may suspend
//!   x_operand.handed_on()                the last of them, which does not
//! ```
use core::cell::Cell;
use core::marker::PhantomData;

use super::owner::{Owns, PartOwner};

/// What a method does with its receiver.
pub trait Kind {
    /// Whether it takes it.
    const TAKES: bool;
}
/// It takes it.
pub struct Taking;
/// It borrows it.
pub struct Borrowing;

impl Kind for Taking {
    const TAKES: bool = true;
}
impl Kind for Borrowing {
    const TAKES: bool = false;
}

/// What waits as an operand.
pub trait Waits: Copy {
    /// Drops it, if that is owed.
    ///
    /// # Safety
    ///
    /// Its owner is there.
    unsafe fn dropped(self);
}

/// The value of an owner.
pub struct Whole<O>(pub *const O);

impl<O> Clone for Whole<O> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn clone(&self) -> Self {
        *self
    }
}
impl<O> Copy for Whole<O> {}

impl<O: Owns> Waits for Whole<O> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn dropped(self) {
        // SAFETY: the owner is there, as the caller promises.
        unsafe { &*self.0 }.dropped();
    }
}

/// A part of it: the owner, the bit that stands for the part, and where the part is.
pub struct Part<T, Answers: Copy, P>(pub *const PartOwner<T, Answers>, pub u64, pub *const P);

impl<T, Answers: Copy, P> Clone for Part<T, Answers, P> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn clone(&self) -> Self {
        *self
    }
}
impl<T, Answers: Copy, P> Copy for Part<T, Answers, P> {}

impl<T, Answers: Copy, P> Waits for Part<T, Answers, P> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn dropped(self) {
        // SAFETY: the owner is there, as the caller promises, and the part with it.
        drop(unsafe { (*self.0).part(self.1, self.2) });
    }
}

/// Drops a receiver that is taken, while it waits.
pub struct Operand<W: Waits, K: Kind>(Cell<Option<W>>, PhantomData<fn() -> K>);

/// The guard of a receiver that is still to be evaluated.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn operand<W: Waits, K: Kind>() -> Operand<W, K> {
    Operand(Cell::new(None), PhantomData)
}

/// The guard of a receiver that waits.
///
/// # Safety
///
/// As for [`Operand::wait`].
#[cfg_attr(not(debug_assertions), inline(always))]
pub unsafe fn waiting<W: Waits, K: Kind>(receiver: W) -> Operand<W, K> {
    Operand(Cell::new(Some(receiver)), PhantomData)
}

impl<W: Waits, K: Kind> Operand<W, K> {
    /// The receiver waits from here on.
    ///
    /// # Safety
    ///
    /// Its owner stays where it is until the guard is dropped or keeps it, or has handed it on, and
    /// has its value if that is owed a drop.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub unsafe fn wait(&self, receiver: W) {
        if K::TAKES {
            self.0.set(Some(receiver));
        }
    }

    /// Leaves what waits where it is when the scope is left: the coroutine suspends.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn keep(&self) {
        if K::TAKES {
            self.0.set(None);
        }
    }

    /// Hands what waits on to another guard.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn handed_on(&self) -> Self {
        Operand(Cell::new(self.0.take()), PhantomData)
    }
}

/// Moves the value of an owner out, which has waited for the arguments of its call.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn taken<O: Owns>(operand: &Operand<Whole<O>, Taking>, owner: &O) -> O::Value {
    operand.0.set(None);
    owner.value()
}

impl<W: Waits, K: Kind> Drop for Operand<W, K> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn drop(&mut self) {
        if K::TAKES
            && let Some(receiver) = self.0.get()
        {
            // SAFETY: as the caller of `wait` promises.
            unsafe { receiver.dropped() };
        }
    }
}

/// A guard, whose kind is still to be inferred.
pub trait HasKind {
    /// The kind.
    type Kind;
}
impl<W: Waits, K: Kind> HasKind for Operand<W, K> {
    type Kind = K;
}

/// Says the kind of a guard. Never called.
pub fn tie_kind<G: HasKind>(_: &G, _: &G::Kind) {}
