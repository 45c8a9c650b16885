//! Tasks: one allocation each, and the sets and queues that hold them.
//!
//! This module and its children hold all the `unsafe` code of the crate. What they export
//! is safe to use in any order.
//!
//! # One task in memory
//!
//! ```text
//!             ┌──────────────────────────── header, 64 bytes ─────────────────────────────┐
//! pointer ──> │ state │ table │ shared │ queue link │ owner's links (2) │ joiner's waker │
//!             ├──────────────────────────────────────────────────────────────────────────┤
//!             │ stage: the future until COMPLETED, the output after it (one place)        │
//!             └──────────────────────────────────────────────────────────────────────────┘
//! ```
//!
//! # Who may touch which field
//!
//! | field | who | when |
//! | --- | --- | --- |
//! | `state` | anybody | always, atomically |
//! | `table`, `shared` | anybody | always; they never change |
//! | `queue_link` | the holder of the task's one [`Runnable`], or the queue it is in | while SCHEDULED |
//! | `owner_links` | the thread of the [`TaskSet`] | while it is linked |
//! | `join_waker` | the joiner | to write while JOIN_WAKER is clear |
//! | `join_waker` | the joiner and whoever completes the task | to read while JOIN_WAKER is set |
//! | `stage` as future | the thread of the [`TaskSet`] | while RUNNING |
//! | `stage` as output | whoever completes the task | until it sets COMPLETED, and after that if JOIN_INTEREST was clear |
//! | `stage` as output | the joiner | after COMPLETED, if JOIN_INTEREST was set at that moment |
//!
//! So a future is polled and dropped by its executor's thread only, whichever thread drops
//! the last waker: that is why `spawn_local` may take one that is not [`Send`]. (A task that
//! is spawned into a runtime that has shut down is dropped by the spawning thread; only
//! `Send` futures can get there.)
//!
//! # Who keeps a task alive
//!
//! A counted reference is held by the set of owned tasks until the task is completed (before
//! it is linked there: by the injected [`Runnable`]), by the join handle, by each abort
//! handle, and by each waker.
//! Queues hold none: a task in a queue is not completed, so its set still owns it.

mod abort;
mod cell;
mod join;
mod queue;
mod set;
mod state;
mod waker;

pub use abort::AbortHandle;
pub use join::{JoinError, JoinHandle};
pub(crate) use queue::{Inject, Runnable};
pub(crate) use set::{TaskSet, spawn_remote};
