//! Whether anything is left of a value of which parts have been moved or copied.
use core::marker::PhantomData;

use super::receiver::Fell;

/// The question what is left of a value.
pub struct Rest<T>(PhantomData<*const T>);

/// The question for the value in a place. Only its type counts.
pub fn rest<T>(_: *mut T) -> Rest<T> {
    Rest(PhantomData)
}

/// Structs that have a drop of their own, which fields that are `Copy` leave to them.
pub trait HasDrop {
    /// Their drop is left.
    fn of_struct(&self) -> Fell {
        Fell
    }
}
#[allow(drop_bounds)]
impl<T: Drop> HasDrop for Rest<T> {}

/// The answer for other structs.
pub trait HasNoDrop {
    /// Nothing is left without the fields.
    fn of_struct(&self) {}
}
impl<T> HasNoDrop for &Rest<T> {}

/// Traits for tuples of so many parts, and one for all other types.
macro_rules! tuples {
    ($($trait:ident $method:ident ($($part:ident)*))*) => {
        $(
            #[doc = concat!("The answer for tuples, to `", stringify!($method), "`.")]
            pub trait $trait {
                /// Nothing is left without the parts.
                fn $method(&self) {}
            }
            impl<$($part),*> $trait for Rest<($($part,)*)> {}
        )*

        /// The answer for other types.
        pub trait IsOther {
            $(
                /// Something may be left.
                fn $method(&self) -> Fell {
                    Fell
                }
            )*
        }
        impl<T> IsOther for &Rest<T> {}
    };
}

tuples! {
    IsOf2 of_2 (A B)
    IsOf3 of_3 (A B C)
    IsOf4 of_4 (A B C D)
    IsOf5 of_5 (A B C D E)
    IsOf6 of_6 (A B C D E F)
}
