//! The runtime of the `coro` crate: executor, reactor, timers, sockets and an HTTP client.
//!
//! One [`Runtime`] is one thread that runs tasks, and sleeps in epoll when none is ready; a
//! [`MultiThreadRuntime`] is several, that take tasks from each other.
//! Nothing is global: a process may have as many runtimes as it likes. Futures of any origin
//! run on it, hand-written ones, `async fn` and `#[coroutine]` alike.
//!
//! # Examples
//!
//! ```
//! use coro_runtime::time::sleep;
//! use coro_runtime::{block_on, join_all};
//! use std::time::{Duration, Instant};
//!
//! async fn message(text: &str, delay: Duration) -> String {
//!     sleep(delay).await;
//!     text.to_uppercase()
//! }
//!
//! let start = Instant::now();
//! let delay = Duration::from_millis(50);
//! let all = block_on(join_all((0..100).map(|_| message("hello", delay))));
//! assert_eq!(all, ["HELLO"; 100]);
//! assert!(start.elapsed() < 100 * delay, "they waited together");
//! ```
//!
//! # Where the unsafe code is
//!
//! In `coro-sys`, which wraps the system calls; in the private module `task`, whose documentation
//! states who may touch which field of a task and when; and in [`fiber`], whose documentation
//! says why it is sound. With the feature `hyper` there is one call more, which tells hyper how much
//! of its buffer is filled.

// What `#[coro::coroutine]` makes names `::coro::__private`, as in any user's crate. This one
// stands below `coro`, so it offers itself under that name.
extern crate self as coro;

use coro_macros::coroutine;
use coro_support::__private;

mod blocking;
mod blocking_io;
mod budget;
mod builder;
/// What the macros of this crate expand to.
#[doc(hidden)]
pub mod combine;
mod context;
mod driver;
mod executor;
pub mod fiber;
pub mod fs;
pub mod http;
#[cfg(any(feature = "tokio", feature = "hyper"))]
pub mod interop;
pub mod io;
mod join_all;
mod join_set;
mod multi;
pub mod net;
pub mod process;
mod runtime;
mod shared;
pub mod signal;
mod stdio;
pub mod sync;
#[allow(unsafe_code)]
mod task;
pub mod time;
mod yield_now;

pub use builder::Builder;
pub use join_all::{JoinAll, TryJoinAll, join_all, try_join_all};

pub use join_set::JoinSet;
pub use multi::MultiThreadRuntime;
pub use runtime::{EnterGuard, Handle, Runtime, block_on, spawn, spawn_blocking, spawn_local};
pub use task::{AbortHandle, JoinError, JoinHandle};
pub use yield_now::{YieldNow, yield_now};
