//! `?` where it cannot be left to rustc.
//!
//! In the body of a resume closure `?` would return from the closure, whose type is a `Poll`.
//! The traits behind the operator are unstable, but their implementors are a closed set on
//! stable Rust, so the set is mirrored here, conversion by `From` included.
use core::convert::Infallible;
use core::ops::ControlFlow;
use core::task::Poll;

/// What `?` can be applied to: the mirror of `core::ops::Try`.
#[diagnostic::on_unimplemented(
    message = "the `?` operator can only be applied to values that implement `Try`",
    label = "the `?` operator cannot be applied to type `{Self}`"
)]
pub trait Attempt {
    /// The value on the way on.
    type Output;
    /// What is left on the way out.
    type Residual;
    /// Decides which way.
    fn branch(self) -> ControlFlow<Self::Residual, Self::Output>;
}

/// What `?` can return from: the mirror of `core::ops::FromResidual`.
#[diagnostic::on_unimplemented(
    message = "the `?` operator cannot be used in a coroutine that returns `{Self}`",
    label = "cannot use the `?` operator in a coroutine that returns `{Self}`"
)]
pub trait FromAttempt<Residual> {
    /// The function's output from what is left.
    fn from_residual(residual: Residual) -> Self;
}

impl<T> Attempt for Option<T> {
    type Output = T;
    type Residual = Option<Infallible>;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn branch(self) -> ControlFlow<Self::Residual, T> {
        match self {
            Some(value) => ControlFlow::Continue(value),
            None => ControlFlow::Break(None),
        }
    }
}
impl<T> FromAttempt<Option<Infallible>> for Option<T> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn from_residual(_: Option<Infallible>) -> Self {
        None
    }
}

impl<T, E> Attempt for Result<T, E> {
    type Output = T;
    type Residual = Result<Infallible, E>;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn branch(self) -> ControlFlow<Self::Residual, T> {
        match self {
            Ok(value) => ControlFlow::Continue(value),
            Err(error) => ControlFlow::Break(Err(error)),
        }
    }
}
impl<T, E, F: From<E>> FromAttempt<Result<Infallible, E>> for Result<T, F> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn from_residual(residual: Result<Infallible, E>) -> Self {
        match residual {
            Err(error) => Err(From::from(error)),
            Ok(never) => match never {},
        }
    }
}

impl<B, C> Attempt for ControlFlow<B, C> {
    type Output = C;
    type Residual = ControlFlow<B, Infallible>;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn branch(self) -> ControlFlow<Self::Residual, C> {
        match self {
            ControlFlow::Continue(value) => ControlFlow::Continue(value),
            ControlFlow::Break(value) => ControlFlow::Break(ControlFlow::Break(value)),
        }
    }
}
impl<B, C> FromAttempt<ControlFlow<B, Infallible>> for ControlFlow<B, C> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn from_residual(residual: ControlFlow<B, Infallible>) -> Self {
        match residual {
            ControlFlow::Break(value) => ControlFlow::Break(value),
            ControlFlow::Continue(never) => match never {},
        }
    }
}

impl<T, E> Attempt for Poll<Result<T, E>> {
    type Output = Poll<T>;
    type Residual = Result<Infallible, E>;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn branch(self) -> ControlFlow<Self::Residual, Poll<T>> {
        match self {
            Poll::Ready(Ok(value)) => ControlFlow::Continue(Poll::Ready(value)),
            Poll::Ready(Err(error)) => ControlFlow::Break(Err(error)),
            Poll::Pending => ControlFlow::Continue(Poll::Pending),
        }
    }
}
impl<T, E, F: From<E>> FromAttempt<Result<Infallible, E>> for Poll<Result<T, F>> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn from_residual(residual: Result<Infallible, E>) -> Self {
        Poll::Ready(FromAttempt::from_residual(residual))
    }
}

impl<T, E> Attempt for Poll<Option<Result<T, E>>> {
    type Output = Poll<Option<T>>;
    type Residual = Result<Infallible, E>;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn branch(self) -> ControlFlow<Self::Residual, Poll<Option<T>>> {
        match self {
            Poll::Ready(Some(Ok(value))) => ControlFlow::Continue(Poll::Ready(Some(value))),
            Poll::Ready(Some(Err(error))) => ControlFlow::Break(Err(error)),
            Poll::Ready(None) => ControlFlow::Continue(Poll::Ready(None)),
            Poll::Pending => ControlFlow::Continue(Poll::Pending),
        }
    }
}
impl<T, E, F: From<E>> FromAttempt<Result<Infallible, E>> for Poll<Option<Result<T, F>>> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn from_residual(residual: Result<Infallible, E>) -> Self {
        Poll::Ready(Some(FromAttempt::from_residual(residual)))
    }
}

/// What rustc has refused in the twin is not refused once more: `?` where an output cannot hold what is
/// left.
macro_rules! refused_already {
    ($([$($parameter:ident)*] $residual:ty => $output:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($parameter),*> FromAttempt<$residual> for $output {
            fn from_residual(_: $residual) -> Self {
                unreachable!("rustc has refused the twin")
            }
        }
    )*};
}
refused_already! {
    [] Option<Infallible> => ();
    [E] Result<Infallible, E> => ();
    [B] ControlFlow<B, Infallible> => ();
    [T E] Option<Infallible> => Result<T, E>;
    [T E] Result<Infallible, E> => Option<T>;
}
