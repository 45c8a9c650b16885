//! The epoll instance of a runtime, and all that is registered with it.

use std::io;
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Waker;
use std::time::Duration;

use coro_sys::{Events, Interest, Mode, Poll, Timer, Token};

use super::readiness::Readiness;
use super::slab::Slab;
use crate::lock::lock;

/// The token of the eventfd: nobody waits for it, it only ends the sleep.
const WAKE: Token = Token(u64::MAX);
/// The token of the alarm clock, likewise.
const ALARM: Token = Token(u64::MAX - 1);

/// Watches sockets, edge-triggered, with one registration for the life of each.
pub(crate) struct Reactor {
    poll: Poll,
    waker: coro_sys::Waker,
    alarm: Timer,
    sources: Mutex<Slab<Arc<Readiness>>>,
    closed: AtomicBool,
}

impl Reactor {
    pub(crate) fn new() -> io::Result<Reactor> {
        let poll = Poll::new()?;
        let waker = coro_sys::Waker::new(poll.registry(), WAKE)?;
        let alarm = Timer::new(poll.registry(), ALARM)?;
        Ok(Reactor {
            poll,
            waker,
            alarm,
            sources: Mutex::new(Slab::new()),
            closed: AtomicBool::new(false),
        })
    }

    /// Ends the wait of the executor's thread, from any thread.
    pub(crate) fn wake(&self) {
        self.waker.wake().expect("an eventfd refuses to be written");
    }

    /// Makes the wait of the executor's thread end after `delay`.
    pub(crate) fn set_alarm(&self, delay: Duration) -> io::Result<()> {
        self.alarm.set(Some(delay))
    }

    /// Waits for events, and moves the wakers of those they concern to `wakers`.
    ///
    /// An event whose source was dropped after the kernel reported it finds nobody.
    pub(crate) fn poll(
        &self,
        events: &mut Events,
        timeout: Option<Duration>,
        wakers: &mut Vec<Waker>,
    ) -> io::Result<()> {
        self.poll.poll(events, timeout)?;
        if events.is_empty() {
            return Ok(());
        }
        let sources = lock(&self.sources);
        for event in &*events {
            if let Some(source) = sources.get(event.token().0) {
                source.report(event, wakers);
            }
        }
        Ok(())
    }

    /// Watches `source` until [`remove`](Reactor::remove).
    pub(super) fn add(&self, source: &impl AsFd, readiness: Arc<Readiness>) -> io::Result<u64> {
        let key = lock(&self.sources).insert(Arc::clone(&readiness));
        let both = Interest::READABLE | Interest::WRITABLE;
        let registered = self
            .poll
            .registry()
            .register(source, Token(key), both, Mode::Edge);
        if let Err(error) = registered {
            lock(&self.sources).remove(key);
            return Err(error);
        }
        if self.closed.load(Ordering::SeqCst) {
            readiness.shut_down(&mut Vec::new());
        }
        Ok(key)
    }

    pub(super) fn remove(&self, source: &impl AsFd, key: u64) {
        // Closing the descriptor, which follows, would remove it too, unless it was
        // inherited by another process; so a failure has no consequence.
        let _ = self.poll.registry().deregister(source);
        let removed = lock(&self.sources).remove(key);
        // Outside of the lock: it may hold the last waker of a task.
        drop(removed);
    }

    /// Tells all who wait that nothing will be reported any more.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        let mut wakers = Vec::new();
        for source in lock(&self.sources).values() {
            source.shut_down(&mut wakers);
        }
        for waker in wakers {
            waker.wake();
        }
    }
}
