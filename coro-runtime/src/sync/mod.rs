//! Tasks that wait for each other: channels, locks, events.
//!
//! None of these belongs to a runtime: each works in any, and between two. Most are those of
//! crates that are well kept and made for no runtime in particular, and are gathered here so
//! that one need not look for them; ours is what no such crate has:
//!
//! | what | from |
//! | --- | --- |
//! | [`Mutex`], [`RwLock`], [`Semaphore`], [`Barrier`], [`OnceCell`] | `async-lock` |
//! | [`channel`]: bounded or not, many senders and many receivers | `async-channel` |
//! | [`mpsc`]: the same with one receiver, which costs less than half as much | `futures-channel` |
//! | [`oneshot`]: one value | `futures-channel` |
//! | [`broadcast`]: each receiver gets each value | `async-broadcast` |
//! | [`Event`]: wakes one, some or all who wait | `event-listener` |
//! | [`Notify`]: the same, and a notice that nobody waits for is kept | ours |
//! | [`watch`]: a value that changes, of which receivers see the latest | ours |
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

mod notify;
pub mod watch;

use std::time::Instant;

pub use async_broadcast as broadcast;
pub use async_channel as channel;
pub use async_lock::{
    Barrier, BarrierWaitResult, Mutex, MutexGuard, OnceCell, RwLock, RwLockReadGuard,
    RwLockWriteGuard, Semaphore, SemaphoreGuard,
};
pub use event_listener::{Event, EventListener};
pub use futures_channel::{mpsc, oneshot};
pub use notify::{Notified, Notify};

/// Locks a mutex of data that a panic cannot leave half-changed, poisoned or not.
pub(crate) fn lock<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Waits until the data are `done`, or until `deadline`. Whether they are done.
pub(crate) fn wait_until<T>(
    condition: &std::sync::Condvar,
    guard: std::sync::MutexGuard<'_, T>,
    deadline: Option<Instant>,
    done: impl Fn(&T) -> bool,
) -> bool {
    let Some(deadline) = deadline else {
        drop(condition.wait_while(guard, |data| !done(data)));
        return true;
    };
    let left = deadline.saturating_duration_since(Instant::now());
    let (guard, result) = condition
        .wait_timeout_while(guard, left, |data| !done(data))
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    drop(guard);
    !result.timed_out()
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
