//! Tasks: one allocation each, and the sets and queues that hold them.
//!
//! This module and its children hold all the `unsafe` code of the crate. What they export
//! is safe to use in any order.
//!
//! # One task in memory
//!
//! ```text
//!             ┌──────────────────────────── header, 64 bytes ─────────────────────────────┐
//! pointer ──> │ owner's links (2) │ joiner's waker │ shared │ table │ state │ queue link │
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
//! | `owner_links` | the thread of the [`TaskSet`], or who holds the lock in [`Owned`] | while it is linked |
//! | `join_waker` | the joiner | to write while JOIN_WAKER is clear |
//! | `join_waker` | the joiner and whoever completes the task | to read while JOIN_WAKER is set |
//! | `stage` as future | who has started the task, on the thread of the [`TaskSet`] or on any worker | until it clears RUNNING or queues the task again |
//! | `stage` as output | whoever completes the task | until it sets COMPLETED, and after that if JOIN_INTEREST was clear |
//! | `stage` as output | the joiner | after COMPLETED, if JOIN_INTEREST was set at that moment |
//!
//! So the future of a current-thread runtime is polled and dropped by that thread only,
//! whichever thread drops the last waker: that is why `spawn_local` may take one that is not
//! [`Send`]. (A task that is spawned into a runtime that has shut down is dropped by the
//! spawning thread; only `Send` futures can get there.) The workers of a multi-thread runtime
//! poll by turns: SCHEDULED and RUNNING let one at a time.
//!
//! # Who keeps a task alive
//!
//! A counted reference is held by the owner until the task is completed, by the join handle,
//! by each abort handle, and by each waker. The owner is a [`TaskSet`] (before the task is linked there, the injected
//! [`Runnable`]), the list [`Owned`], or a [`BlockingTask`]. Queues hold none: a task in a queue
//! is not completed, so it still has its owner.

mod abort;
mod blocking;
mod cell;
mod global;
mod join;
mod owned;
mod queue;
mod ring;
mod set;
mod state;
mod waker;

pub use abort::AbortHandle;
pub(crate) use blocking::{BlockingTask, blocking};
pub(crate) use global::Global;
pub use join::{JoinError, JoinHandle};
pub(crate) use owned::Owned;
pub(crate) use queue::{Inject, Runnable};
pub(crate) use ring::{Local, Slot, Stealer, ring};
pub(crate) use set::{TaskSet, spawn_remote};
