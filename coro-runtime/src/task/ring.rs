//! A worker's own queue: a ring that its owner fills and empties, and others steal from.
//!
//! The algorithm is that of the run queues of Go's scheduler (`runqput`, `runqget` and
//! `runqgrab` in `runtime/proc.go`). Positions only grow, so a compare-and-swap of the head
//! cannot mistake an old position for a new one (no ABA), and a slot that is overwritten
//! while a thief reads it belongs to a position whose compare-and-swap then fails.

use std::cell::Cell;
use std::marker::PhantomData;
use std::ptr::{self, NonNull};
use std::sync::Arc;

use super::cell::Header;
use super::queue::Runnable;
use crate::sync::primitive::atomic::{AtomicPtr, AtomicUsize, Ordering};

/// How many tasks a ring holds.
const CAPACITY: usize = if cfg!(all(test, coro_loom)) { 4 } else { 256 };
/// How many leave it at a time, to a thief or because it is full.
const HALF: usize = CAPACITY / 2;

struct Ring {
    /// The position of the oldest task. Moved on by whoever takes tasks.
    head: AtomicUsize,
    /// The position after the youngest. Written by the owner only.
    tail: AtomicUsize,
    slots: [AtomicPtr<Header>; CAPACITY],
}

/// The owner's end of a ring. There is one, and it stays with one thread at a time.
pub(crate) struct Local {
    ring: Arc<Ring>,
    // The owner's operations exclude each other.
    not_sync: PhantomData<Cell<()>>,
}

/// The end from which other workers steal.
#[derive(Clone)]
pub(crate) struct Stealer(Arc<Ring>);

/// Makes an empty ring.
pub(crate) fn ring() -> (Local, Stealer) {
    let ring = Arc::new(Ring {
        head: AtomicUsize::new(0),
        tail: AtomicUsize::new(0),
        slots: std::array::from_fn(|_| AtomicPtr::new(ptr::null_mut())),
    });
    let stealer = Stealer(Arc::clone(&ring));
    let not_sync = PhantomData;
    (Local { ring, not_sync }, stealer)
}

impl Ring {
    fn slot(&self, position: usize) -> &AtomicPtr<Header> {
        &self.slots[position % CAPACITY]
    }

    /// How many tasks there are. The owner may have added, and thieves taken, some since.
    fn len(&self) -> usize {
        let head = self.head.load(Ordering::Acquire);
        self.tail.load(Ordering::Acquire).saturating_sub(head)
    }

    /// The task that was put at a position which the caller has claimed by moving the head.
    fn claimed(pointer: *mut Header) -> Runnable {
        let header = NonNull::new(pointer).expect("a position between head and tail is filled");
        // SAFETY: `push` stored the pointer of a runnable and forgot it; the head has been
        // moved past the position once, by the caller, so the right to it is the caller's.
        unsafe { Runnable::new(header) }
    }
}

impl Local {
    /// How many tasks may be pushed before the ring is full.
    pub(crate) fn room(&self) -> usize {
        CAPACITY - self.ring.len()
    }

    pub(crate) fn len(&self) -> usize {
        self.ring.len()
    }

    /// Puts a task behind all others. When the ring is full, the older half of it and the
    /// task go to `overflow` instead, oldest first.
    pub(crate) fn push(&self, runnable: Runnable, overflow: &mut Vec<Runnable>) {
        let tail = self.ring.tail.load(Ordering::Relaxed);
        loop {
            // Acquire: what a thief has read from a slot, it has read before it moved the head.
            let head = self.ring.head.load(Ordering::Acquire);
            if tail - head < CAPACITY {
                let slot = self.ring.slot(tail);
                slot.store(runnable.header().as_ptr(), Ordering::Relaxed);
                // Release: a thief that sees the tail sees the slot and the task.
                self.ring.tail.store(tail + 1, Ordering::Release);
                return;
            }
            let mut batch = [ptr::null_mut(); HALF];
            for (index, pointer) in batch.iter_mut().enumerate() {
                *pointer = self.ring.slot(head + index).load(Ordering::Relaxed);
            }
            let moved = self.ring.head.compare_exchange(
                head,
                head + HALF,
                Ordering::AcqRel,
                Ordering::Relaxed,
            );
            // If it fails, a thief has made room.
            if moved.is_ok() {
                overflow.extend(batch.into_iter().map(Ring::claimed));
                overflow.push(runnable);
                return;
            }
        }
    }

    /// Takes the oldest task.
    pub(crate) fn pop(&self) -> Option<Runnable> {
        let tail = self.ring.tail.load(Ordering::Relaxed);
        let mut head = self.ring.head.load(Ordering::Acquire);
        while head != tail {
            let pointer = self.ring.slot(head).load(Ordering::Relaxed);
            match self.ring.head.compare_exchange_weak(
                head,
                head + 1,
                Ordering::AcqRel,
                Ordering::Acquire,
            ) {
                Ok(_) => return Some(Ring::claimed(pointer)),
                Err(current) => head = current,
            }
        }
        None
    }
}

impl Stealer {
    /// Whether there was nothing to steal. Sequentially consistent, for the parking protocol.
    pub(crate) fn is_empty(&self) -> bool {
        let head = self.0.head.load(Ordering::SeqCst);
        head >= self.0.tail.load(Ordering::SeqCst)
    }

    /// Moves the older half of the tasks to `target`, which must be empty, but for the
    /// youngest of them, which it returns.
    pub(crate) fn steal(&self, target: &Local) -> Option<Runnable> {
        debug_assert_eq!(target.len(), 0);
        let start = target.ring.tail.load(Ordering::Relaxed);
        let mut head = self.0.head.load(Ordering::Acquire);
        loop {
            let length = self.0.tail.load(Ordering::Acquire).saturating_sub(head);
            let count = length - length / 2;
            if count == 0 {
                return None;
            }
            if count > HALF {
                // The head moved between the two loads.
                head = self.0.head.load(Ordering::Acquire);
                continue;
            }
            // Behind the target's tail, where nobody looks yet. There is room, since it is
            // empty.
            for index in 0..count {
                let pointer = self.0.slot(head + index).load(Ordering::Relaxed);
                target
                    .ring
                    .slot(start + index)
                    .store(pointer, Ordering::Relaxed);
            }
            match self.0.head.compare_exchange(
                head,
                head + count,
                Ordering::AcqRel,
                Ordering::Acquire,
            ) {
                Ok(_) => {
                    let last = start + count - 1;
                    let pointer = target.ring.slot(last).load(Ordering::Relaxed);
                    target.ring.tail.store(last, Ordering::Release);
                    return Some(Ring::claimed(pointer));
                }
                Err(current) => head = current,
            }
        }
    }
}

/// A place for one task, the next that its worker runs.
pub(crate) struct Slot(AtomicPtr<Header>);

impl Slot {
    pub(crate) fn new() -> Slot {
        Slot(AtomicPtr::new(ptr::null_mut()))
    }

    /// Puts a task in, and takes the one out that was there.
    pub(crate) fn replace(&self, runnable: Option<Runnable>) -> Option<Runnable> {
        let new = runnable.map_or(ptr::null_mut(), |runnable| runnable.header().as_ptr());
        let header = NonNull::new(self.0.swap(new, Ordering::AcqRel))?;
        // SAFETY: the pointer is that of a runnable which was put here, and the swap has
        // given it to us alone.
        Some(unsafe { Runnable::new(header) })
    }

    /// Whether there is a task in it.
    pub(crate) fn is_filled(&self) -> bool {
        !self.0.load(Ordering::Relaxed).is_null()
    }

    /// Takes the task.
    pub(crate) fn take(&self) -> Option<Runnable> {
        // The load spares an empty slot the locked instruction of the swap.
        if self.is_filled() {
            self.replace(None)
        } else {
            None
        }
    }
}

#[cfg(all(test, coro_loom))]
mod models {
    use super::{Local, Slot, ring};
    use crate::task::Runnable;
    use loom::thread;
    use std::ptr::NonNull;

    fn task(number: usize) -> Runnable {
        let pointer = std::ptr::without_provenance_mut(16 * number);
        // SAFETY: neither rings nor slots nor this model look at what a runnable points to.
        unsafe { Runnable::new(NonNull::new(pointer).unwrap()) }
    }

    fn number(runnable: &Runnable) -> usize {
        runnable.header().as_ptr().addr() / 16
    }

    /// The owner pushes `count` and takes one in between; a thief steals. Each task comes out
    /// at one place, once.
    fn each_comes_out_once(count: usize) {
        let mut builder = loom::model::Builder::new();
        builder.preemption_bound = Some(2);
        builder.check(move || {
            let (local, stealer) = ring();
            let thief = thread::spawn(move || {
                let (own, _) = ring();
                let mut stolen: Vec<_> = stealer.steal(&own).into_iter().collect();
                stolen.extend(std::iter::from_fn(|| own.pop()));
                stolen.iter().map(number).collect::<Vec<_>>()
            });
            let mut taken = Vec::new();
            for task in 1..=count {
                local.push(self::task(task), &mut taken);
                if task == 2 {
                    taken.extend(local.pop());
                }
            }
            taken.extend(std::iter::from_fn(|| local.pop()));
            let mut all = thief.join().unwrap();
            all.extend(taken.iter().map(number));
            all.sort_unstable();
            assert_eq!(all, (1..=count).collect::<Vec<_>>());
        });
    }

    #[test]
    fn a_thief_beside_the_owner() {
        each_comes_out_once(3);
    }

    #[test]
    fn a_thief_while_the_ring_overflows() {
        each_comes_out_once(6);
    }

    #[test]
    fn a_thief_beside_the_owner_of_a_slot() {
        loom::model(|| {
            let slot = loom::sync::Arc::new(Slot::new());
            let other = loom::sync::Arc::clone(&slot);
            let thief = thread::spawn(move || other.take());
            let mut all = Vec::new();
            for number in 1..=3 {
                all.extend(slot.replace(Some(task(number))));
            }
            all.extend(slot.take());
            all.extend(thief.join().unwrap());
            let mut all: Vec<_> = all.iter().map(number).collect();
            all.sort_unstable();
            assert_eq!(all, [1, 2, 3]);
        });
    }
}
