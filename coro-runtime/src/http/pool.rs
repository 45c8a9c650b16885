//! Connections that can be used again.

use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use super::url::Url;
use super::wire::Wire;
use crate::context;
use crate::spawn;
use crate::sync::lock;
use crate::task::AbortHandle;
use crate::time::{after, now, sleep_until};

/// The idle connections of a client and its clones.
///
/// Whoever takes or gives back a connection closes those that are too old, that the server has
/// closed, or whose runtime is not the present one. While there are any, a task does the same
/// whenever one gets too old.
#[derive(Debug, Default)]
pub(super) struct Pool {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The longest idle first.
    idle: Vec<Idle>,
    /// The task that closes what is too old.
    reaper: Option<AbortHandle>,
}

#[derive(Debug)]
struct Idle {
    key: Key,
    wire: Wire,
    until: Instant,
}

/// Whom a connection leads to.
type Key = (String, u16);

/// How many connections are kept, and for how long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) limit: usize,
    pub(super) keep_alive: Duration,
}

impl Settings {
    /// Whether connections are kept at all.
    pub(super) fn keeps(self) -> bool {
        self.limit > 0 && !self.keep_alive.is_zero()
    }
}

impl Pool {
    /// An idle connection to where `url` leads: the one that was used last.
    pub(super) fn take(&self, url: &Url) -> Option<Wire> {
        let mut state = lock(&self.state);
        let closed = state.discard();
        let position =
            (state.idle.iter()).rposition(|idle| idle.key.0 == url.host && idle.key.1 == url.port);
        let taken = position.map(|index| state.idle.remove(index));
        drop(state);
        // Closed outside of the lock.
        drop(closed);
        Some(taken?.wire)
    }

    /// Closes what cannot be used any more. When there will be more to close, unless the pool is
    /// empty and the reaper ends.
    fn reap(&self) -> Option<Instant> {
        let mut state = lock(&self.state);
        let closed = state.discard();
        let next = state.idle.iter().map(|idle| idle.until).min();
        if next.is_none() {
            state.reaper = None;
        }
        drop(state);
        drop(closed);
        next
    }

    /// Starts the reaper, unless it runs already.
    fn start_reaper(self: &Arc<Self>) {
        let reaper = lock(&self.state).reaper.clone();
        let is_running = reaper.is_some_and(|reaper| !reaper.is_finished());
        if is_running || context::shared().is_none() {
            return;
        }
        let reaper = spawn(reaper_of(Arc::downgrade(self))).abort_handle();
        lock(&self.state).reaper = Some(reaper);
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        if let Some(reaper) = lock(&self.state).reaper.take() {
            reaper.abort();
        }
    }
}

impl State {
    /// Moves out what cannot be used any more.
    fn discard(&mut self) -> Vec<Idle> {
        let now = now();
        let is_useless = |idle: &mut Idle| {
            idle.until <= now || !idle.wire.stream().is_current() || !idle.wire.is_idle()
        };
        self.idle.extract_if(.., is_useless).collect()
    }
}

/// Closes connections as they get too old, as long as there are any.
#[coro::coroutine]
async fn reaper_of(pool: Weak<Pool>) {
    while let Some(next) = pool.upgrade().and_then(|pool| pool.reap()) {
        sleep_until(next).await;
    }
}

/// The right to give a connection back.
#[derive(Debug)]
pub(super) struct Lease {
    pub(super) pool: Arc<Pool>,
    pub(super) key: Key,
    pub(super) settings: Settings,
}

impl Lease {
    /// Keeps a connection for the next request, unless it is in use or there is no room.
    pub(super) fn give_back(self, wire: Wire) {
        if !wire.is_idle() {
            return;
        }
        let Lease {
            pool,
            key,
            settings,
        } = self;
        let until = after(now(), settings.keep_alive);
        let mut state = lock(&pool.state);
        let mut closed = state.discard();
        if state.idle.len() >= settings.limit {
            closed.push(state.idle.remove(0));
        }
        state.idle.push(Idle { key, wire, until });
        drop(state);
        drop(closed);
        pool.start_reaper();
    }
}
