//! What is known of one socket.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};

use coro_sys::Event;

use crate::sync::lock;

/// Something to read, as far as we know.
const READABLE: u64 = 1 << 0;
/// Room to write, as far as we know.
const WRITABLE: u64 = 1 << 1;
/// The peer will send no more, so a read never blocks again. Never cleared.
const READ_CLOSED: u64 = 1 << 2;
/// Nothing can be sent any more, so a write never blocks again. Never cleared.
const WRITE_CLOSED: u64 = 1 << 3;
/// The runtime has shut down and will report nothing any more. Never cleared.
const SHUT_DOWN: u64 = 1 << 4;
/// There has been urgent data, before which a read ends early. Never cleared.
const URGENT: u64 = 1 << 5;
/// One event; what stands above the bits counts them.
const TICK: u64 = 1 << 8;

/// The key of the one place in each list for those who poll, rather than hold a future of
/// ours that has a key of its own. Who polls last is woken.
pub(super) const POLLED: u64 = u64::MAX;

/// Which way a socket is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Read,
    Write,
}

impl Direction {
    /// The bits that an exhausted operation clears.
    fn passing(self) -> u64 {
        match self {
            Direction::Read => READABLE,
            Direction::Write => WRITABLE,
        }
    }

    /// The bits that let an operation try.
    fn mask(self) -> u64 {
        match self {
            Direction::Read => READABLE | READ_CLOSED | SHUT_DOWN,
            Direction::Write => WRITABLE | WRITE_CLOSED | SHUT_DOWN,
        }
    }
}

/// What the readiness word said when an operation was tried.
#[derive(Clone, Copy)]
pub(super) struct Seen(u64);

impl Seen {
    pub(super) fn is_shut_down(self) -> bool {
        self.0 & SHUT_DOWN != 0
    }

    /// Whether a short read may have left something.
    pub(super) fn has_urgent_data(self) -> bool {
        self.0 & URGENT != 0
    }
}

/// The readiness of one socket, and who waits for it.
///
/// # No wake-up is lost
///
/// The registration is edge-triggered, so an event is told once. It sets bits in the word
/// and counts a tick in the same atomic step. An operation that found the socket exhausted
/// clears its bit only if the tick is still the one it saw before it tried: if an event has
/// come in between, the bit stays and the operation tries again. A waiter is stored under
/// the lock and then looks at the word once more, and an event sets the word before it takes
/// the lock, so one of the two sees the other.
pub(super) struct Readiness {
    word: AtomicU64,
    waiters: Mutex<Waiters>,
}

/// Those who wait, readers and writers apart.
#[derive(Default)]
struct Waiters {
    readers: Vec<Waiter>,
    writers: Vec<Waiter>,
    last_key: u64,
}

struct Waiter {
    key: u64,
    waker: Waker,
}

impl Waiters {
    fn list(&mut self, direction: Direction) -> &mut Vec<Waiter> {
        match direction {
            Direction::Read => &mut self.readers,
            Direction::Write => &mut self.writers,
        }
    }
}

impl Readiness {
    /// Readiness that is assumed in both directions, or in none.
    ///
    /// A wrong assumption costs one call that would block; a right one saves a turn.
    pub(super) fn new(assumed: bool) -> Readiness {
        let bits = if assumed { READABLE | WRITABLE } else { 0 };
        Readiness {
            word: AtomicU64::new(bits),
            waiters: Mutex::default(),
        }
    }

    /// Notes an event, and moves the wakers of those it concerns to `wakers`.
    pub(super) fn report(&self, event: Event, wakers: &mut Vec<Waker>) {
        let mut bits = 0;
        if event.is_readable() {
            bits |= READABLE;
        }
        if event.is_writable() {
            bits |= WRITABLE;
        }
        if event.is_read_closed() {
            bits |= READ_CLOSED;
        }
        if event.is_write_closed() {
            bits |= WRITE_CLOSED;
        }
        if event.is_urgent() {
            bits |= URGENT;
        }
        self.set(bits, wakers);
    }

    /// Notes that no event will come any more.
    pub(super) fn shut_down(&self, wakers: &mut Vec<Waker>) {
        self.set(SHUT_DOWN, wakers);
    }

    fn set(&self, bits: u64, wakers: &mut Vec<Waker>) {
        let mut word = self.word.load(Ordering::Relaxed);
        loop {
            let new = (word | bits).wrapping_add(TICK);
            match self
                .word
                .compare_exchange_weak(word, new, Ordering::AcqRel, Ordering::Relaxed)
            {
                Ok(_) => break,
                Err(current) => word = current,
            }
        }
        let mut waiters = lock(&self.waiters);
        for direction in [Direction::Read, Direction::Write] {
            if bits & direction.mask() != 0 {
                let list = waiters.list(direction);
                wakers.extend(list.drain(..).map(|waiter| waiter.waker));
            }
        }
    }

    /// Waits until an operation is worth trying. `key` is the caller's place in the list.
    pub(super) fn poll(
        &self,
        direction: Direction,
        key: &mut Option<u64>,
        context: &mut Context<'_>,
    ) -> Poll<Seen> {
        let word = self.word.load(Ordering::Acquire);
        if word & direction.mask() != 0 {
            return Poll::Ready(Seen(word));
        }
        // Cloned outside of the lock: it is foreign code.
        let mut waker = Some(context.waker().clone());
        let mut waiters = lock(&self.waiters);
        let waiters = &mut *waiters;
        let next_key = match *key {
            Some(POLLED) => POLLED,
            _ => waiters.last_key + 1,
        };
        let list = waiters.list(direction);
        let own = key.and_then(|key| list.iter_mut().find(|waiter| waiter.key == key));
        match own {
            Some(waiter) => std::mem::swap(
                &mut waiter.waker,
                waker.as_mut().expect("the waker was cloned just now"),
            ),
            None => {
                list.extend(waker.take().map(|waker| Waiter {
                    key: next_key,
                    waker,
                }));
                if next_key != POLLED {
                    waiters.last_key = next_key;
                }
                *key = Some(next_key);
            }
        }
        let word = self.word.load(Ordering::Acquire);
        if word & direction.mask() != 0 {
            Poll::Ready(Seen(word))
        } else {
            Poll::Pending
        }
    }

    /// Forgets a waiter that has given up.
    pub(super) fn forget(&self, direction: Direction, key: u64) {
        let mut waiters = lock(&self.waiters);
        let list = waiters.list(direction);
        let gone = list
            .iter()
            .position(|waiter| waiter.key == key)
            .map(|index| list.swap_remove(index));
        drop(waiters);
        // Outside of the lock: it is foreign code.
        drop(gone);
    }

    /// Notes that an operation found the socket exhausted, unless an event has come since.
    pub(super) fn clear(&self, direction: Direction, seen: Seen) {
        let mut word = self.word.load(Ordering::Acquire);
        while word / TICK == seen.0 / TICK {
            let new = word & !direction.passing();
            match self
                .word
                .compare_exchange_weak(word, new, Ordering::AcqRel, Ordering::Acquire)
            {
                Ok(_) => return,
                Err(current) => word = current,
            }
        }
    }
}
