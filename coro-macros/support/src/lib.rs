//! x
#![no_std]
#[doc(hidden)]
pub mod __private {}
