//! The state word of a task: six bits and a count.

use crate::sync::primitive::atomic::{AtomicUsize, Ordering};

/// The task is in a queue, or its [`Runnable`](super::Runnable) is on the way to one, or
/// (with RUNNING) it is to go back to the queue when this poll ends.
///
/// Set by whoever wakes or aborts the task; the one who finds it clear, and RUNNING and
/// COMPLETED too, has the right and the duty to queue the task. Cleared when a poll begins.
/// A wake that finds it set is finished: this is why waking a queued task costs no queue
/// operation. After COMPLETED it means nothing.
const SCHEDULED: usize = 1 << 0;

/// The executor is inside the future's `poll` or its destructor; or, with SCHEDULED, it was when
/// the task was woken, and the task has gone straight back to a queue.
///
/// Set and cleared by whoever took the task out of a queue. Never set together with COMPLETED.
const RUNNING: usize = 1 << 1;

/// The future is dropped, and the stage holds the output, or held it before it was taken.
///
/// Set once, when RUNNING is cleared for the last time, and never cleared.
const COMPLETED: usize = 1 << 2;

/// Somebody wants the task to end without being polled again.
///
/// Set by [`JoinHandle::abort`](super::JoinHandle::abort), never cleared. It takes effect at
/// the next run; if the poll under way completes the task, it has none.
const CANCELLED: usize = 1 << 3;

/// The join handle exists.
///
/// Set at birth, cleared when the handle is dropped before COMPLETED. Whoever sets COMPLETED
/// learns from it who is to drop the output: the handle if it is set, else itself. After
/// COMPLETED it does not change any more.
const JOIN_INTEREST: usize = 1 << 4;

/// The joiner's waker is in place and is to be woken at the end.
///
/// Set and cleared by the join handle only, and only before COMPLETED. While it is clear the
/// handle has the slot to itself; while it is set both sides may read the slot and none may
/// write it. Impossible without JOIN_INTEREST.
const JOIN_WAKER: usize = 1 << 5;

/// One counted reference; all the bits above count.
const REFERENCE: usize = 1 << 6;

/// More references than this can only come from wakers that are forgotten in a loop.
const LIMIT: usize = isize::MAX as usize;

/// The state word. See the constants of this module for its bits.
pub(super) struct State(AtomicUsize);

/// What the state word said at one moment.
#[derive(Clone, Copy)]
pub(super) struct Snapshot(usize);

/// What a waker that is used up leaves to do.
pub(super) enum Released {
    /// The task is to be queued. Its owner, or whoever is ending it, has a reference.
    Queue,
    /// That was the last reference: the task is to be freed.
    Free,
    Nothing,
}

impl Snapshot {
    pub(super) fn is_completed(self) -> bool {
        self.0 & COMPLETED != 0
    }

    pub(super) fn is_cancelled(self) -> bool {
        self.0 & CANCELLED != 0
    }

    pub(super) fn has_join_interest(self) -> bool {
        self.0 & JOIN_INTEREST != 0
    }

    pub(super) fn has_join_waker(self) -> bool {
        self.0 & JOIN_WAKER != 0
    }
}

impl State {
    /// A task that is about to be queued, referred to by its owner and its join handle.
    pub(super) fn new() -> State {
        State(AtomicUsize::new(
            SCHEDULED | JOIN_INTEREST | (2 * REFERENCE),
        ))
    }

    pub(super) fn load(&self) -> Snapshot {
        Snapshot(self.0.load(Ordering::Acquire))
    }

    /// Begins a poll of a task that has come out of a queue.
    ///
    /// An addition, like those below: processors add to a word and tell its old value in one step,
    /// where they need a loop to change single bits.
    pub(super) fn start(&self) -> Snapshot {
        // Relaxed: nobody else changes RUNNING while the task is in a queue or out of one.
        let unset = RUNNING - (self.0.load(Ordering::Relaxed) & RUNNING);
        let change = unset.wrapping_sub(SCHEDULED);
        let previous = self.0.fetch_add(change, Ordering::AcqRel);
        debug_assert_eq!(previous & (SCHEDULED | COMPLETED), SCHEDULED);
        Snapshot(previous)
    }

    /// Begins the end of a task that is in no queue, when its set is closed.
    pub(super) fn start_cancelled(&self) {
        let bits = SCHEDULED | RUNNING | CANCELLED;
        let previous = self.0.fetch_or(bits, Ordering::AcqRel);
        debug_assert_eq!(previous & COMPLETED, 0);
    }

    /// Ends a poll that was pending. Whether the caller must queue the task again.
    pub(super) fn pause(&self) -> bool {
        // Relaxed: the poll that follows takes over what the waker has written. RUNNING stays, which
        // spares a task that yields a locked instruction.
        if self.0.load(Ordering::Relaxed) & SCHEDULED != 0 {
            return true;
        }
        let previous = self.0.fetch_sub(RUNNING, Ordering::AcqRel);
        debug_assert_eq!(previous & (RUNNING | COMPLETED), RUNNING);
        previous & SCHEDULED != 0
    }

    /// Ends the last poll: the output is in place. Tells who waits for it.
    pub(super) fn complete(&self) -> Snapshot {
        let previous = self.0.fetch_add(COMPLETED - RUNNING, Ordering::AcqRel);
        debug_assert_eq!(previous & (RUNNING | COMPLETED), RUNNING);
        Snapshot(previous)
    }

    /// Asks for a poll. Whether the caller must queue the task.
    ///
    /// A read-modify-write even when nothing changes: it hands what the waking thread has
    /// written to the poll that clears SCHEDULED.
    pub(super) fn wake(&self) -> bool {
        let previous = self.0.fetch_or(SCHEDULED, Ordering::AcqRel);
        previous & (SCHEDULED | RUNNING | COMPLETED) == 0
    }

    /// Asks for a poll and counts one reference less, in one step. What that leaves to the caller.
    pub(super) fn wake_and_release(&self) -> Released {
        let mut bits = self.0.load(Ordering::Relaxed);
        loop {
            let changed = (bits | SCHEDULED) - REFERENCE;
            match self
                .0
                .compare_exchange_weak(bits, changed, Ordering::AcqRel, Ordering::Relaxed)
            {
                Ok(_) if bits & (SCHEDULED | RUNNING | COMPLETED) == 0 => return Released::Queue,
                Ok(_) if bits / REFERENCE == 1 => return Released::Free,
                Ok(_) => return Released::Nothing,
                Err(current) => bits = current,
            }
        }
    }

    /// Asks for the end. Whether the caller must queue the task.
    pub(super) fn cancel(&self) -> bool {
        let previous = self.0.fetch_or(SCHEDULED | CANCELLED, Ordering::AcqRel);
        previous & (SCHEDULED | RUNNING | COMPLETED) == 0
    }

    /// Publishes the joiner's waker. Fails when the task is completed: nobody will wake it.
    pub(super) fn set_join_waker(&self) -> bool {
        self.change_before_completion(|bits| bits | JOIN_WAKER)
    }

    /// Takes the joiner's slot back. Fails when the task is completed: the slot is shared
    /// with whoever wakes the joiner just now.
    pub(super) fn unset_join_waker(&self) -> bool {
        self.change_before_completion(|bits| bits & !JOIN_WAKER)
    }

    /// Gives the join handle's claims up. Fails when the task is completed: the output is
    /// the handle's, to take or to drop.
    pub(super) fn unset_join_interest(&self) -> bool {
        self.change_before_completion(|bits| bits & !(JOIN_INTEREST | JOIN_WAKER))
    }

    fn change_before_completion(&self, change: impl Fn(usize) -> usize) -> bool {
        self.0
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |bits| {
                (bits & COMPLETED == 0).then(|| change(bits))
            })
            .is_ok()
    }

    /// Counts one more reference.
    pub(super) fn reference(&self) {
        // Relaxed, as in `Arc`: the new reference comes from one that exists.
        if self.0.fetch_add(REFERENCE, Ordering::Relaxed) > LIMIT {
            std::process::abort();
        }
    }

    /// Counts one reference less. Whether it was the last.
    pub(super) fn release(&self) -> bool {
        let previous = self.0.fetch_sub(REFERENCE, Ordering::AcqRel);
        debug_assert!(previous >= REFERENCE);
        previous / REFERENCE == 1
    }
}

#[cfg(all(test, coro_loom))]
mod models {
    use super::{Released, State};
    use crate::sync::primitive::atomic::{AtomicBool, AtomicUsize, Ordering};
    use loom::sync::Arc;
    use loom::thread;

    struct Model {
        state: State,
        queued: AtomicUsize,
        polling: AtomicBool,
        flag: AtomicBool,
        seen: AtomicBool,
    }

    impl Model {
        fn queue(&self) {
            let before = self.queued.fetch_add(1, Ordering::AcqRel);
            assert_eq!(before, 0, "a task is in one queue at most");
        }

        /// What a worker does with a task that it has taken out of a queue.
        fn run(&self) {
            self.queued.fetch_sub(1, Ordering::AcqRel);
            self.state.start();
            assert!(!self.polling.swap(true, Ordering::Relaxed));
            // Relaxed: it is the state word that must hand on what the waker's thread wrote.
            if self.flag.load(Ordering::Relaxed) {
                self.seen.store(true, Ordering::Relaxed);
            }
            assert!(self.polling.swap(false, Ordering::Relaxed));
            if self.state.pause() {
                self.queue();
            }
        }
    }

    #[test]
    fn what_was_written_before_a_wake_is_seen_by_a_poll_after_it() {
        loom::model(|| {
            let model = Arc::new(Model {
                state: State::new(),
                queued: AtomicUsize::new(1),
                polling: AtomicBool::new(false),
                flag: AtomicBool::new(false),
                seen: AtomicBool::new(false),
            });
            let other = Arc::clone(&model);
            let waker = thread::spawn(move || {
                other.flag.store(true, Ordering::Relaxed);
                if other.state.wake() {
                    other.queue();
                }
            });
            model.run();
            waker.join().unwrap();
            while model.queued.load(Ordering::Acquire) > 0 {
                model.run();
            }
            assert!(model.seen.load(Ordering::Relaxed));
        });
    }

    #[test]
    fn a_task_is_freed_once() {
        loom::model(|| {
            // The references are the owner's and a waker's, which is used up while the task ends.
            let state = Arc::new(State::new());
            let other = Arc::clone(&state);
            let waker = thread::spawn(move || match other.wake_and_release() {
                Released::Queue => panic!("the task is queued, running or completed"),
                Released::Free => true,
                Released::Nothing => false,
            });
            state.start();
            state.complete();
            let by_owner = state.release();
            let by_waker = waker.join().unwrap();
            assert_ne!(by_owner, by_waker);
        });
    }

    #[test]
    fn the_output_has_one_owner() {
        loom::model(|| {
            let state = Arc::new(State::new());
            let other = Arc::clone(&state);
            // The handle is dropped while the task ends: one of them drops the output.
            let handle = thread::spawn(move || !other.unset_join_interest());
            state.start();
            let by_task = !state.complete().has_join_interest();
            let by_handle = handle.join().unwrap();
            assert_ne!(by_task, by_handle);
        });
    }
}
