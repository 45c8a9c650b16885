//! Coroutines as pinned state-machine enums, on stable Rust, without `async`.
#![no_std]
#![forbid(unsafe_code)]

pub use coro_macros::coroutine;
#[doc(hidden)]
pub use coro_support::__private;
#[cfg(feature = "runtime")]
pub use coro_runtime as runtime;

/// Suspends the coroutine around it until a future is ready, and evaluates to its output.
///
/// Inside a function with [`#[coro::coroutine]`](macro@coroutine) it needs no import: the
/// attribute reads it. Anywhere else there is nothing to suspend, so it is an error that says so.
///
/// ```
/// #[coro::coroutine]
/// fn sum() -> u32 {
///     let first = wait!(std::future::ready(1));
///     first + wait!(std::future::ready(2))
/// }
/// ```
///
/// ```compile_fail
/// fn sum() -> u32 {
///     coro::wait!(std::future::ready(1))
/// }
/// ```
#[macro_export]
macro_rules! wait {
    ($($operand:tt)*) => {
        ::core::compile_error!(
            "`wait!` outside of a coroutine has nothing to suspend; \
             put `#[coro::coroutine]` on the function around it"
        )
    };
}
