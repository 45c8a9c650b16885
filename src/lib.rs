//! Coroutines as pinned state-machine enums, on stable Rust, without `async`.
#![no_std]
#![forbid(unsafe_code)]

pub use coro_macros::coroutine;
#[doc(hidden)]
pub use coro_support::__private;
#[cfg(feature = "runtime")]
pub use coro_runtime as runtime;
