//! A value that one task changes and others follow.
//!
//! A receiver sees the latest value only: what was replaced before it looked is gone.
//!
//! # Examples
//!
//! ```
//! use coro_runtime::spawn;
//! use coro_runtime::sync::watch;
//!
//! coro_runtime::block_on(async {
//!     let (sender, mut receiver) = watch::channel("starting");
//!     let follower = spawn(async move {
//!         let mut seen = vec![*receiver.borrow_and_update()];
//!         while receiver.changed().await.is_ok() {
//!             seen.push(*receiver.borrow_and_update());
//!         }
//!         seen
//!     });
//!     coro_runtime::yield_now().await;
//!     sender.send("running").unwrap();
//!     coro_runtime::yield_now().await;
//!     drop(sender);
//!     assert_eq!(follower.await.unwrap(), ["starting", "running"]);
//! });
//! ```

use std::fmt;
use std::mem;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use event_listener::Event;

/// Makes a channel that holds `value`, which the receiver has seen.
///
/// # Examples
///
/// ```
/// let (sender, receiver) = coro_runtime::sync::watch::channel(1);
/// sender.send(2).unwrap();
/// assert_eq!(*receiver.borrow(), 2);
/// ```
#[must_use]
pub fn channel<T>(value: T) -> (Sender<T>, Receiver<T>) {
    let shared = Arc::new(Shared {
        value: RwLock::new(value),
        version: AtomicU64::new(0),
        is_closed: AtomicBool::new(false),
        receivers: AtomicUsize::new(1),
        changed: Event::new(),
        abandoned: Event::new(),
    });
    let sender = Sender {
        shared: Arc::clone(&shared),
    };
    (sender, Receiver { shared, seen: 0 })
}

struct Shared<T> {
    value: RwLock<T>,
    /// Counts the changes; raised while the lock is held for writing.
    version: AtomicU64,
    /// The sender is gone.
    is_closed: AtomicBool,
    receivers: AtomicUsize,
    /// The version was raised, or the sender is gone.
    changed: Event,
    /// The last receiver is gone.
    abandoned: Event,
}

impl<T> Shared<T> {
    fn borrow(&self) -> Borrowed<'_, T> {
        // A panic of the closure of `send_modify` may leave any value, but a valid one.
        let guard = self.value.read().unwrap_or_else(PoisonError::into_inner);
        Borrowed { guard }
    }
}

/// The end that changes the value. Dropping it closes the channel.
///
/// # Examples
///
/// See [the module](crate::sync::watch).
pub struct Sender<T> {
    shared: Arc<Shared<T>>,
}

impl<T> Sender<T> {
    /// Replaces the value, and wakes the receivers.
    ///
    /// # Errors
    ///
    /// [`SendError`] with the value when there is no receiver; the old one stays.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::sync::watch;
    ///
    /// let (sender, receiver) = watch::channel(1);
    /// sender.send(2).unwrap();
    /// drop(receiver);
    /// assert_eq!(sender.send(3).unwrap_err().0, 3);
    /// assert_eq!(*sender.borrow(), 2);
    /// ```
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        if self.receiver_count() == 0 {
            return Err(SendError(value));
        }
        self.send_replace(value);
        Ok(())
    }

    /// Replaces the value, whether there are receivers or not, and returns the old one.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::sync::watch;
    ///
    /// let (sender, _receiver) = watch::channel(1);
    /// assert_eq!(sender.send_replace(2), 1);
    /// ```
    pub fn send_replace(&self, value: T) -> T {
        let mut value = value;
        self.send_modify(|current| mem::swap(current, &mut value));
        value
    }

    /// Changes the value in place, and wakes the receivers.
    ///
    /// The closure runs under the lock of the value: it must not use this channel.
    ///
    /// # Panics
    ///
    /// When `modify` does; the receivers are told of the change then too.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::sync::watch;
    ///
    /// let (sender, receiver) = watch::channel(vec![1]);
    /// sender.send_modify(|list| list.push(2));
    /// assert_eq!(*receiver.borrow(), [1, 2]);
    /// ```
    pub fn send_modify(&self, modify: impl FnOnce(&mut T)) {
        /// Tells the receivers, after the lock is released.
        struct Tell<'a>(&'a Event);
        impl Drop for Tell<'_> {
            fn drop(&mut self) {
                self.0.notify(usize::MAX);
            }
        }
        let _tell = Tell(&self.shared.changed);
        let lock = self.shared.value.write();
        let mut value = lock.unwrap_or_else(PoisonError::into_inner);
        self.shared.version.fetch_add(1, Ordering::SeqCst);
        modify(&mut value);
    }

    /// The present value.
    ///
    /// It is locked until what is returned is dropped: do not hold it across a suspension.
    pub fn borrow(&self) -> Borrowed<'_, T> {
        self.shared.borrow()
    }

    /// Another receiver, which has seen the present value.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::sync::watch;
    ///
    /// let (sender, receiver) = watch::channel(1);
    /// drop(receiver);
    /// let late = sender.subscribe();
    /// assert_eq!(late.has_changed(), Ok(false));
    /// ```
    #[must_use]
    pub fn subscribe(&self) -> Receiver<T> {
        self.shared.receivers.fetch_add(1, Ordering::SeqCst);
        Receiver {
            seen: self.shared.version.load(Ordering::SeqCst),
            shared: Arc::clone(&self.shared),
        }
    }

    /// How many receivers there are.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::sync::watch;
    ///
    /// let (sender, receiver) = watch::channel(1);
    /// let other = receiver.clone();
    /// assert_eq!(sender.receiver_count(), 2);
    /// ```
    #[must_use]
    pub fn receiver_count(&self) -> usize {
        self.shared.receivers.load(Ordering::SeqCst)
    }

    /// Waits until there is no receiver.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::sync::watch;
    ///
    /// coro_runtime::block_on(async {
    ///     let (sender, receiver) = watch::channel(1);
    ///     coro_runtime::spawn(async move { drop(receiver) });
    ///     sender.closed().await;
    /// });
    /// ```
    #[coro::coroutine]
    pub async fn closed(&self) {
        while self.receiver_count() > 0 {
            let listener = self.shared.abandoned.listen();
            // It may have happened before there was a listener.
            if self.receiver_count() > 0 {
                listener.await;
            }
        }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.shared.is_closed.store(true, Ordering::SeqCst);
        self.shared.changed.notify(usize::MAX);
    }
}

impl<T: fmt::Debug> fmt::Debug for Sender<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Sender")
            .field("value", &*self.borrow())
            .finish_non_exhaustive()
    }
}

/// An end that follows the value.
///
/// # Examples
///
/// See [the module](crate::sync::watch).
pub struct Receiver<T> {
    shared: Arc<Shared<T>>,
    /// The version that [`changed`](Receiver::changed) waits to be replaced.
    seen: u64,
}

impl<T> Receiver<T> {
    /// The present value, which does not count as seen.
    ///
    /// It is locked until what is returned is dropped: do not hold it across a suspension.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, receiver) = coro_runtime::sync::watch::channel(1);
    /// sender.send(2).unwrap();
    /// assert_eq!((*sender.borrow(), *receiver.borrow()), (2, 2));
    /// ```
    pub fn borrow(&self) -> Borrowed<'_, T> {
        self.shared.borrow()
    }

    /// The present value, which counts as seen; else like [`borrow`](Receiver::borrow).
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::sync::watch;
    ///
    /// let (sender, mut receiver) = watch::channel(1);
    /// sender.send(2).unwrap();
    /// assert_eq!(*receiver.borrow_and_update(), 2);
    /// assert_eq!(receiver.has_changed(), Ok(false));
    /// ```
    pub fn borrow_and_update(&mut self) -> Borrowed<'_, T> {
        let value = self.shared.borrow();
        self.seen = self.shared.version.load(Ordering::SeqCst);
        value
    }

    /// Whether there is a value that was not seen.
    ///
    /// # Errors
    ///
    /// [`Closed`] when there is none, and the sender is gone.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::sync::watch;
    ///
    /// let (sender, receiver) = watch::channel(1);
    /// assert_eq!(receiver.has_changed(), Ok(false));
    /// sender.send(2).unwrap();
    /// drop(sender);
    /// assert_eq!(receiver.has_changed(), Ok(true), "what was sent before the end is seen");
    /// ```
    pub fn has_changed(&self) -> Result<bool, Closed> {
        // In this order: what was sent before the end is not missed.
        let is_closed = self.shared.is_closed.load(Ordering::SeqCst);
        let has_changed = self.shared.version.load(Ordering::SeqCst) != self.seen;
        if is_closed && !has_changed {
            return Err(Closed(()));
        }
        Ok(has_changed)
    }

    /// Waits until there is a value that was not seen, and counts it as seen.
    ///
    /// Dropping the future before it is ready loses no change.
    ///
    /// # Errors
    ///
    /// [`Closed`] when there is none, and the sender is gone.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::sync::watch;
    ///
    /// coro_runtime::block_on(async {
    ///     let (sender, mut receiver) = watch::channel(1);
    ///     coro_runtime::spawn(async move { sender.send(2) });
    ///     assert!(receiver.changed().await.is_ok());
    ///     assert_eq!(*receiver.borrow(), 2);
    ///     assert!(receiver.changed().await.is_err(), "the sender is gone");
    /// });
    /// ```
    #[coro::coroutine]
    pub async fn changed(&mut self) -> Result<(), Closed> {
        while !self.has_changed()? {
            let listener = self.shared.changed.listen();
            // It may have happened before there was a listener.
            if !self.has_changed()? {
                listener.await;
            }
        }
        self.seen = self.shared.version.load(Ordering::SeqCst);
        Ok(())
    }

    /// Waits until the value satisfies `condition`, and counts it as seen.
    ///
    /// # Errors
    ///
    /// [`Closed`] when it does not, and the sender is gone.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::sync::watch;
    ///
    /// coro_runtime::block_on(async {
    ///     let (sender, mut receiver) = watch::channel(1);
    ///     coro_runtime::spawn(async move {
    ///         for number in 2..10 {
    ///             sender.send_replace(number);
    ///             coro_runtime::yield_now().await;
    ///         }
    ///     });
    ///     assert_eq!(receiver.wait_for(|number| *number > 4).await, Ok(()));
    ///     assert!(*receiver.borrow() > 4);
    ///     assert!(receiver.wait_for(|number| *number > 10).await.is_err());
    /// });
    /// ```
    #[coro::coroutine]
    pub async fn wait_for<C: FnMut(&T) -> bool>(&mut self, mut condition: C) -> Result<(), Closed> {
        loop {
            let holds = {
                let value = self.borrow_and_update();
                condition(&value)
            };
            if holds {
                return Ok(());
            }
            self.changed().await?;
        }
    }
}

impl<T> Clone for Receiver<T> {
    /// Another receiver, which has seen what this one has.
    fn clone(&self) -> Receiver<T> {
        self.shared.receivers.fetch_add(1, Ordering::SeqCst);
        Receiver {
            shared: Arc::clone(&self.shared),
            seen: self.seen,
        }
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        if self.shared.receivers.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.shared.abandoned.notify(usize::MAX);
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Receiver<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Receiver")
            .field("value", &*self.borrow())
            .finish_non_exhaustive()
    }
}

/// The value of a channel, locked against changes.
///
/// # Examples
///
/// ```
/// let (sender, _receiver) = coro_runtime::sync::watch::channel("a value");
/// assert_eq!(sender.borrow().len(), 7);
/// ```
#[must_use]
pub struct Borrowed<'a, T> {
    guard: RwLockReadGuard<'a, T>,
}

impl<T> Deref for Borrowed<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.guard
    }
}

impl<T: fmt::Debug> fmt::Debug for Borrowed<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(formatter)
    }
}

/// There was no receiver to send to; here is the value.
///
/// # Examples
///
/// ```
/// let (sender, receiver) = coro_runtime::sync::watch::channel(1);
/// drop(receiver);
/// assert!(sender.send(2).is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SendError<T>(pub T);

impl<T> fmt::Debug for SendError<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SendError(..)")
    }
}

impl<T> fmt::Display for SendError<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("there is no receiver")
    }
}

impl<T> std::error::Error for SendError<T> {}

/// The sender is gone, so the value will not change any more.
///
/// # Examples
///
/// ```
/// use coro_runtime::sync::watch;
///
/// let (sender, mut receiver) = watch::channel(1);
/// drop(sender);
/// let closed = coro_runtime::block_on(receiver.changed()).unwrap_err();
/// assert_eq!(closed.to_string(), "the sender is gone");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed(());

impl fmt::Display for Closed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the sender is gone")
    }
}

impl std::error::Error for Closed {}
