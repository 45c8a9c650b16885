//! Leaf futures: they return `Pending` a given number of times, waking at once.
use super::log::{Log, Noisy};
use std::future::Future;
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::ptr;
use std::task::{Context, Poll};

impl Log {
    /// Returns `Pending` so many times, then the value. Dropped before, it drops the value.
    pub(crate) fn pend<T>(&self, times: usize, value: T) -> Pend<T> {
        Pend {
            leaf: Leaf::new(self, times),
            value: Some(value),
        }
    }

    /// Ready at the first poll.
    pub(crate) fn ready<T>(&self, value: T) -> Pend<T> {
        self.pend(0, value)
    }

    /// Returns `Pending` so many times, then does something and returns the outcome.
    pub(crate) fn act<T, F: FnOnce() -> T>(&self, times: usize, act: F) -> Act<F> {
        Act {
            leaf: Leaf::new(self, times),
            act: Some(act),
        }
    }

    /// Holds a mutable borrow of the buffer while pending, then fills it with its length.
    pub(crate) fn fill<'a>(
        &self,
        times: usize,
        buffer: &'a mut [u8],
    ) -> impl Future<Output = usize> + use<'a> {
        self.act(times, move || {
            let length = buffer.len();
            buffer.fill(u8::try_from(length).unwrap_or(u8::MAX));
            length
        })
    }

    /// Holds a mutable borrow of the vector while pending, then pushes the value.
    pub(crate) fn push<'a, T>(
        &self,
        times: usize,
        vector: &'a mut Vec<T>,
        value: T,
    ) -> impl Future<Output = &'a mut T> + use<'a, T> {
        self.act(times, move || {
            vector.push(value);
            vector.last_mut().expect("a value was just pushed")
        })
    }

    /// What can be read asynchronously: the values in order, each after one `Pending`.
    pub(crate) fn source(&self, names: &[&str]) -> Source {
        Source {
            log: self.clone(),
            names: names.iter().rev().map(|&name| name.to_owned()).collect(),
        }
    }
}

impl Noisy {
    /// A future that borrows the value.
    pub(crate) fn wait(&self) -> Pend<&Noisy> {
        self.log().pend(1, self)
    }

    /// A future that borrows the value mutably.
    pub(crate) fn wait_mut(&mut self) -> Pend<&mut Noisy> {
        let log = self.log().clone();
        log.pend(1, self)
    }

    /// A future that owns the value.
    pub(crate) fn wait_own(self) -> Pend<Noisy> {
        let log = self.log().clone();
        log.pend(1, self)
    }
}

/// The part that all leaf futures share. It logs each poll and its drop, and reports when it
/// was moved after the first poll, as no pinned future may be.
struct Leaf {
    log: Log,
    number: usize,
    left: usize,
    place: Option<usize>,
    finished: bool,
    _pinned: PhantomPinned,
}

impl Leaf {
    fn new(log: &Log, times: usize) -> Leaf {
        let number = log.next_leaf();
        log.event(format!("leaf {number}"));
        Leaf {
            log: log.clone(),
            number,
            left: times,
            place: None,
            finished: false,
            _pinned: PhantomPinned,
        }
    }

    /// Whether the future is ready now.
    fn poll(&mut self, context: &mut Context<'_>) -> bool {
        let number = self.number;
        self.check_place();
        self.place = Some(ptr::from_ref(self).addr());
        assert!(!self.finished, "leaf {number} polled after it was ready");
        if self.left > 0 {
            self.left -= 1;
            self.log.event(format!("leaf {number} pending"));
            context.waker().wake_by_ref();
            return false;
        }
        self.finished = true;
        self.log.event(format!("leaf {number} ready"));
        true
    }

    fn check_place(&self) {
        let here = ptr::from_ref(self).addr();
        if self.place.is_some_and(|place| place != here) {
            self.log.record(format!("leaf {} has moved", self.number));
        }
    }
}

impl Drop for Leaf {
    fn drop(&mut self) {
        self.check_place();
        self.log.record(format!("drop leaf {}", self.number));
        self.log.drop_step();
    }
}

/// See [`Log::pend`].
#[must_use]
pub(crate) struct Pend<T> {
    leaf: Leaf,
    value: Option<T>,
}

impl<T> Future for Pend<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        // SAFETY: nothing is moved out of the future but the value, which is never pinned.
        let this = unsafe { self.get_unchecked_mut() };
        if !this.leaf.poll(context) {
            return Poll::Pending;
        }
        Poll::Ready(this.value.take().expect("the leaf is ready only once"))
    }
}

/// See [`Log::act`].
#[must_use]
pub(crate) struct Act<F> {
    leaf: Leaf,
    act: Option<F>,
}

impl<T, F: FnOnce() -> T> Future for Act<F> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        // SAFETY: nothing is moved out of the future but the closure, which is never pinned.
        let this = unsafe { self.get_unchecked_mut() };
        if !this.leaf.poll(context) {
            return Poll::Pending;
        }
        let act = this.act.take().expect("the leaf is ready only once");
        Poll::Ready(act())
    }
}

/// See [`Log::source`].
pub(crate) struct Source {
    log: Log,
    /// In reverse.
    names: Vec<String>,
}

impl Source {
    /// The next value, if there is one.
    pub(crate) fn next(&mut self) -> impl Future<Output = Option<Noisy>> + use<'_> {
        let log = self.log.clone();
        log.clone().act(1, move || {
            let name = self.names.pop()?;
            Some(log.drop_of(&name))
        })
    }

    /// Copies the next name into the buffer, and returns how much of it there is.
    pub(crate) fn read<'a>(
        &'a mut self,
        buffer: &'a mut [u8],
    ) -> impl Future<Output = Result<usize, Noisy>> + use<'a> {
        let log = self.log.clone();
        log.clone().act(1, move || {
            let Some(name) = self.names.pop() else {
                return Err(log.drop_of("end of source"));
            };
            let length = name.len().min(buffer.len());
            buffer[..length].copy_from_slice(&name.as_bytes()[..length]);
            Ok(length)
        })
    }
}
