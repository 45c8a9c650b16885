//! Channels and locks between tasks.
//!
//! Those that are kept well elsewhere are re-exported: they know no runtime, so they work on
//! this one as on any other, between tasks of several runtimes, and between tasks and threads
//! (most have methods whose names end in `_blocking`).
//!
//! | tokio's name | here | from |
//! | --- | --- | --- |
//! | `oneshot` | [`oneshot::channel`] | `futures-channel` |
//! | `mpsc::channel` | [`mpsc::bounded`], whose receivers may be many | `async-channel` |
//! | `mpsc::unbounded_channel` | [`mpsc::unbounded`] | `async-channel` |
//! | `broadcast` | [`broadcast::broadcast`] | `async-broadcast` |
//! | `watch` | [`watch::channel`] | ours |
//! | `Mutex`, `RwLock`, `Semaphore`, `Barrier`, `OnceCell` | the same | `async-lock` |
//! | `Notify` | [`Event`], which stores no permit | `event-listener` |
//!
//! # Examples
//!
//! ```
//! use coro_runtime::spawn;
//! use coro_runtime::sync::{mpsc, oneshot};
//!
//! coro_runtime::block_on(async {
//!     let (requests, inbox) = mpsc::bounded::<(u32, oneshot::Sender<u32>)>(8);
//!     let server = spawn(async move {
//!         while let Ok((number, reply)) = inbox.recv().await {
//!             let _ = reply.send(number * number);
//!         }
//!     });
//!     let (reply, answer) = oneshot::channel();
//!     requests.send((12, reply)).await.unwrap();
//!     assert_eq!(answer.await, Ok(144));
//!     drop(requests);
//!     server.await.unwrap();
//! });
//! ```

pub mod watch;

pub use async_lock::{
    Barrier, BarrierWaitResult, Mutex, MutexGuard, MutexGuardArc, OnceCell, RwLock,
    RwLockReadGuard, RwLockUpgradableReadGuard, RwLockWriteGuard, Semaphore, SemaphoreGuard,
    SemaphoreGuardArc,
};
pub use event_listener::{Event, EventListener, Listener};

/// A channel for one value.
pub mod oneshot {
    pub use futures_channel::oneshot::{Canceled, Receiver, Sender, channel};
}

/// Queues from many senders to one receiver, or to many that share the messages.
pub mod mpsc {
    pub use async_channel::{
        Receiver, RecvError, SendError, Sender, TryRecvError, TrySendError, WeakReceiver,
        WeakSender, bounded, unbounded,
    };
}

/// Queues from which each receiver gets every message.
pub mod broadcast {
    pub use async_broadcast::{
        InactiveReceiver, Receiver, RecvError, SendError, Sender, TryRecvError, TrySendError,
        broadcast,
    };
}
