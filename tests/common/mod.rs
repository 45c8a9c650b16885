//! The differential test harness.
//!
//! A body is written once, by [`same!`], and compiled twice: by rustc as the `async fn` that
//! it is, and by `#[coro::coroutine]`. The runner then drives both through every scenario it can
//! think of and demands the same log of events:
//!
//! ```text
//!   completed            polled until ready
//!   cancelled            polled k times, then dropped, for every k from none on
//!   panic in a step      at every logged step, then dropped
//!   panic in a drop      at every drop of the completed run
//!   panic in a cancel    at every drop of every cancellation
//!   polled again         after completion, and after each of the panics above
//! ```
//!
//! The body in direct style, called on a thread and on a fiber, has to log the same in all of these
//! that it can: it has no future that is polled again, and a fiber unwinds when it is cancelled, so
//! that no drop can panic then.
//!
//! `Send` must agree as well, and the coroutine's future may not be the larger one. Set
//! `CORO_SIZES` to have each test print a line with both sizes:
//!
//! ```text
//!   CORO_SIZES=1 cargo test --tests -- --nocapture | grep '^size'
//! ```
//!
//! - `log`: the events, the steps at which a panic can be injected, and values that log
//!   their own drop
//! - `leaf`: futures that really return `Pending`
//! - `runner`: the scenarios, and in `runner/direct` those of direct style
//! - `native`: rustc's own `async move { … }`, by the name of ours
//! - `same`: the macro
// Each test binary includes this module whole and uses a part of it.
#![allow(dead_code, unused_imports, unused_macros)]

mod leaf;
mod log;
mod native;
mod runner;
mod same;

pub(crate) use leaf::{Act, Pend, Source};
pub(crate) use log::{Fault, Log, Noisy};
pub(crate) use native::future as native_future;
pub(crate) use runner::{
    Claims, Direct, Probe, ProbeFallback, Start, Subject, check, check_direct, compare,
};
pub(crate) use same::{same, with_direct_style, without_attribute};
