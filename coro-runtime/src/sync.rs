//! Tasks that wait for each other: channels, locks, events.
//!
//! None of these belongs to a runtime: each works in any, and between two. They are those of
//! crates that are well kept and made for no runtime in particular, and are gathered here so
//! that one need not look for them:
//!
//! | what | from |
//! | --- | --- |
//! | [`Mutex`], [`RwLock`], [`Semaphore`], [`Barrier`], [`OnceCell`] | `async-lock` |
//! | [`channel`]: bounded or not, many senders and many receivers | `async-channel` |
//! | [`oneshot`]: one value | `futures-channel` |
//! | [`broadcast`]: each receiver gets each value | `async-broadcast` |
//! | [`Event`]: wakes one, some or all who wait | `event-listener` |
//!
//! # Examples
//!
//! ```
//! use coro_runtime::sync::{channel, oneshot};
//!
//! coro_runtime::block_on(async {
//!     let (requests, incoming) = channel::bounded::<(u32, oneshot::Sender<u32>)>(8);
//!     coro_runtime::spawn(async move {
//!         while let Ok((number, reply)) = incoming.recv().await {
//!             let _ = reply.send(number * number);
//!         }
//!     });
//!     let (reply, answer) = oneshot::channel();
//!     requests.send((7, reply)).await.unwrap();
//!     assert_eq!(answer.await.unwrap(), 49);
//! });
//! ```

pub use async_broadcast as broadcast;
pub use async_channel as channel;
pub use async_lock::{
    Barrier, BarrierWaitResult, Mutex, MutexGuard, OnceCell, RwLock, RwLockReadGuard,
    RwLockWriteGuard, Semaphore, SemaphoreGuard,
};
pub use event_listener::{Event, EventListener};
pub use futures_channel::oneshot;

/// Locks a mutex of data that a panic cannot leave half-changed, poisoned or not.
pub(crate) fn lock<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The standard library's primitives, or those of loom, which tries all orders in which
/// threads can run. Used where there is a model: `RUSTFLAGS="--cfg coro_loom" cargo test
/// --release --lib models`. (Not `--cfg loom`, which other crates listen to.)
pub(crate) mod primitive {
    #[cfg(all(test, coro_loom))]
    pub(crate) use loom::sync::{Condvar, Mutex, MutexGuard, atomic};
    use std::sync::PoisonError;
    #[cfg(not(all(test, coro_loom)))]
    pub(crate) use std::sync::{Condvar, Mutex, MutexGuard, atomic};

    /// Locks a mutex of data that a panic cannot leave half-changed, poisoned or not.
    pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
