//! Coroutines as pinned state-machine enums, on stable Rust, without `async`.
//!
//! [`#[coro::coroutine]`](macro@coroutine) turns a function into a state machine that is a
//! [`Future`]. It is written like the `async fn` that it replaces, behaves
//! like it to the last drop, and runs on any executor; [`runtime`] has one.
//!
//! ```
//! use coro::runtime::time::sleep;
//! use coro::runtime::{block_on, join_all};
//! use std::time::Duration;
//!
//! #[coro::coroutine]
//! fn message(text: &str, delay: u64) -> String {
//!     wait!(sleep(Duration::from_millis(delay)));
//!     text.to_uppercase()
//! }
//!
//! #[coro::coroutine]
//! fn both() -> Vec<String> {
//!     wait!(join_all([message("one", 20), message("two", 10)]))
//! }
//!
//! assert_eq!(block_on(both()), ["ONE", "TWO"]);
//! ```
//!
//! The attribute is written with its path: the language keeps the bare name `coroutine` for an
//! unstable attribute of its own, and calls it ambiguous after a `use`.
//!
//! # Features
//!
//! - `runtime` (on by default): the executor, reactor, timers and sockets of [`runtime`]. Without
//!   it the crate is `no_std`, and allocates nothing.
//! - `alloc` (part of `runtime`): coroutines that are boxed, without the standard library.
#![no_std]
#![forbid(unsafe_code)]

/// Lowers a function into a pinned state machine that is a [`Future`].
///
/// `fn f() -> T` with `wait!(future)`, or `async fn f() -> T` with `future.await`: both become
/// `fn f() -> impl Future<Output = T>`. Nothing runs before the first poll. Free functions and
/// methods with any receiver, generic or not, can be annotated; on a function of a trait without a
/// body the attribute rewrites the declaration.
///
/// The future is [`Send`] exactly when what it keeps across suspensions is, and is never
/// [`Unpin`]. It neither allocates nor boxes, unless it is told to:
///
/// # Options
///
/// - `#[coro::coroutine(Send)]` says in the signature that the future is [`Send`]: it is an error
///   at the definition if it is not. In a trait, callers may then rely on it for every
///   implementation.
/// - `#[coro::coroutine(boxed)]` returns a `Pin<Box<dyn Future<Output = T> + '_>>`, that lives as
///   long as what the arguments borrow. So a coroutine may wait for itself, and a trait with it may
///   be made into an object. It is not [`Send`], unless both options are given. A lifetime that a
///   type hides in the signature has to be shown, as in `Formatter<'_>`. Needs the feature `alloc`.
/// - `#[coro::coroutine(direct = name)]` makes the same source a plain function as well, in *direct
///   style*: `fn name(…) -> T`, with the visibility, attributes and generics of the coroutine, in
///   traits and their implementations too. Where the coroutine suspends, it waits where it is called, as
///   [`direct::wait`](runtime::fiber::direct::wait) does: it parks a thread, it suspends a fiber, and in
///   a task of a runtime, which it would block, it panics. A `static` in the body would be there
///   twice, so it has to stand outside. Needs the feature `runtime`.
///
/// # Panics
///
/// A poll of the future after it has returned, or after it has panicked, panics with the
/// function's name.
///
/// # Examples
///
/// A buffer is borrowed while the coroutine waits, and no type is written:
///
/// ```
/// use coro::runtime::net::TcpStream;
///
/// #[coro::coroutine]
/// async fn first_line(stream: &mut TcpStream) -> std::io::Result<String> {
///     let mut line = Vec::new();
///     let mut byte = [0];
///     while stream.read(&mut byte).await? == 1 && byte != *b"\n" {
///         line.extend_from_slice(&byte);
///     }
///     Ok(String::from_utf8_lossy(&line).into_owned())
/// }
/// ```
///
/// A box in the cycle, and a coroutine may wait for itself:
///
/// ```
/// # use coro::runtime::block_on;
/// #[coro::coroutine(boxed)]
/// fn factorial(number: u64) -> u64 {
///     if number == 0 { 1 } else { number * wait!(factorial(number - 1)) }
/// }
///
/// assert_eq!(block_on(factorial(5)), 120);
/// ```
///
/// The same source for tasks, for threads and for fibers:
///
/// ```
/// use coro::runtime::fiber::spawn_fiber;
/// use coro::runtime::{block_on, yield_now};
///
/// #[coro::coroutine(direct = sum_directly)]
/// fn sum(numbers: &[u32]) -> u32 {
///     let mut sum = 0;
///     for number in numbers {
///         wait!(yield_now());
///         sum += number;
///     }
///     sum
/// }
///
/// assert_eq!(block_on(sum(&[1, 2, 3])), 6);
/// assert_eq!(sum_directly(&[1, 2, 3]), 6);
/// let on_a_fiber = block_on(async { spawn_fiber(|| sum_directly(&[1, 2, 3])).await });
/// assert_eq!(on_a_fiber.unwrap(), 6);
/// ```
///
/// What rustc would reject across a plain call, it rejects across a suspension:
///
/// ```compile_fail,E0502
/// #[coro::coroutine]
/// fn grow(list: &mut Vec<u32>) -> u32 {
///     let first = &list[0];
///     wait!(std::future::ready(()));
///     list.push(1);
///     *first
/// }
/// ```
pub use coro_macros::coroutine;
/// Makes a future of a block, as `async move { … }` does.
///
/// In the block, `wait!(future)` and `future.await` suspend, `return` and `?` leave it, and its
/// type is inferred. It has what [`#[coro::coroutine]`](macro@coroutine) gives: it is [`Send`]
/// exactly when what it keeps is, it neither allocates nor boxes, and nothing runs before the first
/// poll.
///
/// The block takes each local that it mentions by value, and whole: of `point.x` it takes `point`.
/// A name that it only calls is taken for a function; a closure from outside is called as
/// `(closure)(…)`. What it takes it may change, declared `mut` or not. Locals with upper-case names, and what only the string of a macro that is not the
/// standard library's names, cannot be taken. A function with type parameters that returns such a
/// future may have to name a lifetime which they outlive, as in `T: 'a`.
///
/// # Panics
///
/// A poll of the future after it has returned, or after it has panicked, panics.
///
/// # Examples
///
/// ```
/// use coro::runtime::{block_on, join_all};
///
/// let words = ["one", "two", "three"];
/// let lengths = join_all(words.map(|word| {
///     coro::future! {
///         let text = wait!(std::future::ready(word));
///         text.len()
///     }
/// }));
/// assert_eq!(block_on(lengths), [3, 3, 5]);
/// ```
pub use coro_macros::future;
#[cfg(feature = "runtime")]
pub use coro_runtime as runtime;
#[doc(hidden)]
pub use coro_support::__private;

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

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
