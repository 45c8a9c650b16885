//! Notices between tasks.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use super::lock;

/// Tells tasks that something has happened.
///
/// [`notify_one`](Notify::notify_one) ends the wait of one task, of the one that waits longest. If
/// none waits, the notice is kept for the next that does; one notice at most is kept. So a task
/// that looks at some state and then waits misses no change of it, if whoever changes it notifies
/// afterwards.
///
/// # Examples
///
/// A queue for one consumer:
///
/// ```
/// use coro_runtime::sync::Notify;
/// use std::collections::VecDeque;
/// use std::sync::{Arc, Mutex};
///
/// let queue = Arc::new((Mutex::new(VecDeque::new()), Notify::new()));
/// coro_runtime::block_on(async {
///     let consumer = Arc::clone(&queue);
///     let sum = coro_runtime::spawn(async move {
///         let mut sum = 0;
///         while sum < 6 {
///             let next = consumer.0.lock().unwrap().pop_front();
///             match next {
///                 Some(number) => sum += number,
///                 None => consumer.1.notified().await,
///             }
///         }
///         sum
///     });
///     for number in 1..=3 {
///         queue.0.lock().unwrap().push_back(number);
///         queue.1.notify_one();
///         coro_runtime::yield_now().await;
///     }
///     assert_eq!(sum.await.unwrap(), 6);
/// });
/// ```
#[derive(Default)]
pub struct Notify {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// A notice for which there was no waiter.
    kept: bool,
    last_key: u64,
    /// Those who wait, by ascending key.
    waiters: VecDeque<(u64, Waker)>,
    /// Those who were given a notice of their own and have not seen it yet.
    given: Vec<u64>,
}

impl State {
    /// Gives a notice to the first waiter, or keeps it.
    #[must_use = "the waiter must be woken, outside of the lock"]
    fn give(&mut self) -> Option<Waker> {
        let Some((key, waker)) = self.waiters.pop_front() else {
            self.kept = true;
            return None;
        };
        self.given.push(key);
        Some(waker)
    }

    fn position(&self, key: u64) -> Option<usize> {
        self.waiters
            .binary_search_by_key(&key, |&(key, _)| key)
            .ok()
    }

    /// Takes a notice that was given to this waiter alone. Whether there was one.
    fn take_given(&mut self, key: u64) -> bool {
        let place = self.given.iter().position(|&given| given == key);
        place.map(|place| self.given.swap_remove(place)).is_some()
    }
}

impl Notify {
    /// Nobody waits, and no notice is kept.
    #[must_use]
    pub fn new() -> Notify {
        Notify::default()
    }

    /// Ends the wait of one task, or keeps the notice for the next that waits.
    ///
    /// A task that was notified and is dropped before it has seen it passes the notice on.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::sync::Notify;
    ///
    /// coro_runtime::block_on(async {
    ///     let notify = Notify::new();
    ///     notify.notify_one();
    ///     // The notice was kept.
    ///     notify.notified().await;
    /// });
    /// ```
    pub fn notify_one(&self) {
        let waker = lock(&self.state).give();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Ends the waits of all tasks that wait now, and keeps no notice.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::sync::Notify;
    /// use std::sync::Arc;
    ///
    /// coro_runtime::block_on(async {
    ///     let notify = Arc::new(Notify::new());
    ///     let tasks = [1, 2, 3].map(|number| {
    ///         let notify = Arc::clone(&notify);
    ///         coro_runtime::spawn(async move {
    ///             notify.notified().await;
    ///             number
    ///         })
    ///     });
    ///     coro_runtime::yield_now().await;
    ///     notify.notify_waiters();
    ///     for task in tasks {
    ///         task.await.unwrap();
    ///     }
    /// });
    /// ```
    pub fn notify_waiters(&self) {
        let waiters = std::mem::take(&mut lock(&self.state).waiters);
        for (_, waker) in waiters {
            waker.wake();
        }
    }

    /// Waits for a notice, from the first poll on.
    ///
    /// # Examples
    ///
    /// See [`Notify`].
    pub fn notified(&self) -> Notified<'_> {
        Notified {
            notify: self,
            stage: Stage::New,
        }
    }
}

impl fmt::Debug for Notify {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Notify")
            .field("waiters", &lock(&self.state).waiters.len())
            .finish_non_exhaustive()
    }
}

/// Waits for a notice; made by [`Notify::notified`].
///
/// # Examples
///
/// See [`Notify`].
#[derive(Debug)]
#[must_use = "futures do nothing unless they are awaited"]
pub struct Notified<'a> {
    notify: &'a Notify,
    stage: Stage,
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    New,
    Waits(u64),
    Done,
}

impl Future for Notified<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        // Cloned outside of the lock, as what is replaced is dropped there: it is foreign code.
        let mut waker = context.waker().clone();
        let mut state = lock(&self.notify.state);
        match self.stage {
            Stage::Done => {}
            Stage::New if !std::mem::take(&mut state.kept) => {
                state.last_key += 1;
                let key = state.last_key;
                state.waiters.push_back((key, waker));
                drop(state);
                self.stage = Stage::Waits(key);
                return Poll::Pending;
            }
            Stage::New => {}
            Stage::Waits(key) => match state.position(key) {
                Some(place) => {
                    std::mem::swap(&mut state.waiters[place].1, &mut waker);
                    drop(state);
                    return Poll::Pending;
                }
                None => {
                    state.take_given(key);
                }
            },
        }
        drop(state);
        self.stage = Stage::Done;
        Poll::Ready(())
    }
}

impl Drop for Notified<'_> {
    fn drop(&mut self) {
        let Stage::Waits(key) = self.stage else {
            return;
        };
        let mut state = lock(&self.notify.state);
        let place = state.position(key);
        let own = place.and_then(|place| state.waiters.remove(place));
        let next = if own.is_none() && state.take_given(key) {
            state.give()
        } else {
            None
        };
        drop(state);
        // Outside of the lock: it is foreign code.
        drop(own);
        if let Some(next) = next {
            next.wake();
        }
    }
}
