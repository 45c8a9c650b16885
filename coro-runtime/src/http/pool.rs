//! Connections that can be used again.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::url::Url;
use super::wire::Wire;
use crate::sync::lock;

/// The idle connections of a client and its clones, the longest idle first.
///
/// Nothing runs in the background: whoever takes or gives back a connection closes those that
/// are too old, that the server has closed, or whose runtime is not the present one.
#[derive(Debug, Default)]
pub(super) struct Pool {
    idle: Mutex<VecDeque<Idle>>,
}

#[derive(Debug)]
struct Idle {
    key: Key,
    wire: Wire,
    since: Instant,
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
    pub(super) fn take(&self, url: &Url, settings: Settings) -> Option<Wire> {
        let mut closed = Vec::new();
        let mut idle = lock(&self.idle);
        discard(&mut idle, settings, &mut closed);
        let position = idle
            .iter()
            .rposition(|idle| idle.key.0 == url.host && idle.key.1 == url.port);
        let taken = position.and_then(|index| idle.remove(index));
        drop(idle);
        // Closed outside of the lock.
        drop(closed);
        Some(taken?.wire)
    }
}

/// Moves out what cannot be used any more.
fn discard(idle: &mut VecDeque<Idle>, settings: Settings, closed: &mut Vec<Idle>) {
    for _ in 0..idle.len() {
        let Some(connection) = idle.pop_front() else {
            return;
        };
        let is_fresh = connection.since.elapsed() < settings.keep_alive;
        if is_fresh && connection.wire.stream().is_current() && connection.wire.is_idle() {
            idle.push_back(connection);
        } else {
            closed.push(connection);
        }
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
        let mut closed = Vec::new();
        let mut idle = lock(&self.pool.idle);
        discard(&mut idle, self.settings, &mut closed);
        if idle.len() >= self.settings.limit {
            closed.extend(idle.pop_front());
        }
        idle.push_back(Idle {
            key: self.key,
            wire,
            since: Instant::now(),
        });
        drop(idle);
        drop(closed);
    }
}
