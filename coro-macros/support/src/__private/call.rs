//! Does a call take what it calls?
//!
//! Asked as for methods (see `receiver`): what implements `FnMut` for so many arguments is called
//! where it is, and anything else is taken. One module for each number of arguments, so that there
//! is one implementation that rustc has to decide about.
use super::receiver::{AskStandardOf, Fell, NoReceiver};

macro_rules! calls {
    ($($module:ident($($argument:ident),*))*) => {$(
        #[allow(missing_docs)]
        pub mod $module {
            use super::{AskStandardOf, Fell, NoReceiver};

            /// It is called where it is.
            pub trait InPlace<Arguments, Output> {
                /// Only its type counts.
                fn found_by_call(&self) -> Fell {
                    unreachable!()
                }
            }
            impl<Function, Output, $($argument),*> InPlace<($($argument,)*), Output>
                for AskStandardOf<Function>
            where
                Function: FnMut($($argument),*) -> Output,
            {
            }

            /// It is taken.
            pub trait Taken {
                /// Only its type counts.
                fn found_by_call(&self) -> NoReceiver {
                    unreachable!()
                }
            }
            impl<Function> Taken for &AskStandardOf<Function> {}
        }
    )*};
}

calls! {
    with_0()
    with_1(A)
    with_2(A, B)
    with_3(A, B, C)
    with_4(A, B, C, D)
    with_5(A, B, C, D, E)
    with_6(A, B, C, D, E, F)
    with_7(A, B, C, D, E, F, G)
    with_8(A, B, C, D, E, F, G, H)
}
