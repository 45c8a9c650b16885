//! One worker: what it runs next, and what it does when there is nothing.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Waker;

use super::{Buffers, Pool};
use crate::budget::Budget;
use crate::context::{self, Current};
use crate::driver::{Looks, wake_all};
use crate::shared::Shared;
use crate::task::{Local, Runnable};

/// How many tasks in a row may come from the slot.
pub(super) const SLOT_RUNS: u32 = 3;
/// After how many tasks a worker looks at the global queue before its own.
const GLOBAL_INTERVAL: u32 = 31;
/// After how many tasks, at least, a worker looks at the reactor while there is work.
const DRIVER_INTERVAL: u32 = 61;
/// How many tasks a worker takes from the global queue at most.
const BATCH: usize = 128;

/// A worker, on its own thread.
pub(crate) struct Worker {
    shared: Arc<Shared>,
    index: usize,
    queue: Local,
    buffers: RefCell<Buffers>,
    wakers: RefCell<Vec<Waker>>,
    /// This worker is counted among those that search.
    searching: Cell<bool>,
    /// Events are being told: their tasks go to the ring, in order.
    telling: Cell<bool>,
    looks: Looks,
    slot_runs: Cell<u32>,
    tick: Cell<u32>,
    random: Cell<u64>,
}

impl Worker {
    pub(super) fn new(shared: Arc<Shared>, index: usize, queue: Local) -> Worker {
        Worker {
            shared,
            index,
            queue,
            buffers: RefCell::default(),
            wakers: RefCell::default(),
            searching: Cell::new(false),
            telling: Cell::new(false),
            looks: Looks::new(),
            slot_runs: Cell::new(0),
            tick: Cell::new(0),
            random: Cell::new(0x9E37_79B9_7F4A_7C15 ^ (index as u64 + 1)),
        }
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    fn pool(&self) -> &Pool {
        self.shared.pool()
    }

    /// Queues a task that the task under way has woken, or hands back one of another runtime.
    pub(crate) fn push(&self, runnable: Runnable) -> Result<(), Runnable> {
        if !runnable.belongs_to(&self.shared) {
            return Err(runnable);
        }
        if self.telling.get() {
            self.push_back(runnable);
            return Ok(());
        }
        let slot = &self.pool().seats[self.index].slot;
        if let Some(displaced) = slot.replace(Some(runnable)) {
            self.push_back(displaced);
            self.pool().notify(&self.shared);
        }
        Ok(())
    }

    /// Puts a task at the end of the ring; if that is full, half of it into the global queue.
    fn push_back(&self, runnable: Runnable) {
        let mut buffers = self.buffers.borrow_mut();
        self.queue.push(runnable, &mut buffers.overflow);
        if !buffers.overflow.is_empty() {
            self.pool().global.push(buffers.overflow.drain(..));
        }
    }

    /// Runs tasks until the runtime stops.
    pub(super) fn run(self: &Rc<Self>) {
        let _current = context::enter(Current::Worker(Rc::clone(self)));
        let budget = Budget::new();
        while !self.pool().stopping.load(Ordering::Relaxed) {
            self.tick.set(self.tick.get().wrapping_add(1));
            if self.tick.get().is_multiple_of(DRIVER_INTERVAL) && self.looks.are_due() {
                self.look_up();
            }
            match self.next().or_else(|| self.search()) {
                Some(runnable) => self.run_one(runnable, &budget),
                None => self.park(),
            }
        }
        self.stop_searching();
    }

    fn run_one(&self, runnable: Runnable, budget: &Budget) {
        self.stop_searching();
        let runs = &self.pool().seats[self.index].runs;
        runs.store(
            runs.load(Ordering::Relaxed).wrapping_add(1),
            Ordering::Relaxed,
        );
        budget.renew();
        if let Some(again) = self.pool().owned.run(runnable) {
            self.push_back(again);
        }
    }

    /// Searches no more. The last one to search wakes another, since there may be more to find.
    fn stop_searching(&self) {
        if self.searching.replace(false)
            && self.pool().idle.stop_searching()
            && !self.pool().stopping.load(Ordering::Relaxed)
        {
            self.pool().notify(&self.shared);
        }
    }

    /// A task of its own, or of the global queue.
    fn next(&self) -> Option<Runnable> {
        if self.tick.get().is_multiple_of(GLOBAL_INTERVAL)
            && let Some(runnable) = self.take_global()
        {
            return Some(runnable);
        }
        let slot = self.pool().seats[self.index].slot.take();
        if let Some(runnable) = slot {
            if self.slot_runs.get() < SLOT_RUNS {
                self.slot_runs.set(self.slot_runs.get() + 1);
                return Some(runnable);
            }
            self.push_back(runnable);
        }
        self.slot_runs.set(0);
        self.queue.pop().or_else(|| self.take_global())
    }

    /// Takes this worker's share of the global queue: the first to run, the rest to the ring.
    fn take_global(&self) -> Option<Runnable> {
        let pool = self.pool();
        let length = pool.global.len();
        if length == 0 {
            return None;
        }
        let share = (length / pool.seats.len() + 1)
            .min(BATCH)
            .min(self.queue.room());
        let mut buffers = self.buffers.borrow_mut();
        let Buffers { overflow, taken } = &mut *buffers;
        pool.global.take(share.max(1), taken);
        let first = taken.pop_front();
        for runnable in taken.drain(..) {
            self.queue.push(runnable, overflow);
        }
        first
    }

    /// Looks for a task in the other workers' queues, unless enough others do.
    fn search(&self) -> Option<Runnable> {
        let pool = self.pool();
        let count = pool.seats.len();
        if !self.searching.get() {
            if !pool.idle.start_searching(count) {
                return None;
            }
            self.searching.set(true);
        }
        for round in 0..4 {
            let start = self.random(count);
            for offset in 0..count {
                let index = (start + offset) % count;
                if index == self.index {
                    continue;
                }
                let seat = &pool.seats[index];
                let stolen = seat.stealer.steal(&self.queue);
                // What is next to run elsewhere is left there, unless nothing else is found.
                let stolen = stolen.or_else(|| if round == 3 { seat.slot.take() } else { None });
                if stolen.is_some() {
                    return stolen;
                }
            }
            if let Some(runnable) = self.take_global() {
                return Some(runnable);
            }
        }
        None
    }

    /// A number below `limit`, by Marsaglia's xorshift ("Xorshift RNGs", 2003).
    fn random(&self, limit: usize) -> usize {
        let mut word = self.random.get();
        word ^= word << 13;
        word ^= word >> 7;
        word ^= word << 17;
        self.random.set(word);
        (word >> 32) as usize % limit
    }

    /// Sleeps until there is something to do. See the module's documentation.
    fn park(&self) {
        let pool = self.pool();
        pool.idle
            .fall_asleep(self.index, self.searching.replace(false));
        if !pool.has_work() && !pool.stopping.load(Ordering::SeqCst) {
            let parker = &pool.seats[self.index].parker;
            parker.park(&self.shared, pool, &mut self.wakers.borrow_mut());
        }
        // Before events are told: who is woken by them finds this worker awake.
        self.searching.set(pool.idle.wake_up(self.index));
        pool.monitor.end_rest();
        self.tell();
    }

    /// Looks at the reactor, without waiting, if nobody else does.
    fn look_up(&self) {
        if let Ok(mut driver) = self.pool().driver.try_lock() {
            driver.turn(&self.shared, false, &mut self.wakers.borrow_mut());
        } else {
            return;
        }
        self.tell();
    }

    /// Wakes whom events and timers concern.
    fn tell(&self) {
        if self.wakers.borrow().is_empty() {
            return;
        }
        let mut wakers = self.wakers.take();
        self.telling.set(true);
        while !wakers.is_empty() {
            // Foreign code, whose panic is not the worker's.
            let _ = catch_unwind(AssertUnwindSafe(|| wake_all(&mut wakers)));
            // `wake_all` takes from the end of what it has turned round.
            wakers.reverse();
        }
        self.telling.set(false);
        self.wakers.replace(wakers);
        if self.queue.len() > 1 {
            self.pool().notify(&self.shared);
        }
    }
}
