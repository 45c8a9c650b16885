//! What the output of `#[coroutine]` calls.
//!
//! A lowered function is a [`__private::Coroutine`]: a *frame* that holds the saved locals,
//! and one closure that resumes it. Nothing here allocates, and the crate is `no_std`; the feature
//! `alloc` adds the name of `Box`.
//!
//! The items are public because expansions name them; they are no interface for people and
//! follow no semantic versioning. Users depend on `coro`.
#![no_std]

#[cfg(feature = "alloc")]
extern crate alloc;

#[doc(hidden)]
pub mod __private;
