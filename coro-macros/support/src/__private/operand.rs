//! Receivers that wait for the arguments of their call.
//!
//! A receiver that is taken is an operand from the moment it is evaluated: should an argument panic,
//! or be where the coroutine is cancelled, it is dropped before the locals and the temporaries
//! around it. One that is borrowed stays what it was. Which it is, only types tell, and later in the
//! text: the guard that stands for the operand has the answer as a type parameter.
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

/// Drops a receiver that is taken, unless it is forgotten first.
pub struct Operand<O: Owns, K: Kind>(*const O, PhantomData<fn() -> K>);

/// The guard of the value of an owner.
///
/// # Safety
///
/// The owner stays where it is until the guard is dropped or forgotten.
#[cfg_attr(not(debug_assertions), inline(always))]
pub unsafe fn operand<O: Owns, K: Kind>(owner: *const O) -> Operand<O, K> {
    Operand(owner, PhantomData)
}

impl<O: Owns, K: Kind> Drop for Operand<O, K> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn drop(&mut self) {
        if K::TAKES {
            // SAFETY: the owner is there, as the caller of `operand` promises.
            unsafe { &*self.0 }.dropped();
        }
    }
}

/// The same for a part.
pub struct PartOperand<T, Answers: Copy, P, K: Kind> {
    owner: *const PartOwner<T, Answers>,
    part: u64,
    place: *const P,
    kind: PhantomData<fn() -> K>,
}

/// The guard of a part.
///
/// # Safety
///
/// As for [`operand`]; and `place` is the part of the owner's place that `part` stands for.
#[cfg_attr(not(debug_assertions), inline(always))]
pub unsafe fn part_operand<T, Answers: Copy, P, K: Kind>(
    owner: *const PartOwner<T, Answers>,
    part: u64,
    place: *const P,
) -> PartOperand<T, Answers, P, K> {
    PartOperand {
        owner,
        part,
        place,
        kind: PhantomData,
    }
}

impl<T, Answers: Copy, P, K: Kind> Drop for PartOperand<T, Answers, P, K> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn drop(&mut self) {
        if K::TAKES {
            // SAFETY: as the caller of `part_operand` promises.
            drop(unsafe { (*self.owner).part(self.part, self.place) });
        }
    }
}

/// A guard, whose kind is still to be inferred.
pub trait HasKind {
    /// The kind.
    type Kind;
}
impl<O: Owns, K: Kind> HasKind for Operand<O, K> {
    type Kind = K;
}
impl<T, Answers: Copy, P, K: Kind> HasKind for PartOperand<T, Answers, P, K> {
    type Kind = K;
}

/// Says the kind of a guard. Never called.
pub fn tie_kind<G: HasKind>(_: &G, _: &G::Kind) {}
