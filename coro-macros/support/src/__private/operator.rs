//! Is a compound assignment that of a primitive type?
//!
//! Primitive types evaluate the right side first, and overloaded operators the left one. The answer
//! is a type, which stands for itself before it is known (see `receiver`).
use core::convert::Infallible;
use core::marker::PhantomData;

use super::slot::Slot;
use super::storage::{Saved, Unsaved};

/// Which side comes first.
pub trait Order {
    /// The left one.
    const IS_OVERLOADED: bool;
    /// What a suspension keeps of a value where the left one comes first.
    type IfOverloaded<T>;
    /// What a suspension keeps of a value where the right one comes first.
    type IfPrimitive<T>;
}
/// Both sides have primitive types.
pub struct Primitive;
/// It is a call of a trait's method.
pub struct Overloaded;

impl Order for Primitive {
    const IS_OVERLOADED: bool = false;
    type IfOverloaded<T> = Unsaved;
    type IfPrimitive<T> = Saved<T>;
}
impl Order for Overloaded {
    const IS_OVERLOADED: bool = true;
    type IfOverloaded<T> = Saved<T>;
    type IfPrimitive<T> = Unsaved;
}

/// The answer.
pub struct Operator<O>(PhantomData<fn() -> O>);

/// An answer that is still to be inferred.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn operator<O>() -> Operator<O> {
    Operator(PhantomData)
}

/// Whether the left side comes first.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn is_overloaded<O: Order>(_: &Operator<O>) -> bool {
    O::IS_OVERLOADED
}

/// The slot of a local in the branch for overloaded operators. Only the type counts.
pub fn slot_if_overloaded<O: Order, T>(
    _: *mut Operator<O>,
    _: *mut T,
) -> (Infallible, *mut Slot<O::IfOverloaded<T>>) {
    unreachable!()
}

/// The slot of a local in the branch for primitive types. Only the type counts.
pub fn slot_if_primitive<O: Order, T>(
    _: *mut Operator<O>,
    _: *mut T,
) -> (Infallible, *mut Slot<O::IfPrimitive<T>>) {
    unreachable!()
}

/// Asks for the order of two sides of these types.
pub struct AskOrder<L, R>(PhantomData<fn(L, R)>);

/// The question.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn ask_order<L, R>(_: &mut L, _: &R) -> AskOrder<L, R> {
    AskOrder(PhantomData)
}

/// Both are primitive.
pub trait OfPrimitives {
    /// Makes this the answer.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn decide(&self, _: &Operator<Primitive>) {}
}
impl<L: Scalar, R: Scalar> OfPrimitives for &AskOrder<L, R> {}

/// One of them is not.
pub trait OfOthers {
    /// Makes this the answer.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn decide(&self, _: &Operator<Overloaded>) {}
}
impl<L, R> OfOthers for AskOrder<L, R> {}

/// What rustc has operators for.
pub trait Scalar {}

macro_rules! scalars {
    ($($scalar:ty)*) => {$( impl Scalar for $scalar {} )*};
}
scalars! {
    bool char f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize
}
