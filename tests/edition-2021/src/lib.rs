//! Only tests.
//!
//! What a temporary at the end of the body borrows has to outlive it, and locals do not:
//!
//! ```compile_fail,E0597
//! # use std::cell::RefCell;
//! #[coro::coroutine]
//! fn body() -> usize {
//!     let cell = RefCell::new(String::from("text"));
//!     cell.borrow().len() + wait!(std::future::ready(1))
//! }
//! ```
