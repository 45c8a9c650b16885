//! What the output of `#[coroutine]` calls.
//!
//! A lowered function is a [`__private::Coroutine`]: a *frame* that holds the saved locals,
//! and one closure that resumes it. Nothing here allocates, and the crate is `no_std`; the features
//! `alloc` and `std` add names of these crates.
//!
//! The items are public because expansions name them; they are no interface for people and
//! follow no semantic versioning. Users depend on `coro`.
#![no_std]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

#[doc(hidden)]
pub mod __private;
