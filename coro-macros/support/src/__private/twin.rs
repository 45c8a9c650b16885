//! The direct-style twin: the same body in which a suspension is a plain call.
//!
//! It is never run; it is there for rustc to check.
use core::future::{Future, IntoFuture};
use core::marker::PhantomData;
use core::pin::Pin;

/// A suspension as the twin sees it: an ordinary call that hands back the output. That is a parameter, so
/// that rustc says once what is no future.
pub fn wait<F: IntoFuture<Output = Output>, Output>(_: F) -> Output {
    unreachable!("a twin was run")
}

/// The future of an operand, in the machine: called in the same form as [`wait`].
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn awaited<F: IntoFuture<IntoFuture = Awaited>, Awaited>(operand: F) -> Awaited {
    operand.into_future()
}

/// Checks that a macro called `pin` is the standard one.
pub fn is_pinned<T: ?Sized>(_: &Pin<&mut T>) {}

/// Checks a body.
pub fn check<Output>(_: &OutputOf<Output>, _: impl FnOnce() -> Output) -> ! {
    unreachable!("a twin was run")
}

/// The type of what a body returns, lifetimes and all.
pub struct OutputOf<Output>(PhantomData<fn(Output) -> Output>);

/// A type that is still to be inferred.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn output<Output>() -> OutputOf<Output> {
    OutputOf(PhantomData)
}

/// Checks a block, which takes what it mentions as its argument. As a `fn` it cannot take anything
/// else.
pub fn check_block<Captured, Output>(
    _: &OutputOf<Output>,
    _: Captured,
    _: fn(Captured) -> Output,
) -> ! {
    unreachable!("a twin was run")
}

/// A block as an expression.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn future<Output, F: Future<Output = Output>>(coroutine: F) -> impl Future<Output = Output> {
    coroutine
}

/// Makes the future of a block inside of a coroutine from what it takes.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn with<Captured, F>(captured: Captured, block: impl FnOnce(Captured) -> F) -> F {
    block(captured)
}

/// What a function returns: a name for `!`, which stable Rust allows in a function's type only.
pub trait Returns {
    /// The output.
    type Output;
}
impl<Output> Returns for fn() -> Output {
    type Output = Output;
}

/// A value that has to be of a type.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn of_type<T>(value: T) -> T {
    value
}

/// Checks that what a pattern takes out of an array is copied.
pub fn is_copied<T: IsCopied>(_: &T) {}

/// What an array may hold that is taken apart. rustc drops the elements of such an array in reverse
/// wherever some may have been moved on another way, which the paths of a machine do not tell.
#[diagnostic::on_unimplemented(
    message = "an array that lives across a suspension is taken apart, and holds a value of type `{Self}`",
    label = "moved out of the array",
    note = "take it apart where it is made, or use its `into_iter`"
)]
pub trait IsCopied {}
impl<T: Copy> IsCopied for T {}

/// Whether what is taken out of a local may be missing when a macro gives the local a new value.
pub fn is_given<T: super::slot::Given>(_: &T) {}

/// What a macro returns that returns from the function around it.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn returned<Output>(body: impl FnOnce() -> Output) -> Output {
    body()
}

/// What an `ensure!` evaluates to that goes on. A `return` with another value than an error does
/// not have this type.
pub struct GoesOn(());

/// What an `ensure!` goes on with, in a function that returns a `Result`.
pub trait IsResult {
    /// Its errors.
    type Error;
}
impl<T, E> IsResult for Result<T, E> {
    type Error = E;
}

/// It goes on.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn goes_on<Output: IsResult>() -> Result<GoesOn, Output::Error> {
    Ok(GoesOn(()))
}

/// Runs an `ensure!`.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn ensured<Error>(body: impl FnOnce() -> Result<GoesOn, Error>) -> Result<GoesOn, Error> {
    body()
}
